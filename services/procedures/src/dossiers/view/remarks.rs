//! What people wrote about a dossier: why it ended, what is to be added, why it takes longer.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dossiers::step::SupplementItem;
use crate::dossiers::transfer::TransferReason;

/// What people wrote about a dossier; kept sealed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Remarks {
    /// Why it ended without a result.
    pub closing: Option<Closing>,
    /// What the decision is about.
    pub result_subject: Option<String>,
    /// What the applicant was asked to add.
    pub supplements: Vec<SupplementRequest>,
    /// Apologies with new due dates.
    pub extensions: Vec<ExtensionNote>,
    /// Why it was transferred.
    pub transfers: Vec<TransferReason>,
    /// Why linked steps were given up.
    pub skips: Vec<LinkedSkip>,
}

/// Why a linked step was given up, as the approver wrote it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LinkedSkip {
    /// Code of the step.
    pub code: String,
    /// Reason and legal basis.
    pub closing: Closing,
}

/// Why a dossier ended without a result, as the person who ended it wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Closing {
    /// The reason (lý do); an applicant who withdraws need not give one.
    pub reason: Option<String>,
    /// The legal basis (căn cứ pháp lý); none for a withdrawal.
    pub legal_basis: Option<String>,
}

/// A request to add or correct something (phiếu yêu cầu bổ sung, hoàn thiện hồ sơ; form 02).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SupplementRequest {
    /// When it was made.
    pub asked_at: DateTime<Utc>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// Its number of the year at the agency that asks.
    #[serde(default)]
    #[schema(example = "15/HDHS")]
    pub number: Option<String>,
    /// The agency that asks, by id: the one that received the dossier, or after receipt the one that decides.
    #[serde(default)]
    pub agency_id: Option<Uuid>,
    /// The law that asks for it.
    pub legal_basis: String,
    /// Whom the applicant can ask.
    pub contact: Option<String>,
    /// What to add, each with its reason.
    pub items: Vec<SupplementItem>,
}

/// An apology with a new due date (văn bản xin lỗi và đề nghị gia hạn; form 04).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ExtensionNote {
    /// When it was given.
    pub at: DateTime<Utc>,
    /// Its number of the year at the agency that decides.
    #[serde(default)]
    #[schema(example = "3/PXL")]
    pub number: Option<String>,
    /// The agency that apologises, by id: the one that decided then.
    #[serde(default)]
    pub agency_id: Option<Uuid>,
    /// The due instant before.
    pub from: Option<DateTime<Utc>>,
    /// The new due date in Vietnam.
    pub to: NaiveDate,
    /// The new due instant: when the office closes on that date. Later waits move the dossier's own, not this promise.
    #[serde(default)]
    pub due_at: Option<DateTime<Utc>>,
    /// Why it takes longer.
    pub reason: String,
    /// The law it rests on.
    pub legal_basis: String,
}
