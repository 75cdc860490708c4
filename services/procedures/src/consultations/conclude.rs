//! Ends of a consultation: its outcome, its withdrawal, or the end of its dossier; and what follows for the dossier.

use motcua_db::sql::At;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Stamp};
use motcua_kernel::{BusinessTime, Error, Result};

use super::facts::{self, ConsultationFacts, ConsultedFacts};
use super::rules::{AnswerState, ConsultationState, Join, Outcome, Silence, Stance, outcome};
use super::store::{self, ConsultationRow, ConsultedRow, word};
use crate::dossiers::facts::{DossierFacts, RESUMED};
use crate::dossiers::rules::{Party, State};
use crate::dossiers::store::{self as dossier_store, DossierRow, PartyRow};
use crate::dossiers::{Dossiers, go_on, to_json, write_change};

/// A consultation under change, with the agencies it asks and who is responsible for them now.
pub(super) struct UnderWay<'a> {
    pub room: &'a Dossiers,
    pub stamp: &'a Stamp,
    /// When what changes it happened: before the stamp, where a worker only finds that a term has passed.
    pub at: BusinessTime,
    pub parties: &'a [PartyRow],
    pub consultation: ConsultationRow,
    pub asked: Vec<ConsultedRow>,
}

impl UnderWay<'_> {
    pub(super) fn state(&self) -> Result<ConsultationState> {
        word("state", &self.consultation.state, ConsultationState::from_word)
    }

    pub(super) fn silence(&self) -> Result<Silence> {
        word("silence", &self.consultation.silence, Silence::from_word)
    }

    /// The party that an agency became when it was asked.
    pub(super) fn party(&self, asked: &ConsultedRow) -> Result<&PartyRow> {
        party(self.parties, asked)
    }

    /// Writes the consultation as its next version and tells of it.
    pub(super) fn tell(&mut self, tx: &mut Conn, kind: EventKind, row: &DossierRow, of: &DossierFacts) -> TxResult<()> {
        self.consultation.version += 1;
        store::update(tx, &self.consultation)?;
        self.record(tx, kind, row, of)
    }

    /// Tells of it as it stands.
    pub(super) fn record(&self, tx: &mut Conn, kind: EventKind, row: &DossierRow, of: &DossierFacts) -> TxResult<()> {
        let data = to_json(&self.facts(row, of)?)?;
        let (subject, version) = (self.consultation.id.0, self.consultation.version);
        self.room.journal.record(tx, self.stamp, &Change { kind, subject, version, data: &data })?;
        Ok(())
    }

    /// Concludes it when the answers say how; a dossier that waited goes on.
    pub(super) fn conclude(&mut self, tx: &mut Conn, row: &mut DossierRow, of: &mut DossierFacts) -> TxResult<()> {
        let join = word("join", &self.consultation.joined, Join::from_word)?;
        let answers: Vec<Option<Stance>> = self.asked.iter().map(stance).collect::<Result<_>>()?;
        let Some(outcome) = outcome(join, &answers) else { return Ok(()) };
        self.consultation.outcome = Some(outcome.as_str().to_owned());
        self.end(tx, ConsultationState::Concluded, facts::CONCLUDED, row, of)?;
        self.let_go_on(tx, row, of)
    }

    /// Ends it; whoever has not answered need not any more.
    pub(super) fn end(
        &mut self,
        tx: &mut Conn,
        state: ConsultationState,
        kind: EventKind,
        row: &DossierRow,
        of: &DossierFacts,
    ) -> TxResult<()> {
        self.consultation.state = state.as_str().into();
        self.consultation.ended_at = Some(self.at.into());
        for asked in self.asked.iter_mut().filter(|asked| asked.state == AnswerState::Asked.as_str()) {
            asked.state = AnswerState::Released.as_str().into();
            store::update_asked(tx, asked)?;
        }
        self.tell(tx, kind, row, of)
    }

    /// A dossier that stands still for just this goes on.
    pub(super) fn let_go_on(&self, tx: &mut Conn, row: &mut DossierRow, of: &mut DossierFacts) -> TxResult<()> {
        if self.consultation.wait.is_none()
            || self.consultation.wait != of.open_wait_number()
            || of.state != State::Paused
        {
            return Ok(());
        }
        go_on(tx, self.room, self.stamp, self.at, row, of)?;
        write_change(tx, &self.room.journal, self.stamp, RESUMED, row, of)
    }

    fn facts(&self, row: &DossierRow, of: &DossierFacts) -> Result<ConsultationFacts> {
        let consultation = &self.consultation;
        let consulted = |asked: &ConsultedRow| {
            let party = self.party(asked)?;
            Ok(ConsultedFacts {
                written_id: asked.agency_id.0,
                written_code: party.written_code.clone(),
                responsible_id: party.responsible_agency_id.0,
                due_at: asked.due_at.0,
                state: word("state", &asked.state, AnswerState::from_word)?,
                stance: stance(asked)?,
                answered_at: asked.answered_at.as_ref().map(|at| at.0),
                late: asked.late,
            })
        };
        let outcome = consultation.outcome.as_deref().map(|text| word("outcome", text, Outcome::from_word));
        Ok(ConsultationFacts {
            version: consultation.version,
            dossier_id: consultation.dossier_id.0,
            procedure_code: row.procedure_code.clone(),
            agency_id: of.agencies.competent.responsible_id,
            rule: consultation.rule_code.clone(),
            join: word("join", &consultation.joined, Join::from_word)?,
            silence: self.silence()?,
            legal_basis: consultation.legal_basis.clone(),
            stops_clock: consultation.wait.is_some(),
            asked_at: consultation.asked_at.0,
            state: self.state()?,
            outcome: outcome.transpose()?,
            ended_at: consultation.ended_at.as_ref().map(|at| at.0),
            agencies: self.asked.iter().map(consulted).collect::<Result<_>>()?,
        })
    }
}

/// What an agency has said, or its silence has.
pub(super) fn stance(asked: &ConsultedRow) -> Result<Option<Stance>> {
    asked.stance.as_deref().map(|text| word("stance", text, Stance::from_word)).transpose()
}

/// The party that an agency became when it was asked.
pub(super) fn party<'a>(parties: &'a [PartyRow], asked: &ConsultedRow) -> Result<&'a PartyRow> {
    let of = |party: &&PartyRow| party.role == Party::Consulted.as_str() && party.written_agency_id == asked.agency_id;
    let found = parties.iter().find(of);
    found.ok_or_else(|| Error::internal(format!("a consulted agency of {} is no party of it", asked.dossier_id.0)))
}

/// Silence has become consent, at the instant at which the term ended.
pub(super) fn deem(asked: &mut ConsultedRow, at: BusinessTime) {
    asked.state = AnswerState::DeemedConsent.as_str().into();
    asked.stance = Some(Stance::Agree.as_str().to_owned());
    asked.answered_at = Some(At(at.0));
}

/// The open consultations of a dossier that has just ended end with it.
///
/// # Errors
/// When the database fails.
pub(crate) fn dossier_ended(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    row: &DossierRow,
    of: &DossierFacts,
) -> TxResult<()> {
    if of.agencies.consulted.is_empty() {
        return Ok(());
    }
    let (tenant, dossier) = (row.tenant_id.0, row.id.0);
    dossier_store::hold(tx, tenant, dossier)?;
    let parties = dossier_store::parties_of(tx, row)?;
    let mut asked = store::asked_of(tx, tenant, dossier)?;
    for consultation in store::open_of(tx, tenant, dossier)? {
        let asked = asked.remove(&consultation.id.0).unwrap_or_default();
        let mut under_way = UnderWay { room, stamp, at: stamp.occurred, parties: &parties, consultation, asked };
        under_way.end(tx, ConsultationState::Closed, facts::CLOSED, row, of)?;
    }
    Ok(())
}
