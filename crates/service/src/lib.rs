//! The skeleton of a service: what the three have in common between their settings and their rooms.
//!
//! `web` knows no storage and `db` no HTTP; here they meet. [`Shared`] is what the services of one process share (settings,
//! both times, keys). A [`Foundation`] is one service's database with journal and directory, brought to the newest
//! tables; commands that only write, such as imports, need no more, and those
//! that only read take it as it is. A [`Plan`] says what the service serves and does in
//! the background, and [`start`] puts it on its foundation: admission of callers, sequencer, upkeep, health, sandbox
//! clock, and an orderly stop.

mod background;
mod event_schema;
mod foundation;
mod peers;
mod running;
mod sandbox;
mod shared;
mod upkeep;
mod webhooks;

pub use background::Worker;
pub use event_schema::{EventSchema, broken_promises};
pub use foundation::Foundation;
pub use running::{Plan, RunningService, start};
pub use sandbox::{CLOCK_SET, ClockSet, MIGRATIONS};
pub use shared::Shared;
pub use webhooks::{webhook_schemas, webhook_workers};
