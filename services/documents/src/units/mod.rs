//! Administrative units (đơn vị hành chính): the places, which are another list than the agencies.
//!
//! Provinces and communes carry the codes of Decision 19/2025/QĐ-TTg; until 1 July 2025 there were districts between
//! them. Codes were used again: province 44 was Quảng Bình and is Quảng Trị, commune 19333 was a ward of the old town
//! and is a larger one. So a unit is an id with a code and the days it was valid, and successions tell what became of a
//! unit: `full`, or in several `partial` pieces whose borders only a map knows. Units come from files ([`import`]) and
//! are read by everybody.

pub mod http;
mod import;
mod ops;
mod reading;
mod rules;
mod store;

use motcua_db::Db;

pub use import::import;
pub(crate) use import::{IMPORTED, ImportedFiles};
pub use rules::{Level, Part};
pub(crate) use store::{place_name, unknown_codes};

/// The room of administrative units.
#[derive(Debug, Clone)]
pub struct Units {
    pub(crate) db: Db,
}

impl Units {
    /// The units in a database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}
