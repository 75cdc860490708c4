//! What the events of a subscription tell: that it is there and what it asks for, not its address, which may hold a key of
//! the receiver's, and never its secret.

use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::EventKind;

const SUBJECT: &str = "webhooks";

/// A subscription was made.
pub const CREATED: EventKind = EventKind { name: "webhook.created.v1", subject: SUBJECT };
/// Its owner has changed it.
pub const CHANGED: EventKind = EventKind { name: "webhook.changed.v1", subject: SUBJECT };
/// It has a new secret.
pub const SECRET_ROTATED: EventKind = EventKind { name: "webhook.secret_rotated.v1", subject: SUBJECT };
/// The service has disabled it.
pub const DISABLED: EventKind = EventKind { name: "webhook.disabled.v1", subject: SUBJECT };
/// It was taken away.
pub const DELETED: EventKind = EventKind { name: "webhook.deleted.v1", subject: SUBJECT };

/// Every kind of event of a subscription.
pub const ALL: [EventKind; 5] = [CREATED, CHANGED, SECRET_ROTATED, DISABLED, DELETED];

/// A subscription after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookFacts {
    /// The host that events are pushed to.
    pub host: String,
    /// Which types of events; none means all.
    pub types: Vec<String>,
    /// Only what this agency, or one below it, would see.
    pub agency_id: Option<Uuid>,
    /// Whether events are pushed.
    pub enabled: bool,
    /// Why not: `owner`, or `gone` or `failing` when the service has disabled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<String>,
}
