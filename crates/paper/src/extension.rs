//! Form 04, apology and extension (Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết): says before the day that it will not be
//! kept, why, and the new day. In the set of 2018 it comes when the day has passed, and makes a new appointment.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::form_set::FormSet;
use crate::parties::{Applicant, Matter, Signer};
use crate::sheet::{Block, Body};
use crate::words;

/// Apology and extension.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormExtension)]
pub struct Extension {
    /// To whom it goes.
    pub applicant: Applicant,
    /// The dossier and its procedure.
    pub matter: Matter,
    /// When the dossier was received (ngày tiếp nhận).
    pub received_at: Option<DateTime<Utc>>,
    /// The number of the receipt, where it is not the dossier code (số giấy tiếp nhận).
    pub receipt_number: Option<String>,
    /// When the result was due (thời gian hẹn trả).
    pub due_at: Option<DateTime<Utc>>,
    /// Why it is late (lý do chậm).
    pub reason: String,
    /// When it is due now (thời gian hẹn trả mới).
    pub new_due_at: Option<DateTime<Utc>>,
    /// Who signs.
    pub signer: Signer,
}

impl Extension {
    pub(crate) fn body(&self, set: FormSet, agency: &str) -> Body {
        let agency = words::or_dots(Some(agency));
        let day = |at: Option<DateTime<Utc>>| words::day(at.map(motcua_kernel::time::day_in_vietnam));
        let (received, new_due) = (day(self.received_at), words::moment(self.new_due_at));
        let missed = match set {
            FormSet::Tt03Of2025 => "không thể trả kết quả giải quyết hồ sơ đúng thời hạn",
            FormSet::Tt01Of2018 => "chưa trả kết quả giải quyết hồ sơ đúng thời hạn",
        };
        let promise = match set {
            FormSet::Tt03Of2025 => format!("và đề nghị gia hạn thời gian giải quyết hồ sơ đến {new_due}."),
            FormSet::Tt01Of2018 => format!("và hẹn trả kết quả giải quyết hồ sơ vào {new_due}."),
        };
        let mut blocks = vec![
            Block::addressee(&self.applicant.name),
            Block::field("Địa chỉ", self.applicant.address.as_deref()),
            Block::beside(&[
                ("Số điện thoại", self.applicant.phone.as_deref()),
                ("Thư điện tử", self.applicant.email.as_deref()),
            ]),
            Block::paragraph(&format!(
                "Vào {received}, {agency} đã tiếp nhận hồ sơ của Ông/Bà/Tổ chức về việc: {}.",
                self.matter.asked()
            )),
        ];
        if self.receipt_number.is_some() {
            blocks.push(Block::field("Số Giấy tiếp nhận hồ sơ và hẹn trả kết quả", self.receipt_number.as_deref()));
        }
        blocks.extend([
            Block::field("Thời gian hẹn trả kết quả", Some(&words::moment(self.due_at))),
            Block::paragraph(&format!("Tuy nhiên, đến nay {agency} {missed} ghi trong giấy hẹn.")),
            Block::field("Lý do", Some(&self.reason)),
            Block::paragraph(&format!(
                "Sự chậm trễ này gây phiền hà, tốn kém chi phí, công sức của Ông/Bà/Tổ chức. {agency} xin lỗi Ông/Bà/Tổ chức {promise}"
            )),
            Block::paragraph("Mong nhận được sự thông cảm của Ông/Bà/Tổ chức vì sự chậm trễ này./."),
        ]);
        Body { subtitle: Some(self.matter.code_line()), blocks, signatures: vec![self.signer.signature()] }
    }
}
