//! What becomes of a document after it was sent, for all who received it: its issuer revokes it (thu hồi), replaces it (thay
//! thế) or corrects it (đính chính), and each receiver is told in the transaction that does so (Decree 30/2020/NĐ-CP,
//! Article 18).

use chrono::{DateTime, Utc};
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{EventKind, Moment, Stamp};
use motcua_kernel::text::normalise;
use motcua_kernel::{Authority, Error, Kind, Uuid};

use super::TRIES;
use crate::incoming::facts::{self, IncomingFacts};
use crate::incoming::rules::State;
use crate::incoming::search::index;
use crate::incoming::store::{self, IncomingRow};
use crate::incoming::{CANCEL, CORRECT, IncomingDocuments, REPLACE};
use crate::outgoing::{Receivers, Sent};
use crate::search::FileWords;

impl Receivers for IncomingDocuments {
    fn revoke(&self, tx: &mut Conn, by: &Authority, document: Uuid, reason: &str) -> TxResult<usize> {
        revoke_receivers(tx, self, by, document, reason)
    }

    fn tell_replaced(&self, tx: &mut Conn, by: &Authority, document: Uuid, with: Uuid) -> TxResult<usize> {
        let replaced = |facts: &mut IncomingFacts, _at| facts.replaced_by_id = Some(with);
        change_all(tx, self, by, document, (REPLACE, facts::ORIGINAL_REPLACED), None, replaced)
    }

    fn tell_corrected(&self, tx: &mut Conn, by: &Authority, document: Uuid, letter: Uuid) -> TxResult<usize> {
        let corrected = |facts: &mut IncomingFacts, _at| facts.corrected_by_ids.push(letter);
        change_all(tx, self, by, document, (CORRECT, facts::ORIGINAL_CORRECTED), None, corrected)
    }

    fn sent(&self, conn: &mut Conn, tenant: Uuid, documents: &[Uuid]) -> TxResult<Vec<Sent>> {
        store::sent(conn, tenant, documents)
    }
}

/// Cancels an outgoing document with everybody who has it, in the transaction that revokes it; says with how many. What was
/// registered stays in the register with its number, and the reason with it; each receiver's clerk confirms. Who judges
/// whether `by` may revoke is the caller of this function.
///
/// # Errors
/// `document.receivers_busy` when a receiver goes on doing something at the same time.
pub fn revoke_receivers(
    tx: &mut Conn,
    room: &IncomingDocuments,
    by: &Authority,
    document: Uuid,
    reason: &str,
) -> TxResult<usize> {
    let cancel = |facts: &mut IncomingFacts, at| {
        facts.state = State::Cancelled;
        facts.ended_at = Some(at);
    };
    change_all(tx, room, by, document, (CANCEL, facts::CANCELLED), Some(&normalise(reason)), cancel)
}

/// Changes a document with everybody who has it, and tells each of them.
fn change_all(
    tx: &mut Conn,
    room: &IncomingDocuments,
    by: &Authority,
    document: Uuid,
    (act, kind): (&str, EventKind),
    said: Option<&str>,
    change: impl Fn(&mut IncomingFacts, DateTime<Utc>),
) -> TxResult<usize> {
    let stamp = Stamp::of(by, Moment::of(&room.db.clock));
    let mut changed = Vec::new();
    for row in store::deliveries_of(tx, stamp.tenant, document)? {
        changed.extend(change_one(tx, room, &stamp, row, kind, &change)?);
    }
    if kind == facts::CANCELLED {
        index(tx, room, &changed, &mut FileWords::default())?;
    }
    store::note_many(tx, &room.db.vault, &changed, act, by, &stamp, said)?;
    Ok(changed.len())
}

/// Changes a document with one who has it, as they left it: what they do at the same moment is waited for, and holds.
fn change_one(
    tx: &mut Conn,
    room: &IncomingDocuments,
    stamp: &Stamp,
    mut row: IncomingRow,
    kind: EventKind,
    change: &impl Fn(&mut IncomingFacts, DateTime<Utc>),
) -> TxResult<Option<IncomingRow>> {
    for _ in 1..TRIES {
        let mut facts = row.facts()?;
        if facts.state.is_given_up() {
            return Ok(None);
        }
        change(&mut facts, stamp.occurred.0);
        row.take_in(&mut facts)?;
        match store::update(tx, &row) {
            Ok(()) => {
                facts::tell(tx, &room.journal, stamp, kind, &facts)?;
                return Ok(Some(row));
            }
            Err(Failure::Refused(error)) if error.kind == Kind::Stale => {
                let now = store::load_own(tx, stamp.tenant, row.id.0)?;
                row = now.ok_or_else(|| Error::internal(format!("the dispatch {} is gone", row.id.0)))?;
            }
            Err(failure) => return Err(failure),
        }
    }
    Err(Error::conflict(
        "document.receivers_busy",
        "Một nơi nhận đang thay đổi văn bản liên tục; hãy thử lại.",
        "A receiver goes on changing the document at the same time; try again.",
    )
    .into())
}
