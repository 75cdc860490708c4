//! The list of procedures: what it can be narrowed to, one page of it, how many there are.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_db::sql::Id;
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{PageRequest, Uuid};

use crate::catalogue::agencies::{Asked, Offering};
use crate::catalogue::rules::ProcedureStatus;

use super::{ProcedureRow, procedure_warnings, procedures};

/// What a list of procedures is narrowed to. Every list is one of alternatives; empty means anything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Narrow {
    pub codes: Vec<String>,
    /// Codes of fields, and folded names.
    pub fields: Vec<String>,
    pub levels: Vec<String>,
    pub audience: Vec<String>,
    pub statuses: Vec<ProcedureStatus>,
    pub agency: Option<Asked>,
    pub sort: Sort,
    pub has_warnings: Option<bool>,
    pub warnings: Vec<String>,
    /// Folded words that must all stand in the name or the code.
    pub words: Vec<String>,
}

/// What a list is ordered by; name and id break ties.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    #[default]
    Name,
    Popular,
}

/// Where a row stands in either order: popularity, name, id.
pub(crate) type Place = (i64, String, Uuid);

type Boxed<'a> = procedures::BoxedQuery<'a, MultiBackend>;

fn narrowed<'a>(tenant: Uuid, narrow: &Narrow, within: Option<&Offering>, today: NaiveDate) -> Boxed<'a> {
    let mut query = procedures::table.into_boxed::<MultiBackend>().filter(procedures::tenant_id.eq(Id(tenant)));
    if !narrow.codes.is_empty() {
        query = query.filter(procedures::code.eq_any(narrow.codes.clone()));
    }
    if !narrow.fields.is_empty() {
        let by_code = procedures::field_code.eq_any(narrow.fields.clone());
        query = query.filter(by_code.or(procedures::field_folded.eq_any(narrow.fields.clone())));
    }
    if !narrow.statuses.is_empty() {
        query = query.filter(any_of(narrow.statuses.iter().map(|status| in_status(*status, today))));
    }
    if let Some(within) = within {
        query = query.filter(offered_by(within));
    }
    match narrow.has_warnings {
        Some(true) => query = query.filter(procedures::warnings.gt(0)),
        Some(false) => query = query.filter(procedures::warnings.eq(0)),
        None => {}
    }
    if !narrow.warnings.is_empty() {
        let remarked = procedure_warnings::table
            .select(procedure_warnings::version_id)
            .filter(procedure_warnings::tenant_id.eq(Id(tenant)))
            .filter(procedure_warnings::code.eq_any(narrow.warnings.clone()));
        query = query.filter(procedures::current_version_id.eq_any(remarked));
    }
    if !narrow.levels.is_empty() {
        let any = narrow.levels.iter().map(|level| boxed(procedures::levels.like(format!("% {level} %"))));
        query = query.filter(any_of(any));
    }
    if !narrow.audience.is_empty() {
        let any = narrow.audience.iter().map(|who| boxed(procedures::audience.like(format!("% {who} %"))));
        query = query.filter(any_of(any));
    }
    for word in &narrow.words {
        let pattern = |word: &str| format!("%{}%", escaped(word));
        let in_name = procedures::name_folded.like(pattern(word)).escape('\\');
        // Letters of codes are capitals, which PostgreSQL's LIKE tells from small ones and SQLite's does not.
        let in_code = procedures::code.like(pattern(&word.to_uppercase())).escape('\\');
        query = query.filter(in_name.or(in_code));
    }
    query
}

/// Abolition goes before suspension, and both before what the content says.
fn in_status(status: ProcedureStatus, today: NaiveDate) -> Condition {
    let gone = || procedures::abolished_from.is_not_null().and(procedures::abolished_from.assume_not_null().le(today));
    let here = || procedures::abolished_from.is_null().or(procedures::abolished_from.assume_not_null().gt(today));
    match status {
        ProcedureStatus::Abolished => boxed(gone()),
        ProcedureStatus::Suspended => boxed(here().and(procedures::suspension.is_not_null())),
        ProcedureStatus::Offered | ProcedureStatus::NotLocal => {
            boxed(here().and(procedures::suspension.is_null()).and(procedures::status.eq(status.as_str())))
        }
    }
}

/// Decided or issued by one of the agencies by name, or by whoever receives at one of their levels.
fn offered_by(within: &Offering) -> Condition {
    let named = procedures::competent_code
        .eq_any(within.codes.clone())
        .or(procedures::issuing_code.eq_any(within.codes.clone()));
    let at_level = within
        .levels
        .iter()
        .map(|level| boxed(procedures::levels.like(format!("% {level} %")).or(procedures::levels.eq(""))));
    Box::new(named.or(procedures::competent_code.eq("").and(any_of(at_level))))
}

type Condition = Box<dyn BoxableExpression<procedures::table, MultiBackend, SqlType = Bool>>;

fn boxed(condition: impl BoxableExpression<procedures::table, MultiBackend, SqlType = Bool> + 'static) -> Condition {
    Box::new(condition)
}

fn any_of(conditions: impl Iterator<Item = Condition>) -> Condition {
    conditions.reduce(|any, one| Box::new(any.or(one))).unwrap_or_else(|| Box::new(diesel::dsl::sql::<Bool>("1 = 0")))
}

fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// One page of procedures.
pub(crate) fn list(
    conn: &mut Conn,
    tenant: Uuid,
    narrow: &Narrow,
    within: Option<&Offering>,
    today: NaiveDate,
    page: &PageRequest,
    after: Option<Place>,
) -> TxResult<Vec<ProcedureRow>> {
    let query = narrowed(tenant, narrow, within, today);
    let behind = |name: &str, id: Uuid| {
        procedures::name_folded
            .gt(name.to_owned())
            .or(procedures::name_folded.eq(name.to_owned()).and(procedures::id.gt(Id(id))))
    };
    let query = match (narrow.sort, after) {
        (_, None) => query,
        (Sort::Name, Some((_, name, id))) => query.filter(behind(&name, id)),
        (Sort::Popular, Some((popularity, name, id))) => query.filter(
            procedures::popularity.lt(popularity).or(procedures::popularity.eq(popularity).and(behind(&name, id))),
        ),
    };
    let query = match narrow.sort {
        Sort::Name => query.order((procedures::name_folded, procedures::id)),
        Sort::Popular => query.order((procedures::popularity.desc(), procedures::name_folded, procedures::id)),
    };
    Ok(query.limit(page.fetch()).load(conn)?)
}

/// How many procedures match.
pub(crate) fn count(
    conn: &mut Conn,
    tenant: Uuid,
    narrow: &Narrow,
    within: Option<&Offering>,
    today: NaiveDate,
) -> TxResult<i64> {
    Ok(narrowed(tenant, narrow, within, today).count().get_result(conn)?)
}
