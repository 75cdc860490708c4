//! Taking a document back from one receiver (lấy lại).

use std::sync::Arc;

use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::text::normalise;
use motcua_kernel::{Actor, Answer, Error, Idempotency, Kind, Result, Uuid};

use super::http::CreateTakeBack;
use super::{TRIES, read, sender_of};
use crate::incoming::create::audited;
use crate::incoming::facts::{self, TakeBack, TakeBackState};
use crate::incoming::rules::{State, WRITE};
use crate::incoming::search::index;
use crate::incoming::store;
use crate::incoming::transition::reason_fault;
use crate::incoming::{IncomingDocuments, TAKE_BACK, show};
use crate::search::FileWords;

/// Asks for a document back. Whatever the receiver does meanwhile, the wish has an answer then: so no version is asked for.
///
/// # Errors
/// `take_back.pending` when it was asked for and not answered, `take_back.state` when there is nothing to take back.
pub(super) async fn take_back(
    room: &IncomingDocuments,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (document, dispatch): (Uuid, Uuid),
    asked: CreateTakeBack,
    request_id: String,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    if let Some(fault) = reason_fault(&asked.reason, "/reason") {
        return Err(Error::invalid(vec![fault]));
    }
    let (own, caller) = (room.clone(), Arc::clone(&actor));
    room.db.read("dispatch_admit", move |conn| sender_of(conn, &own, &caller, document).map(drop)).await?;
    let (own, sender) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("dispatch_take_back", actor.tenant, key, move |tx| {
            for _ in 1..TRIES {
                match take_back_now(tx, &own, &sender, document, dispatch, &asked.reason) {
                    // The receiver has just done something: what it is now decides.
                    Err(Failure::Refused(error)) if error.kind == Kind::Stale => {}
                    outcome => return outcome,
                }
            }
            take_back_now(tx, &own, &sender, document, dispatch, &asked.reason)
        })
        .await?;
    audited(room, &actor, "create_take_back", request_id, answer).await
}

fn take_back_now(
    tx: &mut Conn,
    room: &IncomingDocuments,
    actor: &Actor,
    document: Uuid,
    dispatch: Uuid,
    reason: &str,
) -> TxResult<Answer> {
    let (issued, by) = sender_of(tx, room, actor, document)?;
    let row = store::load_own(tx, actor.tenant, dispatch)?;
    let row = row.filter(|row| row.outgoing_document_id.as_ref().is_some_and(|original| original.0 == issued.id));
    let mut row = row.ok_or_else(Error::not_found)?;
    let mut facts = row.facts()?;
    if facts.state.is_given_up() {
        return Err(nothing_to_take(facts.state).into());
    }
    if show::standing(&facts).take_back_asked {
        return Err(Error::conflict(
            "take_back.pending",
            "Đã đề nghị lấy lại và nơi nhận chưa trả lời.",
            "It was asked for already, and the receiver has not answered.",
        )
        .into());
    }
    let stamp = Stamp::of(&by, Moment::of(&room.db.clock));
    let now = stamp.occurred.0;
    // Nobody there has dealt with it yet, so nobody is asked.
    let at_once = facts.state == State::Received;
    let (state, answered_at) =
        if at_once { (TakeBackState::Agreed, Some(now)) } else { (TakeBackState::Requested, None) };
    facts.take_back = Some(TakeBack { state, asked_at: now, answered_at });
    let kind = if at_once {
        facts.state = State::TakenBack;
        facts.ended_at = Some(now);
        facts::TAKEN_BACK
    } else {
        facts::TAKE_BACK_REQUESTED
    };
    row.take_in(&mut facts)?;
    store::update(tx, &row)?;
    if at_once {
        index(tx, room, std::slice::from_ref(&row), &mut FileWords::default())?;
    }
    store::note(tx, &room.db.vault, &row, TAKE_BACK, &by, &stamp, Some(&normalise(reason)))?;
    facts::tell(tx, &room.journal, &stamp, kind, &facts)?;
    let view = read::views(tx, room, actor.tenant, std::slice::from_ref(&row))?.pop();
    let view = view.ok_or_else(|| Error::internal("a dispatch has no view"))?;
    Ok(Answer::done(&view)?.version(row.version).personal())
}

fn nothing_to_take(state: State) -> Error {
    Error::conflict(
        "take_back.state",
        format!("Nơi nhận không còn giữ văn bản (“{}”).", state.name().vi),
        format!("The receiver does not have the document any more (“{}”).", state.name().en),
    )
    .with("state", state.as_str())
}
