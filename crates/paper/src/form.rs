//! One filled form: the set it is printed by, the head of the paper, and what it says.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::control_slip::ControlSlip;
use crate::extension::Extension;
use crate::form_set::{FormCode, FormSet};
use crate::qr::Qr;
use crate::receipt::Receipt;
use crate::refusal::Refusal;
use crate::register::Register;
use crate::sheet::{Sheet, printable};
use crate::stop_notice::StopNotice;
use crate::supplement_request::SupplementRequest;
use crate::words;

/// An official form (biểu mẫu), filled in. Carries personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = OfficialForm)]
pub struct Form {
    /// The circular it is printed by.
    pub set: FormSet,
    /// The head of the paper.
    pub letterhead: Letterhead,
    /// What the holder follows the dossier with; nothing prints no QR code.
    pub tracking: Option<Tracking>,
    /// What it says.
    pub content: Content,
}

/// What a form says, by the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "form", rename_all = "snake_case")]
#[schema(as = FormContent)]
pub enum Content {
    /// Receipt and appointment (Mẫu số 01).
    Receipt(Receipt),
    /// Request to supplement (Mẫu số 02).
    SupplementRequest(SupplementRequest),
    /// Refusal (Mẫu số 03).
    Refusal(Refusal),
    /// Apology and extension (Mẫu số 04).
    Extension(Extension),
    /// Notice that work stops (Mẫu số 05; not in the set of 2018).
    StopNotice(StopNotice),
    /// Control slip (Mẫu số 06; 05 in the set of 2018).
    ControlSlip(ControlSlip),
    /// Register (Mẫu số 07; 06 in the set of 2018).
    Register(Register),
}

/// The head of an official paper: Decree 30/2020/NĐ-CP, Annex I. The national motto (quốc hiệu, tiêu ngữ) is always there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Letterhead {
    /// The agency above (cơ quan chủ quản trực tiếp): the first line.
    #[schema(example = "Ủy ban nhân dân tỉnh Quảng Trị")]
    pub superior: Option<String>,
    /// The agency that issues the paper (cơ quan ban hành): the second line.
    #[schema(example = "Trung tâm Phục vụ hành chính công")]
    pub agency: String,
    /// Number and notation (số, ký hiệu), such as `15/HDHS`.
    pub number: Option<String>,
    /// Where it was made (địa danh).
    #[schema(example = "Đông Hà")]
    pub place: Option<String>,
    /// When it was made (ngày ban hành).
    pub date: Option<NaiveDate>,
}

/// What the holder of the paper follows the dossier with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tracking {
    /// What the QR code says: the address of the tracking page or the tracking reference. No personal data: whoever sees the paper reads it.
    pub link: String,
    /// The tracking reference in letters (mã tra cứu), for who can't scan.
    pub reference: Option<String>,
    /// Where the service can be rated (đánh giá): a rating slip goes with forms 01 to 03.
    pub rating_link: Option<String>,
}

impl Form {
    /// Which form it is.
    #[must_use]
    pub const fn code(&self) -> FormCode {
        match &self.content {
            Content::Receipt(_) => FormCode::Receipt,
            Content::SupplementRequest(_) => FormCode::SupplementRequest,
            Content::Refusal(_) => FormCode::Refusal,
            Content::Extension(_) => FormCode::Extension,
            Content::StopNotice(_) => FormCode::StopNotice,
            Content::ControlSlip(_) => FormCode::ControlSlip,
            Content::Register(_) => FormCode::Register,
        }
    }

    /// The form in the words and the order of the official paper, for whatever prints it.
    #[must_use]
    pub fn sheet(&self) -> Sheet {
        let (head, code) = (&self.letterhead, self.code());
        let body = match &self.content {
            Content::Receipt(receipt) => receipt.body(),
            Content::SupplementRequest(request) => request.body(),
            Content::Refusal(refusal) => refusal.body(&head.agency),
            Content::Extension(extension) => extension.body(self.set, &head.agency),
            Content::StopNotice(notice) => notice.body(&head.agency),
            Content::ControlSlip(slip) => slip.body(),
            Content::Register(register) => register.body(),
        };
        let mut notes = self.rating_note();
        notes.extend(self.set.number(code).map(|number| format!("Mẫu số {number}, {}", self.set.circular())));
        Sheet {
            landscape: matches!(self.content, Content::Register(_)),
            superior: head.superior.as_deref().map(|name| printable(&name.to_uppercase())),
            agency: printable(&head.agency.to_uppercase()),
            reference: self.reference(),
            place_and_date: printable(&words::place_and_day(head.place.as_deref(), head.date)),
            title: self.set.title(code).to_uppercase(),
            subtitle: body.subtitle.map(|text| printable(&text)),
            qr: self.tracking.as_ref().and_then(|tracking| Qr::new(&tracking.link, tracking.reference.as_deref())),
            blocks: body.blocks,
            signatures: body.signatures,
            notes: notes.iter().map(|note| printable(note)).collect(),
        }
    }

    /// The line of number and notation: dots stand for a number not given yet; the slips of the process have none.
    fn reference(&self) -> Option<String> {
        if let Some(number) = &self.letterhead.number {
            return Some(printable(&format!("Số: {number}")));
        }
        let notation = match self.code() {
            FormCode::SupplementRequest => "/HDHS",
            FormCode::Extension => "/PXL",
            FormCode::Refusal | FormCode::StopNotice => "",
            FormCode::Receipt | FormCode::ControlSlip | FormCode::Register => return None,
        };
        Some(format!("Số: {}{notation}", words::DOTS))
    }

    fn rating_note(&self) -> Vec<String> {
        let rated = matches!(self.code(), FormCode::Receipt | FormCode::SupplementRequest | FormCode::Refusal);
        let link = self.tracking.as_ref().and_then(|tracking| tracking.rating_link.as_deref());
        link.filter(|_| rated).map(|link| format!("Đánh giá chất lượng phục vụ tại: {link}")).into_iter().collect()
    }
}
