//! Officers and clients over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use chrono::NaiveDate;
use motcua_agencies::Named;
use motcua_kernel::time::deserialize_optional_day;
use motcua_kernel::{Page, Role, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, NoQuery, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{People, ops, read};

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_officers)
        .service(create_officer)
        .service(get_officer)
        .service(create_officer_grant)
        .service(create_officer_revocation)
        .service(create_officer_transition)
        .service(list_clients)
        .service(create_client)
        .service(get_client)
        .service(create_client_transition);
}

/// Which officers, and which page of them.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfficersQuery {
    /// Code or id of the agency where they hold a role today, or `under:` for one and everything below it.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// The role they hold today, or `in:` several.
    #[param(example = "approver")]
    pub role: Option<String>,
}

/// Officer (cán bộ, công chức): an account with what it may do where.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Officer {
    /// Id in the directory.
    pub id: Uuid,
    /// Issuer of the tokens.
    #[schema(example = "https://login.quangtri.example/realms/motcua")]
    pub issuer: String,
    /// The account at the issuer.
    #[schema(example = "officer-h50-12-clerk")]
    pub subject: String,
    /// Full name: personal data.
    #[schema(example = "Phạm Văn Vào Sổ")]
    pub name: Option<String>,
    /// E-mail address at work: personal data.
    #[schema(example = "officer@quangtri.example")]
    pub email: Option<String>,
    /// False when the account is closed.
    pub active: bool,
    /// Roles, past, present and to come.
    pub grants: Vec<Grant>,
}

/// A role held in an agency for a time. It reaches what is below the agency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Grant {
    /// Where.
    pub agency: Named,
    /// What.
    pub role: Role,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day on which it is no longer held; null while open-ended.
    pub valid_to: Option<NaiveDate>,
}

/// A new officer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "subject": "officer-h50-12-clerk-2",
    "name": "Phạm Văn Vào Sổ",
    "email": "vaoso@quangtri.example",
    "grants": [{"agency": "H50.12", "role": "clerk"}]
}))]
pub struct CreateOfficer {
    /// Issuer of the tokens; the installation's own when left out.
    pub issuer: Option<String>,
    /// The account at the issuer.
    #[schema(example = "officer-h50-12-clerk-2")]
    pub subject: String,
    /// Full name, at most 200 characters.
    #[schema(example = "Phạm Văn Vào Sổ")]
    pub name: String,
    /// E-mail address at work.
    #[schema(example = "officer@quangtri.example")]
    pub email: Option<String>,
    /// What the officer may do where: one at least, all within the caller's reach.
    #[schema(min_items = 1)]
    pub grants: Vec<CreateGrant>,
}

/// A role to hold.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agency": "H50.12", "role": "approver", "valid_from": "2026-12-01", "valid_to": "2027-06-01"}))]
pub struct CreateGrant {
    /// Code or id of the agency, which must be open.
    #[schema(example = "H50.12")]
    pub agency: String,
    /// The role.
    pub role: Role,
    /// First day; today when left out.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub valid_from: Option<NaiveDate>,
    /// First day on which it is no longer held.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub valid_to: Option<NaiveDate>,
}

/// A role to give back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agency": "H50.12", "role": "clerk", "ends_on": "2026-12-01"}))]
pub struct CreateRevocation {
    /// Code or id of the agency.
    #[schema(example = "H50.12")]
    pub agency: String,
    /// The role.
    pub role: Role,
    /// First day on which it is no longer held; today when left out.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub ends_on: Option<NaiveDate>,
}

/// What to do with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountAction {
    /// Close it: its tokens are refused.
    Disable,
    /// Open it again.
    Enable,
}

/// A change of an account's state.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"action": "disable"}))]
pub struct AccountTransition {
    /// What to do.
    pub action: AccountAction,
}

/// API client (ứng dụng): a portal or another agency's system that calls this API.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Client {
    /// Id in the directory.
    pub id: Uuid,
    /// Issuer of the tokens.
    pub issuer: String,
    /// Client id at the issuer.
    #[schema(example = "portal-quangtri")]
    pub subject: String,
    /// What it is called.
    #[schema(example = "Cổng dịch vụ công tỉnh Quảng Trị")]
    pub name: String,
    /// The agency that answers for it.
    pub owner_agency: Option<Named>,
    /// False when it was disabled.
    pub active: bool,
}

/// A new client.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "subject": "portal-quangtri",
    "name": "Cổng dịch vụ công tỉnh Quảng Trị",
    "owner_agency": "H50"
}))]
pub struct CreateClient {
    /// Issuer of the tokens; the installation's own when left out.
    pub issuer: Option<String>,
    /// Client id at the issuer.
    #[schema(example = "portal-quangtri")]
    pub subject: String,
    /// What it is called, at most 200 characters.
    #[schema(example = "Cổng dịch vụ công tỉnh Quảng Trị")]
    pub name: String,
    /// Code or id of the agency that answers for it, which must be open.
    #[schema(example = "H50")]
    pub owner_agency: String,
}

/// Officers within the caller's reach, by subject
///
/// Shows names, which are personal data: the request leaves an entry in the read audit.
#[utoipa::path(
    operation_id = "list_officers",
    tag = "directory",
    params(OfficersQuery, PageQuery),
    responses((status = 200, description = "A page of officers.", body = Page<Officer>)),
    security(("bearer" = ["documents:directory:read"]))
)]
#[get("/officers")]
async fn list_officers(room: Data<People>, request: List<OfficersQuery>) -> WebResult {
    let List { actor, query, page } = request;
    Ok(Reply::page(&read::list_officers(&room, actor, &query, page).await?)?.personal())
}

/// One officer
///
/// Shows a name, which is personal data: the request leaves an entry in the read audit.
#[utoipa::path(
    operation_id = "get_officer",
    tag = "directory",
    params(("id" = Uuid, Path, description = "Id of the officer.")),
    responses((status = 200, description = "The officer.", body = Officer)),
    security(("bearer" = ["documents:directory:read"]))
)]
#[get("/officers/{id}")]
async fn get_officer(room: Data<People>, id: Path<Uuid>, request: Read<NoQuery>) -> WebResult {
    let (officer, version) = read::get_officer(&room, request.actor, id.into_inner()).await?;
    Reply::object(&officer, version, true)
}

/// Add an officer
#[utoipa::path(
    operation_id = "create_officer",
    tag = "directory",
    request_body = CreateOfficer,
    responses((status = 201, description = "The officer.", body = Officer)),
    security(("bearer" = ["documents:directory:write"]))
)]
#[post("/officers")]
async fn create_officer(room: Data<People>, request: Write<CreateOfficer>) -> WebResult {
    Reply::answer(ops::create_officer(&room, request.actor, request.idempotency, request.body).await?)
}

/// Give an officer a role
#[utoipa::path(
    operation_id = "create_officer_grant",
    tag = "directory",
    params(("id" = Uuid, Path, description = "Id of the officer."), IfMatch),
    request_body = CreateGrant,
    responses((status = 200, description = "The officer.", body = Officer)),
    security(("bearer" = ["documents:directory:write"]))
)]
#[post("/officers/{id}/grants")]
async fn create_officer_grant(room: Data<People>, id: Path<Uuid>, request: Write<CreateGrant>) -> WebResult {
    let target = (id.into_inner(), request.require_match()?);
    Reply::answer(ops::grant(&room, request.actor, request.idempotency, target, request.body).await?)
}

/// Take a role back from an officer
///
/// It ends on a day; one that would have begun later is gone.
#[utoipa::path(
    operation_id = "create_officer_revocation",
    tag = "directory",
    params(("id" = Uuid, Path, description = "Id of the officer."), IfMatch),
    request_body = CreateRevocation,
    responses((status = 200, description = "The officer.", body = Officer)),
    security(("bearer" = ["documents:directory:write"]))
)]
#[post("/officers/{id}/revocations")]
async fn create_officer_revocation(room: Data<People>, id: Path<Uuid>, request: Write<CreateRevocation>) -> WebResult {
    let target = (id.into_inner(), request.require_match()?);
    Reply::answer(ops::revoke(&room, request.actor, request.idempotency, target, request.body).await?)
}

/// Close or open an officer's account
///
/// For administrators of every agency where the officer holds a role.
#[utoipa::path(
    operation_id = "create_officer_transition",
    tag = "directory",
    params(("id" = Uuid, Path, description = "Id of the officer."), IfMatch),
    request_body = AccountTransition,
    responses((status = 200, description = "The officer.", body = Officer)),
    security(("bearer" = ["documents:directory:write"]))
)]
#[post("/officers/{id}/transitions")]
async fn create_officer_transition(room: Data<People>, id: Path<Uuid>, request: Write<AccountTransition>) -> WebResult {
    let target = (id.into_inner(), request.require_match()?);
    Reply::answer(ops::move_officer(&room, request.actor, request.idempotency, target, request.body).await?)
}

/// API clients within the caller's reach, by subject
#[utoipa::path(
    operation_id = "list_clients",
    tag = "directory",
    params(PageQuery),
    responses((status = 200, description = "A page of clients.", body = Page<Client>)),
    security(("bearer" = ["documents:directory:read"]))
)]
#[get("/clients")]
async fn list_clients(room: Data<People>, request: List) -> WebResult {
    Reply::page(&read::list_clients(&room, request.actor, request.page).await?)
}

/// One API client
#[utoipa::path(
    operation_id = "get_client",
    tag = "directory",
    params(("id" = Uuid, Path, description = "Id of the client.")),
    responses((status = 200, description = "The client.", body = Client)),
    security(("bearer" = ["documents:directory:read"]))
)]
#[get("/clients/{id}")]
async fn get_client(room: Data<People>, id: Path<Uuid>, request: Read<NoQuery>) -> WebResult {
    let (client, version) = read::get_client(&room, request.actor, id.into_inner()).await?;
    Reply::object(&client, version, false)
}

/// Register an API client
#[utoipa::path(
    operation_id = "create_client",
    tag = "directory",
    request_body = CreateClient,
    responses((status = 201, description = "The client.", body = Client)),
    security(("bearer" = ["documents:directory:write"]))
)]
#[post("/clients")]
async fn create_client(room: Data<People>, request: Write<CreateClient>) -> WebResult {
    Reply::answer(ops::create_client(&room, request.actor, request.idempotency, request.body).await?)
}

/// Disable or enable an API client
#[utoipa::path(
    operation_id = "create_client_transition",
    tag = "directory",
    params(("id" = Uuid, Path, description = "Id of the client."), IfMatch),
    request_body = AccountTransition,
    responses((status = 200, description = "The client.", body = Client)),
    security(("bearer" = ["documents:directory:write"]))
)]
#[post("/clients/{id}/transitions")]
async fn create_client_transition(room: Data<People>, id: Path<Uuid>, request: Write<AccountTransition>) -> WebResult {
    let target = (id.into_inner(), request.require_match()?);
    Reply::answer(ops::move_client(&room, request.actor, request.idempotency, target, request.body).await?)
}
