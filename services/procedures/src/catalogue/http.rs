//! The API of the catalogue.

use actix_web::get;
use actix_web::web::{Data, Path};
use motcua_kernel::filter::Filter;
use motcua_kernel::{Page, Result, Uuid, text};
use motcua_web::{List, PageQuery, Read, Reply, WebResult};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::agencies::Asked;
use super::content::DatabaseText;
use super::from_national::word;
use super::national::{Audience, Level, WARNINGS};
use super::rules::ProcedureStatus;
use super::store::{Narrow, Sort};
use super::view::{
    Import, ImportRefusal, Procedure, ProcedureSummary, ProcedureVersion, ProcedureVersionSummary, ProcedureWarning,
    ProcedureWarningCodes,
};
use super::{Catalogue, drafts, read, transitions};

/// The longest search.
const LONGEST_SEARCH: usize = 200;

/// Registers the handlers.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_procedures)
        .service(get_procedure)
        .service(list_procedure_versions)
        .service(list_procedure_warnings)
        .service(get_procedure_form)
        .service(get_procedure_version)
        .service(list_procedure_warning_codes)
        .service(list_procedure_databases)
        .service(list_imports)
        .service(list_import_refusals);
    drafts::http::routes(config);
    config.service(transitions::create_procedure_transition);
}

/// What a list of procedures is narrowed to.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProceduresQuery {
    /// Code, one or `in:` several.
    #[param(example = "2.002080")]
    pub code: Option<String>,
    /// Field, by code or by name, whatever its diacritics; one or `in:` several.
    #[param(example = "ho tich")]
    pub field: Option<String>,
    /// Level that carries it out, one or `in:` several: `ministry`, `province`, `district`, `commune`, `other_body`.
    #[param(example = "in:province,commune")]
    pub level: Option<String>,
    /// Who may ask for it, one or `in:` several: `citizen`, `enterprise`, `organisation` …
    #[param(example = "citizen")]
    pub audience: Option<String>,
    /// `offered`, `not_local`, `suspended` or `abolished`, one or `in:` several.
    #[param(example = "offered")]
    pub status: Option<String>,
    /// Agency that offers or decides it, by code or id; `under:` it and all below. A procedure that names no agency is
    /// offered by every agency of its level.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// `name`, or `popular` for those with most dossiers in the last twelve months first; by name when absent.
    #[param(example = "popular")]
    pub sort: Option<String>,
    /// Whether warnings stand on it.
    pub has_warnings: Option<bool>,
    /// Code of a warning that stands on it, one or `in:` several.
    #[param(example = "term.unit_missing")]
    pub warning: Option<String>,
    /// Words that all stand in its name or code, whatever their diacritics; at most 200 characters.
    #[param(example = "khai sinh")]
    pub q: Option<String>,
}

/// List procedures
///
/// By name, or the popular ones first. A procedure stands here whether or not it is complete; its warnings say what its source lacks.
#[utoipa::path(
    operation_id = "list_procedures",
    tag = "catalogue",
    params(ProceduresQuery, PageQuery),
    responses((status = 200, description = "A page of procedures.", body = Page<ProcedureSummary>)),
    security(("bearer" = ["procedures:catalogue:read"]))
)]
#[get("/procedures")]
async fn list_procedures(room: Data<Catalogue>, request: List<ProceduresQuery>) -> WebResult {
    let narrow = narrow(&request.query)?;
    Reply::page(&read::procedures(&room, &request.actor, narrow, request.page).await?)
}

fn narrow(query: &ProceduresQuery) -> Result<Narrow> {
    let anything = |_: &str| true;
    let status = |word: &str| ProcedureStatus::from_word(word);
    let level = |word: &str| serde_json::from_value::<Level>(json!(word)).is_ok();
    let audience = |word: &str| serde_json::from_value::<Audience>(json!(word)).ok();
    let warning = |word: &str| WARNINGS.iter().any(|row| row.code == word);
    let mut fields = one_of("field", query.field.as_deref(), anything)?;
    let folded: Vec<String> = fields.iter().map(|field| text::fold(field)).collect();
    fields.extend(folded);
    let search = query.q.as_deref().unwrap_or_default();
    if search.chars().count() > LONGEST_SEARCH {
        return Err(Filter::refuse("q", search));
    }
    Ok(Narrow {
        codes: one_of("code", query.code.as_deref(), anything)?,
        fields,
        levels: one_of("level", query.level.as_deref(), level)?,
        // Read and written again, because an audience may be written in two ways.
        audience: one_of("audience", query.audience.as_deref(), |word| audience(word).is_some())?
            .iter()
            .filter_map(|who| audience(who))
            .map(|who| word(&who))
            .collect::<Result<_>>()?,
        statuses: one_of("status", query.status.as_deref(), |word| status(word).is_some())?
            .iter()
            .filter_map(|word| status(word))
            .collect(),
        agency: Asked::read(query.agency.as_deref())?,
        sort: match query.sort.as_deref() {
            None | Some("name") => Sort::Name,
            Some("popular") => Sort::Popular,
            Some(other) => return Err(Filter::refuse("sort", other)),
        },
        has_warnings: query.has_warnings,
        warnings: one_of("warning", query.warning.as_deref(), warning)?,
        words: text::fold(search).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
    })
}

/// The words of a filter that takes one or several of some; none when it is not given.
fn one_of(name: &str, given: Option<&str>, allowed: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let Some(given) = given else { return Ok(Vec::new()) };
    let words = match Filter::parse(name, given)? {
        Filter::Is(word) => vec![word],
        Filter::In(words) => words,
        _ => return Err(Filter::refuse(name, given)),
    };
    if words.iter().all(|word| allowed(word)) { Ok(words) } else { Err(Filter::refuse(name, given)) }
}

/// Read a procedure
///
/// With its current version, whole.
#[utoipa::path(
    operation_id = "get_procedure",
    tag = "catalogue",
    params(("id" = Uuid, Path, description = "The procedure.")),
    responses((status = 200, description = "The procedure.", body = Procedure)),
    security(("bearer" = ["procedures:catalogue:read"]))
)]
#[get("/procedures/{id}")]
async fn get_procedure(room: Data<Catalogue>, id: Path<Uuid>, request: Read) -> WebResult {
    let (procedure, version) = read::procedure(&room, &request.actor, *id).await?;
    Reply::object(&procedure, version, false)
}

/// List the versions of a procedure
///
/// The last to come into force first, planned ones before the one in force. A dossier stays with the version that was in force when it was submitted.
#[utoipa::path(
    operation_id = "list_procedure_versions",
    tag = "catalogue",
    params(("id" = Uuid, Path, description = "The procedure."), PageQuery),
    responses((status = 200, description = "A page of versions.", body = Page<ProcedureVersionSummary>)),
    security(("bearer" = ["procedures:catalogue:read"]))
)]
#[get("/procedures/{id}/versions")]
async fn list_procedure_versions(room: Data<Catalogue>, id: Path<Uuid>, request: List) -> WebResult {
    Reply::page(&read::versions(&room, &request.actor, *id, request.page).await?)
}

/// List the warnings of a procedure
///
/// Those on its current version, in the order of the parts of the source's record.
#[utoipa::path(
    operation_id = "list_procedure_warnings",
    tag = "catalogue",
    params(("id" = Uuid, Path, description = "The procedure."), PageQuery),
    responses((status = 200, description = "A page of warnings.", body = Page<ProcedureWarning>)),
    security(("bearer" = ["procedures:catalogue:read"]))
)]
#[get("/procedures/{id}/warnings")]
async fn list_procedure_warnings(room: Data<Catalogue>, id: Path<Uuid>, request: List) -> WebResult {
    Reply::page(&read::warnings(&room, &request.actor, *id, request.page).await?)
}

/// Read the form of a procedure
///
/// The JSON Schema (2020-12) of the electronic form of its current version; 404 when it has none.
#[utoipa::path(
    operation_id = "get_procedure_form",
    tag = "catalogue",
    params(("id" = Uuid, Path, description = "The procedure.")),
    responses((status = 200, description = "The JSON Schema.", body = Object)),
    security(("bearer" = ["procedures:catalogue:read"]))
)]
#[get("/procedures/{id}/form")]
async fn get_procedure_form(room: Data<Catalogue>, id: Path<Uuid>, request: Read) -> WebResult {
    let form: Value = read::form(&room, &request.actor, *id).await?;
    Reply::object(&form, None, false)
}

/// Read a version of a procedure
///
/// By its id, in force or not: what a dossier is pinned to.
#[utoipa::path(
    operation_id = "get_procedure_version",
    tag = "catalogue",
    params(("id" = Uuid, Path, description = "The version.")),
    responses((status = 200, description = "The version.", body = ProcedureVersion)),
    security(("bearer" = ["procedures:catalogue:read"]))
)]
#[get("/procedure-versions/{id}")]
async fn get_procedure_version(room: Data<Catalogue>, id: Path<Uuid>, request: Read) -> WebResult {
    let version = read::version(&room, &request.actor, *id).await?;
    Reply::object(&version, None, false)
}

/// List the codes of warnings
///
/// Every code a warning or a refusal of a line may have, with its text.
#[utoipa::path(
    operation_id = "list_procedure_warning_codes",
    tag = "catalogue",
    responses((status = 200, description = "The codes.", body = ProcedureWarningCodes)),
    security(("bearer" = ["procedures:catalogue:read"]))
)]
#[get("/procedure-warning-codes")]
async fn list_procedure_warning_codes(request: Read) -> WebResult {
    request.actor.require_scope(read::SCOPE)?;
    Reply::object(&ProcedureWarningCodes::all(), None, false)
}

/// List the databases a procedure may be connected to
///
/// Those whose data replace papers (Resolution 66.7/2025/NQ-CP).
#[utoipa::path(
    operation_id = "list_procedure_databases",
    tag = "catalogue",
    responses((status = 200, description = "The databases.", body = Vec<DatabaseText>)),
    security(("bearer" = ["procedures:catalogue:read"]))
)]
#[get("/procedure-databases")]
async fn list_procedure_databases(request: Read) -> WebResult {
    request.actor.require_scope(read::SCOPE)?;
    Reply::object(&DatabaseText::all(), None, false)
}

/// List imports
///
/// The newest first, with how their lines ended.
#[utoipa::path(
    operation_id = "list_imports",
    tag = "catalogue",
    params(PageQuery),
    responses((status = 200, description = "A page of imports.", body = Page<Import>)),
    security(("bearer" = ["procedures:catalogue:read"]))
)]
#[get("/imports")]
async fn list_imports(room: Data<Catalogue>, request: List) -> WebResult {
    Reply::page(&read::imports(&room, &request.actor, request.page).await?)
}

/// List the lines an import refused
///
/// In the order of the file, each with its reason.
#[utoipa::path(
    operation_id = "list_import_refusals",
    tag = "catalogue",
    params(("id" = Uuid, Path, description = "The import."), PageQuery),
    responses((status = 200, description = "A page of refused lines.", body = Page<ImportRefusal>)),
    security(("bearer" = ["procedures:catalogue:read"]))
)]
#[get("/imports/{id}/refusals")]
async fn list_import_refusals(room: Data<Catalogue>, id: Path<Uuid>, request: List) -> WebResult {
    Reply::page(&read::refusals(&room, &request.actor, *id, request.page).await?)
}
