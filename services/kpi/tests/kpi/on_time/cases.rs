//! Every case of the algorithm (Decision 766, indicator 2.1), one test each.

use chrono::{DateTime, TimeDelta, Utc};
use motcua_clock::Timeliness;
use motcua_kpi::facts::on_time::{ClosedAs, Course, Credit, Standing, Variant, Waiting, standing};

type At = DateTime<Utc>;

const CURRENT: Variant = Variant::CurrentDue;
const LESS_SUPPLEMENTS: Variant = Variant::FirstDue(Credit::Supplements);
const LESS_WAITS: Variant = Variant::FirstDue(Credit::All);
const EVERY: [Variant; 3] = [CURRENT, LESS_SUPPLEMENTS, LESS_WAITS];

/// A day and hour of November 2026.
fn at(day: u32, hour: u32) -> At {
    format!("2026-11-{day:02}T{hour:02}:00:00Z").parse().unwrap()
}

/// Received on the 2nd, due on the 9th at 10:00.
fn received() -> Course {
    let due = Some(at(9, 10));
    Course { received_at: Some(at(2, 2)), first_due_at: due, due_at: due, ..Course::default() }
}

fn wait(is_supplement: bool, from: At, to: Option<At>) -> Waiting {
    Waiting { is_supplement, started_at: from, ended_at: to, due_before: Some(at(9, 10)) }
}

fn verdict(course: &Course, variant: Variant) -> &'static str {
    standing(course, variant).as_str()
}

#[test]
fn an_end_at_the_due_instant_is_on_time_and_a_second_later_is_late() {
    let second = TimeDelta::seconds(1);
    for (end, word) in [(at(9, 10) - second, "on_time"), (at(9, 10), "on_time"), (at(9, 10) + second, "late")] {
        let done = Course { finished_at: Some(end), ..received() };
        assert!(EVERY.iter().all(|variant| verdict(&done, *variant) == word), "{end}");
    }
}

#[test]
fn state_9_counts_before_state_10() {
    let handed_over_late = Course { finished_at: Some(at(8, 3)), returned_at: Some(at(20, 3)), ..received() };
    assert_eq!(handed_over_late.close(), Some((at(8, 3), ClosedAs::Done)));
    assert_eq!(EVERY.map(|variant| verdict(&handed_over_late, variant)), ["on_time"; 3]);
}

#[test]
fn state_10_counts_where_nobody_told_of_a_9() {
    let returned = Course { returned_at: Some(at(9, 11)), ended_at: Some(at(3, 3)), ..received() };
    assert_eq!(returned.close(), Some((at(9, 11), ClosedAs::Returned)));
    assert_eq!(EVERY.map(|variant| verdict(&returned, variant)), ["late"; 3]);
}

#[test]
fn states_8_and_3_count_last() {
    for (end, word) in [(at(5, 3), "on_time"), (at(10, 3), "late")] {
        let stopped = Course { ended_at: Some(end), ..received() };
        assert_eq!(stopped.close(), Some((end, ClosedAs::Ended)));
        assert_eq!(EVERY.map(|variant| verdict(&stopped, variant)), [word; 3]);
    }
}

#[test]
fn a_refusal_before_receipt_is_not_counted() {
    let refused = Course { ended_at: Some(at(3, 3)), ..Course::default() };
    assert_eq!((refused.close(), standing(&refused, CURRENT)), (None, Standing::NotReceived));
    assert_eq!(standing(&refused, CURRENT).on_time(at(30, 0)), None);
}

#[test]
fn a_withdrawal_counts_only_after_receipt_and_by_its_own_instant() {
    let early = Course { withdrawn_at: Some(at(1, 3)), ended_at: Some(at(1, 3)), ..Course::default() };
    assert_eq!(EVERY.map(|variant| verdict(&early, variant)), ["not_received"; 3]);
    let withdrawn = Course { withdrawn_at: Some(at(4, 3)), ended_at: Some(at(12, 3)), ..received() };
    assert_eq!(withdrawn.close(), Some((at(4, 3), ClosedAs::Withdrawn)));
    assert_eq!(EVERY.map(|variant| verdict(&withdrawn, variant)), ["on_time"; 3]);
}

#[test]
fn what_is_not_finished_is_compared_as_of_the_end_of_the_period() {
    for variant in EVERY {
        let open = standing(&received(), variant);
        assert_eq!(open, Standing::Running { until: at(9, 10) });
        assert_eq!(
            [at(9, 9), at(9, 10), at(9, 11)].map(|as_of| open.on_time(as_of)),
            [Some(true), Some(true), Some(false)]
        );
    }
}

#[test]
fn exactly_one_open_supplement_ends_it_at_the_request() {
    let asked = |on: At| Course { due_at: None, waits: vec![wait(true, on, None)], ..received() };
    assert_eq!(EVERY.map(|variant| verdict(&asked(at(5, 3)), variant)), ["on_time"; 3]);
    assert_eq!(standing(&asked(at(5, 3)), CURRENT).on_time(at(30, 0)), Some(true), "however long it takes");
    // Asked when it was late already: the due instant that had passed stands.
    let late = Course { due_at: Some(at(9, 10)), ..asked(at(10, 3)) };
    assert_eq!(EVERY.map(|variant| verdict(&late, variant)), ["late"; 3]);
}

#[test]
fn open_after_a_second_request_is_late_however_early_it_was_asked() {
    let waits = vec![wait(true, at(3, 3), Some(at(4, 3))), wait(true, at(5, 3), None)];
    let asked_again = Course { due_at: None, waits, ..received() };
    assert_eq!(EVERY.map(|variant| verdict(&asked_again, variant)), ["late"; 3]);
}

#[test]
fn after_a_second_request_was_answered_the_clock_runs_and_all_is_taken_off() {
    let waits = vec![wait(true, at(3, 3), Some(at(4, 3))), wait(true, at(5, 3), Some(at(7, 3)))];
    let answered = Course { due_at: Some(at(12, 10)), waits, ..received() };
    assert_eq!(EVERY.map(|variant| standing(&answered, variant)), [Standing::Running { until: at(12, 10) }; 3]);
    let done = |on| Course { finished_at: Some(on), ..answered.clone() };
    assert_eq!(EVERY.map(|variant| verdict(&done(at(12, 10)), variant)), ["on_time"; 3]);
    assert_eq!(EVERY.map(|variant| verdict(&done(at(12, 11)), variant)), ["late"; 3]);
}

#[test]
fn finished_with_a_supplement_the_wait_is_taken_off() {
    // A new due instant that stayed behind the wait: only the variant that takes the wait off forgives it.
    let waits = vec![wait(true, at(4, 0), Some(at(7, 0)))];
    let done = Course { finished_at: Some(at(12, 9)), waits, ..received() };
    assert_eq!(EVERY.map(|variant| verdict(&done, variant)), ["late", "on_time", "on_time"]);
}

#[test]
fn waiting_time_is_credited_once() {
    // Three days of waiting moved the due instant by three days. Done three days after that: late by every variant, and
    // on time only if the same three days were taken off the end as well.
    let waits = vec![wait(true, at(4, 0), Some(at(7, 0)))];
    let done = Course { due_at: Some(at(12, 10)), finished_at: Some(at(15, 9)), waits, ..received() };
    assert_eq!(EVERY.map(|variant| verdict(&done, variant)), ["late"; 3]);
    assert!(at(15, 9) - done.waited(Credit::All, at(15, 9)) <= at(12, 10), "both together would forgive it");
}

#[test]
fn time_that_two_waits_share_and_time_before_receipt_are_not_taken_off_twice_or_at_all() {
    let waits = vec![
        wait(false, at(1, 0), Some(at(2, 3))),
        wait(true, at(4, 0), Some(at(6, 0))),
        wait(false, at(5, 0), Some(at(7, 0))),
        wait(true, at(5, 0), Some(at(6, 0))),
    ];
    let course = Course { waits, ..received() };
    let hours = |credit, until| course.waited(credit, until).num_hours();
    assert_eq!((hours(Credit::All, at(20, 0)), hours(Credit::Supplements, at(20, 0))), (1 + 72, 48));
    assert_eq!(hours(Credit::All, at(4, 5)), 1 + 5);
}

#[test]
fn without_an_appointment_the_elapsed_time_less_supplements_is_compared_with_the_longest_legal_term() {
    let none = Course { first_due_at: None, due_at: None, legal_end_at: Some(at(9, 10)), ..received() };
    let waits = vec![wait(true, at(4, 0), Some(at(6, 0)))];
    let done = |on, waits: &[Waiting]| Course { finished_at: Some(on), waits: waits.to_vec(), ..none.clone() };
    assert_eq!(EVERY.map(|variant| verdict(&done(at(9, 10), &[]), variant)), ["on_time"; 3]);
    assert_eq!(EVERY.map(|variant| verdict(&done(at(9, 11), &[]), variant)), ["late"; 3]);
    assert_eq!(EVERY.map(|variant| verdict(&done(at(11, 10), &waits), variant)), ["on_time"; 3]);
    assert_eq!(EVERY.map(|variant| verdict(&done(at(11, 11), &waits), variant)), ["late"; 3]);
    let open = Course { waits, ..none };
    assert_eq!(EVERY.map(|variant| standing(&open, variant)), [Standing::Running { until: at(11, 10) }; 3]);
}

#[test]
fn without_an_appointment_and_a_legal_term_nothing_is_said() {
    let none = Course { first_due_at: None, due_at: None, ..received() };
    let done = Course { finished_at: Some(at(5, 3)), ..none.clone() };
    for course in [none, done] {
        assert_eq!(EVERY.map(|variant| standing(&course, variant)), [Standing::NoDueDate; 3]);
    }
}

#[test]
fn a_posting_is_taken_off_where_all_waits_are_and_has_moved_the_current_due_instant() {
    let waits = vec![wait(false, at(4, 0), Some(at(7, 0)))];
    let done = Course { due_at: Some(at(12, 10)), finished_at: Some(at(12, 9)), waits, ..received() };
    assert_eq!(EVERY.map(|variant| verdict(&done, variant)), ["on_time", "late", "on_time"]);
}

#[test]
fn while_a_posting_goes_on_the_clock_stands_still_but_for_who_credits_supplements_alone() {
    let open = Course { due_at: None, waits: vec![wait(false, at(4, 0), None)], ..received() };
    let [current, supplements, all] = EVERY.map(|variant| standing(&open, variant));
    assert_eq!((current, all), (Standing::OnTime, Standing::OnTime));
    assert_eq!(supplements, Standing::Running { until: at(9, 10) });
}

#[test]
fn a_wait_longer_than_the_rule_excludes_lets_the_current_due_instant_run() {
    let open = Course { due_at: Some(at(20, 10)), waits: vec![wait(false, at(4, 0), None)], ..received() };
    assert_eq!(standing(&open, CURRENT), Standing::Running { until: at(20, 10) });
}

#[test]
fn closed_while_it_waited_it_is_as_it_was_when_its_clock_stopped() {
    let waits = vec![wait(true, at(5, 0), Some(at(26, 0)))];
    let by_silence = Course { due_at: None, ended_at: Some(at(26, 0)), waits, ..received() };
    assert_eq!(EVERY.map(|variant| verdict(&by_silence, variant)), ["on_time"; 3]);
}

#[test]
fn an_extension_moves_the_current_due_instant_and_not_the_first() {
    let extended = Course { due_at: Some(at(16, 10)), finished_at: Some(at(14, 3)), ..received() };
    assert_eq!(EVERY.map(|variant| verdict(&extended, variant)), ["on_time", "late", "late"]);
}

#[test]
fn early_is_a_matter_of_days_and_late_of_instants() {
    let done = |on| Course { finished_at: Some(on), ..received() }.timeliness();
    // 17:00 UTC is midnight in Vietnam.
    let [early, on_time, late] = [Timeliness::Early, Timeliness::OnTime, Timeliness::Late];
    assert_eq!([at(8, 16), at(8, 17), at(9, 10), at(9, 11)].map(done), [early, on_time, on_time, late].map(Some));
    assert_eq!(received().timeliness(), None);
}
