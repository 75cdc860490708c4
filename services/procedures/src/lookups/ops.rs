//! Recording what databases said of a dossier.

use std::sync::Arc;

use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Role, Text, Uuid};

use super::view::{CreateLookup, CreateLookups, Lookups};
use super::{rules, store};
use crate::dossiers::facts::{DossierFacts, LOOKED_UP};
use crate::dossiers::rules::{Hand, Party, State};
use crate::dossiers::store::{self as dossier_store, Standing};
use crate::dossiers::{Dossiers, progress, state_of, write_change};

/// The most look-ups a dossier keeps: lists of them have no pages.
const MOST_KEPT: usize = 500;

/// Who may say what a database answered.
const HANDS: [Hand; 2] =
    [Hand::Officer(Party::Receiving, Role::Receiver), Hand::Officer(Party::Competent, Role::Processor)];

/// Records look-ups of a dossier that has not been decided.
///
/// # Errors
/// `not_found` for callers who may not see it, `dossier.not_yours`, `dossier.state` once it is decided or has ended,
/// `precondition.stale`; every fault of the look-ups at once.
pub(super) async fn create(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    expected: i64,
    new: CreateLookups,
) -> Result<Answer> {
    actor.require_scope("procedures:dossiers:write")?;
    let caller = Arc::clone(&actor);
    room.db.read("lookup_admit", move |conn| dossier_store::load(conn, &caller, id).map(drop)).await?;
    let own = room.clone();
    room.db.write_once("lookup_create", actor.tenant, key, move |tx| record(tx, &own, &actor, id, expected, &new)).await
}

fn record(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    id: Uuid,
    expected: i64,
    new: &CreateLookups,
) -> TxResult<Answer> {
    let mut row = dossier_store::load_at(tx, actor, id, expected)?;
    let standing = Standing::of(tx, actor, &row)?;
    let stamp = Stamp::of(standing.right(&HANDS).ok_or_else(not_yours)?, Moment::of(&room.db.clock));
    let state = state_of(&row)?;
    if state.is_terminal() || matches!(state, State::Issuing | State::Done) {
        return Err(decided(state).into());
    }
    let version = room.catalogue.load_version(tx, row.tenant_id.0, row.version_id.0)?;
    let mut faults = rules::faults(&version.content, &new.lookups, stamp.occurred.0);
    if new.lookups.is_empty() {
        faults.push(FieldError::new("/lookups", "required", Text::new("Cần ít nhất một.", "At least one is needed.")));
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    if store::of(tx, &room.db.vault, actor.tenant, id)?.len() + new.lookups.len() > MOST_KEPT {
        return Err(too_many().into());
    }
    let mut facts: DossierFacts = dossier_store::facts(&row)?;
    keep(tx, room, &stamp, id, &mut facts, &new.lookups)?;
    write_change(tx, &room.journal, &stamp, LOOKED_UP, &mut row, &mut facts)?;
    let progress = progress(tx, room, actor, &row)?;
    Ok(Answer::done(&progress)?.version(row.version))
}

/// Keeps look-ups whose faults were looked for, and settles the facts of their dossier by them.
pub(crate) fn keep(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    dossier: Uuid,
    facts: &mut DossierFacts,
    lookups: &[CreateLookup],
) -> TxResult<()> {
    store::insert(tx, &room.db.vault, stamp, stamp.tenant, dossier, lookups)?;
    rules::settle(facts, &store::of(tx, &room.db.vault, stamp.tenant, dossier)?);
    Ok(())
}

/// The look-ups of a dossier, for whoever may see it.
///
/// # Errors
/// `not_found` when there is none the caller may see.
pub(super) async fn list(room: &Dossiers, actor: Arc<Actor>, id: Uuid) -> Result<Lookups> {
    actor.require_scope("procedures:dossiers:read")?;
    let own = room.clone();
    room.db
        .read("lookup_list", move |conn| {
            let row = dossier_store::load(conn, &actor, id)?;
            Ok(Lookups { items: store::of(conn, &own.db.vault, row.tenant_id.0, id)? })
        })
        .await
}

fn not_yours() -> Error {
    Error::forbidden(
        "dossier.not_yours",
        "Chỉ cán bộ tiếp nhận hoặc cán bộ thụ lý của hồ sơ ghi nhận kết quả tra cứu.",
        "Only a receiver or a processor of the dossier records look-ups.",
    )
}

fn decided(state: State) -> Error {
    Error::conflict(
        "dossier.state",
        format!("Hồ sơ đang ở trạng thái “{}”, không ghi thêm tra cứu được.", state.name().vi),
        format!("The dossier is “{}”; look-ups can't be added now.", state.name().en),
    )
    .with("state", state.as_str())
}

fn too_many() -> Error {
    Error::conflict(
        "lookup.too_many",
        "Một hồ sơ có nhiều nhất 500 lượt tra cứu.",
        "A dossier has at most 500 look-ups.",
    )
}
