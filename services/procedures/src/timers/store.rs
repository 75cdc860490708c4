//! Rows of timers.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{BusinessTime, Error, Result, SystemTime, Uuid};

use super::rules::{Timer, TimerKind};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    timers (tenant_id, dossier_id, kind, fire_at) {
        tenant_id -> Uid,
        dossier_id -> Uid,
        kind -> Text,
        /// Instant of law that must have passed.
        fire_at -> Instant,
        /// Instant of the machine from which a copy of the service may take it; a claim moves it on, so that a copy that
        /// dies leaves it to the others.
        free_at -> Instant,
        /// When it was executed, in law.
        fired_at -> Nullable<Instant>,
    }
}

/// A timer of a dossier.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due {
    pub tenant: Uuid,
    pub dossier: Uuid,
    pub timer: Timer,
}

type Row = (Id, Id, String, At);

fn due_of((tenant, dossier, kind, at): Row) -> Result<Due> {
    let kind = TimerKind::from_word(&kind).ok_or_else(|| Error::internal(format!("unknown timer {kind}")))?;
    Ok(Due { tenant: tenant.0, dossier: dossier.0, timer: Timer { kind, at: at.0 } })
}

/// Makes the timers that wait for a dossier equal to the plan; what was executed stays, and is not planned again.
pub(super) fn replace(tx: &mut Conn, tenant: Uuid, dossier: Uuid, plan: &[Timer], now: SystemTime) -> TxResult<()> {
    let of = timers::tenant_id.eq(Id(tenant)).and(timers::dossier_id.eq(Id(dossier)));
    let rows: Vec<(String, At, Option<At>)> =
        timers::table.select((timers::kind, timers::fire_at, timers::fired_at)).filter(of.clone()).load(tx)?;
    let planned: BTreeSet<(&str, DateTime<Utc>)> = plan.iter().map(|timer| (timer.kind.as_str(), timer.at)).collect();
    for (kind, at, fired_at) in &rows {
        if fired_at.is_none() && !planned.contains(&(kind.as_str(), at.0)) {
            let one = of.clone().and(timers::kind.eq(kind)).and(timers::fire_at.eq(at.clone()));
            diesel::delete(timers::table.filter(one).filter(timers::fired_at.is_null())).execute(tx)?;
        }
    }
    let there: BTreeSet<(&str, DateTime<Utc>)> = rows.iter().map(|(kind, at, _)| (kind.as_str(), at.0)).collect();
    for (kind, at) in planned.difference(&there) {
        on_each!(tx, |c| {
            diesel::insert_into(timers::table)
                .values((
                    timers::tenant_id.eq(Id(tenant)),
                    timers::dossier_id.eq(Id(dossier)),
                    timers::kind.eq(*kind),
                    timers::fire_at.eq(At(*at)),
                    timers::free_at.eq(At(now.0)),
                ))
                // Of two changes at once the other may have written it; this one then fails by the dossier's version.
                .on_conflict_do_nothing()
                .execute(c)
        })?;
    }
    Ok(())
}

/// Takes every timer off a dossier that has ended, executed ones as well: nothing can plan them again.
pub(super) fn clear(tx: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<()> {
    let of = timers::tenant_id.eq(Id(tenant)).and(timers::dossier_id.eq(Id(dossier)));
    diesel::delete(timers::table.filter(of)).execute(tx)?;
    Ok(())
}

/// How many timers have passed and nobody is at: for the metrics, and to leave the writer free while there are none.
pub(super) fn waiting(conn: &mut Conn, occurred: BusinessTime, now: SystemTime) -> TxResult<i64> {
    let passed = timers::fired_at.is_null().and(timers::fire_at.lt(At(occurred.0))).and(timers::free_at.le(At(now.0)));
    Ok(timers::table.filter(passed).count().get_result(conn)?)
}

/// Takes what has passed, the earliest first, for as long as `lease`. The condition stands in the outer statement too:
/// without it two copies claim the same rows on PostgreSQL.
pub(super) fn claim(
    tx: &mut Conn,
    occurred: BusinessTime,
    now: SystemTime,
    lease: Duration,
    most: i64,
) -> TxResult<Vec<Due>> {
    let passed = timers::fired_at.is_null().and(timers::fire_at.lt(At(occurred.0))).and(timers::free_at.le(At(now.0)));
    let until = At(now.0 + TimeDelta::from_std(lease).unwrap_or_default());
    let some: Vec<Row> = timers::table
        .select((timers::tenant_id, timers::dossier_id, timers::kind, timers::fire_at))
        .filter(passed.clone())
        .order((timers::fire_at, timers::dossier_id, timers::kind))
        .limit(most)
        .load(tx)?;
    // Clocks of one dossier pass in order: while a copy is at an earlier one, or died at it, the later ones wait as well.
    // Tenant and dossier first, as the primary key has them: without the tenant no index would help to find them.
    let (tenants, dossiers): (Vec<Id>, Vec<Id>) = some.iter().map(|row| (row.0.clone(), row.1.clone())).unzip();
    let held: Vec<Id> = timers::table
        .select(timers::dossier_id)
        .filter(timers::tenant_id.eq_any(tenants).and(timers::dossier_id.eq_any(dossiers)))
        .filter(timers::fired_at.is_null().and(timers::fire_at.lt(At(occurred.0))))
        .filter(timers::free_at.gt(At(now.0)))
        .load(tx)?;
    let mut held: BTreeSet<Uuid> = held.into_iter().map(|id| id.0).collect();
    let mut taken = Vec::with_capacity(some.len());
    for row in some {
        if held.contains(&row.1.0) {
            continue;
        }
        let key = timers::tenant_id
            .eq(row.0.clone())
            .and(timers::dossier_id.eq(row.1.clone()))
            .and(timers::kind.eq(row.2.clone()))
            .and(timers::fire_at.eq(row.3.clone()));
        let one = timers::table.filter(key).filter(passed.clone());
        if diesel::update(one).set(timers::free_at.eq(until.clone())).execute(tx)? == 1 {
            taken.push(due_of(row)?);
        } else {
            held.insert(row.1.0);
        }
    }
    Ok(taken)
}

/// Marks a timer executed, in the transaction of its effect. Not, when another copy has done so or a change took it away.
pub(super) fn done(tx: &mut Conn, due: &Due, at: BusinessTime) -> TxResult<bool> {
    let key = timers::tenant_id
        .eq(Id(due.tenant))
        .and(timers::dossier_id.eq(Id(due.dossier)))
        .and(timers::kind.eq(due.timer.kind.as_str()))
        .and(timers::fire_at.eq(At(due.timer.at)));
    let waits = timers::table.filter(key).filter(timers::fired_at.is_null());
    Ok(diesel::update(waits).set(timers::fired_at.eq(Some(At(at.0)))).execute(tx)? == 1)
}
