//! Leadership as a fenced row: one copy of a service does a background job at a time, also behind a pooler that gives
//! every transaction another session.
//!
//! Whoever takes an expired lease raises its fence. Work done under a lease checks holder and fence in its own
//! transaction, so a leader that slept through its lease can't write any more.

use std::time::Duration;

use chrono::TimeDelta;
use diesel::prelude::*;
use motcua_kernel::{SystemTime, Uuid};

use crate::conn::Conn;
use crate::error::TxResult;
use crate::on_each;
use crate::sql::{At, Id};

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql::{Uid, Instant};
    /// `tenant_id` is nil for jobs of the whole installation.
    leases (tenant_id, name) { tenant_id -> Uid, name -> Text, holder -> Uid, fence -> BigInt, expires_at -> Instant, }
}

/// A lease held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub name: String,
    /// The copy of the service that holds it.
    pub holder: Uuid,
    /// Rises with every change of holder.
    pub fence: i64,
}

/// Takes a free or expired lease, or one of our own that we forgot (a worker that starts again after a panic), or none
/// when another copy holds it. What our earlier self may still be doing is fenced off.
///
/// # Errors
/// When the database fails.
pub fn acquire_lease(
    tx: &mut Conn,
    name: &str,
    holder: Uuid,
    now: SystemTime,
    length: Duration,
) -> TxResult<Option<Lease>> {
    let expires = At(now.0 + TimeDelta::from_std(length).unwrap_or(TimeDelta::MAX));
    on_each!(tx, |c| {
        diesel::insert_into(leases::table)
            .values((
                leases::tenant_id.eq(Id(Uuid::nil())),
                leases::name.eq(name),
                leases::holder.eq(Id(Uuid::nil())),
                leases::fence.eq(0_i64),
                leases::expires_at.eq(At(chrono::DateTime::UNIX_EPOCH)),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    let taken = diesel::update(leases::table)
        .filter(leases::tenant_id.eq(Id(Uuid::nil())).and(leases::name.eq(name)))
        .filter(leases::expires_at.lt(At(now.0)).or(leases::holder.eq(Id(holder))))
        .set((leases::holder.eq(Id(holder)), leases::fence.eq(leases::fence + 1), leases::expires_at.eq(expires)))
        .returning(leases::fence)
        .get_result::<i64>(tx)
        .optional()?;
    Ok(taken.map(|fence| Lease { name: name.to_owned(), holder, fence }))
}

/// Prolongs a lease inside the transaction of the work done under it; false when it is no longer ours.
///
/// # Errors
/// When the database fails.
pub fn hold_lease(tx: &mut Conn, lease: &Lease, now: SystemTime, length: Duration) -> TxResult<bool> {
    let expires = At(now.0 + TimeDelta::from_std(length).unwrap_or(TimeDelta::MAX));
    let held = diesel::update(leases::table)
        .filter(leases::tenant_id.eq(Id(Uuid::nil())).and(leases::name.eq(&lease.name)))
        .filter(leases::holder.eq(Id(lease.holder)).and(leases::fence.eq(lease.fence)))
        .set(leases::expires_at.eq(expires))
        .execute(tx)?;
    Ok(held == 1)
}

/// Gives a lease back, so that another copy need not wait for it to expire.
///
/// # Errors
/// When the database fails.
pub fn release_lease(tx: &mut Conn, lease: &Lease) -> TxResult<()> {
    diesel::update(leases::table)
        .filter(leases::tenant_id.eq(Id(Uuid::nil())).and(leases::name.eq(&lease.name)))
        .filter(leases::holder.eq(Id(lease.holder)).and(leases::fence.eq(lease.fence)))
        .set(leases::expires_at.eq(At(chrono::DateTime::UNIX_EPOCH)))
        .execute(tx)?;
    Ok(())
}
