//! The ways a dossier reaches the agency, each with its term and its fees.

use chrono::NaiveDate;
use motcua_clock::{ClockRule, Term};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Fee;

/// How a dossier reaches the agency (kênh thực hiện).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// At the desk (trực tiếp); 1 at the national portal.
    InPerson,
    /// On a portal (trực tuyến); 2.
    Online,
    /// By public post (bưu chính công ích); 3.
    Post,
}

impl Channel {
    /// The word as columns and events write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InPerson => "in_person",
            Self::Online => "online",
            Self::Post => "post",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::InPerson, Self::Online, Self::Post].into_iter().find(|channel| channel.as_str() == word)
    }
}

/// Term and fees of one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelRule {
    /// The channel.
    pub channel: Channel,
    /// The term; none when the source's can't be read, and then no dossier is taken.
    #[serde(default)]
    #[schema(value_type = Option<Object>, required = true, example = json!({"count": 5, "unit": "working_day"}))]
    pub term: Option<Term>,
    /// How the clock runs, when the procedure's text says more of it than the term: cut-off, first day, waits, supplements.
    /// Its term is this channel's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub clock: Option<ClockRule>,
    /// The term as the source writes it, when it is not what `term` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_text: Option<String>,
    /// Fees and charges.
    #[serde(default)]
    #[schema(required = true)]
    pub fees: Vec<Fee>,
    /// What the source says of fees as a whole: `free`, `charged` or `not_stated`. Absent when `fees` says it all, and an
    /// empty list then means free of charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_statement: Option<String>,
    /// What the source adds in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl ChannelRule {
    /// The fees that a dossier owes which is submitted on a day, at agencies with these codes, by this kind of applicant.
    /// A fee that names no days, no places or no applicants counts for all of them.
    #[must_use]
    pub fn fees_for(&self, on: NaiveDate, places: &[&str], applicant: &str) -> Vec<&Fee> {
        self.fees.iter().filter(|fee| fee.is_owed(on, places, applicant)).collect()
    }
}
