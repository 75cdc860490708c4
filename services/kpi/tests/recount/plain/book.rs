//! The plain book: the newest state of everything, in maps.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use motcua_agencies::AgencyRecord;
use motcua_clock::Calendar;
use motcua_journal::Event;
use motcua_kernel::Uuid;
use serde_json::Value;

use super::agencies::Agencies;
use super::dossier::{At, Dossier};
use super::papers::{Document, Incoming, Procedure, Rating};
use super::period::day_of;

/// Everything that was told.
pub(crate) struct Book {
    pub agencies: Agencies,
    pub dossiers: BTreeMap<Uuid, Dossier>,
    pub documents: BTreeMap<Uuid, Document>,
    pub incoming: BTreeMap<Uuid, Incoming>,
    pub procedures: BTreeMap<Uuid, Procedure>,
    pub ratings: BTreeMap<Uuid, Rating>,
    pub calendar: Calendar,
}

/// Whose a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Structure {
    /// Of who is responsible for it now.
    Now,
    /// Of who it was written with.
    Written,
    /// Of who did the work of the agency it was written with, on a day. After a split nobody but itself is known to.
    On(NaiveDate),
}

impl Structure {
    /// The word as the API writes it.
    pub(crate) fn word(self) -> String {
        match self {
            Self::Now => "as_is".to_owned(),
            Self::Written => "as_was".to_owned(),
            Self::On(day) => day.to_string(),
        }
    }
}

/// What an event touched.
#[derive(Debug, Clone, Default)]
pub(crate) struct Touched {
    /// What kind of record; empty for agencies.
    pub subject: &'static str,
    /// Whose it was and is.
    pub agencies: Vec<Uuid>,
    /// The days in whose periods it counts.
    pub days: Vec<NaiveDate>,
}

impl Book {
    pub(crate) fn new() -> Self {
        Self {
            agencies: Agencies::default(),
            dossiers: BTreeMap::new(),
            documents: BTreeMap::new(),
            incoming: BTreeMap::new(),
            procedures: BTreeMap::new(),
            ratings: BTreeMap::new(),
            calendar: Calendar::embedded().unwrap(),
        }
    }

    /// Takes an event in, and says what it touched.
    pub(crate) fn take(&mut self, event: &Event) -> Touched {
        let id = event.subject_id().unwrap();
        let version: i64 = event.subject_version.as_deref().unwrap().parse().unwrap();
        let (object, step) = event.kind.split_once('.').unwrap();
        let facts = event.facts::<Value>().unwrap();
        let at: At = facts["occurred_at"].as_str().unwrap().parse().unwrap();
        match object {
            "agency" => {
                if step == "recorded.v1" {
                    let record: AgencyRecord = event.facts().unwrap();
                    self.agencies.take(record);
                } else {
                    self.agencies.successions.push(event.facts().unwrap());
                }
                Touched::default()
            }
            "dossier" => self.take_dossier(id, version, at, event),
            "document" => {
                let before = self.documents.get(&id);
                if before.is_none_or(|known| known.version < version) {
                    let after = Document::after(&event.kind, version, &facts, before);
                    self.documents.insert(id, after);
                }
                let known = &self.documents[&id];
                let agencies = vec![known.responsible, known.written];
                Touched { subject: "document", agencies, days: vec![known.issued_on] }
            }
            "incoming_document" => {
                if self.incoming.get(&id).is_none_or(|known| known.version < version) {
                    let after: Incoming = event.facts().unwrap();
                    self.incoming.insert(id, after);
                }
                let known = &self.incoming[&id];
                let agencies = vec![known.responsible_agency_id, known.receiving_agency_id];
                Touched { subject: "incoming_document", agencies, days: vec![day_of(known.received_at)] }
            }
            "procedure" => {
                let before = self.procedures.remove(&id);
                let after = match before {
                    Some(known) if known.version >= version => known,
                    before => Procedure::after(&event.kind, version, &facts, before),
                };
                let days = after.announced.values().filter_map(|one| one.decided_on).chain([day_of(at)]).collect();
                let agencies = self.agencies.all.keys().copied().filter(|id| self.agencies.level(*id).is_some());
                let touched = Touched { subject: "procedure", agencies: agencies.collect(), days };
                self.procedures.insert(id, after);
                touched
            }
            "rating" => {
                let rating: Rating = event.facts().unwrap();
                let (agencies, days) = (vec![rating.agency_id], vec![rating.month_on()]);
                self.ratings.insert(id, rating);
                Touched { subject: "rating", agencies, days }
            }
            other => panic!("an event about {other}"),
        }
    }

    fn take_dossier(&mut self, id: Uuid, version: i64, at: At, event: &Event) -> Touched {
        let after: Dossier = event.facts().unwrap();
        let mut touched = Touched { subject: "dossier", ..Touched::default() };
        for known in self.dossiers.get(&id).into_iter().chain([&after]) {
            let party = &known.agencies.competent;
            touched.agencies.extend([party.responsible_id, party.written_id]);
            let instants = [known.received_at, known.processing_at, known.finished_at, known.closed_at(), Some(at)];
            touched.days.extend(instants.into_iter().flatten().map(day_of));
        }
        if self.dossiers.get(&id).is_none_or(|known| known.version < version) {
            self.dossiers.insert(id, after);
        }
        touched
    }

    /// Whose a record is, in a structure.
    pub(crate) fn whose(&self, written: Uuid, responsible: Uuid, structure: Structure) -> Uuid {
        match structure {
            Structure::Now => responsible,
            Structure::Written => written,
            Structure::On(day) => {
                let all: Vec<Uuid> = self.agencies.goes_on(written, day).into_iter().collect();
                if let [one] = all.as_slice() { *one } else { written }
            }
        }
    }
}
