//! What digests read of alerts.

use chrono::{DateTime, Utc};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Text, Uuid};

/// An alert that was raised.
#[derive(Debug, Clone)]
pub(super) struct Raised {
    pub id: Uuid,
    pub raised_at: DateTime<Utc>,
    /// Whether it is over meanwhile.
    pub over: bool,
    /// What it is, with its figures.
    pub words: Text,
}

pub(super) fn raised(_: &mut Conn, _: Uuid, _: Uuid, _: DateTime<Utc>) -> TxResult<Vec<Raised>> {
    Ok(Vec::new())
}

pub(super) fn open(_: &mut Conn, _: Uuid, _: Uuid) -> TxResult<i64> {
    Ok(0)
}
