//! The records behind a figure: those that are counted, and those that were looked at and are not.
//!
//! Each is judged by the same rules as the tallies, as of the same instant, so a list of single records is as long as
//! its figure. Where equal values count once, or values are summed, the list has every record that carries one.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Result, Uuid};
use serde::Deserialize;
use utoipa::ToSchema;

use super::contributions::value_of;
use super::numbers::When;
use super::procedures::{Procedures, is_of_level, weight_in};
use super::records::{Counted, load};
use super::slot::{Key, Slot, SlotCount, Time};
use super::standing_day;
use crate::definitions::model::Measure;
use crate::definitions::vocabulary::PROCEDURE;
use crate::facts::store::{self, After, Placing};

/// Records that are looked at together.
const TOGETHER: usize = 500;

/// Which of the records that a measure looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Those that are counted.
    #[default]
    Counted,
    /// Those that are not.
    Excluded,
}

impl Part {
    /// The word as an address has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Excluded => "excluded",
        }
    }
}

/// A record behind a figure.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub id: Uuid,
    /// For whom it counts.
    pub agency: Option<Uuid>,
    /// By what it falls into the period.
    pub at: Option<DateTime<Utc>>,
    pub counts: i64,
    pub value: Option<String>,
    /// The part of the filter that it does not meet.
    pub unmet: Option<String>,
    pub label: Option<String>,
}

/// Whose records.
pub(crate) struct Of<'a> {
    pub tenant: Uuid,
    /// The agencies they count for.
    pub agencies: &'a BTreeSet<Uuid>,
    pub as_written: bool,
    /// Of them those that carry procedures out, with the level.
    pub serving: Vec<(Uuid, &'static str)>,
    pub procedures: &'a Procedures,
}

/// What is listed.
pub(crate) struct Listing<'a> {
    of: &'a Of<'a>,
    when: When,
    measure: &'a Measure,
    part: Part,
    slot: Arc<Slot>,
}

impl<'a> Listing<'a> {
    /// The list of a measure.
    ///
    /// # Errors
    /// When the measure can't be read: a defect.
    pub(crate) fn new(of: &'a Of<'a>, when: When, measure: &'a Measure, part: Part) -> Result<Self> {
        let slot = Slot::read(&Key::of(measure).text()?)?;
        Ok(Self { of, when, measure, part, slot })
    }

    /// The records behind a place in the list, at most so many.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn after(&self, conn: &mut Conn, after: Option<After>, most: usize) -> TxResult<Vec<Listed>> {
        let mut listed = if self.measure.subject.name == PROCEDURE.name {
            self.of_procedures(conn, after, most)?
        } else {
            self.of_records(conn, after, most)?
        };
        let ids: Vec<Uuid> = listed.iter().map(|one| one.id).collect();
        for (id, label) in store::labels(conn, self.of.tenant, self.measure.subject.name, &ids)? {
            if let Some(one) = listed.iter_mut().find(|one| one.id == id) {
                one.label = Some(label);
            }
        }
        Ok(listed)
    }

    fn of_records(&self, conn: &mut Conn, mut after: Option<After>, most: usize) -> TxResult<Vec<Listed>> {
        let subject = self.measure.subject;
        let role = subject.agencies.get(self.slot.role).map(|role| role.name).unwrap_or_default();
        let Some(field) = self.measure.window.field() else {
            return self.of_all_records(conn, after, most);
        };
        let from = (self.slot.time == Time::Within).then(|| self.when.period.start());
        let until = if from.is_some() { self.when.period.end() } else { self.when.as_of(self.measure.window) };
        let placing = Placing {
            tenant: self.of.tenant,
            subject: subject.name,
            field: field.name,
            from,
            until,
            agencies: self.of.agencies.iter().copied().collect(),
            role,
            as_written: self.of.as_written,
        };
        let most_placed = i64::try_from(TOGETHER).map_err(Error::internal)?;
        let mut listed = Vec::new();
        loop {
            let page = store::placed(conn, &placing, after, most_placed)?;
            for record in load::of_ids(conn, self.of.tenant, subject.name, &page.ids)? {
                listed.extend(self.judge(&record, self.agency_of(&record)));
            }
            match page.next {
                Some(next) if listed.len() < most => after = Some(next),
                _ => break,
            }
        }
        listed.truncate(most);
        Ok(listed)
    }

    /// Every record there is, in the order of the ids: of a measure that looks at them as they are now.
    fn of_all_records(&self, conn: &mut Conn, after: Option<After>, most: usize) -> TxResult<Vec<Listed>> {
        let most_read = i64::try_from(TOGETHER).map_err(Error::internal)?;
        let mut last = after.map_or(Uuid::nil(), |(_, id)| id);
        let mut listed = Vec::new();
        loop {
            let records = load::after(conn, self.of.tenant, self.measure.subject.name, last, most_read)?;
            let Some(end) = records.last() else { break };
            last = end.id;
            for record in &records {
                let one = self.judge(record, self.agency_of(record));
                listed.extend(one.map(|one| Listed { at: Some(DateTime::UNIX_EPOCH), ..one }));
            }
            if listed.len() >= most {
                break;
            }
        }
        listed.truncate(most);
        Ok(listed)
    }

    /// Procedures are every agency's of their level: each pair of agency and procedure counts.
    fn of_procedures(&self, conn: &mut Conn, after: Option<After>, most: usize) -> TxResult<Vec<Listed>> {
        let records = self.of.procedures.records(conn, self.of.tenant, self.slot.time)?;
        let mut listed = Vec::new();
        let pairs = self.of.serving.iter().flat_map(|(agency, level)| {
            let own = records.iter().filter(|record| is_of_level(record, level));
            own.map(move |record| (*agency, record))
        });
        // The place in the list is kept as a number of seconds: agencies and procedures have no instant in common.
        let passed = after.map_or(0, |(at, _)| at.timestamp());
        for (place, (agency, record)) in (1_i64..).zip(pairs) {
            if place <= passed {
                continue;
            }
            let one = self.judge(record, Some(agency));
            listed.extend(one.map(|one| Listed { at: DateTime::from_timestamp(place, 0), ..one }));
            if listed.len() >= most {
                break;
            }
        }
        Ok(listed)
    }

    fn agency_of(&self, record: &Counted) -> Option<Uuid> {
        let responsible = record.agencies.get(self.slot.role)?.as_ref()?;
        Some(if self.of.as_written { responsible.written } else { responsible.now })
    }

    fn judge(&self, record: &Counted, agency: Option<Uuid>) -> Option<Listed> {
        agency.filter(|agency| self.of.agencies.contains(agency))?;
        let counts = weight_in(record, &self.slot, self.measure.window, self.when)?;
        let unmet = || {
            let as_of = record.as_of(self.when.as_of(self.measure.window));
            self.slot.when.as_ref().and_then(|filter| filter.unmet(&as_of).map(str::to_owned))
        };
        let is_met = if counts == 0 { unmet().is_none() } else { true };
        let (listed, unmet) = match self.part {
            // A field that is summed may be 0: the record is among them all the same.
            Part::Counted => (is_met && (counts != 0 || matches!(self.slot.count, SlotCount::Sum(_))), None),
            Part::Excluded => (!is_met, unmet()),
        };
        let value = value_of(&self.slot, &record.record);
        listed.then(|| Listed {
            id: record.id,
            agency,
            at: self
                .slot
                .on
                .and_then(|on| record.placed(on))
                .map(|(_, at)| at)
                .filter(|at| at.date_naive() != standing_day()),
            counts,
            value: (!value.is_empty()).then(|| value.to_owned()),
            unmet,
            label: None,
        })
    }
}
