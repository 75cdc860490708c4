//! Lists of incoming documents: narrowed for a caller, as an inbox, or as the rows of a register.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Actor, PageRequest, Uuid};

use super::access::visible;
use super::circle::incoming_assignees;
use super::{IncomingRow, incoming_documents};
use crate::agency_filter::{AgencyFilter, below};
use crate::incoming::rules::State;

/// Whose inbox a list is: what is given to an officer, or to a unit where they hold a post.
#[derive(Debug, Clone)]
pub(in crate::incoming) struct Mine {
    pub officer: Uuid,
    pub posts: Vec<Id>,
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub(in crate::incoming) struct Narrow {
    pub agencies: Option<AgencyFilter>,
    /// None: all but those taken back, which have left the inbox.
    pub states: Option<Vec<&'static str>>,
    pub source: Option<&'static str>,
    pub urgency: Option<Vec<i32>>,
    pub assigned: Option<Mine>,
    pub arrived_from: Option<NaiveDate>,
    pub arrived_before: Option<NaiveDate>,
    pub arrival_number: Option<i64>,
    pub external_ref: Option<String>,
    /// Late at this instant.
    pub overdue_at: Option<DateTime<Utc>>,
    /// Only what is open, the most urgent first.
    pub by_urgency: bool,
}

/// Where a page ended: the urgency (0 in the order of arrival), an instant and an id.
pub(in crate::incoming) type PageKey = (i32, DateTime<Utc>, Uuid);

/// The key of a row in the order of a list.
pub(in crate::incoming) fn page_key(row: &IncomingRow, narrow: &Narrow) -> PageKey {
    if narrow.by_urgency { (row.urgency, row.act_by_at.0, row.id.0) } else { (0, row.received_at.0, row.id.0) }
}

fn narrowed(actor: &Actor, narrow: &Narrow) -> incoming_documents::BoxedQuery<'static, MultiBackend> {
    let mut query = incoming_documents::table.filter(visible(actor)).into_boxed::<MultiBackend>();
    if let Some(agencies) = &narrow.agencies {
        let responsible = incoming_documents::responsible_agency_id;
        query = match agencies.clone() {
            AgencyFilter::At(agencies) => query.filter(responsible.eq_any(agencies)),
            AgencyFilter::Under(agencies) => query.filter(responsible.eq_any(below(Id(actor.tenant), agencies))),
        };
    }
    query = match &narrow.states {
        Some(states) => query.filter(incoming_documents::state.eq_any(states.clone())),
        None => query.filter(incoming_documents::state.ne(State::TakenBack.as_str())),
    };
    if let Some(source) = narrow.source {
        query = query.filter(incoming_documents::source.eq(source));
    }
    if let Some(urgency) = narrow.urgency.clone() {
        query = query.filter(incoming_documents::urgency.eq_any(urgency));
    }
    if let Some(day) = narrow.arrived_from {
        query = query.filter(incoming_documents::arrived_on.ge(day));
    }
    if let Some(day) = narrow.arrived_before {
        query = query.filter(incoming_documents::arrived_on.lt(day));
    }
    if let Some(number) = narrow.arrival_number {
        query = query.filter(incoming_documents::arrival_number.eq(number));
    }
    if let Some(reference) = narrow.external_ref.clone() {
        query = query.filter(incoming_documents::external_ref.eq(reference));
    }
    if let Some(now) = narrow.overdue_at {
        query = query.filter(incoming_documents::act_by_at.lt(At(now)));
    }
    if narrow.by_urgency {
        query = query.filter(incoming_documents::state.eq_any(open_states()));
    }
    if let Some(mine) = narrow.assigned.clone() {
        let given = incoming_assignees::table
            .filter(incoming_assignees::tenant_id.eq(incoming_documents::tenant_id))
            .filter(incoming_assignees::document_id.eq(incoming_documents::id))
            .filter(incoming_assignees::revision.eq(incoming_documents::revision))
            .filter(
                incoming_assignees::officer_id
                    .eq(Some(Id(mine.officer)))
                    .or(incoming_assignees::responsible_agency_id.eq_any(mine.posts)),
            );
        query = query.filter(incoming_documents::submitted_to.eq(Some(Id(mine.officer))).or(exists(given)));
    }
    query
}

fn open_states() -> Vec<&'static str> {
    State::ALL.into_iter().filter(|state| state.is_open()).map(State::as_str).collect()
}

/// One page of documents, the newest arrival first or the most urgent.
pub(in crate::incoming) fn list(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow,
    page: &PageRequest,
    after: Option<PageKey>,
) -> TxResult<Vec<IncomingRow>> {
    let mut query = narrowed(actor, narrow);
    if narrow.by_urgency {
        if let Some((urgency, at, id)) = after {
            let same_instant = incoming_documents::act_by_at.eq(At(at)).and(incoming_documents::id.gt(Id(id)));
            let later = incoming_documents::act_by_at.gt(At(at)).or(same_instant);
            let less = incoming_documents::urgency.lt(urgency);
            query = query.filter(less.or(incoming_documents::urgency.eq(urgency).and(later)));
        }
        let order =
            (incoming_documents::urgency.desc(), incoming_documents::act_by_at.asc(), incoming_documents::id.asc());
        return Ok(query.order(order).limit(page.fetch()).load(conn)?);
    }
    if let Some((_, at, id)) = after {
        let same = incoming_documents::received_at.eq(At(at)).and(incoming_documents::id.lt(Id(id)));
        query = query.filter(incoming_documents::received_at.lt(At(at)).or(same));
    }
    let order = (incoming_documents::received_at.desc(), incoming_documents::id.desc());
    Ok(query.order(order).limit(page.fetch()).load(conn)?)
}

/// How many documents match.
pub(in crate::incoming) fn count(conn: &mut Conn, actor: &Actor, narrow: &Narrow) -> TxResult<i64> {
    Ok(narrowed(actor, narrow).count().get_result(conn)?)
}

/// The documents that an agency is responsible for, registered, and arrived on days from one to before another: in the
/// order of the register.
pub(in crate::incoming) fn registered_between(
    conn: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    (from, before): (NaiveDate, NaiveDate),
    most: i64,
) -> TxResult<Vec<IncomingRow>> {
    Ok(incoming_documents::table
        .filter(incoming_documents::tenant_id.eq(Id(tenant)))
        .filter(incoming_documents::responsible_agency_id.eq(Id(agency)))
        .filter(incoming_documents::arrived_on.ge(from).and(incoming_documents::arrived_on.lt(before)))
        .filter(incoming_documents::arrival_number.is_not_null())
        .order((incoming_documents::arrived_on, incoming_documents::arrival_number, incoming_documents::id))
        .limit(most)
        .load(conn)?)
}

/// The documents that say they stand in a register, with their numbers of arrival.
pub(in crate::incoming) fn numbers_in(conn: &mut Conn, tenant: Uuid, register: Uuid) -> TxResult<Vec<(Uuid, i64)>> {
    let rows: Vec<(Id, Option<i64>)> = incoming_documents::table
        .select((incoming_documents::id, incoming_documents::arrival_number))
        .filter(incoming_documents::tenant_id.eq(Id(tenant)))
        .filter(incoming_documents::register_id.eq(Some(Id(register))))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, number)| number.map(|number| (id.0, number))).collect())
}
