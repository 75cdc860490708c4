//! The ledger (bảng tính thời hạn) of a deadline: one line for every Vietnamese date from receipt to the due
//! date, with whether it counted and why. It is what an officer shows a citizen who asks «why that day?».

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::{AgencyException, DayKind, DayStatus, ExceptionKind, SpecialDay};
use crate::wait::WaitKind;

/// One date of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerDay {
    /// The Vietnamese date.
    pub date: NaiveDate,
    /// Whether it, or office hours of it, counted towards the term.
    pub counted: bool,
    /// In a term in days, the how-many-th day of the term it is, extensions included.
    pub day_number: Option<u32>,
    /// In a term in hours, the seconds of its office hours that counted.
    pub office_seconds: u32,
    /// Why.
    pub reason: Reason,
}

/// Why a date counted or did not: a code for programs, a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The stable code.
    pub code: ReasonCode,
    /// The sentence in Vietnamese.
    pub vi: Cow<'static, str>,
    /// The sentence in English.
    pub en: Cow<'static, str>,
}

/// The closed list of reasons. Codes are only ever added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    /// Not counted: received on this day after the office had closed.
    ReceivedAfterOfficeHours,
    /// Not counted: received on this day, and the first day does not count (Civil Code 2015 art. 147.2).
    DayOfReceipt,
    /// Not counted: deemed received when the office opened on this day.
    DeemedDayOfReceipt,
    /// Not counted: an ordinary Saturday or Sunday.
    Weekend,
    /// Not counted: a public holiday.
    PublicHoliday,
    /// Not counted: a day off in lieu of a holiday.
    DayOffInLieu,
    /// Not counted: a day off by a swap decision.
    SwappedDayOff,
    /// Counted: an ordinary working day.
    WorkingDay,
    /// Counted: a weekly day off that is worked for a swapped day.
    MakeUpWorkingDay,
    /// Counted: a day of a term in calendar days, worked or not.
    CalendarDay,
    /// Counted as the last day of a term in calendar days, but a day off, so the term runs on (art. 148.5).
    LastDayIsDayOff,
    /// Not counted: the working day on which a term ends whose last day was a day off (art. 148.5).
    ExtendedToWorkingDay,
    /// Counted: office hours of this day went into a term in working hours.
    OfficeHours,
    /// Not counted: a working day of which no office hours were left.
    NoOfficeHoursLeft,
    /// Not counted: received on this day after the cut-off of the procedure.
    ReceivedAfterCutOff,
    /// Not counted: before the full answer with which the term began anew.
    BeforeNewTerm,
    /// Not counted: the full answer with which the term began anew is deemed received on this day.
    DayOfFullAnswer,
    /// Not counted: taken out by a wait.
    Waiting,
    /// Counted as a whole day: worked in the morning only.
    MorningOnly,
    /// Counted as a whole day: worked in the afternoon only.
    AfternoonOnly,
    /// Not counted: only that half is worked in which this office is never open.
    OtherHalfOnly,
    /// Not counted: the agency is closed by a decision of its own.
    AgencyClosed,
    /// Counted: the agency works on this day off by a decision of its own.
    AgencyWorkingDay,
}

impl ReasonCode {
    /// Every reason there is.
    pub const ALL: [Self; 23] = [
        Self::ReceivedAfterOfficeHours,
        Self::DayOfReceipt,
        Self::DeemedDayOfReceipt,
        Self::Weekend,
        Self::PublicHoliday,
        Self::DayOffInLieu,
        Self::SwappedDayOff,
        Self::WorkingDay,
        Self::MakeUpWorkingDay,
        Self::CalendarDay,
        Self::LastDayIsDayOff,
        Self::ExtendedToWorkingDay,
        Self::OfficeHours,
        Self::NoOfficeHoursLeft,
        Self::ReceivedAfterCutOff,
        Self::BeforeNewTerm,
        Self::DayOfFullAnswer,
        Self::Waiting,
        Self::MorningOnly,
        Self::AfternoonOnly,
        Self::OtherHalfOnly,
        Self::AgencyClosed,
        Self::AgencyWorkingDay,
    ];

    /// The code under which the reason is stored and served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReceivedAfterOfficeHours => "received_after_office_hours",
            Self::DayOfReceipt => "day_of_receipt",
            Self::DeemedDayOfReceipt => "deemed_day_of_receipt",
            Self::Weekend => "weekend",
            Self::PublicHoliday => "public_holiday",
            Self::DayOffInLieu => "day_off_in_lieu",
            Self::SwappedDayOff => "swapped_day_off",
            Self::WorkingDay => "working_day",
            Self::MakeUpWorkingDay => "make_up_working_day",
            Self::CalendarDay => "calendar_day",
            Self::LastDayIsDayOff => "last_day_is_day_off",
            Self::ExtendedToWorkingDay => "extended_to_working_day",
            Self::OfficeHours => "office_hours",
            Self::NoOfficeHoursLeft => "no_office_hours_left",
            Self::ReceivedAfterCutOff => "received_after_cut_off",
            Self::BeforeNewTerm => "before_new_term",
            Self::DayOfFullAnswer => "day_of_full_answer",
            Self::Waiting => "waiting",
            Self::MorningOnly => "morning_only",
            Self::AfternoonOnly => "afternoon_only",
            Self::OtherHalfOnly => "other_half_only",
            Self::AgencyClosed => "agency_closed",
            Self::AgencyWorkingDay => "agency_working_day",
        }
    }
}

impl Reason {
    fn new(code: ReasonCode, vi: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { code, vi: vi.into(), en: en.into() }
    }

    pub(crate) fn received_after_office_hours() -> Self {
        Self::new(
            ReasonCode::ReceivedAfterOfficeHours,
            "Không tính: tiếp nhận sau giờ hành chính, tính từ giờ mở cửa của ngày làm việc tiếp theo",
            "Not counted: received after office hours, so from the opening of the next working day",
        )
    }

    pub(crate) fn day_of_receipt() -> Self {
        Self::new(
            ReasonCode::DayOfReceipt,
            "Không tính: ngày tiếp nhận (Bộ luật Dân sự 2015, Điều 147 khoản 2)",
            "Not counted: the day of receipt (Civil Code 2015, art. 147.2)",
        )
    }

    pub(crate) fn deemed_day_of_receipt() -> Self {
        Self::new(
            ReasonCode::DeemedDayOfReceipt,
            "Không tính: được coi là tiếp nhận khi mở cửa ngày này (Bộ luật Dân sự 2015, Điều 147 khoản 2)",
            "Not counted: deemed received when the office opened on this day (Civil Code 2015, art. 147.2)",
        )
    }

    pub(crate) fn calendar_day() -> Self {
        Self::new(ReasonCode::CalendarDay, "Có tính: thời hạn tính theo ngày", "Counted: the term is in calendar days")
    }

    pub(crate) fn last_day_is_day_off() -> Self {
        Self::new(
            ReasonCode::LastDayIsDayOff,
            "Có tính: ngày cuối của thời hạn, nhưng là ngày nghỉ nên thời hạn kết thúc vào ngày làm việc tiếp theo \
             (Bộ luật Dân sự 2015, Điều 148 khoản 5)",
            "Counted: the last day of the term, but a day off, so the term ends on the next working day \
             (Civil Code 2015, art. 148.5)",
        )
    }

    pub(crate) fn extended_to_working_day() -> Self {
        Self::new(
            ReasonCode::ExtendedToWorkingDay,
            "Không tính: thời hạn kết thúc vào ngày này vì ngày cuối là ngày nghỉ \
             (Bộ luật Dân sự 2015, Điều 148 khoản 5)",
            "Not counted: the term ends on this day because its last day was a day off (Civil Code 2015, art. 148.5)",
        )
    }

    pub(crate) fn received_after_cut_off() -> Self {
        Self::new(
            ReasonCode::ReceivedAfterCutOff,
            "Không tính: tiếp nhận sau mốc giờ của thủ tục, tính từ ngày làm việc tiếp theo",
            "Not counted: received after the cut-off of the procedure, so from the next working day",
        )
    }

    pub(crate) fn before_new_term() -> Self {
        Self::new(
            ReasonCode::BeforeNewTerm,
            "Không tính: thời hạn được tính lại từ đầu sau khi bổ sung đầy đủ",
            "Not counted: the term began anew when the supplement was complete",
        )
    }

    pub(crate) fn day_of_full_answer() -> Self {
        Self::new(
            ReasonCode::DayOfFullAnswer,
            "Không tính: ngày nhận đủ phần bổ sung, thời hạn tính lại từ sau ngày này \
             (Bộ luật Dân sự 2015, Điều 147 khoản 2)",
            "Not counted: the supplement was completed on this day, and the new term begins after it \
             (Civil Code 2015, art. 147.2)",
        )
    }

    pub(crate) fn waiting(kind: Option<WaitKind>) -> Self {
        let (vi, en) = kind.map_or(("thời gian chờ", "a wait"), |kind| (kind.vi(), kind.en()));
        Self::new(
            ReasonCode::Waiting,
            format!("Không tính: {vi} (được loại trừ)"),
            format!("Not counted: {en} (taken out)"),
        )
    }

    pub(crate) fn other_half_only() -> Self {
        Self::new(
            ReasonCode::OtherHalfOnly,
            "Không tính: ngày này chỉ làm buổi mà cơ quan không làm việc",
            "Not counted: of this day only that half is worked in which the office is never open",
        )
    }

    pub(crate) fn office_hours(seconds: u32) -> Self {
        let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        Self::new(
            ReasonCode::OfficeHours,
            format!("Có tính: {clock} giờ hành chính của ngày này"),
            format!("Counted: {clock} of this day's office hours"),
        )
    }

    pub(crate) fn no_office_hours_left() -> Self {
        Self::new(
            ReasonCode::NoOfficeHoursLeft,
            "Không tính: tiếp nhận đúng lúc hết giờ hành chính",
            "Not counted: received at the very end of office hours",
        )
    }

    /// Why a day counts in a term in working days, or why it is skipped in any term.
    pub(crate) fn of_status(status: DayStatus<'_>) -> Self {
        match status {
            DayStatus::WorkingDay => {
                Self::new(ReasonCode::WorkingDay, "Có tính: ngày làm việc", "Counted: a working day")
            }
            DayStatus::Weekend => {
                Self::new(ReasonCode::Weekend, "Không tính: ngày nghỉ hằng tuần", "Not counted: a weekly day off")
            }
            DayStatus::Special(day) => Self::of_special_day(day),
            DayStatus::Exception(exception) => Self::of_exception(exception),
        }
    }

    fn of_special_day(day: &SpecialDay) -> Self {
        let code = match day.kind {
            DayKind::PublicHoliday => ReasonCode::PublicHoliday,
            DayKind::DayOffInLieu => ReasonCode::DayOffInLieu,
            DayKind::SwappedDayOff => ReasonCode::SwappedDayOff,
            DayKind::MakeUpWorkingDay => ReasonCode::MakeUpWorkingDay,
            DayKind::MorningOnly => ReasonCode::MorningOnly,
            DayKind::AfternoonOnly => ReasonCode::AfternoonOnly,
        };
        Self::of_decision(code, &day.name_vi, &day.name_en)
    }

    fn of_exception(exception: &AgencyException) -> Self {
        let code = match exception.kind {
            ExceptionKind::Closed => ReasonCode::AgencyClosed,
            ExceptionKind::MorningOnly => ReasonCode::MorningOnly,
            ExceptionKind::AfternoonOnly => ReasonCode::AfternoonOnly,
            ExceptionKind::Working => ReasonCode::AgencyWorkingDay,
        };
        Self::of_decision(code, &exception.reason_vi, &exception.reason_en)
    }

    fn of_decision(code: ReasonCode, vi: &str, en: &str) -> Self {
        let (counts_vi, counts_en) = match code {
            ReasonCode::MakeUpWorkingDay | ReasonCode::AgencyWorkingDay => ("Có tính", "Counted"),
            ReasonCode::MorningOnly => {
                ("Có tính trọn ngày, chỉ làm buổi sáng", "Counted as a whole day, worked in the morning only")
            }
            ReasonCode::AfternoonOnly => {
                ("Có tính trọn ngày, chỉ làm buổi chiều", "Counted as a whole day, worked in the afternoon only")
            }
            _ => ("Không tính", "Not counted"),
        };
        Self::new(code, format!("{counts_vi}: {vi}"), format!("{counts_en}: {en}"))
    }
}
