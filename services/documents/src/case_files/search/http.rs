//! The API of finding case files.

use actix_web::post;
use actix_web::web::Data;
use motcua_kernel::Page;
use motcua_web::{Reply, WebResult, Write};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::ops;
use crate::case_files::CaseFiles;
use crate::case_files::files::rules::State;
use crate::case_files::files::view::CaseFileSummary;
use crate::case_files::retention::RetentionPeriod;

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(search_case_files);
}

/// What is searched. In the body and not in the address, because a title may name a person.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"q": "\"tuyển dụng\" công chức", "agency": "under:H50", "states": ["open", "closed"]}))]
pub struct SearchCaseFiles {
    /// Words, all of which must be there, at most 200 characters; phrases between quotation marks. Diacritics and case make
    /// no difference, nor do Ð and Đ. Everything when left out.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub q: Option<String>,
    /// The agency responsible now, by code or id; `under:` it and all below.
    #[serde(default)]
    pub agency: Option<String>,
    /// The year of the plan.
    #[serde(default)]
    pub year: Option<i32>,
    /// Where they stand.
    #[serde(default)]
    pub states: Option<Vec<State>>,
    /// How long they are kept.
    #[serde(default)]
    pub retention: Option<RetentionPeriod>,
    /// How many hits, 1 to 200; 50 when left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// Search case files
///
/// In code, notation, title and description, and in what their line of the file plan says; those whose work began last
/// first, those the caller may see. `next` says that there are more of these, and nothing of what the caller may not see.
/// The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "search_case_files",
    tag = "case files",
    request_body = SearchCaseFiles,
    responses(
        (status = 200, description = "A page of case files.", body = Page<CaseFileSummary>),
        (status = 422, description = "`search.no_words`, `search.too_long`.")
    ),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[post("/case-files/search")]
pub(crate) async fn search_case_files(room: Data<CaseFiles>, request: Write<SearchCaseFiles>) -> WebResult {
    Reply::object(&ops::search(&room, request.actor, request.body).await?, None, true)
}
