//! The API of figures.

use actix_web::get;
use actix_web::web::Data;
use chrono::SecondsFormat;
use motcua_kernel::filter::Filter;
use motcua_kernel::{Error, Page, Result, SystemTime};
use motcua_web::{List, PageQuery, Read, Reply, WebResult};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Indicators;
use super::ops::{self, AsOf, Asked};
use super::rules::{CountedBy, Figure, Month};
use super::view::{DossierFigureBreakdown, DossierFigures, DossierRecord};

/// Whose figures, and when.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FiguresQuery {
    /// An agency by code or id, itself alone; `under:` it and all below. A code or id means who is responsible today:
    /// successions are followed.
    #[param(example = "under:H50")]
    pub agency: String,
    /// The month, from midnight to midnight in Vietnam.
    #[param(example = "2026-11")]
    pub month: String,
    /// Which of a dossier's agencies it is counted for: `competent` (decides it, the default, because the term is its
    /// duty) or `receiving` (received it).
    pub by: Option<CountedBy>,
}

/// Whose figures broken down, and when.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BreakdownQuery {
    /// `under:` an agency by code or id.
    #[param(example = "under:H50")]
    pub agency: String,
    /// The month, from midnight to midnight in Vietnam.
    #[param(example = "2026-11")]
    pub month: String,
    /// Which of a dossier's agencies it is counted for: `competent` (the default) or `receiving`.
    pub by: Option<CountedBy>,
}

/// Which figure's dossiers.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordsQuery {
    /// An agency by code or id, itself alone; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: String,
    /// The month, from midnight to midnight in Vietnam.
    #[param(example = "2026-11")]
    pub month: String,
    /// Which of a dossier's agencies it is counted for: `competent` (the default) or `receiving`.
    pub by: Option<CountedBy>,
    /// The figure.
    #[param(example = "late")]
    #[param(inline)]
    pub figure: Figure,
}

/// Read the figures of a month
///
/// Received, finished, on time, late and the on-time rate of an agency, alone or with everything below it, from what has
/// been heard from the other services until `Data-As-Of`.
#[utoipa::path(
    operation_id = "get_dossier_figures",
    tag = "dossier-figures",
    params(FiguresQuery),
    responses(
        (
            status = 200,
            description = "The figures.",
            body = DossierFigures,
            headers(("Data-As-Of" = String, description = "Everything until this instant (RFC 3339) is counted."))
        ),
        (status = 404, description = "There is no such agency, or it is out of the caller's reach."),
        (status = 409, description = "`agency.split`: several agencies went on with its work; the answer names them.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/dossier-figures")]
pub(crate) async fn get_dossier_figures(room: Data<Indicators>, request: Read<FiguresQuery>) -> WebResult {
    let Read { actor, query } = request;
    let asked = asked(&query.agency, &query.month, query.by)?;
    let AsOf { answer, data_as_of } = ops::figures(&room, actor, asked).await?;
    stamped(Reply::object(&answer, None, false)?, data_as_of)
}

/// Read the figures of a month, agency by agency
///
/// One row for each agency directly below, with everything below it; the rows and the agency's own figures sum up to the
/// whole.
#[utoipa::path(
    operation_id = "get_dossier_figure_breakdown",
    tag = "dossier-figures",
    params(BreakdownQuery),
    responses(
        (
            status = 200,
            description = "The figures by agency.",
            body = DossierFigureBreakdown,
            headers(("Data-As-Of" = String, description = "Everything until this instant (RFC 3339) is counted."))
        ),
        (status = 404, description = "There is no such agency, or it is out of the caller's reach."),
        (status = 409, description = "`agency.split`: several agencies went on with its work; the answer names them.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/dossier-figures/breakdown")]
pub(crate) async fn get_dossier_figure_breakdown(room: Data<Indicators>, request: Read<BreakdownQuery>) -> WebResult {
    let Read { actor, query } = request;
    let asked = asked(&query.agency, &query.month, query.by)?;
    if !asked.with_below {
        return Err(Filter::refuse("agency", &query.agency).into());
    }
    let AsOf { answer, data_as_of } = ops::breakdown(&room, actor, asked).await?;
    stamped(Reply::object(&answer, None, false)?, data_as_of)
}

/// List the dossiers behind a figure
///
/// Exactly those that the figure counts, the latest first, each with the reason. They name no person.
#[utoipa::path(
    operation_id = "list_dossier_figure_records",
    tag = "dossier-figures",
    params(RecordsQuery, PageQuery),
    responses(
        (
            status = 200,
            description = "A page of dossiers.",
            body = Page<DossierRecord>,
            headers(("Data-As-Of" = String, description = "Everything until this instant (RFC 3339) is counted."))
        ),
        (status = 404, description = "There is no such agency, or it is out of the caller's reach."),
        (status = 409, description = "`agency.split`: several agencies went on with its work; the answer names them.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/dossier-figures/records")]
pub(crate) async fn list_dossier_figure_records(room: Data<Indicators>, request: List<RecordsQuery>) -> WebResult {
    let List { actor, query, page } = request;
    let asked = asked(&query.agency, &query.month, query.by)?;
    let AsOf { answer, data_as_of } = ops::records(&room, actor, asked, query.figure, page).await?;
    stamped(Reply::page(&answer)?, data_as_of)
}

fn asked(agency: &str, month: &str, by: Option<CountedBy>) -> Result<Asked> {
    let (agency, with_below) = match Filter::parse("agency", agency)? {
        Filter::Is(reference) => (reference, false),
        Filter::Under(reference) => (reference, true),
        _ => return Err(Filter::refuse("agency", agency)),
    };
    let month: Month = month.parse().map_err(|()| no_month())?;
    Ok(Asked { agency, with_below, month, by: by.unwrap_or_default() })
}

fn no_month() -> Error {
    Error::malformed(
        "parameter.invalid",
        "Tham số `month` phải là năm và tháng, ví dụ 2026-11.",
        "The parameter `month` must be a year and a month, such as 2026-11.",
    )
    .with("parameter", "month")
}

fn stamped(reply: Reply, data_as_of: SystemTime) -> WebResult {
    reply.header("Data-As-Of", data_as_of.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}
