//! The API of ratings: given by anybody with a reference, summed up for officers.

use actix_web::web::Data;
use actix_web::{get, post};
use motcua_kernel::Page;
use motcua_web::{List, PageQuery, Public, Read, Reply, WebResult};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::view::{CreateRating, RatingComment, RatingSummary, RatingTaken};
use super::{Ratings, give, summary};
use crate::audit::personal_read;

/// The handlers for officers.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(summarise_ratings).service(list_rating_comments);
}

/// The handlers for anybody.
pub(crate) fn public_routes(config: &mut ServiceConfig) {
    config.service(create_rating);
}

/// Rate how a dossier was dealt with
///
/// Once a dossier that has ended, by whoever has its tracking reference. The rating is kept without the dossier, the
/// reference and the day: nobody can find out who gave it.
#[utoipa::path(
    operation_id = "create_rating",
    tag = "public",
    request_body = CreateRating,
    responses(
        (status = 200, description = "Taken.", body = RatingTaken),
        (status = 404, description = "`tracking.unknown`: no dossier has this reference."),
        (status = 409, description = "`rating.too_early` before it has ended, `rating.given` the second time."),
        (status = 429, description = "`tracking.too_many`: too many wrong references; see `Retry-After`.")
    ),
    security(())
)]
#[post("/ratings")]
pub(crate) async fn create_rating(room: Data<Ratings>, request: Public<CreateRating>) -> WebResult {
    let Public { body, network } = request;
    let taken = room.tracking.guard.watch(network, give::give(&room, body)).await?;
    Reply::object(&taken, None, false)
}

/// Of which agency and when.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RatingsQuery {
    /// The agency, by code or id, with everything below it.
    #[param(example = "H50")]
    pub agency: String,
    /// `2026-11` (a month), `2026-Q4` (October to December) or `2026`.
    #[param(example = "2026-Q4")]
    pub period: String,
}

/// Sum up the ratings of an agency
///
/// With everything below it, of months that are over: how each criterion was scored, and the grades of the ratings that
/// answer all nine. Of fewer than five ratings only their number is told.
#[utoipa::path(
    operation_id = "summarise_ratings",
    tag = "ratings",
    params(RatingsQuery),
    responses((status = 200, description = "The counts.", body = RatingSummary)),
    security(("bearer" = ["procedures:reports:read"]))
)]
#[get("/ratings/summary")]
pub(crate) async fn summarise_ratings(room: Data<Ratings>, request: Read<RatingsQuery>) -> WebResult {
    let Read { actor, query } = request;
    Reply::object(&summary::summarise(&room, actor, query.agency, &query.period).await?, None, false)
}

/// List what raters added
///
/// Of months that are over, in an order that says nothing of when, and none of fewer than five ratings. The words may name a person, so the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_rating_comments",
    tag = "ratings",
    params(RatingsQuery, PageQuery),
    responses((status = 200, description = "A page of comments.", body = Page<RatingComment>)),
    security(("bearer" = ["procedures:reports:read"]))
)]
#[get("/ratings/comments")]
pub(crate) async fn list_rating_comments(room: Data<Ratings>, request: List<RatingsQuery>) -> WebResult {
    let List { actor, query, page } = request;
    let comments = summary::comments(&room, actor.clone(), query.agency, &query.period, page).await?;
    personal_read(&room.tracking.dossiers.db, &actor, "list_rating_comments", Vec::new()).await?;
    Ok(Reply::page(&comments)?.personal())
}
