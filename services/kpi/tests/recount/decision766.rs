//! Decision 766 for forty agencies and twelve months beside a computation in Python (`d766.py`), to two decimals.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use chrono::NaiveDate;
use motcua_clock::Calendar;
use motcua_kernel::Uuid;
use motcua_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use super::asking::Both;
use super::dice::{is_full_size, seed};
use super::history::{History, Told};
use super::plain::book::{Book, Structure};
use super::plain::count::Extent;
use super::plain::period::{Period, day_of};
use super::province::at;

/// The variants that are not the usual ones, as the API is asked for them.
const OTHERS: &str = "&variants=2.1:first_due,3.3:document,3.5a:document,3.6:document,4.2:document";

/// The events that still say something at the end: the newest of each object, and all about procedures.
fn newest(events: Vec<Told>) -> Vec<Told> {
    let mut last: BTreeMap<Uuid, i64> = BTreeMap::new();
    for told in &events {
        let version = last.entry(told.news.subject).or_insert(0);
        *version = told.news.version.max(*version);
    }
    let is_newest = |told: &Told| last.get(&told.news.subject) == Some(&told.news.version);
    let mut kept: Vec<Told> =
        events.into_iter().filter(|told| told.news.kind.subject == "procedures" || is_newest(told)).collect();
    let mut seen = std::collections::BTreeSet::new();
    kept.retain(|told| seen.insert((told.news.subject, told.news.version)));
    kept
}

/// What Python reads of an event.
fn line(told: &Told) -> Value {
    let (id, facts) = (told.news.subject, &told.news.data);
    match told.news.kind.subject {
        "agencies" => json!({"what": "agency", "id": id, "kind": facts["kind"], "parent_id": facts["parent_id"]}),
        "procedures" => json!({"what": "procedure", "id": id, "facts": facts}),
        "ratings" => json!({"what": "rating", "facts": facts}),
        _ => json!({"what": "dossier", "facts": facts}),
    }
}

fn working_days() -> Value {
    let calendar = Calendar::embedded().unwrap();
    let first: NaiveDate = "2025-06-01".parse().unwrap();
    let days = first.iter_days().take_while(|day| *day < "2027-07-01".parse().unwrap());
    let days: Vec<NaiveDate> = days.filter(|day| calendar.is_working(*day).unwrap()).collect();
    json!({"what": "working_days", "days": days})
}

/// Has the table computed by Python.
fn computed(lines: &[Value]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recount/d766.py");
    let mut python = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = String::new();
    for line in lines {
        writeln!(input, "{line}").unwrap();
    }
    let mut pipe = python.stdin.take().unwrap();
    let writing = std::thread::spawn(move || pipe.write_all(input.as_bytes()).unwrap());
    let output = python.wait_with_output().unwrap();
    writing.join().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Points by code, as the service tells them.
fn told(list: &Value) -> BTreeMap<&str, &Value> {
    list.as_array().unwrap().iter().map(|one| (one["code"].as_str().unwrap(), one)).collect()
}

/// A decimal number as Python writes it.
fn decimal(value: &Value) -> Value {
    let Some(text) = value.as_str() else { return value.clone() };
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    json!(format!("{whole}.{part:0<2}"))
}

fn differences(answer: &Value, python: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let mut compare = |what: String, told: Value, computed: &Value| {
        if told != *computed {
            all.push(format!("{what}: told {told}, computed {computed}"));
        }
    };
    let indicators = told(&answer["indicators"]);
    for (code, computed) in python["indicators"].as_object().unwrap() {
        let Some(one) = indicators.get(code.as_str()) else { panic!("no indicator {code} in {answer}") };
        compare(format!("points of indicator {code}"), decimal(&one["points"]), &computed[0]);
        for (part, computed) in [("numerator", &computed[1]), ("denominator", &computed[2])] {
            if !computed.is_null() {
                compare(format!("{part} of indicator {code}"), one[part].clone(), &json!(computed.to_string()));
            }
        }
    }
    let with_points = indicators.values().filter(|one| !one["points"].is_null()).count();
    let computed = python["indicators"].as_object().unwrap().values().filter(|one| !one[0].is_null()).count();
    compare("indicators with points".to_owned(), json!(with_points), &json!(computed));
    let sums = told(&answer["groups"]);
    let total = ("total", &answer["total"]);
    for (code, told) in sums.into_iter().chain([total]) {
        let computed = if code == "total" { &python["total"] } else { &python["groups"][code] };
        compare(format!("points of {code}"), decimal(&told["points"]), &computed[0]);
        let maximum = told["measured_maximum"].as_str().unwrap().parse::<f64>().unwrap();
        compare(format!("maximum of {code}"), json!(maximum), &json!(computed[1].as_f64()));
    }
    all
}

/// What a province tells of a year and still holds at its end, and all that Python is asked of it.
fn year(events: usize) -> (Vec<Told>, Vec<Value>) {
    let mut history = History::calm(seed(), events);
    let kept = newest((0..events).map(|_| history.next()).collect());
    let of = |subject: &str| -> Vec<Uuid> {
        kept.iter().filter(|told| told.news.kind.subject == subject).map(|told| told.news.subject).collect()
    };
    let agencies = of("agencies");
    assert_eq!(agencies.len(), 40);
    assert!(of("dossiers").len() > events / 20, "{} dossiers", of("dossiers").len());
    let mut lines: Vec<Value> = std::iter::once(working_days()).chain(kept.iter().map(line)).collect();
    for month in 1..=12 {
        for agency in &agencies {
            lines.push(json!({"what": "ask", "agency": agency, "period": format!("2026-{month:02}")}));
        }
    }
    (kept, lines)
}

async fn compare_the_decision(database: &TestDatabase) {
    let mut both = Both::start(database).await;
    let (kept, lines) = year(if is_full_size() { 60_000 } else { 15_000 });
    for page in kept.chunks(500) {
        both.tell(page).await;
    }
    both.set_clock(at("2027-01-20T00:00:00Z"));

    let computed = computed(&lines);
    assert_eq!(computed.len(), 40 * 12 * 2);
    let mut all = Vec::new();
    for python in &computed {
        let (agency, period) = (python["agency"].as_str().unwrap(), python["period"].as_str().unwrap());
        let others = if python["other_variants"] == true { OTHERS } else { "" };
        let path = format!("/v1/scores?set=qd766&period={period}&agency=under:{agency}{others}");
        let answer = both.ask(&path).await;
        all.extend(differences(&answer, python).into_iter().map(|one| format!("{path}: {one}")));
    }
    let shown = &all[..all.len().min(30)];
    assert!(all.is_empty(), "seed {}: {} differences\n{}", seed(), all.len(), shown.join("\n"));
}

on_both_databases! {
    async fn the_decision_for_forty_agencies_and_twelve_months_equals_a_computation_in_python(database) {
        compare_the_decision(database).await;
    }
}

/// Which measures an indicator divides by which, by the usual variants: numerator, what is taken off it, denominator.
const RATIOS: [(&str, &str, &[&str], &str); 16] = [
    ("1.1", "announced", &["announced_late"], "announced"),
    ("1.3", "complete_procedures", &[], "procedures"),
    ("2.1", "on_time", &[], "received"),
    ("3.1", "online_procedures", &[], "procedures"),
    ("3.2", "services_with_dossiers", &[], "online_procedures"),
    ("3.3", "received_online", &[], "received"),
    ("3.5a", "procedures_paid_online", &[], "fee_procedures"),
    ("3.5b", "procedures_with_fee_dossiers", &[], "fee_procedures"),
    ("3.6", "paid_online", &[], "owing"),
    ("4.1", "finished_with_file", &[], "finished_returning_paper"),
    ("4.2", "digitised_throughout", &[], "finished"),
    ("4.3", "with_reused_data", &[], "received"),
    ("4.4", "from_personal_store", &[], "received"),
    ("4.5a", "connected_citizen_procedures", &[], "procedures"),
    ("4.5b", "vneid_verified", &[], "received"),
    ("5.4", "received", &["late", "disliked"], "received"),
];

/// The same by the other variants, where they differ.
const OTHER_RATIOS: [(&str, &str, &[&str], &str); 5] = [
    ("2.1", "on_time_less_waits", &[], "received"),
    ("3.3", "received_online_with_result", &[], "received"),
    ("3.5a", "procedures_with_fee_dossiers", &[], "fee_procedures"),
    ("3.6", "paid_online_begun", &[], "owing_begun"),
    ("4.2", "digitised_throughout", &[], "finished"),
];

#[test]
fn the_plain_book_and_python_count_the_same() {
    let (kept, lines) = year(6_000);
    let mut book = Book::new();
    for (n, told) in kept.iter().enumerate() {
        book.take(&told.event(Uuid::nil(), n + 1));
    }
    for python in computed(&lines) {
        let first: NaiveDate = format!("{}-01", python["period"].as_str().unwrap()).parse().unwrap();
        let period = Period::around(2, first);
        let (agency, until) = (python["agency"].as_str().unwrap().parse().unwrap(), period.end());
        let extent =
            Extent { agency, with_below: true, period, structure: Structure::Now, until, today: day_of(until) };
        let figures = book.count("qd766", &extent);
        let ratios = if python["other_variants"] == true { &OTHER_RATIOS[..] } else { &RATIOS };
        for (code, top, less, bottom) in ratios {
            let less: i64 = less.iter().map(|measure| figures[*measure].value).sum();
            let told = json!([figures[*top].value - less, figures[*bottom].value]);
            let computed = &python["indicators"][*code];
            assert_eq!(told, json!([computed[1], computed[2]]), "{code} of {agency} in {first}");
        }
    }
}
