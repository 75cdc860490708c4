//! What came by that this program does not know: counted, with its first and last place, and never the event itself,
//! which stays in the feed and is taken in when a later program follows it anew.

use diesel::prelude::*;
use diesel::upsert::excluded;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::Uuid;

use super::schema::unknown_events;

/// Events of a type, or of a version of one, that this program does not know.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = unknown_events, treat_none_as_default_value = false)]
pub(crate) struct UnknownRow {
    pub tenant_id: Id,
    pub feed: String,
    pub kind: String,
    pub first_position: i64,
    pub last_position: i64,
    pub events: i64,
    pub taken: i64,
    pub first_at: At,
    pub last_at: At,
}

/// Adds what came by to what is kept.
pub(in crate::facts) fn add_unknown(tx: &mut Conn, rows: &[UnknownRow]) -> TxResult<()> {
    for row in rows {
        on_each!(tx, |c| {
            diesel::insert_into(unknown_events::table)
                .values(row)
                .on_conflict((unknown_events::tenant_id, unknown_events::feed, unknown_events::kind))
                .do_update()
                .set((
                    unknown_events::last_position.eq(excluded(unknown_events::last_position)),
                    unknown_events::last_at.eq(excluded(unknown_events::last_at)),
                    unknown_events::events.eq(unknown_events::events + excluded(unknown_events::events)),
                    unknown_events::taken.eq(unknown_events::taken + excluded(unknown_events::taken)),
                ))
                .execute(c)
        })?;
    }
    Ok(())
}

/// Everything unknown that came by, by feed and type.
pub(crate) fn list_unknown(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<UnknownRow>> {
    Ok(unknown_events::table
        .filter(unknown_events::tenant_id.eq(Id(tenant)))
        .order((unknown_events::feed, unknown_events::kind))
        .load(conn)?)
}
