//! Alerts and their rules as the API shows them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use motcua_agencies::Named;
use motcua_kernel::{Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kinds::AlertKind;
use crate::targets::rules::TargetState;

/// Where an alert stands (trạng thái cảnh báo).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// Nobody has looked into it (chưa xem xét).
    Open,
    /// Somebody has, and noted what is to be done (đã xem xét).
    Acknowledged,
    /// It is no longer found (đã hết).
    Over,
}

impl AlertState {
    /// The word as columns and the API write it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Over => "over",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        [Self::Open, Self::Acknowledged, Self::Over].into_iter().find(|state| state.as_str() == word)
    }
}

/// The figures of an alert: codes and counts, no personal data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct AlertFigures {
    /// How many dossiers it is about: as many as its list has. None of a score or a target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<i64>,
    /// Among how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub among: Option<i64>,
    /// Of a score: hundredths of its maximum now. Of a target: the value there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Of a score: the same in the month before. Of a target: what the value should be today. Of refusals: the mean of a
    /// day before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// Where the agency is on the way to the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_state: Option<TargetState>,
    /// The target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_id: Option<Uuid>,
    /// By which thresholds it was found.
    pub thresholds: BTreeMap<String, i64>,
}

/// An alert (cảnh báo).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Alert {
    /// Its id.
    pub id: Uuid,
    /// What it is about.
    pub kind: AlertKind,
    /// What the kind is called.
    pub title: Text,
    /// The agency that is responsible.
    pub agency: Named,
    /// Of a fall the code of the set, or of the indicator behind it; of a target what it is of; else empty.
    #[schema(example = "qd766/2.1")]
    pub subject: String,
    /// Of a fall and a target the period, of refusals the day; else empty.
    #[schema(example = "2026-10")]
    pub period: String,
    /// What was found, in words.
    pub text: Text,
    /// What was found, in figures.
    pub figures: AlertFigures,
    /// Where it stands.
    pub state: AlertState,
    /// When it was found, by business time; of one that was found again, when it was last.
    pub raised_at: DateTime<Utc>,
    /// When somebody looked into it.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Who.
    pub acknowledged_by: Option<String>,
    /// What they noted.
    pub acknowledged_note: Option<String>,
    /// Since when it is no longer found.
    pub over_at: Option<DateTime<Utc>>,
    /// Where the dossiers behind it are listed; none of a score or a target.
    pub records: Option<String>,
}

/// A dossier behind an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AlertRecord {
    /// Its id.
    pub id: Uuid,
    /// Its code, where it has one.
    pub code: Option<String>,
    /// When it was closed, refused or paused.
    pub at: DateTime<Utc>,
}

/// By which thresholds a kind of alert is raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AlertRule {
    /// The kind.
    pub kind: AlertKind,
    /// What it is called.
    pub title: Text,
    /// Whether it is looked for.
    pub on: bool,
    /// The thresholds of the kind, each with its value.
    #[schema(example = json!({"days": 30, "share_percent": 20, "at_least": 10}))]
    pub thresholds: BTreeMap<String, i64>,
    /// Of `sudden_fall` the sets of indicators it looks at.
    pub sets: Vec<String>,
    /// Who changed it last; none as long as it is as it came.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<DateTime<Utc>>,
}
