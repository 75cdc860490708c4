//! Facts of outgoing documents, of what became of them with their receivers, and of incoming ones.

use std::collections::BTreeMap;

use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use super::schema::{dispatch_facts, document_facts, incoming_document_facts};
use super::{keep, kept_versions, of_ids};
use crate::facts::events::{Dispatch, DocumentState, Incoming, IssuedDocument};

kept_versions!(dispatch_versions, dispatch_facts, dispatch_id);

/// What is known of these outgoing documents.
pub(crate) fn documents_of(
    conn: &mut Conn,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> TxResult<BTreeMap<Uuid, DocumentRow>> {
    let rows: Vec<DocumentRow> = of_ids!(conn, document_facts, document_id, tenant, ids, document_facts::all_columns)?;
    Ok(rows.into_iter().map(|row| (row.document_id.0, row)).collect())
}

/// These incoming documents.
pub(crate) fn incoming_of(
    conn: &mut Conn,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> TxResult<BTreeMap<Uuid, IncomingDocumentRow>> {
    let rows: Vec<IncomingDocumentRow> =
        of_ids!(conn, incoming_document_facts, document_id, tenant, ids, incoming_document_facts::all_columns)?;
    Ok(rows.into_iter().map(|row| (row.document_id.0, row)).collect())
}

/// How many dispatches these outgoing documents have.
pub(in crate::facts) fn dispatches_of(
    conn: &mut Conn,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> TxResult<BTreeMap<Uuid, i64>> {
    let ids: Vec<Id> = ids.into_iter().map(Id).collect();
    let rows: Vec<(Id, i64)> = dispatch_facts::table
        .filter(dispatch_facts::tenant_id.eq(Id(tenant)).and(dispatch_facts::document_id.eq_any(ids)))
        .group_by(dispatch_facts::document_id)
        .select((dispatch_facts::document_id, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, count)| (id.0, count)).collect())
}

/// An outgoing document (văn bản đi) since it has its number; `issuing_agency_id` is the agency that gave it.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = document_facts, treat_none_as_default_value = false)]
#[expect(clippy::struct_excessive_bools, reason = "facts that are counted one by one")]
pub(crate) struct DocumentRow {
    pub tenant_id: Id,
    pub document_id: Id,
    pub version: i64,
    pub issuing_agency_id: Id,
    pub issuing_agency_code: String,
    pub responsible_agency_id: Id,
    pub document_type: String,
    pub number: i64,
    pub suffix: Option<String>,
    pub notation: String,
    pub full_number: String,
    pub book: String,
    pub year: i32,
    pub issued_on: chrono::NaiveDate,
    pub state: String,
    pub is_normative: bool,
    pub has_file: bool,
    pub drafted_here: bool,
    pub signed_here: bool,
    pub from_reservation: bool,
    pub issued_late: Option<bool>,
    pub signer_capacity: Option<String>,
    pub by_document_id: Option<Id>,
    pub dispatches: i64,
}

pub(in crate::facts) fn keep_document_facts(tx: &mut Conn, rows: &[DocumentRow]) -> TxResult<()> {
    keep!(
        tx,
        document_facts,
        rows,
        [tenant_id, document_id],
        [
            version,
            issuing_agency_id,
            issuing_agency_code,
            responsible_agency_id,
            document_type,
            number,
            suffix,
            notation,
            full_number,
            book,
            year,
            issued_on,
            state,
            is_normative,
            has_file,
            drafted_here,
            signed_here,
            from_reservation,
            issued_late,
            signer_capacity,
            by_document_id,
            dispatches
        ]
    );
    Ok(())
}

/// An outgoing document sent to an agency of this installation, as it stands there.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = dispatch_facts, treat_none_as_default_value = false)]
pub(crate) struct DispatchRow {
    pub tenant_id: Id,
    pub dispatch_id: Id,
    pub version: i64,
    pub document_id: Id,
    pub receiving_agency_id: Id,
    pub state: String,
    pub received_at: At,
    pub registered_at: Option<At>,
    pub ended_at: Option<At>,
}

pub(in crate::facts) fn keep_dispatch_facts(tx: &mut Conn, rows: &[DispatchRow]) -> TxResult<()> {
    keep!(
        tx,
        dispatch_facts,
        rows,
        [tenant_id, dispatch_id],
        [version, document_id, receiving_agency_id, state, received_at, registered_at, ended_at]
    );
    Ok(())
}

/// An incoming document (văn bản đến) of an agency; `receiving_agency_id` is the agency that received it.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = incoming_document_facts, treat_none_as_default_value = false)]
pub(crate) struct IncomingDocumentRow {
    pub tenant_id: Id,
    pub document_id: Id,
    pub version: i64,
    pub source: String,
    pub channel: Option<String>,
    pub state: String,
    pub urgency: String,
    pub on_paper_too: bool,
    pub information_only: bool,
    pub signature: String,
    pub integrity: String,
    pub receiving_agency_id: Id,
    pub receiving_agency_code: String,
    pub responsible_agency_id: Id,
    pub document_type: Option<String>,
    pub issued_on: Option<chrono::NaiveDate>,
    pub due_on: Option<chrono::NaiveDate>,
    pub outgoing_document_id: Option<Id>,
    pub received_at: At,
    pub register_due_at: Option<At>,
    pub registered_at: Option<At>,
    pub submit_due_at: Option<At>,
    pub submitted_at: Option<At>,
    pub assigned_at: Option<At>,
    pub due_at: Option<At>,
    pub started_at: Option<At>,
    pub completed_at: Option<At>,
    pub ended_at: Option<At>,
    pub answer: Option<String>,
}

pub(in crate::facts) fn keep_incoming_document_facts(tx: &mut Conn, rows: &[IncomingDocumentRow]) -> TxResult<()> {
    keep!(
        tx,
        incoming_document_facts,
        rows,
        [tenant_id, document_id],
        [
            version,
            source,
            channel,
            state,
            urgency,
            on_paper_too,
            information_only,
            signature,
            integrity,
            receiving_agency_id,
            receiving_agency_code,
            responsible_agency_id,
            document_type,
            issued_on,
            due_on,
            outgoing_document_id,
            received_at,
            register_due_at,
            registered_at,
            submit_due_at,
            submitted_at,
            assigned_at,
            due_at,
            started_at,
            completed_at,
            ended_at,
            answer
        ]
    );
    Ok(())
}

impl DocumentRow {
    /// A document that was issued, and what was known of it before.
    pub(in crate::facts) fn issued(
        tenant: Uuid,
        document: Uuid,
        version: i64,
        facts: IssuedDocument,
        before: Option<&Self>,
    ) -> Self {
        Self {
            tenant_id: Id(tenant),
            document_id: Id(document),
            version,
            issuing_agency_id: Id(facts.issuing_agency_id),
            issuing_agency_code: facts.issuing_agency_code,
            responsible_agency_id: before.map_or(Id(facts.issuing_agency_id), |row| row.responsible_agency_id.clone()),
            document_type: facts.document_type,
            number: facts.number,
            suffix: facts.suffix,
            notation: facts.notation,
            full_number: facts.full_number,
            book: facts.book,
            year: facts.year,
            issued_on: facts.issued_on,
            state: "issued".to_owned(),
            is_normative: facts.normative.unwrap_or(false),
            has_file: facts.has_file,
            drafted_here: facts.draft_id.is_some(),
            // A draft is issued only when it was signed and sealed.
            signed_here: facts.draft_id.is_some(),
            from_reservation: facts.from_reservation.unwrap_or(false),
            issued_late: facts.late,
            signer_capacity: before.and_then(|row| row.signer_capacity.clone()),
            by_document_id: None,
            dispatches: before.map_or(0, |row| row.dispatches),
        }
    }

    /// A document after a change of its state, and what was known of it before.
    pub(in crate::facts) fn changed(tenant: Uuid, document: Uuid, facts: DocumentState, before: Option<&Self>) -> Self {
        let drafted_here = facts.draft_id.is_some();
        Self {
            tenant_id: Id(tenant),
            document_id: Id(document),
            version: facts.version,
            issuing_agency_id: Id(facts.issuing_agency_id),
            issuing_agency_code: facts.issuing_agency_code,
            responsible_agency_id: Id(facts.responsible_agency_id),
            document_type: facts.document_type,
            number: facts.number,
            suffix: facts.suffix,
            notation: facts.notation,
            full_number: facts.full_number,
            book: facts.book,
            year: facts.year,
            issued_on: facts.issued_on,
            is_normative: facts.normative,
            has_file: before.is_some_and(|row| row.has_file),
            drafted_here,
            signed_here: before.is_some_and(|row| row.signed_here) || (drafted_here && facts.state == "sealed"),
            state: facts.state,
            from_reservation: facts
                .from_reservation
                .or_else(|| before.map(|row| row.from_reservation))
                .unwrap_or(false),
            issued_late: facts.late.or_else(|| before.and_then(|row| row.issued_late)),
            signer_capacity: facts.signer_capacity,
            by_document_id: facts.by_document_id.map(Id),
            dispatches: before.map_or(0, |row| row.dispatches),
        }
    }
}

impl DispatchRow {
    pub(in crate::facts) fn new(tenant: Uuid, dispatch: Uuid, facts: Dispatch) -> Self {
        Self {
            tenant_id: Id(tenant),
            dispatch_id: Id(dispatch),
            version: facts.version,
            document_id: Id(facts.document_id),
            receiving_agency_id: Id(facts.receiving_agency_id),
            state: facts.state,
            received_at: At(facts.received_at),
            registered_at: facts.registered_at.map(At),
            ended_at: facts.ended_at.map(At),
        }
    }
}

impl IncomingDocumentRow {
    pub(in crate::facts) fn new(tenant: Uuid, document: Uuid, facts: Incoming) -> Self {
        Self {
            tenant_id: Id(tenant),
            document_id: Id(document),
            version: facts.version,
            source: facts.source,
            channel: facts.channel,
            state: facts.state,
            urgency: facts.urgency,
            on_paper_too: facts.paper,
            information_only: facts.information_only,
            signature: facts.checks.signature,
            integrity: facts.checks.integrity,
            receiving_agency_id: Id(facts.receiving_agency_id),
            receiving_agency_code: facts.receiving_agency_code,
            responsible_agency_id: Id(facts.responsible_agency_id),
            document_type: facts.document_type,
            issued_on: facts.issued_on,
            due_on: facts.due_on,
            outgoing_document_id: facts.outgoing_document_id.map(Id),
            received_at: At(facts.received_at),
            register_due_at: facts.register_due_at.map(At),
            registered_at: facts.registered_at.map(At),
            submit_due_at: facts.submit_due_at.map(At),
            submitted_at: facts.submitted_at.map(At),
            assigned_at: facts.assigned_at.map(At),
            due_at: facts.due_at.map(At),
            started_at: facts.started_at.map(At),
            completed_at: facts.completed_at.map(At),
            ended_at: facts.ended_at.map(At),
            answer: facts.answer,
        }
    }
}
