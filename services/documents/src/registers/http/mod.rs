//! The API of registers.

pub mod books;
pub mod lines;
pub mod sheet;

use actix_web::get;
use actix_web::web::{Data, Path};
use motcua_kernel::filter::Filter;
use motcua_kernel::{Page, Uuid};
use motcua_web::{List, PageQuery, Read, Reply, TraceContext, WebResult};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::store::Narrow;
pub use super::view::{EntryDecision, Register, RegisterClosing, RegisterDetail, RegisterEntry, RegisterState};
use super::{Registers, read};
use crate::agency_filter::AgencyFilter;

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_registers).service(list_register_entries).service(get_register);
    lines::routes(config);
    books::routes(config);
    sheet::routes(config);
}

fn request_id() -> String {
    TraceContext::current().unwrap_or_default().request_id
}

/// What a list of registers is narrowed to.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegistersQuery {
    /// The agency responsible now, by code or id; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// What they register: `outgoing` or `incoming`.
    #[param(example = "outgoing")]
    pub kind: Option<String>,
    /// The year.
    #[param(example = 2026)]
    pub year: Option<i32>,
    /// The book.
    #[param(example = "QĐ")]
    pub book: Option<String>,
}

/// List registers
///
/// The newest year first, with the last number of each. A register begins with its first number.
#[utoipa::path(
    operation_id = "list_registers",
    tag = "registers",
    params(RegistersQuery, PageQuery),
    responses((status = 200, description = "A page of registers.", body = Page<Register>)),
    security(("bearer" = ["documents:registers:read"]))
)]
#[get("/registers")]
pub(crate) async fn list_registers(room: Data<Registers>, request: List<RegistersQuery>) -> WebResult {
    let List { actor, query, page } = request;
    let agencies = AgencyFilter::read(&room.db, actor.tenant, query.agency.as_deref()).await?;
    let kind =
        query.kind.as_deref().map(|text| text.parse().map_err(|_unknown| Filter::refuse("kind", text))).transpose()?;
    let narrow = Narrow { agencies, kind, year: query.year, book: query.book };
    Reply::page(&read::list(&room, actor, narrow, page).await?)
}

/// Read a register
///
/// With what was signed when it was closed. What was written then is personal data, and its reading is kept in the read
/// audit.
#[utoipa::path(
    operation_id = "get_register",
    tag = "registers",
    params(("id" = Uuid, Path, description = "The register.")),
    responses((status = 200, description = "The register.", body = RegisterDetail)),
    security(("bearer" = ["documents:registers:read"]))
)]
#[get("/registers/{id}")]
pub(crate) async fn get_register(room: Data<Registers>, id: Path<Uuid>, request: Read) -> WebResult {
    let found = read::get(&room, request.actor, *id, request_id()).await?;
    let personal = found.closing_reason.is_some() || found.closing_note.is_some();
    Reply::object(&found, found.register.version, personal)
}

/// List the entries of a register
///
/// In the order of their numbers, none missing, late ones behind the number they follow. Why a number was reserved or is
/// void is personal data: where a page shows it, the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_register_entries",
    tag = "registers",
    params(("id" = Uuid, Path, description = "The register."), PageQuery),
    responses((status = 200, description = "A page of entries.", body = Page<RegisterEntry>)),
    security(("bearer" = ["documents:registers:read"]))
)]
#[get("/registers/{id}/entries")]
pub(crate) async fn list_register_entries(room: Data<Registers>, id: Path<Uuid>, request: List) -> WebResult {
    let page = read::entries(&room, request.actor, *id, request.page, request_id()).await?;
    let personal = page.items.iter().any(RegisterEntry::is_personal);
    let reply = Reply::page(&page)?;
    Ok(if personal { reply.personal() } else { reply })
}
