//! Which records fall into a span of time by one of their instants or days, page by page: for lists behind figures.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::time::day_in_vietnam;
use motcua_kernel::{Error, Uuid};

use super::schema::{
    document_facts, dossier_case_facts, dossier_course_facts, dossier_facts, incoming_document_facts, rating_facts,
};
use crate::periods::{Period, PeriodKind};

/// Which records are looked for.
pub(crate) struct Placing<'a> {
    pub tenant: Uuid,
    /// Kind of record and its field, in the words of the vocabulary.
    pub subject: &'a str,
    pub field: &'a str,
    /// From the first instant on, and before the second; days by their midnights.
    pub from: Option<DateTime<Utc>>,
    pub until: DateTime<Utc>,
    /// For whom they count, which of their agencies that is, and whether when they were written or now.
    pub agencies: Vec<Uuid>,
    pub role: &'a str,
    pub as_written: bool,
}

/// Where a page ends.
pub(crate) type After = (DateTime<Utc>, Uuid);

/// A page of records.
#[derive(Debug, Default)]
pub(crate) struct Placed {
    /// Those that count for the agencies.
    pub ids: Vec<Uuid>,
    /// Where the page ends; none when nothing is behind it.
    pub next: Option<After>,
}

/// A page of one table by one of its columns; `$narrow` says for whom.
macro_rules! page {
    ($conn:expr, $placing:expr, $after:expr, $most:expr, $table:ident.$id:ident by $at:ident as $kind:ident,
     |$query:ident| $narrow:expr) => {{
        let placing = $placing;
        let mut rows = $table::table
            .select(($table::$id, $table::$at.nullable()))
            .filter($table::tenant_id.eq(Id(placing.tenant)).and($table::$at.lt($kind(placing.until))))
            .into_boxed::<MultiBackend>();
        if let Some(from) = placing.from {
            rows = rows.filter($table::$at.ge($kind(from)));
        }
        if let Some((at, id)) = $after {
            rows = rows.filter($table::$at.gt($kind(at)).or($table::$at.eq($kind(at)).and($table::$id.gt(Id(id)))));
        }
        let $query = rows;
        let narrowed = $narrow;
        narrowed.order(($table::$at, $table::$id)).limit($most).load($conn)?
    }};
}

/// The dossiers among these that count for the agencies, by one of its columns.
macro_rules! narrowed {
    ($conn:expr, $placing:expr, $ids:expr, $table:ident.$agency:ident) => {
        $table::table
            .select($table::dossier_id)
            .filter($table::tenant_id.eq(Id($placing.tenant)).and($table::dossier_id.eq_any($ids)))
            .filter($table::$agency.eq_any(ids($placing)))
            .load::<Id>($conn)?
    };
}

fn day(at: DateTime<Utc>) -> NaiveDate {
    day_in_vietnam(at)
}

fn midnight(day: NaiveDate) -> Option<DateTime<Utc>> {
    Period::containing(PeriodKind::Day, day).map(Period::start)
}

fn ids(placing: &Placing) -> Vec<Id> {
    placing.agencies.iter().copied().map(Id).collect()
}

/// The page that rows make.
fn of_rows(rows: &[(Id, Option<DateTime<Utc>>)], most: i64) -> Placed {
    let is_full = i64::try_from(rows.len()).is_ok_and(|rows| rows >= most);
    let next = rows.last().filter(|_| is_full).and_then(|(id, at)| Some(((*at)?, id.0)));
    Placed { ids: rows.iter().map(|(id, _)| id.0).collect(), next }
}

fn of_instants(rows: Vec<(Id, Option<At>)>, most: i64) -> Placed {
    of_rows(&rows.into_iter().map(|(id, at)| (id, at.map(|at| at.0))).collect::<Vec<_>>(), most)
}

fn of_days(rows: Vec<(Id, Option<NaiveDate>)>, most: i64) -> Placed {
    of_rows(&rows.into_iter().map(|(id, day)| (id, day.and_then(midnight))).collect::<Vec<_>>(), most)
}

/// A page of records that fall between two instants, in their order; fewer where not all count for the agencies.
///
/// # Errors
/// When the database fails, or there is no such field.
pub(crate) fn placed(conn: &mut Conn, placing: &Placing, after: Option<After>, most: i64) -> TxResult<Placed> {
    match placing.subject {
        "dossier" => dossiers(conn, placing, after, most),
        "document" => {
            let rows = page!(
                conn, placing, after, most, document_facts.document_id by issued_on as day,
                |query| if placing.as_written {
                    query.filter(document_facts::issuing_agency_id.eq_any(ids(placing)))
                } else {
                    query.filter(document_facts::responsible_agency_id.eq_any(ids(placing)))
                }
            );
            Ok(of_days(rows, most))
        }
        "rating" => {
            let rows = page!(
                conn, placing, after, most, rating_facts.rating_id by month_on as day,
                |query| query.filter(rating_facts::agency_id.eq_any(ids(placing)))
            );
            Ok(of_days(rows, most))
        }
        "incoming_document" => incoming(conn, placing, after, most),
        other => Err(Error::internal(format!("no records of {other}")).into()),
    }
}

fn dossiers(conn: &mut Conn, placing: &Placing, after: Option<After>, most: i64) -> TxResult<Placed> {
    // Where the agency stands in the table of the instant it is asked for with it, else of the page that was found.
    macro_rules! facts {
        ($at:ident) => {
            page!(
                conn, placing, after, most, dossier_facts.dossier_id by $at as At,
                |query| match (placing.role, placing.as_written) {
                    ("receiving", false) => query.filter(dossier_facts::receiving_agency_id.eq_any(ids(placing))),
                    ("receiving", true) => query.filter(dossier_facts::receiving_written_agency_id.eq_any(ids(placing))),
                    ("competent", false) => query.filter(dossier_facts::competent_agency_id.eq_any(ids(placing))),
                    ("competent", true) => query.filter(dossier_facts::competent_written_agency_id.eq_any(ids(placing))),
                    _ => query,
                }
            )
        };
    }
    macro_rules! course {
        ($at:ident) => {
            page!(conn, placing, after, most, dossier_course_facts.dossier_id by $at as At, |query| query)
        };
    }
    let rows: Vec<(Id, Option<At>)> = match placing.field {
        "submitted_at" => facts!(submitted_at),
        "received_at" => facts!(received_at),
        "first_due_at" => facts!(first_due_at),
        "due_at" => facts!(due_at),
        "finished_at" => facts!(finished_at),
        "returned_at" => facts!(returned_at),
        "refused_or_stopped_at" => facts!(ended_at),
        "processing_at" => course!(processing_at),
        "approved_at" => course!(approved_at),
        "withdrawn_at" => course!(withdrawn_at),
        "closed_at" => course!(closed_at),
        other => return Err(Error::internal(format!("dossiers by {other}")).into()),
    };
    let mut page = of_instants(rows, most);
    let found: Vec<Id> = page.ids.iter().copied().map(Id).collect();
    let counting: Vec<Id> = match (placing.role, placing.as_written) {
        ("receiving", false) => narrowed!(conn, placing, found, dossier_facts.receiving_agency_id),
        ("receiving", true) => narrowed!(conn, placing, found, dossier_facts.receiving_written_agency_id),
        ("issuing", false) => narrowed!(conn, placing, found, dossier_case_facts.issuing_agency_id),
        ("issuing", true) => narrowed!(conn, placing, found, dossier_case_facts.issuing_written_agency_id),
        (_, false) => narrowed!(conn, placing, found, dossier_facts.competent_agency_id),
        (_, true) => narrowed!(conn, placing, found, dossier_facts.competent_written_agency_id),
    };
    let counting: BTreeSet<Uuid> = counting.into_iter().map(|id| id.0).collect();
    page.ids.retain(|id| counting.contains(id));
    Ok(page)
}

fn incoming(conn: &mut Conn, placing: &Placing, after: Option<After>, most: i64) -> TxResult<Placed> {
    macro_rules! by {
        ($at:ident) => {
            page!(
                conn, placing, after, most, incoming_document_facts.document_id by $at as At,
                |query| if placing.as_written {
                    query.filter(incoming_document_facts::receiving_agency_id.eq_any(ids(placing)))
                } else {
                    query.filter(incoming_document_facts::responsible_agency_id.eq_any(ids(placing)))
                }
            )
        };
    }
    let rows: Vec<(Id, Option<At>)> = match placing.field {
        "received_at" => by!(received_at),
        "register_due_at" => by!(register_due_at),
        "registered_at" => by!(registered_at),
        "submit_due_at" => by!(submit_due_at),
        "submitted_at" => by!(submitted_at),
        "assigned_at" => by!(assigned_at),
        "due_at" => by!(due_at),
        "started_at" => by!(started_at),
        "completed_at" => by!(completed_at),
        "ended_at" => by!(ended_at),
        other => return Err(Error::internal(format!("incoming documents by {other}")).into()),
    };
    Ok(of_instants(rows, most))
}

/// The codes and numbers by which people know these records.
///
/// # Errors
/// When the database fails.
pub(crate) fn labels(conn: &mut Conn, tenant: Uuid, subject: &str, of: &[Uuid]) -> TxResult<Vec<(Uuid, String)>> {
    let of: Vec<Id> = of.iter().copied().map(Id).collect();
    let rows: Vec<(Id, Option<String>)> = match subject {
        "dossier" => dossier_facts::table
            .select((dossier_facts::dossier_id, dossier_facts::code))
            .filter(dossier_facts::tenant_id.eq(Id(tenant)).and(dossier_facts::dossier_id.eq_any(of)))
            .load(conn)?,
        "document" => document_facts::table
            .select((document_facts::document_id, document_facts::full_number.nullable()))
            .filter(document_facts::tenant_id.eq(Id(tenant)).and(document_facts::document_id.eq_any(of)))
            .load(conn)?,
        _ => Vec::new(),
    };
    Ok(rows.into_iter().filter_map(|(id, label)| Some((id.0, label?))).collect())
}
