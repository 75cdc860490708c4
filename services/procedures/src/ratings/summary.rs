//! What officers see of ratings: counts, and comments without their dossiers.
//!
//! Whoever hands a result over could look at the counts before and after it, or at a month in which one dossier ended. So
//! a month counts when it is over, and fewer ratings than [`LEAST`] are told by their number alone.

use std::sync::Arc;

use motcua_agencies::{Named, names, resolve, under};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, Page, PageRequest, Result, Role, Uuid};

use super::criteria::{CRITERIA, GRADES, grade};
use super::give::context;
use super::store::{self, Scope};
use super::view::{CriterionCount, GradeCount, RatingComment, RatingSummary};
use super::{Ratings, month};

/// How many ratings there must be for more than their number to be told.
const LEAST: i64 = 5;

/// Counts the ratings of an agency with everything below it.
///
/// # Errors
/// `not_found` for an agency that the caller's roles do not reach, `period.unknown`.
pub(super) async fn summarise(
    room: &Ratings,
    actor: Arc<Actor>,
    agency: String,
    period: &str,
) -> Result<RatingSummary> {
    let (from, to) = admit(&actor, period)?;
    let db = &room.tracking.dossiers.db;
    let today = db.clock.business().day_in_vietnam();
    let (agency, scope, totals, counts) = db
        .read_snapshot("rating_summary", move |conn| {
            let (named, scope) = scope(conn, &actor, &agency, today, (&from, &to))?;
            let (totals, counts) = (store::totals(conn, &scope)?, store::counts(conn, &scope)?);
            Ok((named, scope, totals, counts))
        })
        .await?;
    let ratings = totals.iter().map(|(_, count)| count).sum();
    let (from_month, to_month) = (scope.from, scope.to);
    if ratings < LEAST {
        let (criteria, grades) = (Vec::new(), Vec::new());
        return Ok(RatingSummary { agency, from_month, to_month, ratings, withheld: ratings > 0, criteria, grades });
    }
    let of = |code: &str, score: i64| {
        counts
            .iter()
            .filter(|(criterion, given, _)| criterion == code && *given == score)
            .map(|(.., count)| count)
            .sum()
    };
    let criteria = CRITERIA.iter().map(|criterion| CriterionCount {
        code: criterion.code.to_owned(),
        name: criterion.name(),
        good: of(criterion.code, 2),
        acceptable: of(criterion.code, 1),
        bad: of(criterion.code, 0),
    });
    let grades = GRADES.iter().map(|(which, _)| GradeCount {
        grade: *which,
        ratings: totals
            .iter()
            .filter(|(total, _)| total.is_some_and(|total| grade(total) == *which))
            .map(|(_, count)| count)
            .sum(),
    });
    let (criteria, grades) = (criteria.collect(), grades.collect());
    Ok(RatingSummary { agency, from_month, to_month, ratings, withheld: false, criteria, grades })
}

/// One page of comments, in an order that says nothing of when they came; none of fewer ratings than [`LEAST`].
///
/// # Errors
/// As for [`summarise`]; when the cursor belongs to another list.
pub(super) async fn comments(
    room: &Ratings,
    actor: Arc<Actor>,
    agency: String,
    period: &str,
    page: PageRequest,
) -> Result<Page<RatingComment>> {
    let (from, to) = admit(&actor, period)?;
    let cursor_scope = format!("rating-comments {agency} {from} {to}");
    let after = page.after.as_ref().map(|cursor| cursor.read::<Uuid>(&cursor_scope)).transpose()?;
    let db = room.tracking.dossiers.db.clone();
    let (today, vault) = (db.clock.business().day_in_vietnam(), db.vault.clone());
    db.read("rating_comments", move |conn| {
        let (_, scope) = scope(conn, &actor, &agency, today, (&from, &to))?;
        let told = store::number(conn, &scope)? >= LEAST;
        let rows = if told { store::commented(conn, &scope, after.map(Id), page.fetch())? } else { Vec::new() };
        let rows = Page::cut(rows, &page, &cursor_scope, |row| row.id.0)?;
        let items = rows
            .items
            .into_iter()
            .map(|row| {
                let plain = vault.open(&context(row.id.0), &row.comment.unwrap_or_default())?;
                let comment = String::from_utf8(plain).map_err(Error::internal)?;
                Ok(RatingComment { month: row.month, comment })
            })
            .collect::<Result<_>>()?;
        Ok(Page { items, next: rows.next, count: None })
    })
    .await
}

fn admit(actor: &Actor, period: &str) -> Result<(String, String)> {
    actor.require_scope("procedures:reports:read")?;
    if !matches!(actor.kind, ActorKind::Officer | ActorKind::Service) {
        return Err(Error::forbidden(
            "reports.officers_only",
            "Chỉ cán bộ mới xem được báo cáo.",
            "Only officers see reports.",
        ));
    }
    month::period(period)
}

fn scope(
    conn: &mut Conn,
    actor: &Actor,
    agency: &str,
    today: chrono::NaiveDate,
    (from, to): (&str, &str),
) -> TxResult<(Named, Scope)> {
    let tenant = actor.tenant;
    let found = resolve(conn, tenant, agency, today)?;
    let [id] = found.as_slice() else { return Err(Error::not_found().into()) };
    let held = actor.agencies_with(&Role::ALL);
    if actor.kind == ActorKind::Officer && !under(conn, tenant, &held)?.contains(id) {
        return Err(Error::not_found().into());
    }
    let named = names(conn, tenant, &[*id], today)?.remove(id).ok_or_else(Error::not_found)?;
    let agencies = under(conn, tenant, &[*id])?;
    let before = month::of(today);
    Ok((named, Scope { tenant, agencies, from: from.to_owned(), to: to.to_owned(), before }))
}

/// Of these ratings, those the caller may hear of one by one: our own services alone, which count them.
pub(crate) fn visible_among(actor: &Actor, ids: &[Uuid]) -> Vec<Uuid> {
    if actor.kind == ActorKind::Service { ids.to_vec() } else { Vec::new() }
}
