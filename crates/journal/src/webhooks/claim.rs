//! Taking what may go now out of the queue of a subscription, with everything a try needs.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Result, Uuid};
use serde_json::{Value, json};

use super::room::Webhooks;
use super::rules::asks_for;
use super::secret;
use super::seen::seen;
use super::store::deliveries::{self, DeliveryRow};
use super::store::feed::{self, ServedRow};
use super::store::{self, WebhookRow};
use crate::event::{canonical, served};

/// How much longer than a try a copy keeps what it has taken.
const MARGIN: TimeDelta = TimeDelta::seconds(5);
/// How many rows are looked at together once some have left the queue, and how often, before others have their turn.
const LOOKED_AT: i64 = 200;
const ROUNDS: usize = 10;
/// No body is larger: receivers are promised that.
const LARGEST: usize = 20_000;

/// An event to be sent now.
#[derive(Debug, Clone)]
pub(super) struct Claimed {
    pub row: DeliveryRow,
    pub url: String,
    pub secrets: Vec<Vec<u8>>,
    pub body: Vec<u8>,
}

/// Takes what may go to a subscription now, as much as may be on its way at once, for an owner who is this today.
///
/// # Errors
/// When the database fails.
pub(super) async fn claim(room: &Webhooks, owner: &Actor, tenant: Uuid, webhook: Uuid) -> Result<Vec<Claimed>> {
    let now = room.db.clock.system().0;
    let nothing = move |conn: &mut Conn| {
        let Some(row) = store::find(conn, tenant, webhook)? else { return Ok(true) };
        Ok(deliveries::ready(conn, tenant, webhook, row.position, now, 1)?.is_empty())
    };
    // Writing is dear and mostly there is nothing to send.
    if room.db.read("webhook_ready", nothing).await? {
        return Ok(Vec::new());
    }
    let (own, owner) = (room.clone(), owner.clone());
    let lease = TimeDelta::seconds(i64::from(room.settings.timeout_seconds)) + MARGIN;
    room.db.write("webhook_claim", move |tx| take(tx, &own, &owner, tenant, webhook, now, now + lease)).await
}

fn take(
    tx: &mut Conn,
    room: &Webhooks,
    owner: &Actor,
    tenant: Uuid,
    webhook: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> TxResult<Vec<Claimed>> {
    let Some(hook) = store::lock(tx, tenant, webhook)? else { return Ok(Vec::new()) };
    let free = i64::from(room.settings.together) - deliveries::on_their_way(tx, tenant, webhook, now)?;
    if free <= 0 {
        return Ok(Vec::new());
    }
    let rows = wanted(tx, room, owner, &hook, now, free)?;
    deliveries::take(tx, tenant, webhook, &ids(&rows), now, until)?;
    let events = feed::events(tx, tenant, ids(&rows))?;
    let mut events: BTreeMap<Uuid, ServedRow> = events.into_iter().map(|event| (event.id.0, event)).collect();
    let secrets = secrets(room, &hook, now)?;
    let mut claimed = Vec::with_capacity(rows.len());
    for mut row in rows {
        let missing = || Error::internal(format!("the event {} is not in the journal", row.event_id.0));
        let event = events.remove(&row.event_id.0).ok_or_else(missing)?;
        let body = body(&event, &room.public_url)?;
        row.free_at = At(until);
        row.first_tried_at.get_or_insert(At(now));
        claimed.push(Claimed { row, url: hook.url.clone(), secrets: secrets.clone(), body });
    }
    Ok(claimed)
}

/// What may go now, so much at most. What the owner may no longer see, or since a change no longer asks for, leaves the
/// queue; when some does, more is looked at, lest a queue full of it keeps what stands behind it waiting for long.
fn wanted(
    tx: &mut Conn,
    room: &Webhooks,
    owner: &Actor,
    hook: &WebhookRow,
    now: DateTime<Utc>,
    most: i64,
) -> TxResult<Vec<DeliveryRow>> {
    let (tenant, webhook, types) = (hook.tenant_id.0, hook.id.0, hook.types()?);
    let enough = usize::try_from(most).unwrap_or_default();
    let (mut wanted, mut looked_at) = (Vec::new(), most);
    for _ in 0..ROUNDS {
        let rows = deliveries::ready(tx, tenant, webhook, hook.position, now, looked_at)?;
        let objects = rows.iter().map(|row| (row.subject_kind.as_str(), row.subject_id.0));
        let seen = seen(tx, room, owner, hook, objects)?;
        let is_wanted = |row: &DeliveryRow| {
            let told = room.visibility.tells(owner, &row.kind);
            told && seen.contains(&row.subject_id.0) && asks_for(&types, &row.kind)
        };
        let (kept, left): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_wanted);
        wanted = kept;
        if left.is_empty() {
            break;
        }
        deliveries::delete(tx, tenant, webhook, ids(&left))?;
        let objects = left.into_iter().map(|row| row.subject_id).collect();
        deliveries::follow(tx, (tenant, webhook), objects, 0, &At(now))?;
        if wanted.len() >= enough {
            break;
        }
        looked_at = most.max(LOOKED_AT);
    }
    wanted.truncate(enough);
    Ok(wanted)
}

fn ids(rows: &[DeliveryRow]) -> Vec<Id> {
    rows.iter().map(|row| row.event_id.clone()).collect()
}

/// The secrets that sign now, the newest first.
fn secrets(room: &Webhooks, hook: &WebhookRow, now: DateTime<Utc>) -> Result<Vec<Vec<u8>>> {
    let vault = &room.db.vault;
    let mut secrets = vec![secret::opened(vault, hook.id.0, &hook.secret)?];
    if let (Some(old), Some(until)) = (&hook.old_secret, &hook.old_secret_until)
        && until.0 > now
    {
        secrets.push(secret::opened(vault, hook.id.0, old)?);
    }
    Ok(secrets)
}

/// The event as the feed serves it. One that is too large goes without its facts and says where they are.
fn body(event: &ServedRow, public_url: &str) -> Result<Vec<u8>> {
    let position = event.position.unwrap_or_default();
    let whole = served(&event.canonical, position, event.hash.as_deref().unwrap_or_default())?;
    if whole.len() <= LARGEST {
        return Ok(whole);
    }
    let mut event: Value = serde_json::from_slice(&whole).map_err(Error::internal)?;
    if let Some(members) = event.as_object_mut() {
        members.remove("data");
        let link = format!("{public_url}/v1/events?after={}&limit=1", position - 1);
        members.insert("dataref".to_owned(), json!(link));
    }
    canonical(&event)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> ServedRow {
        let canonical = canonical(&json!({"data": {"text": text}, "id": "1", "type": "thing.happened.v1"})).unwrap();
        ServedRow { id: Id(Uuid::nil()), canonical, position: Some(7), hash: Some(vec![1, 2]) }
    }

    #[test]
    fn a_body_is_the_event_of_the_feed() {
        let body = body(&event("a"), "http://here").unwrap();
        let expected = r#"{"data":{"text":"a"},"id":"1","type":"thing.happened.v1","chainhash":"0102","position":"7"}"#;
        assert_eq!(String::from_utf8(body).unwrap(), expected);
    }

    #[test]
    fn an_event_that_is_too_large_says_where_its_facts_are() {
        let body: Value = serde_json::from_slice(&body(&event(&"a".repeat(LARGEST)), "http://here").unwrap()).unwrap();
        assert_eq!(body["dataref"], "http://here/v1/events?after=6&limit=1");
        assert_eq!((body.get("data"), &body["position"]), (None, &json!("7")));
    }
}
