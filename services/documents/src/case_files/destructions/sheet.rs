//! The protocol of a destruction (biên bản tiêu hủy), and before that the list of what is proposed (danh mục tài liệu hết
//! giá trị).

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_kernel::time::day_in_vietnam;
use motcua_kernel::{Actor, Result, Uuid};
use motcua_paper::Book;
use motcua_paper::sheet::Column;

use super::rules::DONE;
use super::{read, store};
use crate::case_files::lists::{column, period, short};
use crate::case_files::{CaseFiles, READ};
use crate::letterhead::letterhead;

const COLUMNS: [Column; 6] = [
    column("STT\n(1)", 10, true),
    column("Số, ký hiệu hồ sơ\n(2)", 36, false),
    column("Tiêu đề hồ sơ\n(3)", 110, false),
    column("Thời gian tài liệu\n(4)", 36, true),
    column("Thời hạn bảo quản\n(5)", 26, true),
    column("Số văn bản\n(6)", 18, true),
];

/// The protocol as a book, noted in the read audit.
///
/// # Errors
/// `not_found`.
pub(super) async fn print(room: &CaseFiles, actor: Arc<Actor>, id: Uuid) -> Result<Book> {
    actor.require_scope(READ)?;
    let today = room.db.clock.business().day_in_vietnam();
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let (book, shown) =
        room.db.read_snapshot("destruction_protocol", move |conn| book(conn, &own, &reader, id, today)).await?;
    room.note_reading(&actor, "get_destruction_protocol", shown).await?;
    Ok(book)
}

fn book(conn: &mut Conn, room: &CaseFiles, actor: &Actor, id: Uuid, today: NaiveDate) -> TxResult<(Book, Vec<Uuid>)> {
    let row = store::load(conn, actor, id)?;
    let view = read::view(conn, room, actor, &row)?;
    let mut rows = Vec::new();
    for (at, case_file) in view.case_files.iter().enumerate() {
        rows.push(vec![
            (at + 1).to_string(),
            case_file.code.clone(),
            case_file.title.clone(),
            period(case_file.started_on, case_file.ended_on),
            case_file.retention.name.clone(),
            case_file.document_total.to_string(),
        ]);
    }
    let decision = view.summary.decision.as_ref();
    let decision = decision.map(|decision| format!("Quyết định số {} ngày {}", decision.number, short(decision.date)));
    let destroyed = view.summary.destroyed_at.map(|at| format!("Tiêu hủy ngày {}", short(day_in_vietnam(at))));
    let subtitle: Vec<String> = [decision, destroyed].into_iter().flatten().collect();
    let mut notes = vec![format!("Lý do: {}", view.reason), format!("Số hồ sơ: {}", rows.len())];
    notes.extend(view.opinion.as_ref().map(|opinion| format!("Ý kiến của hội đồng: {opinion}")));
    if !view.members.is_empty() {
        notes.push(format!("Thành viên hội đồng: {}", view.members.join("; ")));
    }
    let title = if row.state == DONE {
        "Biên bản tiêu hủy tài liệu"
    } else {
        "Danh mục tài liệu hết thời hạn bảo quản"
    };
    let shown = std::iter::once(id).chain(view.case_files.iter().map(|case_file| case_file.id)).collect();
    let book = Book {
        letterhead: letterhead(conn, actor.tenant, row.written_agency_id.0, today)?,
        title: title.to_owned(),
        subtitle: (!subtitle.is_empty()).then(|| subtitle.join("; ")),
        columns: COLUMNS.to_vec(),
        rows,
        notes,
    };
    Ok((book, shown))
}
