//! Who is told where: the addresses of an agency, kept by its administrators.

use std::collections::BTreeMap;
use std::sync::Arc;

use motcua_agencies::{authority_in, load_agency, under};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, Moment, Stamp};
use motcua_kernel::{
    Actor, ActorKind, Answer, Authority, Error, FieldError, Idempotency, Kind, Result, Role, Text, Uuid,
};
use motcua_mail::is_sendable;

use super::facts::{AddressFacts, SET};
use super::store;
use super::view::{NoticeAddress, NoticeAddresses, PutNoticeAddresses};
use crate::dossiers::{Dossiers, to_json};
use crate::timers::TimerKind;

/// The scope of the addresses.
pub(super) const SCOPE: &str = "procedures:notices:write";
/// The most addresses of an agency.
const MOST: usize = 50;

/// The addresses of an agency.
///
/// # Errors
/// `not_found` for an agency nobody knows, `notice_addresses.not_administrator` without the right.
pub(super) async fn get(room: &Dossiers, actor: Arc<Actor>, agency: Uuid) -> Result<NoticeAddresses> {
    actor.require_scope(SCOPE)?;
    let own = room.clone();
    room.db
        .read("notice_addresses_get", move |conn| {
            administrator(conn, &actor, agency)?;
            let (addresses, version) = of_agency(conn, &own, actor.tenant, agency)?;
            Ok(NoticeAddresses { agency_id: agency, addresses, version })
        })
        .await
}

/// Sets the addresses of an agency, all of them.
///
/// # Errors
/// As [`get`]; every fault of the request at once; `precondition.stale` when they changed since the caller read them.
pub(super) async fn put(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    agency: Uuid,
    expected: i64,
    new: PutNoticeAddresses,
) -> Result<Answer> {
    actor.require_scope(SCOPE)?;
    let own = room.clone();
    room.db
        .write_once("notice_addresses_set", actor.tenant, key, move |tx| set(tx, &own, &actor, agency, expected, &new))
        .await
}

fn set(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    agency: Uuid,
    expected: i64,
    new: &PutNoticeAddresses,
) -> TxResult<Answer> {
    let by = administrator(tx, actor, agency)?;
    let faults = faults(&new.addresses);
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    let (_, current) = of_agency(tx, room, actor.tenant, agency)?;
    if current != expected {
        return Err(stale(current).into());
    }
    let plain = serde_json::to_vec(&new.addresses).map_err(Error::internal)?;
    let sealed = room.db.vault.seal(&context(agency), &plain)?;
    let version = current + 1;
    if !store::set_addresses(tx, actor.tenant, agency, &sealed, version)? {
        let (_, current) = of_agency(tx, room, actor.tenant, agency)?;
        return Err(stale(current).into());
    }
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for address in &new.addresses {
        *counted.entry(address.role.as_str().to_owned()).or_default() += 1;
    }
    let data = to_json(&AddressFacts { agency_id: agency, addresses: counted })?;
    let stamp = Stamp::of(&by, Moment::of(&room.db.clock));
    room.journal.record(tx, &stamp, &Change { kind: SET, subject: agency, version, data: &data })?;
    let view = NoticeAddresses { agency_id: agency, addresses: new.addresses.clone(), version };
    Ok(Answer::done(&view)?.version(version).personal())
}

/// By what right the caller keeps the addresses of an agency.
fn administrator(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<Authority> {
    if load_agency(conn, actor.tenant, agency)?.is_none() {
        return Err(Error::not_found().into());
    }
    let held = authority_in(conn, actor, agency, &[Role::Administrator])?;
    Ok(held.ok_or_else(|| {
        Error::forbidden(
            "notice_addresses.not_administrator",
            "Chỉ quản trị của cơ quan hoặc của cơ quan cấp trên quản lý địa chỉ nhận nhắc việc.",
            "Only an administrator of the agency, or of one above it, keeps the addresses of its notices.",
        )
    })?)
}

fn faults(addresses: &[NoticeAddress]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if addresses.len() > MOST {
        let text = Text::new("Nhiều nhất 50 địa chỉ.", "At most 50 addresses.");
        faults.push(FieldError::new("/addresses", "length", text));
    }
    for (at, address) in addresses.iter().enumerate().take(MOST) {
        if !is_told(address.role) {
            let text = Text::new("Vai trò này không có nhắc việc.", "No notices are for this role.");
            faults.push(FieldError::new(format!("/addresses/{at}/role"), "role.not_told", text));
        }
        if !is_sendable(&address.email) {
            let text = Text::new("Địa chỉ thư điện tử không hợp lệ.", "Not an e-mail address.");
            faults.push(FieldError::new(format!("/addresses/{at}/email"), "email", text));
        }
        let same =
            |other: &&NoticeAddress| other.role == address.role && other.email.eq_ignore_ascii_case(&address.email);
        if addresses.iter().take(at).any(|other| same(&other)) {
            let text = Text::new("Mỗi địa chỉ của một vai trò chỉ nêu một lần.", "Each address of a role stands once.");
            faults.push(FieldError::new(format!("/addresses/{at}"), "repeated", text));
        }
    }
    faults
}

/// Whether notices are for a role.
fn is_told(role: Role) -> bool {
    TimerKind::ALL.iter().flat_map(|kind| kind.concerns()).any(|(_, told)| *told == role)
}

fn stale(current: i64) -> Error {
    Error::new(
        Kind::Stale,
        "precondition.stale",
        "Các địa chỉ đã thay đổi từ khi bạn đọc; hãy đọc lại rồi gửi lại.",
        "The addresses have changed since you read them; read them again and repeat.",
    )
    .with("version", current)
}

fn context(agency: Uuid) -> String {
    format!("notice_addresses.addresses:{agency}")
}

/// The addresses of an agency and their version, 0 before the first.
pub(super) fn of_agency(
    conn: &mut Conn,
    room: &Dossiers,
    tenant: Uuid,
    agency: Uuid,
) -> TxResult<(Vec<NoticeAddress>, i64)> {
    let Some((sealed, version)) = store::addresses(conn, tenant, agency)? else { return Ok((Vec::new(), 0)) };
    let plain = room.db.vault.open(&context(agency), &sealed)?;
    Ok((serde_json::from_slice(&plain).map_err(Error::internal)?, version))
}

/// Of these agencies, those whose addresses the caller keeps: for the feed.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, agencies: &[Uuid]) -> TxResult<Vec<Uuid>> {
    if actor.kind == ActorKind::Service {
        return Ok(agencies.to_vec());
    }
    let kept = under(conn, actor.tenant, &actor.agencies_with(&[Role::Administrator]))?;
    Ok(agencies.iter().copied().filter(|agency| kept.contains(agency)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_that_a_clock_tells_can_be_told_by_e_mail() {
        let told: Vec<Role> = Role::ALL.into_iter().filter(|role| is_told(*role)).collect();
        assert_eq!(told, [Role::Receiver, Role::Processor, Role::Approver, Role::Leader, Role::Administrator]);
    }
}
