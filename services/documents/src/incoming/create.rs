//! Taking a document in from outside: the row, its files and its event in one transaction.

use std::sync::Arc;

use diesel::prelude::*;
use motcua_agencies::{Named, agencies, authority_in, named, names, open_agency, successors};
use motcua_db::sql::Id;
use motcua_db::{Conn, ReadEntry, TxResult};
use motcua_files::{FileRecord, require_uploaded_by};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::text::fold;
use motcua_kernel::{
    Actor, ActorKind, Answer, Authority, BusinessTime, Error, Idempotency, Kind, Result, Role, Uuid, new_id,
};

use super::create_request::{CreateIncomingDocument, OnDuplicate};
use super::facts::{self, IncomingFacts, Source};
use super::intake::{self, Asked};
use super::new_row::{bare_row, new_facts};
use super::rules::{self, Issuer, duplicate_key, end_of_day};
use super::search::index;
use super::store::{self, FileRow, IncomingRow};
use super::{IncomingDocuments, RECEIVE, named_agencies, show};
use crate::marks;
use crate::search::FileWords;

/// Takes a document in.
///
/// # Errors
/// `incoming.not_clerk`, `agency.closed`, `document.duplicate` when a second one is to be refused,
/// `document.external_ref_reused`.
pub(super) async fn create(
    room: &IncomingDocuments,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateIncomingDocument,
    request_id: String,
) -> Result<Answer> {
    rules::admit_sender(&actor)?;
    let today = room.db.clock.business().day_in_vietnam();
    let asked = intake::check(new, actor.kind != ActorKind::Officer, today)
        .inspect_err(|error| marks::note_secret(&actor, error))?;
    if actor.kind == ActorKind::Officer {
        require_clerk_now(room, &actor, &asked.receiving_agency).await?;
    }
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer =
        room.db.write_once("incoming_create", actor.tenant, key, move |tx| own.take_in(tx, &writer, &asked)).await?;
    audited(room, &actor, "create_incoming_document", request_id, answer).await
}

/// An answer that shows personal data, also when it is given again: its reading is noted.
pub(super) async fn audited(
    room: &IncomingDocuments,
    actor: &Actor,
    operation: &'static str,
    request_id: String,
    answer: Answer,
) -> Result<Answer> {
    let shown = answer.body.get("id").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
    let shown = shown.ok_or_else(|| Error::internal("an incoming document was answered without an id"))?;
    room.db.audit_read(ReadEntry::of(actor, operation, request_id, vec![shown])).await?;
    Ok(answer)
}

/// Refuses an officer who is no clerk now of the agency, or of one that went on with its work, also when the request was
/// answered before the role was lost. An agency nobody knows is refused later, at its field.
async fn require_clerk_now(room: &IncomingDocuments, actor: &Arc<Actor>, agency: &str) -> Result<()> {
    let (actor, reference) = (Arc::clone(actor), agency.to_owned());
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("clerk_right", move |conn| {
            let Some(agency) = named(conn, actor.tenant, &reference, today)? else { return Ok(()) };
            for agency in successors(conn, actor.tenant, agency, today)?.into_iter().chain([agency]) {
                if authority_in(conn, &actor, agency, &[Role::Clerk])?.is_some() {
                    return Ok(());
                }
            }
            Err(rules::not_its_clerk().into())
        })
        .await
}

impl IncomingDocuments {
    fn take_in(&self, tx: &mut Conn, actor: &Actor, asked: &Asked) -> TxResult<Answer> {
        let id = new_id();
        let main = asked.file_id.map(|file| require_uploaded_by(tx, &self.db.vault, actor, file, "/file_id"));
        let main = main.transpose()?;
        let attached = asked
            .attachments
            .iter()
            .enumerate()
            .map(|(at, file)| require_uploaded_by(tx, &self.db.vault, actor, *file, &format!("/attachments/{at}")));
        let files: Vec<FileRecord> = attached.collect::<TxResult<_>>()?;
        let said = self.said(asked, main.as_ref(), &files)?;
        if let Some(reference) = &asked.external_ref {
            let owner = rules::reference_owner(actor);
            let taken = store::claim_reference(tx, actor.tenant, &owner, reference, id, &said)?;
            if let Some((document, before)) = taken {
                return self.taken_in_before(tx, actor, document, before == said, asked);
            }
        }
        let moment = Moment::of(&self.db.clock);
        let today = moment.occurred.day_in_vietnam();
        let agency = open_agency(tx, actor.tenant, &asked.receiving_agency, today)
            .map_err(named_agencies::at("/receiving_agency"))?;
        let by = match actor.kind {
            ActorKind::Officer => {
                authority_in(tx, actor, agency.id, &[Role::Clerk])?.ok_or_else(rules::not_its_clerk)?
            }
            _ => actor.in_own_name(),
        };
        let issuer = self.issuer(tx, actor, asked)?;
        let (row, facts) = self.new_row(tx, actor, id, asked, &agency, issuer, moment.occurred)?;
        store::hold_duplicates(tx, &row)?;
        refuse_duplicate(tx, actor, &row, asked)?;
        store::insert(tx, &row)?;
        store::insert_files(tx, &file_rows(&row, main, files)?)?;
        index(tx, self, std::slice::from_ref(&row), &mut FileWords::default())?;
        self.tell_arrival(tx, &by, moment, &row, &facts)?;
        let shown = show::whole(tx, self, actor, &row)?;
        Ok(Answer::created(format!("/v1/incoming-documents/{id}"), &shown)?.version(row.version).personal())
    }

    fn tell_arrival(
        &self,
        tx: &mut Conn,
        by: &Authority,
        moment: Moment,
        row: &IncomingRow,
        facts: &IncomingFacts,
    ) -> TxResult<()> {
        let stamp = Stamp::of(by, moment);
        store::note(tx, &self.db.vault, row, RECEIVE, by, &stamp, None)?;
        facts::tell(tx, &self.journal, &stamp, facts::RECEIVED, facts)
    }

    /// A keyed hash of what a request says of the document itself. Files count by content: a repeated request may have
    /// uploaded them anew.
    fn said(&self, asked: &Asked, main: Option<&FileRecord>, attached: &[FileRecord]) -> Result<String> {
        let sums: Vec<&str> = attached.iter().map(|file| file.sha256.as_str()).collect();
        let main = main.map(|file| file.sha256.as_str());
        let said = serde_json::to_string(&(&asked.said, &asked.said.content, &asked.issuer_agency, main, sums));
        // In digits, because a look-up hash has no capitals.
        let said = hex::encode(said.map_err(Error::internal)?);
        Ok(self.db.vault.lookup("incoming_references.said", &said))
    }

    /// The document a reference already stands for, when the request says the same.
    fn taken_in_before(&self, tx: &mut Conn, actor: &Actor, id: Uuid, same: bool, asked: &Asked) -> TxResult<Answer> {
        let Some(row) = store::find(tx, actor, id)? else {
            return Err(rules::reference_reused(None).into());
        };
        let (first, today) = (row.written_agency_id.0, self.db.clock.business().day_in_vietnam());
        let meant = named(tx, actor.tenant, &asked.receiving_agency, row.arrived_on)?;
        let same_agency = match meant {
            Some(agency) => agency == first || successors(tx, actor.tenant, first, today)?.contains(&agency),
            None => false,
        };
        if !same || !same_agency {
            return Err(rules::reference_reused(Some(id)).into());
        }
        Ok(Answer::done(&show::whole(tx, self, actor, &row)?)?.version(row.version).personal())
    }

    /// The agency that issued it, where it is one of this installation, be it closed since; found by its name as well
    /// when exactly one has it.
    fn issuer(&self, tx: &mut Conn, actor: &Actor, asked: &Asked) -> TxResult<Option<Uuid>> {
        let today = self.db.clock.business().day_in_vietnam();
        if let Some(reference) = &asked.issuer_agency {
            let on = asked.said.issued_on.unwrap_or(today);
            let found = match named(tx, actor.tenant, reference, on)? {
                Some(agency) if !names(tx, actor.tenant, &[agency], today)?.is_empty() => Some(agency),
                _ => named(tx, actor.tenant, reference, today)?,
            };
            return match found {
                Some(agency) => Ok(Some(agency)),
                None => open_agency(tx, actor.tenant, reference, today)
                    .map(|agency| Some(agency.id))
                    .map_err(named_agencies::at("/issuer/agency")),
            };
        }
        let Some(name) = &asked.said.content.issuer_name else { return Ok(None) };
        let with_name: Vec<Id> = agencies::table
            .select(agencies::id)
            .filter(agencies::tenant_id.eq(Id(actor.tenant)).and(agencies::name_folded.eq(fold(name))))
            .filter(agencies::valid_to.is_null().or(agencies::valid_to.gt(today)))
            .limit(2)
            .load(tx)?;
        Ok(if let [one] = with_name.as_slice() { Some(one.0) } else { None })
    }

    #[expect(clippy::too_many_arguments, reason = "a row is made of everything that was found out for it")]
    fn new_row(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        id: Uuid,
        asked: &Asked,
        agency: &Named,
        issuer: Option<Uuid>,
        now: BusinessTime,
    ) -> TxResult<(IncomingRow, IncomingFacts)> {
        let said = &asked.said;
        let due = self.days.by_urgency(tx, actor.tenant, agency.id, now, said.urgency)?;
        let facts = IncomingFacts {
            channel: Some(said.channel),
            circulation: said.circulation,
            paper: said.paper,
            issuer_agency_id: issuer,
            document_type: said.document_type.clone(),
            issued_on: said.issued_on,
            due_on: said.due_on,
            checks: asked.checks,
            information_only: asked.checks.information_only(),
            has_external_ref: asked.external_ref.is_some(),
            due_at: said.due_on.and_then(end_of_day),
            ..new_facts(id, Source::Outside, agency, said.urgency, now, due)
        };
        let key_issuer = match (issuer, &said.content.issuer_name) {
            (Some(agency), _) => Issuer::Agency(agency),
            (None, name) => Issuer::Name(name.as_deref().unwrap_or_default()),
        };
        let day = said.issued_on.unwrap_or(now.day_in_vietnam());
        let mut row = IncomingRow {
            duplicate_key: duplicate_key(&self.db.vault, &said.number, &said.notation, &key_issuer, day),
            document_type: said.document_type.clone(),
            number: said.number.clone(),
            notation: said.notation.clone(),
            issued_on: said.issued_on,
            content: Some(said.content.seal(&self.db.vault, id)?),
            created_by: rules::creator(actor),
            external_ref: asked.external_ref.clone(),
            ..bare_row(actor.tenant, &facts)
        };
        row.mirror(&facts)?;
        Ok((row, facts))
    }
}

fn refuse_duplicate(tx: &mut Conn, actor: &Actor, row: &IncomingRow, asked: &Asked) -> TxResult<()> {
    if asked.on_duplicate == OnDuplicate::Warn {
        return Ok(());
    }
    let Some((other, number)) = store::duplicates_of(tx, actor, row)?.into_iter().next() else { return Ok(()) };
    let error = Error::new(
        Kind::Conflict,
        "document.duplicate",
        "Cơ quan đã có văn bản cùng số, ký hiệu và nơi ban hành trong năm.",
        "The agency has a document of the same number, notation and issuer in that year.",
    );
    Err(error.with("document_id", other.to_string()).with("arrival_number", number).into())
}

fn file_rows(row: &IncomingRow, main: Option<FileRecord>, attached: Vec<FileRecord>) -> Result<Vec<FileRow>> {
    let all = main.into_iter().map(|file| (true, file)).chain(attached.into_iter().map(|file| (false, file)));
    all.enumerate()
        .map(|(position, (is_main, file))| {
            Ok(FileRow {
                tenant_id: row.tenant_id.clone(),
                document_id: row.id.clone(),
                position: i32::try_from(position).map_err(Error::internal)?,
                file_id: Id(file.id),
                sha256: file.sha256,
                is_main,
            })
        })
        .collect()
}
