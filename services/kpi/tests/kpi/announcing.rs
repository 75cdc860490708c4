//! Announced and published in time: indicators 1.1 and 1.2.

use chrono::NaiveDate;
use motcua_clock::Calendar;
use motcua_kpi::facts::announcing::{PROVINCE_DAYS, announced_on_time, published_on_time};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_decision_five_working_days_before_its_basis_takes_effect_is_in_time() {
    let calendar = Calendar::embedded().unwrap();
    // From Wednesday 1 July back: 30, 29, 26, 25, 24 June.
    let told =
        |decided| announced_on_time(Some(day(decided)), Some(day("2026-07-01")), PROVINCE_DAYS, &calendar).unwrap();
    assert_eq!([told("2026-06-24"), told("2026-06-25")], [Some(true), Some(false)]);
    assert_eq!(announced_on_time(None, Some(day("2026-07-01")), PROVINCE_DAYS, &calendar).unwrap(), None);
    assert_eq!(announced_on_time(Some(day("2026-07-01")), None, PROVINCE_DAYS, &calendar).unwrap(), None);
}

#[test]
fn holidays_and_days_in_vietnam_count_for_publishing() {
    let calendar = Calendar::embedded().unwrap();
    // After Thursday 27 August 2026: 28 August, then 3, 4, 7, 8 September: 31 August to 2 September are off.
    let told =
        |at: &str| published_on_time(Some(day("2026-08-27")), at.parse().unwrap(), PROVINCE_DAYS, &calendar).unwrap();
    // 17:00 UTC is midnight in Vietnam.
    assert_eq!([told("2026-09-08T16:59:59Z"), told("2026-09-08T17:00:00Z")], [Some(true), Some(false)]);
}

#[test]
fn a_year_that_the_calendar_does_not_cover_is_an_error_and_never_all_working() {
    let calendar = Calendar::embedded().unwrap();
    assert!(announced_on_time(Some(day("2019-06-24")), Some(day("2019-07-01")), PROVINCE_DAYS, &calendar).is_err());
}
