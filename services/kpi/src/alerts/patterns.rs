//! Patterns of work that deserve a look: found in the facts of the last days, agency by agency.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::dsl::{case_when, count, count_star};
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::time::day_in_vietnam;
use motcua_kernel::{BusinessTime, Uuid};

use super::kinds::Rule;
use super::rules::Found;
use super::store::Behind;
use super::view::AlertFigures;
use crate::definitions::exact::Exact;
use crate::facts::store::{dossier_course_facts, dossier_facts, dossier_paper_facts};
use crate::periods::{Period, PeriodKind};

diesel::allow_tables_to_appear_in_same_query!(dossier_facts, dossier_course_facts);
diesel::allow_tables_to_appear_in_same_query!(dossier_course_facts, dossier_paper_facts);
diesel::allow_tables_to_appear_in_same_query!(dossier_facts, dossier_paper_facts);

/// Refusals of so many days are looked at, today among them: who looks on Monday hears of Friday.
const REFUSAL_DAYS: i64 = 7;
/// National states of a dossier that was refused: 3 when it was handed in, 8 later on.
const REFUSED: [i32; 2] = [3, 8];

fn share_reached(part: i64, of: i64, percent: i64) -> bool {
    part.saturating_mul(100) >= of.saturating_mul(percent)
}

/// A pattern of an agency, with the dossiers that make it up.
fn pattern(rule: &Rule, agency: Uuid, records: BTreeSet<Behind>, figures: AlertFigures) -> Found {
    let figures = AlertFigures {
        records: Some(i64::try_from(records.len()).unwrap_or(i64::MAX)),
        thresholds: rule.thresholds.clone(),
        ..figures
    };
    Found { agency, subject: String::new(), period: String::new(), figures, records }
}

/// Agencies of whose dossiers closed in the last days many have no result, however they were closed.
pub(super) fn closed_without_result(
    conn: &mut Conn,
    tenant: Uuid,
    rule: &Rule,
    now: BusinessTime,
) -> TxResult<Vec<Found>> {
    let since = now.0 - TimeDelta::days(rule.of("days"));
    let own = dossier_course_facts::tenant_id
        .eq(dossier_facts::tenant_id)
        .and(dossier_course_facts::dossier_id.eq(dossier_facts::dossier_id));
    let papers = dossier_course_facts::tenant_id
        .eq(dossier_paper_facts::tenant_id)
        .and(dossier_course_facts::dossier_id.eq(dossier_paper_facts::dossier_id));
    let closed = || {
        let at = dossier_course_facts::closed_at;
        at.is_not_null().and(at.assume_not_null().between(At(since), At(now.0)))
    };
    let without = count(case_when(dossier_paper_facts::has_result.eq(false), dossier_course_facts::dossier_id));
    let counted: Vec<(Id, i64, i64)> = dossier_course_facts::table
        .inner_join(dossier_facts::table.on(own))
        .inner_join(dossier_paper_facts::table.on(papers))
        .filter(dossier_course_facts::tenant_id.eq(Id(tenant)).and(closed()))
        .group_by(dossier_facts::competent_agency_id)
        .select((dossier_facts::competent_agency_id, count_star(), without))
        .load(conn)?;
    let suspect = counted.into_iter().filter(|(_, all, without)| {
        *without >= rule.of("at_least") && share_reached(*without, *all, rule.of("share_percent"))
    });
    let mut found = Vec::new();
    for (agency, all, _) in suspect {
        let records: Vec<(Id, Option<At>)> = dossier_course_facts::table
            .inner_join(dossier_facts::table.on(own))
            .inner_join(dossier_paper_facts::table.on(papers))
            .filter(dossier_course_facts::tenant_id.eq(Id(tenant)).and(closed()))
            .filter(dossier_facts::competent_agency_id.eq(agency.clone()))
            .filter(dossier_paper_facts::has_result.eq(false))
            .select((dossier_course_facts::dossier_id, dossier_course_facts::closed_at))
            .load(conn)?;
        let records = records.into_iter().filter_map(|(id, at)| Some(Behind { id: id.0, at: at?.0 })).collect();
        found.push(pattern(rule, agency.0, records, AlertFigures { among: Some(all), ..AlertFigures::default() }));
    }
    Ok(found)
}

/// Days on which an agency refused many more dossiers than it usually does.
pub(super) fn mass_refusals(conn: &mut Conn, tenant: Uuid, rule: &Rule, now: BusinessTime) -> TxResult<Vec<Found>> {
    let (today, before) = (now.day_in_vietnam(), rule.of("days"));
    let first = today - TimeDelta::days(before + REFUSAL_DAYS);
    let Some(since) = Period::containing(PeriodKind::Day, first).map(Period::start) else { return Ok(Vec::new()) };
    let refused: Vec<(Id, Id, Option<At>)> = dossier_facts::table
        .select((dossier_facts::competent_agency_id, dossier_facts::dossier_id, dossier_facts::ended_at))
        .filter(dossier_facts::tenant_id.eq(Id(tenant)).and(dossier_facts::national_state.eq_any(REFUSED)))
        .filter(dossier_facts::ended_at.is_not_null())
        .filter(dossier_facts::ended_at.assume_not_null().between(At(since), At(now.0)))
        .load(conn)?;
    let mut by_day: BTreeMap<Uuid, BTreeMap<NaiveDate, BTreeSet<Behind>>> = BTreeMap::new();
    for (agency, id, at) in refused {
        let Some(At(at)) = at else { continue };
        by_day.entry(agency.0).or_default().entry(day_in_vietnam(at)).or_default().insert(Behind { id: id.0, at });
    }
    let mut found = Vec::new();
    for (agency, days) in by_day {
        for (day, records) in days.range(today - TimeDelta::days(REFUSAL_DAYS - 1)..=today) {
            let first = *day - TimeDelta::days(before);
            let earlier: usize = days.range(first..*day).map(|(_, records)| records.len()).sum();
            let (count, earlier) = (whole(records.len()), whole(earlier));
            if count >= rule.of("at_least") && count.saturating_mul(before) >= earlier.saturating_mul(rule.of("times"))
            {
                let mean = Exact::fraction(earlier, before).map(|mean| mean.rounded(2));
                let figures = AlertFigures { against: mean, ..AlertFigures::default() };
                let pattern = pattern(rule, agency, records.clone(), figures);
                found.push(Found { period: day.to_string(), ..pattern });
            }
        }
    }
    Ok(found)
}

/// Agencies of whose pauses in the last days many began just before the dossier was due. Of each dossier the last pause
/// is known.
pub(super) fn pauses_before_due(conn: &mut Conn, tenant: Uuid, rule: &Rule, now: BusinessTime) -> TxResult<Vec<Found>> {
    let since = now.0 - TimeDelta::days(rule.of("days"));
    let own = dossier_course_facts::tenant_id
        .eq(dossier_facts::tenant_id)
        .and(dossier_course_facts::dossier_id.eq(dossier_facts::dossier_id));
    let paused: Vec<(Id, Id, Option<At>, Option<At>)> = dossier_course_facts::table
        .inner_join(dossier_facts::table.on(own))
        .filter(dossier_course_facts::tenant_id.eq(Id(tenant)).and(dossier_course_facts::last_wait_at.is_not_null()))
        .filter(dossier_course_facts::last_wait_at.assume_not_null().between(At(since), At(now.0)))
        .select((
            dossier_facts::competent_agency_id,
            dossier_course_facts::dossier_id,
            dossier_course_facts::last_wait_at,
            dossier_course_facts::last_wait_due_before,
        ))
        .load(conn)?;
    let mut by_agency: BTreeMap<Uuid, (i64, BTreeSet<Behind>)> = BTreeMap::new();
    for (agency, id, at, due) in paused {
        let Some(At(at)) = at else { continue };
        let (all, late) = by_agency.entry(agency.0).or_default();
        *all += 1;
        if due.is_some_and(|due| is_just_before(at, due.0, rule.of("hours"))) {
            late.insert(Behind { id: id.0, at });
        }
    }
    let suspect = by_agency.into_iter().filter(|(_, (all, late))| {
        let count = whole(late.len());
        count >= rule.of("at_least") && share_reached(count, *all, rule.of("share_percent"))
    });
    let found = suspect.map(|(agency, (all, late))| {
        pattern(rule, agency, late, AlertFigures { among: Some(all), ..AlertFigures::default() })
    });
    Ok(found.collect())
}

/// A pause after the due instant saves nothing any more, so it is none of these.
fn is_just_before(at: DateTime<Utc>, due: DateTime<Utc>, hours: i64) -> bool {
    at <= due && due - at <= TimeDelta::hours(hours)
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
