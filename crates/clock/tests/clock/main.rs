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
//! | `properties` | random calendars, offices and plain terms against the slow oracle in `oracle` |
//! | `histories` | random calendars, rules and histories against the slow oracle in `history_oracle` |
//! | `composition` | pauses of nothing, split pauses, order: what holds for every history |
//! | `waits`, `events` | single rules of waits, restarts, extensions, and events that cannot have happened |
//! | `agency_days` | half days, exceptions of agencies, opening hours |
//! | `rule_faults` | a rule that contradicts itself is refused with everything that is wrong |
//! | `fixed_clocks`, `judgements` | the short clocks; early, on time and late by each definition |

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]
#![allow(clippy::print_stdout, reason = "ledgers are printed for people who run the tests with --nocapture")]

mod agency_days;
mod composition;
mod events;
mod fixed_clocks;
mod histories;
mod history_oracle;
mod judgements;
mod known_faults;
mod legal_vectors;
mod oracle;
mod properties;
mod rule_faults;
mod rules;
mod strict_tables;
mod tables;
mod time_zone;
mod waits;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_clock::{
    Calendar, ClockError, ClockEvent, ClockRule, Due, Happening, LedgerDay, OfficeHours, OfficeSession, Reckoning,
    Term, WaitKind, WaitRule, vietnam_time,
};

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
    short_ledger(&due.ledger)
}

fn short_ledger(ledger: &[LedgerDay]) -> Vec<String> {
    let line = |entry: &LedgerDay| {
        let sign = if entry.counted { "+" } else { "-" };
        format!("{sign}{} {}", entry.date, entry.reason.code.as_str())
    };
    ledger.iter().map(line).collect()
}

/// The receipt and what follows, each at a Vietnamese wall clock reading.
fn events_of(received: &str, later: &[(&str, Happening)]) -> Vec<ClockEvent> {
    let mut events = vec![ClockEvent { at: at(received), what: Happening::Received }];
    events.extend(later.iter().map(|(time, what)| ClockEvent { at: at(time), what: what.clone() }));
    events
}

fn began(wait: u32, kind: WaitKind) -> Happening {
    Happening::WaitBegan { wait, kind, legal_basis: None }
}

fn ended(wait: u32) -> Happening {
    Happening::WaitEnded { wait }
}

/// A rule of working days that takes the waits of the land decrees out, without a longest time.
fn land_rule(days: u32) -> ClockRule {
    let wait =
        |kind| WaitRule {
            kind, excluded: true, at_most: None, legal_basis: "Nghị định về thủ tục đất đai".to_owned()
        };
    let kinds = [
        WaitKind::FinancialDuty,
        WaitKind::Posting,
        WaitKind::Expertise,
        WaitKind::ViolationHandling,
        WaitKind::NewspaperNotice,
        WaitKind::Consultation,
    ];
    ClockRule { waits: kinds.map(wait).to_vec(), ..ClockRule::of_term(Term::working_days(days)) }
}

/// The reckoning over the embedded calendar and the default office hours.
fn reckoned(rule: &ClockRule, received: &str, later: &[(&str, Happening)], now: &str) -> Result<Reckoning, ClockError> {
    motcua_clock::reckon(rule, &events_of(received, later), &embedded(), &OfficeHours::default(), at(now))
}

/// A ledger for people, who run the tests with `--nocapture`.
fn print_ledger(title: &str, reckoned: &Reckoning) {
    println!("\nCase {title}");
    for line in &reckoned.ledger {
        let sign = if line.counted { "+" } else { " " };
        println!("  {} {sign} {}\n  {:13}{}", line.date.format("%a %d/%m/%Y"), line.reason.vi, "", line.reason.en);
    }
    println!("  due {}", vietnam_time::to_local(reckoned.deadline.due_at).unwrap());
}
