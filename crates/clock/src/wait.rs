//! The kinds of waiting that a clock may stop for.

use serde::{Deserialize, Serialize};

/// What a dossier waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitKind {
    /// The applicant's supplement (bổ sung hồ sơ); what it does to the term is a field of its own in the rule.
    Supplement,
    /// Payment of a financial duty (nghĩa vụ tài chính), as in the decrees on land procedures.
    FinancialDuty,
    /// Public posting (niêm yết công khai): land; Law on Notarization 2024.
    Posting,
    /// Expertise (giám định, trưng cầu): land; Law on Notarization 2024.
    Expertise,
    /// Opinions of other agencies (lấy ý kiến), where the procedure's text takes their time out.
    Consultation,
    /// Handling of a violation (xử lý vi phạm): land.
    ViolationHandling,
    /// Verification (xác minh): Law on Notarization 2024.
    Verification,
    /// Notice in a newspaper (đăng báo): land.
    NewspaperNotice,
    /// Co-operation on a criminal record (phối hợp xác minh lý lịch tư pháp).
    CriminalRecordCooperation,
    /// Confirmation by relatives with `VNeID` (người thân xác nhận).
    RelativesConfirmation,
}

impl WaitKind {
    /// Every kind there is.
    pub const ALL: [Self; 10] = [
        Self::Supplement,
        Self::FinancialDuty,
        Self::Posting,
        Self::Expertise,
        Self::Consultation,
        Self::ViolationHandling,
        Self::Verification,
        Self::NewspaperNotice,
        Self::CriminalRecordCooperation,
        Self::RelativesConfirmation,
    ];

    /// The code under which the kind is stored and served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Supplement => "supplement",
            Self::FinancialDuty => "financial_duty",
            Self::Posting => "posting",
            Self::Expertise => "expertise",
            Self::Consultation => "consultation",
            Self::ViolationHandling => "violation_handling",
            Self::Verification => "verification",
            Self::NewspaperNotice => "newspaper_notice",
            Self::CriminalRecordCooperation => "criminal_record_cooperation",
            Self::RelativesConfirmation => "relatives_confirmation",
        }
    }

    /// What people call it in Vietnamese.
    #[must_use]
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Supplement => "chờ bổ sung hồ sơ",
            Self::FinancialDuty => "chờ thực hiện nghĩa vụ tài chính",
            Self::Posting => "niêm yết công khai",
            Self::Expertise => "giám định",
            Self::Consultation => "lấy ý kiến cơ quan liên quan",
            Self::ViolationHandling => "xử lý vi phạm",
            Self::Verification => "xác minh",
            Self::NewspaperNotice => "đăng báo",
            Self::CriminalRecordCooperation => "phối hợp xác minh lý lịch tư pháp",
            Self::RelativesConfirmation => "chờ người thân xác nhận",
        }
    }

    /// What people call it in English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Supplement => "waiting for the supplement",
            Self::FinancialDuty => "waiting for a financial duty to be paid",
            Self::Posting => "public posting",
            Self::Expertise => "expertise",
            Self::Consultation => "opinions of other agencies",
            Self::ViolationHandling => "handling of a violation",
            Self::Verification => "verification",
            Self::NewspaperNotice => "notice in a newspaper",
            Self::CriminalRecordCooperation => "co-operation on a criminal record",
            Self::RelativesConfirmation => "waiting for relatives to confirm",
        }
    }
}
