//! Records (bản ghi) as filters look at them.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use crate::definitions::vocabulary::Subject;

/// What a field of a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// Yes or no.
    YesNo(bool),
    /// A whole number.
    Whole(i64),
    /// A text, or one of the words of a field.
    Text(Arc<str>),
    /// An instant.
    Instant(DateTime<Utc>),
    /// A day.
    Day(NaiveDate),
    /// Several texts.
    Texts(Arc<[Arc<str>]>),
}

/// What a record says: a value for each field of its subject, in the order of the vocabulary; none where it lacks one.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    values: Vec<Option<FieldValue>>,
}

impl Record {
    /// A record of a subject; a field that it lacks is left out. It is made fastest of fields in the order of the
    /// vocabulary, and a name that the vocabulary has not is nothing that could be asked for.
    #[must_use]
    pub fn new(subject: &'static Subject, fields: impl IntoIterator<Item = (&'static str, FieldValue)>) -> Self {
        let mut record = Self { values: vec![None; subject.fields.len()] };
        let mut next = 0;
        for (name, value) in fields {
            let ahead = subject.fields.iter().skip(next).position(|field| field.name == name);
            let position = ahead.map(|ahead| next + ahead).or_else(|| subject.position(name));
            if let Some(position) = position {
                record.set(position, Some(value));
                next = position + 1;
            }
        }
        record
    }

    /// What it says in the field at a position of the vocabulary.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<&FieldValue> {
        self.values.get(position)?.as_ref()
    }

    /// Has it say something else there.
    pub fn set(&mut self, position: usize, value: Option<FieldValue>) {
        if let Some(place) = self.values.get_mut(position) {
            *place = value;
        }
    }

    pub(super) fn yes_no(&self, position: usize) -> Option<bool> {
        let FieldValue::YesNo(yes) = self.get(position)? else { return None };
        Some(*yes)
    }

    pub(super) fn whole(&self, position: usize) -> Option<i64> {
        let FieldValue::Whole(whole) = self.get(position)? else { return None };
        Some(*whole)
    }

    pub(super) fn text(&self, position: usize) -> Option<&str> {
        let FieldValue::Text(text) = self.get(position)? else { return None };
        Some(text)
    }

    pub(super) fn instant(&self, position: usize) -> Option<DateTime<Utc>> {
        let FieldValue::Instant(at) = self.get(position)? else { return None };
        Some(*at)
    }

    pub(super) fn day(&self, position: usize) -> Option<NaiveDate> {
        let FieldValue::Day(day) = self.get(position)? else { return None };
        Some(*day)
    }

    pub(super) fn texts(&self, position: usize) -> Option<&[Arc<str>]> {
        let FieldValue::Texts(texts) = self.get(position)? else { return None };
        Some(texts)
    }
}
