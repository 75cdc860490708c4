//! Documents follow the agencies that are responsible for them.

use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, Journal, Stamp};
use motcua_kernel::{Error, Uuid};

use super::facts::{DocumentResponsibilityMoved, RESPONSIBILITY_MOVED};
use super::store;

/// How many documents are moved in one transaction: others write in between.
const TOGETHER: i64 = 200;

/// Moves some documents of a closed agency to the one that went on with its work, each with its event; who issued them
/// stays. Returns how many moved; none when all have followed.
///
/// # Errors
/// When the database fails.
pub fn move_documents(tx: &mut Conn, journal: &Journal, stamp: &Stamp, from: Uuid, to: Uuid) -> TxResult<usize> {
    let moved = store::move_responsible(tx, stamp.tenant, from, to, TOGETHER)?;
    for (document, version) in &moved {
        let facts = DocumentResponsibilityMoved {
            document_id: *document,
            version: *version,
            previous_agency_id: from,
            responsible_agency_id: to,
        };
        let data = serde_json::to_value(facts).map_err(Error::internal)?;
        let change = Change { kind: RESPONSIBILITY_MOVED, subject: *document, version: *version, data: &data };
        journal.record(tx, stamp, &change)?;
    }
    Ok(moved.len())
}
