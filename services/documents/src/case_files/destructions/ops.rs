//! Proposing, deciding, destroying.

use std::sync::Arc;

use motcua_agencies::names;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Journal, Moment, Stamp};
use motcua_kernel::text::normalise;
use motcua_kernel::{Actor, Answer, Authority, Error, FieldError, Idempotency, Result, Uuid, new_id};

use super::contents;
use super::http::{CreateDestruction, CreateDestructionTransition};
use super::read::{decision_of, rights, view};
use super::rules::{Asked, DECIDED, DONE, PROPOSED, REFUSED, check, fault, refused};
use super::store::{self, Content, DestructionRow};
use crate::case_files::facts::{self, DestructionFacts};
use crate::case_files::files::rules::State;
use crate::case_files::files::transition::reason_fault;
use crate::case_files::store::{self as case_files, CaseFileRow};
use crate::case_files::{CaseFiles, WRITE, loans, several};
use crate::precondition::check_version;

/// Proposes a destruction.
///
/// # Errors
/// `not_found` of an agency, `destruction.not_keeper`, every fault of every case file at once.
pub(super) async fn create(
    room: &CaseFiles,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    agency: Uuid,
    new: CreateDestruction,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let mut faults: Vec<FieldError> = reason_fault(&new.reason, "/reason").into_iter().collect();
    faults.extend(several::list_fault(&new.case_files));
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let caller = Arc::clone(&actor);
    room.db.read("destruction_right", move |conn| keeper(conn, &caller, agency).map(drop)).await?;
    let act = move |tx: &mut Conn, room: &CaseFiles, actor: &Actor| create_in(tx, room, actor, agency, &new);
    room.once(&actor, ("destruction_create", "create_destruction"), key, act).await
}

fn keeper(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<Authority> {
    several::keeper_of(conn, actor, agency, || {
        Error::forbidden(
            "destruction.not_keeper",
            "Chỉ văn thư hoặc lãnh đạo của nơi giữ hồ sơ đề nghị tiêu hủy.",
            "Only clerks and leaders of who keeps the case files propose their destruction.",
        )
    })
}

fn create_in(
    tx: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    agency: Uuid,
    new: &CreateDestruction,
) -> TxResult<Answer> {
    let moment = Moment::of(&room.db.clock);
    let today = moment.occurred.day_in_vietnam();
    let by = keeper(tx, actor, agency)?;
    let own = names(tx, actor.tenant, &[agency], today)?.remove(&agency).ok_or_else(Error::not_found)?;
    let is_theirs = |row: &CaseFileRow| row.keeper() == agency;
    several::named(tx, actor.tenant, &new.case_files, is_theirs, |row, pointer| fault(row, today, pointer))?;
    let id = new_id();
    let content = Content { reason: normalise(&new.reason), ..Content::default() };
    let row = DestructionRow {
        tenant_id: Id(actor.tenant),
        id: Id(id),
        written_agency_id: Id(agency),
        written_code: own.code,
        responsible_agency_id: Id(agency),
        state: PROPOSED.to_owned(),
        proposed_at: At(moment.occurred.0),
        proposed_by: by.actor().to_owned(),
        proposed_for: by.on_behalf_of(),
        content: content.seal(&room.db.vault, id)?,
        decision_number: None,
        decision_on: None,
        decided_at: None,
        decided_by: None,
        destroyed_at: None,
        destroyed_by: None,
        version: 1,
    };
    store::insert(tx, &row, &new.case_files)?;
    tell(tx, &room.journal, &Stamp::of(&by, moment), &row, new.case_files.len())?;
    let view = view(tx, room, actor, &row)?;
    Ok(Answer::created(format!("/v1/destructions/{id}"), &view)?.version(1).personal())
}

/// Takes a step of a destruction.
///
/// # Errors
/// `not_found`, `destruction.not_yours`, `destruction.state`, `destruction.not_ended`, `precondition.stale`.
pub(super) async fn transition(
    room: &CaseFiles,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    step: CreateDestructionTransition,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let asked = check(step, room.db.clock.business().day_in_vietnam())?;
    let caller = Arc::clone(&actor);
    room.db.read("destruction_admit", move |conn| store::load(conn, &caller, id).map(drop)).await?;
    let act = move |tx: &mut Conn, room: &CaseFiles, actor: &Actor| take(tx, room, actor, (id, version), &asked);
    room.once(&actor, ("destruction_transition", "create_destruction_transition"), key, act).await
}

fn take(tx: &mut Conn, room: &CaseFiles, actor: &Actor, (id, version): (Uuid, i64), asked: &Asked) -> TxResult<Answer> {
    let mut row = store::load(tx, actor, id)?;
    check_version(row.version, version)?;
    let rights = rights(tx, actor, &row)?;
    let by = rights.get(asked.action()).cloned();
    let by = by.ok_or_else(|| refused(&row, asked, rights.keys().copied().collect()))?;
    let moment = Moment::of(&room.db.clock);
    let stamp = Stamp::of(&by, moment);
    let mut content = row.content(&room.db.vault)?;
    let items = store::items(tx, &row)?;
    row.version += 1;
    match asked {
        Asked::Decide(decision, opinion, members) => {
            (content.opinion, content.members) = (Some(opinion.clone()), members.clone());
            row.decision_number = Some(decision.number.clone());
            row.decision_on = Some(decision.date);
            row.decided_at = Some(At(moment.occurred.0));
            row.decided_by = Some(by.actor().to_owned());
            DECIDED.clone_into(&mut row.state);
        }
        Asked::Refuse(reason) => {
            content.refusal = Some(reason.clone());
            row.decided_at = Some(At(moment.occurred.0));
            row.decided_by = Some(by.actor().to_owned());
            REFUSED.clone_into(&mut row.state);
        }
        Asked::Destroy => {
            destroy(tx, room, &by, &stamp, &row, &items)?;
            row.destroyed_at = Some(At(moment.occurred.0));
            row.destroyed_by = Some(by.actor().to_owned());
            DONE.clone_into(&mut row.state);
        }
    }
    row.content = content.seal(&room.db.vault, id)?;
    store::update(tx, &row)?;
    tell(tx, &room.journal, &stamp, &row, items.len())?;
    let view = view(tx, room, actor, &row)?;
    Ok(Answer::done(&view)?.version(row.version).personal())
}

/// Destroys every case file on the list, or none: what has changed since the proposal is looked at again.
fn destroy(
    tx: &mut Conn,
    room: &CaseFiles,
    by: &Authority,
    stamp: &Stamp,
    row: &DestructionRow,
    items: &[Uuid],
) -> TxResult<()> {
    let today = stamp.occurred.day_in_vietnam();
    let mut case_files = case_files::rows_of(tx, row.tenant_id.0, items)?;
    case_files::hold_all(tx, &case_files)?;
    let mut hindered = Vec::new();
    for case_file in &case_files {
        let moved = case_file.keeper() != row.responsible_agency_id.0;
        if moved || fault(case_file, today, "")?.is_some() {
            hindered.push(case_file.code.clone());
        }
    }
    if !hindered.is_empty() {
        return Err(Error::conflict(
            "destruction.not_ended",
            "Có hồ sơ không còn đủ điều kiện tiêu hủy; hãy đề nghị lại.",
            "Some case files can't be destroyed any more; propose anew.",
        )
        .with("case_files", hindered)
        .into());
    }
    loans::refuse_lent(tx, row.tenant_id.0, items)?;
    for case_file in &mut case_files {
        case_file.version += 1;
        State::Destroyed.as_str().clone_into(&mut case_file.state);
        case_file.destruction_id = Some(row.id.clone());
        (case_file.due_on, case_file.remind_on) = (None, None);
        case_files::update(tx, case_file)?;
        case_files::note(tx, &room.db.vault, case_file, "destroy", by, stamp, None)?;
        facts::tell(tx, &room.journal, stamp, facts::DESTROYED, case_file)?;
    }
    contents::destroy(tx, room, row, &case_files, room.db.clock.system())
}

/// Moves some destructions of a closed agency to the one that went on with its work, each with its event; how many.
///
/// # Errors
/// When the database fails.
pub(in crate::case_files) fn move_destructions(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    (from, to): (Uuid, Uuid),
    most: i64,
) -> TxResult<usize> {
    let rows = store::of_responsible(tx, stamp.tenant, from, most)?;
    let moved = rows.len();
    for mut row in rows {
        row.responsible_agency_id = Id(to);
        row.version += 1;
        store::update(tx, &row)?;
        let total = store::items(tx, &row)?.len();
        tell(tx, journal, stamp, &row, total)?;
    }
    Ok(moved)
}

fn tell(tx: &mut Conn, journal: &Journal, stamp: &Stamp, row: &DestructionRow, total: usize) -> TxResult<()> {
    let told = DestructionFacts {
        destruction_id: row.id.0,
        version: row.version,
        agency_id: row.written_agency_id.0,
        responsible_agency_id: row.responsible_agency_id.0,
        state: row.state.clone(),
        decision: decision_of(row),
        case_file_total: i64::try_from(total).map_err(Error::internal)?,
    };
    facts::record(tx, journal, stamp, facts::DESTRUCTION_RECORDED, (row.id.0, row.version), &told)
}
