//! Waits: the clock stands still for what the rule of the procedure version excludes, and goes on after it. What a wait
//! or a new date does to the due instant is reckoned when the step is settled (`timeline`).

use chrono::{DateTime, NaiveDate, Utc};
use motcua_clock::vietnam_time::to_instant;
use motcua_clock::{ClockRule, WaitKind};
use motcua_db::{Conn, TxResult};
use motcua_journal::{EventKind, Stamp};
use motcua_kernel::{BusinessTime, Error, Result};

use super::Step;
use crate::calendars::Calendars;
use crate::consultations;
use crate::dossiers::Dossiers;
use crate::dossiers::assignment::let_go;
use crate::dossiers::facts::{self, DossierFacts, Extension, Wait};
use crate::dossiers::rules::{Party, State, legal_basis};
use crate::dossiers::step::WaitReason;
use crate::dossiers::store::DossierRow;
use crate::dossiers::timeline;
use crate::dossiers::view::ExtensionNote;
use crate::payments;
use crate::payments::view::CreateObligation;

/// The most waits of a dossier beside those for supplements. Every event of a dossier carries all of them; so many, each
/// with its law, still go into one of 20 kB, and no dossier that somebody works on comes near.
const MOST_WAITS: usize = 50;

impl Step<'_> {
    /// Only what the rule excludes may be waited for: a wait that does not stop the clock is work.
    pub(super) fn pause(&mut self, tx: &mut Conn, reason: WaitReason, legal_basis: &str) -> TxResult<EventKind> {
        let version = self.room.catalogue.load_version(tx, self.row.tenant_id.0, self.row.version_id.0)?;
        let kind = reason.kind();
        let rule = timeline::rule(&version.content, self.facts)?;
        if !rule.waits.iter().any(|wait| wait.kind == kind && wait.excluded) {
            return Err(Error::conflict(
                "dossier.wait_not_excluded",
                "Quy tắc tính thời hạn của thủ tục không loại trừ thời gian chờ này.",
                "The rule of the procedure does not exclude this wait from the term.",
            )
            .with("wait", kind.as_str())
            .with("legal_basis", own_law(&rule, kind).or_else(|| legal_basis::of_procedure(&version.content)))
            .into());
        }
        self.begin_wait(kind, legal_basis)?;
        Ok(facts::PAUSED)
    }

    /// What a consultation is waited for ends with it and not by hand.
    pub(super) fn resume(&mut self, tx: &mut Conn) -> TxResult<EventKind> {
        consultations::require_not_waited_for(tx, self.row, self.facts)?;
        self.end_wait()?;
        Ok(facts::RESUMED)
    }

    /// What is to be paid may be said at once; the dossier then goes on by itself when it is.
    pub(super) fn request_payment(
        &mut self,
        tx: &mut Conn,
        legal_basis: &str,
        obligations: &[CreateObligation],
    ) -> TxResult<EventKind> {
        self.begin_wait(WaitKind::FinancialDuty, legal_basis)?;
        payments::ask(tx, self.stamp, self.row, self.facts, legal_basis, obligations)?;
        Ok(facts::PAYMENT_REQUESTED)
    }

    pub(super) fn confirm_payment(&mut self, tx: &mut Conn, proof: Option<&str>) -> TxResult<EventKind> {
        payments::paid_elsewhere(tx, self.room, self.stamp, self.row, self.facts, proof)?;
        self.end_wait()?;
        Ok(facts::PAYMENT_CONFIRMED)
    }

    /// The clock refuses what the rule does not allow: a second new date, one after the old has passed, or a day off.
    pub(super) fn extend(
        &mut self,
        tx: &mut Conn,
        reason: &str,
        legal_basis: &str,
        due_on: NaiveDate,
    ) -> TxResult<EventKind> {
        self.require_appointment(tx, due_on)?;
        let number = Some(self.form_number(tx, Party::Competent, "PXL")?);
        let due_at = self.closing(tx, due_on)?;
        let (at, from) = (self.stamp.occurred.0, self.facts.due_at);
        self.facts.extensions.push(Extension { at, from, to: due_on });
        let note = ExtensionNote {
            at,
            number,
            agency_id: Some(self.agency(Party::Competent)?),
            from,
            to: due_on,
            due_at,
            reason: reason.trim().to_owned(),
            legal_basis: legal_basis.trim().to_owned(),
        };
        self.note(|remarks| remarks.extensions.push(note))?;
        Ok(facts::EXTENDED)
    }

    /// When the office closes on a day; none on a day off, which the clock refuses as an appointment.
    fn closing(&self, tx: &mut Conn, day: NaiveDate) -> TxResult<Option<DateTime<Utc>>> {
        let tenant = self.row.tenant_id.0;
        let revision = Calendars::hold_revision(tx, tenant)?;
        let view = self.room.calendars.view(tx, tenant, revision, self.facts.counted_by())?;
        let part = view.calendar.worked_part(day).map_err(timeline::refused)?;
        let closes = view.office_hours.sessions_of(part).last().map(|session| day.and_time(session.closes));
        Ok(closes.map(to_instant).transpose().map_err(timeline::refused)?)
    }

    pub(super) fn begin_wait(&mut self, kind: WaitKind, legal_basis: &str) -> Result<()> {
        begin_wait(self.stamp, self.facts, kind, legal_basis)
    }

    pub(super) fn end_wait(&mut self) -> TxResult<()> {
        end_wait(self.stamp.occurred, self.row, self.facts)
    }
}

/// What the rule itself says of a kind of wait, when it names it only to count it.
fn own_law(rule: &ClockRule, kind: WaitKind) -> Option<String> {
    let wait = rule.waits.iter().find(|wait| wait.kind == kind)?;
    Some(wait.legal_basis.clone()).filter(|law| !law.is_empty())
}

fn begin_wait(stamp: &Stamp, facts: &mut DossierFacts, kind: WaitKind, legal_basis: &str) -> Result<()> {
    if kind != WaitKind::Supplement && facts.waits_beside_supplements() >= MOST_WAITS {
        return Err(Error::conflict(
            "dossier.too_many_waits",
            format!("Hồ sơ đã tạm dừng {MOST_WAITS} lần; không tạm dừng thêm được nữa."),
            format!("The dossier has waited {MOST_WAITS} times; it does not wait again."),
        )
        .with("most", MOST_WAITS));
    }
    facts.waits.push(Wait {
        kind: kind.as_str().to_owned(),
        started_at: stamp.occurred.0,
        ended_at: None,
        legal_basis: Some(legal_basis.trim().to_owned()),
        due_before: facts.due_at,
        due_after: None,
    });
    Ok(())
}

/// Other agencies are asked, and the rule takes that out of the term: the dossier stands still. The caller settles and
/// writes it.
///
/// # Errors
/// `dossier.too_many_waits`.
pub(crate) fn wait_for_opinions(
    stamp: &Stamp,
    row: &mut DossierRow,
    facts: &mut DossierFacts,
    legal_basis: &str,
) -> Result<()> {
    begin_wait(stamp, facts, WaitKind::Consultation, legal_basis)?;
    row.state = State::Paused.as_str().into();
    facts.state = State::Paused;
    facts.national_state = State::Paused.national();
    Ok(())
}

fn end_wait(at: BusinessTime, row: &DossierRow, facts: &mut DossierFacts) -> TxResult<()> {
    let Some(wait) = facts.open_wait_mut() else {
        return Err(Error::internal(format!("dossier {} waits for nothing", row.id.0)).into());
    };
    wait.ended_at = Some(at.0);
    Ok(())
}

/// What a dossier waits for has come by itself, all of its duty or its opinions: it goes on, as after a step. The wait ended
/// at `at`, which a worker may notice later. The caller writes it.
///
/// # Errors
/// When the clock refuses it.
pub(crate) fn go_on(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    at: BusinessTime,
    row: &mut DossierRow,
    facts: &mut DossierFacts,
) -> TxResult<()> {
    end_wait(at, row, facts)?;
    row.state = State::Processing.as_str().into();
    facts.state = State::Processing;
    facts.national_state = State::Processing.national();
    let_go(tx, room, row, facts)?;
    timeline::settle(tx, room, row, facts, stamp.occurred)
}
