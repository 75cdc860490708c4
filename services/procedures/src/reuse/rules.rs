//! What is offered: pure.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::view::{ReusableComponent, ReusableFile};
use crate::catalogue::content::Component;
use crate::dossiers::rules::State;

/// The most files a component is offered.
const MOST_OFFERED: usize = 20;

/// Whether what was handed in with a dossier in this state is offered again: a desk has seen it, and it was neither sent
/// nor taken back.
pub(super) fn offers_components(state: State) -> bool {
    !matches!(state, State::Submitted | State::AwaitingCorrection | State::Refused | State::Stopped | State::Withdrawn)
}

/// Whether the result of a dossier in this state is offered, unless it was revoked.
pub(super) fn offers_result(state: State) -> bool {
    matches!(state, State::Done | State::Returned)
}

/// A file of an earlier dossier, and what it is.
pub(super) struct Found {
    pub component: String,
    pub paper_code: Option<String>,
    pub file: ReusableFile,
}

/// Whether a file is what a component asks for: the same component, or the same paper.
pub(super) fn is_paper_of(handed_in_as: &str, paper_code: Option<&str>, component: &Component) -> bool {
    let of_result = component.result_code.as_deref();
    let paper = paper_code.filter(|code| !code.is_empty());
    (!handed_in_as.is_empty() && handed_in_as == component.code)
        || paper.is_some_and(|code| Some(code) == of_result || code == component.code)
}

/// What each component can be taken from, the newest first.
pub(super) fn offers(components: &[Component], found: &[Found]) -> Vec<ReusableComponent> {
    components
        .iter()
        .map(|component| {
            let is_offered = |found: &&Found| is_paper_of(&found.component, found.paper_code.as_deref(), component);
            let mut files: Vec<ReusableFile> =
                found.iter().filter(is_offered).map(|found| found.file.clone()).collect();
            files.sort_by_key(|file| Reverse((file.dated_at, file.file_id)));
            // A file that was re-used before is one paper, shown where it was used last.
            let mut shown = BTreeSet::new();
            files.retain(|file| shown.insert(file.file_id));
            files.truncate(MOST_OFFERED);
            ReusableComponent {
                component: component.code.clone(),
                name: component.name.clone(),
                required: component.required,
                files,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use motcua_kernel::new_id;

    use super::*;
    use crate::reuse::view::ReusableKind;

    fn found(component: &str, paper: Option<&str>, hours: i64) -> Found {
        let day: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
        Found {
            component: component.into(),
            paper_code: paper.map(str::to_owned),
            file: ReusableFile {
                file_id: new_id(),
                kind: ReusableKind::Component,
                dossier_id: new_id(),
                dossier_code: None,
                procedure: "1.000001".into(),
                procedure_name: String::new(),
                dated_at: day + TimeDelta::hours(hours),
                number: None,
            },
        }
    }

    fn component(code: &str, result_code: Option<&str>) -> Component {
        Component { code: code.into(), result_code: result_code.map(str::to_owned), ..Component::default() }
    }

    #[test]
    fn a_paper_is_known_by_its_component_or_by_the_code_of_the_result_it_is() {
        let all = [found("A", None, 1), found("B", Some("KQ1"), 2), found("", Some("KQ1"), 3), found("", Some(""), 4)];
        let offered = offers(&[component("A", None), component("C", Some("KQ1")), component("D", None)], &all);
        let counts: Vec<usize> = offered.iter().map(|one| one.files.len()).collect();
        assert_eq!(counts, [1, 2, 0]);
    }

    #[test]
    fn the_newest_comes_first_and_a_file_once() {
        let mut all = vec![found("A", None, 1), found("A", None, 9), found("A", None, 5)];
        let again = all[1].file.file_id;
        all[0].file.file_id = again;
        let offered = offers(&[component("A", None)], &all);
        assert_eq!(offered[0].files.iter().map(|file| file.file_id).collect::<Vec<_>>(), [again, all[2].file.file_id]);
    }

    #[test]
    fn what_no_desk_has_taken_is_not_offered() {
        let offered: Vec<State> = State::ALL.into_iter().filter(|state| offers_components(*state)).collect();
        assert!(!offered.contains(&State::Withdrawn) && !offered.contains(&State::Submitted));
        assert!(State::ALL.into_iter().filter(|state| offers_result(*state)).all(|state| offered.contains(&state)));
    }
}
