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
    /// An event of the history cannot have happened as it is told.
    #[error("event {event}: {fault}")]
    Event {
        /// Its place in the list, from 0.
        event: usize,
        /// What is wrong with it.
        fault: EventFault,
    },
}

/// Why an event cannot have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum EventFault {
    /// The list is empty or begins with something else than the receipt.
    #[error("the first event has to be the receipt")]
    NotReceived,
    /// A second receipt.
    #[error("the dossier was received already")]
    ReceivedTwice,
    /// It lies before the event before it.
    #[error("it is earlier than the event before it")]
    OutOfOrder,
    /// It lies after the instant of the question.
    #[error("it is later than now")]
    InTheFuture,
    /// Processing had ended.
    #[error("processing had ended already")]
    AfterEnd,
    /// The number of the wait was used before.
    #[error("another wait has this number")]
    WaitNumberTwice,
    /// The wait that ends never began, or ended before.
    #[error("no wait of this number is open")]
    WaitNotOpen,
    /// More supplement requests than the rule allows.
    #[error("the rule allows no further supplement request")]
    SupplementsUsedUp,
    /// More extensions than the rule allows.
    #[error("the rule allows no further extension")]
    ExtensionsUsedUp,
    /// The term had run out when it was to be extended.
    #[error("the term had run out before it was extended")]
    ExtendedAfterDue,
    /// The new date is not after the due date; only of an appointment that is to be given.
    #[error("the new appointment has to be later than the one that stands")]
    ExtensionNotLater,
    /// The new date is a day off, or taken out by a wait; only of an appointment that is to be given.
    #[error("the new appointment has to be on a working day that counts")]
    ExtendedToUncountedDay,
    /// An extension by nothing.
    #[error("an extension has to be at least 1 day or hour long")]
    EmptyExtension,
}

impl EventFault {
    /// Every fault there is.
    pub const ALL: [Self; 13] = [
        Self::NotReceived,
        Self::ReceivedTwice,
        Self::OutOfOrder,
        Self::InTheFuture,
        Self::AfterEnd,
        Self::WaitNumberTwice,
        Self::WaitNotOpen,
        Self::SupplementsUsedUp,
        Self::ExtensionsUsedUp,
        Self::ExtendedAfterDue,
        Self::ExtensionNotLater,
        Self::ExtendedToUncountedDay,
        Self::EmptyExtension,
    ];

    /// The stable code of the fault.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotReceived => "clock.not_received",
            Self::ReceivedTwice => "clock.received_twice",
            Self::OutOfOrder => "clock.out_of_order",
            Self::InTheFuture => "clock.in_the_future",
            Self::AfterEnd => "clock.after_end",
            Self::WaitNumberTwice => "clock.wait_number_twice",
            Self::WaitNotOpen => "clock.wait_not_open",
            Self::SupplementsUsedUp => "clock.supplements_used_up",
            Self::ExtensionsUsedUp => "clock.extensions_used_up",
            Self::ExtendedAfterDue => "clock.extended_after_due",
            Self::ExtensionNotLater => "clock.extension_not_later",
            Self::ExtendedToUncountedDay => "clock.extended_to_uncounted_day",
            Self::EmptyExtension => "clock.empty_extension",
        }
    }

    /// The text in Vietnamese; the English one is its `Display`.
    #[must_use]
    pub const fn vi(self) -> &'static str {
        match self {
            Self::NotReceived => "Sự kiện đầu tiên phải là tiếp nhận hồ sơ",
            Self::ReceivedTwice => "Hồ sơ đã được tiếp nhận trước đó",
            Self::OutOfOrder => "Sự kiện sớm hơn sự kiện đứng trước nó",
            Self::InTheFuture => "Sự kiện ở sau thời điểm hiện tại",
            Self::AfterEnd => "Việc giải quyết đã kết thúc trước đó",
            Self::WaitNumberTwice => "Số của lần chờ đã được dùng",
            Self::WaitNotOpen => "Không có lần chờ nào mang số này đang mở",
            Self::SupplementsUsedUp => "Quy định không cho phép yêu cầu bổ sung thêm lần nữa",
            Self::ExtensionsUsedUp => "Quy định không cho phép hẹn lại thêm lần nữa",
            Self::ExtendedAfterDue => "Thời hạn đã hết trước khi gia hạn",
            Self::ExtensionNotLater => "Ngày hẹn mới phải sau ngày hẹn đang có",
            Self::ExtendedToUncountedDay => "Ngày hẹn mới phải là ngày làm việc được tính vào thời hạn",
            Self::EmptyExtension => "Thời gian gia hạn phải từ 1 ngày hoặc 1 giờ trở lên",
        }
    }
}

/// What was counted; none where it lies in a year that has no table yet, for what nobody has to know before it has one.
///
/// # Errors
/// Every other error.
pub fn if_covered<T>(counted: Result<T, ClockError>) -> Result<Option<T>, ClockError> {
    match counted {
        Err(ClockError::YearNotCovered(_)) => Ok(None),
        counted => counted.map(Some),
    }
}

impl ClockError {
    /// The stable code of the error, for problem documents and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::YearNotCovered(_) => "clock.year_not_covered",
            Self::EmptyTerm => "clock.empty_term",
            Self::DateOutOfRange => "clock.date_out_of_range",
            Self::Event { fault, .. } => fault.code(),
        }
    }

    /// The text of the error in Vietnamese; the English one is its `Display`.
    #[must_use]
    pub fn vi(self) -> String {
        match self {
            Self::YearNotCovered(year) => format!("Chưa có bảng ngày nghỉ của năm {year}"),
            Self::EmptyTerm => "Thời hạn phải từ 1 ngày hoặc 1 giờ trở lên".to_owned(),
            Self::DateOutOfRange => "Thời điểm nằm ngoài khoảng ngày có thể tính".to_owned(),
            Self::Event { event, fault } => format!("Sự kiện {event}: {}", fault.vi()),
        }
    }
}
