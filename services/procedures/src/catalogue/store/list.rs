//! The list of procedures: what it can be narrowed to, one page of it, how many there are.

use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_db::sql::Id;
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{PageRequest, Uuid};

use super::{ProcedureRow, procedure_warnings, procedures};

/// What a list of procedures is narrowed to. Every list is one of alternatives; empty means anything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Narrow {
    pub codes: Vec<String>,
    /// Codes of fields, and folded names.
    pub fields: Vec<String>,
    pub levels: Vec<String>,
    pub audience: Vec<String>,
    pub statuses: Vec<String>,
    pub has_warnings: Option<bool>,
    pub warnings: Vec<String>,
    /// Folded words that must all stand in the name or the code.
    pub words: Vec<String>,
}

type Boxed<'a> = procedures::BoxedQuery<'a, MultiBackend>;

fn narrowed<'a>(tenant: Uuid, narrow: &Narrow) -> Boxed<'a> {
    let mut query = procedures::table.into_boxed::<MultiBackend>().filter(procedures::tenant_id.eq(Id(tenant)));
    if !narrow.codes.is_empty() {
        query = query.filter(procedures::code.eq_any(narrow.codes.clone()));
    }
    if !narrow.fields.is_empty() {
        let by_code = procedures::field_code.eq_any(narrow.fields.clone());
        query = query.filter(by_code.or(procedures::field_folded.eq_any(narrow.fields.clone())));
    }
    if !narrow.statuses.is_empty() {
        query = query.filter(procedures::status.eq_any(narrow.statuses.clone()));
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
        let pattern = format!("%{}%", escaped(word));
        let in_name = procedures::name_folded.like(pattern.clone()).escape('\\');
        query = query.filter(in_name.or(procedures::code.like(pattern).escape('\\')));
    }
    query
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

/// One page of procedures, by name.
pub(crate) fn list(
    conn: &mut Conn,
    tenant: Uuid,
    narrow: &Narrow,
    page: &PageRequest,
    after: Option<(String, Id)>,
) -> TxResult<Vec<ProcedureRow>> {
    let mut query = narrowed(tenant, narrow);
    if let Some((name, id)) = after {
        query = query.filter(
            procedures::name_folded.gt(name.clone()).or(procedures::name_folded.eq(name).and(procedures::id.gt(id))),
        );
    }
    Ok(query.order((procedures::name_folded, procedures::id)).limit(page.fetch()).load(conn)?)
}

/// How many procedures match.
pub(crate) fn count(conn: &mut Conn, tenant: Uuid, narrow: &Narrow) -> TxResult<i64> {
    Ok(narrowed(tenant, narrow).count().get_result(conn)?)
}
