//! What waits to be done now, by field of work.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::dsl::{case_when, count, count_star};
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use crate::facts::store::{dossier_course_facts, dossier_facts};

diesel::allow_tables_to_appear_in_same_query!(dossier_facts, dossier_course_facts);

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
    let same = dossier_course_facts::tenant_id
        .eq(dossier_facts::tenant_id)
        .and(dossier_course_facts::dossier_id.eq(dossier_facts::dossier_id));
    let passed = dossier_course_facts::verdict.eq("late").or(dossier_course_facts::late_after_at
        .is_not_null()
        .and(dossier_course_facts::late_after_at.assume_not_null().lt(At(now))));
    let overdue = count(case_when(passed, dossier_course_facts::dossier_id));
    let rows: Vec<(String, i64, i64)> = dossier_course_facts::table
        .inner_join(dossier_facts::table.on(same))
        .filter(dossier_course_facts::tenant_id.eq(Id(tenant)))
        .filter(dossier_course_facts::was_received.eq(true).and(dossier_course_facts::closed_at.is_null()))
        .filter(dossier_facts::competent_agency_id.eq_any(ids))
        .group_by(dossier_facts::field_name)
        .select((dossier_facts::field_name, count_star(), overdue))
        .load(conn)?;
    Ok(rows.into_iter().map(|(name, open, overdue)| FieldWaiting { name, open, overdue }).collect())
}
