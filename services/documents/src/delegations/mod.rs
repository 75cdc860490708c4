//! Delegated posts (ủy quyền): what an officer may do somewhere, done by another officer for a time.
//!
//! What is delegated is one of the officer's own roles in the agency where it is held, from a day to a day. It can't be
//! passed on: nobody delegates what they hold by delegation, and nobody turns it into a role of their own. Who acts on a
//! delegated post is recorded together with whose post it is, unless their own right would have done.
//!
//! A delegation that is over stays, with the reason: its time came, somebody ended it, the post behind it ended, or one
//! of the two accounts was closed. Each of the last three is told as an event, so that every service knows.

pub mod http;
mod ops;
mod read;
mod rules;
mod store;

use motcua_agencies::{DirectoryReader, OfficerRecord, events, put_delegation};
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::{Journal, Stamp};

use crate::agencies::tell;

pub use store::visible_among;

/// The room of delegated posts.
#[derive(Debug, Clone)]
pub struct Delegations {
    db: Db,
    journal: Journal,
    reader: DirectoryReader,
    /// Whose tokens are believed: the issuer of accounts that name none.
    issuer: String,
}

impl Delegations {
    /// The room over the service's database, journal and directory, for accounts at an issuer.
    #[must_use]
    pub fn new(db: Db, journal: Journal, reader: DirectoryReader, issuer: impl Into<String>) -> Self {
        Self { db, journal, reader, issuer: issuer.into() }
    }
}

/// Ends what an officer's account and posts no longer carry, after they have changed.
///
/// # Errors
/// When the database fails.
pub(crate) fn end_without_post(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    officer: &OfficerRecord,
) -> TxResult<()> {
    let today = stamp.occurred.day_in_vietnam();
    for mut record in store::unfinished_of(tx, stamp.tenant, officer.id, today)? {
        if rules::end_with(&mut record, officer, today) {
            record.version += 1;
            put_delegation(tx, stamp.tenant, &record)?;
            tell(tx, journal, stamp, events::POST_DELEGATION_ENDED, record.id, record.version, &record)?;
        }
    }
    Ok(())
}
