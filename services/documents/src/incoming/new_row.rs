//! The row of a document that has just arrived, before anything is known of it but where, when and how urgent.

use motcua_agencies::Named;
use motcua_db::sql::{At, Id, Json};
use motcua_kernel::{BusinessTime, Uuid};

use super::facts::{IncomingFacts, Source};
use super::rules::{self, NEVER, State};
use super::store::IncomingRow;
use crate::marks::Urgency;

/// The facts of a document that has just arrived.
pub(super) fn new_facts(
    id: Uuid,
    source: Source,
    agency: &Named,
    urgency: Urgency,
    now: BusinessTime,
    due: Option<BusinessTime>,
) -> IncomingFacts {
    IncomingFacts {
        document_id: id,
        version: 1,
        source,
        channel: None,
        state: State::Received,
        urgency,
        circulation: None,
        paper: false,
        receiving_agency_id: agency.id,
        receiving_agency_code: agency.code.clone(),
        responsible_agency_id: agency.id,
        issuer_agency_id: None,
        outgoing_document_id: None,
        document_type: None,
        issued_on: None,
        due_on: None,
        checks: rules::Checks::default(),
        information_only: false,
        has_external_ref: false,
        received_at: now.0,
        register_due_at: due.map(|due| due.0),
        registered_at: None,
        register_id: None,
        arrival_number: None,
        submit_due_at: due.map(|due| due.0),
        submitted_at: None,
        submitted_to: None,
        assigned_at: None,
        revision: 0,
        lead_officer_id: None,
        lead_agency_id: None,
        due_at: None,
        started_at: None,
        completed_at: None,
        answer: None,
        answer_document_id: None,
        ended_at: None,
        take_back: None,
        cancellation_confirmed_at: None,
        replaced_by_id: None,
        corrected_by_ids: Vec::new(),
    }
}

/// A row with what its facts say.
pub(super) fn bare_row(tenant: Uuid, facts: &IncomingFacts) -> IncomingRow {
    IncomingRow {
        tenant_id: Id(tenant),
        id: Id(facts.document_id),
        source: facts.source.as_str().to_owned(),
        state: facts.state.as_str().to_owned(),
        written_agency_id: Id(facts.receiving_agency_id),
        written_code: facts.receiving_agency_code.clone(),
        responsible_agency_id: Id(facts.responsible_agency_id),
        outgoing_document_id: facts.outgoing_document_id.map(Id),
        delivery: 0,
        issuer_agency_id: facts.issuer_agency_id.map(Id),
        duplicate_key: None,
        document_type: facts.document_type.clone(),
        number: String::new(),
        notation: String::new(),
        issued_on: facts.issued_on,
        urgency: facts.urgency as i32,
        content: None,
        facts: Json(serde_json::Value::Null),
        received_at: At(facts.received_at),
        register_id: None,
        arrival_number: None,
        arrived_on: BusinessTime(facts.received_at).day_in_vietnam(),
        submitted_to: None,
        revision: 0,
        act_by_at: At(NEVER),
        created_by: String::new(),
        external_ref: None,
        version: facts.version,
    }
}
