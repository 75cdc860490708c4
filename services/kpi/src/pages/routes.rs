//! The addresses of pages: for anybody under `/v1/public/pages`, and with a token, with the records behind the figures,
//! under `/v1/pages`.

use std::sync::Arc;

use actix_web::get;
use actix_web::web::{Data, Path};
use motcua_kernel::{Actor, Error, Result};
use motcua_web::{PublicRead, Read, WebResult};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::http::{PageLanguage, PageQuery, PageTheme, show_agency, show_indicator, show_operations};
use super::load::{Asked, AskedList, Pages, read_place};
use super::models::Part;
use super::view::Audience;
use crate::scores::admit;

/// The pages for callers with a token.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(get_operations_page).service(get_agency_page).service(get_indicator_page);
}

/// The pages for anybody.
pub(crate) fn public_routes(config: &mut ServiceConfig) {
    config.service(get_public_operations_page).service(get_public_agency_page).service(get_public_indicator_page);
}

/// What the address of an indicator's page may say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct IndicatorPageQuery {
    /// Code or id of the agency whose figure is explained; the province without it.
    #[param(example = "H50.12")]
    pub(crate) agency: Option<String>,
    /// The period; the one that goes on without it.
    #[param(example = "2026-11")]
    pub(crate) period: Option<String>,
    /// Code of a measure of the formula: its records are listed; for callers with a token.
    #[param(example = "on_time")]
    pub(crate) measure: Option<String>,
    /// Which of the records that the measure looks at; those that count without it.
    #[param(inline)]
    pub(crate) part: Option<Part>,
    /// Where the list goes on, as the page before says.
    pub(crate) after: Option<String>,
    /// The language; Vietnamese without it.
    #[param(inline)]
    pub(crate) lang: Option<PageLanguage>,
    /// The colours; those of the reader's system without it.
    #[param(inline)]
    pub(crate) theme: Option<PageTheme>,
    /// For wall screens: after so many seconds the browser asks again, at least 15.
    pub(crate) refresh: Option<u32>,
}

impl IndicatorPageQuery {
    fn list(&self, actor: Arc<Actor>) -> Result<Option<AskedList>> {
        let Some(measure) = self.measure.clone() else {
            return if self.part.is_some() || self.after.is_some() { Err(of_no_measure()) } else { Ok(None) };
        };
        let after = match &self.after {
            Some(text) => Some(read_place(text).ok_or_else(no_place)?),
            None => None,
        };
        Ok(Some(AskedList { actor, measure, part: self.part.unwrap_or_default(), after }))
    }

    fn page(&self) -> PageQuery {
        PageQuery { set: None, period: self.period.clone(), lang: self.lang, theme: self.theme, refresh: self.refresh }
    }
}

impl PageQuery {
    fn asked(&self, viewer: Option<Arc<Actor>>) -> Asked {
        Asked { set: self.set.clone(), period: self.period.clone(), viewer }
    }
}

/// Show the operations centre
///
/// A page of its own, without scripts and without anything from elsewhere: the province's points by group, the ranking of
/// agencies, the course of the last periods, what waits; and, with `kpi:alerts:read` for an officer of the province, its
/// alerts.
#[utoipa::path(
    operation_id = "get_operations_page",
    tag = "pages",
    params(PageQuery),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 404, description = "There is no such set, or no agency is known yet."),
        (status = 409, description = "`indicator_set.none_governs`."),
        (status = 503, description = "`figures.not_ready`.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/pages/operations")]
pub(crate) async fn get_operations_page(room: Data<Pages>, request: Read<PageQuery>) -> WebResult {
    let Read { actor, query } = request;
    admit(&actor)?;
    operations(&room, &query, Some(actor)).await
}

/// Show the operations centre to anybody
///
/// Sums alone: no dossier, no person.
#[utoipa::path(
    operation_id = "get_public_operations_page",
    tag = "public",
    params(PageQuery),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 404, description = "There is no such set, or no agency is known yet."),
        (status = 409, description = "`indicator_set.none_governs`."),
        (status = 503, description = "`figures.not_ready`.")
    ),
    security(())
)]
#[get("/pages/operations")]
pub(crate) async fn get_public_operations_page(room: Data<Pages>, request: PublicRead<PageQuery>) -> WebResult {
    operations(&room, &request.query, None).await
}

/// Show an agency
///
/// Its scorecard by group and indicator, its rank, the course of its points, what waits there; and, with
/// `kpi:alerts:read` for who may see the agency, its alerts and those below it.
#[utoipa::path(
    operation_id = "get_agency_page",
    tag = "pages",
    params(("code" = String, Path, description = "Code or id of the agency.", example = "H50.12"), PageQuery),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 404, description = "There is no such set or agency."),
        (status = 409, description = "`agency.split`, `indicator_set.none_governs`."),
        (status = 503, description = "`figures.not_ready`.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/pages/agencies/{code}")]
pub(crate) async fn get_agency_page(room: Data<Pages>, code: Path<String>, request: Read<PageQuery>) -> WebResult {
    let Read { actor, query } = request;
    admit(&actor)?;
    agency(&room, code.into_inner(), &query, Some(actor)).await
}

/// Show an agency to anybody
///
/// Sums alone: no dossier, no person.
#[utoipa::path(
    operation_id = "get_public_agency_page",
    tag = "public",
    params(("code" = String, Path, description = "Code or id of the agency.", example = "H50.12"), PageQuery),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 404, description = "There is no such set or agency."),
        (status = 409, description = "`agency.split`, `indicator_set.none_governs`."),
        (status = 503, description = "`figures.not_ready`.")
    ),
    security(())
)]
#[get("/pages/agencies/{code}")]
pub(crate) async fn get_public_agency_page(
    room: Data<Pages>,
    code: Path<String>,
    request: PublicRead<PageQuery>,
) -> WebResult {
    agency(&room, code.into_inner(), &request.query, None).await
}

/// Show an indicator
///
/// What it came to, by which formula and step by step, the course of it, and every agency beside each other.
#[utoipa::path(
    operation_id = "get_indicator_page",
    tag = "pages",
    params(
        ("set" = String, Path, description = "Code of the set.", example = "qd766"),
        ("indicator" = String, Path, description = "The indicator, by its number in the law.", example = "2.1"),
        IndicatorPageQuery
    ),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 400, description = "`measure.unknown`, `part.not_listed`, `parameter.invalid`."),
        (status = 404, description = "There is no such set, indicator or agency, or the formula has no such measure."),
        (status = 409, description = "`agency.split`, `indicator_set.none_governs`."),
        (status = 503, description = "`figures.not_ready`.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/pages/indicators/{set}/{indicator}")]
pub(crate) async fn get_indicator_page(
    room: Data<Pages>,
    path: Path<(String, String)>,
    request: Read<IndicatorPageQuery>,
) -> WebResult {
    let Read { actor, query } = request;
    admit(&actor)?;
    let list = query.list(actor)?;
    indicator(&room, path.into_inner(), &query, (Audience::Internal, list)).await
}

/// Show an indicator to anybody
///
/// Sums alone: no dossier, no person.
#[utoipa::path(
    operation_id = "get_public_indicator_page",
    tag = "public",
    params(
        ("set" = String, Path, description = "Code of the set.", example = "qd766"),
        ("indicator" = String, Path, description = "The indicator, by its number in the law.", example = "2.1"),
        IndicatorPageQuery
    ),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 404, description = "There is no such set, indicator or agency."),
        (status = 409, description = "`agency.split`, `indicator_set.none_governs`."),
        (status = 503, description = "`figures.not_ready`.")
    ),
    security(())
)]
#[get("/pages/indicators/{set}/{indicator}")]
pub(crate) async fn get_public_indicator_page(
    room: Data<Pages>,
    path: Path<(String, String)>,
    request: PublicRead<IndicatorPageQuery>,
) -> WebResult {
    indicator(&room, path.into_inner(), &request.query, (Audience::Public, None)).await
}

/// Who looks, by whether a caller is known.
fn audience(viewer: Option<&Arc<Actor>>) -> Audience {
    if viewer.is_some() { Audience::Internal } else { Audience::Public }
}

async fn operations(room: &Pages, query: &PageQuery, viewer: Option<Arc<Actor>>) -> WebResult {
    let audience = audience(viewer.as_ref());
    let model = room.operations(query.asked(viewer)).await?;
    show_operations(&query.view(audience), &model, query.refresh)
}

async fn agency(room: &Pages, code: String, query: &PageQuery, viewer: Option<Arc<Actor>>) -> WebResult {
    let audience = audience(viewer.as_ref());
    let model = room.agency(code, query.asked(viewer)).await?;
    show_agency(&query.view(audience), &model, query.refresh)
}

async fn indicator(
    room: &Pages,
    (set, code): (String, String),
    query: &IndicatorPageQuery,
    (audience, list): (Audience, Option<AskedList>),
) -> WebResult {
    let model = room.indicator((set, code), query.agency.clone(), query.period.clone(), list).await?;
    let mut view = query.page().view(audience);
    view.agency.clone_from(&query.agency);
    show_indicator(&view, &model, query.refresh)
}

fn of_no_measure() -> Error {
    Error::malformed(
        "parameter.invalid",
        "Tham số `part` và `after` cần `measure`: danh sách của số đo nào?",
        "The parameters `part` and `after` need `measure`: whose list?",
    )
    .with("parameter", "measure")
}

fn no_place() -> Error {
    Error::malformed("cursor.invalid", "Tham số `after` không đọc được.", "The parameter `after` can't be read.")
        .with("parameter", "after")
}
