//! Asking for case files, agreeing, giving back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::{authority_in, load_officer, names};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Journal, Moment, Stamp};
use motcua_kernel::text::normalise;
use motcua_kernel::{
    Actor, Answer, Authority, Error, FieldError, Idempotency, Page, PageRequest, Result, Role, Text, Uuid, new_id,
};

use super::http::{CaseFileLoan, CreateCaseFileLoan, CreateCaseFileLoanTransition, LoanState, LoanedCaseFile};
use super::store::{self, LoanRow, Narrow};
use crate::case_files::facts::{self, CaseFileLoanFacts};
use crate::case_files::files::rules::Action;
use crate::case_files::files::transition::reason_fault;
use crate::case_files::files::{act_on, hands};
use crate::case_files::people::{Officer, caller_id};
use crate::case_files::store as case_files;
use crate::case_files::{CaseFiles, HEADS, READ, WRITE, destructions, search};
use crate::directory;
use crate::precondition::check_version;
use crate::text_fields::needed;

/// Asks for a case file.
///
/// # Errors
/// `not_found` of a case file the caller may not see, `case_file.state`, `officer.unfit`.
pub(super) async fn create(
    room: &CaseFiles,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateCaseFileLoan,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let today = room.db.clock.business().day_in_vietnam();
    let mut faults = Vec::new();
    let purpose = needed(&new.purpose, "/purpose", 500, &mut faults);
    if new.due_on < today {
        let text = Text::new("Ngày trả đã qua.", "The day to give it back is past.");
        faults.push(FieldError::new("/due_on", "date.past", text));
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let act = move |tx: &mut Conn, room: &CaseFiles, actor: &Actor| create_in(tx, room, actor, &new, &purpose);
    room.once(&actor, ("loan_create", "create_case_file_loan"), key, act).await
}

fn create_in(
    tx: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    new: &CreateCaseFileLoan,
    purpose: &str,
) -> TxResult<Answer> {
    let moment = Moment::of(&room.db.clock);
    // Who sees it only because it is lent to them lends it to nobody.
    let case_file = case_files::find(tx, actor, new.case_file, None)?.ok_or_else(Error::not_found)?;
    let (_, by) = act_on(case_file.state()?, Action::Lend, &hands(tx, actor, &case_file)?)?;
    if !load_officer(tx, actor.tenant, new.person)?.is_some_and(|officer| officer.active) {
        let text = Text::new("Người này không phải cán bộ đang hoạt động.", "This is no active officer.");
        return Err(Error::invalid_field("/person", "officer.unfit", text).into());
    }
    destructions::refuse_listed(tx, actor.tenant, case_file.id.0)?;
    let id = new_id();
    let row = LoanRow {
        tenant_id: Id(actor.tenant),
        id: Id(id),
        keeper_agency_id: Id(case_file.keeper()),
        case_file_id: case_file.id,
        borrower_officer_id: Id(new.person),
        state: LoanState::Requested.as_str().to_owned(),
        due_on: new.due_on,
        purpose: store::seal(&room.db.vault, "purpose", id, purpose)?,
        requested_at: At(moment.occurred.0),
        requested_by: by.actor().to_owned(),
        decided_at: None,
        decided_by: None,
        decider_officer_id: None,
        refusal: None,
        returned_at: None,
        version: 1,
    };
    store::insert(tx, &row)?;
    tell(tx, &room.journal, &Stamp::of(&by, moment), &row)?;
    let view = view(tx, room, actor, &row)?;
    Ok(Answer::created(format!("/v1/case-file-loans/{id}"), &view)?.version(1).personal())
}

/// Takes a step of a loan.
///
/// # Errors
/// `not_found`, `loan.not_yours`, `loan.state`, `precondition.stale`.
pub(super) async fn transition(
    room: &CaseFiles,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    step: CreateCaseFileLoanTransition,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    if let CreateCaseFileLoanTransition::Refuse { reason } = &step
        && let Some(fault) = reason_fault(reason, "/reason")
    {
        return Err(Error::invalid(vec![fault]));
    }
    let caller = Arc::clone(&actor);
    room.db.read("loan_admit", move |conn| store::load(conn, &caller, id).map(drop)).await?;
    let act = move |tx: &mut Conn, room: &CaseFiles, actor: &Actor| take(tx, room, actor, (id, version), &step);
    room.once(&actor, ("loan_transition", "create_case_file_loan_transition"), key, act).await
}

/// What a caller may do with a loan now, each with the right it rests on.
fn rights(conn: &mut Conn, actor: &Actor, row: &LoanRow) -> TxResult<BTreeMap<&'static str, Authority>> {
    let keeper = row.keeper_agency_id.0;
    let mut rights = BTreeMap::new();
    let state = LoanState::from_word(&row.state);
    if state == Some(LoanState::Requested)
        && let Some(by) = authority_in(conn, actor, keeper, &HEADS)?
    {
        rights.insert("approve", by.clone());
        rights.insert("refuse", by);
    }
    if state == Some(LoanState::Approved) {
        let keeps = authority_in(conn, actor, keeper, &[Role::Clerk, Role::Leader, Role::Approver])?;
        let own = caller_id(conn, actor)? == Some(row.borrower_officer_id.0);
        if let Some(by) = keeps.or_else(|| own.then(|| actor.in_own_name())) {
            rights.insert("return", by);
        }
    }
    Ok(rights)
}

fn take(
    tx: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    (id, version): (Uuid, i64),
    step: &CreateCaseFileLoanTransition,
) -> TxResult<Answer> {
    let mut row = store::load(tx, actor, id)?;
    check_version(row.version, version)?;
    let rights = rights(tx, actor, &row)?;
    let by = rights.get(step.action()).cloned().ok_or_else(|| refused(&row, step, rights.keys().copied().collect()))?;
    if matches!(step, CreateCaseFileLoanTransition::Approve {}) {
        require_lendable(tx, actor, &row)?;
        search::widen(tx, actor.tenant, row.case_file_id.0, row.borrower_officer_id.0)?;
    }
    let moment = Moment::of(&room.db.clock);
    let now = At(moment.occurred.0);
    row.version += 1;
    match step {
        CreateCaseFileLoanTransition::Approve {} | CreateCaseFileLoanTransition::Refuse { .. } => {
            row.decided_at = Some(now);
            row.decided_by = Some(by.actor().to_owned());
            row.decider_officer_id = caller_id(tx, actor)?.map(Id);
            LoanState::Approved.as_str().clone_into(&mut row.state);
        }
        CreateCaseFileLoanTransition::Return {} => {
            row.returned_at = Some(now);
            LoanState::Returned.as_str().clone_into(&mut row.state);
        }
    }
    if let CreateCaseFileLoanTransition::Refuse { reason } = step {
        row.refusal = Some(store::seal(&room.db.vault, "refusal", id, &normalise(reason))?);
        LoanState::Refused.as_str().clone_into(&mut row.state);
    }
    store::update(tx, &row)?;
    tell(tx, &room.journal, &Stamp::of(&by, moment), &row)?;
    let view = view(tx, room, actor, &row)?;
    Ok(Answer::done(&view)?.version(row.version).personal())
}

/// Refuses to agree to a loan of what can't be lent any more: much may have become of it since it was asked for. From here
/// on the case file is held.
fn require_lendable(tx: &mut Conn, actor: &Actor, row: &LoanRow) -> TxResult<()> {
    let case_file = case_files::rows_of(tx, actor.tenant, &[row.case_file_id.0])?.pop();
    let case_file = case_file.ok_or_else(|| Error::internal("a case file that is to be lent is gone"))?;
    case_files::hold_at(tx, &case_file)?;
    act_on(case_file.state()?, Action::Lend, &hands(tx, actor, &case_file)?)?;
    if case_file.keeper() != row.keeper_agency_id.0 {
        let error = Error::conflict(
            "loan.keeper_changed",
            "Hồ sơ đã chuyển cho lưu trữ giữ; hãy đề nghị mượn lại.",
            "The archive keeps the case file now; ask for it anew.",
        );
        return Err(error.into());
    }
    destructions::refuse_listed(tx, actor.tenant, case_file.id.0)
}

fn refused(row: &LoanRow, step: &CreateCaseFileLoanTransition, allowed: Vec<&'static str>) -> Error {
    let error = if LoanState::from_word(&row.state) == Some(step.from()) {
        Error::forbidden(
            "loan.not_yours",
            "Người có thẩm quyền của nơi giữ hồ sơ cho phép; văn thư hoặc người mượn ghi trả.",
            "Who directs the keeper's documents agrees; its clerk or the borrower notes the return.",
        )
    } else {
        Error::conflict(
            "loan.state",
            "Phiếu mượn không ở trạng thái làm được bước này.",
            "The loan is in another state; this is not possible now.",
        )
    };
    error.with("state", row.state.clone()).with("allowed_actions", allowed)
}

/// Moves some loans of a closed agency's case files to the one that went on with its work, each with its event; how many.
///
/// # Errors
/// When the database fails.
pub(in crate::case_files) fn move_loans(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    (from, to): (Uuid, Uuid),
    most: i64,
) -> TxResult<usize> {
    let rows = store::of_keeper(tx, stamp.tenant, from, most)?;
    let moved = rows.len();
    for mut row in rows {
        row.keeper_agency_id = Id(to);
        row.version += 1;
        store::update(tx, &row)?;
        tell(tx, journal, stamp, &row)?;
    }
    Ok(moved)
}

fn tell(tx: &mut Conn, journal: &Journal, stamp: &Stamp, row: &LoanRow) -> TxResult<()> {
    let told = CaseFileLoanFacts {
        loan_id: row.id.0,
        version: row.version,
        case_file_id: row.case_file_id.0,
        keeper_agency_id: row.keeper_agency_id.0,
        borrower_officer_id: row.borrower_officer_id.0,
        state: row.state.clone(),
        due_on: row.due_on,
    };
    facts::record(tx, journal, stamp, facts::LOAN_RECORDED, (row.id.0, row.version), &told)
}

/// One loan.
///
/// # Errors
/// `not_found`.
pub(super) async fn get(room: &CaseFiles, actor: Arc<Actor>, id: Uuid) -> Result<CaseFileLoan> {
    actor.require_scope(READ)?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("loan_get", move |conn| {
            let row = store::load(conn, &reader, id)?;
            view(conn, &own, &reader, &row)
        })
        .await?;
    room.note_reading(&actor, "get_case_file_loan", vec![id]).await?;
    Ok(found)
}

/// One page of loans.
///
/// # Errors
/// When the cursor belongs to another list.
pub(super) async fn list(
    room: &CaseFiles,
    actor: Arc<Actor>,
    narrow: Narrow,
    page: PageRequest,
) -> Result<Page<CaseFileLoan>> {
    actor.require_scope(READ)?;
    let scope = format!("case-file-loans {narrow:?}");
    let after: Option<(DateTime<Utc>, Uuid)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("loan_list", move |conn| {
            let rows = store::list(conn, &reader, &narrow, &page, after)?;
            let page = Page::cut(rows, &page, &scope, |row| (row.requested_at.0, row.id.0))?;
            let items = views(conn, &own, reader.tenant, &page.items)?;
            Ok(Page { items, next: page.next, count: None })
        })
        .await?;
    room.note_reading(&actor, "list_case_file_loans", found.items.iter().map(|item| item.id).collect()).await?;
    Ok(found)
}

fn view(conn: &mut Conn, room: &CaseFiles, actor: &Actor, row: &LoanRow) -> TxResult<CaseFileLoan> {
    let shown = views(conn, room, row.tenant_id.0, std::slice::from_ref(row))?.into_iter().next();
    let mut shown = shown.ok_or_else(|| Error::internal("a loan is not shown"))?;
    shown.allowed_actions = Some(rights(conn, actor, row)?.into_keys().collect());
    Ok(shown)
}

/// Some loans. Whoever sees a loan knows which case file it is about: the borrower asked for it.
pub(super) fn views(conn: &mut Conn, room: &CaseFiles, tenant: Uuid, rows: &[LoanRow]) -> TxResult<Vec<CaseFileLoan>> {
    let today: NaiveDate = room.db.clock.business().day_in_vietnam();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.case_file_id.0).collect();
    let case_files: BTreeMap<Uuid, _> =
        case_files::rows_of(conn, tenant, &ids)?.into_iter().map(|row| (row.id.0, row)).collect();
    let keepers: BTreeSet<Uuid> = rows.iter().map(|row| row.keeper_agency_id.0).collect();
    let keepers = names(conn, tenant, &keepers.into_iter().collect::<Vec<_>>(), today)?;
    let officers = rows.iter().flat_map(|row| [Some(&row.borrower_officer_id), row.decider_officer_id.as_ref()]);
    let officers: BTreeSet<Uuid> = officers.flatten().map(|id| id.0).collect();
    let officers = directory::names_of(conn, &room.db.vault, tenant, &officers.into_iter().collect::<Vec<_>>())?;
    let officer = |id: &Id| Officer { id: id.0, name: officers.get(&id.0).cloned() };
    let mut shown = Vec::new();
    for row in rows {
        let case_file = case_files.get(&row.case_file_id.0);
        let case_file = case_file.ok_or_else(|| Error::internal("a case file that was lent is gone"))?;
        let state = LoanState::from_word(&row.state);
        let state = state.ok_or_else(|| Error::internal(format!("unknown state {}", row.state)))?;
        let keeper = keepers.get(&row.keeper_agency_id.0).cloned();
        shown.push(CaseFileLoan {
            id: row.id.0,
            case_file: LoanedCaseFile {
                id: case_file.id.0,
                code: case_file.code.clone(),
                title: case_file.content(&room.db.vault)?.title,
            },
            keeper_agency: keeper.ok_or_else(|| Error::internal("the keeper of a case file is gone"))?,
            person: officer(&row.borrower_officer_id),
            purpose: row.purpose(&room.db.vault)?,
            due_on: row.due_on,
            state,
            late: state == LoanState::Approved && row.due_on < today,
            requested_at: row.requested_at.0,
            decided_at: row.decided_at.as_ref().map(|at| at.0),
            decider: row.decider_officer_id.as_ref().map(officer),
            refusal: row.refusal(&room.db.vault)?,
            returned_at: row.returned_at.as_ref().map(|at| at.0),
            allowed_actions: None,
            version: row.version,
        });
    }
    Ok(shown)
}
