//! What the event of addresses tells: how many, and none of them.

use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use motcua_service::EventSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) const SUBJECT: &str = "alert_addresses";

/// The addresses of an agency were set.
pub const SET: EventKind = EventKind { name: "alert_addresses.set.v1", subject: SUBJECT };

/// How many addresses an agency has for digests of its alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertAddressFacts {
    /// The agency.
    pub agency_id: Uuid,
    /// How many.
    pub addresses: i64,
}

/// The schema of the room's event.
pub(crate) fn schema() -> EventSchema {
    EventSchema::of::<AlertAddressFacts>(SET)
}
