//! The register of incoming documents (sổ đăng ký văn bản đến) and the one that follows their solution (sổ theo dõi giải
//! quyết văn bản đến), as rows: the columns of Decree 30/2020/NĐ-CP, Annexes IV and V.
//!
//! What the columns hold is personal data; whoever makes a sheet of them notes the reading.

pub mod http;
mod ops;
mod paper;
mod report;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Result, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use super::IncomingDocuments;
use super::facts::{AnswerKind, Channel, IncomingFacts, TakeBackState};
use super::people::People;
use super::rules::{IntegrityCheck, SignatureCheck, State};
use super::show::{Referred, full_number, type_name};
use super::store::{self, AssigneeRow, IncomingRow};
use crate::outgoing::issued;

/// The most rows of one sheet: more than a book of a busy agency has in a year; more is asked for in parts.
pub const MOST_ROWS: usize = 5_000;

/// A line of the register of incoming documents, with its ten columns.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncomingRegisterLine {
    /// The document.
    pub document_id: Uuid,
    /// Ngày đến: the day it arrived, in Vietnam.
    pub arrived_on: NaiveDate,
    /// Số đến: its number of arrival.
    pub arrival_number: i64,
    /// Tác giả: who issued it. Personal data.
    pub issuer: String,
    /// Số, ký hiệu: number and notation.
    pub full_number: String,
    /// Ngày tháng: the day of the document.
    pub issued_on: Option<NaiveDate>,
    /// Tên loại và trích yếu: type and subject. Personal data.
    pub type_and_subject: String,
    /// Đơn vị hoặc người nhận: who has the lead. Personal data.
    pub recipient: Option<String>,
    /// Ngày chuyển: when it was given to them.
    pub transferred_at: Option<DateTime<Utc>>,
    /// Ký nhận: when they began, which stands for their signature in a system.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Ghi chú.
    pub note: Option<String>,
}

/// A line of the register that follows their solution, with its seven columns.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncomingProgressLine {
    /// The document.
    pub document_id: Uuid,
    /// Số đến: its number of arrival.
    pub arrival_number: i64,
    /// Tên loại, số, ký hiệu, ngày, cơ quan ban hành. Personal data.
    pub document: String,
    /// Đơn vị hoặc người nhận: who has the lead. Personal data.
    pub recipient: Option<String>,
    /// Thời hạn: by when it is to be dealt with.
    pub due_at: Option<DateTime<Utc>>,
    /// Tiến độ: where it stands.
    pub state: State,
    /// Số, ký hiệu văn bản trả lời: what answers it.
    pub answered_by: Option<String>,
    /// Ghi chú.
    pub note: Option<String>,
}

/// The lines of both registers.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    /// Of the register of incoming documents.
    pub register: Vec<IncomingRegisterLine>,
    /// Of the register that follows their solution.
    pub progress: Vec<IncomingProgressLine>,
}

/// The lines of an agency's registers for documents that arrived on days from one to before another, in the order in which
/// they were registered; none when there are more than [`MOST_ROWS`].
///
/// # Errors
/// When the database fails.
pub fn rows_for_sheet(
    conn: &mut Conn,
    room: &IncomingDocuments,
    tenant: Uuid,
    agency: Uuid,
    period: (NaiveDate, NaiveDate),
) -> TxResult<Option<Lines>> {
    let most = i64::try_from(MOST_ROWS).unwrap_or(i64::MAX).saturating_add(1);
    let rows = store::registered_between(conn, tenant, agency, period, most)?;
    if rows.len() > MOST_ROWS {
        return Ok(None);
    }
    lines_of(conn, room, tenant, rows).map(Some)
}

/// The lines of registered documents, in the order in which they were registered.
pub(super) fn lines_of(
    conn: &mut Conn,
    room: &IncomingDocuments,
    tenant: Uuid,
    rows: Vec<IncomingRow>,
) -> TxResult<Lines> {
    let mut read: Vec<(IncomingRow, IncomingFacts)> =
        rows.into_iter().map(|row| row.facts().map(|facts| (row, facts))).collect::<Result<_>>()?;
    read.sort_by_key(|(_, facts)| (facts.registered_at, facts.arrival_number));
    let rows: Vec<IncomingRow> = read.iter().map(|(row, _)| row.clone()).collect();
    let referred = Referred::by(conn, room, tenant, &rows)?;
    let holding = holding_assignees(conn, &rows)?;
    let Some(first) = rows.first() else { return Ok(Lines::default()) };
    let people = People::of(conn, room, first, &holding)?;
    let answers: Vec<Uuid> = read.iter().filter_map(|(_, facts)| facts.answer_document_id).collect();
    let answers = issued(conn, &room.db.vault, tenant, &answers)?;
    let answers: BTreeMap<Uuid, String> =
        answers.into_iter().map(|(id, answer)| (id, format!("{}/{}", answer.number, answer.notation))).collect();
    let mut lines = Lines::default();
    for (row, facts) in &read {
        let Some(arrival_number) = facts.arrival_number else { continue };
        let content = referred.content(room, row)?;
        let issuer = referred.issuer(row, &content)?.name;
        let leads = holding.iter().filter(|one| one.document_id == row.id);
        let recipient = people.written(leads);
        let note = note(facts);
        let kind = type_name(row, &content);
        lines.register.push(IncomingRegisterLine {
            document_id: row.id.0,
            arrived_on: row.arrived_on,
            arrival_number,
            issuer: issuer.clone(),
            full_number: full_number(row),
            issued_on: row.issued_on,
            type_and_subject: joined([kind.clone(), Some(content.subject)], ". "),
            recipient: recipient.clone(),
            transferred_at: facts.assigned_at,
            acknowledged_at: facts.started_at,
            note: note.clone(),
        });
        let day = row.issued_on.map(|day| day.format("%d/%m/%Y").to_string());
        lines.progress.push(IncomingProgressLine {
            document_id: row.id.0,
            arrival_number,
            document: joined([kind, Some(full_number(row)), day, Some(issuer)], ", "),
            recipient,
            due_at: facts.due_at,
            state: facts.state,
            answered_by: answered_by(facts, &answers),
            note,
        });
    }
    Ok(lines)
}

/// Who has the lead of each by the direction that holds.
fn holding_assignees(conn: &mut Conn, rows: &[IncomingRow]) -> TxResult<Vec<AssigneeRow>> {
    let revisions: BTreeMap<Uuid, i32> = rows.iter().map(|row| (row.id.0, row.revision)).collect();
    let all = store::assignees_of(conn, rows)?;
    let holds = |one: &AssigneeRow| revisions.get(&one.document_id.0) == Some(&one.revision);
    Ok(all.into_iter().filter(|one| holds(one) && one.part == store::Part::Lead.as_str()).collect())
}

fn answered_by(facts: &IncomingFacts, answers: &BTreeMap<Uuid, String>) -> Option<String> {
    match facts.answer? {
        AnswerKind::Document => facts.answer_document_id.and_then(|id| answers.get(&id).cloned()),
        AnswerKind::Text => Some("Trả lời trên Hệ thống".to_owned()),
        AnswerKind::NotNeeded => Some("Không cần trả lời".to_owned()),
    }
}

fn note(facts: &IncomingFacts) -> Option<String> {
    let given_up = facts.state.is_given_up().then(|| {
        let day = facts.ended_at.map(|at| motcua_kernel::time::day_in_vietnam(at).format(", %d/%m/%Y").to_string());
        format!("{}{}", facts.state.name().vi, day.unwrap_or_default())
    });
    let asked = facts.take_back.as_ref().filter(|wish| wish.state == TakeBackState::Requested);
    let notes = [
        facts.information_only.then(|| "Để biết".to_owned()),
        unchecked(facts),
        facts.paper.then(|| "Có bản giấy".to_owned()),
        asked.map(|_| "Nơi gửi đề nghị lấy lại".to_owned()),
        given_up,
    ];
    Some(joined(notes, "; ")).filter(|note| !note.is_empty())
}

/// What nobody has looked at of an electronic document, whose signature and content are to be checked (Decree 30/2020/NĐ-CP,
/// Article 21.2). Registering does not wait for it, because not every clerk has the means; so the book says it.
fn unchecked(facts: &IncomingFacts) -> Option<String> {
    if facts.channel == Some(Channel::PaperScan) {
        return None;
    }
    let missing = [
        (facts.checks.signature == SignatureCheck::NotChecked).then(|| "tính xác thực".to_owned()),
        (facts.checks.integrity == IntegrityCheck::NotChecked).then(|| "tính toàn vẹn".to_owned()),
    ];
    let missing = joined(missing, ", ");
    (!missing.is_empty()).then(|| format!("Chưa kiểm tra {missing}"))
}

fn joined<const N: usize>(parts: [Option<String>; N], by: &str) -> String {
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join(by)
}
