//! Reading published periods and what changed of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Text, Uuid};

use super::http::{PublishedPeriodsQuery, RestatementsQuery};
use super::reasons::reason;
use super::store::{self, PublishedRow, RestatementRow};
use super::view::{PublishedDocument, PublishedPeriod, PublishingKey, Restatement};
use super::{Publishing, table};
use crate::exports::{File, Writer, whole_list};
use crate::periods::Period;
use crate::reach;
use crate::scores::admit;

/// A published period as it is shown.
pub(super) fn shown(row: &PublishedRow) -> PublishedPeriod {
    PublishedPeriod {
        id: row.id.0,
        set: row.set_code.clone(),
        set_version: row.set_version.clone(),
        set_version_id: row.set_version_id.0,
        period: row.period.clone(),
        first_day: row.first_day,
        last_day: row.last_day,
        agency_id: row.agency_id.0,
        written_code: row.written_code.clone(),
        sha256: row.sha256.clone(),
        signature: row.signature.clone(),
        key_id: row.key_id.clone(),
        published_by: row.published_by.clone(),
        published_at: row.published_at.0,
        document: format!("/v1/published-periods/{}/document", row.id.0),
    }
}

pub(super) fn key(room: &Publishing, actor: &Actor) -> Result<PublishingKey> {
    admit(actor)?;
    let signer = &room.signer;
    Ok(PublishingKey {
        key_id: signer.key_id(),
        algorithm: "Ed25519".to_owned(),
        base64: signer.public_base64(),
        pem: signer.public_pem(),
    })
}

pub(super) async fn list(
    room: &Publishing,
    actor: Arc<Actor>,
    query: PublishedPeriodsQuery,
    request: PageRequest,
) -> Result<Page<PublishedPeriod>> {
    admit(&actor)?;
    room.db.read("published_periods_list", move |conn| page(conn, &actor, &query, &request)).await
}

/// All published periods of a list as a file.
pub(super) async fn exported(
    room: &Publishing,
    actor: Arc<Actor>,
    query: PublishedPeriodsQuery,
    (request, file): (PageRequest, File),
) -> Result<Writer> {
    admit(&actor)?;
    let asked = (table::periods(room.db.clock.business()), file, request);
    let page = move |conn: &mut Conn, request: &PageRequest| page(conn, &actor, &query, request);
    whole_list(&room.db, "published_periods_export", asked, page, table::period).await
}

fn page(
    conn: &mut Conn,
    actor: &Actor,
    query: &PublishedPeriodsQuery,
    request: &PageRequest,
) -> TxResult<Page<PublishedPeriod>> {
    let scope = format!("published_periods {query:?}");
    let after: Option<Uuid> = request.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    if let Some(period) = query.period.as_deref().filter(|period| period.parse::<Period>().is_err()) {
        return Err(Filter::refuse("period", period).into());
    }
    let narrowing = (query.set.as_deref(), query.period.as_deref());
    let (rows, count) = store::page(conn, actor.tenant, narrowing, after, request)?;
    let page = Page::cut(rows, request, &scope, |row| row.id.0)?;
    Ok(Page { count, ..page.map(|row| shown(&row)) })
}

pub(super) async fn get(room: &Publishing, actor: Arc<Actor>, id: Uuid) -> Result<(PublishedPeriod, i64)> {
    admit(&actor)?;
    room.db
        .read("published_periods_get", move |conn| {
            let row = found(conn, actor.tenant, id)?;
            Ok((shown(&row), row.version))
        })
        .await
}

/// The bytes that were signed.
pub(super) async fn document(room: &Publishing, actor: Arc<Actor>, id: Uuid) -> Result<(PublishedPeriod, String)> {
    admit(&actor)?;
    room.db
        .read("published_periods_document", move |conn| {
            let row = found(conn, actor.tenant, id)?;
            let content = store::content(conn, actor.tenant, id)?.ok_or_else(Error::not_found)?;
            Ok((shown(&row), content))
        })
        .await
}

pub(super) fn found(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<PublishedRow> {
    Ok(store::find(conn, tenant, id)?.ok_or_else(Error::not_found)?)
}

/// The document, read again.
pub(super) fn frozen(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<PublishedDocument> {
    let content = store::content(conn, tenant, id)?.ok_or_else(Error::not_found)?;
    Ok(serde_json::from_str(&content).map_err(Error::internal)?)
}

pub(super) async fn restatements(
    room: &Publishing,
    actor: Arc<Actor>,
    id: Uuid,
    query: RestatementsQuery,
    request: PageRequest,
) -> Result<Page<Restatement>> {
    admit(&actor)?;
    let own = room.clone();
    let read = move |conn: &mut Conn| restatements_page(conn, &own, (&actor, id), &query, &request);
    room.db.read_snapshot("restatements_list", read).await
}

/// All that changed of a published period as a file.
pub(super) async fn exported_restatements(
    room: &Publishing,
    actor: Arc<Actor>,
    id: Uuid,
    query: RestatementsQuery,
    (request, file): (PageRequest, File),
) -> Result<Writer> {
    admit(&actor)?;
    let own = room.clone();
    let asked = (table::restatements(id, room.db.clock.business()), file, request);
    let page =
        move |conn: &mut Conn, request: &PageRequest| restatements_page(conn, &own, (&actor, id), &query, request);
    whole_list(&room.db, "restatements_export", asked, page, table::restatement).await
}

fn restatements_page(
    conn: &mut Conn,
    room: &Publishing,
    (actor, id): (&Actor, Uuid),
    query: &RestatementsQuery,
    request: &PageRequest,
) -> TxResult<Page<Restatement>> {
    let scope = format!("restatements {id} {query:?}");
    let after: Option<Uuid> = request.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let (tenant, today) = (actor.tenant, room.db.clock.business().day_in_vietnam());
    found(conn, tenant, id)?;
    let agencies = match &query.agency {
        Some(text) => {
            let (ids, with_below) = reach::agency_filter(conn, tenant, text, today)?;
            Some(if with_below { motcua_agencies::under(conn, tenant, &ids)? } else { ids })
        }
        None => None,
    };
    let (rows, count) = store::restated(conn, (tenant, id), agencies.as_deref(), after, request)?;
    let page = Page::cut(rows, request, &scope, |row| row.id.0)?;
    let items = told(conn, tenant, id, &page.items)?;
    Ok(Page { items, next: page.next, count })
}

/// Restatements with the figures before and after: what was published, and every change since.
fn told(conn: &mut Conn, tenant: Uuid, id: Uuid, rows: &[RestatementRow]) -> TxResult<Vec<Restatement>> {
    let Some(last) = rows.last() else { return Ok(Vec::new()) };
    let agencies: BTreeSet<Uuid> = rows.iter().map(|row| row.agency_id.0).collect();
    let agencies: Vec<Uuid> = agencies.into_iter().collect();
    let document = frozen(conn, tenant, id)?;
    let named = names(conn, tenant, &agencies, document.last_day)?;
    let mut figures: BTreeMap<(Uuid, &str), i64> = BTreeMap::new();
    let mut before: BTreeMap<Uuid, i64> = BTreeMap::new();
    let all = store::restated_until(conn, (tenant, id), &agencies, &last.id)?;
    for row in &all {
        let own = document.own_figures.get(&row.agency_id.0);
        let published = own.and_then(|own| own.get(&row.measure)).copied().unwrap_or_default();
        let figure = figures.entry((row.agency_id.0, &row.measure)).or_insert(published);
        before.insert(row.id.0, *figure);
        *figure += row.change.unwrap_or_default();
    }
    let items = rows.iter().map(|row| {
        let agency = row.agency_id.0;
        let unknown = || Named { id: agency, code: String::new(), name: String::new() };
        let measure = document.measures.iter().find(|one| one.measure == row.measure);
        let old = row.change.and(before.get(&row.id.0).copied());
        Restatement {
            id: row.id.0,
            agency: named.get(&agency).cloned().unwrap_or_else(unknown),
            measure: row.measure.clone(),
            name: measure.map_or_else(|| Text::new(&row.measure, &row.measure), |measure| measure.name.clone()),
            old,
            new: old.zip(row.change).map(|(old, change)| old + change),
            event_id: row.event_id.0,
            event_type: row.event_type.clone(),
            event_time: row.event_time.0,
            subject: row.subject.clone(),
            record_id: row.record_id.0,
            reason: reason(&row.event_type),
            noted_at: noted_at(row.id.0),
        }
    });
    Ok(items.collect())
}

/// What changed of a measure of a published period within some time.
pub(crate) struct Restated {
    /// The period.
    pub period: String,
    /// Name of the measure.
    pub name: Text,
    /// How many times it changed.
    pub changes: i64,
    /// By how much in all; none where different values are counted.
    pub change: Option<i64>,
}

/// What changed of these agencies' published figures of a set through events of some time, in the order of periods.
///
/// # Errors
/// When the database fails.
pub(crate) fn restated_within(
    conn: &mut Conn,
    tenant: Uuid,
    set: &str,
    days: (DateTime<Utc>, DateTime<Utc>),
    agencies: &[Uuid],
) -> TxResult<Vec<Restated>> {
    let mut sums: BTreeMap<(Uuid, String), (i64, Option<i64>)> = BTreeMap::new();
    for (published, measure, change) in store::restated_between(conn, (tenant, set), days, agencies)? {
        let (changes, sum) = sums.entry((published.0, measure)).or_insert((0, Some(0)));
        *changes += 1;
        *sum = sum.zip(change).map(|(sum, change)| sum + change);
    }
    let mut restated = Vec::new();
    let ids: BTreeSet<Uuid> = sums.keys().map(|(published, _)| *published).collect();
    for id in ids {
        let document = frozen(conn, tenant, id)?;
        for ((_, measure), (changes, change)) in sums.iter().filter(|((published, _), _)| *published == id) {
            let known = document.measures.iter().find(|one| one.measure == *measure);
            let name = known.map_or_else(|| Text::new(measure, measure), |one| one.name.clone());
            restated.push(Restated { period: document.period.clone(), name, changes: *changes, change: *change });
        }
    }
    restated.sort_by(|a, b| a.period.cmp(&b.period));
    Ok(restated)
}

/// The newest changes of these agencies' measures in published periods of a set that end within these days, the newest
/// first, each with its period. A period that was published twice, for an agency and for one above it, tells a change once.
///
/// # Errors
/// When the database fails.
pub(crate) fn restated_of(
    conn: &mut Conn,
    (tenant, set): (Uuid, &str),
    days: (NaiveDate, NaiveDate),
    (agencies, measures): (&[Uuid], &[String]),
    most: i64,
) -> TxResult<Vec<(String, Restatement)>> {
    let mut by_document: BTreeMap<Uuid, (String, Vec<RestatementRow>)> = BTreeMap::new();
    for (period, row) in store::restated_newest(conn, (tenant, set), days, (agencies, measures), most)? {
        let rows = &mut by_document.entry(row.published_period_id.0).or_insert_with(|| (period, Vec::new())).1;
        // The first first, as they were noted.
        rows.insert(0, row);
    }
    let mut told_of = BTreeSet::new();
    let mut all = Vec::new();
    for (id, (period, rows)) in by_document {
        for one in told(conn, tenant, id, &rows)? {
            if told_of.insert((period.clone(), one.event_id, one.agency.id, one.measure.clone())) {
                all.push((period.clone(), one));
            }
        }
    }
    all.sort_by_key(|(_, one)| std::cmp::Reverse(one.id));
    Ok(all)
}

/// Ids begin with the instant they were made at.
fn noted_at(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanoseconds) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanoseconds)
}
