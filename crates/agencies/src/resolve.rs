//! From a code people write to the agency it means now.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::schema::{agencies, agency_codes, agency_tree};
use crate::succession::successors;

/// An agency as other objects show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Named {
    /// Its id.
    pub id: Uuid,
    /// Its code now, or the last it had; before its first day the first it will have.
    #[schema(example = "H50.12")]
    pub code: String,
    /// Its name.
    pub name: String,
}

/// The agency a code or an id means on a day, whether it is open or not. A code means its holder on that day; after
/// its last holder closed, the last one.
///
/// # Errors
/// When the database fails.
pub fn named(conn: &mut Conn, tenant: Uuid, reference: &str, on: NaiveDate) -> TxResult<Option<Uuid>> {
    if let Ok(id) = reference.parse::<Uuid>() {
        let found: Option<Id> = agencies::table
            .select(agencies::id)
            .filter(agencies::tenant_id.eq(Id(tenant)).and(agencies::id.eq(Id(id))))
            .first(conn)
            .optional()?;
        return Ok(found.map(|id| id.0));
    }
    let found: Option<Id> = agency_codes::table
        .select(agency_codes::agency_id)
        .filter(agency_codes::tenant_id.eq(Id(tenant)).and(agency_codes::code.eq(reference)))
        .filter(agency_codes::valid_from.le(on))
        .order(agency_codes::valid_from.desc())
        .first(conn)
        .optional()?;
    Ok(found.map(|id| id.0))
}

/// The agencies responsible on a day for what a code or id means, following successions: for filters and claims.
///
/// # Errors
/// `agency.unknown` when there never was one.
pub fn resolve(conn: &mut Conn, tenant: Uuid, reference: &str, on: NaiveDate) -> TxResult<Vec<Uuid>> {
    match named(conn, tenant, reference, on)? {
        Some(agency) => successors(conn, tenant, agency, on),
        None => Err(unknown(reference).into()),
    }
}

/// The agency a code or id means on a day, which must be open then: for receivers of new work.
///
/// # Errors
/// `agency.unknown`, `agency.closed` naming the successors, or `agency.not_open_yet` naming its first day.
pub fn open_agency(conn: &mut Conn, tenant: Uuid, reference: &str, on: NaiveDate) -> TxResult<Named> {
    let Some(agency) = named(conn, tenant, reference, on)? else {
        return Err(unknown(reference).into());
    };
    let first_day: NaiveDate = agencies::table
        .select(agencies::valid_from)
        .filter(agencies::tenant_id.eq(Id(tenant)).and(agencies::id.eq(Id(agency))))
        .first(conn)?;
    if on < first_day {
        return Err(not_open_yet(reference, first_day).into());
    }
    let responsible = successors(conn, tenant, agency, on)?;
    let mut names = names(conn, tenant, &responsible, on)?;
    if responsible == [agency]
        && let Some(named) = names.remove(&agency)
    {
        return Ok(named);
    }
    Err(closed(reference, &names.into_values().collect::<Vec<_>>())?.into())
}

fn closed(reference: &str, successors: &[Named]) -> Result<Error, Error> {
    let reference = shown(reference);
    let codes: Vec<String> = successors.iter().map(|named| named.code.clone()).collect();
    let (vi, en) = match codes.join(", ") {
        listed if listed.is_empty() => {
            (" và chưa có cơ quan kế thừa".to_owned(), " and nobody goes on with its work".to_owned())
        }
        listed => (format!("; cơ quan kế thừa: {listed}"), format!("; its work went to: {listed}")),
    };
    let error = Error::conflict(
        "agency.closed",
        format!("Cơ quan {reference} đã kết thúc hoạt động{vi}."),
        format!("The agency {reference} is closed{en}."),
    );
    let listed = serde_json::to_value(successors).map_err(Error::internal)?;
    Ok(error.with("successors", listed).with("successor", codes.into_iter().next()))
}

fn not_open_yet(reference: &str, first_day: NaiveDate) -> Error {
    let reference = shown(reference);
    Error::conflict(
        "agency.not_open_yet",
        format!("Cơ quan {reference} chỉ hoạt động từ ngày {}.", first_day.format("%d/%m/%Y")),
        format!("The agency {reference} opens on {first_day}."),
    )
    .with("opens_on", first_day.to_string())
}

fn shown(reference: &str) -> String {
    reference.chars().filter(|c| !c.is_control()).take(60).collect()
}

fn unknown(reference: &str) -> Error {
    let shown = shown(reference);
    Error::invalid_field(
        "",
        "agency.unknown",
        Text::new(format!("Không có cơ quan mang mã {shown}."), format!("There is no agency with the code {shown}.")),
    )
}

/// Codes and names of agencies, for showing them beside ids: one statement each, however many.
///
/// # Errors
/// When the database fails.
pub fn names(conn: &mut Conn, tenant: Uuid, ids: &[Uuid], on: NaiveDate) -> TxResult<BTreeMap<Uuid, Named>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<(Id, String)> = agencies::table
        .select((agencies::id, agencies::name))
        .filter(agencies::tenant_id.eq(Id(tenant)).and(agencies::id.eq_any(wanted.clone())))
        .load(conn)?;
    let codes: Vec<(Id, String, NaiveDate)> = agency_codes::table
        .select((agency_codes::agency_id, agency_codes::code, agency_codes::valid_from))
        .filter(agency_codes::tenant_id.eq(Id(tenant)).and(agency_codes::agency_id.eq_any(wanted)))
        .order((agency_codes::valid_from.asc(), agency_codes::code.asc()))
        .load(conn)?;
    let mut newest: BTreeMap<Uuid, String> = BTreeMap::new();
    for (id, code, valid_from) in codes {
        // Of an agency that has had no code yet, the first it will have.
        if valid_from <= on || !newest.contains_key(&id.0) {
            newest.insert(id.0, code);
        }
    }
    Ok(rows
        .into_iter()
        .map(|(id, name)| {
            let code = newest.get(&id.0).cloned().unwrap_or_default();
            (id.0, Named { id: id.0, code, name })
        })
        .collect())
}

/// The code of an agency on a day, or the last it had.
///
/// # Errors
/// When the database fails or the agency has no code.
pub fn current_code(conn: &mut Conn, tenant: Uuid, agency: Uuid, on: NaiveDate) -> TxResult<String> {
    let code = names(conn, tenant, &[agency], on)?.remove(&agency).map(|named| named.code);
    code.filter(|code| !code.is_empty())
        .ok_or_else(|| Error::internal(format!("the agency {agency} has no code on {on}")).into())
}

/// The ids of agencies and of everything below them.
///
/// # Errors
/// When the database fails.
pub fn under(conn: &mut Conn, tenant: Uuid, agencies: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let roots: Vec<Id> = agencies.iter().copied().map(Id).collect();
    let rows: Vec<Id> = agency_tree::table
        .select(agency_tree::descendant_id)
        .filter(agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::ancestor_id.eq_any(roots)))
        .distinct()
        .load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}
