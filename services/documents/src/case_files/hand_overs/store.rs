//! The rows of hand-overs.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_journal::Stamp;
use motcua_kernel::{Actor, Error, PageRequest, Uuid};

use crate::agency_filter::below;
use crate::case_files::files::rules::State;
use crate::case_files::store::{CaseFileRow, hand_overs, reach};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    hand_over_items (tenant_id, hand_over_id, case_file_id) {
        tenant_id -> Uid,
        hand_over_id -> Uid,
        case_file_id -> Uid,
        position -> Integer,
        outcome -> Text,
        answered_at -> Nullable<Instant>,
    }
}

/// The archive has not answered.
pub(super) const WAITING: &str = "waiting";

/// A hand-over as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = hand_overs, treat_none_as_default_value = false)]
pub(super) struct HandOverRow {
    pub tenant_id: Id,
    pub id: Id,
    pub written_agency_id: Id,
    pub written_code: String,
    pub responsible_agency_id: Id,
    pub archive_agency_id: Id,
    pub handed_on: NaiveDate,
    pub handed_at: At,
    pub handed_by: String,
    pub version: i64,
}

/// A case file on its list, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = hand_over_items, treat_none_as_default_value = false)]
pub(super) struct ItemRow {
    pub tenant_id: Id,
    pub hand_over_id: Id,
    pub case_file_id: Id,
    pub position: i32,
    pub outcome: String,
    pub answered_at: Option<At>,
}

pub(super) fn insert(tx: &mut Conn, row: &HandOverRow, items: &[ItemRow]) -> TxResult<()> {
    diesel::insert_into(hand_overs::table).values(row.clone()).execute(tx)?;
    for some in items.chunks(100) {
        on_each!(tx, |c| diesel::insert_into(hand_over_items::table).values(some).execute(c))?;
    }
    Ok(())
}

/// Writes what the archive answered about a case file.
pub(in crate::case_files) fn answered(tx: &mut Conn, row: &CaseFileRow, outcome: State, stamp: &Stamp) -> TxResult<()> {
    let Some(hand_over) = row.hand_over_id.clone() else {
        return Err(Error::internal(format!("the case file {} was handed over by nothing", row.id.0)).into());
    };
    diesel::update(hand_over_items::table)
        .filter(hand_over_items::tenant_id.eq(row.tenant_id.clone()).and(hand_over_items::hand_over_id.eq(hand_over)))
        .filter(hand_over_items::case_file_id.eq(row.id.clone()))
        .set((
            hand_over_items::outcome.eq(outcome.as_str()),
            hand_over_items::answered_at.eq(Some(At(stamp.occurred.0))),
        ))
        .execute(tx)?;
    Ok(())
}

/// What a caller may see of hand-overs: those of agencies whose documents they keep or direct, on either side.
fn seen(actor: &Actor) -> hand_overs::BoxedQuery<'static, MultiBackend> {
    let query = hand_overs::table.filter(hand_overs::tenant_id.eq(Id(actor.tenant))).into_boxed::<MultiBackend>();
    let Some(agencies) = reach(actor) else { return query };
    let giving = hand_overs::responsible_agency_id.eq_any(below(Id(actor.tenant), agencies.clone()));
    let taking = hand_overs::archive_agency_id.eq_any(below(Id(actor.tenant), agencies));
    query.filter(giving.or(taking))
}

/// A hand-over the caller may see.
///
/// # Errors
/// `not_found`.
pub(super) fn load(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<HandOverRow> {
    let found: Option<HandOverRow> = seen(actor).filter(hand_overs::id.eq(Id(id))).first(conn).optional()?;
    Ok(found.ok_or_else(Error::not_found)?)
}

/// One page of hand-overs, the newest first.
pub(super) fn list(
    conn: &mut Conn,
    actor: &Actor,
    page: &PageRequest,
    after: Option<(DateTime<Utc>, Uuid)>,
) -> TxResult<Vec<HandOverRow>> {
    let mut query = seen(actor);
    if let Some((at, id)) = after {
        let same = hand_overs::handed_at.eq(At(at)).and(hand_overs::id.lt(Id(id)));
        query = query.filter(hand_overs::handed_at.lt(At(at)).or(same));
    }
    Ok(query.order((hand_overs::handed_at.desc(), hand_overs::id.desc())).limit(page.fetch()).load(conn)?)
}

/// The case files on a list, in its order.
pub(super) fn items(conn: &mut Conn, row: &HandOverRow) -> TxResult<Vec<ItemRow>> {
    Ok(hand_over_items::table
        .filter(hand_over_items::tenant_id.eq(&row.tenant_id).and(hand_over_items::hand_over_id.eq(&row.id)))
        .order(hand_over_items::position)
        .load(conn)?)
}

/// Gives the hand-overs of one agency to another, on both sides; how many moved.
pub(in crate::case_files) fn move_hand_overs(tx: &mut Conn, tenant: Uuid, from: Uuid, to: Uuid) -> TxResult<usize> {
    let of = |tenant| hand_overs::tenant_id.eq(Id(tenant));
    let giving = diesel::update(hand_overs::table)
        .filter(of(tenant).and(hand_overs::responsible_agency_id.eq(Id(from))))
        .set((hand_overs::responsible_agency_id.eq(Id(to)), hand_overs::version.eq(hand_overs::version + 1)))
        .execute(tx)?;
    let taking = diesel::update(hand_overs::table)
        .filter(of(tenant).and(hand_overs::archive_agency_id.eq(Id(from))))
        .set((hand_overs::archive_agency_id.eq(Id(to)), hand_overs::version.eq(hand_overs::version + 1)))
        .execute(tx)?;
    Ok(giving + taking)
}
