//! What the pages show, as plain data without language: numbers exact, names in both, everything in the order in which it
//! is shown. Who makes a model decides what is counted; who draws it decides nothing but how it looks.
//!
//! Where a number may be missing it is an `Option`, and missing is said in words, never drawn as 0.

mod alerts;
mod indicator;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::Text;

use crate::definitions::exact::Exact;
use crate::periods::Period;
use crate::targets::rules::TargetState;

pub use crate::measures::listing::Part;
pub use alerts::{AlertLine, AlertList};
pub use indicator::{AgencyOutcome, IndicatorPage, RecordLine, Records, Restatement, TargetLine, Term};

/// What every page says about its figures: by which set, for when, and how fresh.
#[derive(Debug, Clone, PartialEq)]
pub struct Scope {
    /// Code of the set: `qd766`.
    pub set: String,
    /// Its name.
    pub set_name: Text,
    /// The version that governs the period: `2022.1`.
    pub set_version: String,
    /// The law it follows.
    pub source: String,
    /// The period that is shown.
    pub period: Period,
    /// The one before it, where there is something to show.
    pub earlier: Option<Period>,
    /// The one after it, where there is something to show.
    pub later: Option<Period>,
    /// Whether the period is published as a snapshot, over, or still going on.
    pub standing: Standing,
    /// Up to when every event is counted; none where nothing has come in yet.
    pub data_as_of: Option<DateTime<Utc>>,
    /// What does not come in as it should, as a sentence; none when all is well.
    pub trouble: Option<Text>,
}

/// How final the figures of a period are.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// The period goes on (đang trong kỳ).
    Running,
    /// The period is over, its figures may still change (chưa công bố).
    Over,
    /// Published as a snapshot (đã công bố).
    Published {
        /// The day.
        on: NaiveDate,
        /// The first signs of the snapshot's digest.
        digest: String,
    },
}

/// An agency as it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyName {
    /// Its code: `H50.12`.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// Points beside what they could have been.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Points; none where nothing is measured.
    pub points: Option<Exact>,
    /// What the measured part could give at most.
    pub measured_maximum: Exact,
    /// What everything could give at most.
    pub maximum: Exact,
}

/// A class (xếp loại).
#[derive(Debug, Clone, PartialEq)]
pub struct ClassMark {
    /// Its name.
    pub name: Text,
    /// Its place among the classes, the best 0.
    pub place: usize,
    /// Whether it is found by the part that is measured alone.
    pub of_measured: bool,
}

/// The change of a rank since the period before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    /// Better by so many ranks.
    Up(usize),
    /// Worse by so many ranks.
    Down(usize),
    /// The same rank.
    Same,
    /// It had no rank before.
    New,
    /// It has no rank now, or there is no period before.
    None,
}

/// A group of indicators with its points.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupScore {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Its points.
    pub score: Score,
}

/// One period of a course through time.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendPoint {
    /// The period.
    pub period: Period,
    /// The figure; none where it was not measured.
    pub value: Option<Exact>,
}

/// What waits to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// Dossiers in process (đang giải quyết); none where it is not counted.
    pub open: Option<i64>,
    /// Of those, past their due instant (quá hạn).
    pub overdue: Option<i64>,
}

/// What waits in a field of work (lĩnh vực).
#[derive(Debug, Clone, PartialEq)]
pub struct FieldBacklog {
    /// Name of the field.
    pub name: Text,
    /// What waits.
    pub backlog: Backlog,
}

/// The operations centre (trung tâm điều hành): a province at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct OperationsPage {
    /// Set, period and freshness.
    pub scope: Scope,
    /// The province.
    pub province: AgencyName,
    /// Its points.
    pub total: Score,
    /// Its class; none where the set has no classes or nothing is measured.
    pub class: Option<ClassMark>,
    /// Its groups, in the order of the set.
    pub groups: Vec<GroupScore>,
    /// Its points in the last periods, at most twelve, the oldest first, this one last.
    pub trend: Vec<TrendPoint>,
    /// What waits in the whole province.
    pub backlog: Backlog,
    /// What waits by field, the most overdue first.
    pub fields: Vec<FieldBacklog>,
    /// Agencies by rank; those without one come last.
    pub ranking: Vec<RankedAgency>,
    /// Alerts of the province and everything below; none for who may not see them.
    pub alerts: Option<AlertList>,
}

/// An agency in the ranking (xếp hạng).
#[derive(Debug, Clone, PartialEq)]
pub struct RankedAgency {
    /// The agency.
    pub agency: AgencyName,
    /// Its rank, or why it has none.
    pub rank: Result<usize, Text>,
    /// The change of its rank.
    pub movement: Movement,
    /// Its points.
    pub points: Option<Exact>,
    /// Its class.
    pub class: Option<ClassMark>,
    /// What waits there.
    pub backlog: Backlog,
}

/// The page of an agency.
#[derive(Debug, Clone, PartialEq)]
pub struct AgencyPage {
    /// Set, period and freshness.
    pub scope: Scope,
    /// The agency.
    pub agency: AgencyName,
    /// Its points.
    pub total: Score,
    /// Its class.
    pub class: Option<ClassMark>,
    /// Its rank, or why it has none; none at all for who is not ranked with others, as the province itself.
    pub rank: Option<Result<usize, Text>>,
    /// Among how many it is ranked.
    pub ranked: usize,
    /// The change of its rank.
    pub movement: Movement,
    /// Its groups with their indicators, in the order of the set.
    pub groups: Vec<GroupCard>,
    /// Its points in the last periods, at most twelve, the oldest first.
    pub trend: Vec<TrendPoint>,
    /// What waits there.
    pub backlog: Backlog,
    /// What waits by field, the most overdue first.
    pub fields: Vec<FieldBacklog>,
    /// Its alerts and those of everything below; none for who may not see them.
    pub alerts: Option<AlertList>,
}

/// A group on a scorecard.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupCard {
    /// The group.
    pub group: GroupScore,
    /// Its indicators.
    pub indicators: Vec<IndicatorLine>,
}

/// An indicator on a scorecard.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorLine {
    /// Its number in the law: `3.1`.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// The most points it gives; 0 for what is only told.
    pub maximum: Exact,
    /// What came of it.
    pub outcome: Outcome,
    /// Where the agency is on the way to its target, where it has one.
    pub target: Option<TargetState>,
}

/// What an indicator came to for an agency.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The numerator, of a ratio.
    pub numerator: Option<Exact>,
    /// The denominator, of a ratio.
    pub denominator: Option<Exact>,
    /// The ratio, or what was counted or entered.
    pub value: Option<Exact>,
    /// Points; none when it is not measured or only told.
    pub points: Option<Exact>,
    /// Why it is not measured.
    pub not_measured: Option<Text>,
}
