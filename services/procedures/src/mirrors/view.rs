//! Mirrored dossiers as the API shows and takes them.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::time::deserialize_optional_day;
use motcua_kernel::{Money, Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dossiers::view::Applicant;

/// All that a source says of a dossier at an instant; a later word replaces it whole.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutMirroredDossier {
    /// The system that handles it, by its code, 1 to 60 characters.
    #[schema(example = "G01-DKKD")]
    pub source: String,
    /// Code of the procedure (`MaTTHC`).
    #[schema(example = "2.002080")]
    pub procedure: String,
    /// The agency of the province that it concerns (`DonViXuLy`), by code or id.
    #[schema(example = "H50.12")]
    pub agency: String,
    /// How it came (`KenhThucHien`): 1 at the desk, 2 online, 3 by public post.
    #[schema(minimum = 1, maximum = 3)]
    pub channel: u8,
    /// Who asks (`ChuHoSo`); kept sealed.
    pub applicant: Applicant,
    /// What it is about (`TrichYeuHoSo`), at most 1,000 characters; kept sealed.
    #[serde(default)]
    pub subject: Option<String>,
    /// The national state code (`TrangThaiHoSo`), kept as it is.
    #[schema(minimum = 1, maximum = 10)]
    pub state: u8,
    /// The instant at which all of this was true at the source; it rises with every word.
    pub as_of: DateTime<Utc>,
    /// When it was submitted (`NgayNopHoSo`).
    pub submitted_at: DateTime<Utc>,
    /// When it was received (`NgayTiepNhan`); required from receipt on.
    #[serde(default)]
    pub received_at: Option<DateTime<Utc>>,
    /// When it is due (`NgayHenTra`).
    #[serde(default)]
    pub due_at: Option<DateTime<Utc>>,
    /// When processing ended (`NgayKetThucXuLy`, `NgayTuChoi`); required of states 3, 7, 8, 9 and 10.
    #[serde(default)]
    pub ended_at: Option<DateTime<Utc>>,
    /// When the result was handed over (`NgayTra`); required of state 10.
    #[serde(default)]
    pub returned_at: Option<DateTime<Utc>>,
    /// Fees and charges (`DanhSachLePhi`), at most 100.
    #[serde(default)]
    pub fees: Vec<MirroredFee>,
    /// Results (`DanhSachGiayToKetQua`), at most 100; kept sealed.
    #[serde(default)]
    pub results: Vec<MirroredResult>,
}

/// A fee or charge of a mirrored dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MirroredFee {
    /// Its code at the source (`MaPhiLePhi`).
    #[serde(default)]
    pub code: Option<String>,
    /// Name (`TenPhiLePhi`).
    pub name: String,
    /// How much (`Gia`).
    pub amount: Money,
    /// Whether it is paid (`TrangThaiThanhToan`).
    #[serde(default)]
    pub paid: bool,
}

/// A result of a mirrored dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MirroredResult {
    /// Code of the result in the catalogue (`MaGiayToKetQua`).
    #[serde(default)]
    pub code: Option<String>,
    /// Name (`TenGiayTo`).
    pub name: String,
    /// Number of the document.
    #[serde(default)]
    pub number: Option<String>,
    /// Day of the document.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub issued_on: Option<NaiveDate>,
    /// Where the source keeps its file (`DuongDanTepTinKetQua`), `https`.
    #[serde(default)]
    pub link: Option<String>,
}

/// A mirrored dossier in a list: nothing that names a person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MirroredDossierSummary {
    /// Its id, by which events name it.
    pub id: Uuid,
    /// Its code (`MaHoSo`).
    #[schema(example = "G01.99.05-261121-0001")]
    pub code: String,
    /// The system that handles it.
    pub source: String,
    /// Code of the procedure.
    pub procedure: String,
    /// The agency it concerns, responsible now.
    pub agency: Named,
    /// The agency as the source wrote it.
    pub written_agency: String,
    /// How it came: 1 at the desk, 2 online, 3 by public post.
    pub channel: u8,
    /// Where it stands.
    pub state: MirroredState,
    /// The instant at which the source said so.
    pub as_of: DateTime<Utc>,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// When it was received.
    pub received_at: Option<DateTime<Utc>>,
    /// When it is due.
    pub due_at: Option<DateTime<Utc>>,
    /// When processing ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// When the result was handed over.
    pub returned_at: Option<DateTime<Utc>>,
    /// Fees and charges.
    pub fees: Vec<MirroredFee>,
    /// Rises with every change; the entity tag begins with it.
    pub version: i64,
}

/// Where a mirrored dossier stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MirroredState {
    /// The national state code, as the source gave it.
    #[schema(minimum = 1, maximum = 10)]
    pub national: u8,
    /// Its name.
    pub name: Text,
}

/// A mirrored dossier, whole. Carries personal data.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MirroredDossier {
    /// What a list shows of it as well.
    #[serde(flatten)]
    pub summary: MirroredDossierSummary,
    /// Who asks.
    pub applicant: Applicant,
    /// What it is about.
    pub subject: Option<String>,
    /// Its results.
    pub results: Vec<MirroredResult>,
    /// Every state it was said to be in, the oldest first.
    pub history: Vec<StateTold>,
}

/// A state that the source told of.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StateTold {
    /// The state.
    pub state: MirroredState,
    /// The instant at which the source said so.
    pub as_of: DateTime<Utc>,
    /// When it was written here.
    pub recorded_at: DateTime<Utc>,
    /// Whether the dossier had ended before and went on.
    pub reopened: bool,
}

/// What is sealed of a mirrored dossier.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Personal {
    pub applicant: Applicant,
    pub subject: Option<String>,
    pub results: Vec<MirroredResult>,
}
