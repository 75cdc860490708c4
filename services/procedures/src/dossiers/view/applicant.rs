//! Who asks, and what a new dossier says.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::DossierFile;
use crate::catalogue::content::Channel;
use crate::lookups::view::CreateLookup;
use crate::representatives::view::Representative;

/// What the applicant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicantKind {
    /// A person (công dân).
    Citizen,
    /// A business (doanh nghiệp).
    Business,
    /// Any other organisation (tổ chức).
    Organisation,
}

/// Who asks (chủ hồ sơ).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    /// What the applicant is.
    pub kind: ApplicantKind,
    /// Full name, 1 to 200 characters.
    #[schema(example = "Trần Thị Ví Dụ")]
    pub name: String,
    /// Personal identification number (12 digits), old identity card (9 digits), or tax code of an organisation.
    #[schema(example = "045190000001")]
    pub identity_number: String,
    /// Telephone number, 8 to 15 digits, with `+` at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Administrative unit of the address (Decision 19/2025/QĐ-TTg code).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_code: Option<String>,
}

/// A new dossier.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDossier {
    /// The procedure, by code or id.
    #[schema(example = "2.002080")]
    pub procedure: String,
    /// The agency that shall receive it, by code or id; it must be open.
    #[schema(example = "H50.12")]
    pub receiving_agency: String,
    /// How it comes.
    pub channel: Channel,
    /// The client's own reference, at most 100 characters, unique per client for ever.
    #[serde(default)]
    pub external_ref: Option<String>,
    /// The agency whose officer helps to submit (nơi hỗ trợ), by code or id; it must be open and not be the receiving one.
    #[serde(default)]
    #[schema(example = "H50.13")]
    pub supporting_agency: Option<String>,
    /// Who asks.
    pub applicant: Applicant,
    /// Who submits for the applicant, and by what mandate; a citizen who submits for somebody else gives themselves.
    #[serde(default)]
    pub representative: Option<Representative>,
    /// The form's data; absent only when the procedure has no electronic form.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub form: Option<Value>,
    /// Files uploaded before, at most 100.
    #[serde(default)]
    pub files: Vec<DossierFile>,
    /// What databases said that replace components, at most 50: by a portal or an officer, never by a citizen.
    #[serde(default)]
    pub lookups: Vec<CreateLookup>,
    /// Whether the applicant's account was verified with `VNeID`.
    #[serde(default)]
    pub vneid_verified: bool,
}
