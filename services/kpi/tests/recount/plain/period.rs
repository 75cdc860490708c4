//! Periods by hand: the first day, the first day after, and the name.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, TimeDelta, Utc};

/// A period, as it is asked for and counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Period {
    pub name: String,
    pub first: NaiveDate,
    /// The first day that is not of it any more.
    pub next: NaiveDate,
}

/// How many kinds there are.
pub(crate) const KINDS: usize = 9;

/// The day in Vietnam.
pub(crate) fn day_of(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&FixedOffset::east_opt(7 * 3600).unwrap()).date_naive()
}

/// The instant at which a day begins in Vietnam.
pub(crate) fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(0, 0, 0).unwrap().and_utc() - TimeDelta::hours(7)
}

fn first_of(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).unwrap()
}

/// The first day of the month that lies so many after January of a year.
fn month(year: i32, after_january: u32) -> NaiveDate {
    first_of(year + i32::try_from(after_january / 12).unwrap(), after_january % 12 + 1)
}

/// The 15th of the month before.
fn report(first_of_month: NaiveDate) -> NaiveDate {
    first_of_month.pred_opt().unwrap().with_day(15).unwrap()
}

impl Period {
    /// The period of a kind that has a day.
    pub(crate) fn around(kind: usize, day: NaiveDate) -> Self {
        let week = day.iso_week();
        // What has begun by the 15th is called by the month after.
        let told = if day.day() < 15 { first_of(day.year(), day.month()) } else { month(day.year(), day.month()) };
        let (year, of) = if kind < 6 { (day.year(), day.month0()) } else { (told.year(), told.month0()) };
        let row = |months: u32| {
            let begin = of / months * months;
            (begin / months + 1, month(year, begin), month(year, begin + months))
        };
        let (name, first, next) = match kind {
            0 => (day.to_string(), day, day.succ_opt().unwrap()),
            1 => {
                let monday = day - Days::new(u64::from(day.weekday().num_days_from_monday()));
                (format!("{}-W{:02}", week.year(), week.week()), monday, monday + Days::new(7))
            }
            2 => named(row(1), |n| format!("{year}-{n:02}")),
            3 => named(row(3), |n| format!("{year}-Q{n}")),
            4 => named(row(6), |n| format!("{year}-H{n}")),
            5 => named(row(12), |_| format!("{year}")),
            6 => reported(named(row(1), |n| format!("{year}-R{n:02}"))),
            7 => reported(named(row(3), |n| format!("{year}-RQ{n}"))),
            _ => reported(named(row(12), |_| format!("{year}-RY"))),
        };
        Self { name, first, next }
    }

    /// Whether a day lies in it.
    pub(crate) fn has(&self, day: NaiveDate) -> bool {
        self.first <= day && day < self.next
    }

    /// Its first instant.
    pub(crate) fn start(&self) -> DateTime<Utc> {
        midnight(self.first)
    }

    /// The first instant after it.
    pub(crate) fn end(&self) -> DateTime<Utc> {
        midnight(self.next)
    }
}

type Named = (String, NaiveDate, NaiveDate);

fn named((number, first, next): (u32, NaiveDate, NaiveDate), name: impl Fn(u32) -> String) -> Named {
    (name(number), first, next)
}

fn reported((name, first, next): Named) -> Named {
    (name, report(first), report(next))
}

#[test]
fn periods_are_those_that_people_write() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    for (kind, within, name, first, next) in [
        (0, "2026-11-22", "2026-11-22", "2026-11-22", "2026-11-23"),
        (1, "2027-01-03", "2026-W53", "2026-12-28", "2027-01-04"),
        (2, "2024-02-29", "2024-02", "2024-02-01", "2024-03-01"),
        (3, "2026-10-01", "2026-Q4", "2026-10-01", "2027-01-01"),
        (4, "2026-12-31", "2026-H2", "2026-07-01", "2027-01-01"),
        (5, "2026-05-05", "2026", "2026-01-01", "2027-01-01"),
        (6, "2026-10-15", "2026-R11", "2026-10-15", "2026-11-15"),
        (6, "2026-01-14", "2026-R01", "2025-12-15", "2026-01-15"),
        (7, "2025-12-15", "2026-RQ1", "2025-12-15", "2026-03-15"),
        (7, "2026-12-14", "2026-RQ4", "2026-09-15", "2026-12-15"),
        (8, "2026-12-15", "2027-RY", "2026-12-15", "2027-12-15"),
    ] {
        let period = Period::around(kind, day(within));
        assert_eq!((period.name.as_str(), period.first, period.next), (name, day(first), day(next)));
    }
}
