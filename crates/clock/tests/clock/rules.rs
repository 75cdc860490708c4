//! Single rules at their boundaries.

use chrono::{DateTime, TimeDelta, Utc};
use motcua_clock::{ClockError, OfficeHours, OfficeHoursError, OfficeSession, Term, TermUnit, due, timeliness};
use motcua_clock::{ReasonCode, Timeliness};

use super::{at, day, due_of, embedded, hours, ledger_lines};

#[test]
fn receipt_at_the_closing_instant_is_still_that_day_and_a_second_later_is_not() {
    let in_time = due_of("2026-03-04 17:00", Term::working_days(1));
    assert_eq!((in_time.counted_from, in_time.due_on), (at("2026-03-04 17:00"), day("2026-03-05")));

    let start = at("2026-03-04 17:00") + TimeDelta::seconds(1);
    let after = due(start, Term::working_days(1), &embedded(), &OfficeHours::default()).unwrap();
    assert_eq!((after.counted_from, after.due_on), (at("2026-03-05 07:30"), day("2026-03-06")));
    assert_eq!(
        ledger_lines(&after),
        ["-2026-03-04 received_after_office_hours", "-2026-03-05 deemed_day_of_receipt", "+2026-03-06 working_day",]
    );
}

#[test]
fn receipt_before_opening_or_over_lunch_counts_from_the_next_opening_of_the_same_day() {
    for (start, opening) in [("2026-03-04 00:00", "2026-03-04 07:30"), ("2026-03-04 12:00", "2026-03-04 13:30")] {
        let due = due_of(start, Term::working_days(2));
        assert_eq!(due.counted_from, at(opening));
        assert_eq!(due.due_at, at("2026-03-06 17:00"));
        assert_eq!(due.ledger[0].reason.code, ReasonCode::DayOfReceipt);
    }
}

#[test]
fn working_hours_from_the_closing_instant_take_nothing_of_that_day() {
    let due = due_of("2026-03-06 17:00", Term::working_hours(1));
    assert_eq!(due.due_at, at("2026-03-09 08:30"));
    assert_eq!(ledger_lines(&due)[0], "-2026-03-06 no_office_hours_left");
}

#[test]
fn working_hours_that_fill_a_day_end_when_it_closes_and_not_when_the_next_opens() {
    let office = hours(&["08:00-12:00", "13:00-17:00"]);
    let due = due(at("2026-03-06 08:00"), Term::working_hours(8), &embedded(), &office).unwrap();
    assert_eq!(due.due_at, at("2026-03-06 17:00"));
}

#[test]
fn working_hours_keep_the_seconds_of_the_start() {
    let start = at("2026-03-06 16:20") + TimeDelta::seconds(30);
    let due = due(start, Term::working_hours(1), &embedded(), &OfficeHours::default()).unwrap();
    assert_eq!(due.due_at, at("2026-03-09 07:50") + TimeDelta::seconds(30));
    assert_eq!(due.ledger[0].reason.en, "Counted: 00:39:30 of this day's office hours");
}

#[test]
fn a_calendar_term_that_ends_on_a_worked_saturday_ends_there() {
    assert_eq!(due_of("2026-01-05 09:00", Term::calendar_days(5)).due_on, day("2026-01-10"));
}

#[test]
fn an_empty_term_is_refused_in_every_unit() {
    for unit in [TermUnit::WorkingDay, TermUnit::CalendarDay, TermUnit::WorkingHour] {
        let term = Term { count: 0, unit };
        let answer = due(at("2026-03-04 09:00"), term, &embedded(), &OfficeHours::default());
        assert_eq!(answer, Err(ClockError::EmptyTerm));
    }
}

#[test]
fn the_largest_terms_and_the_outermost_instants_are_refused_and_not_overflowed() {
    let calendar = embedded();
    let office = OfficeHours::default();
    for unit in [TermUnit::WorkingDay, TermUnit::CalendarDay, TermUnit::WorkingHour] {
        let longest = Term { count: u32::MAX, unit };
        assert_eq!(due(at("2024-01-02 09:00"), longest, &calendar, &office), Err(ClockError::YearNotCovered(2028)));
        let term = Term { count: 1, unit };
        assert_eq!(due(DateTime::<Utc>::MAX_UTC, term, &calendar, &office), Err(ClockError::DateOutOfRange));
        assert!(matches!(due(DateTime::<Utc>::MIN_UTC, term, &calendar, &office), Err(ClockError::YearNotCovered(_))));
    }
    assert_eq!(timeliness(DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC), Timeliness::Early);
}

#[test]
fn a_deadline_is_provisional_as_soon_as_one_of_its_days_is() {
    assert!(!due_of("2026-12-30 09:00", Term::working_days(1)).provisional);
    assert!(due_of("2026-12-31 09:00", Term::working_days(1)).provisional);
    assert!(!due_of("2026-11-20 09:00", Term::working_days(4)).provisional);
}

#[test]
fn the_ledger_names_the_holiday_in_both_languages() {
    let due = due_of("2026-11-23 09:00", Term::working_days(1));
    let holiday = &due.ledger[1].reason;
    assert_eq!(holiday.code, ReasonCode::PublicHoliday);
    assert_eq!(holiday.vi, "Không tính: Ngày Văn hóa Việt Nam");
    assert_eq!(holiday.en, "Not counted: Vietnam Culture Day");
}

#[test]
fn late_is_judged_by_the_instant_and_early_by_the_date() {
    let due_at = at("2026-03-06 17:00");
    assert_eq!(timeliness(due_at, due_at), Timeliness::OnTime);
    assert_eq!(timeliness(due_at + TimeDelta::nanoseconds(1), due_at), Timeliness::Late);
    assert_eq!(timeliness(at("2026-03-06 00:00"), due_at), Timeliness::OnTime);
    assert_eq!(timeliness(at("2026-03-06 00:00") - TimeDelta::nanoseconds(1), due_at), Timeliness::Early);
    assert_eq!(timeliness(at("2026-03-07 08:00"), due_at), Timeliness::Late);
}

/// What serde writes for a value that is a single word.
fn written(value: impl serde::Serialize) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.serialize(value).unwrap();
    String::from_utf8(writer.into_inner().unwrap()).unwrap().trim_end().to_owned()
}

/// Reads a term from the fields of a record under these headings.
fn read_term(headings: &str, fields: &str) -> Result<Term, csv::Error> {
    let text = format!("{headings}\n{fields}\n");
    csv::Reader::from_reader(text.as_bytes()).deserialize().next().unwrap()
}

#[test]
fn codes_on_the_wire_are_the_codes_in_the_program() {
    for unit in [TermUnit::WorkingDay, TermUnit::CalendarDay, TermUnit::WorkingHour] {
        assert_eq!(written(unit), unit.as_str());
        assert_eq!(read_term("count,unit", &format!("5,{}", unit.as_str())).unwrap(), Term { count: 5, unit });
    }
    for bucket in [Timeliness::Early, Timeliness::OnTime, Timeliness::Late] {
        assert_eq!(written(bucket), bucket.as_str());
    }
    for code in ReasonCode::ALL {
        assert_eq!(written(code), code.as_str());
    }
    for special in embedded().special_days() {
        assert_eq!(written(special.kind), special.kind.as_str());
    }
}

#[test]
fn a_term_with_an_unknown_field_or_unit_or_a_negative_count_is_refused() {
    assert!(read_term("count,unit,cut_off", "5,working_day,15").is_err());
    assert!(read_term("count,unit", "5,day").is_err());
    assert!(read_term("count,unit", "-1,working_day").is_err());
}

#[test]
fn office_hours_that_are_empty_or_out_of_order_are_refused() {
    let time = |text: &str| text.parse().unwrap();
    let session = |opens, closes| OfficeSession { opens: time(opens), closes: time(closes) };
    assert_eq!(OfficeHours::new(vec![]), Err(OfficeHoursError::NoSession));
    let backwards = OfficeHours::new(vec![session("08:00:00", "08:00:00")]);
    assert!(matches!(backwards, Err(OfficeHoursError::ClosesBeforeOpening { .. })));
    let overlapping = OfficeHours::new(vec![session("07:00:00", "12:00:00"), session("11:59:00", "17:00:00")]);
    assert!(matches!(overlapping, Err(OfficeHoursError::Overlap { .. })));
}

#[test]
fn the_default_office_hours_are_what_their_own_sessions_make() {
    let default = OfficeHours::default();
    assert_eq!(default, hours(&["07:30-11:30", "13:30-17:00"]));
    assert_eq!(OfficeHours::new(default.sessions().to_vec()), Ok(default));
}
