//! Facts (dữ kiện): what the events of the other services say about each dossier and document, one row each.
//!
//! Everything here is derived and could be thrown away: [`replay`] does that, and following the feeds again from the
//! beginning gives the same rows, which [`digest`] proves. Nothing is ever asked back from another service. A row is
//! written together with the follower's position, so every event acts exactly once; facts carry the version of their
//! dossier, so one that comes twice or late changes nothing. When an agency's work goes to another, `procedures` moves
//! the responsibility of each dossier and tells of it: this service follows and decides nothing.

mod digest;
mod events;
mod follow;
mod replay;

pub(crate) mod store;

use motcua_db::{Conn, TxResult};
use motcua_journal::follower;
use motcua_kernel::{SystemTime, Uuid};

pub use digest::{TableDigest, digest};
pub use follow::{DocumentFollow, DossierFollow};
pub use replay::replay;

/// Until when everything has been taken in: the older of the two feeds.
///
/// # Errors
/// `figures.not_ready` before both have been followed to their end once, because until then a figure would be too small
/// and nobody could tell.
pub(crate) fn as_of(conn: &mut Conn, tenant: Uuid) -> TxResult<SystemTime> {
    let mut oldest: Option<SystemTime> = None;
    for name in [DossierFollow::NAME, DocumentFollow::NAME] {
        let seen = follower::as_of(conn, tenant, name)?.filter(|at| at.0 > chrono::DateTime::UNIX_EPOCH);
        let seen = seen.ok_or_else(follow::not_ready)?;
        oldest = Some(oldest.map_or(seen, |oldest| oldest.min(seen)));
    }
    Ok(oldest.ok_or_else(follow::not_ready)?)
}
