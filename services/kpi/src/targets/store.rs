//! Targets as they are stored, and who sees them.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::query_source::TableNotEqual;
use diesel::sql_types::Bool;
use motcua_agencies::agency_tree;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Actor, ActorKind, PageRequest, Uuid};

use crate::reach::{below, held};

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Nullable, Text};
    use motcua_db::sql::{Document, Instant, Uid};
    targets (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        subject_kind -> Text,
        subject_code -> Text,
        written_agency_id -> Uid,
        written_code -> Text,
        responsible_agency_id -> Uid,
        period -> Text,
        first_day -> Date,
        last_day -> Date,
        direction -> Text,
        start_value -> Text,
        target_value -> Text,
        points -> Document,
        legal_source -> Text,
        withdrawn_because -> Nullable<Text>,
        set_by -> Text,
        changed_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use motcua_db::sql::Uid;
    /// Who sets targets for one agency and one thing does so after each other: only then can two not overlap.
    target_subjects (tenant_id, subject_kind, subject_code, agency_id) {
        tenant_id -> Uid,
        subject_kind -> Text,
        subject_code -> Text,
        agency_id -> Uid,
        turns -> BigInt,
    }
}

impl TableNotEqual<agency_tree::table> for targets::table {}
impl TableNotEqual<targets::table> for agency_tree::table {}

/// A target (mục tiêu), as it is stored.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(
    table_name = targets,
    primary_key(tenant_id, id),
    treat_none_as_null = true,
    treat_none_as_default_value = false
)]
pub(super) struct TargetRow {
    pub tenant_id: Id,
    pub id: Id,
    pub subject_kind: String,
    pub subject_code: String,
    pub written_agency_id: Id,
    pub written_code: String,
    pub responsible_agency_id: Id,
    pub period: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub direction: String,
    pub start_value: String,
    pub target_value: String,
    pub points: Json,
    pub legal_source: String,
    pub withdrawn_because: Option<String>,
    pub set_by: String,
    pub changed_at: At,
    pub version: i64,
}

type Predicate = Box<dyn BoxableExpression<targets::table, MultiBackend, SqlType = Bool>>;

/// The predicate: the targets a caller may see, by the agency that is responsible now. Officers see those at or below an
/// agency where they hold a role, whichever; our own services all; citizens and clients none.
fn visible(actor: &Actor) -> Predicate {
    let tenant = targets::tenant_id.eq(Id(actor.tenant));
    if actor.kind == ActorKind::Service {
        return Box::new(tenant);
    }
    let seen = below(Id(actor.tenant), held(actor));
    Box::new(tenant.and(targets::responsible_agency_id.eq_any(seen)))
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrowing {
    pub subject: Option<(&'static str, String)>,
    /// Agencies, and whether with all below them.
    pub agencies: Option<(Vec<Uuid>, bool)>,
    pub period: Option<String>,
}

/// A page of the targets a caller may see, the newest first, and how many there are when that is asked.
pub(super) fn page(
    conn: &mut Conn,
    actor: &Actor,
    narrowing: &Narrowing,
    after: Option<Uuid>,
    request: &PageRequest,
) -> TxResult<(Vec<TargetRow>, Option<i64>)> {
    let narrowed = || {
        let mut query = targets::table.filter(visible(actor)).into_boxed::<MultiBackend>();
        if let Some((kind, code)) = &narrowing.subject {
            query = query.filter(targets::subject_kind.eq(*kind).and(targets::subject_code.eq(code.clone())));
        }
        if let Some((agencies, with_below)) = &narrowing.agencies {
            let wanted: Vec<Id> = agencies.iter().copied().map(Id).collect();
            if *with_below {
                query = query.filter(targets::responsible_agency_id.eq_any(below(Id(actor.tenant), wanted)));
            } else {
                query = query.filter(targets::responsible_agency_id.eq_any(wanted));
            }
        }
        if let Some(period) = &narrowing.period {
            query = query.filter(targets::period.eq(period.clone()));
        }
        query
    };
    let mut query = narrowed();
    if let Some(after) = after {
        query = query.filter(targets::id.lt(Id(after)));
    }
    let rows = query.order(targets::id.desc()).limit(request.fetch()).load(conn)?;
    let count = if request.count { Some(narrowed().count().get_result(conn)?) } else { None };
    Ok((rows, count))
}

/// One target that the caller may see.
pub(super) fn find(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<Option<TargetRow>> {
    Ok(targets::table.filter(visible(actor)).filter(targets::id.eq(Id(id))).first(conn).optional()?)
}

/// Of these targets, those the caller may see: for the feed.
///
/// # Errors
/// When the database fails.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<Id> =
        targets::table.select(targets::id).filter(visible(actor)).filter(targets::id.eq_any(wanted)).load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Takes the turn of setting a target for the agency and the thing of `row`: others wait until this one has ended.
pub(super) fn take_turn(tx: &mut Conn, row: &TargetRow) -> TxResult<()> {
    on_each!(tx, |c| {
        diesel::insert_into(target_subjects::table)
            .values((
                target_subjects::tenant_id.eq(&row.tenant_id),
                target_subjects::subject_kind.eq(&row.subject_kind),
                target_subjects::subject_code.eq(&row.subject_code),
                target_subjects::agency_id.eq(&row.written_agency_id),
                target_subjects::turns.eq(1),
            ))
            .on_conflict((
                target_subjects::tenant_id,
                target_subjects::subject_kind,
                target_subjects::subject_code,
                target_subjects::agency_id,
            ))
            .do_update()
            .set(target_subjects::turns.eq(target_subjects::turns + 1))
            .execute(c)
    })?;
    Ok(())
}

/// Another target in force for the same agency and thing on some of the same days.
pub(super) fn overlapping(conn: &mut Conn, row: &TargetRow) -> TxResult<Option<TargetRow>> {
    Ok(targets::table
        .filter(targets::tenant_id.eq(row.tenant_id.clone()).and(targets::id.ne(row.id.clone())))
        .filter(targets::subject_kind.eq(row.subject_kind.clone()))
        .filter(targets::subject_code.eq(row.subject_code.clone()))
        .filter(targets::written_agency_id.eq(row.written_agency_id.clone()))
        .filter(targets::withdrawn_because.is_null())
        .filter(targets::first_day.le(row.last_day).and(targets::last_day.ge(row.first_day)))
        .order(targets::first_day)
        .first(conn)
        .optional()?)
}

pub(super) fn insert(tx: &mut Conn, row: &TargetRow) -> TxResult<()> {
    diesel::insert_into(targets::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// Writes a target at the version before; false when it has changed meanwhile.
pub(super) fn update(tx: &mut Conn, row: &TargetRow) -> TxResult<bool> {
    let key = targets::tenant_id.eq(row.tenant_id.clone()).and(targets::id.eq(row.id.clone()));
    let at = targets::table.filter(key).filter(targets::version.eq(row.version - 1));
    Ok(diesel::update(at).set(row.clone()).execute(tx)? == 1)
}

/// Targets that are not withdrawn and in force on some of these days, in the order of their ids: of all agencies, or of
/// one that is responsible today.
pub(super) fn in_force(
    conn: &mut Conn,
    tenant: Uuid,
    (first, last): (NaiveDate, NaiveDate),
    agency: Option<Uuid>,
) -> TxResult<Vec<TargetRow>> {
    let mut query = targets::table
        .filter(targets::tenant_id.eq(Id(tenant)).and(targets::withdrawn_because.is_null()))
        .filter(targets::first_day.le(last).and(targets::last_day.ge(first)))
        .into_boxed::<MultiBackend>();
    if let Some(agency) = agency {
        query = query.filter(targets::responsible_agency_id.eq(Id(agency)));
    }
    Ok(query.order(targets::id).load(conn)?)
}

/// Some targets an agency is responsible for: for the succession that moves them.
pub(super) fn of_responsible(conn: &mut Conn, tenant: Uuid, agency: Uuid, most: i64) -> TxResult<Vec<TargetRow>> {
    Ok(targets::table
        .filter(targets::tenant_id.eq(Id(tenant)).and(targets::responsible_agency_id.eq(Id(agency))))
        .order(targets::id)
        .limit(most)
        .load(conn)?)
}
