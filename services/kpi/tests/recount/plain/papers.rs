//! Documents, procedures and ratings as their events tell them, by hand.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use motcua_clock::Calendar;
use motcua_kernel::Uuid;
use serde::Deserialize;
use serde_json::Value;

use super::dossier::At;
use super::period::day_of;

/// An outgoing document: what any of its events told of it.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub version: i64,
    pub kind: String,
    pub issued_on: NaiveDate,
    pub written: Uuid,
    pub responsible: Uuid,
    pub state: String,
    pub has_file: bool,
    pub signed_here: bool,
    pub late: Option<bool>,
}

impl Document {
    /// What is known after an event, and what was known before.
    pub(crate) fn after(kind: &str, version: i64, told: &Value, before: Option<&Self>) -> Self {
        let id = |name: &str| told[name].as_str().map(|id| id.parse::<Uuid>().unwrap());
        if kind == "document.responsibility_moved.v1" {
            return Self { version, responsible: id("responsible_agency_id").unwrap(), ..before.unwrap().clone() };
        }
        let written = id("issuing_agency_id").unwrap();
        let drafted = told["draft_id"].is_string();
        let is_issue = kind == "document.issued.v1";
        let state = if is_issue { "issued" } else { told["state"].as_str().unwrap() };
        let was = |has: fn(&Self) -> bool| before.is_some_and(has);
        Self {
            version,
            kind: told["type"].as_str().unwrap().to_owned(),
            issued_on: told["issued_on"].as_str().unwrap().parse().unwrap(),
            written,
            // The event of the issue does not say who is responsible.
            responsible: id("responsible_agency_id").or(before.map(|known| known.responsible)).unwrap_or(written),
            state: state.to_owned(),
            has_file: if is_issue { told["has_file"].as_bool().unwrap() } else { was(|known| known.has_file) },
            // A draft is sealed before it is issued.
            signed_here: if is_issue {
                drafted
            } else {
                was(|known| known.signed_here) || (drafted && state == "sealed")
            },
            // The issue judges anew; a later change of state keeps what was found.
            late: told["late"].as_bool().or(before.filter(|_| !is_issue).and_then(|known| known.late)),
        }
    }

    /// It was issued and stands or stood.
    pub(crate) fn is_issued(&self) -> bool {
        !["numbered", "sealed", "void"].contains(&self.state.as_str())
    }
}

/// An incoming document as the newest of its events tells it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Incoming {
    pub version: i64,
    pub channel: Option<String>,
    pub paper: bool,
    pub checks: Checks,
    pub receiving_agency_id: Uuid,
    pub responsible_agency_id: Uuid,
    pub received_at: At,
    pub register_due_at: Option<At>,
    pub registered_at: Option<At>,
    pub due_at: Option<At>,
    pub completed_at: Option<At>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Checks {
    pub signature: String,
}

impl Incoming {
    pub(crate) fn is_registered_in_time(&self) -> bool {
        match (self.registered_at, self.register_due_at) {
            (Some(at), Some(due)) => at <= due,
            _ => false,
        }
    }

    /// Its due instant passed before an instant without its being dealt with in time.
    pub(crate) fn is_overdue_at(&self, as_of: At) -> bool {
        self.due_at.is_some_and(|due| due < as_of && self.completed_at.is_none_or(|completed| completed > due))
    }

    /// Dealt with in time, or still in term at an instant.
    pub(crate) fn is_in_time_at(&self, as_of: At) -> bool {
        let Some(due) = self.due_at else { return false };
        match self.completed_at {
            Some(completed) => completed <= due,
            None => as_of <= due,
        }
    }
}

/// A procedure in its newest published version.
#[derive(Debug, Clone)]
pub(crate) struct Procedure {
    pub version: i64,
    pub levels: Vec<String>,
    pub status: String,
    pub stands_still: bool,
    pub parts_complete: bool,
    pub channels: Vec<String>,
    pub audience: Vec<String>,
    pub has_fee: bool,
    pub databases: Vec<String>,
    /// Each of its versions by number, and its abolition.
    pub announced: BTreeMap<i64, Announced>,
}

/// That a procedure was announced by a decision.
#[derive(Debug, Clone, Default)]
pub(crate) struct Announced {
    pub decided_on: Option<NaiveDate>,
    pub in_force_on: Option<NaiveDate>,
    pub published_at: Option<At>,
}

impl Procedure {
    /// What is known after an event, and what was known before.
    pub(crate) fn after(kind: &str, version: i64, told: &Value, before: Option<Self>) -> Self {
        let day = |value: &Value| value.as_str().map(|day| day.parse::<NaiveDate>().unwrap());
        let words = |name: &str| -> Vec<String> {
            told[name].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
        };
        let status = told["status"].as_str().unwrap().to_owned();
        if kind == "procedure.published.v1" {
            let announced = Announced {
                decided_on: day(&told["decision"]["date"]),
                in_force_on: day(&told["bases_effective_on"]),
                published_at: Some(told["published_at"].as_str().unwrap().parse().unwrap()),
            };
            let mut all = before.as_ref().map(|known| known.announced.clone()).unwrap_or_default();
            all.insert(told["number"].as_i64().unwrap(), announced);
            let stands_still = before.as_ref().is_some_and(|known| known.stands_still);
            return Self {
                version,
                levels: words("levels"),
                // A new version does not end a suspension.
                status: before.filter(|known| known.stands_still).map_or(status, |known| known.status),
                stands_still,
                parts_complete: told["check"]["complete"].as_bool().unwrap(),
                channels: words("channels"),
                audience: words("audience"),
                has_fee: told["has_fee"].as_bool().unwrap(),
                databases: words("connected_databases"),
                announced: all,
            };
        }
        let mut known = before.unwrap();
        known.announced.remove(&0);
        let abolition = &told["abolition"];
        if abolition.is_object() {
            let decided_on = day(&abolition["decision"]["date"]);
            let in_force_on = day(&abolition["legal_basis"]["effective_on"]);
            known.announced.insert(0, Announced { decided_on, in_force_on, published_at: None });
        }
        let stands_still = told["suspension"].is_object() || abolition.is_object();
        Self { version, status, stands_still, ..known }
    }

    pub(crate) fn is_offered(&self) -> bool {
        self.status == "offered"
    }
}

/// How many working days a province has.
const WORKING_DAYS: usize = 5;

impl Announced {
    /// Whether it was decided early enough before its bases took effect.
    pub(crate) fn announced_on_time(&self, calendar: &Calendar) -> Option<bool> {
        let (decided, in_force) = (self.decided_on?, self.in_force_on?);
        Some(working_days(calendar, decided, in_force) >= WORKING_DAYS)
    }

    /// Whether it was published soon enough after it was decided.
    pub(crate) fn published_on_time(&self, calendar: &Calendar) -> Option<bool> {
        let (decided, published) = (self.decided_on?, day_of(self.published_at?));
        // The day of the decision does not count. Nobody is late on the fifth working day after it.
        let mut after = decided.iter_days().skip(1).filter(|day| calendar.is_working(*day).unwrap());
        Some(published <= after.nth(WORKING_DAYS - 1).unwrap())
    }
}

/// How many working days lie from a day on and before another.
fn working_days(calendar: &Calendar, from: NaiveDate, before: NaiveDate) -> usize {
    let days = from.iter_days().take_while(|day| *day < before);
    days.filter(|day| calendar.is_working(*day).unwrap()).count()
}

/// A rating of a month.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Rating {
    pub agency_id: Uuid,
    pub month: String,
    pub scores: BTreeMap<String, i64>,
}

impl Rating {
    pub(crate) fn month_on(&self) -> NaiveDate {
        format!("{}-01", self.month).parse().unwrap()
    }
}
