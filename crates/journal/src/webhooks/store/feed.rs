//! What the room reads of the journal.

use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use crate::store::journal_events;

/// What the feed says of an event, without its facts.
#[derive(Debug, Clone, Queryable)]
pub(in crate::webhooks) struct FeedRow {
    pub id: Id,
    pub kind: String,
    pub subject_kind: String,
    pub subject: Id,
    pub position: Option<i64>,
}

/// The feed behind a position.
pub(in crate::webhooks) fn after(conn: &mut Conn, tenant: Uuid, after: i64, limit: i64) -> TxResult<Vec<FeedRow>> {
    Ok(journal_events::table
        .select((
            journal_events::id,
            journal_events::kind,
            journal_events::subject_kind,
            journal_events::subject_id,
            journal_events::position,
        ))
        .filter(journal_events::tenant_id.eq(Id(tenant)).and(journal_events::position.gt(after)))
        .order(journal_events::position)
        .limit(limit)
        .load(conn)?)
}

/// An event as the feed serves it.
#[derive(Debug, Clone, Queryable)]
pub(in crate::webhooks) struct ServedRow {
    pub id: Id,
    pub canonical: Vec<u8>,
    pub position: Option<i64>,
    pub hash: Option<Vec<u8>>,
}

/// Events by their ids.
pub(in crate::webhooks) fn events(conn: &mut Conn, tenant: Uuid, ids: Vec<Id>) -> TxResult<Vec<ServedRow>> {
    Ok(journal_events::table
        .select((journal_events::id, journal_events::canonical, journal_events::position, journal_events::hash))
        .filter(journal_events::tenant_id.eq(Id(tenant)).and(journal_events::id.eq_any(ids)))
        .load(conn)?)
}

/// When the event at a position was recorded.
pub(in crate::webhooks) fn recorded_at(conn: &mut Conn, tenant: Uuid, position: i64) -> TxResult<Option<At>> {
    Ok(journal_events::table
        .select(journal_events::recorded_at)
        .filter(journal_events::tenant_id.eq(Id(tenant)).and(journal_events::position.eq(position)))
        .first(conn)
        .optional()?)
}
