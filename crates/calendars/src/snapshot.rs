//! The calendars of one revision, whole: it never changes, so it is read once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_clock::vietnam_time::{FIRST_YEAR, LAST_YEAR};
use motcua_clock::{AgencyException, Calendar, CoveredYear, OfficeHours, SpecialDay};
use motcua_kernel::{Error, Result, Uuid};
use quick_cache::sync::Cache;

/// How many combinations of agencies with something of their own are kept counted out.
const VIEWS_KEPT: usize = 512;

/// By what an agency's terms are counted.
#[derive(Debug, Clone)]
pub struct View {
    /// The working days: the national ones, with the exceptions that reach the agency.
    pub calendar: Arc<Calendar>,
    /// The office hours.
    pub office_hours: Arc<OfficeHours>,
}

/// The calendars of one revision.
#[derive(Debug)]
pub struct Snapshot {
    national: Arc<Calendar>,
    exceptions: BTreeMap<Uuid, Vec<AgencyException>>,
    hours: BTreeMap<Uuid, Arc<OfficeHours>>,
    usual_hours: Arc<OfficeHours>,
    views: Cache<Vec<Uuid>, View>,
}

/// A year as it is decreed.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct YearTable {
    /// The year, and where its table comes from.
    pub year: CoveredYear,
    /// Its days that are not what their weekday says.
    pub days: Vec<SpecialDay>,
}

impl Snapshot {
    /// The embedded years with those that were decreed over them, the exceptions that stand and the office hours.
    ///
    /// # Errors
    /// When a year contradicts itself, which was refused when it was decreed.
    pub fn new(
        embedded: &Calendar,
        years: Vec<YearTable>,
        exceptions: BTreeMap<Uuid, Vec<AgencyException>>,
        hours: BTreeMap<Uuid, OfficeHours>,
    ) -> Result<Self> {
        let mut national = embedded.clone();
        for table in years {
            let year = table.year.year;
            if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
                // None can be decreed; one that stands there from before that was so must not take every calendar with it.
                tracing::warn!(year, "a year that no calendar can cover is left out");
                continue;
            }
            national = replaced(national, table)?;
        }
        Ok(Self {
            national: Arc::new(national),
            exceptions,
            hours: hours.into_iter().map(|(agency, hours)| (agency, Arc::new(hours))).collect(),
            usual_hours: Arc::default(),
            views: Cache::new(VIEWS_KEPT),
        })
    }

    /// What the revision would be with another year.
    ///
    /// # Errors
    /// When the year contradicts itself.
    pub fn with_year(&self, table: YearTable) -> Result<Self> {
        let national = replaced((*self.national).clone(), table)?;
        Ok(Self { national: Arc::new(national), ..self.copy() })
    }

    /// What it would be with one more exception of an agency.
    #[must_use]
    pub fn with_exception(&self, agency: Uuid, exception: AgencyException) -> Self {
        let mut copy = self.copy();
        copy.exceptions.entry(agency).or_default().push(exception);
        copy
    }

    /// What it would be without the exception an agency has on a day.
    #[must_use]
    pub fn without_exception(&self, agency: Uuid, day: NaiveDate) -> Self {
        let mut copy = self.copy();
        copy.exceptions.entry(agency).or_default().retain(|exception| exception.date != day);
        copy
    }

    /// What it would be with other office hours of an agency; none gives back those from above.
    #[must_use]
    pub fn with_hours(&self, agency: Uuid, hours: Option<OfficeHours>) -> Self {
        let mut copy = self.copy();
        match hours {
            Some(hours) => copy.hours.insert(agency, Arc::new(hours)),
            None => copy.hours.remove(&agency),
        };
        copy
    }

    fn copy(&self) -> Self {
        Self {
            national: Arc::clone(&self.national),
            exceptions: self.exceptions.clone(),
            hours: self.hours.clone(),
            usual_hours: Arc::clone(&self.usual_hours),
            views: Cache::new(VIEWS_KEPT),
        }
    }

    /// The national calendar.
    #[must_use]
    pub fn national(&self) -> &Calendar {
        &self.national
    }

    /// Whether any agency has exceptions or hours of its own.
    #[must_use]
    pub fn has_own(&self) -> bool {
        !self.exceptions.is_empty() || !self.hours.is_empty()
    }

    /// Whether this agency has.
    #[must_use]
    pub fn is_own(&self, agency: Uuid) -> bool {
        self.exceptions.contains_key(&agency) || self.hours.contains_key(&agency)
    }

    /// Whether this agency has an exception on a day.
    #[must_use]
    pub fn has_exception(&self, agency: Uuid, day: NaiveDate) -> bool {
        self.exceptions.get(&agency).is_some_and(|of| of.iter().any(|exception| exception.date == day))
    }

    /// Whose office hours hold for an agency that has these above it, the nearest first; none for the usual ones.
    #[must_use]
    pub fn hours_from(&self, nearest_first: &[Uuid]) -> Option<Uuid> {
        nearest_first.iter().copied().find(|agency| self.hours.contains_key(agency))
    }

    /// By what an agency counts that has these with something of their own above it or is one itself, the nearest first.
    /// Of two exceptions on one day the nearer holds.
    ///
    /// # Errors
    /// When the exceptions can't lie over the calendar, which is a defect.
    pub fn view(&self, nearest_first: Vec<Uuid>) -> Result<View> {
        if let Some(kept) = self.views.get(&nearest_first) {
            return Ok(kept);
        }
        let mut taken = BTreeSet::new();
        let mut holding = Vec::new();
        for exception in nearest_first.iter().filter_map(|agency| self.exceptions.get(agency)).flatten() {
            // One that a later decree made needless, or that gives back what one further up took, changes nothing.
            let national = self.national.worked_part(exception.date);
            let changes = national.is_ok_and(|national| national != exception.kind.over(national).part());
            if taken.insert(exception.date) && changes {
                holding.push(exception.clone());
            }
        }
        let calendar = if holding.is_empty() {
            Arc::clone(&self.national)
        } else {
            let calendar = self.national.with_exceptions(holding);
            Arc::new(calendar.map_err(|faults| Error::internal(format!("{faults:?}")))?)
        };
        let own = nearest_first.iter().find_map(|agency| self.hours.get(agency));
        let view = View { calendar, office_hours: Arc::clone(own.unwrap_or(&self.usual_hours)) };
        self.views.insert(nearest_first, view.clone());
        Ok(view)
    }
}

fn replaced(national: Calendar, table: YearTable) -> Result<Calendar> {
    let newer = Calendar::from_entries(vec![table.year], table.days).map_err(Error::internal)?;
    Ok(national.replaced_by(newer))
}

#[cfg(test)]
mod tests {
    use motcua_clock::{ExceptionKind, WorkedPart};

    use super::*;

    fn closed(day: &str, kind: ExceptionKind) -> AgencyException {
        AgencyException {
            date: day.parse().unwrap(),
            kind,
            reason_vi: "Bão".into(),
            reason_en: "Storm".into(),
            source: "1/QĐ-UBND".into(),
        }
    }

    fn part(view: &View, day: &str) -> WorkedPart {
        view.calendar.worked_part(day.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_nearer_exception_holds_and_what_changes_nothing_is_left_out() {
        let (province, commune) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let embedded = Calendar::embedded().unwrap();
        let plain = Snapshot::new(&embedded, Vec::new(), BTreeMap::new(), BTreeMap::new()).unwrap();
        let storm = plain.with_exception(province, closed("2026-11-20", ExceptionKind::Closed));
        let worked = storm.with_exception(commune, closed("2026-11-20", ExceptionKind::Working));
        assert_eq!(part(&worked.view(vec![province]).unwrap(), "2026-11-20"), WorkedPart::Nothing);
        assert_eq!(part(&worked.view(vec![commune, province]).unwrap(), "2026-11-20"), WorkedPart::WholeDay);
        let again = worked.without_exception(commune, "2026-11-20".parse().unwrap());
        assert_eq!(part(&again.view(vec![commune, province]).unwrap(), "2026-11-20"), WorkedPart::Nothing);
        // A day that is off for everybody anyway.
        let needless = plain.with_exception(commune, closed("2026-11-24", ExceptionKind::Closed));
        assert_eq!(part(&needless.view(vec![commune]).unwrap(), "2026-11-24"), WorkedPart::Nothing);
    }

    #[test]
    fn a_half_day_of_an_agency_leaves_a_holiday_that_is_decreed_later_a_holiday() {
        let commune = Uuid::from_u128(2);
        let embedded = Calendar::embedded().unwrap();
        let plain = Snapshot::new(&embedded, Vec::new(), BTreeMap::new(), BTreeMap::new()).unwrap();
        let date: NaiveDate = "2026-11-20".parse().unwrap();
        let text = || "x".to_owned();
        let (name_vi, name_en, source, note) = (text(), text(), text(), String::new());
        let kind = motcua_clock::DayKind::PublicHoliday;
        let holiday = SpecialDay { date, kind, linked_date: None, name_vi, name_en, source, provisional: false, note };
        let year = embedded.years().find(|covered| covered.year == 2026).unwrap().clone();
        let table = YearTable { year, days: vec![holiday] };
        let after = |kind, before: WorkedPart| {
            let set = plain.with_exception(commune, closed("2026-11-20", kind));
            assert_eq!(part(&set.view(vec![commune]).unwrap(), "2026-11-20"), before);
            let decreed = set.with_year(table.clone()).unwrap();
            part(&decreed.view(vec![commune]).unwrap(), "2026-11-20")
        };
        assert_eq!(after(ExceptionKind::MorningOnly, WorkedPart::Morning), WorkedPart::Nothing);
        assert_eq!(after(ExceptionKind::AfternoonOnly, WorkedPart::Afternoon), WorkedPart::Nothing);
        assert_eq!(after(ExceptionKind::Closed, WorkedPart::Nothing), WorkedPart::Nothing);
        assert_eq!(after(ExceptionKind::Working, WorkedPart::WholeDay), WorkedPart::WholeDay);
    }

    #[test]
    fn a_stored_year_that_no_calendar_can_cover_is_left_out() {
        let embedded = Calendar::embedded().unwrap();
        let table = |year| {
            let text = || "x".to_owned();
            let (name_vi, name_en, source, note) = (text(), text(), text(), String::new());
            let year = CoveredYear { year, name_vi, name_en, source, provisional: true, note };
            YearTable { year, days: Vec::new() }
        };
        let years = vec![table(2028), table(99_999), table(i32::MAX)];
        let read = Snapshot::new(&embedded, years, BTreeMap::new(), BTreeMap::new()).unwrap();
        let covered: Vec<i32> = read.national().years().map(|covered| covered.year).collect();
        assert_eq!(covered, [2024, 2025, 2026, 2027, 2028]);
        assert!(read.with_year(table(i32::MAX)).is_err());
    }
}
