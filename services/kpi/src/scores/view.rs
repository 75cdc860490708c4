//! Scores as the API shows them. Numbers are decimal text: nothing is rounded but points, and they say so.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::{Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What was asked, and what it means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScoreContext {
    /// The set of indicators, in the version that governs the period.
    pub set: SetReference,
    /// The period.
    #[schema(example = "2026-11")]
    pub period: String,
    /// Its first day.
    pub first_day: NaiveDate,
    /// Its last day.
    pub last_day: NaiveDate,
    /// The instant to which it is counted: its end, or now while it goes on.
    pub counted_until: DateTime<Utc>,
    /// How agencies are looked at: `as_is`, `as_was`, or the day.
    #[schema(example = "as_is")]
    pub structure: String,
    /// Whether everything below an agency is counted with it.
    pub with_below: bool,
    /// Everything that happened until this instant is in the figures.
    pub data_as_of: DateTime<Utc>,
}

/// A version of a set of indicators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetReference {
    /// Code of the set.
    #[schema(example = "qd766")]
    pub code: String,
    /// The version.
    #[schema(example = "2022.1")]
    pub version: String,
    /// Its id.
    pub version_id: Uuid,
    /// The name of the set.
    pub name: Text,
    /// Its legal source.
    pub source: String,
}

/// What the measures of a set come to (số đo).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FigureSheet {
    /// What was asked.
    #[serde(flatten)]
    pub context: ScoreContext,
    /// The agency.
    pub agency: Named,
    /// Every measure, in the order of the set.
    pub figures: Vec<MeasureFigure>,
}

/// What a measure comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MeasureFigure {
    /// Code of the measure.
    #[schema(example = "on_time")]
    pub measure: String,
    /// Its name.
    pub name: Text,
    /// What kind of record it counts.
    #[schema(example = "dossier")]
    pub subject: String,
    /// What it comes to.
    pub value: i64,
    /// How many records it looked at and did not count; absent where it counts no single records.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub excluded: Option<i64>,
}

/// Points of a group, or of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PointSum {
    /// Points of what is measured, with two decimals; absent where nothing is measured, which is not 0.
    #[schema(example = "71.25")]
    pub points: Option<String>,
    /// What the measured indicators could come to at most.
    #[schema(example = "80")]
    pub measured_maximum: String,
    /// What all that apply could come to at most.
    #[schema(example = "100")]
    pub maximum: String,
}

/// The score of an agency by a set (bảng điểm).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Scorecard {
    /// What was asked.
    #[serde(flatten)]
    pub context: ScoreContext,
    /// The agency.
    pub agency: Named,
    /// All groups together.
    pub total: PointSum,
    /// The class (xếp loại); absent where the set has none or nothing is measured.
    pub class: Option<ClassReference>,
    /// Groups in the order of the set.
    pub groups: Vec<GroupScore>,
    /// Indicators that apply to the agency, in the order of the set.
    pub indicators: Vec<IndicatorPoints>,
}

/// A class of scores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClassReference {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
}

/// The score of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupScore {
    /// Code of the group.
    #[schema(example = "TDGQ")]
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Its points.
    #[serde(flatten)]
    pub sum: PointSum,
}

/// The score of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IndicatorPoints {
    /// Its number in the law.
    #[schema(example = "2.1")]
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Its group.
    pub group: String,
    /// What its value is counted in.
    pub unit: Text,
    /// `up` where more is better, else `down`.
    pub direction: String,
    /// By which variant it is scored.
    pub variant: String,
    /// The numerator.
    pub numerator: Option<String>,
    /// The denominator.
    pub denominator: Option<String>,
    /// The ratio or value, exactly: a decimal, or a fraction where there is no short one.
    #[schema(example = "2/3")]
    pub value: Option<String>,
    /// The points, rounded halves up to the decimals of the indicator; absent when it is not measured or only told.
    #[schema(example = "13.33")]
    pub points: Option<String>,
    /// The most points it gives.
    pub maximum: String,
    /// Why it is not measured.
    pub not_measured: Option<Text>,
}

/// How the agencies below one compare (xếp hạng).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ranking {
    /// What was asked.
    #[serde(flatten)]
    pub context: ScoreContext,
    /// The agency above them.
    pub above: Named,
    /// The period before, with which ranks are compared.
    pub previous_period: Option<String>,
    /// The best first; who has no rank comes last.
    pub items: Vec<RankedAgency>,
}

/// Where an agency stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RankedAgency {
    /// The agency.
    pub agency: Named,
    /// What kind of agency it is.
    pub kind: String,
    /// Its rank from 1; who has the same points has the same rank, and the next one's counts all before it: 1, 2, 2, 4.
    pub rank: Option<usize>,
    /// Why it has none.
    pub unranked: Option<Text>,
    /// Its rank in the period before.
    pub previous_rank: Option<usize>,
    /// By how many ranks it went up; below 0 when it went down.
    pub movement: Option<i64>,
    /// Its points.
    pub total: PointSum,
    /// Its class.
    pub class: Option<ClassReference>,
    /// The points of its groups.
    pub groups: Vec<GroupScore>,
}

/// How the score of an indicator came about (giải trình).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// What was asked.
    #[serde(flatten)]
    pub context: ScoreContext,
    /// The agency.
    pub agency: Named,
    /// The score.
    pub indicator: IndicatorPoints,
    /// SHA-256 of the definition, in hexadecimal.
    pub definition_sha256: String,
    /// The legal source of the indicator or of its variant.
    pub source: String,
    /// The rule, in a sentence.
    pub rule: Text,
    /// The other ways of scoring that there are.
    pub variants: Vec<VariantReference>,
    /// What goes in.
    pub inputs: Vec<ExplainedInput>,
    /// Step by step.
    pub steps: Vec<ExplainedStep>,
    /// The points before rounding, exactly.
    pub exact_points: Option<String>,
    /// How they are rounded.
    pub rounding: Text,
}

/// A way of scoring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VariantReference {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
}

/// What goes into a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExplainedInput {
    /// Code of the measure, or of what people enter with `element.` before it.
    pub name: String,
    /// What it is.
    pub text: Text,
    /// Its value; absent when nobody entered it.
    pub value: Option<String>,
    /// The condition by which records are counted, in CEL; absent where all are, and for what people enter.
    pub when: Option<String>,
    /// Path of the list of the records behind it; absent for what people enter.
    pub records: Option<String>,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExplainedStep {
    /// What was done.
    pub text: Text,
    /// What came of it, exactly.
    pub result: Option<String>,
}

/// A record behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureRecord {
    /// What kind of record.
    #[schema(example = "dossier")]
    pub subject: String,
    /// Its id at the service that keeps it.
    pub id: Uuid,
    /// Its code or number, where it has one.
    pub code: Option<String>,
    /// The agency for which it is counted; absent for procedures, which are every agency's of their level.
    pub agency: Option<Named>,
    /// The instant by which it falls into the period.
    pub at: Option<DateTime<Utc>>,
    /// How much it counts: 1 for a record, its value where a field is summed, 0 where it is excluded.
    pub counts: i64,
    /// The value by which records are told apart, where different values are counted.
    pub value: Option<String>,
    /// Why it is counted, or why not.
    pub reason: Text,
}
