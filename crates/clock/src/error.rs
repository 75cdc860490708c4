//! What can go wrong when a deadline is computed. None of it is ever replaced by a guess: a wrong due date
//! that looks right is worse than none.

use thiserror::Error;

/// Why no deadline could be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClockError {
    /// The count touched a year that has no table of days off (bảng ngày nghỉ).
    #[error("the calendar has no table of days off of {0}")]
    YearNotCovered(i32),
    /// The term is of no length: a count of 0.
    #[error("a term has to be at least 1 day or hour long")]
    EmptyTerm,
    /// The instant lies where no date of the Vietnamese calendar can be given to it.
    #[error("the instant is outside the range of dates that can be computed")]
    DateOutOfRange,
}

impl ClockError {
    /// The stable code of the error, for problem documents and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::YearNotCovered(_) => "clock.year_not_covered",
            Self::EmptyTerm => "clock.empty_term",
            Self::DateOutOfRange => "clock.date_out_of_range",
        }
    }

    /// The text of the error in Vietnamese; the English one is its `Display`.
    #[must_use]
    pub fn vi(self) -> String {
        match self {
            Self::YearNotCovered(year) => format!("Chưa có bảng ngày nghỉ của năm {year}"),
            Self::EmptyTerm => "Thời hạn phải từ 1 ngày hoặc 1 giờ trở lên".to_owned(),
            Self::DateOutOfRange => "Thời điểm nằm ngoài khoảng ngày có thể tính".to_owned(),
        }
    }
}
