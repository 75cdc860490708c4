//! Starting a step again whose dossier could not be made.

use std::sync::Arc;

use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, Idempotency, Result, Role, Uuid};

use super::facts::LinkedStatus;
use super::http::CreateLinkedStart;
use super::start::start;
use super::view::linked_of;
use crate::dossiers::facts;
use crate::dossiers::rules::{Hand, Party};
use crate::dossiers::store;
use crate::dossiers::{Dossiers, write_change};
use crate::payments;

/// Who mends what kept a step from starting.
const MENDERS: [Hand; 2] =
    [Hand::Officer(Party::Receiving, Role::Receiver), Hand::Officer(Party::Competent, Role::Processor)];

/// Starts a failed step again.
///
/// # Errors
/// `linked.state` when it has not failed, `linked.faulty` with every fault that still keeps it from starting,
/// `dossier.not_yours`, `precondition.stale`.
pub(super) async fn restart(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, code): (Uuid, String),
    expected: i64,
    new: CreateLinkedStart,
) -> Result<Answer> {
    actor.require_scope("procedures:dossiers:write")?;
    let caller = Arc::clone(&actor);
    room.db.read("dossier_admit", move |conn| store::load(conn, &caller, id).map(drop)).await?;
    let own = room.clone();
    room.db
        .write_once("linked_start", actor.tenant, key, move |tx| {
            take(tx, &own, &actor, (id, code.as_str()), expected, &new)
        })
        .await
}

fn take(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    (id, code): (Uuid, &str),
    expected: i64,
    new: &CreateLinkedStart,
) -> TxResult<Answer> {
    // Of two at once the second waits here, and then reads what the first has started.
    store::hold(tx, actor.tenant, id)?;
    let mut row = store::load(tx, actor, id)?;
    if row.version != expected {
        return Err(store::stale(row.version).into());
    }
    let parties = store::parties(tx, actor.tenant, std::slice::from_ref(&row.id))?.remove(&id).unwrap_or_default();
    let hands = store::hands(tx, actor, &parties)?;
    let by = MENDERS.iter().find_map(|hand| hands.get(hand)).ok_or_else(not_yours)?;
    let mut facts = store::facts(&row)?;
    let version = room.catalogue.load_version(tx, actor.tenant, row.version_id.0)?;
    let step = version.content.linked.iter().find(|step| step.code == code).ok_or_else(Error::not_found)?;
    let fact = facts.linked.iter().find(|fact| fact.code == code).ok_or_else(Error::not_found)?;
    if fact.status != LinkedStatus::Failed {
        return Err(not_failed(fact.status).into());
    }
    let stamp = Stamp::of(by, Moment::of(&room.db.clock));
    let child = match start(tx, room, &stamp, (&row, &facts), step, new.form.as_ref())? {
        Ok(child) => child,
        Err(faults) => {
            let mut error = Error::invalid(faults);
            "linked.faulty".clone_into(&mut error.code);
            return Err(error.into());
        }
    };
    if let Some(fact) = facts.linked.iter_mut().find(|fact| fact.code == code) {
        fact.set(LinkedStatus::Started, stamp.occurred.0);
        fact.dossier_id = Some(child);
    }
    write_change(tx, &room.journal, &stamp, facts::LINKED_STARTED, &mut row, &mut facts)?;
    let mut all = linked_of(tx, room, &row, &facts)?;
    let at = all.iter().position(|view| view.code == code).ok_or_else(Error::not_found)?;
    Ok(Answer::created(format!("/v1/dossiers/{child}"), &all.swap_remove(at))?.version(row.version))
}

fn not_failed(status: LinkedStatus) -> Error {
    Error::conflict(
        "linked.state",
        format!("Chỉ bắt đầu lại được bước chưa tạo được hồ sơ; bước này: {}.", status.name().vi),
        format!("Only a step whose dossier could not be made is started again; this one: {}.", status.name().en),
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
