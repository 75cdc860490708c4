//! The rows of destructions.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Actor, Error, PageRequest, Result, Uuid, Vault};
use serde::{Deserialize, Serialize};

use super::rules::{DECIDED, PROPOSED};
use crate::agency_filter::below;
use crate::case_files::store::{destructions, reach};
use crate::precondition::check_version;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    destruction_items (tenant_id, destruction_id, case_file_id) {
        tenant_id -> Uid,
        destruction_id -> Uid,
        case_file_id -> Uid,
        position -> Integer,
    }
}

diesel::allow_tables_to_appear_in_same_query!(destruction_items, destructions);

/// A destruction as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = destructions, treat_none_as_default_value = false)]
pub(super) struct DestructionRow {
    pub tenant_id: Id,
    pub id: Id,
    pub written_agency_id: Id,
    pub written_code: String,
    pub responsible_agency_id: Id,
    pub state: String,
    pub proposed_at: At,
    pub proposed_by: String,
    pub proposed_for: Option<String>,
    pub content: Vec<u8>,
    pub decision_number: Option<String>,
    pub decision_on: Option<NaiveDate>,
    pub decided_at: Option<At>,
    pub decided_by: Option<String>,
    pub destroyed_at: Option<At>,
    pub destroyed_by: Option<String>,
    pub version: i64,
}

/// A case file on its list, as it is stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = destruction_items)]
struct ItemRow {
    tenant_id: Id,
    destruction_id: Id,
    case_file_id: Id,
    position: i32,
}

/// What was written about it, which names people: sealed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Content {
    pub reason: String,
    pub opinion: Option<String>,
    pub members: Vec<String>,
    pub refusal: Option<String>,
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content(***)")
    }
}

fn context(id: Uuid) -> String {
    format!("destructions.content:{id}")
}

impl Content {
    pub(super) fn seal(&self, vault: &Vault, id: Uuid) -> Result<Vec<u8>> {
        vault.seal(&context(id), &serde_json::to_vec(self).map_err(Error::internal)?)
    }
}

impl DestructionRow {
    pub(super) fn content(&self, vault: &Vault) -> Result<Content> {
        serde_json::from_slice(&vault.open(&context(self.id.0), &self.content)?).map_err(Error::internal)
    }
}

pub(super) fn insert(tx: &mut Conn, row: &DestructionRow, case_files: &[Uuid]) -> TxResult<()> {
    diesel::insert_into(destructions::table).values(row.clone()).execute(tx)?;
    let mut items = Vec::new();
    for (at, case_file) in case_files.iter().enumerate() {
        items.push(ItemRow {
            tenant_id: row.tenant_id.clone(),
            destruction_id: row.id.clone(),
            case_file_id: Id(*case_file),
            position: i32::try_from(at).map_err(Error::internal)?,
        });
    }
    on_each!(tx, |c| diesel::insert_into(destruction_items::table).values(&items).execute(c))?;
    Ok(())
}

/// Writes a destruction whose version was read; `row.version` is the new one.
///
/// # Errors
/// `precondition.stale`.
pub(super) fn update(tx: &mut Conn, row: &DestructionRow) -> TxResult<()> {
    let key = destructions::tenant_id.eq(row.tenant_id.clone()).and(destructions::id.eq(row.id.clone()));
    let changed = diesel::update(destructions::table)
        .filter(key.clone())
        .filter(destructions::version.eq(row.version - 1))
        .set((
            destructions::responsible_agency_id.eq(&row.responsible_agency_id),
            destructions::state.eq(&row.state),
            destructions::content.eq(&row.content),
            destructions::decision_number.eq(&row.decision_number),
            destructions::decision_on.eq(row.decision_on),
            destructions::decided_at.eq(&row.decided_at),
            destructions::decided_by.eq(&row.decided_by),
            destructions::destroyed_at.eq(&row.destroyed_at),
            destructions::destroyed_by.eq(&row.destroyed_by),
            destructions::version.eq(row.version),
        ))
        .execute(tx)?;
    if changed == 1 {
        return Ok(());
    }
    let current: i64 = destructions::table.select(destructions::version).filter(key).first(tx)?;
    check_version(current, row.version - 1)?;
    Err(Error::internal(format!("the destruction {} was not written", row.id.0)).into())
}

/// What a caller may see of destructions: those of agencies whose documents they keep or direct.
fn seen(actor: &Actor) -> destructions::BoxedQuery<'static, MultiBackend> {
    let query = destructions::table.filter(destructions::tenant_id.eq(Id(actor.tenant))).into_boxed::<MultiBackend>();
    match reach(actor) {
        None => query,
        Some(agencies) => query.filter(destructions::responsible_agency_id.eq_any(below(Id(actor.tenant), agencies))),
    }
}

/// A destruction the caller may see.
///
/// # Errors
/// `not_found`.
pub(super) fn load(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<DestructionRow> {
    let found: Option<DestructionRow> = seen(actor).filter(destructions::id.eq(Id(id))).first(conn).optional()?;
    Ok(found.ok_or_else(Error::not_found)?)
}

/// One page of destructions, the newest first.
pub(super) fn list(
    conn: &mut Conn,
    actor: &Actor,
    page: &PageRequest,
    after: Option<(DateTime<Utc>, Uuid)>,
) -> TxResult<Vec<DestructionRow>> {
    let mut query = seen(actor);
    if let Some((at, id)) = after {
        let same = destructions::proposed_at.eq(At(at)).and(destructions::id.lt(Id(id)));
        query = query.filter(destructions::proposed_at.lt(At(at)).or(same));
    }
    Ok(query.order((destructions::proposed_at.desc(), destructions::id.desc())).limit(page.fetch()).load(conn)?)
}

/// The case files on a list, in its order.
pub(super) fn items(conn: &mut Conn, row: &DestructionRow) -> TxResult<Vec<Uuid>> {
    let ids: Vec<Id> = destruction_items::table
        .select(destruction_items::case_file_id)
        .filter(destruction_items::tenant_id.eq(&row.tenant_id).and(destruction_items::destruction_id.eq(&row.id)))
        .order(destruction_items::position)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// A destruction that is proposed or decided and has a case file on its list.
pub(super) fn open_list_with(conn: &mut Conn, tenant: Uuid, case_file: Uuid) -> TxResult<Option<Uuid>> {
    let on_lists = destruction_items::table
        .select(destruction_items::destruction_id)
        .filter(destruction_items::tenant_id.eq(Id(tenant)).and(destruction_items::case_file_id.eq(Id(case_file))));
    let found: Option<Id> = destructions::table
        .select(destructions::id)
        .filter(destructions::tenant_id.eq(Id(tenant)).and(destructions::state.eq_any([PROPOSED, DECIDED])))
        .filter(destructions::id.eq_any(on_lists))
        .order(destructions::id)
        .first(conn)
        .optional()?;
    Ok(found.map(|id| id.0))
}

/// Some destructions of an agency.
pub(super) fn of_responsible(conn: &mut Conn, tenant: Uuid, agency: Uuid, most: i64) -> TxResult<Vec<DestructionRow>> {
    Ok(destructions::table
        .filter(destructions::tenant_id.eq(Id(tenant)).and(destructions::responsible_agency_id.eq(Id(agency))))
        .order(destructions::id)
        .limit(most)
        .load(conn)?)
}
