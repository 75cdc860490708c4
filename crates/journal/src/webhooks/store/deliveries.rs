//! Rows of events on their way to a subscription, and of its log.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{PageRequest, Uuid};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    webhook_deliveries (tenant_id, webhook_id, event_id) {
        tenant_id -> Uid,
        webhook_id -> Uid,
        event_id -> Uid,
        position -> BigInt,
        kind -> Text,
        subject_kind -> Text,
        subject_id -> Uid,
        state -> Text,
        tries -> BigInt,
        /// A copy of the service is sending it, until `free_at` at the latest.
        on_its_way -> Bool,
        last_status -> Nullable<BigInt>,
        last_answer -> Nullable<Text>,
        queued_at -> Instant,
        /// Instant of the machine from which a copy of the service may take it.
        free_at -> Instant,
        ended_at -> Nullable<Instant>,
        /// When it was tried for the first time since it was queued, replayed, or its subscription enabled.
        first_tried_at -> Nullable<Instant>,
    }
}

pub(in crate::webhooks) const WAITING: &str = "waiting";
pub(in crate::webhooks) const DELIVERED: &str = "delivered";
pub(in crate::webhooks) const GIVEN_UP: &str = "given_up";

/// An event for a subscription.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = webhook_deliveries, treat_none_as_default_value = false)]
pub(in crate::webhooks) struct DeliveryRow {
    pub tenant_id: Id,
    pub webhook_id: Id,
    pub event_id: Id,
    pub position: i64,
    pub kind: String,
    pub subject_kind: String,
    pub subject_id: Id,
    pub state: String,
    pub tries: i64,
    pub on_its_way: bool,
    pub last_status: Option<i64>,
    pub last_answer: Option<String>,
    pub queued_at: At,
    pub free_at: At,
    pub ended_at: Option<At>,
    pub first_tried_at: Option<At>,
}

/// Queues events; those that are there already stay as they are.
pub(in crate::webhooks) fn insert(tx: &mut Conn, rows: &[DeliveryRow]) -> TxResult<()> {
    if !rows.is_empty() {
        on_each!(tx, |c| {
            diesel::insert_into(webhook_deliveries::table).values(rows).on_conflict_do_nothing().execute(c)
        })?;
    }
    Ok(())
}

/// The events of one subscription.
#[diesel::dsl::auto_type(no_type_alias)]
fn of(tenant: Uuid, webhook: Uuid) -> _ {
    let tenant: Id = Id(tenant);
    let webhook: Id = Id(webhook);
    webhook_deliveries::tenant_id.eq(tenant).and(webhook_deliveries::webhook_id.eq(webhook))
}

/// Queues what was ended once more, as if it had just come; returns how many.
pub(in crate::webhooks) fn begin_again(
    tx: &mut Conn,
    tenant: Uuid,
    webhook: Uuid,
    events: Vec<Id>,
    now: DateTime<Utc>,
) -> TxResult<usize> {
    let ended = webhook_deliveries::table
        .filter(of(tenant, webhook))
        .filter(webhook_deliveries::event_id.eq_any(events))
        .filter(webhook_deliveries::state.ne(WAITING));
    Ok(diesel::update(ended)
        .set((
            webhook_deliveries::state.eq(WAITING),
            webhook_deliveries::tries.eq(0_i64),
            webhook_deliveries::on_its_way.eq(false),
            webhook_deliveries::queued_at.eq(At(now)),
            webhook_deliveries::free_at.eq(At(now)),
            webhook_deliveries::ended_at.eq(None::<At>),
            webhook_deliveries::first_tried_at.eq(None::<At>),
        ))
        .execute(tx)?)
}

/// Has what is on its way from a position on sent again in its turn, however the try that is under way ends.
pub(in crate::webhooks) fn send_again(
    tx: &mut Conn,
    tenant: Uuid,
    webhook: Uuid,
    from: i64,
    now: DateTime<Utc>,
) -> TxResult<()> {
    let under_way = webhook_deliveries::table
        .filter(of(tenant, webhook))
        .filter(webhook_deliveries::state.eq(WAITING).and(webhook_deliveries::on_its_way.eq(true)))
        .filter(webhook_deliveries::position.ge(from));
    diesel::update(under_way)
        .set((webhook_deliveries::on_its_way.eq(false), webhook_deliveries::free_at.eq(At(now))))
        .execute(tx)?;
    Ok(())
}

/// Lets what waits begin anew, with all its tries before it: its owner has mended the receiver.
pub(in crate::webhooks) fn refresh(tx: &mut Conn, tenant: Uuid, webhook: Uuid, now: DateTime<Utc>) -> TxResult<()> {
    let at_rest = webhook_deliveries::on_its_way.eq(false).or(webhook_deliveries::free_at.le(At(now)));
    let waiting = webhook_deliveries::table
        .filter(of(tenant, webhook))
        .filter(webhook_deliveries::state.eq(WAITING).and(at_rest));
    diesel::update(waiting)
        .set((
            webhook_deliveries::tries.eq(0_i64),
            webhook_deliveries::free_at.eq(At(now)),
            webhook_deliveries::first_tried_at.eq(None::<At>),
        ))
        .execute(tx)?;
    Ok(())
}

/// Lets what waits for its next try be tried now.
pub(in crate::webhooks) fn hurry(
    tx: &mut Conn,
    tenant: Uuid,
    webhook: Uuid,
    event: Uuid,
    now: DateTime<Utc>,
) -> TxResult<()> {
    let resting = webhook_deliveries::table
        .filter(of(tenant, webhook))
        .filter(webhook_deliveries::event_id.eq(Id(event)))
        .filter(webhook_deliveries::state.eq(WAITING).and(webhook_deliveries::on_its_way.eq(false)));
    diesel::update(resting).set(webhook_deliveries::free_at.eq(At(now))).execute(tx)?;
    Ok(())
}

/// How many wait for a subscription up to its position. Those beyond, after it was put back, wait for it to come there and
/// must not keep it from doing so.
pub(in crate::webhooks) fn waiting(conn: &mut Conn, tenant: Uuid, webhook: Uuid, up_to: i64) -> TxResult<i64> {
    let waiting = webhook_deliveries::state.eq(WAITING).and(webhook_deliveries::position.le(up_to));
    Ok(webhook_deliveries::table.filter(of(tenant, webhook)).filter(waiting).count().get_result(conn)?)
}

/// How many are on their way to a subscription.
pub(in crate::webhooks) fn on_their_way(
    conn: &mut Conn,
    tenant: Uuid,
    webhook: Uuid,
    now: DateTime<Utc>,
) -> TxResult<i64> {
    let sent = webhook_deliveries::table
        .filter(of(tenant, webhook))
        .filter(webhook_deliveries::state.eq(WAITING).and(webhook_deliveries::on_its_way.eq(true)))
        .filter(webhook_deliveries::free_at.gt(At(now)));
    Ok(sent.count().get_result(conn)?)
}

/// Those that may go now, in the order of the feed: nothing about the same object waits before them.
pub(in crate::webhooks) fn ready(
    conn: &mut Conn,
    tenant: Uuid,
    webhook: Uuid,
    up_to: i64,
    now: DateTime<Utc>,
    most: i64,
) -> TxResult<Vec<DeliveryRow>> {
    let earlier = diesel::alias!(webhook_deliveries as earlier);
    let before = earlier
        .filter(earlier.field(webhook_deliveries::tenant_id).eq(webhook_deliveries::tenant_id))
        .filter(earlier.field(webhook_deliveries::webhook_id).eq(webhook_deliveries::webhook_id))
        .filter(earlier.field(webhook_deliveries::state).eq(WAITING))
        .filter(earlier.field(webhook_deliveries::subject_id).eq(webhook_deliveries::subject_id))
        .filter(earlier.field(webhook_deliveries::position).lt(webhook_deliveries::position));
    Ok(webhook_deliveries::table
        .filter(of(tenant, webhook))
        .filter(webhook_deliveries::state.eq(WAITING).and(webhook_deliveries::free_at.le(At(now))))
        .filter(webhook_deliveries::position.le(up_to))
        .filter(not(exists(before)))
        .order(webhook_deliveries::position)
        .limit(most)
        .load(conn)?)
}

/// Takes some until an instant.
pub(in crate::webhooks) fn take(
    tx: &mut Conn,
    tenant: Uuid,
    webhook: Uuid,
    events: &[Id],
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> TxResult<()> {
    let some = || {
        let these = webhook_deliveries::event_id.eq_any(events.to_vec());
        webhook_deliveries::table.filter(of(tenant, webhook)).filter(these)
    };
    let untried = some().filter(webhook_deliveries::first_tried_at.is_null());
    diesel::update(untried).set(webhook_deliveries::first_tried_at.eq(Some(At(now)))).execute(tx)?;
    diesel::update(some())
        .set((webhook_deliveries::on_its_way.eq(true), webhook_deliveries::free_at.eq(At(until))))
        .execute(tx)?;
    Ok(())
}

/// Has what waits for its turn behind a position, about some objects, go from an instant: when what stands before it
/// goes, or at once when that has ended. So nobody looks at it before.
pub(in crate::webhooks) fn follow(
    tx: &mut Conn,
    (tenant, webhook): (Uuid, Uuid),
    objects: Vec<Id>,
    behind: i64,
    free_at: &At,
) -> TxResult<()> {
    let followers = webhook_deliveries::table
        .filter(of(tenant, webhook))
        .filter(webhook_deliveries::state.eq(WAITING).and(webhook_deliveries::on_its_way.eq(false)))
        .filter(webhook_deliveries::subject_id.eq_any(objects).and(webhook_deliveries::position.gt(behind)));
    diesel::update(followers).set(webhook_deliveries::free_at.eq(free_at.clone())).execute(tx)?;
    Ok(())
}

/// Until when those that wait up to a position, about some objects, rest or are on their way.
pub(in crate::webhooks) fn resting(
    conn: &mut Conn,
    (tenant, webhook): (Uuid, Uuid),
    objects: Vec<Id>,
    up_to: i64,
    now: DateTime<Utc>,
) -> TxResult<Vec<(Id, At)>> {
    Ok(webhook_deliveries::table
        .select((webhook_deliveries::subject_id, webhook_deliveries::free_at))
        .filter(of(tenant, webhook))
        .filter(webhook_deliveries::state.eq(WAITING).and(webhook_deliveries::free_at.gt(At(now))))
        .filter(webhook_deliveries::subject_id.eq_any(objects).and(webhook_deliveries::position.le(up_to)))
        .load(conn)?)
}

/// Writes how a try went, unless it was taken away or taken by another copy since.
pub(in crate::webhooks) fn tried(tx: &mut Conn, row: &DeliveryRow, taken_until: &At) -> TxResult<bool> {
    let ours = webhook_deliveries::table
        .filter(of(row.tenant_id.0, row.webhook_id.0))
        .filter(webhook_deliveries::event_id.eq(row.event_id.clone()))
        .filter(webhook_deliveries::state.eq(WAITING).and(webhook_deliveries::on_its_way.eq(true)))
        .filter(webhook_deliveries::free_at.eq(taken_until.clone()));
    let changed = diesel::update(ours)
        .set((
            webhook_deliveries::state.eq(&row.state),
            webhook_deliveries::tries.eq(row.tries),
            webhook_deliveries::on_its_way.eq(false),
            webhook_deliveries::last_status.eq(row.last_status),
            webhook_deliveries::last_answer.eq(&row.last_answer),
            webhook_deliveries::free_at.eq(&row.free_at),
            webhook_deliveries::ended_at.eq(&row.ended_at),
        ))
        .execute(tx)?;
    Ok(changed == 1)
}

/// Takes events out of a subscription's queue and log.
pub(in crate::webhooks) fn delete(tx: &mut Conn, tenant: Uuid, webhook: Uuid, events: Vec<Id>) -> TxResult<()> {
    let some =
        webhook_deliveries::table.filter(of(tenant, webhook)).filter(webhook_deliveries::event_id.eq_any(events));
    diesel::delete(some).execute(tx)?;
    Ok(())
}

pub(in crate::webhooks) fn delete_all(tx: &mut Conn, tenant: Uuid, webhook: Uuid) -> TxResult<()> {
    diesel::delete(webhook_deliveries::table.filter(of(tenant, webhook))).execute(tx)?;
    Ok(())
}

/// One event of a subscription's log.
pub(in crate::webhooks) fn one(
    conn: &mut Conn,
    tenant: Uuid,
    webhook: Uuid,
    event: Uuid,
) -> TxResult<Option<DeliveryRow>> {
    let this = webhook_deliveries::table.filter(of(tenant, webhook));
    Ok(this.filter(webhook_deliveries::event_id.eq(Id(event))).first(conn).optional()?)
}

/// A page of a subscription's log, the newest first.
pub(in crate::webhooks) fn page(
    conn: &mut Conn,
    (tenant, webhook): (Uuid, Uuid),
    states: &[String],
    after: Option<i64>,
    request: &PageRequest,
) -> TxResult<Vec<DeliveryRow>> {
    let mut query = webhook_deliveries::table.filter(of(tenant, webhook)).into_boxed::<MultiBackend>();
    if !states.is_empty() {
        query = query.filter(webhook_deliveries::state.eq_any(states.to_vec()));
    }
    if let Some(after) = after {
        query = query.filter(webhook_deliveries::position.lt(after));
    }
    Ok(query.order(webhook_deliveries::position.desc()).limit(request.fetch()).load(conn)?)
}
