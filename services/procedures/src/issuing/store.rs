//! Results that wait for their number.

use std::time::Duration;

use chrono::TimeDelta;
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{SystemTime, Uuid};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    issuings (tenant_id, dossier_id) {
        tenant_id -> Uid,
        dossier_id -> Uid,
        attempts -> BigInt,
        /// When the next attempt is due; a claim moves it on, so that a copy that dies leaves it to the others.
        due_at -> Instant,
        claimed_by -> Nullable<Uid>,
        last_fault -> Nullable<Text>,
    }
}

/// A result to be issued.
#[derive(Debug, Clone)]
pub(crate) struct Duty {
    pub tenant: Uuid,
    pub dossier: Uuid,
    pub attempts: i64,
    /// Who has claimed it.
    pub worker: Uuid,
}

/// Puts a decided dossier in line.
///
/// # Errors
/// When the database fails.
pub(crate) fn enqueue(tx: &mut Conn, tenant: Uuid, dossier: Uuid, now: SystemTime) -> TxResult<()> {
    on_each!(tx, |c| {
        diesel::insert_into(issuings::table)
            .values((
                issuings::tenant_id.eq(Id(tenant)),
                issuings::dossier_id.eq(Id(dossier)),
                issuings::attempts.eq(0_i64),
                issuings::due_at.eq(At(now.0)),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(())
}

/// Takes what is due, for as long as `lease`. The condition stands in the outer statement too: without it two copies
/// claim the same rows on PostgreSQL.
pub(crate) fn claim(tx: &mut Conn, worker: Uuid, now: SystemTime, lease: Duration, most: i64) -> TxResult<Vec<Duty>> {
    let until = At(now.0 + TimeDelta::from_std(lease).unwrap_or_default());
    let due: Vec<Id> = issuings::table
        .select(issuings::dossier_id)
        .filter(issuings::due_at.le(At(now.0)))
        .order(issuings::due_at)
        .limit(most)
        .load(tx)?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Id, Id, i64)> = on_each!(tx, |c| {
        diesel::update(issuings::table)
            .filter(issuings::dossier_id.eq_any(due).and(issuings::due_at.le(At(now.0))))
            .set((
                issuings::due_at.eq(until),
                issuings::claimed_by.eq(Some(Id(worker))),
                issuings::attempts.eq(issuings::attempts + 1),
            ))
            .returning((issuings::tenant_id, issuings::dossier_id, issuings::attempts))
            .get_results(c)
    })?;
    Ok(rows
        .into_iter()
        .map(|(tenant, dossier, attempts)| Duty { tenant: tenant.0, dossier: dossier.0, attempts, worker })
        .collect())
}

/// Notes a failed attempt and when to try again.
pub(crate) fn postpone(tx: &mut Conn, duty: &Duty, again: SystemTime, fault: &str) -> TxResult<()> {
    diesel::update(issuings::table)
        .filter(issuings::tenant_id.eq(Id(duty.tenant)).and(issuings::dossier_id.eq(Id(duty.dossier))))
        .filter(issuings::claimed_by.eq(Some(Id(duty.worker))))
        .set((
            issuings::due_at.eq(At(again.0)),
            issuings::claimed_by.eq(None::<Id>),
            issuings::last_fault.eq(Some(fault)),
        ))
        .execute(tx)?;
    Ok(())
}

/// Gives back what a worker has claimed, due at once.
pub(crate) fn release(tx: &mut Conn, worker: Uuid, now: SystemTime) -> TxResult<()> {
    diesel::update(
        issuings::table.filter(issuings::claimed_by.eq(Some(Id(worker))).and(issuings::due_at.gt(At(now.0)))),
    )
    .set((issuings::due_at.eq(At(now.0)), issuings::claimed_by.eq(None::<Id>)))
    .execute(tx)?;
    Ok(())
}

/// Takes a duty off the list, in the transaction that writes the number.
pub(crate) fn done(tx: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<()> {
    diesel::delete(
        issuings::table.filter(issuings::tenant_id.eq(Id(tenant)).and(issuings::dossier_id.eq(Id(dossier)))),
    )
    .execute(tx)?;
    Ok(())
}

/// How many wait, for the metrics.
pub(crate) fn waiting(conn: &mut Conn) -> TxResult<i64> {
    Ok(issuings::table.count().get_result(conn)?)
}
