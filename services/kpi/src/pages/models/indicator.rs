//! What the page of an indicator shows.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::Text;

use super::{AgencyName, Outcome, Scope, TrendPoint};
use crate::definitions::exact::Exact;
use crate::definitions::rules::score::Said;
use crate::measures::listing::Part;
use crate::periods::Period;
use crate::targets::rules::TargetState;

/// The page of an indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorPage {
    /// Set, period and freshness.
    pub scope: Scope,
    /// The agency whose figure is explained: the province, where no other is asked for.
    pub agency: AgencyName,
    /// Its number in the law.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Name of its group.
    pub group: Text,
    /// The law it follows.
    pub source: String,
    /// Whether its value is a ratio, shown in per cent.
    pub is_ratio: bool,
    /// What its value, or its numerator and denominator, are counted in.
    pub unit: Text,
    /// Whether less is better.
    pub less_is_better: bool,
    /// The most points it gives; 0 for what is only told.
    pub maximum: Exact,
    /// Which of several ways of scoring is shown, where sources disagree.
    pub variant: Option<Text>,
    /// Remarks of the definition.
    pub note: Option<Text>,
    /// The formula, as [`crate::definitions::view`] tells it.
    pub formula: Text,
    /// What the names in it stand for, in the order in which they stand there.
    pub terms: Vec<Term>,
    /// What it came to.
    pub outcome: Outcome,
    /// How, step by step.
    pub steps: Vec<Said>,
    /// Its value in the last periods, at most twelve, the oldest first.
    pub trend: Vec<TrendPoint>,
    /// Every agency it is scored for, in the order of the ranking of its points.
    pub agencies: Vec<AgencyOutcome>,
    /// Targets of the agency for this indicator.
    pub targets: Vec<TargetLine>,
    /// What changed after publication, the newest first.
    pub restatements: Vec<Restatement>,
    /// The records behind one of the terms. Never drawn on a public page.
    pub records: Option<Records>,
}

/// A name in a formula: a measure (số đo) or an element (số liệu nhập).
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// As the formula writes it.
    pub code: String,
    /// What it is.
    pub name: Text,
    /// What it came to; none where it was not counted or not entered.
    pub value: Option<Exact>,
    /// Which records behind it can be listed; none for an element.
    pub lists: Vec<Part>,
}

/// What an indicator came to for one agency of many.
#[derive(Debug, Clone, PartialEq)]
pub struct AgencyOutcome {
    /// The agency.
    pub agency: AgencyName,
    /// What it came to.
    pub outcome: Outcome,
}

/// A target (mục tiêu) with the way to it.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetLine {
    /// The period it is set for.
    pub period: Period,
    /// The value on the first day.
    pub start: Exact,
    /// Points between start and end.
    pub points: Vec<(NaiveDate, Exact)>,
    /// What is to be reached on the last day.
    pub target: Exact,
    /// The document that sets it.
    pub legal_source: String,
    /// What there should be today.
    pub expected: Exact,
    /// What there is.
    pub value: Option<Exact>,
    /// Where that is on the way.
    pub state: TargetState,
    /// What there was, day by day on which it was measured, within the period of the target.
    pub course: Vec<(NaiveDate, Exact)>,
}

/// A published figure that changed (đính chính).
#[derive(Debug, Clone, PartialEq)]
pub struct Restatement {
    /// When.
    pub at: DateTime<Utc>,
    /// Whose figure.
    pub agency: AgencyName,
    /// Which: the numerator, the denominator, the points.
    pub figure: Text,
    /// What was published.
    pub old: Option<Exact>,
    /// What it is now.
    pub new: Option<Exact>,
    /// Why.
    pub reason: Text,
    /// The event that changed it, by its type: `dossier.done.v1`.
    pub event: String,
}

/// A page of the records behind a figure (chi tiết).
#[derive(Debug, Clone, PartialEq)]
pub struct Records {
    /// The measure that looks at them.
    pub measure: String,
    /// What it counts.
    pub name: Text,
    /// Which of them.
    pub part: Part,
    /// The figure they stand behind; how many there are, where single records are counted.
    pub total: i64,
    /// Whether single records are counted: else the figure tells values apart, or sums them.
    pub of_single: bool,
    /// Those of this page.
    pub lines: Vec<RecordLine>,
    /// Whether these are the first.
    pub is_first: bool,
    /// Where the next page begins; none on the last one.
    pub next: Option<String>,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLine {
    /// The code that people know it by.
    pub code: String,
    /// The agency it is counted for.
    pub agency: AgencyName,
    /// The day by which it falls into the period.
    pub on: Option<NaiveDate>,
    /// Why it is counted, or left out.
    pub reason: Text,
}
