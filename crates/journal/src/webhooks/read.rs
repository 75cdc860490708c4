//! Reading subscriptions and their log.

use std::sync::Arc;

use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, Cursor, Error, Page, PageRequest, Result, Uuid};

use super::owner;
use super::room::Webhooks;
use super::seen::visible;
use super::store;
use super::store::deliveries::{self, DELIVERED, DeliveryRow, GIVEN_UP, WAITING};
use super::view::{Webhook, WebhookDelivery};

/// A page of the caller's subscriptions, the newest first.
///
/// # Errors
/// Who may have none.
pub(super) async fn list(room: &Webhooks, actor: Arc<Actor>, page: PageRequest) -> Result<Page<Webhook>> {
    const SCOPE: &str = "webhooks";
    owner::check_caller(room, &actor)?;
    let after: Option<Uuid> = page.after.as_ref().map(|cursor| cursor.read(SCOPE)).transpose()?;
    let still_may = owner::still_may(&actor);
    room.db
        .read("webhook_list", move |conn| {
            let rows = store::page(conn, &actor, after, &page)?;
            let cut = Page::cut(rows, &page, SCOPE, |row| row.id.0)?;
            let count = if page.count { Some(store::count(conn, &actor)?) } else { None };
            let items = cut.items.iter().map(|row| Webhook::of(row, still_may)).collect::<Result<_>>()?;
            Ok(Page { items, next: cut.next, count })
        })
        .await
}

/// One of the caller's subscriptions.
///
/// # Errors
/// `not_found`.
pub(super) async fn get(room: &Webhooks, actor: Arc<Actor>, id: Uuid) -> Result<Webhook> {
    owner::check_caller(room, &actor)?;
    let still_may = owner::still_may(&actor);
    room.db
        .read("webhook_get", move |conn| {
            let row = store::of_owner(conn, &actor, id)?.ok_or_else(Error::not_found)?;
            Ok(Webhook::of(&row, still_may)?)
        })
        .await
}

/// A page of the log of one of the caller's subscriptions, without what the caller may no longer see: such a page is
/// shorter than asked for.
///
/// # Errors
/// `not_found`, `filter.invalid`, `cursor.invalid`.
pub(super) async fn log(
    room: &Webhooks,
    actor: Arc<Actor>,
    id: Uuid,
    state: Option<&str>,
    limit: u32,
    after: Option<String>,
) -> Result<Page<WebhookDelivery>> {
    owner::check_caller(room, &actor)?;
    let states = states(state)?;
    let scope = format!("webhook deliveries {id} {states:?}");
    let page = PageRequest { limit, after: after.map(Cursor), count: false };
    let after: Option<i64> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let own = room.clone();
    room.db
        .read("webhook_log", move |conn| {
            store::of_owner(conn, &actor, id)?.ok_or_else(Error::not_found)?;
            let rows = deliveries::page(conn, (actor.tenant, id), &states, after, &page)?;
            let mut cut = Page::cut(rows, &page, &scope, |row| row.position)?;
            let objects = cut.items.iter().map(|row| (row.subject_kind.as_str(), row.subject_id.0));
            let seen = visible(conn, &own, &actor, objects)?;
            let object_seen =
                |row: &DeliveryRow| seen.get(&row.subject_kind).is_some_and(|ids| ids.contains(&row.subject_id.0));
            cut.items.retain(|row| object_seen(row) && own.visibility.tells(&actor, &row.kind));
            Ok(cut.map(|row| WebhookDelivery::of(&row)))
        })
        .await
}

fn states(text: Option<&str>) -> Result<Vec<String>> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let asked = match Filter::parse("state", text)? {
        Filter::Is(one) => vec![one],
        Filter::In(several) => several,
        _ => return Err(Filter::refuse("state", text)),
    };
    let known = |state: &String| [WAITING, DELIVERED, GIVEN_UP].contains(&state.as_str());
    if asked.iter().all(known) { Ok(asked) } else { Err(Filter::refuse("state", text)) }
}
