//! Outgoing and incoming documents as records.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};

use super::{Counted, Fields, Responsible, Turn, put};
use crate::definitions::filter::Record;
use crate::definitions::vocabulary::{DOCUMENT, INCOMING_DOCUMENT};
use crate::facts::store::{DocumentRow, IncomingDocumentRow};

/// An outgoing document.
pub(crate) fn of_document(row: &DocumentRow) -> Counted {
    let mut fields = Fields::with_capacity(DOCUMENT.fields.len());
    fields.text("type", &row.document_type);
    fields.day_if("issued_on", Some(row.issued_on));
    fields.text("state", &row.state);
    fields.yes_no("is_normative", row.is_normative);
    fields.yes_no("has_file", row.has_file);
    fields.yes_no("drafted_here", row.drafted_here);
    fields.yes_no("signed_here", row.signed_here);
    fields.yes_no_if("issued_late", row.issued_late);
    fields.whole("dispatches", row.dispatches);
    let issuing = Responsible::of(&row.responsible_agency_id, &row.issuing_agency_id);
    Counted::plain(row.document_id.0, fields.record(&DOCUMENT), vec![issuing])
}

/// Whether an incoming document is overdue at an instant: it was due before and was not dealt with by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged {
    /// After this instant it is overdue.
    overdue_after: Option<DateTime<Utc>>,
}

impl Judged {
    pub(super) fn put(&self, record: &mut Record, at: DateTime<Utc>) {
        static OVERDUE: LazyLock<Option<usize>> = LazyLock::new(|| INCOMING_DOCUMENT.position("is_overdue_then"));
        put(record, *OVERDUE, self.overdue_after.is_some_and(|due| due < at));
    }
}

/// An incoming document.
pub(crate) fn of_incoming(row: &IncomingDocumentRow) -> Counted {
    let mut fields = Fields::with_capacity(INCOMING_DOCUMENT.fields.len());
    fields.text("source", &row.source);
    fields.text_if("channel", row.channel.as_ref());
    fields.text("state", &row.state);
    fields.text("urgency", &row.urgency);
    fields.yes_no("on_paper_too", row.on_paper_too);
    fields.yes_no("information_only", row.information_only);
    fields.text("signature", &row.signature);
    fields.at("received_at", &row.received_at);
    for (name, at) in [
        ("register_due_at", &row.register_due_at),
        ("registered_at", &row.registered_at),
        ("submit_due_at", &row.submit_due_at),
        ("submitted_at", &row.submitted_at),
        ("assigned_at", &row.assigned_at),
        ("due_at", &row.due_at),
        ("started_at", &row.started_at),
        ("completed_at", &row.completed_at),
        ("ended_at", &row.ended_at),
    ] {
        fields.at_if(name, at.as_ref());
    }
    fields.yes_no("is_overdue_then", false);
    fields.text_if("answer", row.answer.as_ref());
    let in_time = |due: DateTime<Utc>| row.completed_at.as_ref().is_some_and(|completed| completed.0 <= due);
    let overdue_after = row.due_at.as_ref().map(|due| due.0).filter(|due| !in_time(*due));
    let receiving = Responsible::of(&row.responsible_agency_id, &row.receiving_agency_id);
    Counted {
        turns: overdue_after.into_iter().map(|at| Turn { at, scheduled: true }).collect(),
        judged: super::Judged::Incoming(Judged { overdue_after }),
        ..Counted::plain(row.document_id.0, fields.record(&INCOMING_DOCUMENT), vec![receiving])
    }
}
