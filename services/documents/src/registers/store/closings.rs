//! What was signed when registers were closed.

use std::collections::BTreeMap;

use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    register_closings (tenant_id, register_id) {
        tenant_id -> Uid,
        register_id -> Uid,
        closed_at -> Instant,
        closed_by -> Text,
        last_number -> BigInt,
        used -> BigInt,
        void -> BigInt,
        late -> BigInt,
        sha256 -> Text,
        /// The event whose place in the journal signs it.
        event_id -> Uid,
        /// Sealed: why it was closed before the end of its year.
        reason -> Nullable<Binary>,
        /// Sealed.
        note -> Nullable<Binary>,
    }
}

/// A closing as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = register_closings, treat_none_as_default_value = false)]
pub(in super::super) struct ClosingRow {
    pub tenant_id: Id,
    pub register_id: Id,
    pub closed_at: At,
    pub closed_by: String,
    pub last_number: i64,
    pub used: i64,
    pub void: i64,
    pub late: i64,
    pub sha256: String,
    pub event_id: Id,
    pub reason: Option<Vec<u8>>,
    pub note: Option<Vec<u8>>,
}

pub(in super::super) fn insert(tx: &mut Conn, row: &ClosingRow) -> TxResult<()> {
    diesel::insert_into(register_closings::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// The closings of those of these registers that are closed.
pub(in super::super) fn of(conn: &mut Conn, tenant: Uuid, registers: &[Uuid]) -> TxResult<BTreeMap<Uuid, ClosingRow>> {
    let wanted: Vec<Id> = registers.iter().copied().map(Id).collect();
    let rows: Vec<ClosingRow> = register_closings::table
        .filter(register_closings::tenant_id.eq(Id(tenant)).and(register_closings::register_id.eq_any(wanted)))
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.register_id.0, row)).collect())
}
