//! The list of case files handed in (mục lục hồ sơ nộp lưu): seven columns, one list of what is kept for ever and one of
//! what is kept for a time.

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Result, Uuid};
use motcua_paper::Book;
use motcua_paper::sheet::Column;

use super::http::HandOverPart;
use super::{ops, store};
use crate::case_files::lists::{column, period, short};
use crate::case_files::{CaseFiles, READ};
use crate::letterhead::letterhead;

const COLUMNS: [Column; 7] = [
    column("STT\n(1)", 10, true),
    column("Số, ký hiệu hồ sơ\n(2)", 34, false),
    column("Tiêu đề hồ sơ\n(3)", 100, false),
    column("Thời gian tài liệu\n(4)", 34, true),
    column("Thời hạn bảo quản\n(5)", 24, true),
    column("Số tờ/Số trang\n(6)", 18, true),
    column("Ghi chú\n(7)", 30, false),
];

/// One of the two lists as a book, noted in the read audit.
///
/// # Errors
/// `not_found`.
pub(super) async fn print(room: &CaseFiles, actor: Arc<Actor>, id: Uuid, part: HandOverPart) -> Result<Book> {
    actor.require_scope(READ)?;
    let today = room.db.clock.business().day_in_vietnam();
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let (book, shown) =
        room.db.read_snapshot("hand_over_list_sheet", move |conn| book(conn, &own, &reader, (id, part), today)).await?;
    room.note_reading(&actor, "get_hand_over_list", shown).await?;
    Ok(book)
}

fn book(
    conn: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    (id, part): (Uuid, HandOverPart),
    today: NaiveDate,
) -> TxResult<(Book, Vec<Uuid>)> {
    let row = store::load(conn, actor, id)?;
    let view = ops::view(conn, room, &row)?;
    let wanted = part == HandOverPart::Permanent;
    let listed: Vec<_> =
        view.case_files.iter().filter(|item| item.case_file.retention.years.is_none() == wanted).collect();
    let mut rows = Vec::new();
    for (at, item) in listed.iter().enumerate() {
        let case_file = &item.case_file;
        let note = match item.outcome.as_str() {
            "accepted" => "Đã tiếp nhận",
            "returned" => "Trả lại",
            _ => "",
        };
        rows.push(vec![
            (at + 1).to_string(),
            case_file.code.clone(),
            case_file.title.clone(),
            period(case_file.started_on, case_file.ended_on),
            case_file.retention.name.clone(),
            case_file.page_total.to_string(),
            note.to_owned(),
        ]);
    }
    let kind = if wanted { "bảo quản vĩnh viễn" } else { "bảo quản có thời hạn" };
    let shown = std::iter::once(id).chain(listed.iter().map(|item| item.case_file.id)).collect();
    let book = Book {
        letterhead: letterhead(conn, actor.tenant, row.written_agency_id.0, today)?,
        title: "Mục lục hồ sơ, tài liệu nộp lưu".to_owned(),
        subtitle: Some(format!(
            "Hồ sơ {kind}; nộp ngày {} vào lưu trữ {}",
            short(row.handed_on),
            view.summary.archive_agency.name
        )),
        columns: COLUMNS.to_vec(),
        notes: vec![format!("Mục lục này có {} hồ sơ.", rows.len())],
        rows,
    };
    Ok((book, shown))
}
