//! The reminder 30 days before a case file is to be handed in (Decree 30/2020/NĐ-CP, Annex VI, Part I): an event, once for
//! each limit, also when the limit was moved by an agreement to keep it back.

use std::time::Duration;

use motcua_db::Db;
use motcua_journal::{Journal, Stamp};
use motcua_kernel::{Result, Uuid};
use motcua_service::Worker;

use crate::case_files::{facts, store};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(2);
/// How many are told of in one transaction: others write in between.
const TOGETHER: i64 = 100;

/// Tells of hand-overs that come due, for a tenant.
#[must_use]
pub fn worker(db: &Db, journal: &Journal, tenant: Uuid) -> Worker {
    let (db, journal) = (db.clone(), journal.clone());
    Worker::every("remind of hand-overs", EVERY, move || {
        let (db, journal) = (db.clone(), journal.clone());
        async move {
            while step(&db, &journal, tenant).await? > 0 {}
            Ok(())
        }
    })
}

/// Tells of some that are due today; how many.
async fn step(db: &Db, journal: &Journal, tenant: Uuid) -> Result<usize> {
    let today = db.clock.business().day_in_vietnam();
    // Most times there is nothing: then nothing is written.
    let waiting = db.read("hand_over_waiting", move |conn| Ok(store::to_remind(conn, tenant, today, 1)?.len())).await?;
    if waiting == 0 {
        return Ok(0);
    }
    let (journal, clock) = (journal.clone(), db.clock.clone());
    db.write("hand_over_remind", move |tx| {
        let stamp = Stamp::by_service(journal.service(), tenant, &clock);
        let mut told = 0;
        for mut row in store::to_remind(tx, tenant, today, TOGETHER)? {
            row.version += 1;
            row.remind_on = None;
            // Somebody changed it meanwhile: it is looked at again a moment later.
            match store::update(tx, &row) {
                Ok(()) => {}
                Err(motcua_db::Failure::Refused(error)) if error.code == "precondition.stale" => continue,
                Err(failure) => return Err(failure),
            }
            facts::tell(tx, &journal, &stamp, facts::HAND_OVER_DUE, &row)?;
            told += 1;
        }
        Ok(told)
    })
    .await
}
