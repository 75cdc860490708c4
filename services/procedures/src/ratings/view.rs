//! Ratings as the API takes and shows them.

use std::collections::BTreeMap;

use motcua_agencies::Named;
use motcua_kernel::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::criteria::Grade;

/// A rating of a dossier that has ended.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRating {
    /// The reference given at submission; it is not kept with the rating.
    #[schema(example = "7F3K-9Q2M-XA")]
    pub tracking_reference: String,
    /// Scores by criterion, one to nine of them: 2 is good, 1 acceptable, 0 bad. The criteria are `time_limit`,
    /// `step_times`, `contacts`, `agencies_contacted`, `one_stop`, `transparency`, `attitude`, `feedback_handling` and
    /// `online_service`.
    #[schema(example = json!({"time_limit": 2, "attitude": 1}))]
    pub scores: BTreeMap<String, i64>,
    /// What the rater adds, at most 1,000 characters.
    #[serde(default)]
    pub comment: Option<String>,
}

/// That a rating was taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RatingTaken {
    /// A word of thanks.
    pub message: Text,
}

/// The ratings of an agency with everything below it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RatingSummary {
    /// The agency.
    pub agency: Named,
    /// The first month.
    #[schema(example = "2026-10")]
    pub from_month: String,
    /// The last month.
    #[schema(example = "2026-12")]
    pub to_month: String,
    /// How many ratings there are of months that are over.
    pub ratings: i64,
    /// Whether they are too few (1 to 4) for more to be told: it would tell who gave them.
    pub withheld: bool,
    /// How each criterion was scored.
    pub criteria: Vec<CriterionCount>,
    /// How many ratings that answer all nine criteria have which grade.
    pub grades: Vec<GradeCount>,
}

/// How a criterion was scored.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CriterionCount {
    /// Its code.
    #[schema(example = "attitude")]
    pub code: String,
    /// Its name.
    pub name: Text,
    /// How often good (2).
    pub good: i64,
    /// How often acceptable (1).
    pub acceptable: i64,
    /// How often bad (0).
    pub bad: i64,
}

/// How many ratings have a grade.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GradeCount {
    /// The grade.
    pub grade: Grade,
    /// How many.
    pub ratings: i64,
}

/// What a rater added. It may name a person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RatingComment {
    /// The month in which it was written.
    #[schema(example = "2026-11")]
    pub month: String,
    /// The words.
    pub comment: String,
}
