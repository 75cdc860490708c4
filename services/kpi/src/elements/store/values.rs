//! Values as they are stored, and who sees them.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::query_source::TableNotEqual;
use diesel::sql_types::Bool;
use motcua_agencies::{agencies, agency_tree};
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Actor, ActorKind, Error, PageRequest, Result, Uuid};

use super::super::rules::state::ValueState;
use crate::periods::Period;
use crate::reach::{below, held};

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};
    use motcua_db::sql::{Document, Instant, Uid};
    element_values (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        element_id -> Uid,
        written_agency_id -> Uid,
        written_code -> Text,
        responsible_agency_id -> Uid,
        period -> Text,
        first_day -> Date,
        last_day -> Date,
        state -> Text,
        value -> Text,
        evidence -> Document,
        warnings -> Document,
        accepted_because -> Nullable<Text>,
        correcting -> Bool,
        entered_by -> Text,
        entered_for -> Nullable<Text>,
        checked_by -> Nullable<Text>,
        checked_for -> Nullable<Text>,
        approved_by -> Nullable<Text>,
        approved_for -> Nullable<Text>,
        changed_at -> Instant,
        version -> BigInt,
    }
}

// By hand: diesel's macro for this also speaks of tables the orphan rule lets only `agencies` speak of.
impl TableNotEqual<agency_tree::table> for element_values::table {}
impl TableNotEqual<element_values::table> for agency_tree::table {}
impl TableNotEqual<agencies::table> for element_values::table {}
impl TableNotEqual<element_values::table> for agencies::table {}

/// A value (giá trị) of an element, an agency and a period, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(
    table_name = element_values,
    primary_key(tenant_id, id),
    treat_none_as_null = true,
    treat_none_as_default_value = false
)]
pub(crate) struct ValueRow {
    pub tenant_id: Id,
    pub id: Id,
    pub element_id: Id,
    pub written_agency_id: Id,
    pub written_code: String,
    pub responsible_agency_id: Id,
    pub period: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub state: String,
    pub value: String,
    pub evidence: Json,
    pub warnings: Json,
    pub accepted_because: Option<String>,
    pub correcting: bool,
    pub entered_by: String,
    pub entered_for: Option<String>,
    pub checked_by: Option<String>,
    pub checked_for: Option<String>,
    pub approved_by: Option<String>,
    pub approved_for: Option<String>,
    pub changed_at: At,
    pub version: i64,
}

impl ValueRow {
    pub(crate) fn state(&self) -> Result<ValueState> {
        self.state.parse().map_err(Error::internal)
    }

    pub(crate) fn period(&self) -> Result<Period> {
        self.period.parse().map_err(|()| Error::internal(format!("a period `{}`", self.period)))
    }

    pub(crate) fn warnings(&self) -> Result<Vec<String>> {
        serde_json::from_value(self.warnings.0.clone()).map_err(Error::internal)
    }
}

type Predicate = Box<dyn BoxableExpression<element_values::table, MultiBackend, SqlType = Bool>>;

/// The predicate: the values a caller may see.
///
/// Officers see those of agencies at or below one where they hold a role, whichever; our own services see all; citizens
/// and clients none. Where an agency was succeeded, the one that goes on with its work counts.
pub(crate) fn visible(actor: &Actor) -> Predicate {
    let tenant = element_values::tenant_id.eq(Id(actor.tenant));
    if actor.kind == ActorKind::Service {
        return Box::new(tenant);
    }
    let seen = below(Id(actor.tenant), held(actor));
    Box::new(tenant.and(element_values::responsible_agency_id.eq_any(seen)))
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Narrowing {
    pub element: Option<Uuid>,
    /// Agencies, and whether with all below them.
    pub agencies: Option<(Vec<Uuid>, bool)>,
    pub periods: Option<Vec<String>>,
    pub states: Option<Vec<&'static str>>,
}

/// A page of the values a caller may see, the newest first, and how many there are when that is asked.
pub(crate) fn page(
    conn: &mut Conn,
    actor: &Actor,
    narrowing: &Narrowing,
    after: Option<Uuid>,
    request: &PageRequest,
) -> TxResult<(Vec<ValueRow>, Option<i64>)> {
    let narrowed = || {
        let mut query = element_values::table.filter(visible(actor)).into_boxed::<MultiBackend>();
        if let Some(element) = narrowing.element {
            query = query.filter(element_values::element_id.eq(Id(element)));
        }
        if let Some((agencies, with_below)) = &narrowing.agencies {
            let wanted: Vec<Id> = agencies.iter().copied().map(Id).collect();
            if *with_below {
                let wanted = below(Id(actor.tenant), wanted);
                query = query.filter(element_values::responsible_agency_id.eq_any(wanted));
            } else {
                query = query.filter(element_values::responsible_agency_id.eq_any(wanted));
            }
        }
        if let Some(periods) = &narrowing.periods {
            query = query.filter(element_values::period.eq_any(periods.clone()));
        }
        if let Some(states) = &narrowing.states {
            query = query.filter(element_values::state.eq_any(states.clone()));
        }
        query
    };
    let mut query = narrowed();
    if let Some(after) = after {
        query = query.filter(element_values::id.lt(Id(after)));
    }
    let rows = query.order(element_values::id.desc()).limit(request.fetch()).load(conn)?;
    let count = if request.count { Some(narrowed().count().get_result(conn)?) } else { None };
    Ok((rows, count))
}

/// One value that the caller may see.
pub(crate) fn find(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<Option<ValueRow>> {
    Ok(element_values::table.filter(visible(actor)).filter(element_values::id.eq(Id(id))).first(conn).optional()?)
}

/// Of these values, those the caller may see: for the feed.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<Id> = element_values::table
        .select(element_values::id)
        .filter(visible(actor))
        .filter(element_values::id.eq_any(wanted))
        .load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// The values of some elements in some periods, of every agency.
pub(crate) fn of_periods(
    conn: &mut Conn,
    tenant: Uuid,
    elements: &[Uuid],
    periods: &[String],
) -> TxResult<Vec<ValueRow>> {
    let elements: Vec<Id> = elements.iter().copied().map(Id).collect();
    Ok(element_values::table
        .filter(element_values::tenant_id.eq(Id(tenant)).and(element_values::element_id.eq_any(elements)))
        .filter(element_values::period.eq_any(periods.to_vec()))
        .load(conn)?)
}

/// The values of some elements of agencies as they were written in some periods.
pub(crate) fn of_agencies(
    conn: &mut Conn,
    tenant: Uuid,
    agencies: &[Uuid],
    elements: &[Uuid],
    periods: &[String],
) -> TxResult<Vec<ValueRow>> {
    let elements: Vec<Id> = elements.iter().copied().map(Id).collect();
    let agencies: Vec<Id> = agencies.iter().copied().map(Id).collect();
    Ok(element_values::table
        .filter(element_values::tenant_id.eq(Id(tenant)).and(element_values::element_id.eq_any(elements)))
        .filter(element_values::written_agency_id.eq_any(agencies))
        .filter(element_values::period.eq_any(periods.to_vec()))
        .load(conn)?)
}

/// The numbers that agencies of a kind, but for one, have in a period: its peers. What is still being entered is none.
pub(crate) fn of_peers(conn: &mut Conn, of: &ValueRow, kind: &str) -> TxResult<Vec<String>> {
    let same = agencies::table
        .filter(agencies::tenant_id.eq(of.tenant_id.clone()).and(agencies::kind.eq(kind.to_owned())))
        .select(agencies::id);
    Ok(element_values::table
        .select(element_values::value)
        .filter(element_values::tenant_id.eq(of.tenant_id.clone()))
        .filter(element_values::element_id.eq(of.element_id.clone()).and(element_values::period.eq(of.period.clone())))
        .filter(element_values::written_agency_id.ne(of.written_agency_id.clone()))
        .filter(element_values::written_agency_id.eq_any(same))
        .filter(element_values::state.ne_all([ValueState::Draft.as_str(), ValueState::Returned.as_str()]))
        .load(conn)?)
}

/// Whose values.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reporters<'a> {
    /// Of all agencies.
    All,
    /// Those that these agencies reported.
    Written(&'a [Uuid]),
    /// Those that these agencies answer for today.
    Responsible(&'a [Uuid]),
}

/// The values that count of some elements, of periods within some days.
pub(crate) fn counting_within(
    conn: &mut Conn,
    tenant: Uuid,
    (elements, whose): (&[Uuid], Reporters),
    (first_day, last_day): (NaiveDate, NaiveDate),
) -> TxResult<Vec<ValueRow>> {
    let counting: Vec<&str> = ValueState::ALL.into_iter().filter(|s| s.counts()).map(ValueState::as_str).collect();
    let ids = |ids: &[Uuid]| -> Vec<Id> { ids.iter().copied().map(Id).collect() };
    let query = element_values::table
        .filter(element_values::tenant_id.eq(Id(tenant)).and(element_values::element_id.eq_any(ids(elements))))
        .filter(element_values::first_day.ge(first_day).and(element_values::last_day.le(last_day)))
        .filter(element_values::state.eq_any(counting))
        .into_boxed::<MultiBackend>();
    let query = match whose {
        Reporters::All => query,
        Reporters::Written(agencies) => query.filter(element_values::written_agency_id.eq_any(ids(agencies))),
        Reporters::Responsible(agencies) => query.filter(element_values::responsible_agency_id.eq_any(ids(agencies))),
    };
    Ok(query.load(conn)?)
}

/// Whether an element has any value.
pub(crate) fn any_of(conn: &mut Conn, tenant: Uuid, element: Uuid) -> TxResult<bool> {
    let found: Option<Id> = element_values::table
        .select(element_values::id)
        .filter(element_values::tenant_id.eq(Id(tenant)).and(element_values::element_id.eq(Id(element))))
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Rows in one statement: 23 parameters each, below what either database takes.
const TOGETHER: usize = 1000;

/// Writes new values.
///
/// # Errors
/// When the database fails; a value that is there already is a violated key.
pub(crate) fn insert(tx: &mut Conn, rows: &[ValueRow]) -> TxResult<()> {
    for part in rows.chunks(TOGETHER) {
        on_each!(tx, |c| diesel::insert_into(element_values::table).values(part).execute(c))?;
    }
    Ok(())
}

/// Writes a value at the version before; false when it has changed meanwhile.
pub(crate) fn update(tx: &mut Conn, row: &ValueRow) -> TxResult<bool> {
    let key = element_values::tenant_id.eq(row.tenant_id.clone()).and(element_values::id.eq(row.id.clone()));
    let at = element_values::table.filter(key).filter(element_values::version.eq(row.version - 1));
    Ok(diesel::update(at).set(row.clone()).execute(tx)? == 1)
}

/// Some values an agency is responsible for: for the succession that moves them.
pub(crate) fn of_responsible(conn: &mut Conn, tenant: Uuid, agency: Uuid, most: i64) -> TxResult<Vec<ValueRow>> {
    Ok(element_values::table
        .filter(element_values::tenant_id.eq(Id(tenant)).and(element_values::responsible_agency_id.eq(Id(agency))))
        .order(element_values::id)
        .limit(most)
        .load(conn)?)
}
