//! The papers of a dossier, and those that end it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a paper is digitised (Circular 01/2023/TT-VPCP names the three kinds).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DigitisationGround {
    /// It is the result of an earlier procedure (kết quả giải quyết thủ tục hành chính).
    EarlierResult,
    /// A law of the sector requires it (pháp luật chuyên ngành).
    SectorLaw,
    /// A minister or the chairman of the province chose it (theo quyết định lựa chọn).
    Decision,
}

/// A paper of the dossier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Component {
    /// Code, unique within the version.
    #[schema(required = true, example = "1.001193-TP01")]
    pub code: String,
    /// Name.
    #[schema(required = true, example = "Tờ khai đăng ký khai sinh")]
    pub name: String,
    /// How many originals.
    #[schema(required = true)]
    pub originals: u32,
    /// How many copies.
    #[schema(required = true)]
    pub copies: u32,
    /// Whether a dossier is incomplete without it.
    pub required: bool,
    /// Whether it must be digitised at receipt (Circular 01/2023/TT-VPCP).
    pub digitise: bool,
    /// Why it must be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digitisation_ground: Option<DigitisationGround>,
    /// The database whose data replace it: then it is asked for only when the look-up fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<Replacement>,
    /// Code of the result that this paper is, when another procedure gives it (`MaKetQuaThayThe`): who was given it before
    /// can re-use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "KQ.G15.000031")]
    pub result_code: Option<String>,
    /// The case in which it is asked for (trường hợp), when the source groups components.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The form to fill in, by its file's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form_file: Option<String>,
}

/// What replaces a paper (Resolution 66.7/2025/NQ-CP: no paper is asked for whose data stand in a published database).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Replacement {
    /// Code of a database that the procedure is connected to.
    #[schema(required = true, example = "population")]
    pub database: String,
    /// Number of the act that allows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "66.7/2025/NQ-CP")]
    pub legal_basis: Option<String>,
}

/// A paper that ends a dossier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ResultPaper {
    /// Code; empty when the source has none.
    #[schema(required = true, example = "KQ.G15.000031")]
    pub code: String,
    /// Name.
    #[schema(required = true, example = "Giấy khai sinh")]
    pub name: String,
}
