//! Records made of facts: what filters look at, for whom it counts, and when it says something else.

mod document;
mod dossier;
mod procedure;
mod rating;

pub(crate) mod load;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_db::sql::{At, Id};
use motcua_kernel::Uuid;
use motcua_kernel::time::day_in_vietnam;

use crate::definitions::filter::{FieldValue, Record};
use crate::definitions::vocabulary::Subject;
use crate::periods::{Period, PeriodKind};

pub(crate) use document::{of_document, of_incoming};
pub(crate) use dossier::of_dossier;
pub(crate) use procedure::{of_announcement, of_procedure};
pub(crate) use rating::of_rating;

/// A record as measures look at it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Counted {
    pub id: Uuid,
    /// Its fields; those judged as of an instant say what they say before all turns.
    pub record: Record,
    /// Whose it is in each role of the subject, in the order of the vocabulary; none where nobody has the role.
    pub agencies: Vec<Option<Responsible>>,
    /// The instants after which a field judged as of an instant says something else, in their order.
    pub turns: Vec<Turn>,
    judged: Judged,
}

/// Who is responsible for a record now, and who was when it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Responsible {
    pub now: Uuid,
    pub written: Uuid,
}

impl Responsible {
    fn of(now: &Id, written: &Id) -> Option<Self> {
        Some(Self { now: now.0, written: written.0 })
    }
}

/// An instant after which a record says something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    pub at: DateTime<Utc>,
    /// Whether it comes by itself, so that it may lie in the future: a due instant.
    pub scheduled: bool,
}

/// What is judged as of an instant, by the kind of record.
#[derive(Debug, Clone, PartialEq)]
enum Judged {
    Dossier(dossier::Judged),
    Incoming(document::Judged),
    /// Nothing.
    Plain,
}

impl Counted {
    /// A record of which nothing is judged as of an instant.
    fn plain(id: Uuid, record: Record, agencies: Vec<Option<Responsible>>) -> Self {
        Self { id, record, agencies, turns: Vec::new(), judged: Judged::Plain }
    }

    /// What it says at an instant: everything before that has happened, and a due instant before it has passed.
    pub(crate) fn as_of(&self, at: DateTime<Utc>) -> Record {
        let mut record = self.record.clone();
        match &self.judged {
            Judged::Dossier(judged) => judged.put(&mut record, at),
            Judged::Incoming(judged) => judged.put(&mut record, at),
            Judged::Plain => {}
        }
        record
    }

    /// The day and instant by which it falls into a period, of one of its fields: a day begins at midnight in Vietnam.
    pub(crate) fn placed(&self, position: usize) -> Option<(NaiveDate, DateTime<Utc>)> {
        match self.record.get(position)? {
            FieldValue::Instant(at) => Some((day_in_vietnam(*at), *at)),
            FieldValue::Day(day) => Some((*day, Period::containing(PeriodKind::Day, *day)?.start())),
            _ => None,
        }
    }
}

/// Fields as they are gathered, in the order of the vocabulary.
struct Fields(Vec<(&'static str, FieldValue)>);

impl Fields {
    fn with_capacity(fields: usize) -> Self {
        Self(Vec::with_capacity(fields))
    }

    fn text(&mut self, name: &'static str, text: &str) {
        self.0.push((name, FieldValue::Text(Arc::from(text))));
    }

    fn text_if(&mut self, name: &'static str, text: Option<&String>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// Texts that are kept a line each.
    fn texts(&mut self, name: &'static str, lines: &str) {
        self.0.push((name, FieldValue::Texts(lines.lines().map(Arc::from).collect())));
    }

    fn yes_no(&mut self, name: &'static str, yes: bool) {
        self.0.push((name, FieldValue::YesNo(yes)));
    }

    fn yes_no_if(&mut self, name: &'static str, yes: Option<bool>) {
        self.0.extend(yes.map(|yes| (name, FieldValue::YesNo(yes))));
    }

    fn whole(&mut self, name: &'static str, whole: i64) {
        self.0.push((name, FieldValue::Whole(whole)));
    }

    fn whole_if(&mut self, name: &'static str, whole: Option<i64>) {
        self.0.extend(whole.map(|whole| (name, FieldValue::Whole(whole))));
    }

    fn at(&mut self, name: &'static str, at: &At) {
        self.0.push((name, FieldValue::Instant(at.0)));
    }

    fn at_if(&mut self, name: &'static str, at: Option<&At>) {
        if let Some(at) = at {
            self.at(name, at);
        }
    }

    fn day_if(&mut self, name: &'static str, day: Option<NaiveDate>) {
        self.0.extend(day.map(|day| (name, FieldValue::Day(day))));
    }

    fn record(self, subject: &'static Subject) -> Record {
        Record::new(subject, self.0)
    }
}

/// Says yes or no in a field that the vocabulary has.
fn put(record: &mut Record, position: Option<usize>, yes: bool) {
    if let Some(position) = position {
        record.set(position, Some(FieldValue::YesNo(yes)));
    }
}
