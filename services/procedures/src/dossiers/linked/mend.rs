//! Mending a step whose dossier could not be made: it is started again, or given up.

use std::sync::Arc;

use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Role, Uuid};

use super::facts::LinkedStatus;
use super::http::{CreateLinkedSkip, CreateLinkedStart};
use super::start::{advance, start};
use super::view::{LinkedDossier, linked_of};
use crate::catalogue::content::LinkedStep;
use crate::dossiers::facts::{self, DossierFacts};
use crate::dossiers::rules::{Hand, Party};
use crate::dossiers::step::{line, text};
use crate::dossiers::store::{self, DossierRow};
use crate::dossiers::view::{Closing, LinkedSkip};
use crate::dossiers::{Dossiers, note, write_change};

/// Who mends what kept a step from starting.
const MENDERS: [Hand; 2] =
    [Hand::Officer(Party::Receiving, Role::Receiver), Hand::Officer(Party::Competent, Role::Processor)];
/// Who decides that the first dossier goes on without a step.
const DECIDERS: [Hand; 1] = [Hand::Officer(Party::Competent, Role::Approver)];

/// Which step of which version of which dossier.
pub(super) struct Which {
    pub dossier: Uuid,
    pub code: String,
    pub expected: i64,
}

/// A failed step that the caller may mend, with nobody else at its dossier.
struct Failed {
    row: DossierRow,
    facts: DossierFacts,
    stamp: Stamp,
    step: LinkedStep,
}

/// Starts a failed step again.
///
/// # Errors
/// `linked.state` when it has not failed, `linked.faulty` with every fault that still keeps it from starting,
/// `dossier.not_yours`, `precondition.stale`.
pub(super) async fn restart(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    which: Which,
    new: CreateLinkedStart,
) -> Result<Answer> {
    admit(room, &actor, which.dossier).await?;
    let own = room.clone();
    room.db
        .write_once("linked_start", actor.tenant, key, move |tx| {
            let mut failed = Failed::load(tx, &own, &actor, &which, &MENDERS)?;
            let parent = (&failed.row, &failed.facts);
            let child = match start(tx, &own, &failed.stamp, parent, &failed.step, new.form.as_ref())? {
                Ok(child) => child,
                Err(faults) => return Err(faulty(faults).into()),
            };
            failed.set(LinkedStatus::Started, Some(child));
            let Failed { mut row, mut facts, stamp, .. } = failed;
            write_change(tx, &own.journal, &stamp, facts::LINKED_STARTED, &mut row, &mut facts)?;
            let view = view(tx, &own, &row, &facts, &which.code)?;
            Ok(Answer::created(format!("/v1/dossiers/{child}"), &view)?.version(row.version))
        })
        .await
}

/// Gives a failed step up, so that the first dossier can end without it.
///
/// # Errors
/// `linked.state` when it has not failed, `dossier.not_yours`, `precondition.stale`, what is wrong with the texts.
pub(super) async fn skip(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    which: Which,
    new: CreateLinkedSkip,
) -> Result<Answer> {
    admit(room, &actor, which.dossier).await?;
    let own = room.clone();
    room.db
        .write_once("linked_skip", actor.tenant, key, move |tx| {
            let mut failed = Failed::load(tx, &own, &actor, &which, &DECIDERS)?;
            let faults: Vec<FieldError> =
                [text("/reason", &new.reason, 2000), line("/legal_basis", &new.legal_basis, 500)]
                    .into_iter()
                    .flatten()
                    .collect();
            if !faults.is_empty() {
                return Err(Error::invalid(faults).into());
            }
            failed.set(LinkedStatus::Skipped, None);
            let Failed { mut row, mut facts, stamp, step } = failed;
            let closing = Closing {
                reason: Some(new.reason.trim().to_owned()),
                legal_basis: Some(new.legal_basis.trim().to_owned()),
            };
            note(&own, &mut row, |remarks| remarks.skips.push(LinkedSkip { code: step.code, closing }))?;
            advance(tx, &own, &stamp, &row, &mut facts)?;
            write_change(tx, &own.journal, &stamp, facts::LINKED_SKIPPED, &mut row, &mut facts)?;
            let view = view(tx, &own, &row, &facts, &which.code)?;
            Ok(Answer::done(&view)?.version(row.version).personal())
        })
        .await
}

/// Before a kept answer is given again: whoever may not see the dossier any more hears nothing of it.
async fn admit(room: &Dossiers, actor: &Arc<Actor>, id: Uuid) -> Result<()> {
    actor.require_scope("procedures:dossiers:write")?;
    let caller = Arc::clone(actor);
    room.db.read("dossier_admit", move |conn| store::load(conn, &caller, id).map(drop)).await
}

impl Failed {
    fn load(tx: &mut Conn, room: &Dossiers, actor: &Actor, which: &Which, may: &[Hand]) -> TxResult<Self> {
        // Of two at once the second waits here, and then reads what the first has done.
        store::hold(tx, actor.tenant, which.dossier)?;
        let row = store::load_at(tx, actor, which.dossier, which.expected)?;
        let standing = store::Standing::of(tx, actor, &row)?;
        let stamp = Stamp::of(standing.right(may).ok_or_else(not_yours)?, Moment::of(&room.db.clock));
        let facts = store::facts(&row)?;
        let version = room.catalogue.load_version(tx, actor.tenant, row.version_id.0)?;
        let step = version.content.linked.iter().find(|step| step.code == which.code).ok_or_else(Error::not_found)?;
        let fact = facts.linked.iter().find(|fact| fact.code == which.code).ok_or_else(Error::not_found)?;
        if fact.status != LinkedStatus::Failed {
            return Err(not_failed(fact.status).into());
        }
        Ok(Self { step: step.clone(), row, facts, stamp })
    }

    fn set(&mut self, status: LinkedStatus, child: Option<Uuid>) {
        if let Some(fact) = self.facts.linked.iter_mut().find(|fact| fact.code == self.step.code) {
            fact.set(status, self.stamp.occurred.0);
            fact.dossier_id = child;
        }
    }
}

/// The step as it stands now.
fn view(tx: &mut Conn, room: &Dossiers, row: &DossierRow, facts: &DossierFacts, code: &str) -> TxResult<LinkedDossier> {
    let all = linked_of(tx, room, row, facts)?;
    Ok(all.into_iter().find(|step| step.code == code).ok_or_else(Error::not_found)?)
}

fn faulty(faults: Vec<FieldError>) -> Error {
    let mut error = Error::invalid(faults);
    "linked.faulty".clone_into(&mut error.code);
    error
}

fn not_failed(status: LinkedStatus) -> Error {
    Error::conflict(
        "linked.state",
        format!("Chỉ xử lý được bước chưa tạo được hồ sơ; bước này: {}.", status.name().vi),
        format!("Only a step whose dossier could not be made can be mended; this one: {}.", status.name().en),
    )
    .with("status", serde_json::to_value(status).unwrap_or_default())
}

fn not_yours() -> Error {
    Error::forbidden(
        "dossier.not_yours",
        "Bạn không giữ vai trò được làm bước này với hồ sơ.",
        "You don't hold the role that may take this step.",
    )
}
