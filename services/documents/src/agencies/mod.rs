//! Agencies (cơ quan): who is who in the province, with dated codes, parents, units served and successions.
//!
//! An agency is opened, changed and closed, never deleted. It closes by a succession (hình thức kế thừa): merged into
//! another, split, renamed under another code, dissolved. Codes belong to one agency at a time, and may belong to
//! another later, so everything here is asked and answered for a day. Whole provinces come from files ([`import`]);
//! single changes from administrators (quản trị) over HTTP, each within the reach of their grants. Every change is an
//! event that carries the whole agency, from which the other services keep their copies.

pub(crate) mod access;
mod codes;
pub mod http;
mod import;
mod lines;
mod ops;
mod plan;
mod read;
mod rules;
mod store;

use motcua_db::{Conn, Db, TxResult};
use motcua_journal::{Change, EventKind, Journal, Stamp};
use motcua_kernel::{Error, Result, Uuid};
use serde::Serialize;

pub use import::import;

/// The room of agencies.
#[derive(Debug, Clone)]
pub struct Agencies {
    pub(crate) db: Db,
    pub(crate) journal: Journal,
}

impl Agencies {
    /// The room over the service's database and journal.
    #[must_use]
    pub fn new(db: Db, journal: Journal) -> Self {
        Self { db, journal }
    }
}

/// Writes the event of a change with a record as its facts.
pub(crate) fn tell(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    kind: EventKind,
    subject: Uuid,
    version: i64,
    record: &impl Serialize,
) -> TxResult<()> {
    let data: Result<_> = serde_json::to_value(record).map_err(Error::internal);
    journal.record(tx, stamp, &Change { kind, subject, version, data: &data? })?;
    Ok(())
}
