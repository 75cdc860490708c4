//! One code belongs to at most one agency on any day: what the owner asks before it writes an agency.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use crate::record::{AgencyRecord, DatedCode};
use crate::schema::agency_codes;

/// A code that another agency holds on some of the same days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeConflict {
    /// The holder.
    pub agency: Uuid,
    /// Its code and days.
    pub held: DatedCode,
}

/// The codes of an agency that overlap with another agency's, or with each other.
///
/// # Errors
/// When the database fails.
pub fn code_conflicts(conn: &mut Conn, tenant: Uuid, record: &AgencyRecord) -> TxResult<Vec<CodeConflict>> {
    let codes: Vec<&str> = record.codes.iter().map(|dated| dated.code.as_str()).collect();
    let rows: Vec<(Id, String, NaiveDate, Option<NaiveDate>)> = agency_codes::table
        .select((agency_codes::agency_id, agency_codes::code, agency_codes::valid_from, agency_codes::valid_to))
        .filter(agency_codes::tenant_id.eq(Id(tenant)).and(agency_codes::code.eq_any(codes)))
        .filter(agency_codes::agency_id.ne(Id(record.id)))
        .order((agency_codes::code, agency_codes::valid_from))
        .load(conn)?;
    let others = rows.into_iter().map(|(agency, code, valid_from, valid_to)| CodeConflict {
        agency: agency.0,
        held: DatedCode { code, valid_from, valid_to },
    });
    let own =
        record.codes.iter().enumerate().filter(|(at, code)| record.codes.iter().take(*at).any(|c| c.overlaps(code)));
    let mut conflicts: Vec<CodeConflict> =
        others.filter(|other| record.codes.iter().any(|code| code.overlaps(&other.held))).collect();
    conflicts.extend(own.map(|(_, code)| CodeConflict { agency: record.id, held: code.clone() }));
    Ok(conflicts)
}
