//! Where a dossier stands: local states, each of which is one of the ten national ones.

use motcua_kernel::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The state of a dossier (trạng thái hồ sơ). The national code (`TrangThaiHoSo`) is what other systems are told; an
/// excluded wait is a local state within 4, 5 or 6, because 8 means the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Submitted, not yet received (mới đăng ký).
    Submitted,
    /// Not yet received: the applicant is asked to correct or add something (yêu cầu bổ sung trước khi tiếp nhận).
    AwaitingCorrection,
    /// Received, with code and due date (được tiếp nhận).
    Received,
    /// Not received, with a reason (không được tiếp nhận).
    Refused,
    /// Being worked on (đang xử lý).
    Processing,
    /// Waits for something the term does not count: posting, expertise … (đang xử lý, tạm dừng tính thời hạn).
    Paused,
    /// The applicant is asked to add something (yêu cầu bổ sung giấy tờ).
    AwaitingSupplement,
    /// The applicant is asked to pay a financial duty (yêu cầu thực hiện nghĩa vụ tài chính).
    AwaitingPayment,
    /// Decided; the result waits for its number (đang xử lý, chờ phát hành).
    Issuing,
    /// Withdrawn by the applicant (công dân yêu cầu rút hồ sơ).
    Withdrawn,
    /// Ended without a result (dừng xử lý).
    Stopped,
    /// The result is issued (đã xử lý xong).
    Done,
    /// The result is in the applicant's hands (đã trả kết quả).
    Returned,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 13] = [
        Self::Submitted,
        Self::AwaitingCorrection,
        Self::Received,
        Self::Refused,
        Self::Processing,
        Self::Paused,
        Self::AwaitingSupplement,
        Self::AwaitingPayment,
        Self::Issuing,
        Self::Withdrawn,
        Self::Stopped,
        Self::Done,
        Self::Returned,
    ];

    /// The word as columns, filters and events write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::AwaitingCorrection => "awaiting_correction",
            Self::Received => "received",
            Self::Refused => "refused",
            Self::Processing => "processing",
            Self::Paused => "paused",
            Self::AwaitingSupplement => "awaiting_supplement",
            Self::AwaitingPayment => "awaiting_payment",
            Self::Issuing => "issuing",
            Self::Withdrawn => "withdrawn",
            Self::Stopped => "stopped",
            Self::Done => "done",
            Self::Returned => "returned",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// The national state code (`TrangThaiHoSo`, 1 to 10).
    #[must_use]
    pub const fn national(self) -> u8 {
        match self {
            Self::Submitted => 1,
            Self::Received => 2,
            Self::Refused => 3,
            Self::Processing | Self::Paused | Self::Issuing => 4,
            Self::AwaitingCorrection | Self::AwaitingSupplement => 5,
            Self::AwaitingPayment => 6,
            Self::Withdrawn => 7,
            Self::Stopped => 8,
            Self::Done => 9,
            Self::Returned => 10,
        }
    }

    /// The name for people.
    #[must_use]
    pub fn name(self) -> Text {
        match self {
            Self::Submitted => Text::new("Mới đăng ký", "Submitted"),
            Self::AwaitingCorrection => {
                Text::new("Chờ hoàn thiện trước khi tiếp nhận", "Waiting for a correction before receipt")
            }
            Self::Received => Text::new("Được tiếp nhận", "Received"),
            Self::Refused => Text::new("Không được tiếp nhận", "Refused"),
            Self::Processing => Text::new("Đang xử lý", "Processing"),
            Self::Paused => Text::new("Đang xử lý, tạm dừng tính thời hạn", "Processing, the term stands still"),
            Self::AwaitingSupplement => Text::new("Yêu cầu bổ sung giấy tờ", "Waiting for the applicant to add papers"),
            Self::AwaitingPayment => {
                Text::new("Yêu cầu thực hiện nghĩa vụ tài chính", "Waiting for a financial duty to be paid")
            }
            Self::Issuing => Text::new("Đang phát hành kết quả", "Result being issued"),
            Self::Withdrawn => Text::new("Công dân yêu cầu rút hồ sơ", "Withdrawn"),
            Self::Stopped => Text::new("Dừng xử lý", "Stopped"),
            Self::Done => Text::new("Đã xử lý xong", "Done"),
            Self::Returned => Text::new("Đã trả kết quả", "Result returned"),
        }
    }

    /// Whether nothing can follow.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Refused | Self::Withdrawn | Self::Stopped | Self::Returned)
    }

    /// Whether the dossier was received and is not decided or ended: the time in which its clock means something.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Received | Self::Processing | Self::Paused | Self::AwaitingSupplement | Self::AwaitingPayment
        )
    }
}
