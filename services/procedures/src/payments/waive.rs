//! Reductions and waivers, each with the law it rests on.

use std::sync::Arc;

use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::Change;
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Text, Uuid, new_id};

use super::cashier::{Cashier, line_fault, seal};
use super::facts::{WAIVED, WaiverFacts};
use super::http::{KEPT, WRITE};
use super::read::{admit, obligation_view};
use super::rules::{amount_fault, percent_of};
use super::store::{self, ObligationRow, WaiverRow};
use super::view::CreateWaiver;
use crate::catalogue::content::Reduction;
use crate::dossiers::Dossiers;

/// Takes something off an obligation.
///
/// # Errors
/// Every fault of the request at once, `obligation.exceeds_owed` with what can still be taken off.
pub(super) async fn waive(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    dossier: Uuid,
    id: Uuid,
    new: CreateWaiver,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    admit(room, &actor, dossier).await?;
    let own = room.clone();
    room.db
        .write_once_kept("obligation_waive", KEPT, actor.tenant, key, move |tx| {
            take_off(tx, &own, &actor, dossier, id, &new)
        })
        .await
}

fn take_off(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    dossier: Uuid,
    id: Uuid,
    new: &CreateWaiver,
) -> TxResult<Answer> {
    let mut cashier = Cashier::begin(tx, room, actor, dossier)?;
    let mut waivers = store::waivers_of(tx, actor.tenant, dossier)?;
    let (at, by) = (At::from(cashier.stamp.occurred), cashier.stamp.actor().to_owned());
    let obligation = cashier.obligation(id).ok_or_else(Error::not_found)?;
    let (amount, legal_basis) = granted(new, obligation, &waivers)?;
    let mut balance = obligation.balance();
    balance.waive(amount)?;
    obligation.set(balance);
    store::update_obligation(tx, obligation)?;
    let obligation = obligation.clone();
    let waiver_id = new_id();
    let reason = new.reason.as_deref().map(|reason| seal(room, "waiver", waiver_id, reason)).transpose()?;
    let row = WaiverRow {
        tenant_id: Id(actor.tenant),
        id: Id(waiver_id),
        dossier_id: Id(dossier),
        obligation_id: Id(id),
        amount,
        reduction: new.reduction.clone(),
        legal_basis: legal_basis.clone(),
        reason,
        waived_at: at,
        waived_by: by,
    };
    store::insert_waiver(tx, row.clone())?;
    waivers.push(row);
    let facts = WaiverFacts {
        dossier_id: dossier,
        procedure_code: cashier.row.procedure_code.clone(),
        agency_id: cashier.facts.agencies.receiving.responsible_id,
        fee_code: obligation.fee_code.clone(),
        kind: obligation.kind.clone(),
        amount,
        due: balance.due(),
        reduction: new.reduction.clone(),
        legal_basis,
    };
    let data = serde_json::to_value(facts).map_err(Error::internal)?;
    let change = Change { kind: WAIVED, subject: id, version: obligation.version, data: &data };
    room.journal.record(tx, &cashier.stamp, &change)?;
    cashier.finish(tx, room)?;
    let view = obligation_view(room, &obligation, &waivers)?;
    Ok(Answer::created(format!("/v1/dossiers/{dossier}/obligations"), &view)?.personal())
}

/// How much is taken off and by which law.
fn granted(new: &CreateWaiver, obligation: &ObligationRow, earlier: &[WaiverRow]) -> Result<(i64, String)> {
    let mut faults: Vec<FieldError> = Vec::new();
    faults.extend(line_fault("/legal_basis", new.legal_basis.as_deref(), 500));
    faults.extend(line_fault("/reason", new.reason.as_deref(), 500));
    faults.extend(new.amount.and_then(|amount| amount_fault("/amount/amount", amount.amount)));
    let reductions: Vec<Reduction> =
        serde_json::from_value(obligation.reductions.0.clone()).map_err(Error::internal)?;
    let reduction = new.reduction.as_ref().map(|code| (code, reductions.iter().find(|known| known.code == *code)));
    match reduction {
        Some((_, None)) => {
            let text = Text::new("Khoản này không có mức giảm đó.", "The obligation has no such reduction.");
            faults.push(FieldError::new("/reduction", "reduction.unknown", text));
        }
        Some(_) if new.amount.is_some() => {
            let text = Text::new("Mức giảm đã cho biết số tiền.", "The reduction says the amount itself.");
            faults.push(FieldError::new("/amount", "reduction.amount", text));
        }
        None if new.legal_basis.is_none() => {
            let text = Text::new("Cần căn cứ pháp lý của việc miễn, giảm.", "A waiver needs its legal basis.");
            faults.push(FieldError::new("/legal_basis", "required", text));
        }
        Some(_) | None => {}
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let written = new.legal_basis.as_deref().map(|text| text.trim().to_owned());
    let Some((code, Some(reduction))) = reduction else {
        let amount = new.amount.map_or(obligation.balance().open(), |amount| amount.amount);
        return Ok((amount, written.unwrap_or_default()));
    };
    let same = |waiver: &WaiverRow| waiver.obligation_id == obligation.id && waiver.reduction.as_ref() == Some(code);
    if earlier.iter().any(same) {
        return Err(granted_before());
    }
    let amount = percent_of(obligation.full_amount, reduction.percent);
    Ok((amount, written.unwrap_or_else(|| reduction.legal_basis.clone())))
}

fn granted_before() -> Error {
    Error::conflict(
        "obligation.reduced_before",
        "Mức giảm này đã được áp dụng cho khoản này.",
        "This reduction was granted for the obligation before.",
    )
}
