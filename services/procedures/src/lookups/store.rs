//! Rows of look-ups.

use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};
use motcua_journal::Stamp;
use motcua_kernel::{Error, Uuid, Vault, new_id};

use super::view::{CreateLookup, Lookup, LookupOutcome};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    dossier_lookups (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        dossier_id -> Uid,
        component -> Text,
        database_code -> Text,
        outcome -> Text,
        looked_up_at -> Instant,
        recorded_at -> Instant,
        recorded_by -> Text,
        /// Sealed: the number of a record names a person as well as a name does.
        reference -> Nullable<Binary>,
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = dossier_lookups)]
struct LookupRow {
    tenant_id: Id,
    id: Id,
    dossier_id: Id,
    component: String,
    database_code: String,
    outcome: String,
    looked_up_at: At,
    recorded_at: At,
    recorded_by: String,
    reference: Option<Vec<u8>>,
}

/// What a sealed reference belongs to.
fn context(tenant: Uuid, id: Uuid) -> String {
    format!("dossier_lookups.reference:{tenant}:{id}")
}

/// Keeps look-ups of a dossier.
pub(super) fn insert(
    tx: &mut Conn,
    vault: &Vault,
    stamp: &Stamp,
    tenant: Uuid,
    dossier: Uuid,
    lookups: &[CreateLookup],
) -> TxResult<()> {
    let mut rows = Vec::with_capacity(lookups.len());
    for lookup in lookups {
        let id = new_id();
        let seal = |reference: &String| vault.seal(&context(tenant, id), reference.trim().as_bytes());
        rows.push(LookupRow {
            tenant_id: Id(tenant),
            id: Id(id),
            dossier_id: Id(dossier),
            component: lookup.component.clone(),
            database_code: lookup.database.clone(),
            outcome: lookup.outcome.as_str().to_owned(),
            looked_up_at: At(lookup.looked_up_at),
            recorded_at: stamp.occurred.into(),
            recorded_by: stamp.actor().to_owned(),
            reference: lookup.reference.as_ref().map(seal).transpose()?,
        });
    }
    if !rows.is_empty() {
        on_each!(tx, |c| diesel::insert_into(dossier_lookups::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// The look-ups of a dossier, the oldest first.
pub(crate) fn of(conn: &mut Conn, vault: &Vault, tenant: Uuid, dossier: Uuid) -> TxResult<Vec<Lookup>> {
    let rows: Vec<LookupRow> = dossier_lookups::table
        .filter(dossier_lookups::tenant_id.eq(Id(tenant)).and(dossier_lookups::dossier_id.eq(Id(dossier))))
        .order((dossier_lookups::looked_up_at, dossier_lookups::id))
        .load(conn)?;
    let mut lookups = Vec::with_capacity(rows.len());
    for row in rows {
        let open = |sealed: &Vec<u8>| vault.open(&context(tenant, row.id.0), sealed);
        let plain = row.reference.as_ref().map(open).transpose()?;
        lookups.push(Lookup {
            component: row.component,
            database: row.database_code,
            looked_up_at: row.looked_up_at.0,
            outcome: LookupOutcome::from_word(&row.outcome)
                .ok_or_else(|| Error::internal(format!("unknown outcome {}", row.outcome)))?,
            reference: plain.map(String::from_utf8).transpose().map_err(Error::internal)?,
            recorded_at: row.recorded_at.0,
        });
    }
    Ok(lookups)
}
