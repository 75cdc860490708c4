//! Which linked steps start, which never will, and which hold the first dossier up. Pure.

use chrono::{DateTime, Utc};

use super::facts::{LinkedFact, LinkedStatus};
use crate::catalogue::content::{BEFORE_APPROVAL, LinkedStep};

/// The steps of a version before any has started.
#[must_use]
pub fn planned(steps: &[LinkedStep], at: DateTime<Utc>) -> Vec<LinkedFact> {
    let fact = |step: &LinkedStep| LinkedFact {
        code: step.code.clone(),
        procedure_code: step.procedure.clone(),
        status: LinkedStatus::Waiting,
        since: at,
        dossier_id: None,
        faults: Vec::new(),
    };
    steps.iter().map(fact).collect()
}

fn status(facts: &[LinkedFact], code: &str) -> Option<LinkedStatus> {
    facts.iter().find(|fact| fact.code == code).map(|fact| fact.status)
}

/// A step that can start now: it waits, and all that it waited for has come.
#[must_use]
pub fn next<'a>(steps: &'a [LinkedStep], facts: &[LinkedFact], has_result: bool) -> Option<&'a LinkedStep> {
    steps.iter().find(|step| {
        status(facts, &step.code) == Some(LinkedStatus::Waiting)
            && (has_result || !step.waits_for_result())
            && step.after.iter().all(|code| status(facts, code) == Some(LinkedStatus::Done))
    })
}

/// Skips every step that waits for one which ended without a result or was skipped itself.
pub fn skip_hopeless(steps: &[LinkedStep], facts: &mut [LinkedFact], at: DateTime<Utc>) {
    let ended_without = |status| matches!(status, Some(LinkedStatus::Closed | LinkedStatus::Skipped));
    loop {
        let hopeless = steps.iter().find(|step| {
            status(facts, &step.code) == Some(LinkedStatus::Waiting)
                && step.after.iter().any(|code| ended_without(status(facts, code)))
        });
        let Some(fact) = hopeless.and_then(|step| facts.iter_mut().find(|fact| fact.code == step.code)) else { return };
        fact.set(LinkedStatus::Skipped, at);
    }
}

/// The steps that hold up the approval or the return. What must end before the approval must have before the return.
#[must_use]
pub fn open_before<'a>(
    steps: &'a [LinkedStep],
    facts: &'a [LinkedFact],
    gate: &str,
) -> Vec<(&'a LinkedStep, &'a LinkedFact)> {
    let holds = |step: &LinkedStep| {
        step.must_end_before.as_deref().is_some_and(|before| before == gate || before == BEFORE_APPROVAL)
    };
    let pair = |step: &'a LinkedStep| facts.iter().find(|fact| fact.code == step.code).map(|fact| (step, fact));
    steps.iter().filter(|step| holds(step)).filter_map(pair).filter(|(_, fact)| fact.status.is_open()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn step(code: &str, after: &[&str]) -> LinkedStep {
        LinkedStep {
            code: code.into(),
            after: after.iter().map(|code| (*code).to_owned()).collect(),
            ..LinkedStep::default()
        }
    }

    fn set(facts: &mut [LinkedFact], code: &str, status: LinkedStatus) {
        facts.iter_mut().find(|fact| fact.code == code).unwrap().set(status, DateTime::UNIX_EPOCH);
    }

    #[test]
    fn a_step_starts_once_all_before_it_have_their_results() {
        let steps = [step("a", &[]), step("b", &[]), step("c", &["a", "b"])];
        let mut facts = planned(&steps, DateTime::UNIX_EPOCH);
        assert_eq!(next(&steps, &facts, false).unwrap().code, "a");
        set(&mut facts, "a", LinkedStatus::Done);
        assert_eq!(next(&steps, &facts, false).unwrap().code, "b");
        set(&mut facts, "b", LinkedStatus::Started);
        assert_eq!(next(&steps, &facts, false), None);
        set(&mut facts, "b", LinkedStatus::Done);
        assert_eq!(next(&steps, &facts, false).unwrap().code, "c");
    }

    #[test]
    fn a_step_after_one_without_result_is_skipped_and_so_are_those_after_it() {
        let steps = [step("c", &["b"]), step("b", &["a"]), step("a", &[]), step("d", &[])];
        let mut facts = planned(&steps, DateTime::UNIX_EPOCH);
        set(&mut facts, "a", LinkedStatus::Closed);
        skip_hopeless(&steps, &mut facts, DateTime::UNIX_EPOCH);
        let skipped: Vec<&str> =
            facts.iter().filter(|f| f.status == LinkedStatus::Skipped).map(|f| f.code.as_str()).collect();
        assert_eq!(skipped, ["c", "b"]);
    }

    #[test]
    fn a_step_on_the_result_waits_for_it() {
        let steps = [LinkedStep { starts: Some("on_result".into()), ..step("a", &[]) }];
        let facts = planned(&steps, DateTime::UNIX_EPOCH);
        assert_eq!(next(&steps, &facts, false), None);
        assert_eq!(next(&steps, &facts, true).unwrap().code, "a");
    }

    #[test]
    fn what_must_end_before_the_approval_holds_up_the_return_as_well() {
        let gate = |code: &str, gate: &str| LinkedStep { must_end_before: Some(gate.into()), ..step(code, &[]) };
        let steps = [gate("a", "approval"), gate("b", "return"), step("c", &[])];
        let mut facts = planned(&steps, DateTime::UNIX_EPOCH);
        let open = |facts: &[LinkedFact], gate: &str| {
            open_before(&steps, facts, gate).iter().map(|(step, _)| step.code.clone()).collect::<Vec<_>>()
        };
        assert_eq!(open(&facts, "approval"), ["a"]);
        assert_eq!(open(&facts, "return"), ["a", "b"]);
        set(&mut facts, "a", LinkedStatus::Closed);
        assert_eq!(open(&facts, "approval"), [""; 0]);
    }

    proptest! {
        /// However steps without a cycle wait for each other and however their dossiers end, every step comes to an end.
        #[test]
        fn every_step_ends_when_every_dossier_does(
            edges in prop::collection::vec((0..6_usize, 0..6_usize), 0..12),
            with_result in prop::collection::vec(any::<bool>(), 6),
        ) {
            let codes = ["a", "b", "c", "d", "e", "f"];
            let steps: Vec<LinkedStep> = (0..6).map(|at| {
                let after: Vec<&str> =
                    edges.iter().filter(|(from, to)| *to == at && from < to).map(|(from, _)| codes[*from]).collect();
                step(codes[at], &after)
            }).collect();
            let mut facts = planned(&steps, DateTime::UNIX_EPOCH);
            for _ in 0..6 {
                skip_hopeless(&steps, &mut facts, DateTime::UNIX_EPOCH);
                let Some(step) = next(&steps, &facts, true) else { break };
                prop_assert!(step.after.iter().all(|code| status(&facts, code) == Some(LinkedStatus::Done)));
                let at = codes.iter().position(|code| *code == step.code).unwrap();
                let end = if with_result[at] { LinkedStatus::Done } else { LinkedStatus::Closed };
                set(&mut facts, &step.code, end);
            }
            skip_hopeless(&steps, &mut facts, DateTime::UNIX_EPOCH);
            prop_assert!(facts.iter().all(|fact| !fact.status.is_open()), "{:?}", facts);
        }
    }
}
