//! Throwing away what was derived, so that it is derived anew.

use diesel::prelude::*;
use motcua_agencies::{
    agencies, agency_codes, agency_successions, agency_tree, agency_units, clients, grants, officers, touch_directory,
};
use motcua_db::sql::Id;
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::follower;
use motcua_kernel::{Result, Uuid};

use super::follow::{DocumentFollow, DossierFollow};
use super::store::{
    announcement_facts, dispatch_facts, document_facts, dossier_case_facts, dossier_course_facts, dossier_facts,
    dossier_paper_facts, incoming_document_facts, mirrored_dossier_facts, procedure_facts, rating_facts,
    responsibility_moves, unknown_events,
};

/// Empties everything this service derived for a tenant and puts its followers back to the beginning, in one
/// transaction. Followers that run take it from there, at once; figures answer `figures.not_ready` until they are done.
///
/// The replica of the directory is derived as well: officers are refused until their accounts have come by again.
///
/// # Errors
/// When the database fails; nothing has changed then.
pub async fn replay(db: &Db, tenant: Uuid) -> Result<()> {
    db.write("kpi_replay", move |tx| forget_all(tx, tenant)).await?;
    tracing::info!(%tenant, "facts are derived anew from the beginning of the feeds");
    Ok(())
}

fn forget_all(tx: &mut Conn, tenant: Uuid) -> TxResult<()> {
    // The positions first: a follower that holds events of before finds its own moved, and drops them.
    follower::forget(tx, tenant, DossierFollow::NAME)?;
    follower::forget(tx, tenant, DocumentFollow::NAME)?;
    macro_rules! empty {
        ($($table:ident),+) => {
            $(diesel::delete($table::table.filter($table::tenant_id.eq(Id(tenant)))).execute(tx)?;)+
        };
    }
    empty!(dossier_facts, dossier_course_facts, dossier_case_facts, dossier_paper_facts, mirrored_dossier_facts);
    empty!(procedure_facts, announcement_facts, rating_facts);
    empty!(document_facts, dispatch_facts, incoming_document_facts);
    empty!(responsibility_moves, unknown_events);
    crate::measures::forget(tx, tenant)?;
    empty!(agencies, agency_codes, agency_units, agency_tree, agency_successions, officers, grants, clients);
    // Callers admitted on the strength of the rows that are gone must be looked up again.
    touch_directory(tx, tenant)
}
