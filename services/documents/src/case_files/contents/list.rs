//! The list of documents in a case file (mục lục văn bản trong hồ sơ): made at closing, kept, hashed; and printed.

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_db::sql::At;
use motcua_db::{Conn, TxResult};
use motcua_journal::Stamp;
use motcua_kernel::{Actor, Error, Result, Uuid, Vault, new_id};
use motcua_paper::Book;
use motcua_paper::sheet::Column;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::DocumentKind;
use super::show::{self, kind_of};
use crate::case_files::lists::{column, short};
use crate::case_files::store::{self, CaseFileRow, DocumentRow, ListRow};
use crate::case_files::{CaseFiles, READ};
use crate::incoming;
use crate::letterhead::letterhead;

/// More than a case file can have.
const EVERY: i64 = 100_000;

const COLUMNS: [Column; 7] = [
    column("STT\n(1)", 10, true),
    column("Số, ký hiệu văn bản\n(2)", 28, false),
    column("Ngày tháng văn bản\n(3)", 22, true),
    column("Tên loại và trích yếu nội dung văn bản\n(4)", 90, false),
    column("Tác giả văn bản\n(5)", 40, false),
    column("Tờ số/Trang số\n(6)", 20, true),
    column("Ghi chú\n(7)", 30, false),
];

/// A list as it is kept and hashed.
#[derive(Serialize, Deserialize)]
struct MadeList {
    case_file_id: Uuid,
    code: String,
    closing: i32,
    /// So that the digest, which everybody may know, tells nothing of what is in the list.
    salt: Uuid,
    entries: Vec<MadeEntry>,
}

#[derive(Clone, Serialize, Deserialize)]
struct MadeEntry {
    kind: DocumentKind,
    document_id: Uuid,
    number: String,
    dated: NaiveDate,
    title: String,
    author: String,
    pages: Option<i32>,
    note: Option<String>,
}

/// What a closing made.
pub(in crate::case_files) struct Made {
    pub page_total: i32,
    pub sha256: String,
}

fn context(case_file: Uuid, closing: i32) -> String {
    format!("case_file_lists.content:{case_file}:{closing}")
}

fn entries(conn: &mut Conn, room: &CaseFiles, tenant: Uuid, rows: &[DocumentRow]) -> TxResult<Vec<MadeEntry>> {
    let mut said = show::said(conn, room, tenant, rows)?;
    let entries = rows.iter().map(|row| {
        let said = said.remove(&row.id.0).unwrap_or_default();
        Ok(MadeEntry {
            kind: kind_of(row)?,
            document_id: row.document_id.0,
            number: row.number.clone(),
            dated: row.dated,
            title: said.title,
            author: said.author,
            pages: row.pages,
            note: said.note,
        })
    });
    Ok(entries.collect::<Result<_>>()?)
}

/// Makes the list of a case file that is being closed, and keeps it. The System makes it, whatever the closer may see.
pub(in crate::case_files) fn make_list(
    tx: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    row: &CaseFileRow,
    stamp: &Stamp,
) -> TxResult<Made> {
    let tenant = row.tenant_id.0;
    let rows = store::document_rows(tx, tenant, row.id.0, EVERY, None)?;
    let entries = entries(tx, room, tenant, &rows)?;
    let page_total = rows.iter().filter_map(|row| row.pages).fold(0_i32, i32::saturating_add);
    let list =
        MadeList { case_file_id: row.id.0, code: row.code.clone(), closing: row.closings, salt: new_id(), entries };
    let bytes = serde_json::to_vec(&list).map_err(Error::internal)?;
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let kept = ListRow {
        tenant_id: row.tenant_id.clone(),
        case_file_id: row.id.clone(),
        closing: row.closings,
        made_at: At(stamp.occurred.0),
        made_by: actor.reference(),
        sha256: sha256.clone(),
        content: room.db.vault.seal(&context(row.id.0, row.closings), &bytes)?,
    };
    store::insert_list(tx, kept)?;
    Ok(Made { page_total, sha256 })
}

/// The day before which a case file has not ended: that of its newest document, and for one that arrived the day it did.
///
/// # Errors
/// When the database fails.
pub(in crate::case_files) fn newest_day(
    conn: &mut Conn,
    room: &CaseFiles,
    row: &CaseFileRow,
) -> TxResult<Option<NaiveDate>> {
    let tenant = row.tenant_id.0;
    let rows = store::document_rows(conn, tenant, row.id.0, EVERY, None)?;
    let ids: Vec<Uuid> =
        rows.iter().filter(|row| row.kind == DocumentKind::Incoming.as_str()).map(|row| row.document_id.0).collect();
    let arrived = incoming::arrived(conn, &room.arrivals, tenant, &ids)?;
    let days = rows.iter().map(|row| row.dated).chain(arrived.values().map(|document| document.received_on));
    Ok(days.max())
}

/// The list that was made when a case file was closed; it must be the one whose digest was signed.
fn made(conn: &mut Conn, vault: &Vault, row: &CaseFileRow) -> TxResult<Vec<MadeEntry>> {
    let id = row.id.0;
    let kept = store::list_row(conn, row.tenant_id.0, id, row.closings)?;
    let kept = kept.ok_or_else(|| Error::internal(format!("the closed case file {id} has no list")))?;
    let bytes = vault.open(&context(id, row.closings), &kept.content)?;
    let counted = hex::encode(Sha256::digest(&bytes));
    if Some(&counted) != row.list_sha256.as_ref() {
        return Err(Error::internal(format!("the list of the case file {id} is not the one that was signed")).into());
    }
    let list: MadeList = serde_json::from_slice(&bytes).map_err(Error::internal)?;
    Ok(list.entries)
}

/// The list of documents in a case file as a book, noted in the read audit.
///
/// # Errors
/// `not_found`.
pub(super) async fn print(room: &CaseFiles, actor: Arc<Actor>, id: Uuid) -> Result<Book> {
    actor.require_scope(READ)?;
    let today = room.db.clock.business().day_in_vietnam();
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let (book, mut shown) = room
        .db
        .read_snapshot("case_file_document_list", move |conn| {
            let row = store::load(conn, &reader, id, today)?;
            make_book(conn, &own, &reader, &row, today)
        })
        .await?;
    shown.push(id);
    room.note_reading(&actor, "get_case_file_document_list", shown).await?;
    Ok(book)
}

fn make_book(
    conn: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    row: &CaseFileRow,
    today: NaiveDate,
) -> TxResult<(Book, Vec<Uuid>)> {
    let tenant = row.tenant_id.0;
    let listed = if row.list_sha256.is_some() {
        made(conn, &room.db.vault, row)?
    } else {
        let rows = store::document_rows(conn, tenant, row.id.0, EVERY, None)?;
        entries(conn, room, tenant, &rows)?
    };
    let named: Vec<_> = listed.iter().map(|entry| (entry.kind, entry.document_id)).collect();
    let seen = show::open_to(conn, actor, row, &named)?;
    let title = row.content(&room.db.vault)?.title;
    let mut page = Some(1_i32);
    let mut rows = Vec::new();
    for (at, entry) in listed.iter().enumerate() {
        let may_see = seen.contains(&(entry.kind, entry.document_id));
        let text = |text: &str| if may_see { text.to_owned() } else { String::new() };
        rows.push(vec![
            (at + 1).to_string(),
            entry.number.clone(),
            short(entry.dated),
            text(&entry.title),
            text(&entry.author),
            place(&mut page, entry.pages),
            text(entry.note.as_deref().unwrap_or_default()),
        ]);
    }
    let closed = row.list_sha256.as_ref().map(|sha256| {
        format!(
            "Hồ sơ có {} văn bản, {} trang; mục lục lập khi kết thúc hồ sơ, SHA-256 {sha256}",
            rows.len(),
            row.page_total
        )
    });
    let book = Book {
        letterhead: letterhead(conn, tenant, row.written_agency_id.0, today)?,
        title: "Mục lục văn bản, tài liệu trong hồ sơ".to_owned(),
        subtitle: Some(format!("Hồ sơ số {}: {title}", row.code)),
        columns: COLUMNS.to_vec(),
        rows,
        notes: closed.into_iter().collect(),
    };
    Ok((book, seen.into_iter().map(|(_, id)| id).collect()))
}

/// The pages of a document within the case file, as long as those of all before it are known; then only how many.
fn place(next: &mut Option<i32>, pages: Option<i32>) -> String {
    match (*next, pages) {
        (Some(first), Some(pages)) => {
            *next = first.checked_add(pages);
            let last = first.saturating_add(pages).saturating_sub(1);
            if last > first { format!("{first}-{last}") } else { first.to_string() }
        }
        (_, pages) => {
            *next = None;
            pages.map(|pages| format!("({pages} trang)")).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_run_on_until_one_is_unknown() {
        let mut next = Some(1);
        let cells: Vec<String> =
            [Some(3), Some(1), None, Some(2)].into_iter().map(|pages| place(&mut next, pages)).collect();
        assert_eq!(cells, ["1-3", "4", "", "(2 trang)"]);
    }
}
