//! Writing down how a try went.

use chrono::{DateTime, TimeDelta, Utc};
use motcua_db::sql::At;
use motcua_db::{Conn, TxResult};
use motcua_kernel::Result;

use super::claim::Claimed;
use super::facts::DISABLED;
use super::ops;
use super::room::Webhooks;
use super::rules::pause;
use super::sender::Reply;
use super::store::deliveries::{self, DELIVERED, GIVEN_UP, WAITING};
use super::store::{self, FAILING, GONE, WebhookRow};
use crate::record::Stamp;

/// Sends what was taken, once, and writes down how it went.
///
/// # Errors
/// When the database fails: then it is sent again when the lease ends.
pub(super) async fn try_once(room: &Webhooks, claimed: Claimed) -> Result<()> {
    let reply = room.sender.send(&claimed, room.db.clock.system().0).await;
    let now = room.db.clock.system().0;
    let (taken_until, mut row) = (claimed.row.free_at.clone(), claimed.row);
    row.tries += 1;
    row.last_status = reply.status.map(i64::from);
    row.last_answer = Some(reply.answer.clone());
    // What waited long behind something else has all its tries before it.
    let give_up_after = TimeDelta::hours(i64::from(room.settings.give_up_after_hours));
    let outcome = if reply.is_taken() {
        (row.state, row.ended_at) = (DELIVERED.to_owned(), Some(At(now)));
        "delivered"
    } else if row.first_tried_at.as_ref().is_some_and(|first| now - first.0 > give_up_after) {
        (row.state, row.ended_at) = (GIVEN_UP.to_owned(), Some(At(now)));
        "given_up"
    } else {
        let first = TimeDelta::seconds(i64::from(room.settings.retry_seconds));
        row.free_at = At(now + pause(first, row.tries, rand::random(), reply.wait));
        "failed"
    };
    let own = room.clone();
    let ours = room
        .db
        .write("webhook_tried", move |tx| {
            let (tenant, webhook) = (row.tenant_id.0, row.webhook_id.0);
            // Nothing is queued behind it meanwhile, for a turn that would never come.
            store::hold(tx, tenant, webhook)?;
            if !deliveries::tried(tx, &row, &taken_until)? {
                return Ok(false);
            }
            let next = if row.state == WAITING { row.free_at.clone() } else { At(now) };
            deliveries::follow(tx, (tenant, webhook), vec![row.subject_id.clone()], row.position, &next)?;
            if reply.is_taken() {
                store::took(tx, tenant, webhook)?;
            } else if let Some(hook) = store::took_nothing(tx, tenant, webhook, now)? {
                disable(tx, &own, hook, &reply, now)?;
            }
            Ok(true)
        })
        .await?;
    if ours {
        let name = "webhook_deliveries_total";
        metrics::counter!(name, "service" => room.journal.service, "outcome" => outcome).increment(1);
    }
    Ok(())
}

/// Leaves a receiver alone that wants nothing any more, or has taken nothing for days.
fn disable(tx: &mut Conn, room: &Webhooks, mut hook: WebhookRow, reply: &Reply, now: DateTime<Utc>) -> TxResult<()> {
    let since = hook.failing_since.as_ref().map_or(now, |since| since.0);
    let reason = match reply {
        reply if reply.is_gone() => GONE,
        _ if now - since >= TimeDelta::days(i64::from(room.settings.disable_after_days)) => FAILING,
        _ => return Ok(()),
    };
    if !hook.enabled {
        return Ok(());
    }
    (hook.enabled, hook.disabled_reason) = (false, Some(reason.to_owned()));
    hook.version += 1;
    if !store::update(tx, &hook)? {
        // Its owner is changing it at this moment; the next try finds out whether that helped.
        return Ok(());
    }
    tracing::warn!(webhook = %hook.id.0, reason, "a webhook is disabled");
    let stamp = Stamp::by_service(room.journal.service, hook.tenant_id.0, &room.db.clock);
    ops::record(tx, room, &stamp, DISABLED, &hook)
}
