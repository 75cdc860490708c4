//! Collects the warnings of one line while it is read.
//!
//! The same fault usually stands in three channels or in forty components. One warning then names all its places, so a
//! list of warnings stays short enough to be read and still points at every cell.

use std::{borrow::Cow, collections::HashMap};

use super::warning::{Warning, WarningCode, Wording};

/// Longest raw value kept in a warning, in characters.
const LONGEST_VALUE: usize = 200;

/// Warnings in the order in which they were found, repeats merged.
#[derive(Debug, Default)]
pub(super) struct Notes {
    warnings: Vec<Warning>,
    places: HashMap<(WarningCode, Option<String>), usize>,
}

impl Notes {
    /// Remembers a warning; one with the same code and value becomes a further place of the first.
    pub(super) fn add(&mut self, code: WarningCode, pointer: &str, value: Option<&str>) {
        let value = value.map(shorten);
        let next = self.warnings.len();
        let index = *self.places.entry((code, value.clone())).or_insert(next);
        if let Some(known) = self.warnings.get_mut(index) {
            if known.pointer != pointer && !known.also.iter().any(|place| place == pointer) {
                known.also.push(pointer.to_owned());
            }
            return;
        }
        let text = code.text();
        self.warnings.push(Warning {
            code: Cow::Borrowed(text.code),
            pointer: pointer.to_owned(),
            also: Vec::new(),
            message: Wording { vi: Cow::Borrowed(text.vi), en: Cow::Borrowed(text.en) },
            value,
        });
    }

    /// The warnings found.
    pub(super) fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }
}

/// Cuts a raw value to the length a warning may carry; the ellipsis shows that it was cut.
pub(super) fn shorten(value: &str) -> String {
    if value.chars().nth(LONGEST_VALUE).is_none() {
        return value.to_owned();
    }
    value.chars().take(LONGEST_VALUE - 1).chain(std::iter::once('…')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_fault_in_several_places_is_one_warning_with_all_places() {
        let mut notes = Notes::default();
        for place in ["/channels/0/time_raw", "/channels/1/time_raw", "/channels/1/time_raw"] {
            notes.add(WarningCode::TermUnitMissing, place, Some("1"));
        }
        let warnings = notes.into_warnings();
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].pointer, "/channels/0/time_raw");
        assert_eq!(warnings[0].also, ["/channels/1/time_raw"]);
    }

    #[test]
    fn another_value_is_another_warning() {
        let mut notes = Notes::default();
        notes.add(WarningCode::TermUnitMissing, "/channels/0/time_raw", Some("1"));
        notes.add(WarningCode::TermUnitMissing, "/channels/1/time_raw", Some("5"));
        assert_eq!(notes.into_warnings().len(), 2);
    }

    #[test]
    fn a_value_is_cut_at_two_hundred_characters_not_bytes() {
        let exact = "ệ".repeat(200);
        assert_eq!(shorten(&exact), exact);
        let cut = shorten(&"ệ".repeat(201));
        assert_eq!(cut.chars().count(), 200);
        assert!(cut.ends_with('…'));
    }
}
