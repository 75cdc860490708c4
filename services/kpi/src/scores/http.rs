//! The API of scores.

use actix_web::get;
use actix_web::web::Data;
use chrono::{DateTime, SecondsFormat, Utc};
use motcua_agencies::AgencyKind;
use motcua_kernel::{Error, Page, Result};
use motcua_web::{List, PageQuery, Read, Reply, WebResult};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::question::Question;
use super::view::{Explanation, FigureRecord, FigureSheet, Ranking, Scorecard};
use super::{Scores, explain, listing, ranking, scorecard, table};
use crate::exports::{TableFormat, file, serve};
use crate::measures::listing::Part;
use crate::pages::http::PageLanguage;

/// The handlers of this room.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(get_scorecard)
        .service(get_score_figures)
        .service(get_score_ranking)
        .service(explain_score)
        .service(list_score_records);
}

/// Whose score, by which set, and when.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ScoreQuery {
    /// Code of the set of indicators.
    #[param(example = "qd766")]
    pub set: String,
    /// The period: a day `2026-11-22`, a week `2026-W47`, a month `2026-11`, a quarter `2026-Q4`, half a year `2026-H2`, a
    /// year `2026`, or a reporting period from the 15th to the 14th: `2026-R11`, `2026-RQ4`, `2026-RY`.
    #[param(example = "2026-11")]
    pub period: String,
    /// An agency by code or id, itself alone; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: String,
    /// How agencies are looked at: `as_is` (the default: with all that an agency is responsible for today), `as_was` (what
    /// was written for it at the time), or a day (what it and those it had
    /// succeeded by that day were responsible for).
    #[param(example = "as_is")]
    pub structure: Option<String>,
    /// Which variant an indicator is scored by, where it is not the default: `2.1:first_due`, with commas between several.
    #[param(example = "2.1:first_due")]
    pub variants: Option<String>,
    /// As what; JSON when left out.
    #[param(inline)]
    pub format: Option<TableFormat>,
    /// The language of a file's headings and texts; Vietnamese when left out.
    #[param(inline)]
    pub lang: Option<PageLanguage>,
}

/// Whose ranking.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RankingQuery {
    /// Code of the set of indicators.
    #[param(example = "qd766")]
    pub set: String,
    /// The period.
    #[param(example = "2026-11")]
    pub period: String,
    /// `under:` the agency above those that are ranked, by code or id.
    #[param(example = "under:H50")]
    pub agency: String,
    /// Which of the agencies below it: those of this kind; those directly below where it is left out.
    #[param(example = "commune")]
    pub kind: Option<String>,
    /// How agencies are looked at: `as_is`, `as_was` or a day.
    pub structure: Option<String>,
    /// Variants of indicators.
    pub variants: Option<String>,
    /// As what; JSON when left out.
    #[param(inline)]
    pub format: Option<TableFormat>,
    /// The language of a file's headings and texts; Vietnamese when left out.
    #[param(inline)]
    pub lang: Option<PageLanguage>,
}

/// Which score is to be explained.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExplanationQuery {
    /// Code of the set of indicators.
    #[param(example = "qd766")]
    pub set: String,
    /// The period.
    #[param(example = "2026-11")]
    pub period: String,
    /// An agency by code or id, itself alone; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: String,
    /// The indicator, by its number in the law.
    #[param(example = "2.1")]
    pub indicator: String,
    /// How agencies are looked at: `as_is`, `as_was` or a day.
    pub structure: Option<String>,
    /// Variants of indicators.
    pub variants: Option<String>,
}

/// Which records.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordsQuery {
    /// Code of the set of indicators.
    #[param(example = "qd766")]
    pub set: String,
    /// The period.
    #[param(example = "2026-11")]
    pub period: String,
    /// An agency by code or id, itself alone; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: String,
    /// Code of the measure.
    #[param(example = "on_time")]
    pub measure: String,
    /// Which of the records that the measure looks at.
    #[param(inline)]
    pub part: Option<Part>,
    /// How agencies are looked at: `as_is`, `as_was` or a day.
    pub structure: Option<String>,
    /// As what; JSON when left out.
    #[param(inline)]
    pub format: Option<TableFormat>,
    /// The language of a file's headings and texts; Vietnamese when left out.
    #[param(inline)]
    pub lang: Option<PageLanguage>,
}

/// Read the score of an agency
///
/// Every indicator of the set that applies to the agency, its groups and the total, live. What can't be measured says why
/// and is never 0.
#[utoipa::path(
    operation_id = "get_scorecard",
    tag = "scores",
    params(ScoreQuery),
    responses(
        (
            status = 200,
            description = "The score.",
            content(
                (Scorecard = "application/json"),
                (String = "text/csv"),
                (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            ),
            headers(("Data-As-Of" = String, description = "Everything until this instant (RFC 3339) is counted."))
        ),
        (status = 404, description = "There is no such set or agency, or it is out of the caller's reach."),
        (status = 409, description = "`agency.split`, `indicator_set.none_governs`."),
        (status = 503, description = "`figures.not_ready`: a feed or a new measure is still being counted.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/scores")]
pub(crate) async fn get_scorecard(room: Data<Scores>, request: Read<ScoreQuery>) -> WebResult {
    let Read { actor, query } = request;
    let card = scorecard::scorecard(&room, actor, asked(&query)?).await?;
    let reply = match file(query.format, query.lang) {
        None => Reply::object(&card, None, false)?,
        Some(file) => {
            let (head, rows) = table::scorecard(&card, file.language);
            serve(&head, file, rows).await?
        }
    };
    stamped(reply, card.context.data_as_of)
}

/// Read the figures of an agency
///
/// What each measure of a set comes to, and how many records it looked at and did not count.
#[utoipa::path(
    operation_id = "get_score_figures",
    tag = "scores",
    params(ScoreQuery),
    responses(
        (
            status = 200,
            description = "The figures.",
            content(
                (FigureSheet = "application/json"),
                (String = "text/csv"),
                (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            ),
            headers(("Data-As-Of" = String, description = "Everything until this instant (RFC 3339) is counted."))
        ),
        (status = 404, description = "There is no such set or agency, or it is out of the caller's reach."),
        (status = 409, description = "`agency.split`, `indicator_set.none_governs`."),
        (status = 503, description = "`figures.not_ready`: a feed or a new measure is still being counted.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/scores/figures")]
pub(crate) async fn get_score_figures(room: Data<Scores>, request: Read<ScoreQuery>) -> WebResult {
    let Read { actor, query } = request;
    let sheet = scorecard::figure_sheet(&room, actor, asked(&query)?).await?;
    let reply = match file(query.format, query.lang) {
        None => Reply::object(&sheet, None, false)?,
        Some(file) => {
            let (head, rows) = table::figures(&sheet, file.language);
            serve(&head, file, rows).await?
        }
    };
    stamped(reply, sheet.context.data_as_of)
}

/// Rank agencies
///
/// The agencies below one, each with everything below it, the best first; with the classes of the set and how each one's
/// rank has changed since the period before. Who has too few records or nothing measured is named without a rank.
#[utoipa::path(
    operation_id = "get_score_ranking",
    tag = "scores",
    params(RankingQuery),
    responses(
        (
            status = 200,
            description = "The ranking.",
            content(
                (Ranking = "application/json"),
                (String = "text/csv"),
                (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            ),
            headers(("Data-As-Of" = String, description = "Everything until this instant (RFC 3339) is counted."))
        ),
        (status = 404, description = "There is no such set or agency, or it is out of the caller's reach."),
        (status = 409, description = "`agency.split`, `indicator_set.none_governs`."),
        (status = 503, description = "`figures.not_ready`: a feed or a new measure is still being counted.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/scores/ranking")]
pub(crate) async fn get_score_ranking(room: Data<Scores>, request: Read<RankingQuery>) -> WebResult {
    let Read { actor, query } = request;
    let (structure, variants) = (query.structure.as_deref(), query.variants.as_deref());
    let asked = Question::read(&query.set, &query.period, &query.agency, structure, variants)?;
    let kind = query.kind.as_deref().map(kind_of).transpose()?;
    let ranking = ranking::ranking(&room, actor, asked, kind).await?;
    let reply = match file(query.format, query.lang) {
        None => Reply::object(&ranking, None, false)?,
        Some(file) => {
            let (head, rows) = table::ranking(&ranking, file.language);
            serve(&head, file, rows).await?
        }
    };
    stamped(reply, ranking.context.data_as_of)
}

/// Explain a score
///
/// The rule, what goes in with links to the records behind it, every step, and how it is rounded.
#[utoipa::path(
    operation_id = "explain_score",
    tag = "scores",
    params(ExplanationQuery),
    responses(
        (
            status = 200,
            description = "How it came about.",
            body = Explanation,
            headers(("Data-As-Of" = String, description = "Everything until this instant (RFC 3339) is counted."))
        ),
        (status = 400, description = "`indicator.unknown`, `variant.unknown`."),
        (status = 404, description = "There is no such set or agency, or it is out of the caller's reach."),
        (status = 409, description = "`agency.split`, `indicator_set.none_governs`."),
        (status = 503, description = "`figures.not_ready`: a feed or a new measure is still being counted.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/scores/explanation")]
pub(crate) async fn explain_score(room: Data<Scores>, request: Read<ExplanationQuery>) -> WebResult {
    let Read { actor, query } = request;
    let (structure, variants) = (query.structure.as_deref(), query.variants.as_deref());
    let asked = Question::read(&query.set, &query.period, &query.agency, structure, variants)?;
    let explanation = explain::explain(&room, actor, asked, query.indicator).await?;
    stamped(Reply::object(&explanation, None, false)?, explanation.context.data_as_of)
}

/// List the records behind a figure
///
/// Exactly those that the measure counts, or exactly those that it looked at and did not count, each with the reason. They
/// name no person. Of a measure of single records there are as many as the figure says; of one that counts equal values once
/// (`value`) or sums them (`counts`), every record that carries one. A file has all of them.
#[utoipa::path(
    operation_id = "list_score_records",
    tag = "scores",
    params(RecordsQuery, PageQuery),
    responses(
        (
            status = 200,
            description = "A page of records, the earliest first.",
            content(
                (Page<FigureRecord> = "application/json"),
                (String = "text/csv"),
                (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            ),
            headers(("Data-As-Of" = String, description = "Everything until this instant (RFC 3339) is counted."))
        ),
        (status = 400, description = "`measure.unknown`, `part.not_listed`, `cursor.invalid`."),
        (status = 422, description = "`export.too_long`: a file has at most 100,000 rows."),
        (status = 404, description = "There is no such set or agency, or it is out of the caller's reach."),
        (status = 409, description = "`agency.split`, `indicator_set.none_governs`."),
        (status = 503, description = "`figures.not_ready`: a feed or a new measure is still being counted.")
    ),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/scores/records")]
pub(crate) async fn list_score_records(room: Data<Scores>, request: List<RecordsQuery>) -> WebResult {
    let List { actor, query, page } = request;
    let asked = Question::read(&query.set, &query.period, &query.agency, query.structure.as_deref(), None)?;
    let measure = (query.measure, query.part.unwrap_or_default());
    if let Some(file) = file(query.format, query.lang) {
        let (writer, data_as_of) = listing::exported(&room, actor, asked, measure, (page, file)).await?;
        return stamped(writer.reply().await?, data_as_of.0);
    }
    let (page, data_as_of) = listing::records(&room, actor, asked, measure, page).await?;
    stamped(Reply::page(&page)?, data_as_of.0)
}

fn asked(query: &ScoreQuery) -> Result<Question> {
    let (structure, variants) = (query.structure.as_deref(), query.variants.as_deref());
    Question::read(&query.set, &query.period, &query.agency, structure, variants)
}

fn kind_of(text: &str) -> Result<AgencyKind> {
    text.parse().map_err(|_unknown| {
        Error::malformed(
            "parameter.invalid",
            "Tham số `kind` không phải một loại cơ quan.",
            "The parameter `kind` is no kind of agency.",
        )
        .with("parameter", "kind")
    })
}

fn stamped(reply: Reply, data_as_of: DateTime<Utc>) -> WebResult {
    reply.header("Data-As-Of", data_as_of.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}
