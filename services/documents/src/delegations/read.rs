//! Reading delegations. They show accounts and no names.

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{DelegationRecord, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Uuid};

use super::http::{Account, Delegation};
use super::{Delegations, store};
use crate::directory::officer;

const SCOPE: &str = "documents:directory:read";

pub(super) async fn list(
    room: &Delegations,
    actor: Arc<Actor>,
    of: Uuid,
    request: PageRequest,
) -> Result<Page<Delegation>> {
    actor.require_scope(SCOPE)?;
    let scope = format!("officers/{of}/delegations");
    let after: Option<Uuid> = request.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("delegations_list", move |conn| {
            officer(conn, &actor, of)?.ok_or_else(Error::not_found)?;
            let rows = store::page(conn, &actor, of, after, &request)?;
            let page = Page::cut(rows, &request, &scope, |row| row.id)?;
            let count = if request.count { Some(store::count(conn, &actor, of)?) } else { None };
            let items = shown(conn, actor.tenant, page.items, today)?;
            Ok(Page { items, next: page.next, count })
        })
        .await
}

pub(super) async fn get(room: &Delegations, actor: Arc<Actor>, of: Uuid, id: Uuid) -> Result<(Delegation, i64)> {
    actor.require_scope(SCOPE)?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("delegations_get", move |conn| {
            let record = store::delegation(conn, &actor, of, id)?.ok_or_else(Error::not_found)?;
            let version = record.version;
            Ok((show(conn, actor.tenant, record, today)?, version))
        })
        .await
}

fn shown(conn: &mut Conn, tenant: Uuid, records: Vec<DelegationRecord>, on: NaiveDate) -> TxResult<Vec<Delegation>> {
    let people: Vec<Uuid> = records.iter().flat_map(|record| [record.delegator_id, record.delegate_id]).collect();
    let agencies: Vec<Uuid> = records.iter().map(|record| record.agency_id).collect();
    let accounts = store::accounts(conn, tenant, &people)?;
    let names = names(conn, tenant, &agencies, on)?;
    let account = |id: Uuid| {
        let (issuer, subject) = accounts.get(&id).cloned().unwrap_or_default();
        Account { id, issuer, subject }
    };
    let show = |record: DelegationRecord| {
        let agency = names.get(&record.agency_id).cloned();
        Ok(Delegation {
            id: record.id,
            delegator: account(record.delegator_id),
            delegate: account(record.delegate_id),
            agency: agency.ok_or_else(|| Error::internal(format!("the agency {} is gone", record.agency_id)))?,
            role: record.role,
            valid_from: record.valid_from,
            valid_to: record.valid_to,
            ended_on: record.ended_on,
            end_reason: record.end_reason,
            legal_basis: Some(record.legal_basis).filter(|text| !text.is_empty()),
        })
    };
    Ok(records.into_iter().map(show).collect::<Result<_>>()?)
}

/// One delegation as the API shows it.
pub(super) fn show(conn: &mut Conn, tenant: Uuid, record: DelegationRecord, on: NaiveDate) -> TxResult<Delegation> {
    let delegation = shown(conn, tenant, vec![record], on)?.pop();
    Ok(delegation.ok_or_else(|| Error::internal("a delegation went in and none came out"))?)
}
