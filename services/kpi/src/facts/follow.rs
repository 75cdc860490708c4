//! Following the feeds: facts are made of events and of nothing else.

use motcua_agencies::Replica;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Event, Follow};
use motcua_kernel::{Error, Kind};

use super::events::{DossierFacts, IssuedDocument};
use super::store::{self, DocumentFactRow, DossierFactRow};

/// The events about a dossier that this service was written for; a fault in one of them stops the follower.
const DOSSIER_EVENTS: [&str; 19] = [
    "dossier.submitted.v1",
    "dossier.received.v1",
    "dossier.refused.v1",
    "dossier.processing.v1",
    "dossier.approved.v1",
    "dossier.done.v1",
    "dossier.returned.v1",
    "dossier.supplement_requested.v1",
    "dossier.supplemented.v1",
    "dossier.paused.v1",
    "dossier.resumed.v1",
    "dossier.payment_requested.v1",
    "dossier.payment_confirmed.v1",
    "dossier.extended.v1",
    "dossier.stopped.v1",
    "dossier.withdrawn.v1",
    "dossier.assigned.v1",
    "dossier.responsibility_moved.v1",
    "dossier.transferred.v1",
];

/// An outgoing document (văn bản đi) got its number.
const DOCUMENT_ISSUED: &str = "document.issued.v1";

/// Takes dossiers in from the feed of `procedures`.
#[derive(Debug, Clone, Copy, Default)]
pub struct DossierFollow;

impl DossierFollow {
    /// The name under which this service keeps its position in the feed of `procedures`.
    pub const NAME: &str = "facts<-procedures";
}

impl Follow for DossierFollow {
    fn apply(&self, tx: &mut Conn, event: &Event) -> TxResult<()> {
        let known = DOSSIER_EVENTS.contains(&event.kind.as_str());
        if !known && !is_about_a_dossier(&event.kind) {
            pass_over(event);
            return Ok(());
        }
        match event.facts::<DossierFacts>() {
            Ok(facts) => store::keep_dossier(tx, &DossierFactRow::new(event.tenant, event.subject_id()?, facts)),
            Err(error) if known => Err(error.into()),
            // A newer `procedures` has steps we do not know. They tell the same facts, or something else altogether.
            Err(_) => {
                pass_over(event);
                Ok(())
            }
        }
    }
}

/// Whether an event is a step of a dossier in the version of facts that we read, though we do not know the step.
fn is_about_a_dossier(kind: &str) -> bool {
    matches!(kind.split('.').collect::<Vec<_>>().as_slice(), ["dossier", _, "v1"])
}

/// Takes agencies, their successions, the directory and issued documents in from the feed of `documents`.
#[derive(Debug, Clone, Copy, Default)]
pub struct DocumentFollow;

impl DocumentFollow {
    /// The name under which this service keeps its position in the feed of `documents`: it is the replica's, because one
    /// follower does both.
    pub const NAME: &str = Replica::NAME;
}

impl Follow for DocumentFollow {
    fn apply(&self, tx: &mut Conn, event: &Event) -> TxResult<()> {
        if event.kind != DOCUMENT_ISSUED {
            return Replica.apply(tx, event);
        }
        let facts = event.facts::<IssuedDocument>()?;
        store::keep_document(tx, &DocumentFactRow::new(event.tenant, event.subject_id()?, facts))
    }
}

/// An event this service makes nothing of is counted, so that what a newer service tells in vain can be seen.
fn pass_over(event: &Event) {
    metrics::counter!("events_passed_over_total", "type" => event.kind.clone()).increment(1);
    tracing::debug!(kind = %event.kind, position = %event.position, "an event of no use here was passed over");
}

/// The error while a feed has not been followed to its end for the first time.
pub(super) fn not_ready() -> Error {
    let cause = "a feed was never followed to its end";
    let (vi, en) = (
        "Số liệu đang được dựng từ đầu; vui lòng thử lại sau ít phút.",
        "The figures are being built from the beginning; please try again in a few minutes.",
    );
    Error::new(Kind::Unavailable, "figures.not_ready", vi, en).because(cause)
}
