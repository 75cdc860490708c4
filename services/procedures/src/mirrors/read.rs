//! Reading mirrored dossiers.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use motcua_agencies::{Named, names};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Uuid};
use serde::de::DeserializeOwned;

use super::rules::state_name;
use super::store::{self, MirrorRow, Narrow, StateRow, small};
use super::view::{MirroredDossier, MirroredDossierSummary, MirroredState, Personal, StateTold};
use crate::dossiers::Dossiers;

/// One mirrored dossier, whole.
///
/// # Errors
/// `not_found` when there is none the caller may see.
pub(super) async fn get(room: &Dossiers, actor: Arc<Actor>, code: String) -> Result<MirroredDossier> {
    actor.require_scope("procedures:dossiers:read")?;
    let own = room.clone();
    room.db
        .read("mirror_get", move |conn| {
            let row = store::load(conn, &actor, &code)?;
            let personal: Personal = open(&own, row.id.0, &row.personal)?;
            let history = store::states(conn, &row)?.iter().map(told).collect::<Result<_>>()?;
            Ok(MirroredDossier {
                summary: summary(conn, &own, &row)?,
                applicant: personal.applicant,
                subject: personal.subject,
                results: personal.results,
                history,
            })
        })
        .await
}

/// One page of mirrored dossiers.
///
/// # Errors
/// When the cursor belongs to another list.
pub(super) async fn list(
    room: &Dossiers,
    actor: Arc<Actor>,
    narrow: Narrow,
    page: PageRequest,
) -> Result<Page<MirroredDossierSummary>> {
    actor.require_scope("procedures:dossiers:read")?;
    let scope = format!("mirrored-dossiers {narrow:?}");
    let after: Option<(DateTime<Utc>, Uuid)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("mirror_list", move |conn| {
            let rows = store::list(conn, &actor, &narrow, &page, after.map(|(at, id)| (At(at), Id(id))))?;
            let count = if page.count { Some(store::count(conn, &actor, &narrow)?) } else { None };
            let rows = Page::cut(rows, &page, &scope, |row| (row.submitted_at.0, row.id.0))?;
            let agencies: Vec<Uuid> = rows.items.iter().map(|row| row.agency_id.0).collect();
            let named = names(conn, actor.tenant, &agencies, today)?;
            let items = rows.items.iter().map(|row| summary_of(row, &named)).collect::<Result<_>>()?;
            Ok(Page { items, next: rows.next, count })
        })
        .await
}

/// What a list shows of a mirrored dossier.
pub(super) fn summary(conn: &mut Conn, room: &Dossiers, row: &MirrorRow) -> TxResult<MirroredDossierSummary> {
    let today = room.db.clock.business().day_in_vietnam();
    let named = names(conn, row.tenant_id.0, &[row.agency_id.0], today)?;
    Ok(summary_of(row, &named)?)
}

fn summary_of(row: &MirrorRow, named: &BTreeMap<Uuid, Named>) -> Result<MirroredDossierSummary> {
    let unnamed = || Named { id: row.agency_id.0, code: row.agency_code.clone(), name: String::new() };
    let fees = row.content.0.get("fees").cloned().unwrap_or_default();
    Ok(MirroredDossierSummary {
        id: row.id.0,
        code: row.code.clone(),
        source: row.source.clone(),
        procedure: row.procedure_code.clone(),
        agency: named.get(&row.agency_id.0).cloned().unwrap_or_else(unnamed),
        written_agency: row.agency_code.clone(),
        channel: row.channel()?,
        state: state(row.state()?)?,
        as_of: row.as_of.0,
        submitted_at: row.submitted_at.0,
        received_at: row.received_at.as_ref().map(|at| at.0),
        due_at: row.due_at.as_ref().map(|at| at.0),
        ended_at: row.ended_at.as_ref().map(|at| at.0),
        returned_at: row.returned_at.as_ref().map(|at| at.0),
        fees: serde_json::from_value(fees).map_err(Error::internal)?,
        version: row.version,
    })
}

fn state(national: u8) -> Result<MirroredState> {
    let name = state_name(national).ok_or_else(|| Error::internal(format!("unknown state {national}")))?;
    Ok(MirroredState { national, name })
}

fn told(row: &StateRow) -> Result<StateTold> {
    Ok(StateTold {
        state: state(small(row.state)?)?,
        as_of: row.as_of.0,
        recorded_at: row.written_at.0,
        reopened: row.reopened,
    })
}

/// What is sealed of a mirrored dossier.
pub(super) fn open<T: DeserializeOwned>(room: &Dossiers, id: Uuid, sealed: &[u8]) -> Result<T> {
    let plain = room.db.vault.open(&format!("mirrored_dossiers.personal:{id}"), sealed)?;
    serde_json::from_slice(&plain).map_err(Error::internal)
}
