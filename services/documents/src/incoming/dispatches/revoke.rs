//! Revoking a document for all who received it (thu hồi).

use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::text::normalise;
use motcua_kernel::{Authority, Uuid};

use crate::incoming::facts;
use crate::incoming::rules::State;
use crate::incoming::search::index;
use crate::incoming::store;
use crate::incoming::{CANCEL, IncomingDocuments};

/// Cancels an outgoing document with everybody who has it, in the transaction that revokes it; says with how many. What was
/// registered stays in the register with its number, and the reason with it; each receiver's clerk confirms. Who judges
/// whether `by` may revoke is the caller of this function.
///
/// # Errors
/// `precondition.stale` when a receiver does something at the same time: the revoking is tried again.
pub fn revoke_receivers(
    tx: &mut Conn,
    room: &IncomingDocuments,
    by: &Authority,
    document: Uuid,
    reason: &str,
) -> TxResult<usize> {
    let stamp = Stamp::of(by, Moment::of(&room.db.clock));
    let mut cancelled = Vec::new();
    for mut row in store::deliveries_of(tx, stamp.tenant, document)? {
        let mut facts = row.facts()?;
        if facts.state.is_given_up() {
            continue;
        }
        facts.state = State::Cancelled;
        facts.ended_at = Some(stamp.occurred.0);
        row.take_in(&mut facts)?;
        store::update(tx, &row)?;
        facts::tell(tx, &room.journal, &stamp, facts::CANCELLED, &facts)?;
        cancelled.push(row);
    }
    index(tx, room, &cancelled)?;
    store::note_many(tx, &room.db.vault, &cancelled, CANCEL, by, &stamp, Some(&normalise(reason)))?;
    Ok(cancelled.len())
}
