//! The seven worked cases of cut-offs and the calendar, each by the rule it is written for, with its ledger.
//! `cargo test -p motcua-clock vectors -- --nocapture` prints the ledgers for checking by hand.

use motcua_clock::{ClockRule, CutOff, FirstDay, FixedClock, OfficeHours, Reckoning, Term, fixed_deadline};

use super::{at, day, embedded, events_of, hours, print_ledger, short_ledger};

fn reckon(case: &str, start: &str, rule: &ClockRule, office: &OfficeHours) -> Reckoning {
    let events = events_of(start, &[]);
    let reckoned = motcua_clock::reckon(rule, &events, &embedded(), office, at(start)).unwrap();
    print_ledger(case, &reckoned);
    reckoned
}

fn rule(term: Term, cut_off: CutOff, first_day: FirstDay) -> ClockRule {
    ClockRule { cut_off, first_day, ..ClockRule::of_term(term) }
}

#[test]
fn case_1_receipt_on_a_holiday_starts_when_the_next_working_day_opens() {
    let rule = rule(Term::working_days(1), CutOff::OfficeEnd, FirstDay::NextDay);
    let reckoned = reckon("1: received on a Tết holiday", "2026-02-20 10:00", &rule, &OfficeHours::default());
    assert_eq!(reckoned.deadline.counted_from, at("2026-02-23 07:30"));
    // Deemed received on the 23rd, and the day of receipt does not count.
    assert_eq!(reckoned.deadline.due_at, at("2026-02-24 17:00"));
    assert_eq!(
        short_ledger(&reckoned.ledger),
        [
            "-2026-02-20 public_holiday",
            "-2026-02-21 weekend",
            "-2026-02-22 weekend",
            "-2026-02-23 deemed_day_of_receipt",
            "+2026-02-24 working_day",
        ]
    );
}

#[test]
fn case_2_after_15_00_day_one_is_the_next_working_day() {
    let at_15 = CutOff::At("15:00:00".parse().unwrap());
    let rule = rule(Term::working_days(3), at_15, FirstDay::DayOfReceipt);
    let reckoned = reckon("2: received after 15:00", "2026-04-29 15:30", &rule, &OfficeHours::default());
    assert_eq!(reckoned.deadline.due_at, at("2026-05-06 17:00"));
    assert_eq!(
        short_ledger(&reckoned.ledger),
        [
            "-2026-04-29 received_after_cut_off",
            "-2026-04-30 public_holiday",
            "-2026-05-01 public_holiday",
            "-2026-05-02 weekend",
            "-2026-05-03 weekend",
            "+2026-05-04 working_day",
            "+2026-05-05 working_day",
            "+2026-05-06 working_day",
        ]
    );
    // Half an hour earlier day one is the day itself.
    let in_time = reckon("2, in time", "2026-04-29 15:00", &rule, &OfficeHours::default());
    assert_eq!(in_time.deadline.due_at, at("2026-05-05 17:00"));
}

#[test]
fn case_3_within_the_last_office_hour_day_one_is_the_next_working_day() {
    let rule = rule(Term::working_days(1), CutOff::LastOfficeHour, FirstDay::DayOfReceipt);
    let reckoned = reckon("3: received in the last hour", "2026-08-28 16:30", &rule, &OfficeHours::default());
    assert_eq!(reckoned.deadline.due_at, at("2026-09-03 17:00"));
    assert_eq!(
        short_ledger(&reckoned.ledger),
        [
            "-2026-08-28 received_after_cut_off",
            "-2026-08-29 weekend",
            "-2026-08-30 weekend",
            "-2026-08-31 swapped_day_off",
            "-2026-09-01 public_holiday",
            "-2026-09-02 public_holiday",
            "+2026-09-03 working_day",
        ]
    );
    let in_time = reckon("3, in time", "2026-08-28 16:00", &rule, &OfficeHours::default());
    assert_eq!(in_time.deadline.due_on, day("2026-08-28"));
}

#[test]
fn case_4_a_make_up_saturday_is_day_one_by_any_cut_off() {
    let cut_offs = [
        CutOff::None,
        CutOff::At("15:00:00".parse().unwrap()),
        CutOff::LastOfficeHour,
        CutOff::Outside17To08,
        CutOff::OfficeEnd,
    ];
    for cut_off in cut_offs {
        let rule = rule(Term::working_days(1), cut_off, FirstDay::NextDay);
        let reckoned = reckon("4: make-up Saturday", "2026-08-21 09:00", &rule, &OfficeHours::default());
        assert_eq!(reckoned.deadline.due_at, at("2026-08-22 17:00"));
        let expected = ["-2026-08-21 day_of_receipt", "+2026-08-22 make_up_working_day"];
        assert_eq!(short_ledger(&reckoned.ledger), expected);
    }
}

#[test]
fn case_5_calendar_days_do_not_count_the_first() {
    let rule = ClockRule::of_term(Term::calendar_days(10));
    let reckoned = reckon("5: 10 calendar days", "2026-11-20 09:00", &rule, &OfficeHours::default());
    assert_eq!(reckoned.deadline.due_at, at("2026-11-30 17:00"));
    assert_eq!(reckoned.ledger.iter().filter(|line| line.counted).count(), 10);
}

#[test]
fn case_6_calendar_days_that_end_on_a_holiday_end_the_next_working_day() {
    let rule = ClockRule::of_term(Term::calendar_days(4));
    let reckoned = reckon("6: the last day is a holiday", "2026-11-20 09:00", &rule, &OfficeHours::default());
    assert_eq!(reckoned.deadline.due_at, at("2026-11-25 17:00"));
    assert_eq!(
        short_ledger(&reckoned.ledger),
        [
            "-2026-11-20 day_of_receipt",
            "+2026-11-21 calendar_day",
            "+2026-11-22 calendar_day",
            "+2026-11-23 calendar_day",
            "+2026-11-24 last_day_is_day_off",
            "-2026-11-25 extended_to_working_day",
        ]
    );
}

#[test]
fn case_7_the_check_of_an_online_dossier_runs_over_new_year_and_two_sessions_a_day() {
    let office = hours(&["07:00-11:00", "13:00-17:00"]);
    let rule = ClockRule::of_term(Term::working_hours(8));
    let reckoned = reckon("7: 8 working hours", "2026-12-31 16:00", &rule, &office);
    assert_eq!(reckoned.deadline.due_at, at("2027-01-04 16:00"));
    assert_eq!(
        short_ledger(&reckoned.ledger),
        [
            "+2026-12-31 office_hours",
            "-2027-01-01 public_holiday",
            "-2027-01-02 weekend",
            "-2027-01-03 weekend",
            "+2027-01-04 office_hours",
        ]
    );
    assert_eq!([0, 4].map(|line: usize| reckoned.ledger[line].office_seconds), [3600, 7 * 3600]);
    assert!(reckoned.deadline.provisional, "the decision on 2027 is not published");
    // The same as the fixed clock of a procedure whose own term is another one.
    let of_days = ClockRule::of_term(Term::working_days(5));
    let check = fixed_deadline(FixedClock::OnlineCheck, &of_days, at("2026-12-31 16:00"), &embedded(), &office);
    assert_eq!(check, Ok(at("2027-01-04 16:00")));
}
