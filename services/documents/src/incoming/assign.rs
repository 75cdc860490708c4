//! Who deals with a document until when (phân công): each direction is a version of its own, and none is lost.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::EventKind;
use motcua_kernel::text::{normalise, says_something};
use motcua_kernel::{Error, FieldError, Text, Uuid};

use super::facts::{self, IncomingFacts};
use super::instruction_of;
use super::named_agencies::{Reference, open_agencies};
use super::rules::{State, end_of_day};
use super::steps::Step;
use super::store::{self, AssigneeRow, AssignmentRow, Part, fit_officers};
use super::transition::{AssigneeReference, AssignmentDeadline, CreateIncomingTransition, everybody};

/// Somebody the direction names, found.
struct Found {
    part: Part,
    officer: Option<Uuid>,
    unit: Option<Uuid>,
}

/// Says who deals with a document.
///
/// # Errors
/// Faults of those named, and of the deadline.
pub(super) fn assign(step: &mut Step<'_>, tx: &mut Conn, asked: &CreateIncomingTransition) -> TxResult<EventKind> {
    let CreateIncomingTransition::Assign { lead, coordinators, informed, instruction, deadline } = asked else {
        return Err(Error::internal("another step was taken for an assignment").into());
    };
    let named: Vec<(String, &AssigneeReference)> = everybody(lead.as_ref(), coordinators, informed).collect();
    let found = find_all(step, tx, &named)?;
    let due_at = match deadline {
        Some(deadline) => Some(due(step, tx, deadline)?),
        // The day the issuer asks for holds unless the leader says otherwise; what was said before does not.
        None => step.facts.due_on.and_then(end_of_day),
    };
    let revision = step.row.revision + 1;
    let instruction = instruction.as_deref().map(normalise).filter(|text| says_something(text));
    let context = instruction_of(step.row.id.0, revision);
    let sealed = instruction.map(|text| step.room.db.vault.seal(&context, text.as_bytes())).transpose()?;
    let direction = AssignmentRow {
        tenant_id: step.row.tenant_id.clone(),
        document_id: step.row.id.clone(),
        revision,
        actor: step.by.actor().to_owned(),
        on_behalf_of: step.by.on_behalf_of(),
        assigned_at: At(step.stamp.occurred.0),
        due_at: due_at.map(At),
        instruction: sealed,
    };
    let before = led_by(tx, step)?;
    store::insert_assignment(tx, direction, &rows(step, revision, &found)?)?;
    take_in(step.facts, revision, before, &found, due_at, step.stamp.occurred.0);
    Ok(facts::ASSIGNED)
}

/// Who has the lead: an officer, or the unit that a unit is now.
type LedBy = (Option<Uuid>, Option<Uuid>);

/// Who has had the lead so far. The facts name the unit that was given it, which may have become another since.
fn led_by(tx: &mut Conn, step: &Step<'_>) -> TxResult<LedBy> {
    let standing = store::standing_of(tx, step.row)?;
    let lead = standing.into_iter().find(|one| one.part == Part::Lead);
    Ok(lead.map_or((None, None), |one| (one.officer, one.unit)))
}

/// What a direction changes in the facts.
fn take_in(
    facts: &mut IncomingFacts,
    revision: i32,
    before: LedBy,
    found: &[Found],
    due_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) {
    let lead = found.iter().find(|one| one.part == Part::Lead);
    let now_led_by = (lead.and_then(|one| one.officer), lead.and_then(|one| one.unit));
    // Another lead has to start anew.
    if facts.state == State::Processing && now_led_by != before {
        facts.state = State::Assigned;
        (facts.completed_at, facts.answer, facts.answer_document_id) = (None, None, None);
    }
    (facts.lead_officer_id, facts.lead_agency_id) = now_led_by;
    facts.revision = revision;
    facts.assigned_at = Some(now);
    facts.due_at = due_at;
}

/// Everybody named, with every fault at once.
fn find_all(step: &Step<'_>, tx: &mut Conn, named: &[(String, &AssigneeReference)]) -> TxResult<Vec<Found>> {
    let (tenant, agency) = (step.row.tenant_id.0, step.facts.responsible_agency_id);
    let today = step.stamp.occurred.day_in_vietnam();
    let units: Vec<(&String, &String)> =
        named.iter().filter_map(|(pointer, one)| one.unit.as_ref().map(|unit| (pointer, unit))).collect();
    let references: Vec<Reference<'_>> = units
        .iter()
        .map(|(pointer, unit)| Reference { pointer: format!("{pointer}/unit"), text: unit.trim() })
        .collect();
    let open = open_agencies(tx, tenant, &references, today)?;
    let ids: Vec<Uuid> = open.iter().map(|unit| unit.id).collect();
    let below: BTreeSet<Uuid> = store::among_below(tx, tenant, agency, &ids)?;
    let officers: Vec<Uuid> = named.iter().filter_map(|(_, one)| one.officer_id).collect();
    let fit = fit_officers(tx, tenant, agency, &officers, today)?;
    let mut units = ids.into_iter();
    let (mut faults, mut seen, mut found) = (Vec::new(), BTreeSet::new(), Vec::new());
    for (pointer, one) in named {
        let (id, fits) = if let Some(officer) = one.officer_id {
            (Some(officer), fit.contains(&officer))
        } else {
            let unit = units.next();
            (unit, unit.is_some_and(|unit| below.contains(&unit)))
        };
        let Some(id) = id else { continue };
        if !fits {
            faults.push(unfit(pointer, one.officer_id.is_some()));
        } else if !seen.insert(id) {
            let text = Text::new("Đã được nêu ở chỗ khác.", "Named already at another place.");
            faults.push(FieldError::new(pointer.clone(), "assignee.twice", text));
        }
        let (officer, unit) = if one.officer_id.is_some() { (Some(id), None) } else { (None, Some(id)) };
        found.push(Found { part: part_at(pointer), officer, unit });
    }
    if faults.is_empty() { Ok(found) } else { Err(Error::invalid(faults).into()) }
}

fn part_at(pointer: &str) -> Part {
    match pointer {
        "/lead" => Part::Lead,
        pointer if pointer.starts_with("/coordinators/") => Part::Coordinator,
        _ => Part::Information,
    }
}

fn unfit(pointer: &str, officer: bool) -> FieldError {
    let (field, text) = if officer {
        let vi = "Không có cán bộ này đang giữ vị trí ở cơ quan hoặc đơn vị trực thuộc.";
        ("officer_id", Text::new(vi, "No active officer with a post in the agency or below it has this id."))
    } else {
        let vi = "Đơn vị này không trực thuộc cơ quan nhận văn bản.";
        ("unit", Text::new(vi, "This unit is not below the receiving agency."))
    };
    FieldError::new(format!("{pointer}/{field}"), "assignee.unfit", text)
}

fn rows(step: &Step<'_>, revision: i32, found: &[Found]) -> TxResult<Vec<AssigneeRow>> {
    let rows = found.iter().enumerate().map(|(position, one)| {
        Ok(AssigneeRow {
            tenant_id: step.row.tenant_id.clone(),
            document_id: step.row.id.clone(),
            revision,
            position: i32::try_from(position).map_err(Error::internal)?,
            part: one.part.as_str().to_owned(),
            officer_id: one.officer.map(Id),
            written_agency_id: one.unit.map(Id),
            responsible_agency_id: one.unit.map(Id),
        })
    });
    Ok(rows.collect::<Result<_, Error>>()?)
}

/// The instant of a deadline, which must lie ahead.
fn due(step: &Step<'_>, tx: &mut Conn, deadline: &AssignmentDeadline) -> TxResult<DateTime<Utc>> {
    let now = step.stamp.occurred;
    let (pointer, due) = match (deadline.at, deadline.on, deadline.working_days) {
        (Some(at), _, _) => ("/deadline/at", Some(at)),
        (None, Some(on), _) => ("/deadline/on", end_of_day(on)),
        (None, None, days) => {
            let (tenant, agency) = (step.row.tenant_id.0, step.facts.responsible_agency_id);
            let due = step.room.days.due(tx, tenant, agency, now, days.unwrap_or(1))?;
            ("/deadline/working_days", Some(due.0))
        }
    };
    due.filter(|due| *due > now.0).ok_or_else(|| {
        let text = Text::new("Thời hạn phải ở sau thời điểm hiện tại.", "The deadline must lie ahead.");
        Error::invalid_field(pointer, "deadline.past", text).into()
    })
}
