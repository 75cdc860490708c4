//! The steps callers can ask for, as the API takes them, and what is wrong with one before anything is looked up.

use chrono::NaiveDate;
use motcua_clock::WaitKind;
use motcua_kernel::text::{is_one_line, says_something};
use motcua_kernel::{FieldError, Text, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::rules::Action;
use super::view::DossierFile;
use crate::payments::view::CreateObligation;

/// The most items one supplement request has.
const MOST_ITEMS: usize = 50;

/// A step of a dossier; `allowed_actions` of the dossier says what the caller may do now.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum CreateTransition {
    /// Receive it: it gets its code and due date (tiếp nhận).
    Receive {},
    /// Refuse to receive it (từ chối tiếp nhận).
    Refuse {
        /// Why, at most 2,000 characters.
        reason: String,
        /// The law it rests on, at most 500 characters.
        #[schema(example = "Nghị định 118/2025/NĐ-CP, Điều 17")]
        legal_basis: String,
    },
    /// Ask the applicant to add or correct something; all of it in one request (yêu cầu bổ sung, hoàn thiện hồ sơ).
    RequestSupplement {
        /// What to add or correct, 1 to 50 items, each with its reason.
        items: Vec<SupplementItem>,
        /// The law that asks for it, at most 500 characters.
        legal_basis: String,
        /// Whom the applicant can ask, at most 200 characters: name and telephone of the officer.
        #[serde(default)]
        contact: Option<String>,
    },
    /// Add what was asked for (bổ sung hồ sơ).
    Supplement {
        /// The form's data anew, when it is corrected.
        #[serde(default)]
        #[schema(value_type = Option<Object>)]
        form: Option<Value>,
        /// Files that are added, uploaded before.
        #[serde(default)]
        files: Vec<DossierFile>,
    },
    /// Start working on it (thụ lý).
    Process {},
    /// Wait for something the term does not count (tạm dừng tính thời hạn).
    Pause {
        /// What for: a wait that the rule of the procedure version excludes.
        wait: WaitReason,
        /// The law that excludes it, at most 500 characters.
        legal_basis: String,
    },
    /// Go on after such a wait.
    Resume {},
    /// Ask the applicant to pay a financial duty (yêu cầu thực hiện nghĩa vụ tài chính).
    RequestPayment {
        /// The law that asks for it, at most 500 characters.
        legal_basis: String,
        /// What is to be paid, at most 20 obligations; the dossier goes on by itself when all of it is paid.
        #[serde(default)]
        obligations: Vec<CreateObligation>,
    },
    /// Record that the duty was paid.
    ConfirmPayment {
        /// Number of the proof of payment (số chứng từ), 1 to 100 characters; required while obligations of the duty are
        /// unpaid, which then count as paid at the treasury or a tax office.
        #[serde(default)]
        proof: Option<String>,
    },
    /// Apologise and give a new due date, before the old one has passed (xin lỗi và gia hạn).
    Extend {
        /// Why it takes longer, at most 2,000 characters.
        reason: String,
        /// The law it rests on, at most 500 characters.
        legal_basis: String,
        /// The new due date in Vietnam (ngày hẹn trả mới): a working day later than the old one.
        #[serde(deserialize_with = "motcua_kernel::time::deserialize_day")]
        due_on: NaiveDate,
    },
    /// Give it to the agency that decides it by law (chuyển thẩm quyền giải quyết); its due date stays.
    Transfer {
        /// The agency that decides it from now on, by code or id; it must be open.
        #[schema(example = "H50.31")]
        to: String,
        /// Why, at most 2,000 characters.
        reason: String,
        /// The law that moves the competence, at most 500 characters.
        legal_basis: String,
    },
    /// Decide it; the result is then issued (phê duyệt).
    Approve {
        /// The result.
        result: CreateResult,
    },
    /// End it because the law does not grant it (trả hồ sơ không đủ điều kiện giải quyết).
    TurnDown {
        /// Why, at most 2,000 characters.
        reason: String,
        /// The law it rests on, at most 500 characters.
        #[schema(example = "Nghị định 118/2025/NĐ-CP, Điều 17")]
        legal_basis: String,
    },
    /// End it because the applicant did not answer in time (kết thúc do không bổ sung).
    Stop {
        /// Why, at most 2,000 characters.
        reason: String,
        /// The law it rests on, at most 500 characters.
        #[schema(example = "Nghị định 118/2025/NĐ-CP, Điều 17")]
        legal_basis: String,
    },
    /// Take it back (rút hồ sơ).
    Withdraw {
        /// Why, at most 2,000 characters.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Hand the result over (trả kết quả).
    Return {},
}

/// What a dossier waits for while its term stands still. Which of them a procedure knows is a rule of its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// The file stands posted for objections (niêm yết công khai).
    Posting,
    /// An expertise (giám định, trưng cầu).
    Expertise,
    /// Other agencies are asked (lấy ý kiến).
    Consultation,
    /// A violation is dealt with first (xử lý vi phạm).
    ViolationHandling,
    /// A verification elsewhere (xác minh).
    Verification,
    /// A notice in a newspaper (đăng báo).
    NewspaperNotice,
    /// Co-operation on a criminal record (phối hợp xác minh lý lịch tư pháp).
    CriminalRecordCooperation,
    /// Confirmation by relatives with `VNeID` (người thân xác nhận).
    RelativesConfirmation,
}

impl WaitReason {
    /// As the clock knows it.
    #[must_use]
    pub const fn kind(self) -> WaitKind {
        match self {
            Self::Posting => WaitKind::Posting,
            Self::Expertise => WaitKind::Expertise,
            Self::Consultation => WaitKind::Consultation,
            Self::ViolationHandling => WaitKind::ViolationHandling,
            Self::Verification => WaitKind::Verification,
            Self::NewspaperNotice => WaitKind::NewspaperNotice,
            Self::CriminalRecordCooperation => WaitKind::CriminalRecordCooperation,
            Self::RelativesConfirmation => WaitKind::RelativesConfirmation,
        }
    }
}

/// One thing the applicant is asked to add or correct.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupplementItem {
    /// The component, by its code in the procedure version; absent for something else, as a field of the form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// What to add or correct, 1 to 500 characters.
    #[schema(example = "Bản sao giấy chứng sinh")]
    pub what: String,
    /// Why, 1 to 500 characters.
    #[schema(example = "Bản nộp không đọc được số giấy")]
    pub reason: String,
    /// How many originals (bản chính).
    #[serde(default)]
    pub originals: u32,
    /// How many copies (bản sao).
    #[serde(default)]
    pub copies: u32,
}

/// The result an approver decides.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateResult {
    /// What the decision is about (trích yếu), 1 to 500 characters.
    #[schema(example = "Về việc thanh toán thù lao cho hòa giải viên")]
    pub subject: String,
    /// The file of the result, uploaded before by the approver.
    pub file_id: Uuid,
    /// Code of the paper it is, one of the results of the procedure version; needed when there are several, for the
    /// result to be offered for re-use.
    #[serde(default)]
    #[schema(example = "KQ.G15.000031")]
    pub paper: Option<String>,
}

impl CreateTransition {
    /// What is to be done.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::Receive {} => Action::Receive,
            Self::Refuse { .. } => Action::Refuse,
            Self::RequestSupplement { .. } => Action::RequestSupplement,
            Self::Supplement { .. } => Action::Supplement,
            Self::Process {} => Action::Process,
            Self::Pause { .. } => Action::Pause,
            Self::Resume {} => Action::Resume,
            Self::RequestPayment { .. } => Action::RequestPayment,
            Self::ConfirmPayment { .. } => Action::ConfirmPayment,
            Self::Extend { .. } => Action::Extend,
            Self::Transfer { .. } => Action::Transfer,
            Self::Approve { .. } => Action::Approve,
            Self::TurnDown { .. } => Action::TurnDown,
            Self::Stop { .. } => Action::Stop,
            Self::Withdraw { .. } => Action::Withdraw,
            Self::Return {} => Action::Return,
        }
    }

    /// Everything wrong with the texts of the step, at once.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        match self {
            Self::Refuse { reason, legal_basis }
            | Self::TurnDown { reason, legal_basis }
            | Self::Stop { reason, legal_basis }
            | Self::Transfer { reason, legal_basis, .. }
            | Self::Extend { reason, legal_basis, .. } => {
                faults.extend(text("/reason", reason, 2000));
                faults.extend(line("/legal_basis", legal_basis, 500));
            }
            Self::RequestSupplement { items, legal_basis, contact } => {
                faults.extend(items_faults(items));
                faults.extend(line("/legal_basis", legal_basis, 500));
                faults.extend(contact.as_deref().and_then(|contact| line("/contact", contact, 200)));
            }
            Self::Pause { legal_basis, .. } | Self::RequestPayment { legal_basis, .. } => {
                faults.extend(line("/legal_basis", legal_basis, 500));
            }
            Self::Approve { result } => faults.extend(line("/result/subject", &result.subject, 500)),
            Self::ConfirmPayment { proof: Some(proof) } => faults.extend(line("/proof", proof, 100)),
            Self::Withdraw { reason: Some(reason) } => faults.extend(text("/reason", reason, 2000)),
            Self::Supplement { form: None, files } if files.is_empty() => {
                let text = Text::new("Cần có dữ liệu biểu mẫu hoặc tệp bổ sung.", "A form or a file must be added.");
                faults.push(FieldError::new("", "supplement.empty", text));
            }
            Self::Receive {}
            | Self::Supplement { .. }
            | Self::Process {}
            | Self::Resume {}
            | Self::ConfirmPayment { proof: None }
            | Self::Withdraw { reason: None }
            | Self::Return {} => {}
        }
        faults
    }
}

fn items_faults(items: &[SupplementItem]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if items.is_empty() || items.len() > MOST_ITEMS {
        let text = Text::new("Cần từ 1 đến 50 nội dung bổ sung.", "1 to 50 items are required.");
        faults.push(FieldError::new("/items", "length", text));
    }
    for (at, item) in items.iter().enumerate().take(MOST_ITEMS) {
        faults.extend(line(&format!("/items/{at}/what"), &item.what, 500));
        faults.extend(text(&format!("/items/{at}/reason"), &item.reason, 500));
    }
    faults
}

/// A text that must say something.
pub(super) fn text(pointer: &str, text: &str, most: usize) -> Option<FieldError> {
    let length = if says_something(text) { text.trim().chars().count() } else { 0 };
    (length == 0 || length > most).then(|| {
        let message = Text::new(format!("Cần từ 1 đến {most} ký tự."), format!("Must have 1 to {most} characters."));
        FieldError::new(pointer, if length == 0 { "required" } else { "max_length" }, message)
    })
}

/// A text of one line that must say something.
pub(super) fn line(pointer: &str, line: &str, most: usize) -> Option<FieldError> {
    (!is_one_line(line) || line.chars().count() > most).then(|| {
        let message = Text::new(
            format!("Cần từ 1 đến {most} ký tự, trên một dòng."),
            format!("Must have 1 to {most} characters, on one line."),
        );
        FieldError::new(pointer, "text.one_line", message)
    })
}
