//! The files that came with a document, and the references by which other systems know it.

use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::Uuid;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    /// Which document a client's reference stands for, for ever, and a keyed hash of what it said.
    incoming_references (tenant_id, client, external_ref) {
        tenant_id -> Uid,
        client -> Text,
        external_ref -> Text,
        document_id -> Uid,
        said -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    incoming_files (tenant_id, document_id, position) {
        tenant_id -> Uid,
        document_id -> Uid,
        position -> Integer,
        file_id -> Uid,
        sha256 -> Text,
        is_main -> Bool,
    }
}

/// A file of a document from outside.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = incoming_files)]
pub(in crate::incoming) struct FileRow {
    pub tenant_id: Id,
    pub document_id: Id,
    pub position: i32,
    pub file_id: Id,
    pub sha256: String,
    pub is_main: bool,
}

pub(in crate::incoming) fn insert_files(tx: &mut Conn, files: &[FileRow]) -> TxResult<()> {
    if !files.is_empty() {
        on_each!(tx, |c| diesel::insert_into(incoming_files::table).values(files).execute(c))?;
    }
    Ok(())
}

/// The files of a document from outside, the main one first.
pub(in crate::incoming) fn files_of(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Vec<FileRow>> {
    Ok(incoming_files::table
        .filter(incoming_files::tenant_id.eq(Id(tenant)).and(incoming_files::document_id.eq(Id(id))))
        .order(incoming_files::position)
        .load(conn)?)
}

/// The documents from outside that a file came with.
pub(in crate::incoming) fn came_with(conn: &mut Conn, tenant: Uuid, file: Uuid) -> TxResult<Vec<Uuid>> {
    let rows: Vec<Id> = incoming_files::table
        .select(incoming_files::document_id)
        .filter(incoming_files::tenant_id.eq(Id(tenant)).and(incoming_files::file_id.eq(Id(file))))
        .load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Takes a reference for a document; the document it already stands for and what that said, when there is one. A
/// transaction that took the same reference a moment ago is waited for.
pub(in crate::incoming) fn claim_reference(
    tx: &mut Conn,
    tenant: Uuid,
    client: &str,
    external_ref: &str,
    document: Uuid,
    said: &str,
) -> TxResult<Option<(Uuid, String)>> {
    let taken = on_each!(tx, |c| {
        diesel::insert_into(incoming_references::table)
            .values((
                incoming_references::tenant_id.eq(Id(tenant)),
                incoming_references::client.eq(client),
                incoming_references::external_ref.eq(external_ref),
                incoming_references::document_id.eq(Id(document)),
                incoming_references::said.eq(said),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    if taken == 1 {
        return Ok(None);
    }
    let (stands_for, said): (Id, String) = incoming_references::table
        .select((incoming_references::document_id, incoming_references::said))
        .filter(incoming_references::tenant_id.eq(Id(tenant)).and(incoming_references::client.eq(client)))
        .filter(incoming_references::external_ref.eq(external_ref))
        .first(tx)?;
    Ok(Some((stands_for.0, said)))
}
