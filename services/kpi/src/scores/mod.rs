//! Scores (điểm, xếp hạng): what the sets of indicators make of the figures, live, and how they came about.
//!
//! A [`question`] says which set, period, agency and structure; [`context`] finds out what is meant and who may ask;
//! [`figures`] sums the tallies up over the tree: parts are summed, ratios never averaged. From there the pure rules of
//! [`crate::definitions::rules`] go on. A figure is a list as well: every record it counts, and every one it does not,
//! with the reason.
//!
//! An agency can be looked at in three ways: as it is (with all that it is responsible for today, whoever began it), as
//! it was (what was written for it, whoever goes on with it), and as of a day (what was written, in the structure of
//! that day: for whoever had succeeded by then).

pub mod http;
pub mod view;

mod context;
mod entered;
mod explain;
mod figures;
mod listing;
mod question;
mod ranking;
mod scorecard;
mod table;
pub(crate) mod waiting;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Error, Result, Uuid};

pub(crate) use context::{Context, READ, Subject, admit};
pub(crate) use explain::names_of;
pub(crate) use figures::{Counted, counted, figures};
pub(crate) use listing::shown as shown_record;
pub(crate) use question::{Question, Structure};
pub(crate) use ranking::place;
pub(crate) use scorecard::{DECIMALS, card, point_sum};

use crate::definitions::Definitions;
use crate::definitions::model::IndicatorSet;
use crate::measures::Procedures;
use crate::measures::kept::Kept;
use crate::periods::{Period, PeriodKind};

/// The room of scores.
#[derive(Clone)]
pub struct Scores {
    pub(crate) db: Db,
    definitions: Definitions,
    procedures: Procedures,
    kept: Kept,
}

impl Scores {
    /// The room over a database and its definitions.
    ///
    /// # Errors
    /// When the calendars that come with the program are faulty, which tests rule out.
    pub fn new(db: Db, definitions: Definitions) -> Result<Self> {
        Ok(Self { db, definitions, procedures: Procedures::new()?, kept: Kept::new() })
    }

    /// The version of a set that governs a period; none where there is no such set, or none of its versions does.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn governing(
        &self,
        conn: &mut Conn,
        tenant: Uuid,
        set: &str,
        period: Period,
    ) -> TxResult<Option<Arc<IndicatorSet>>> {
        Ok(self.definitions.governing(conn, tenant, set, period)?.map(|(_, set)| set))
    }

    /// The kind of period that a set is usually scored for.
    ///
    /// # Errors
    /// `not_found` when no version of it governs today.
    pub(crate) fn usual_kind(
        &self,
        conn: &mut Conn,
        tenant: Uuid,
        set: &str,
        now: DateTime<Utc>,
    ) -> TxResult<PeriodKind> {
        let today = Period::at(PeriodKind::Day, now).ok_or_else(Error::not_found)?;
        let governing = self.definitions.governing(conn, tenant, set, today)?;
        let kind = governing.and_then(|(_, set)| set.periods.first().copied());
        Ok(kind.ok_or_else(Error::not_found)?)
    }
}
