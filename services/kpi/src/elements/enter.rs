//! Entering values, and changing them while they are open.

use std::sync::Arc;

use motcua_agencies::AgencyKind;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, Failure, TxResult, is_unique_violation};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, FieldError, Idempotency, Result, Uuid, new_id};

use super::http::values::{CreateElementValue, Evidence, UpdateElementValue};
use super::rules::entry::period_for;
use super::rules::number::DecimalMark;
use super::rules::state::{ENTERING, ValueState};
use super::store::elements::ElementRow;
use super::store::steps::{ENTER, StepRow};
use super::store::values::ValueRow;
use super::store::{closings, elements, steps, values};
use super::{Elements, WRITE, evidence, facts, judge, read, refusals};
use crate::periods::Period;
use crate::reach::{self, AgencyIn};

pub(super) async fn create(
    room: &Elements,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateElementValue,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let (own, asking, asked) = (room.clone(), Arc::clone(&actor), new.clone());
    // Before a kept answer is given again: whoever has lost the right since hears nothing.
    room.db.read("element_value_right", move |conn| place(conn, &own, &asking, &asked).map(drop)).await?;
    let own = room.clone();
    room.db
        .write_once("element_value_create", actor.tenant, key, move |tx| {
            closings::hold_off(tx, actor.tenant)?;
            let at = Moment::of(&own.db.clock);
            let Place { element, agency, period, by } = place(tx, &own, &actor, &new)?;
            let mut faults = Vec::new();
            if !may_enter(&element, agency.kind)? {
                faults.push(refusals::agency_kind("/agency"));
            }
            let value = canonical(&element, &new.value, &mut faults)?;
            let evidence = evidence::clean(new.evidence.clone(), "/evidence", &mut faults);
            let accepted = evidence::reason(new.accepted_because.as_deref(), "/accepted_because", &mut faults);
            if !faults.is_empty() {
                return Err(Error::invalid(faults).into());
            }
            require_open_period(tx, actor.tenant, agency.responsible, period)?;
            let known = values::of_agencies(tx, actor.tenant, &[agency.id], &[element.id.0], &[period.to_string()])?;
            if let Some(known) = known.first() {
                return Err(refusals::exists(known).into());
            }
            let stamp = Stamp::of(&by, at);
            let mut row = new_row(&element, &agency, period, &stamp);
            (row.value, row.evidence, row.accepted_because) = (value, json(&evidence)?, accepted);
            row.warnings = json(&judge::warnings(tx, &element, &row, agency.kind)?)?;
            insert(tx, &row)?;
            note(tx, &own, &stamp, &row, (&element, &by))?;
            let path = format!("/v1/element-values/{}", row.id.0);
            Ok(Answer::created(path, &read::show(tx, &own, &row)?)?.version(1))
        })
        .await
}

pub(super) async fn update(
    room: &Elements,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    change: UpdateElementValue,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let asking = Arc::clone(&actor);
    room.db.read("element_value_right", move |conn| own_value(conn, &asking, id).map(drop)).await?;
    let own = room.clone();
    room.db
        .write_once("element_value_update", actor.tenant, key, move |tx| {
            closings::hold_off(tx, actor.tenant)?;
            let at = Moment::of(&own.db.clock);
            let (mut row, by) = own_value(tx, &actor, id)?;
            refusals::check_version(row.version, version)?;
            if !row.state()?.is_open() {
                return Err(refusals::state(row.state()?).into());
            }
            if !row.correcting {
                require_open_period(tx, actor.tenant, row.responsible_agency_id.0, row.period()?)?;
            }
            let element = element_of(tx, &row)?;
            let mut faults = Vec::new();
            if let Some(value) = &change.value {
                let value = canonical(&element, value, &mut faults)?;
                if value != row.value {
                    // What was accepted was another value.
                    row.accepted_because = None;
                }
                row.value = value;
            }
            if let Some(written) = &change.evidence {
                row.evidence = json(&evidence::clean(written.clone(), "/evidence", &mut faults))?;
            }
            if let Some(reason) = &change.accepted_because {
                row.accepted_because = evidence::reason(Some(reason), "/accepted_because", &mut faults);
            }
            if !faults.is_empty() {
                return Err(Error::invalid(faults).into());
            }
            let kind = agency_kind(tx, &row)?;
            row.warnings = json(&judge::warnings(tx, &element, &row, kind)?)?;
            let stamp = Stamp::of(&by, at);
            renew(&mut row, &stamp, &by);
            if !values::update(tx, &row)? {
                return Err(refusals::stale(row.version).into());
            }
            note(tx, &own, &stamp, &row, (&element, &by))?;
            Ok(Answer::done(&read::show(tx, &own, &row)?)?.version(row.version))
        })
        .await
}

/// What a new value is of, and by what right it is entered.
struct Place {
    element: ElementRow,
    agency: AgencyIn,
    period: Period,
    by: Authority,
}

fn place(conn: &mut Conn, room: &Elements, actor: &Actor, new: &CreateElementValue) -> TxResult<Place> {
    let today = room.db.clock.business().day_in_vietnam();
    let Some(element) = elements::named(conn, actor.tenant, &new.element)? else {
        return Err(Error::invalid(vec![refusals::element_unknown("/element")]).into());
    };
    let period = period_for(element.period_kind()?, &new.period, today);
    let period = period.map_err(|fault| Error::invalid(vec![refusals::at("/period", fault)]))?;
    let Some(agency) = reach::agency_in(conn, actor.tenant, &new.agency, period, today)? else {
        return Err(Error::invalid(vec![refusals::agency_unknown("/agency")]).into());
    };
    let by = reach::require(conn, actor, agency.responsible, &ENTERING, refusals::not_entering)?;
    Ok(Place { element, agency, period, by })
}

/// A value that the caller may enter.
fn own_value(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<(ValueRow, Authority)> {
    let row = values::find(conn, actor, id)?.ok_or_else(Error::not_found)?;
    let by = reach::require(conn, actor, row.responsible_agency_id.0, &ENTERING, refusals::not_entering)?;
    Ok((row, by))
}

/// Whether agencies of a kind enter an element.
pub(super) fn may_enter(element: &ElementRow, kind: AgencyKind) -> Result<bool> {
    let kinds = element.agency_kinds()?;
    Ok(kinds.is_empty() || kinds.contains(&kind))
}

fn canonical(element: &ElementRow, written: &str, faults: &mut Vec<FieldError>) -> Result<String> {
    Ok(element.bounds()?.canonical(written, DecimalMark::Point).unwrap_or_else(|fault| {
        faults.push(refusals::at("/value", fault));
        String::new()
    }))
}

/// Refuses a period that is closed for an agency.
pub(super) fn require_open_period(conn: &mut Conn, tenant: Uuid, agency: Uuid, period: Period) -> TxResult<()> {
    let days = (period.first_day(), period.last_day());
    match closings::covering(conn, tenant, agency, days)? {
        Some(closing) => Err(refusals::closed(&closing).into()),
        None => Ok(()),
    }
}

/// The element of a value.
pub(super) fn element_of(conn: &mut Conn, row: &ValueRow) -> TxResult<ElementRow> {
    let element = elements::find(conn, row.tenant_id.0, row.element_id.0)?;
    Ok(element.ok_or_else(|| Error::internal(format!("the element of the value {} is gone", row.id.0)))?)
}

/// The kind of agency a value is of.
pub(super) fn agency_kind(conn: &mut Conn, row: &ValueRow) -> TxResult<AgencyKind> {
    let agency = motcua_agencies::load_agency(conn, row.tenant_id.0, row.written_agency_id.0)?;
    Ok(agency.map_or(AgencyKind::Other, |agency| agency.kind))
}

/// A draft without a value yet.
pub(super) fn new_row(element: &ElementRow, agency: &AgencyIn, period: Period, stamp: &Stamp) -> ValueRow {
    ValueRow {
        tenant_id: element.tenant_id.clone(),
        id: Id(new_id()),
        element_id: element.id.clone(),
        written_agency_id: Id(agency.id),
        written_code: agency.code.clone(),
        responsible_agency_id: Id(agency.responsible),
        period: period.to_string(),
        first_day: period.first_day(),
        last_day: period.last_day(),
        state: ValueState::Draft.as_str().to_owned(),
        value: String::new(),
        evidence: Json(serde_json::json!({})),
        warnings: Json(serde_json::json!([])),
        accepted_because: None,
        correcting: false,
        entered_by: stamp.actor().to_owned(),
        entered_for: None,
        checked_by: None,
        checked_for: None,
        approved_by: None,
        approved_for: None,
        changed_at: At::from(stamp.now),
        version: 1,
    }
}

/// Makes a row the next version of itself, entered by somebody.
pub(super) fn renew(row: &mut ValueRow, stamp: &Stamp, by: &Authority) {
    row.version += 1;
    row.changed_at = At::from(stamp.now);
    (row.entered_by, row.entered_for) = (by.actor().to_owned(), by.on_behalf_of());
    (row.checked_by, row.checked_for, row.approved_by, row.approved_for) = (None, None, None, None);
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<Json> {
    Ok(Json(serde_json::to_value(value).map_err(Error::internal)?))
}

/// The evidence of a value.
pub(super) fn evidence_of(row: &ValueRow) -> Result<Evidence> {
    serde_json::from_value(row.evidence.0.clone()).map_err(Error::internal)
}

/// Writes a new value; somebody else may have entered it a moment ago.
fn insert(tx: &mut Conn, row: &ValueRow) -> TxResult<()> {
    match values::insert(tx, std::slice::from_ref(row)) {
        Err(Failure::Database(error)) if is_unique_violation(&error) => Err(refusals::exists_now().into()),
        other => other,
    }
}

/// Keeps the version and tells of it.
fn note(
    tx: &mut Conn,
    room: &Elements,
    stamp: &Stamp,
    row: &ValueRow,
    (element, by): (&ElementRow, &Authority),
) -> TxResult<()> {
    steps::insert(tx, &[StepRow::new(row, ENTER, None, (by.actor(), by.on_behalf_of()))])?;
    facts::tell_value(tx, &room.journal, stamp, facts::VALUE_ENTERED, (row, element))
}
