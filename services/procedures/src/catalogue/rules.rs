//! What follows from the content of a version, without looking at anything else.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::content::VersionContent;
use super::national::RequiredPart;
use super::source_words::SourceWords;

/// Whether dossiers of a procedure are taken in a province.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProcedureStatus {
    /// They are.
    Offered,
    /// Only ministries and other central bodies carry it out; it is here to be looked up.
    NotLocal,
    /// They are not for the time being (tạm ngừng tiếp nhận).
    Suspended,
    /// They are no longer (bãi bỏ).
    Abolished,
}

impl ProcedureStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Offered, Self::NotLocal, Self::Suspended, Self::Abolished];

    /// The word as columns and filters write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::NotLocal => "not_local",
            Self::Suspended => "suspended",
            Self::Abolished => "abolished",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// By the levels that carry it out, as long as nobody suspends or abolishes it. A procedure whose levels are missing is offered: the desk knows better than a gap.
    #[must_use]
    pub fn of(content: &VersionContent) -> Self {
        let central = |level: &String| level == "ministry" || level == "other_body";
        if !content.levels.is_empty() && content.levels.iter().all(central) { Self::NotLocal } else { Self::Offered }
    }
}

/// Where a version comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The national catalogue.
    National,
    /// The demo province.
    Demo,
    /// This province.
    Local,
}

impl Source {
    /// The word as columns write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::Demo => "demo",
            Self::Local => "local",
        }
    }
}

/// What a version misses of the seven parts a procedure must have (Decree 63/2010/NĐ-CP, article 8.2).
#[must_use]
pub fn missing_parts(content: &VersionContent) -> Vec<RequiredPart> {
    let words = SourceWords::of(content);
    let said = |read: fn(&SourceWords) -> bool| words.as_ref().is_some_and(read);
    [
        (RequiredPart::Name, !content.name.is_empty()),
        (RequiredPart::Steps, content.sequence.is_some() || said(|words| words.steps.is_some())),
        (RequiredPart::Channel, !content.channels.is_empty() || said(|words| !words.channels.is_empty())),
        (RequiredPart::Components, !content.components.is_empty()),
        (
            // A term in hours is a term for people, even where the clock can't count it.
            RequiredPart::Term,
            content.channels.iter().any(|rule| rule.term.is_some())
                || said(|words| words.channels.iter().any(|row| row.term.is_some())),
        ),
        (RequiredPart::Audience, !content.audience.is_empty() || said(|words| words.audience_as_written.is_some())),
        (
            // A version written here names its agency by rule.
            RequiredPart::ImplementingAgency,
            words.as_ref().is_none_or(|words| !words.implementing_agencies.is_empty()),
        ),
    ]
    .into_iter()
    .filter_map(|(part, is_there)| (!is_there).then_some(part))
    .collect()
}

/// Whether some channel asks for money, as far as the source says.
#[must_use]
pub fn has_fee(content: &VersionContent) -> bool {
    content
        .channels
        .iter()
        .any(|rule| rule.fees.iter().any(|fee| fee.amount > 0) || rule.fee_statement.as_deref() == Some("charged"))
}

/// The latest day on which one of the legal bases takes effect, of those whose day is known.
#[must_use]
pub fn bases_effective_on(content: &VersionContent) -> Option<NaiveDate> {
    content.legal_bases.iter().filter_map(|basis| basis.effective_on).max()
}

/// The level at which agencies of a kind carry out procedures by themselves.
#[must_use]
pub fn level_of(kind: &str) -> Option<&'static str> {
    match kind {
        "commune" => Some("commune"),
        "province" | "department" | "centre" | "other" => Some("province"),
        _ => None,
    }
}
