//! Files whose content was destroyed with the case files their document was in.

use std::collections::BTreeSet;

use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::Uuid;

use super::case_files;
use super::documents::case_file_documents;
use super::tables::destructions;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    destroyed_files (tenant_id, file_id) {
        tenant_id -> Uid,
        file_id -> Uid,
        kind -> Text,
        document_id -> Uid,
        destruction_id -> Uid,
    }
}

diesel::allow_tables_to_appear_in_same_query!(destroyed_files, destructions);

/// A file that was destroyed, as it is stored, with the document it was of.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = destroyed_files)]
pub(in crate::case_files) struct DestroyedRow {
    pub tenant_id: Id,
    pub file_id: Id,
    pub kind: String,
    pub document_id: Id,
    pub destruction_id: Id,
}

/// More than one statement takes as values.
const TOGETHER: usize = 500;

/// Keeps which files were destroyed.
pub(in crate::case_files) fn insert_destroyed(tx: &mut Conn, rows: &[DestroyedRow]) -> TxResult<()> {
    for some in rows.chunks(TOGETHER / 5) {
        on_each!(tx, |c| diesel::insert_into(destroyed_files::table).values(some).execute(c))?;
    }
    Ok(())
}

/// The documents in some case files: kind, document, case file; always in the same order.
pub(in crate::case_files) fn documents_in(
    conn: &mut Conn,
    tenant: Uuid,
    within: &[Uuid],
) -> TxResult<Vec<(String, Uuid, Uuid)>> {
    let wanted: Vec<Id> = within.iter().copied().map(Id).collect();
    let rows: Vec<(String, Id, Id)> = case_file_documents::table
        .select((case_file_documents::kind, case_file_documents::document_id, case_file_documents::case_file_id))
        .filter(case_file_documents::tenant_id.eq(Id(tenant)).and(case_file_documents::case_file_id.eq_any(wanted)))
        .order((case_file_documents::document_id, case_file_documents::case_file_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(kind, document, case_file)| (kind, document.0, case_file.0)).collect())
}

/// Of these documents, those that stand in a case file that was not destroyed.
pub(in crate::case_files) fn in_living(conn: &mut Conn, tenant: Uuid, documents: &[Uuid]) -> TxResult<BTreeSet<Uuid>> {
    let mut living = BTreeSet::new();
    for some in documents.chunks(TOGETHER) {
        let wanted: Vec<Id> = some.iter().copied().map(Id).collect();
        let of_case_file = case_files::tenant_id
            .eq(case_file_documents::tenant_id)
            .and(case_files::id.eq(case_file_documents::case_file_id));
        let rows: Vec<Id> = case_file_documents::table
            .inner_join(case_files::table.on(of_case_file))
            .select(case_file_documents::document_id)
            .filter(case_file_documents::tenant_id.eq(Id(tenant)))
            .filter(case_file_documents::document_id.eq_any(wanted))
            .filter(case_files::state.ne("destroyed"))
            .load(conn)?;
        living.extend(rows.into_iter().map(|id| id.0));
    }
    Ok(living)
}

/// The destruction that a file went with, and its decision.
pub(in crate::case_files) fn destroyed_with(
    conn: &mut Conn,
    tenant: Uuid,
    file: Uuid,
) -> TxResult<Option<(Uuid, String)>> {
    let of_file = destroyed_files::table
        .select(destroyed_files::destruction_id)
        .filter(destroyed_files::tenant_id.eq(Id(tenant)).and(destroyed_files::file_id.eq(Id(file))));
    let found: Option<(Id, Option<String>)> = destructions::table
        .select((destructions::id, destructions::decision_number))
        .filter(destructions::tenant_id.eq(Id(tenant)).and(destructions::id.eq_any(of_file)))
        .first(conn)
        .optional()?;
    Ok(found.map(|(id, decision)| (id.0, decision.unwrap_or_default())))
}

/// Whether files of a document were destroyed.
pub(in crate::case_files) fn is_destroyed(conn: &mut Conn, tenant: Uuid, document: Uuid) -> TxResult<bool> {
    let found: Option<Id> = destroyed_files::table
        .select(destroyed_files::file_id)
        .filter(destroyed_files::tenant_id.eq(Id(tenant)).and(destroyed_files::document_id.eq(Id(document))))
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}
