//! What the feed of `documents` tells: agencies and the directory, documents going out and coming in.

use std::collections::{BTreeMap, BTreeSet};

use motcua_agencies::Replica;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Event, Follow};
use motcua_kernel::{Error, Result, Uuid};

use super::unknown::Unknown;
use crate::definitions::vocabulary::{DOCUMENT, INCOMING_DOCUMENT};
use crate::facts::events::{Dispatch, DocumentMoved, DocumentState, Incoming, IssuedDocument, Use, use_of};
use crate::facts::store::{self, DispatchRow, DocumentRow, IncomingDocumentRow, ResponsibilityRow};
use crate::measures::Tallying;
use crate::measures::records::{of_document, of_incoming};
use crate::publishing::log::Cause;

/// Takes agencies, their successions, the directory and documents in from the feed of `documents`.
#[derive(Debug, Clone, Copy, Default)]
pub struct DocumentFollow;

impl DocumentFollow {
    /// The name under which this service keeps its position in the feed of `documents`: it is the replica's, because one
    /// follower does both.
    pub const NAME: &str = Replica::NAME;
}

impl Follow for DocumentFollow {
    fn apply(&self, tx: &mut Conn, event: &Event) -> TxResult<()> {
        self.apply_page(tx, std::slice::from_ref(event))
    }

    fn apply_page(&self, tx: &mut Conn, events: &[Event]) -> TxResult<()> {
        for events in events.chunk_by(|one, next| one.tenant == next.tenant) {
            let mut page = Page::new();
            for event in events {
                if use_of(&event.kind) == Use::Directory {
                    Replica.apply(tx, event)?;
                } else {
                    page.read(event)?;
                }
            }
            if let Some(first) = events.first() {
                page.write(tx, first.tenant)?;
            }
        }
        Ok(())
    }
}

/// Something that became of an outgoing document.
enum Turn {
    Issued(Box<IssuedDocument>),
    State(Box<DocumentState>),
    Moved(DocumentMoved),
}

/// A page of the feed, read.
struct Page {
    /// Each in its order, with the version the document has after it: one goes on from the other.
    documents: Vec<(Uuid, i64, Turn)>,
    dispatches: BTreeMap<Uuid, Dispatch>,
    incoming: BTreeMap<Uuid, Incoming>,
    moves: Vec<ResponsibilityRow>,
    /// The newest event about each document, sent or received.
    causes: BTreeMap<Uuid, Cause>,
    unknown: Unknown,
}

impl Page {
    fn new() -> Self {
        Self {
            documents: Vec::new(),
            dispatches: BTreeMap::new(),
            incoming: BTreeMap::new(),
            moves: Vec::new(),
            causes: BTreeMap::new(),
            unknown: Unknown::of("documents"),
        }
    }

    fn read(&mut self, event: &Event) -> Result<()> {
        let usage = use_of(&event.kind);
        if matches!(usage, Use::Issued | Use::DocumentState | Use::DocumentMoved | Use::Incoming) {
            self.causes.insert(event.subject_id()?, Cause::of(event));
        }
        match usage {
            Use::Issued => {
                let turn = Turn::Issued(Box::new(event.facts()?));
                self.documents.push((event.subject_id()?, event.version()?, turn));
            }
            Use::DocumentState => {
                let facts: DocumentState = event.facts()?;
                self.documents.push((event.subject_id()?, facts.version, Turn::State(Box::new(facts))));
            }
            Use::DocumentMoved => {
                let (id, facts) = (event.subject_id()?, event.facts::<DocumentMoved>()?);
                let now = (facts.version, facts.responsible_agency_id, facts.occurred_at);
                self.moves.push(moved(event, "document", "issuing", id, now));
                self.documents.push((id, facts.version, Turn::Moved(facts)));
            }
            Use::Dispatch => {
                let (id, facts) = (event.subject_id()?, event.facts::<Dispatch>()?);
                self.causes.insert(facts.document_id, Cause::of(event));
                if self.dispatches.get(&id).is_none_or(|kept| kept.version < facts.version) {
                    self.dispatches.insert(id, facts);
                }
            }
            Use::Incoming => {
                let (id, facts) = (event.subject_id()?, event.facts::<Incoming>()?);
                if event.kind == "incoming_document.responsibility_moved.v1" {
                    let now = (facts.version, facts.responsible_agency_id, facts.occurred_at);
                    self.moves.push(moved(event, "incoming_document", "receiving", id, now));
                }
                if self.incoming.get(&id).is_none_or(|kept| kept.version < facts.version) {
                    self.incoming.insert(id, facts);
                }
            }
            Use::Nothing => {}
            // Those of `procedures` have no business in this feed; the directory is the replica's.
            Use::Directory
            | Use::Dossier
            | Use::UnknownStep
            | Use::Mirror
            | Use::Published
            | Use::Life
            | Use::Rating
            | Use::Calendar
            | Use::Unknown => self.unknown.add(event, false)?,
        }
        Ok(())
    }

    fn write(self, tx: &mut Conn, tenant: Uuid) -> TxResult<()> {
        store::keep_moves(tx, &self.moves)?;
        write_incoming(tx, tenant, self.incoming, &self.causes)?;
        let sent = self.dispatches.values().map(|facts| facts.document_id).collect();
        write_dispatches(tx, tenant, self.dispatches)?;
        write_documents(tx, tenant, (self.documents, sent), &self.causes)?;
        self.unknown.keep(tx)
    }
}

/// Writes incoming documents that are newer than what is kept, and tallies what changed.
fn write_incoming(
    tx: &mut Conn,
    tenant: Uuid,
    incoming: BTreeMap<Uuid, Incoming>,
    causes: &BTreeMap<Uuid, Cause>,
) -> TxResult<()> {
    if incoming.is_empty() {
        return Ok(());
    }
    let mut tallying = Tallying::begin(tx, tenant, INCOMING_DOCUMENT.name)?;
    let before = store::incoming_of(tx, tenant, incoming.keys().copied())?;
    let newer = |id: &Uuid, version: i64| before.get(id).is_none_or(|kept| kept.version < version);
    let incoming = incoming.into_iter().filter(|(id, facts)| newer(id, facts.version));
    let rows: Vec<_> = incoming.map(|(id, facts)| IncomingDocumentRow::new(tenant, id, facts)).collect();
    for row in &rows {
        let id = row.document_id.0;
        tallying.change(before.get(&id).map(of_incoming).as_ref(), &of_incoming(row), causes.get(&id));
    }
    store::keep_incoming_document_facts(tx, &rows)?;
    tallying.write(tx)
}

type Now = (i64, Uuid, chrono::DateTime<chrono::Utc>);

fn moved(event: &Event, kind: &str, role: &str, id: Uuid, (version, agency, since): Now) -> ResponsibilityRow {
    ResponsibilityRow {
        tenant_id: Id(event.tenant),
        subject_kind: kind.to_owned(),
        subject_id: Id(id),
        role: role.to_owned(),
        version,
        agency_id: Id(agency),
        since_at: At(since),
    }
}

fn write_dispatches(tx: &mut Conn, tenant: Uuid, dispatches: BTreeMap<Uuid, Dispatch>) -> TxResult<()> {
    let kept = store::dispatch_versions(tx, tenant, dispatches.keys().copied())?;
    let newer = |id: &Uuid, version: i64| kept.get(id).is_none_or(|kept| *kept < version);
    let rows = dispatches.into_iter().filter(|(id, facts)| newer(id, facts.version));
    let rows: Vec<_> = rows.map(|(id, facts)| DispatchRow::new(tenant, id, facts)).collect();
    store::keep_dispatch_facts(tx, &rows)
}

/// Writes what became of documents, and of those that were sent to how many.
fn write_documents(
    tx: &mut Conn,
    tenant: Uuid,
    (turns, sent): (Vec<(Uuid, i64, Turn)>, BTreeSet<Uuid>),
    causes: &BTreeMap<Uuid, Cause>,
) -> TxResult<()> {
    let touched: BTreeSet<Uuid> = turns.iter().map(|(id, ..)| *id).chain(sent).collect();
    if touched.is_empty() {
        return Ok(());
    }
    let mut tallying = Tallying::begin(tx, tenant, DOCUMENT.name)?;
    let before = store::documents_of(tx, tenant, touched.iter().copied())?;
    let mut rows = before.clone();
    for (id, version, turn) in turns {
        let kept = rows.get(&id);
        if kept.is_some_and(|row| row.version >= version) {
            continue;
        }
        let row = match turn {
            Turn::Issued(facts) => DocumentRow::issued(tenant, id, version, *facts, kept),
            Turn::State(facts) => DocumentRow::changed(tenant, id, *facts, kept),
            Turn::Moved(facts) => {
                let kept =
                    kept.ok_or_else(|| Error::internal(format!("document {id} moved and was never numbered")))?;
                DocumentRow { version, responsible_agency_id: Id(facts.responsible_agency_id), ..kept.clone() }
            }
        };
        rows.insert(id, row);
    }
    for (id, dispatches) in store::dispatches_of(tx, tenant, touched)? {
        if let Some(row) = rows.get_mut(&id) {
            row.dispatches = dispatches;
        }
    }
    let changed: Vec<_> = rows.into_values().filter(|row| before.get(&row.document_id.0) != Some(row)).collect();
    for row in &changed {
        let id = row.document_id.0;
        tallying.change(before.get(&id).map(of_document).as_ref(), &of_document(row), causes.get(&id));
    }
    store::keep_document_facts(tx, &changed)?;
    tallying.write(tx)
}
