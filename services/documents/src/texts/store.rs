//! The rows of texts: one for each content, whoever uploaded it and however often.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{Error, Result, Uuid, Vault};
use serde::Serialize;
use utoipa::ToSchema;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    file_texts (tenant_id, sha256) {
        tenant_id -> Uid,
        sha256 -> Text,
        size -> BigInt,
        state -> Text,
        /// Why it could not be read.
        failure -> Nullable<Text>,
        /// Sealed.
        content -> Nullable<Binary>,
        tries -> BigInt,
        /// While it waits: from when on it may be tried.
        free_at -> Instant,
        read_at -> Nullable<Instant>,
    }
}

pub(super) const WAITING: &str = "waiting";
pub(super) const READ: &str = "read";
pub(super) const NONE: &str = "none";
pub(super) const FAILED: &str = "failed";

/// What became of the text of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextState {
    /// `waiting`, `read`, `none` (nothing in it to read) or `failed`.
    #[schema(example = "read")]
    pub state: String,
    /// Why it could not be read: `timeout`, `limits` (memory or time of the reading process), `malformed`, `too_large`; or
    /// `not_kept`, when it was read and its words could not be entered.
    pub failure: Option<String>,
}

/// A text as it is stored.
#[derive(Debug, Clone, Queryable)]
pub(super) struct TextRow {
    pub tenant_id: Id,
    pub sha256: String,
    pub size: i64,
    pub state: String,
    pub failure: Option<String>,
    pub content: Option<Vec<u8>>,
    pub tries: i64,
    pub free_at: At,
    pub read_at: Option<At>,
}

/// Has a content read, unless it was or will be.
pub(crate) fn want(tx: &mut Conn, tenant: Uuid, sha256: &str, size: u64, now: DateTime<Utc>) -> TxResult<()> {
    let row = (
        file_texts::tenant_id.eq(Id(tenant)),
        file_texts::sha256.eq(sha256.to_owned()),
        file_texts::size.eq(i64::try_from(size).unwrap_or(i64::MAX)),
        file_texts::state.eq(WAITING),
        file_texts::tries.eq(0_i64),
        file_texts::free_at.eq(At(now)),
    );
    on_each!(tx, |c| diesel::insert_into(file_texts::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Takes away what was read of a content: it was destroyed.
pub(crate) fn forget(tx: &mut Conn, tenant: Uuid, sha256: &str) -> TxResult<()> {
    diesel::delete(file_texts::table.filter(key(tenant, sha256))).execute(tx)?;
    Ok(())
}

/// The text of a content; empty while it has none. Whoever says that it has been read waits until this transaction ends.
/// SQLite has one writer anyway.
pub(crate) fn held_text_of(tx: &mut Conn, vault: &Vault, tenant: Uuid, sha256: &str) -> TxResult<String> {
    let text = file_texts::table.select(file_texts::content).filter(key(tenant, sha256));
    let sealed: Option<Option<Vec<u8>>> = match tx {
        Conn::Postgres(conn) => text.for_share().first(conn).optional()?,
        Conn::Sqlite(conn) => text.first(conn).optional()?,
    };
    match sealed.flatten() {
        Some(sealed) => Ok(String::from_utf8(vault.open(&context(sha256), &sealed)?).map_err(Error::internal)?),
        None => Ok(String::new()),
    }
}

/// What became of the texts of these contents.
///
/// # Errors
/// When the database fails.
pub(super) fn states_of(conn: &mut Conn, tenant: Uuid, contents: &[String]) -> TxResult<BTreeMap<String, TextState>> {
    let rows: Vec<(String, String, Option<String>)> = file_texts::table
        .select((file_texts::sha256, file_texts::state, file_texts::failure))
        .filter(file_texts::tenant_id.eq(Id(tenant)).and(file_texts::sha256.eq_any(contents.to_vec())))
        .load(conn)?;
    Ok(rows.into_iter().map(|(sha256, state, failure)| (sha256, TextState { state, failure })).collect())
}

/// Takes some that wait, for as long as reading one may take; a copy that dies gives them back by that.
pub(super) fn claim(tx: &mut Conn, now: DateTime<Utc>, until: DateTime<Utc>, most: i64) -> TxResult<Vec<TextRow>> {
    let free = file_texts::state.eq(WAITING).and(file_texts::free_at.le(At(now)));
    let waiting: Vec<TextRow> =
        file_texts::table.filter(free.clone()).order(file_texts::free_at).limit(most).load(tx)?;
    let mut claimed = Vec::new();
    for mut row in waiting {
        let taken = diesel::update(file_texts::table.filter(key(row.tenant_id.0, &row.sha256)).filter(free.clone()))
            .set(file_texts::free_at.eq(At(until)))
            .execute(tx)?;
        if taken == 1 {
            row.free_at = At(until);
            claimed.push(row);
        }
    }
    Ok(claimed)
}

/// Writes what became of one that was taken; false when it was taken by another meanwhile.
pub(super) fn tried(tx: &mut Conn, row: &TextRow, taken_until: &At) -> TxResult<bool> {
    let ours = key(row.tenant_id.0, &row.sha256);
    let written = diesel::update(file_texts::table.filter(ours).filter(file_texts::free_at.eq(taken_until.clone())))
        .set((
            file_texts::state.eq(&row.state),
            file_texts::failure.eq(&row.failure),
            file_texts::content.eq(&row.content),
            file_texts::tries.eq(row.tries),
            file_texts::free_at.eq(&row.free_at),
            file_texts::read_at.eq(&row.read_at),
        ))
        .execute(tx)?;
    Ok(written == 1)
}

pub(super) fn seal(vault: &Vault, sha256: &str, text: &str) -> Result<Vec<u8>> {
    vault.seal(&context(sha256), text.as_bytes())
}

fn context(sha256: &str) -> String {
    format!("file_texts.content:{sha256}")
}

#[diesel::dsl::auto_type(no_type_alias)]
fn key(tenant: Uuid, sha256: &str) -> _ {
    let tenant: Id = Id(tenant);
    let sha256: String = sha256.to_owned();
    file_texts::tenant_id.eq(tenant).and(file_texts::sha256.eq(sha256))
}
