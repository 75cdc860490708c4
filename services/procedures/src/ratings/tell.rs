//! Telling the feed of ratings whose month is over.

use motcua_db::{Conn, Db, TxResult};
use motcua_journal::{Change, Journal, Stamp};
use motcua_kernel::{Clock, Error, Result, Uuid};

use super::facts::{GIVEN, RatingFacts};
use super::{month, store};

/// How many are told in one transaction: others write in between.
const TOGETHER: i64 = 200;

/// Tells of every rating of a past month that the feed has not heard of; says how many. Others keep the writer of SQLite
/// while there is none.
///
/// # Errors
/// When the database is away.
pub async fn past_months(db: &Db, journal: &Journal, tenant: Uuid) -> Result<usize> {
    let this_month = || month::of(db.clock.business().day_in_vietnam());
    let mut all = 0;
    loop {
        let month = this_month();
        let waiting = db.read("ratings_untold", move |conn| store::untold(conn, tenant, &month, 1)).await?;
        if waiting.is_empty() {
            return Ok(all);
        }
        let (month, clock, journal) = (this_month(), db.clock.clone(), journal.clone());
        all += db.write("ratings_tell", move |tx| tell(tx, &journal, &clock, tenant, &month)).await?;
    }
}

fn tell(tx: &mut Conn, journal: &Journal, clock: &Clock, tenant: Uuid, this_month: &str) -> TxResult<usize> {
    let rows = store::untold(tx, tenant, this_month, TOGETHER)?;
    let mut scores = store::scores(tx, &rows)?;
    for row in &rows {
        // Another copy of the service may be telling as well.
        if !store::set_told(tx, row)? {
            continue;
        }
        let facts = RatingFacts {
            agency_id: row.responsible_agency_id.0,
            field_code: row.field_code.clone(),
            procedure_code: row.procedure_code.clone(),
            month: row.month.clone(),
            scores: scores.remove(&row.id.0).unwrap_or_default(),
            total: row.total,
        };
        let data = serde_json::to_value(facts).map_err(Error::internal)?;
        let stamp = Stamp::by_service("procedures", tenant, clock);
        journal.record(tx, &stamp, &Change { kind: GIVEN, subject: row.id.0, version: 1, data: &data })?;
    }
    Ok(rows.len())
}
