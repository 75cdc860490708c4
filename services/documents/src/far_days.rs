//! How far from today the days of a request may lie, in one place. A day that nobody can mean is a slip of the hand or a
//! test of the machine, and would stand first or last in every list for ever. What a day must be for its own reasons, such
//! as lying behind another, is said where that is known.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use motcua_kernel::{FieldError, Text};

/// The first year of the documents of this state.
const FIRST_YEAR: i32 = 1945;
/// How many days a document may be dated ahead: some are signed before the day they bear.
const DAYS_AHEAD: u64 = 31;
/// How many years ahead the law or a plan sets a term, and how long one that has passed is still spoken of.
const YEARS_OF_TERM: u32 = 10;

/// What is wrong with the day of a document.
pub(crate) fn document_day_fault(day: NaiveDate, today: NaiveDate, pointer: &str) -> Option<FieldError> {
    let ahead = today.checked_add_days(Days::new(DAYS_AHEAD)).is_some_and(|last| last < day);
    far(day.year() < FIRST_YEAR || ahead, pointer)
}

/// What is wrong with a deadline, or with the last day of something.
pub(crate) fn term_fault(day: NaiveDate, today: NaiveDate, pointer: &str) -> Option<FieldError> {
    let reach = Months::new(12 * YEARS_OF_TERM);
    let behind = today.checked_sub_months(reach).is_some_and(|first| day < first);
    far(behind || today.checked_add_months(reach).is_some_and(|last| last < day), pointer)
}

/// What is wrong with a deadline that is an instant.
pub(crate) fn term_instant_fault(at: DateTime<Utc>, now: DateTime<Utc>, pointer: &str) -> Option<FieldError> {
    let reach = TimeDelta::days(i64::from(YEARS_OF_TERM) * 366);
    let distance = at.signed_duration_since(now);
    far(distance > reach || distance < -reach, pointer)
}

fn far(is: bool, pointer: &str) -> Option<FieldError> {
    is.then(|| {
        let text = Text::new(
            "Ngày quá xa so với hôm nay; hãy kiểm tra lại năm.",
            "This day is too far from today; look at the year again.",
        );
        FieldError::new(pointer, "date.too_far", text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn documents_are_of_this_state_and_not_of_another_year_to_come() {
        let today = day("2026-11-22");
        for good in ["1945-09-02", "2026-11-22", "2026-12-23"] {
            assert_eq!(document_day_fault(day(good), today, "/issued_on"), None, "{good}");
        }
        for far in ["0001-01-01", "1944-12-31", "2026-12-24", "9999-12-31"] {
            let fault = document_day_fault(day(far), today, "/issued_on").unwrap();
            assert_eq!((fault.pointer.as_str(), fault.code.as_str()), ("/issued_on", "date.too_far"), "{far}");
        }
    }

    #[test]
    fn a_term_lies_within_ten_years() {
        let today = day("2024-02-29");
        for good in ["2014-02-28", "2024-02-29", "2034-02-28"] {
            assert_eq!(term_fault(day(good), today, "/due_on"), None, "{good}");
        }
        for far in ["0001-01-01", "2014-02-27", "2034-03-01", "9999-12-31"] {
            assert!(term_fault(day(far), today, "/due_on").is_some(), "{far}");
        }
    }
}
