//! The tables of the crate.

use motcua_clock::{Calendar, ClockError, DayKind, DayStatus};

use super::{day, embedded};

#[test]
fn the_decreed_years_have_their_published_number_of_working_days() {
    let calendar = embedded();
    assert_eq!([2024, 2025, 2026].map(|year| calendar.working_days_in(year)), [Ok(251), Ok(250), Ok(249)]);
}

#[test]
fn the_provisional_year_is_261_weekdays_less_12_days_off() {
    assert_eq!(embedded().working_days_in(2027), Ok(249));
}

#[test]
fn each_year_has_its_statutory_holidays_and_its_make_up_saturdays() {
    let calendar = embedded();
    let count = |year: i32, kind: DayKind| {
        let of_year = |date: chrono::NaiveDate| date.to_string().starts_with(&year.to_string());
        calendar.special_days().filter(|day| day.kind == kind && of_year(day.date)).count()
    };
    // New Year 1, Tết 5, Hung Kings 1, Victory Day 1, Labour Day 1, National Day 2; Culture Day 1 from 2026.
    assert_eq!([2024, 2025, 2026, 2027].map(|year| count(year, DayKind::PublicHoliday)), [11, 11, 12, 12]);
    assert_eq!([2024, 2025, 2026, 2027].map(|year| count(year, DayKind::MakeUpWorkingDay)), [1, 1, 2, 0]);
    assert_eq!([2024, 2025, 2026, 2027].map(|year| count(year, DayKind::DayOffInLieu)), [2, 0, 1, 3]);
}

#[test]
fn a_holiday_on_a_weekly_day_off_is_followed_by_its_day_in_lieu() {
    // Labour Code art. 111.3, for every holiday of every year: the next day that is worked without it.
    let calendar = embedded();
    for holiday in calendar.special_days().filter(|day| day.kind == DayKind::PublicHoliday) {
        let weekend = ["Sat", "Sun"].contains(&holiday.date.format("%a").to_string().as_str());
        let in_lieu: Vec<_> = calendar
            .special_days()
            .filter(|day| day.kind == DayKind::DayOffInLieu && day.linked_date == Some(holiday.date))
            .collect();
        assert_eq!(in_lieu.len(), usize::from(weekend), "{}", holiday.date);
        for day in in_lieu {
            let mut between = holiday.date.succ_opt().unwrap();
            while between < day.date {
                assert!(!calendar.is_working(between).unwrap(), "{between} is worked before {}", day.date);
                between = between.succ_opt().unwrap();
            }
        }
    }
}

#[test]
fn days_off_swaps_and_make_up_days_are_as_decreed() {
    let calendar = embedded();
    let off = ["2024-04-29", "2024-02-14", "2025-05-02", "2025-01-27", "2026-01-02", "2026-04-27", "2026-08-31"];
    let worked = ["2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22", "2024-02-07", "2026-11-23"];
    for date in off {
        assert_eq!(calendar.is_working(day(date)), Ok(false), "{date}");
    }
    for date in worked {
        assert_eq!(calendar.is_working(day(date)), Ok(true), "{date}");
    }
}

#[test]
fn culture_day_2026_is_data_with_its_resolution_and_its_doubt() {
    let calendar = embedded();
    let Ok(DayStatus::Special(entry)) = calendar.day_status(day("2026-11-24")) else { panic!("no entry") };
    assert_eq!((entry.kind, entry.source.as_str()), (DayKind::PublicHoliday, "Nghị quyết 28/2026/QH16"));
    assert!(entry.note.contains("pending"));
}

#[test]
fn every_day_of_2027_is_provisional_and_no_day_before() {
    let calendar = embedded();
    for date in ["2027-01-01", "2027-01-04", "2027-02-06", "2027-12-31"] {
        assert_eq!(calendar.is_provisional(day(date)), Ok(true), "{date}");
    }
    for date in ["2024-01-01", "2025-06-03", "2026-12-31"] {
        assert_eq!(calendar.is_provisional(day(date)), Ok(false), "{date}");
    }
    assert!(calendar.special_days().all(|day| day.provisional == (day.date.to_string().as_str() > "2027")));
}

#[test]
fn a_year_without_a_table_is_an_error_in_every_question() {
    let calendar = embedded();
    assert_eq!(calendar.is_working(day("2023-12-29")), Err(ClockError::YearNotCovered(2023)));
    assert_eq!(calendar.is_provisional(day("2028-01-03")), Err(ClockError::YearNotCovered(2028)));
    assert_eq!(calendar.working_days_in(2028), Err(ClockError::YearNotCovered(2028)));
    assert_eq!(calendar.working_days_in(i32::MAX), Err(ClockError::YearNotCovered(i32::MAX)));
    assert_eq!(calendar.next_working(day("2027-12-31")), Err(ClockError::YearNotCovered(2028)));
}

#[test]
fn the_next_working_day_is_never_the_day_itself() {
    let calendar = embedded();
    assert_eq!(calendar.next_working(day("2026-03-04")), Ok(day("2026-03-05")));
    assert_eq!(calendar.next_working(day("2026-08-21")), Ok(day("2026-08-22")));
    assert_eq!(calendar.next_working(day("2026-08-29")), Ok(day("2026-09-03")));
    assert_eq!(calendar.next_working(day("2025-12-31")), Ok(day("2026-01-05")));
}

#[test]
fn a_published_table_replaces_its_whole_year_and_no_other() {
    let published = "date,kind,linked_date,name_vi,name_en,source,provisional,note\n\
                     2027,year,,Bảng 2027,Table 2027,Quyết định,false,\n\
                     2027-01-01,public_holiday,,Tết Dương lịch,New Year's Day,Quyết định,false,\n";
    let calendar = embedded().replaced_by(Calendar::from_csv(published.as_bytes()).unwrap());
    assert_eq!(calendar.is_provisional(day("2027-03-01")), Ok(false));
    assert_eq!(calendar.working_days_in(2027), Ok(260));
    assert_eq!(calendar.working_days_in(2026), Ok(249));
    assert_eq!(calendar.years().map(|year| year.year).collect::<Vec<_>>(), [2024, 2025, 2026, 2027]);
}

#[test]
fn a_single_day_can_be_provisional_in_a_decreed_year() {
    let table = "date,kind,linked_date,name_vi,name_en,source,provisional,note\n\
                 2026,year,,Bảng 2026,Table 2026,Luật,false,\n\
                 2026-11-24,public_holiday,,Ngày Văn hóa Việt Nam,Vietnam Culture Day,Dự thảo,true,\n";
    let calendar = Calendar::from_csv(table.as_bytes()).unwrap();
    assert_eq!(calendar.is_provisional(day("2026-11-24")), Ok(true));
    assert_eq!(calendar.is_provisional(day("2026-11-25")), Ok(false));
}
