//! Counting everything at one moment.

use motcua_db::{Conn, TxResult};
use motcua_journal::follower;
use motcua_kernel::{SystemTime, Uuid};

use super::facts::ByAgency;
use super::{Quality, elements, facts};
use crate::facts::store::list_unknown;
use crate::facts::{DocumentFollow, DossierFollow};

/// The feeds, by the services that tell them.
const FEEDS: [(&str, &str); 2] = [("documents", DocumentFollow::NAME), ("procedures", DossierFollow::NAME)];

/// A fault and how often it is there.
pub(super) struct Found {
    /// Which.
    pub fault: Fault,
    /// By agency.
    pub counts: ByAgency,
}

/// What may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Facts of a kind whose agency is not known here.
    WithoutAgency(&'static str),
    /// Dossiers that lack something, by what.
    Incomplete(&'static str),
    /// Values that are due and that nobody entered.
    Missing,
    /// Values that were entered after they were due.
    Late,
    /// Values with a warning.
    Odd,
}

impl Found {
    /// How often it is there in all.
    pub(super) fn count(&self) -> i64 {
        self.counts.values().sum()
    }
}

/// A feed (dòng sự kiện) and how far it was followed.
#[derive(Debug, Clone)]
pub(super) struct Followed {
    /// The service that tells it.
    pub feed: &'static str,
    /// Until when everything has come; none before it was followed to its end once.
    pub as_of: Option<SystemTime>,
    /// Events of types that are not known and that nothing could be taken from.
    pub unknown_events: i64,
}

impl Followed {
    /// How long ago that is, in seconds.
    pub(super) fn lag_seconds(&self, now: SystemTime) -> Option<i64> {
        self.as_of.map(|as_of| (now.0 - as_of.0).num_seconds().max(0))
    }
}

impl Quality {
    /// The feeds.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn feeds(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<Followed>> {
        let unknown = list_unknown(conn, tenant)?;
        let mut feeds = Vec::new();
        for (feed, follower) in FEEDS {
            let as_of = follower::as_of(conn, tenant, follower)?;
            let as_of = as_of.filter(|at| at.0 > chrono::DateTime::UNIX_EPOCH);
            let own = unknown.iter().filter(|row| row.feed == feed);
            feeds.push(Followed { feed, as_of, unknown_events: own.map(|row| row.events - row.taken).sum() });
        }
        Ok(feeds)
    }

    /// Every fault there may be, also those that are not there.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn faults(&self, conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<Found>> {
        let found = |fault, counts| Found { fault, counts };
        let mut faults = Vec::new();
        let without = facts::without_agency(conn, tenant)?;
        faults.extend(without.into_iter().map(|(of, counts)| found(Fault::WithoutAgency(of), counts)));
        let incomplete = facts::incomplete(conn, tenant)?;
        faults.extend(incomplete.into_iter().map(|(field, counts)| found(Fault::Incomplete(field), counts)));
        let values = elements::values(conn, tenant, self.db.clock.business().day_in_vietnam())?;
        faults.push(found(Fault::Missing, values.missing));
        faults.push(found(Fault::Late, values.late));
        faults.push(found(Fault::Odd, values.odd));
        Ok(faults)
    }
}
