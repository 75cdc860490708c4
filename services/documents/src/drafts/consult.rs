//! Asking for opinions on a draft, and reading them.

use std::collections::BTreeSet;
use std::sync::Arc;

use motcua_agencies::{names, open_agency};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Text, Uuid, new_id};

use super::access::{Hands, Viewer, answering_agencies};
use super::create::at;
use super::http::{READ, WRITE};
use super::rules::{AnswerState, Hand, deadline_fault};
use super::search::KIND;
use super::store::{self, ConsultationRow, ConsultedRow, asks};
use super::tell::stance_of;
use super::view::{Consulted, CreateDraftConsultation, DraftConsultation};
use super::{Drafts, read, request};
use crate::search::add_readers;

/// The most consultations of a draft: they are shown all at once, so there is an end to them.
const MOST_CONSULTATIONS: usize = 50;

/// Asks agencies and officers for their opinion.
pub(super) async fn ask(
    room: &Drafts,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    new: CreateDraftConsultation,
    request_id: String,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let question = request::consultation(&new, room.db.clock.business())?;
    read::admit(room, &actor, id).await?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("draft_consult", actor.tenant, key, move |tx| own.ask_in(tx, &writer, id, &new, &question))
        .await?;
    read::noted(room, &actor, "create_draft_consultation", request_id, vec![id]).await?;
    Ok(answer)
}

impl Drafts {
    fn ask_in(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        draft: Uuid,
        new: &CreateDraftConsultation,
        question: &str,
    ) -> TxResult<Answer> {
        store::hold(tx, actor.tenant, draft)?;
        let moment = Moment::of(&self.db.clock);
        let viewer = Viewer::of(tx, actor, moment.occurred)?;
        let row = store::find_in_circle(tx, &viewer, draft)?;
        let hands = Hands::of(tx, actor, &viewer, &row)?;
        let asking = [Hand::Author, Hand::Head].into_iter().find(|hand| hands.rights.contains_key(hand));
        let by = hands.right(asking.ok_or_else(not_yours)?)?;
        let state = row.state()?;
        if !state.is_open() {
            let error = Error::conflict(
                "draft.state",
                "Chỉ lấy ý kiến khi dự thảo chưa ký.",
                "Opinions are gathered until a draft is signed.",
            );
            return Err(error.with("state", state.as_str()).into());
        }
        if store::consultations(tx, &row)?.len() >= MOST_CONSULTATIONS {
            return Err(too_many().into());
        }
        let (tenant, agency) = (actor.tenant, row.responsible_agency_id.0);
        let due = match (new.working_days, new.due_at) {
            (Some(days), _) => At::from(self.working_days.due(tx, tenant, agency, moment.occurred, days)?),
            (None, Some(due)) if due > moment.occurred.0 => At(due),
            _ => return Err(Error::invalid(vec![deadline_fault()]).into()),
        };
        let id = new_id();
        let asked = self.asked(tx, tenant, (draft, id), new, moment.occurred.day_in_vietnam())?;
        let consultation = ConsultationRow {
            tenant_id: Id(tenant),
            id: Id(id),
            draft_id: Id(draft),
            revision: row.revision,
            question: store::seal(&self.db.vault, "draft_consultations.question", id, question)?,
            asked_by_id: Id(viewer.officer.ok_or_else(not_yours)?),
            asked_at: moment.occurred.into(),
            due_at: due,
            version: 1,
        };
        store::insert_consultation(tx, &consultation, &asked)?;
        let readers = asked.iter().flat_map(|one| [one.agency_id.as_ref(), one.officer_id.as_ref()]).flatten();
        let readers: Vec<Uuid> = readers.map(|id| id.0).collect();
        add_readers(tx, tenant, KIND, draft, &readers)?;
        let stamp = Stamp::of(&by, moment);
        self.tell_consulted(tx, &stamp, &consultation)?;
        let view = self.consultation(tx, &viewer, &consultation, true)?;
        Ok(Answer::created(format!("/v1/drafts/{draft}/consultations"), &view)?.version(1).personal())
    }

    /// Who is asked: every agency open today, every officer's account open, and nobody twice.
    fn asked(
        &self,
        tx: &mut Conn,
        tenant: Uuid,
        (draft, consultation): (Uuid, Uuid),
        new: &CreateDraftConsultation,
        today: chrono::NaiveDate,
    ) -> TxResult<Vec<ConsultedRow>> {
        let mut faults: Vec<FieldError> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut asked: Vec<(Option<Uuid>, Option<Uuid>)> = Vec::new();
        for (place, reference) in new.agencies.iter().enumerate() {
            let pointer = format!("/agencies/{place}");
            match open_agency(tx, tenant, reference.trim(), today) {
                Ok(agency) if seen.insert(agency.id) => asked.push((Some(agency.id), None)),
                Ok(_) => faults.push(repeated(&pointer)),
                Err(failure) => match at(&pointer, failure) {
                    Failure::Refused(error) if !error.fields.is_empty() => faults.extend(error.fields),
                    other => return Err(other),
                },
            }
        }
        for (place, reference) in new.officers.iter().enumerate() {
            let pointer = format!("/officers/{place}");
            match self.known_officer(tx, tenant, reference, &pointer) {
                Ok(officer) if seen.insert(officer) => asked.push((None, Some(officer))),
                Ok(_) => faults.push(repeated(&pointer)),
                Err(Failure::Refused(error)) => faults.extend(error.fields),
                Err(failure) => return Err(failure),
            }
        }
        if !faults.is_empty() {
            return Err(Error::invalid(faults).into());
        }
        let line = |(position, (agency, officer)): (i32, (Option<Uuid>, Option<Uuid>))| ConsultedRow {
            tenant_id: Id(tenant),
            consultation_id: Id(consultation),
            position,
            draft_id: Id(draft),
            written_agency_id: agency.map(Id),
            agency_id: agency.map(Id),
            officer_id: officer.map(Id),
            stance: None,
            opinion: None,
            revision: None,
            answered_by_id: None,
            answered_by: None,
            on_behalf_of: None,
            answered_at: None,
            late: false,
        };
        Ok((1_i32..).zip(asked).map(line).collect())
    }

    /// A consultation as the caller may see it: the circle all of it, who is asked their own lines.
    pub(super) fn consultation(
        &self,
        conn: &mut Conn,
        viewer: &Viewer,
        row: &ConsultationRow,
        circle: bool,
    ) -> TxResult<DraftConsultation> {
        let shown = self.consultations(conn, viewer, std::slice::from_ref(row), circle)?.pop();
        Ok(shown.ok_or_else(|| Error::internal("a consultation has no view"))?)
    }

    fn consultations(
        &self,
        conn: &mut Conn,
        viewer: &Viewer,
        rows: &[ConsultationRow],
        circle: bool,
    ) -> TxResult<Vec<DraftConsultation>> {
        let now = self.db.clock.business();
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
        let lines = store::consulted_of(conn, viewer.tenant, &ids)?;
        let agencies: Vec<Uuid> = lines.iter().filter_map(|one| one.agency_id.as_ref().map(|id| id.0)).collect();
        let named = names(conn, viewer.tenant, &agencies, now.day_in_vietnam())?;
        let answering = answering_agencies(conn, viewer, &agencies)?;
        let mut shown = Vec::new();
        for row in rows {
            let mine = lines.iter().filter(|line| line.consultation_id == row.id);
            let mut asked = Vec::new();
            for line in mine.filter(|line| circle || asks(line, viewer, &answering)) {
                let column = opinion_column(line);
                let text = line.opinion.as_ref().map(|text| store::open(&self.db.vault, &column, row.id.0, text));
                asked.push(Consulted {
                    agency: line.agency_id.as_ref().and_then(|id| named.get(&id.0).cloned()),
                    officer_id: line.officer_id.as_ref().map(|id| id.0),
                    state: AnswerState::of(line.answered_at.as_ref().map(|_| line.late), &row.due_at.0, &now.0),
                    stance: stance_of(line)?,
                    text: text.transpose()?,
                    revision: line.revision,
                    answered_by_id: line.answered_by_id.as_ref().map(|id| id.0),
                    answered_at: line.answered_at.as_ref().map(|at| at.0),
                });
            }
            if circle || !asked.is_empty() {
                shown.push(DraftConsultation {
                    id: row.id.0,
                    draft_id: row.draft_id.0,
                    revision: row.revision,
                    question: store::open(&self.db.vault, "draft_consultations.question", row.id.0, &row.question)?,
                    asked_by_id: row.asked_by_id.0,
                    asked_at: row.asked_at.0,
                    due_at: row.due_at.0,
                    asked,
                    version: row.version,
                });
            }
        }
        Ok(shown)
    }
}

/// What a sealed opinion belongs to, beside its consultation.
pub(super) fn opinion_column(line: &ConsultedRow) -> String {
    format!("draft_consulted.opinion:{}", line.position)
}

/// The consultations of a draft the caller may see.
pub(super) async fn list(
    room: &Drafts,
    actor: Arc<Actor>,
    id: Uuid,
    request_id: String,
) -> Result<Vec<DraftConsultation>> {
    actor.require_scope(READ)?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("draft_consultations", move |conn| {
            let viewer = Viewer::of(conn, &reader, own.db.clock.business())?;
            let draft = store::find(conn, &viewer, id)?;
            let circle = store::in_circle(conn, &viewer, id)?;
            let rows = store::consultations(conn, &draft)?;
            own.consultations(conn, &viewer, &rows, circle)
        })
        .await?;
    read::noted(room, &actor, "list_draft_consultations", request_id, vec![id]).await?;
    Ok(found)
}

fn repeated(pointer: &str) -> FieldError {
    let text = Text::new("Nơi này đã có trong danh sách.", "The list has this one already.");
    FieldError::new(pointer, "draft.asked_twice", text)
}

fn not_yours() -> Error {
    Error::forbidden(
        "draft.not_yours",
        "Chỉ người soạn thảo hoặc lãnh đạo đơn vị soạn thảo được lấy ý kiến.",
        "Only the author or the head of the unit that drafts gathers opinions.",
    )
}

fn too_many() -> Error {
    Error::conflict(
        "draft.too_many_consultations",
        "Dự thảo đã lấy ý kiến 50 lần.",
        "Opinions on this draft were gathered 50 times.",
    )
}
