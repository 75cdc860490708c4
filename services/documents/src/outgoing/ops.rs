//! Issuing and reading outgoing documents.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::{Named, named, names, open_agency, successors};
use motcua_db::sql::Id;
use motcua_db::{Conn, Failure, ReadEntry, TxResult};
use motcua_files::{FileRecord, require_uploaded_by};
use motcua_journal::{Change, Moment, Stamp};
use motcua_kernel::{Actor, ActorKind, Answer, Error, Idempotency, Page, PageRequest, Result, Uuid, Vault, new_id};

use super::OutgoingDocuments;
use super::facts::{DOCUMENT_ISSUED, DocumentIssued};
use super::http::{CreateOutgoingDocument, DocumentFile, OutgoingDocument, RegisterReference};
use super::rules::{self, Asked, Place, Right};
use super::search;
use super::store::{self, DocumentRow, Narrow, Personal};
use crate::case_files::{self, DocumentKind};
use crate::marks;
use crate::registers::{
    Meant, NewEntry, Numbered, RegisterKind, enter, suffixed_number, take_late_number, take_number, tell_late_number,
    use_reservation,
};

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
        let own_symbol = store::symbol_of(tx, actor.tenant, agency.id)?;
        let symbol = asked.symbol.clone().unwrap_or_else(|| own_symbol.clone());
        if let Some(fault) = asked.class.symbol_fault(&symbol, &own_symbol) {
            return Err(Error::invalid(vec![fault]).into());
        }
        let numbered = self.number(tx, actor, &agency, asked, &symbol)?;
        let row = new_row(&self.db.vault, actor, id, asked, &agency, symbol, &file, &numbered)?;
        let entry = NewEntry { document: id, document_type: asked.class.code(), notation: &row.notation };
        enter(tx, actor.tenant, entry, &numbered)?;
        store::insert(tx, &row)?;
        search::index(tx, &self.db, &row, &agency.name)?;
        let stamp = Stamp::of(&by, Moment { occurred: numbered.at, ..Moment::of(&self.db.clock) });
        self.record(tx, &stamp, &row, &numbered)?;
        if let Place::Late(late) = &asked.place {
            tell_late_number(tx, &self.journal, &stamp, &numbered, id, &row.notation, &late.decision)?;
        }
        let named = BTreeMap::from([(agency.id, agency)]);
        // Nobody has put it into a case file yet.
        let document = OutgoingDocument { case_files: Some(Vec::new()), ..view(&self.db.vault, &row, &named)? };
        Ok(Answer::created(format!("/v1/outgoing-documents/{id}"), &document)?.version(row.version).personal())
    }

    /// The number of a document: the next, the one reserved for it, or one behind another.
    fn number(&self, tx: &mut Conn, actor: &Actor, agency: &Named, asked: &Asked, symbol: &str) -> TxResult<Numbered> {
        let (clock, tenant) = (&self.db.clock, actor.tenant);
        let meant = Meant { tenant, agency: agency.id, class: asked.class, symbol };
        match &asked.place {
            Place::Next => take_number(tx, clock, tenant, agency.id, RegisterKind::Outgoing, &asked.class.key()),
            Place::Reserved(reservation) => use_reservation(tx, clock, meant, *reservation),
            Place::Late(late) => {
                if let Some(decision) = late.decision.document_id
                    && store::find(tx, actor, decision)?.is_none()
                {
                    return Err(Error::invalid(vec![rules::decision_unknown()]).into());
                }
                take_late_number(tx, clock, meant, late)
            }
        }
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
        let named = agencies_of(tx, actor, std::slice::from_ref(&row), today)?;
        let case_files = case_files::holding(tx, actor, DocumentKind::Outgoing, id)?;
        let document = OutgoingDocument { case_files: Some(case_files), ..view(&self.db.vault, &row, &named)? };
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

    fn record(&self, tx: &mut Conn, stamp: &Stamp, row: &DocumentRow, numbered: &Numbered) -> TxResult<()> {
        let facts = DocumentIssued {
            document_id: row.id.0,
            issuing_agency_id: row.written_agency_id.0,
            issuing_agency_code: row.written_code.clone(),
            document_type: row.document_type.clone(),
            number: row.number,
            notation: row.notation.clone(),
            full_number: suffixed_number(row.number, &row.suffix, &row.notation),
            register_id: row.register_id.0,
            book: row.book.clone(),
            year: row.year,
            issued_on: row.issued_on,
            has_external_ref: row.external_ref.is_some(),
            has_file: true,
            suffix: (!row.suffix.is_empty()).then(|| row.suffix.clone()),
            normative: row.normative.then_some(true),
            from_reservation: numbered.was_reserved().then_some(true),
        };
        let data = serde_json::to_value(facts).map_err(Error::internal)?;
        let change = Change { kind: DOCUMENT_ISSUED, subject: row.id.0, version: row.version, data: &data };
        self.journal.record(tx, stamp, &change).map(drop)
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

#[expect(clippy::too_many_arguments, reason = "a row is made of everything that was found out for it")]
fn new_row(
    vault: &Vault,
    actor: &Actor,
    id: Uuid,
    asked: &Asked,
    agency: &Named,
    symbol: String,
    file: &FileRecord,
    numbered: &Numbered,
) -> Result<DocumentRow> {
    let personal = Personal { subject: asked.subject.clone(), signer_name: asked.signer_name.clone() };
    let (subject, signer_name) = personal.seal(vault, id)?;
    Ok(DocumentRow {
        tenant_id: Id(actor.tenant),
        id: Id(id),
        document_type: asked.class.code().to_owned(),
        notation: asked.class.notation(&symbol, numbered.year),
        symbol,
        number: numbered.number,
        register_id: Id(numbered.register),
        book: numbered.book.clone(),
        year: numbered.year,
        issued_on: numbered.on(),
        issued_at: numbered.at.into(),
        written_agency_id: Id(agency.id),
        written_code: agency.code.clone(),
        responsible_agency_id: Id(agency.id),
        subject,
        signer_name,
        file_id: Id(file.id),
        file_sha256: file.sha256.clone(),
        created_by: rules::creator(actor),
        external_ref: asked.external_ref.clone(),
        version: 1,
        suffix: numbered.suffix.clone(),
        normative: asked.class.is_normative(),
    })
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
            let named = agencies_of(conn, &actor, std::slice::from_ref(&row), today)?;
            let case_files = case_files::holding(conn, &actor, DocumentKind::Outgoing, id)?;
            Ok(OutgoingDocument { case_files: Some(case_files), ..view(&vault, &row, &named)? })
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
            let items = page.items.iter().map(|row| view(&vault, row, &named)).collect::<Result<_>>()?;
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

fn view(vault: &Vault, row: &DocumentRow, named: &BTreeMap<Uuid, Named>) -> Result<OutgoingDocument> {
    let agency = |id: &Id| {
        let found = named.get(&id.0).cloned();
        found.ok_or_else(|| Error::internal(format!("agency {} of document {} is gone", id.0, row.id.0)))
    };
    let personal = Personal::open(vault, row)?;
    Ok(OutgoingDocument {
        id: row.id.0,
        document_type: row.document_type.clone(),
        normative: row.normative,
        number: row.number,
        suffix: (!row.suffix.is_empty()).then(|| row.suffix.clone()),
        notation: row.notation.clone(),
        full_number: suffixed_number(row.number, &row.suffix, &row.notation),
        subject: personal.subject,
        signer_name: personal.signer_name,
        issuing_agency: Named { code: row.written_code.clone(), ..agency(&row.written_agency_id)? },
        responsible_agency: agency(&row.responsible_agency_id)?,
        register: RegisterReference { id: row.register_id.0, book: row.book.clone(), year: row.year },
        issued_on: row.issued_on,
        issued_at: row.issued_at.0,
        file: DocumentFile { id: row.file_id.0, sha256: row.file_sha256.clone() },
        external_ref: row.external_ref.clone(),
        case_files: None,
        version: row.version,
    })
}
