//! The API of webhooks. Paths and answers are the same in every service; the scopes begin with the service's name.

use actix_web::web::{Data, Path};
use actix_web::{delete, get, post, put};
use motcua_kernel::{Error, Page, PageRequest, Result, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, NoBody, PageQuery, Read, Reply, WebResult, Write};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::room::Webhooks;
use super::view::{CreateWebhookReplay, CreatedWebhook, PutWebhook, SecretRotation, Webhook, WebhookDelivery};
use super::{ops, read, replays};

/// The handlers of the room.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_webhook)
        .service(list_webhooks)
        .service(get_webhook)
        .service(put_webhook)
        .service(delete_webhook)
        .service(create_webhook_secret_rotation)
        .service(list_webhook_deliveries)
        .service(create_webhook_delivery_replay)
        .service(create_webhook_replay);
}

/// Have events pushed
///
/// For API clients, and for officers who are administrators. From now on the events of the feed that you may see are posted
/// to the address, each as it stands in the feed (`application/cloudevents+json`, under 20 kB: a larger one has `dataref`
/// instead of `data`), signed by Standard Webhooks: `webhook-id` is the event's id, `webhook-signature` the HMAC-SHA256 of
/// `id.timestamp.body` with the secret that this answer tells. Any 2xx takes an event; 410 disables the webhook. What is
/// not taken is sent again for about three days, later each time, so an event may come twice; a receiver that answers 429
/// or 503 may say when (`Retry-After`, eight hours at most). Events about one object come in order. For the legal clock's reminders and escalations alone ask the procedures service for the types
/// `dossier.alerted.v1`, `dossier.check_overdue.v1`, `dossier.papers_overdue.v1`, `dossier.apology_due.v1`,
/// `dossier.overdue.v1`, `dossier.escalated.v1`, `dossier.acknowledgement_overdue.v1` and `dossier.wait_limit_passed.v1`.
/// While too many names of receivers are being looked up the answer is `webhooks.busy` (503).
#[utoipa::path(
    operation_id = "create_webhook",
    tag = "webhooks",
    request_body(
        content = PutWebhook,
        example = json!({"url": "https://portal.example/motcua-events", "description": "Cổng dịch vụ công"})
    ),
    responses(
        (status = 201, description = "The webhook and its secret, told once.", body = CreatedWebhook),
        (status = 409, description = "`webhooks.too_many`.")
    ),
    security(("bearer" = ["webhooks:write", "events:read"]))
)]
#[post("/webhooks")]
pub(crate) async fn create_webhook(room: Data<Webhooks>, request: Write<PutWebhook>) -> WebResult {
    Reply::answer(ops::create(&room, request.actor, request.idempotency, request.body).await?)
}

/// List your webhooks
///
/// The newest first; those of the account that asks, and no others.
#[utoipa::path(
    operation_id = "list_webhooks",
    tag = "webhooks",
    params(PageQuery),
    responses((status = 200, description = "A page of webhooks.", body = Page<Webhook>)),
    security(("bearer" = ["webhooks:write"]))
)]
#[get("/webhooks")]
pub(crate) async fn list_webhooks(room: Data<Webhooks>, request: List) -> WebResult {
    Reply::page(&read::list(&room, request.actor, request.page).await?)
}

/// Read a webhook
#[utoipa::path(
    operation_id = "get_webhook",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook.")),
    responses((status = 200, description = "The webhook.", body = Webhook)),
    security(("bearer" = ["webhooks:write"]))
)]
#[get("/webhooks/{id}")]
pub(crate) async fn get_webhook(room: Data<Webhooks>, id: Path<Uuid>, request: Read) -> WebResult {
    let view = read::get(&room, request.actor, *id).await?;
    Reply::object(&view, view.version, false)
}

/// Change a webhook
///
/// Whole. It is judged by what your token allows now, from now on, and what waits and is no longer asked for is not sent.
/// Enabled again, it goes on where it stood, and what waits has all its tries.
#[utoipa::path(
    operation_id = "put_webhook",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook."), IfMatch),
    request_body(
        content = PutWebhook,
        example = json!({"url": "https://portal.example/motcua-events", "enabled": false})
    ),
    responses((status = 200, description = "The webhook.", body = Webhook)),
    security(("bearer" = ["webhooks:write", "events:read"]))
)]
#[put("/webhooks/{id}")]
pub(crate) async fn put_webhook(room: Data<Webhooks>, id: Path<Uuid>, request: Write<PutWebhook>) -> WebResult {
    let expected = request.require_match()?;
    Reply::answer(ops::put(&room, request.actor, request.idempotency, *id, expected, request.body).await?)
}

/// Take a webhook away
///
/// With its log. What is on its way at this moment may still arrive.
#[utoipa::path(
    operation_id = "delete_webhook",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook."), IfMatch),
    responses((status = 200, description = "The webhook as it was.", body = Webhook)),
    security(("bearer" = ["webhooks:write"]))
)]
#[delete("/webhooks/{id}")]
pub(crate) async fn delete_webhook(room: Data<Webhooks>, id: Path<Uuid>, request: Write<NoBody>) -> WebResult {
    let expected = request.require_match()?;
    Reply::answer(ops::delete(&room, request.actor, request.idempotency, *id, expected).await?)
}

/// Give a webhook a new secret
///
/// The secret before it signs as well for 24 hours: each message has two signatures then. A second rotation within that time
/// ends the oldest of the three at once.
#[utoipa::path(
    operation_id = "create_webhook_secret_rotation",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook.")),
    responses((status = 201, description = "The new secret, told once.", body = SecretRotation)),
    security(("bearer" = ["webhooks:write", "events:read"]))
)]
#[post("/webhooks/{id}/secret-rotations")]
pub(crate) async fn create_webhook_secret_rotation(
    room: Data<Webhooks>,
    id: Path<Uuid>,
    request: Write<NoBody>,
) -> WebResult {
    Reply::answer(ops::rotate_secret(&room, request.actor, request.idempotency, *id).await?)
}

/// Which part of a log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WebhookDeliveryQuery {
    /// Only those in this state: `waiting`, `delivered`, `given_up`, or several as `in:waiting,given_up`.
    #[param(example = "in:waiting,given_up")]
    state: Option<String>,
    /// How many rows, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Cursor of the page before: its `next`.
    after: Option<String>,
}

/// List what a webhook was sent
///
/// What waits, what was taken, and what was given up, the newest event first. Events about what you may no longer see are
/// left out, so a page may be shorter than `limit` and still have a next one.
#[utoipa::path(
    operation_id = "list_webhook_deliveries",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook."), WebhookDeliveryQuery),
    responses((status = 200, description = "A page of the log.", body = Page<WebhookDelivery>)),
    security(("bearer" = ["webhooks:write"]))
)]
#[get("/webhooks/{id}/deliveries")]
pub(crate) async fn list_webhook_deliveries(
    room: Data<Webhooks>,
    id: Path<Uuid>,
    request: Read<WebhookDeliveryQuery>,
) -> WebResult {
    let Read { actor, query } = request;
    let limit = limit(query.limit)?;
    Reply::page(&read::log(&room, actor, *id, query.state.as_deref(), limit, query.after).await?)
}

fn limit(asked: Option<u32>) -> Result<u32> {
    let (limit, most) = (asked.unwrap_or(PageRequest::DEFAULT), PageRequest::MOST);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    Err(Error::malformed(
        "parameter.invalid",
        format!("Tham số `limit` phải từ 1 đến {most}."),
        format!("The parameter `limit` must be between 1 and {most}."),
    )
    .with("parameter", "limit"))
}

/// Have one event sent once more
///
/// Under the same `webhook-id`, whether it was taken or given up. What waits for its next try is tried now.
#[utoipa::path(
    operation_id = "create_webhook_delivery_replay",
    tag = "webhooks",
    params(
        ("id" = Uuid, Path, description = "The webhook."),
        ("event_id" = Uuid, Path, description = "The event, as the log names it.")
    ),
    responses((status = 200, description = "The event in the log.", body = WebhookDelivery)),
    security(("bearer" = ["webhooks:write", "events:read"]))
)]
#[post("/webhooks/{id}/deliveries/{event_id}/replays")]
pub(crate) async fn create_webhook_delivery_replay(
    room: Data<Webhooks>,
    ids: Path<(Uuid, Uuid)>,
    request: Write<NoBody>,
) -> WebResult {
    let (id, event) = ids.into_inner();
    Reply::answer(replays::one(&room, request.actor, request.idempotency, id, event).await?)
}

/// Have all events from a place in the feed on sent once more
///
/// Also those from before the webhook was made. What was taken comes again, in order, under the same `webhook-id`.
#[utoipa::path(
    operation_id = "create_webhook_replay",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook.")),
    request_body = CreateWebhookReplay,
    responses((status = 200, description = "The webhook, put back.", body = Webhook)),
    security(("bearer" = ["webhooks:write", "events:read"]))
)]
#[post("/webhooks/{id}/replays")]
pub(crate) async fn create_webhook_replay(
    room: Data<Webhooks>,
    id: Path<Uuid>,
    request: Write<CreateWebhookReplay>,
) -> WebResult {
    Reply::answer(replays::many(&room, request.actor, request.idempotency, *id, request.body).await?)
}
