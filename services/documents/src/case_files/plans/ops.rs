//! Making, changing and issuing file plans.

use std::sync::Arc;

use chrono::Datelike;
use motcua_agencies::{authority_in, load_agency, open_agency};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, FieldError, Idempotency, Result, Role, Text, Uuid, new_id};

use super::check::{self, AskedEntry};
use super::http::{CreateFilePlan, NewFilePlanEntry};
use super::lines::{copied, entry_rows};
use super::read::{decision_of, view};
use super::store::{self, EntryRow, PlanRow};
use super::{DRAFT, ISSUED, head, keeper, require_state};
use crate::case_files::decision::Decision;
use crate::case_files::facts::{self, FilePlanEntryFacts, FilePlanFacts};
use crate::case_files::{CaseFiles, WRITE};
use crate::precondition::check_version;

/// The first year a plan can be entered for.
const FIRST_YEAR: i32 = 1945;
/// An event names at most so many lines.
const MOST_TOLD: usize = 100;

/// What is to be done with a plan.
pub(super) enum Change {
    /// Write a draft anew.
    Put(Vec<NewFilePlanEntry>),
    /// Add lines.
    Add(Vec<NewFilePlanEntry>),
    /// Issue it.
    Issue(Decision),
}

/// Makes a plan.
///
/// # Errors
/// `not_found` of an agency, `agency.closed`, `file_plan.not_keeper`, `file_plan.exists`.
pub(super) async fn create(
    room: &CaseFiles,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    agency: Uuid,
    new: CreateFilePlan,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let this_year = room.db.clock.business().day_in_vietnam().year();
    let mut faults = Vec::new();
    let asked = check::entries(new.entries, &mut faults);
    if !(FIRST_YEAR..=this_year + 1).contains(&new.year) {
        let text = Text::new(
            format!("Từ năm {FIRST_YEAR} đến năm {}.", this_year + 1),
            format!("From {FIRST_YEAR} to {}.", this_year + 1),
        );
        faults.push(FieldError::new("/year", "range", text));
    }
    if new.from_year.is_none() && asked.is_empty() && faults.is_empty() {
        faults.push(check::none());
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let caller = Arc::clone(&actor);
    room.db
        .read("file_plan_right", move |conn| {
            let known = load_agency(conn, caller.tenant, agency)?.is_some();
            let sees = authority_in(conn, &caller, agency, &Role::ALL)?.is_some();
            if !(known && sees) {
                return Err(Error::not_found().into());
            }
            keeper(conn, &caller, agency).map(drop)
        })
        .await?;
    let years = (new.year, new.from_year);
    let act = move |tx: &mut Conn, room: &CaseFiles, actor: &Actor| create_in(tx, room, actor, agency, years, &asked);
    room.once(&actor, ("file_plan_create", "create_file_plan"), key, act).await
}

fn create_in(
    tx: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    agency: Uuid,
    (year, from_year): (i32, Option<i32>),
    asked: &[AskedEntry],
) -> TxResult<Answer> {
    let moment = Moment::of(&room.db.clock);
    let agency = open_agency(tx, actor.tenant, &agency.to_string(), moment.occurred.day_in_vietnam())?;
    let by = keeper(tx, actor, agency.id)?;
    let id = new_id();
    let plan = PlanRow {
        tenant_id: Id(actor.tenant),
        id: Id(id),
        written_agency_id: Id(agency.id),
        written_code: agency.code,
        responsible_agency_id: Id(agency.id),
        year,
        state: DRAFT.to_owned(),
        decision_number: None,
        decision_on: None,
        issued_at: None,
        version: 1,
    };
    if !store::insert(tx, &plan)? {
        let other = store::of_year(tx, actor.tenant, agency.id, year)?.map(|row| row.id.0.to_string());
        return Err(Error::conflict(
            "file_plan.exists",
            format!("Cơ quan đã có danh mục hồ sơ năm {year}."),
            format!("The agency has a file plan for {year}."),
        )
        .with("file_plan_id", other)
        .into());
    }
    let mut rows = match from_year {
        Some(from) => copied(tx, room, &plan, from)?,
        None => Vec::new(),
    };
    let more = entry_rows(tx, room, &plan, &rows, asked, None)?;
    rows.extend(more);
    store::insert_entries(tx, &rows)?;
    record(tx, room, &by, moment, &plan, &rows, rows.len())?;
    let view = view(tx, room, actor, &plan)?;
    Ok(Answer::created(format!("/v1/file-plans/{id}"), &view)?.version(plan.version).personal())
}

/// Changes a plan.
///
/// # Errors
/// `not_found`, `file_plan.not_keeper`, `file_plan.not_head`, `file_plan.state`, `precondition.stale`.
pub(super) async fn write(
    room: &CaseFiles,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    change: Change,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let mut faults = Vec::new();
    let today = room.db.clock.business().day_in_vietnam();
    let asked = match change {
        Change::Put(entries) => Asked::Put(check::entries(entries, &mut faults)),
        Change::Add(entries) => Asked::Add(check::entries(entries, &mut faults)),
        Change::Issue(decision) => Asked::Issue(decision.check("/decision", today, &mut faults)),
    };
    if let Asked::Put(entries) | Asked::Add(entries) = &asked
        && entries.is_empty()
        && faults.is_empty()
    {
        faults.push(check::none());
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let caller = Arc::clone(&actor);
    room.db.read("file_plan_admit", move |conn| store::load(conn, &caller, id).map(drop)).await?;
    let act = move |tx: &mut Conn, room: &CaseFiles, actor: &Actor| write_in(tx, room, actor, (id, version), &asked);
    room.once(&actor, ("file_plan_write", "write_file_plan"), key, act).await
}

enum Asked {
    Put(Vec<AskedEntry>),
    Add(Vec<AskedEntry>),
    Issue(Decision),
}

fn write_in(
    tx: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    (id, version): (Uuid, i64),
    asked: &Asked,
) -> TxResult<Answer> {
    let mut plan = store::load(tx, actor, id)?;
    let agency = plan.responsible_agency_id.0;
    let by = match asked {
        Asked::Put(_) | Asked::Add(_) => keeper(tx, actor, agency)?,
        Asked::Issue(_) => head(tx, actor, agency)?,
    };
    check_version(plan.version, version)?;
    let moment = Moment::of(&room.db.clock);
    plan.version += 1;
    let there = store::entries(tx, &plan)?;
    let (written, total) = match asked {
        Asked::Put(entries) => {
            require_state(&plan.state, DRAFT, &["add_entries"])?;
            let rows = entry_rows(tx, room, &plan, &[], entries, None)?;
            store::clear(tx, &plan)?;
            let total = rows.len();
            (rows, total)
        }
        Asked::Add(entries) => {
            let added_at = (plan.state == ISSUED).then_some(At(moment.occurred.0));
            let rows = entry_rows(tx, room, &plan, &there, entries, added_at.as_ref())?;
            let total = there.len() + rows.len();
            (rows, total)
        }
        Asked::Issue(decision) => {
            require_state(&plan.state, DRAFT, &["add_entries"])?;
            if there.is_empty() {
                return Err(empty().into());
            }
            ISSUED.clone_into(&mut plan.state);
            plan.decision_number = Some(decision.number.clone());
            plan.decision_on = Some(decision.date);
            plan.issued_at = Some(At(moment.occurred.0));
            (Vec::new(), there.len())
        }
    };
    // The plan first: of two at once the second waits here, and is refused before it writes a line.
    store::update(tx, &plan)?;
    store::insert_entries(tx, &written)?;
    record(tx, room, &by, moment, &plan, &written, total)?;
    let view = view(tx, room, actor, &plan)?;
    Ok(Answer::done(&view)?.version(plan.version).personal())
}

fn empty() -> Error {
    Error::conflict("file_plan.empty", "Danh mục hồ sơ chưa có mục nào.", "The file plan has no line.")
        .with("state", DRAFT)
}

fn record(
    tx: &mut Conn,
    room: &CaseFiles,
    by: &Authority,
    moment: Moment,
    plan: &PlanRow,
    written: &[EntryRow],
    total: usize,
) -> TxResult<()> {
    let told = facts_of(plan, written, total);
    let stamp = Stamp::of(by, moment);
    facts::record(tx, &room.journal, &stamp, facts::PLAN_RECORDED, (plan.id.0, plan.version), &told)
}

/// What is told of a plan, with the lines that a change wrote.
pub(super) fn facts_of(plan: &PlanRow, written: &[EntryRow], total: usize) -> FilePlanFacts {
    FilePlanFacts {
        plan_id: plan.id.0,
        version: plan.version,
        agency_id: plan.written_agency_id.0,
        responsible_agency_id: plan.responsible_agency_id.0,
        year: plan.year,
        state: plan.state.clone(),
        decision: decision_of(plan),
        entry_total: total,
        entries: written
            .iter()
            .take(MOST_TOLD)
            .map(|row| FilePlanEntryFacts {
                entry_id: row.id.0,
                notation: row.notation.clone(),
                retention_years: row.retention_years,
            })
            .collect(),
    }
}
