//! What is tallied: each distinct measure of all sets once, under a number of its own.
//!
//! Two sets, or two versions of one, that count the same share a number, so what is counted once is counted for both, and a
//! new version changes nothing that stands. What a number means is kept as text and read again from it, so tallies need
//! no set to be understood.

use std::sync::{Arc, LazyLock};

use motcua_kernel::{Error, Result};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};

use crate::definitions::filter::Filter;
use crate::definitions::model::{Count, Measure, Window};
use crate::definitions::vocabulary::{PROCEDURE, subject};

/// So many measures are kept read; all shipped sets together have some hundred and fifty.
const KEPT: usize = 1024;

/// How records fall into a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Time {
    /// By a field that lies within it.
    Within,
    /// By a field that lies before an instant: what there is at that instant.
    Stock,
    /// Every record, as it is now.
    Now,
}

/// What is counted, in words.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Key {
    subject: String,
    time: Time,
    on: Option<String>,
    agency: String,
    count: CountKey,
    when: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CountKey {
    Records,
    Distinct(String),
    Sum(String),
}

impl Key {
    /// What a measure counts.
    pub(crate) fn of(measure: &Measure) -> Self {
        let (time, on) = match measure.window {
            Window::Within(field) => (Time::Within, Some(field)),
            Window::UntilEnd(field) | Window::BeforeStart(field) => (Time::Stock, Some(field)),
            Window::Now => (Time::Now, None),
        };
        let count = match measure.count {
            Count::Records => CountKey::Records,
            Count::Distinct(field) => CountKey::Distinct(field.name.to_owned()),
            Count::Sum(field) => CountKey::Sum(field.name.to_owned()),
        };
        Self {
            subject: measure.subject.name.to_owned(),
            time,
            on: on.map(|field| field.name.to_owned()),
            agency: measure.agency.name.to_owned(),
            count,
            when: measure.when.as_ref().map(|filter| filter.source().to_owned()),
        }
    }

    /// Everything that a measure looks at, whether its filter takes it or not: what is not counted is the rest. None where
    /// records are not what is counted.
    pub(crate) fn of_all(measure: &Measure) -> Option<Self> {
        let own = Self::of(measure);
        (own.count == CountKey::Records && own.when.is_some()).then_some(Self { when: None, ..own })
    }

    /// As it is stored.
    pub(crate) fn text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    /// Of what kind of record.
    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }
}

/// Everything that is tallied for a measure: itself, and all that it looks at. Procedures are few and counted when they are
/// asked for.
pub(crate) fn tallied(measure: &Measure) -> Vec<Key> {
    if measure.subject.name == PROCEDURE.name {
        return Vec::new();
    }
    std::iter::once(Key::of(measure)).chain(Key::of_all(measure)).collect()
}

/// What is counted, ready to count.
#[derive(Debug)]
pub(crate) struct Slot {
    pub time: Time,
    /// The field by which a record falls into a period, by its position.
    pub on: Option<usize>,
    /// For which of its agencies a record is counted, by its position among the subject's.
    pub role: usize,
    pub count: SlotCount,
    pub when: Option<Filter>,
}

/// What is counted of records, with the field's position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlotCount {
    Records,
    Distinct(usize),
    Sum(usize),
}

impl Slot {
    /// Whether what it counts depends on the instant it is counted to.
    pub(crate) fn asks_as_of(&self) -> bool {
        self.when.as_ref().is_some_and(Filter::asks_as_of)
    }

    /// Reads what is stored; each text once.
    ///
    /// # Errors
    /// When it means nothing any more: a defect.
    pub(crate) fn read(text: &str) -> Result<Arc<Self>> {
        static READ: LazyLock<Cache<String, Arc<Slot>>> = LazyLock::new(|| Cache::new(KEPT));
        if let Some(slot) = READ.get(text) {
            return Ok(slot);
        }
        let key: Key = serde_json::from_str(text).map_err(Error::internal)?;
        let slot = Arc::new(Self::of(&key).ok_or_else(|| Error::internal(format!("no measure: {text}")))?);
        READ.insert(text.to_owned(), Arc::clone(&slot));
        Ok(slot)
    }

    fn of(key: &Key) -> Option<Self> {
        let subject = subject(&key.subject)?;
        let position = |name: &str| subject.position(name);
        Some(Self {
            time: key.time,
            on: match &key.on {
                Some(name) => Some(position(name)?),
                None => None,
            },
            role: subject.agencies.iter().position(|role| role.name == key.agency)?,
            count: match &key.count {
                CountKey::Records => SlotCount::Records,
                CountKey::Distinct(name) => SlotCount::Distinct(position(name)?),
                CountKey::Sum(name) => SlotCount::Sum(position(name)?),
            },
            when: match &key.when {
                Some(text) => Some(Filter::reread(text, subject)?),
                None => None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::{SHIPPED, read};

    #[test]
    fn every_shipped_measure_is_read_again_from_what_is_stored() {
        let mut seen = 0;
        for (file, text) in SHIPPED {
            for measure in read(text).unwrap().measures {
                for key in tallied(&measure) {
                    let text = key.text().unwrap();
                    let slot = Slot::read(&text).unwrap();
                    assert_eq!(slot.when.is_some(), key.when.is_some(), "{file}: {}", measure.code);
                    assert_eq!(serde_json::from_str::<Key>(&text).unwrap(), key);
                    seen += 1;
                }
            }
        }
        assert!(seen > 60, "{seen}");
    }
}
