//! Calendars as data (lịch làm việc): the days off that decrees set, the exceptions and office hours of agencies, and what
//! a change of them does to dossiers that are open.
//!
//! Everything stands under a **revision**, one number for the whole tenant: each change makes the next one and nothing
//! that was written before is touched, so the calendar of any revision can be had again, and what was read of one never
//! goes stale ([`motcua_calendars::Snapshot`]). Years nobody decreed are those that come with the program; a year that stands nowhere is an
//! error of the clock, never a year of working days.
//!
//! A change moves due dates, and never in silence. It can be counted first without being made ([`changes`], a dry run); made,
//! it is one job that walks the open dossiers in small transactions (`walk`), and each dossier that moves gets an event
//! with the old due instant, the new one and the decree (`catch_up`). A step that comes before the walk takes its dossier
//! along first. A new appointment that becomes a day off goes on to the next day that counts (Civil Code 2015, art. 148.5). A
//! dossier whose history the new calendar would make impossible (its term had run out before it was extended) keeps the
//! revision it was counted by, and is told with the change; so does one that can't be counted at all.
//!
//! Days off are decided by the Labour Code of 2019, articles 111 and 112, and each year's decision; they are kept by an
//! administrator of the province, exceptions and hours also by an administrator of the agency.

pub mod changes;
pub mod exceptions;
pub mod office_hours;
pub mod proposal;
pub mod years;

mod access;
mod catch_up;
mod enact;
mod store;
mod walk;

use std::sync::Arc;

use motcua_clock::Calendar;
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::Journal;
use motcua_kernel::{Error, Result, Uuid};
use quick_cache::sync::Cache;
use tokio::sync::Notify;
use utoipa_actix_web::service_config::ServiceConfig;

use motcua_calendars::{Snapshot, View, view_of};
pub use walk::Walker;

/// The scope of whoever reads calendars.
const READ: &str = "procedures:calendars:read";
/// The scope of whoever changes them.
const WRITE: &str = "procedures:calendars:write";

/// How many revisions are kept read: the newest, and some that dossiers are held at.
const SNAPSHOTS_KEPT: usize = 16;

/// What the room works with.
#[derive(Clone)]
pub struct Calendars {
    /// The service's database.
    pub db: Db,
    /// Its journal.
    pub journal: Journal,
    embedded: Arc<Calendar>,
    snapshots: Arc<Cache<(Uuid, i64), Arc<Snapshot>>>,
    /// Woken when a change is to be walked.
    wake: Arc<Notify>,
}

impl std::fmt::Debug for Calendars {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Calendars").field("snapshots", &self.snapshots.len()).finish_non_exhaustive()
    }
}

/// Registers the handlers.
pub fn routes(config: &mut ServiceConfig) {
    years::routes(config);
    exceptions::routes(config);
    office_hours::routes(config);
    changes::routes(config);
}

impl Calendars {
    /// The calendars of a service's database.
    ///
    /// # Errors
    /// When the tables that come with the program are faulty, which tests rule out.
    pub fn new(db: Db, journal: Journal) -> Result<Self> {
        let embedded = Arc::new(Calendar::embedded().map_err(Error::internal)?);
        let snapshots = Arc::new(Cache::new(SNAPSHOTS_KEPT));
        Ok(Self { db, journal, embedded, snapshots, wake: Arc::default() })
    }

    /// Makes the row that says which revision holds, before anything is counted: a change and a step meet at it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn prepare(&self, tenant: Uuid) -> Result<()> {
        self.db.write("calendar_prepare", move |tx| store::prepare(tx, tenant)).await
    }

    /// The revision that holds.
    pub(crate) fn revision(conn: &mut Conn, tenant: Uuid) -> TxResult<i64> {
        store::head(conn, tenant)
    }

    /// The revision that holds, and goes on holding until the transaction ends: a change waits for it.
    pub(crate) fn hold_revision(tx: &mut Conn, tenant: Uuid) -> TxResult<i64> {
        store::hold_head(tx, tenant)
    }

    /// By what an agency's terms are counted at a revision.
    pub(crate) fn view(&self, conn: &mut Conn, tenant: Uuid, revision: i64, agency: Uuid) -> TxResult<View> {
        let snapshot = self.snapshot(conn, tenant, revision)?;
        view_of(conn, &snapshot, tenant, agency)
    }

    /// Whether a year comes with the program.
    fn is_embedded(&self, year: i32) -> bool {
        self.embedded.years().any(|covered| covered.year == year)
    }

    /// The calendars of a revision that this transaction makes: kept only once it stands.
    fn snapshot_unkept(&self, conn: &mut Conn, tenant: Uuid, revision: i64) -> TxResult<Snapshot> {
        store::snapshot(conn, tenant, revision, &self.embedded)
    }

    fn snapshot(&self, conn: &mut Conn, tenant: Uuid, revision: i64) -> TxResult<Arc<Snapshot>> {
        if let Some(kept) = self.snapshots.get(&(tenant, revision)) {
            return Ok(kept);
        }
        let read = Arc::new(store::snapshot(conn, tenant, revision, &self.embedded)?);
        self.snapshots.insert((tenant, revision), Arc::clone(&read));
        Ok(read)
    }
}
