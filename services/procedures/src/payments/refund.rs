//! Money that goes back: an act with a reason, never by itself.

use std::sync::Arc;

use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Answer, Error, Idempotency, Result, Uuid, new_id};

use super::cashier::{Cashier, line_fault, reference_taken, seal};
use super::facts::REFUNDED;
use super::http::{KEPT, WRITE};
use super::read::{admit, payment_view};
use super::rules::{PaymentState, amount_fault};
use super::store::{self, RefundRow};
use super::view::CreateRefund;
use crate::dossiers::Dossiers;

/// Records money that went back.
///
/// # Errors
/// `payment.not_succeeded`, `payment.exceeds_paid` with what can still go back.
pub(super) async fn refund(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    dossier: Uuid,
    id: Uuid,
    new: CreateRefund,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    admit(room, &actor, dossier).await?;
    let own = room.clone();
    room.db
        .write_once_kept("payment_refund", KEPT, actor.tenant, key, move |tx| {
            give_back(tx, &own, &actor, dossier, id, &new)
        })
        .await
}

fn give_back(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    dossier: Uuid,
    id: Uuid,
    new: &CreateRefund,
) -> TxResult<Answer> {
    let mut cashier = Cashier::begin(tx, room, actor, dossier)?;
    let mut payment = store::payment(tx, actor.tenant, dossier, id)?;
    let amount = new.amount.amount;
    let mut faults = Vec::new();
    faults.extend(amount_fault("/amount/amount", amount));
    faults.extend(line_fault("/reason", Some(&new.reason), 500));
    faults.extend(line_fault("/legal_basis", new.legal_basis.as_deref(), 500));
    faults.extend(line_fault("/transaction_reference", new.transaction_reference.as_deref(), 100));
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    if payment.state != PaymentState::Succeeded.as_str() {
        return Err(not_succeeded().into());
    }
    let mut parts = store::parts_of(tx, actor.tenant, std::slice::from_ref(&payment))?;
    let part = parts.iter_mut().find(|part| part.obligation_id.0 == new.obligation_id);
    let left = part.as_ref().map_or(0, |part| part.amount - part.refunded);
    let (Some(part), Some(obligation)) = (part.filter(|_| amount <= left), cashier.obligation(new.obligation_id))
    else {
        return Err(exceeds(left).into());
    };
    part.refunded += amount;
    let mut balance = obligation.balance();
    balance.refund(amount, new.still_owed);
    obligation.set(balance);
    if balance.paid == 0 {
        obligation.paid_by = None;
    }
    store::update_obligation(tx, obligation)?;
    let refund_id = new_id();
    let row = RefundRow {
        tenant_id: Id(actor.tenant),
        id: Id(refund_id),
        dossier_id: Id(dossier),
        payment_id: Id(id),
        obligation_id: Id(new.obligation_id),
        amount,
        still_owed: new.still_owed,
        reason: seal(room, "refund", refund_id, &new.reason)?,
        legal_basis: new.legal_basis.as_deref().map(|text| text.trim().to_owned()),
        transaction_reference: new.transaction_reference.as_deref().map(|text| text.trim().to_owned()),
        refunded_at: At::from(cashier.stamp.occurred),
        refunded_by: cashier.stamp.actor().to_owned(),
    };
    store::insert_refund(tx, row).map_err(reference_taken)?;
    payment.version += 1;
    store::update_payment(tx, &payment)?;
    let mut facts = cashier.payment_facts(&payment, &parts);
    facts.refunded = Some(amount);
    facts.still_owed = Some(new.still_owed);
    cashier.tell(tx, room, REFUNDED, &payment, &facts)?;
    cashier.finish(tx, room)?;
    let refunds = store::refunds_of(tx, actor.tenant, dossier)?;
    Ok(Answer::created(
        format!("/v1/dossiers/{dossier}/payments/{id}"),
        &payment_view(room, &payment, &parts, &refunds)?,
    )?
    .personal())
}

fn not_succeeded() -> Error {
    Error::conflict(
        "payment.not_succeeded",
        "Lần thanh toán này không thành công nên không có tiền để hoàn trả.",
        "This attempt did not succeed, so there is nothing to pay back.",
    )
}

fn exceeds(left: i64) -> Error {
    Error::conflict(
        "payment.exceeds_paid",
        format!("Số tiền hoàn trả vượt quá số đã thu của khoản này ({left} đồng)."),
        format!("The amount exceeds what this payment paid for the obligation and has not gone back ({left} VND)."),
    )
    .with("refundable_amount", left)
}
