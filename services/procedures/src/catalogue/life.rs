//! The life of a procedure after it was published: suspended and resumed, abolished from a day on.
//!
//! A suspension (tạm ngừng) holds from the moment it is decided. An abolition (bãi bỏ) has a day; until then it may be
//! withdrawn, from then on it is final. Neither touches dossiers that were submitted before.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_db::sql::Json;
use motcua_kernel::{Error, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::content::{Decision, LegalBasis};
use super::rules::ProcedureStatus;
use super::store::{Found, ProcedureRow};

/// Why no new dossiers are taken for the time being.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Suspension {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why, for the public.
    pub reason: String,
    /// The act that allows it.
    pub legal_basis: LegalBasis,
}

/// From when a procedure is abolished.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Abolition {
    /// First day on which no new dossiers are taken.
    pub effective_from: NaiveDate,
    /// The announcing decision.
    pub decision: Decision,
    /// The act that abolished it, when it is not the decision alone.
    pub legal_basis: Option<LegalBasis>,
}

/// What may be done to a published procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProcedureAction {
    /// Take no new dossiers for the time being.
    Suspend,
    /// Take them again.
    Resume,
    /// Take none any more, from a day on.
    Abolish,
    /// Withdraw an abolition before its day.
    Reinstate,
}

/// Where a procedure stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Life {
    by_content: ProcedureStatus,
    pub suspension: Option<Suspension>,
    pub abolition: Option<Abolition>,
}

impl Life {
    pub(super) fn of(row: &ProcedureRow) -> Result<Self> {
        Self::read(&row.status, row.suspension.as_ref(), row.abolition.as_ref())
    }

    pub(super) fn of_found(found: &Found) -> Result<Self> {
        Self::read(&found.status, found.suspension.as_ref(), found.abolition.as_ref())
    }

    fn read(status: &str, suspension: Option<&Json>, abolition: Option<&Json>) -> Result<Self> {
        let by_content = ProcedureStatus::from_word(status)
            .ok_or_else(|| Error::internal(format!("a procedure has the unknown status {status}")))?;
        Ok(Self { by_content, suspension: stored(suspension)?, abolition: stored(abolition)? })
    }

    pub(super) fn status(&self, today: NaiveDate) -> ProcedureStatus {
        if self.abolished(today).is_some() {
            ProcedureStatus::Abolished
        } else if self.suspension.is_some() {
            ProcedureStatus::Suspended
        } else {
            self.by_content
        }
    }

    /// The abolition that is in force on a day.
    pub(super) fn abolished(&self, on: NaiveDate) -> Option<&Abolition> {
        self.abolition.as_ref().filter(|abolition| abolition.effective_from <= on)
    }

    /// What may be done on a day.
    pub(super) fn allowed(&self, today: NaiveDate) -> Vec<ProcedureAction> {
        if self.abolished(today).is_some() {
            return Vec::new();
        }
        let pause = if self.suspension.is_some() { ProcedureAction::Resume } else { ProcedureAction::Suspend };
        let end = if self.abolition.is_some() { ProcedureAction::Reinstate } else { ProcedureAction::Abolish };
        vec![pause, end]
    }

    /// Refuses a new dossier on a day when none is taken.
    pub(super) fn takes_dossiers(&self, code: &str, on: NaiveDate) -> Result<()> {
        if let Some(abolition) = self.abolished(on) {
            return Err(abolished(code, abolition));
        }
        match &self.suspension {
            Some(suspension) => Err(suspended(code, suspension)),
            None => Ok(()),
        }
    }
}

fn stored<T: DeserializeOwned>(document: Option<&Json>) -> Result<Option<T>> {
    document.map(|json| serde_json::from_value(json.0.clone()).map_err(Error::internal)).transpose()
}

/// The refusal of anything new for an abolished procedure.
pub(super) fn abolished(code: &str, abolition: &Abolition) -> Error {
    let (from, number) = (abolition.effective_from, &abolition.decision.number);
    Error::conflict(
        "procedure.abolished",
        format!("Thủ tục {code} đã bị bãi bỏ từ ngày {} theo Quyết định số {number}.", from.format("%d/%m/%Y")),
        format!("The procedure {code} is abolished from {from} on by decision {number}."),
    )
    .with("effective_from", from.to_string())
    .with("decision", serde_json::to_value(&abolition.decision).unwrap_or_default())
    .with("legal_basis", serde_json::to_value(&abolition.legal_basis).unwrap_or_default())
}

fn suspended(code: &str, suspension: &Suspension) -> Error {
    let (reason, basis) = (&suspension.reason, &suspension.legal_basis.number);
    Error::conflict(
        "procedure.suspended",
        format!("Thủ tục {code} đang tạm ngừng tiếp nhận ({basis}): {reason}"),
        format!("The procedure {code} is suspended ({basis}): {reason}"),
    )
    .with("since", suspension.since.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
    .with("reason", reason.as_str())
    .with("legal_basis", serde_json::to_value(&suspension.legal_basis).unwrap_or_default())
}
