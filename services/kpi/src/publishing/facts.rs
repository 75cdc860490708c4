//! What the journal tells of published periods.

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Journal, Stamp};
use motcua_kernel::{Error, Uuid};
use motcua_service::EventSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::PublishedRow;

/// What events about published periods are about.
pub(crate) const SUBJECT: &str = "published-periods";

/// A period was published.
pub const PUBLISHED: EventKind = EventKind { name: "period.published.v1", subject: SUBJECT };

/// The facts of [`PUBLISHED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeriodPublished {
    /// The published period.
    pub id: Uuid,
    /// The version it has now.
    pub version: i64,
    /// Code of the set of indicators.
    pub set_code: String,
    /// Its version.
    pub set_version: String,
    /// The period.
    pub period: String,
    /// Its first day.
    pub first_day: NaiveDate,
    /// Its last day.
    pub last_day: NaiveDate,
    /// The agency whose figures and those of all below it were published.
    pub agency_id: Uuid,
    /// Its code then.
    pub agency_code: String,
    /// SHA-256 of the document, in hexadecimal.
    pub sha256: String,
    /// Ed25519 signature of the document, in base64.
    pub signature: String,
    /// The key that signed it.
    pub key_id: String,
}

/// The schema of the room's events.
pub(crate) fn schema() -> EventSchema {
    EventSchema::of::<PeriodPublished>(PUBLISHED)
}

/// Records that a period was published.
pub(super) fn tell(tx: &mut Conn, journal: &Journal, stamp: &Stamp, row: &PublishedRow) -> TxResult<()> {
    let facts = PeriodPublished {
        id: row.id.0,
        version: row.version,
        set_code: row.set_code.clone(),
        set_version: row.set_version.clone(),
        period: row.period.clone(),
        first_day: row.first_day,
        last_day: row.last_day,
        agency_id: row.agency_id.0,
        agency_code: row.written_code.clone(),
        sha256: row.sha256.clone(),
        signature: row.signature.clone(),
        key_id: row.key_id.clone(),
    };
    let data = serde_json::to_value(&facts).map_err(Error::internal)?;
    journal.record(tx, stamp, &Change { kind: PUBLISHED, subject: row.id.0, version: row.version, data: &data })?;
    Ok(())
}
