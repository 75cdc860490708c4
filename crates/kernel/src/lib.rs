//! The vocabulary every floor of the house speaks: who acts, what time it is, what went wrong, what is answered.
//!
//! Nothing here knows HTTP or a database. `web` turns these words into requests and responses, `db` keeps them; the two
//! never meet except through the types of this crate.

pub mod actor;
pub mod answer;
pub mod directory;
pub mod error;
pub mod filter;
pub mod idempotency;
pub mod money;
pub mod page;
pub mod text;
pub mod time;
pub mod vault;

pub use actor::{Actor, ActorKind, Authority, Grant, Role};
pub use answer::{Answer, Outcome};
pub use directory::{Directory, Standing, Who};
pub use error::{Error, FieldError, Kind, Result};
pub use idempotency::Idempotency;
pub use money::Money;
pub use page::{Cursor, Page, PageRequest};
pub use text::Text;
pub use time::{BusinessTime, Clock, SystemTime};
pub use uuid::Uuid;
pub use vault::Vault;

/// A new identifier: UUIDv7, so that keys made later sort later and pages of an index fill in order.
#[must_use]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}
