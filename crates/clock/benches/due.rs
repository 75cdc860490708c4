//! What a deadline costs: `cargo bench -p motcua-clock`. A list of a province's open dossiers is recalculated in one go
//! when a decree moves a day, so a term of 30 working days has to be due within 2 µs, and explained within 20 µs.

#![allow(missing_docs, clippy::unwrap_used, reason = "criterion writes functions of its own; a benchmark may stop")]

use std::hint::black_box;

use chrono::{DateTime, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use motcua_clock::{
    Calendar, ClockEvent, ClockRule, Extension, Happening, OfficeHours, Term, WaitKind, WaitRule, deadline, reckon,
};

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

fn event(instant: &str, what: Happening) -> ClockEvent {
    ClockEvent { at: at(instant), what }
}

/// A dossier with two waits, one of them limited, and an extension.
fn eventful() -> Vec<ClockEvent> {
    let began = |wait, kind| Happening::WaitBegan { wait, kind, legal_basis: None };
    vec![
        event("2026-04-13T02:00:00Z", Happening::Received),
        event("2026-04-15T02:00:00Z", began(1, WaitKind::Supplement)),
        event("2026-04-20T02:00:00Z", Happening::WaitEnded { wait: 1 }),
        event("2026-04-22T02:00:00Z", began(2, WaitKind::FinancialDuty)),
        event("2026-05-06T02:00:00Z", Happening::WaitEnded { wait: 2 }),
        event("2026-05-20T02:00:00Z", Happening::Extended(Extension::ByTerm(Term::working_days(5)))),
    ]
}

fn due(criterion: &mut Criterion) {
    let calendar = Calendar::embedded().unwrap();
    let office = OfficeHours::default();
    let received = vec![event("2026-04-13T02:00:00Z", Happening::Received)];
    let now = at("2026-05-21T02:00:00Z");
    let of_30_days = ClockRule {
        waits: vec![WaitRule {
            kind: WaitKind::FinancialDuty,
            excluded: true,
            at_most: Some(Term::working_days(20)),
            legal_basis: String::new(),
        }],
        ..ClockRule::of_term(Term::working_days(30))
    };
    let of_hours = ClockRule::of_term(Term::working_hours(8));
    let eventful = eventful();
    let cases = [
        ("30 working days", &of_30_days, &received),
        ("30 working days, two waits, an extension", &of_30_days, &eventful),
        ("8 working hours", &of_hours, &received),
    ];
    for (name, rule, events) in cases {
        criterion.bench_function(&format!("due: {name}"), |bencher| {
            bencher.iter(|| deadline(black_box(rule), black_box(events), &calendar, &office, now).unwrap());
        });
        criterion.bench_function(&format!("due and ledger: {name}"), |bencher| {
            bencher.iter(|| reckon(black_box(rule), black_box(events), &calendar, &office, now).unwrap());
        });
    }
}

criterion_group!(benches, due);
criterion_main!(benches);
