//! The inbox: what agencies are asked, by who answers now. An index has that agency first, so that the opinions others gave in
//! all the years before are never read.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_agencies::under;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Actor, ActorKind, PageRequest, Role, Uuid};

use super::{ConsultationRow, ConsultedRow, consultations, consulted_agencies};
use crate::dossiers::store::dossiers;

/// What an inbox is narrowed to.
#[derive(Debug, Clone, Default)]
pub(in crate::consultations) struct Narrow {
    pub states: Vec<&'static str>,
    /// Just these agencies, or these and all below.
    pub agencies: Option<(Vec<Uuid>, bool)>,
}

type Filtered = Box<dyn BoxableExpression<consulted_agencies::table, MultiBackend, SqlType = Bool>>;

/// The predicate of the inbox: what was asked of an agency within the caller's reach; our own services see everything.
fn concerning(conn: &mut Conn, actor: &Actor) -> TxResult<Filtered> {
    let tenant = consulted_agencies::tenant_id.eq(Id(actor.tenant));
    Ok(match actor.kind {
        ActorKind::Service => Box::new(tenant),
        ActorKind::Officer => {
            let reach = under(conn, actor.tenant, &actor.agencies_with(&Role::ALL))?;
            Box::new(tenant.and(answered_by(reach)))
        }
        ActorKind::Citizen | ActorKind::Client => Box::new(tenant.and(diesel::dsl::sql::<Bool>("1 = 0"))),
    })
}

/// What one of these agencies answers.
fn answered_by(agencies: Vec<Uuid>) -> Filtered {
    let agencies: Vec<Id> = agencies.into_iter().map(Id).collect();
    Box::new(consulted_agencies::responsible_agency_id.eq_any(agencies))
}

type Boxed<'a> = consulted_agencies::BoxedQuery<'a, MultiBackend>;

fn narrowed<'a>(conn: &mut Conn, actor: &Actor, narrow: &Narrow) -> TxResult<Boxed<'a>> {
    let mut query = consulted_agencies::table.into_boxed::<MultiBackend>().filter(concerning(conn, actor)?);
    if !narrow.states.is_empty() {
        query = query.filter(consulted_agencies::state.eq_any(narrow.states.clone()));
    }
    if let Some((agencies, below)) = &narrow.agencies {
        let agencies = if *below { under(conn, actor.tenant, agencies)? } else { agencies.clone() };
        query = query.filter(answered_by(agencies));
    }
    Ok(query)
}

/// Where a page of an inbox goes on: due instant, consultation and agency of the last row.
pub(in crate::consultations) type Place = (At, Id, Id);

/// One page of what a caller's agencies are asked, what is due soonest first.
pub(in crate::consultations) fn inbox(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow,
    page: &PageRequest,
    after: Option<Place>,
) -> TxResult<Vec<ConsultedRow>> {
    let mut query = narrowed(conn, actor, narrow)?;
    if let Some((at, consultation, agency)) = after {
        let later = consulted_agencies::due_at.gt(at.clone());
        let next =
            consulted_agencies::due_at.eq(at.clone()).and(consulted_agencies::consultation_id.gt(consultation.clone()));
        let same = consulted_agencies::due_at
            .eq(at)
            .and(consulted_agencies::consultation_id.eq(consultation))
            .and(consulted_agencies::agency_id.gt(agency));
        query = query.filter(later.or(next).or(same));
    }
    let order = (consulted_agencies::due_at, consulted_agencies::consultation_id, consulted_agencies::agency_id);
    Ok(query.order(order).limit(page.fetch()).load(conn)?)
}

/// How many there are.
pub(in crate::consultations) fn count(conn: &mut Conn, actor: &Actor, narrow: &Narrow) -> TxResult<i64> {
    Ok(narrowed(conn, actor, narrow)?.count().get_result(conn)?)
}

/// These consultations.
pub(in crate::consultations) fn among(conn: &mut Conn, tenant: Uuid, ids: &[Id]) -> TxResult<Vec<ConsultationRow>> {
    Ok(consultations::table
        .filter(consultations::tenant_id.eq(Id(tenant)).and(consultations::id.eq_any(ids.to_vec())))
        .load(conn)?)
}

/// Code and facts of dossiers.
pub(in crate::consultations) fn dossier_heads(
    conn: &mut Conn,
    tenant: Uuid,
    ids: &[Id],
) -> TxResult<BTreeMap<Uuid, (Option<String>, Json)>> {
    let rows: Vec<(Id, Option<String>, Json)> = dossiers::table
        .select((dossiers::id, dossiers::code, dossiers::facts))
        .filter(dossiers::tenant_id.eq(Id(tenant)).and(dossiers::id.eq_any(ids.to_vec())))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, code, facts)| (id.0, (code, facts))).collect())
}
