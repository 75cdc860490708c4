//! What the event of addresses tells: how many, and none of them.

use std::collections::BTreeMap;

use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use motcua_service::EventSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The addresses of an agency were set.
pub const SET: EventKind = EventKind { name: "notice_addresses.set.v1", subject: "notice_addresses" };

/// How many addresses an agency has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AddressFacts {
    /// The agency.
    pub agency_id: Uuid,
    /// How many, by role.
    pub addresses: BTreeMap<String, usize>,
}

/// The schema of the room's event.
pub(crate) fn schema() -> EventSchema {
    EventSchema::of::<AddressFacts>(SET)
}
