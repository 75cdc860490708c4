//! The directory (danh bạ): officers with what they may do where, and the API clients of portals.
//!
//! A token says who somebody is; what an officer may do is a grant: a role in an agency, reaching what is below it, from
//! one day to another. Officers' names and addresses are personal data: they are sealed in a table of their own, which
//! no event, log or other service ever sees, and every request that shows them leaves an entry in the read audit.
//!
//! Administrators (quản trị) keep the directory within the reach of their own grants. What is outside is not theirs to
//! see, and does not exist for them. An officer sees their own entry.

pub mod http;
mod import;
mod known;
mod ops;
mod persons;
mod read;
mod rules;
mod store;

use motcua_agencies::{DirectoryReader, OfficerRecord, events, put_officer};
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::{Journal, Stamp};
use motcua_kernel::Result;

use crate::agencies::tell;

pub use import::import;
pub use known::{KnownOfficer, NewClient, add_client, find_officer, known_officers};
pub(crate) use persons::names_of;
pub(crate) use store::{administered, below, officer, officer_id, officer_of};
pub use store::{visible_clients_among, visible_officers_among};

/// The room of officers and clients.
#[derive(Debug, Clone)]
pub struct People {
    pub(crate) db: Db,
    pub(crate) journal: Journal,
    pub(crate) reader: DirectoryReader,
    /// Whose tokens are believed: the issuer of accounts that name none.
    pub(crate) issuer: String,
}

impl People {
    /// The room over the service's database, journal and directory, for accounts at an issuer.
    #[must_use]
    pub fn new(db: Db, journal: Journal, reader: DirectoryReader, issuer: impl Into<String>) -> Self {
        Self { db, journal, reader, issuer: issuer.into() }
    }

    /// Lets cached callers go at once after a change, instead of within a second.
    async fn changed(&self) -> Result<()> {
        self.reader.refresh().await
    }
}

/// Writes an officer with the event of the change, which carries no name.
fn put(tx: &mut Conn, journal: &Journal, stamp: &Stamp, record: &OfficerRecord) -> TxResult<()> {
    put_officer(tx, stamp.tenant, record)?;
    tell(tx, journal, stamp, events::OFFICER_RECORDED, record.id, record.version, record)
}
