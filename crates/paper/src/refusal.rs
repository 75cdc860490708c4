//! Form 03, refusal (Phiếu từ chối tiếp nhận giải quyết hồ sơ): never without a reason and its legal basis.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::parties::{Applicant, Matter};
use crate::sheet::{Block, Body, Signature};
use crate::words;

/// Refusal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// Whose dossier it is.
    pub applicant: Applicant,
    /// The dossier and its procedure.
    pub matter: Matter,
    /// Why it is refused (lý do từ chối).
    pub reason: String,
    /// The rules that say so (căn cứ pháp lý), each with its article.
    pub legal_bases: Vec<String>,
    /// Who handed it in, where that is not the applicant (người nộp hồ sơ).
    pub submitter: Option<String>,
    /// Who refuses (người từ chối tiếp nhận).
    pub officer: Option<String>,
}

impl Refusal {
    pub(crate) fn body(&self, agency: &str) -> Body {
        let mut blocks = self.applicant.lines("Hồ sơ của");
        blocks.push(self.matter.line());
        blocks.push(Block::paragraph(&format!(
            "Qua xem xét, {} thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:",
            words::or_dots(Some(agency))
        )));
        blocks.push(Block::field("Lý do", Some(&self.reason)));
        blocks.push(Block::field("Căn cứ pháp lý", Some(&self.legal_bases.join(";\n"))));
        blocks.push(Block::paragraph("Xin thông báo cho Ông/Bà được biết và thực hiện./."));
        let submitter = self.submitter.as_deref().unwrap_or(&self.applicant.name);
        let signatures = vec![
            Signature::by_hand("NGƯỜI NỘP HỒ SƠ", Some(submitter)),
            Signature::by_hand("NGƯỜI TIẾP NHẬN HỒ SƠ", self.officer.as_deref()),
        ];
        let subtitle = self.matter.dossier_code.is_some().then(|| self.matter.code_line());
        Body { subtitle, blocks, signatures }
    }
}
