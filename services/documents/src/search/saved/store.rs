//! The rows of saved searches.

use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Result, Uuid, Vault};
use serde::{Deserialize, Serialize};

use crate::search::http::SearchDocuments;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    saved_searches (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        owner -> Text,
        content -> Binary,
        name_hash -> Text,
        saved_at -> Instant,
        version -> BigInt,
    }
}

/// A saved search, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = saved_searches)]
pub(super) struct SavedRow {
    pub tenant_id: Id,
    pub id: Id,
    pub owner: String,
    pub content: Vec<u8>,
    pub name_hash: String,
    pub saved_at: At,
    pub version: i64,
}

/// What is sealed of it: a name or a question may name people.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    pub name: String,
    pub search: SearchDocuments,
}

impl Content {
    pub(super) fn seal(&self, vault: &Vault, id: Uuid) -> Result<Vec<u8>> {
        vault.seal(&context(id), &serde_json::to_vec(self).map_err(Error::internal)?)
    }

    pub(super) fn open(vault: &Vault, row: &SavedRow) -> Result<Self> {
        serde_json::from_slice(&vault.open(&context(row.id.0), &row.content)?).map_err(Error::internal)
    }
}

fn context(id: Uuid) -> String {
    format!("saved_searches.content:{id}")
}

/// A search of the caller's own.
pub(super) fn find(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<Option<SavedRow>> {
    let own = saved_searches::tenant_id.eq(Id(actor.tenant)).and(saved_searches::owner.eq(actor.reference()));
    Ok(saved_searches::table.filter(own).filter(saved_searches::id.eq(Id(id))).first(conn).optional()?)
}

/// A page of the caller's own, the newest first.
pub(super) fn page(conn: &mut Conn, actor: &Actor, most: i64, before: Option<Uuid>) -> TxResult<Vec<SavedRow>> {
    let own = saved_searches::tenant_id.eq(Id(actor.tenant)).and(saved_searches::owner.eq(actor.reference()));
    let mut query = saved_searches::table.filter(own).into_boxed::<motcua_db::MultiBackend>();
    if let Some(before) = before {
        query = query.filter(saved_searches::id.lt(Id(before)));
    }
    Ok(query.order(saved_searches::id.desc()).limit(most).load(conn)?)
}

/// How many the caller has.
pub(super) fn count(conn: &mut Conn, actor: &Actor) -> TxResult<i64> {
    let own = saved_searches::tenant_id.eq(Id(actor.tenant)).and(saved_searches::owner.eq(actor.reference()));
    Ok(saved_searches::table.filter(own).count().get_result(conn)?)
}

/// Whether another search of the same owner has this name.
pub(super) fn has_name(conn: &mut Conn, row: &SavedRow) -> TxResult<bool> {
    let other: Option<Id> = saved_searches::table
        .select(saved_searches::id)
        .filter(saved_searches::tenant_id.eq(&row.tenant_id).and(saved_searches::owner.eq(&row.owner)))
        .filter(saved_searches::name_hash.eq(&row.name_hash).and(saved_searches::id.ne(&row.id)))
        .first(conn)
        .optional()?;
    Ok(other.is_some())
}

pub(super) fn insert(tx: &mut Conn, row: &SavedRow) -> TxResult<()> {
    diesel::insert_into(saved_searches::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// Writes what may change of a search whose version was read; false when it has changed meanwhile.
pub(super) fn update(tx: &mut Conn, row: &SavedRow) -> TxResult<bool> {
    let key = saved_searches::tenant_id.eq(&row.tenant_id).and(saved_searches::id.eq(&row.id));
    let changed = diesel::update(saved_searches::table)
        .filter(key.and(saved_searches::version.eq(row.version - 1)))
        .set((
            saved_searches::content.eq(&row.content),
            saved_searches::name_hash.eq(&row.name_hash),
            saved_searches::version.eq(row.version),
        ))
        .execute(tx)?;
    Ok(changed == 1)
}

/// Takes a search away at the version that was read; false when it has changed meanwhile.
pub(super) fn delete(tx: &mut Conn, row: &SavedRow) -> TxResult<bool> {
    let key = saved_searches::tenant_id.eq(row.tenant_id.clone()).and(saved_searches::id.eq(row.id.clone()));
    let there = saved_searches::table.filter(key).filter(saved_searches::version.eq(row.version));
    Ok(diesel::delete(there).execute(tx)? == 1)
}

/// Of these searches, the caller's own: for the feed.
///
/// # Errors
/// When the database fails.
pub fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let own: Vec<Id> = saved_searches::table
        .select(saved_searches::id)
        .filter(saved_searches::tenant_id.eq(Id(actor.tenant)).and(saved_searches::owner.eq(actor.reference())))
        .filter(saved_searches::id.eq_any(wanted))
        .load(conn)?;
    Ok(own.into_iter().map(|id| id.0).collect())
}
