//! What was done with a case file, with what was written then.

use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::Stamp;
use motcua_kernel::{Authority, Result, Uuid, Vault, new_id};

use super::CaseFileRow;
use crate::sealed_text;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    case_file_notes (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        case_file_id -> Uid,
        action -> Text,
        actor -> Text,
        on_behalf_of -> Nullable<Text>,
        noted_at -> Instant,
        version -> BigInt,
        /// Sealed.
        said -> Nullable<Binary>,
    }
}

/// An act on a case file, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = case_file_notes, treat_none_as_default_value = false)]
pub(in crate::case_files) struct NoteRow {
    pub tenant_id: Id,
    pub id: Id,
    pub case_file_id: Id,
    pub action: String,
    pub actor: String,
    pub on_behalf_of: Option<String>,
    pub noted_at: At,
    pub version: i64,
    pub said: Option<Vec<u8>>,
}

fn said_of(id: Uuid) -> String {
    format!("case_file_notes.said:{id}")
}

/// What was written with an act.
pub(in crate::case_files) fn opened(vault: &Vault, note: &NoteRow) -> Result<Option<String>> {
    note.said.as_deref().map(|sealed| sealed_text::open(vault, &said_of(note.id.0), sealed)).transpose()
}

/// Keeps an act on a case file.
pub(in crate::case_files) fn note(
    tx: &mut Conn,
    vault: &Vault,
    row: &CaseFileRow,
    action: &str,
    by: &Authority,
    stamp: &Stamp,
    said: Option<&str>,
) -> TxResult<()> {
    let id = new_id();
    let note = NoteRow {
        tenant_id: row.tenant_id.clone(),
        id: Id(id),
        case_file_id: row.id.clone(),
        action: action.to_owned(),
        actor: by.actor().to_owned(),
        on_behalf_of: by.on_behalf_of(),
        noted_at: At(stamp.occurred.0),
        version: row.version,
        said: said.map(|said| sealed_text::seal(vault, &said_of(id), said)).transpose()?,
    };
    diesel::insert_into(case_file_notes::table).values(note).execute(tx)?;
    Ok(())
}

/// The acts on a case file, the oldest first.
pub(in crate::case_files) fn notes_of(
    conn: &mut Conn,
    row: &CaseFileRow,
    most: i64,
    after: i64,
) -> TxResult<Vec<NoteRow>> {
    Ok(case_file_notes::table
        .filter(case_file_notes::tenant_id.eq(&row.tenant_id).and(case_file_notes::case_file_id.eq(&row.id)))
        .filter(case_file_notes::version.gt(after))
        .order((case_file_notes::version, case_file_notes::id))
        .limit(most)
        .load(conn)?)
}
