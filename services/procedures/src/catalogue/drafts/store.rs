//! Rows of drafts.

use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult, is_unique_violation};
use motcua_kernel::{Error, Uuid};

use crate::catalogue::store::stale;

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use motcua_db::sql::{Document, Instant, Uid};
    procedure_drafts (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        procedure_id -> Uid,
        code -> Text,
        /// `open`, `published` or `discarded`.
        state -> Text,
        /// The version it was begun from.
        based_on -> Nullable<Uid>,
        content -> Document,
        author -> Text,
        created_at -> Instant,
        updated_at -> Instant,
        published_version_id -> Nullable<Uid>,
        version -> BigInt,
    }
}

/// A draft as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = procedure_drafts, treat_none_as_default_value = false)]
pub(crate) struct DraftRow {
    pub tenant_id: Id,
    pub id: Id,
    pub procedure_id: Id,
    pub code: String,
    pub state: String,
    pub based_on: Option<Id>,
    pub content: Json,
    pub author: String,
    pub created_at: At,
    pub updated_at: At,
    pub published_version_id: Option<Id>,
    pub version: i64,
}

/// A draft.
pub(crate) fn draft(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<DraftRow> {
    let key = procedure_drafts::tenant_id.eq(Id(tenant)).and(procedure_drafts::id.eq(Id(id)));
    Ok(procedure_drafts::table.filter(key).first(conn).optional()?.ok_or_else(Error::not_found)?)
}

/// Drafts, the newest first: their ids grow with time.
pub(crate) fn drafts(
    conn: &mut Conn,
    tenant: Uuid,
    state: Option<&str>,
    before: Option<Uuid>,
    limit: i64,
) -> TxResult<Vec<DraftRow>> {
    let mut query = procedure_drafts::table
        .into_boxed::<motcua_db::MultiBackend>()
        .filter(procedure_drafts::tenant_id.eq(Id(tenant)))
        .filter(procedure_drafts::id.lt(Id(before.unwrap_or(Uuid::max()))));
    if let Some(state) = state {
        query = query.filter(procedure_drafts::state.eq(state.to_owned()));
    }
    Ok(query.order(procedure_drafts::id.desc()).limit(limit).load(conn)?)
}

/// How many drafts there are.
pub(crate) fn count(conn: &mut Conn, tenant: Uuid, state: Option<&str>) -> TxResult<i64> {
    let mut query = procedure_drafts::table
        .into_boxed::<motcua_db::MultiBackend>()
        .filter(procedure_drafts::tenant_id.eq(Id(tenant)));
    if let Some(state) = state {
        query = query.filter(procedure_drafts::state.eq(state.to_owned()));
    }
    Ok(query.count().get_result(conn)?)
}

/// A new draft.
pub(crate) fn insert(tx: &mut Conn, row: &DraftRow) -> TxResult<()> {
    let open: Option<Id> = procedure_drafts::table
        .select(procedure_drafts::id)
        .filter(procedure_drafts::tenant_id.eq(row.tenant_id.clone()).and(procedure_drafts::code.eq(&row.code)))
        .filter(procedure_drafts::state.eq("open"))
        .first(tx)
        .optional()?;
    if let Some(open) = open {
        return Err(exists().with("draft_id", open.0.to_string()).into());
    }
    match diesel::insert_into(procedure_drafts::table).values(row.clone()).execute(tx) {
        Ok(_) => Ok(()),
        Err(error) if is_unique_violation(&error) => Err(exists().into()),
        Err(error) => Err(error.into()),
    }
}

/// Writes a draft back; `row.version` is the new one.
pub(crate) fn update(tx: &mut Conn, row: &DraftRow) -> TxResult<()> {
    let changed = diesel::update(procedure_drafts::table)
        .filter(procedure_drafts::tenant_id.eq(row.tenant_id.clone()).and(procedure_drafts::id.eq(row.id.clone())))
        .filter(procedure_drafts::version.eq(row.version - 1))
        .set((
            procedure_drafts::state.eq(&row.state),
            procedure_drafts::based_on.eq(row.based_on.clone()),
            procedure_drafts::content.eq(row.content.clone()),
            procedure_drafts::author.eq(&row.author),
            procedure_drafts::updated_at.eq(row.updated_at.clone()),
            procedure_drafts::published_version_id.eq(row.published_version_id.clone()),
            procedure_drafts::version.eq(row.version),
        ))
        .execute(tx)?;
    if changed == 1 { Ok(()) } else { Err(stale(row.version).into()) }
}

fn exists() -> Error {
    Error::conflict(
        "draft.exists",
        "Thủ tục này đang có một dự thảo chưa công bố.",
        "The procedure has a draft that is not published yet.",
    )
}
