//! Form 02, request to supplement (Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ): everything that is missing, in one request.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::parties::{Applicant, Matter};
use crate::sheet::{Block, Body, Column, Head, Signature, Table};
use crate::words;

/// Request to supplement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormSupplementRequest)]
pub struct SupplementRequest {
    /// Whose dossier it is.
    pub applicant: Applicant,
    /// The dossier and its procedure.
    pub matter: Matter,
    /// What is to be added or mended, each with its reason.
    pub items: Vec<SupplementItem>,
    /// A reason for all of it together (lý do), beside those of the items.
    pub reason: Option<String>,
    /// Whom to ask (cán bộ liên hệ).
    pub contact_officer: Option<String>,
    /// The officer's telephone number.
    pub contact_phone: Option<String>,
    /// Who gives the guidance and signs (người hướng dẫn).
    pub guide: Option<String>,
}

/// One paper or content to be added or mended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormSupplementItem)]
pub struct SupplementItem {
    /// The paper, or what in it is to be mended (giấy tờ, nội dung).
    pub paper: String,
    /// Originals (số bản chính).
    pub originals: Option<u32>,
    /// Certified copies (số bản sao chứng thực).
    pub certified_copies: Option<u32>,
    /// Plain copies (số bản chụp).
    pub photocopies: Option<u32>,
    /// Why it is asked for (lý do).
    pub reason: String,
}

impl SupplementRequest {
    pub(crate) fn body(&self) -> Body {
        let mut blocks = self.applicant.lines("Hồ sơ của");
        blocks.push(self.matter.line());
        blocks.push(self.items_table());
        if self.reason.is_some() {
            blocks.push(Block::field("Lý do", self.reason.as_deref()));
        }
        blocks.push(Block::paragraph(&format!(
            "Trong quá trình hoàn thiện hồ sơ, nếu có vướng mắc, Ông/Bà liên hệ với {}, số điện thoại {}, để được hướng dẫn./.",
            words::or_dots(self.contact_officer.as_deref()),
            words::or_dots(self.contact_phone.as_deref()),
        )));
        let signatures = vec![Signature::by_hand("NGƯỜI HƯỚNG DẪN", self.guide.as_deref())];
        Body { subtitle: Some(self.matter.code_line()), blocks, signatures }
    }

    fn items_table(&self) -> Block {
        let quantities =
            vec![Column::centred("Bản chính", 10), Column::centred("Chứng thực", 11), Column::centred("Bản chụp", 10)];
        let heads = vec![
            Head::centred("TT", 6),
            Head::text("Giấy tờ, nội dung", 34),
            Head::group("Số lượng", quantities),
            Head::text("Lý do", 29),
        ];
        let mut table = Table::new("Yêu cầu bổ sung, hoàn thiện hồ sơ gồm những nội dung sau:", heads);
        for (at, item) in self.items.iter().enumerate() {
            table.row(&[
                (at + 1).to_string(),
                item.paper.clone(),
                words::count(item.originals),
                words::count(item.certified_copies),
                words::count(item.photocopies),
                item.reason.clone(),
            ]);
        }
        table.block()
    }
}
