//! Delegated posts over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use chrono::NaiveDate;
use motcua_agencies::{DelegationEnd, Named};
use motcua_kernel::time::{deserialize_day, deserialize_optional_day};
use motcua_kernel::{Page, Role, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, NoQuery, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{Delegations, ops, read};

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_officer_delegations)
        .service(get_officer_delegation)
        .service(create_officer_delegation)
        .service(create_officer_delegation_revocation);
}

/// An officer's account, without a name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Account {
    /// Id in the directory.
    pub id: Uuid,
    /// Issuer of the tokens.
    #[schema(example = "https://login.quangtri.example/realms/motcua")]
    pub issuer: String,
    /// The account at the issuer.
    #[schema(example = "officer-h50-12-approver")]
    pub subject: String,
}

/// Delegated post (ủy quyền): a role of one officer, on which another may act for a time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Delegation {
    /// Its id.
    pub id: Uuid,
    /// Whose post it is (người ủy quyền).
    pub delegator: Account,
    /// Who may act on it (người được ủy quyền).
    pub delegate: Account,
    /// Where the post is held; it reaches what is below.
    pub agency: Named,
    /// The role.
    pub role: Role,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day on which it no longer holds.
    pub valid_to: NaiveDate,
    /// First day on which it no longer held, when it ended before its time.
    pub ended_on: Option<NaiveDate>,
    /// Why it ended before its time.
    pub end_reason: Option<DelegationEnd>,
    /// The decision it rests on.
    #[schema(example = "12/QĐ-UBND")]
    pub legal_basis: Option<String>,
}

/// A post to delegate.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "delegate": "officer-h50-12-clerk",
    "agency": "H50.12",
    "role": "approver",
    "valid_from": "2026-12-01",
    "valid_to": "2026-12-15",
    "legal_basis": "12/QĐ-UBND"
}))]
pub struct CreateDelegation {
    /// Who may act on it: id of the officer, or the account at the installation's issuer.
    #[schema(example = "officer-h50-12-clerk")]
    pub delegate: String,
    /// Code or id of the agency where the post is held.
    #[schema(example = "H50.12")]
    pub agency: String,
    /// The role, held there by the officer in their own right on every day of the delegation.
    pub role: Role,
    /// First day; today when left out, and not before it.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub valid_from: Option<NaiveDate>,
    /// First day on which it no longer holds.
    #[serde(deserialize_with = "deserialize_day")]
    pub valid_to: NaiveDate,
    /// Number of the decision it rests on, at most 200 characters. It is told to every follower of events: no names.
    #[schema(example = "12/QĐ-UBND")]
    pub legal_basis: Option<String>,
}

/// The end of a delegation before its time.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"ends_on": "2026-12-10"}))]
pub struct CreateDelegationRevocation {
    /// First day on which it no longer holds; today when left out, and not before it.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub ends_on: Option<NaiveDate>,
}

/// Delegations from and to an officer, the newest first
///
/// For the officer, and for administrators who may see the officer.
#[utoipa::path(
    operation_id = "list_officer_delegations",
    tag = "directory",
    params(("id" = Uuid, Path, description = "Id of the officer."), PageQuery),
    responses((status = 200, description = "A page of delegations.", body = Page<Delegation>)),
    security(("bearer" = ["documents:directory:read"]))
)]
#[get("/officers/{id}/delegations")]
async fn list_officer_delegations(room: Data<Delegations>, id: Path<Uuid>, request: List) -> WebResult {
    Reply::page(&read::list(&room, request.actor, id.into_inner(), request.page).await?)
}

/// One delegation from or to an officer
#[utoipa::path(
    operation_id = "get_officer_delegation",
    tag = "directory",
    params(
        ("id" = Uuid, Path, description = "Id of the officer."),
        ("delegation_id" = Uuid, Path, description = "Id of the delegation.")
    ),
    responses((status = 200, description = "The delegation.", body = Delegation)),
    security(("bearer" = ["documents:directory:read"]))
)]
#[get("/officers/{id}/delegations/{delegation_id}")]
async fn get_officer_delegation(room: Data<Delegations>, ids: Path<(Uuid, Uuid)>, request: Read<NoQuery>) -> WebResult {
    let (of, id) = ids.into_inner();
    let (delegation, version) = read::get(&room, request.actor, of, id).await?;
    Reply::object(&delegation, version, false)
}

/// Delegate a post of an officer to another officer for a time
///
/// For the officer whose post it is, and for administrators of the agency. What is held by delegation can't be delegated
/// again. What is done on the post in that time is recorded with both officers.
#[utoipa::path(
    operation_id = "create_officer_delegation",
    tag = "directory",
    params(("id" = Uuid, Path, description = "Id of the officer whose post it is.")),
    request_body = CreateDelegation,
    responses((status = 201, description = "The delegation.", body = Delegation)),
    security(("bearer" = ["documents:directory:write"]))
)]
#[post("/officers/{id}/delegations")]
async fn create_officer_delegation(
    room: Data<Delegations>,
    id: Path<Uuid>,
    request: Write<CreateDelegation>,
) -> WebResult {
    Reply::answer(ops::create(&room, request.actor, request.idempotency, id.into_inner(), request.body).await?)
}

/// End a delegation before its time
///
/// For who gave it, for who has it, and for administrators of the agency. It ends by itself when the post behind it ends
/// or one of the two accounts is closed.
#[utoipa::path(
    operation_id = "create_officer_delegation_revocation",
    tag = "directory",
    params(
        ("id" = Uuid, Path, description = "Id of the officer."),
        ("delegation_id" = Uuid, Path, description = "Id of the delegation."),
        IfMatch
    ),
    request_body = CreateDelegationRevocation,
    responses((status = 200, description = "The delegation.", body = Delegation)),
    security(("bearer" = ["documents:directory:write"]))
)]
#[post("/officers/{id}/delegations/{delegation_id}/revocations")]
async fn create_officer_delegation_revocation(
    room: Data<Delegations>,
    ids: Path<(Uuid, Uuid)>,
    request: Write<CreateDelegationRevocation>,
) -> WebResult {
    let (of, id) = ids.into_inner();
    let target = (of, id, request.require_match()?);
    Reply::answer(ops::end(&room, request.actor, request.idempotency, target, request.body).await?)
}
