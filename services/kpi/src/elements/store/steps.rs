//! Every version of every value: what it was, who made it so, when and why.

use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{PageRequest, Uuid};

use super::super::rules::state::ValueAction;
use super::values::ValueRow;

/// The step by which somebody enters a value, or a part of it.
pub(crate) const ENTER: &str = "enter";

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use motcua_db::sql::{Document, Instant, Uid};
    element_value_steps (tenant_id, value_id, version) {
        tenant_id -> Uid,
        value_id -> Uid,
        version -> BigInt,
        action -> Text,
        state -> Text,
        value -> Text,
        evidence -> Document,
        accepted_because -> Nullable<Text>,
        reason -> Nullable<Text>,
        acted_by -> Text,
        acted_for -> Nullable<Text>,
        acted_at -> Instant,
    }
}

/// A step (bước xử lý) of a value, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = element_value_steps)]
pub(crate) struct StepRow {
    pub tenant_id: Id,
    pub value_id: Id,
    pub version: i64,
    pub action: String,
    pub state: String,
    pub value: String,
    pub evidence: Json,
    pub accepted_because: Option<String>,
    pub reason: Option<String>,
    pub acted_by: String,
    pub acted_for: Option<String>,
    pub acted_at: At,
}

impl StepRow {
    /// The step that made a value what it is now.
    pub(crate) fn new(row: &ValueRow, action: &str, reason: Option<String>, by: (&str, Option<String>)) -> Self {
        Self {
            tenant_id: row.tenant_id.clone(),
            value_id: row.id.clone(),
            version: row.version,
            action: action.to_owned(),
            state: row.state.clone(),
            value: row.value.clone(),
            evidence: row.evidence.clone(),
            accepted_because: row.accepted_because.clone(),
            reason,
            acted_by: by.0.to_owned(),
            acted_for: by.1,
            acted_at: row.changed_at.clone(),
        }
    }
}

/// Rows in one statement.
const TOGETHER: usize = 1000;

pub(crate) fn insert(tx: &mut Conn, rows: &[StepRow]) -> TxResult<()> {
    for part in rows.chunks(TOGETHER) {
        on_each!(tx, |c| diesel::insert_into(element_value_steps::table).values(part).execute(c))?;
    }
    Ok(())
}

/// Who has entered what a value is now: everybody who did since it was last opened for correction.
pub(crate) fn entered_by(conn: &mut Conn, row: &ValueRow) -> TxResult<Vec<(String, Option<String>)>> {
    let of = || {
        element_value_steps::table
            .filter(element_value_steps::tenant_id.eq(row.tenant_id.clone()))
            .filter(element_value_steps::value_id.eq(row.id.clone()))
    };
    let reopened: Option<i64> = of()
        .filter(element_value_steps::action.eq(ValueAction::Reopen.as_str()))
        .select(diesel::dsl::max(element_value_steps::version))
        .first(conn)?;
    Ok(of()
        .filter(element_value_steps::action.eq(ENTER))
        .filter(element_value_steps::version.gt(reopened.unwrap_or_default()))
        .select((element_value_steps::acted_by, element_value_steps::acted_for))
        .distinct()
        .load(conn)?)
}

/// A page of the steps of a value, the newest first.
pub(crate) fn page(
    conn: &mut Conn,
    tenant: Uuid,
    value: Uuid,
    before: Option<i64>,
    request: &PageRequest,
) -> TxResult<(Vec<StepRow>, Option<i64>)> {
    let of = element_value_steps::tenant_id.eq(Id(tenant)).and(element_value_steps::value_id.eq(Id(value)));
    let rows = element_value_steps::table
        .filter(of.clone())
        .filter(element_value_steps::version.lt(before.unwrap_or(i64::MAX)))
        .order(element_value_steps::version.desc())
        .limit(request.fetch())
        .load(conn)?;
    let count =
        if request.count { Some(element_value_steps::table.filter(of).count().get_result(conn)?) } else { None };
    Ok((rows, count))
}
