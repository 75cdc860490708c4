//! Facts (dữ kiện): what the events of the other services say about each dossier, procedure, document and rating, one row
//! each (a dossier has one in each of four tables, because a table has at most 32 columns).
//!
//! Everything here is derived and could be thrown away: [`replay`] does that, and following the feeds again from the
//! beginning gives the same rows, which [`digest`] proves. Nothing is ever asked back from another service. Rows are
//! written together with the follower's position, so every event acts exactly once; facts carry the version of their
//! object, so one that comes twice or late changes nothing. When an agency's work goes to another, its owner moves the
//! responsibility of each object and tells of it: this service follows, notes since when, and decides nothing.
//!
//! What this program does not know is counted and shown ([`unknown`]), and taken in by a later program that does, when it
//! follows the feed anew.

pub mod announcing;
pub mod on_time;
pub mod unknown;

mod digest;
mod events;
mod follow;
mod replay;

pub(crate) mod store;

use motcua_db::{Conn, TxResult};
use motcua_journal::follower;
use motcua_kernel::{SystemTime, Text, Uuid};

pub use digest::{TableDigest, digest};
pub use follow::{DocumentFollow, DossierFollow};
pub use replay::replay;

pub(crate) use follow::not_ready;

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

/// The services whose feed was not heard to its end since an instant, and until when it was.
///
/// # Errors
/// When the database fails.
pub(crate) fn unheard(conn: &mut Conn, tenant: Uuid, since: SystemTime) -> TxResult<Vec<(Text, SystemTime)>> {
    let feeds = [
        (DossierFollow::NAME, Text::new("dịch vụ thủ tục", "the service of procedures")),
        (DocumentFollow::NAME, Text::new("dịch vụ văn bản", "the service of documents")),
    ];
    let mut unheard = Vec::new();
    for (name, service) in feeds {
        let heard = follower::as_of(conn, tenant, name)?;
        unheard.extend(heard.filter(|at| *at < since).map(|at| (service, at)));
    }
    Ok(unheard)
}
