//! What waits to be done now, by field of work.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::dsl::{case_when, count, count_star};
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use crate::facts::store::dossier_facts;

/// What waits in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldWaiting {
    /// Name of the field; empty where no source has it.
    pub name: String,
    /// Dossiers in process.
    pub open: i64,
    /// Of those, past their due instant.
    pub overdue: i64,
}

/// The open dossiers that these agencies decide, by field.
///
/// # Errors
/// When the database fails.
pub(crate) fn by_field(
    conn: &mut Conn,
    tenant: Uuid,
    agencies: &BTreeSet<Uuid>,
    now: DateTime<Utc>,
) -> TxResult<Vec<FieldWaiting>> {
    let ids: Vec<Id> = agencies.iter().copied().map(Id).collect();
    let after = dossier_facts::overdue_after_at;
    let passed = after.is_not_null().and(after.assume_not_null().lt(At(now)));
    let rows: Vec<(String, i64, i64)> = dossier_facts::table
        .filter(dossier_facts::tenant_id.eq(Id(tenant)).and(dossier_facts::waits))
        .filter(dossier_facts::competent_agency_id.eq_any(ids))
        .group_by(dossier_facts::field_name)
        .select((dossier_facts::field_name, count_star(), count(case_when(passed, dossier_facts::tenant_id))))
        .load(conn)?;
    Ok(rows.into_iter().map(|(name, open, overdue)| FieldWaiting { name, open, overdue }).collect())
}
