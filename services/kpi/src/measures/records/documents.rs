//! Documents (văn bản) as records, outgoing and incoming.

use super::holding::{Holding, Turn};
use super::said::{day, instant, text, whole, yes};
use super::{Counted, responsible};
use crate::definitions::vocabulary::{DOCUMENT, INCOMING_DOCUMENT};
use crate::facts::store::{DocumentRow, IncomingDocumentRow};

/// An outgoing document (văn bản đi) as a record.
pub(crate) fn of_document(row: &DocumentRow) -> Counted {
    let fields = [
        ("type", text(row.document_type.as_str())),
        ("issued_on", day(row.issued_on)),
        ("state", text(row.state.as_str())),
        ("is_normative", yes(row.is_normative)),
        ("has_file", yes(row.has_file)),
        ("drafted_here", yes(row.drafted_here)),
        ("signed_here", yes(row.signed_here)),
        ("issued_late", yes(row.issued_late)),
        ("dispatches", whole(row.dispatches)),
    ];
    let agencies = [responsible(&row.responsible_agency_id, &row.issuing_agency_id)];
    Counted::new(&DOCUMENT, &row.document_id, fields, agencies, [])
}

/// An incoming document (văn bản đến) as a record.
pub(crate) fn of_incoming(row: &IncomingDocumentRow) -> Counted {
    let fields = [
        ("source", text(row.source.as_str())),
        ("channel", text(row.channel.as_deref())),
        ("state", text(row.state.as_str())),
        ("urgency", text(row.urgency.as_str())),
        ("on_paper_too", yes(row.on_paper_too)),
        ("information_only", yes(row.information_only)),
        ("signature", text(row.signature.as_str())),
        ("received_at", instant(&row.received_at)),
        ("register_due_at", instant(row.register_due_at.as_ref())),
        ("registered_at", instant(row.registered_at.as_ref())),
        ("submit_due_at", instant(row.submit_due_at.as_ref())),
        ("submitted_at", instant(row.submitted_at.as_ref())),
        ("assigned_at", instant(row.assigned_at.as_ref())),
        ("due_at", instant(row.due_at.as_ref())),
        ("started_at", instant(row.started_at.as_ref())),
        ("completed_at", instant(row.completed_at.as_ref())),
        ("ended_at", instant(row.ended_at.as_ref())),
        ("answer", text(row.answer.as_deref())),
    ];
    let agencies = [responsible(&row.responsible_agency_id, &row.receiving_agency_id)];
    Counted::new(&INCOMING_DOCUMENT, &row.document_id, fields, agencies, [("is_overdue_then", overdue(row))])
}

/// Overdue: after its due instant, unless it was completed by then.
fn overdue(row: &IncomingDocumentRow) -> Holding {
    match (&row.due_at, &row.completed_at) {
        (None, _) => Holding::Never,
        (Some(due), Some(completed)) if completed.0 <= due.0 => Holding::Never,
        (Some(due), _) => Holding::between(Some(Turn::scheduled(due.0)), None),
    }
}
