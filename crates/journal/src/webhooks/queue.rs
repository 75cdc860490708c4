//! From the feed into the queue of a subscription.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Result, Uuid};

use super::room::Webhooks;
use super::rules::asks_for;
use super::seen::seen;
use super::store::deliveries::{self, DeliveryRow, WAITING};
use super::store::feed::{self, FeedRow};
use super::store::{self, WebhookRow};

const PAGE: i64 = 500;

/// What is read of the feed at once.
struct Read {
    rows: Vec<FeedRow>,
    to: i64,
    more: bool,
}

/// Queues what stands behind the position of a subscription, for an owner who is this today; returns the new
/// position when there is more. Nothing is read while enough is waiting.
///
/// # Errors
/// When the database fails.
pub(super) async fn fill(room: &Webhooks, owner: &Actor, webhook: &WebhookRow) -> Result<Option<i64>> {
    let Some(read) = read(room, owner, webhook).await? else { return Ok(None) };
    let (tenant, id, from) = (webhook.tenant_id.0, webhook.id.0, webhook.position);
    let Read { rows, to, more } = read;
    let now = room.db.clock.system().0;
    let queued: Vec<DeliveryRow> = rows.into_iter().map(|row| delivery(webhook, row, At(now))).collect();
    // Behind a replay nothing can have ended before: it has not been here.
    let replayed: Vec<Id> =
        queued.iter().filter(|row| row.position <= webhook.replay_to).map(|row| row.event_id.clone()).collect();
    room.db
        .write("webhook_queue", move |tx| {
            if !store::advance(tx, tenant, id, from, to)? {
                // Another copy was faster, or the owner put it elsewhere.
                return Ok(None);
            }
            deliveries::begin_again(tx, tenant, id, replayed.clone(), now)?;
            let rows = in_turn(tx, &queued, from, now)?;
            deliveries::insert(tx, &rows)?;
            Ok(more.then_some(to))
        })
        .await
}

/// The rows, each free when what waits before it about the same object is: they go after it anyway.
fn in_turn(tx: &mut Conn, rows: &[DeliveryRow], from: i64, now: DateTime<Utc>) -> TxResult<Vec<DeliveryRow>> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let objects: BTreeSet<Uuid> = rows.iter().map(|row| row.subject_id.0).collect();
    let objects = objects.into_iter().map(Id).collect();
    let resting = deliveries::resting(tx, (first.tenant_id.0, first.webhook_id.0), objects, from, now)?;
    let mut free: BTreeMap<Uuid, DateTime<Utc>> = BTreeMap::new();
    for (object, at) in resting {
        let latest = free.entry(object.0).or_insert(at.0);
        *latest = at.0.max(*latest);
    }
    let mut rows = rows.to_vec();
    for row in &mut rows {
        if let Some(at) = free.get(&row.subject_id.0) {
            row.free_at = At(*at);
        }
    }
    Ok(rows)
}

async fn read(room: &Webhooks, owner: &Actor, webhook: &WebhookRow) -> Result<Option<Read>> {
    let (own, owner, webhook) = (room.clone(), owner.clone(), webhook.clone());
    let types = webhook.types()?;
    let most = i64::from(room.settings.most_waiting);
    room.db
        .read("webhook_feed", move |conn| {
            let (tenant, id) = (webhook.tenant_id.0, webhook.id.0);
            let room_left = most - deliveries::waiting(conn, tenant, id, webhook.position)?;
            let page = room_left.min(PAGE);
            if page <= 0 {
                return Ok(None);
            }
            let mut rows = feed::after(conn, tenant, webhook.position, page)?;
            let Some(to) = rows.iter().filter_map(|row| row.position).max() else { return Ok(None) };
            let more = i64::try_from(rows.len()) == Ok(page);
            rows.retain(|row| asks_for(&types, &row.kind) && own.visibility.tells(&owner, &row.kind));
            let objects = rows.iter().map(|row| (row.subject_kind.as_str(), row.subject.0));
            let seen = seen(conn, &own, &owner, &webhook, objects)?;
            rows.retain(|row| seen.contains(&row.subject.0));
            Ok(Some(Read { rows, to, more }))
        })
        .await
}

fn delivery(webhook: &WebhookRow, row: FeedRow, now: At) -> DeliveryRow {
    DeliveryRow {
        tenant_id: webhook.tenant_id.clone(),
        webhook_id: webhook.id.clone(),
        event_id: row.id,
        position: row.position.unwrap_or_default(),
        kind: row.kind,
        subject_kind: row.subject_kind,
        subject_id: row.subject,
        state: WAITING.to_owned(),
        tries: 0,
        on_its_way: false,
        last_status: None,
        last_answer: None,
        queued_at: now.clone(),
        free_at: now,
        ended_at: None,
        first_tried_at: None,
    }
}
