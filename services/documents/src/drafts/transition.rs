//! The steps of a draft: one transaction each, from the rule that allows it to the event that tells of it.

use std::sync::Arc;

use motcua_agencies::load_officer;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_journal::{EventKind, Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, Idempotency, Result, Text, Uuid};

use super::access::{Hands, Viewer};
use super::facts::{ADVANCED, CANCELLED, CHECKED, RETURNED, SIGNED, SUBMITTED};
use super::http::WRITE;
use super::request::AskedStep;
use super::rules::{self, DraftAction, DraftState};
use super::sign::require_authority;
use super::store::{self, DraftRow};
use super::tell::Noted;
use super::view::CreateDraftTransition;
use super::{Drafts, read, request, search};
use crate::directory::officer_of;
use crate::precondition::check_version;

/// Does one step of a draft.
///
/// # Errors
/// `not_found` for callers outside its circle, `draft.not_yours` for those who may not do this, `draft.state` with the
/// state and the actions allowed now, `draft.approval_outdated`, `precondition.stale`, and those of the single steps.
pub(super) async fn transition(
    room: &Drafts,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    step: CreateDraftTransition,
    request_id: String,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let asked = request::step(&step, room.db.clock.business().day_in_vietnam())?;
    read::admit(room, &actor, id).await?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("draft_transition", actor.tenant, key, move |tx| {
            own.take(tx, &writer, (id, version), &step, &asked)
        })
        .await?;
    read::shown(room, &actor, answer, "create_draft_transition", request_id).await
}

/// A step under way: what it reads and changes.
pub(super) struct UnderWay<'a> {
    pub actor: &'a Actor,
    pub viewer: &'a Viewer,
    pub by: &'a Authority,
    pub stamp: &'a Stamp,
    pub row: &'a mut DraftRow,
    pub said: Option<&'a str>,
}

impl Drafts {
    fn take(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        (id, version): (Uuid, i64),
        step: &CreateDraftTransition,
        asked: &AskedStep,
    ) -> TxResult<Answer> {
        let said = asked.said.as_deref();
        store::hold(tx, actor.tenant, id)?;
        let moment = Moment::of(&self.db.clock);
        let viewer = Viewer::of(tx, actor, moment.occurred)?;
        let mut row = store::find_in_circle(tx, &viewer, id)?;
        check_version(row.version, version)?;
        let hands = Hands::of(tx, actor, &viewer, &row)?;
        let action = step.action();
        if action == DraftAction::Sign && row.state()? == DraftState::Signing {
            // Who has lost the authority hears since when, and not only that they have none.
            require_authority(tx, &viewer, &row, step, moment.occurred.day_in_vietnam())?;
        }
        let (next, hand) = rules::act(&hands.standing, action)?;
        if let Some(read) = step.revision()
            && read != row.revision
        {
            return Err(other_revision(row.revision).into());
        }
        let by = hands.right(hand)?;
        let stamp = Stamp::of(&by, moment);
        let officer = viewer.officer;
        next.as_str().clone_into(&mut row.state);
        let mut under_way = UnderWay { actor, viewer: &viewer, by: &by, stamp: &stamp, row: &mut row, said };
        let (kind, check, noted) = self.do_step(tx, &mut under_way, step)?;
        self.note(tx, &stamp, &row, &Noted { kind: noted, officer, by: Some(&by), said })?;
        if let Some(officer) = officer {
            store::join_circle(tx, actor.tenant, id, officer)?;
        }
        self.change(tx, &stamp, kind, &mut row, check)?;
        if action == DraftAction::Number {
            let mut words = search::words_of_document(tx, &self.db, &row)?;
            // The register is held from here on, so this comes last.
            self.number(
                tx,
                &mut UnderWay { actor, viewer: &viewer, by: &by, stamp: &stamp, row: &mut row, said },
                step,
                asked,
                &mut words,
            )?;
        }
        let view = read::draft(tx, self, actor, &row)?;
        Ok(Answer::done(&view)?.version(row.version).personal())
    }

    fn do_step(
        &self,
        tx: &mut Conn,
        of: &mut UnderWay<'_>,
        step: &CreateDraftTransition,
    ) -> TxResult<(EventKind, Option<&'static str>, &'static str)> {
        let revision = of.row.revision;
        Ok(match step {
            CreateDraftTransition::Submit { .. } => {
                if of.row.submitted_at.is_none() {
                    of.row.submitted_at = Some(of.stamp.occurred.into());
                }
                (SUBMITTED, None, "submitted")
            }
            CreateDraftTransition::ApproveContent { .. } => {
                of.row.content_revision = Some(revision);
                of.row.content_by_id = of.viewer.officer.map(Id);
                (CHECKED, Some("content"), "content_approved")
            }
            CreateDraftTransition::ApproveForm { signer, .. } => {
                of.row.form_revision = Some(revision);
                of.row.form_by_id = of.viewer.officer.map(Id);
                if let Some(signer) = signer {
                    let signer = self.known_officer(tx, of.actor.tenant, signer, "/signer")?;
                    store::join_circle(tx, of.actor.tenant, of.row.id.0, signer)?;
                }
                (CHECKED, Some("form"), "form_approved")
            }
            CreateDraftTransition::Return { .. } => (RETURNED, None, "returned"),
            CreateDraftTransition::Sign { .. } => {
                let another = self.sign(tx, of, step)?;
                (SIGNED, None, if another { "signed_another_file" } else { "signed" })
            }
            CreateDraftTransition::Number { .. } => {
                of.row.document_id = Some(Id(motcua_kernel::new_id()));
                (ADVANCED, None, "numbered")
            }
            CreateDraftTransition::Seal {} => {
                self.seal(tx, of)?;
                (ADVANCED, None, "sealed")
            }
            CreateDraftTransition::Issue {} => {
                self.issue(tx, of)?;
                (ADVANCED, None, "issued")
            }
            CreateDraftTransition::Cancel { .. } => {
                self.cancel(tx, of)?;
                (CANCELLED, None, "cancelled")
            }
        })
    }

    /// An officer that a request names: by id, or by the account at the installation's issuer. The account must be open.
    pub(super) fn known_officer(&self, tx: &mut Conn, tenant: Uuid, reference: &str, pointer: &str) -> TxResult<Uuid> {
        let by_id = match reference.trim().parse::<Uuid>() {
            Ok(id) => load_officer(tx, tenant, id)?,
            Err(_) => None,
        };
        let found = match by_id {
            Some(found) => Some(found),
            None => officer_of(tx, tenant, &self.issuer, reference.trim())?,
        };
        let id = found.filter(|officer| officer.active).map(|officer| officer.id);
        Ok(id.ok_or_else(|| {
            let text =
                Text::new("Không có cán bộ đang hoạt động này.", "There is no such officer with an open account.");
            Error::invalid_field(pointer, "officer.unknown", text)
        })?)
    }
}

/// Somebody has read another version than the one there is.
fn other_revision(current: i32) -> Error {
    Error::conflict(
        "draft.approval_outdated",
        "Bản bạn đã đọc không còn là bản hiện hành của dự thảo; hãy đọc lại.",
        "The version you have read is not the draft's current one; read it again.",
    )
    .with("revision", current)
    .with("legal_basis", "Nghị định 30/2020/NĐ-CP, Điều 11")
}
