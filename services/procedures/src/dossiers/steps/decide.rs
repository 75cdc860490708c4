//! The decision, and the number that ends processing.

use chrono::{DateTime, Utc};
use motcua_db::sql::{At, Json};
use motcua_db::{Conn, TxResult};
use motcua_files::require_uploaded_by;
use motcua_journal::{EventKind, Stamp};
use motcua_kernel::{Error, Result, Text, Uuid};

use super::Step;
use crate::catalogue::content::{BEFORE_APPROVAL, ResultPaper};
use crate::consultations;
use crate::dossiers::assignment::let_go;
use crate::dossiers::facts::{self, DossierFacts, ResultFacts};
use crate::dossiers::linked;
use crate::dossiers::read::state_of;
use crate::dossiers::rules::State;
use crate::dossiers::step::CreateResult;
use crate::dossiers::store::{self, FileRow};
use crate::dossiers::timeline::settle;
use crate::dossiers::view::{FileOrigin, ResultView};
use crate::dossiers::{Dossiers, to_json, write_change};
use crate::issuing;

impl Step<'_> {
    /// Decides the dossier and puts the result in line for its number.
    pub(super) fn approve(&mut self, tx: &mut Conn, result: &CreateResult) -> TxResult<EventKind> {
        consultations::require_none_open(tx, self.row, self.facts)?;
        let version = self.room.catalogue.load_version(tx, self.row.tenant_id.0, self.row.version_id.0)?;
        linked::require_ended(&version.content, self.facts, BEFORE_APPROVAL)?;
        require_uploaded_by(tx, &self.room.db.vault, self.actor, result.file_id, "/result/file_id")?;
        let paper_code = paper_code(&version.content.results, result.paper.as_deref())?;
        let view =
            ResultView { file_id: result.file_id, document_id: None, number: None, issued_at: None, revocation: None };
        let subject = result.subject.trim().to_owned();
        self.note(|remarks| remarks.result_subject = Some(subject))?;
        let row = &mut *self.row;
        row.result = Some(Json(to_json(&view)?));
        row.approved_at = Some(self.stamp.occurred.into());
        self.facts.approved_at = Some(self.stamp.occurred.0);
        self.facts.result = Some(ResultFacts {
            paper_code: paper_code.clone(),
            document_id: None,
            number: None,
            has_file: true,
            revoked_at: None,
        });
        let file = FileRow::beside(&row.tenant_id, &row.id, result.file_id, FileOrigin::Result);
        store::insert_file(tx, &FileRow { paper_code, ..file })?;
        issuing::enqueue(tx, row.tenant_id.0, row.id.0, self.stamp.now)?;
        Ok(facts::APPROVED)
    }
}

/// The code of the paper that the result is: the one that is named, or the only one the procedure gives.
fn paper_code(papers: &[ResultPaper], named: Option<&str>) -> Result<Option<String>> {
    match (named, papers) {
        (Some(named), _) if papers.iter().any(|paper| paper.code == named) => Ok(Some(named.to_owned())),
        (Some(_), _) => {
            let text = Text::new("Thủ tục không có giấy tờ kết quả này.", "The procedure gives no such paper.");
            Err(Error::invalid_field("/result/paper", "result.unknown_paper", text))
        }
        (None, [only]) => Ok(Some(only.code.clone()).filter(|code| !code.is_empty())),
        (None, _) => Ok(None),
    }
}

/// Writes the number the documents service gave, which ends processing.
///
/// # Errors
/// When the database fails.
pub(crate) fn finish(
    tx: &mut Conn,
    room: &Dossiers,
    tenant: Uuid,
    id: Uuid,
    document: &issuing::IssuedDocument,
) -> TxResult<()> {
    let Some(mut row) = store::load_own(tx, tenant, id)? else {
        return Err(Error::internal(format!("dossier {id} waits for a number and is gone")).into());
    };
    if state_of(&row)? != State::Issuing {
        // Another copy of the service was faster with the same number.
        return Ok(());
    }
    let mut facts: DossierFacts = store::facts(&row)?;
    let stored = row.result.clone().ok_or_else(|| Error::internal(format!("dossier {id} has no result")))?;
    let mut result: ResultView = serde_json::from_value(stored.0).map_err(Error::internal)?;
    result.document_id = Some(document.id);
    result.number = Some(document.full_number.clone());
    result.issued_at = Some(document.issued_at);
    row.result = Some(Json(to_json(&result)?));
    let stamp = Stamp::by_service("procedures", tenant, &room.db.clock);
    let finished_at = end_of_processing(document.issued_at, facts.approved_at, stamp.occurred.0);
    row.state = State::Done.as_str().into();
    row.finished_at = Some(At(finished_at));
    row.ended_at = Some(At(finished_at));
    facts.state = State::Done;
    facts.national_state = State::Done.national();
    facts.finished_at = Some(finished_at);
    facts.result = Some(ResultFacts {
        paper_code: facts.result.take().and_then(|result| result.paper_code),
        document_id: Some(document.id),
        number: Some(document.full_number.clone()),
        has_file: true,
        revoked_at: None,
    });
    linked::advance(tx, room, &stamp, &row, &mut facts)?;
    let_go(tx, room, &mut row, &mut facts)?;
    settle(tx, room, &mut row, &mut facts, stamp.occurred)?;
    write_change(tx, &room.journal, &stamp, facts::DONE, &mut row, &mut facts)?;
    linked::tell_parent(tx, room, &stamp, &row, &facts)
}

/// When processing ended: as the number was given, by the clock of the service that gave it. Where the two clocks differ,
/// not before the decision and not after now, which no history of the legal clock can hold.
fn end_of_processing(
    issued_at: DateTime<Utc>,
    approved_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let known_by = issued_at.min(now);
    approved_at.map_or(known_by, |approved_at| known_by.max(approved_at))
}
