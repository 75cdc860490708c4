//! Biểu 06 counted again, dossier by dossier, from the script's own book.

use std::collections::BTreeMap;

use motcua_tests::Api;
use serde_json::Value;

use super::book::Book;
use super::world::{midnight, written};

/// Periods, each with its first day and the first day after it.
const PERIODS: [(&str, &str, &str); 18] = [
    ("2026-01", "2026-01-01", "2026-02-01"),
    ("2026-02", "2026-02-01", "2026-03-01"),
    ("2026-03", "2026-03-01", "2026-04-01"),
    ("2026-04", "2026-04-01", "2026-05-01"),
    ("2026-05", "2026-05-01", "2026-06-01"),
    ("2026-06", "2026-06-01", "2026-07-01"),
    ("2026-07", "2026-07-01", "2026-08-01"),
    ("2026-08", "2026-08-01", "2026-09-01"),
    ("2026-09", "2026-09-01", "2026-10-01"),
    ("2026-10", "2026-10-01", "2026-11-01"),
    ("2026-11", "2026-11-01", "2026-12-01"),
    ("2026-12", "2026-12-01", "2027-01-01"),
    ("2026-Q1", "2026-01-01", "2026-03-15"),
    ("2026-Q2", "2026-03-15", "2026-06-15"),
    ("2026-Q3", "2026-06-15", "2026-09-15"),
    ("2026-Q4", "2026-09-15", "2026-12-15"),
    ("2026", "2026-01-01", "2026-12-15"),
    ("2026-03-10..2026-05-20", "2026-03-10", "2026-05-21"),
];
const COLUMNS: [&str; 11] = [
    "received",
    "received_online",
    "received_direct",
    "carried_over",
    "solved",
    "solved_early",
    "solved_on_time",
    "solved_late",
    "in_process",
    "in_process_in_term",
    "in_process_late",
];
const AGENCIES: [&str; 4] = ["H50", "H50.05", "H50.12", "H50.13"];

type Row = [i64; 11];

/// Compares every cell of every period and agency; says how many there were.
pub(crate) async fn compare(leader: &Api, books: &[Book], now: i64) -> usize {
    let mut cells = 0;
    for agency in AGENCIES {
        for (name, first, after) in PERIODS {
            let path = format!("/v1/reports/form-06?agency={agency}&period={name}");
            let report = leader.get(&path).await.ok();
            let (from, to) = (midnight(first.parse().unwrap()), midnight(after.parse().unwrap()));
            let recounted = recount(books, agency, from, to, to.min(now));
            let mut told = BTreeMap::<String, Row>::new();
            for tier in report["tiers"].as_array().unwrap() {
                for row in tier["rows"].as_array().unwrap() {
                    let sums = told.entry(row["field_code"].as_str().unwrap().to_owned()).or_default();
                    for (sum, cell) in sums.iter_mut().zip(columns(row)) {
                        *sum += cell;
                    }
                    invariants(row);
                }
                invariants(&tier["total"]);
            }
            assert_eq!(told, recounted, "{agency} {name}, as of {}: {report}", written(to.min(now)));
            let total = recounted.values().fold(Row::default(), |mut sum, row| {
                sum.iter_mut().zip(row).for_each(|(sum, cell)| *sum += cell);
                sum
            });
            assert_eq!(columns(&report["total"]), total, "{agency} {name}");
            invariants(&report["total"]);
            cells += 11 * (recounted.len() + 1);
        }
    }
    cells
}

fn columns(row: &Value) -> Row {
    COLUMNS.map(|column| row[column].as_i64().unwrap())
}

fn invariants(row: &Value) {
    let [all, online, direct, carried, solved, early, on_time, late, open, in_term, overdue] = columns(row);
    assert_eq!(all, online + direct + carried, "{row}");
    assert_eq!(all, solved + open, "1 = 5 + 9: {row}");
    assert_eq!(solved, early + on_time + late, "5 = 6 + 7 + 8: {row}");
    assert_eq!(open, in_term + overdue, "9 = 10 + 11: {row}");
}

fn recount(books: &[Book], agency: &str, from: i64, to: i64, as_of: i64) -> BTreeMap<String, Row> {
    let mut rows = BTreeMap::<String, Row>::new();
    for book in books.iter().filter(|book| agency == "H50" || book.office.competent == agency) {
        let Some(received) = book.received else { continue };
        let open_at = |minute: i64| book.end.is_none_or(|end| end >= minute);
        let mut cells = Vec::new();
        if received < from && open_at(from) {
            cells.extend([0, 3]);
        } else if (from..to).contains(&received) {
            cells.extend([0, if book.online { 1 } else { 2 }]);
        } else {
            continue;
        }
        if open_at(to) {
            let late = book.due.is_some_and(|due| due < as_of);
            cells.extend([8, if late { 10 } else { 9 }]);
        } else {
            let column = match book.bucket {
                Some("early") => 5,
                Some("on_time") => 6,
                _ => 7,
            };
            cells.extend([4, column]);
        }
        let row = rows.entry(book.field().to_owned()).or_default();
        for cell in cells {
            row[cell] += 1;
        }
    }
    rows
}
