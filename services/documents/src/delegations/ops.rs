//! Delegating a post and ending a delegation. Like every change of the directory these run one after another and take
//! effect at once.

use std::sync::Arc;

use motcua_agencies::{DelegationRecord, OfficerRecord, events, load_officer, named, put_delegation, touch_directory};
use motcua_db::{Conn, TxResult};
use motcua_journal::{EventKind, Moment, Stamp};
use motcua_kernel::actor::officer_reference;
use motcua_kernel::{Actor, Answer, Authority, Error, Idempotency, Result, Text, Uuid, new_id, text};

use super::http::{CreateDelegation, CreateDelegationRevocation};
use super::{Delegations, read, rules, store};
use crate::agencies::access::require_administrator;
use crate::agencies::tell;
use crate::directory::{officer, officer_of};
use crate::precondition::check_version;
use crate::text_fields::one_line_fault;

const SCOPE: &str = "documents:directory:write";
const LONGEST_BASIS: usize = 200;

pub(super) async fn create(
    room: &Delegations,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    of: Uuid,
    new: CreateDelegation,
) -> Result<Answer> {
    actor.require_scope(SCOPE)?;
    let (asking, reference) = (Arc::clone(&actor), new.agency.clone());
    let today = room.db.clock.business().day_in_vietnam();
    // Before a kept answer is given again: whoever has lost the right since hears nothing.
    room.db
        .read("delegation_right", move |conn| {
            let delegator = officer(conn, &asking, of)?.ok_or_else(Error::not_found)?;
            match named(conn, asking.tenant, &reference, today)? {
                Some(agency) => may_delegate(conn, &asking, &delegator, agency).map(drop),
                None => Ok(()),
            }
        })
        .await?;
    let own = room.clone();
    let answer = room
        .db
        .write_once("delegation_create", actor.tenant, key, move |tx| {
            let (now, tenant) = (Moment::of(&own.db.clock), actor.tenant);
            let today = now.occurred.day_in_vietnam();
            touch_directory(tx, tenant)?;
            let delegator = officer(tx, &actor, of)?.ok_or_else(Error::not_found)?;
            let agency = named(tx, tenant, &new.agency, today)?.ok_or_else(agency_unknown)?;
            let by = may_delegate(tx, &actor, &delegator, agency)?;
            let delegate = delegate(tx, &own, tenant, &new.delegate)?.ok_or_else(rules::delegate_unknown)?;
            let record = DelegationRecord {
                id: new_id(),
                delegator_id: delegator.id,
                delegate_id: delegate.id,
                agency_id: agency,
                role: new.role,
                valid_from: new.valid_from.unwrap_or(today),
                valid_to: new.valid_to,
                ended_on: None,
                end_reason: None,
                legal_basis: legal_basis(new.legal_basis.as_deref())?,
                version: 1,
            };
            let others = store::unfinished_for(tx, tenant, agency, new.role, today)?;
            rules::check(&record, &delegator, &delegate, &others, today)?;
            put(tx, &own, &Stamp::of(&by, now), events::POST_DELEGATED, &record)?;
            let path = format!("/v1/officers/{of}/delegations/{}", record.id);
            Ok(Answer::created(path, &read::show(tx, tenant, record, today)?)?.version(1))
        })
        .await?;
    room.reader.refresh().await?;
    Ok(answer)
}

pub(super) async fn end(
    room: &Delegations,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (of, id, version): (Uuid, Uuid, i64),
    new: CreateDelegationRevocation,
) -> Result<Answer> {
    actor.require_scope(SCOPE)?;
    let asking = Arc::clone(&actor);
    room.db.read("delegation_right", move |conn| may_end(conn, &asking, of, id).map(drop)).await?;
    let own = room.clone();
    let answer = room
        .db
        .write_once("delegation_end", actor.tenant, key, move |tx| {
            let (now, tenant) = (Moment::of(&own.db.clock), actor.tenant);
            let today = now.occurred.day_in_vietnam();
            touch_directory(tx, tenant)?;
            let (mut record, by) = may_end(tx, &actor, of, id)?;
            check_version(record.version, version)?;
            rules::end(&mut record, new.ends_on.unwrap_or(today), today)?;
            record.version += 1;
            put(tx, &own, &Stamp::of(&by, now), events::POST_DELEGATION_ENDED, &record)?;
            let version = record.version;
            Ok(Answer::done(&read::show(tx, tenant, record, today)?)?.version(version))
        })
        .await?;
    room.reader.refresh().await?;
    Ok(answer)
}

fn put(tx: &mut Conn, room: &Delegations, stamp: &Stamp, kind: EventKind, record: &DelegationRecord) -> TxResult<()> {
    put_delegation(tx, stamp.tenant, record)?;
    tell(tx, &room.journal, stamp, kind, record.id, record.version, record)
}

fn is_oneself(actor: &Actor, officer: &OfficerRecord) -> bool {
    officer_reference(&officer.issuer, &officer.subject) == actor.reference()
}

/// A post is delegated by whose it is, or by an administrator for them. An administrator by delegation may not: they could
/// hand on, through the post of another, what was only lent to them.
fn may_delegate(conn: &mut Conn, actor: &Actor, delegator: &OfficerRecord, agency: Uuid) -> TxResult<Authority> {
    if is_oneself(actor, delegator) {
        return Ok(actor.in_own_name());
    }
    let by = require_administrator(conn, actor, agency)?;
    if by.on_behalf_of().is_none() {
        return Ok(by);
    }
    Err(Error::forbidden(
        "delegation.by_delegation",
        "Người được ủy quyền quản trị không được ủy quyền thay cho cán bộ khác.",
        "Who administers by delegation may not delegate the posts of others.",
    )
    .into())
}

/// A delegation is ended by who gave it, by who has it, or by an administrator.
fn may_end(conn: &mut Conn, actor: &Actor, of: Uuid, id: Uuid) -> TxResult<(DelegationRecord, Authority)> {
    let record = store::delegation(conn, actor, of, id)?.ok_or_else(Error::not_found)?;
    for party in [record.delegator_id, record.delegate_id] {
        if load_officer(conn, actor.tenant, party)?.is_some_and(|officer| is_oneself(actor, &officer)) {
            return Ok((record, actor.in_own_name()));
        }
    }
    let by = require_administrator(conn, actor, record.agency_id)?;
    Ok((record, by))
}

/// The officer to whom is delegated: by id, or by the account at the installation's issuer. They may work anywhere.
fn delegate(tx: &mut Conn, room: &Delegations, tenant: Uuid, reference: &str) -> TxResult<Option<OfficerRecord>> {
    if let Ok(id) = reference.parse::<Uuid>()
        && let Some(known) = load_officer(tx, tenant, id)?
    {
        return Ok(Some(known));
    }
    officer_of(tx, tenant, &room.issuer, reference)
}

fn legal_basis(asked: Option<&str>) -> Result<String> {
    let basis = text::normalise(asked.unwrap_or_default());
    if basis.chars().count() > LONGEST_BASIS {
        let text = Text::new("Căn cứ có nhiều nhất 200 ký tự.", "The legal basis has at most 200 characters.");
        return Err(Error::invalid_field("/legal_basis", "length", text));
    }
    match one_line_fault("/legal_basis", &basis) {
        Some(fault) => Err(Error::invalid(vec![fault])),
        None => Ok(basis),
    }
}

fn agency_unknown() -> Error {
    let text = Text::new("Không có cơ quan mang mã này.", "There is no agency with this code.");
    Error::invalid_field("/agency", "agency.unknown", text)
}
