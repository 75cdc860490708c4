//! Data elements (số liệu nhập): what no system knows and people enter, per agency and period.
//!
//! Households with fibre, people trained in digital skills, community digital teams: an index needs them, and the only
//! source is an agency that says so and shows why. An element is defined once (kind, bounds, rules, who enters it, from
//! which document it comes); its values are entered, submitted, checked, approved and locked by different persons, or
//! returned with a reason. Every version of a value is kept with who made it so. What an approved value says is changed only
//! by re-opening it with a reason.
//!
//! A period that is closed for an agency is closed for all below it. It takes no values until it is re-opened with a
//! reason; a single locked value can be re-opened as a correction while the period stays closed.
//!
//! Rules between elements are judged when a value is submitted, not while values are entered one after the other. Outliers
//! warn: who enters one says why it is so.
//!
//! Evidence (tài liệu kiểm chứng) is a text, a link and the number of a document: this service keeps no files, and a
//! document's number leads to its file in `documents`, which judges who may read it. Neither evidence nor reasons are told
//! in events: people write names into them.
//!
//! Values are exact decimal texts in one canonical form. Agencies are those of the period: the code `H50` in a period of
//! 2024 means its holder then, and the agency that goes on with its work may correct its values.

pub mod facts;
pub mod http;
pub mod rules;

pub(crate) mod store;

mod close;
mod define;
mod enter;
pub(crate) mod evidence;
mod import;
mod judge;
mod read;
pub(crate) mod refusals;
mod shipped;
mod succession;
mod table;
mod transition;

use motcua_db::{Conn, Db, TxResult};
use motcua_journal::Journal;
use motcua_kernel::{Actor, Uuid};

pub(crate) use shipped::ship;
pub(crate) use succession::move_rows;

/// The scope that reads elements and values.
pub(crate) const READ: &str = "kpi:elements:read";
/// The scope that defines elements and enters, checks and approves values, where grants allow it.
pub(crate) const WRITE: &str = "kpi:elements:write";

/// The room of data elements.
#[derive(Debug, Clone)]
pub struct Elements {
    /// The service's database.
    pub(crate) db: Db,
    /// The service's journal.
    pub(crate) journal: Journal,
}

impl Elements {
    /// The room over the service's database and journal.
    #[must_use]
    pub fn new(db: Db, journal: Journal) -> Self {
        Self { db, journal }
    }
}

/// Of these objects of one collection of this room, those a caller may see: for the feed. What an element is, is no
/// secret among those who may read elements at all.
///
/// # Errors
/// When the database fails.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, subject: &str, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    match subject {
        facts::ELEMENTS => Ok(ids.to_vec()),
        facts::VALUES => store::values::visible_among(conn, actor, ids),
        facts::CLOSINGS => store::closings::visible_among(conn, actor, ids),
        _ => Ok(Vec::new()),
    }
}
