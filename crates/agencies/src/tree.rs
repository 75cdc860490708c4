//! Which agency stands above which, kept as pairs, so that "this agency and everything below it" is one join.

use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{Error, Uuid};

use crate::schema::agency_tree;

/// Pairs in one statement: three parameters each, far below what either database takes.
const PAIRS_TOGETHER: usize = 1000;

/// Puts an agency with everything below it under another parent, or under none.
///
/// A parent may be told later than its children (a replica takes what comes): pairs with a parent nobody knows yet are
/// kept, and completed when it comes.
pub(crate) fn put_below(tx: &mut Conn, tenant: Uuid, agency: Uuid, parent: Option<Uuid>) -> TxResult<()> {
    let mut moved = below(tx, tenant, agency)?;
    if parent.is_some_and(|parent| parent == agency || moved.contains(&parent)) {
        return Err(circle().into());
    }
    let left = above(tx, tenant, agency)?;
    moved.push(agency);
    for part in moved.chunks(PAIRS_TOGETHER) {
        diesel::delete(
            agency_tree::table
                .filter(agency_tree::tenant_id.eq(Id(tenant)))
                .filter(agency_tree::ancestor_id.eq_any(ids(&left)))
                .filter(agency_tree::descendant_id.eq_any(ids(part))),
        )
        .execute(tx)?;
    }
    let mut over = Vec::new();
    if let Some(parent) = parent {
        over = above(tx, tenant, parent)?;
        over.push(parent);
    }
    let mut pairs: Vec<(Uuid, Uuid)> =
        over.iter().flat_map(|upper| moved.iter().map(|lower| (*upper, *lower))).collect();
    pairs.push((agency, agency));
    insert(tx, tenant, &pairs)
}

fn insert(tx: &mut Conn, tenant: Uuid, pairs: &[(Uuid, Uuid)]) -> TxResult<()> {
    for part in pairs.chunks(PAIRS_TOGETHER) {
        let rows: Vec<_> = part
            .iter()
            .map(|(upper, lower)| {
                (
                    agency_tree::tenant_id.eq(Id(tenant)),
                    agency_tree::ancestor_id.eq(Id(*upper)),
                    agency_tree::descendant_id.eq(Id(*lower)),
                )
            })
            .collect();
        on_each!(tx, |c| { diesel::insert_into(agency_tree::table).values(rows).on_conflict_do_nothing().execute(c) })?;
    }
    Ok(())
}

fn above(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<Vec<Uuid>> {
    let rows: Vec<Id> = agency_tree::table
        .select(agency_tree::ancestor_id)
        .filter(agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::descendant_id.eq(Id(agency))))
        .filter(agency_tree::ancestor_id.ne(Id(agency)))
        .load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

fn below(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<Vec<Uuid>> {
    let rows: Vec<Id> = agency_tree::table
        .select(agency_tree::descendant_id)
        .filter(agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::ancestor_id.eq(Id(agency))))
        .filter(agency_tree::descendant_id.ne(Id(agency)))
        .load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

fn ids(list: &[Uuid]) -> Vec<Id> {
    list.iter().copied().map(Id).collect()
}

fn circle() -> Error {
    Error::conflict(
        "agency.circle",
        "Cơ quan cấp trên không thể là chính nó hoặc cấp dưới của nó.",
        "An agency can't be above itself.",
    )
}
