//! Alerts (cảnh báo): what people should look at before others find it out.
//!
//! Five kinds are looked for every few minutes ([`look`]): a target at risk, a sudden fall of a score, and three patterns of
//! work that often mean that a figure was made to look well: dossiers closed without a result, many refusals on one day,
//! pauses just before dossiers were due. By which thresholds is data that administrators of the province change
//! ([`kinds`]). An alert accuses nobody: it names a figure, the threshold, and the records behind it.
//!
//! An alert is one row, however often it is found. It is open until somebody acknowledges it with a note (đã xem xét), and
//! over when it is no longer found; found again, it is open again. Each of these is an event, so webhooks carry it.

pub mod facts;
pub mod http;
pub mod kinds;
pub mod view;

mod look;
mod ops;
mod patterns;
mod read;
mod rules;
mod store;
mod table;
pub(crate) mod words;

use motcua_db::Db;
use motcua_journal::Journal;
use motcua_kernel::Uuid;

pub(crate) use look::worker;
pub(crate) use store::{AlertRow, how_many_of, newest_of, raised_since, visible_among};

use crate::scores::Scores;

/// The scope that reads alerts and their rules.
pub(crate) const READ: &str = "kpi:alerts:read";
/// The scope that acknowledges alerts and changes their rules, where grants allow it.
pub(crate) const WRITE: &str = "kpi:alerts:write";

/// The room of alerts.
#[derive(Clone)]
pub struct Alerts {
    db: Db,
    journal: Journal,
    scores: Scores,
    tenant: Uuid,
}

impl Alerts {
    /// The room over the service's database, journal and scores.
    #[must_use]
    pub fn new(db: Db, journal: Journal, scores: Scores, tenant: Uuid) -> Self {
        Self { db, journal, scores, tenant }
    }
}
