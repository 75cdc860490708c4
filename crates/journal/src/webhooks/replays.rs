//! Having events sent once more.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Text, Uuid};

use super::owner;
use super::room::Webhooks;
use super::seen::visible;
use super::store;
use super::store::deliveries::{self, WAITING};
use super::store::feed;
use super::view::{CreateWebhookReplay, Webhook, WebhookDelivery};
use crate::store::head;

/// Sends one event of the log once more, under the same `webhook-id`; what waits for its next try is tried now.
///
/// # Errors
/// Who may have no subscription; `not_found`, also for an event the caller may no longer see.
pub(super) async fn one(
    room: &Webhooks,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    event: Uuid,
) -> Result<Answer> {
    owner::right(room, &actor)?;
    let own = room.clone();
    room.db
        .write_once("webhook_replay_one", actor.tenant, key, move |tx| {
            let tenant = actor.tenant;
            store::of_owner(tx, &actor, id)?.ok_or_else(Error::not_found)?;
            let row = deliveries::one(tx, tenant, id, event)?.ok_or_else(Error::not_found)?;
            let object = std::iter::once((row.subject_kind.as_str(), row.subject_id.0));
            let unseen = visible(tx, &own, &actor, object)?.values().all(Vec::is_empty);
            if unseen || !own.visibility.tells(&actor, &row.kind) {
                return Err(Error::not_found().into());
            }
            let now = own.db.clock.system().0;
            if row.state == WAITING {
                deliveries::hurry(tx, tenant, id, event, now)?;
            } else {
                deliveries::begin_again(tx, tenant, id, vec![Id(event)], now)?;
            }
            let row = deliveries::one(tx, tenant, id, event)?.ok_or_else(Error::not_found)?;
            Ok(Answer::done(&WebhookDelivery::of(&row))?)
        })
        .await
}

/// Puts a subscription back to a place in the feed: everything from there on that it asks for comes once more, in order.
///
/// # Errors
/// Who may have no subscription; `not_found`; faults of the request.
pub(super) async fn many(
    room: &Webhooks,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    from: CreateWebhookReplay,
) -> Result<Answer> {
    owner::right(room, &actor)?;
    let own = room.clone();
    room.db
        .write_once("webhook_replay", actor.tenant, key, move |tx| {
            let last = head(tx, actor.tenant)?.0;
            store::of_owner(tx, &actor, id)?.ok_or_else(Error::not_found)?;
            // It moves on by itself, and two may put it back at once.
            store::hold(tx, actor.tenant, id)?;
            let row = store::of_owner(tx, &actor, id)?.ok_or_else(Error::not_found)?;
            let first = match (from.from_position, from.since) {
                (Some(position), None) if (1..=last + 1).contains(&position) => position,
                (Some(_), None) => return Err(beyond(last).into()),
                (None, Some(since)) => first_since(tx, actor.tenant, since, last)?,
                _ => return Err(one_of_two().into()),
            };
            // What lies ahead of it anyway needs no replay.
            if first <= row.position {
                store::rewind(tx, &row, first - 1, row.replay_to.max(row.position))?;
                // What is on its way now would be taken for delivered, and what comes again would overtake it.
                deliveries::send_again(tx, actor.tenant, id, first, own.db.clock.system().0)?;
            }
            let row = store::of_owner(tx, &actor, id)?.ok_or_else(Error::not_found)?;
            Ok(Answer::done(&Webhook::of(&row, true)?)?.version(row.version))
        })
        .await
}

/// The first position that was recorded at an instant or later. Positions follow time, but for what several copies wrote
/// at the same moment.
fn first_since(conn: &mut Conn, tenant: Uuid, since: DateTime<Utc>, last: i64) -> TxResult<i64> {
    let (mut low, mut high) = (1, last + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let earlier = feed::recorded_at(conn, tenant, middle)?.is_some_and(|at| at.0 < since);
        if earlier { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

fn beyond(last: i64) -> Error {
    let text =
        Text::new(format!("Vị trí phải từ 1 đến {}.", last + 1), format!("The position must be 1 to {}.", last + 1));
    Error::invalid_field("/from_position", "range", text)
}

fn one_of_two() -> Error {
    let text =
        Text::new("Nêu đúng một trong hai: from_position hoặc since.", "Give exactly one of from_position and since.");
    Error::invalid(vec![FieldError::new("", "one_of", text)])
}
