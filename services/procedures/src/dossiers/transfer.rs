//! Transfers of competence (chuyển thẩm quyền giải quyết): the agency that decides a dossier gives it to another one.
//!
//! The law gives no new term for it, so the due instant stays: the clock goes on counting by the calendar and the office
//! hours of the agency that had the dossier when it was received, whoever has it now. What was written stays too, so that
//! it can be told which agency's work a dossier once was. The other agency begins anew: the dossier is `received` there
//! and nobody's yet.

use chrono::{DateTime, Utc};
use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Dossiers;
use super::facts::DossierFacts;
use super::store::DossierRow;
use super::view::Remarks;

/// A transfer of competence, as events tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransferFact {
    /// When.
    pub at: DateTime<Utc>,
    /// The agency that decided the dossier before.
    pub from_id: Uuid,
    /// The agency that decides it since.
    pub to_id: Uuid,
    /// The law that moves the competence.
    pub legal_basis: String,
    /// When work on it had begun at the agency before.
    pub processing_at: Option<DateTime<Utc>>,
    /// The due instant, which the transfer did not change.
    pub due_at: Option<DateTime<Utc>>,
}

impl DossierFacts {
    /// The agency that decided the dossier at an instant, and since when it had it: its receipt, or the transfer to that
    /// agency. None before receipt.
    pub(crate) fn decided_by(&self, at: DateTime<Utc>) -> Option<(Uuid, DateTime<Utc>)> {
        let received_at = self.received_at?;
        let last = self.transfers.iter().rfind(|transfer| transfer.at <= at);
        let next = self.transfers.iter().find(|transfer| transfer.at > at);
        let agency = next.map_or(self.agencies.competent.responsible_id, |next| next.from_id);
        Some((agency, last.map_or(received_at, |last| last.at.max(received_at))))
    }
}

/// Why a dossier was transferred, as the approver wrote it; kept sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TransferReason {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

/// A transfer of competence (chuyển thẩm quyền giải quyết).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Transfer {
    /// When.
    pub at: DateTime<Utc>,
    /// The agency that decided the dossier before.
    pub from: Named,
    /// The agency that decides it since.
    pub to: Named,
    /// Why, as the approver wrote it.
    pub reason: String,
    /// The law that moves the competence.
    pub legal_basis: String,
    /// The due instant, which the transfer did not change.
    pub due_at: Option<DateTime<Utc>>,
}

/// A transfer beside the ledger of a clock: what it did to the term, which is nothing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TransferLine {
    /// When.
    pub at: DateTime<Utc>,
    /// The due instant before and after it.
    pub due_at: Option<DateTime<Utc>>,
    /// What it means for the term.
    pub reason: Text,
}

/// The transfers of a dossier, the oldest first.
pub(super) fn transfers_of(
    conn: &mut Conn,
    room: &Dossiers,
    row: &DossierRow,
    facts: &DossierFacts,
    remarks: &Remarks,
) -> TxResult<Vec<Transfer>> {
    if facts.transfers.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = facts.transfers.iter().flat_map(|transfer| [transfer.from_id, transfer.to_id]).collect();
    let named = names(conn, row.tenant_id.0, &ids, room.db.clock.business().day_in_vietnam())?;
    let name =
        |id: Uuid| named.get(&id).cloned().unwrap_or_else(|| Named { id, code: String::new(), name: String::new() });
    let view = |transfer: &TransferFact| Transfer {
        at: transfer.at,
        from: name(transfer.from_id),
        to: name(transfer.to_id),
        reason: remarks
            .transfers
            .iter()
            .find(|written| written.at == transfer.at)
            .map(|written| written.reason.clone())
            .unwrap_or_default(),
        legal_basis: transfer.legal_basis.clone(),
        due_at: transfer.due_at,
    };
    Ok(facts.transfers.iter().map(view).collect())
}

/// The transfers as the explanation of the clock tells them.
pub(super) fn lines_of(facts: &DossierFacts) -> Vec<TransferLine> {
    let line = |transfer: &TransferFact| TransferLine {
        at: transfer.at,
        due_at: transfer.due_at,
        reason: Text::new(
            format!("Chuyển thẩm quyền giải quyết, không tính lại thời hạn ({}).", transfer.legal_basis),
            format!("The competence was transferred; the term goes on as it was ({}).", transfer.legal_basis),
        ),
    };
    facts.transfers.iter().map(line).collect()
}
