//! Periods of reports, and the arithmetic of the table.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use motcua_clock::vietnam_time::to_instant;
use motcua_kernel::{Error, Result, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The day of the last month of a quarter on which its reporting period ends (ministries' circulars after Decree
/// 09/2019/NĐ-CP, article 12): the first quarter runs from 15 December to 14 March.
const CLOSING_DAY: u32 = 14;

/// A period of a report (kỳ báo cáo): whole days in Vietnam.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Period {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
}

impl Period {
    /// Reads `2026-11` (a month), `2026-Q1` (a reporting quarter, 15 December to 14 March), `2026` (a reporting year, 15
    /// December to 14 December) or `2026-01-01..2026-01-31` (any days).
    ///
    /// # Errors
    /// `period.unknown` for anything else, or a period that ends before it begins.
    pub fn parse(text: &str) -> Result<Self> {
        let period = match text.split_once("..") {
            Some((from, to)) => Self::days(from, to),
            None => Self::named(text),
        };
        period.filter(|period| period.from <= period.to).ok_or_else(|| unknown(text))
    }

    fn days(from: &str, to: &str) -> Option<Self> {
        Some(Self { from: from.parse().ok()?, to: to.parse().ok()? })
    }

    fn named(text: &str) -> Option<Self> {
        let (year, part) = text.split_once('-').unwrap_or((text, ""));
        let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) {
            return None;
        }
        let year: i32 = year.parse().ok()?;
        match part.strip_prefix('Q') {
            Some(quarter @ ("1" | "2" | "3" | "4")) => {
                let to = NaiveDate::from_ymd_opt(year, quarter.parse::<u32>().ok()? * 3, CLOSING_DAY)?;
                Some(Self { from: to.checked_sub_months(Months::new(3))?.succ_opt()?, to })
            }
            None if part.is_empty() => {
                let to = NaiveDate::from_ymd_opt(year, 12, CLOSING_DAY)?;
                Some(Self { from: to.checked_sub_months(Months::new(12))?.succ_opt()?, to })
            }
            None if digits(part, 2) => {
                let from = NaiveDate::from_ymd_opt(year, part.parse().ok()?, 1)?;
                Some(Self { from, to: from.checked_add_months(Months::new(1))?.pred_opt()? })
            }
            _ => None,
        }
    }

    /// The first instant of the period and the first after it.
    ///
    /// # Errors
    /// `period.unknown` at the far end of what a date can hold.
    pub fn instants(self) -> Result<(DateTime<Utc>, DateTime<Utc>)> {
        let midnight = |day: NaiveDate| {
            let reaches = (1900..=2200).contains(&day.year());
            reaches.then(|| to_instant(day.and_time(chrono::NaiveTime::MIN)).ok()).flatten()
        };
        let after = self.to.checked_add_signed(TimeDelta::days(1)).and_then(midnight);
        midnight(self.from).zip(after).ok_or_else(|| unknown(&format!("{}..{}", self.from, self.to)))
    }
}

fn unknown(text: &str) -> Error {
    let shown: String = text.chars().take(30).collect();
    Error::malformed(
        "period.unknown",
        format!("Kỳ báo cáo “{shown}” không hợp lệ: dùng 2026-11, 2026-Q1, 2026 hoặc 2026-01-01..2026-01-31."),
        format!("“{shown}” is no period: write 2026-11, 2026-Q1, 2026 or 2026-01-01..2026-01-31."),
    )
    .with("parameter", "period")
}

/// A line of the table; the numbers in brackets are the columns of the form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// (1) Received, all of it: (2) + (3) + (4).
    pub received: i64,
    /// (2) Received in the period, online.
    pub received_online: i64,
    /// (3) Received in the period at the desk or by post.
    pub received_direct: i64,
    /// (4) Carried over from before the period.
    pub carried_over: i64,
    /// (5) Solved: (6) + (7) + (8).
    pub solved: i64,
    /// (6) Solved before the due day.
    pub solved_early: i64,
    /// (7) Solved on the due day, not after the due instant.
    pub solved_on_time: i64,
    /// (8) Solved after the due instant.
    pub solved_late: i64,
    /// (9) In process when the period ended: (10) + (11).
    pub in_process: i64,
    /// (10) In process, in term.
    pub in_process_in_term: i64,
    /// (11) In process, past the due instant.
    pub in_process_late: i64,
}

/// What a group of dossiers is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Column 2.
    ReceivedOnline,
    /// Column 3.
    ReceivedDirect,
    /// Column 4.
    CarriedOver,
    /// Column 6.
    SolvedEarly,
    /// Column 7.
    SolvedOnTime,
    /// Column 8.
    SolvedLate,
    /// Column 10.
    InTerm,
    /// Column 11.
    Late,
}

impl Counts {
    /// Counts a group, with the sums it belongs to.
    pub(crate) fn add(&mut self, cell: Cell, count: i64) {
        let (part, sum) = match cell {
            Cell::ReceivedOnline => (&mut self.received_online, &mut self.received),
            Cell::ReceivedDirect => (&mut self.received_direct, &mut self.received),
            Cell::CarriedOver => (&mut self.carried_over, &mut self.received),
            Cell::SolvedEarly => (&mut self.solved_early, &mut self.solved),
            Cell::SolvedOnTime => (&mut self.solved_on_time, &mut self.solved),
            Cell::SolvedLate => (&mut self.solved_late, &mut self.solved),
            Cell::InTerm => (&mut self.in_process_in_term, &mut self.in_process),
            Cell::Late => (&mut self.in_process_late, &mut self.in_process),
        };
        *part += count;
        *sum += count;
    }

    /// Adds another line.
    pub(crate) fn add_all(&mut self, other: &Self) {
        let parts = [
            (Cell::ReceivedOnline, other.received_online),
            (Cell::ReceivedDirect, other.received_direct),
            (Cell::CarriedOver, other.carried_over),
            (Cell::SolvedEarly, other.solved_early),
            (Cell::SolvedOnTime, other.solved_on_time),
            (Cell::SolvedLate, other.solved_late),
            (Cell::InTerm, other.in_process_in_term),
            (Cell::Late, other.in_process_late),
        ];
        for (cell, count) in parts {
            self.add(cell, count);
        }
    }

    /// The eleven columns, in order.
    #[must_use]
    pub fn columns(&self) -> [i64; 11] {
        [
            self.received,
            self.received_online,
            self.received_direct,
            self.carried_over,
            self.solved,
            self.solved_early,
            self.solved_on_time,
            self.solved_late,
            self.in_process,
            self.in_process_in_term,
            self.in_process_late,
        ]
    }
}

/// Which group of rows a line stands in; districts are gone since 2025-07-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// The province and its departments (cấp tỉnh).
    Province,
    /// Communes, wards and special zones (cấp xã).
    Commune,
}

impl Tier {
    /// By the kind of the agency that is competent.
    #[must_use]
    pub fn of(kind: &str) -> Self {
        if kind == "commune" { Self::Commune } else { Self::Province }
    }

    /// The heading of its rows.
    #[must_use]
    pub fn name(self) -> Text {
        match self {
            Self::Province => Text::new("Cơ quan cấp tỉnh", "Agencies of the province"),
            Self::Commune => Text::new("Cấp xã", "Communes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> (String, String) {
        let period = Period::parse(text).unwrap();
        (period.from.to_string(), period.to.to_string())
    }

    #[test]
    fn quarters_and_years_run_from_the_fifteenth_to_the_fourteenth() {
        let of = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(period("2026-Q1"), of("2025-12-15", "2026-03-14"));
        assert_eq!(period("2026-Q2"), of("2026-03-15", "2026-06-14"));
        assert_eq!(period("2026-Q4"), of("2026-09-15", "2026-12-14"));
        assert_eq!(period("2026"), of("2025-12-15", "2026-12-14"));
        assert_eq!(period("2028-02"), of("2028-02-01", "2028-02-29"));
        assert_eq!(period("2026-01-05..2026-01-05"), of("2026-01-05", "2026-01-05"));
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in
            ["", "2026-Q5", "2026-13", "26", "2026-1", "2026-02-30..2026-03-01", "2026-02-02..2026-02-01", "+026"]
        {
            assert_eq!(Period::parse(text).unwrap_err().code, "period.unknown", "{text}");
        }
        assert!(Period::parse("-9999-01-01..2026-01-01").map_or(true, |period| period.instants().is_err()));
    }

    #[test]
    fn a_period_begins_and_ends_at_midnight_in_vietnam() {
        let (from, to) = Period::parse("2026-11").unwrap().instants().unwrap();
        assert_eq!(
            (from.to_rfc3339(), to.to_rfc3339()),
            ("2026-10-31T17:00:00+00:00".into(), "2026-11-30T17:00:00+00:00".into())
        );
    }

    #[test]
    fn sums_follow_their_parts() {
        let mut counts = Counts::default();
        let cells = [Cell::ReceivedOnline, Cell::CarriedOver, Cell::SolvedLate, Cell::InTerm];
        cells.into_iter().zip(1..).for_each(|(cell, count)| counts.add(cell, count));
        let mut twice = counts;
        twice.add_all(&counts);
        assert_eq!((twice.received, twice.solved, twice.in_process), (6, 6, 8));
        assert_eq!(twice.columns().iter().sum::<i64>(), 2 * twice.received + 2 * twice.solved + 2 * twice.in_process);
    }
}
