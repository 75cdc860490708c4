//! The documents service: places, agencies and who may act where; registers and numbers; official documents and files.
//!
//! The ground floor: the others follow its feed, and it asks them for one thing only, by which days deadlines count.

pub mod agencies;
mod agency_filter;
pub mod case_files;
mod csv_table;
pub mod delegations;
pub mod directory;
mod document_types;
pub mod drafts;
mod far_days;
pub mod files;
mod import_report;
mod in_archive;
pub mod incoming;
mod letterhead;
mod like;
pub mod marks;
mod migrations;
pub mod outgoing;
mod pdf;
mod precondition;
pub mod printing;
pub mod registers;
mod sealed_text;
pub mod search;
mod service;
pub mod signing;
mod text_fields;
pub mod texts;
pub mod units;
pub mod working_days;

pub use document_types::{COPY_TYPES, DOCUMENT_TYPES, DocumentType};
pub use import_report::{FileReport, Progress, Remark};
pub use migrations::MIGRATIONS;
pub use service::{ABOUT, event_schemas, open, open_existing, routes, start};
