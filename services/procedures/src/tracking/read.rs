//! Making the screen out of a dossier.

use chrono::NaiveDate;
use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Money, Result, Uuid};

use super::view::{Todo, TodoAction, TrackedAgency, TrackedDossier, TrackedLinked, TrackingRequest};
use super::{Tracking, canonical, find, unknown, words};
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::linked::linked_of;
use crate::dossiers::linked::view::LinkedDossier;
use crate::dossiers::rules::State;
use crate::dossiers::store::{self, DossierRow};
use crate::dossiers::{Dossiers, remarks};
use crate::payments;

/// Where the dossier of a reference stands.
///
/// # Errors
/// `tracking.unknown` when there is none, or it has another code.
pub(super) async fn track(room: &Tracking, asked: TrackingRequest) -> Result<TrackedDossier> {
    // A reference that can't be one is looked up as well: what is wrong with it must not show in the time it takes.
    let reference = canonical(&asked.tracking_reference).unwrap_or_default();
    let (own, tenant) = (room.dossiers.clone(), room.tenant);
    let today = own.db.clock.business().day_in_vietnam();
    room.dossiers
        .db
        .read("dossier_track", move |conn| {
            let code = asked.code.as_deref().map(str::trim);
            let row = find(conn, tenant, &reference, code)?.ok_or_else(unknown)?;
            screen(conn, &own, &row, today)
        })
        .await
}

fn screen(conn: &mut Conn, room: &Dossiers, row: &DossierRow, today: NaiveDate) -> TxResult<TrackedDossier> {
    let facts: DossierFacts = store::facts(row)?;
    let (holder, receiving) = (facts.held_by(), facts.agencies.receiving.responsible_id);
    let known = names(conn, row.tenant_id.0, &[receiving, holder.unwrap_or(receiving)], today)?;
    let agency = |id: &Uuid| {
        let named: Option<&Named> = known.get(id);
        TrackedAgency {
            code: named.map(|named| named.code.clone()).unwrap_or_default(),
            name: named.map(|named| named.name.clone()).unwrap_or_default(),
        }
    };
    let held_by = holder.as_ref().map(&agency);
    let due_at = row.due_at.as_ref().map(|at| at.0);
    Ok(TrackedDossier {
        code: row.code.clone(),
        procedure: facts.procedure.name.clone(),
        state: facts.state,
        national_state: facts.national_state,
        state_name: facts.state.name(),
        next: words::next(&facts, held_by.as_ref().map_or("", |agency| agency.name.as_str())),
        held_by,
        received_by: agency(&receiving),
        submitted_at: facts.submitted_at,
        received_at: facts.received_at,
        due_at,
        due: words::due(&facts, due_at),
        waiting_for: facts.open_wait().map(|wait| wait.kind.clone()),
        finished_at: facts.finished_at,
        returned_at: facts.returned_at,
        result_revoked_at: facts.result.as_ref().and_then(|result| result.revoked_at),
        result_number: facts.result.as_ref().and_then(|result| result.number.clone()),
        todo: todo(conn, room, row, &facts)?,
        linked: linked_of(conn, room, row, &facts)?.into_iter().map(tracked).collect(),
    })
}

fn tracked(step: LinkedDossier) -> TrackedLinked {
    TrackedLinked {
        name: step.name,
        code: step.dossier_code,
        status: step.status,
        state_name: step.state.as_ref().map_or(step.status_name, |state| state.name.clone()),
        held_by: step.held_by.map(|agency| TrackedAgency { code: agency.code, name: agency.name }),
        due_at: step.due_at,
        ended_at: step.ended_at,
    }
}

fn todo(conn: &mut Conn, room: &Dossiers, row: &DossierRow, facts: &DossierFacts) -> TxResult<Todo> {
    let due = payments::still_due(conn, row.tenant_id.0, row.id.0)?;
    let action = match facts.state {
        State::AwaitingCorrection | State::AwaitingSupplement => TodoAction::Supplement,
        State::AwaitingPayment => TodoAction::Pay,
        State::Done if !facts.result_is_revoked() => TodoAction::CollectResult,
        _ => TodoAction::Nothing,
    };
    let supplement_items = match action {
        TodoAction::Supplement => remarks(room, row)?.supplements.last().map_or(0, |asked| asked.items.len()),
        _ => 0,
    };
    let due = if row.received_at.is_none() && row.ended_at.is_some() { 0 } else { due };
    Ok(Todo { action, text: words::todo(action, supplement_items), supplement_items, due: Money::vnd(due) })
}
