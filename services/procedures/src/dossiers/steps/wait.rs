//! Waits: the clock stands still for what the rule of the procedure version excludes, and goes on after it.

use chrono::{DateTime, Utc};
use motcua_db::{Conn, TxResult};
use motcua_journal::EventKind;
use motcua_kernel::Error;

use super::Step;
use crate::dossiers::facts::{self, Extension, Wait};
use crate::dossiers::step::WaitReason;
use crate::dossiers::timeline;
use crate::dossiers::view::ExtensionNote;

impl Step<'_> {
    pub(super) fn pause(&mut self, tx: &mut Conn, reason: WaitReason, legal_basis: &str) -> TxResult<EventKind> {
        let kind = timeline::wait_kind(reason);
        self.begin_wait(tx, kind, Some(legal_basis))?;
        Ok(facts::PAUSED)
    }

    pub(super) fn resume(&mut self, tx: &mut Conn) -> TxResult<EventKind> {
        self.end_wait(tx)?;
        Ok(facts::RESUMED)
    }

    pub(super) fn request_payment(&mut self, tx: &mut Conn, legal_basis: &str) -> TxResult<EventKind> {
        self.begin_wait(tx, timeline::FINANCIAL_DUTY, Some(legal_basis))?;
        Ok(facts::PAYMENT_REQUESTED)
    }

    pub(super) fn confirm_payment(&mut self, tx: &mut Conn) -> TxResult<EventKind> {
        self.end_wait(tx)?;
        Ok(facts::PAYMENT_CONFIRMED)
    }

    /// The clock refuses what the rule does not allow: a second new date, or one after the old has passed.
    pub(super) fn extend(
        &mut self,
        tx: &mut Conn,
        reason: &str,
        legal_basis: &str,
        due_at: DateTime<Utc>,
    ) -> TxResult<EventKind> {
        let now = self.stamp.occurred.0;
        let from = self.facts.due_at;
        self.facts.extensions.push(Extension { at: now, from, to: due_at });
        self.recount(tx)?;
        let note = ExtensionNote {
            at: now,
            from,
            to: due_at,
            reason: reason.trim().to_owned(),
            legal_basis: legal_basis.trim().to_owned(),
        };
        self.note(|remarks| remarks.extensions.push(note))?;
        Ok(facts::EXTENDED)
    }

    pub(super) fn begin_wait(&mut self, tx: &mut Conn, kind: &str, legal_basis: Option<&str>) -> TxResult<()> {
        self.facts.waits.push(Wait {
            kind: kind.to_owned(),
            started_at: self.stamp.occurred.0,
            ended_at: None,
            legal_basis: legal_basis.map(|basis| basis.trim().to_owned()),
            due_before: self.facts.due_at,
            due_after: None,
        });
        self.recount(tx)
    }

    pub(super) fn end_wait(&mut self, tx: &mut Conn) -> TxResult<()> {
        let now = self.stamp.occurred.0;
        let Some(wait) = self.facts.open_wait_mut() else {
            return Err(Error::internal(format!("dossier {} waits for nothing", self.row.id.0)).into());
        };
        wait.ended_at = Some(now);
        self.recount(tx)?;
        let due_after = self.facts.due_at;
        if let Some(wait) = self.facts.waits.last_mut() {
            wait.due_after = due_after;
        }
        Ok(())
    }
}
