//! What waits and what has ended, of all subscriptions together.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use super::deliveries::{WAITING, webhook_deliveries};
use super::webhooks;

/// The subscription of a row, if events are pushed to it or not.
#[diesel::dsl::auto_type(no_type_alias)]
fn subscription(enabled: bool) -> _ {
    webhooks::table
        .filter(webhooks::tenant_id.eq(webhook_deliveries::tenant_id))
        .filter(webhooks::id.eq(webhook_deliveries::webhook_id))
        .filter(webhooks::enabled.eq(enabled))
}

/// Removes what ended before an instant from all logs, and what was queued before it for a subscription that nothing is
/// pushed to; returns how many.
pub(in crate::webhooks) fn sweep(tx: &mut Conn, before: DateTime<Utc>) -> TxResult<usize> {
    let old = webhook_deliveries::table
        .filter(webhook_deliveries::ended_at.is_not_null())
        .filter(webhook_deliveries::ended_at.assume_not_null().lt(At(before)));
    let stuck = webhook_deliveries::table
        .filter(webhook_deliveries::state.eq(WAITING).and(webhook_deliveries::queued_at.lt(At(before))))
        .filter(exists(subscription(false)));
    Ok(diesel::delete(old).execute(tx)? + diesel::delete(stuck).execute(tx)?)
}

/// The subscriptions that events are pushed to and for which something may be tried now.
pub(in crate::webhooks) fn due(conn: &mut Conn, now: DateTime<Utc>) -> TxResult<Vec<(Uuid, Uuid)>> {
    let free = webhook_deliveries::table
        .filter(webhook_deliveries::tenant_id.eq(webhooks::tenant_id))
        .filter(webhook_deliveries::webhook_id.eq(webhooks::id))
        .filter(webhook_deliveries::state.eq(WAITING).and(webhook_deliveries::free_at.le(At(now))));
    let rows: Vec<(Id, Id)> = webhooks::table
        .select((webhooks::tenant_id, webhooks::id))
        .filter(webhooks::enabled.eq(true))
        .filter(exists(free))
        .load(conn)?;
    Ok(rows.into_iter().map(|(tenant, webhook)| (tenant.0, webhook.0)).collect())
}

/// How many wait to be pushed to anybody, and since when the oldest does.
pub(in crate::webhooks) fn all_waiting(conn: &mut Conn) -> TxResult<(i64, Option<At>)> {
    let waiting =
        || webhook_deliveries::table.filter(webhook_deliveries::state.eq(WAITING)).filter(exists(subscription(true)));
    let count = waiting().count().get_result(conn)?;
    let oldest =
        waiting().select(webhook_deliveries::queued_at).order(webhook_deliveries::queued_at).first(conn).optional()?;
    Ok((count, oldest))
}
