//! `agency=` of lists: by code or id, as of today, following successions; `under:` with everything below.

use diesel::prelude::*;
use motcua_agencies::resolve;
use motcua_db::Db;
use motcua_db::sql::Id;
use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, Error, Kind, Result, Role, Uuid};

diesel::table! {
    use motcua_db::sql::Uid;
    /// The table of `motcua_agencies`, declared once more: diesel lets a query join two tables only where one crate
    /// declares both.
    agency_tree (tenant_id, ancestor_id, descendant_id) {
        tenant_id -> Uid,
        ancestor_id -> Uid,
        descendant_id -> Uid,
    }
}

/// The agencies a list is narrowed to.
#[derive(Debug, Clone)]
pub(crate) enum AgencyFilter {
    /// These.
    At(Vec<Id>),
    /// These and everything below.
    Under(Vec<Id>),
}

impl AgencyFilter {
    /// Reads the parameter; none narrows to nothing.
    ///
    /// # Errors
    /// `filter.invalid`, or `agency.unknown`.
    pub(crate) async fn read(db: &Db, tenant: Uuid, text: Option<&str>) -> Result<Option<Self>> {
        let Some(text) = text else { return Ok(None) };
        let (reference, under) = match Filter::parse("agency", text)? {
            Filter::Is(reference) => (reference, false),
            Filter::Under(reference) => (reference, true),
            _ => return Err(Filter::refuse("agency", text)),
        };
        let today = db.clock.business().day_in_vietnam();
        let agencies = db
            .read("agency_filter", move |conn| resolve(conn, tenant, &reference, today))
            .await
            .map_err(as_parameter)?;
        let agencies = agencies.into_iter().map(Id).collect();
        Ok(Some(if under { Self::Under(agencies) } else { Self::At(agencies) }))
    }
}

/// The agencies at or below these, as a subquery.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn below(tenant: Id, agencies: Vec<Id>) -> _ {
    agency_tree::table
        .filter(agency_tree::tenant_id.eq(tenant))
        .filter(agency_tree::ancestor_id.eq_any(agencies))
        .select(agency_tree::descendant_id)
}

/// The agencies at or above these, as a subquery.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn above(tenant: Id, agencies: Vec<Id>) -> _ {
    agency_tree::table
        .filter(agency_tree::tenant_id.eq(tenant))
        .filter(agency_tree::descendant_id.eq_any(agencies))
        .select(agency_tree::ancestor_id)
}

/// The agencies where a caller holds any role, for a predicate.
pub(crate) fn granted(actor: &Actor) -> Vec<Id> {
    held(actor, &Role::ALL)
}

/// The agencies where a caller holds one of these roles, for a predicate.
pub(crate) fn held(actor: &Actor, roles: &[Role]) -> Vec<Id> {
    actor.agencies_with(roles).into_iter().map(Id).collect()
}

/// An unknown agency in a filter is a wrong parameter, not a wrong field of a body.
fn as_parameter(mut error: Error) -> Error {
    if error.kind == Kind::Invalid {
        error.kind = Kind::Malformed;
        "agency.unknown".clone_into(&mut error.code);
        if let Some(field) = error.fields.pop() {
            error.detail = field.message;
        }
        return error.with("parameter", "agency");
    }
    error
}
