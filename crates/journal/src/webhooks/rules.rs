//! Which types a subscription asks for, and when a receiver is tried again.

use chrono::TimeDelta;
use motcua_kernel::{FieldError, Text};

/// The most types a subscription names.
const MOST_TYPES: usize = 50;
/// The longest pause between two tries.
const LONGEST: TimeDelta = TimeDelta::hours(8);

/// Whether a type is among those asked for: by name, or by the beginning that stands before `.*`. None means all.
pub(super) fn asks_for(types: &[String], kind: &str) -> bool {
    types.is_empty() || types.iter().any(|asked| fits(asked, kind))
}

fn fits(asked: &str, kind: &str) -> bool {
    match asked.strip_suffix(".*") {
        Some(beginning) => kind.strip_prefix(beginning).is_some_and(|rest| rest.starts_with('.')),
        None => asked == kind,
    }
}

/// What is wrong with the types asked for, of those the service's feed knows.
pub(super) fn type_faults(asked: &[String], known: &[&str]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if asked.len() > MOST_TYPES {
        faults.push(FieldError::new("/types", "length", Text::new("Nhiều nhất 50 loại.", "At most 50 types.")));
    }
    for (at, one) in asked.iter().enumerate().take(MOST_TYPES) {
        if !known.iter().any(|kind| fits(one, kind)) {
            let text = Text::new(
                "Dịch vụ này không có loại sự kiện nào như vậy.",
                "This service has no event of this type: a name like `dossier.received.v1`, or `dossier.*`.",
            );
            faults.push(FieldError::new(format!("/types/{at}"), "type.unknown", text));
        }
    }
    faults
}

/// How long to wait after so many tries: four times as long each time, up to eight hours; `chance` is 0 to 1 and spreads
/// those who failed together by a fifth to each side. Longer when the receiver asks for it, up to eight hours as well.
pub(super) fn pause(first: TimeDelta, tries: i64, chance: f64, asked: Option<TimeDelta>) -> TimeDelta {
    let steps = u32::try_from(tries - 1).unwrap_or_default().min(15);
    let full = first.checked_mul(4_i32.saturating_pow(steps)).map_or(LONGEST, |pause| pause.min(LONGEST));
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a pause, give or take")]
    let spread = (full.num_milliseconds() as f64 * (0.8 + 0.4 * chance)) as i64;
    let spread = TimeDelta::milliseconds(spread);
    asked.map_or(spread, |asked| spread.max(asked.min(LONGEST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["dossier.received.v1", "dossier.alerted.v1", "dossiers.moved.v1"];

    fn asked(types: &[&str]) -> Vec<String> {
        types.iter().map(|one| (*one).to_owned()).collect()
    }

    #[test]
    fn a_type_is_asked_for_by_name_or_by_what_stands_before_a_dot() {
        assert!(asks_for(&[], "anything.v1"));
        assert!(asks_for(&asked(&["dossier.*"]), "dossier.alerted.v1"));
        assert!(asks_for(&asked(&["dossier.alerted.*"]), "dossier.alerted.v2"));
        assert!(!asks_for(&asked(&["dossier.*"]), "dossiers.moved.v1"));
        assert!(!asks_for(&asked(&["dossier.received.v1"]), "dossier.alerted.v1"));
    }

    #[test]
    fn a_type_that_no_event_has_is_refused_by_its_place() {
        assert!(type_faults(&asked(&["dossier.*", "dossier.alerted.v1"]), &KNOWN).is_empty());
        let faults = type_faults(&asked(&["dossier.*", "dosier.*", "*", "", ".*", "dossier.alerted"]), &KNOWN);
        let places: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(places, ["/types/1", "/types/2", "/types/3", "/types/4", "/types/5"]);
        assert_eq!(type_faults(&vec!["dossier.*".to_owned(); 51], &KNOWN)[0].code, "length");
    }

    #[test]
    fn pauses_grow_fourfold_up_to_eight_hours_and_a_fifth_of_them_is_chance() {
        let seconds =
            [1, 2, 3, 4, 7, 9, 1_000].map(|tries| pause(TimeDelta::seconds(5), tries, 0.5, None).num_seconds());
        assert_eq!(seconds, [5, 20, 80, 320, 20_480, 28_800, 28_800]);
        assert_eq!(pause(TimeDelta::seconds(10), 1, 0.0, None).num_seconds(), 8);
        assert_eq!(pause(TimeDelta::seconds(10), 1, 1.0, None).num_seconds(), 12);
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_and_for_none_longer_than_the_longest() {
        let asked = [1, 600, 1_000_000]
            .map(|asked| pause(TimeDelta::seconds(10), 1, 0.5, Some(TimeDelta::seconds(asked))).num_seconds());
        assert_eq!(asked, [10, 600, 28_800]);
    }
}
