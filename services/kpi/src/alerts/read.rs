//! Reading alerts, the dossiers behind them, and their rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Uuid};

use super::http::AlertsQuery;
use super::kinds::{AlertKind, Rule};
use super::store::{self, AlertRow, Narrowing, RuleRow};
use super::view::{Alert, AlertRecord, AlertRule};
use super::{Alerts, READ, table, words};
use crate::exports::{File, Writer, whole_list};
use crate::facts::store::labels;
use crate::reach;

pub(super) async fn list(
    room: &Alerts,
    actor: Arc<Actor>,
    query: AlertsQuery,
    request: PageRequest,
) -> Result<Page<Alert>> {
    actor.require_scope(READ)?;
    let own = room.clone();
    room.db.read_snapshot("alerts_list", move |conn| page(conn, &own, &actor, &query, &request)).await
}

/// All alerts of a list as a file.
pub(super) async fn exported(
    room: &Alerts,
    actor: Arc<Actor>,
    query: AlertsQuery,
    (request, file): (PageRequest, File),
) -> Result<Writer> {
    actor.require_scope(READ)?;
    let own = room.clone();
    let asked = (table::head(room.db.clock.business()), file, request);
    let page = move |conn: &mut Conn, request: &PageRequest| page(conn, &own, &actor, &query, request);
    whole_list(&room.db, "alerts_export", asked, page, table::row).await
}

fn page(
    conn: &mut Conn,
    room: &Alerts,
    actor: &Actor,
    query: &AlertsQuery,
    request: &PageRequest,
) -> TxResult<Page<Alert>> {
    let scope = format!("alerts {query:?}");
    let after = request.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let today = room.db.clock.business().day_in_vietnam();
    let agencies = match &query.agency {
        Some(text) => Some(reach::agency_filter(conn, actor.tenant, text, today)?),
        None => None,
    };
    let narrowing = Narrowing { kind: query.kind, agencies, state: query.state, since: query.since };
    let (rows, count) = store::page(conn, actor, &narrowing, after, request)?;
    let page = Page::cut(rows, request, &scope, |row| (row.raised_at.0, row.id.0))?;
    let items = shown(conn, room, actor.tenant, &page.items)?;
    Ok(Page { items, next: page.next, count })
}

pub(super) async fn get(room: &Alerts, actor: Arc<Actor>, id: Uuid) -> Result<(Alert, i64)> {
    actor.require_scope(READ)?;
    let own = room.clone();
    room.db
        .read_snapshot("alerts_get", move |conn| {
            let row = store::find(conn, &actor, id)?.ok_or_else(Error::not_found)?;
            Ok((show(conn, &own, &row)?, row.version))
        })
        .await
}

pub(super) async fn records(
    room: &Alerts,
    actor: Arc<Actor>,
    id: Uuid,
    request: PageRequest,
) -> Result<Page<AlertRecord>> {
    actor.require_scope(READ)?;
    room.db.read_snapshot("alert_records", move |conn| behind(conn, &actor, id, &request)).await
}

/// All dossiers behind an alert as a file, as many as its figure says.
pub(super) async fn records_exported(
    room: &Alerts,
    actor: Arc<Actor>,
    id: Uuid,
    (request, file): (PageRequest, File),
) -> Result<Writer> {
    actor.require_scope(READ)?;
    let asked = (table::records_head(room.db.clock.business()), file, request);
    let page = move |conn: &mut Conn, request: &PageRequest| behind(conn, &actor, id, request);
    whole_list(&room.db, "alert_records_export", asked, page, |record, _| table::record(record)).await
}

fn behind(conn: &mut Conn, actor: &Actor, id: Uuid, request: &PageRequest) -> TxResult<Page<AlertRecord>> {
    let alert = store::find(conn, actor, id)?.ok_or_else(Error::not_found)?;
    let scope = format!("alert_records {id}");
    let after = request.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let rows = store::records(conn, (actor.tenant, id), after, request.fetch())?;
    let page = Page::cut(rows, request, &scope, |row| (row.at, row.id))?;
    let ids: Vec<Uuid> = page.items.iter().map(|row| row.id).collect();
    let codes: BTreeMap<Uuid, String> = labels(conn, actor.tenant, "dossier", &ids)?.into_iter().collect();
    let items = page.items.into_iter();
    let items = items.map(|row| AlertRecord { id: row.id, code: codes.get(&row.id).cloned(), at: row.at }).collect();
    let count = if request.count { Some(alert.figures()?.records.unwrap_or_default()) } else { None };
    Ok(Page { items, next: page.next, count })
}

/// One alert as the API shows it.
pub(super) fn show(conn: &mut Conn, room: &Alerts, row: &AlertRow) -> TxResult<Alert> {
    let alert = shown(conn, room, row.tenant_id.0, std::slice::from_ref(row))?.pop();
    Ok(alert.ok_or_else(|| Error::internal("an alert went in and none came out"))?)
}

fn shown(conn: &mut Conn, room: &Alerts, tenant: Uuid, rows: &[AlertRow]) -> TxResult<Vec<Alert>> {
    let today = room.db.clock.business().day_in_vietnam();
    let agencies: Vec<Uuid> = rows.iter().map(|row| row.agency_id.0).collect();
    let named = names(conn, tenant, &agencies, today)?;
    let unknown = |id| Named { id, code: String::new(), name: String::new() };
    let agency = |id| named.get(&id).cloned().unwrap_or_else(|| unknown(id));
    Ok(rows.iter().map(|row| view(row, agency(row.agency_id.0))).collect::<Result<_>>()?)
}

fn view(row: &AlertRow, agency: Named) -> Result<Alert> {
    let (kind, figures) = (row.kind()?, row.figures()?);
    Ok(Alert {
        id: row.id.0,
        kind,
        title: kind.title(),
        agency,
        subject: row.subject.clone(),
        period: row.period.clone(),
        text: words::text(kind, &row.subject, &row.period, &figures),
        records: figures.records.map(|_| format!("/v1/alerts/{}/records", row.id.0)),
        figures,
        state: row.state()?,
        raised_at: row.raised_at.0,
        acknowledged_at: row.acknowledged_at.as_ref().map(|at| at.0),
        acknowledged_by: row.acknowledged_by.clone(),
        acknowledged_note: row.acknowledged_note.clone(),
        over_at: row.over_at.as_ref().map(|at| at.0),
    })
}

pub(super) async fn rules(room: &Alerts, actor: Arc<Actor>) -> Result<Vec<AlertRule>> {
    actor.require_scope(READ)?;
    let tenant = actor.tenant;
    room.db
        .read("alert_rules_list", move |conn| {
            let mut rules = Vec::new();
            for kind in AlertKind::ALL {
                rules.push(rule_shown(kind, store::rule(conn, tenant, kind)?.as_ref())?);
            }
            Ok(rules)
        })
        .await
}

pub(super) async fn rule(room: &Alerts, actor: Arc<Actor>, kind: AlertKind) -> Result<(AlertRule, i64)> {
    actor.require_scope(READ)?;
    let tenant = actor.tenant;
    room.db
        .read("alert_rules_get", move |conn| {
            let kept = store::rule(conn, tenant, kind)?;
            Ok((rule_shown(kind, kept.as_ref())?, kept.map_or(0, |row| row.version)))
        })
        .await
}

pub(super) fn rule_shown(kind: AlertKind, kept: Option<&RuleRow>) -> Result<AlertRule> {
    let rule = kept.map(|row| row.rule(kind)).transpose()?.unwrap_or_else(|| Rule::usual(kind));
    let thresholds = kind.thresholds().iter().map(|one| (one.name.to_owned(), rule.of(one.name))).collect();
    Ok(AlertRule {
        kind,
        title: kind.title(),
        on: rule.is_on,
        thresholds,
        sets: rule.sets,
        changed_by: kept.map(|row| row.changed_by.clone()),
        changed_at: kept.map(|row| row.changed_at.0),
    })
}
