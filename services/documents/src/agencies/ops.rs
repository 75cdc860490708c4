//! Changing agencies. Administrators' changes run one after another (the directory's row is locked first), because a code
//! may have one holder only and the database can't say so by itself.

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{
    AgencyRecord, CodeConflict, DatedCode, SuccessionRecord, code_conflicts, events, load_agency, named, names,
    open_agency, put_agency, put_succession, successions_of, touch_directory,
};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, FieldError, Idempotency, Result, Text, Uuid, new_id, text};

use super::access::{administers, not_administrator, require_administrator, require_some_administrator};
use super::codes::require_right_to_codes;
use super::http::{CreateAgency, CreateSuccession, UpdateAgency};
use super::{Agencies, read, rules, tell};
use crate::precondition::check_version;
use crate::text_fields::one_line_fault;
use crate::units::unknown_codes;

const SCOPE: &str = "documents:agencies:write";

pub(super) async fn create(
    room: &Agencies,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateAgency,
) -> Result<Answer> {
    actor.require_scope(SCOPE)?;
    require_some_administrator(&actor)?;
    let room_ = room.clone();
    room.db
        .write_once("agency_create", actor.tenant, key, move |tx| {
            let now = Moment::of(&room_.db.clock);
            let tenant = actor.tenant;
            touch_directory(tx, tenant)?;
            let parent = open_above(tx, tenant, &new.parent, new.valid_from)?;
            let mut by = require_administrator(tx, &actor, parent)?;
            let record = rules::normalised(AgencyRecord {
                id: new_id(),
                name: new.name.clone(),
                name_en: new.name_en.clone(),
                kind: new.kind,
                symbol: new.symbol.clone(),
                parent_id: Some(parent),
                valid_from: new.valid_from,
                valid_to: None,
                codes: vec![DatedCode { code: new.code.clone(), valid_from: new.valid_from, valid_to: None }],
                units: new.units.clone(),
                note: new.note.clone(),
                version: 1,
            });
            let today = now.occurred.day_in_vietnam();
            rules::check(&record).map_err(at_code)?;
            if let Some(right) = require_right_to_codes(tx, &actor, None, &record, today)? {
                by.join(right);
            }
            check_codes(tx, tenant, &record)?;
            check_units(tx, tenant, &new.units, None, &record, today)?;
            put(tx, &room_, &Stamp::of(&by, now), &record)?;
            let detail = read::detail(tx, tenant, record, today)?;
            Ok(Answer::created(format!("/v1/agencies/{}", detail.agency.id), &detail)?.version(1))
        })
        .await
}

pub(super) async fn update(
    room: &Agencies,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    new: UpdateAgency,
) -> Result<Answer> {
    actor.require_scope(SCOPE)?;
    require_right_now(room, &actor, id).await?;
    let room_ = room.clone();
    room.db
        .write_once("agency_update", actor.tenant, key, move |tx| {
            let now = Moment::of(&room_.db.clock);
            let today = now.occurred.day_in_vietnam();
            let tenant = actor.tenant;
            touch_directory(tx, tenant)?;
            let known = load_agency(tx, tenant, id)?.ok_or_else(Error::not_found)?;
            let mut by = require_administrator(tx, &actor, id)?;
            check_version(known.version, version)?;
            let parent_id = new_parent(tx, &actor, &known, new.parent.as_deref(), today, &mut by)?;
            let record = rules::normalised(AgencyRecord {
                id,
                name: new.name.clone(),
                name_en: new.name_en.clone(),
                kind: new.kind,
                symbol: new.symbol.clone(),
                parent_id,
                valid_from: new.valid_from,
                valid_to: new.valid_to,
                codes: new.codes.clone(),
                units: new.units.clone(),
                note: new.note.clone(),
                version: known.version,
            });
            rules::check(&record)?;
            if let Some(right) = require_right_to_codes(tx, &actor, Some(&known), &record, today)? {
                by.join(right);
            }
            rules::check_every_day_has_a_code(&record, today)?;
            if record.valid_to != known.valid_to {
                check_no_successors(tx, tenant, id)?;
            }
            check_codes(tx, tenant, &record)?;
            check_units(tx, tenant, &new.units, Some(&known), &record, today)?;
            let record = AgencyRecord { version: known.version + 1, ..record };
            put(tx, &room_, &Stamp::of(&by, now), &record)?;
            let version = record.version;
            Ok(Answer::done(&read::detail(tx, tenant, record, today)?)?.version(version))
        })
        .await
}

pub(super) async fn succeed(
    room: &Agencies,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    new: CreateSuccession,
) -> Result<Answer> {
    actor.require_scope(SCOPE)?;
    require_right_now(room, &actor, id).await?;
    let room_ = room.clone();
    room.db
        .write_once("agency_succeed", actor.tenant, key, move |tx| {
            let now = Moment::of(&room_.db.clock);
            let tenant = actor.tenant;
            touch_directory(tx, tenant)?;
            let mut record = load_agency(tx, tenant, id)?.ok_or_else(Error::not_found)?;
            let mut by = require_administrator(tx, &actor, id)?;
            check_version(record.version, version)?;
            rules::check_number(new.kind, new.successors.len())?;
            let legal_basis = text::normalise(&new.legal_basis);
            if legal_basis.is_empty() {
                let text = Text::new("Cần nêu căn cứ pháp lý.", "The legal basis is needed.");
                return Err(Error::invalid_field("/legal_basis", "required", text).into());
            }
            if let Some(fault) = one_line_fault("/legal_basis", &legal_basis) {
                return Err(Error::invalid(vec![fault]).into());
            }
            check_no_successors(tx, tenant, id)?;
            rules::close(&mut record, new.effective_on)?;
            let to = successors(tx, &actor, id, &new, &mut by)?;
            let stamp = Stamp::of(&by, now);
            record.version += 1;
            put(tx, &room_, &stamp, &record)?;
            for to_agency_id in to {
                // Each event has a version of its own, so that their order is certain.
                record.version += 1;
                let succession = SuccessionRecord {
                    id: new_id(),
                    from_agency_id: id,
                    to_agency_id,
                    kind: new.kind,
                    effective_on: new.effective_on,
                    legal_basis: legal_basis.clone(),
                };
                put_succession(tx, tenant, &succession)?;
                tell(tx, &room_.journal, &stamp, events::AGENCY_SUCCEEDED, id, record.version, &succession)?;
            }
            put_agency(tx, tenant, &record)?;
            let version = record.version;
            let detail = read::detail(tx, tenant, record, stamp.occurred.day_in_vietnam())?;
            Ok(Answer::created(format!("/v1/agencies/{id}"), &detail)?.version(version))
        })
        .await
}

/// Refuses a caller who may not change an agency now, also when the request was answered before the right was lost.
async fn require_right_now(room: &Agencies, actor: &Arc<Actor>, id: Uuid) -> Result<()> {
    let actor = Arc::clone(actor);
    room.db
        .read("agency_right", move |conn| {
            load_agency(conn, actor.tenant, id)?.ok_or_else(Error::not_found)?;
            require_administrator(conn, &actor, id).map(drop)
        })
        .await
}

fn put(tx: &mut Conn, room: &Agencies, stamp: &Stamp, record: &AgencyRecord) -> TxResult<()> {
    put_agency(tx, stamp.tenant, record)?;
    tell(tx, &room.journal, stamp, events::AGENCY_RECORDED, record.id, record.version, record)
}

/// The agency above a new one: by code or id, open on the first day.
fn open_above(tx: &mut Conn, tenant: Uuid, reference: &str, on: NaiveDate) -> TxResult<Uuid> {
    match open_agency(tx, tenant, reference, on) {
        Ok(parent) => Ok(parent.id),
        Err(motcua_db::Failure::Refused(error)) => Err(at("/parent", *error).into()),
        Err(failure) => Err(failure),
    }
}

/// The agency above, when it changes: only administrators of the new one may put others below it.
fn new_parent(
    tx: &mut Conn,
    actor: &Actor,
    known: &AgencyRecord,
    reference: Option<&str>,
    today: NaiveDate,
    by: &mut Authority,
) -> TxResult<Option<Uuid>> {
    let Some(reference) = reference else {
        // Nobody stands above the top, so nobody may put an agency there.
        return if known.parent_id.is_none() { Ok(None) } else { Err(not_administrator().into()) };
    };
    // Its own parent may have closed: naming it again changes nothing.
    if known.parent_id.is_some() && named(tx, actor.tenant, reference, today)? == known.parent_id {
        return Ok(known.parent_id);
    }
    let parent = open_above(tx, actor.tenant, reference, today)?;
    by.join(require_administrator(tx, actor, parent)?);
    Ok(Some(parent))
}

fn successors(
    tx: &mut Conn,
    actor: &Actor,
    from: Uuid,
    new: &CreateSuccession,
    by: &mut Authority,
) -> TxResult<Vec<Uuid>> {
    let mut successors = Vec::new();
    for (place, reference) in new.successors.iter().enumerate() {
        let pointer = format!("/successors/{place}");
        let to = match open_agency(tx, actor.tenant, reference, new.effective_on) {
            Ok(to) => to.id,
            Err(motcua_db::Failure::Refused(error)) => return Err(at(&pointer, *error).into()),
            Err(failure) => return Err(failure),
        };
        if to == from || successors.contains(&to) {
            let text = Text::new(
                "Cơ quan kế thừa phải là các cơ quan khác, mỗi cơ quan một lần.",
                "Successors must be other agencies, each named once.",
            );
            return Err(Error::invalid_field(pointer, "succession.itself", text).into());
        }
        let right = administers(tx, actor, to)?.ok_or_else(|| not_administrator().with("pointer", pointer))?;
        by.join(right);
        successors.push(to);
    }
    Ok(successors)
}

fn check_no_successors(tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<()> {
    if successions_of(tx, tenant, id)?.iter().all(|told| told.from_agency_id != id) {
        return Ok(());
    }
    Err(Error::conflict(
        "agency.succeeded",
        "Cơ quan đã có cơ quan kế thừa; ngày kết thúc không đổi được nữa.",
        "The agency has successors already; its last day can't change any more.",
    )
    .into())
}

/// One code has one holder on any day.
fn check_codes(tx: &mut Conn, tenant: Uuid, record: &AgencyRecord) -> TxResult<()> {
    let conflicts = code_conflicts(tx, tenant, record)?;
    let Some(CodeConflict { agency, held }) = conflicts.first() else { return Ok(()) };
    let holder = names(tx, tenant, &[*agency], held.valid_from)?.remove(agency);
    let (code, name) = (&held.code, holder.map(|holder| holder.name).unwrap_or_default());
    Err(Error::conflict(
        "agency.code_taken",
        format!("Mã {code} thuộc về “{name}” trong cùng thời gian."),
        format!("The code {code} is held by “{name}” on some of these days."),
    )
    .with("holder", agency.to_string())
    .into())
}

/// Units the agency did not serve before must exist: today, or on the day nearest to today on which the agency exists.
fn check_units(
    tx: &mut Conn,
    tenant: Uuid,
    asked: &[String],
    known: Option<&AgencyRecord>,
    record: &AgencyRecord,
    today: NaiveDate,
) -> TxResult<()> {
    let last = record.valid_to.and_then(|end| end.pred_opt());
    let on = last.map_or(today, |last| today.min(last)).max(record.valid_from);
    let is_new = |unit: &&str| known.is_none_or(|known| !known.units.iter().any(|served| served.as_str() == *unit));
    let new: Vec<&str> = record.units.iter().map(String::as_str).filter(is_new).collect();
    let unknown = unknown_codes(tx, tenant, &new, on)?;
    if unknown.is_empty() {
        return Ok(());
    }
    let fault = |unit: &String| {
        let place = asked.iter().position(|asked| asked == unit).unwrap_or_default();
        let text = Text::new(
            format!("Không có đơn vị hành chính mang mã {unit} vào ngày {}.", on.format("%d/%m/%Y")),
            format!("There is no administrative unit with the code {unit} on {on}."),
        );
        FieldError::new(format!("/units/{place}"), "unit.unknown", text)
    };
    Err(Error::invalid(unknown.iter().map(fault).collect()).into())
}

/// A fault of a reference belongs to the field it was written in.
fn at(pointer: &str, mut error: Error) -> Error {
    for field in &mut error.fields {
        pointer.clone_into(&mut field.pointer);
    }
    error
}

/// A new agency has one code, and names it without its days.
fn at_code(mut error: Error) -> Error {
    for field in error.fields.iter_mut().filter(|field| field.pointer.starts_with("/codes")) {
        "/code".clone_into(&mut field.pointer);
    }
    error
}
