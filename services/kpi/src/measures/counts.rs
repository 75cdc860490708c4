//! Counts as tallies keep them: one text for all measures of an agency and a span of days.
//!
//! A line for each measure that is not zero, `slot=count`, or `slot=count value` where different values are counted. In
//! one text, because a score needs all of an agency's counts together, and one row is read quicker than fifty; in plain
//! text, because people look into tables.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use motcua_kernel::{Error, Result};

/// Counts by measure and value; the value is empty where none is told apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts(BTreeMap<(i64, String), i64>);

impl Counts {
    /// Adds to one count; what comes to zero is gone.
    pub(crate) fn add(&mut self, slot: i64, value: &str, count: i64) {
        if count == 0 {
            return;
        }
        let sum = self.0.entry((slot, value.to_owned())).or_default();
        *sum += count;
        if *sum == 0 {
            self.0.remove(&(slot, value.to_owned()));
        }
    }

    /// Adds all of another's.
    pub(crate) fn join(&mut self, other: &Self) {
        for (slot, value, count) in other.iter() {
            self.add(slot, value, count);
        }
    }

    /// Slot, value, count.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (i64, &str, i64)> {
        self.0.iter().map(|((slot, value), count)| (*slot, value.as_str(), *count))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As it is stored: the same counts are the same text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::with_capacity(self.0.len() * 8);
        for ((slot, value), count) in &self.0 {
            write_line(&mut text, *slot, value, *count);
        }
        text
    }

    /// What is stored with these counts added to it, as it is stored again. Both are in the same order, so lines that do
    /// not change are not taken apart.
    ///
    /// # Errors
    /// When it is not what [`text`](Self::text) writes.
    pub(crate) fn onto(&self, stored: &str) -> Result<String> {
        let mut text = String::with_capacity(stored.len() + self.0.len() * 8);
        let mut added = self.0.iter().map(|((slot, value), count)| ((*slot, value.as_str()), *count)).peekable();
        for line in stored.split_inclusive('\n') {
            let (slot, stored_value, stored_count) = read_line(line.trim_end_matches('\n'))?;
            let value = plain(stored_value);
            while let Some((key, count)) = added.next_if(|(key, _)| *key < (slot, &*value)) {
                write_line(&mut text, key.0, key.1, count);
            }
            match added.next_if(|(key, _)| *key == (slot, &*value)) {
                Some((_, count)) => {
                    let stored: i64 = stored_count.parse().map_err(Error::internal)?;
                    write_line(&mut text, slot, &value, stored + count);
                }
                None => text.push_str(line),
            }
        }
        for (key, count) in added {
            write_line(&mut text, key.0, key.1, count);
        }
        Ok(text)
    }
}

/// Slot, value and count of a line, the last two as they are stored.
fn read_line(line: &str) -> Result<(i64, &str, &str)> {
    let wrong = || Error::internal(format!("no count: {line}"));
    let (slot, rest) = line.split_once('=').ok_or_else(wrong)?;
    let (count, value) = rest.split_once(' ').unwrap_or((rest, ""));
    Ok((slot.parse().map_err(Error::internal)?, value, count))
}

/// A count as it is stored: a line, empty for none.
fn write_line(text: &mut String, slot: i64, value: &str, count: i64) {
    if count == 0 {
        return;
    }
    // Writing to a text never fails.
    let _ = write!(text, "{slot}={count}");
    if !value.is_empty() {
        text.push(' ');
        if value.contains(['\\', '\n']) {
            text.push_str(&value.replace('\\', "\\\\").replace('\n', "\\n"));
        } else {
            text.push_str(value);
        }
    }
    text.push('\n');
}

/// Reads what is stored, count by count.
///
/// # Errors
/// When it is not what [`Counts::text`] writes.
pub(crate) fn each<'t>(text: &'t str, mut take: impl FnMut(i64, &'t str, i64)) -> Result<()> {
    for line in text.split_terminator('\n') {
        let (slot, value, count) = read_line(line)?;
        take(slot, value, count.parse().map_err(Error::internal)?);
    }
    Ok(())
}

/// A value as it was before it was stored.
fn plain(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut signs = value.chars();
    while let Some(sign) = signs.next() {
        text.push(match sign {
            '\\' if signs.next() == Some('n') => '\n',
            '\\' => '\\',
            other => other,
        });
    }
    Cow::Owned(text)
}

impl Counts {
    /// Reads what is stored.
    ///
    /// # Errors
    /// When it is not what [`text`](Self::text) writes.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let mut counts = Self::default();
        each(text, |slot, value, count| {
            counts.add(slot, &plain(value), count);
        })?;
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_is_kept_of_what_comes_to_zero() {
        let mut counts = Counts::default();
        counts.add(3, "", 2);
        counts.add(1, "1.004321", 1);
        counts.add(3, "", -2);
        assert_eq!(counts.text(), "1=1 1.004321\n");
        counts.add(1, "1.004321", -1);
        assert!(counts.is_empty() && counts.text().is_empty());
    }

    proptest! {
        #[test]
        fn what_is_stored_is_read_again(all in proptest::collection::vec((0_i64..9, "[a-c\\\\\n ]{0,3}", -3_i64..4), 0..20)) {
            let mut counts = Counts::default();
            for (slot, value, count) in &all {
                counts.add(*slot, value, *count);
            }
            prop_assert_eq!(Counts::read(&counts.text()).unwrap(), counts);
        }

        #[test]
        fn what_is_added_to_a_text_is_as_if_both_were_joined(
            stored in proptest::collection::vec((0_i64..9, "[a-c\\\\\n ]{0,3}", -3_i64..4), 0..20),
            added in proptest::collection::vec((0_i64..12, "[a-c\\\\\n ]{0,3}", -3_i64..4), 0..20),
        ) {
            let of = |all: &[(i64, String, i64)]| {
                let mut counts = Counts::default();
                for (slot, value, count) in all {
                    counts.add(*slot, value, *count);
                }
                counts
            };
            let (stored, added) = (of(&stored), of(&added));
            let mut joined = stored.clone();
            joined.join(&added);
            prop_assert_eq!(added.onto(&stored.text()).unwrap(), joined.text());
        }
    }
}
