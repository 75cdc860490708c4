//! Which events this program knows, and what it makes of each.
//!
//! Knowing what is of no use here is what lets an event that nobody thought of be told from one that was left out on
//! purpose: the first is counted and shown as unknown, the second passed over. A test holds the list against the
//! committed schemas, so that a new event of a neighbour is decided about when it is made.

/// What becomes of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::facts) enum Use {
    /// A dossier after a change.
    Dossier,
    /// A dossier of another system.
    Mirror,
    /// A procedure was published.
    Published,
    /// A procedure was suspended, resumed or abolished.
    Life,
    /// A rating.
    Rating,
    /// A document was issued.
    Issued,
    /// A document got its number, or its state changed.
    DocumentState,
    /// Another agency is responsible for a document.
    DocumentMoved,
    /// A document came to its receiver.
    Dispatch,
    /// An incoming document after a change.
    Incoming,
    /// Agencies and the directory, which the replica takes in.
    Directory,
    /// Calendars, by which working days are counted; their replica takes them in.
    Calendar,
    /// It says nothing that is counted here.
    Nothing,
    /// A step of a dossier that this program does not know, in a version of facts that it does.
    UnknownStep,
    /// A type, or a version of one, that this program does not know.
    Unknown,
}

/// The steps of a dossier, whose events tell all its facts.
const STEPS: [&str; 35] = [
    "acknowledgement_overdue",
    "alerted",
    "apology_due",
    "approved",
    "assigned",
    "check_overdue",
    "consulted",
    "done",
    "due_changed",
    "escalated",
    "extended",
    "fees_changed",
    "linked_ended",
    "linked_skipped",
    "linked_started",
    "looked_up",
    "overdue",
    "papers_overdue",
    "paused",
    "payment_confirmed",
    "payment_requested",
    "processing",
    "received",
    "refused",
    "responsibility_moved",
    "result_revoked",
    "resumed",
    "returned",
    "stopped",
    "submitted",
    "supplement_requested",
    "supplemented",
    "transferred",
    "wait_limit_passed",
    "withdrawn",
];

/// The steps of an incoming document, whose events tell all its facts.
const ARRIVAL_STEPS: [&str; 19] = [
    "assigned",
    "cancellation_confirmed",
    "cancelled",
    "completed",
    "finished",
    "noted",
    "original_corrected",
    "original_replaced",
    "received",
    "registered",
    "reopened",
    "responsibility_moved",
    "returned",
    "started",
    "submitted",
    "take_back_refused",
    "take_back_requested",
    "taken_back",
    "unit_moved",
];

/// What says nothing that is counted here, by the object it is about.
const OF_NO_USE: [(&str, &[&str]); 16] = [
    ("administrative-units", &["imported"]),
    (
        "case_file",
        &[
            "accepted",
            "assigned",
            "changed",
            "closed",
            "destroyed",
            "document_added",
            "document_removed",
            "hand_over_due",
            "handed_over",
            "kept_back",
            "opened",
            "reopened",
            "responsibility_moved",
            "returned",
        ],
    ),
    ("case_file_loan", &["recorded"]),
    ("consultation", &["answered", "asked", "cancelled", "closed", "concluded", "consent_deemed", "overdue"]),
    ("destruction", &["recorded"]),
    (
        "draft",
        &[
            "advanced",
            "answered",
            "cancelled",
            "checked",
            "consulted",
            "created",
            "responsibility_moved",
            "returned",
            "revised",
            "signed",
            "submitted",
            "unit_moved",
        ],
    ),
    ("file_plan", &["recorded", "responsibility_moved"]),
    ("handover", &["given", "received"]),
    ("notice_addresses", &["set"]),
    // What was paid and waived is told by the dossier, whose fees change with it.
    ("obligation", &["waived"]),
    ("payment", &["expired", "failed", "refunded", "started", "succeeded"]),
    ("register", &["book_decided", "closed", "late_number_given", "number_reserved", "number_voided"]),
    ("sandbox", &["clock_set"]),
    ("saved_search", &["changed", "created", "deleted"]),
    ("signing_authority", &["ended", "granted"]),
    ("webhook", &["changed", "created", "deleted", "disabled", "secret_rotated"]),
];

/// What this program makes of a type of event.
pub(in crate::facts) fn use_of(kind: &str) -> Use {
    let mut parts = kind.split('.');
    let (Some(object), Some(step), Some("v1"), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Use::Unknown;
    };
    match (object, step) {
        ("dossier", step) if STEPS.contains(&step) => Use::Dossier,
        ("dossier", _) => Use::UnknownStep,
        ("mirrored_dossier", "changed") => Use::Mirror,
        ("procedure", "published") => Use::Published,
        ("procedure", "suspended" | "resumed" | "abolished") => Use::Life,
        ("rating", "given") => Use::Rating,
        ("calendar", "decreed" | "exception_revoked" | "exception_set" | "office_hours_set") => Use::Calendar,
        ("document", "issued") => Use::Issued,
        ("document", "numbered" | "sealed" | "voided" | "recalled" | "replaced" | "corrected") => Use::DocumentState,
        ("document", "responsibility_moved") => Use::DocumentMoved,
        ("dispatch", "changed") => Use::Dispatch,
        ("incoming_document", step) if ARRIVAL_STEPS.contains(&step) => Use::Incoming,
        ("agency", "recorded" | "succeeded")
        | ("officer" | "client", "recorded")
        | ("post", "delegated" | "delegation_ended") => Use::Directory,
        (object, step) if OF_NO_USE.iter().any(|(name, steps)| *name == object && steps.contains(&step)) => {
            Use::Nothing
        }
        _ => Use::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_event_that_has_a_schema_is_known() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/events");
        let own = crate::event_schemas();
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let kind = name.strip_suffix(".json").unwrap();
            // Its own it does not follow.
            if own.iter().any(|schema| schema.name == kind) && !kind.starts_with("webhook.") {
                continue;
            }
            assert!(!matches!(use_of(kind), Use::Unknown | Use::UnknownStep), "{kind}: say in known.rs what it is for");
            seen += 1;
        }
        assert!(seen > 100, "{seen}");
    }

    #[test]
    fn another_version_another_step_and_nonsense_are_unknown() {
        let unknown =
            ["dossier.received.v2", "dossier.received", "dossier", "", "task.assigned.v1", "draft.sung.v1", "a.b.v1.c"];
        assert!(unknown.iter().all(|kind| use_of(kind) == Use::Unknown));
        assert_eq!(use_of("dossier.sung.v1"), Use::UnknownStep);
    }
}
