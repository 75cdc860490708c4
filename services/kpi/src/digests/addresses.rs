//! Who is told where: the addresses of an agency, kept by its administrators.

use std::sync::Arc;

use motcua_agencies::{load_agency, under};
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::{Change, Moment, Stamp};
use motcua_kernel::{Actor, ActorKind, Answer, Authority, Error, FieldError, Idempotency, Result, Role, Text, Uuid};
use motcua_mail::is_sendable;

use super::facts::{AlertAddressFacts, SET};
use super::store::{self, AddressesRow};
use super::view::{AlertAddress, AlertAddresses, PutAlertAddresses};
use super::{Digests, mails};
use crate::alerts::WRITE;
use crate::elements::refusals::{check_version, stale};
use crate::reach;

/// The most addresses of an agency.
const MOST: usize = 50;

pub(super) async fn get(room: &Digests, actor: Arc<Actor>, agency: Uuid) -> Result<AlertAddresses> {
    actor.require_scope(WRITE)?;
    let db = room.db.clone();
    room.db
        .read("alert_addresses_get", move |conn| {
            administrator(conn, &actor, agency)?;
            let row = store::addresses(conn, actor.tenant, agency)?;
            let version = row.as_ref().map_or(0, |row| row.version);
            let addresses = row.map(|row| open(&db, &row)).transpose()?.unwrap_or_default();
            let last_digest = mails::last_digest(conn, actor.tenant, agency)?;
            Ok(AlertAddresses { agency_id: agency, addresses, last_digest, version })
        })
        .await
}

pub(super) async fn put(
    room: &Digests,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    agency: Uuid,
    expected: i64,
    new: PutAlertAddresses,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let (own, asking) = (room.clone(), Arc::clone(&actor));
    // Before a kept answer is given again: whoever has lost the right since hears nothing.
    room.db.read("alert_addresses_right", move |conn| administrator(conn, &asking, agency).map(drop)).await?;
    room.db
        .write_once("alert_addresses_set", actor.tenant, key, move |tx| set(tx, &own, &actor, agency, expected, &new))
        .await
}

fn set(
    tx: &mut Conn,
    room: &Digests,
    actor: &Actor,
    agency: Uuid,
    expected: i64,
    new: &PutAlertAddresses,
) -> TxResult<Answer> {
    let by = administrator(tx, actor, agency)?;
    let faults = faults(&new.addresses);
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    let kept = store::addresses(tx, actor.tenant, agency)?;
    let current = kept.as_ref().map_or(0, |row| row.version);
    check_version(current, expected)?;
    let at = Moment::of(&room.db.clock);
    let plain = serde_json::to_vec(&new.addresses).map_err(Error::internal)?;
    let sealed = room.db.vault.seal(&context(agency), &plain)?;
    let (version, how_many) = (current + 1, i64::try_from(new.addresses.len()).map_err(Error::internal)?);
    // While there was nobody to tell nothing was kept for them.
    let begins = kept.is_none_or(|row| row.how_many == 0);
    if !store::set_addresses(tx, actor.tenant, agency, &sealed, how_many, begins.then_some(at.now.0), version)? {
        return Err(stale(store::addresses(tx, actor.tenant, agency)?.map_or(0, |row| row.version)).into());
    }
    let data = AlertAddressFacts { agency_id: agency, addresses: how_many };
    let data = serde_json::to_value(data).map_err(Error::internal)?;
    room.journal.record(tx, &Stamp::of(&by, at), &Change { kind: SET, subject: agency, version, data: &data })?;
    let last_digest = mails::last_digest(tx, actor.tenant, agency)?;
    let view = AlertAddresses { agency_id: agency, addresses: new.addresses.clone(), last_digest, version };
    Ok(Answer::done(&view)?.version(version).personal())
}

/// By what right the caller keeps the addresses of an agency.
fn administrator(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<Authority> {
    if load_agency(conn, actor.tenant, agency)?.is_none() {
        return Err(Error::not_found().into());
    }
    reach::require(conn, actor, agency, &[Role::Administrator], || {
        Error::forbidden(
            "alert_addresses.not_administrator",
            "Chỉ quản trị của cơ quan hoặc của cơ quan cấp trên quản lý địa chỉ nhận cảnh báo.",
            "Only an administrator of the agency, or of one above it, keeps the addresses of its alerts.",
        )
    })
}

fn faults(addresses: &[AlertAddress]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if addresses.len() > MOST {
        let text = Text::new("Nhiều nhất 50 địa chỉ.", "At most 50 addresses.");
        faults.push(FieldError::new("/addresses", "length", text));
    }
    for (at, address) in addresses.iter().enumerate().take(MOST) {
        if !is_sendable(&address.email) {
            let text = Text::new("Địa chỉ thư điện tử không hợp lệ.", "Not an e-mail address.");
            faults.push(FieldError::new(format!("/addresses/{at}/email"), "email", text));
        }
        if addresses.iter().take(at).any(|other| other.email.eq_ignore_ascii_case(&address.email)) {
            let text = Text::new("Mỗi địa chỉ chỉ nêu một lần.", "Each address stands once.");
            faults.push(FieldError::new(format!("/addresses/{at}"), "repeated", text));
        }
    }
    faults
}

fn context(agency: Uuid) -> String {
    format!("alert_addresses.addresses:{agency}")
}

/// The addresses of a row.
pub(super) fn open(db: &Db, row: &AddressesRow) -> Result<Vec<AlertAddress>> {
    let plain = db.vault.open(&context(row.agency_id.0), &row.addresses)?;
    serde_json::from_slice(&plain).map_err(Error::internal)
}

/// Of these agencies, those whose addresses the caller keeps: for the feed.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, agencies: &[Uuid]) -> TxResult<Vec<Uuid>> {
    if actor.kind == ActorKind::Service {
        return Ok(agencies.to_vec());
    }
    let kept = under(conn, actor.tenant, &actor.agencies_with(&[Role::Administrator]))?;
    Ok(agencies.iter().copied().filter(|agency| kept.contains(agency)).collect())
}
