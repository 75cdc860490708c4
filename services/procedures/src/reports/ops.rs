//! Making a report: whose, of when, and its rows in the order of the form.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::{Named, names, resolve, under};
use motcua_db::sql::At;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, Result, Role, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{Counts, Period, Tier};
use super::store::{self, Scope};
use crate::dossiers::Dossiers;

/// A report of one agency with everything below it (Biểu 06/VPCP/KSTT).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Form06 {
    /// The agency.
    pub agency: Named,
    /// The period.
    pub period: Period,
    /// The instant at which what is in process was looked at: the end of the period, or now while it lasts.
    pub as_of: DateTime<Utc>,
    /// The groups of rows, those that have any.
    pub tiers: Vec<TierRows>,
    /// Everything together.
    pub total: Counts,
}

/// A group of rows.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TierRows {
    /// Which.
    pub tier: Tier,
    /// One row a field, by name.
    pub rows: Vec<FieldRow>,
    /// The group together.
    pub total: Counts,
}

/// A row of the table.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldRow {
    /// Code of the field (lĩnh vực); empty when the catalogue has none.
    pub field_code: String,
    /// Name of the field.
    pub field_name: String,
    /// Its numbers.
    #[serde(flatten)]
    pub counts: Counts,
}

/// Counts what the caller asked for.
///
/// # Errors
/// `not_found` for an agency that the caller's roles do not reach, `agency.split` when a code means several now.
pub(super) async fn form_06(room: &Dossiers, actor: Arc<Actor>, agency: String, period: Period) -> Result<Form06> {
    may_report(&actor)?;
    let now = room.db.clock.business();
    let today = now.day_in_vietnam();
    let (from, to) = period.instants()?;
    let as_of = to.min(now.0);
    let tenant = actor.tenant;
    let (agency, groups) = room
        .db
        .read_snapshot("form_06", move |conn| {
            let (named, agencies) = within_reach(conn, &actor, &agency, today)?;
            let scope = Scope { tenant, agencies, from: At(from), to: At(to), as_of: At(as_of) };
            Ok((named, store::count(conn, &scope)?))
        })
        .await?;
    let mut tiers: BTreeMap<Tier, BTreeMap<(String, String), Counts>> = BTreeMap::new();
    for (kind, code, name, cell, count) in groups {
        tiers.entry(Tier::of(&kind)).or_default().entry((name, code)).or_default().add(cell, count);
    }
    let mut total = Counts::default();
    let tiers = tiers.into_iter().map(|(tier, rows)| tier_rows(tier, rows, &mut total)).collect();
    Ok(Form06 { agency, period, as_of, tiers, total })
}

/// Reports are read by officers, of what their roles reach, and by our own services.
pub(super) fn may_report(actor: &Actor) -> Result<()> {
    actor.require_scope("procedures:reports:read")?;
    if matches!(actor.kind, ActorKind::Officer | ActorKind::Service) {
        return Ok(());
    }
    Err(Error::forbidden("reports.officers_only", "Chỉ cán bộ mới xem được báo cáo.", "Only officers see reports."))
}

/// The agency that a caller means, with everything below it.
///
/// # Errors
/// `not_found` for an agency that the caller's roles do not reach, `agency.split` when a code means several now.
pub(super) fn within_reach(
    conn: &mut Conn,
    actor: &Actor,
    agency: &str,
    today: NaiveDate,
) -> TxResult<(Named, Vec<Uuid>)> {
    let id = one(&resolve(conn, actor.tenant, agency, today)?)?;
    let held = actor.agencies_with(&Role::ALL);
    if actor.kind == ActorKind::Officer && !under(conn, actor.tenant, &held)?.contains(&id) {
        return Err(Error::not_found().into());
    }
    let named = names(conn, actor.tenant, &[id], today)?.remove(&id).ok_or_else(Error::not_found)?;
    Ok((named, under(conn, actor.tenant, &[id])?))
}

fn tier_rows(tier: Tier, rows: BTreeMap<(String, String), Counts>, all: &mut Counts) -> TierRows {
    let mut total = Counts::default();
    for counts in rows.values() {
        total.add_all(counts);
    }
    all.add_all(&total);
    let rows = rows
        .into_iter()
        .map(|((field_name, field_code), counts)| FieldRow { field_code, field_name, counts })
        .collect();
    TierRows { tier, rows, total }
}

fn one(agencies: &[Uuid]) -> Result<Uuid> {
    match agencies {
        [one] => Ok(*one),
        [] => Err(Error::not_found()),
        several => Err(Error::conflict(
            "agency.split",
            "Cơ quan này đã được chia thành nhiều cơ quan; hãy chọn một trong số đó.",
            "This agency was split into several; choose one of them.",
        )
        .with("agency_ids", several.iter().map(ToString::to_string).collect::<Vec<_>>())),
    }
}
