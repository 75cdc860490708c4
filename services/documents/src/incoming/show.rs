//! From rows to what the API shows: names of agencies, the original of what was sent within this installation, and what
//! hangs on a document.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, Result, Text, Uuid};

use super::IncomingDocuments;
use super::facts::{IncomingFacts, Source, TakeBackState};
use super::intake::ANNEX_VI_SUBJECT;
use super::people::assignments;
use super::rules::{Action, Standing, State, allowed_actions, steps};
use super::store::{self, Content, IncomingRow};
use super::view::{
    AnswerView, Arrival, IncomingDocument, IncomingDocumentSummary, IncomingFile, Issuer, TakeBackView, Warning,
};
use crate::case_files::{self, DocumentKind};
use crate::document_types::DocumentType;
use crate::outgoing::http::DocumentFile;
use crate::outgoing::{Original, issued};

/// The acts whose words the view of a document shows.
const SHOWN: [&str; 6] = [
    Action::Return.as_str(),
    Action::Complete.as_str(),
    Action::Close.as_str(),
    Action::RefuseTakeBack.as_str(),
    super::TAKE_BACK,
    super::CANCEL,
];

/// What some rows refer to.
pub(super) struct Referred {
    agencies: BTreeMap<Uuid, Named>,
    originals: BTreeMap<Uuid, Original>,
    now: DateTime<Utc>,
}

impl Referred {
    pub(super) fn by(conn: &mut Conn, room: &IncomingDocuments, tenant: Uuid, rows: &[IncomingRow]) -> TxResult<Self> {
        let now = room.db.clock.business();
        let agencies: BTreeSet<Uuid> = rows
            .iter()
            .flat_map(|row| {
                [Some(&row.written_agency_id), Some(&row.responsible_agency_id), row.issuer_agency_id.as_ref()]
            })
            .flatten()
            .map(|id| id.0)
            .collect();
        let agencies: Vec<Uuid> = agencies.into_iter().collect();
        let originals: Vec<Uuid> =
            rows.iter().filter_map(|row| row.outgoing_document_id.as_ref().map(|id| id.0)).collect();
        let originals =
            if originals.is_empty() { BTreeMap::new() } else { issued(conn, &room.db.vault, tenant, &originals)? };
        Ok(Self { agencies: names(conn, tenant, &agencies, now.day_in_vietnam())?, originals, now: now.0 })
    }

    fn agency(&self, id: Uuid) -> Result<Named> {
        let found = self.agencies.get(&id).cloned();
        found.ok_or_else(|| Error::internal(format!("the agency {id} of an incoming document is gone")))
    }

    fn original(&self, row: &IncomingRow) -> Result<Option<&Original>> {
        let Some(id) = row.outgoing_document_id.as_ref().map(|id| id.0) else { return Ok(None) };
        let found = self.originals.get(&id);
        found.map(Some).ok_or_else(|| Error::internal(format!("the outgoing document {id} is gone")))
    }

    /// What a document says of itself.
    pub(super) fn content(&self, room: &IncomingDocuments, row: &IncomingRow) -> Result<Content> {
        if let Some(original) = self.original(row)? {
            return Ok(Content {
                subject: original.subject.clone(),
                signer_name: original.signer_name.clone(),
                ..Content::default()
            });
        }
        let content = row.content(&room.db.vault)?;
        content.ok_or_else(|| Error::internal(format!("the incoming document {} says nothing", row.id.0)))
    }

    /// Who issued a document.
    pub(super) fn issuer(&self, row: &IncomingRow, content: &Content) -> Result<Issuer> {
        let agency = row.issuer_agency_id.as_ref().map(|id| self.agency(id.0)).transpose()?;
        let name = content.issuer_name.clone().or_else(|| agency.as_ref().map(|agency| agency.name.clone()));
        Ok(Issuer { agency, name: name.unwrap_or_default() })
    }

    pub(super) fn summary(
        &self,
        row: &IncomingRow,
        facts: &IncomingFacts,
        content: &Content,
    ) -> Result<IncomingDocumentSummary> {
        let act_by_at = row.act_by();
        Ok(IncomingDocumentSummary {
            id: row.id.0,
            source: facts.source,
            state: facts.state,
            receiving_agency: Named { code: row.written_code.clone(), ..self.agency(row.written_agency_id.0)? },
            responsible_agency: self.agency(row.responsible_agency_id.0)?,
            issuer: self.issuer(row, content)?,
            number: row.number.clone(),
            notation: row.notation.clone(),
            full_number: full_number(row),
            issued_on: row.issued_on,
            document_type: row.document_type.clone(),
            type_name: type_name(row, content),
            subject: content.subject.clone(),
            urgency: facts.urgency,
            circulation: facts.circulation,
            information_only: facts.information_only,
            received_at: row.received_at.0,
            arrival_number: row.arrival_number,
            act_by_at,
            late: act_by_at.is_some_and(|due| due < self.now),
            take_back_requested: standing(facts).take_back_asked,
            version: row.version,
        })
    }
}

/// Number and notation as they stand on the document.
pub(super) fn full_number(row: &IncomingRow) -> String {
    match (row.number.as_str(), row.notation.as_str()) {
        (number, "") => number.to_owned(),
        ("", notation) => notation.to_owned(),
        (number, notation) => format!("{number}/{notation}"),
    }
}

/// The type of a document in words.
pub(super) fn type_name(row: &IncomingRow, content: &Content) -> Option<String> {
    let known = row.document_type.as_deref().and_then(DocumentType::by_code).map(|known| known.vi.to_owned());
    content.type_name.clone().or(known)
}

/// What beside its state decides what can be done to a document.
pub(super) fn standing(facts: &IncomingFacts) -> Standing {
    let asked = facts.take_back.as_ref().is_some_and(|wish| wish.state == TakeBackState::Requested);
    Standing {
        take_back_asked: asked,
        cancellation_confirmed: facts.cancellation_confirmed_at.is_some(),
        has_lead: facts.lead_officer_id.is_some() || facts.lead_agency_id.is_some(),
        answered: facts.answer.is_some(),
    }
}

/// One document, whole, for a caller: with personal data, whose reading the caller of this function notes.
pub(super) fn whole(
    conn: &mut Conn,
    room: &IncomingDocuments,
    actor: &Actor,
    row: &IncomingRow,
) -> TxResult<IncomingDocument> {
    let tenant = row.tenant_id.0;
    let facts = row.facts()?;
    let referred = Referred::by(conn, room, tenant, std::slice::from_ref(row))?;
    let content = referred.content(room, row)?;
    // The system that sent it is told where it stands, not who deals with it.
    let inside = actor.kind == ActorKind::Officer || actor.kind == ActorKind::Service;
    let assigned = store::standing_of(conn, row)?;
    let hands = store::hands(conn, actor, row, &assigned)?;
    let files = files(conn, &referred, row, &facts)?;
    let said = Said::about(conn, room, row)?;
    let assignment = if inside { assignments(conn, room, row)?.into_iter().find(|one| one.current) } else { None };
    let summary = referred.summary(row, &facts, &content)?;
    let warnings = warnings(conn, actor, row, &content)?;
    let answer = facts.answer.zip(facts.completed_at).filter(|_| inside).map(|(kind, completed_at)| AnswerView {
        kind,
        document_id: facts.answer_document_id,
        text: said.of(Action::Complete.as_str()).or_else(|| said.of(Action::Close.as_str())),
        completed_at,
    });
    let take_back = facts.take_back.clone().map(|wish| TakeBackView {
        state: wish.state,
        asked_at: wish.asked_at,
        reason: said.of(super::TAKE_BACK),
        answered_at: wish.answered_at,
        refusal: said.of(Action::RefuseTakeBack.as_str()).filter(|_| wish.state == TakeBackState::Refused),
    });
    let end_reason = match facts.state {
        State::Returned => said.of(Action::Return.as_str()),
        State::Cancelled => said.of(super::CANCEL),
        _ => None,
    };
    Ok(IncomingDocument {
        channel: facts.channel,
        outgoing_document_id: facts.outgoing_document_id,
        signer_name: content.signer_name,
        signer_position: content.signer_position,
        pages: content.pages,
        language: content.language,
        description: content.description,
        replies_to: content.replies_to,
        paper: facts.paper,
        due_on: facts.due_on,
        checks: facts.checks,
        files,
        arrival: arrival(row, &facts),
        submitted_to: facts.submitted_to.filter(|_| inside),
        steps: steps(&facts, room.db.clock.business()),
        assignment,
        answer,
        take_back,
        ended_at: facts.ended_at,
        end_reason,
        cancellation_confirmed_at: facts.cancellation_confirmed_at,
        original_replaced_by: facts.replaced_by_id,
        original_corrected_by: facts.corrected_by_ids.clone(),
        warnings,
        external_ref: row.external_ref.clone(),
        case_files: case_files::holding(conn, actor, DocumentKind::Incoming, row.id.0)?,
        allowed_actions: allowed_actions(facts.state, &hands.keys().copied().collect(), standing(&facts)),
        summary,
    })
}

fn arrival(row: &IncomingRow, facts: &IncomingFacts) -> Option<Arrival> {
    Some(Arrival {
        register_id: facts.register_id?,
        number: facts.arrival_number?,
        arrived_on: row.arrived_on,
        registered_at: facts.registered_at?,
    })
}

/// The files of a document: its own, or those of the original for as long as the agency has a right to them.
pub(super) fn files(
    conn: &mut Conn,
    referred: &Referred,
    row: &IncomingRow,
    facts: &IncomingFacts,
) -> TxResult<Vec<IncomingFile>> {
    if facts.source == Source::Internal {
        let original = referred.original(row)?.filter(|_| !facts.state.is_given_up());
        let Some(original) = original else { return Ok(Vec::new()) };
        let shown = |file: &DocumentFile, main| IncomingFile { id: file.id, sha256: file.sha256.clone(), main };
        let attached = original.attachments.iter().map(|file| shown(file, false));
        return Ok(std::iter::once(shown(&original.file, true)).chain(attached).collect());
    }
    let rows = store::files_of(conn, row.tenant_id.0, row.id.0)?;
    Ok(rows
        .into_iter()
        .map(|file| IncomingFile { id: file.file_id.0, sha256: file.sha256, main: file.is_main })
        .collect())
}

fn warnings(conn: &mut Conn, actor: &Actor, row: &IncomingRow, content: &Content) -> TxResult<Vec<Warning>> {
    let mut warnings: Vec<Warning> =
        store::duplicates_of(conn, actor, row)?.into_iter().map(|(id, number)| duplicate(id, number)).collect();
    if content.subject.chars().count() > ANNEX_VI_SUBJECT {
        warnings.push(Warning {
            code: "document.subject_long",
            message: Text::new(
                "Trích yếu dài hơn 500 ký tự của Phụ lục VI Nghị định 30/2020/NĐ-CP; bản xuất theo mẫu sẽ bị cắt.",
                "The subject is longer than the 500 characters of Decree 30/2020/NĐ-CP, Annex VI; its forms cut it.",
            ),
            document_id: None,
            arrival_number: None,
        });
    }
    Ok(warnings)
}

fn duplicate(id: Uuid, arrival_number: Option<i64>) -> Warning {
    Warning {
        code: "document.duplicate",
        message: Text::new(
            "Cơ quan đã có văn bản cùng số, ký hiệu và nơi ban hành trong năm.",
            "The agency has a document of the same number, notation and issuer in that year.",
        ),
        document_id: Some(id),
        arrival_number,
    }
}

/// The last words of the acts that the view of a document shows.
struct Said(BTreeMap<String, String>);

impl Said {
    fn about(conn: &mut Conn, room: &IncomingDocuments, row: &IncomingRow) -> TxResult<Self> {
        let notes = store::last_note(conn, row.tenant_id.0, &[row.id.0], &SHOWN)?;
        let opened = notes.iter().map(|note| Ok((note.action.clone(), store::opened(&room.db.vault, note)?)));
        let opened = opened.collect::<Result<Vec<_>>>()?;
        Ok(Self(opened.into_iter().filter_map(|(action, said)| said.map(|said| (action, said))).collect()))
    }

    fn of(&self, action: &str) -> Option<String> {
        self.0.get(action).cloned()
    }
}
