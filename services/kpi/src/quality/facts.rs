//! What is wrong with facts, by the agency that answers for them.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::count_star;
use diesel::prelude::*;
use motcua_agencies::agencies;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use crate::facts::store::{document_facts, dossier_facts, incoming_document_facts};

/// How many of something there are for each agency.
pub(super) type ByAgency = BTreeMap<Uuid, i64>;

/// Counts the rows of a table by agency, those that meet a condition.
macro_rules! by_agency {
    ($conn:expr, $tenant:expr, $table:ident . $agency:ident, $when:expr) => {{
        let rows: Vec<(Id, i64)> = $table::table
            .filter($table::tenant_id.eq(Id($tenant)).and($when))
            .group_by($table::$agency)
            .select(($table::$agency, count_star()))
            .load($conn)?;
        rows.into_iter().map(|(agency, count)| (agency.0, count)).collect::<ByAgency>()
    }};
}

/// Facts of agencies that are not known here: they are counted nowhere until the agency's event has come.
pub(super) fn without_agency(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<(&'static str, ByAgency)>> {
    let known: Vec<Id> = agencies::table.select(agencies::id).filter(agencies::tenant_id.eq(Id(tenant))).load(conn)?;
    let known: BTreeSet<Uuid> = known.into_iter().map(|id| id.0).collect();
    let subjects = [
        ("dossier", by_agency!(conn, tenant, dossier_facts.competent_agency_id, dossier_facts::version.gt(0))),
        ("document", by_agency!(conn, tenant, document_facts.responsible_agency_id, document_facts::version.gt(0))),
        (
            "incoming_document",
            by_agency!(
                conn,
                tenant,
                incoming_document_facts.responsible_agency_id,
                incoming_document_facts::version.gt(0)
            ),
        ),
    ];
    let unknown = |(subject, counts): (&'static str, ByAgency)| {
        (subject, counts.into_iter().filter(|(agency, _)| !known.contains(agency)).collect())
    };
    Ok(subjects.into_iter().map(unknown).collect())
}

/// Dossiers that lack what figures need, by what they lack.
pub(super) fn incomplete(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<(&'static str, ByAgency)>> {
    let due = dossier_facts::finished_at
        .is_not_null()
        .and(dossier_facts::first_due_at.is_null())
        .and(dossier_facts::due_at.is_null());
    let order = dossier_facts::finished_at.assume_not_null().lt(dossier_facts::received_at.assume_not_null());
    let order = dossier_facts::finished_at.is_not_null().and(dossier_facts::received_at.is_not_null()).and(order);
    let code = dossier_facts::received_at.is_not_null().and(dossier_facts::code.is_null());
    Ok(vec![
        ("due_at", by_agency!(conn, tenant, dossier_facts.competent_agency_id, due)),
        ("order", by_agency!(conn, tenant, dossier_facts.competent_agency_id, order)),
        ("code", by_agency!(conn, tenant, dossier_facts.competent_agency_id, code)),
        ("field", by_agency!(conn, tenant, dossier_facts.competent_agency_id, dossier_facts::field_code.eq(""))),
    ])
}
