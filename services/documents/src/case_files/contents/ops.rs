//! Putting documents into case files, taking them out, and listing them.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_files::require_uploaded_by;
use motcua_journal::{EventKind, Journal, Moment, Stamp};
use motcua_kernel::text::normalise;
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Page, PageRequest, Result, Text, Uuid, new_id};

use super::http::{AddCaseFileDocument, CaseFileDocument, DocumentReference, RemoveCaseFileDocument};
use super::{DocumentKind, show};
use crate::case_files::facts::{self, CaseFileDocumentFacts, CaseFileFacts};
use crate::case_files::files::rules::Action;
use crate::case_files::files::transition::reason_fault;
use crate::case_files::files::{act_on, admit, hands, whole};
use crate::case_files::store::{self, CaseFileRow, DocumentRow, EntryContent};
use crate::case_files::{CaseFiles, READ, WRITE};
use crate::marks;
use crate::text_fields::{needed, optional, required};
use crate::{incoming, outgoing, search};

/// As many documents as `DocTotal` of Annex VI can count.
const MOST_DOCUMENTS: i32 = 9_999;
const MOST_PAGES: u32 = 9_999;

/// What is asked for, in normal form and within its limits.
struct Asked {
    document: DocumentReference,
    pages: Option<i32>,
    number: Option<String>,
    dated: Option<NaiveDate>,
    content: EntryContent,
}

fn check(new: AddCaseFileDocument, today: NaiveDate) -> Result<Asked> {
    marks::refuse_secret(new.secrecy)?;
    let mut faults = Vec::new();
    if new.pages.is_some_and(|pages| !(1..=MOST_PAGES).contains(&pages)) {
        let text = Text::new("Số trang từ 1 đến 9.999.", "1 to 9,999 pages.");
        faults.push(FieldError::new("/pages", "range", text));
    }
    let upload = new.document.kind == DocumentKind::Upload;
    let title = new.title.map(|title| needed(&title, "/title", 2000, &mut faults));
    let author = optional(new.author, "/author", 200, &mut faults);
    let number = optional(new.number, "/number", 100, &mut faults);
    let note = optional(new.note, "/note", 500, &mut faults);
    if upload {
        if title.is_none() {
            faults.push(required("/title"));
        }
        match new.dated {
            None => faults.push(required("/dated")),
            Some(day) if day > today => {
                let text = Text::new("Ngày của văn bản ở tương lai.", "Its day is still to come.");
                faults.push(FieldError::new("/dated", "date.in_future", text));
            }
            Some(_) => {}
        }
    } else {
        let said = [
            (title.is_some(), "/title"),
            (author.is_some(), "/author"),
            (number.is_some(), "/number"),
            (new.dated.is_some(), "/dated"),
        ];
        for (_, pointer) in said.into_iter().filter(|(said, _)| *said) {
            let text = Text::new("Lấy theo chính văn bản.", "It is what the document itself says.");
            faults.push(FieldError::new(pointer, "case_file.said_by_document", text));
        }
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    Ok(Asked {
        document: new.document,
        pages: new.pages.and_then(|pages| i32::try_from(pages).ok()),
        number,
        dated: new.dated,
        content: EntryContent { title, author, note },
    })
}

/// Puts a document into a case file.
///
/// # Errors
/// `not_found`, `case_file.state`, `case_file.not_yours`, `document.unknown`, `file.unknown`, `case_file.has_document`.
pub(super) async fn add(
    room: &CaseFiles,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    new: AddCaseFileDocument,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let today = room.db.clock.business().day_in_vietnam();
    let asked = check(new, today).inspect_err(|error| marks::note_secret(&actor, error))?;
    admit(room, &actor, id).await?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("case_file_document_add", actor.tenant, key, move |tx| add_in(tx, &own, &writer, id, &asked))
        .await?;
    room.note_reading(&actor, "add_case_file_document", vec![id]).await?;
    Ok(answer)
}

fn add_in(tx: &mut Conn, room: &CaseFiles, actor: &Actor, id: Uuid, asked: &Asked) -> TxResult<Answer> {
    let moment = Moment::of(&room.db.clock);
    let row = store::load(tx, actor, id, moment.occurred.day_in_vietnam())?;
    let hands = hands(tx, actor, &row)?;
    act_on(row.state()?, Action::AddDocument, &hands)?;
    let (number, dated, pages) = look_up(tx, room, actor, asked)?;
    // From here on others wait; the state is looked at again, because it may have been closed meanwhile.
    let mut row = store::hold(tx, actor.tenant, id)?;
    let (_, by) = act_on(row.state()?, Action::AddDocument, &hands)?;
    search::hold(tx, asked.document.id)?;
    if store::is_destroyed(tx, actor.tenant, asked.document.id)? {
        return Err(Error::conflict(
            "document.destroyed",
            "Nội dung văn bản đã tiêu hủy cùng hồ sơ; không đưa vào hồ sơ khác được.",
            "What it said was destroyed with its case files; it goes into no other.",
        )
        .into());
    }
    if row.document_total >= MOST_DOCUMENTS {
        return Err(Error::conflict(
            "case_file.full",
            "Hồ sơ đã có 9.999 văn bản, số lớn nhất của Phụ lục VI Nghị định 30/2020/NĐ-CP.",
            "It has 9,999 documents, the most that Decree 30/2020/NĐ-CP, Annex VI can count.",
        )
        .into());
    }
    let entry = new_id();
    let document = DocumentRow {
        tenant_id: row.tenant_id.clone(),
        id: Id(entry),
        case_file_id: row.id.clone(),
        kind: asked.document.kind.as_str().to_owned(),
        document_id: Id(asked.document.id),
        number,
        dated,
        pages,
        content: Some(asked.content.seal(&room.db.vault, entry)?),
        added_at: At(moment.occurred.0),
        added_by: by.actor().to_owned(),
    };
    if !store::insert_document(tx, &document)? {
        return Err(Error::conflict(
            "case_file.has_document",
            "Văn bản này đã có trong hồ sơ.",
            "This document is in the case file already.",
        )
        .into());
    }
    row.document_total += 1;
    row.page_total += pages.unwrap_or_default();
    store::set_totals(tx, &row)?;
    let stamp = Stamp::of(&by, moment);
    store::note(tx, &room.db.vault, &row, Action::AddDocument.as_str(), &by, &stamp, None)?;
    tell(tx, &room.journal, &stamp, facts::DOCUMENT_ADDED, &row, &document)?;
    let shown = show::views(tx, room, actor, &row, std::slice::from_ref(&document))?;
    let shown = shown.into_iter().next().ok_or_else(|| Error::internal("a document was put in and is not shown"))?;
    Ok(Answer::created(format!("/v1/case-files/{id}/documents"), &shown)?.personal())
}

/// Number, day and pages of a document the caller may put into a case file.
fn look_up(
    tx: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    asked: &Asked,
) -> TxResult<(String, NaiveDate, Option<i32>)> {
    let id = asked.document.id;
    let unknown = || {
        let text = Text::new(
            "Không có văn bản này, hoặc bạn không được xem.",
            "There is no such document, or you may not see it.",
        );
        Error::invalid_field("/document/id", "document.unknown", text)
    };
    match asked.document.kind {
        DocumentKind::Incoming => {
            if incoming::visible_among(tx, actor, &[id])?.is_empty() {
                return Err(unknown().into());
            }
            let found = incoming::arrived(tx, &room.arrivals, actor.tenant, &[id])?.remove(&id).ok_or_else(unknown)?;
            if !found.registered {
                return Err(unregistered().into());
            }
            let pages = found.pages.and_then(|pages| i32::try_from(pages.min(MOST_PAGES)).ok());
            Ok((found.number, found.dated, asked.pages.or(pages)))
        }
        DocumentKind::Outgoing => {
            let found = outgoing::seen_issued(tx, &room.db.vault, actor, id)?.ok_or_else(unknown)?;
            if !found.state.was_issued() {
                let text = Text::new("Văn bản này chưa được phát hành.", "This document has not been issued.");
                return Err(Error::invalid_field("/document/id", "document.unissued", text).into());
            }
            Ok((format!("{}/{}", found.number, found.notation), found.issued_on, asked.pages))
        }
        DocumentKind::Upload => {
            require_uploaded_by(tx, &room.db.vault, actor, id, "/document/id")?;
            let dated = asked.dated.ok_or_else(|| Error::internal("an upload without its day was let through"))?;
            Ok((asked.number.clone().unwrap_or_default(), dated, asked.pages))
        }
    }
}

fn unregistered() -> Error {
    Error::conflict(
        "document.unregistered",
        "Văn bản đến chưa đăng ký thì chưa đưa vào hồ sơ (Nghị định 30/2020/NĐ-CP, Điều 22).",
        "An incoming document is registered before it is put into a case file (Decree 30/2020/NĐ-CP, Article 22).",
    )
}

fn tell(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    kind: EventKind,
    row: &CaseFileRow,
    document: &DocumentRow,
) -> TxResult<()> {
    let told = CaseFileDocumentFacts {
        case_file: CaseFileFacts::of(row)?,
        document_kind: document.kind.clone(),
        document_id: document.document_id.0,
        document_on: document.dated,
    };
    facts::record(tx, journal, stamp, kind, (row.id.0, row.version), &told)
}

/// Takes a document out of a case file.
///
/// # Errors
/// `not_found`, `case_file.state`, `case_file.not_yours`.
pub(super) async fn remove(
    room: &CaseFiles,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, entry): (Uuid, Uuid),
    asked: RemoveCaseFileDocument,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    if let Some(fault) = reason_fault(&asked.reason, "/reason") {
        return Err(Error::invalid(vec![fault]));
    }
    admit(room, &actor, id).await?;
    let reason = normalise(&asked.reason);
    let act = move |tx: &mut Conn, room: &CaseFiles, actor: &Actor| remove_in(tx, room, actor, (id, entry), &reason);
    room.once(&actor, ("case_file_document_remove", "remove_case_file_document"), key, act).await
}

fn remove_in(
    tx: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    (id, entry): (Uuid, Uuid),
    reason: &str,
) -> TxResult<Answer> {
    let moment = Moment::of(&room.db.clock);
    let row = store::load(tx, actor, id, moment.occurred.day_in_vietnam())?;
    let hands = hands(tx, actor, &row)?;
    act_on(row.state()?, Action::RemoveDocument, &hands)?;
    let mut row = store::hold(tx, actor.tenant, id)?;
    let (_, by) = act_on(row.state()?, Action::RemoveDocument, &hands)?;
    let document = store::entry(tx, actor.tenant, id, entry)?.ok_or_else(Error::not_found)?;
    if !store::remove_document(tx, &document)? {
        return Err(Error::not_found().into());
    }
    row.document_total -= 1;
    row.page_total -= document.pages.unwrap_or_default();
    store::set_totals(tx, &row)?;
    let stamp = Stamp::of(&by, moment);
    store::note(tx, &room.db.vault, &row, Action::RemoveDocument.as_str(), &by, &stamp, Some(reason))?;
    tell(tx, &room.journal, &stamp, facts::DOCUMENT_REMOVED, &row, &document)?;
    let view = whole(tx, room, actor, &row)?;
    Ok(Answer::done(&view)?.version(row.version).personal())
}

/// The documents of a case file.
///
/// # Errors
/// `not_found`.
pub(super) async fn list(
    room: &CaseFiles,
    actor: Arc<Actor>,
    id: Uuid,
    page: PageRequest,
) -> Result<Page<CaseFileDocument>> {
    actor.require_scope(READ)?;
    let scope = format!("case-files/{id}/documents");
    let after: Option<(NaiveDate, DateTime<Utc>, Uuid)> =
        page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let today = room.db.clock.business().day_in_vietnam();
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("case_file_documents", move |conn| {
            let row = store::load(conn, &reader, id, today)?;
            let after = after.map(|(dated, at, id)| (dated, At(at), id));
            let rows = store::document_rows(conn, reader.tenant, id, page.fetch(), after)?;
            let page = Page::cut(rows, &page, &scope, |row| (row.dated, row.added_at.0, row.id.0))?;
            let items = show::views(conn, &own, &reader, &row, &page.items)?;
            Ok(Page { items, next: page.next, count: None })
        })
        .await?;
    room.note_reading(&actor, "list_case_file_documents", shown(id, &found.items)).await?;
    Ok(found)
}

/// What a list of documents shows: the case file, and what the caller may see of its documents.
fn shown(id: Uuid, items: &[CaseFileDocument]) -> Vec<Uuid> {
    std::iter::once(id).chain(items.iter().filter(|item| item.may_see).map(|item| item.document.id)).collect()
}
