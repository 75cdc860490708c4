//! Rows of imports: how far each has come, and what it refused.

use std::ops::Add;

use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult, on_each};
use motcua_journal::Stamp;
use motcua_kernel::{Error, Uuid};
use serde_json::{Value, json};

use super::super::rules::Source;
use super::RefusedLine;

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use motcua_db::sql::{Document, Instant, Uid};
    imports (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        file_name -> Text,
        /// Unknown until the first record says.
        source -> Nullable<Text>,
        actor -> Text,
        state -> Text,
        started_at -> Instant,
        updated_at -> Instant,
        finished_at -> Nullable<Instant>,
        lines -> BigInt,
        loaded -> BigInt,
        with_warnings -> BigInt,
        unchanged -> BigInt,
        refused -> BigInt,
        warnings_by_code -> Document,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use motcua_db::sql::Uid;
    import_refusals (tenant_id, import_id, line) {
        tenant_id -> Uid,
        import_id -> Uid,
        line -> BigInt,
        code -> Text,
        procedure_code -> Nullable<Text>,
        vi -> Text,
        en -> Text,
    }
}

/// An import as it is stored.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct ImportRow {
    #[expect(dead_code, reason = "rows are read whole")]
    pub tenant_id: Id,
    pub id: Id,
    pub file_name: String,
    pub source: Option<String>,
    pub actor: String,
    pub state: String,
    pub started_at: At,
    pub updated_at: At,
    pub finished_at: Option<At>,
    pub lines: i64,
    pub loaded: i64,
    pub with_warnings: i64,
    pub unchanged: i64,
    pub refused: i64,
    pub warnings_by_code: Json,
}

/// A refusal as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = import_refusals, treat_none_as_default_value = false)]
pub(crate) struct RefusalRow {
    pub tenant_id: Id,
    pub import_id: Id,
    pub line: i64,
    pub code: String,
    pub procedure_code: Option<String>,
    pub vi: String,
    pub en: String,
}

/// How lines ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub lines: u64,
    pub loaded: u64,
    pub with_warnings: u64,
    pub unchanged: u64,
    pub refused: u64,
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            lines: self.lines + other.lines,
            loaded: self.loaded + other.loaded,
            with_warnings: self.with_warnings + other.with_warnings,
            unchanged: self.unchanged + other.unchanged,
            refused: self.refused + other.refused,
        }
    }
}

/// Notes that an import begins.
pub(super) fn begin(tx: &mut Conn, stamp: &Stamp, import: Uuid, file_name: &str) -> TxResult<()> {
    diesel::insert_into(imports::table)
        .values((
            imports::tenant_id.eq(Id(stamp.tenant)),
            imports::id.eq(Id(import)),
            imports::file_name.eq(file_name),
            imports::actor.eq(stamp.actor()),
            imports::state.eq("running"),
            imports::started_at.eq(At::from(stamp.now)),
            imports::updated_at.eq(At::from(stamp.now)),
            (
                imports::lines.eq(0_i64),
                imports::loaded.eq(0_i64),
                imports::with_warnings.eq(0_i64),
                imports::unchanged.eq(0_i64),
                imports::refused.eq(0_i64),
                imports::warnings_by_code.eq(Json(json!({}))),
            ),
        ))
        .execute(tx)?;
    Ok(())
}

/// Notes how far an import has come, in the transaction of the batch that brought it there.
pub(super) fn progress(
    tx: &mut Conn,
    stamp: &Stamp,
    import: Uuid,
    source: Option<Source>,
    counts: Counts,
    warnings_by_code: &Value,
) -> TxResult<()> {
    diesel::update(imports::table)
        .filter(imports::tenant_id.eq(Id(stamp.tenant)).and(imports::id.eq(Id(import))))
        .set((
            imports::source.eq(source.map(Source::as_str)),
            imports::updated_at.eq(At::from(stamp.now)),
            imports::lines.eq(stored(counts.lines)?),
            imports::loaded.eq(stored(counts.loaded)?),
            imports::with_warnings.eq(stored(counts.with_warnings)?),
            imports::unchanged.eq(stored(counts.unchanged)?),
            imports::refused.eq(stored(counts.refused)?),
            imports::warnings_by_code.eq(Json(warnings_by_code.clone())),
        ))
        .execute(tx)?;
    Ok(())
}

/// Notes that an import has ended.
pub(super) fn end(tx: &mut Conn, stamp: &Stamp, import: Uuid, state: &str) -> TxResult<()> {
    diesel::update(imports::table)
        .filter(imports::tenant_id.eq(Id(stamp.tenant)).and(imports::id.eq(Id(import))))
        .set((
            imports::state.eq(state),
            imports::updated_at.eq(At::from(stamp.now)),
            imports::finished_at.eq(Some(At::from(stamp.now))),
        ))
        .execute(tx)?;
    Ok(())
}

/// Keeps refused lines.
pub(super) fn insert_refusals<'a>(
    tx: &mut Conn,
    tenant: Uuid,
    import: Uuid,
    refused: impl Iterator<Item = &'a RefusedLine>,
) -> TxResult<()> {
    let rows = refused
        .map(|refused| {
            Ok(RefusalRow {
                tenant_id: Id(tenant),
                import_id: Id(import),
                line: stored(refused.line)?,
                code: refused.code.clone(),
                procedure_code: refused.procedure_code.clone(),
                vi: refused.reason.vi.clone(),
                en: refused.reason.en.clone(),
            })
        })
        .collect::<TxResult<Vec<RefusalRow>>>()?;
    if !rows.is_empty() {
        on_each!(tx, |c| diesel::insert_into(import_refusals::table).values(&rows).execute(c))?;
    }
    Ok(())
}

fn stored(count: u64) -> TxResult<i64> {
    Ok(i64::try_from(count).map_err(Error::internal)?)
}

/// An import.
pub(crate) fn import(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<ImportRow> {
    let key = imports::tenant_id.eq(Id(tenant)).and(imports::id.eq(Id(id)));
    Ok(imports::table.filter(key).first(conn).optional()?.ok_or_else(Error::not_found)?)
}

/// Imports, the newest first: their ids grow with time.
pub(crate) fn imports(conn: &mut Conn, tenant: Uuid, before: Option<Uuid>, limit: i64) -> TxResult<Vec<ImportRow>> {
    let before = before.unwrap_or(Uuid::max());
    Ok(imports::table
        .filter(imports::tenant_id.eq(Id(tenant)).and(imports::id.lt(Id(before))))
        .order(imports::id.desc())
        .limit(limit)
        .load(conn)?)
}

/// How many imports there were.
pub(crate) fn count(conn: &mut Conn, tenant: Uuid) -> TxResult<i64> {
    Ok(imports::table.filter(imports::tenant_id.eq(Id(tenant))).count().get_result(conn)?)
}

/// Refusals of an import behind a line, in order.
pub(crate) fn refusals(
    conn: &mut Conn,
    tenant: Uuid,
    import: Uuid,
    behind: i64,
    limit: i64,
) -> TxResult<Vec<RefusalRow>> {
    Ok(import_refusals::table
        .filter(import_refusals::tenant_id.eq(Id(tenant)).and(import_refusals::import_id.eq(Id(import))))
        .filter(import_refusals::line.gt(behind))
        .order(import_refusals::line)
        .limit(limit)
        .load(conn)?)
}
