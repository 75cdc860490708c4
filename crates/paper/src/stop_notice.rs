//! Form 05, notice that work stops (Thông báo dừng giải quyết hồ sơ): the answer to an applicant who asks to stop, when nothing has been
//! decided yet (Circular 03/2025/TT-VPCP, article 7). The set of 2018 has no such form.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::parties::{Applicant, Matter, Signer};
use crate::sheet::{Block, Body};
use crate::words;

/// Notice that work stops.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StopNotice {
    /// Who asked to stop.
    pub applicant: Applicant,
    /// The dossier and its procedure.
    pub matter: Matter,
    /// When the applicant asked (ngày đề nghị dừng).
    pub requested_on: Option<NaiveDate>,
    /// When work stopped (thời điểm dừng).
    pub stopped_at: Option<DateTime<Utc>>,
    /// Where the dossier stood then, in words (tình trạng hồ sơ khi dừng).
    pub state_at_stop: Option<String>,
    /// What becomes of the fees and charges paid (phí, lệ phí).
    pub fees_effect: Option<String>,
    /// What becomes of the papers handed in (giấy tờ đã nộp).
    pub papers_effect: Option<String>,
    /// Who signs.
    pub signer: Signer,
}

impl StopNotice {
    pub(crate) fn body(&self, agency: &str) -> Body {
        let agency = words::or_dots(Some(agency));
        let mut blocks = vec![Block::addressee(&self.applicant.name)];
        blocks.push(Block::field("Địa chỉ", self.applicant.address.as_deref()));
        blocks.push(Block::beside(&[
            ("Số điện thoại", self.applicant.phone.as_deref()),
            ("Thư điện tử", self.applicant.email.as_deref()),
        ]));
        blocks.push(Block::paragraph(&format!(
            "Xét đề nghị {} của Ông/Bà/Tổ chức về việc dừng giải quyết hồ sơ, {agency} thông báo dừng giải quyết hồ sơ sau đây:",
            words::day(self.requested_on)
        )));
        blocks.extend([
            self.matter.line(),
            Block::field("Tình trạng hồ sơ khi dừng", self.state_at_stop.as_deref()),
            Block::field("Thời điểm dừng giải quyết", Some(&words::moment(self.stopped_at))),
            Block::field("Phí, lệ phí đã nộp", self.fees_effect.as_deref()),
            Block::field("Giấy tờ đã nộp", self.papers_effect.as_deref()),
            Block::paragraph(&format!("{agency} thông báo để Ông/Bà/Tổ chức được biết./.")),
        ]);
        Body { subtitle: Some(self.matter.code_line()), blocks, signatures: vec![self.signer.signature()] }
    }
}
