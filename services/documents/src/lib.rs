//! The documents service: places, agencies and who may act where; registers and numbers; official documents and files.
//!
//! The ground floor: it asks nothing of the other services, and they follow its feed.

pub mod agencies;
mod agency_filter;
mod csv_table;
pub mod delegations;
pub mod directory;
mod document_types;
pub mod files;
mod import_report;
pub mod incoming;
pub mod marks;
mod migrations;
pub mod outgoing;
mod precondition;
pub mod registers;
mod search;
mod service;
mod text_fields;
pub mod units;
pub mod working_days;

pub use document_types::{DOCUMENT_TYPES, DocumentType};
pub use import_report::{FileReport, Progress, Remark};
pub use migrations::MIGRATIONS;
pub use service::{ABOUT, event_schemas, open, open_existing, routes, start};
