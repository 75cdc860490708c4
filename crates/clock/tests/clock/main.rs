//! Tests of the calendar and the deadlines, in one program so that it is linked once.
//!
//! | module | what it holds |
//! |---|---|
//! | `tables` | the tables of the crate are right: check sums, names, sources, what is provisional |
//! | `strict_tables` | a faulty table stops with its line and reason |
//! | `legal_vectors` | the worked cases written down from the legal texts |
//! | `known_faults` | deadline faults seen in production systems do not come back |
//! | `rules` | single rules at their boundaries |
//! | `time_zone` | nothing surprising happens around midnight in Vietnam |
//! | `properties` | random calendars, offices and terms against the slow oracle in `oracle` |

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod known_faults;
mod legal_vectors;
mod oracle;
mod properties;
mod rules;
mod strict_tables;
mod tables;
mod time_zone;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_clock::{Calendar, Due, OfficeHours, OfficeSession, Term};

/// A Vietnamese wall clock reading, written `2026-11-20 09:00`.
fn at(local: &str) -> DateTime<Utc> {
    let with_offset = format!("{}:00+07:00", local.replace(' ', "T"));
    DateTime::parse_from_rfc3339(&with_offset).unwrap().with_timezone(&Utc)
}

fn day(date: &str) -> NaiveDate {
    date.parse().unwrap()
}

fn embedded() -> Calendar {
    Calendar::embedded().unwrap()
}

/// Office hours from pairs written `07:00-11:00`.
fn hours(sessions: &[&str]) -> OfficeHours {
    let time = |text: &str| format!("{text}:00").parse().unwrap();
    let sessions = sessions.iter().map(|session| {
        let (opens, closes) = session.split_once('-').unwrap();
        OfficeSession { opens: time(opens), closes: time(closes) }
    });
    OfficeHours::new(sessions.collect()).unwrap()
}

/// The deadline over the embedded calendar and the default office hours.
fn due_of(start: &str, term: Term) -> Due {
    motcua_clock::due(at(start), term, &embedded(), &OfficeHours::default()).unwrap()
}

/// The ledger as `date code`, with `+` before the days that counted.
fn ledger_lines(due: &Due) -> Vec<String> {
    let line = |entry: &motcua_clock::LedgerDay| {
        let sign = if entry.counted { "+" } else { "-" };
        format!("{sign}{} {}", entry.date, entry.reason.code.as_str())
    };
    due.ledger.iter().map(line).collect()
}
