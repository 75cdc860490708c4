//! Attempts whose outcome nobody tells in time: they expire, so that what they kept can be paid by others.
//!
//! Each is one transaction with its effect and its event, and the state it was found in is looked at again there, so
//! copies of the service and an officer who records the outcome at the same moment never both have their way.

use std::time::Duration;

use chrono::TimeDelta;
use motcua_db::sql::At;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Result, Uuid};
use motcua_service::Worker;

use super::cashier::Cashier;
use super::facts::EXPIRED;
use super::pay::settle_parts;
use super::rules::PaymentState;
use super::store::{self, Waiting};
use crate::dossiers::Dossiers;

/// How often it looks; the clock of a sandbox may be moved.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// How many are found at once.
const TOGETHER: i64 = 64;

/// Expires attempts that have been pending for longer than `patience`.
pub(crate) fn worker(room: &Dossiers, patience: TimeDelta) -> Worker {
    let room = room.clone();
    Worker::every("expire payments", LOOK_AGAIN, move || {
        let room = room.clone();
        async move { catch_up(&room, patience).await }
    })
}

/// Looks at every attempt once: one that fails is left for the next time and keeps no other waiting.
async fn catch_up(room: &Dossiers, patience: TimeDelta) -> Result<()> {
    let before = At(room.db.clock.business().0 - patience);
    let mut after: Option<Waiting> = None;
    loop {
        let (before, last) = (before.clone(), after.clone());
        let waiting = room
            .db
            .read("payments_pending", move |conn| store::pending_since(conn, &before, last.as_ref(), TOGETHER))
            .await?;
        let Some(last) = waiting.last() else { return Ok(()) };
        after = Some(last.clone());
        for Waiting { tenant, dossier, id, .. } in waiting {
            let own = room.clone();
            let outcome = room.db.write("payment_expire", move |tx| expire(tx, &own, tenant, dossier, id)).await;
            if let Err(error) = outcome {
                metrics::counter!("payment_expiry_failures_total").increment(1);
                tracing::warn!(payment = %id, %error, "an attempt to pay could not expire; tried again later");
            }
        }
    }
}

/// Does nothing when it is not pending any more.
fn expire(tx: &mut Conn, room: &Dossiers, tenant: Uuid, dossier: Uuid, id: Uuid) -> TxResult<()> {
    let Some(mut cashier) = Cashier::by_itself(tx, room, tenant, dossier)? else { return Ok(()) };
    let mut payment = store::payment(tx, tenant, dossier, id)?;
    if payment.state != PaymentState::Pending.as_str() {
        return Ok(());
    }
    let parts = store::parts_of(tx, tenant, std::slice::from_ref(&payment))?;
    settle_parts(tx, &mut cashier, &payment, &parts, PaymentState::Expired)?;
    PaymentState::Expired.as_str().clone_into(&mut payment.state);
    payment.settled_at = Some(At::from(cashier.stamp.occurred));
    payment.settled_by = Some(cashier.stamp.actor().to_owned());
    payment.version += 1;
    store::update_payment(tx, &payment)?;
    let facts = cashier.payment_facts(&payment, &parts);
    cashier.tell(tx, room, EXPIRED, &payment, &facts)?;
    cashier.finish(tx, room)?;
    metrics::counter!("payments_expired_total").increment(1);
    Ok(())
}
