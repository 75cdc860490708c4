//! What the API says of subscriptions and their log.

use chrono::{DateTime, Utc};
use motcua_kernel::{Result, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::WebhookRow;
use super::store::deliveries::{DeliveryRow, WAITING};

/// A subscription (đăng ký webhook) as its owner wants it, whole.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutWebhook {
    /// Where events are posted: an https address on the public internet, without user and fragment. At most 2,000
    /// characters. Receivers that the operator vouches for may be private and use http.
    #[schema(example = "https://portal.example/motcua-events")]
    pub url: String,
    /// Which types of events, at most 50: by name, `dossier.received.v1`, or by how they begin, `dossier.*`. Every type when
    /// empty.
    #[serde(default)]
    #[schema(example = json!(["dossier.received.v1", "consultation.*"]))]
    pub types: Vec<String>,
    /// Code or id of an agency: only what an officer with every role there, or below, would see, of what you may see.
    #[schema(example = "H50.12")]
    pub agency: Option<String>,
    /// What it is for, at most 500 characters, one line.
    #[serde(default)]
    #[schema(example = "Cổng dịch vụ công")]
    pub description: String,
    /// Whether events are pushed. Enabled again, it goes on where it stood; only what was queued before, and has waited for
    /// as long as the log is kept, must be replayed.
    #[serde(default = "enabled")]
    #[schema(example = true)]
    pub enabled: bool,
}

fn enabled() -> bool {
    true
}

/// How a subscription is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    /// Events are pushed.
    Active,
    /// Its owner, or the service, has disabled it.
    Disabled,
    /// Its owner may not have events pushed any more; nothing is, and it stays where it is.
    Suspended,
}

/// A subscription (đăng ký webhook).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Webhook {
    /// Its id.
    pub id: Uuid,
    /// Where events are posted.
    #[schema(example = "https://portal.example/motcua-events")]
    pub url: String,
    /// Which types of events; every type when empty.
    pub types: Vec<String>,
    /// Id of the agency it is narrowed to.
    pub agency_id: Option<Uuid>,
    /// What it is for.
    pub description: String,
    /// Whether events shall be pushed.
    pub enabled: bool,
    /// How it is.
    pub state: WebhookState,
    /// Why it is disabled: `owner`, `gone` (the receiver answered 410) or `failing` (it took nothing for days).
    #[schema(example = "gone")]
    pub disabled_reason: Option<String>,
    /// Since when the receiver has taken nothing.
    pub failing_since: Option<DateTime<Utc>>,
    /// Position of the feed up to which events are queued.
    #[schema(example = "1042")]
    pub position: String,
    /// Until when the secret before the present one signs as well.
    pub old_secret_until: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Its version.
    pub version: i64,
}

impl Webhook {
    pub(super) fn of(row: &WebhookRow, owner_still_may: bool) -> Result<Self> {
        let state = match (row.enabled, owner_still_may) {
            (false, _) => WebhookState::Disabled,
            (true, false) => WebhookState::Suspended,
            (true, true) => WebhookState::Active,
        };
        Ok(Self {
            id: row.id.0,
            url: row.url.clone(),
            types: row.types()?,
            agency_id: row.agency_id.as_ref().map(|id| id.0),
            description: row.description.clone(),
            enabled: row.enabled,
            state,
            disabled_reason: row.disabled_reason.clone(),
            failing_since: row.failing_since.as_ref().map(|at| at.0),
            position: row.position.to_string(),
            old_secret_until: row.old_secret_until.as_ref().map(|at| at.0),
            created_at: row.created_at.0,
            version: row.version,
        })
    }
}

/// A new subscription, with its secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CreatedWebhook {
    /// The subscription.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// The secret that signs: `whsec_` and the base64 of its bytes. Told here and never again.
    #[schema(example = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    pub secret: String,
}

/// A new secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SecretRotation {
    /// The secret that signs from now on. Told here and never again.
    #[schema(example = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    pub secret: String,
    /// Until when the secret before it signs as well: each message has two signatures until then.
    pub old_secret_until: DateTime<Utc>,
}

/// How an event of a subscription is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookDeliveryState {
    /// To be sent, or sent again.
    Waiting,
    /// The receiver has taken it.
    Delivered,
    /// The receiver never took it; it can be replayed.
    GivenUp,
}

/// An event in the log of a subscription (nhật ký gửi).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookDelivery {
    /// The event, and `webhook-id` of every message that carries it.
    pub event_id: Uuid,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(example = "dossier.received.v1")]
    pub kind: String,
    /// What it is about: events about one object are sent one after the other.
    #[schema(example = "dossiers/0197c1c8-0280-7000-8000-000000000045")]
    pub subject: String,
    /// Its position in the feed.
    #[schema(example = "1042")]
    pub position: String,
    /// How it is.
    pub state: WebhookDeliveryState,
    /// How often it was tried.
    pub tries: i64,
    /// Status of the last answer; none when there was no answer.
    #[schema(example = 503)]
    pub last_status: Option<i64>,
    /// The beginning of the last answer, or why there was none: `timeout`, `connection`, or the code of a refused address.
    pub last_answer: Option<String>,
    /// When it was queued, or last replayed.
    pub queued_at: DateTime<Utc>,
    /// When it is tried next at the earliest; it waits longer while an earlier event about the same object waits.
    pub next_try_at: Option<DateTime<Utc>>,
    /// When it was taken or given up.
    pub ended_at: Option<DateTime<Utc>>,
}

impl WebhookDelivery {
    pub(super) fn of(row: &DeliveryRow) -> Self {
        let state = match row.state.as_str() {
            super::store::deliveries::DELIVERED => WebhookDeliveryState::Delivered,
            super::store::deliveries::GIVEN_UP => WebhookDeliveryState::GivenUp,
            _ => WebhookDeliveryState::Waiting,
        };
        Self {
            event_id: row.event_id.0,
            kind: row.kind.clone(),
            subject: format!("{}/{}", row.subject_kind, row.subject_id.0),
            position: row.position.to_string(),
            state,
            tries: row.tries,
            last_status: row.last_status,
            last_answer: row.last_answer.clone(),
            queued_at: row.queued_at.0,
            next_try_at: (row.state == WAITING).then_some(row.free_at.0),
            ended_at: row.ended_at.as_ref().map(|at| at.0),
        }
    }
}

/// From where events shall come once more: one of the two.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"from_position": 1000}))]
pub struct CreateWebhookReplay {
    /// The position of the first event.
    #[schema(minimum = 1, example = 1000)]
    pub from_position: Option<i64>,
    /// The instant at which it was recorded (`time` of the event).
    pub since: Option<DateTime<Utc>>,
}
