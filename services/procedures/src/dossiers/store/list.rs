//! Lists of dossiers: narrowed for a caller, as an inbox, or as the rows of a register.

use std::collections::BTreeSet;

use diesel::dsl::exists;
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Actor, PageRequest, Uuid};

use super::access::{party_within, visible, within};
use super::{DossierRow, dossier_agencies, dossiers};
use crate::dossiers::rules::Party;

/// Work that waits for a caller: dossiers in these states whose party is one of just these agencies.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub party: Party,
    pub agencies: Vec<Id>,
    pub states: Vec<&'static str>,
}

/// The most urgent dossiers that nobody works on and that wait for some of this work.
///
/// Each dossier that nobody works on is asked, the most urgent first, for the one agency it has as that party: a look-up by
/// its key. Joined instead, a database without statistics yet (the first minute after an import) compares every dossier
/// with every party.
pub(crate) fn unassigned(conn: &mut Conn, tenant: Uuid, works: Vec<Work>, most: i64) -> TxResult<Vec<Uuid>> {
    let mut waiting = BTreeSet::new();
    for work in works {
        let party = dossier_agencies::table
            .select(dossier_agencies::responsible_agency_id)
            .filter(dossier_agencies::tenant_id.eq(dossiers::tenant_id))
            .filter(dossier_agencies::dossier_id.eq(dossiers::id))
            .filter(dossier_agencies::role.eq(work.party.as_str()))
            .single_value();
        let rows: Vec<(At, Id)> = dossiers::table
            .select((dossiers::act_by_at.assume_not_null(), dossiers::id))
            .filter(dossiers::tenant_id.eq(Id(tenant)).and(dossiers::state.eq_any(work.states)))
            .filter(dossiers::assignee_id.is_null().and(dossiers::act_by_at.is_not_null()))
            .filter(party.eq_any(work.agencies))
            .order((dossiers::act_by_at, dossiers::id))
            .limit(most)
            .load(conn)?;
        waiting.extend(rows.into_iter().map(|(at, id)| (at.0, id.0)));
    }
    let most = usize::try_from(most).unwrap_or_default();
    Ok(waiting.into_iter().take(most).map(|(_, id)| id).collect())
}

/// Whose dossiers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Assignee {
    /// Anybody's or nobody's.
    #[default]
    Any,
    /// Those that nobody works on.
    Nobody,
    /// An officer's.
    Officer(Uuid),
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Narrow {
    pub states: Vec<String>,
    pub procedure_code: Option<String>,
    pub code: Option<String>,
    pub tracking_reference: Option<String>,
    pub external_ref: Option<String>,
    /// Parties at or below these agencies.
    pub under: Option<Vec<Uuid>>,
    /// Parties at just these agencies.
    pub at: Option<Vec<Uuid>>,
    pub due_before: Option<At>,
    pub due_from: Option<At>,
    pub assignee: Assignee,
    /// Only what has not ended, the most urgent first.
    pub urgency: bool,
}

type Boxed<'a> = dossiers::BoxedQuery<'a, MultiBackend>;

fn narrowed<'a>(actor: &Actor, narrow: &Narrow) -> Boxed<'a> {
    let mut query = dossiers::table.into_boxed::<MultiBackend>().filter(visible(actor));
    if !narrow.states.is_empty() {
        query = query.filter(dossiers::state.eq_any(narrow.states.clone()));
    }
    if let Some(code) = &narrow.procedure_code {
        query = query.filter(dossiers::procedure_code.eq(code.clone()));
    }
    if let Some(code) = &narrow.code {
        query = query.filter(dossiers::code.eq(code.clone()));
    }
    if let Some(reference) = &narrow.tracking_reference {
        query = query.filter(dossiers::tracking_reference.eq(reference.clone()));
    }
    if let Some(reference) = &narrow.external_ref {
        query = query.filter(dossiers::external_ref.eq(reference.clone()));
    }
    if let Some(agencies) = &narrow.under {
        query = query.filter(within(actor.tenant, agencies.iter().copied().map(Id).collect()));
    }
    if let Some(agencies) = &narrow.at {
        let parties: Vec<&str> = Party::ALL.into_iter().map(Party::as_str).collect();
        let agencies: Vec<Id> = agencies.iter().copied().map(Id).collect();
        query = query.filter(exists(
            dossier_agencies::table
                .filter(dossier_agencies::tenant_id.eq(dossiers::tenant_id))
                .filter(dossier_agencies::dossier_id.eq(dossiers::id))
                .filter(dossier_agencies::role.eq_any(parties))
                .filter(dossier_agencies::responsible_agency_id.eq_any(agencies)),
        ));
    }
    if let Some(day) = &narrow.due_before {
        query = query.filter(dossiers::due_at.lt(day.clone()));
    }
    if let Some(day) = &narrow.due_from {
        query = query.filter(dossiers::due_at.ge(day.clone()));
    }
    match narrow.assignee {
        Assignee::Any => {}
        Assignee::Nobody => query = query.filter(dossiers::assignee_id.is_null()),
        Assignee::Officer(officer) => query = query.filter(dossiers::assignee_id.eq(Some(Id(officer)))),
    }
    if narrow.urgency {
        query = query.filter(dossiers::act_by_at.is_not_null());
    }
    query
}

/// One page of dossiers, the newest first or the most urgent.
pub(crate) fn list(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow,
    page: &PageRequest,
    after: Option<(At, Id)>,
) -> TxResult<Vec<DossierRow>> {
    let mut query = narrowed(actor, narrow);
    if narrow.urgency {
        if let Some((at, id)) = after {
            let later = dossiers::act_by_at.assume_not_null().gt(at.clone());
            let same = dossiers::act_by_at.assume_not_null().eq(at).and(dossiers::id.gt(id));
            query = query.filter(later.or(same));
        }
        return Ok(query.order((dossiers::act_by_at.asc(), dossiers::id.asc())).limit(page.fetch()).load(conn)?);
    }
    if let Some((at, id)) = after {
        let earlier = dossiers::submitted_at.lt(at.clone());
        query = query.filter(earlier.or(dossiers::submitted_at.eq(at).and(dossiers::id.lt(id))));
    }
    Ok(query.order((dossiers::submitted_at.desc(), dossiers::id.desc())).limit(page.fetch()).load(conn)?)
}

/// The dossiers that these agencies received in a time, by code: the register's rows.
pub(crate) fn received_between(
    conn: &mut Conn,
    tenant: Uuid,
    agencies: Vec<Id>,
    (from, to): (At, At),
    most: i64,
) -> TxResult<Vec<DossierRow>> {
    let received_at = dossiers::received_at.assume_not_null();
    Ok(dossiers::table
        .filter(dossiers::tenant_id.eq(Id(tenant)).and(dossiers::received_at.is_not_null()))
        .filter(received_at.ge(from).and(received_at.lt(to)))
        .filter(party_within(tenant, Some(Party::Receiving), agencies))
        .order((dossiers::received_at, dossiers::id))
        .limit(most)
        .load(conn)?)
}

/// How many dossiers match.
pub(crate) fn count(conn: &mut Conn, actor: &Actor, narrow: &Narrow) -> TxResult<i64> {
    Ok(narrowed(actor, narrow).count().get_result(conn)?)
}
