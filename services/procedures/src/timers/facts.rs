//! What the events of a clock that has passed tell.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::TimerKind;
use crate::dossiers::facts::DossierFacts;

/// The facts of a dossier one of whose clocks has passed: those of every event about it, and which clock.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ClockFacts {
    /// The dossier.
    #[serde(flatten)]
    pub dossier: DossierFacts,
    /// The clock.
    pub clock: TimerKind,
    /// When it passed; told a moment later, or as soon as the service runs again.
    pub passed_at: DateTime<Utc>,
}
