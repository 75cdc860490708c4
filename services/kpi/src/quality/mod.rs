//! The quality of the data itself (chất lượng dữ liệu): what is missing, late, odd or can't be right, counted.
//!
//! A figure is no better than what it is made of, so the service counts its own gaps: facts that no known agency answers
//! for, facts that lack what figures need, events that it does not know, feeds that lag, and of the values that people enter
//! those that are missing, late or odd. Operators see the counts on `/metrics`, refreshed in the background; people see
//! them by agency at `GET /v1/data-quality`. Nothing here names a person or a dossier.

pub mod http;
pub mod view;

pub(crate) mod gauges;

mod elements;
mod facts;
mod measure;

use std::sync::Arc;

use motcua_db::Db;
use motcua_kernel::Uuid;
use tokio::sync::Mutex;

/// The room of the data's own quality.
#[derive(Debug, Clone)]
pub(crate) struct Quality {
    /// The service's database.
    pub db: Db,
    /// Whose data the gauges are about.
    pub tenant: Uuid,
    /// Held while everything is counted: that takes scans of all facts, so it is done once at a time, however many ask.
    counting: Arc<Mutex<()>>,
}

impl Quality {
    /// The room over the service's database.
    pub(crate) fn new(db: Db, tenant: Uuid) -> Self {
        Self { db, tenant, counting: Arc::default() }
    }
}
