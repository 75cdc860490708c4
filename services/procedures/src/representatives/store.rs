//! Rows of representatives.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Uuid, Vault};

use super::read_back;
use super::view::Representative;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    dossier_representatives (tenant_id, dossier_id) {
        tenant_id -> Uid,
        dossier_id -> Uid,
        /// The last day of the mandate.
        valid_to -> Nullable<Date>,
        /// Sealed.
        content -> Binary,
    }
}

/// What a sealed representative belongs to.
fn context(tenant: Uuid, dossier: Uuid) -> String {
    format!("dossier_representatives:{tenant}:{dossier}")
}

/// Keeps who submitted a dossier for its applicant.
pub(crate) fn insert(
    tx: &mut Conn,
    vault: &Vault,
    tenant: Uuid,
    dossier: Uuid,
    representative: &Representative,
) -> TxResult<()> {
    let plain = serde_json::to_vec(representative).map_err(Error::internal)?;
    let sealed = vault.seal(&context(tenant, dossier), &plain)?;
    diesel::insert_into(dossier_representatives::table)
        .values((
            dossier_representatives::tenant_id.eq(Id(tenant)),
            dossier_representatives::dossier_id.eq(Id(dossier)),
            dossier_representatives::valid_to.eq(representative.mandate.valid_to),
            dossier_representatives::content.eq(sealed),
        ))
        .execute(tx)?;
    Ok(())
}

/// Who submitted a dossier for its applicant.
pub(crate) fn load(conn: &mut Conn, vault: &Vault, tenant: Uuid, dossier: Uuid) -> TxResult<Option<Representative>> {
    Ok(names_of(conn, vault, tenant, &[Id(dossier)])?.remove(&dossier))
}

/// Who submitted these dossiers for their applicants: one statement however many.
pub(crate) fn names_of(
    conn: &mut Conn,
    vault: &Vault,
    tenant: Uuid,
    dossiers: &[Id],
) -> TxResult<BTreeMap<Uuid, Representative>> {
    let rows: Vec<(Id, Vec<u8>)> = dossier_representatives::table
        .select((dossier_representatives::dossier_id, dossier_representatives::content))
        .filter(dossier_representatives::tenant_id.eq(Id(tenant)))
        .filter(dossier_representatives::dossier_id.eq_any(dossiers.to_vec()))
        .load(conn)?;
    let mut found = BTreeMap::new();
    for (dossier, sealed) in rows {
        found.insert(dossier.0, read_back(&vault.open(&context(tenant, dossier.0), &sealed)?)?);
    }
    Ok(found)
}

/// The last day of the mandate of a dossier's representative.
pub(super) fn valid_to(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<Option<NaiveDate>> {
    let key =
        dossier_representatives::tenant_id.eq(Id(tenant)).and(dossier_representatives::dossier_id.eq(Id(dossier)));
    let found: Option<Option<NaiveDate>> =
        dossier_representatives::table.select(dossier_representatives::valid_to).filter(key).first(conn).optional()?;
    Ok(found.flatten())
}
