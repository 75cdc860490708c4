//! What is missing, late and odd among the values that people enter.
//!
//! A value is due fifteen days after its period: no law says it for all, so this is the service's own rule, and it is said
//! wherever the count is shown. Looked at is, for every element, the newest period whose values are due, and what was
//! entered for it and since.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use motcua_agencies::agencies;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_kernel::time::day_in_vietnam;
use motcua_kernel::{Error, Uuid};

use super::facts::ByAgency;
use crate::elements::store::elements;
use crate::elements::store::steps::element_value_steps;
use crate::elements::store::values::element_values;
use crate::periods::{Period, PeriodKind};

diesel::allow_tables_to_appear_in_same_query!(element_values, element_value_steps);

/// Days after a period in which its values are entered.
pub(super) const DAYS: i64 = 15;

/// Counts of values, by agency.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Due, and entered by nobody.
    pub missing: ByAgency,
    /// Entered after they were due.
    pub late: ByAgency,
    /// With a warning that they are odd.
    pub odd: ByAgency,
}

/// A value that was entered: element, agency, period, when it was entered first, its warnings.
type Entered = (Id, Id, String, At, Json);

/// Counts them as of a day.
pub(super) fn values(conn: &mut Conn, tenant: Uuid, today: NaiveDate) -> TxResult<Values> {
    let all = elements::all(conn, tenant)?;
    let mut kinds: BTreeMap<&str, PeriodKind> = BTreeMap::new();
    for element in &all {
        kinds.insert(&element.period_kind, element.period_kind()?);
    }
    let mut periods: BTreeMap<&str, Period> = BTreeMap::new();
    let mut looked_at: Vec<String> = Vec::new();
    for (text, kind) in kinds {
        let Some(due) = newest_due(kind, today) else { continue };
        periods.insert(text, due);
        let since = std::iter::successors(Some(due), |period| period.next());
        looked_at.extend(since.take_while(|period| period.first_day() <= today).map(|period| period.to_string()));
    }
    let entered = entered(conn, tenant, &looked_at)?;
    let mut values = Values::default();
    let mut there: BTreeSet<(Uuid, Uuid, &str)> = BTreeSet::new();
    for (element, agency, period, entered_at, warnings) in &entered {
        there.insert((element.0, agency.0, period));
        let last = period.parse::<Period>().map_err(|()| Error::internal(format!("a period `{period}`")))?.last_day();
        if due_after(last).is_some_and(|due| day_in_vietnam(entered_at.0) > due) {
            *values.late.entry(agency.0).or_default() += 1;
        }
        if warnings.0.as_array().is_some_and(|warnings| !warnings.is_empty()) {
            *values.odd.entry(agency.0).or_default() += 1;
        }
    }
    let mut open: BTreeMap<NaiveDate, Vec<(Uuid, String)>> = BTreeMap::new();
    for element in &all {
        let Some(due) = periods.get(element.period_kind.as_str()) else { continue };
        let (on, text) = (due.last_day(), due.to_string());
        if let Entry::Vacant(place) = open.entry(on) {
            place.insert(open_on(conn, tenant, on)?);
        }
        let kinds = element.agency_kinds()?;
        for (agency, kind) in open.get(&on).into_iter().flatten() {
            let enters = kinds.is_empty() || kinds.iter().any(|one| one.as_str() == kind);
            if enters && !there.contains(&(element.id.0, *agency, text.as_str())) {
                *values.missing.entry(*agency).or_default() += 1;
            }
        }
    }
    Ok(values)
}

/// The last day on which the values of a period are entered in time.
fn due_after(last_day: NaiveDate) -> Option<NaiveDate> {
    last_day.checked_add_signed(TimeDelta::days(DAYS))
}

/// The newest period of a kind whose values are due: the last day for entering them has passed.
fn newest_due(kind: PeriodKind, today: NaiveDate) -> Option<Period> {
    Period::containing(kind, today.checked_sub_signed(TimeDelta::days(DAYS))?)?.previous()
}

fn entered(conn: &mut Conn, tenant: Uuid, periods: &[String]) -> TxResult<Vec<Entered>> {
    let first = element_value_steps::tenant_id
        .eq(element_values::tenant_id)
        .and(element_value_steps::value_id.eq(element_values::id))
        .and(element_value_steps::version.eq(1));
    Ok(element_values::table
        .inner_join(element_value_steps::table.on(first))
        .filter(element_values::tenant_id.eq(Id(tenant)).and(element_values::period.eq_any(periods)))
        .select((
            element_values::element_id,
            element_values::written_agency_id,
            element_values::period,
            element_value_steps::acted_at,
            element_values::warnings,
        ))
        .load(conn)?)
}

/// The agencies that were open on a day, with their kinds.
fn open_on(conn: &mut Conn, tenant: Uuid, on: NaiveDate) -> TxResult<Vec<(Uuid, String)>> {
    let rows: Vec<(Id, String)> = agencies::table
        .select((agencies::id, agencies::kind))
        .filter(agencies::tenant_id.eq(Id(tenant)).and(agencies::valid_from.le(on)))
        .filter(agencies::valid_to.is_null().or(agencies::valid_to.assume_not_null().gt(on)))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, kind)| (id.0, kind)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_due_when_fifteen_days_have_passed() {
        let due = |today: &str| newest_due(PeriodKind::Quarter, today.parse().unwrap()).unwrap().to_string();
        assert_eq!((due("2026-10-15"), due("2026-10-16")), ("2026-Q2".to_owned(), "2026-Q3".to_owned()));
        assert_eq!(due_after("2026-09-30".parse().unwrap()).unwrap().to_string(), "2026-10-15");
    }
}
