//! Reading elements, values, their steps, and closed periods.

use std::collections::BTreeMap;
use std::sync::Arc;

use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Text, Uuid};

use super::enter::evidence_of;
use super::http::closings::ElementPeriodClosing;
use super::http::definitions::{DataElement, DataElementsQuery};
use super::http::values::{
    ElementNamed, ElementValue, ElementValueStep, ElementValuesQuery, StepBy, ValueAgency, ValueNotice,
};
use super::judge;
use super::rules::state::ValueState;
use super::store::elements::{self, ElementRow};
use super::store::steps::{self, StepRow};
use super::store::values::{Narrowing, ValueRow};
use super::store::{closings, values};
use super::{Elements, READ, table};
use crate::exports::{File, Writer, whole_list};
use crate::periods::{Period, PeriodKind};
use crate::reach;

pub(super) async fn elements(
    room: &Elements,
    actor: Arc<Actor>,
    query: DataElementsQuery,
    request: PageRequest,
) -> Result<Page<DataElement>> {
    actor.require_scope(READ)?;
    room.db.read("data_elements_list", move |conn| elements_page(conn, &actor, &query, &request)).await
}

/// All elements of a list as a file.
pub(super) async fn exported_elements(
    room: &Elements,
    actor: Arc<Actor>,
    query: DataElementsQuery,
    (request, file): (PageRequest, File),
) -> Result<Writer> {
    actor.require_scope(READ)?;
    let asked = (table::elements(room.db.clock.business()), file, request);
    let page = move |conn: &mut Conn, request: &PageRequest| elements_page(conn, &actor, &query, request);
    whole_list(&room.db, "data_elements_export", asked, page, table::element).await
}

fn elements_page(
    conn: &mut Conn,
    actor: &Actor,
    query: &DataElementsQuery,
    request: &PageRequest,
) -> TxResult<Page<DataElement>> {
    let kind = query.period_kind.as_deref();
    if let Some(kind) = kind.filter(|kind| kind.parse::<PeriodKind>().is_err()) {
        return Err(Filter::refuse("period_kind", kind).into());
    }
    let scope = format!("data-elements {kind:?}");
    let after: Option<String> = request.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let (rows, count) = elements::page(conn, actor.tenant, kind, after.as_deref(), request)?;
    let page = Page::cut(rows, request, &scope, |row| row.code.clone())?;
    let items = page.items.iter().map(DataElement::of).collect::<Result<_>>()?;
    Ok(Page { items, next: page.next, count })
}

pub(super) async fn element(room: &Elements, actor: Arc<Actor>, id: Uuid) -> Result<DataElement> {
    actor.require_scope(READ)?;
    room.db
        .read("data_elements_get", move |conn| {
            let row = elements::find(conn, actor.tenant, id)?.ok_or_else(Error::not_found)?;
            Ok(DataElement::of(&row)?)
        })
        .await
}

pub(super) async fn values(
    room: &Elements,
    actor: Arc<Actor>,
    query: ElementValuesQuery,
    request: PageRequest,
) -> Result<Page<ElementValue>> {
    actor.require_scope(READ)?;
    let own = room.clone();
    room.db.read("element_values_list", move |conn| values_page(conn, &own, &actor, &query, &request)).await
}

/// All values of a list as a file.
pub(super) async fn exported_values(
    room: &Elements,
    actor: Arc<Actor>,
    query: ElementValuesQuery,
    (request, file): (PageRequest, File),
) -> Result<Writer> {
    actor.require_scope(READ)?;
    let own = room.clone();
    let asked = (table::values(room.db.clock.business()), file, request);
    let page = move |conn: &mut Conn, request: &PageRequest| values_page(conn, &own, &actor, &query, request);
    whole_list(&room.db, "element_values_export", asked, page, table::value).await
}

fn values_page(
    conn: &mut Conn,
    room: &Elements,
    actor: &Actor,
    query: &ElementValuesQuery,
    request: &PageRequest,
) -> TxResult<Page<ElementValue>> {
    let scope = format!("element-values {query:?}");
    let after: Option<Uuid> = request.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let (periods, states) = (periods(query.period.as_deref())?, states(query.state.as_deref())?);
    let today = room.db.clock.business().day_in_vietnam();
    let element = match &query.element {
        Some(reference) => Some(element_named(conn, actor.tenant, reference)?),
        None => None,
    };
    let agencies = match &query.agency {
        Some(text) => Some(reach::agency_filter(conn, actor.tenant, text, today)?),
        None => None,
    };
    let narrowing = Narrowing { element, agencies, periods, states };
    let (rows, count) = values::page(conn, actor, &narrowing, after, request)?;
    let page = Page::cut(rows, request, &scope, |row| row.id.0)?;
    let items = shown(conn, room, actor.tenant, &page.items)?;
    Ok(Page { items, next: page.next, count })
}

pub(super) async fn value(room: &Elements, actor: Arc<Actor>, id: Uuid) -> Result<(ElementValue, i64)> {
    actor.require_scope(READ)?;
    let own = room.clone();
    room.db
        .read("element_values_get", move |conn| {
            let row = values::find(conn, &actor, id)?.ok_or_else(Error::not_found)?;
            Ok((show(conn, &own, &row)?, row.version))
        })
        .await
}

pub(super) async fn steps(
    room: &Elements,
    actor: Arc<Actor>,
    id: Uuid,
    request: PageRequest,
) -> Result<Page<ElementValueStep>> {
    actor.require_scope(READ)?;
    room.db.read("element_value_steps_list", move |conn| steps_page(conn, &actor, id, &request)).await
}

/// All steps of a value as a file.
pub(super) async fn exported_steps(
    room: &Elements,
    actor: Arc<Actor>,
    id: Uuid,
    (request, file): (PageRequest, File),
) -> Result<Writer> {
    actor.require_scope(READ)?;
    let asked = (table::steps(id, room.db.clock.business()), file, request);
    let page = move |conn: &mut Conn, request: &PageRequest| steps_page(conn, &actor, id, request);
    whole_list(&room.db, "element_value_steps_export", asked, page, table::step).await
}

fn steps_page(conn: &mut Conn, actor: &Actor, id: Uuid, request: &PageRequest) -> TxResult<Page<ElementValueStep>> {
    let scope = format!("element-values/{id}/steps");
    let before: Option<i64> = request.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let row = values::find(conn, actor, id)?.ok_or_else(Error::not_found)?;
    let (rows, count) = steps::page(conn, actor.tenant, row.id.0, before, request)?;
    let page = Page::cut(rows, request, &scope, |row| row.version)?;
    let items = page.items.into_iter().map(step).collect::<Result<_>>()?;
    Ok(Page { items, next: page.next, count })
}

pub(super) async fn closings(
    room: &Elements,
    actor: Arc<Actor>,
    request: PageRequest,
) -> Result<Page<ElementPeriodClosing>> {
    actor.require_scope(READ)?;
    room.db.read("element_closings_list", move |conn| closings_page(conn, &actor, &request)).await
}

/// All closings as a file.
pub(super) async fn exported_closings(
    room: &Elements,
    actor: Arc<Actor>,
    (request, file): (PageRequest, File),
) -> Result<Writer> {
    actor.require_scope(READ)?;
    let asked = (table::closings(room.db.clock.business()), file, request);
    let page = move |conn: &mut Conn, request: &PageRequest| closings_page(conn, &actor, request);
    whole_list(&room.db, "element_closings_export", asked, page, table::closing).await
}

fn closings_page(conn: &mut Conn, actor: &Actor, request: &PageRequest) -> TxResult<Page<ElementPeriodClosing>> {
    let scope = "element-period-closings";
    let after: Option<Uuid> = request.after.as_ref().map(|cursor| cursor.read(scope)).transpose()?;
    let (rows, count) = closings::page(conn, actor, after, request)?;
    let page = Page::cut(rows, request, scope, |row| row.id.0)?;
    Ok(Page { count, ..page.map(ElementPeriodClosing::of) })
}

pub(super) async fn closing(room: &Elements, actor: Arc<Actor>, id: Uuid) -> Result<(ElementPeriodClosing, i64)> {
    actor.require_scope(READ)?;
    room.db
        .read("element_closings_get", move |conn| {
            let row = closings::find(conn, &actor, id)?.ok_or_else(Error::not_found)?;
            let version = row.version;
            Ok((ElementPeriodClosing::of(row), version))
        })
        .await
}

/// One value as the API shows it.
pub(super) fn show(conn: &mut Conn, room: &Elements, row: &ValueRow) -> TxResult<ElementValue> {
    let value = shown(conn, room, row.tenant_id.0, std::slice::from_ref(row))?.pop();
    Ok(value.ok_or_else(|| Error::internal("a value went in and none came out"))?)
}

/// The rules about a value that do not hold.
pub(super) fn broken_rules(conn: &mut Conn, row: &ValueRow) -> TxResult<Vec<ValueNotice>> {
    let known = every_element(conn, row.tenant_id.0)?;
    let mut broken = judge::broken_rules(conn, row.tenant_id.0, std::slice::from_ref(row), &known)?;
    Ok(broken.remove(&row.id.0).unwrap_or_default())
}

fn every_element(conn: &mut Conn, tenant: Uuid) -> TxResult<BTreeMap<Uuid, ElementRow>> {
    Ok(elements::all(conn, tenant)?.into_iter().map(|row| (row.id.0, row)).collect())
}

/// Values as the API shows them; as many statements for one as for a page.
fn shown(conn: &mut Conn, room: &Elements, tenant: Uuid, rows: &[ValueRow]) -> TxResult<Vec<ElementValue>> {
    let today = room.db.clock.business().day_in_vietnam();
    let known = every_element(conn, tenant)?;
    let mut broken = judge::broken_rules(conn, tenant, rows, &known)?;
    let agencies: Vec<Uuid> = rows.iter().map(|row| row.responsible_agency_id.0).collect();
    let named = names(conn, tenant, &agencies, today)?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let element = known.get(&row.element_id.0);
        let element = element.ok_or_else(|| Error::internal(format!("the element {} is gone", row.element_id.0)))?;
        let id = row.responsible_agency_id.0;
        // An agency whose event is still on its way is shown by what the value knows of it.
        let unknown = || Named { id, code: row.written_code.clone(), name: String::new() };
        let responsible = named.get(&id).cloned().unwrap_or_else(unknown);
        items.push(view(row, element, responsible, broken.remove(&row.id.0).unwrap_or_default())?);
    }
    Ok(items)
}

fn view(
    row: &ValueRow,
    element: &ElementRow,
    responsible: Named,
    broken_rules: Vec<ValueNotice>,
) -> Result<ElementValue> {
    let by = |actor: &Option<String>, on_behalf_of: &Option<String>| {
        let on_behalf_of = on_behalf_of.clone();
        actor.clone().map(|actor| StepBy { actor, on_behalf_of })
    };
    let state = row.state()?;
    Ok(ElementValue {
        id: row.id.0,
        element: ElementNamed {
            id: element.id.0,
            code: element.code.clone(),
            name: Text::new(element.name_vi.clone(), element.name_en.clone()),
            unit: element.unit.clone(),
        },
        agency: ValueAgency { id: row.written_agency_id.0, written_code: row.written_code.clone(), responsible },
        period: row.period.clone(),
        first_day: row.first_day,
        last_day: row.last_day,
        value: row.value.clone(),
        state,
        allowed_actions: state.actions().to_vec(),
        evidence: evidence_of(row)?,
        warnings: row.warnings()?.iter().map(|code| judge::notice(code)).collect(),
        accepted_because: row.accepted_because.clone(),
        broken_rules,
        correcting: row.correcting,
        entered: StepBy { actor: row.entered_by.clone(), on_behalf_of: row.entered_for.clone() },
        checked: by(&row.checked_by, &row.checked_for),
        approved: by(&row.approved_by, &row.approved_for),
        changed_at: row.changed_at.0,
    })
}

fn step(row: StepRow) -> Result<ElementValueStep> {
    Ok(ElementValueStep {
        version: row.version,
        action: row.action,
        state: row.state.parse().map_err(Error::internal)?,
        value: row.value,
        evidence: serde_json::from_value(row.evidence.0).map_err(Error::internal)?,
        accepted_because: row.accepted_because,
        reason: row.reason,
        by: StepBy { actor: row.acted_by, on_behalf_of: row.acted_for },
        at: row.acted_at.0,
    })
}

fn element_named(conn: &mut Conn, tenant: Uuid, reference: &str) -> TxResult<Uuid> {
    let found = elements::named(conn, tenant, reference)?;
    Ok(found.map(|row| row.id.0).ok_or_else(|| Filter::refuse("element", reference))?)
}

fn several(name: &str, text: &str) -> Result<Vec<String>> {
    match Filter::parse(name, text)? {
        Filter::Is(one) => Ok(vec![one]),
        Filter::In(several) => Ok(several),
        _ => Err(Filter::refuse(name, text)),
    }
}

fn periods(text: Option<&str>) -> Result<Option<Vec<String>>> {
    let Some(text) = text else { return Ok(None) };
    let periods = several("period", text)?;
    if periods.iter().any(|period| period.parse::<Period>().is_err()) {
        return Err(Filter::refuse("period", text));
    }
    Ok(Some(periods))
}

fn states(text: Option<&str>) -> Result<Option<Vec<&'static str>>> {
    let Some(text) = text else { return Ok(None) };
    let read = |state: String| state.parse::<ValueState>().map(ValueState::as_str);
    let states: Result<Vec<_>, _> = several("state", text)?.into_iter().map(read).collect();
    Ok(Some(states.map_err(|unknown| Filter::refuse("state", text).because(unknown))?))
}
