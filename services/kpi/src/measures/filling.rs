//! Filling the tallies of a measure that is new with the records that were there before it.
//!
//! Records are gone through in the order of their ids, some hundred in a transaction, and with them is written how far it
//! has come. What changes meanwhile is tallied by whoever changes it where the record has been passed already, and not
//! before, so nothing is counted twice or left out; killed in between, it goes on where it was.

use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Result, Uuid};
use tokio::sync::watch;

use super::records::load;
use super::store;
use super::tallies::Tallying;
use crate::definitions::vocabulary::{DOCUMENT, DOSSIER, INCOMING_DOCUMENT, RATING};

/// Records of one transaction.
const TOGETHER: i64 = 500;
/// How long it rests when nothing is to be done.
const REST: std::time::Duration = std::time::Duration::from_secs(2);
/// What is tallied.
/// In the order in which followers take them: whoever needs several takes them so, and nobody waits in a circle.
const TALLIED: [&str; 4] = [DOSSIER.name, RATING.name, INCOMING_DOCUMENT.name, DOCUMENT.name];

/// Holds all tallies until the transaction ends: meanwhile nothing is tallied.
///
/// # Errors
/// When the database fails.
pub(crate) fn hold_all(tx: &mut Conn, tenant: Uuid) -> TxResult<()> {
    for subject in TALLIED {
        store::hold(tx, tenant, subject)?;
    }
    Ok(())
}

/// Fills tallies in the background.
#[derive(Clone)]
pub(crate) struct Filler {
    pub db: Db,
    pub tenant: Uuid,
}

impl Filler {
    /// Works until told to stop.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let step = tokio::select! { _ = stop.changed() => break, step = fill_some(&self.db, self.tenant) => step };
            match step {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "filling the tallies failed; trying again"),
            }
            tokio::select! { _ = stop.changed() => break, () = tokio::time::sleep(REST) => {} }
        }
    }
}

/// Fills the tallies of every measure of a tenant to the end.
///
/// # Errors
/// When the database fails; what was counted stays counted.
pub async fn fill(db: &Db, tenant: Uuid) -> Result<()> {
    while fill_some(db, tenant).await? {}
    Ok(())
}

/// Counts the next records; whether there were any to count.
async fn fill_some(db: &Db, tenant: Uuid) -> Result<bool> {
    let waiting = db.read("measures_unfilled", move |conn| store::has_unfilled(conn, tenant)).await?;
    if !waiting {
        return Ok(false);
    }
    for subject in TALLIED {
        if db.write("measures_fill", move |tx| fill_next(tx, tenant, subject)).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn fill_next(tx: &mut Conn, tenant: Uuid, subject: &'static str) -> TxResult<bool> {
    let mut tallying = Tallying::begin(tx, tenant, subject)?;
    let unfilled = tallying.unfilled();
    let Some(from) = unfilled.iter().filter_map(|row| row.counted_to.as_ref().map(|to| to.0)).min() else {
        return Ok(false);
    };
    let together: Vec<_> =
        unfilled.into_iter().filter(|row| row.counted_to.as_ref().is_some_and(|to| to.0 == from)).collect();
    let slots = together.iter().map(store::MeasureRow::slot).collect::<Result<Vec<_>>>()?;
    let records = load::after(tx, tenant, subject, from, TOGETHER)?;
    for record in &records {
        tallying.fill(record, &slots);
    }
    let to = records.last().map(|record| record.id);
    tallying.write(tx)?;
    let numbers: Vec<i64> = together.iter().map(|row| row.slot).collect();
    store::counted_to(tx, tenant, &numbers, to)?;
    if to.is_none() {
        tracing::info!(subject, measures = numbers.len(), "the tallies of new measures are filled");
    }
    Ok(true)
}
