//! Who went on with a closed agency's work.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Uuid};

use crate::record::SuccessionRecord;
use crate::schema::{agencies, agency_successions};

type Columns = (Id, Id, Id, String, NaiveDate, String);
const COLUMNS: (
    agency_successions::id,
    agency_successions::from_agency_id,
    agency_successions::to_agency_id,
    agency_successions::kind,
    agency_successions::effective_on,
    agency_successions::legal_basis,
) = (
    agency_successions::id,
    agency_successions::from_agency_id,
    agency_successions::to_agency_id,
    agency_successions::kind,
    agency_successions::effective_on,
    agency_successions::legal_basis,
);

fn record((id, from, to, kind, effective_on, legal_basis): Columns) -> Result<SuccessionRecord, Error> {
    let kind = kind.parse().map_err(Error::internal)?;
    Ok(SuccessionRecord { id: id.0, from_agency_id: from.0, to_agency_id: to.0, kind, effective_on, legal_basis })
}

/// The agencies that are open on a day and responsible for what `agency` did: itself while it is open, else those its
/// successions lead to. Several after a split.
///
/// # Errors
/// When the database fails.
pub fn successors(conn: &mut Conn, tenant: Uuid, agency: Uuid, on: NaiveDate) -> TxResult<Vec<Uuid>> {
    let mut open = Vec::new();
    let mut seen = vec![agency];
    let mut ahead = vec![agency];
    while let Some(at) = ahead.pop() {
        let closed: Option<Option<NaiveDate>> = agencies::table
            .select(agencies::valid_to)
            .filter(agencies::tenant_id.eq(Id(tenant)).and(agencies::id.eq(Id(at))))
            .first(conn)
            .optional()?;
        if closed.flatten().is_none_or(|end| on < end) {
            open.push(at);
            continue;
        }
        let next: Vec<Id> = agency_successions::table
            .select(agency_successions::to_agency_id)
            .filter(agency_successions::tenant_id.eq(Id(tenant)).and(agency_successions::from_agency_id.eq(Id(at))))
            .filter(agency_successions::effective_on.le(on))
            .order(agency_successions::to_agency_id)
            .load(conn)?;
        for id in next {
            if !seen.contains(&id.0) {
                seen.push(id.0);
                ahead.push(id.0);
            }
        }
    }
    open.sort();
    Ok(open)
}

/// The successions an agency went through: those that followed it, and those it followed, in the order they took effect.
///
/// # Errors
/// When the database fails.
pub fn successions_of(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<Vec<SuccessionRecord>> {
    let rows: Vec<Columns> = agency_successions::table
        .select(COLUMNS)
        .filter(agency_successions::tenant_id.eq(Id(tenant)))
        .filter(agency_successions::from_agency_id.eq(Id(agency)).or(agency_successions::to_agency_id.eq(Id(agency))))
        .order((agency_successions::effective_on, agency_successions::id))
        .load(conn)?;
    Ok(rows.into_iter().map(record).collect::<Result<_, Error>>()?)
}

/// Successions in force on a day, in the order they took effect: what a service's own rows must have followed.
///
/// # Errors
/// When the database fails.
pub fn due_successions(conn: &mut Conn, tenant: Uuid, on: NaiveDate) -> TxResult<Vec<SuccessionRecord>> {
    let rows: Vec<Columns> = agency_successions::table
        .select(COLUMNS)
        .filter(agency_successions::tenant_id.eq(Id(tenant)).and(agency_successions::effective_on.le(on)))
        .order((agency_successions::effective_on, agency_successions::id))
        .load(conn)?;
    Ok(rows.into_iter().map(record).collect::<Result<_, Error>>()?)
}
