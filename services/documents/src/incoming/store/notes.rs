//! What was done and written about a document, and who read it first when.

use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};
use motcua_journal::Stamp;
use motcua_kernel::{Authority, Result, Uuid, Vault, new_id};

use super::IncomingRow;
use crate::sealed_text;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    incoming_notes (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        document_id -> Uid,
        action -> Text,
        actor -> Text,
        on_behalf_of -> Nullable<Text>,
        noted_at -> Instant,
        version -> BigInt,
        /// Sealed: what was written.
        said -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    incoming_reads (tenant_id, document_id, reader) {
        tenant_id -> Uid,
        document_id -> Uid,
        reader -> Text,
        first_read_at -> Instant,
    }
}

/// An act on a document, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = incoming_notes, treat_none_as_default_value = false)]
pub(in crate::incoming) struct NoteRow {
    pub tenant_id: Id,
    pub id: Id,
    pub document_id: Id,
    pub action: String,
    pub actor: String,
    pub on_behalf_of: Option<String>,
    pub noted_at: At,
    pub version: i64,
    pub said: Option<Vec<u8>>,
}

fn said_of(id: Uuid) -> String {
    format!("incoming_notes.said:{id}")
}

/// What was written with an act.
pub(in crate::incoming) fn opened(vault: &Vault, note: &NoteRow) -> Result<Option<String>> {
    note.said.as_deref().map(|sealed| sealed_text::open(vault, &said_of(note.id.0), sealed)).transpose()
}

/// Keeps an act on a document, with what was written.
pub(in crate::incoming) fn note(
    tx: &mut Conn,
    vault: &Vault,
    row: &IncomingRow,
    action: &str,
    by: &Authority,
    stamp: &Stamp,
    said: Option<&str>,
) -> TxResult<()> {
    note_many(tx, vault, std::slice::from_ref(row), action, by, stamp, said)
}

/// Keeps the same act on several documents.
pub(in crate::incoming) fn note_many(
    tx: &mut Conn,
    vault: &Vault,
    rows: &[IncomingRow],
    action: &str,
    by: &Authority,
    stamp: &Stamp,
    said: Option<&str>,
) -> TxResult<()> {
    for some in rows.chunks(100) {
        let notes: Vec<NoteRow> = some
            .iter()
            .map(|row| {
                let id = new_id();
                Ok(NoteRow {
                    tenant_id: row.tenant_id.clone(),
                    id: Id(id),
                    document_id: row.id.clone(),
                    action: action.to_owned(),
                    actor: by.actor().to_owned(),
                    on_behalf_of: by.on_behalf_of(),
                    noted_at: At(stamp.occurred.0),
                    version: row.version,
                    said: said.map(|said| sealed_text::seal(vault, &said_of(id), said)).transpose()?,
                })
            })
            .collect::<Result<_>>()?;
        on_each!(tx, |c| diesel::insert_into(incoming_notes::table).values(&notes).execute(c))?;
    }
    Ok(())
}

/// The acts on a document, the oldest first.
pub(in crate::incoming) fn notes_of(
    conn: &mut Conn,
    row: &IncomingRow,
    most: i64,
    after: i64,
) -> TxResult<Vec<NoteRow>> {
    Ok(incoming_notes::table
        .filter(incoming_notes::tenant_id.eq(&row.tenant_id).and(incoming_notes::document_id.eq(&row.id)))
        .filter(incoming_notes::version.gt(after))
        .order((incoming_notes::version, incoming_notes::id))
        .limit(most)
        .load(conn)?)
}

/// The last acts of a kind on some documents.
pub(in crate::incoming) fn last_note(
    conn: &mut Conn,
    tenant: Uuid,
    documents: &[Uuid],
    actions: &[&str],
) -> TxResult<Vec<NoteRow>> {
    let wanted: Vec<Id> = documents.iter().copied().map(Id).collect();
    let actions: Vec<String> = actions.iter().map(|action| (*action).to_owned()).collect();
    // In the order of their versions, so that the last one read is the last one written.
    Ok(incoming_notes::table
        .filter(incoming_notes::tenant_id.eq(Id(tenant)).and(incoming_notes::document_id.eq_any(wanted)))
        .filter(incoming_notes::action.eq_any(actions))
        .order((incoming_notes::document_id, incoming_notes::version))
        .load(conn)?)
}

/// Whether a reader has read a document before.
pub(in crate::incoming) fn has_read(conn: &mut Conn, tenant: Uuid, document: Uuid, reader: &str) -> TxResult<bool> {
    let found: Option<String> = incoming_reads::table
        .select(incoming_reads::reader)
        .filter(incoming_reads::tenant_id.eq(Id(tenant)).and(incoming_reads::document_id.eq(Id(document))))
        .filter(incoming_reads::reader.eq(reader))
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Keeps that a reader has read a document; the first time counts.
pub(in crate::incoming) fn read_first(
    tx: &mut Conn,
    tenant: Uuid,
    document: Uuid,
    reader: &str,
    at: &At,
) -> TxResult<()> {
    on_each!(tx, |c| {
        diesel::insert_into(incoming_reads::table)
            .values((
                incoming_reads::tenant_id.eq(Id(tenant)),
                incoming_reads::document_id.eq(Id(document)),
                incoming_reads::reader.eq(reader),
                incoming_reads::first_read_at.eq(at),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(())
}

/// Who has read a document, and when first, in that order.
pub(in crate::incoming) fn readers_of(
    conn: &mut Conn,
    row: &IncomingRow,
    most: i64,
    after: Option<(At, String)>,
) -> TxResult<Vec<(String, At)>> {
    let mut query = incoming_reads::table
        .select((incoming_reads::reader, incoming_reads::first_read_at))
        .filter(incoming_reads::tenant_id.eq(row.tenant_id.clone()).and(incoming_reads::document_id.eq(row.id.clone())))
        .into_boxed::<motcua_db::MultiBackend>();
    if let Some((at, reader)) = after {
        let same = incoming_reads::first_read_at.eq(at.clone()).and(incoming_reads::reader.gt(reader));
        query = query.filter(incoming_reads::first_read_at.gt(at).or(same));
    }
    Ok(query.order((incoming_reads::first_read_at, incoming_reads::reader)).limit(most).load(conn)?)
}
