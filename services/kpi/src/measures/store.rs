//! The rows of measures, tallies and turns.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Text};
use motcua_db::sql::{At, Id, Instant, Uid};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{Error, Result, Uuid};

use super::slot::{Key, Slot};
use crate::facts::store::keep;

/// So many times somebody else may be quicker.
const REGISTERING: usize = 20;

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use motcua_db::sql::Uid;
    /// Each distinct measure of all sets.
    measures (tenant_id, slot) {
        tenant_id -> Uid,
        slot -> BigInt,
        subject -> Text,
        measure -> Text,
        counted_to -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Text};
    use motcua_db::sql::Uid;
    /// What measures come to for an agency in a span of days.
    tallies (tenant_id, subject, span, first_day, agency_id, basis) {
        tenant_id -> Uid,
        subject -> Text,
        span -> Text,
        first_day -> Date,
        agency_id -> Uid,
        basis -> Text,
        counts -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Text};
    use motcua_db::sql::{Instant, Uid};
    /// What a record counts for otherwise from an instant on.
    tally_turns (tenant_id, subject, record_id, turn_at, on_day, in_stock) {
        tenant_id -> Uid,
        subject -> Text,
        record_id -> Uid,
        turn_at -> Instant,
        on_day -> Date,
        in_stock -> Bool,
        counts -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Text};
    use motcua_db::sql::Uid;
    /// How often the tallies of half a month have changed.
    tally_stamps (tenant_id, subject, first_day) {
        tenant_id -> Uid,
        subject -> Text,
        first_day -> Date,
        changes -> BigInt,
    }
}

/// A measure under its number.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = measures, treat_none_as_default_value = false)]
pub(super) struct MeasureRow {
    pub tenant_id: Id,
    pub slot: i64,
    pub subject: String,
    pub measure: String,
    /// Records up to this one are in the tallies; none when all are.
    pub counted_to: Option<Id>,
}

impl MeasureRow {
    pub(super) fn slot(&self) -> Result<(i64, Arc<Slot>)> {
        Ok((self.slot, Slot::read(&self.measure)?))
    }

    /// Whether a record is in the tallies of this measure, or ought to be.
    pub(super) fn covers(&self, record: Uuid) -> bool {
        self.counted_to.as_ref().is_none_or(|to| record <= to.0)
    }
}

/// A row of tallies.
#[derive(Debug, Clone, PartialEq, Queryable, QueryableByName, Insertable)]
#[diesel(table_name = tallies, treat_none_as_default_value = false)]
pub(crate) struct TallyRow {
    pub tenant_id: Id,
    pub subject: String,
    pub span: String,
    pub first_day: NaiveDate,
    pub agency_id: Id,
    pub basis: String,
    pub counts: String,
}

/// What a record counts for otherwise from an instant on, for all measures.
#[derive(Debug, Clone, PartialEq, Queryable, QueryableByName, Insertable)]
#[diesel(table_name = tally_turns, treat_none_as_default_value = false)]
pub(crate) struct TurnRow {
    pub tenant_id: Id,
    pub subject: String,
    pub record_id: Id,
    pub turn_at: At,
    pub on_day: NaiveDate,
    pub in_stock: bool,
    /// For each agency a line with its id and basis, and behind it its counts.
    pub counts: String,
}

/// All measures of a tenant.
pub(super) fn measures_of(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<MeasureRow>> {
    Ok(measures::table.filter(measures::tenant_id.eq(Id(tenant))).order(measures::slot).load(conn)?)
}

/// Whether some measure is not filled yet.
pub(crate) fn has_unfilled(conn: &mut Conn, tenant: Uuid) -> TxResult<bool> {
    let unfilled = measures::tenant_id.eq(Id(tenant)).and(measures::counted_to.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(measures::table.filter(unfilled))).get_result(conn)?)
}

/// The measures of a subject, held until the transaction ends: its tallies change one after another.
pub(super) fn hold(tx: &mut Conn, tenant: Uuid, subject: &str) -> TxResult<Vec<MeasureRow>> {
    let rows = measures::table
        .filter(measures::tenant_id.eq(Id(tenant)).and(measures::subject.eq(subject)))
        .order(measures::slot);
    Ok(match tx {
        Conn::Postgres(conn) => rows.for_update().load(conn)?,
        // It has one writer at a time.
        Conn::Sqlite(conn) => rows.load(conn)?,
    })
}

/// Gives every one of these that has no number yet the next one.
pub(super) fn register(tx: &mut Conn, tenant: Uuid, keys: &BTreeSet<(String, String)>) -> TxResult<()> {
    for _ in 0..REGISTERING {
        let known = measures_of(tx, tenant)?;
        let new = keys.iter().filter(|(_, text)| known.iter().all(|row| row.measure != *text));
        let first = known.iter().map(|row| row.slot).max().unwrap_or(0) + 1;
        let row = |(slot, (subject, measure)): (i64, &(String, String))| MeasureRow {
            tenant_id: Id(tenant),
            slot,
            subject: subject.clone(),
            measure: measure.clone(),
            counted_to: Some(Id(Uuid::nil())),
        };
        let rows: Vec<MeasureRow> = (first..).zip(new).map(row).collect();
        if rows.is_empty() {
            return Ok(());
        }
        // Whoever registers at the same time may have taken a number: then the next one is given.
        on_each!(tx, |c| diesel::insert_into(measures::table).values(&rows).on_conflict_do_nothing().execute(c))?;
    }
    Err(Error::internal("measures are being registered by too many at once").into())
}

/// Says up to which record some measures are in the tallies.
pub(super) fn counted_to(tx: &mut Conn, tenant: Uuid, slots: &[i64], to: Option<Uuid>) -> TxResult<()> {
    let rows = measures::table.filter(measures::tenant_id.eq(Id(tenant)).and(measures::slot.eq_any(slots.to_vec())));
    diesel::update(rows).set(measures::counted_to.eq(to.map(Id))).execute(tx)?;
    Ok(())
}

/// The rows of these days and agencies, each pair by itself: the days of a page times its agencies would be many times
/// what it touches.
pub(super) fn tallies_at(
    conn: &mut Conn,
    tenant: Uuid,
    subject: &str,
    span: &str,
    places: &BTreeSet<(NaiveDate, Uuid)>,
) -> TxResult<Vec<TallyRow>> {
    match conn {
        Conn::Postgres(conn) => {
            let (days, agencies): (Vec<NaiveDate>, Vec<Id>) =
                places.iter().map(|(day, agency)| (*day, Id(*agency))).unzip();
            Ok(diesel::sql_query(
                "SELECT kept.* FROM unnest($4, $5) AS place (day, agency), LATERAL (SELECT * FROM tallies \
                 WHERE tenant_id = $1 AND subject = $2 AND span = $3 AND first_day = place.day \
                 AND agency_id = place.agency OFFSET 0) AS kept",
            )
            .bind::<Uid, _>(Id(tenant))
            .bind::<Text, _>(subject)
            .bind::<Text, _>(span)
            .bind::<Array<Date>, _>(days)
            .bind::<Array<Uid>, _>(agencies)
            .load(conn)?)
        }
        Conn::Sqlite(conn) => {
            let mut rows = Vec::with_capacity(places.len());
            for (day, agency) in places {
                let of =
                    tallies::tenant_id.eq(Id(tenant)).and(tallies::subject.eq(subject)).and(tallies::span.eq(span));
                let at = tallies::first_day.eq(day).and(tallies::agency_id.eq(Id(*agency)));
                rows.extend(tallies::table.filter(of).filter(at).load::<TallyRow>(conn)?);
            }
            Ok(rows)
        }
    }
}

/// The rows of a span from one day to another, both among them; of these agencies, or of all.
pub(super) fn tallies_within(
    conn: &mut Conn,
    tenant: Uuid,
    subject: &str,
    span: &str,
    (from, to): (NaiveDate, NaiveDate),
    agencies: Option<&BTreeSet<Uuid>>,
) -> TxResult<Vec<TallyRow>> {
    let of = tallies::tenant_id.eq(Id(tenant)).and(tallies::subject.eq(subject)).and(tallies::span.eq(span));
    let query = tallies::table.filter(of).filter(tallies::first_day.between(from, to));
    let Some(agencies) = agencies else { return Ok(query.load(conn)?) };
    let agencies: Vec<Id> = agencies.iter().copied().map(Id).collect();
    Ok(query.filter(tallies::agency_id.eq_any(agencies)).load(conn)?)
}

/// Writes rows of tallies, all of them new or none; those that come to nothing go.
pub(super) fn keep_tallies(tx: &mut Conn, rows: &[TallyRow], new: bool) -> TxResult<()> {
    keep!(tx, tallies, rows, [tenant_id, subject, span, first_day, agency_id, basis], [counts], new: new);
    for row in rows.iter().filter(|row| row.counts.is_empty()) {
        let key = tallies::tenant_id
            .eq(&row.tenant_id)
            .and(tallies::subject.eq(&row.subject))
            .and(tallies::span.eq(&row.span))
            .and(tallies::first_day.eq(row.first_day))
            .and(tallies::agency_id.eq(&row.agency_id))
            .and(tallies::basis.eq(&row.basis));
        diesel::delete(tallies::table.filter(key)).execute(tx)?;
    }
    Ok(())
}

/// The turns of these records.
pub(super) fn turns_of(conn: &mut Conn, tenant: Uuid, subject: &str, records: &[Uuid]) -> TxResult<Vec<TurnRow>> {
    let ids: Vec<Id> = records.iter().copied().map(Id).collect();
    match conn {
        Conn::Postgres(conn) => Ok(diesel::sql_query(
            "SELECT kept.* FROM unnest($3) AS asked (id), LATERAL (SELECT * FROM tally_turns \
             WHERE tenant_id = $1 AND subject = $2 AND record_id = asked.id OFFSET 0) AS kept",
        )
        .bind::<Uid, _>(Id(tenant))
        .bind::<Text, _>(subject)
        .bind::<Array<Uid>, _>(ids)
        .load(conn)?),
        Conn::Sqlite(conn) => {
            let of = tally_turns::tenant_id.eq(Id(tenant)).and(tally_turns::subject.eq(subject));
            Ok(tally_turns::table.filter(of).filter(tally_turns::record_id.eq_any(ids)).load(conn)?)
        }
    }
}

/// Writes turns, all of them new or none.
pub(super) fn keep_turns(tx: &mut Conn, rows: &[TurnRow], new: bool) -> TxResult<()> {
    keep!(tx, tally_turns, rows, [tenant_id, subject, record_id, turn_at, on_day, in_stock], [counts], new: new);
    Ok(())
}

/// Turns of a subject that count nothing any more go.
pub(super) fn drop_turns(tx: &mut Conn, tenant: Uuid, subject: &str, rows: &[TurnRow]) -> TxResult<()> {
    match tx {
        Conn::Postgres(conn) if !rows.is_empty() => {
            diesel::sql_query(
                "DELETE FROM tally_turns USING unnest($3, $4, $5, $6) AS over (record_id, turn_at, on_day, in_stock) \
                 WHERE tenant_id = $1 AND subject = $2 AND tally_turns.record_id = over.record_id \
                 AND tally_turns.turn_at = over.turn_at AND tally_turns.on_day = over.on_day \
                 AND tally_turns.in_stock = over.in_stock",
            )
            .bind::<Uid, _>(Id(tenant))
            .bind::<Text, _>(subject)
            .bind::<Array<Uid>, _>(rows.iter().map(|row| &row.record_id).collect::<Vec<_>>())
            .bind::<Array<Instant>, _>(rows.iter().map(|row| &row.turn_at).collect::<Vec<_>>())
            .bind::<Array<Date>, _>(rows.iter().map(|row| &row.on_day).collect::<Vec<_>>())
            .bind::<Array<Bool>, _>(rows.iter().map(|row| &row.in_stock).collect::<Vec<_>>())
            .execute(conn)?;
        }
        Conn::Postgres(_) => {}
        Conn::Sqlite(conn) => {
            for row in rows {
                let of = tally_turns::tenant_id.eq(Id(tenant)).and(tally_turns::subject.eq(subject));
                let at = tally_turns::record_id.eq(&row.record_id).and(tally_turns::turn_at.eq(&row.turn_at));
                let on = tally_turns::on_day.eq(row.on_day).and(tally_turns::in_stock.eq(row.in_stock));
                diesel::delete(tally_turns::table.filter(of).filter(at).filter(on)).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// The turns before an instant of what falls into these days.
pub(super) fn turns_within(
    conn: &mut Conn,
    tenant: Uuid,
    subject: &str,
    (from, to): (NaiveDate, NaiveDate),
    before: DateTime<Utc>,
) -> TxResult<Vec<TurnRow>> {
    let of = tally_turns::tenant_id.eq(Id(tenant)).and(tally_turns::subject.eq(subject));
    Ok(tally_turns::table
        .filter(of)
        .filter(tally_turns::in_stock.eq(false).and(tally_turns::on_day.between(from, to)))
        .filter(tally_turns::turn_at.lt(At(before)))
        .load(conn)?)
}

/// The turns of a day that lie at an instant or after it, of what there is at an instant.
pub(super) fn turns_ahead(
    conn: &mut Conn,
    tenant: Uuid,
    subject: &str,
    day: NaiveDate,
    from: DateTime<Utc>,
) -> TxResult<Vec<TurnRow>> {
    let of = tally_turns::tenant_id.eq(Id(tenant)).and(tally_turns::subject.eq(subject));
    Ok(tally_turns::table
        .filter(of)
        .filter(tally_turns::in_stock.eq(true).and(tally_turns::on_day.eq(day)))
        .filter(tally_turns::turn_at.ge(At(from)))
        .load(conn)?)
}

/// By what one sees that tallies have changed: of how many halves of months there are any, and how often they changed in all.
pub(super) type Stamp = (i64, i64);

/// The stamp of the halves of months that begin from one day to another, both among them.
pub(super) fn stamp(
    conn: &mut Conn,
    tenant: Uuid,
    subject: &str,
    (from, to): (NaiveDate, NaiveDate),
) -> TxResult<Stamp> {
    let of = tally_stamps::tenant_id.eq(Id(tenant)).and(tally_stamps::subject.eq(subject));
    let changes: Vec<i64> = tally_stamps::table
        .select(tally_stamps::changes)
        .filter(of)
        .filter(tally_stamps::first_day.between(from, to))
        .load(conn)?;
    Ok((i64::try_from(changes.len()).unwrap_or(i64::MAX), changes.iter().sum()))
}

/// Notes that the tallies of these halves of months have changed.
pub(super) fn note_changes(tx: &mut Conn, tenant: Uuid, subject: &str, halves: &BTreeSet<NaiveDate>) -> TxResult<()> {
    for half in halves {
        let row = (
            tally_stamps::tenant_id.eq(Id(tenant)),
            tally_stamps::subject.eq(subject),
            tally_stamps::first_day.eq(half),
            tally_stamps::changes.eq(1),
        );
        on_each!(tx, |c| {
            diesel::insert_into(tally_stamps::table)
                .values(row)
                .on_conflict((tally_stamps::tenant_id, tally_stamps::subject, tally_stamps::first_day))
                .do_update()
                .set(tally_stamps::changes.eq(tally_stamps::changes + 1))
                .execute(c)
        })?;
    }
    Ok(())
}

/// Throws away everything that was tallied for a tenant; what is measured stays, all of it counted so far: nothing.
pub(crate) fn forget(tx: &mut Conn, tenant: Uuid) -> TxResult<()> {
    diesel::delete(tallies::table.filter(tallies::tenant_id.eq(Id(tenant)))).execute(tx)?;
    diesel::delete(tally_turns::table.filter(tally_turns::tenant_id.eq(Id(tenant)))).execute(tx)?;
    // Stamps go on: what was read before is not what will be tallied anew until it is all there again.
    let stamps = tally_stamps::table.filter(tally_stamps::tenant_id.eq(Id(tenant)));
    diesel::update(stamps).set(tally_stamps::changes.eq(tally_stamps::changes + 1)).execute(tx)?;
    let rows = measures::table.filter(measures::tenant_id.eq(Id(tenant)));
    diesel::update(rows).set(measures::counted_to.eq(None::<Id>)).execute(tx)?;
    Ok(())
}

/// All rows of tallies in the order of their keys, page by page, for the digest.
pub(crate) fn tallies_after(
    conn: &mut Conn,
    tenant: Uuid,
    after: Option<&TallyRow>,
    most: i64,
) -> TxResult<Vec<TallyRow>> {
    let mut query = tallies::table.filter(tallies::tenant_id.eq(Id(tenant))).into_boxed::<motcua_db::MultiBackend>();
    if let Some(last) = after {
        let basis = tallies::agency_id.eq(last.agency_id.clone()).and(tallies::basis.gt(last.basis.clone()));
        let agency = tallies::agency_id.gt(last.agency_id.clone()).or(basis);
        let day = tallies::first_day.gt(last.first_day).or(tallies::first_day.eq(last.first_day).and(agency));
        let span = tallies::span.gt(last.span.clone()).or(tallies::span.eq(last.span.clone()).and(day));
        query = query
            .filter(tallies::subject.gt(last.subject.clone()).or(tallies::subject.eq(last.subject.clone()).and(span)));
    }
    let order = (tallies::subject, tallies::span, tallies::first_day, tallies::agency_id, tallies::basis);
    Ok(query.order(order).limit(most).load(conn)?)
}

/// Turns in the order of their records, page by page, for the digest.
pub(crate) fn turns_after(conn: &mut Conn, tenant: Uuid, after: Option<&TurnRow>, most: i64) -> TxResult<Vec<TurnRow>> {
    let mut query =
        tally_turns::table.filter(tally_turns::tenant_id.eq(Id(tenant))).into_boxed::<motcua_db::MultiBackend>();
    if let Some(last) = after {
        let stock = tally_turns::on_day.eq(last.on_day).and(tally_turns::in_stock.gt(last.in_stock));
        let day = tally_turns::on_day.gt(last.on_day).or(stock);
        let at =
            tally_turns::turn_at.gt(last.turn_at.clone()).or(tally_turns::turn_at.eq(last.turn_at.clone()).and(day));
        let record = tally_turns::record_id
            .gt(last.record_id.clone())
            .or(tally_turns::record_id.eq(last.record_id.clone()).and(at));
        query = query.filter(
            tally_turns::subject.gt(last.subject.clone()).or(tally_turns::subject.eq(last.subject.clone()).and(record)),
        );
    }
    let order = (
        tally_turns::subject,
        tally_turns::record_id,
        tally_turns::turn_at,
        tally_turns::on_day,
        tally_turns::in_stock,
    );
    Ok(query.order(order).limit(most).load(conn)?)
}

/// Which rows hold the numbers of these keys; a key that has no number yet has none.
pub(super) fn numbers_of(conn: &mut Conn, tenant: Uuid, keys: &[Key]) -> TxResult<BTreeMap<String, MeasureRow>> {
    let texts: BTreeSet<String> = keys.iter().map(Key::text).collect::<Result<_>>()?;
    let rows = measures_of(conn, tenant)?;
    Ok(rows.into_iter().filter(|row| texts.contains(&row.measure)).map(|row| (row.measure.clone(), row)).collect())
}
