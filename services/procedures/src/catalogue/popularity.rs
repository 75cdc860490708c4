//! How often each procedure is asked for: dossiers submitted in the last twelve months.
//!
//! Counted from time to time by a worker and not with each dossier, where the busiest procedure's row would be what every
//! submission waits for. Counting again changes nothing. A list that is read while it is counted may show a procedure that
//! has changed its place twice.

use std::collections::BTreeMap;

use chrono::Months;
use diesel::dsl::count_star;
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Result, Uuid};

use super::Catalogue;
use super::store::procedures;

diesel::table! {
    use motcua_db::sql::{Instant, Uid};
    /// As much of the dossiers as counting needs.
    dossiers (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        procedure_id -> Uid,
        submitted_at -> Instant,
    }
}

/// How many procedures are changed in one transaction: others write in between.
const TOGETHER: usize = 200;

type Counts = BTreeMap<(Uuid, Uuid), i64>;

impl Catalogue {
    /// Counts the dossiers of every procedure anew; says how many procedures have another count than before.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn count_popularity(&self) -> Result<usize> {
        let now = self.db.clock.business().0;
        let since = now.checked_sub_months(Months::new(12)).unwrap_or(now);
        let changed = self
            .db
            .read("popularity_count", move |conn| {
                let counted = counted(conn, At(since))?;
                let mut changed = stored(conn)?;
                for (key, count) in &counted {
                    // Zeros are not counted, and equal ones need no change.
                    if changed.get(key) == Some(count) {
                        changed.remove(key);
                    } else {
                        changed.insert(*key, *count);
                    }
                }
                let wanted = |(key, _): (_, i64)| (key, counted.get(&key).copied().unwrap_or_default());
                Ok(changed.into_iter().map(wanted).collect::<Vec<((Uuid, Uuid), i64)>>())
            })
            .await?;
        for part in changed.chunks(TOGETHER) {
            let part = part.to_vec();
            self.db.write("popularity_write", move |tx| write(tx, &part)).await?;
        }
        Ok(changed.len())
    }
}

fn counted(conn: &mut Conn, since: At) -> TxResult<Counts> {
    let rows: Vec<(Id, Id, i64)> = dossiers::table
        .group_by((dossiers::tenant_id, dossiers::procedure_id))
        .select((dossiers::tenant_id, dossiers::procedure_id, count_star()))
        .filter(dossiers::submitted_at.ge(since))
        .load(conn)?;
    Ok(rows.into_iter().map(|(tenant, procedure, count)| ((tenant.0, procedure.0), count)).collect())
}

fn stored(conn: &mut Conn) -> TxResult<Counts> {
    let rows: Vec<(Id, Id, i64)> = procedures::table
        .select((procedures::tenant_id, procedures::id, procedures::popularity))
        .filter(procedures::popularity.gt(0))
        .load(conn)?;
    Ok(rows.into_iter().map(|(tenant, procedure, count)| ((tenant.0, procedure.0), count)).collect())
}

/// The count is no part of what the row's version guards.
fn write(tx: &mut Conn, counts: &[((Uuid, Uuid), i64)]) -> TxResult<()> {
    for ((tenant, procedure), count) in counts {
        diesel::update(procedures::table)
            .filter(procedures::tenant_id.eq(Id(*tenant)).and(procedures::id.eq(Id(*procedure))))
            .set(procedures::popularity.eq(*count))
            .execute(tx)?;
    }
    Ok(())
}
