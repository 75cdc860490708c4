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

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use motcua_db::sql::Json;
    use motcua_kernel::new_id;
    use motcua_testkit::on_both_databases;
    use serde_json::json;

    use super::*;
    use crate::MIGRATIONS;
    use crate::webhooks::store::deliveries::{DELIVERED, DeliveryRow};
    use crate::webhooks::store::{WebhookRow, insert};

    fn subscription(enabled: bool, now: DateTime<Utc>) -> WebhookRow {
        WebhookRow {
            tenant_id: Id(Uuid::nil()),
            id: Id(new_id()),
            owner_issuer: String::new(),
            owner_subject: String::new(),
            owner_client: String::new(),
            owner_kind: "client".to_owned(),
            scopes: String::new(),
            url: "https://hooks.example/".to_owned(),
            types: Json(json!([])),
            agency_id: None,
            description: String::new(),
            enabled,
            disabled_reason: None,
            secret: Vec::new(),
            old_secret: None,
            old_secret_until: None,
            position: 9,
            replay_to: 0,
            failing_since: None,
            created_at: At(now),
            version: 1,
            failed_at: None,
        }
    }

    fn delivery(of: &WebhookRow, state: &str, queued_at: DateTime<Utc>, free_at: DateTime<Utc>) -> DeliveryRow {
        DeliveryRow {
            tenant_id: of.tenant_id.clone(),
            webhook_id: of.id.clone(),
            event_id: Id(new_id()),
            position: 1,
            kind: "thing.happened.v1".to_owned(),
            subject_kind: "things".to_owned(),
            subject_id: Id(new_id()),
            state: state.to_owned(),
            tries: 1,
            on_its_way: false,
            last_status: None,
            last_answer: None,
            queued_at: At(queued_at),
            free_at: At(free_at),
            ended_at: (state != WAITING).then_some(At(queued_at)),
            first_tried_at: None,
        }
    }

    on_both_databases! {
        async fn only_what_will_be_sent_is_looked_for_and_counted(database) {
            let db = database.open(&[MIGRATIONS]);
            let now: DateTime<Utc> = "2026-11-22T07:00:00Z".parse().unwrap();
            let (earlier, later) = (now - TimeDelta::days(40), now + TimeDelta::hours(1));
            let [free, resting, disabled] = [true, true, false].map(|enabled| subscription(enabled, now));
            let rows = [
                delivery(&free, WAITING, now, now),
                delivery(&free, DELIVERED, earlier, now),
                delivery(&resting, WAITING, earlier, later),
                delivery(&disabled, WAITING, earlier - TimeDelta::days(1), now),
                delivery(&disabled, WAITING, now, now),
            ];
            let key = free.id.0;
            db.write("fill", move |tx| {
                for hook in [&free, &resting, &disabled] {
                    insert(tx, hook)?;
                }
                crate::webhooks::store::deliveries::insert(tx, &rows)
            })
            .await
            .unwrap();
            assert_eq!(db.read("due", move |conn| due(conn, now)).await.unwrap(), [(Uuid::nil(), key)]);
            let (count, oldest) = db.read("waiting", all_waiting).await.unwrap();
            assert_eq!((count, oldest.map(|at| at.0)), (2, Some(earlier)));
            // One that ended long ago, and one that has waited as long for a subscription that is disabled.
            let before = now - TimeDelta::days(30);
            assert_eq!(db.write("sweep", move |tx| sweep(tx, before)).await.unwrap(), 2);
            assert_eq!(db.read("waiting", all_waiting).await.unwrap().0, 2);
        }
    }
}
