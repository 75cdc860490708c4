//! Lists of agencies. What an agency is, `motcua_agencies` stores.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_agencies::{AgencyKind, DatedCode, agencies, agency_codes, agency_tree};
use motcua_db::sql::Id;
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Error, PageRequest, Uuid};

use crate::like;

const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// Which agencies a list shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub codes: Option<Vec<String>>,
    pub kinds: Option<Vec<AgencyKind>>,
    /// The agency above, and whether everything below it is wanted.
    pub parent: Option<(Uuid, bool)>,
    pub open_on: Option<NaiveDate>,
    pub text: Option<String>,
}

/// An agency as a list shows it.
#[derive(Debug, Clone)]
pub(super) struct ListedAgency {
    pub id: Uuid,
    pub name: String,
    pub name_en: String,
    pub name_folded: String,
    pub kind: AgencyKind,
    pub symbol: String,
    pub parent: Option<Uuid>,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
}

type Columns = (Id, String, String, String, String, String, Option<Id>, NaiveDate, Option<NaiveDate>);
const COLUMNS: (
    agencies::id,
    agencies::name,
    agencies::name_en,
    agencies::name_folded,
    agencies::kind,
    agencies::symbol,
    agencies::parent_id,
    agencies::valid_from,
    agencies::valid_to,
) = (
    agencies::id,
    agencies::name,
    agencies::name_en,
    agencies::name_folded,
    agencies::kind,
    agencies::symbol,
    agencies::parent_id,
    agencies::valid_from,
    agencies::valid_to,
);

fn listed(row: Columns) -> Result<ListedAgency, Error> {
    let (id, name, name_en, name_folded, kind, symbol, parent, valid_from, valid_to) = row;
    let (id, parent) = (id.0, parent.map(|parent| parent.0));
    let kind = kind.parse().map_err(Error::internal)?;
    Ok(ListedAgency { id, name, name_en, name_folded, kind, symbol, parent, valid_from, valid_to })
}

/// The agencies with codes that hold on some of these days: after `end` they had not begun, before `start` they were over.
#[diesel::dsl::auto_type(no_type_alias)]
fn holders(tenant: Id, start: NaiveDate, end: NaiveDate) -> _ {
    agency_codes::table
        .filter(agency_codes::tenant_id.eq(tenant))
        .filter(agency_codes::valid_from.le(end))
        .filter(agency_codes::valid_to.is_null().or(agency_codes::valid_to.assume_not_null().gt(start)))
        .select(agency_codes::agency_id)
}

/// The agencies at or below one.
#[diesel::dsl::auto_type(no_type_alias)]
fn below(tenant: Id, agency: Id) -> _ {
    agency_tree::table
        .filter(agency_tree::tenant_id.eq(tenant))
        .filter(agency_tree::ancestor_id.eq(agency))
        .select(agency_tree::descendant_id)
}

fn wanted(tenant: Uuid, wanted: &Wanted) -> agencies::BoxedQuery<'static, MultiBackend> {
    let mut query = agencies::table.filter(agencies::tenant_id.eq(Id(tenant))).into_boxed();
    // Without a day, on any day that a database knows.
    let (start, end) = wanted.open_on.map_or((FIRST_DAY, LAST_DAY), |on| (on, on));
    if let Some(codes) = wanted.codes.clone() {
        let holders = holders(Id(tenant), start, end).filter(agency_codes::code.eq_any(codes));
        query = query.filter(agencies::id.eq_any(holders));
    }
    if let Some(kinds) = &wanted.kinds {
        let kinds: Vec<&'static str> = kinds.iter().map(|kind| kind.as_str()).collect();
        query = query.filter(agencies::kind.eq_any(kinds));
    }
    if let Some((parent, and_below)) = wanted.parent {
        let (parent, above) = (Id(parent), agencies::parent_id.assume_not_null());
        query = if and_below {
            query.filter(above.eq_any(below(Id(tenant), parent)))
        } else {
            query.filter(agencies::parent_id.eq(parent).assume_not_null())
        };
    }
    if let Some(on) = wanted.open_on {
        let ends_later = agencies::valid_to.is_null().or(agencies::valid_to.gt(on).assume_not_null());
        query = query.filter(agencies::valid_from.le(on)).filter(ends_later);
    }
    if let Some(text) = &wanted.text {
        let begins = like::begins_with(&text.trim().to_uppercase());
        let of_code = holders(Id(tenant), start, end).filter(agency_codes::code.like(begins).escape('\\'));
        let of_name = agencies::name_folded.like(like::contains(text)).escape('\\');
        query = query.filter(of_name.or(agencies::id.eq_any(of_code)));
    }
    query
}

/// A page of agencies by name, from behind a key.
pub(super) fn page(
    conn: &mut Conn,
    tenant: Uuid,
    which: &Wanted,
    after: Option<(String, Uuid)>,
    request: &PageRequest,
) -> TxResult<Vec<ListedAgency>> {
    let mut query = wanted(tenant, which);
    if let Some((name, id)) = after {
        let same = agencies::name_folded.eq(name.clone()).and(agencies::id.gt(Id(id)));
        query = query.filter(agencies::name_folded.gt(name).or(same));
    }
    let rows: Vec<Columns> =
        query.select(COLUMNS).order((agencies::name_folded, agencies::id)).limit(request.fetch()).load(conn)?;
    Ok(rows.into_iter().map(listed).collect::<Result<_, Error>>()?)
}

/// How many agencies a list shows in all.
pub(super) fn count(conn: &mut Conn, tenant: Uuid, which: &Wanted) -> TxResult<i64> {
    Ok(wanted(tenant, which).count().get_result(conn)?)
}

/// A code with its days, and its holder.
pub(super) type HeldCode = (DatedCode, Uuid);

/// Every code of a tenant, for imports.
pub(super) fn all_codes(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<HeldCode>> {
    let rows: Vec<(String, NaiveDate, Option<NaiveDate>, Id)> = agency_codes::table
        .select((agency_codes::code, agency_codes::valid_from, agency_codes::valid_to, agency_codes::agency_id))
        .filter(agency_codes::tenant_id.eq(Id(tenant)))
        .load(conn)?;
    let held = |(code, valid_from, valid_to, agency): (String, NaiveDate, Option<NaiveDate>, Id)| {
        (DatedCode { code, valid_from, valid_to }, agency.0)
    };
    Ok(rows.into_iter().map(held).collect())
}
