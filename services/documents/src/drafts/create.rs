//! Beginning a draft, and making a new version of it.

use std::sync::Arc;

use motcua_agencies::{Named, authority_in, open_agency, under};
use motcua_db::sql::Id;
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, Idempotency, Result, Role, Text, Uuid, new_id};

use super::access::{Hands, Viewer};
use super::facts::{CREATED, REVISED};
use super::http::WRITE;
use super::request::{self, AskedDraft, AskedRevision};
use super::rules::{self, DraftState};
use super::store::{self, DraftRow, FileRow, RevisionRow};
use super::tell::Noted;
use super::view::{CreateDraft, CreateRevision};
use super::{Drafts, read, search};
use crate::directory::officer_id;
use crate::incoming;
use crate::marks;
use crate::precondition::check_version;
use crate::registers::symbol_of;

/// Begins a draft.
pub(super) async fn create(
    room: &Drafts,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateDraft,
    request_id: String,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let now = room.db.clock.business();
    let asked = request::draft(new, now).inspect_err(|error| marks::note_secret(&actor, error))?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer =
        room.db.write_once("draft_create", actor.tenant, key, move |tx| own.create_in(tx, &writer, &asked)).await?;
    // Where a kept answer is given again: whoever has lost sight of the draft since hears nothing.
    read::admit(room, &actor, read::shown_id(&answer)?).await?;
    read::shown(room, &actor, answer, "create_draft", request_id).await
}

/// Makes a new version of a draft.
pub(super) async fn revise(
    room: &Drafts,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    new: CreateRevision,
    request_id: String,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let asked = request::revision(new).inspect_err(|error| marks::note_secret(&actor, error))?;
    read::admit(room, &actor, id).await?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("draft_revise", actor.tenant, key, move |tx| own.revise_in(tx, &writer, (id, version), &asked))
        .await?;
    read::shown(room, &actor, answer, "create_draft_revision", request_id).await
}

impl Drafts {
    fn create_in(&self, tx: &mut Conn, actor: &Actor, asked: &AskedDraft) -> TxResult<Answer> {
        let moment = Moment::of(&self.db.clock);
        let today = moment.occurred.day_in_vietnam();
        let agency = open_agency(tx, actor.tenant, &asked.agency, today).map_err(|failure| at("/agency", failure))?;
        let unit = match &asked.unit {
            Some(reference) => Some(unit_of(tx, actor, &agency, reference, today)?),
            None => None,
        };
        let drafting = unit.as_ref().map_or(agency.id, |unit| unit.id);
        let by = authority_in(tx, actor, drafting, &Role::ALL)?.ok_or_else(not_there)?;
        let author = officer_id(tx, actor)?.ok_or_else(not_there)?;
        let own = symbol_of(tx, actor.tenant, agency.id)?;
        // Told now, because a draft keeps its symbol: its number would be refused.
        if let Some(fault) = asked.class.symbol_fault(asked.symbol.as_deref().unwrap_or(&own), &own) {
            return Err(Error::invalid(vec![fault]).into());
        }
        if let Some(answered) = asked.reply_to
            && incoming::visible_among(tx, actor, &[answered])?.is_empty()
        {
            let text = Text::new("Không có văn bản đến này.", "There is no such incoming document.");
            return Err(Error::invalid_field("/reply_to", "incoming.unknown", text).into());
        }
        let files = request::files(tx, &self.db.vault, actor, &[], asked.file_id, &asked.attachments)?;
        let stamp = Stamp::of(&by, moment);
        let id = new_id();
        let row = DraftRow {
            tenant_id: Id(actor.tenant),
            id: Id(id),
            written_agency_id: Id(agency.id),
            written_code: agency.code,
            responsible_agency_id: Id(agency.id),
            written_unit_id: unit.as_ref().map(|unit| Id(unit.id)),
            unit_id: unit.map(|unit| Id(unit.id)),
            document_type: asked.class.code().to_owned(),
            symbol: asked.symbol.clone(),
            urgency: read::word(&asked.urgency)?,
            circulation: asked.circulation.as_ref().map(read::word).transpose()?,
            internal: asked.internal,
            subject: store::seal(&self.db.vault, "drafts.subject", id, &asked.subject)?,
            due_at: asked.due_at.map(Into::into),
            reply_to_id: asked.reply_to.map(Id),
            state: DraftState::Drafting.as_str().to_owned(),
            revision: 1,
            author_id: Id(author),
            created_at: stamp.occurred.into(),
            submitted_at: None,
            content_revision: None,
            content_by_id: None,
            form_revision: None,
            form_by_id: None,
            signature_id: None,
            document_id: None,
            normative: asked.class.is_normative(),
            version: 1,
        };
        store::insert(tx, &row)?;
        store::join_circle(tx, actor.tenant, id, author)?;
        let made = Made { author, by: &by, subject: &asked.subject, note: asked.note.as_deref(), files: &files };
        self.keep_revision(tx, &stamp, &row, &made)?;
        self.note(tx, &stamp, &row, &Noted { kind: "created", officer: Some(author), by: Some(&by), said: None })?;
        self.tell(tx, &stamp, CREATED, &row, None)?;
        search::index(tx, &self.db, &row)?;
        let view = read::draft(tx, self, actor, &row)?;
        Ok(Answer::created(format!("/v1/drafts/{id}"), &view)?.version(row.version).personal())
    }

    fn revise_in(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        (id, version): (Uuid, i64),
        asked: &AskedRevision,
    ) -> TxResult<Answer> {
        store::hold(tx, actor.tenant, id)?;
        let moment = Moment::of(&self.db.clock);
        let viewer = Viewer::of(tx, actor, moment.occurred)?;
        let mut row = store::find_in_circle(tx, &viewer, id)?;
        check_version(row.version, version)?;
        let hands = Hands::of(tx, actor, &viewer, &row)?;
        let (next, hand) = rules::revise(&hands.standing)?;
        let by = hands.right(hand)?;
        let author = viewer.officer.ok_or_else(not_there)?;
        let (_, had) = store::revisions(tx, &row, None)?;
        let known: Vec<(Uuid, String)> = had.iter().map(|file| (file.file_id.0, file.sha256.clone())).collect();
        let before: Vec<Uuid> = had
            .iter()
            .filter(|file| file.revision == row.revision && file.position > 0 && file.file_id.0 != asked.file_id)
            .map(|file| file.file_id.0)
            .collect();
        let attachments = asked.attachments.as_ref().unwrap_or(&before);
        let files = request::files(tx, &self.db.vault, actor, &known, asked.file_id, attachments)?;
        let stamp = Stamp::of(&by, moment);
        let subject = match &asked.subject {
            Some(subject) => subject.clone(),
            None => row.subject(&self.db.vault)?,
        };
        row.revision += 1;
        row.subject = store::seal(&self.db.vault, "drafts.subject", id, &subject)?;
        next.as_str().clone_into(&mut row.state);
        let made = Made { author, by: &by, subject: &subject, note: asked.note.as_deref(), files: &files };
        self.keep_revision(tx, &stamp, &row, &made)?;
        store::join_circle(tx, actor.tenant, id, author)?;
        self.note(tx, &stamp, &row, &Noted { kind: "revised", officer: Some(author), by: Some(&by), said: None })?;
        self.change(tx, &stamp, REVISED, &mut row, None)?;
        search::index(tx, &self.db, &row)?;
        let view = read::draft(tx, self, actor, &row)?;
        Ok(Answer::created(format!("/v1/drafts/{id}"), &view)?.version(row.version).personal())
    }

    fn keep_revision(&self, tx: &mut Conn, stamp: &Stamp, row: &DraftRow, made: &Made<'_>) -> TxResult<()> {
        let (vault, id) = (&self.db.vault, row.id.0);
        let column = |what: &str| format!("draft_revisions.{what}:{}", row.revision);
        let revision = RevisionRow {
            tenant_id: row.tenant_id.clone(),
            draft_id: row.id.clone(),
            number: row.revision,
            author_id: Id(made.author),
            author: stamp.actor().to_owned(),
            on_behalf_of: made.by.on_behalf_of(),
            created_at: stamp.occurred.into(),
            subject: store::seal(vault, &column("subject"), id, made.subject)?,
            note: made.note.map(|note| store::seal(vault, &column("note"), id, note)).transpose()?,
        };
        let files: Vec<FileRow> = (0_i32..)
            .zip(made.files)
            .map(|(position, (file, sha256))| FileRow {
                tenant_id: row.tenant_id.clone(),
                draft_id: row.id.clone(),
                revision: row.revision,
                position,
                file_id: Id(*file),
                sha256: sha256.clone(),
            })
            .collect();
        store::insert_revision(tx, &revision, &files)
    }
}

/// What a version is made of.
struct Made<'a> {
    author: Uuid,
    by: &'a Authority,
    subject: &'a str,
    note: Option<&'a str>,
    files: &'a [(Uuid, String)],
}

/// The drafting unit, which stands below the agency.
fn unit_of(tx: &mut Conn, actor: &Actor, agency: &Named, reference: &str, today: chrono::NaiveDate) -> TxResult<Named> {
    let unit = open_agency(tx, actor.tenant, reference, today).map_err(|failure| at("/unit", failure))?;
    if under(tx, actor.tenant, &[agency.id])?.contains(&unit.id) {
        return Ok(unit);
    }
    let text = Text::new(
        "Đơn vị soạn thảo phải thuộc cơ quan ban hành.",
        "The unit that drafts must stand below the agency that issues.",
    );
    Err(Error::invalid_field("/unit", "draft.unit_elsewhere", text).into())
}

/// An unknown agency is told at the field that names it.
pub(super) fn at(pointer: &str, failure: Failure) -> Failure {
    let Failure::Refused(mut error) = failure else { return failure };
    for field in &mut error.fields {
        pointer.clone_into(&mut field.pointer);
    }
    Failure::Refused(error)
}

fn not_there() -> Error {
    Error::forbidden(
        "draft.not_there",
        "Chỉ cán bộ của cơ quan hoặc đơn vị soạn thảo được soạn dự thảo.",
        "Only officers of the agency or of the unit that drafts begin a draft there.",
    )
}
