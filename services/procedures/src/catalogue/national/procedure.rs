//! A national procedure as the rest of the service knows it.
//!
//! Nothing here is a guess: what could not be understood is absent, stands beside its raw text, and has a warning. The
//! value is stored as JSON, so two readings of one line must serialise to the same bytes: plain fields in a fixed order,
//! lists in the order of the line, no maps.

use serde::{Deserialize, Serialize};

use super::{
    classification::{Audience, Level, ProcedureKind},
    fee::{Fee, FeeStatement},
    term::Term,
};

/// National administrative procedure (thủ tục hành chính) of one line of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NationalProcedure {
    /// Code (mã thủ tục) as written, with a province suffix if it has one: `1.014466`, `1.014466.H12`.
    pub code: String,
    /// The national part of the code: one digit, a dot, six digits.
    pub national_code: String,
    /// Suffix of the province that made the procedure its own: `H12`, `000.00.00.H22`.
    pub province_suffix: Option<String>,
    /// Name (tên thủ tục).
    pub name: String,
    /// Number of the decision that announced the procedure (quyết định công bố): `4472/QĐ-BTC`. The source has no date.
    pub decision_number: Option<String>,
    /// Levels of government that carry it out (cấp thực hiện), each once, in the order written.
    pub levels: Vec<Level>,
    /// The levels as written.
    pub levels_raw: Option<String>,
    /// Kind by who may set its rules (loại thủ tục).
    pub kind: Option<ProcedureKind>,
    /// The kind as written.
    pub kind_raw: Option<String>,
    /// Field (lĩnh vực); the source has its name and no code.
    pub field_name: Option<String>,
    /// Who may apply (đối tượng thực hiện), each once, in the order written.
    pub audiences: Vec<Audience>,
    /// Who may apply, as written.
    pub audiences_raw: Option<String>,
    /// Ministry that issued it (bộ, ngành ban hành).
    pub issuing_ministry: Option<String>,
    /// Agencies that carry it out (cơ quan thực hiện).
    pub implementing_agencies: Vec<String>,
    /// Agencies or persons who decide (cơ quan, người có thẩm quyền).
    pub competent_authorities: Vec<String>,
    /// Where dossiers are handed in (địa chỉ tiếp nhận), free text.
    pub receiving_address: Option<String>,
    /// Agencies consulted (cơ quan phối hợp).
    pub coordinating_agencies: Vec<String>,
    /// Ways to submit with their terms and fees (cách thức thực hiện). A way may have several rows.
    pub channels: Vec<Channel>,
    /// Dossier components (thành phần hồ sơ).
    pub components: Vec<Component>,
    /// Legal bases (căn cứ pháp lý).
    pub legal_bases: Vec<LegalBasis>,
    /// What the applicant gets (kết quả thực hiện).
    pub results: Vec<ResultPaper>,
    /// Steps (trình tự thực hiện), several lines of text.
    pub steps: Option<String>,
    /// Conditions (yêu cầu, điều kiện), several lines of text. The law wants them only where there are any.
    pub conditions: Option<String>,
    /// Where the line was taken from.
    pub source: Option<String>,
    /// When it was taken, as written: `2026-06/07` is June or July 2026.
    pub source_date: Option<String>,
    /// Page of the procedure at the source. Some pages stand for several procedures.
    pub source_url: Option<String>,
}

/// Way to submit (cách thức thực hiện), numbered 1 to 3 in portal exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// At the counter (trực tiếp).
    InPerson,
    /// On the portal (trực tuyến).
    Online,
    /// By public post (dịch vụ bưu chính công ích).
    Post,
    /// A way this version does not know; see `kind_raw`.
    Other,
}

/// One row of a way to submit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Which way.
    pub kind: ChannelKind,
    /// The way as written, only where `kind` is `other`.
    pub kind_raw: Option<String>,
    /// Processing term (thời hạn giải quyết), only where number and unit are both certain.
    pub term: Option<Term>,
    /// The term as written.
    pub term_raw: Option<String>,
    /// What the fee cell says as a whole.
    pub fee_statement: FeeStatement,
    /// Stated fees (phí, lệ phí) whose amount in đồng is certain.
    pub fees: Vec<Fee>,
    /// The fee part of the cell as written.
    pub fee_note: Option<String>,
    /// Further amounts in đồng that only the text names; which applies when is not known, so never add them up.
    pub amounts_in_text: Vec<i64>,
    /// Description of the term and of how to submit (mô tả), which the source keeps in the cell of the fee.
    pub description: Option<String>,
}

/// Dossier component (thành phần hồ sơ).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// Case it belongs to (trường hợp).
    pub group: Option<String>,
    /// Name of the paper.
    pub name: Option<String>,
    /// File names of the forms.
    pub form_files: Vec<String>,
    /// Originals asked for (bản chính); absent when not certain.
    pub originals: Option<u32>,
    /// Copies asked for (bản sao); absent when not certain.
    pub copies: Option<u32>,
}

/// Legal basis (căn cứ pháp lý).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalBasis {
    /// Number and symbol (số, ký hiệu): `118/2025/NĐ-CP`.
    pub number: Option<String>,
    /// Title (trích yếu).
    pub title: Option<String>,
}

/// Paper that ends the procedure (giấy tờ kết quả).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultPaper {
    /// Code (mã kết quả): `KQ.G12.000429`.
    pub code: Option<String>,
    /// Name.
    pub name: Option<String>,
}

/// The seven parts every procedure must have (Article 8.2 of Decree 63/2010/NĐ-CP).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequiredPart {
    /// Name.
    Name,
    /// Steps.
    Steps,
    /// Way to submit.
    Channel,
    /// Components.
    Components,
    /// Term: a certain one for at least one way to submit.
    Term,
    /// Who may apply.
    Audience,
    /// Implementing agency.
    ImplementingAgency,
}

impl NationalProcedure {
    /// What the seven-part check of indicator 1.3 (Decision 766/QĐ-TTg) misses; empty for a complete procedure.
    #[must_use]
    pub fn missing_parts(&self) -> Vec<RequiredPart> {
        [
            (RequiredPart::Name, !self.name.is_empty()),
            (RequiredPart::Steps, self.steps.is_some()),
            (RequiredPart::Channel, !self.channels.is_empty()),
            (RequiredPart::Components, !self.components.is_empty()),
            (RequiredPart::Term, self.channels.iter().any(|channel| channel.term.is_some())),
            (RequiredPart::Audience, self.audiences_raw.is_some()),
            (RequiredPart::ImplementingAgency, !self.implementing_agencies.is_empty()),
        ]
        .into_iter()
        .filter_map(|(part, is_there)| (!is_there).then_some(part))
        .collect()
    }
}
