//! Targets (mục tiêu): what an agency is to reach of an indicator or an element in a period, and whether it is on its way.
//!
//! A target leads from a start to a value on the last day of its period, in a straight line or along listed points. Its
//! state is a pure function of the value there is and of today: met, on track, at risk, missed, or not measured where there
//! is no value, which is never 0. The value comes from a [`source`]: approved values of elements, and scores of indicators
//! with everything below the agency, as it is responsible today.
//!
//! An agency has at most one target for the same thing on any day, so that "is it on track?" has one answer; steps within a
//! year are points of the year's target. A target that is no longer pursued is withdrawn with a reason and stays to be read.
//! Leaders and administrators of the agency or above set targets; everybody who sees the agency sees them.

pub mod facts;
pub mod http;
pub mod rules;

mod indicators;
mod ops;
mod read;
mod refusals;
mod source;
mod standing;
mod store;
mod succession;
mod table;

use motcua_db::Db;
use motcua_journal::Journal;

pub(crate) use standing::standings_of;
pub use standing::{Standing, standings};
pub(crate) use store::visible_among;
pub(crate) use succession::move_rows;

use crate::scores::Scores;

/// The scope that reads targets.
pub(crate) const READ: &str = "kpi:targets:read";
/// The scope that sets targets, where grants allow it.
pub(crate) const WRITE: &str = "kpi:targets:write";

/// The room of targets.
#[derive(Clone)]
pub struct Targets {
    db: Db,
    journal: Journal,
    scores: Scores,
}

impl Targets {
    /// The room over the service's database, journal and scores.
    #[must_use]
    pub fn new(db: Db, journal: Journal, scores: Scores) -> Self {
        Self { db, journal, scores }
    }
}
