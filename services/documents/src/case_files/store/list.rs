//! Lists of case files, narrowed for a caller.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Actor, PageRequest, Uuid};

use super::documents::case_file_documents;
use super::sight::visible;
use super::{CaseFileRow, case_files};
use crate::agency_filter::{AgencyFilter, below};
use crate::case_files::retention::Retention;

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub(in crate::case_files) struct Narrow {
    pub agencies: Option<AgencyFilter>,
    pub states: Option<Vec<&'static str>>,
    pub year: Option<i32>,
    pub code: Option<String>,
    pub retention: Option<Retention>,
    pub officer: Option<Uuid>,
    /// To be handed in on this day or before.
    pub due_until: Option<NaiveDate>,
    /// Has this document, by kind and id.
    pub document: Option<(&'static str, Uuid)>,
}

fn narrowed(actor: &Actor, narrow: &Narrow, today: NaiveDate) -> case_files::BoxedQuery<'static, MultiBackend> {
    let mut query = case_files::table.filter(visible(actor, Some(today))).into_boxed::<MultiBackend>();
    if let Some(agencies) = &narrow.agencies {
        query = match agencies.clone() {
            AgencyFilter::At(agencies) => query.filter(case_files::responsible_agency_id.eq_any(agencies)),
            AgencyFilter::Under(agencies) => {
                query.filter(case_files::responsible_agency_id.eq_any(below(Id(actor.tenant), agencies)))
            }
        };
    }
    if let Some(states) = &narrow.states {
        query = query.filter(case_files::state.eq_any(states.clone()));
    }
    if let Some(year) = narrow.year {
        query = query.filter(case_files::year.eq(year));
    }
    if let Some(code) = narrow.code.clone() {
        query = query.filter(case_files::code.eq(code));
    }
    if let Some(Retention(years)) = narrow.retention {
        query = match years {
            Some(years) => query.filter(case_files::retention_years.eq(years)),
            None => query.filter(case_files::retention_years.is_null()),
        };
    }
    if let Some(officer) = narrow.officer {
        query = query.filter(case_files::creator_officer_id.eq(Id(officer)));
    }
    if let Some(day) = narrow.due_until {
        query = query.filter(case_files::due_on.le(day)).filter(case_files::state.eq_any(["closed", "returned"]));
    }
    if let Some((kind, document)) = narrow.document {
        let holds = case_file_documents::table
            .filter(case_file_documents::tenant_id.eq(case_files::tenant_id))
            .filter(case_file_documents::case_file_id.eq(case_files::id))
            .filter(case_file_documents::kind.eq(kind).and(case_file_documents::document_id.eq(Id(document))));
        query = query.filter(exists(holds));
    }
    query
}

/// One page of case files, the newest first.
pub(in crate::case_files) fn list(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow,
    today: NaiveDate,
    page: &PageRequest,
    after: Option<(DateTime<Utc>, Uuid)>,
) -> TxResult<Vec<CaseFileRow>> {
    let mut query = narrowed(actor, narrow, today);
    if let Some((at, id)) = after {
        let same = case_files::opened_at.eq(At(at)).and(case_files::id.lt(Id(id)));
        query = query.filter(case_files::opened_at.lt(At(at)).or(same));
    }
    Ok(query.order((case_files::opened_at.desc(), case_files::id.desc())).limit(page.fetch()).load(conn)?)
}

/// Of these case files, those the caller may see that match.
pub(in crate::case_files) fn among(
    conn: &mut Conn,
    actor: &Actor,
    narrow: &Narrow,
    today: NaiveDate,
    ids: &[Uuid],
) -> TxResult<Vec<CaseFileRow>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    Ok(narrowed(actor, narrow, today).filter(case_files::id.eq_any(wanted)).load(conn)?)
}

/// How many match.
pub(in crate::case_files) fn count(conn: &mut Conn, actor: &Actor, narrow: &Narrow, today: NaiveDate) -> TxResult<i64> {
    Ok(narrowed(actor, narrow, today).count().get_result(conn)?)
}
