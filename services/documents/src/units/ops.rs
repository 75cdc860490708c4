//! Reading units: everybody who may read agencies may.

use std::sync::Arc;

use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, Cursor, Error, Page, PageRequest, Result, Uuid};

use super::Units;
use super::http::{AdministrativeUnit, AdministrativeUnitDetail, UnitLink, UnitsQuery};
use super::store::{self, Unit, Wanted};

const SCOPE: &str = "documents:agencies:read";

pub(super) async fn list(
    room: &Units,
    actor: Arc<Actor>,
    query: &UnitsQuery,
    request: PageRequest,
) -> Result<Page<AdministrativeUnit>> {
    actor.require_scope(SCOPE)?;
    let today = room.db.clock.business().day_in_vietnam();
    let on = query.on.unwrap_or(today);
    let wanted = Wanted {
        codes: query.code.as_deref().map(|text| values("code", text)).transpose()?,
        levels: query.level.as_deref().map(levels).transpose()?,
        provinces: query.province.as_deref().map(|text| values("province", text)).transpose()?,
        parents: query.parent.as_deref().map(|text| values("parent", text)).transpose()?,
        on: Some(on),
        name: query.q.clone(),
    };
    let scope = format!("administrative-units?{wanted:?}");
    let after: Option<(String, Uuid)> =
        request.after.as_ref().map(|cursor: &Cursor| cursor.read(&scope)).transpose()?;
    let (tenant, asked) = (actor.tenant, request.clone());
    let (rows, count) = room
        .db
        .read("units_list", move |conn| {
            let rows = store::page(conn, tenant, &wanted, after.clone(), &asked)?;
            let count = if asked.count { Some(store::count(conn, tenant, &wanted)?) } else { None };
            Ok((rows, count))
        })
        .await?;
    let mut page =
        Page::cut(rows, &request, &scope, |unit| (unit.record.code.clone(), unit.id))?.map(AdministrativeUnit::of);
    page.count = count;
    Ok(page)
}

pub(super) async fn get(room: &Units, actor: Arc<Actor>, id: Uuid) -> Result<AdministrativeUnitDetail> {
    actor.require_scope(SCOPE)?;
    let tenant = actor.tenant;
    room.db
        .read("units_get", move |conn| {
            let unit: Unit = store::get(conn, tenant, id)?.ok_or_else(Error::not_found)?;
            let links = |linked: Vec<_>| linked.into_iter().map(UnitLink::of).collect();
            Ok(AdministrativeUnitDetail {
                predecessors: links(store::predecessors(conn, tenant, id)?),
                successors: links(store::successors(conn, tenant, id)?),
                unit: AdministrativeUnit::of(unit),
            })
        })
        .await
}

fn values(name: &str, text: &str) -> Result<Vec<String>> {
    match Filter::parse(name, text)? {
        Filter::Is(value) => Ok(vec![value]),
        Filter::In(values) => Ok(values),
        _ => Err(Filter::refuse(name, text)),
    }
}

fn levels(text: &str) -> Result<Vec<super::Level>> {
    let words = values("level", text)?;
    words.iter().map(|word| word.parse().map_err(|_unknown| Filter::refuse("level", text))).collect()
}
