//! Ends without a result, and the hand-over of one.

use motcua_clock::TermUnit;
use motcua_db::{Conn, TxResult};
use motcua_journal::{EventKind, Stamp};
use motcua_kernel::{Error, Result};

use super::{Step, note};
use crate::catalogue::content::BEFORE_RETURN;
use crate::consultations;
use crate::dossiers::facts::{self, DossierFacts};
use crate::dossiers::linked;
use crate::dossiers::read::remarks;
use crate::dossiers::rules::State;
use crate::dossiers::rules::legal_basis::of_procedure;
use crate::dossiers::store::DossierRow;
use crate::dossiers::timeline;
use crate::dossiers::view::Closing;
use crate::dossiers::{Dossiers, write_change};
use crate::payments;

impl Step<'_> {
    pub(super) fn refuse(&mut self, reason: &str, legal_basis: &str) -> TxResult<EventKind> {
        self.close(Some(reason), Some(legal_basis))?;
        Ok(facts::REFUSED)
    }

    pub(super) fn turn_down(&mut self, tx: &mut Conn, reason: &str, legal_basis: &str) -> TxResult<EventKind> {
        consultations::require_none_open(tx, self.row, self.facts)?;
        self.close(Some(reason), Some(legal_basis))?;
        Ok(facts::STOPPED)
    }

    /// The applicant's silence ends a dossier only where its rule says so, and not before the time it says.
    pub(super) fn stop(&mut self, tx: &mut Conn, reason: &str, legal_basis: &str) -> TxResult<EventKind> {
        let version = self.room.catalogue.load_version(tx, self.row.tenant_id.0, self.row.version_id.0)?;
        let law = of_procedure(&version.content);
        let closes_at = timeline::deadline_of(tx, self.room, self.row, self.facts, self.stamp.occurred)?.closes_at;
        let Some(closes_at) = closes_at else {
            return Err(Error::conflict(
                "dossier.no_closing_by_silence",
                "Quy tắc của thủ tục không cho phép kết thúc hồ sơ vì người nộp không bổ sung.",
                "The rule of the procedure does not end a dossier because the applicant is silent.",
            )
            .with("legal_basis", law)
            .into());
        };
        if self.stamp.occurred.0 <= closes_at {
            return Err(Error::conflict(
                "dossier.silence_too_short",
                "Chưa hết thời hạn chờ người nộp bổ sung hồ sơ.",
                "The applicant's time to answer has not passed yet.",
            )
            .with("closes_at", closes_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
            .with("legal_basis", law)
            .into());
        }
        self.close(Some(reason), Some(legal_basis))?;
        Ok(facts::STOPPED)
    }

    /// What the dossier has brought about is withdrawn with it, before steps that never started are given up.
    pub(super) fn withdraw(&mut self, tx: &mut Conn, reason: Option<&str>) -> TxResult<EventKind> {
        linked::withdraw_children(tx, self.room, self.stamp, self.facts)?;
        self.close(reason, None)?;
        self.facts.withdrawn_at = Some(self.stamp.occurred.0);
        Ok(facts::WITHDRAWN)
    }

    pub(super) fn hand_over(&mut self, tx: &mut Conn) -> TxResult<EventKind> {
        payments::require_paid(tx, self.row.tenant_id.0, self.row.id.0)?;
        if self.facts.result_is_revoked() {
            return Err(Error::conflict(
                "result.revoked",
                "Kết quả này đã bị thu hồi, không trả cho người nộp được nữa.",
                "The result was revoked; it is not handed over any more.",
            )
            .into());
        }
        let version = self.room.catalogue.load_version(tx, self.row.tenant_id.0, self.row.version_id.0)?;
        linked::require_ended(&version.content, self.facts, BEFORE_RETURN)?;
        self.row.returned_at = Some(self.stamp.occurred.into());
        self.facts.returned_at = Some(self.stamp.occurred.0);
        Ok(facts::RETURNED)
    }

    fn close(&mut self, reason: Option<&str>, legal_basis: Option<&str>) -> TxResult<()> {
        let closing = Closing {
            reason: reason.map(|reason| reason.trim().to_owned()),
            legal_basis: legal_basis.map(|basis| basis.trim().to_owned()),
        };
        close(self.room, self.stamp, self.row, self.facts, closing)?;
        Ok(())
    }
}

fn close(
    room: &Dossiers,
    stamp: &Stamp,
    row: &mut DossierRow,
    facts: &mut DossierFacts,
    closing: Closing,
) -> Result<()> {
    let now = stamp.occurred;
    row.ended_at = Some(now.into());
    facts.ended_at = Some(now.0);
    linked::give_up(facts, stamp);
    if let Some(wait) = facts.open_wait_mut() {
        wait.ended_at = Some(now.0);
    }
    note(room, row, |remarks| remarks.closing = Some(closing))
}

/// Ends a dossier whose applicant stayed silent for as long as its rule allows, without anybody's act: after receipt by
/// its automatic closing, before it by the clock of silence. The closing rests on the law by which the applicant was
/// asked.
///
/// # Errors
/// When the database fails, or the dossier waits for no supplement.
pub(crate) fn close_by_silence(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    row: &mut DossierRow,
    facts: &mut DossierFacts,
) -> TxResult<()> {
    let rule = timeline::rule_of(tx, room, row, facts)?;
    let term = match facts.state {
        State::AwaitingSupplement => rule.automatic_closing,
        State::AwaitingCorrection => Some(rule.fixed_clocks.silence),
        _ => None,
    };
    let Some(term) = term else {
        return Err(Error::internal(format!("dossier {} waits for no supplement", row.id.0)).into());
    };
    let unit = match term.unit {
        TermUnit::WorkingDay => "ngày làm việc",
        TermUnit::CalendarDay => "ngày",
        TermUnit::WorkingHour => "giờ làm việc",
    };
    let reason = format!(
        "Đã quá {} {unit} kể từ khi được yêu cầu mà người nộp không bổ sung hồ sơ; hệ thống tự động kết thúc hồ sơ theo \
         quy tắc của thủ tục.",
        term.count
    );
    let asked = remarks(room, row)?.supplements.pop();
    let legal_basis = asked.map(|request| request.legal_basis);
    close(room, stamp, row, facts, Closing { reason: Some(reason), legal_basis })?;
    row.state = State::Stopped.as_str().into();
    facts.state = State::Stopped;
    facts.national_state = State::Stopped.national();
    consultations::dossier_ended(tx, room, stamp, row, facts)?;
    timeline::settle(tx, room, row, facts, stamp.occurred)?;
    write_change(tx, &room.journal, stamp, facts::STOPPED, row, facts)?;
    linked::tell_parent(tx, room, stamp, row, facts)
}

/// Withdraws a linked dossier with the one that brought it about; what it has brought about itself goes with it.
///
/// # Errors
/// When the database fails.
pub(crate) fn withdraw_with_first(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    row: &mut DossierRow,
    facts: &mut DossierFacts,
) -> TxResult<()> {
    linked::withdraw_children(tx, room, stamp, facts)?;
    let reason = "Hồ sơ liên thông đầu tiên đã được rút.".to_owned();
    close(room, stamp, row, facts, Closing { reason: Some(reason), legal_basis: None })?;
    facts.withdrawn_at = Some(stamp.occurred.0);
    row.state = State::Withdrawn.as_str().into();
    facts.state = State::Withdrawn;
    facts.national_state = State::Withdrawn.national();
    consultations::dossier_ended(tx, room, stamp, row, facts)?;
    timeline::settle(tx, room, row, facts, stamp.occurred)?;
    write_change(tx, &room.journal, stamp, facts::WITHDRAWN, row, facts)
}
