//! Proposing, deciding, destroying.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::{Named, authority_in, names};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::text::normalise;
use motcua_kernel::{
    Actor, Answer, Authority, Error, FieldError, Idempotency, Page, PageRequest, Result, Role, Text, Uuid, new_id,
};

use super::http::{CreateDestruction, CreateDestructionTransition, Destruction, DestructionSummary};
use super::store::{self, Content, DestructionRow};
use crate::case_files::decision::Decision;
use crate::case_files::facts::{self, DestructionFacts};
use crate::case_files::files::rules::State;
use crate::case_files::files::summaries;
use crate::case_files::files::transition::reason_fault;
use crate::case_files::store::{self as case_files, CaseFileRow};
use crate::case_files::{CaseFiles, HEADS, READ, WRITE};
use crate::precondition::check_version;
use crate::text_fields::{needed, required};

const PROPOSED: &str = "proposed";
const DECIDED: &str = "decided";
const REFUSED: &str = "refused";
pub(super) const DONE: &str = "done";

const MOST: usize = 500;
const FEWEST_MEMBERS: usize = 3;
const MOST_MEMBERS: usize = 20;

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
    if new.case_files.is_empty() {
        faults.push(required("/case_files"));
    } else if new.case_files.len() > MOST {
        let text = Text::new("Nhiều nhất 500 hồ sơ.", "At most 500 case files.");
        faults.push(FieldError::new("/case_files", "too_many", text));
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let caller = Arc::clone(&actor);
    room.db.read("destruction_right", move |conn| keeper(conn, &caller, agency).map(drop)).await?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("destruction_create", actor.tenant, key, move |tx| create_in(tx, &own, &writer, agency, &new))
        .await?;
    room.audited(&actor, "create_destruction", answer).await
}

fn keeper(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<Authority> {
    if authority_in(conn, actor, agency, &Role::ALL)?.is_none() {
        return Err(Error::not_found().into());
    }
    let held = authority_in(conn, actor, agency, &[Role::Clerk, Role::Leader, Role::Approver])?;
    Ok(held.ok_or_else(|| {
        Error::forbidden(
            "destruction.not_keeper",
            "Chỉ văn thư hoặc lãnh đạo của nơi giữ hồ sơ đề nghị tiêu hủy.",
            "Only clerks and leaders of who keeps the case files propose their destruction.",
        )
    })?)
}

fn create_in(tx: &mut Conn, room: &CaseFiles, actor: &Actor, agency: Uuid, new: &CreateDestruction) -> TxResult<Answer> {
    let moment = Moment::of(&room.db.clock);
    let today = moment.occurred.day_in_vietnam();
    let by = keeper(tx, actor, agency)?;
    let own = names(tx, actor.tenant, &[agency], today)?.remove(&agency).ok_or_else(Error::not_found)?;
    let found = case_files::rows_of(tx, actor.tenant, &new.case_files)?;
    let found: BTreeMap<Uuid, CaseFileRow> = found.into_iter().map(|row| (row.id.0, row)).collect();
    let (mut faults, mut seen) = (Vec::new(), BTreeSet::new());
    for (at, case_file) in new.case_files.iter().enumerate() {
        let pointer = format!("/case_files/{at}");
        if !seen.insert(*case_file) {
            let text = Text::new("Hồ sơ được nêu hai lần.", "This case file is named twice.");
            faults.push(FieldError::new(pointer, "repeated", text));
            continue;
        }
        match found.get(case_file).filter(|row| kept_by(row) == agency) {
            None => {
                let text = Text::new("Cơ quan không giữ hồ sơ này.", "The agency does not keep this case file.");
                faults.push(FieldError::new(pointer, "case_file.unknown", text));
            }
            Some(row) => faults.extend(fault(row, today, &pointer)?),
        }
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
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
    tell(tx, room, &Stamp::of(&by, moment), &row, new.case_files.len())?;
    let view = view(tx, room, actor, &row)?;
    Ok(Answer::created(format!("/v1/destructions/{id}"), &view)?.version(1).personal())
}

/// Who keeps a case file: the archive once it has taken it.
fn kept_by(row: &CaseFileRow) -> Uuid {
    let archive = row.archive_agency_id.as_ref().filter(|_| row.state == State::Accepted.as_str());
    archive.unwrap_or(&row.responsible_agency_id).0
}

/// Why a case file can't be destroyed on a day.
fn fault(row: &CaseFileRow, today: NaiveDate, pointer: &str) -> Result<Option<FieldError>> {
    let fault = |code: &str, text: Text| Ok(Some(FieldError::new(pointer, code, text)));
    if !row.state()?.is_at_rest() {
        let text = Text::new(
            "Chỉ tiêu hủy hồ sơ đã kết thúc và không đang chờ lưu trữ tiếp nhận.",
            "Only a case file that is closed and not waiting for the archive is destroyed.",
        );
        return fault("case_file.state", text);
    }
    let Some(ended_on) = row.ended_on else {
        return Err(Error::internal(format!("the closed case file {} has no last day", row.id.0)));
    };
    match row.retention().last_day(ended_on) {
        None => {
            let text = Text::new(
                "Hồ sơ bảo quản vĩnh viễn không bao giờ được tiêu hủy (Luật Lưu trữ 33/2024/QH15).",
                "What is kept for ever is never destroyed (Law on Archives 33/2024/QH15).",
            );
            fault("case_file.permanent", text)
        }
        Some(last) if today <= last => {
            let text = Text::new(
                format!("Chưa hết thời hạn bảo quản: giữ đến hết ngày {last} (Luật Lưu trữ 33/2024/QH15)."),
                format!("Its retention has not ended: it is kept until {last} (Law on Archives 33/2024/QH15)."),
            );
            fault("case_file.retention_not_ended", text)
        }
        Some(_) => Ok(None),
    }
}

/// What is asked of a destruction, in normal form.
enum Asked {
    Decide(Decision, String, Vec<String>),
    Refuse(String),
    Destroy,
}

impl Asked {
    const fn action(&self) -> &'static str {
        match self {
            Self::Decide(..) => "decide",
            Self::Refuse(_) => "refuse",
            Self::Destroy => "destroy",
        }
    }

    const fn from(&self) -> &'static str {
        match self {
            Self::Decide(..) | Self::Refuse(_) => PROPOSED,
            Self::Destroy => DECIDED,
        }
    }
}

fn check(step: CreateDestructionTransition, today: NaiveDate) -> Result<Asked> {
    let mut faults = Vec::new();
    let asked = match step {
        CreateDestructionTransition::Decide { decision, opinion, members } => {
            let decision = decision.check("/decision", today, &mut faults);
            let opinion = needed(&opinion, "/opinion", 2000, &mut faults);
            if !(FEWEST_MEMBERS..=MOST_MEMBERS).contains(&members.len()) {
                let text = Text::new("Hội đồng có từ 3 đến 20 thành viên.", "A council has 3 to 20 members.");
                faults.push(FieldError::new("/members", "range", text));
            }
            let members = members
                .iter()
                .take(MOST_MEMBERS)
                .enumerate()
                .map(|(at, name)| needed(name, &format!("/members/{at}"), 200, &mut faults))
                .collect();
            Asked::Decide(decision, opinion, members)
        }
        CreateDestructionTransition::Refuse { reason } => {
            faults.extend(reason_fault(&reason, "/reason"));
            Asked::Refuse(normalise(&reason))
        }
        CreateDestructionTransition::Destroy {} => Asked::Destroy,
    };
    if faults.is_empty() { Ok(asked) } else { Err(Error::invalid(faults)) }
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
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("destruction_transition", actor.tenant, key, move |tx| {
            take(tx, &own, &writer, (id, version), &asked)
        })
        .await?;
    room.audited(&actor, "create_destruction_transition", answer).await
}

/// What a caller may do with a destruction now, each with the right it rests on. Two persons: who proposed does not
/// decide, neither in their own name nor by the post of another, nor does who they acted for.
fn rights(conn: &mut Conn, actor: &Actor, row: &DestructionRow) -> TxResult<BTreeMap<&'static str, Authority>> {
    let agency = row.responsible_agency_id.0;
    let mut rights = BTreeMap::new();
    if row.state == PROPOSED
        && let Some(by) = authority_in(conn, actor, agency, &HEADS)?
    {
        let persons = [Some(by.actor().to_owned()), by.on_behalf_of()];
        let proposers = [Some(row.proposed_by.clone()), row.proposed_for.clone()];
        let same = persons.iter().flatten().any(|person| proposers.iter().flatten().any(|other| other == person));
        rights.insert("refuse", by.clone());
        if !same {
            rights.insert("decide", by);
        }
    }
    if row.state == DECIDED
        && let Some(by) = authority_in(conn, actor, agency, &[Role::Clerk, Role::Leader, Role::Approver])?
    {
        rights.insert("destroy", by);
    }
    Ok(rights)
}

fn take(
    tx: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    (id, version): (Uuid, i64),
    asked: &Asked,
) -> TxResult<Answer> {
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
    tell(tx, room, &stamp, &row, items.len())?;
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
    let mut hindered = Vec::new();
    for case_file in &case_files {
        let moved = kept_by(case_file) != row.responsible_agency_id.0;
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
    for case_file in &mut case_files {
        case_file.version += 1;
        State::Destroyed.as_str().clone_into(&mut case_file.state);
        case_file.destruction_id = Some(row.id.clone());
        (case_file.due_on, case_file.remind_on) = (None, None);
        case_files::update(tx, case_file)?;
        case_files::note(tx, &room.db.vault, case_file, "destroy", by, stamp, None)?;
        facts::tell(tx, &room.journal, stamp, facts::DESTROYED, case_file)?;
    }
    Ok(())
}

fn refused(row: &DestructionRow, asked: &Asked, allowed: Vec<&'static str>) -> Error {
    let error = if asked.from() == row.state {
        Error::forbidden(
            "destruction.not_yours",
            "Người có thẩm quyền quyết định, và phải là người khác với người đề nghị (Luật Lưu trữ 33/2024/QH15).",
            "Who directs the documents decides, and is another person than who proposed (Law on Archives 33/2024/QH15).",
        )
    } else {
        Error::conflict(
            "destruction.state",
            "Đợt tiêu hủy không ở trạng thái làm được bước này.",
            "The destruction is in another state; this is not possible now.",
        )
    };
    error.with("state", row.state.clone()).with("allowed_actions", allowed)
}

fn decision_of(row: &DestructionRow) -> Option<Decision> {
    Some(Decision { number: row.decision_number.clone()?, date: row.decision_on? })
}

fn tell(tx: &mut Conn, room: &CaseFiles, stamp: &Stamp, row: &DestructionRow, total: usize) -> TxResult<()> {
    let told = DestructionFacts {
        destruction_id: row.id.0,
        version: row.version,
        agency_id: row.written_agency_id.0,
        responsible_agency_id: row.responsible_agency_id.0,
        state: row.state.clone(),
        decision: decision_of(row),
        case_file_total: i64::try_from(total).map_err(Error::internal)?,
    };
    facts::record(tx, &room.journal, stamp, facts::DESTRUCTION_RECORDED, (row.id.0, row.version), &told)
}

/// One destruction.
///
/// # Errors
/// `not_found`.
pub(super) async fn get(room: &CaseFiles, actor: Arc<Actor>, id: Uuid) -> Result<Destruction> {
    actor.require_scope(READ)?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("destruction_get", move |conn| {
            let row = store::load(conn, &reader, id)?;
            view(conn, &own, &reader, &row)
        })
        .await?;
    let shown = std::iter::once(id).chain(found.case_files.iter().map(|case_file| case_file.id)).collect();
    room.note_reading(&actor, "get_destruction", shown).await?;
    Ok(found)
}

/// One page of destructions.
///
/// # Errors
/// When the cursor belongs to another list.
pub(super) async fn list(room: &CaseFiles, actor: Arc<Actor>, page: PageRequest) -> Result<Page<DestructionSummary>> {
    actor.require_scope(READ)?;
    let scope = "destructions";
    let after: Option<(DateTime<Utc>, Uuid)> = page.after.as_ref().map(|cursor| cursor.read(scope)).transpose()?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("destruction_list", move |conn| {
            let rows = store::list(conn, &actor, &page, after)?;
            let page = Page::cut(rows, &page, scope, |row| (row.proposed_at.0, row.id.0))?;
            let ids: BTreeSet<Uuid> = page.items.iter().map(|row| row.written_agency_id.0).collect();
            let named = names(conn, actor.tenant, &ids.into_iter().collect::<Vec<_>>(), today)?;
            let items = page.items.iter().map(|row| summary(row, &named)).collect::<Result<_>>()?;
            Ok(Page { items, next: page.next, count: None })
        })
        .await
}

fn summary(row: &DestructionRow, named: &BTreeMap<Uuid, Named>) -> Result<DestructionSummary> {
    let agency = named.get(&row.written_agency_id.0).cloned();
    let agency = agency.ok_or_else(|| Error::internal("the agency of a destruction is gone"))?;
    Ok(DestructionSummary {
        id: row.id.0,
        agency: Named { code: row.written_code.clone(), ..agency },
        state: row.state.clone(),
        proposed_at: row.proposed_at.0,
        proposed_by: row.proposed_by.clone(),
        decision: decision_of(row),
        decided_at: row.decided_at.as_ref().map(|at| at.0),
        decided_by: row.decided_by.clone(),
        destroyed_at: row.destroyed_at.as_ref().map(|at| at.0),
        version: row.version,
    })
}

/// A destruction with its case files, for a caller.
pub(super) fn view(conn: &mut Conn, room: &CaseFiles, actor: &Actor, row: &DestructionRow) -> TxResult<Destruction> {
    let tenant = row.tenant_id.0;
    let today = room.db.clock.business().day_in_vietnam();
    let named = names(conn, tenant, &[row.written_agency_id.0], today)?;
    let ids = store::items(conn, row)?;
    let rows = case_files::rows_of(conn, tenant, &ids)?;
    let shown = summaries(conn, room, tenant, &rows)?;
    let mut shown: BTreeMap<Uuid, _> = shown.into_iter().map(|summary| (summary.id, summary)).collect();
    let content = row.content(&room.db.vault)?;
    Ok(Destruction {
        summary: summary(row, &named)?,
        reason: content.reason,
        opinion: content.opinion,
        members: content.members,
        refusal: content.refusal,
        case_files: ids.iter().filter_map(|id| shown.remove(id)).collect(),
        allowed_actions: rights(conn, actor, row)?.into_keys().collect(),
    })
}
