//! Signing authorities over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::filter::Filter;
use motcua_kernel::time::{deserialize_day, deserialize_optional_day, parse_day};
use motcua_kernel::{Page, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, NoQuery, PageQuery, Read, Reply, TraceContext, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::rules::Capacity;
use super::{SigningAuthorities, ops, read};

/// The scope by which authorities are read.
pub(super) const READ: &str = "documents:directory:read";
/// The scope by which they are recorded.
pub(super) const WRITE: &str = "documents:directory:write";

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_signing_authorities)
        .service(create_signing_authority)
        .service(get_signing_authority)
        .service(create_signing_authority_ending);
}

/// Signing authority (thẩm quyền ký): by it an officer signs documents of an agency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SigningAuthority {
    /// Its id.
    pub id: Uuid,
    /// The agency that is signed for, with the code it had when this was recorded.
    pub agency: Named,
    /// Who signs.
    pub officer_id: Uuid,
    /// In which capacity.
    pub capacity: Capacity,
    /// What stands above the post on the document; empty for the head. A deputy's second line follows a line break.
    #[schema(example = "KT. CHỦ TỊCH")]
    pub prefix: String,
    /// The post of who signs, as it stands above the name.
    #[schema(example = "PHÓ CHỦ TỊCH")]
    pub position: String,
    /// The types of document it is for, by code; `null` for all.
    pub document_types: Option<Vec<String>>,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day on which it no longer holds.
    pub valid_to: Option<NaiveDate>,
    /// The decision it rests on.
    #[schema(example = "1201/QĐ-TTg")]
    pub legal_basis: String,
    /// The headship under which an authorisation was given; it ends with that.
    pub given_under_id: Option<Uuid>,
    /// When it was recorded.
    pub granted_at: DateTime<Utc>,
    /// First day on which it no longer held, when it was ended before its time.
    pub ended_on: Option<NaiveDate>,
    /// Why it was ended. Personal data.
    pub end_reason: Option<String>,
    /// Rises with every change.
    pub version: i64,
}

/// An authority to record.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "officer": "officer-h50-leader",
    "capacity": "deputy",
    "position": "PHÓ CHỦ TỊCH",
    "valid_from": "2026-07-01",
    "legal_basis": "1201/QĐ-TTg"
}))]
pub struct CreateSigningAuthority {
    /// Who signs: id of the officer, or the account at the installation's issuer; with a post in the agency or below it.
    #[schema(example = "officer-h50-leader")]
    pub officer: String,
    /// In which capacity.
    pub capacity: Capacity,
    /// The post of who signs, at most 100 characters.
    #[schema(max_length = 100, example = "PHÓ CHỦ TỊCH")]
    pub position: String,
    /// Whom the prefix names, at most 100 characters: the title of the head, or the body for `collective`. The post of the
    /// head there is when left out; needed for `collective`, and where there is no head.
    #[schema(max_length = 100, example = "CHỦ TỊCH")]
    pub for_title: Option<String>,
    /// Whose place a deputy takes under the prefix, at most 100 characters: the head of the unit for `by_order_deputy`,
    /// the chair for a vice chair who signs for a body.
    #[schema(max_length = 100, example = "CHÁNH VĂN PHÒNG")]
    pub deputy_of: Option<String>,
    /// The types of document it is for, by code; all when left out. Needed for `by_order`, `by_order_deputy` and
    /// `authorised`.
    pub document_types: Option<Vec<String>>,
    /// First day, not before the agency existed; today when left out.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub valid_from: Option<NaiveDate>,
    /// First day on which it no longer holds; needed for `authorised`.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub valid_to: Option<NaiveDate>,
    /// Number of the decision it rests on, at most 200 characters. It is told to every follower of events: no names.
    #[schema(max_length = 200, example = "1201/QĐ-TTg")]
    pub legal_basis: String,
}

/// The end of an authority before its time.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"on": "2026-12-01", "reason": "Nghỉ hưu theo chế độ"}))]
pub struct CreateSigningAuthorityEnding {
    /// First day on which it no longer holds, not before today.
    #[serde(deserialize_with = "deserialize_day")]
    pub on: NaiveDate,
    /// Why, at most 500 characters. Personal data.
    #[schema(max_length = 500)]
    pub reason: String,
}

/// What a list of authorities is narrowed to.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SigningAuthoritiesQuery {
    /// Those that hold on this day; today when left out, `any` for all there ever were.
    #[param(example = "2026-11-21")]
    pub on: Option<String>,
}

/// Who may sign for an agency
///
/// The newest first, those that hold on a day. A reading that shows why one was ended is kept in the read audit.
#[utoipa::path(
    operation_id = "list_signing_authorities",
    tag = "signing authorities",
    params(("id" = Uuid, Path, description = "The agency."), SigningAuthoritiesQuery, PageQuery),
    responses((status = 200, description = "A page of authorities.", body = Page<SigningAuthority>)),
    security(("bearer" = ["documents:directory:read"]))
)]
#[get("/agencies/{id}/signing-authorities")]
pub(crate) async fn list_signing_authorities(
    room: Data<SigningAuthorities>,
    id: Path<Uuid>,
    request: List<SigningAuthoritiesQuery>,
) -> WebResult {
    let List { actor, query, page } = request;
    let today = room.db.clock.business().day_in_vietnam();
    let on = match query.on.as_deref() {
        None => Some(today),
        Some("any") => None,
        Some(text) => Some(parse_day(text).ok_or_else(|| Filter::refuse("on", text))?),
    };
    Ok(Reply::page(&read::list(&room, actor, *id, on, page, request_id()).await?)?.personal())
}

/// Record who may sign for an agency
///
/// By an administrator or leader of the agency or above in their own name, for somebody else; `authorised` by the head or acting head alone,
/// for a time and on a written decision, and never passed on. An agency has one head or acting head on a day.
#[utoipa::path(
    operation_id = "create_signing_authority",
    tag = "signing authorities",
    params(("id" = Uuid, Path, description = "The agency.")),
    request_body = CreateSigningAuthority,
    responses(
        (status = 201, description = "The authority.", body = SigningAuthority),
        (status = 409, description = "`agency.closed` naming the successor, or `signing.head_exists`.")
    ),
    security(("bearer" = ["documents:directory:write"]))
)]
#[post("/agencies/{id}/signing-authorities")]
pub(crate) async fn create_signing_authority(
    room: Data<SigningAuthorities>,
    id: Path<Uuid>,
    request: Write<CreateSigningAuthority>,
) -> WebResult {
    Reply::answer(ops::grant(&room, request.actor, request.idempotency, *id, request.body).await?)
}

/// One signing authority
#[utoipa::path(
    operation_id = "get_signing_authority",
    tag = "signing authorities",
    params(("id" = Uuid, Path, description = "The authority.")),
    responses((status = 200, description = "The authority.", body = SigningAuthority)),
    security(("bearer" = ["documents:directory:read"]))
)]
#[get("/signing-authorities/{id}")]
pub(crate) async fn get_signing_authority(
    room: Data<SigningAuthorities>,
    id: Path<Uuid>,
    request: Read<NoQuery>,
) -> WebResult {
    let authority = read::get(&room, request.actor, *id, request_id()).await?;
    Reply::object(&authority, authority.version, true)
}

/// End a signing authority before its time
///
/// By an administrator or leader of the agency or above; an authorisation also by whoever gave it and whoever has it.
#[utoipa::path(
    operation_id = "create_signing_authority_ending",
    tag = "signing authorities",
    params(("id" = Uuid, Path, description = "The authority."), IfMatch),
    request_body = CreateSigningAuthorityEnding,
    responses(
        (status = 200, description = "The authority.", body = SigningAuthority),
        (status = 409, description = "`signing.ended`: it is over already.")
    ),
    security(("bearer" = ["documents:directory:write"]))
)]
#[post("/signing-authorities/{id}/ending")]
pub(crate) async fn create_signing_authority_ending(
    room: Data<SigningAuthorities>,
    id: Path<Uuid>,
    request: Write<CreateSigningAuthorityEnding>,
) -> WebResult {
    let target = (*id, request.require_match()?);
    Reply::answer(ops::end(&room, request.actor, request.idempotency, target, request.body).await?)
}

fn request_id() -> String {
    TraceContext::current().unwrap_or_default().request_id
}
