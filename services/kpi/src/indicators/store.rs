//! Queries over the facts, and the one predicate of who sees which figures.

use std::collections::BTreeMap;

use diesel::dsl::{case_when, count, count_star, exists};
use diesel::prelude::*;
use diesel::query_source::TableNotEqual;
use diesel::sql_types::{Bool, Nullable};
use motcua_agencies::{agencies, agency_tree};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Actor, ActorKind, PageRequest, Role, Uuid};

use super::rules::{CountedBy, Counts, Figure, Month, NEVER_RECEIVED};
use crate::facts::store::dossier_facts;

// By hand: diesel's macro for this also speaks of tables the orphan rule lets only `agencies` speak of.
impl TableNotEqual<agency_tree::table> for dossier_facts::table {}
impl TableNotEqual<dossier_facts::table> for agency_tree::table {}

/// Runs an expression with the column of the agency a dossier is counted for.
macro_rules! counted_by {
    ($by:expr, |$agency:ident| $body:expr) => {
        match $by {
            CountedBy::Competent => {
                let $agency = dossier_facts::competent_agency_id;
                $body
            }
            CountedBy::Receiving => {
                let $agency = dossier_facts::receiving_agency_id;
                $body
            }
        }
    };
}

/// Whose dossiers, in which month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The tenant.
    pub tenant: Uuid,
    /// The agency.
    pub agency: Uuid,
    /// Whether with everything below it.
    pub with_below: bool,
    /// Which of a dossier's agencies it must be.
    pub by: CountedBy,
    /// The month.
    pub month: Month,
}

/// The predicate: the agencies whose figures a caller may see.
///
/// Officers see what lies at or below an agency where they hold a role, whichever: figures name nobody. Our own services
/// see all. Citizens and clients see nothing here; figures for the public are another resource.
pub(crate) fn visible(actor: &Actor) -> Box<dyn BoxableExpression<agencies::table, MultiBackend, SqlType = Bool>> {
    let tenant = agencies::tenant_id.eq(Id(actor.tenant));
    let held: Vec<Id> = match actor.kind {
        ActorKind::Service => return Box::new(tenant),
        ActorKind::Officer => actor.agencies_with(&Role::ALL).into_iter().map(Id).collect(),
        ActorKind::Citizen | ActorKind::Client => Vec::new(),
    };
    let reached = agency_tree::table
        .filter(agency_tree::tenant_id.eq(agencies::tenant_id))
        .filter(agency_tree::descendant_id.eq(agencies::id).and(agency_tree::ancestor_id.eq_any(held)));
    Box::new(tenant.and(exists(reached)))
}

/// Of these agencies, those whose figures the caller may see.
pub(crate) fn visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let seen: Vec<Id> = agencies::table
        .select(agencies::id)
        .filter(visible(actor))
        .filter(agencies::id.eq_any(wanted))
        .order(agencies::id)
        .load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}

type Filtered = Box<dyn BoxableExpression<dossier_facts::table, MultiBackend, SqlType = Nullable<Bool>>>;

/// The dossiers an extent covers, whatever the month.
fn within(extent: &Extent) -> Filtered {
    let tenant = dossier_facts::tenant_id.eq(Id(extent.tenant));
    counted_by!(extent.by, |agency| if extent.with_below {
        let below = agency_tree::table
            .filter(agency_tree::tenant_id.eq(Id(extent.tenant)))
            .filter(agency_tree::ancestor_id.eq(Id(extent.agency)))
            .select(agency_tree::descendant_id);
        Box::new(tenant.and(agency.eq_any(below)).nullable())
    } else {
        Box::new(tenant.and(agency.eq(Id(extent.agency))).nullable())
    })
}

/// The dossiers received in the month.
fn received(month: Month) -> Filtered {
    let at = dossier_facts::received_at;
    let in_month = at.ge(At(month.from())).and(at.lt(At(month.until())));
    Box::new(in_month.and(dossier_facts::national_state.ne_all(NEVER_RECEIVED)))
}

/// The dossiers finished in the month.
fn finished(month: Month) -> Filtered {
    let at = dossier_facts::finished_at;
    Box::new(at.ge(At(month.from())).and(at.lt(At(month.until()))))
}

/// The dossiers a figure counts.
fn counted(figure: Figure, month: Month) -> Filtered {
    let (finished_at, due_at) = (dossier_facts::finished_at, dossier_facts::due_at);
    match figure {
        Figure::Received => received(month),
        Figure::Finished => finished(month),
        Figure::OnTime => Box::new(finished(month).and(finished_at.le(due_at))),
        Figure::Late => Box::new(finished(month).and(finished_at.gt(due_at))),
        Figure::NoDueDate => Box::new(finished(month).and(due_at.is_null())),
    }
}

/// The figures of every agency in an extent that has any.
///
/// Finished, on time, late and without due date are one statement, so that they add up while facts stream in.
pub(crate) fn figures(conn: &mut Conn, extent: &Extent) -> TxResult<BTreeMap<Uuid, Counts>> {
    let (id, finished_at, due_at) = (dossier_facts::dossier_id, dossier_facts::finished_at, dossier_facts::due_at);
    let received: Vec<(Id, i64)> = counted_by!(extent.by, |agency| dossier_facts::table
        .filter(within(extent))
        .filter(received(extent.month))
        .group_by(agency)
        .select((agency, count_star()))
        .load(conn)?);
    let finished: Vec<(Id, i64, i64, i64, i64)> = counted_by!(extent.by, |agency| dossier_facts::table
        .filter(within(extent))
        .filter(finished(extent.month))
        .group_by(agency)
        .select((
            agency,
            count_star(),
            count(case_when(finished_at.le(due_at), id)),
            count(case_when(finished_at.gt(due_at), id)),
            count(case_when(due_at.is_null(), id)),
        ))
        .load(conn)?);
    let mut all: BTreeMap<Uuid, Counts> = BTreeMap::new();
    for (agency, received) in received {
        all.entry(agency.0).or_default().received = received;
    }
    for (agency, finished, on_time, late, no_due_date) in finished {
        let counts = all.entry(agency.0).or_default();
        (counts.finished, counts.on_time, counts.late, counts.no_due_date) = (finished, on_time, late, no_due_date);
    }
    Ok(all)
}

/// A dossier behind a figure.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct RecordRow {
    pub dossier_id: Id,
    pub code: Option<String>,
    pub procedure_code: String,
    pub procedure_name: String,
    pub national_state: i32,
    pub receiving_written_code: String,
    pub receiving_agency_id: Id,
    pub competent_written_code: String,
    pub competent_agency_id: Id,
    pub received_at: Option<At>,
    pub due_at: Option<At>,
    pub finished_at: Option<At>,
}

impl RecordRow {
    /// What put it into its month.
    pub(crate) fn counted_at(&self, figure: Figure) -> Option<At> {
        if figure.is_by_receipt() { self.received_at.clone() } else { self.finished_at.clone() }
    }
}

/// The dossiers behind a figure, the latest first.
pub(crate) fn records(
    conn: &mut Conn,
    extent: &Extent,
    figure: Figure,
    page: &PageRequest,
    after: Option<(At, Id)>,
) -> TxResult<Vec<RecordRow>> {
    let mut query = dossier_facts::table
        .select((
            dossier_facts::dossier_id,
            dossier_facts::code,
            dossier_facts::procedure_code,
            dossier_facts::procedure_name,
            dossier_facts::national_state,
            dossier_facts::receiving_written_code,
            dossier_facts::receiving_agency_id,
            dossier_facts::competent_written_code,
            dossier_facts::competent_agency_id,
            dossier_facts::received_at,
            dossier_facts::due_at,
            dossier_facts::finished_at,
        ))
        .filter(within(extent))
        .filter(counted(figure, extent.month))
        .limit(page.fetch())
        .into_boxed::<MultiBackend>();
    let id = dossier_facts::dossier_id;
    macro_rules! in_order_of {
        ($at:expr) => {{
            if let Some((at, last)) = after {
                query = query.filter($at.lt(at.clone()).or($at.eq(at).and(id.lt(last))));
            }
            query.order(($at.desc(), id.desc()))
        }};
    }
    let query = if figure.is_by_receipt() {
        in_order_of!(dossier_facts::received_at)
    } else {
        in_order_of!(dossier_facts::finished_at)
    };
    Ok(query.load(conn)?)
}

/// How many dossiers are behind a figure.
pub(crate) fn count_records(conn: &mut Conn, extent: &Extent, figure: Figure) -> TxResult<i64> {
    Ok(dossier_facts::table.filter(within(extent)).filter(counted(figure, extent.month)).count().get_result(conn)?)
}

/// The agencies directly below one, open or closed, with those that are open on a day marked.
pub(crate) fn children(
    conn: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    on: chrono::NaiveDate,
) -> TxResult<Vec<(Uuid, bool)>> {
    let rows: Vec<(Id, chrono::NaiveDate, Option<chrono::NaiveDate>)> = agencies::table
        .select((agencies::id, agencies::valid_from, agencies::valid_to))
        .filter(agencies::tenant_id.eq(Id(tenant)).and(agencies::parent_id.eq(Id(agency))))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, from, to)| (id.0, from <= on && to.is_none_or(|end| on < end))).collect())
}

/// Under which of these agencies each agency stands: those above it among them, which is one when they are siblings.
pub(crate) fn above(conn: &mut Conn, tenant: Uuid, tops: &[Uuid]) -> TxResult<BTreeMap<Uuid, Uuid>> {
    let wanted: Vec<Id> = tops.iter().copied().map(Id).collect();
    let pairs: Vec<(Id, Id)> = agency_tree::table
        .select((agency_tree::descendant_id, agency_tree::ancestor_id))
        .filter(agency_tree::tenant_id.eq(Id(tenant)).and(agency_tree::ancestor_id.eq_any(wanted)))
        .load(conn)?;
    Ok(pairs.into_iter().map(|(lower, upper)| (lower.0, upper.0)).collect())
}
