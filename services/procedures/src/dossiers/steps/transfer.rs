//! The agency that decides gives the dossier to another one.

use motcua_agencies::open_agency;
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::EventKind;
use motcua_kernel::{Error, Uuid};

use super::Step;
use crate::dossiers::facts;
use crate::dossiers::linked;
use crate::dossiers::rules::Party;
use crate::dossiers::store;
use crate::dossiers::transfer::{TransferFact, TransferReason};
use crate::timers::{self, TimerKind};

/// The most transfers of a dossier. Every event of it carries all of them, and 20 are more than the law has agencies to
/// send it to: one that comes back for the tenth time is a quarrel that no further transfer ends.
const MOST: usize = 20;

impl Step<'_> {
    /// The agency that issues the result goes along where it was the one that decided. Whoever decided until now goes on
    /// seeing the dossier: it answers for what it did, and may ask again whether its own transfer has arrived.
    pub(super) fn transfer(&mut self, tx: &mut Conn, to: &str, reason: &str, legal_basis: &str) -> TxResult<EventKind> {
        let tenant = self.row.tenant_id.0;
        let today = self.stamp.occurred.day_in_vietnam();
        let to = open_agency(tx, tenant, to, today).map_err(at_its_field)?;
        let from = self.agency(Party::Competent)?;
        if to.id == from {
            return Err(Error::conflict(
                "transfer.same_agency",
                "Cơ quan này đang có thẩm quyền giải quyết hồ sơ.",
                "This agency decides the dossier already.",
            )
            .into());
        }
        if self.facts.transfers.len() >= MOST {
            return Err(Error::conflict(
                "transfer.too_many",
                format!("Hồ sơ đã được chuyển thẩm quyền {MOST} lần; không chuyển thêm được nữa."),
                format!("The competence was transferred {MOST} times; it is not transferred again."),
            )
            .with("most", MOST)
            .into());
        }
        let at = self.stamp.occurred.0;
        store::keep_sight(tx, tenant, self.row.id.0, from)?;
        self.hand_on(tx, Party::Competent, to.id)?;
        self.facts.agencies.competent.responsible_id = to.id;
        if self.agency(Party::Issuing)? == from {
            self.hand_on(tx, Party::Issuing, to.id)?;
            self.facts.agencies.issuing.responsible_id = to.id;
        }
        self.facts.transfers.push(TransferFact {
            at,
            from_id: from,
            to_id: to.id,
            legal_basis: legal_basis.trim().to_owned(),
            processing_at: self.facts.processing_at.take(),
            due_at: self.facts.due_at,
        });
        let reason = reason.trim().to_owned();
        self.note(|remarks| remarks.transfers.push(TransferReason { at, reason }))?;
        self.row.assignee_id = None;
        self.facts.assignee_id = None;
        timers::tell_at_once(tx, self.room, TimerKind::Transferred, self.row, self.facts, self.stamp.occurred)?;
        Ok(facts::TRANSFERRED)
    }

    /// Another agency is this party now: it sees what the one before saw by it, and has its notices.
    fn hand_on(&self, tx: &mut Conn, party: Party, to: Uuid) -> TxResult<()> {
        let (tenant, dossier) = (self.row.tenant_id.0, self.row.id.0);
        store::set_responsible(tx, tenant, dossier, party, to)?;
        timers::hand_on(tx, tenant, dossier, party, to)?;
        linked::store::move_sight(tx, tenant, dossier, party, to)
    }
}

fn at_its_field(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(mut error) => {
            error.fields.iter_mut().for_each(|field| "/to".clone_into(&mut field.pointer));
            Failure::Refused(error)
        }
        failure @ Failure::Database(_) => failure,
    }
}
