//! What a dossier owes from its submission, and what that means for its facts and its hand-over.

use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Uuid, new_id};

use super::store::{self, ObligationRow};
use crate::catalogue::content::{Collection, Fee};
use crate::dossiers::facts::{FeeFact, FeeFacts};
use crate::dossiers::rules::legal_basis;

/// Writes what a new dossier owes.
pub(crate) fn owe(tx: &mut Conn, tenant: Uuid, dossier: Uuid, fees: &[&Fee], since: &At) -> TxResult<()> {
    let rows: Vec<ObligationRow> = fees
        .iter()
        .zip(0..)
        .map(|(fee, position)| {
            Ok(ObligationRow {
                fee_code: fee.code.clone(),
                name: fee.name.clone(),
                kind: fee.kind.clone(),
                collected: word(fee.collected.unwrap_or(Collection::AtReceipt)).to_owned(),
                legal_basis: fee.legal_basis.clone(),
                reductions: Json(serde_json::to_value(&fee.reductions).map_err(Error::internal)?),
                ..fresh(tenant, dossier, position, fee.amount, since)
            })
        })
        .collect::<motcua_kernel::Result<_>>()?;
    store::insert_obligations(tx, &rows)
}

/// An obligation of which nothing is known but what is owed.
pub(super) fn fresh(tenant: Uuid, dossier: Uuid, position: i64, amount: i64, since: &At) -> ObligationRow {
    ObligationRow {
        tenant_id: Id(tenant),
        id: Id(new_id()),
        dossier_id: Id(dossier),
        position,
        wait: None,
        fee_code: None,
        name: String::new(),
        kind: String::new(),
        collected: word(Collection::AtReceipt).to_owned(),
        legal_basis: None,
        reductions: Json(serde_json::Value::Array(Vec::new())),
        full_amount: amount,
        waived: 0,
        paid: 0,
        returned: 0,
        reserved: 0,
        paid_by: None,
        owed_since: since.clone(),
        version: 1,
    }
}

pub(super) const fn word(collected: Collection) -> &'static str {
    match collected {
        Collection::AtReceipt => "at_receipt",
        Collection::AtSupplement => "at_supplement",
        Collection::AtResult => "at_result",
    }
}

/// What the facts of a dossier tell of its obligations: what the law asks of this applicant, and how it was paid.
pub(crate) fn fee_facts(obligations: &[ObligationRow]) -> FeeFacts {
    let items = obligations.iter().map(|obligation| FeeFact {
        kind: obligation.kind.clone(),
        amount: obligation.full_amount - obligation.waived,
        code: obligation.fee_code.clone(),
        paid: obligation.paid,
        paid_by: obligation.paid_by.clone(),
    });
    let nothing_due = obligations.iter().all(|obligation| obligation.balance().due() == 0);
    FeeFacts::of(items.collect(), nothing_due)
}

/// All that a dossier still owes, in đồng.
pub(crate) fn still_due(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<i64> {
    Ok(store::obligations_of(conn, tenant, dossier)?.iter().map(|obligation| obligation.balance().due()).sum())
}

/// Refuses to hand a result over while what is collected with it is unpaid.
///
/// # Errors
/// `dossier.unpaid` with the amount.
pub(crate) fn require_paid(tx: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<()> {
    let obligations = store::obligations_of(tx, tenant, dossier)?;
    let at_result = obligations.iter().filter(|obligation| obligation.collected == word(Collection::AtResult));
    let due: i64 = at_result.map(|obligation| obligation.balance().due()).sum();
    if due == 0 {
        return Ok(());
    }
    Err(Error::conflict(
        "dossier.unpaid",
        format!("Còn {due} đồng thu khi trả kết quả chưa nộp."),
        format!("{due} VND that are collected with the result are unpaid."),
    )
    .with("due_amount", due)
    .with("legal_basis", legal_basis::FEES)
    .into())
}
