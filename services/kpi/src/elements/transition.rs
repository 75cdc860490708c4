//! Steps of a value: submit, check, approve, lock, return, re-open.

use std::sync::Arc;

use motcua_db::sql::At;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, Idempotency, Result, Uuid};

use super::enter::{agency_kind, element_of, evidence_of, json, require_open_period};
use super::http::values::CreateElementValueTransition;
use super::rules::state::{ValueAction, shares_a_person};
use super::store::elements::ElementRow;
use super::store::steps::StepRow;
use super::store::values::ValueRow;
use super::store::{closings, steps, values};
use super::{Elements, WRITE, evidence, facts, judge, read, refusals};
use crate::reach;

pub(super) async fn take(
    room: &Elements,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    step: CreateElementValueTransition,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let (asking, action) = (Arc::clone(&actor), step.action);
    // Before a kept answer is given again: whoever has lost the right since hears nothing.
    room.db.read("element_value_right", move |conn| admitted(conn, &asking, id, action).map(drop)).await?;
    let own = room.clone();
    room.db
        .write_once("element_value_transition", actor.tenant, key, move |tx| {
            closings::hold_off(tx, actor.tenant)?;
            let at = Moment::of(&own.db.clock);
            let (mut row, by) = admitted(tx, &actor, id, action)?;
            refusals::check_version(row.version, version)?;
            let next = row.state()?.after(action).ok_or_else(|| row.state().map_or_else(|e| e, refusals::state))?;
            let reason = reason_of(&step)?;
            let element = element_of(tx, &row)?;
            if action == ValueAction::Reopen {
                // What figures may have counted is corrected, also in a closed period.
                row.correcting = true;
            } else if !row.correcting {
                require_open_period(tx, actor.tenant, row.responsible_agency_id.0, row.period()?)?;
            }
            if action == ValueAction::Submit {
                require_ready(tx, &mut row, &element)?;
            }
            require_another(tx, &row, action, &by)?;
            next.as_str().clone_into(&mut row.state);
            sign(&mut row, action, &by);
            row.version += 1;
            row.changed_at = At::from(at.now);
            if !values::update(tx, &row)? {
                return Err(refusals::stale(row.version).into());
            }
            steps::insert(tx, &[StepRow::new(&row, action.as_str(), reason, (by.actor(), by.on_behalf_of()))])?;
            let stamp = Stamp::of(&by, at);
            facts::tell_value(tx, &own.journal, &stamp, action.event(), (&row, &element))?;
            Ok(Answer::done(&read::show(tx, &own, &row)?)?.version(row.version))
        })
        .await
}

fn admitted(conn: &mut Conn, actor: &Actor, id: Uuid, action: ValueAction) -> TxResult<(ValueRow, Authority)> {
    let row = values::find(conn, actor, id)?.ok_or_else(Error::not_found)?;
    let agency = row.responsible_agency_id.0;
    let by = reach::require(conn, actor, agency, action.roles(), || refusals::not_allowed(action))?;
    Ok((row, by))
}

fn reason_of(step: &CreateElementValueTransition) -> Result<Option<String>> {
    let mut faults = Vec::new();
    let reason = if step.action.needs_reason() {
        Some(evidence::needed_reason(step.reason.as_deref(), "/reason", &mut faults))
    } else {
        evidence::reason(step.reason.as_deref(), "/reason", &mut faults)
    };
    if faults.is_empty() { Ok(reason) } else { Err(Error::invalid(faults)) }
}

/// What is submitted has its evidence, keeps every rule, and says why it is right where it looks wrong. Warnings are looked
/// at anew: the peers' values may have come since.
fn require_ready(tx: &mut Conn, row: &mut ValueRow, element: &ElementRow) -> TxResult<()> {
    let mut faults = Vec::new();
    if element.needs_evidence && !evidence::is_given(&evidence_of(row)?) {
        faults.push(refusals::evidence_missing());
    }
    let kind = agency_kind(tx, row)?;
    let warnings = judge::warnings(tx, element, row, kind)?;
    if !warnings.is_empty() && row.accepted_because.is_none() {
        faults.push(refusals::warnings_open());
    }
    row.warnings = json(&warnings)?;
    faults.extend(read::broken_rules(tx, row)?.iter().map(refusals::broken));
    if faults.is_empty() { Ok(()) } else { Err(refusals::not_ready(faults).into()) }
}

/// Who enters, who checks and who approves are three persons, however many had a hand in what was entered.
fn require_another(tx: &mut Conn, row: &ValueRow, action: ValueAction, by: &Authority) -> TxResult<()> {
    if !matches!(action, ValueAction::Check | ValueAction::Approve) {
        return Ok(());
    }
    let entered = steps::entered_by(tx, row)?;
    let entered = entered.iter().map(|(actor, others)| (actor.as_str(), others.as_deref()));
    let checked = row.checked_by.as_deref().map(|actor| (actor, row.checked_for.as_deref()));
    let on_behalf_of = by.on_behalf_of();
    let me = (by.actor(), on_behalf_of.as_deref());
    let mut others = entered.chain(checked.filter(|_| action == ValueAction::Approve));
    if others.any(|other| shares_a_person(me, other)) { Err(refusals::same_person().into()) } else { Ok(()) }
}

fn sign(row: &mut ValueRow, action: ValueAction, by: &Authority) {
    let (actor, on_behalf_of) = (Some(by.actor().to_owned()), by.on_behalf_of());
    match action {
        ValueAction::Check => (row.checked_by, row.checked_for) = (actor, on_behalf_of),
        ValueAction::Approve => (row.approved_by, row.approved_for) = (actor, on_behalf_of),
        ValueAction::Lock => row.correcting = false,
        ValueAction::Return | ValueAction::Reopen => {
            (row.checked_by, row.checked_for, row.approved_by, row.approved_for) = (None, None, None, None);
        }
        ValueAction::Submit => {}
    }
}
