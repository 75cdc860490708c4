//! Documents in case files: a row a link, and the lists that were made of them.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{Error, Result, Uuid, Vault};
use serde::{Deserialize, Serialize};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    case_file_documents (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        case_file_id -> Uid,
        kind -> Text,
        document_id -> Uid,
        number -> Text,
        dated -> Date,
        pages -> Nullable<Integer>,
        /// Sealed: what was said of an uploaded file, and the note.
        content -> Nullable<Binary>,
        added_at -> Instant,
        added_by -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    case_file_lists (tenant_id, case_file_id, closing) {
        tenant_id -> Uid,
        case_file_id -> Uid,
        closing -> Integer,
        made_at -> Instant,
        made_by -> Text,
        sha256 -> Text,
        /// Sealed: the list as it was hashed.
        content -> Binary,
    }
}

/// A document in a case file, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = case_file_documents, treat_none_as_default_value = false)]
pub(in crate::case_files) struct DocumentRow {
    pub tenant_id: Id,
    pub id: Id,
    pub case_file_id: Id,
    pub kind: String,
    pub document_id: Id,
    pub number: String,
    pub dated: NaiveDate,
    pub pages: Option<i32>,
    pub content: Option<Vec<u8>>,
    pub added_at: At,
    pub added_by: String,
}

/// What was said when a document was put into a case file.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::case_files) struct EntryContent {
    pub title: Option<String>,
    pub author: Option<String>,
    pub note: Option<String>,
}

impl std::fmt::Debug for EntryContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EntryContent(***)")
    }
}

fn content_of(id: Uuid) -> String {
    format!("case_file_documents.content:{id}")
}

impl EntryContent {
    pub(in crate::case_files) fn seal(&self, vault: &Vault, id: Uuid) -> Result<Vec<u8>> {
        vault.seal(&content_of(id), &serde_json::to_vec(self).map_err(Error::internal)?)
    }
}

impl DocumentRow {
    pub(in crate::case_files) fn content(&self, vault: &Vault) -> Result<EntryContent> {
        let Some(sealed) = &self.content else { return Ok(EntryContent::default()) };
        serde_json::from_slice(&vault.open(&content_of(self.id.0), sealed)?).map_err(Error::internal)
    }
}

/// A list of documents as it was made.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = case_file_lists, treat_none_as_default_value = false)]
pub(in crate::case_files) struct ListRow {
    pub tenant_id: Id,
    pub case_file_id: Id,
    pub closing: i32,
    pub made_at: At,
    pub made_by: String,
    pub sha256: String,
    pub content: Vec<u8>,
}

/// Puts a document into a case file; false when it is in it.
pub(in crate::case_files) fn insert_document(tx: &mut Conn, row: &DocumentRow) -> TxResult<bool> {
    let written = on_each!(tx, |c| {
        diesel::insert_into(case_file_documents::table).values(row.clone()).on_conflict_do_nothing().execute(c)
    })?;
    Ok(written == 1)
}

/// Takes a document out of a case file; false when it is not in it.
pub(in crate::case_files) fn remove_document(tx: &mut Conn, row: &DocumentRow) -> TxResult<bool> {
    let key = case_file_documents::tenant_id.eq(row.tenant_id.clone()).and(case_file_documents::id.eq(row.id.clone()));
    Ok(diesel::delete(case_file_documents::table.filter(key)).execute(tx)? == 1)
}

/// One document of a case file.
pub(in crate::case_files) fn entry(
    conn: &mut Conn,
    tenant: Uuid,
    case_file: Uuid,
    id: Uuid,
) -> TxResult<Option<DocumentRow>> {
    Ok(case_file_documents::table
        .filter(case_file_documents::tenant_id.eq(Id(tenant)).and(case_file_documents::id.eq(Id(id))))
        .filter(case_file_documents::case_file_id.eq(Id(case_file)))
        .first(conn)
        .optional()?)
}

/// The documents of a case file in the order of time, from a place on.
pub(in crate::case_files) fn document_rows(
    conn: &mut Conn,
    tenant: Uuid,
    case_file: Uuid,
    most: i64,
    after: Option<(NaiveDate, At, Uuid)>,
) -> TxResult<Vec<DocumentRow>> {
    let mut query = case_file_documents::table
        .filter(case_file_documents::tenant_id.eq(Id(tenant)).and(case_file_documents::case_file_id.eq(Id(case_file))))
        .into_boxed::<motcua_db::MultiBackend>();
    if let Some((dated, at, id)) = after {
        let same = case_file_documents::added_at.eq(at.clone()).and(case_file_documents::id.gt(Id(id)));
        let same_day = case_file_documents::dated.eq(dated).and(case_file_documents::added_at.gt(at).or(same));
        query = query.filter(case_file_documents::dated.gt(dated).or(same_day));
    }
    let order = (case_file_documents::dated, case_file_documents::added_at, case_file_documents::id);
    Ok(query.order(order).limit(most).load(conn)?)
}

pub(in crate::case_files) fn insert_list(tx: &mut Conn, row: ListRow) -> TxResult<()> {
    diesel::insert_into(case_file_lists::table).values(row).execute(tx)?;
    Ok(())
}

/// The list that was made at a closing.
pub(in crate::case_files) fn list_row(
    conn: &mut Conn,
    tenant: Uuid,
    case_file: Uuid,
    closing: i32,
) -> TxResult<Option<ListRow>> {
    Ok(case_file_lists::table
        .filter(case_file_lists::tenant_id.eq(Id(tenant)).and(case_file_lists::case_file_id.eq(Id(case_file))))
        .filter(case_file_lists::closing.eq(closing))
        .first(conn)
        .optional()?)
}
