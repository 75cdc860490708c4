//! Representatives as the API shows and takes them.

use chrono::NaiveDate;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// In what capacity somebody acts for an applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RepresentativeKind {
    /// Authorised by the applicant (người được ủy quyền).
    Authorised,
    /// The guardian, or a parent of a minor (người giám hộ, cha mẹ của người chưa thành niên).
    Guardian,
    /// The legal representative of a business or an organisation (người đại diện theo pháp luật).
    LegalRepresentative,
    /// Public post that hands the dossier in (nhân viên bưu chính công ích).
    PostalAgent,
}

/// What a mandate rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MandateKind {
    /// A letter of authorisation (giấy ủy quyền).
    AuthorisationLetter,
    /// A contract of authorisation (hợp đồng ủy quyền).
    AuthorisationContract,
    /// A decision that names the guardian (quyết định công nhận, cử người giám hộ).
    GuardianshipDecision,
    /// The registration or appointment that names the legal representative (giấy chứng nhận đăng ký, quyết định bổ nhiệm).
    Registration,
    /// The contract of the post (hợp đồng dịch vụ bưu chính).
    ServiceContract,
    /// The law itself, as for parents (theo quy định của pháp luật).
    Law,
}

/// Who submits for the applicant (người nộp thay). Personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Representative {
    /// In what capacity.
    pub kind: RepresentativeKind,
    /// Full name, 1 to 200 characters.
    #[schema(example = "Lê Văn Thí Dụ")]
    pub name: String,
    /// Personal identification number (12 digits) or old identity card (9 digits).
    #[schema(example = "045188000002")]
    pub identity_number: String,
    /// Telephone number, 8 to 15 digits, with `+` at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// By what right.
    pub mandate: Mandate,
}

/// By what right somebody represents an applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// What it rests on.
    pub kind: MandateKind,
    /// Number of the paper, at most 100 characters; who is `authorised` gives the number or a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "1234/2026/HĐUQ")]
    pub number: Option<String>,
    /// Day of the paper.
    #[serde(
        default,
        deserialize_with = "motcua_kernel::time::deserialize_optional_day",
        skip_serializing_if = "Option::is_none"
    )]
    pub issued_on: Option<NaiveDate>,
    /// The last day on which it holds; none when it has no end.
    #[serde(
        default,
        deserialize_with = "motcua_kernel::time::deserialize_optional_day",
        skip_serializing_if = "Option::is_none"
    )]
    pub valid_to: Option<NaiveDate>,
    /// A file of the paper, uploaded before with `POST /v1/files`; it becomes a file of the dossier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_id: Option<Uuid>,
}
