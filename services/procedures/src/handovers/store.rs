//! Rows of hand-overs.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use motcua_agencies::officers;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{Error, Result, Uuid};

use super::rules::HandoverState;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    handovers (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        dossier_id -> Uid,
        number -> BigInt,
        from_agency_id -> Uid,
        from_code -> Text,
        from_officer_id -> Nullable<Uid>,
        to_agency_id -> Uid,
        to_code -> Text,
        to_officer_id -> Nullable<Uid>,
        papers -> Binary,
        note -> Nullable<Binary>,
        handed_over_at -> Instant,
        given_by -> Text,
        state -> Text,
        differences -> Nullable<Binary>,
        received_at -> Nullable<Instant>,
        receiver_id -> Nullable<Uid>,
        received_by -> Nullable<Text>,
        version -> BigInt,
    }
}

/// A hand-over as it is stored; papers, remarks and differences are sealed, because names of papers may name a person.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = handovers, treat_none_as_default_value = false)]
pub(super) struct HandoverRow {
    pub tenant_id: Id,
    pub id: Id,
    pub dossier_id: Id,
    pub number: i64,
    pub from_agency_id: Id,
    pub from_code: String,
    pub from_officer_id: Option<Id>,
    pub to_agency_id: Id,
    pub to_code: String,
    pub to_officer_id: Option<Id>,
    pub papers: Vec<u8>,
    pub note: Option<Vec<u8>>,
    pub handed_over_at: At,
    pub given_by: String,
    pub state: String,
    pub differences: Option<Vec<u8>>,
    pub received_at: Option<At>,
    pub receiver_id: Option<Id>,
    pub received_by: Option<String>,
    pub version: i64,
}

impl HandoverRow {
    pub(super) fn state(&self) -> Result<HandoverState> {
        HandoverState::from_word(&self.state)
            .ok_or_else(|| Error::internal(format!("hand-over {}: unknown state {}", self.id.0, self.state)))
    }
}

pub(super) fn insert(tx: &mut Conn, row: &HandoverRow) -> TxResult<()> {
    on_each!(tx, |c| diesel::insert_into(handovers::table).values(row).execute(c))?;
    Ok(())
}

/// Writes what arrived; says whether nobody had written it before.
pub(super) fn update(tx: &mut Conn, row: &HandoverRow) -> TxResult<bool> {
    let given = handovers::table
        .filter(handovers::tenant_id.eq(row.tenant_id.clone()).and(handovers::id.eq(row.id.clone())))
        .filter(handovers::version.eq(row.version - 1));
    let changed = diesel::update(given)
        .set((
            handovers::state.eq(&row.state),
            handovers::differences.eq(&row.differences),
            handovers::received_at.eq(&row.received_at),
            handovers::receiver_id.eq(&row.receiver_id),
            handovers::received_by.eq(&row.received_by),
            handovers::version.eq(row.version),
        ))
        .execute(tx)?;
    Ok(changed == 1)
}

/// One hand-over.
pub(super) fn load(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<HandoverRow>> {
    let key = handovers::tenant_id.eq(Id(tenant)).and(handovers::id.eq(Id(id)));
    Ok(handovers::table.filter(key).first(conn).optional()?)
}

/// The hand-overs of a dossier, in order.
pub(super) fn of_dossier(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<Vec<HandoverRow>> {
    Ok(handovers::table
        .filter(handovers::tenant_id.eq(Id(tenant)).and(handovers::dossier_id.eq(Id(dossier))))
        .order(handovers::number)
        .load(conn)?)
}

/// Of these hand-overs: each with its dossier and its two agencies.
pub(super) fn ends_of(conn: &mut Conn, tenant: Uuid, ids: &[Uuid]) -> TxResult<Vec<(Uuid, Uuid, [Uuid; 2])>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<(Id, Id, Id, Id)> = handovers::table
        .select((handovers::id, handovers::dossier_id, handovers::from_agency_id, handovers::to_agency_id))
        .filter(handovers::tenant_id.eq(Id(tenant)).and(handovers::id.eq_any(wanted)))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, dossier, from, to)| (id.0, dossier.0, [from.0, to.0])).collect())
}

/// The agencies that papers of a dossier were handed over to.
pub(super) fn receivers(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<Vec<Uuid>> {
    let of = handovers::tenant_id.eq(Id(tenant)).and(handovers::dossier_id.eq(Id(dossier)));
    let to: Vec<Id> = handovers::table.select(handovers::to_agency_id).filter(of).load(conn)?;
    Ok(to.into_iter().map(|agency| agency.0).collect())
}

/// Officers as the directory knows them: it keeps accounts and no names.
pub(super) fn accounts(conn: &mut Conn, tenant: Uuid, ids: BTreeSet<Uuid>) -> TxResult<BTreeMap<Uuid, String>> {
    let wanted: Vec<Id> = ids.into_iter().map(Id).collect();
    let rows: Vec<(Id, String)> = officers::table
        .select((officers::id, officers::subject))
        .filter(officers::tenant_id.eq(Id(tenant)).and(officers::id.eq_any(wanted)))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, subject)| (id.0, subject)).collect())
}
