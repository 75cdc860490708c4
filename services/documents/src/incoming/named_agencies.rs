//! The agencies a request names, many at once: so many statements whether it names one or five hundred.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_agencies::{Named, agencies, agency_codes, names, open_agency};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, FieldError, Text, Uuid};

/// An agency as a request names it: where, and by which code or id.
pub(super) struct Reference<'a> {
    pub pointer: String,
    pub text: &'a str,
}

/// The agencies that some references mean on a day, in their order; all must be open then.
///
/// # Errors
/// `agency.unknown` at every reference that never meant one; `agency.closed` naming the successor, or
/// `agency.not_open_yet`, of the first that is not open.
pub(super) fn open_agencies(
    conn: &mut Conn,
    tenant: Uuid,
    references: &[Reference<'_>],
    on: NaiveDate,
) -> TxResult<Vec<Named>> {
    let by_code = meant_by_codes(conn, tenant, references, on)?;
    let meant = |reference: &Reference<'_>| match reference.text.parse::<Uuid>() {
        Ok(id) => Some(id),
        Err(_) => by_code.get(reference.text).copied(),
    };
    let wanted: BTreeSet<Uuid> = references.iter().filter_map(meant).collect();
    let validity = validity_of(conn, tenant, &wanted)?;
    let unknown: Vec<FieldError> = references
        .iter()
        .filter(|reference| meant(reference).is_none_or(|id| !validity.contains_key(&id)))
        .map(|reference| FieldError::new(reference.pointer.clone(), "agency.unknown", unknown_text()))
        .collect();
    if !unknown.is_empty() {
        return Err(Error::invalid(unknown).into());
    }
    let is_open = |id: &Uuid| {
        let valid = validity.get(id);
        valid.is_some_and(|(from, to)| *from <= on && to.is_none_or(|end| on < end))
    };
    if let Some(closed) = references.iter().find(|reference| meant(reference).is_none_or(|id| !is_open(&id))) {
        // Only of the first: it names who went on with the work, and refuses.
        open_agency(conn, tenant, closed.text, on)?;
    }
    let wanted: Vec<Uuid> = wanted.into_iter().collect();
    let named = names(conn, tenant, &wanted, on)?;
    let found = references.iter().map(|reference| meant(reference).and_then(|id| named.get(&id).cloned()));
    let found: Option<Vec<Named>> = found.collect();
    Ok(found.ok_or_else(|| Error::internal("an open agency has no name"))?)
}

/// What codes mean on a day: their holder then, or after its end the last.
fn meant_by_codes(
    conn: &mut Conn,
    tenant: Uuid,
    references: &[Reference<'_>],
    on: NaiveDate,
) -> TxResult<BTreeMap<String, Uuid>> {
    let codes: Vec<&str> = references.iter().map(|one| one.text).filter(|text| text.parse::<Uuid>().is_err()).collect();
    let rows: Vec<(String, Id)> = agency_codes::table
        .select((agency_codes::code, agency_codes::agency_id))
        .filter(agency_codes::tenant_id.eq(Id(tenant)).and(agency_codes::code.eq_any(codes)))
        .filter(agency_codes::valid_from.le(on))
        .order((agency_codes::code, agency_codes::valid_from))
        .load(conn)?;
    // The last of a code stays.
    Ok(rows.into_iter().map(|(code, agency)| (code, agency.0)).collect())
}

type Validity = BTreeMap<Uuid, (NaiveDate, Option<NaiveDate>)>;

fn validity_of(conn: &mut Conn, tenant: Uuid, wanted: &BTreeSet<Uuid>) -> TxResult<Validity> {
    let wanted: Vec<Id> = wanted.iter().copied().map(Id).collect();
    let rows: Vec<(Id, NaiveDate, Option<NaiveDate>)> = agencies::table
        .select((agencies::id, agencies::valid_from, agencies::valid_to))
        .filter(agencies::tenant_id.eq(Id(tenant)).and(agencies::id.eq_any(wanted)))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, from, to)| (id.0, (from, to))).collect())
}

fn unknown_text() -> Text {
    Text::new("Không có cơ quan mang mã này.", "There is no agency with this code.")
}

/// Tells a fault about an agency at the field that names it.
pub(super) fn at(pointer: &'static str) -> impl Fn(motcua_db::Failure) -> motcua_db::Failure {
    move |failure| {
        let motcua_db::Failure::Refused(mut error) = failure else { return failure };
        for field in &mut error.fields {
            pointer.clone_into(&mut field.pointer);
        }
        motcua_db::Failure::Refused(error)
    }
}
