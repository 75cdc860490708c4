//! Telling the feed of ratings whose month is over.

use motcua_db::{Conn, Db, TxResult};
use motcua_journal::{Change, Journal, Stamp};
use motcua_kernel::{Error, Result};

use super::facts::{GIVEN, RatingFacts};
use super::{month, store};

/// How many are told in one transaction: others write in between.
const TOGETHER: i64 = 200;

/// Tells of every rating of a past month that the feed has not heard of; says how many.
///
/// # Errors
/// When the database is away.
pub async fn past_months(db: &Db, journal: &Journal) -> Result<usize> {
    let mut all = 0;
    loop {
        let (clock, journal) = (db.clock.clone(), journal.clone());
        let told = db
            .write("ratings_tell", move |tx| {
                let this_month = month::of(clock.business().day_in_vietnam());
                tell(tx, &journal, &clock, &this_month)
            })
            .await?;
        if told == 0 {
            return Ok(all);
        }
        all += told;
    }
}

fn tell(tx: &mut Conn, journal: &Journal, clock: &motcua_kernel::Clock, this_month: &str) -> TxResult<usize> {
    let rows = store::untold(tx, this_month, TOGETHER)?;
    let mut scores = store::scores(tx, &rows)?;
    for row in &rows {
        // Another copy of the service may be telling as well.
        if !store::set_told(tx, row)? {
            continue;
        }
        let facts = RatingFacts {
            agency_id: row.agency_id.0,
            field_code: row.field_code.clone(),
            procedure_code: row.procedure_code.clone(),
            month: row.month.clone(),
            scores: scores.remove(&row.id.0).unwrap_or_default(),
            total: row.total,
        };
        let data = serde_json::to_value(facts).map_err(Error::internal)?;
        let stamp = Stamp::by_service("procedures", row.tenant_id.0, clock);
        journal.record(tx, &stamp, &Change { kind: GIVEN, subject: row.id.0, version: 1, data: &data })?;
    }
    Ok(rows.len())
}
