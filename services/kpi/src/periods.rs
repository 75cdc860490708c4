//! Periods (kỳ) that are counted: pure, shared by every room.
//!
//! A period is a row of whole days in Vietnam. Beside those of the calendar there are the reporting periods of Decree
//! 09/2019/NĐ-CP, article 12, which run from the 15th to the 14th: the data of the fourth quarter are those from
//! 15 September to 14 December, the year's those from 15 December to 14 December.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};
use motcua_clock::vietnam_time::{FIRST_YEAR, to_instant};
use motcua_kernel::time::day_in_vietnam;

/// The last year that has periods: instants are stored with four digits of a year.
const LAST_YEAR: i32 = 9998;

/// The day on which reporting periods begin.
const REPORT_DAY: u32 = 15;

/// How long a period is, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PeriodKind {
    /// A day (ngày): `2026-11-22`.
    Day,
    /// A week (tuần) from Monday, counted as ISO 8601 does: `2026-W47`.
    Week,
    /// A month (tháng): `2026-11`.
    Month,
    /// A quarter (quý): `2026-Q4`.
    Quarter,
    /// Half a year (6 tháng): `2026-H2`.
    Half,
    /// A year (năm): `2026`.
    Year,
    /// A reporting month, from the 15th of the month before to the 14th: `2026-R11`.
    ReportMonth,
    /// A reporting quarter, from the 15th of the last month of the quarter before: `2026-RQ4`.
    ReportQuarter,
    /// A reporting year, from 15 December to 14 December: `2026-RY`.
    ReportYear,
}

impl PeriodKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Half,
        Self::Year,
        Self::ReportMonth,
        Self::ReportQuarter,
        Self::ReportYear,
    ];

    /// The word as the API and definitions write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Half => "half",
            Self::Year => "year",
            Self::ReportMonth => "report_month",
            Self::ReportQuarter => "report_quarter",
            Self::ReportYear => "report_year",
        }
    }

    /// How many months it has, where it is made of months.
    fn months(self) -> Option<u32> {
        match self {
            Self::Day | Self::Week => None,
            Self::Month | Self::ReportMonth => Some(1),
            Self::Quarter | Self::ReportQuarter => Some(3),
            Self::Half => Some(6),
            Self::Year | Self::ReportYear => Some(12),
        }
    }

    /// Whether it runs from the 15th to the 14th.
    #[must_use]
    pub fn is_reporting(self) -> bool {
        matches!(self, Self::ReportMonth | Self::ReportQuarter | Self::ReportYear)
    }
}

impl FromStr for PeriodKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// A period (kỳ): whole days in Vietnam.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    first: NaiveDate,
    last: NaiveDate,
    kind: PeriodKind,
    /// Year and number by which it is called: the month, the quarter, the week; 1 for a year and for a day.
    year: i32,
    number: u32,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Period {
    /// The period of a kind that a day lies in; none beyond the years that have periods.
    #[must_use]
    pub fn containing(kind: PeriodKind, day: NaiveDate) -> Option<Self> {
        match kind {
            PeriodKind::Day => Self::days(kind, day, day, (day.year(), 1)),
            PeriodKind::Week => Self::week(day.iso_week().year(), day.iso_week().week()),
            PeriodKind::ReportMonth | PeriodKind::ReportQuarter | PeriodKind::ReportYear => {
                // From the 15th on it is the next month's.
                let next = u32::from(day.day() >= REPORT_DAY);
                let (year, month) = month_after(day.year(), day.month(), next)?;
                Self::of_months(kind, year, (month - 1) / kind.months()? + 1)
            }
            PeriodKind::Month | PeriodKind::Quarter | PeriodKind::Half | PeriodKind::Year => {
                Self::of_months(kind, day.year(), (day.month() - 1) / kind.months()? + 1)
            }
        }
    }

    fn week(year: i32, number: u32) -> Option<Self> {
        let first = NaiveDate::from_isoywd_opt(year, number, Weekday::Mon)?;
        Self::days(PeriodKind::Week, first, first.checked_add_days(Days::new(6))?, (year, number))
    }

    /// The `number`th of its kind in a year, counted from 1.
    fn of_months(kind: PeriodKind, year: i32, number: u32) -> Option<Self> {
        let months = kind.months()?;
        if number == 0 || number > 12 / months {
            return None;
        }
        let (next_year, next_month) = month_after(year, (number - 1) * months + 1, months)?;
        let day = if kind.is_reporting() { REPORT_DAY } else { 1 };
        // Reporting periods begin and end half a month earlier.
        let earlier = u32::from(kind.is_reporting());
        let begin = |year: i32, month: u32| match (month, earlier) {
            (1, 1) => NaiveDate::from_ymd_opt(year - 1, 12, day),
            _ => NaiveDate::from_ymd_opt(year, month - earlier, day),
        };
        let first = begin(year, (number - 1) * months + 1)?;
        Self::days(kind, first, begin(next_year, next_month)?.pred_opt()?, (year, number))
    }

    fn days(kind: PeriodKind, first: NaiveDate, last: NaiveDate, (year, number): (i32, u32)) -> Option<Self> {
        let years = FIRST_YEAR..=LAST_YEAR;
        if ![first.year(), last.year(), year].iter().all(|year| years.contains(year)) {
            return None;
        }
        let midnight = |day: NaiveDate| to_instant(NaiveDateTime::new(day, NaiveTime::MIN)).ok();
        let (start, end) = (midnight(first)?, midnight(last.succ_opt()?)?);
        Some(Self { first, last, kind, year, number, start, end })
    }

    /// Its kind.
    #[must_use]
    pub fn kind(self) -> PeriodKind {
        self.kind
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        self.first
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        self.last
    }

    /// Its first instant: midnight in Vietnam.
    #[must_use]
    pub fn start(self) -> DateTime<Utc> {
        self.start
    }

    /// The first instant after it.
    #[must_use]
    pub fn end(self) -> DateTime<Utc> {
        self.end
    }

    /// Whether an instant lies in it.
    #[must_use]
    pub fn contains(self, at: DateTime<Utc>) -> bool {
        self.start <= at && at < self.end
    }

    /// Whether a day lies in it.
    #[must_use]
    pub fn contains_day(self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// The period of the same kind right before it.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        Self::containing(self.kind, self.first.pred_opt()?)
    }

    /// The period of the same kind right after it.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::containing(self.kind, self.last.succ_opt()?)
    }

    /// The period of a kind that an instant lies in.
    #[must_use]
    pub fn at(kind: PeriodKind, at: DateTime<Utc>) -> Option<Self> {
        Self::containing(kind, day_in_vietnam(at))
    }
}

fn month_after(year: i32, month: u32, months: u32) -> Option<(i32, u32)> {
    let day = NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(chrono::Months::new(months))?;
    Some((day.year(), day.month()))
}

impl FromStr for Period {
    type Err = ();

    /// Reads what `Display` writes, and nothing else.
    fn from_str(text: &str) -> Result<Self, ()> {
        if !text.is_ascii() {
            return Err(());
        }
        let digits = |part: &str, length: usize| -> Option<u32> {
            (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
        };
        let (year, rest) = text.split_once('-').unwrap_or((text, ""));
        let year = digits(year, 4).and_then(|year| i32::try_from(year).ok()).ok_or(())?;
        let months = |kind, number: &str, length| Self::of_months(kind, year, digits(number, length)?);
        let period = if rest.is_empty() {
            // `2026-` is not a year.
            if text.len() == 4 { Self::of_months(PeriodKind::Year, year, 1) } else { None }
        } else if rest == "RY" {
            Self::of_months(PeriodKind::ReportYear, year, 1)
        } else if let Some(number) = rest.strip_prefix("RQ") {
            months(PeriodKind::ReportQuarter, number, 1)
        } else if let Some(number) = rest.strip_prefix('R') {
            months(PeriodKind::ReportMonth, number, 2)
        } else if let Some(number) = rest.strip_prefix('Q') {
            months(PeriodKind::Quarter, number, 1)
        } else if let Some(number) = rest.strip_prefix('H') {
            months(PeriodKind::Half, number, 1)
        } else if let Some(number) = rest.strip_prefix('W') {
            digits(number, 2).and_then(|number| Self::week(year, number))
        } else if let Some((month, day)) = rest.split_once('-') {
            let day = digits(month, 2).zip(digits(day, 2));
            day.and_then(|(month, day)| NaiveDate::from_ymd_opt(year, month, day))
                .and_then(|day| Self::containing(PeriodKind::Day, day))
        } else {
            months(PeriodKind::Month, rest, 2)
        };
        period.ok_or(())
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, number, .. } = self;
        match self.kind {
            PeriodKind::Day => self.first.format("%Y-%m-%d").fmt(f),
            PeriodKind::Week => write!(f, "{year:04}-W{number:02}"),
            PeriodKind::Month => write!(f, "{year:04}-{number:02}"),
            PeriodKind::Quarter => write!(f, "{year:04}-Q{number}"),
            PeriodKind::Half => write!(f, "{year:04}-H{number}"),
            PeriodKind::Year => write!(f, "{year:04}"),
            PeriodKind::ReportMonth => write!(f, "{year:04}-R{number:02}"),
            PeriodKind::ReportQuarter => write!(f, "{year:04}-RQ{number}"),
            PeriodKind::ReportYear => write!(f, "{year:04}-RY"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days_of(text: &str) -> (NaiveDate, NaiveDate) {
        let period: Period = text.parse().unwrap();
        assert_eq!(period.to_string(), text);
        (period.first_day(), period.last_day())
    }

    #[test]
    fn every_kind_is_written_in_its_way() {
        for (text, first, last) in [
            ("2026-11-22", "2026-11-22", "2026-11-22"),
            ("2026-W47", "2026-11-16", "2026-11-22"),
            ("2026-W53", "2026-12-28", "2027-01-03"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2026-Q4", "2026-10-01", "2026-12-31"),
            ("2026-H2", "2026-07-01", "2026-12-31"),
            ("2026", "2026-01-01", "2026-12-31"),
            ("2026-R11", "2026-10-15", "2026-11-14"),
            ("2026-R01", "2025-12-15", "2026-01-14"),
            ("2026-RQ1", "2025-12-15", "2026-03-14"),
            ("2026-RQ4", "2026-09-15", "2026-12-14"),
            ("2026-RY", "2025-12-15", "2026-12-14"),
        ] {
            assert_eq!(days_of(text), (day(first), day(last)), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_a_period() {
        for text in [
            "",
            "26",
            "2026-",
            "2026-13",
            "2026-00",
            "2026-1",
            "2026-Q5",
            "2026-Q0",
            "2026-H3",
            "2026-W54",
            "2025-W53",
            "2026-W00",
            "2026-02-29",
            "2026-R13",
            "2026-R1",
            "2026-RQ5",
            "2026-ry",
            "2026-RY1",
            "+026",
            "2026-11-22Z",
            " 2026",
            "2026-Ｑ4",
            "0000",
            "9999",
            "2026-Q١",
        ] {
            assert_eq!(text.parse::<Period>(), Err(()), "{text}");
        }
    }

    #[test]
    fn a_period_begins_at_midnight_in_vietnam() {
        let november: Period = "2026-11".parse().unwrap();
        assert_eq!(november.start().to_rfc3339(), "2026-10-31T17:00:00+00:00");
        assert_eq!(november.end().to_rfc3339(), "2026-11-30T17:00:00+00:00");
        assert!(november.contains(november.start()) && !november.contains(november.end()));
    }

    fn kinds() -> impl Strategy<Value = PeriodKind> {
        proptest::sample::select(PeriodKind::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn periods_of_a_kind_follow_each_other_without_gap_and_are_read_as_written(
            kind in kinds(), offset in 0_u64..2_900_000,
        ) {
            let day = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + Days::new(offset);
            let period = Period::containing(kind, day).unwrap();
            prop_assert!(period.contains_day(day));
            prop_assert_eq!(period.to_string().parse::<Period>(), Ok(period));
            prop_assert_eq!(Period::at(kind, period.start()), Some(period));
            let next = period.next().unwrap();
            prop_assert_eq!(next.start(), period.end());
            prop_assert_eq!(next.first_day(), period.last_day().succ_opt().unwrap());
            prop_assert_eq!(next.previous(), Some(period));
            for inside in period.first_day().iter_days().take_while(|day| *day <= period.last_day()) {
                prop_assert_eq!(Period::containing(kind, inside), Some(period));
            }
        }

        #[test]
        fn reporting_periods_are_the_calendars_moved_back_by_half_a_month(
            month in 1_u32..=12, year in 1990_i32..2200,
        ) {
            let text = format!("{year:04}-R{month:02}");
            let (first, last) = days_of(&text);
            prop_assert_eq!((first.day(), last.day()), (15, 14));
            prop_assert_eq!((last.year(), last.month()), (year, month));
            // A quarter is its three months, a year its four quarters.
            let quarter: Period = format!("{year:04}-RQ{}", (month - 1) / 3 + 1).parse().unwrap();
            prop_assert!(quarter.contains_day(first) && quarter.contains_day(last));
            let year: Period = format!("{year:04}-RY").parse().unwrap();
            prop_assert!(year.contains_day(quarter.first_day()) && year.contains_day(quarter.last_day()));
        }
    }
}
