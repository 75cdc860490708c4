//! The steps of a case file: one transaction each, from the rule that allows it to the event that tells of it.

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::authority_in;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_journal::{EventKind, Moment, Stamp};
use motcua_kernel::text::normalise;
use motcua_kernel::{Actor, ActorKind, Answer, Error, FieldError, Idempotency, Result, Role, Text, Uuid};

use super::rules::{self, Hand, Hands, KeepBack, State, act_on};
use super::show;
use super::transition::CreateCaseFileTransition;
use crate::case_files::people::{belongs, caller_id, is_fit, unfit};
use crate::case_files::store::{self, CaseFileRow};
use crate::case_files::{CaseFiles, HEADS, WRITE, contents, facts, hand_overs, plans, search};
use crate::in_archive::ARCHIVISTS;
use crate::precondition::check_version;

/// In whose names a caller can act on a case file, each with the right it rests on.
pub(in crate::case_files) fn hands(conn: &mut Conn, actor: &Actor, row: &CaseFileRow) -> TxResult<Hands> {
    let mut hands = Hands::new();
    if actor.kind != ActorKind::Officer {
        return Ok(hands);
    }
    let agency = row.responsible_agency_id.0;
    if caller_id(conn, actor)? == Some(row.creator_officer_id.0) && belongs(conn, actor, agency)? {
        hands.insert(Hand::Creator, actor.in_own_name());
    }
    if let Some(by) = authority_in(conn, actor, agency, &[Role::Clerk])? {
        hands.insert(Hand::Clerk, by);
    }
    if let Some(by) = authority_in(conn, actor, agency, &HEADS)? {
        hands.insert(Hand::Head, by);
    }
    if let Some(archive) = &row.archive_agency_id
        && let Some(by) = authority_in(conn, actor, archive.0, &ARCHIVISTS)?
    {
        hands.insert(Hand::Archivist, by);
    }
    Ok(hands)
}

/// Refuses who may not see a case file, before a kept answer is given again.
pub(in crate::case_files) async fn admit(room: &CaseFiles, actor: &Arc<Actor>, id: Uuid) -> Result<()> {
    let (caller, today) = (Arc::clone(actor), room.db.clock.business().day_in_vietnam());
    room.db.read("case_file_admit", move |conn| store::load(conn, &caller, id, today).map(drop)).await
}

/// A case file the caller may see and has read at this version.
///
/// # Errors
/// `not_found`, or `precondition.stale`.
pub(super) fn load_at(conn: &mut Conn, room: &CaseFiles, actor: &Actor, id: Uuid, read: i64) -> TxResult<CaseFileRow> {
    let row = store::load(conn, actor, id, room.db.clock.business().day_in_vietnam())?;
    check_version(row.version, read)?;
    Ok(row)
}

/// Does one step of a case file.
///
/// # Errors
/// `not_found`, `case_file.not_yours`, `case_file.state` with the actions allowed now, `precondition.stale`.
pub(super) async fn transition(
    room: &CaseFiles,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    step: CreateCaseFileTransition,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    admit(room, &actor, id).await?;
    let act = move |tx: &mut Conn, room: &CaseFiles, actor: &Actor| take(tx, room, actor, (id, version), &step);
    room.once(&actor, ("case_file_transition", "create_case_file_transition"), key, act).await
}

fn take(
    tx: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    (id, version): (Uuid, i64),
    step: &CreateCaseFileTransition,
) -> TxResult<Answer> {
    let mut row = load_at(tx, room, actor, id, version)?;
    store::hold_at(tx, &row)?;
    let (next, by) = act_on(row.state()?, step.action(), &hands(tx, actor, &row)?)?;
    let moment = Moment::of(&room.db.clock);
    let today = moment.occurred.day_in_vietnam();
    let faults = step.faults(today);
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    let stamp = Stamp::of(&by, moment);
    row.version += 1;
    next.as_str().clone_into(&mut row.state);
    let kind = change(tx, room, actor, &mut row, step, &stamp)?;
    store::update(tx, &row)?;
    search::enter(tx, room, &row)?;
    let said = step.said();
    store::note(tx, &room.db.vault, &row, step.action().as_str(), &by, &stamp, said.as_deref())?;
    facts::tell(tx, &room.journal, &stamp, kind, &row)?;
    let view = show::whole(tx, room, actor, &row)?;
    Ok(Answer::done(&view)?.version(row.version).personal())
}

fn change(
    tx: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    row: &mut CaseFileRow,
    step: &CreateCaseFileTransition,
    stamp: &Stamp,
) -> TxResult<EventKind> {
    let (tenant, today) = (row.tenant_id.0, stamp.occurred.day_in_vietnam());
    match step {
        CreateCaseFileTransition::Close { .. } => {
            close(tx, room, actor, row, step, stamp)?;
            Ok(facts::CLOSED)
        }
        CreateCaseFileTransition::Reopen { .. } => {
            (row.closed_at, row.list_sha256, row.ended_on) = (None, None, None);
            (row.due_on, row.remind_on, row.keep_back) = (None, None, None);
            row.hand_over_id = None;
            Ok(facts::REOPENED)
        }
        CreateCaseFileTransition::Assign { officer, .. } => {
            if !is_fit(tx, tenant, *officer, row.responsible_agency_id.0, today)? {
                return Err(Error::invalid(vec![unfit("/officer")]).into());
            }
            row.creator_officer_id = Id(*officer);
            Ok(facts::ASSIGNED)
        }
        CreateCaseFileTransition::KeepBack { until, decision } => {
            let kept = KeepBack { until: *until, decision: decision.check("/decision", today, &mut Vec::new()) };
            keep_back(row, kept)?;
            Ok(facts::KEPT_BACK)
        }
        CreateCaseFileTransition::Accept {} => {
            (row.due_on, row.remind_on) = (None, None);
            hand_overs::answered(tx, row, State::Accepted, stamp)?;
            Ok(facts::ACCEPTED)
        }
        CreateCaseFileTransition::Return { .. } => {
            hand_overs::answered(tx, row, State::Returned, stamp)?;
            row.archive_agency_id = None;
            row.remind_on = row.due_on.and_then(rules::reminder_of);
            Ok(facts::RETURNED)
        }
    }
}

fn close(
    tx: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    row: &mut CaseFileRow,
    step: &CreateCaseFileTransition,
    stamp: &Stamp,
) -> TxResult<()> {
    let CreateCaseFileTransition::Close { ended_on, retention, title, description } = step else {
        return Err(Error::internal("another step was taken for closing").into());
    };
    if *ended_on < row.started_on {
        let text = Text::new("Ngày kết thúc trước ngày bắt đầu.", "The last day is before the first.");
        return Err(Error::invalid_field("/ended_on", "date.before_start", text).into());
    }
    if row.document_total == 0 {
        return Err(Error::conflict(
            "case_file.empty",
            "Hồ sơ chưa có văn bản nào; không kết thúc được (Nghị định 30/2020/NĐ-CP, Điều 28 đến 31).",
            "There is no document in it; it can't be closed (Decree 30/2020/NĐ-CP, Articles 28 to 31).",
        )
        .with("state", State::Open.as_str())
        .into());
    }
    // What it is kept by is counted from its last day: an early one would let go of what has only just come.
    if let Some(newest) = contents::newest_day(tx, room, row)?.filter(|newest| *ended_on < *newest) {
        let text = Text::new(
            format!("Trong hồ sơ có văn bản ngày {newest}; hồ sơ không kết thúc trước ngày đó."),
            format!("There is a document of {newest} in it; it does not end before that day."),
        );
        return Err(Error::invalid_field("/ended_on", "date.before_documents", text).into());
    }
    if let Some(period) = retention {
        let asked = period.check("/retention", &mut Vec::new());
        if let Some(entry) = &row.plan_entry_id {
            plans::require_as_long(plans::retention_of(tx, row.tenant_id.0, entry.0)?, asked)?;
        }
        row.retention_years = asked.0;
    }
    let mut content = row.content(&room.db.vault)?;
    if let Some(title) = title {
        content.title = normalise(title);
    }
    if let Some(description) = description.as_deref().map(normalise) {
        content.description = Some(description).filter(|text| !text.is_empty());
    }
    row.content = content.seal(&room.db.vault, row.id.0)?;
    row.ended_on = Some(*ended_on);
    row.closed_at = Some(At(stamp.occurred.0));
    row.closings += 1;
    row.due_on = rules::hand_over_due(row.kind()?, row.retention(), *ended_on);
    row.remind_on = row.due_on.and_then(rules::reminder_of);
    let made = contents::make_list(tx, room, actor, row, stamp)?;
    row.page_total = made.page_total;
    row.list_sha256 = Some(made.sha256);
    Ok(())
}

fn keep_back(row: &mut CaseFileRow, kept: KeepBack) -> Result<()> {
    let ended_on = row.ended_on.ok_or_else(|| Error::internal("a closed case file has no last day"))?;
    let limit = rules::hand_over_due(row.kind()?, row.retention(), ended_on);
    let latest = rules::latest_keep_back(row.kind()?, row.retention(), ended_on);
    let (Some(limit), Some(latest)) = (limit, latest) else {
        return Err(Error::conflict(
            "case_file.not_for_archive",
            "Chỉ hồ sơ có thời hạn bảo quản từ 5 năm trở lên mới phải nộp lưu, nên không có hạn để giữ lại (Nghị định 30/2020/NĐ-CP, Điều 28 đến 31).",
            "Only what is kept for 5 years or more is handed in, so there is no limit to keep it back from (Decree 30/2020/NĐ-CP, Articles 28 to 31).",
        ));
    };
    if !(limit < kept.until && kept.until <= latest) {
        return Err(Error::invalid(vec![keep_back_fault(limit, latest)]));
    }
    row.due_on = Some(kept.until);
    row.remind_on = rules::reminder_of(kept.until);
    row.keep_back = Some(Json(serde_json::to_value(kept).map_err(Error::internal)?));
    Ok(())
}

fn keep_back_fault(limit: NaiveDate, latest: NaiveDate) -> FieldError {
    let text = Text::new(
        format!(
            "Giữ lại sau hạn nộp lưu {limit} và không quá 2 năm, đến {latest} (Nghị định 30/2020/NĐ-CP, Điều 28 đến 31)."
        ),
        format!(
            "It is kept back beyond its limit, {limit}, and no longer than 2 years, until {latest} (Decree 30/2020/NĐ-CP, Articles 28 to 31)."
        ),
    );
    FieldError::new("/until", "case_file.keep_back_limit", text)
}
