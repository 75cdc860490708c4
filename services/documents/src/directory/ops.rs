//! Changing the directory. Changes run one after another (its row is locked first), so that a version read is the
//! version written, and they take effect at once: cached callers are dropped before the answer goes out.

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{
    ClientRecord, GrantRecord, OfficerRecord, events, named, open_agency, put_client, successors, touch_directory,
};
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::actor::officer_reference;
use motcua_kernel::{Actor, Answer, Authority, Error, FieldError, Idempotency, Result, Text, Uuid, new_id, text};

use super::http::{AccountAction, AccountTransition, CreateClient, CreateGrant, CreateOfficer, CreateRevocation};
use super::{People, persons, put, read, rules, store};
use crate::agencies::access::{require_administrator, require_some_administrator};
use crate::agencies::tell;
use crate::delegations::end_without_post;
use crate::precondition::check_version;
use crate::text_fields::one_line_fault;

const SCOPE: &str = "documents:directory:write";
const LONGEST_NAME: usize = 200;

pub(super) async fn create_officer(
    room: &People,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateOfficer,
) -> Result<Answer> {
    actor.require_scope(SCOPE)?;
    require_some_administrator(&actor)?;
    let (room_, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("officer_create", actor.tenant, key, move |tx| {
            let now = Moment::of(&room_.db.clock);
            let (tenant, today) = (writer.tenant, now.occurred.day_in_vietnam());
            touch_directory(tx, tenant)?;
            let issuer = new.issuer.clone().unwrap_or_else(|| room_.issuer.clone());
            let person = rules::person(&new.name, new.email.as_deref());
            let mut faults = rules::subject_faults(&issuer, &new.subject);
            faults.extend(rules::person_faults(&person));
            if new.grants.is_empty() {
                let text = Text::new("Cần ít nhất một vai trò.", "At least one role is needed.");
                faults.push(FieldError::new("/grants", "required", text));
            }
            if !faults.is_empty() {
                return Err(Error::invalid(faults).into());
            }
            let (mut grants, mut by) = (Vec::new(), writer.in_own_name());
            for (place, asked) in new.grants.iter().enumerate() {
                let pointer = format!("/grants/{place}");
                let (grant, right) = new_grant(tx, &writer, asked, today, &pointer)?;
                by.join(right);
                rules::add(&mut grants, grant).map_err(|error| below(&pointer, error))?;
            }
            if store::officer_of(tx, tenant, &issuer, &new.subject)?.is_some() {
                return Err(exists("officer.exists").into());
            }
            let (subject, active, version) = (new.subject.clone(), true, 1);
            let record = OfficerRecord { id: new_id(), issuer, subject, active, grants, version };
            persons::put(tx, &room_.db.vault, tenant, record.id, &person)?;
            put(tx, &room_.journal, &Stamp::of(&by, now), &record)?;
            let officer = read::show(tx, &room_.db.vault, tenant, record, today)?;
            Ok(Answer::created(format!("/v1/officers/{}", officer.id), &officer)?.version(1).personal())
        })
        .await?;
    changed(room, &actor, "create_officer", answer).await
}

pub(super) async fn grant(
    room: &People,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    target: (Uuid, i64),
    new: CreateGrant,
) -> Result<Answer> {
    require_reach_now(room, &actor, &new.agency).await?;
    change_officer(room, actor, key, target, "create_officer_grant", move |tx, actor, record, today| {
        let (grant, by) = new_grant(tx, actor, &new, today, "")?;
        refuse_to_oneself(actor, record, &by)?;
        rules::add(&mut record.grants, grant)?;
        Ok(by)
    })
    .await
}

pub(super) async fn revoke(
    room: &People,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    target: (Uuid, i64),
    new: CreateRevocation,
) -> Result<Answer> {
    require_reach_now(room, &actor, &new.agency).await?;
    change_officer(room, actor, key, target, "create_officer_revocation", move |tx, actor, record, today| {
        // Also of an agency that has closed, so it is not asked whether it is open.
        let agency = named(tx, actor.tenant, &new.agency, today)?.ok_or_else(|| {
            let text = Text::new("Không có cơ quan mang mã này.", "There is no agency with this code.");
            Error::invalid_field("/agency", "agency.unknown", text)
        })?;
        let by = require_administrator(tx, actor, agency)?;
        Ok(rules::end(&mut record.grants, agency, new.role, new.ends_on.unwrap_or(today)).map(|()| by)?)
    })
    .await
}

pub(super) async fn move_officer(
    room: &People,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    target: (Uuid, i64),
    new: AccountTransition,
) -> Result<Answer> {
    actor.require_scope(SCOPE)?;
    let (asking, today) = (Arc::clone(&actor), room.db.clock.business().day_in_vietnam());
    room.db
        .read("officer_right", move |conn| {
            let record = store::officer(conn, &asking, target.0)?.ok_or_else(Error::not_found)?;
            require_all_of(conn, &asking, &record, today).map(drop)
        })
        .await?;
    change_officer(room, actor, key, target, "create_officer_transition", move |tx, actor, record, today| {
        let by = require_all_of(tx, actor, record, today)?;
        transit(&mut record.active, new.action)?;
        Ok(by)
    })
    .await
}

/// An account is opened and closed by who administers all of its roles.
fn require_all_of(conn: &mut Conn, actor: &Actor, record: &OfficerRecord, today: NaiveDate) -> TxResult<Authority> {
    let mut by = actor.in_own_name();
    for grant in record.grants.iter().filter(|grant| grant.valid_to.is_none_or(|end| today < end)) {
        by.join(require_administrator(conn, actor, grant.agency_id)?);
    }
    Ok(by)
}

/// Refuses a caller without reach to the agency of a role now, also when the request was answered before the reach was
/// lost. What the agency is, and whether it may be named, the change itself finds out.
async fn require_reach_now(room: &People, actor: &Arc<Actor>, agency: &str) -> Result<()> {
    actor.require_scope(SCOPE)?;
    require_some_administrator(actor)?;
    let (actor, agency) = (Arc::clone(actor), agency.to_owned());
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("grant_right", move |conn| {
            let Some(agency) = named(conn, actor.tenant, &agency, today)? else { return Ok(()) };
            let is_open = successors(conn, actor.tenant, agency, today)? == [agency];
            if is_open { require_administrator(conn, &actor, agency).map(drop) } else { Ok(()) }
        })
        .await
}

/// Changes an officer the caller may see, when it still is as the caller read it.
async fn change_officer(
    room: &People,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    operation: &'static str,
    change: impl Fn(&mut Conn, &Actor, &mut OfficerRecord, NaiveDate) -> TxResult<Authority> + Send + Sync + 'static,
) -> Result<Answer> {
    actor.require_scope(SCOPE)?;
    let (room_, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once(operation, actor.tenant, key, move |tx| {
            let now = Moment::of(&room_.db.clock);
            let today = now.occurred.day_in_vietnam();
            touch_directory(tx, writer.tenant)?;
            let mut record = store::officer(tx, &writer, id)?.ok_or_else(Error::not_found)?;
            check_version(record.version, version)?;
            let stamp = Stamp::of(&change(tx, &writer, &mut record, today)?, now);
            record.version += 1;
            put(tx, &room_.journal, &stamp, &record)?;
            end_without_post(tx, &room_.journal, &stamp, &record)?;
            let version = record.version;
            let officer = read::show(tx, &room_.db.vault, writer.tenant, record, today)?;
            Ok(Answer::done(&officer)?.version(version).personal())
        })
        .await?;
    changed(room, &actor, operation, answer).await
}

/// Lets the change take effect, and notes that the answer shows a name.
async fn changed(room: &People, actor: &Actor, operation: &'static str, answer: Answer) -> Result<Answer> {
    room.changed().await?;
    let shown = answer.body.get("id").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
    read::note(room, actor, operation, shown.into_iter().collect()).await?;
    Ok(answer)
}

pub(super) async fn create_client(
    room: &People,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateClient,
) -> Result<Answer> {
    actor.require_scope(SCOPE)?;
    require_some_administrator(&actor)?;
    let (room_, tenant) = (room.clone(), actor.tenant);
    let answer = room
        .db
        .write_once("client_create", tenant, key, move |tx| {
            let now = Moment::of(&room_.db.clock);
            let today = now.occurred.day_in_vietnam();
            touch_directory(tx, tenant)?;
            let issuer = new.issuer.clone().unwrap_or_else(|| room_.issuer.clone());
            let name = text::normalise(&new.name);
            let mut faults = rules::subject_faults(&issuer, &new.subject);
            if name.is_empty() || name.chars().count() > LONGEST_NAME {
                let text = Text::new("Tên phải có 1 đến 200 ký tự.", "The name must have 1 to 200 characters.");
                faults.push(FieldError::new("/name", "length", text));
            }
            faults.extend(one_line_fault("/name", &name));
            if !faults.is_empty() {
                return Err(Error::invalid(faults).into());
            }
            let owner = open(tx, tenant, &new.owner_agency, today, "/owner_agency")?;
            let stamp = Stamp::of(&require_administrator(tx, &actor, owner)?, now);
            if store::client_of(tx, tenant, &issuer, &new.subject)?.is_some() {
                return Err(exists("client.exists").into());
            }
            let subject = new.subject.clone();
            let (owner_agency_id, active, version) = (Some(owner), true, 1);
            let record = ClientRecord { id: new_id(), issuer, subject, name, owner_agency_id, active, version };
            put_client(tx, tenant, &record)?;
            tell(tx, &room_.journal, &stamp, events::CLIENT_RECORDED, record.id, 1, &record)?;
            let client = read::client(tx, tenant, record, today)?;
            Ok(Answer::created(format!("/v1/clients/{}", client.id), &client)?.version(1))
        })
        .await?;
    room.changed().await?;
    Ok(answer)
}

pub(super) async fn move_client(
    room: &People,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    new: AccountTransition,
) -> Result<Answer> {
    actor.require_scope(SCOPE)?;
    let (room_, tenant, asking) = (room.clone(), actor.tenant, Arc::clone(&actor));
    room.db.read("client_right", move |conn| own_client(conn, &asking, id).map(drop)).await?;
    let answer = room
        .db
        .write_once("client_transition", tenant, key, move |tx| {
            let now = Moment::of(&room_.db.clock);
            touch_directory(tx, tenant)?;
            let (mut record, by) = own_client(tx, &actor, id)?;
            let stamp = Stamp::of(&by, now);
            check_version(record.version, version)?;
            transit(&mut record.active, new.action)?;
            record.version += 1;
            put_client(tx, tenant, &record)?;
            tell(tx, &room_.journal, &stamp, events::CLIENT_RECORDED, id, record.version, &record)?;
            let version = record.version;
            let client = read::client(tx, tenant, record, stamp.occurred.day_in_vietnam())?;
            Ok(Answer::done(&client)?.version(version))
        })
        .await?;
    room.changed().await?;
    Ok(answer)
}

/// A client of an agency within the caller's reach.
fn own_client(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<(ClientRecord, Authority)> {
    let record = store::client(conn, actor, id)?.ok_or_else(Error::not_found)?;
    let by = match record.owner_agency_id {
        Some(owner) => require_administrator(conn, actor, owner)?,
        None => actor.in_own_name(),
    };
    Ok((record, by))
}

/// The grant a request asks for, in an open agency within the caller's reach.
fn new_grant(
    tx: &mut Conn,
    actor: &Actor,
    asked: &CreateGrant,
    today: NaiveDate,
    at: &str,
) -> TxResult<(GrantRecord, Authority)> {
    let valid_from = asked.valid_from.unwrap_or(today);
    let agency_id = open(tx, actor.tenant, &asked.agency, valid_from.max(today), &format!("{at}/agency"))?;
    let by = require_administrator(tx, actor, agency_id)?;
    Ok((GrantRecord { agency_id, role: asked.role, valid_from, valid_to: asked.valid_to }, by))
}

/// A delegated right ends with its delegation, so nobody makes a role of their own out of it.
fn refuse_to_oneself(actor: &Actor, record: &OfficerRecord, by: &Authority) -> Result<()> {
    if by.on_behalf_of().is_none() || officer_reference(&record.issuer, &record.subject) != actor.reference() {
        return Ok(());
    }
    Err(Error::forbidden(
        "grant.to_oneself",
        "Người được ủy quyền quản trị không được giao vai trò cho chính mình.",
        "Who administers by delegation may not give themselves a role.",
    ))
}

fn open(tx: &mut Conn, tenant: Uuid, reference: &str, on: NaiveDate, pointer: &str) -> TxResult<Uuid> {
    match open_agency(tx, tenant, reference, on) {
        Ok(agency) => Ok(agency.id),
        Err(Failure::Refused(mut error)) => {
            for field in &mut error.fields {
                pointer.clone_into(&mut field.pointer);
            }
            Err((*error).into())
        }
        Err(failure) => Err(failure),
    }
}

fn transit(active: &mut bool, action: AccountAction) -> Result<()> {
    let wanted = action == AccountAction::Enable;
    if *active == wanted {
        let allowed = if wanted { "disable" } else { "enable" };
        return Err(Error::conflict(
            "account.state",
            "Tài khoản đã ở trạng thái này.",
            "The account is in this state already.",
        )
        .with("active", wanted)
        .with("allowed_actions", vec![allowed]));
    }
    *active = wanted;
    Ok(())
}

fn exists(code: &str) -> Error {
    Error::conflict(
        code,
        "Tài khoản này của nơi cấp mã truy cập đã có trong danh bạ.",
        "This account of the issuer is in the directory already.",
    )
}

fn below(pointer: &str, mut error: Error) -> Error {
    for field in &mut error.fields {
        field.pointer.insert_str(0, pointer);
    }
    error
}
