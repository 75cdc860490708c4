//! Form 06 (Biểu số II.06/VPCP/KSTT, Circular 01/2020/TT-VPCP): how dossiers were received and solved.
//!
//! It is the set `bieu06` laid out as the form has it, a row for each agency below the one that reports; so every number is
//! a figure with a list behind it. By field of work `procedures` has the same form.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use motcua_agencies::{AgencyKind, Named};
use motcua_db::{Conn, TxResult};
use motcua_kernel::text::Language;
use motcua_kernel::{Actor, Error, Result};
use motcua_paper::Report;
use motcua_paper::sheet::{Column, Head, Table};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::letterhead::{above, letterhead, period, signatures, sources};
use crate::pages::numbers::count;
use crate::scores::view::ScoreContext;
use crate::scores::{Context, Counted, Question, Scores, Subject, admit, counted};

/// Code of the set.
pub(super) const SET: &str = "bieu06";
/// The measures that columns (2), (3), (4), (6), (7), (8), (10) and (11) show.
const MEASURES: [&str; 8] = [
    "received_online",
    "received_otherwise",
    "carried_over",
    "solved_early",
    "solved_on_time",
    "solved_late",
    "open_in_term",
    "open_late",
];

/// The report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Form06Report)]
pub struct Form06 {
    /// What was asked.
    #[serde(flatten)]
    pub context: ScoreContext,
    /// The agency that reports, with everything below it.
    pub agency: Named,
    /// The agency itself where it has dossiers of its own, then those directly below it, each with everything below.
    pub rows: Vec<Form06Row>,
    /// All together.
    pub total: Form06Counts,
    /// The agency above it, for the head of the paper.
    #[serde(skip)]
    above: Option<Named>,
}

/// A row of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Form06Row {
    /// The agency.
    pub agency: Named,
    /// Whether it is a commune, ward or special zone (cấp xã); else of the province.
    pub is_commune: bool,
    /// Its numbers.
    #[serde(flatten)]
    pub counts: Form06Counts,
}

/// The eleven columns; the numbers in brackets are those of the form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Form06Counts {
    /// (1) Received: (2) + (3) + (4).
    pub received: i64,
    /// (2) Received in the period, online.
    pub received_online: i64,
    /// (3) Received in the period at the desk or by post.
    pub received_direct: i64,
    /// (4) Carried over from before.
    pub carried_over: i64,
    /// (5) Solved: (6) + (7) + (8).
    pub solved: i64,
    /// (6) Solved early.
    pub solved_early: i64,
    /// (7) Solved on time.
    pub solved_on_time: i64,
    /// (8) Solved late.
    pub solved_late: i64,
    /// (9) In process: (10) + (11).
    pub in_process: i64,
    /// (10) In process, in term.
    pub in_process_in_term: i64,
    /// (11) In process, late.
    pub in_process_late: i64,
}

impl Form06Counts {
    fn of(counted: &Counted) -> Self {
        let [online, direct, over, early, on_time, late, in_term, overdue] =
            MEASURES.map(|measure| counted.numbers.get(measure).copied().unwrap_or_default());
        Self {
            received: online + direct + over,
            received_online: online,
            received_direct: direct,
            carried_over: over,
            solved: early + on_time + late,
            solved_early: early,
            solved_on_time: on_time,
            solved_late: late,
            in_process: in_term + overdue,
            in_process_in_term: in_term,
            in_process_late: overdue,
        }
    }

    fn columns(&self) -> [i64; 11] {
        [
            self.received,
            self.received_online,
            self.received_direct,
            self.carried_over,
            self.solved,
            self.solved_early,
            self.solved_on_time,
            self.solved_late,
            self.in_process,
            self.in_process_in_term,
            self.in_process_late,
        ]
    }

    fn add(&mut self, other: &Self) {
        let sum = |own: &mut i64, other: i64| *own += other;
        sum(&mut self.received, other.received);
        sum(&mut self.received_online, other.received_online);
        sum(&mut self.received_direct, other.received_direct);
        sum(&mut self.carried_over, other.carried_over);
        sum(&mut self.solved, other.solved);
        sum(&mut self.solved_early, other.solved_early);
        sum(&mut self.solved_on_time, other.solved_on_time);
        sum(&mut self.solved_late, other.solved_late);
        sum(&mut self.in_process, other.in_process);
        sum(&mut self.in_process_in_term, other.in_process_in_term);
        sum(&mut self.in_process_late, other.in_process_late);
    }
}

/// Counts it.
///
/// # Errors
/// Those of a scorecard.
pub(super) async fn form_06(room: &Scores, actor: Arc<Actor>, asked: Question) -> Result<Form06> {
    admit(&actor)?;
    let own = room.clone();
    let load = move |conn: &mut Conn| {
        let context = Context::of(conn, &own, actor.tenant, &asked, true)?;
        let subject = context.subject(conn, &actor, &asked.agency)?;
        form(conn, &own, &context, subject)
    };
    room.db.read_snapshot("report_form_06", load).await
}

fn form(conn: &mut Conn, room: &Scores, context: &Context, subject: Subject) -> TxResult<Form06> {
    let peers = context.peers(conn, subject.agency.id, None)?;
    let below = context.subjects(conn, &peers)?;
    // What is not of an agency below is the agency's own, or of one that was closed meanwhile: nothing is lost.
    let mut rest = subject.clone();
    rest.members.retain(|member| !below.iter().any(|one| one.members.contains(member)));
    let subjects: Vec<Subject> = [subject.clone(), rest].into_iter().chain(below).collect();
    let counted = counted(conn, room, context, &subjects, false)?;
    let mut lines = subjects.iter().zip(counted.iter().map(Form06Counts::of));
    let (_, total) = lines.next().ok_or_else(|| Error::internal("an agency without figures"))?;
    let row = |(place, (subject, counts)): (usize, (&Subject, Form06Counts))| {
        let is_commune = subject.kind == AgencyKind::Commune;
        let is_rest = place == 0;
        let row = Form06Row { agency: subject.agency.clone(), is_commune, counts };
        (!is_rest || counts != Form06Counts::default()).then_some(row)
    };
    let rows = lines.enumerate().filter_map(row).collect();
    let above = above(conn, context, subject.agency.id)?;
    Ok(Form06 { context: context.shown(), agency: subject.agency, rows, total, above })
}

/// The report as the form has it.
pub(super) fn report(form: &Form06, of: crate::periods::Period, now: DateTime<Utc>) -> Report {
    let number = |label| Column::centred(label, 17);
    let mut table = Table::new(
        "Đơn vị tính: số hồ sơ",
        vec![
            Head::centred("STT", 10),
            Head::text("Cơ quan, đơn vị giải quyết", 72),
            Head::group(
                "Số hồ sơ nhận giải quyết",
                vec![
                    number("Tổng số\n(1)"),
                    number("Trực tuyến\n(2)"),
                    number("Trực tiếp, bưu chính\n(3)"),
                    number("Từ kỳ trước\n(4)"),
                ],
            ),
            Head::group(
                "Số lượng hồ sơ đã giải quyết",
                vec![number("Tổng số\n(5)"), number("Trước hạn\n(6)"), number("Đúng hạn\n(7)"), number("Quá hạn\n(8)")],
            ),
            Head::group(
                "Số lượng hồ sơ đang giải quyết",
                vec![number("Tổng số\n(9)"), number("Trong hạn\n(10)"), number("Quá hạn\n(11)")],
            ),
        ],
    );
    table.numbers = true;
    let line = |mark: String, name: &str, counts: &Form06Counts| {
        let numbers = counts.columns().map(|number| count(Some(number), Language::Vietnamese));
        let cells: Vec<String> = [mark, name.to_owned()].into_iter().chain(numbers).collect();
        cells
    };
    for (letter, name, is_commune) in [("A", "CƠ QUAN CẤP TỈNH", false), ("B", "CẤP XÃ", true)] {
        let rows: Vec<&Form06Row> = form.rows.iter().filter(|row| row.is_commune == is_commune).collect();
        if rows.is_empty() {
            continue;
        }
        let mut sum = Form06Counts::default();
        for row in &rows {
            sum.add(&row.counts);
        }
        table.row(&line(letter.to_owned(), name, &sum));
        for (number, row) in (1..).zip(rows) {
            table.row(&line(number.to_string(), &row.agency.name, &row.counts));
        }
    }
    table.row(&line(String::new(), "TỔNG CỘNG", &form.total));
    let set = &form.context.set;
    let mut notes = sources((&set.name.vi, &set.version, &set.source), Some(form.context.data_as_of));
    notes.push("(1) = (2) + (3) + (4); (5) = (6) + (7) + (8); (9) = (10) + (11); (1) = (5) + (9).".to_owned());
    Report {
        letterhead: letterhead(form.above.as_ref(), &form.agency.name, motcua_kernel::time::day_in_vietnam(now)),
        landscape: true,
        title: "Tình hình, kết quả giải quyết thủ tục hành chính".to_owned(),
        subtitle: Some(format!("Biểu số II.06/VPCP/KSTT – {}", period(of))),
        blocks: vec![table.block()],
        signatures: signatures(),
        notes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_follow_their_parts() {
        let mut counted = Counted::default();
        for (number, measure) in (1..).zip(MEASURES) {
            counted.numbers.insert(measure.to_owned(), number);
        }
        let counts = Form06Counts::of(&counted);
        assert_eq!((counts.received, counts.solved, counts.in_process), (1 + 2 + 3, 4 + 5 + 6, 7 + 8));
        let mut twice = counts;
        twice.add(&counts);
        assert_eq!(twice.columns(), counts.columns().map(|number| 2 * number));
    }
}
