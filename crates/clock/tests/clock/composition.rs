//! What holds for every history: a pause of nothing changes nothing, a pause split anywhere is the one pause, and
//! more never leads to earlier.

use motcua_clock::{ClockRule, Deadline, SupplementEffect, WaitKind};
use proptest::prelude::*;

use super::histories::{Setting, Story, histories_to_compare, rule, setting};
use super::history_oracle::Step;
use super::oracle::DAY;

const WHOLE_WORLD: i64 = 9 * 365 * DAY;

fn deadline(setting: &Setting, rule: &ClockRule, received: i64, steps: Vec<(i64, Step)>, now: i64) -> Option<Deadline> {
    setting.reckon(rule, &Story { received, steps, now }).ok().map(|reckoned| reckoned.deadline)
}

/// The kinds that can stop a clock here, the supplement with either effect among them.
fn kind() -> impl Strategy<Value = WaitKind> {
    prop::sample::select(vec![WaitKind::Supplement, WaitKind::Consultation, WaitKind::FinancialDuty])
}

/// A rule that allows as many supplements as a test asks for.
fn generous_rule() -> impl Strategy<Value = ClockRule> {
    rule().prop_map(|mut rule| {
        rule.supplements_allowed = 9;
        rule
    })
}

/// A wait by itself; `number` and the one after it are free.
fn wait(number: u32, kind: WaitKind, from: i64, to: i64) -> Vec<(i64, Step)> {
    vec![(from, Step::Begin(number, kind)), (to, Step::End(number))]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: histories_to_compare() / 10,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_pause_of_nothing_changes_nothing(
        setting in setting(), rule in generous_rule(), kind in kind(), real_kind in kind(), received in 0..WHOLE_WORLD,
        real_from in 0..15 * DAY, real in 0..15 * DAY, empty in 0..40 * DAY, where_the_real_one_ends in any::<bool>(),
    ) {
        let (from, to) = (received + real_from, received + real_from + real);
        let empty = if where_the_real_one_ends { to } else { received + empty };
        let now = to.max(empty);
        let mut with = wait(1, real_kind, from, to);
        let Some(plain) = deadline(&setting, &rule, received, with.clone(), now) else { return Ok(()) };
        with.extend(wait(2, kind, empty, empty));
        with.sort_by_key(|(at, _)| *at);
        let paused = deadline(&setting, &rule, received, with, now).unwrap();
        prop_assert_eq!((paused.due_at, paused.first_due_at), (plain.due_at, plain.first_due_at));
    }

    #[test]
    fn a_pause_split_at_any_instant_is_the_one_pause(
        setting in setting(), rule in generous_rule(), kind in kind(), received in 0..WHOLE_WORLD,
        from in 0..15 * DAY, first_part in 0..10 * DAY, second_part in 0..10 * DAY, open in any::<bool>(),
    ) {
        let from = received + from;
        let split = from + first_part;
        let to = split + second_part;
        let mut one = wait(1, kind, from, to);
        let mut two = [wait(1, kind, from, split), wait(2, kind, split, to)].concat();
        if open {
            one.pop();
            two.pop();
        }
        let one = deadline(&setting, &rule, received, one, to);
        let two = deadline(&setting, &rule, received, two, to);
        prop_assert_eq!(one.as_ref().map(|one| one.due_at), two.as_ref().map(|two| two.due_at));
        prop_assert_eq!(one.map(|one| one.waiting), two.map(|two| two.waiting));
    }

    #[test]
    fn waits_that_overlap_count_once_and_in_any_order(
        setting in setting(), rule in generous_rule(), received in 0..WHOLE_WORLD,
        from in 0..15 * DAY, lengths in prop::array::uniform3(0..8 * DAY),
    ) {
        let from = received + from;
        let [a, b, c] = lengths;
        // Two waits of the same kind over one another are the one from the first beginning to the last end.
        let (second, first_ends) = (from + a, from + a + b);
        let ends = first_ends + c;
        let over = vec![
            (from, Step::Begin(1, WaitKind::Consultation)),
            (second, Step::Begin(2, WaitKind::Consultation)),
            (first_ends, Step::End(1)),
            (ends, Step::End(2)),
        ];
        let over = deadline(&setting, &rule, received, over, ends);
        let one = deadline(&setting, &rule, received, wait(1, WaitKind::Consultation, from, ends), ends);
        prop_assert_eq!(over.map(|over| over.due_at), one.map(|one| one.due_at));
    }

    #[test]
    fn a_later_receipt_a_longer_term_or_a_longer_wait_is_never_due_earlier(
        setting in setting(), rule in generous_rule(), kind in kind(), received in 0..WHOLE_WORLD,
        later in 0..10 * DAY, from in 10 * DAY..30 * DAY, length in 0..10 * DAY, longer in 0..10 * DAY, more in 1..9_u32,
    ) {
        let (from, to) = (received + from, received + from + length);
        let now = to + longer;
        let due = |rule: &ClockRule, received, to| {
            deadline(&setting, rule, received, wait(1, kind, from, to), now).map(|deadline| deadline.due_at)
        };
        let Some(base) = due(&rule, received, to) else { return Ok(()) };
        let mut long = rule.clone();
        long.term.count += more;
        for other in [due(&rule, received + later, to), due(&long, received, to), due(&rule, received, now)] {
            prop_assert!(other.is_none_or(|other| base <= other));
        }
    }

    #[test]
    fn the_first_due_instant_is_not_moved_by_anything_that_happens_later(
        setting in setting(), rule in generous_rule(), kind in kind(), received in 0..WHOLE_WORLD,
        from in 0..30 * DAY, length in 0..30 * DAY,
    ) {
        let (from, to) = (received + from, received + from + length);
        let before = deadline(&setting, &rule, received, vec![], received);
        let after = deadline(&setting, &rule, received, wait(1, kind, from, to), to);
        if let (Some(before), Some(after)) = (before, after) {
            prop_assert_eq!(before.first_due_at, after.first_due_at);
            prop_assert_eq!(before.first_due_at, before.due_at);
        }
    }

    #[test]
    fn a_wait_within_days_off_costs_nothing(
        setting in setting(), rule in generous_rule(), kind in kind(), received in 0..WHOLE_WORLD, day in 1..30_i64,
    ) {
        let is_off = |day: &i64| {
            let part = usize::try_from(*day).ok().and_then(|day| setting.world.days.get(day));
            part == Some(&motcua_clock::WorkedPart::Nothing)
        };
        let day = (received / DAY + day..).take(100).find(is_off).unwrap();
        let restarts = kind == WaitKind::Supplement && rule.supplement_effect == SupplementEffect::Restart;
        if rule.cut_off == motcua_clock::CutOff::None || restarts {
            return Ok(());
        }
        let (from, to) = (day * DAY + 600, day * DAY + 1000);
        let plain = deadline(&setting, &rule, received, vec![], to);
        let paused = deadline(&setting, &rule, received, wait(1, kind, from, to), to);
        prop_assert_eq!(plain.map(|plain| plain.due_at), paused.map(|paused| paused.due_at));
    }

    #[test]
    fn what_begins_after_the_term_ran_out_moves_nothing(
        setting in setting(), rule in generous_rule(), kind in kind(), received in 0..WHOLE_WORLD,
        late in 1..20 * DAY, length in 0..20 * DAY,
    ) {
        let Some(plain) = deadline(&setting, &rule, received, vec![], received) else { return Ok(()) };
        let due = (plain.due_at - super::histories::instant(0)).num_minutes();
        let (from, to) = (due + late, due + late + length);
        if let Some(paused) = deadline(&setting, &rule, received, wait(1, kind, from, to), to) {
            prop_assert_eq!(paused.due_at, plain.due_at);
        }
    }
}
