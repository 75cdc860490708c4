//! The skeleton every service stands on, so that a service's own `service.rs` says only what is special about it.
//!
//! [`Foundation::open`] turns settings into a migrated database, journal and directory; [`Workers`] runs what goes on in
//! the background; [`Foundation::serve`] puts the HTTP chassis in front and gives back a [`Started`] that stops cleanly.

mod foundation;
mod sandbox;
mod tokens;
mod workers;

pub use foundation::{Foundation, Started};
pub use tokens::token_source;
pub use workers::Workers;
