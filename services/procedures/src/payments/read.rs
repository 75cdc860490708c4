//! Reading what a dossier owes and what was paid for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Money, Result, Uuid};

use super::cashier::open;
use super::rules::{Method, PaymentState};
use super::store::{self, ObligationRow, PartRow, PaymentRow, RefundRow, WaiverRow};
use super::view::{Obligation, Obligations, PaidPart, Payment, Payments, Refund, Waiver};
use crate::catalogue::content::Collection;
use crate::dossiers::Dossiers;
use crate::dossiers::store as dossier_store;

/// Refuses callers who may not see the dossier, before a kept answer is given again.
pub(super) async fn admit(room: &Dossiers, actor: &Arc<Actor>, dossier: Uuid) -> Result<()> {
    let caller = Arc::clone(actor);
    room.db.read("dossier_admit", move |conn| dossier_store::load(conn, &caller, dossier).map(drop)).await
}

/// What a dossier owes.
///
/// # Errors
/// `not_found` when there is none the caller may see.
pub(super) async fn obligations(room: &Dossiers, actor: Arc<Actor>, dossier: Uuid) -> Result<Obligations> {
    actor.require_scope("procedures:dossiers:read")?;
    let own = room.clone();
    room.db
        .read("obligation_list", move |conn| {
            let of = dossier_store::load(conn, &actor, dossier)?;
            let rows = store::obligations_of(conn, actor.tenant, dossier)?;
            let waivers = store::waivers_of(conn, actor.tenant, dossier)?;
            let mut items =
                rows.iter().map(|row| obligation_view(&own, row, &waivers)).collect::<Result<Vec<Obligation>>>()?;
            let mut due = rows.iter().map(|row| row.balance().due()).sum();
            let mut open = rows.iter().map(|row| row.balance().open()).sum();
            if of.ended_unreceived() {
                for item in &mut items {
                    item.due = Money::vnd(0);
                }
                (due, open) = (0, 0);
            }
            Ok(Obligations { items, due: Money::vnd(due), open: Money::vnd(open) })
        })
        .await
}

/// The attempts to pay for a dossier, or one of them.
///
/// # Errors
/// `not_found` when there is no dossier the caller may see, or no such attempt.
pub(super) async fn payments(
    room: &Dossiers,
    actor: Arc<Actor>,
    dossier: Uuid,
    only: Option<Uuid>,
) -> Result<Payments> {
    actor.require_scope("procedures:dossiers:read")?;
    let own = room.clone();
    room.db
        .read("payment_list", move |conn| {
            dossier_store::load(conn, &actor, dossier)?;
            let rows = match only {
                Some(id) => vec![store::payment(conn, actor.tenant, dossier, id)?],
                None => store::payments_of(conn, actor.tenant, dossier)?,
            };
            let parts = store::parts_of(conn, actor.tenant, &rows)?;
            let refunds = store::refunds_of(conn, actor.tenant, dossier)?;
            let items = rows.iter().map(|row| payment_view(&own, row, &parts, &refunds)).collect::<Result<_>>()?;
            Ok(Payments { items })
        })
        .await
}

pub(super) fn obligation_view(room: &Dossiers, row: &ObligationRow, waivers: &[WaiverRow]) -> Result<Obligation> {
    let waiver = |waiver: &WaiverRow| {
        let id = waiver.id.0;
        Ok(Waiver {
            id,
            amount: Money::vnd(waiver.amount),
            reduction: waiver.reduction.clone(),
            legal_basis: waiver.legal_basis.clone(),
            reason: waiver.reason.as_deref().map(|sealed| open(room, "waiver", id, sealed)).transpose()?,
            waived_at: waiver.waived_at.0,
            waived_by: waiver.waived_by.clone(),
        })
    };
    let balance = row.balance();
    Ok(Obligation {
        id: row.id.0,
        fee_code: row.fee_code.clone(),
        name: row.name.clone(),
        kind: row.kind.clone(),
        collected: serde_json::from_value::<Collection>(row.collected.clone().into()).map_err(Error::internal)?,
        legal_basis: row.legal_basis.clone(),
        of_duty: row.wait.is_some(),
        state: balance.state(),
        amount: Money::vnd(balance.full),
        waived: Money::vnd(balance.waived),
        paid: Money::vnd(balance.paid),
        returned: Money::vnd(balance.returned),
        pending: Money::vnd(balance.reserved),
        due: Money::vnd(balance.due()),
        reductions: serde_json::from_value(row.reductions.0.clone()).map_err(Error::internal)?,
        waivers: waivers.iter().filter(|one| one.obligation_id == row.id).map(waiver).collect::<Result<_>>()?,
        owed_since: row.owed_since.0,
    })
}

pub(super) fn payment_view(
    room: &Dossiers,
    row: &PaymentRow,
    parts: &[PartRow],
    refunds: &[RefundRow],
) -> Result<Payment> {
    let part = |part: &PartRow| PaidPart {
        obligation_id: part.obligation_id.0,
        amount: Money::vnd(part.amount),
        refunded: Money::vnd(part.refunded),
    };
    let refund = |refund: &RefundRow| {
        Ok(Refund {
            id: refund.id.0,
            obligation_id: refund.obligation_id.0,
            amount: Money::vnd(refund.amount),
            still_owed: refund.still_owed,
            reason: open(room, "refund", refund.id.0, &refund.reason)?,
            legal_basis: refund.legal_basis.clone(),
            transaction_reference: refund.transaction_reference.clone(),
            refunded_at: refund.refunded_at.0,
            refunded_by: refund.refunded_by.clone(),
        })
    };
    let unknown = |word: &str| Error::internal(format!("payment {}: unknown word {word}", row.id.0));
    Ok(Payment {
        id: row.id.0,
        state: PaymentState::from_word(&row.state).ok_or_else(|| unknown(&row.state))?,
        method: Method::from_word(&row.method).ok_or_else(|| unknown(&row.method))?,
        amount: Money::vnd(row.amount),
        parts: parts.iter().filter(|one| one.payment_id == row.id).map(part).collect(),
        transaction_reference: row.transaction_reference.clone(),
        receipt_number: row.receipt_number.clone(),
        failure: row.failure.as_deref().map(|sealed| open(room, "failure", row.id.0, sealed)).transpose()?,
        refunds: refunds.iter().filter(|one| one.payment_id == row.id).map(refund).collect::<Result<_>>()?,
        started_at: row.started_at.0,
        started_by: row.started_by.clone(),
        settled_at: row.settled_at.as_ref().map(|at| at.0),
        settled_by: row.settled_by.clone(),
    })
}

/// Of these payments or obligations, those whose dossier the caller may see: for the feed.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, subject: &str, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let belongs = store::dossiers_of(conn, actor.tenant, subject, ids)?;
    let dossiers: BTreeSet<Uuid> = belongs.iter().map(|(_, dossier)| *dossier).collect();
    let dossiers: Vec<Uuid> = dossiers.into_iter().collect();
    let seen = dossier_store::visible_among(conn, actor, &dossiers)?;
    Ok(belongs.into_iter().filter(|(_, dossier)| seen.contains(dossier)).map(|(id, _)| id).collect())
}
