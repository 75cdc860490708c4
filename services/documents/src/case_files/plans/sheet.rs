//! The file plan as people know it: five columns, large headings in Roman numbers (Decree 30/2020/NĐ-CP, Annex V).

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Result, Uuid};
use motcua_paper::Book;
use motcua_paper::sheet::Column;

use super::http::{FilePlan, FilePlanEntry};
use super::{read, store};
use crate::case_files::lists::{column, short};
use crate::case_files::{CaseFiles, READ};
use crate::letterhead::letterhead;

const COLUMNS: [Column; 5] = [
    column("Số và ký hiệu hồ sơ\n(1)", 28, false),
    column("Đề mục và tiêu đề hồ sơ\n(2)", 110, false),
    column("Thời hạn bảo quản\n(3)", 26, true),
    column("Người lập hồ sơ\n(4)", 44, false),
    column("Ghi chú\n(5)", 40, false),
];

/// A plan as a book, noted in the read audit.
///
/// # Errors
/// `not_found`.
pub(super) async fn print(room: &CaseFiles, actor: Arc<Actor>, id: Uuid) -> Result<Book> {
    actor.require_scope(READ)?;
    let today = room.db.clock.business().day_in_vietnam();
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let book = room.db.read_snapshot("file_plan_sheet", move |conn| book(conn, &own, &reader, id, today)).await?;
    room.note_reading(&actor, "get_file_plan_sheet", vec![id]).await?;
    Ok(book)
}

fn book(conn: &mut Conn, room: &CaseFiles, actor: &Actor, id: Uuid, today: NaiveDate) -> TxResult<Book> {
    let row = store::load(conn, actor, id)?;
    let plan = read::view(conn, room, actor, &row)?;
    let decision = match &plan.summary.decision {
        Some(decision) => format!("Ban hành theo {} ngày {}", decision.number, short(decision.date)),
        None => "Dự thảo".to_owned(),
    };
    Ok(Book {
        letterhead: letterhead(conn, actor.tenant, row.written_agency_id.0, today)?,
        title: format!("Danh mục hồ sơ năm {}", plan.summary.year),
        subtitle: Some(decision),
        columns: COLUMNS.to_vec(),
        rows: rows(&plan),
        notes: vec![format!("Danh mục này có {} hồ sơ.", plan.entries.len())],
    })
}

/// The lines under their headings, in the order in which these come first.
fn rows(plan: &FilePlan) -> Vec<Vec<String>> {
    let mut headings: Vec<Option<&str>> = Vec::new();
    for entry in &plan.entries {
        let heading = entry.heading.as_deref();
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    let mut rows = Vec::new();
    let mut large = 0_usize;
    for heading in headings {
        if let Some(text) = heading {
            large += 1;
            let empty = String::new;
            rows.push(vec![empty(), format!("{}. {}", roman(large), text.to_uppercase()), empty(), empty(), empty()]);
        }
        rows.extend(plan.entries.iter().filter(|entry| entry.heading.as_deref() == heading).map(line));
    }
    rows
}

fn line(entry: &FilePlanEntry) -> Vec<String> {
    let officer = entry.officer.as_ref().and_then(|officer| officer.name.clone());
    let unit = entry.unit.as_ref().map(|unit| unit.name.clone());
    let who: Vec<String> = [officer, unit].into_iter().flatten().collect();
    let added = entry.added_on.map(|day| format!("Bổ sung ngày {}", short(day)));
    let note: Vec<String> = [entry.note.clone(), added].into_iter().flatten().collect();
    vec![entry.notation.clone(), entry.title.clone(), entry.retention.name.clone(), who.join(", "), note.join("; ")]
}

/// A number in Roman figures.
fn roman(number: usize) -> String {
    const FIGURES: [(usize, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let (mut left, mut text) = (number, String::new());
    for (value, figure) in FIGURES {
        text.push_str(&figure.repeat(left / value));
        left %= value;
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn headings_are_numbered_in_roman_figures() {
        let told: Vec<String> = [1, 4, 9, 14, 49].into_iter().map(super::roman).collect();
        assert_eq!(told, ["I", "IV", "IX", "XIV", "XLIX"]);
    }
}
