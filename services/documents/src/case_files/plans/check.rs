//! What lines of a file plan must be: every fault of every line at once.

use std::collections::BTreeSet;

use motcua_kernel::{FieldError, Text, Uuid};

use super::http::NewFilePlanEntry;
use super::store::EntryContent;
use crate::case_files::files::notation_fault;
use crate::case_files::retention::Retention;
use crate::text_fields::{needed, optional, required};

const MOST_ENTRIES: usize = 1_000;

/// A line within its limits. Unit and officer are looked up later.
pub(super) struct AskedEntry {
    pub notation: String,
    pub content: EntryContent,
    pub retention: Retention,
    pub unit: Option<String>,
    pub officer: Option<Uuid>,
}

/// Checks the lines of a request.
pub(super) fn entries(new: Vec<NewFilePlanEntry>, faults: &mut Vec<FieldError>) -> Vec<AskedEntry> {
    if new.len() > MOST_ENTRIES {
        let text = Text::new("Nhiều nhất 1.000 mục.", "At most 1,000 lines.");
        faults.push(FieldError::new("/entries", "too_many", text));
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let mut asked = Vec::new();
    for (at, entry) in new.into_iter().enumerate() {
        let pointer = |field: &str| format!("/entries/{at}/{field}");
        let notation = needed(&entry.notation, &pointer("notation"), 60, faults);
        faults.extend(notation_fault(&notation, &pointer("notation")));
        if !notation.is_empty() && !seen.insert(notation.clone()) {
            faults.push(repeated(&pointer("notation")));
        }
        asked.push(AskedEntry {
            content: EntryContent {
                heading: optional(entry.heading, &pointer("heading"), 200, faults),
                title: needed(&entry.title, &pointer("title"), 2000, faults),
                note: optional(entry.note, &pointer("note"), 500, faults),
            },
            retention: entry.retention.check(&pointer("retention"), faults),
            unit: optional(entry.unit, &pointer("unit"), 100, faults),
            officer: entry.officer,
            notation,
        });
    }
    asked
}

/// The fault of a list without lines.
pub(super) fn none() -> FieldError {
    required("/entries")
}

/// The fault of a notation that another line has.
pub(super) fn repeated(pointer: &str) -> FieldError {
    let text = Text::new("Ký hiệu này đã có trong danh mục.", "Another line of the plan has this notation.");
    FieldError::new(pointer, "file_plan.notation_repeated", text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case_files::retention::RetentionPeriod;

    #[test]
    fn every_fault_of_every_line_is_told_at_once() {
        let line = |notation: &str, title: &str, years| NewFilePlanEntry {
            notation: notation.into(),
            heading: None,
            title: title.into(),
            retention: RetentionPeriod { kind: None, years },
            unit: None,
            officer: None,
            note: None,
        };
        let mut faults = Vec::new();
        let wrong = vec![line("01.A", "x", Some(5)), line("01.A", "", None), line("a b", "y", Some(1000))];
        assert_eq!(entries(wrong, &mut faults).len(), 3);
        let found: Vec<String> = faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect();
        assert_eq!(
            found,
            [
                "/entries/1/notation file_plan.notation_repeated",
                "/entries/1/title required",
                "/entries/1/retention/years required",
                "/entries/2/notation case_file.notation_invalid",
                "/entries/2/retention/years range",
            ]
        );
    }
}
