//! Where agencies are on the way to their targets: for pages, and for whoever looks at all of them.

use chrono::{Days, NaiveDate};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Result, Text, Uuid};

use super::read::course;
use super::rules::TargetState;
use super::source::{self, Known};
use super::store::{self, TargetRow};
use crate::definitions::exact::Exact;
use crate::periods::Period;
use crate::scores::Scores;

/// For so many days after its end a target is still told of: whether it was met is known then.
const TOLD_AFTER: u64 = 92;

/// A target with where the agency is on the way to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The target.
    pub id: Uuid,
    /// `indicator` or `element`.
    pub subject_kind: String,
    /// Its code: `qd766/2.1` of an indicator.
    pub subject_code: String,
    /// The agency that is responsible today.
    pub agency: Uuid,
    /// The period.
    pub period: Period,
    /// The document that sets it.
    pub legal_source: String,
    /// The value on the first day.
    pub start: Exact,
    /// Points between the two, in order of their days.
    pub points: Vec<(NaiveDate, Exact)>,
    /// The value to be reached on the last day.
    pub target: Exact,
    /// What the value should be on the day.
    pub expected: Exact,
    /// The newest value, or why there is none.
    pub value: std::result::Result<Exact, Text>,
    /// Where the agency is.
    pub state: TargetState,
}

/// Every target of a tenant that is in force on a day or ended shortly before it, with its state on that day by the values
/// there are now.
///
/// # Errors
/// When the database fails.
pub fn standings(conn: &mut Conn, scores: &Scores, tenant: Uuid, day: NaiveDate) -> TxResult<Vec<Standing>> {
    let first = day.checked_sub_days(Days::new(TOLD_AFTER)).unwrap_or(day);
    let rows = store::in_force(conn, tenant, (first, day), None)?;
    standing(conn, scores, tenant, &rows, day)
}

/// The targets of an agency for indicators of a set that are in force on some day of a period, with their states on a day.
///
/// # Errors
/// When the database fails.
pub(crate) fn standings_of(
    conn: &mut Conn,
    scores: &Scores,
    (tenant, agency): (Uuid, Uuid),
    (set, period): (&str, Period),
    day: NaiveDate,
) -> TxResult<Vec<Standing>> {
    let mut rows = store::in_force(conn, tenant, (period.first_day(), period.last_day()), Some(agency))?;
    rows.retain(|row| super::indicators::codes(&row.subject_code).is_some_and(|(of, _)| of == set));
    standing(conn, scores, tenant, &rows, day)
}

fn standing(
    conn: &mut Conn,
    scores: &Scores,
    tenant: Uuid,
    rows: &[TargetRow],
    day: NaiveDate,
) -> TxResult<Vec<Standing>> {
    let values = source::values(conn, scores, tenant, rows)?;
    Ok(rows.iter().zip(values).map(|(row, known)| of(row, known, day)).collect::<Result<_>>()?)
}

fn of(row: &TargetRow, known: Known, day: NaiveDate) -> Result<Standing> {
    let (course, _) = course(row)?;
    let period = &row.period;
    let period = period.parse().map_err(|()| Error::internal(format!("a target of the period `{period}`")))?;
    let value = known.found.map(|measured| measured.value);
    Ok(Standing {
        id: row.id.0,
        subject_kind: row.subject_kind.clone(),
        subject_code: row.subject_code.clone(),
        agency: row.responsible_agency_id.0,
        period,
        legal_source: row.legal_source.clone(),
        start: course.start.exact(),
        points: course.points.iter().map(|(on, value)| (*on, value.exact())).collect(),
        target: course.target.exact(),
        expected: Exact::from(course.expected(day)),
        state: course.state(value.as_ref().ok(), day),
        value,
    })
}
