//! The register as the book people know (Decree 30/2020/NĐ-CP, Annex IV): ten columns, to be printed or opened in a
//! spreadsheet program.
//!
//! What a column shows of a document is known to the room of the document, which says so by [`RegisteredDocuments`].

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use motcua_agencies::names;
use motcua_db::{Conn, ReadEntry, TxResult};
use motcua_kernel::{Actor, Error, Result, Uuid, Vault};
use motcua_paper::Book;
use motcua_paper::sheet::Column;

use super::http::sheet::{RegisterSheet, RegisterSheetRow, SheetColumn};
use super::read::keeps;
use super::rules::{EntryState, RegisterKind, suffixed_number};
use super::store::closings;
use super::store::entries::{self, EntryRow};
use super::view::{Register, open_reason, open_void_reason};
use super::{READ, Registers, refusals, store};
use crate::letterhead::letterhead;

/// More lines than a busy book has in a month; a longer time is asked for in parts.
const MOST_ROWS: i64 = 5_000;
/// The columns of both kinds of book.
pub const COLUMNS: usize = 10;

/// A line of a register, for the room that knows its document.
#[derive(Debug, Clone)]
pub struct SheetLine {
    /// The number.
    pub number: i64,
    /// Its letter; empty without.
    pub suffix: String,
    /// Number and notation as they stand on the document.
    pub full_number: String,
    /// Code of the type.
    pub document_type: String,
    /// The document; none of a reserved or void number.
    pub document: Option<Uuid>,
    /// The day of the line.
    pub on: NaiveDate,
    /// What the line itself has to say: reserved, void, late, and why.
    pub note: String,
}

/// A room whose documents stand in registers of a kind.
pub trait RegisteredDocuments: Send + Sync {
    /// Which kind.
    fn kind(&self) -> RegisterKind;

    /// The documents that say they stand in a register, with number and letter.
    ///
    /// # Errors
    /// When the database fails.
    fn numbers(&self, conn: &mut Conn, tenant: Uuid, register: Uuid) -> TxResult<Vec<(Uuid, i64, String)>>;

    /// The documents of a register that have a number and may still lose it: as they stand on paper.
    ///
    /// # Errors
    /// When the database fails.
    fn unissued(&self, _conn: &mut Conn, _tenant: Uuid, _register: Uuid) -> TxResult<Vec<String>> {
        Ok(Vec::new())
    }

    /// What the book shows in its ten columns, for every line. Of documents that the caller may not see nothing but the
    /// number.
    ///
    /// # Errors
    /// When the database fails.
    fn cells(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        actor: &Actor,
        lines: &[SheetLine],
    ) -> TxResult<Vec<[String; COLUMNS]>>;
}

const OUTGOING: [Column; COLUMNS] = [
    column("Số, ký hiệu văn bản\n(1)", 28, false),
    column("Ngày tháng văn bản\n(2)", 22, true),
    column("Tên loại và trích yếu nội dung văn bản\n(3)", 72, false),
    column("Người ký\n(4)", 26, false),
    column("Nơi nhận văn bản\n(5)", 30, false),
    column("Đơn vị, người nhận bản lưu\n(6)", 24, false),
    column("Số lượng bản\n(7)", 13, true),
    column("Ngày chuyển\n(8)", 22, true),
    column("Ký nhận\n(9)", 21, false),
    column("Ghi chú\n(10)", 36, false),
];

const INCOMING: [Column; COLUMNS] = [
    column("Ngày đến\n(1)", 22, true),
    column("Số đến\n(2)", 14, true),
    column("Tác giả\n(3)", 32, false),
    column("Số, ký hiệu văn bản\n(4)", 28, false),
    column("Ngày tháng văn bản\n(5)", 22, true),
    column("Tên loại và trích yếu nội dung văn bản\n(6)", 72, false),
    column("Đơn vị hoặc người nhận\n(7)", 32, false),
    column("Ngày chuyển\n(8)", 22, true),
    column("Ký nhận\n(9)", 22, false),
    column("Ghi chú\n(10)", 23, false),
];

const fn column(label: &'static str, width: u32, centred: bool) -> Column {
    Column { label, width, centred }
}

fn columns(kind: RegisterKind) -> &'static [Column; COLUMNS] {
    match kind {
        RegisterKind::Outgoing => &OUTGOING,
        RegisterKind::Incoming => &INCOMING,
    }
}

/// The register of some days as a table and as paper, noted in the read audit with every document on it.
///
/// # Errors
/// `register.period`, `register.too_long`, `not_found`.
pub(super) async fn sheet(
    room: &Registers,
    actor: Arc<Actor>,
    id: Uuid,
    days: (Option<NaiveDate>, Option<NaiveDate>),
    request_id: String,
) -> Result<(RegisterSheet, Book)> {
    actor.require_scope(READ)?;
    actor.require_scope("documents:documents:read")?;
    if days.0.zip(days.1).is_some_and(|(from, to)| from > to) {
        return Err(refusals::reversed_period());
    }
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let (table, paper) =
        room.db.read_snapshot("register_sheet", move |conn| make(conn, &own, &reader, id, days)).await?;
    let shown = table.rows.iter().filter_map(|row| row.document_id);
    let shown: Vec<Uuid> = std::iter::once(id).chain(shown).collect();
    room.db.audit_read(ReadEntry::of(&actor, "get_register_sheet", request_id, shown)).await?;
    Ok((table, paper))
}

fn make(
    conn: &mut Conn,
    room: &Registers,
    actor: &Actor,
    id: Uuid,
    days: (Option<NaiveDate>, Option<NaiveDate>),
) -> TxResult<(RegisterSheet, Book)> {
    let register = store::load(conn, actor, id)?;
    let kind: RegisterKind = register.kind.parse().map_err(Error::internal)?;
    let documents = room.documents_of(kind)?;
    let found = entries::between(conn, actor.tenant, id, days, MOST_ROWS + 1)?;
    if found.len() > usize::try_from(MOST_ROWS).map_err(Error::internal)? {
        return Err(refusals::too_long().into());
    }
    let keeps = keeps(conn, actor, &register)?;
    let lines = found.iter().map(|row| line(&room.db.vault, row, keeps)).collect::<Result<Vec<_>>>()?;
    let cells = documents.cells(conn, &room.db.vault, actor, &lines)?;
    let today = room.db.clock.business().day_in_vietnam();
    let ids = [register.agency_id.0, register.responsible_agency_id.0];
    let named = names(conn, actor.tenant, &ids, today)?;
    let closings = closings::of(conn, actor.tenant, &[id])?;
    let view = Register::of(&register, &named, &closings)?;
    let mut rows = Vec::new();
    for (entry, cells) in found.iter().zip(cells.clone()) {
        rows.push(RegisterSheetRow {
            number: entry.number,
            suffix: (!entry.suffix.is_empty()).then(|| entry.suffix.clone()),
            state: entry.state()?,
            document_id: entry.document_id.as_ref().map(|id| id.0),
            cells: cells.to_vec(),
        });
    }
    let book = Book {
        letterhead: letterhead(conn, actor.tenant, register.agency_id.0, today)?,
        title: title(kind).to_owned(),
        subtitle: Some(subtitle(&view, days)),
        columns: columns(kind).to_vec(),
        rows: cells.into_iter().map(Vec::from).collect(),
        notes: closing_note(&view).into_iter().collect(),
    };
    let heads = columns(kind).iter().map(|column| SheetColumn { title: column.label.replace('\n', " ") }).collect();
    Ok((RegisterSheet { register: view, from: days.0, to: days.1, columns: heads, rows }, book))
}

fn title(kind: RegisterKind) -> &'static str {
    match kind {
        RegisterKind::Outgoing => "Sổ đăng ký văn bản đi",
        RegisterKind::Incoming => "Sổ đăng ký văn bản đến",
    }
}

fn subtitle(register: &Register, (from, to): (Option<NaiveDate>, Option<NaiveDate>)) -> String {
    let whole = |month, day| NaiveDate::from_ymd_opt(register.year, month, day);
    let shown = |day: Option<NaiveDate>| day.map(short).unwrap_or_default();
    let (from, to) = (shown(from.or_else(|| whole(1, 1))), shown(to.or_else(|| whole(12, 31))));
    format!("Sổ {} năm {}, từ ngày {from} đến ngày {to}", register.book, register.year)
}

fn closing_note(register: &Register) -> Option<String> {
    let closing = register.closing.as_ref()?;
    let closed = short(motcua_kernel::time::day_in_vietnam(closing.closed_at));
    Some(format!(
        "Sổ đã đóng ngày {closed}: số cuối {:02}, {} số đã cấp, {} số hủy, {} số chèn; SHA-256 {}",
        closing.last_number, closing.used, closing.void, closing.late, closing.sha256
    ))
}

/// `05/01/2026`, for narrow columns.
fn short(day: NaiveDate) -> String {
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

fn line(vault: &Vault, row: &EntryRow, keeps: bool) -> Result<SheetLine> {
    Ok(SheetLine {
        number: row.number,
        suffix: row.suffix.clone(),
        full_number: suffixed_number(row.number, &row.suffix, &row.notation),
        document_type: row.document_type.clone(),
        document: row.document_id.as_ref().map(|id| id.0),
        on: row.registered_on,
        note: note(vault, row, keeps)?,
    })
}

/// What a line has to say for itself: a number that no document has stands in the book with its days, and for who keeps or
/// leads the agency with the reason why it is void.
fn note(vault: &Vault, row: &EntryRow, keeps: bool) -> Result<String> {
    let on = |at: &Option<motcua_db::sql::At>| {
        at.as_ref().map(|at| short(motcua_kernel::time::day_in_vietnam(at.0))).unwrap_or_default()
    };
    let reserved = || -> Result<String> {
        Ok(format!("giữ số ngày {}: {}", on(&row.reserved_at), open_reason(vault, row)?.unwrap_or_default()))
    };
    Ok(match row.state()? {
        EntryState::Void => {
            let why = if keeps { open_void_reason(vault, row)? } else { None };
            let why = why.map(|why| format!(": {why}")).unwrap_or_default();
            // What was numbered at once was never reserved.
            let before = if row.reserved_at.is_some() { format!("; {}", reserved()?) } else { String::new() };
            format!("HỦY SỐ ngày {}{why}{before}", on(&row.voided_at))
        }
        EntryState::Reserved => format!("Đang {}", reserved()?),
        EntryState::Used => match (&row.decision_number, row.decision_on, &row.reserved_at) {
            (Some(number), Some(day), _) => format!("Số chèn theo {number} ngày {}", short(day)),
            (_, _, Some(_)) => format!("Giữ số ngày {}", on(&row.reserved_at)),
            _ => String::new(),
        },
    })
}
