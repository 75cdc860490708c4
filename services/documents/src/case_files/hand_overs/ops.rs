//! Handing over, and reading hand-overs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use motcua_agencies::{Named, names, open_agency};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::text::normalise;
use motcua_kernel::{
    Actor, Answer, Authority, Error, FieldError, Idempotency, Page, PageRequest, Result, Text, Uuid, new_id,
};

use super::http::{CreateHandOver, HandOver, HandOverItem, HandOverSummary};
use super::store::{self, HandOverRow, ItemRow, WAITING};
use crate::case_files::files::rules::{Action, State};
use crate::case_files::files::summaries;
use crate::case_files::store::{self as case_files, CaseFileRow};
use crate::case_files::{CaseFiles, READ, WRITE, facts, search, several};
use crate::text_fields::required;

const LAW_VI: &str = "Nghị định 30/2020/NĐ-CP, Điều 28 đến 31";
const LAW_EN: &str = "Decree 30/2020/NĐ-CP, Articles 28 to 31";

/// Hands case files in to an archive.
///
/// # Errors
/// `hand_over.not_keeper`, `agency.closed`, and every fault of every case file at once.
pub(super) async fn create(
    room: &CaseFiles,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    agency: Uuid,
    new: CreateHandOver,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let mut faults = Vec::new();
    if normalise(&new.archive_agency).is_empty() {
        faults.push(required("/archive_agency"));
    }
    faults.extend(several::list_fault(&new.case_files));
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let caller = Arc::clone(&actor);
    room.db.read("hand_over_right", move |conn| keeper(conn, &caller, agency).map(drop)).await?;
    let act = move |tx: &mut Conn, room: &CaseFiles, actor: &Actor| create_in(tx, room, actor, agency, &new);
    room.once(&actor, ("hand_over_create", "create_hand_over"), key, act).await
}

/// The right of who hands over an agency's case files.
fn keeper(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<Authority> {
    several::keeper_of(conn, actor, agency, || {
        Error::forbidden(
            "hand_over.not_keeper",
            "Chỉ văn thư hoặc lãnh đạo của cơ quan nộp lưu hồ sơ.",
            "Only clerks and leaders of the agency hand its case files in.",
        )
    })
}

fn create_in(tx: &mut Conn, room: &CaseFiles, actor: &Actor, agency: Uuid, new: &CreateHandOver) -> TxResult<Answer> {
    let moment = Moment::of(&room.db.clock);
    let today = moment.occurred.day_in_vietnam();
    let by = keeper(tx, actor, agency)?;
    let archive = open_agency(tx, actor.tenant, &normalise(&new.archive_agency), today).map_err(at_archive)?;
    let own = names(tx, actor.tenant, &[agency], today)?.remove(&agency).ok_or_else(Error::not_found)?;
    let is_theirs = |row: &CaseFileRow| row.responsible_agency_id.0 == agency;
    let mut rows = several::named(tx, actor.tenant, &new.case_files, is_theirs, fault)?;
    let (id, stamp) = (new_id(), Stamp::of(&by, moment));
    for row in &mut rows {
        row.version += 1;
        State::HandedOver.as_str().clone_into(&mut row.state);
        (row.archive_agency_id, row.hand_over_id, row.remind_on) = (Some(Id(archive.id)), Some(Id(id)), None);
    }
    let hand_over = HandOverRow {
        tenant_id: Id(actor.tenant),
        id: Id(id),
        written_agency_id: Id(agency),
        written_code: own.code,
        responsible_agency_id: Id(agency),
        archive_agency_id: Id(archive.id),
        handed_on: today,
        handed_at: At(moment.occurred.0),
        handed_by: by.actor().to_owned(),
        version: 1,
    };
    let mut items = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        case_files::update(tx, row)?;
        search::widen(tx, actor.tenant, row.id.0, archive.id)?;
        case_files::note(tx, &room.db.vault, row, Action::HandOver.as_str(), &by, &stamp, None)?;
        facts::tell(tx, &room.journal, &stamp, facts::HANDED_OVER, row)?;
        items.push(ItemRow {
            tenant_id: row.tenant_id.clone(),
            hand_over_id: Id(id),
            case_file_id: row.id.clone(),
            position: i32::try_from(at).map_err(Error::internal)?,
            outcome: WAITING.to_owned(),
            answered_at: None,
        });
    }
    store::insert(tx, &hand_over, &items)?;
    let view = view(tx, room, &hand_over)?;
    Ok(Answer::created(format!("/v1/hand-overs/{id}"), &view)?.version(1).personal())
}

/// Why a case file can't be handed in.
fn fault(row: &CaseFileRow, pointer: &str) -> Result<Option<FieldError>> {
    if !matches!(row.state()?, State::Closed | State::Returned) {
        let text = Text::new(
            format!("Hồ sơ phải kết thúc trước khi nộp lưu ({LAW_VI})."),
            format!("A case file is closed before it is handed in ({LAW_EN})."),
        );
        return Ok(Some(FieldError::new(pointer, "case_file.state", text)));
    }
    if !row.retention().is_for_archive() {
        let text = Text::new(
            format!("Chỉ nộp lưu hồ sơ có thời hạn bảo quản từ 5 năm trở lên ({LAW_VI})."),
            format!("Only what is kept for 5 years or more is handed in ({LAW_EN})."),
        );
        return Ok(Some(FieldError::new(pointer, "case_file.retention_short", text)));
    }
    Ok(None)
}

fn at_archive(failure: Failure) -> Failure {
    let Failure::Refused(mut error) = failure else { return failure };
    for field in &mut error.fields {
        "/archive_agency".clone_into(&mut field.pointer);
    }
    Failure::Refused(error)
}

/// One hand-over.
///
/// # Errors
/// `not_found`.
pub(super) async fn get(room: &CaseFiles, actor: Arc<Actor>, id: Uuid) -> Result<HandOver> {
    actor.require_scope(READ)?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("hand_over_get", move |conn| {
            let row = store::load(conn, &reader, id)?;
            view(conn, &own, &row)
        })
        .await?;
    let shown = std::iter::once(id).chain(found.case_files.iter().map(|item| item.case_file.id)).collect();
    room.note_reading(&actor, "get_hand_over", shown).await?;
    Ok(found)
}

/// One page of hand-overs.
///
/// # Errors
/// When the cursor belongs to another list.
pub(super) async fn list(room: &CaseFiles, actor: Arc<Actor>, page: PageRequest) -> Result<Page<HandOverSummary>> {
    actor.require_scope(READ)?;
    let scope = "hand-overs";
    let after: Option<(DateTime<Utc>, Uuid)> = page.after.as_ref().map(|cursor| cursor.read(scope)).transpose()?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("hand_over_list", move |conn| {
            let rows = store::list(conn, &actor, &page, after)?;
            let page = Page::cut(rows, &page, scope, |row| (row.handed_at.0, row.id.0))?;
            let ids = page.items.iter().flat_map(|row| [row.written_agency_id.0, row.archive_agency_id.0]);
            let ids: BTreeSet<Uuid> = ids.collect();
            let named = names(conn, actor.tenant, &ids.into_iter().collect::<Vec<_>>(), today)?;
            let items = page.items.iter().map(|row| summary(row, &named)).collect::<Result<_>>()?;
            Ok(Page { items, next: page.next, count: None })
        })
        .await
}

fn summary(row: &HandOverRow, named: &BTreeMap<Uuid, Named>) -> Result<HandOverSummary> {
    let agency = |id: &Id| {
        let found = named.get(&id.0).cloned();
        found.ok_or_else(|| Error::internal(format!("the agency {} of a hand-over is gone", id.0)))
    };
    Ok(HandOverSummary {
        id: row.id.0,
        agency: Named { code: row.written_code.clone(), ..agency(&row.written_agency_id)? },
        archive_agency: agency(&row.archive_agency_id)?,
        handed_on: row.handed_on,
        version: row.version,
    })
}

/// A hand-over with its case files.
pub(super) fn view(conn: &mut Conn, room: &CaseFiles, row: &HandOverRow) -> TxResult<HandOver> {
    let tenant = row.tenant_id.0;
    let today = room.db.clock.business().day_in_vietnam();
    let named = names(conn, tenant, &[row.written_agency_id.0, row.archive_agency_id.0], today)?;
    let items = store::items(conn, row)?;
    let ids: Vec<Uuid> = items.iter().map(|item| item.case_file_id.0).collect();
    let rows = case_files::rows_of(conn, tenant, &ids)?;
    let shown = summaries(conn, room, tenant, &rows)?;
    let mut shown: BTreeMap<Uuid, _> = shown.into_iter().map(|summary| (summary.id, summary)).collect();
    let mut case_files = Vec::new();
    for item in &items {
        let case_file = shown.remove(&item.case_file_id.0);
        case_files.push(HandOverItem {
            case_file: case_file.ok_or_else(|| Error::internal("a case file that was handed over is gone"))?,
            outcome: item.outcome.clone(),
            answered_at: item.answered_at.as_ref().map(|at| at.0),
        });
    }
    Ok(HandOver { summary: summary(row, &named)?, case_files })
}
