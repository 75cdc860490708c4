//! Alerts and their rules as they are stored, and who sees them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::query_source::TableNotEqual;
use diesel::sql_types::Bool;
use motcua_agencies::agency_tree;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Actor, ActorKind, Error, PageRequest, Result, Uuid};

use super::kinds::{AlertKind, Rule};
use super::view::{AlertFigures, AlertState};
use crate::reach::{below, held};

/// Rows that are written or removed with one statement.
const TOGETHER: usize = 250;

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use motcua_db::sql::{Document, Instant, Uid};
    alerts (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        kind -> Text,
        agency_id -> Uid,
        subject -> Text,
        period -> Text,
        figures -> Document,
        state -> Text,
        raised_at -> Instant,
        acknowledged_at -> Nullable<Instant>,
        acknowledged_by -> Nullable<Text>,
        acknowledged_note -> Nullable<Text>,
        over_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use motcua_db::sql::{Instant, Uid};
    /// The dossiers behind alerts, as they were found.
    alert_records (tenant_id, alert_id, record_id) {
        tenant_id -> Uid,
        alert_id -> Uid,
        record_id -> Uid,
        at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Text};
    use motcua_db::sql::{Document, Instant, Uid};
    /// Rules that somebody changed.
    alert_rules (tenant_id, kind) {
        tenant_id -> Uid,
        kind -> Text,
        id -> Uid,
        is_on -> Bool,
        thresholds -> Document,
        sets -> Document,
        changed_by -> Text,
        changed_at -> Instant,
        version -> BigInt,
    }
}

impl TableNotEqual<agency_tree::table> for alerts::table {}
impl TableNotEqual<alerts::table> for agency_tree::table {}

/// An alert (cảnh báo), as it is stored.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable, AsChangeset)]
#[diesel(
    table_name = alerts,
    primary_key(tenant_id, id),
    treat_none_as_null = true,
    treat_none_as_default_value = false
)]
pub(crate) struct AlertRow {
    pub tenant_id: Id,
    pub id: Id,
    pub kind: String,
    pub agency_id: Id,
    pub subject: String,
    pub period: String,
    pub figures: Json,
    pub state: String,
    pub raised_at: At,
    pub acknowledged_at: Option<At>,
    pub acknowledged_by: Option<String>,
    pub acknowledged_note: Option<String>,
    pub over_at: Option<At>,
    pub version: i64,
}

impl AlertRow {
    pub(crate) fn kind(&self) -> Result<AlertKind> {
        let kind = &self.kind;
        AlertKind::read(kind).ok_or_else(|| Error::internal(format!("an alert of the kind `{kind}`")))
    }

    pub(crate) fn state(&self) -> Result<AlertState> {
        let state = &self.state;
        AlertState::read(state).ok_or_else(|| Error::internal(format!("an alert in the state `{state}`")))
    }

    pub(crate) fn figures(&self) -> Result<AlertFigures> {
        serde_json::from_value(self.figures.0.clone()).map_err(Error::internal)
    }
}

/// A rule that somebody changed.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = alert_rules, primary_key(tenant_id, kind))]
pub(super) struct RuleRow {
    pub tenant_id: Id,
    pub kind: String,
    pub id: Id,
    pub is_on: bool,
    pub thresholds: Json,
    pub sets: Json,
    pub changed_by: String,
    pub changed_at: At,
    pub version: i64,
}

impl RuleRow {
    pub(super) fn rule(&self, kind: AlertKind) -> Result<Rule> {
        Ok(Rule {
            kind,
            is_on: self.is_on,
            thresholds: serde_json::from_value(self.thresholds.0.clone()).map_err(Error::internal)?,
            sets: serde_json::from_value(self.sets.0.clone()).map_err(Error::internal)?,
        })
    }
}

type Predicate = Box<dyn BoxableExpression<alerts::table, MultiBackend, SqlType = Bool>>;

/// The predicate: the alerts a caller may see. Officers see those at or below an agency where they hold a role, whichever;
/// our own services all; citizens and clients none.
fn visible(actor: &Actor) -> Predicate {
    let tenant = alerts::tenant_id.eq(Id(actor.tenant));
    if actor.kind == ActorKind::Service {
        return Box::new(tenant);
    }
    let seen = below(Id(actor.tenant), held(actor));
    Box::new(tenant.and(alerts::agency_id.eq_any(seen)))
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrowing {
    pub kind: Option<AlertKind>,
    /// Agencies, and whether with all below them.
    pub agencies: Option<(Vec<Uuid>, bool)>,
    pub state: Option<AlertState>,
    pub since: Option<DateTime<Utc>>,
}

/// Where a page ends: raised when, and which.
pub(super) type After = (DateTime<Utc>, Uuid);

/// A page of the alerts a caller may see, the newest first, and how many there are when that is asked.
pub(super) fn page(
    conn: &mut Conn,
    actor: &Actor,
    narrowing: &Narrowing,
    after: Option<After>,
    request: &PageRequest,
) -> TxResult<(Vec<AlertRow>, Option<i64>)> {
    let narrowed = || {
        let mut query = alerts::table.filter(visible(actor)).into_boxed::<MultiBackend>();
        if let Some(kind) = narrowing.kind {
            query = query.filter(alerts::kind.eq(kind.as_str()));
        }
        if let Some((agencies, with_below)) = &narrowing.agencies {
            let wanted: Vec<Id> = agencies.iter().copied().map(Id).collect();
            if *with_below {
                query = query.filter(alerts::agency_id.eq_any(below(Id(actor.tenant), wanted)));
            } else {
                query = query.filter(alerts::agency_id.eq_any(wanted));
            }
        }
        if let Some(state) = narrowing.state {
            query = query.filter(alerts::state.eq(state.as_str()));
        }
        if let Some(since) = narrowing.since {
            query = query.filter(alerts::raised_at.ge(At(since)));
        }
        query
    };
    let mut query = narrowed();
    if let Some((at, id)) = after {
        query = query.filter(alerts::raised_at.lt(At(at)).or(alerts::raised_at.eq(At(at)).and(alerts::id.lt(Id(id)))));
    }
    let rows = query.order((alerts::raised_at.desc(), alerts::id.desc())).limit(request.fetch()).load(conn)?;
    let count = if request.count { Some(narrowed().count().get_result(conn)?) } else { None };
    Ok((rows, count))
}

/// One alert that the caller may see.
pub(super) fn find(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<Option<AlertRow>> {
    Ok(alerts::table.filter(visible(actor)).filter(alerts::id.eq(Id(id))).first(conn).optional()?)
}

/// Of these alerts, those the caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<Id> =
        alerts::table.select(alerts::id).filter(visible(actor)).filter(alerts::id.eq_any(wanted)).load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// All alerts of a kind that are not over.
pub(super) fn standing(conn: &mut Conn, tenant: Uuid, kind: AlertKind) -> TxResult<Vec<AlertRow>> {
    Ok(alerts::table
        .filter(alerts::tenant_id.eq(Id(tenant)).and(alerts::kind.eq(kind.as_str())))
        .filter(alerts::state.ne(AlertState::Over.as_str()))
        .order(alerts::id)
        .load(conn)?)
}

/// The alert of a kind about this, whatever its state.
pub(super) fn about(
    conn: &mut Conn,
    tenant: Uuid,
    kind: AlertKind,
    (agency, subject, period): (Uuid, &str, &str),
) -> TxResult<Option<AlertRow>> {
    let of = alerts::tenant_id.eq(Id(tenant)).and(alerts::kind.eq(kind.as_str())).and(alerts::agency_id.eq(Id(agency)));
    let which = alerts::subject.eq(subject).and(alerts::period.eq(period));
    Ok(alerts::table.filter(of).filter(which).first(conn).optional()?)
}

/// Writes a new alert; false when another copy of the service has just done so.
pub(super) fn insert(tx: &mut Conn, row: &AlertRow) -> TxResult<bool> {
    Ok(on_each!(tx, |c| diesel::insert_into(alerts::table).values(row.clone()).on_conflict_do_nothing().execute(c))?
        == 1)
}

/// Writes an alert at the version before; false when it has changed meanwhile.
pub(super) fn update(tx: &mut Conn, row: &AlertRow) -> TxResult<bool> {
    let key = alerts::tenant_id.eq(row.tenant_id.clone()).and(alerts::id.eq(row.id.clone()));
    let at = alerts::table.filter(key).filter(alerts::version.eq(row.version - 1));
    Ok(diesel::update(at).set(row.clone()).execute(tx)? == 1)
}

/// The newest alerts of agencies that are not over: for pages.
///
/// # Errors
/// When the database fails.
pub(crate) fn newest_of(conn: &mut Conn, tenant: Uuid, agencies: Vec<Id>, most: i64) -> TxResult<Vec<AlertRow>> {
    Ok(alerts::table
        .filter(alerts::tenant_id.eq(Id(tenant)).and(alerts::agency_id.eq_any(agencies)))
        .filter(alerts::state.ne(AlertState::Over.as_str()))
        .order((alerts::raised_at.desc(), alerts::id.desc()))
        .limit(most)
        .load(conn)?)
}

/// How many alerts of agencies are not over: for pages and digests.
///
/// # Errors
/// When the database fails.
pub(crate) fn how_many_of(conn: &mut Conn, tenant: Uuid, agencies: Vec<Id>) -> TxResult<i64> {
    Ok(alerts::table
        .filter(alerts::tenant_id.eq(Id(tenant)).and(alerts::agency_id.eq_any(agencies)))
        .filter(alerts::state.ne(AlertState::Over.as_str()))
        .count()
        .get_result(conn)?)
}

/// The alerts of an agency that were raised after an instant and are still open, the oldest first: for digests.
///
/// # Errors
/// When the database fails.
pub(crate) fn raised_since(
    conn: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    since: DateTime<Utc>,
) -> TxResult<Vec<AlertRow>> {
    Ok(alerts::table
        .filter(alerts::tenant_id.eq(Id(tenant)).and(alerts::agency_id.eq(Id(agency))))
        .filter(alerts::state.eq(AlertState::Open.as_str()).and(alerts::raised_at.gt(At(since))))
        .order((alerts::raised_at, alerts::id))
        .load(conn)?)
}

/// A dossier behind an alert.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Behind {
    pub id: Uuid,
    pub at: DateTime<Utc>,
}

/// Has an alert's list be these dossiers: writes and removes what differs.
pub(super) fn keep_records(tx: &mut Conn, tenant: Uuid, alert: Uuid, records: &BTreeSet<Behind>) -> TxResult<()> {
    let of = || alert_records::tenant_id.eq(Id(tenant)).and(alert_records::alert_id.eq(Id(alert)));
    let kept: Vec<(Id, At)> =
        alert_records::table.select((alert_records::record_id, alert_records::at)).filter(of()).load(tx)?;
    let kept: BTreeSet<Behind> = kept.into_iter().map(|(id, at)| Behind { id: id.0, at: at.0 }).collect();
    let gone: Vec<Id> = kept.difference(records).map(|one| Id(one.id)).collect();
    for gone in gone.chunks(TOGETHER) {
        let those = alert_records::table.filter(of()).filter(alert_records::record_id.eq_any(gone.to_vec()));
        diesel::delete(those).execute(tx)?;
    }
    let new: Vec<_> = records
        .difference(&kept)
        .map(|one| {
            (
                alert_records::tenant_id.eq(Id(tenant)),
                alert_records::alert_id.eq(Id(alert)),
                alert_records::record_id.eq(Id(one.id)),
                alert_records::at.eq(At(one.at)),
            )
        })
        .collect();
    for new in new.chunks(TOGETHER) {
        on_each!(tx, |c| diesel::insert_into(alert_records::table).values(new).execute(c))?;
    }
    Ok(())
}

/// A page of the dossiers behind an alert, the earliest first.
pub(super) fn records(
    conn: &mut Conn,
    (tenant, alert): (Uuid, Uuid),
    after: Option<After>,
    most: i64,
) -> TxResult<Vec<Behind>> {
    let mut query = alert_records::table
        .select((alert_records::record_id, alert_records::at))
        .filter(alert_records::tenant_id.eq(Id(tenant)).and(alert_records::alert_id.eq(Id(alert))))
        .into_boxed::<MultiBackend>();
    if let Some((at, id)) = after {
        let later = alert_records::at.gt(At(at));
        query = query.filter(later.or(alert_records::at.eq(At(at)).and(alert_records::record_id.gt(Id(id)))));
    }
    let rows: Vec<(Id, At)> = query.order((alert_records::at, alert_records::record_id)).limit(most).load(conn)?;
    Ok(rows.into_iter().map(|(id, at)| Behind { id: id.0, at: at.0 }).collect())
}

/// The rule of a kind as somebody changed it; none as long as it is as it came.
pub(super) fn rule(conn: &mut Conn, tenant: Uuid, kind: AlertKind) -> TxResult<Option<RuleRow>> {
    let key = alert_rules::tenant_id.eq(Id(tenant)).and(alert_rules::kind.eq(kind.as_str()));
    Ok(alert_rules::table.filter(key).first(conn).optional()?)
}

/// Writes a rule at the version before, where 0 is as it came; false when it has changed meanwhile.
pub(super) fn keep_rule(tx: &mut Conn, row: &RuleRow) -> TxResult<bool> {
    let written = if row.version == 1 {
        on_each!(tx, |c| diesel::insert_into(alert_rules::table)
            .values(row.clone())
            .on_conflict_do_nothing()
            .execute(c))?
    } else {
        let key = alert_rules::tenant_id.eq(row.tenant_id.clone()).and(alert_rules::kind.eq(row.kind.clone()));
        let at = alert_rules::table.filter(key).filter(alert_rules::version.eq(row.version - 1));
        diesel::update(at).set(row.clone()).execute(tx)?
    };
    Ok(written == 1)
}
