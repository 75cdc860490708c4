//! Which version of a set governs a day, and whether another version may be added: pure.

use chrono::NaiveDate;
use motcua_kernel::{Error, Uuid};

/// The days of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The version.
    pub id: Uuid,
    /// What it is called.
    pub label: String,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day; open where nobody has said. A version that is open ends when a later one begins.
    pub to: Option<NaiveDate>,
}

impl Span {
    fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// The version that governs a day: of a period, its first. So a version that begins within a period governs from the next
/// one on.
#[must_use]
pub fn governing(versions: &[Span], day: NaiveDate) -> Option<&Span> {
    versions
        .iter()
        .filter(|version| version.from <= day)
        .max_by_key(|version| version.from)
        .filter(|one| one.holds(day))
}

/// Whether a version may stand beside those there are. It may take over from an open one on a day to come, or fill days
/// that none governs; it never takes a day that has passed from another.
///
/// # Errors
/// `indicator_set.overlaps` and `indicator_set.changes_the_past`, naming the other version.
pub fn admit(new: &Span, versions: &[Span], today: NaiveDate) -> Result<(), Error> {
    for other in versions {
        let (earlier, later) = if new.from <= other.from { (new, other) } else { (other, new) };
        if new.from == other.from || earlier.to.is_some_and(|to| later.from <= to) {
            return Err(overlaps(other));
        }
    }
    match governing(versions, new.from) {
        Some(other) if new.from <= today => Err(changes_the_past(other, today)),
        _ => Ok(()),
    }
}

fn overlaps(other: &Span) -> Error {
    let label = &other.label;
    Error::conflict(
        "indicator_set.overlaps",
        format!("Hiệu lực trùng với phiên bản {label} của cùng bộ chỉ số."),
        format!("Its validity overlaps that of version {label} of the same set."),
    )
    .with("version", label.as_str())
}

fn changes_the_past(other: &Span, today: NaiveDate) -> Error {
    let label = &other.label;
    Error::conflict(
        "indicator_set.changes_the_past",
        format!("Các ngày đến {today} đã tính theo phiên bản {label}; phiên bản mới chỉ được bắt đầu sau hôm nay."),
        format!("The days until {today} are scored by version {label}; a new version begins after today."),
    )
    .with("version", label.as_str())
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;

    fn day(offset: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(offset)
    }

    fn span(number: u128, from: u64, to: Option<u64>) -> Span {
        Span { id: Uuid::from_u128(number), label: number.to_string(), from: day(from), to: to.map(day) }
    }

    #[test]
    fn a_later_version_takes_over_from_an_open_one_on_a_day_to_come() {
        let versions = [span(1, 0, None)];
        let next = span(2, 100, None);
        admit(&next, &versions, day(99)).unwrap();
        assert_eq!(admit(&next, &versions, day(100)).unwrap_err().code, "indicator_set.changes_the_past");
        let both = [versions[0].clone(), next];
        assert_eq!(governing(&both, day(99)).unwrap().label, "1");
        assert_eq!(governing(&both, day(100)).unwrap().label, "2");
    }

    #[test]
    fn days_that_none_governs_may_be_filled_and_no_others() {
        let versions = [span(1, 10, Some(20)), span(2, 50, None)];
        admit(&span(3, 21, Some(49)), &versions, day(90)).unwrap();
        admit(&span(3, 21, None), &versions, day(90)).unwrap();
        for wrong in [span(3, 20, Some(30)), span(3, 0, Some(10)), span(3, 10, None), span(3, 30, Some(50))] {
            assert_eq!(admit(&wrong, &versions, day(90)).unwrap_err().code, "indicator_set.overlaps");
        }
    }

    proptest! {
        #[test]
        fn what_governed_a_day_that_has_passed_governs_it_for_ever(
            spans in proptest::collection::vec((0_u64..60, proptest::option::of(0_u64..20), 0_u64..80), 1..12),
        ) {
            // Versions come one after another, each on its day; the days only go forward.
            let mut versions: Vec<Span> = Vec::new();
            let mut today = 0;
            for (number, (from, length, later)) in spans.into_iter().enumerate() {
                today += later / 8;
                let new = span(number as u128 + 1, from, length.map(|length| from + length));
                let before: Vec<Option<Uuid>> = (0..=today).map(|at| governing(&versions, day(at)).map(|one| one.id)).collect();
                if admit(&new, &versions, day(today)).is_err() {
                    continue;
                }
                versions.push(new);
                for (at, before) in before.into_iter().enumerate() {
                    let now = governing(&versions, day(at as u64)).map(|one| one.id);
                    prop_assert!(before.is_none() || now == before, "day {at}");
                }
                // At most one claims a day for itself, and slowly looked for it is the one that governs.
                for at in 0..90 {
                    let claim = versions.iter().filter(|one| one.from <= day(at)).max_by_key(|one| one.from);
                    let slow = claim.filter(|one| one.to.is_none_or(|to| day(at) <= to));
                    prop_assert_eq!(governing(&versions, day(at)), slow);
                    let closed = versions.iter().filter(|one| one.from <= day(at) && one.to.is_some_and(|to| day(at) <= to));
                    prop_assert!(closed.count() <= 1);
                }
            }
        }
    }
}
