//! The kinds of alerts, and the thresholds that each of them has.

use std::collections::BTreeMap;

use motcua_kernel::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an alert is about (loại cảnh báo).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// A target that is at risk or was missed (mục tiêu có nguy cơ không đạt).
    TargetAtRisk,
    /// A score that fell in the newest month that is over (điểm số giảm mạnh).
    SuddenFall,
    /// Many dossiers closed without a result (kết thúc hồ sơ không có kết quả).
    ClosedWithoutResult,
    /// Many refusals on one day (từ chối hàng loạt).
    MassRefusals,
    /// Many pauses just before dossiers were due (tạm dừng sát hạn).
    PausesBeforeDue,
}

/// A threshold of a kind: a whole number that administrators may change.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Threshold {
    pub name: &'static str,
    pub usual: i64,
    pub least: i64,
    pub most: i64,
}

const fn threshold(name: &'static str, usual: i64, least: i64, most: i64) -> Threshold {
    Threshold { name, usual, least, most }
}

/// So many cases or dossiers there must be.
const fn at_least(usual: i64) -> Threshold {
    threshold("at_least", usual, 1, 1_000_000)
}

const DAYS: Threshold = threshold("days", 30, 1, 366);

const SUDDEN_FALL: [Threshold; 3] =
    [threshold("total_percent", 10, 1, 100), threshold("indicator_percent", 30, 1, 100), at_least(30)];
const CLOSED_WITHOUT_RESULT: [Threshold; 3] = [DAYS, threshold("share_percent", 20, 1, 100), at_least(10)];
const MASS_REFUSALS: [Threshold; 3] = [at_least(10), threshold("times", 3, 1, 1000), DAYS];
const PAUSES_BEFORE_DUE: [Threshold; 4] =
    [threshold("hours", 24, 1, 720), DAYS, threshold("share_percent", 30, 1, 100), at_least(5)];

impl AlertKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::TargetAtRisk, Self::SuddenFall, Self::ClosedWithoutResult, Self::MassRefusals, Self::PausesBeforeDue];

    /// The word as columns and the API write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TargetAtRisk => "target_at_risk",
            Self::SuddenFall => "sudden_fall",
            Self::ClosedWithoutResult => "closed_without_result",
            Self::MassRefusals => "mass_refusals",
            Self::PausesBeforeDue => "pauses_before_due",
        }
    }

    /// The kind that a word means.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Its thresholds.
    ///
    /// | kind | threshold | meaning |
    /// |---|---|---|
    /// | `sudden_fall` | `total_percent` | so many hundredths of what could be measured at most the total fell by |
    /// | | `indicator_percent` | so many hundredths of its maximum an indicator fell by |
    /// | | `at_least` | so many cases it is made of in both months |
    /// | `closed_without_result` | `days` | so many days back |
    /// | | `share_percent` | so many of a hundred closed dossiers have no result |
    /// | | `at_least` | and so many dossiers |
    /// | `mass_refusals` | `at_least` | so many refusals on one day |
    /// | | `times` | and so many times the mean of a day |
    /// | | `days` | of so many days before |
    /// | `pauses_before_due` | `hours` | a pause begins so many hours before the due instant, or later |
    /// | | `days` | so many days back |
    /// | | `share_percent` | so many of a hundred pauses |
    /// | | `at_least` | and so many dossiers |
    pub(crate) const fn thresholds(self) -> &'static [Threshold] {
        match self {
            Self::TargetAtRisk => &[],
            Self::SuddenFall => &SUDDEN_FALL,
            Self::ClosedWithoutResult => &CLOSED_WITHOUT_RESULT,
            Self::MassRefusals => &MASS_REFUSALS,
            Self::PausesBeforeDue => &PAUSES_BEFORE_DUE,
        }
    }

    /// Whether a rule of this kind says which sets of indicators it looks at.
    pub(crate) const fn has_sets(self) -> bool {
        matches!(self, Self::SuddenFall)
    }

    /// What it is called.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::TargetAtRisk => Text::new("Mục tiêu có nguy cơ không đạt", "Target at risk"),
            Self::SuddenFall => Text::new("Điểm số giảm mạnh", "Sudden fall of a score"),
            Self::ClosedWithoutResult => {
                Text::new("Kết thúc hồ sơ không có kết quả", "Dossiers closed without a result")
            }
            Self::MassRefusals => Text::new("Từ chối hàng loạt", "Many refusals on one day"),
            Self::PausesBeforeDue => Text::new("Tạm dừng sát hạn", "Pauses just before the due date"),
        }
    }
}

/// By which thresholds a kind of alert is raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub kind: AlertKind,
    pub is_on: bool,
    pub thresholds: BTreeMap<String, i64>,
    pub sets: Vec<String>,
}

impl Rule {
    /// As it is before anybody changed it.
    pub(crate) fn usual(kind: AlertKind) -> Self {
        let thresholds = kind.thresholds().iter().map(|one| (one.name.to_owned(), one.usual)).collect();
        let sets = if kind.has_sets() { vec!["qd766".to_owned()] } else { Vec::new() };
        Self { kind, is_on: true, thresholds, sets }
    }

    /// The value of a threshold; its usual one where the rule was written before there was such a threshold.
    pub(crate) fn of(&self, name: &str) -> i64 {
        let usual = || self.kind.thresholds().iter().find(|one| one.name == name).map_or(0, |one| one.usual);
        self.thresholds.get(name).copied().unwrap_or_else(usual)
    }
}
