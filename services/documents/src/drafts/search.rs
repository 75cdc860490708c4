//! Drafts as they are searched: by what the current version says, which everybody may read who sees the draft, be it only to
//! give an opinion. What people said about a draft is not searched, nor the file that was signed and the number it got: the
//! document it became is found by these, by those who see that.

use std::collections::BTreeSet;

use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Actor, BusinessTime, Uuid};

use super::access::Viewer;
use super::http::READ;
use super::store::{self, DraftRow};
use crate::document_types::DocumentType;
use crate::outgoing::full_numbers;
use crate::search::{Entry, FileWords, SearchHit, Searchable, contents_of, put};

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
        let inner: BTreeSet<Uuid> = store::circle_among(conn, &viewer, ids)?.into_iter().collect();
        let numbered = rows.iter().filter(|row| inner.contains(&row.id.0));
        let documents: Vec<Uuid> = numbered.filter_map(|row| row.document_id.as_ref().map(|id| id.0)).collect();
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

/// Enters a draft into the index, as it is now, with what the files of its current version say.
pub(super) fn index(tx: &mut Conn, db: &Db, row: &DraftRow) -> TxResult<()> {
    let tenant = row.tenant_id.0;
    let (_, files) = store::revisions(tx, row, Some(row.revision))?;
    let files = contents_of(tx, tenant, files.into_iter().map(|file| file.file_id.0))?;
    let body = FileWords::default().of(tx, db, tenant, row.id.0, files)?;
    let subject = row.subject(&db.vault)?;
    let of_type = DocumentType::by_code(&row.document_type).map(|known| known.vi).unwrap_or_default();
    let entry = Entry {
        kind: KIND,
        document: row.id.0,
        document_type: &row.document_type,
        dated: begun_on(row),
        responsible_agency: row.responsible_agency_id.0,
        readers: store::search_readers(tx, row)?,
        texts: vec![of_type, &subject, &row.written_code],
        body: &body,
    };
    put(tx, tenant, &entry)
}

/// What the files say of the document a draft is to become, read before its number is waited for: what was signed, and the
/// attachments.
pub(super) fn words_of_document(tx: &mut Conn, db: &Db, row: &DraftRow) -> TxResult<FileWords> {
    let tenant = row.tenant_id.0;
    let (_, files) = store::revisions(tx, row, Some(row.revision))?;
    let signed = store::signature(tx, row)?.map(|signature| signature.file_id.0);
    let attached = files.into_iter().filter(|file| file.position > 0).map(|file| file.file_id.0);
    let files = contents_of(tx, tenant, signed.into_iter().chain(attached))?;
    let mut words = FileWords::default();
    words.of(tx, db, tenant, row.id.0, files)?;
    Ok(words)
}
