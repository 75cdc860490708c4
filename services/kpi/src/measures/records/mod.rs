//! Records (bản ghi) as measures look at them, made of the rows of facts.
//!
//! Most fields say what the newest event says. Some are judged as of an instant ([`AsOf::PeriodEnd`]): of them a record
//! knows after which instants they say something else, its turns, so that whoever counts until the end of a period asks
//! for the record as of that end and no row has to be read again.
//!
//! [`AsOf::PeriodEnd`]: crate::definitions::vocabulary::AsOf::PeriodEnd

mod documents;
mod dossiers;
mod holding;
mod procedures;
mod ratings;
mod said;

pub(crate) mod load;

#[cfg(test)]
pub(crate) mod full;
#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use motcua_clock::vietnam_time::to_instant;
use motcua_db::sql::Id;
use motcua_kernel::Uuid;
use motcua_kernel::time::day_in_vietnam;

use crate::definitions::filter::{FieldValue, Record};
use crate::definitions::vocabulary::Subject;

pub(crate) use documents::{of_document, of_incoming};
pub(crate) use dossiers::of_dossier;
use holding::Holding;
pub(crate) use holding::Turn;
pub(crate) use procedures::{Judged, of_announcement, of_procedure};
pub(crate) use ratings::of_rating;

/// A record as measures look at it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Counted {
    pub subject: &'static Subject,
    pub id: Uuid,
    /// Its fields; those judged as of an instant stand as they are before any of the turns.
    pub record: Record,
    /// For each role of the vocabulary, in its order; none where the record has no such agency.
    pub agencies: Vec<Option<Responsible>>,
    /// After which instants a field judged as of an instant says something else, in order.
    pub turns: Vec<Turn>,
    /// The fields judged as of an instant, by their positions.
    judged: Vec<(usize, Holding)>,
}

/// An agency that has to do with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Responsible {
    /// Who is responsible now.
    pub now: Uuid,
    /// Who was when it was written.
    pub written: Uuid,
}

impl Counted {
    fn new(
        subject: &'static Subject,
        id: &Id,
        fields: impl IntoIterator<Item = (&'static str, Option<FieldValue>)>,
        agencies: impl IntoIterator<Item = Responsible>,
        judged: impl IntoIterator<Item = (&'static str, Holding)>,
    ) -> Self {
        let judged: Vec<(usize, Holding)> =
            judged.into_iter().filter_map(|(name, holding)| Some((subject.position(name)?, holding))).collect();
        let said = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let mut turns: Vec<Turn> = judged.iter().flat_map(|(_, holding)| holding.turns()).collect();
        // What may lie ahead is kept before what happened at the same instant.
        turns.sort_by_key(|turn| (turn.at, !turn.scheduled));
        turns.dedup_by_key(|turn| turn.at);
        let mut record = Record::new(subject, said);
        judge(&mut record, &judged, DateTime::<Utc>::MIN_UTC);
        Self { subject, id: id.0, record, agencies: agencies.into_iter().map(Some).collect(), turns, judged }
    }

    /// The record as of an instant: everything before it has happened, and nothing else. A turn at an instant holds from
    /// after that instant on.
    pub(crate) fn as_of(&self, at: DateTime<Utc>) -> Record {
        let mut record = self.record.clone();
        judge(&mut record, &self.judged, at);
        record
    }

    /// When a field, of an instant or of a day, places it: the day in Vietnam and the instant, which of a day is its
    /// midnight. None where the record lacks the field.
    pub(crate) fn placed(&self, position: usize) -> Option<(NaiveDate, DateTime<Utc>)> {
        match self.record.get(position)? {
            FieldValue::Instant(at) => Some((day_in_vietnam(*at), *at)),
            FieldValue::Day(day) => Some((*day, to_instant(NaiveDateTime::new(*day, NaiveTime::MIN)).ok()?)),
            FieldValue::YesNo(_) | FieldValue::Whole(_) | FieldValue::Text(_) | FieldValue::Texts(_) => None,
        }
    }
}

fn judge(record: &mut Record, judged: &[(usize, Holding)], at: DateTime<Utc>) {
    for (position, holding) in judged {
        record.set(*position, Some(FieldValue::YesNo(holding.at(at))));
    }
}

fn responsible(now: &Id, written: &Id) -> Responsible {
    Responsible { now: now.0, written: written.0 }
}
