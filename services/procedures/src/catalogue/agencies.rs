//! Agencies and the catalogue: who keeps it, and which agencies offer or decide a procedure.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_agencies::{agencies, open_agency, resolve, under};
use motcua_db::sql::Id;
use motcua_db::{Conn, Failure, TxResult};
use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, ActorKind, Authority, Error, FieldError, Kind, Result, Role, Uuid};

use super::content::VersionContent;
use super::{Catalogue, check, rules, store};

/// The scope of whoever changes the catalogue.
pub(super) const WRITE: &str = "procedures:catalogue:write";

/// Refuses whoever does not keep the catalogue: an administrator (quản trị) of the province's committee, which announces
/// every procedure of the province (Decree 63/2010/NĐ-CP, article 15).
pub(super) async fn require_keeper(room: &Catalogue, actor: &Actor) -> Result<Authority> {
    actor.require_scope(WRITE)?;
    let (caller, today) = (actor.clone(), room.today());
    let held = room.db.read("catalogue_keeper", move |conn| province_authority(conn, &caller, today)).await?;
    held.ok_or_else(|| {
        Error::forbidden(
            "catalogue.not_administrator",
            "Chỉ quản trị của Ủy ban nhân dân tỉnh được thay đổi danh mục thủ tục.",
            "Only an administrator of the province's committee may change the catalogue.",
        )
    })
}

/// By what right a caller administers the province; none when they do not.
///
/// # Errors
/// When the database fails.
pub(crate) fn province_authority(conn: &mut Conn, actor: &Actor, today: NaiveDate) -> TxResult<Option<Authority>> {
    let held: Vec<Id> = actor.agencies_with(&[Role::Administrator]).into_iter().map(Id).collect();
    if actor.kind != ActorKind::Officer || held.is_empty() {
        return Ok(None);
    }
    let found: Vec<Id> = agencies::table
        .select(agencies::id)
        .filter(agencies::tenant_id.eq(Id(actor.tenant)).and(agencies::id.eq_any(held)))
        .filter(agencies::kind.eq("province").and(agencies::valid_from.le(today)))
        .filter(agencies::valid_to.is_null().or(agencies::valid_to.assume_not_null().gt(today)))
        .load(conn)?;
    let provinces: Vec<Uuid> = found.into_iter().map(|id| id.0).collect();
    Ok(actor.authority(&provinces, &[Role::Administrator]))
}

/// The codes of the province's committees that are open on a day: what a local procedure's code ends with.
pub(super) fn is_province(conn: &mut Conn, tenant: Uuid, code: &str, today: NaiveDate) -> TxResult<bool> {
    let Some(named) = motcua_agencies::named(conn, tenant, code, today)? else { return Ok(false) };
    let agency = motcua_agencies::load_agency(conn, tenant, named)?;
    Ok(agency.is_some_and(|agency| agency.kind.as_str() == "province" && agency.valid_to.is_none_or(|end| today < end)))
}

/// The agencies that a content names and the directory does not know as open, each with its place.
pub(super) fn faults(
    conn: &mut Conn,
    tenant: Uuid,
    content: &VersionContent,
    today: NaiveDate,
) -> TxResult<Vec<FieldError>> {
    let mut faults = Vec::new();
    for (pointer, code) in check::named_agencies(content) {
        match open_agency(conn, tenant, code, today) {
            Ok(_) => {}
            Err(Failure::Refused(error)) => {
                let (code, message) = match error.fields.into_iter().next() {
                    Some(field) => (field.code, field.message),
                    None => (error.code, error.detail),
                };
                faults.push(FieldError::new(pointer, code, message));
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(faults)
}

/// The agency a list is narrowed to, as it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    reference: String,
    below: bool,
}

impl Asked {
    /// Reads the parameter.
    pub(super) fn read(text: Option<&str>) -> Result<Option<Self>> {
        let Some(text) = text else { return Ok(None) };
        match Filter::parse("agency", text)? {
            Filter::Is(reference) => Ok(Some(Self { reference, below: false })),
            Filter::Under(reference) => Ok(Some(Self { reference, below: true })),
            _ => Err(Filter::refuse("agency", text)),
        }
    }
}

/// What procedures are offered by some agencies: those that name one of them under one of these codes, and those that the
/// receiving agency decides at one of these levels.
#[derive(Debug, Clone)]
pub(crate) struct Offering {
    pub codes: Vec<String>,
    pub levels: Vec<&'static str>,
}

/// What an agency, or all at and below it, offer or decide today. A code that a procedure was written with counts for
/// whoever went on with the work.
pub(super) fn offering(conn: &mut Conn, tenant: Uuid, asked: &Asked, today: NaiveDate) -> TxResult<Offering> {
    let mut of = resolve(conn, tenant, &asked.reference, today).map_err(as_parameter)?;
    if asked.below {
        of = under(conn, tenant, &of)?;
    }
    let ids: Vec<Id> = of.iter().copied().map(Id).collect();
    let kinds: Vec<String> = agencies::table
        .select(agencies::kind)
        .filter(agencies::tenant_id.eq(Id(tenant)).and(agencies::id.eq_any(ids)))
        .filter(agencies::valid_to.is_null().or(agencies::valid_to.assume_not_null().gt(today)))
        .distinct()
        .load(conn)?;
    let mut levels: Vec<&str> = kinds.iter().filter_map(|kind| rules::level_of(kind)).collect();
    levels.sort_unstable();
    levels.dedup();
    let mut codes = Vec::new();
    for code in store::codes_named(conn, tenant)? {
        match resolve(conn, tenant, &code, today) {
            Ok(responsible) if responsible.iter().any(|agency| of.contains(agency)) => codes.push(code),
            // A code nobody knows is nobody's.
            Ok(_) | Err(Failure::Refused(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(Offering { codes, levels })
}

/// An unknown agency in a filter is a wrong parameter, not a wrong field of a body.
fn as_parameter(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(mut error) if error.kind == Kind::Invalid => {
            error.kind = Kind::Malformed;
            "agency.unknown".clone_into(&mut error.code);
            if let Some(field) = error.fields.pop() {
                error.detail = field.message;
            }
            error.with("parameter", "agency").into()
        }
        failure => failure,
    }
}
