//! Attempts to pay, and how they end.

use std::collections::BTreeSet;
use std::sync::Arc;

use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Text, Uuid, new_id};

use super::cashier::{Cashier, line_fault, reference_taken, seal};
use super::facts::{FAILED, PaymentFacts, STARTED, SUCCEEDED};
use super::http::{KEPT, WRITE};
use super::read::{admit, payment_view};
use super::rules::{Balance, Method, PaymentState, amount_fault};
use super::store::{self, PartRow, PaymentRow};
use super::view::{CreateOutcome, CreatePayment};
use crate::dossiers::Dossiers;

/// The most obligations one payment pays.
const MOST_PARTS: usize = 50;
/// The most attempts a dossier sees: lists of them have no pages.
const MOST_ATTEMPTS: usize = 500;

/// Records money that has come or is under way.
///
/// # Errors
/// Every fault of the request at once, `payment.exceeds_owed` with what may still be paid.
pub(super) async fn pay(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    dossier: Uuid,
    new: CreatePayment,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    admit(room, &actor, dossier).await?;
    let own = room.clone();
    room.db
        .write_once_kept("payment_create", KEPT, actor.tenant, key, move |tx| take(tx, &own, &actor, dossier, &new))
        .await
}

fn take(tx: &mut Conn, room: &Dossiers, actor: &Actor, dossier: Uuid, new: &CreatePayment) -> TxResult<Answer> {
    let mut cashier = Cashier::begin(tx, room, actor, dossier)?;
    let faults = faults(new, &cashier);
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    if store::payments_of(tx, actor.tenant, dossier)?.len() >= MOST_ATTEMPTS {
        return Err(too_many().into());
    }
    let state = if new.pending { PaymentState::Pending } else { PaymentState::Succeeded };
    let id = new_id();
    let mut parts = Vec::with_capacity(new.parts.len());
    for part in &new.parts {
        let Some(obligation) = cashier.obligation(part.obligation_id) else { continue };
        let mut balance = obligation.balance();
        balance
            .reserve(part.amount.amount)
            .map_err(|error| error.with("obligation_id", part.obligation_id.to_string()))?;
        if state == PaymentState::Succeeded {
            balance.settle(part.amount.amount, state);
            obligation.paid_by = Some(new.method.as_str().to_owned());
        }
        obligation.set(balance);
        store::update_obligation(tx, obligation)?;
        parts.push(PartRow {
            tenant_id: Id(actor.tenant),
            payment_id: Id(id),
            obligation_id: Id(part.obligation_id),
            amount: part.amount.amount,
            refunded: 0,
        });
    }
    let at = At::from(cashier.stamp.occurred);
    let by = cashier.stamp.actor().to_owned();
    let settled = state == PaymentState::Succeeded;
    let payment = PaymentRow {
        tenant_id: Id(actor.tenant),
        id: Id(id),
        dossier_id: Id(dossier),
        amount: parts.iter().fold(0, |sum, part| sum + part.amount),
        method: new.method.as_str().to_owned(),
        state: state.as_str().to_owned(),
        transaction_reference: trimmed(new.transaction_reference.as_deref()),
        receipt_number: trimmed(new.receipt_number.as_deref()),
        failure: None,
        started_at: at.clone(),
        started_by: by.clone(),
        settled_at: settled.then_some(at),
        settled_by: settled.then_some(by),
        version: 1,
    };
    store::insert_payment(tx, payment.clone(), &parts).map_err(reference_taken)?;
    let facts = cashier.payment_facts(&payment, &parts);
    cashier.tell(tx, room, if settled { SUCCEEDED } else { STARTED }, &payment, &facts)?;
    cashier.finish(tx, room)?;
    let view = payment_view(room, &payment, &parts, &[])?;
    Ok(Answer::created(format!("/v1/dossiers/{dossier}/payments/{id}"), &view)?)
}

fn faults(new: &CreatePayment, cashier: &Cashier) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if new.method == Method::Gateway {
        let text = Text::new("Chưa kết nối cổng thanh toán.", "No payment gateway is connected.");
        faults.push(FieldError::new("/method", "payment.no_gateway", text));
    }
    if new.parts.is_empty() || new.parts.len() > MOST_PARTS {
        let text = Text::new("Cần từ 1 đến 50 khoản.", "1 to 50 parts are required.");
        faults.push(FieldError::new("/parts", "length", text));
    }
    let mut seen = BTreeSet::new();
    for (at, part) in new.parts.iter().enumerate().take(MOST_PARTS) {
        let pointer = format!("/parts/{at}/obligation_id");
        if !seen.insert(part.obligation_id) {
            let text = Text::new("Mỗi khoản chỉ nêu một lần.", "Each obligation stands once.");
            faults.push(FieldError::new(pointer, "repeated", text));
        } else if !cashier.obligations.iter().any(|obligation| obligation.id.0 == part.obligation_id) {
            let text = Text::new("Hồ sơ không có khoản này.", "The dossier has no such obligation.");
            faults.push(FieldError::new(pointer, "obligation.unknown", text));
        }
        faults.extend(amount_fault(&format!("/parts/{at}/amount/amount"), part.amount.amount));
    }
    faults.extend(line_fault("/transaction_reference", new.transaction_reference.as_deref(), 100));
    faults.extend(line_fault("/receipt_number", new.receipt_number.as_deref(), 50));
    let (reference, receipt) = (new.transaction_reference.as_deref(), new.receipt_number.as_deref());
    faults.extend(proof_fault(new.method, new.pending, reference, receipt));
    faults
}

/// Records how a pending attempt ended, or one that has expired meanwhile: the bank's word goes before our patience.
///
/// # Errors
/// `payment.settled` when it has ended already, `payment.expired_and_paid` when money comes late of which
/// less is open by then.
pub(super) async fn settle(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    dossier: Uuid,
    id: Uuid,
    outcome: CreateOutcome,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    admit(room, &actor, dossier).await?;
    let own = room.clone();
    room.db
        .write_once_kept("payment_settle", KEPT, actor.tenant, key, move |tx| {
            end(tx, &own, &actor, dossier, id, &outcome)
        })
        .await
}

fn end(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    dossier: Uuid,
    id: Uuid,
    outcome: &CreateOutcome,
) -> TxResult<Answer> {
    let mut cashier = Cashier::begin(tx, room, actor, dossier)?;
    let mut payment = store::payment(tx, actor.tenant, dossier, id)?;
    let late = payment.state == PaymentState::Expired.as_str();
    if payment.state != PaymentState::Pending.as_str() && !late {
        return Err(settled(&payment.state).into());
    }
    let (state, kind) = match outcome {
        CreateOutcome::Succeeded { transaction_reference, receipt_number } => {
            let mut faults = Vec::new();
            faults.extend(line_fault("/transaction_reference", transaction_reference.as_deref(), 100));
            faults.extend(line_fault("/receipt_number", receipt_number.as_deref(), 50));
            payment.transaction_reference = trimmed(transaction_reference.as_deref()).or(payment.transaction_reference);
            payment.receipt_number = trimmed(receipt_number.as_deref()).or(payment.receipt_number);
            let method = Method::from_word(&payment.method)
                .ok_or_else(|| Error::internal(format!("payment {id} came by an unknown way")))?;
            let (reference, receipt) = (payment.transaction_reference.as_deref(), payment.receipt_number.as_deref());
            faults.extend(proof_fault(method, false, reference, receipt));
            if !faults.is_empty() {
                return Err(Error::invalid(faults).into());
            }
            (PaymentState::Succeeded, SUCCEEDED)
        }
        CreateOutcome::Failed { reason } => {
            if let Some(fault) = line_fault("/reason", Some(reason), 500) {
                return Err(Error::invalid(vec![fault]).into());
            }
            payment.failure = Some(seal(room, "failure", id, reason)?);
            (PaymentState::Failed, FAILED)
        }
    };
    let parts = store::parts_of(tx, actor.tenant, std::slice::from_ref(&payment))?;
    if late && state == PaymentState::Succeeded {
        reserve_again(&mut cashier, &parts)?;
    }
    if !late || state == PaymentState::Succeeded {
        settle_parts(tx, &mut cashier, &payment, &parts, state)?;
    }
    state.as_str().clone_into(&mut payment.state);
    payment.settled_at = Some(At::from(cashier.stamp.occurred));
    payment.settled_by = Some(cashier.stamp.actor().to_owned());
    payment.version += 1;
    store::update_payment(tx, &payment).map_err(reference_taken)?;
    let facts = PaymentFacts { late, ..cashier.payment_facts(&payment, &parts) };
    cashier.tell(tx, room, kind, &payment, &facts)?;
    cashier.finish(tx, room)?;
    Ok(Answer::done(&payment_view(room, &payment, &parts, &[])?)?.personal())
}

/// Money that comes after its attempt has expired counts when what it pays is still owed.
fn reserve_again(cashier: &mut Cashier, parts: &[PartRow]) -> Result<()> {
    for part in parts {
        let Some(obligation) = cashier.obligation(part.obligation_id.0) else { continue };
        let before = obligation.balance();
        let mut balance = before;
        balance.reserve(part.amount).map_err(|_exceeds| owed_no_more(part, before))?;
        obligation.set(balance);
    }
    Ok(())
}

/// What an attempt had kept of its obligations becomes paid, or free again.
pub(super) fn settle_parts(
    tx: &mut Conn,
    cashier: &mut Cashier,
    payment: &PaymentRow,
    parts: &[PartRow],
    state: PaymentState,
) -> TxResult<()> {
    for part in parts {
        let Some(obligation) = cashier.obligation(part.obligation_id.0) else {
            let gone = format!("payment {} pays an obligation that is gone", payment.id.0);
            return Err(Error::internal(gone).into());
        };
        let mut balance = obligation.balance();
        balance.settle(part.amount, state);
        obligation.set(balance);
        if state == PaymentState::Succeeded {
            obligation.paid_by = Some(payment.method.clone());
        }
        store::update_obligation(tx, obligation)?;
    }
    Ok(())
}

fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
}

/// What is wrong with the proof that money has come: a transfer has a reference, which it shares with no other; a paper of
/// a treasury or tax office has a number, which other offices and years give as well and which may cover several dossiers.
fn proof_fault(method: Method, pending: bool, reference: Option<&str>, receipt: Option<&str>) -> Option<FieldError> {
    match method {
        Method::Elsewhere if reference.is_some() => {
            let text = Text::new(
                "Số chứng từ nộp tại kho bạc, cơ quan thuế ghi ở trường receipt_number.",
                "The number of a paper of a treasury or tax office goes into receipt_number.",
            );
            Some(FieldError::new("/transaction_reference", "payment.not_a_transfer", text))
        }
        Method::Elsewhere if receipt.is_none() && !pending => {
            let text = Text::new("Cần số chứng từ nộp tiền.", "The number of the proof of payment is required.");
            Some(FieldError::new("/receipt_number", "required", text))
        }
        Method::Transfer | Method::Gateway if reference.is_none() && !pending => {
            let text = Text::new(
                "Cần mã giao dịch của khoản tiền đã đến.",
                "Money that has come has a transaction reference.",
            );
            Some(FieldError::new("/transaction_reference", "required", text))
        }
        Method::Counter | Method::Transfer | Method::Elsewhere | Method::Gateway => None,
    }
}

fn settled(state: &str) -> Error {
    Error::conflict(
        "payment.settled",
        "Lần thanh toán này đã có kết quả.",
        "The outcome of this attempt is known already.",
    )
    .with("state", state)
}

/// What is open may have shrunk by what others paid, by a waiver, or by an attempt that is under way.
fn owed_no_more(part: &PartRow, balance: Balance) -> Error {
    let (amount, open) = (part.amount, balance.open());
    Error::conflict(
        "payment.expired_and_paid",
        format!(
            "Lần thanh toán đã hết hạn chờ và nay khoản này chỉ còn nhận được {open} đồng, ít hơn {amount} đồng vừa đến; hãy \
             trả lại số tiền vừa đến cho người nộp."
        ),
        format!(
            "The attempt had expired, and of the obligation only {open} VND can still be paid, less than the {amount} VND \
             that have come; give them back to whoever paid them."
        ),
    )
    .with("obligation_id", part.obligation_id.0.to_string())
    .with("amount", amount)
    .with("open_amount", open)
    .with("paid_amount", balance.paid)
    .with("waived_amount", balance.waived)
    .with("pending_amount", balance.reserved)
}

fn too_many() -> Error {
    Error::conflict(
        "payment.too_many",
        "Hồ sơ đã có quá nhiều lần thanh toán.",
        "The dossier has too many attempts to pay.",
    )
}
