//! Half days and what one agency does otherwise than the national table; opening hours beside office hours.

use motcua_clock::{
    AgencyException, Calendar, ClockRule, ExceptionKind, ExceptionProblem, OfficeHours, OpeningHours, Term, WorkedPart,
    deadline, due,
};

use super::{at, day, embedded, events_of, hours, ledger_lines};

fn exception(date: &str, kind: ExceptionKind) -> AgencyException {
    AgencyException {
        date: day(date),
        kind,
        reason_vi: "Bão số 3".to_owned(),
        reason_en: "Typhoon no. 3".to_owned(),
        source: "Công văn 12/UBND ngày 5/3/2026".to_owned(),
    }
}

fn with(exceptions: &[(&str, ExceptionKind)]) -> Calendar {
    embedded().with_exceptions(exceptions.iter().map(|(date, kind)| exception(date, *kind)).collect()).unwrap()
}

fn due_at(calendar: &Calendar, start: &str, term: Term) -> motcua_clock::Due {
    due(at(start), term, calendar, &OfficeHours::default()).unwrap()
}

#[test]
fn a_storm_closes_one_commune_and_no_other() {
    let closed = with(&[("2026-03-05", ExceptionKind::Closed)]);
    let found = due_at(&closed, "2026-03-04 09:00", Term::working_days(1));
    assert_eq!(
        ledger_lines(&found),
        ["-2026-03-04 day_of_receipt", "-2026-03-05 agency_closed", "+2026-03-06 working_day"]
    );
    assert_eq!(found.ledger[1].reason.vi, "Không tính: Bão số 3");
    assert_eq!(due_at(&embedded(), "2026-03-04 09:00", Term::working_days(1)).due_on, day("2026-03-05"));
    assert_eq!(closed.working_days_in(2026), Ok(248));
    assert_eq!(closed.with_exceptions(Vec::new()), Ok(embedded()));
}

#[test]
fn an_extra_working_day_counts_at_the_agency_that_works_it() {
    let working = with(&[("2026-03-07", ExceptionKind::Working)]);
    let found = due_at(&working, "2026-03-06 09:00", Term::working_days(1));
    assert_eq!(ledger_lines(&found), ["-2026-03-06 day_of_receipt", "+2026-03-07 agency_working_day"]);
}

#[test]
fn in_days_a_half_day_is_a_whole_one_and_its_term_ends_when_that_half_closes() {
    let halves = with(&[("2026-03-05", ExceptionKind::MorningOnly), ("2026-03-06", ExceptionKind::AfternoonOnly)]);
    let one = due_at(&halves, "2026-03-04 09:00", Term::working_days(1));
    assert_eq!((one.due_at, ledger_lines(&one)[1].as_str()), (at("2026-03-05 11:30"), "+2026-03-05 morning_only"));
    let two = due_at(&halves, "2026-03-04 09:00", Term::working_days(2));
    assert_eq!((two.due_at, ledger_lines(&two)[2].as_str()), (at("2026-03-06 17:00"), "+2026-03-06 afternoon_only"));
}

#[test]
fn in_hours_only_the_open_half_counts_and_receipt_in_the_closed_half_waits() {
    let halves = with(&[("2026-03-05", ExceptionKind::MorningOnly), ("2026-03-06", ExceptionKind::AfternoonOnly)]);
    assert_eq!(due_at(&halves, "2026-03-05 10:30", Term::working_hours(2)).due_at, at("2026-03-06 14:30"));
    assert_eq!(due_at(&halves, "2026-03-05 14:00", Term::working_days(1)).counted_from, at("2026-03-06 13:30"));
    assert_eq!(due_at(&halves, "2026-03-06 08:00", Term::working_days(1)).counted_from, at("2026-03-06 13:30"));
}

#[test]
fn a_half_in_which_an_office_never_works_is_a_day_off_for_it() {
    let halves = with(&[("2026-03-05", ExceptionKind::MorningOnly)]);
    let afternoons = hours(&["13:00-17:00"]);
    let found = due(at("2026-03-04 14:00"), Term::working_days(1), &halves, &afternoons).unwrap();
    assert_eq!(ledger_lines(&found)[1], "-2026-03-05 other_half_only");
    assert_eq!(found.due_at, at("2026-03-06 17:00"));
}

#[test]
fn an_office_without_a_break_is_divided_at_noon() {
    let office = hours(&["08:00-16:00"]);
    assert_eq!(office.sessions_of(WorkedPart::Morning), hours(&["08:00-12:00"]).sessions());
    assert_eq!(office.sessions_of(WorkedPart::Afternoon), hours(&["12:00-16:00"]).sessions());
    assert_eq!(office.time_of(WorkedPart::WholeDay), chrono::TimeDelta::hours(8));
}

#[test]
fn a_half_day_of_the_national_table_is_read_from_its_file() {
    let table = "date,kind,linked_date,name_vi,name_en,source,provisional,note\n\
                 2026,year,,A,A,L,false,\n2026-03-05,morning_only,,Nghỉ chiều,Afternoon off,Luật,false,\n";
    let calendar = Calendar::from_csv(table.as_bytes()).unwrap();
    assert_eq!(calendar.worked_part(day("2026-03-05")), Ok(WorkedPart::Morning));
    let found = due_at(&calendar, "2026-03-04 09:00", Term::working_days(1));
    assert_eq!(found.ledger[1].reason.en, "Counted as a whole day, worked in the morning only: Afternoon off");
}

#[test]
fn a_half_day_of_an_agency_adds_no_work_to_a_day_off() {
    let on = |date: &str, kind| embedded().with_exceptions(vec![exception(date, kind)]);
    for half in [ExceptionKind::MorningOnly, ExceptionKind::AfternoonOnly] {
        for day_off in ["2026-09-02", "2026-03-07"] {
            let faults = on(day_off, half).unwrap_err();
            assert_eq!(faults[0].problem, ExceptionProblem::ChangesNothing, "{half:?} {day_off}");
        }
    }
    let part = |calendar: Calendar, date| calendar.worked_part(day(date)).unwrap();
    assert_eq!(part(on("2026-09-02", ExceptionKind::Working).unwrap(), "2026-09-02"), WorkedPart::WholeDay);
    assert_eq!(part(on("2026-03-05", ExceptionKind::MorningOnly).unwrap(), "2026-03-05"), WorkedPart::Morning);
    let table = "date,kind,linked_date,name_vi,name_en,source,provisional,note\n\
                 2026,year,,A,A,L,false,\n2026-03-05,afternoon_only,,Nghỉ sáng,Morning off,Luật,false,\n";
    let national = Calendar::from_csv(table.as_bytes()).unwrap();
    let halved = national.with_exceptions(vec![exception("2026-03-05", ExceptionKind::MorningOnly)]).unwrap();
    assert_eq!(part(halved, "2026-03-05"), WorkedPart::Nothing);
}

#[test]
fn faulty_exceptions_are_refused_all_at_once() {
    let mut nameless = exception("2026-03-05", ExceptionKind::Closed);
    nameless.source = " ".to_owned();
    let exceptions = vec![
        exception("2028-03-01", ExceptionKind::Closed),
        exception("2026-03-07", ExceptionKind::Closed),
        exception("2026-03-09", ExceptionKind::Working),
        nameless,
        exception("2026-03-05", ExceptionKind::MorningOnly),
    ];
    let faults = embedded().with_exceptions(exceptions).unwrap_err();
    let told: Vec<_> = faults.iter().map(|fault| (fault.index, fault.problem)).collect();
    let expected = [
        (0, ExceptionProblem::YearNotCovered),
        (1, ExceptionProblem::ChangesNothing),
        (2, ExceptionProblem::ChangesNothing),
        (3, ExceptionProblem::EmptyField("source")),
        (4, ExceptionProblem::Twice),
    ];
    assert_eq!(told, expected);
    assert!(faults.iter().all(|fault| fault.problem.code().starts_with("calendar.exception_")));
}

#[test]
fn a_counter_open_on_saturdays_moves_no_deadline() {
    let office = OfficeHours::default();
    let opening = OpeningHours {
        monday: Some(office.clone()),
        friday: Some(office.clone()),
        saturday: Some(hours(&["07:30-11:00"])),
        ..OpeningHours::default()
    };
    let calendar = embedded();
    let open = |time| opening.is_open(&calendar, at(time)).unwrap();
    assert!(open("2026-03-07 08:00") && !open("2026-03-07 14:00") && !open("2026-03-05 08:00"));
    // A make-up Saturday; a holiday on a Friday.
    assert!(open("2026-08-22 08:00") && !open("2026-05-01 08:00"));
    let rule = ClockRule::of_term(Term::working_days(1));
    let found = deadline(&rule, &events_of("2026-03-06 09:00", &[]), &calendar, &office, at("2026-03-06 09:00"));
    assert_eq!(found.unwrap().due_at, at("2026-03-09 17:00"));
}
