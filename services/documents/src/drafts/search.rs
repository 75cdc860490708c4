//! Drafts as they are searched: by what the current version says, and by the number once there is one. What people said about
//! a draft is not searched.

use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Actor, BusinessTime, Uuid};

use super::access::Viewer;
use super::http::READ;
use super::store::{self, DraftRow};
use crate::document_types::DocumentType;
use crate::outgoing::full_numbers;
use crate::search::{Body, Entry, FileWords, SearchHit, Searchable, contents_of, put};

/// Their word among kinds of documents.
pub(super) const KIND: &str = "draft";

/// Drafts, for the room of search.
#[derive(Debug, Clone)]
pub struct DraftSearch {
    db: Db,
}

impl DraftSearch {
    /// Over the service's database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

impl Searchable for DraftSearch {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn scope(&self) -> &'static str {
        READ
    }

    /// Officers are in a circle by name, and by an authority to sign for an agency where they may hold no post.
    fn readers(&self, conn: &mut Conn, actor: &Actor) -> TxResult<Vec<Uuid>> {
        let viewer = Viewer::of(conn, actor, self.db.clock.business())?;
        Ok(viewer.officer.into_iter().chain(viewer.signs_for()).collect())
    }

    fn shown(&self, conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<SearchHit>> {
        let viewer = Viewer::of(conn, actor, self.db.clock.business())?;
        let rows = store::among(conn, &viewer, ids)?;
        let documents: Vec<Uuid> = rows.iter().filter_map(|row| row.document_id.as_ref().map(|id| id.0)).collect();
        let numbers = full_numbers(conn, actor.tenant, &documents)?;
        let mut shown = Vec::new();
        for row in rows {
            shown.push(SearchHit {
                kind: KIND.to_owned(),
                id: row.id.0,
                full_number: row.document_id.as_ref().and_then(|id| numbers.get(&id.0).cloned()),
                dated: begun_on(&row),
                subject: row.subject(&self.db.vault)?,
                document_type: Some(row.document_type),
            });
        }
        Ok(shown)
    }

    fn enter(&self, tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<()> {
        let Some(row) = store::load_own(tx, tenant, id)? else { return Ok(()) };
        index(tx, &self.db, &row)
    }
}

/// The day of a draft is the one it was begun on: its place among hits.
fn begun_on(row: &DraftRow) -> chrono::NaiveDate {
    BusinessTime(row.created_at.0).day_in_vietnam()
}

/// Enters a draft into the index, as it is now.
pub(super) fn index(tx: &mut Conn, db: &Db, row: &DraftRow) -> TxResult<()> {
    let body = body(tx, db, row, &mut FileWords::default())?;
    enter(tx, db, row, &body)
}

/// What the files of its current version say, and the file that was signed.
pub(super) fn body(tx: &mut Conn, db: &Db, row: &DraftRow, words: &mut FileWords) -> TxResult<Body> {
    let tenant = row.tenant_id.0;
    let (_, files) = store::revisions(tx, row, Some(row.revision))?;
    let signed = store::signature(tx, row)?.map(|signature| signature.file_id);
    let mut files: Vec<Uuid> = files.into_iter().map(|file| file.file_id).chain(signed).map(|id| id.0).collect();
    files.dedup();
    let files = contents_of(tx, tenant, files)?;
    words.of(tx, db, tenant, row.id.0, files)
}

/// Enters a draft, as it is now, with what its files say.
pub(super) fn enter(tx: &mut Conn, db: &Db, row: &DraftRow, body: &Body) -> TxResult<()> {
    let tenant = row.tenant_id.0;
    let subject = row.subject(&db.vault)?;
    let number = match &row.document_id {
        Some(document) => full_numbers(tx, tenant, &[document.0])?.remove(&document.0).unwrap_or_default(),
        None => String::new(),
    };
    let of_type = DocumentType::by_code(&row.document_type).map(|known| known.vi).unwrap_or_default();
    let entry = Entry {
        kind: KIND,
        document: row.id.0,
        document_type: &row.document_type,
        dated: begun_on(row),
        responsible_agency: row.responsible_agency_id.0,
        readers: store::search_readers(tx, row)?,
        texts: vec![&number, of_type, &subject, &row.written_code],
        body,
    };
    put(tx, tenant, &entry)
}
