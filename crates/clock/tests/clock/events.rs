//! Histories that cannot have happened are refused, and the event is named.

use motcua_clock::{
    AgencyException, ClockError, ClockRule, Ending, EventFault, ExceptionKind, Extension, Happening, SupplementEffect,
    Term, WaitKind, may_extend_to,
};

use super::{at, began, day, embedded, ended, events_of, land_rule, reckoned};

const RECEIVED: &str = "2026-03-02 09:00";
const NOW: &str = "2026-04-01 09:00";

fn rule() -> ClockRule {
    ClockRule { supplement_effect: SupplementEffect::Subtract, ..land_rule(5) }
}

type Later<'a> = &'a [(&'a str, Happening)];

fn fault(later: Later<'_>) -> (usize, EventFault) {
    match reckoned(&rule(), RECEIVED, later, NOW) {
        Err(ClockError::Event { event, fault }) => (event, fault),
        other => panic!("not refused: {other:?}"),
    }
}

fn extended(extension: Extension) -> Happening {
    Happening::Extended(extension)
}

#[test]
fn each_impossible_event_is_named_with_its_place() {
    let by = |days| extended(Extension::ByTerm(Term::working_days(days)));
    let to = |date| extended(Extension::ToDate(day(date)));
    let supplement = |number| began(number, WaitKind::Supplement);
    let posting = |number| began(number, WaitKind::Posting);
    let cases: [(Later<'_>, usize, EventFault); 13] = [
        (&[("2026-03-03 09:00", Happening::Received)], 1, EventFault::ReceivedTwice),
        (&[("2026-03-01 09:00", posting(1))], 1, EventFault::OutOfOrder),
        (&[("2026-03-04 09:00", posting(1)), ("2026-03-03 09:00", ended(1))], 2, EventFault::OutOfOrder),
        (&[("2026-04-01 09:01", posting(1))], 1, EventFault::InTheFuture),
        (&[("2026-03-03 09:00", ended(1))], 1, EventFault::WaitNotOpen),
        (
            &[("2026-03-03 09:00", posting(1)), ("2026-03-03 10:00", ended(1)), ("2026-03-03 11:00", ended(1))],
            3,
            EventFault::WaitNotOpen,
        ),
        (&[("2026-03-03 09:00", posting(1)), ("2026-03-03 10:00", posting(1))], 2, EventFault::WaitNumberTwice),
        (
            &[
                ("2026-03-03 09:00", Happening::Ended(Ending::Finished)),
                ("2026-03-03 10:00", Happening::Ended(Ending::Finished)),
            ],
            2,
            EventFault::AfterEnd,
        ),
        (
            &[("2026-03-03 09:00", supplement(1)), ("2026-03-03 10:00", ended(1)), ("2026-03-03 11:00", supplement(2))],
            3,
            EventFault::SupplementsUsedUp,
        ),
        (&[("2026-03-04 09:00", by(1)), ("2026-03-05 09:00", by(1))], 2, EventFault::ExtensionsUsedUp),
        (&[("2026-03-09 17:01", by(1))], 1, EventFault::ExtendedAfterDue),
        (&[("2026-03-10 09:00", to("2026-03-12"))], 1, EventFault::ExtendedAfterDue),
        (&[("2026-03-04 09:00", by(0))], 1, EventFault::EmptyExtension),
    ];
    for (later, event, expected) in cases {
        assert_eq!(fault(later), (event, expected), "{later:?}");
    }
}

#[test]
fn a_new_appointment_is_on_a_later_day_that_counts() {
    let judged = |later: Later<'_>, date: &str, now: &str| {
        let (events, office) = (events_of(RECEIVED, later), motcua_clock::OfficeHours::default());
        may_extend_to(day(date), &rule(), &events, &embedded(), &office, at(now))
    };
    let refused = |event, fault| Err(ClockError::Event { event, fault });
    let asked = "2026-03-04 09:00";
    assert_eq!(judged(&[], "2026-03-10", asked), Ok(()));
    assert_eq!(judged(&[], "2026-03-09", asked), refused(1, EventFault::ExtensionNotLater));
    assert_eq!(judged(&[], "2026-03-14", asked), refused(1, EventFault::ExtendedToUncountedDay));
    assert_eq!(judged(&[], "2026-03-10", "2026-03-09 17:01"), refused(1, EventFault::ExtendedAfterDue));
    let extended: Later<'_> = &[("2026-03-03 09:00", extended(Extension::ToDate(day("2026-03-10"))))];
    assert_eq!(judged(extended, "2026-03-14", asked), refused(2, EventFault::ExtensionsUsedUp));
    let ended: Later<'_> = &[("2026-03-03 09:00", Happening::Ended(Ending::Finished))];
    assert_eq!(judged(ended, "2026-03-10", asked), refused(2, EventFault::AfterEnd));
}

#[test]
fn an_appointment_that_is_decreed_off_later_goes_on_to_the_next_day_that_counts() {
    let due = |date: &str, closed: &[&str]| {
        let storm = |date: &&str| AgencyException {
            date: day(date),
            kind: ExceptionKind::Closed,
            reason_vi: "Bão".to_owned(),
            reason_en: "Storm".to_owned(),
            source: "Công điện".to_owned(),
        };
        let calendar = embedded().with_exceptions(closed.iter().map(storm).collect()).unwrap();
        let events = events_of(RECEIVED, &[("2026-03-04 09:00", extended(Extension::ToDate(day(date))))]);
        let office = motcua_clock::OfficeHours::default();
        motcua_clock::deadline(&rule(), &events, &calendar, &office, at("2026-03-05 09:00")).unwrap().due_at
    };
    assert_eq!(due("2026-03-13", &[]), at("2026-03-13 17:00"));
    assert_eq!(due("2026-03-13", &["2026-03-13"]), at("2026-03-16 17:00"));
    assert_eq!(due("2026-03-13", &["2026-03-13", "2026-03-16"]), at("2026-03-17 17:00"));
    // A day off on the way to it leaves the promise where it is.
    assert_eq!(due("2026-03-13", &["2026-03-11"]), at("2026-03-13 17:00"));
    // The term itself now ends later than what was promised: on 12 March, without the days of the storm.
    assert_eq!(due("2026-03-10", &["2026-03-06", "2026-03-09", "2026-03-10"]), at("2026-03-12 17:00"));
}

#[test]
fn a_history_begins_with_the_receipt() {
    let office = motcua_clock::OfficeHours::default();
    let expected = Err(ClockError::Event { event: 0, fault: EventFault::NotReceived });
    assert_eq!(motcua_clock::reckon(&rule(), &[], &embedded(), &office, at(NOW)), expected);
    let mut events = events_of(RECEIVED, &[("2026-03-03 09:00", began(1, WaitKind::Posting))]);
    events.remove(0);
    assert_eq!(motcua_clock::reckon(&rule(), &events, &embedded(), &office, at(NOW)), expected);
    let early = motcua_clock::reckon(&rule(), &events_of(RECEIVED, &[]), &embedded(), &office, at("2026-03-02 08:59"));
    assert_eq!(early, Err(ClockError::Event { event: 0, fault: EventFault::InTheFuture }));
}

#[test]
fn an_extension_at_the_due_instant_itself_is_in_time() {
    let extension = extended(Extension::ByTerm(Term::working_days(1)));
    let found = reckoned(&rule(), RECEIVED, &[("2026-03-09 17:00", extension)], NOW).unwrap();
    assert_eq!(found.deadline.due_at, at("2026-03-10 17:00"));
    assert_eq!(found.deadline.first_due_at, at("2026-03-09 17:00"));
}

#[test]
fn every_fault_has_its_own_code_and_a_text_in_both_languages() {
    let codes: std::collections::BTreeSet<_> = EventFault::ALL.iter().map(|fault| fault.code()).collect();
    assert_eq!(codes.len(), EventFault::ALL.len());
    for fault in EventFault::ALL {
        let error = ClockError::Event { event: 3, fault };
        assert_eq!(error.code(), fault.code());
        assert_eq!(error.vi(), format!("Sự kiện 3: {}", fault.vi()));
        assert_eq!(error.to_string(), format!("event 3: {fault}"));
    }
}
