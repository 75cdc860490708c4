//! Counting: five statements, whatever the period and however many dossiers.

use diesel::dsl::count_star;
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Result, Uuid};

use super::rules::Cell;
use crate::catalogue::store::procedures;
use crate::dossiers::rules::Party;
use crate::dossiers::store::dossier_agencies;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    /// As much of the table of room `dossiers` as counting needs: a join over all its columns is slow to compile.
    #[sql_name = "dossiers"]
    counted (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        procedure_id -> Uid,
        channel -> Text,
        received_at -> Nullable<Instant>,
        due_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        /// Null until the dossier has ended; the one statement that reads it leaves those out.
        timeliness -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    /// The table of `motcua_agencies`, declared again: diesel joins only tables of one crate.
    #[sql_name = "agencies"]
    deciding (tenant_id, id) { tenant_id -> Uid, id -> Uid, kind -> Text, }
}

diesel::allow_tables_to_appear_in_same_query!(counted, deciding, procedures, dossier_agencies);
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    deciding::kind,
    procedures::field_code,
    procedures::field_name,
    counted::channel,
    counted::timeliness,
);

/// A group of dossiers: kind of the competent agency, code and name of the field, what it is counted as, how many.
pub(super) type Group = (String, String, String, Cell, i64);

/// What is counted.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub tenant: Uuid,
    /// The competent agencies.
    pub agencies: Vec<Uuid>,
    pub from: At,
    /// The first instant after the period.
    pub to: At,
    /// The instant at which what is in process is late or not: the end of the period, or now when it has not ended.
    pub as_of: At,
}

/// One statement: dossiers of the scope under a condition, grouped by a word as well.
macro_rules! groups {
    ($conn:expr, $scope:expr, $word:expr, $condition:expr) => {{
        let agencies: Vec<Id> = $scope.agencies.iter().copied().map(Id).collect();
        let rows: Vec<(String, String, String, String, i64)> = counted::table
            .inner_join(
                dossier_agencies::table.on(dossier_agencies::tenant_id
                    .eq(counted::tenant_id)
                    .and(dossier_agencies::dossier_id.eq(counted::id))
                    .and(dossier_agencies::role.eq(Party::Competent.as_str()))),
            )
            .inner_join(
                procedures::table
                    .on(procedures::tenant_id.eq(counted::tenant_id).and(procedures::id.eq(counted::procedure_id))),
            )
            .inner_join(
                deciding::table.on(deciding::tenant_id
                    .eq(counted::tenant_id)
                    .and(deciding::id.eq(dossier_agencies::responsible_agency_id))),
            )
            .filter(counted::tenant_id.eq(Id($scope.tenant)))
            .filter(dossier_agencies::responsible_agency_id.eq_any(agencies))
            .filter($condition)
            .group_by((deciding::kind, procedures::field_code, procedures::field_name, $word))
            .select((deciding::kind, procedures::field_code, procedures::field_name, $word, count_star()))
            .load($conn)?;
        rows
    }};
}

/// Everything a report counts.
pub(super) fn count(conn: &mut Conn, scope: &Scope) -> TxResult<Vec<Group>> {
    let (from, to, as_of) = (&scope.from, &scope.to, &scope.as_of);
    let received = counted::received_at.assume_not_null();
    let ended = counted::ended_at.assume_not_null();
    let open_at = |instant: &At| counted::ended_at.is_null().or(ended.ge(instant.clone()));
    let mut all = Vec::new();
    let carried = groups!(
        conn,
        scope,
        counted::channel,
        counted::received_at.is_not_null().and(received.lt(from.clone())).and(open_at(from))
    );
    collect(&mut all, carried, |_| Ok(Cell::CarriedOver))?;
    let new = groups!(
        conn,
        scope,
        counted::channel,
        counted::received_at.is_not_null().and(received.ge(from.clone())).and(received.lt(to.clone()))
    );
    collect(&mut all, new, |channel| {
        Ok(if channel == "online" { Cell::ReceivedOnline } else { Cell::ReceivedDirect })
    })?;
    let solved = groups!(
        conn,
        scope,
        counted::timeliness,
        counted::received_at
            .is_not_null()
            .and(counted::ended_at.is_not_null())
            .and(ended.ge(from.clone()))
            .and(ended.lt(to.clone()))
            .and(counted::timeliness.ne(""))
    );
    collect(&mut all, solved, solved_as)?;
    let open = || counted::received_at.is_not_null().and(received.lt(to.clone())).and(open_at(to));
    let in_process = groups!(conn, scope, counted::channel, open());
    let late = groups!(
        conn,
        scope,
        counted::channel,
        open().and(counted::due_at.is_not_null()).and(counted::due_at.assume_not_null().lt(as_of.clone()))
    );
    collect(&mut all, late.clone(), |_| Ok(Cell::Late))?;
    collect(&mut all, in_process, |_| Ok(Cell::InTerm))?;
    // What is late was counted among the open ones as well.
    let late = late.into_iter().map(|(kind, code, name, word, count)| (kind, code, name, word, -count)).collect();
    collect(&mut all, late, |_| Ok(Cell::InTerm))?;
    Ok(all)
}

fn collect(
    all: &mut Vec<Group>,
    rows: Vec<(String, String, String, String, i64)>,
    cell: impl Fn(&str) -> Result<Cell>,
) -> Result<()> {
    for (kind, code, name, word, count) in rows {
        all.push((kind, code, name, cell(&word)?, count));
    }
    Ok(())
}

fn solved_as(timeliness: &str) -> Result<Cell> {
    match timeliness {
        "early" => Ok(Cell::SolvedEarly),
        "on_time" => Ok(Cell::SolvedOnTime),
        "late" => Ok(Cell::SolvedLate),
        word => Err(Error::internal(format!("unknown timeliness {word}"))),
    }
}
