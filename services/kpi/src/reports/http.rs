//! The API of reports.

use actix_web::get;
use actix_web::web::Data;
use chrono::SecondsFormat;
use motcua_web::{Read, Reply, WebResult};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::form06::{self, Form06};
use super::printing::{Made, serve};
use super::{bulletin, scorecard};
use crate::pages::load::{Asked, Pages};
use crate::scores::{Question, Scores, admit};

/// The routes of this room.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(get_form_06_report).service(get_scorecard_report).service(get_bulletin);
}

/// Whose form 06, of when, and as what.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Form06Query {
    /// The agency by code or id, with everything below it.
    #[param(example = "H50")]
    pub agency: String,
    /// The period, as of scores: a reporting quarter `2026-RQ4`, a reporting year `2026-RY`, a quarter, a month.
    #[param(example = "2026-RQ4")]
    pub period: String,
    /// As what; JSON when left out.
    #[param(inline)]
    pub format: Option<Form06Format>,
}

/// As what form 06 is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form06Format {
    /// Its numbers.
    Json,
    /// A page to print.
    Html,
    /// PDF/A, where the service was built with it; 501 otherwise.
    Pdf,
    /// A workbook.
    Xlsx,
}

/// As what a paper is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaperFormat {
    /// A page to print.
    Html,
    /// PDF/A, where the service was built with it; 501 otherwise.
    Pdf,
}

impl PaperFormat {
    fn made(format: Option<Self>) -> Made {
        match format {
            None | Some(Self::Html) => Made::Html,
            Some(Self::Pdf) => Made::Pdf,
        }
    }
}

/// Whose scorecard, of when, and as what.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ScorecardReportQuery {
    /// Code of the set of indicators.
    #[param(example = "qd766")]
    pub set: String,
    /// The period.
    #[param(example = "2026-11")]
    pub period: String,
    /// An agency by code or id, itself alone; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: String,
    /// How agencies are looked at: `as_is`, `as_was` or a day.
    pub structure: Option<String>,
    /// Variants of indicators.
    pub variants: Option<String>,
    /// As what; a page to print when left out.
    #[param(inline)]
    pub format: Option<PaperFormat>,
}

/// Whose bulletin, of when, and as what.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BulletinQuery {
    /// The period.
    #[param(example = "2026-10")]
    pub period: String,
    /// Code of the set of indicators; the usual one when left out.
    #[param(example = "qd766")]
    pub set: Option<String>,
    /// The agency by code or id, with everything below it; the province when left out.
    #[param(example = "H50")]
    pub agency: Option<String>,
    /// As what; a page to print when left out.
    #[param(inline)]
    pub format: Option<PaperFormat>,
}

/// Report how dossiers were received and solved
///
/// Form 06 (Biểu số II.06/VPCP/KSTT): a row for each agency directly below the one that reports, with (1) = (2) + (3) + (4),
/// (5) = (6) + (7) + (8), (9) = (10) + (11) and (1) = (5) + (9). Every number is a figure of the set `bieu06`.
#[utoipa::path(
    operation_id = "get_form_06_report",
    tag = "reports",
    params(Form06Query),
    responses(
        (status = 200, description = "The report.", content(
            (Form06 = "application/json"),
            (String = "text/html"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )),
        (status = 404, description = "There is no such agency, or it is out of the caller's reach."),
        (status = 409, description = "`agency.split`, `indicator_set.none_governs`."),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF."),
        (status = 503, description = "`figures.not_ready`: a feed or a new measure is still being counted.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/reports/bieu06")]
pub(crate) async fn get_form_06_report(room: Data<Scores>, request: Read<Form06Query>) -> WebResult {
    let Read { actor, query } = request;
    let asked = Question { with_below: true, ..Question::read(form06::SET, &query.period, &query.agency, None, None)? };
    let (period, now) = (asked.period, room.db.clock.business().0);
    let form = form06::form_06(&room, actor, asked).await?;
    let name = format!("bieu-06-{}-{period}", form.agency.code);
    let made = match query.format {
        None | Some(Form06Format::Json) => return stamped(Reply::object(&form, None, false)?, &form.context),
        Some(Form06Format::Html) => Made::Html,
        Some(Form06Format::Pdf) => Made::Pdf,
        Some(Form06Format::Xlsx) => Made::Xlsx,
    };
    stamped(serve(form06::report(&form, period, now), made, &name, now).await?, &form.context)
}

/// Print a scorecard
///
/// The points of an agency by group and indicator, as an official paper.
#[utoipa::path(
    operation_id = "get_scorecard_report",
    tag = "reports",
    params(ScorecardReportQuery),
    responses(
        (status = 200, description = "The paper.", content((String = "text/html"), (Vec<u8> = "application/pdf"))),
        (status = 404, description = "There is no such set or agency, or it is out of the caller's reach."),
        (status = 409, description = "`agency.split`, `indicator_set.none_governs`."),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF."),
        (status = 503, description = "`figures.not_ready`: a feed or a new measure is still being counted.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/reports/scorecard")]
pub(crate) async fn get_scorecard_report(room: Data<Scores>, request: Read<ScorecardReportQuery>) -> WebResult {
    let Read { actor, query } = request;
    let (structure, variants) = (query.structure.as_deref(), query.variants.as_deref());
    let asked = Question::read(&query.set, &query.period, &query.agency, structure, variants)?;
    let (period, now) = (asked.period, room.db.clock.business().0);
    let (card, above) = scorecard::scorecard(&room, actor, asked).await?;
    let report = scorecard::report(&card, above.as_ref(), period, now);
    let name = format!("phieu-diem-{}-{}-{period}", card.context.set.code, card.agency.code);
    stamped(serve(report, PaperFormat::made(query.format), &name, now).await?, &card.context)
}

/// Print the bulletin
///
/// One to three pages of the province or an agency: points by group with their change, ranking of the agencies below, who
/// rose and fell the most, backlog and overdue, what is not measured and why, and what was corrected of published periods.
#[utoipa::path(
    operation_id = "get_bulletin",
    tag = "reports",
    params(BulletinQuery),
    responses(
        (status = 200, description = "The bulletin.", content((String = "text/html"), (Vec<u8> = "application/pdf"))),
        (status = 404, description = "There is no such set or agency, or it is out of the caller's reach."),
        (status = 409, description = "`agency.split`, `indicator_set.none_governs`."),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF."),
        (status = 503, description = "`figures.not_ready`: a feed or a new measure is still being counted.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/reports/bulletin")]
pub(crate) async fn get_bulletin(room: Data<Pages>, scores: Data<Scores>, request: Read<BulletinQuery>) -> WebResult {
    let Read { actor, query } = request;
    admit(&actor)?;
    let asked = Asked { set: query.set, period: Some(query.period), viewer: None };
    let bulletin = room.bulletin(actor, query.agency, asked).await?;
    let now = scores.db.clock.business().0;
    let name = format!("ban-tin-{}-{}", bulletin.agency.code, bulletin.scope.period);
    serve(bulletin::report(&bulletin, now), PaperFormat::made(query.format), &name, now).await
}

fn stamped(reply: Reply, context: &crate::scores::view::ScoreContext) -> WebResult {
    reply.header("Data-As-Of", context.data_as_of.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}
