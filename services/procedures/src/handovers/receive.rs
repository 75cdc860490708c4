//! Receiving papers: all as it was said, or with differences, of which the giver is told.

use std::sync::Arc;

use motcua_agencies::{authority_in, under};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, Idempotency, Result, Role, Uuid};

use super::access::{self, HANDLERS, Seen};
use super::facts::RECEIVED;
use super::give::facts_of;
use super::papers::{self, handed, seal};
use super::read;
use super::rules::HandoverState;
use super::store::{self, HandoverRow};
use super::view::CreateHandoverReceipt;
use crate::dossiers::Dossiers;
use crate::dossiers::rules::Party;
use crate::dossiers::store::hold;
use crate::dossiers::store::officer_id;
use crate::dossiers::to_json;
use crate::timers::{TimerKind, Told, tell};

/// Records what arrived.
///
/// # Errors
/// Every fault of the request at once; `handover.not_yours` for officers of other agencies, `handover.received` when that
/// was recorded before.
pub(super) async fn receive(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    receipt: CreateHandoverReceipt,
) -> Result<Answer> {
    actor.require_scope("procedures:dossiers:write")?;
    let caller = Arc::clone(&actor);
    let admit = move |conn: &mut Conn| find(conn, &caller, id).map(drop);
    room.db.read("handover_admit", admit).await?;
    let own = room.clone();
    room.db.write_once("handover_receive", actor.tenant, key, move |tx| take(tx, &own, &actor, id, &receipt)).await
}

fn find(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<(HandoverRow, Seen)> {
    let row = store::load(conn, actor.tenant, id)?.ok_or_else(Error::not_found)?;
    let seen = access::load(conn, actor, row.dossier_id.0)?;
    Ok((row, seen))
}

fn take(tx: &mut Conn, room: &Dossiers, actor: &Actor, id: Uuid, receipt: &CreateHandoverReceipt) -> TxResult<Answer> {
    let (row, _) = find(tx, actor, id)?;
    hold(tx, actor.tenant, row.dossier_id.0)?;
    let (mut row, seen) = find(tx, actor, id)?;
    let to = access::answers_now(tx, room, &seen, row.to_agency_id.0)?;
    let by = authority_in(tx, actor, to, &HANDLERS)?.ok_or_else(not_yours)?;
    if row.state()? != HandoverState::Given {
        return Err(received(&row).into());
    }
    let given = handed(room, &row)?;
    let version = room.catalogue.load_version(tx, actor.tenant, seen.row.version_id.0)?;
    let faults = papers::difference_faults(&version.content, &given, &receipt.differences);
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    let stamp = Stamp::of(&by, Moment::of(&room.db.clock));
    let differs = !receipt.differences.is_empty();
    let state = if differs { HandoverState::ReceivedWithDifferences } else { HandoverState::Received };
    state.as_str().clone_into(&mut row.state);
    row.differences = differs.then(|| seal(room, "differences", id, &receipt.differences)).transpose()?;
    row.received_at = Some(At::from(stamp.occurred));
    row.receiver_id = officer_id(tx, actor)?.map(Id);
    row.received_by = Some(stamp.actor().to_owned());
    row.version += 1;
    if !store::update(tx, &row)? {
        return Err(received(&row).into());
    }
    let facts = facts_of(&seen.row, &seen.facts, &row, &given, &receipt.differences)?;
    let data = to_json(&facts)?;
    room.journal.record(tx, &stamp, &Change { kind: RECEIVED, subject: id, version: row.version, data: &data })?;
    if differs {
        tell_giver(tx, room, &seen, &row, &stamp)?;
    }
    Ok(Answer::done(&read::view(tx, room, &row)?)?.version(row.version).personal())
}

/// The officer who gave, and with them who does such work at the agency the papers came from.
fn tell_giver(tx: &mut Conn, room: &Dossiers, seen: &Seen, row: &HandoverRow, stamp: &Stamp) -> TxResult<()> {
    let from = access::answers_now(tx, room, seen, row.from_agency_id.0)?;
    let of = &seen.facts.agencies;
    let desk = under(tx, stamp.tenant, &[of.receiving.responsible_id])?.contains(&from);
    // Where one agency is both, whoever works on the dossier gave it.
    let decides = from == of.competent.responsible_id && from != of.receiving.responsible_id;
    let helps = of.supporting.as_ref().is_some_and(|party| party.responsible_id == from);
    let (party, role) = match (decides, desk, helps) {
        (false, true, _) => (Party::Receiving, Role::Receiver),
        (false, false, true) => (Party::Supporting, Role::Receiver),
        _ => (Party::Competent, Role::Processor),
    };
    let decider =
        from == of.issuing.responsible_id || under(tx, stamp.tenant, &[of.competent.responsible_id])?.contains(&from);
    let told = Told {
        dossier: seen.row.id.0,
        kind: TimerKind::PaperDifference,
        passed_at: stamp.occurred.0,
        party,
        role,
        officer: row.from_officer_id.as_ref().map(|officer| officer.0),
        // Whoever decided before a transfer is no party any more, and gave papers they had.
        agency: (party == Party::Competent && !decider).then_some(from),
    };
    tell(tx, room, stamp.tenant, &seen.facts, &told, stamp.occurred)
}

fn not_yours() -> Error {
    Error::forbidden(
        "handover.not_yours",
        "Chỉ cán bộ của cơ quan nhận ghi nhận việc nhận giấy tờ.",
        "Only an officer of the receiving agency records what arrived.",
    )
}

fn received(row: &HandoverRow) -> Error {
    Error::conflict(
        "handover.received",
        "Việc nhận giấy tờ này đã được ghi nhận.",
        "What arrived of this hand-over was recorded before.",
    )
    .with("state", row.state.clone())
}
