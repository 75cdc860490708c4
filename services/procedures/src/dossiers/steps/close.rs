//! Ends without a result, and the hand-over of one.

use motcua_db::{Conn, TxResult};
use motcua_journal::EventKind;
use motcua_kernel::Error;

use super::Step;
use crate::dossiers::facts;
use crate::dossiers::timeline;
use crate::dossiers::view::Closing;
use crate::payments;

impl Step<'_> {
    pub(super) fn refuse(&mut self, reason: &str, legal_basis: &str) -> TxResult<EventKind> {
        self.close(Some(reason), Some(legal_basis))?;
        Ok(facts::REFUSED)
    }

    pub(super) fn turn_down(&mut self, reason: &str, legal_basis: &str) -> TxResult<EventKind> {
        self.close(Some(reason), Some(legal_basis))?;
        Ok(facts::STOPPED)
    }

    /// The applicant's silence ends a dossier only where its rule says so, and not before the time it says.
    pub(super) fn stop(&mut self, tx: &mut Conn, reason: &str, legal_basis: &str) -> TxResult<EventKind> {
        let closes_at = timeline::deadline_of(tx, self.room, self.row, self.facts, self.stamp.occurred)?.closes_at;
        let Some(closes_at) = closes_at else {
            return Err(Error::conflict(
                "dossier.no_closing_by_silence",
                "Quy tắc của thủ tục không cho phép kết thúc hồ sơ vì người nộp không bổ sung.",
                "The rule of the procedure does not end a dossier because the applicant is silent.",
            )
            .into());
        };
        if self.stamp.occurred.0 <= closes_at {
            return Err(Error::conflict(
                "dossier.silence_too_short",
                "Chưa hết thời hạn chờ người nộp bổ sung hồ sơ.",
                "The applicant's time to answer has not passed yet.",
            )
            .with("closes_at", closes_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
            .into());
        }
        self.close(Some(reason), Some(legal_basis))?;
        Ok(facts::STOPPED)
    }

    pub(super) fn withdraw(&mut self, reason: Option<&str>) -> TxResult<EventKind> {
        self.close(reason, None)?;
        self.facts.withdrawn_at = Some(self.stamp.occurred.0);
        Ok(facts::WITHDRAWN)
    }

    pub(super) fn hand_over(&mut self, tx: &mut Conn) -> TxResult<EventKind> {
        payments::require_paid(tx, self.row.tenant_id.0, self.row.id.0)?;
        self.row.returned_at = Some(self.stamp.occurred.into());
        self.facts.returned_at = Some(self.stamp.occurred.0);
        Ok(facts::RETURNED)
    }

    fn close(&mut self, reason: Option<&str>, legal_basis: Option<&str>) -> TxResult<()> {
        let now = self.stamp.occurred;
        self.row.ended_at = Some(now.into());
        self.facts.ended_at = Some(now.0);
        if let Some(wait) = self.facts.open_wait_mut() {
            wait.ended_at = Some(now.0);
        }
        let closing = Closing {
            reason: reason.map(|reason| reason.trim().to_owned()),
            legal_basis: legal_basis.map(|basis| basis.trim().to_owned()),
        };
        self.note(|remarks| remarks.closing = Some(closing))?;
        Ok(())
    }
}
