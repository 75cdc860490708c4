//! The journal: one table a service that is the feed, the audit trail, the source of webhooks and of our own followers.
//!
//! A change and its event are written in one transaction ([`Journal::record`]). The [`sequencer`] gives each committed
//! event its position, without gaps, and links it to the one before: `hash = SHA-256(previous hash ‖ canonical event)`.
//! Readers follow positions ([`http`], [`follower`]), or have what lies behind theirs pushed ([`webhooks`]); [`verify`]
//! walks the chain and names the first broken event.

mod checkpoint;
mod event;
pub mod follower;
pub mod http;
mod record;
pub mod sequencer;
mod store;
pub mod verify;
pub mod webhooks;

pub use checkpoint::Checkpoints;
pub use event::{Event, EventKind};
pub use follower::{Follow, Follower};
pub use http::{Feed, Visibility, list_events};
pub use record::{Change, Journal, Moment, Stamp};
pub use sequencer::Sequencer;
pub use store::{MIGRATIONS, recorded_facts};
pub use webhooks::Webhooks;
