//! The book of loans (sổ sử dụng bản lưu) in its nine columns.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use motcua_agencies::authority_in;
use motcua_db::{Conn, TxResult};
use motcua_kernel::time::{day_in_vietnam, vietnam};
use motcua_kernel::{Actor, ActorKind, Error, Result, Text, Uuid};
use motcua_paper::Book;
use motcua_paper::sheet::Column;

use super::http::LoanState;
use super::{ops, store};
use crate::case_files::lists::{column, short};
use crate::case_files::{CaseFiles, KEEPERS, READ};
use crate::letterhead::letterhead;

const MOST_ROWS: i64 = 5_000;

const COLUMNS: [Column; 9] = [
    column("Ngày tháng\n(1)", 20, true),
    column("Họ và tên người sử dụng\n(2)", 34, false),
    column("Số, ký hiệu, ngày tháng văn bản\n(3)", 28, false),
    column("Tên loại và trích yếu nội dung văn bản\n(4)", 66, false),
    column("Số, ký hiệu hồ sơ\n(5)", 32, false),
    column("Ký nhận\n(6)", 14, false),
    column("Ngày trả\n(7)", 20, true),
    column("Người cho phép sử dụng\n(8)", 32, false),
    column("Ghi chú\n(9)", 40, false),
];

/// The loans of some days as a book, noted in the read audit.
///
/// # Errors
/// `not_found` for who doesn't keep the agency's documents, `register.too_long`.
pub(super) async fn print(
    room: &CaseFiles,
    actor: Arc<Actor>,
    agency: Uuid,
    days: (NaiveDate, NaiveDate),
) -> Result<Book> {
    actor.require_scope(READ)?;
    let today = room.db.clock.business().day_in_vietnam();
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let (book, shown) =
        room.db.read_snapshot("loan_sheet", move |conn| book(conn, &own, &reader, agency, days, today)).await?;
    room.note_reading(&actor, "get_case_file_loan_sheet", shown).await?;
    Ok(book)
}

/// The beginning of a day in Vietnam.
fn begin(day: NaiveDate) -> Result<DateTime<Utc>> {
    let midnight = day.and_hms_opt(0, 0, 0).and_then(|at| vietnam().from_local_datetime(&at).single());
    midnight.map(|at| at.with_timezone(&Utc)).ok_or_else(|| Error::internal(format!("{day} has no beginning")))
}

fn book(
    conn: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    agency: Uuid,
    (from, to): (NaiveDate, NaiveDate),
    today: NaiveDate,
) -> TxResult<(Book, Vec<Uuid>)> {
    let keeps = actor.kind == ActorKind::Service || authority_in(conn, actor, agency, &KEEPERS)?.is_some();
    if !keeps {
        return Err(Error::not_found().into());
    }
    let after = to.succ_opt().unwrap_or(to);
    let found = store::lent_between(conn, actor, agency, (begin(from)?, begin(after)?), MOST_ROWS + 1)?;
    if found.len() > usize::try_from(MOST_ROWS).map_err(Error::internal)? {
        let text =
            Text::new("Quá 5.000 dòng; hãy chia nhỏ thời gian.", "More than 5,000 lines; ask for shorter times.");
        return Err(Error::invalid_field("/to", "register.too_long", text).into());
    }
    let loans = ops::views(conn, room, actor.tenant, &found)?;
    let mut rows = Vec::new();
    for loan in &loans {
        let on = |at: Option<DateTime<Utc>>| at.map(day_in_vietnam).map(short).unwrap_or_default();
        let name = |name: Option<String>| name.unwrap_or_default();
        let late = loan.late || loan.returned_at.is_some_and(|at| day_in_vietnam(at) > loan.due_on);
        let note = if late {
            format!("{}; quá hạn trả {}", loan.purpose, short(loan.due_on))
        } else {
            loan.purpose.clone()
        };
        rows.push(vec![
            on(loan.decided_at),
            name(loan.person.name.clone()),
            String::new(),
            loan.case_file.title.clone(),
            loan.case_file.code.clone(),
            String::new(),
            if loan.state == LoanState::Returned { on(loan.returned_at) } else { String::new() },
            name(loan.decider.as_ref().and_then(|officer| officer.name.clone())),
            note,
        ]);
    }
    let book = Book {
        letterhead: letterhead(conn, actor.tenant, agency, today)?,
        title: "Sổ sử dụng bản lưu".to_owned(),
        subtitle: Some(format!("Từ ngày {} đến ngày {}", short(from), short(to))),
        columns: COLUMNS.to_vec(),
        rows,
        notes: Vec::new(),
    };
    Ok((book, loans.into_iter().map(|loan| loan.id).collect()))
}
