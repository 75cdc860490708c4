//! Issuing and reading outgoing documents.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::{Named, named, names, open_agency, successors};
use motcua_db::sql::Id;
use motcua_db::{Conn, Failure, ReadEntry, TxResult};
use motcua_files::require_uploaded_by;
use motcua_journal::Change;
use motcua_kernel::{Actor, ActorKind, Answer, Error, Idempotency, Page, PageRequest, Result, Uuid, Vault, new_id};

use super::OutgoingDocuments;
use super::details::{DetailsRow, Extras, LinkKind, extras_of, read_word};
use super::facts::{DOCUMENT_ISSUED, DocumentIssued};
use super::http::{
    CreateOutgoingDocument, DocumentFile, DocumentOrigin, OutgoingDocument, RegisterReference, SignerPost,
};
use super::lifecycle::LEADERS;
use super::numbering::{NumberedDocument, ToNumber};
use super::rules::{self, Asked, Place, Right};
use super::states::{DocumentState, allowed_actions};
use super::store::{self, DocumentRow, Narrow, Personal};
use crate::case_files::{self, DocumentKind};
use crate::marks;
use crate::search::FileWords;

/// Issues a document: number, register, file and event in one transaction.
pub(super) async fn issue(
    room: &OutgoingDocuments,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateOutgoingDocument,
    request_id: String,
) -> Result<Answer> {
    let right = rules::right_of(&actor)?;
    let today = room.db.clock.business().day_in_vietnam();
    let asked = rules::check(new, right, today).inspect_err(|error| marks::note_secret(&actor, error))?;
    if right == Right::Clerk {
        require_clerk_now(room, &actor, &asked.issuing_agency).await?;
    }
    let (issuing, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("document_issue", actor.tenant, key, move |tx| issuing.issue_in(tx, &writer, right, &asked))
        .await?;
    // The answer shows the subject and the signer, also when it is given again.
    let shown = answer.body.get("id").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
    let shown = shown.ok_or_else(|| Error::internal("a document was issued without an id"))?;
    room.db.audit_read(ReadEntry::of(&actor, "issue_outgoing_document", request_id, vec![shown])).await?;
    Ok(answer)
}

/// Refuses an officer who is no clerk now of the agency, or of one that went on with its work, also when the request was
/// answered before the role was lost. An agency nobody knows is refused later, at its field.
async fn require_clerk_now(room: &OutgoingDocuments, actor: &Arc<Actor>, agency: &str) -> Result<()> {
    let (actor, reference) = (Arc::clone(actor), agency.to_owned());
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("clerk_right", move |conn| {
            let Some(agency) = named(conn, actor.tenant, &reference, today)? else { return Ok(()) };
            let responsible = successors(conn, actor.tenant, agency, today)?;
            if responsible.is_empty() {
                return Ok(());
            }
            for agency in responsible.into_iter().chain([agency]) {
                if store::clerk_of(conn, &actor, agency)?.is_some() {
                    return Ok(());
                }
            }
            Err(rules::not_its_clerk().into())
        })
        .await
}

impl OutgoingDocuments {
    fn issue_in(&self, tx: &mut Conn, actor: &Actor, right: Right, asked: &Asked) -> TxResult<Answer> {
        let id = new_id();
        if let Some(reference) = &asked.external_ref {
            let owner = rules::reference_owner(actor);
            if let Some(issued) = store::claim_reference(tx, actor.tenant, &owner, reference, id)? {
                return self.issued_before(tx, actor, issued, asked);
            }
        }
        let today = self.db.clock.business().day_in_vietnam();
        let agency = open_agency(tx, actor.tenant, &asked.issuing_agency, today).map_err(at_issuing_agency)?;
        let by = match right {
            Right::Clerk => store::clerk_of(tx, actor, agency.id)?.ok_or_else(rules::not_its_clerk)?,
            Right::Service => actor.in_own_name(),
        };
        let file = require_uploaded_by(tx, &self.db.vault, actor, asked.file_id, "/file_id")?;
        let new = ToNumber {
            id,
            class: asked.class,
            place: &asked.place,
            symbol: asked.symbol.as_deref(),
            agency: &agency,
            subject: &asked.subject,
            signer_name: asked.signer_name.as_deref(),
            file_id: file.id,
            file_sha256: &file.sha256,
            external_ref: asked.external_ref.as_deref(),
            state: DocumentState::Issued,
        };
        let issued = self.number_document(tx, actor, &by, &new, &mut FileWords::default())?;
        self.record(tx, &issued)?;
        self.tell_late(tx, &issued, &asked.place)?;
        let row = issued.row;
        let named = BTreeMap::from([(agency.id, agency)]);
        // Nobody has put it into a case file yet.
        let view = view(&self.db.vault, &row, &named, &Extras::default())?;
        let document = OutgoingDocument { case_files: Some(Vec::new()), ..view };
        Ok(Answer::created(format!("/v1/outgoing-documents/{id}"), &document)?.version(row.version).personal())
    }

    /// The document a reference already stands for, when the request says the same.
    fn issued_before(&self, tx: &mut Conn, actor: &Actor, id: Uuid, asked: &Asked) -> TxResult<Answer> {
        let Some(row) = store::find(tx, actor, id)? else {
            return Err(rules::reference_reused(None, &[]).into());
        };
        let differing = self.differences(tx, actor, &row, asked)?;
        if !differing.is_empty() {
            return Err(rules::reference_reused(Some(id), &differing).into());
        }
        let today = self.db.clock.business().day_in_vietnam();
        let document = view_of(tx, &self.db.vault, actor, &row, today)?;
        Ok(Answer::done(&document)?.version(row.version).personal())
    }

    /// Where a request says something else than the document: as pointers into the request.
    ///
    /// A repeated request may name what it means in another way: the file uploaded anew, the agency by id instead of
    /// code, or, after a merger, the agency that went on with the issuer's work.
    fn differences(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        row: &DocumentRow,
        asked: &Asked,
    ) -> TxResult<Vec<&'static str>> {
        let personal = Personal::open(&self.db.vault, row)?;
        let issuer = row.written_agency_id.0;
        let meant = named(tx, actor.tenant, &asked.issuing_agency, row.issued_on)?;
        let today = self.db.clock.business().day_in_vietnam();
        let same_agency = match meant {
            Some(agency) => agency == issuer || successors(tx, actor.tenant, issuer, today)?.contains(&agency),
            None => false,
        };
        let same_file = asked.file_id == row.file_id.0
            || require_uploaded_by(tx, &self.db.vault, actor, asked.file_id, "/file_id")?.sha256 == row.file_sha256;
        let same_place = match &asked.place {
            Place::Next => true,
            Place::Reserved(reserved) => (reserved.register, reserved.number) == (row.register_id.0, row.number),
            Place::Late(late) => late.after == row.number && !row.suffix.is_empty(),
        };
        let place = if matches!(asked.place, Place::Late(_)) { "/late_number" } else { "/reservation" };
        let compared = [
            ("/issuing_agency", same_agency),
            ("/type", asked.class.code() == row.document_type),
            ("/normative", asked.class.is_normative() == row.normative),
            (place, same_place),
            ("/symbol", asked.symbol.as_ref().is_none_or(|symbol| *symbol == row.symbol)),
            ("/subject", asked.subject == personal.subject),
            ("/signer_name", asked.signer_name == personal.signer_name),
            ("/file_id", same_file),
        ];
        Ok(compared.into_iter().filter(|(_, same)| !same).map(|(pointer, _)| pointer).collect())
    }

    fn record(&self, tx: &mut Conn, of: &NumberedDocument) -> TxResult<()> {
        let row = &of.row;
        let facts = DocumentIssued::of(row, of.numbered.was_reserved());
        let data = serde_json::to_value(facts).map_err(Error::internal)?;
        let change = Change { kind: DOCUMENT_ISSUED, subject: row.id.0, version: row.version, data: &data };
        self.journal.record(tx, &of.stamp, &change).map(drop)
    }
}

/// An unknown agency is told at the field that names it.
fn at_issuing_agency(failure: Failure) -> Failure {
    let Failure::Refused(mut error) = failure else { return failure };
    for field in &mut error.fields {
        "/issuing_agency".clone_into(&mut field.pointer);
    }
    Failure::Refused(error)
}

/// One document, noted in the read audit.
pub(super) async fn get(
    room: &OutgoingDocuments,
    actor: Arc<Actor>,
    id: Uuid,
    request_id: String,
) -> Result<OutgoingDocument> {
    admit_reader(&actor)?;
    let noted = ReadEntry::of(&actor, "get_outgoing_document", request_id, vec![id]);
    let vault = room.db.vault.clone();
    let today = room.db.clock.business().day_in_vietnam();
    let document = room
        .db
        .read("document_get", move |conn| {
            let row = store::find(conn, &actor, id)?.ok_or_else(Error::not_found)?;
            view_of(conn, &vault, &actor, &row, today)
        })
        .await?;
    room.db.audit_read(noted).await?;
    Ok(document)
}

/// A page of documents, noted in the read audit with everything on it.
pub(super) async fn list(
    room: &OutgoingDocuments,
    actor: Arc<Actor>,
    narrow: Narrow,
    page: PageRequest,
    request_id: String,
) -> Result<Page<OutgoingDocument>> {
    admit_reader(&actor)?;
    let scope = format!("outgoing-documents {narrow:?}");
    let after: Option<(DateTime<Utc>, Uuid)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let today = room.db.clock.business().day_in_vietnam();
    let (reader, vault) = (Arc::clone(&actor), room.db.vault.clone());
    let found = room
        .db
        .read("document_list", move |conn| {
            let rows = store::list(conn, &reader, &narrow, &page, after)?;
            let count = if page.count { Some(store::count(conn, &reader, &narrow)?) } else { None };
            let page = Page::cut(rows, &page, &scope, |row| (row.issued_at.0, row.id.0))?;
            let named = agencies_of(conn, &reader, &page.items, today)?;
            let mut extras = extras_of(conn, &reader, &page.items, &LEADERS)?;
            let shown = |row: &DocumentRow| view(&vault, row, &named, &extras.remove(&row.id.0).unwrap_or_default());
            let items = page.items.iter().map(shown).collect::<Result<_>>()?;
            Ok(Page { items, next: page.next, count })
        })
        .await?;
    let subjects: Vec<Uuid> = found.items.iter().map(|document: &OutgoingDocument| document.id).collect();
    if !subjects.is_empty() {
        room.db.audit_read(ReadEntry::of(&actor, "list_outgoing_documents", request_id, subjects)).await?;
    }
    Ok(found)
}

/// Reading takes the scope of reading; a service reads back what it issued with the scope of issuing.
fn admit_reader(actor: &Actor) -> Result<()> {
    let issuer = actor.kind == ActorKind::Service && actor.scopes.contains(rules::ISSUE);
    if issuer { Ok(()) } else { actor.require_scope(rules::READ) }
}

fn agencies_of(
    conn: &mut Conn,
    actor: &Actor,
    rows: &[DocumentRow],
    today: NaiveDate,
) -> TxResult<BTreeMap<Uuid, Named>> {
    let ids = rows.iter().flat_map(|row| [row.written_agency_id.0, row.responsible_agency_id.0]);
    let mut ids: Vec<Uuid> = ids.collect();
    ids.sort();
    ids.dedup();
    names(conn, actor.tenant, &ids, today)
}

/// A document as the caller may see it.
pub(super) fn view_of(
    conn: &mut Conn,
    vault: &Vault,
    actor: &Actor,
    row: &DocumentRow,
    today: NaiveDate,
) -> TxResult<OutgoingDocument> {
    let named = agencies_of(conn, actor, std::slice::from_ref(row), today)?;
    let extras = extras_of(conn, actor, std::slice::from_ref(row), &LEADERS)?.remove(&row.id.0);
    let case_files = case_files::holding(conn, actor, DocumentKind::Outgoing, row.id.0)?;
    let view = view(vault, row, &named, &extras.unwrap_or_default())?;
    Ok(OutgoingDocument { case_files: Some(case_files), ..view })
}

fn view(vault: &Vault, row: &DocumentRow, named: &BTreeMap<Uuid, Named>, extras: &Extras) -> Result<OutgoingDocument> {
    let agency = |id: &Id| {
        let found = named.get(&id.0).cloned();
        found.ok_or_else(|| Error::internal(format!("agency {} of document {} is gone", id.0, row.id.0)))
    };
    let personal = Personal::open(vault, row)?;
    let state = row.state()?;
    let details = extras.details.clone().unwrap_or_else(|| DetailsRow::of_one_step(row));
    let linked = |links: &[(String, Uuid)], kind: LinkKind| -> Vec<Uuid> {
        links.iter().filter(|(of, _)| of == kind.as_str()).map(|(_, id)| *id).collect()
    };
    let attachments = extras.attachments.iter();
    Ok(OutgoingDocument {
        id: row.id.0,
        document_type: row.document_type.clone(),
        normative: row.normative,
        number: row.number,
        suffix: row.letter(),
        notation: row.notation.clone(),
        full_number: row.full_number(),
        subject: personal.subject,
        signer_name: personal.signer_name,
        issuing_agency: Named { code: row.written_code.clone(), ..agency(&row.written_agency_id)? },
        responsible_agency: agency(&row.responsible_agency_id)?,
        register: RegisterReference { id: row.register_id.0, book: row.book.clone(), year: row.year },
        issued_on: row.issued_on,
        issued_at: row.issued_at.0,
        file: DocumentFile { id: row.file_id.0, sha256: row.file_sha256.clone() },
        external_ref: row.external_ref.clone(),
        state,
        reason: details.open_reason(vault)?,
        origin: if details.draft_id.is_some() { DocumentOrigin::Draft } else { DocumentOrigin::Direct },
        draft_id: details.draft_id.as_ref().map(|id| id.0),
        urgency: details.urgency()?,
        circulation: details.circulation()?,
        internal: details.internal,
        pages: details.pages,
        copies: details.copies,
        language: details.language.clone(),
        description: details.open_description(vault)?,
        signer: match (details.signer_capacity, details.signer_prefix, details.signer_position) {
            (Some(capacity), Some(prefix), Some(position)) => {
                Some(SignerPost { capacity: read_word(&capacity)?, prefix, position })
            }
            _ => None,
        },
        released_at: details.released_at.map(|at| at.0),
        recalled_at: details.recalled_at.map(|at| at.0),
        attachments: attachments.map(|(id, sha256)| DocumentFile { id: *id, sha256: sha256.clone() }).collect(),
        replaced_by: linked(&extras.linked_by, LinkKind::Replaced).pop(),
        corrected_by: linked(&extras.linked_by, LinkKind::Corrected),
        replaces: linked(&extras.links, LinkKind::Replaced),
        corrects: linked(&extras.links, LinkKind::Corrected),
        allowed_actions: if extras.leads { allowed_actions(state) } else { Vec::new() },
        case_files: None,
        version: row.version,
    })
}
