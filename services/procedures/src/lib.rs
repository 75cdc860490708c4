//! The procedures service: the catalogue of administrative procedures (thủ tục hành chính), citizens' dossiers under a
//! legal clock, and the results that end them.

mod audit;
pub mod calendars;
pub mod catalogue;
pub mod consultations;
pub mod dossiers;
mod files;
pub mod forms;
pub mod handovers;
pub mod issuing;
pub mod lookups;
pub mod mail;
mod migrations;
pub mod mirrors;
pub mod papers;
pub mod payments;
pub mod ratings;
pub mod reports;
pub mod representatives;
pub mod reuse;
pub mod revocations;
mod service;
pub mod timers;
pub mod tracking;

pub use migrations::MIGRATIONS;
pub use service::{ABOUT, event_schemas, open, open_existing, public_routes, routes, start};
