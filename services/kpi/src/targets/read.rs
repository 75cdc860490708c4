//! Reading targets with their state today.

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Uuid};
use num_bigint::BigInt;
use num_rational::BigRational;

use super::http::{SubjectKind, Target, TargetPoint, TargetSubject, TargetsQuery};
use super::rules::{Course, Direction};
use super::source::{self, Known};
use super::store::{self, Narrowing, TargetRow};
use super::{READ, Targets, table};
use crate::elements::http::values::ValueAgency;
use crate::elements::rules::number::Number;
use crate::exports::{File, Writer, whole_list};
use crate::periods::Period;
use crate::reach;

pub(super) async fn list(
    room: &Targets,
    actor: Arc<Actor>,
    query: TargetsQuery,
    request: PageRequest,
) -> Result<Page<Target>> {
    actor.require_scope(READ)?;
    let own = room.clone();
    room.db.read_snapshot("targets_list", move |conn| page(conn, &own, &actor, &query, &request)).await
}

/// All targets of a list as a file.
pub(super) async fn exported(
    room: &Targets,
    actor: Arc<Actor>,
    query: TargetsQuery,
    (request, file): (PageRequest, File),
) -> Result<Writer> {
    actor.require_scope(READ)?;
    let own = room.clone();
    let asked = (table::head(room.db.clock.business()), file, request);
    let page = move |conn: &mut Conn, request: &PageRequest| page(conn, &own, &actor, &query, request);
    whole_list(&room.db, "targets_export", asked, page, table::row).await
}

fn page(
    conn: &mut Conn,
    room: &Targets,
    actor: &Actor,
    query: &TargetsQuery,
    request: &PageRequest,
) -> TxResult<Page<Target>> {
    let scope = format!("targets {query:?}");
    let after: Option<Uuid> = request.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    if let Some(period) = query.period.as_deref().filter(|period| period.parse::<Period>().is_err()) {
        return Err(Filter::refuse("period", period).into());
    }
    let subject = match (&query.indicator, &query.element) {
        (Some(code), None) => Some((SubjectKind::Indicator.as_str(), code.clone())),
        (None, Some(code)) => Some((SubjectKind::Element.as_str(), code.clone())),
        (Some(code), Some(_)) => return Err(Filter::refuse("indicator", code).into()),
        (None, None) => None,
    };
    let today = room.db.clock.business().day_in_vietnam();
    let agencies = match &query.agency {
        Some(text) => Some(reach::agency_filter(conn, actor.tenant, text, today)?),
        None => None,
    };
    let narrowing = Narrowing { subject, agencies, period: query.period.clone() };
    let (rows, count) = store::page(conn, actor, &narrowing, after, request)?;
    let page = Page::cut(rows, request, &scope, |row| row.id.0)?;
    let items = shown(conn, room, actor.tenant, &page.items)?;
    Ok(Page { items, next: page.next, count })
}

pub(super) async fn get(room: &Targets, actor: Arc<Actor>, id: Uuid) -> Result<(Target, i64)> {
    actor.require_scope(READ)?;
    let own = room.clone();
    room.db
        .read_snapshot("targets_get", move |conn| {
            let row = store::find(conn, &actor, id)?.ok_or_else(Error::not_found)?;
            Ok((show(conn, &own, &row)?, row.version))
        })
        .await
}

/// One target as the API shows it.
pub(super) fn show(conn: &mut Conn, room: &Targets, row: &TargetRow) -> TxResult<Target> {
    let target = shown(conn, room, row.tenant_id.0, std::slice::from_ref(row))?.pop();
    Ok(target.ok_or_else(|| Error::internal("a target went in and none came out"))?)
}

/// Targets as the API shows them; as many statements for one as for a page.
fn shown(conn: &mut Conn, room: &Targets, tenant: Uuid, rows: &[TargetRow]) -> TxResult<Vec<Target>> {
    let today = room.db.clock.business().day_in_vietnam();
    let agencies: Vec<Uuid> = rows.iter().map(|row| row.responsible_agency_id.0).collect();
    let named = names(conn, tenant, &agencies, today)?;
    let values = source::values(conn, &room.scores, tenant, rows)?;
    let mut items = Vec::with_capacity(rows.len());
    for (row, value) in rows.iter().zip(values) {
        let id = row.responsible_agency_id.0;
        // An agency whose event is still on its way is shown by what the target knows of it.
        let unknown = || Named { id, code: row.written_code.clone(), name: String::new() };
        items.push(view(row, named.get(&id).cloned().unwrap_or_else(unknown), value, today)?);
    }
    Ok(items)
}

pub(super) fn course(row: &TargetRow) -> Result<(Course, Vec<TargetPoint>)> {
    let number = |text: &str| text.parse::<Number>().map_err(|fault| Error::internal(format!("a number: {fault:?}")));
    let points: Vec<TargetPoint> = serde_json::from_value(row.points.0.clone()).map_err(Error::internal)?;
    let course = Course {
        direction: Direction::read(&row.direction).unwrap_or(Direction::Up),
        start: number(&row.start_value)?,
        target: number(&row.target_value)?,
        first_day: row.first_day,
        last_day: row.last_day,
        points: points.iter().map(|point| Ok((point.on, number(&point.value)?))).collect::<Result<_>>()?,
    };
    Ok((course, points))
}

fn view(row: &TargetRow, responsible: Named, known: Known, today: NaiveDate) -> Result<Target> {
    let (course, points) = course(row)?;
    let Known { unit, found } = known;
    let measured = found.as_ref().ok();
    let state = row.withdrawn_because.is_none().then(|| course.state(measured.map(|one| &one.value), today));
    let kind =
        if row.subject_kind == SubjectKind::Element.as_str() { SubjectKind::Element } else { SubjectKind::Indicator };
    Ok(Target {
        id: row.id.0,
        subject: TargetSubject { kind, code: row.subject_code.clone() },
        agency: ValueAgency { id: row.written_agency_id.0, written_code: row.written_code.clone(), responsible },
        period: row.period.clone(),
        first_day: row.first_day,
        last_day: row.last_day,
        unit,
        direction: course.direction,
        start_value: row.start_value.clone(),
        target_value: row.target_value.clone(),
        points,
        legal_source: row.legal_source.clone(),
        state,
        as_of: today,
        value: measured.map(|one| one.value.to_string()),
        expected_value: rounded(&course.expected(today)),
        value_period: measured.map(|one| one.period.clone()),
        value_period_over: measured.map(|one| one.last_day < today),
        not_measured_because: found.err(),
        withdrawn_because: row.withdrawn_because.clone(),
        set_by: row.set_by.clone(),
        changed_at: row.changed_at.0,
    })
}

/// A fraction rounded half up, away from 0, to six digits behind the point.
fn rounded(of: &BigRational) -> String {
    let units = (of * BigRational::from_integer(BigInt::from(1_000_000))).round().to_integer();
    let text = units.magnitude().to_string();
    let digits = format!("{text:0>7}");
    let (whole, fraction) = digits.split_at(digits.len() - 6);
    let sign = if units < BigInt::from(0) { "-" } else { "" };
    format!("{sign}{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_is_shown_rounded_half_up() {
        let ratio = |above: i64, below: i64| BigRational::new(BigInt::from(above), BigInt::from(below));
        for (above, below, shown) in [
            (1, 3, "0.333333"),
            (2, 3, "0.666667"),
            (-1, 2_000_000, "-0.000001"),
            (7, 1, "7.000000"),
            (0, 1, "0.000000"),
        ] {
            assert_eq!(rounded(&ratio(above, below)), shown);
        }
    }
}
