//! Rows of ratings. Ids are random: they say nothing of when a rating came.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::Uuid;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    ratings (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        /// The agency that received the dossier, when it was rated.
        agency_id -> Uid,
        /// The one that goes on with its work.
        responsible_agency_id -> Uid,
        field_code -> Text,
        procedure_code -> Text,
        month -> Text,
        total -> Nullable<BigInt>,
        comment -> Nullable<Binary>,
        /// Whether the feed has heard of it.
        told -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    rating_scores (tenant_id, rating_id, criterion) {
        tenant_id -> Uid,
        rating_id -> Uid,
        criterion -> Text,
        score -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    rated_dossiers (tenant_id, mark) { tenant_id -> Uid, mark -> Text, }
}

diesel::allow_tables_to_appear_in_same_query!(ratings, rating_scores);

/// A rating as it is stored; the comment is sealed.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = ratings, treat_none_as_default_value = false)]
pub(crate) struct RatingRow {
    pub tenant_id: Id,
    pub id: Id,
    pub agency_id: Id,
    pub responsible_agency_id: Id,
    pub field_code: String,
    pub procedure_code: String,
    pub month: String,
    pub total: Option<i64>,
    pub comment: Option<Vec<u8>>,
    pub told: bool,
}

/// A score as it is stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = rating_scores)]
pub(crate) struct ScoreRow {
    pub tenant_id: Id,
    pub rating_id: Id,
    pub criterion: String,
    pub score: i64,
}

/// Remembers that a dossier was rated; says whether it was not before.
pub(crate) fn mark(tx: &mut Conn, tenant: Uuid, mark: &str) -> TxResult<bool> {
    let values = (rated_dossiers::tenant_id.eq(Id(tenant)), rated_dossiers::mark.eq(mark));
    let rows = on_each!(tx, |c| {
        diesel::insert_into(rated_dossiers::table).values(values).on_conflict_do_nothing().execute(c)
    })?;
    Ok(rows == 1)
}

pub(crate) fn insert(tx: &mut Conn, row: RatingRow, scores: &[ScoreRow]) -> TxResult<()> {
    diesel::insert_into(ratings::table).values(row).execute(tx)?;
    on_each!(tx, |c| diesel::insert_into(rating_scores::table).values(scores).execute(c))?;
    Ok(())
}

/// Ratings of months before this one that the feed has not heard of, in the order of their random ids.
pub(crate) fn untold(conn: &mut Conn, tenant: Uuid, before: &str, most: i64) -> TxResult<Vec<RatingRow>> {
    Ok(ratings::table
        .filter(ratings::tenant_id.eq(Id(tenant)))
        .filter(ratings::told.eq(false).and(ratings::month.lt(before)))
        .order(ratings::id)
        .limit(most)
        .load(conn)?)
}

/// Gives some of an agency's ratings to the one that goes on with its work; says how many.
pub(crate) fn move_responsible(tx: &mut Conn, tenant: Uuid, from: Uuid, to: Uuid, most: i64) -> TxResult<usize> {
    let some: Vec<Id> = ratings::table
        .select(ratings::id)
        .filter(ratings::tenant_id.eq(Id(tenant)).and(ratings::responsible_agency_id.eq(Id(from))))
        .order(ratings::id)
        .limit(most)
        .load(tx)?;
    Ok(diesel::update(ratings::table)
        .filter(ratings::tenant_id.eq(Id(tenant)).and(ratings::id.eq_any(some)))
        .set(ratings::responsible_agency_id.eq(Id(to)))
        .execute(tx)?)
}

/// Marks a rating as told; says whether it was not before.
pub(crate) fn set_told(tx: &mut Conn, row: &RatingRow) -> TxResult<bool> {
    let key = ratings::tenant_id.eq(row.tenant_id.clone()).and(ratings::id.eq(row.id.clone()));
    let rows = diesel::update(ratings::table)
        .filter(key.and(ratings::told.eq(false)))
        .set(ratings::told.eq(true))
        .execute(tx)?;
    Ok(rows == 1)
}

/// The scores of ratings, by rating.
pub(crate) fn scores(conn: &mut Conn, rows: &[RatingRow]) -> TxResult<BTreeMap<Uuid, BTreeMap<String, i64>>> {
    let (tenants, ids): (Vec<Id>, Vec<Id>) = rows.iter().map(|row| (row.tenant_id.clone(), row.id.clone())).unzip();
    let found: Vec<(Id, String, i64)> = rating_scores::table
        .select((rating_scores::rating_id, rating_scores::criterion, rating_scores::score))
        .filter(rating_scores::tenant_id.eq_any(tenants).and(rating_scores::rating_id.eq_any(ids)))
        .load(conn)?;
    let mut scores: BTreeMap<Uuid, BTreeMap<String, i64>> = BTreeMap::new();
    for (id, criterion, score) in found {
        scores.entry(id.0).or_default().insert(criterion, score);
    }
    Ok(scores)
}

/// Of which agencies and months.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub tenant: Uuid,
    pub agencies: Vec<Uuid>,
    pub from: String,
    pub to: String,
    /// The month that lasts: nothing of it is counted.
    pub before: String,
}

macro_rules! of_scope {
    ($scope:expr) => {
        ratings::tenant_id
            .eq(Id($scope.tenant))
            .and(ratings::responsible_agency_id.eq_any($scope.agencies.iter().copied().map(Id).collect::<Vec<_>>()))
            .and(ratings::month.between($scope.from.clone(), $scope.to.clone()))
            .and(ratings::month.lt($scope.before.clone()))
    };
}

/// How often which total was given; without one, the ratings that do not answer everything.
pub(crate) fn totals(conn: &mut Conn, scope: &Scope) -> TxResult<Vec<(Option<i64>, i64)>> {
    Ok(ratings::table
        .filter(of_scope!(scope))
        .group_by(ratings::total)
        .select((ratings::total, count_star()))
        .load(conn)?)
}

/// How often each criterion got which score.
pub(crate) fn counts(conn: &mut Conn, scope: &Scope) -> TxResult<Vec<(String, i64, i64)>> {
    let of_rating = rating_scores::tenant_id.eq(ratings::tenant_id).and(rating_scores::rating_id.eq(ratings::id));
    Ok(rating_scores::table
        .inner_join(ratings::table.on(of_rating))
        .filter(of_scope!(scope))
        .group_by((rating_scores::criterion, rating_scores::score))
        .select((rating_scores::criterion, rating_scores::score, count_star()))
        .load(conn)?)
}

/// The ratings with a comment, in the order of their random ids.
pub(crate) fn commented(conn: &mut Conn, scope: &Scope, after: Option<Id>, most: i64) -> TxResult<Vec<RatingRow>> {
    let rows = ratings::table.filter(of_scope!(scope)).filter(ratings::comment.is_not_null());
    let rows = rows.order(ratings::id).limit(most);
    Ok(match after {
        Some(after) => rows.filter(ratings::id.gt(after)).load(conn)?,
        None => rows.load(conn)?,
    })
}

/// How many ratings there are.
pub(crate) fn number(conn: &mut Conn, scope: &Scope) -> TxResult<i64> {
    Ok(ratings::table.filter(of_scope!(scope)).count().get_result(conn)?)
}
