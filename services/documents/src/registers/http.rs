//! The API of registers.

use std::collections::BTreeMap;

use actix_web::get;
use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::filter::Filter;
use motcua_kernel::{Error, Page, Result, Uuid};
use motcua_web::{List, PageQuery, Reply, WebResult};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::rules::{RegisterKind, full_number};
use super::store::{EntryRow, Narrow, RegisterRow};
use super::{Registers, ops};
use crate::agency_filter::AgencyFilter;

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_registers).service(list_register_entries);
}

/// A register (sổ đăng ký văn bản): one book of an agency in one year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Register {
    /// Its id.
    pub id: Uuid,
    /// The agency whose documents it numbers.
    pub agency: Named,
    /// The agency responsible for it now: the same, or the one that went on with its work.
    pub responsible_agency: Named,
    /// What it registers.
    pub kind: RegisterKind,
    /// Its book: the abbreviation of the one document type in it, or the name the agency gave.
    #[schema(example = "QĐ")]
    pub book: String,
    /// Its year.
    #[schema(example = 2026)]
    pub year: i32,
    /// The last number given; so many documents are in it.
    #[schema(example = 15)]
    pub last_number: i64,
}

impl Register {
    pub(super) fn of(row: &RegisterRow, named: &BTreeMap<Uuid, Named>) -> Result<Self> {
        let agency = |id: Uuid| {
            let found = named.get(&id).cloned();
            found.ok_or_else(|| Error::internal(format!("agency {id} of register {} is gone", row.id.0)))
        };
        Ok(Self {
            id: row.id.0,
            agency: agency(row.agency_id.0)?,
            responsible_agency: agency(row.responsible_agency_id.0)?,
            kind: row.kind.parse().map_err(Error::internal)?,
            book: row.book.clone(),
            year: row.year,
            last_number: row.last_number,
        })
    }
}

/// One line of a register. What the document says is read from the document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegisterEntry {
    /// The number.
    #[schema(example = 5)]
    pub number: i64,
    /// Number and notation as they stand on the document.
    #[schema(example = "05/QĐ-UBND")]
    pub full_number: String,
    /// Abbreviation of the document's type.
    #[schema(example = "QĐ")]
    pub document_type: String,
    /// The document.
    pub document_id: Uuid,
    /// The day it was registered, in Vietnam.
    pub registered_on: NaiveDate,
    /// The instant it was registered.
    pub registered_at: DateTime<Utc>,
}

impl From<EntryRow> for RegisterEntry {
    fn from(row: EntryRow) -> Self {
        Self {
            number: row.number,
            full_number: full_number(row.number, &row.notation),
            document_type: row.document_type,
            document_id: row.document_id.0,
            registered_on: row.registered_on,
            registered_at: row.registered_at.0,
        }
    }
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
    Reply::page(&ops::list(&room, actor, narrow, page).await?)
}

/// List the entries of a register
///
/// In the order of their numbers, none missing.
#[utoipa::path(
    operation_id = "list_register_entries",
    tag = "registers",
    params(("id" = Uuid, Path, description = "The register."), PageQuery),
    responses((status = 200, description = "A page of entries.", body = Page<RegisterEntry>)),
    security(("bearer" = ["documents:registers:read"]))
)]
#[get("/registers/{id}/entries")]
pub(crate) async fn list_register_entries(room: Data<Registers>, id: Path<Uuid>, request: List) -> WebResult {
    Reply::page(&ops::entries(&room, request.actor, *id, request.page).await?)
}
