//! Since when somebody else is responsible: what "as of a day" is answered from.
//!
//! A fact names the agency it was written with (as it was) and the one responsible now (as it is). Who was responsible on
//! a day in between is the last move on or before it, and whoever it was written with before the first. Moves that did
//! not change one of its agencies are kept for it as well, which changes no answer.

use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};

use super::TOGETHER;
use super::schema::responsibility_moves;

/// Since when an agency is responsible for something that another was responsible for before.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = responsibility_moves, treat_none_as_default_value = false)]
pub(crate) struct ResponsibilityRow {
    pub tenant_id: Id,
    pub subject_kind: String,
    pub subject_id: Id,
    pub role: String,
    pub version: i64,
    pub agency_id: Id,
    pub since_at: At,
}

/// Notes moves; one that is noted already stays as it is.
pub(in crate::facts) fn keep_moves(tx: &mut Conn, rows: &[ResponsibilityRow]) -> TxResult<()> {
    for rows in rows.chunks(TOGETHER) {
        on_each!(tx, |c| {
            diesel::insert_into(responsibility_moves::table).values(rows).on_conflict_do_nothing().execute(c)
        })?;
    }
    Ok(())
}
