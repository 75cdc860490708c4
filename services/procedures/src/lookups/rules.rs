//! Which look-up counts, and what is wrong with one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use motcua_kernel::text::is_one_line;
use motcua_kernel::{FieldError, Text};

use super::view::{CreateLookup, FailedLookup, Lookup, LookupOutcome};
use crate::catalogue::content::VersionContent;
use crate::dossiers::facts::{ComponentFacts, DossierFacts};

/// More look-ups than any dossier has papers.
pub(super) const MOST_LOOKUPS: usize = 50;

/// Everything wrong with look-ups, at once.
pub(crate) fn faults(content: &VersionContent, lookups: &[CreateLookup], now: DateTime<Utc>) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if lookups.len() > MOST_LOOKUPS {
        let text = Text::new("Mỗi lần có nhiều nhất 50 lượt tra cứu.", "At most 50 look-ups at a time.");
        faults.push(FieldError::new("/lookups", "max_items", text));
    }
    for (at, lookup) in lookups.iter().enumerate().take(MOST_LOOKUPS) {
        let mut fault = |field: &str, code: &str, vi: String, en: String| {
            faults.push(FieldError::new(format!("/lookups/{at}/{field}"), code, Text::new(vi, en)));
        };
        let component = content.components.iter().find(|component| component.code == lookup.component);
        match component.map(|component| component.replaced_by.as_ref()) {
            None => fault(
                "component",
                "component.unknown",
                "Thủ tục không có thành phần hồ sơ này.".into(),
                "The procedure has no such component.".into(),
            ),
            Some(None) => fault(
                "component",
                "component.not_replaced",
                "Thành phần hồ sơ này không được thay bằng dữ liệu của cơ sở dữ liệu nào.".into(),
                "No database replaces this component.".into(),
            ),
            Some(Some(replacement)) if replacement.database != lookup.database => fault(
                "database",
                "lookup.wrong_database",
                format!("Thành phần này được thay bằng dữ liệu của cơ sở dữ liệu {}.", replacement.database),
                format!("The database that replaces this component is {}.", replacement.database),
            ),
            Some(Some(_)) => {}
        }
        if lookup.looked_up_at > now {
            fault(
                "looked_up_at",
                "date.in_future",
                "Thời điểm này chưa đến.".into(),
                "The moment has not come yet.".into(),
            );
        }
        if lookup.reference.as_deref().is_some_and(|text| !is_one_line(text) || text.chars().count() > 100) {
            fault(
                "reference",
                "text.one_line",
                "Cần từ 1 đến 100 ký tự, trên một dòng.".into(),
                "Must have 1 to 100 characters, on one line.".into(),
            );
        }
    }
    faults
}

/// The newest look-up of each component; `lookups` come the oldest first.
fn newest(lookups: &[Lookup]) -> BTreeMap<&str, &Lookup> {
    lookups.iter().map(|lookup| (lookup.component.as_str(), lookup)).collect()
}

/// The components that a database replaces now, each with the database.
pub(crate) fn replaced(lookups: &[Lookup]) -> BTreeMap<&str, &str> {
    let found = newest(lookups).into_iter().filter(|(_, lookup)| lookup.outcome == LookupOutcome::Found);
    found.map(|(component, lookup)| (component, lookup.database.as_str())).collect()
}

/// The components that their database did not confirm.
pub(crate) fn failed(lookups: &[Lookup]) -> Vec<FailedLookup> {
    newest(lookups)
        .into_values()
        .filter(|lookup| lookup.outcome != LookupOutcome::Found)
        .map(|lookup| FailedLookup {
            component: lookup.component.clone(),
            database: lookup.database.clone(),
            outcome: lookup.outcome,
            looked_up_at: lookup.looked_up_at,
        })
        .collect()
}

/// Writes into the facts which components a database replaces. A component that was handed in as well counts as handed
/// in: its paper was asked for.
pub(crate) fn settle(facts: &mut DossierFacts, lookups: &[Lookup]) {
    facts.components.retain(|component| component.has_file);
    for (component, database) in replaced(lookups) {
        if facts.components.iter().any(|other| other.code == component) {
            continue;
        }
        facts.components.push(ComponentFacts {
            code: component.to_owned(),
            has_file: false,
            form: None,
            digitised: false,
            reused: false,
            from_personal_store: false,
            replaced_by: Some(database.to_owned()),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::content::{Component, Replacement};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn lookup(component: &str, outcome: LookupOutcome) -> Lookup {
        Lookup {
            component: component.into(),
            database: "population".into(),
            looked_up_at: at("2026-11-16T02:00:00Z"),
            outcome,
            reference: None,
            recorded_at: at("2026-11-16T02:00:00Z"),
        }
    }

    #[test]
    fn the_newest_look_up_of_a_component_counts() {
        use LookupOutcome::{Found, Mismatch};
        let lookups = [lookup("A", Mismatch), lookup("B", Found), lookup("A", Found), lookup("B", Mismatch)];
        assert_eq!(replaced(&lookups).into_keys().collect::<Vec<_>>(), ["A"]);
        assert_eq!(failed(&lookups).iter().map(|one| one.component.as_str()).collect::<Vec<_>>(), ["B"]);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let replaced = |code: &str| Component {
            code: code.into(),
            replaced_by: Some(Replacement { database: "population".into(), legal_basis: None }),
            ..Component::default()
        };
        let paper = Component { code: "C".into(), ..Component::default() };
        let content = VersionContent { components: vec![replaced("A"), paper], ..VersionContent::default() };
        let asked = |component: &str, database: &str, time: &str, reference: &str| CreateLookup {
            component: component.into(),
            database: database.into(),
            looked_up_at: at(time),
            outcome: LookupOutcome::Found,
            reference: Some(reference.into()),
        };
        let (now, later) = ("2026-11-16T02:00:00Z", "2026-11-16T02:00:01Z");
        let lookups = [
            asked("A", "population", now, "1"),
            asked("A", "land", later, ""),
            asked("C", "population", now, "1"),
            asked("D", "population", now, "1"),
        ];
        let told: Vec<String> = faults(&content, &lookups, at(now))
            .iter()
            .map(|fault| format!("{} {}", fault.pointer, fault.code))
            .collect();
        assert_eq!(
            told,
            [
                "/lookups/1/database lookup.wrong_database",
                "/lookups/1/looked_up_at date.in_future",
                "/lookups/1/reference text.one_line",
                "/lookups/2/component component.not_replaced",
                "/lookups/3/component component.unknown",
            ]
        );
    }
}
