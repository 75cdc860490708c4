//! Look-ups as the API shows and takes them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a database said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LookupOutcome {
    /// It has the data, and they agree with what the applicant says.
    Found,
    /// It has no such data.
    NotFound,
    /// It has other data than the applicant says.
    Mismatch,
}

impl LookupOutcome {
    const ALL: [Self; 3] = [Self::Found, Self::NotFound, Self::Mismatch];

    /// The word as columns write it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::NotFound => "not_found",
            Self::Mismatch => "mismatch",
        }
    }

    /// Reads the word back.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }
}

/// A look-up that was made for a component.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateLookup {
    /// The component, by its code in the procedure version.
    #[schema(example = "1.001193-TP02")]
    pub component: String,
    /// The database: the one that replaces the component in the procedure version.
    #[schema(example = "population")]
    pub database: String,
    /// When it was asked; not in the future.
    pub looked_up_at: DateTime<Utc>,
    /// What it said.
    pub outcome: LookupOutcome,
    /// Number of its answer or of the record it has, at most 100 characters.
    #[serde(default)]
    pub reference: Option<String>,
}

/// Look-ups of a dossier.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateLookups {
    /// The look-ups, 1 to 50.
    pub lookups: Vec<CreateLookup>,
}

/// A look-up of a dossier as it is kept. Personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Lookup {
    /// The component it was made for.
    pub component: String,
    /// The database that was asked.
    #[schema(example = "population")]
    pub database: String,
    /// When it was asked.
    pub looked_up_at: DateTime<Utc>,
    /// What it said.
    pub outcome: LookupOutcome,
    /// Number of its answer or of the record it has.
    pub reference: Option<String>,
    /// When it was recorded here.
    pub recorded_at: DateTime<Utc>,
}

/// The look-ups of a dossier, the oldest first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Lookups {
    /// The look-ups.
    pub items: Vec<Lookup>,
}

/// A component whose database did not confirm it: its paper is needed, and the applicant should have the database
/// corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FailedLookup {
    /// The component.
    pub component: String,
    /// The database that was asked last.
    pub database: String,
    /// What it said: `not_found` or `mismatch`.
    pub outcome: LookupOutcome,
    /// When it was asked.
    pub looked_up_at: DateTime<Utc>,
}
