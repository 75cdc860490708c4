//! Making, changing, issuing and reading file plans.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::Datelike;
use motcua_agencies::{load_officer, named, names, open_agency};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{
    Actor, Answer, Authority, Error, FieldError, Idempotency, Page, PageRequest, Result, Text, Uuid, new_id,
};

use super::check::{self, AskedEntry};
use super::http::{CreateFilePlan, FilePlan, FilePlanEntry, FilePlanSummary, NewFilePlanEntry};
use super::store::{self, EntryRow, PlanRow};
use super::{DRAFT, ISSUED, head, keeper, require_state};
use crate::agency_filter::AgencyFilter;
use crate::case_files::decision::Decision;
use crate::case_files::facts::{self, FilePlanEntryFacts, FilePlanFacts};
use crate::case_files::files::view::CaseFileWarning;
use crate::case_files::people::Officer;
use crate::case_files::retention::Retention;
use crate::case_files::{CaseFiles, HEADS, KEEPERS, READ, WRITE};
use crate::directory;
use crate::precondition::check_version;

/// The first year a plan can be entered for.
const FIRST_YEAR: i32 = 1945;
/// An event names at most so many lines.
const MOST_TOLD: usize = 100;
const ANNEX_VI_NOTATION: usize = 20;

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
            let known = motcua_agencies::load_agency(conn, caller.tenant, agency)?.is_some();
            let sees = motcua_agencies::authority_in(conn, &caller, agency, &motcua_kernel::Role::ALL)?.is_some();
            if !(known && sees) {
                return Err(Error::not_found().into());
            }
            keeper(conn, &caller, agency).map(drop)
        })
        .await?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let (year, from_year) = (new.year, new.from_year);
    let answer = room
        .db
        .write_once("file_plan_create", actor.tenant, key, move |tx| {
            create_in(tx, &own, &writer, agency, (year, from_year), &asked)
        })
        .await?;
    room.audited(&actor, "create_file_plan", answer).await
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

/// The lines of another year's plan of the same agency, for a new one.
fn copied(tx: &mut Conn, room: &CaseFiles, plan: &PlanRow, from: i32) -> TxResult<Vec<EntryRow>> {
    let source = store::of_year(tx, plan.tenant_id.0, plan.responsible_agency_id.0, from)?;
    let source = source.filter(|source| source.id != plan.id);
    let source = source.ok_or_else(|| {
        let text = Text::new(
            format!("Cơ quan không có danh mục hồ sơ năm {from}."),
            format!("The agency has no file plan for {from}."),
        );
        Error::invalid_field("/from_year", "file_plan.unknown", text)
    })?;
    let mut rows = Vec::new();
    for row in store::entries(tx, &source)? {
        let id = new_id();
        let content = row.content(&room.db.vault)?.seal(&room.db.vault, id)?;
        rows.push(EntryRow { id: Id(id), plan_id: plan.id.clone(), content, added_at: None, ..row });
    }
    Ok(rows)
}

/// Rows of new lines behind those a plan has.
fn entry_rows(
    tx: &mut Conn,
    room: &CaseFiles,
    plan: &PlanRow,
    there: &[EntryRow],
    asked: &[AskedEntry],
    added_at: Option<At>,
) -> TxResult<Vec<EntryRow>> {
    let tenant = plan.tenant_id.0;
    let today = room.db.clock.business().day_in_vietnam();
    let known: BTreeSet<&str> = there.iter().map(|row| row.notation.as_str()).collect();
    let mut position = there.iter().map(|row| row.position).max().unwrap_or(0);
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for (at, entry) in asked.iter().enumerate() {
        if known.contains(entry.notation.as_str()) {
            faults.push(check::repeated(&format!("/entries/{at}/notation")));
        }
        let unit = match &entry.unit {
            Some(reference) => named(tx, tenant, reference, today)?,
            None => None,
        };
        if entry.unit.is_some() && unit.is_none() {
            let text = Text::new("Không có đơn vị mang mã này.", "There is no unit with this code.");
            faults.push(FieldError::new(format!("/entries/{at}/unit"), "agency.unknown", text));
        }
        if let Some(officer) = entry.officer
            && load_officer(tx, tenant, officer)?.is_none()
        {
            let text = Text::new("Không có cán bộ này.", "There is no such officer.");
            faults.push(FieldError::new(format!("/entries/{at}/officer"), "officer.unknown", text));
        }
        position += 1;
        let id = new_id();
        rows.push(EntryRow {
            tenant_id: plan.tenant_id.clone(),
            id: Id(id),
            plan_id: plan.id.clone(),
            position,
            notation: entry.notation.clone(),
            retention_years: entry.retention.0,
            unit_id: unit.map(Id),
            officer_id: entry.officer.map(Id),
            content: entry.content.seal(&room.db.vault, id)?,
            added_at: added_at.clone(),
        });
    }
    if faults.is_empty() { Ok(rows) } else { Err(Error::invalid(faults).into()) }
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
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("file_plan_write", actor.tenant, key, move |tx| {
            write_in(tx, &own, &writer, (id, version), &asked)
        })
        .await?;
    room.audited(&actor, "write_file_plan", answer).await
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
            let added_at = (plan.state == ISSUED).then(|| At(moment.occurred.0));
            let rows = entry_rows(tx, room, &plan, &there, entries, added_at)?;
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
    store::insert_entries(tx, &written)?;
    store::update(tx, &plan)?;
    record(tx, room, &by, moment, &plan, &written, total)?;
    let view = view(tx, room, actor, &plan)?;
    Ok(Answer::done(&view)?.version(plan.version).personal())
}

fn empty() -> Error {
    Error::conflict("file_plan.empty", "Danh mục hồ sơ chưa có mục nào.", "The file plan has no line.")
        .with("state", DRAFT)
}

fn decision_of(plan: &PlanRow) -> Option<Decision> {
    Some(Decision { number: plan.decision_number.clone()?, date: plan.decision_on? })
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
    let told = FilePlanFacts {
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
    };
    let stamp = Stamp::of(by, moment);
    facts::record(tx, &room.journal, &stamp, facts::PLAN_RECORDED, (plan.id.0, plan.version), &told)
}

/// One plan.
///
/// # Errors
/// `not_found`.
pub(super) async fn get(room: &CaseFiles, actor: Arc<Actor>, id: Uuid) -> Result<FilePlan> {
    actor.require_scope(READ)?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("file_plan_get", move |conn| {
            let plan = store::load(conn, &reader, id)?;
            view(conn, &own, &reader, &plan)
        })
        .await?;
    room.note_reading(&actor, "get_file_plan", vec![id]).await?;
    Ok(found)
}

/// One page of plans.
///
/// # Errors
/// When the cursor belongs to another list.
pub(super) async fn list(
    room: &CaseFiles,
    actor: Arc<Actor>,
    narrow: (Option<AgencyFilter>, Option<i32>),
    page: PageRequest,
) -> Result<Page<FilePlanSummary>> {
    actor.require_scope(READ)?;
    let scope = format!("file-plans {narrow:?}");
    let after: Option<(i32, Uuid)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let own = room.clone();
    room.db
        .read("file_plan_list", move |conn| {
            let rows = store::list(conn, &actor, &narrow, &page, after)?;
            let page = Page::cut(rows, &page, &scope, |row| (row.year, row.id.0))?;
            let items = summaries(conn, &own, &page.items)?;
            Ok(Page { items, next: page.next, count: None })
        })
        .await
}

fn summaries(conn: &mut Conn, room: &CaseFiles, plans: &[PlanRow]) -> TxResult<Vec<FilePlanSummary>> {
    let Some(first) = plans.first() else { return Ok(Vec::new()) };
    let ids: BTreeSet<Uuid> =
        plans.iter().flat_map(|plan| [plan.written_agency_id.0, plan.responsible_agency_id.0]).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let named = names(conn, first.tenant_id.0, &ids, room.db.clock.business().day_in_vietnam())?;
    let agency = |id: &Id| {
        named.get(&id.0).cloned().ok_or_else(|| Error::internal(format!("the agency {} of a plan is gone", id.0)))
    };
    let shown = plans.iter().map(|plan| {
        Ok(FilePlanSummary {
            id: plan.id.0,
            agency: motcua_agencies::Named {
                code: plan.written_code.clone(),
                ..agency(&plan.written_agency_id)?
            },
            responsible_agency: agency(&plan.responsible_agency_id)?,
            year: plan.year,
            state: plan.state.clone(),
            decision: decision_of(plan),
            issued_at: plan.issued_at.as_ref().map(|at| at.0),
            version: plan.version,
        })
    });
    Ok(shown.collect::<Result<_>>()?)
}

/// A plan, whole, for a caller.
pub(super) fn view(conn: &mut Conn, room: &CaseFiles, actor: &Actor, plan: &PlanRow) -> TxResult<FilePlan> {
    let tenant = plan.tenant_id.0;
    let summary = summaries(conn, room, std::slice::from_ref(plan))?.into_iter().next();
    let summary = summary.ok_or_else(|| Error::internal("a plan is not shown"))?;
    let rows = store::entries(conn, plan)?;
    let units: Vec<Uuid> = rows.iter().filter_map(|row| row.unit_id.as_ref().map(|id| id.0)).collect();
    let units = names(conn, tenant, &units, room.db.clock.business().day_in_vietnam())?;
    let officers: Vec<Uuid> = rows.iter().filter_map(|row| row.officer_id.as_ref().map(|id| id.0)).collect();
    let officers = directory::names_of(conn, &room.db.vault, tenant, &officers)?;
    let mut entries = Vec::new();
    for row in &rows {
        let content = row.content(&room.db.vault)?;
        let officer = row.officer_id.as_ref().map(|id| Officer { id: id.0, name: officers.get(&id.0).cloned() });
        entries.push(FilePlanEntry {
            id: row.id.0,
            notation: row.notation.clone(),
            heading: content.heading,
            title: content.title,
            retention: Retention(row.retention_years).view(),
            unit: row.unit_id.as_ref().and_then(|id| units.get(&id.0).cloned()),
            officer,
            note: content.note,
            added_on: row.added_at.as_ref().map(|at| motcua_kernel::time::day_in_vietnam(at.0)),
        });
    }
    let agency = plan.responsible_agency_id.0;
    let keeps = motcua_agencies::authority_in(conn, actor, agency, &KEEPERS)?.is_some();
    let heads = motcua_agencies::authority_in(conn, actor, agency, &HEADS)?.is_some();
    let draft = plan.state == DRAFT;
    let actions = [("put", keeps && draft), ("add_entries", keeps), ("issue", heads && draft && !rows.is_empty())];
    Ok(FilePlan {
        summary,
        warnings: rows.iter().any(|row| row.notation.chars().count() > ANNEX_VI_NOTATION).then(long).into_iter().collect(),
        entries,
        allowed_actions: actions.into_iter().filter(|(_, may)| *may).map(|(action, _)| action).collect(),
    })
}

fn long() -> CaseFileWarning {
    CaseFileWarning {
        code: "case_file.notation_long",
        message: Text::new(
            "Có ký hiệu hồ sơ dài hơn 20 ký tự của Phụ lục VI Nghị định 30/2020/NĐ-CP; bản xuất theo mẫu sẽ bị cắt.",
            "A notation is longer than the 20 characters of Decree 30/2020/NĐ-CP, Annex VI; its forms cut it.",
        ),
    }
}
