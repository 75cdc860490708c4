//! The obligations of a financial duty that a dossier waits for.

use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::Stamp;
use motcua_kernel::{Error, FieldError, Text, new_id};

use super::cashier::{line_fault, payment_facts, tell};
use super::facts::SUCCEEDED;
use super::owing::{fee_facts, fresh};
use super::rules::{Method, PaymentState, amount_fault};
use super::store::{self, PartRow, PaymentRow};
use super::view::CreateObligation;
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::store::DossierRow;

/// The most obligations one duty has.
const MOST: usize = 20;

/// Writes what the duty of a wait asks for.
///
/// # Errors
/// Every fault of the obligations at once.
pub(crate) fn ask(
    tx: &mut Conn,
    stamp: &Stamp,
    row: &DossierRow,
    facts: &mut DossierFacts,
    legal_basis: &str,
    asked: &[CreateObligation],
) -> TxResult<()> {
    let faults = faults(asked);
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    let (tenant, dossier) = (row.tenant_id.0, row.id.0);
    let mut obligations = store::obligations_of(tx, tenant, dossier)?;
    let next = obligations.last().map_or(0, |last| last.position + 1);
    let since = At::from(stamp.occurred);
    let wait = facts.open_wait_number();
    let new: Vec<_> = asked
        .iter()
        .zip(next..)
        .map(|(duty, position)| store::ObligationRow {
            wait,
            fee_code: duty.code.clone(),
            name: duty.name.trim().to_owned(),
            kind: duty.kind.as_str().to_owned(),
            legal_basis: Some(legal_basis.trim().to_owned()),
            ..fresh(tenant, dossier, position, duty.amount.amount, &since)
        })
        .collect();
    store::insert_obligations(tx, &new)?;
    if !new.is_empty() {
        obligations.extend(new);
        facts.fees = fee_facts(&obligations);
    }
    Ok(())
}

fn faults(asked: &[CreateObligation]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if asked.len() > MOST {
        let text = Text::new("Nhiều nhất 20 khoản.", "At most 20 obligations.");
        faults.push(FieldError::new("/obligations", "length", text));
    }
    for (at, duty) in asked.iter().enumerate().take(MOST) {
        let pointer = |field: &str| format!("/obligations/{at}/{field}");
        faults.extend(line_fault(&pointer("name"), Some(&duty.name), 200));
        faults.extend(line_fault(&pointer("code"), duty.code.as_deref(), 50));
        faults.extend(amount_fault(&pointer("amount/amount"), duty.amount.amount));
    }
    faults
}

/// Records that the duty a dossier waits for was paid at the treasury or a tax office, as an officer saw by its proof.
/// Does nothing for a duty without obligations.
///
/// # Errors
/// A fault of `/proof` when something is due and there is none, `payment.pending` while an attempt is under way.
pub(crate) fn paid_elsewhere(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    row: &DossierRow,
    facts: &mut DossierFacts,
    proof: Option<&str>,
) -> TxResult<()> {
    let (tenant, dossier) = (row.tenant_id.0, row.id.0);
    let wait = facts.open_wait_number();
    let mut obligations = store::obligations_of(tx, tenant, dossier)?;
    let payment_id = new_id();
    let mut parts = Vec::new();
    for obligation in obligations.iter_mut().filter(|obligation| obligation.wait.is_some() && obligation.wait == wait) {
        let mut balance = obligation.balance();
        let due = balance.due();
        if due == 0 {
            continue;
        }
        if balance.reserved > 0 {
            return Err(pending().into());
        }
        balance.reserve(due)?;
        balance.settle(due, PaymentState::Succeeded);
        obligation.set(balance);
        obligation.paid_by = Some(Method::Elsewhere.as_str().to_owned());
        store::update_obligation(tx, obligation)?;
        parts.push(PartRow {
            tenant_id: Id(tenant),
            payment_id: Id(payment_id),
            obligation_id: obligation.id.clone(),
            amount: due,
            refunded: 0,
        });
    }
    if parts.is_empty() {
        return Ok(());
    }
    let Some(proof) = proof else {
        let text = Text::new(
            "Cần số chứng từ nộp tiền khi các khoản chưa được ghi nhận đã nộp.",
            "The number of the proof of payment is required while obligations are recorded as unpaid.",
        );
        return Err(Error::invalid_field("/proof", "required", text).into());
    };
    let at = At::from(stamp.occurred);
    let payment = PaymentRow {
        tenant_id: Id(tenant),
        id: Id(payment_id),
        dossier_id: Id(dossier),
        amount: parts.iter().map(|part| part.amount).sum(),
        method: Method::Elsewhere.as_str().to_owned(),
        state: PaymentState::Succeeded.as_str().to_owned(),
        // Many treasuries count from 1 every year, and one of their papers often covers several dossiers.
        transaction_reference: None,
        receipt_number: Some(proof.trim().to_owned()),
        failure: None,
        started_at: at.clone(),
        started_by: stamp.actor().to_owned(),
        settled_at: Some(at),
        settled_by: Some(stamp.actor().to_owned()),
        version: 1,
    };
    store::insert_payment(tx, payment.clone(), &parts)?;
    let told = payment_facts(facts, row, &obligations, &payment, &parts);
    tell(tx, room, stamp, SUCCEEDED, &payment, &told)?;
    facts.fees = fee_facts(&obligations);
    Ok(())
}

fn pending() -> Error {
    Error::conflict(
        "payment.pending",
        "Còn một lần thanh toán đang chờ kết quả.",
        "An attempt to pay is still under way.",
    )
}
