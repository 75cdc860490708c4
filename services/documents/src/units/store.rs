//! The tables of units and the statements on them.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Error, PageRequest, Uuid, text};

use super::rules::{Level, Part, UnitRecord};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    administrative_units (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        level -> Text,
        code -> Text,
        name -> Text,
        full_name -> Text,
        full_name_en -> Text,
        name_folded -> Text,
        #[sql_name = "type"]
        kind -> Text,
        parent_code -> Nullable<Text>,
        province_code -> Nullable<Text>,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        resolution -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    unit_successions (tenant_id, predecessor_id, successor_id) {
        tenant_id -> Uid,
        predecessor_id -> Uid,
        successor_id -> Uid,
        part -> Text,
        effective_on -> Date,
        resolution -> Text,
        confidence -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(administrative_units, unit_successions);

/// Stands for a first day that nobody recorded: a key may not be empty.
pub(super) const UNKNOWN_START: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// Rows in one statement: fifteen parameters each, below what either database takes.
const ROWS_TOGETHER: usize = 500;

/// A unit as it is stored.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = administrative_units, treat_none_as_null = true)]
pub(super) struct UnitRow {
    tenant_id: Id,
    id: Id,
    level: String,
    code: String,
    name: String,
    full_name: String,
    full_name_en: String,
    name_folded: String,
    kind: String,
    parent_code: Option<String>,
    province_code: Option<String>,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    resolution: String,
}

impl UnitRow {
    fn of(tenant: Uuid, id: Uuid, record: &UnitRecord) -> Self {
        Self {
            tenant_id: Id(tenant),
            id: Id(id),
            level: record.level.as_str().to_owned(),
            code: record.code.clone(),
            name: record.name.clone(),
            full_name: record.full_name.clone(),
            full_name_en: record.full_name_en.clone(),
            name_folded: text::fold(&record.full_name),
            kind: record.kind.clone(),
            parent_code: record.parent_code.clone(),
            province_code: record.province_code.clone(),
            valid_from: record.valid_from.unwrap_or(UNKNOWN_START),
            valid_to: record.valid_to,
            resolution: record.resolution.clone(),
        }
    }

    fn unit(self) -> Result<Unit, Error> {
        let record = UnitRecord {
            level: self.level.parse().map_err(Error::internal)?,
            code: self.code,
            name: self.name,
            full_name: self.full_name,
            full_name_en: self.full_name_en,
            kind: self.kind,
            parent_code: self.parent_code,
            province_code: self.province_code,
            valid_from: Some(self.valid_from).filter(|day| *day != UNKNOWN_START),
            valid_to: self.valid_to,
            resolution: self.resolution,
        };
        Ok(Unit { id: self.id.0, record })
    }
}

/// A unit with its id.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub id: Uuid,
    pub record: UnitRecord,
}

/// What became of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Succession {
    pub predecessor: Uuid,
    pub successor: Uuid,
    pub part: Part,
    pub effective_on: NaiveDate,
    pub resolution: String,
    pub confidence: String,
}

type SuccessionColumns = (Id, Id, String, NaiveDate, String, String);
const SUCCESSION: (
    unit_successions::predecessor_id,
    unit_successions::successor_id,
    unit_successions::part,
    unit_successions::effective_on,
    unit_successions::resolution,
    unit_successions::confidence,
) = (
    unit_successions::predecessor_id,
    unit_successions::successor_id,
    unit_successions::part,
    unit_successions::effective_on,
    unit_successions::resolution,
    unit_successions::confidence,
);

fn succession(
    (predecessor, successor, part, effective_on, resolution, confidence): SuccessionColumns,
) -> Result<Succession, Error> {
    let part = part.parse().map_err(Error::internal)?;
    Ok(Succession { predecessor: predecessor.0, successor: successor.0, part, effective_on, resolution, confidence })
}

/// Every unit of a tenant.
pub(super) fn all(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<Unit>> {
    let rows: Vec<UnitRow> =
        administrative_units::table.filter(administrative_units::tenant_id.eq(Id(tenant))).load(conn)?;
    Ok(rows.into_iter().map(UnitRow::unit).collect::<Result<_, Error>>()?)
}

/// Every succession of a tenant.
pub(super) fn all_successions(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<Succession>> {
    let rows: Vec<SuccessionColumns> =
        unit_successions::table.select(SUCCESSION).filter(unit_successions::tenant_id.eq(Id(tenant))).load(conn)?;
    Ok(rows.into_iter().map(succession).collect::<Result<_, Error>>()?)
}

/// Writes new units.
pub(super) fn insert(tx: &mut Conn, tenant: Uuid, units: &[Unit]) -> TxResult<()> {
    for part in units.chunks(ROWS_TOGETHER) {
        let rows: Vec<UnitRow> = part.iter().map(|unit| UnitRow::of(tenant, unit.id, &unit.record)).collect();
        on_each!(tx, |c| diesel::insert_into(administrative_units::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Writes a unit that is known in place of what was there.
pub(super) fn replace(tx: &mut Conn, tenant: Uuid, unit: &Unit) -> TxResult<()> {
    let row = UnitRow::of(tenant, unit.id, &unit.record);
    diesel::update(administrative_units::table)
        .filter(administrative_units::tenant_id.eq(Id(tenant)).and(administrative_units::id.eq(Id(unit.id))))
        .set(&row)
        .execute(tx)?;
    Ok(())
}

/// Writes successions, new or in place of what was there.
pub(super) fn put_successions(tx: &mut Conn, tenant: Uuid, successions: &[Succession]) -> TxResult<()> {
    for told in successions {
        diesel::delete(unit_successions::table)
            .filter(unit_successions::tenant_id.eq(Id(tenant)))
            .filter(unit_successions::predecessor_id.eq(Id(told.predecessor)))
            .filter(unit_successions::successor_id.eq(Id(told.successor)))
            .execute(tx)?;
    }
    insert_successions(tx, tenant, successions)
}

/// Writes new successions.
pub(super) fn insert_successions(tx: &mut Conn, tenant: Uuid, successions: &[Succession]) -> TxResult<()> {
    for part in successions.chunks(ROWS_TOGETHER) {
        let rows: Vec<_> = part
            .iter()
            .map(|told| {
                (
                    unit_successions::tenant_id.eq(Id(tenant)),
                    unit_successions::predecessor_id.eq(Id(told.predecessor)),
                    unit_successions::successor_id.eq(Id(told.successor)),
                    unit_successions::part.eq(told.part.as_str()),
                    unit_successions::effective_on.eq(told.effective_on),
                    unit_successions::resolution.eq(&told.resolution),
                    unit_successions::confidence.eq(&told.confidence),
                )
            })
            .collect();
        on_each!(tx, |c| diesel::insert_into(unit_successions::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// Which units a list shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub codes: Option<Vec<String>>,
    pub levels: Option<Vec<Level>>,
    pub provinces: Option<Vec<String>>,
    pub parents: Option<Vec<String>>,
    pub on: Option<NaiveDate>,
    pub name: Option<String>,
}

type Boxed = administrative_units::BoxedQuery<'static, MultiBackend>;

fn wanted(tenant: Uuid, wanted: &Wanted) -> Boxed {
    let mut query = administrative_units::table.filter(administrative_units::tenant_id.eq(Id(tenant))).into_boxed();
    if let Some(codes) = wanted.codes.clone() {
        query = query.filter(administrative_units::code.eq_any(codes));
    }
    if let Some(levels) = &wanted.levels {
        let levels: Vec<&'static str> = levels.iter().map(|level| level.as_str()).collect();
        query = query.filter(administrative_units::level.eq_any(levels));
    }
    if let Some(provinces) = wanted.provinces.clone() {
        // A province belongs to itself.
        let itself = administrative_units::level.eq(Level::Province.as_str());
        let itself = itself.and(administrative_units::code.eq_any(provinces.clone()));
        query = query.filter(administrative_units::province_code.eq_any(provinces).assume_not_null().or(itself));
    }
    if let Some(parents) = wanted.parents.clone() {
        query = query.filter(administrative_units::parent_code.eq_any(parents).assume_not_null());
    }
    if let Some(on) = wanted.on {
        query = query.filter(administrative_units::valid_from.le(on)).filter(
            administrative_units::valid_to.is_null().or(administrative_units::valid_to.gt(on).assume_not_null()),
        );
    }
    if let Some(name) = &wanted.name {
        query = query.filter(administrative_units::name_folded.like(crate::like::contains(name)).escape('\\'));
    }
    query
}

/// A page of units by code, from behind a key.
pub(super) fn page(
    conn: &mut Conn,
    tenant: Uuid,
    which: &Wanted,
    after: Option<(String, Uuid)>,
    request: &PageRequest,
) -> TxResult<Vec<Unit>> {
    let mut query = wanted(tenant, which);
    if let Some((code, id)) = after {
        let same = administrative_units::code.eq(code.clone()).and(administrative_units::id.gt(Id(id)));
        query = query.filter(administrative_units::code.gt(code).or(same));
    }
    let rows: Vec<UnitRow> =
        query.order((administrative_units::code, administrative_units::id)).limit(request.fetch()).load(conn)?;
    Ok(rows.into_iter().map(UnitRow::unit).collect::<Result<_, Error>>()?)
}

/// How many units a list shows in all.
pub(super) fn count(conn: &mut Conn, tenant: Uuid, which: &Wanted) -> TxResult<i64> {
    Ok(wanted(tenant, which).count().get_result(conn)?)
}

/// One unit.
pub(super) fn get(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<Unit>> {
    let row: Option<UnitRow> = administrative_units::table
        .filter(administrative_units::tenant_id.eq(Id(tenant)).and(administrative_units::id.eq(Id(id))))
        .first(conn)
        .optional()?;
    Ok(row.map(UnitRow::unit).transpose()?)
}

/// What a unit came from, each with the predecessor.
pub(super) fn predecessors(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Vec<(Succession, Unit)>> {
    let rows: Vec<(SuccessionColumns, UnitRow)> = unit_successions::table
        .inner_join(
            administrative_units::table.on(administrative_units::tenant_id
                .eq(unit_successions::tenant_id)
                .and(administrative_units::id.eq(unit_successions::predecessor_id))),
        )
        .select((SUCCESSION, administrative_units::all_columns))
        .filter(unit_successions::tenant_id.eq(Id(tenant)).and(unit_successions::successor_id.eq(Id(id))))
        .order((administrative_units::code, administrative_units::id))
        .load(conn)?;
    linked(rows)
}

/// What became of a unit, each with the successor.
pub(super) fn successors(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Vec<(Succession, Unit)>> {
    let rows: Vec<(SuccessionColumns, UnitRow)> = unit_successions::table
        .inner_join(
            administrative_units::table.on(administrative_units::tenant_id
                .eq(unit_successions::tenant_id)
                .and(administrative_units::id.eq(unit_successions::successor_id))),
        )
        .select((SUCCESSION, administrative_units::all_columns))
        .filter(unit_successions::tenant_id.eq(Id(tenant)).and(unit_successions::predecessor_id.eq(Id(id))))
        .order((administrative_units::code, administrative_units::id))
        .load(conn)?;
    linked(rows)
}

fn linked(rows: Vec<(SuccessionColumns, UnitRow)>) -> TxResult<Vec<(Succession, Unit)>> {
    let linked = rows.into_iter().map(|(columns, row)| Ok((succession(columns)?, row.unit()?)));
    Ok(linked.collect::<Result<_, Error>>()?)
}

/// Of these codes, those that no unit has on a day; none where no units are loaded, because then nobody knows.
///
/// # Errors
/// When the database fails.
pub(crate) fn unknown_codes(conn: &mut Conn, tenant: Uuid, codes: &[&str], on: NaiveDate) -> TxResult<Vec<String>> {
    let units = || administrative_units::table.filter(administrative_units::tenant_id.eq(Id(tenant)));
    let loaded: Option<Id> = units().select(administrative_units::id).first(conn).optional()?;
    if codes.is_empty() || loaded.is_none() {
        return Ok(Vec::new());
    }
    let known: Vec<String> = units()
        .select(administrative_units::code)
        .filter(administrative_units::code.eq_any(codes.to_vec()))
        .filter(administrative_units::valid_from.le(on))
        .filter(administrative_units::valid_to.is_null().or(administrative_units::valid_to.assume_not_null().gt(on)))
        .load(conn)?;
    Ok(codes.iter().filter(|code| !known.iter().any(|unit| unit == *code)).map(ToString::to_string).collect())
}

/// The name of the unit that has a code on a day, as the place of a document is written (địa danh): its name alone, and
/// with what it is where the name is a number (Decree 30/2020/NĐ-CP, Annex I).
///
/// # Errors
/// When the database fails.
pub(crate) fn place_name(conn: &mut Conn, tenant: Uuid, code: &str, on: NaiveDate) -> TxResult<Option<String>> {
    let named: Option<(String, String)> = administrative_units::table
        .select((administrative_units::name, administrative_units::full_name))
        .filter(administrative_units::tenant_id.eq(Id(tenant)).and(administrative_units::code.eq(code)))
        .filter(administrative_units::valid_from.le(on))
        .filter(administrative_units::valid_to.is_null().or(administrative_units::valid_to.assume_not_null().gt(on)))
        .first(conn)
        .optional()?;
    let is_number = |name: &str| name.chars().all(|letter| letter.is_ascii_digit());
    Ok(named.map(|(name, full_name)| if is_number(&name) { full_name } else { name }))
}
