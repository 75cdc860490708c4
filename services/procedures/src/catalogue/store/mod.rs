//! Rows of the catalogue: procedures change their current version, versions and their warnings are written once.

mod list;
mod versions;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, Failure, TxResult, is_unique_violation, on_each};
use motcua_kernel::{Error, Kind, Uuid};

pub(crate) use list::{Narrow, Place, Sort, count, list};
pub(crate) use versions::{
    VersionHead, content_of, contents, count_versions, last_effective_from, last_said, newest_version,
    next_effective_from, planned_from, version, version_in_force, versions, warnings,
};

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Nullable, Text};
    use motcua_db::sql::{Document, Uid};
    procedures (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        code -> Text,
        national_code -> Text,
        name -> Text,
        name_folded -> Text,
        field_code -> Text,
        field_name -> Text,
        field_folded -> Text,
        /// Words, each with a blank on both sides.
        levels -> Text,
        audience -> Text,
        /// Codes of the agencies named; empty where the receiving one acts.
        competent_code -> Text,
        issuing_code -> Text,
        status -> Text,
        source -> Text,
        current_version_id -> Uid,
        current_number -> BigInt,
        /// Highest number of a version, in force or planned.
        last_number -> BigInt,
        /// First day of the next planned version.
        next_from -> Nullable<Date>,
        warnings -> BigInt,
        suspension -> Nullable<Document>,
        abolition -> Nullable<Document>,
        abolished_from -> Nullable<Date>,
        /// Dossiers of the last twelve months, counted now and then.
        popularity -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Nullable, Text};
    use motcua_db::sql::{Document, Instant, Uid};
    procedure_versions (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        procedure_id -> Uid,
        number -> BigInt,
        effective_from -> Date,
        source -> Text,
        decision_number -> Nullable<Text>,
        decision_on -> Nullable<Date>,
        /// Of what the source said with its warnings, before local settings were kept.
        content_hash -> Text,
        warnings -> BigInt,
        published_at -> Instant,
        import_id -> Nullable<Uid>,
        content -> Document,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use motcua_db::sql::{Document, Uid};
    procedure_warnings (tenant_id, version_id, seq) {
        tenant_id -> Uid,
        version_id -> Uid,
        seq -> BigInt,
        code -> Text,
        kind -> Text,
        pointer -> Text,
        also -> Document,
        vi -> Text,
        en -> Text,
        value -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(procedures, procedure_versions, procedure_warnings);

/// A procedure as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = procedures, treat_none_as_default_value = false)]
pub(crate) struct ProcedureRow {
    pub tenant_id: Id,
    pub id: Id,
    pub code: String,
    pub national_code: String,
    pub name: String,
    pub name_folded: String,
    pub field_code: String,
    pub field_name: String,
    pub field_folded: String,
    pub levels: String,
    pub audience: String,
    pub competent_code: String,
    pub issuing_code: String,
    pub status: String,
    pub source: String,
    pub current_version_id: Id,
    pub current_number: i64,
    pub last_number: i64,
    pub next_from: Option<NaiveDate>,
    pub warnings: i64,
    pub suspension: Option<Json>,
    pub abolition: Option<Json>,
    pub abolished_from: Option<NaiveDate>,
    pub popularity: i64,
    pub version: i64,
}

/// A version as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = procedure_versions, treat_none_as_default_value = false)]
pub(crate) struct VersionRow {
    pub tenant_id: Id,
    pub id: Id,
    pub procedure_id: Id,
    pub number: i64,
    pub effective_from: NaiveDate,
    pub source: String,
    pub decision_number: Option<String>,
    pub decision_on: Option<NaiveDate>,
    pub content_hash: String,
    pub warnings: i64,
    pub published_at: At,
    pub import_id: Option<Id>,
    pub content: Json,
}

/// A warning as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = procedure_warnings, treat_none_as_default_value = false)]
pub(crate) struct WarningRow {
    pub tenant_id: Id,
    pub version_id: Id,
    pub seq: i64,
    pub code: String,
    pub kind: String,
    pub pointer: String,
    pub also: Json,
    pub vi: String,
    pub en: String,
    pub value: Option<String>,
}

/// As much of a procedure as finding it needs.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Found {
    pub id: Id,
    pub code: String,
    pub status: String,
    pub suspension: Option<Json>,
    pub abolition: Option<Json>,
}

type FoundColumns =
    (procedures::id, procedures::code, procedures::status, procedures::suspension, procedures::abolition);

const FOUND: FoundColumns =
    (procedures::id, procedures::code, procedures::status, procedures::suspension, procedures::abolition);

/// The procedure with an id.
pub(crate) fn found_by_id(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<Found>> {
    let key = procedures::tenant_id.eq(Id(tenant)).and(procedures::id.eq(Id(id)));
    Ok(procedures::table.select(FOUND).filter(key).first(conn).optional()?)
}

/// The procedures that share a national code: the national one, and provinces' own.
pub(crate) fn found_by_national_code(conn: &mut Conn, tenant: Uuid, code: &str) -> TxResult<Vec<Found>> {
    let key = procedures::tenant_id.eq(Id(tenant)).and(procedures::national_code.eq(code));
    Ok(procedures::table.select(FOUND).filter(key).order(procedures::code).load(conn)?)
}

/// A procedure.
pub(crate) fn procedure(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<ProcedureRow> {
    let key = procedures::tenant_id.eq(Id(tenant)).and(procedures::id.eq(Id(id)));
    Ok(procedures::table.filter(key).first(conn).optional()?.ok_or_else(Error::not_found)?)
}

/// The procedures with these codes, by code.
pub(crate) fn by_codes(conn: &mut Conn, tenant: Uuid, codes: &[&str]) -> TxResult<BTreeMap<String, ProcedureRow>> {
    let rows: Vec<ProcedureRow> = procedures::table
        .filter(procedures::tenant_id.eq(Id(tenant)).and(procedures::code.eq_any(codes.to_vec())))
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.code.clone(), row)).collect())
}

/// Procedures of which a planned version begins until a day.
pub(crate) fn beginning(conn: &mut Conn, until: NaiveDate, limit: i64) -> TxResult<Vec<ProcedureRow>> {
    Ok(procedures::table
        .filter(procedures::next_from.is_not_null().and(procedures::next_from.assume_not_null().le(until)))
        .order((procedures::next_from, procedures::id))
        .limit(limit)
        .load(conn)?)
}

/// Rows in one statement: at most 25 parameters each, far below what either database takes.
const ROWS_TOGETHER: usize = 500;

/// New procedures.
pub(crate) fn insert_procedures(tx: &mut Conn, rows: &[ProcedureRow]) -> TxResult<()> {
    for part in rows.chunks(ROWS_TOGETHER) {
        on_each!(tx, |c| diesel::insert_into(procedures::table).values(part).execute(c)).map_err(overtaken)?;
    }
    Ok(())
}

/// New versions.
pub(crate) fn insert_versions(tx: &mut Conn, rows: &[VersionRow]) -> TxResult<()> {
    for part in rows.chunks(ROWS_TOGETHER) {
        on_each!(tx, |c| diesel::insert_into(procedure_versions::table).values(part).execute(c)).map_err(overtaken)?;
    }
    Ok(())
}

/// Warnings of new versions.
pub(crate) fn insert_warnings(tx: &mut Conn, rows: &[WarningRow]) -> TxResult<()> {
    for part in rows.chunks(ROWS_TOGETHER) {
        on_each!(tx, |c| diesel::insert_into(procedure_warnings::table).values(part).execute(c))?;
    }
    Ok(())
}

/// Points a procedure at its new version; `row.version` is the new one.
pub(crate) fn update_procedure(tx: &mut Conn, row: &ProcedureRow) -> TxResult<()> {
    let changed = diesel::update(procedures::table)
        .filter(procedures::tenant_id.eq(row.tenant_id.clone()).and(procedures::id.eq(row.id.clone())))
        .filter(procedures::version.eq(row.version - 1))
        .set((
            procedures::name.eq(&row.name),
            procedures::name_folded.eq(&row.name_folded),
            procedures::field_code.eq(&row.field_code),
            procedures::field_name.eq(&row.field_name),
            procedures::field_folded.eq(&row.field_folded),
            procedures::levels.eq(&row.levels),
            procedures::audience.eq(&row.audience),
            procedures::status.eq(&row.status),
            procedures::source.eq(&row.source),
            (
                procedures::competent_code.eq(&row.competent_code),
                procedures::issuing_code.eq(&row.issuing_code),
                procedures::current_version_id.eq(row.current_version_id.clone()),
                procedures::current_number.eq(row.current_number),
                procedures::last_number.eq(row.last_number),
                procedures::next_from.eq(row.next_from),
                procedures::warnings.eq(row.warnings),
                procedures::suspension.eq(row.suspension.clone()),
                procedures::abolition.eq(row.abolition.clone()),
                procedures::abolished_from.eq(row.abolished_from),
                procedures::version.eq(row.version),
            ),
        ))
        .execute(tx)?;
    if changed == 1 { Ok(()) } else { Err(overtaken_by_another().into()) }
}

/// The code of the error for a catalogue that another import changed meanwhile: whoever writes reads again and repeats.
pub(crate) const OVERTAKEN: &str = "catalogue.overtaken";

fn overtaken(error: diesel::result::Error) -> Failure {
    if is_unique_violation(&error) { overtaken_by_another().into() } else { error.into() }
}

fn overtaken_by_another() -> Error {
    Error::conflict(
        OVERTAKEN,
        "Danh mục thủ tục vừa được một lần nhập khác thay đổi; vui lòng chạy lại.",
        "Another import has just changed the catalogue; please run it again.",
    )
}

/// The codes under which procedures name agencies.
pub(crate) fn codes_named(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<String>> {
    let of = procedures::tenant_id.eq(Id(tenant));
    let mut codes: Vec<String> =
        procedures::table.select(procedures::competent_code).filter(of.clone()).distinct().load(conn)?;
    let issuing: Vec<String> = procedures::table.select(procedures::issuing_code).filter(of).distinct().load(conn)?;
    codes.extend(issuing);
    codes.sort();
    codes.dedup();
    codes.retain(|code| !code.is_empty());
    Ok(codes)
}

/// The refusal of whoever changes what has changed since they read it.
pub(crate) fn stale(current: i64) -> Error {
    let error = Error::new(
        Kind::Stale,
        "precondition.stale",
        "Dữ liệu đã thay đổi sau khi bạn đọc. Hãy đọc lại rồi sửa.",
        "It has changed since you read it. Read it again before you change it.",
    );
    error.with("version", current)
}
