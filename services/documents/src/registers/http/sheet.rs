//! The API of registers as sheets.

use actix_web::get;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use motcua_kernel::Uuid;
use motcua_kernel::time::deserialize_optional_day;
use motcua_web::{Read, WebResult};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::super::rules::EntryState;
use super::super::view::Register;
use super::super::{Registers, sheet};
use super::request_id;
use crate::printing::{self, SheetFormat};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(get_register_sheet);
}

/// Which days, and as what.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegisterSheetQuery {
    /// The first day; the beginning of the year when absent.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    #[param(example = "2026-11-01")]
    pub from: Option<NaiveDate>,
    /// The last day; the end of the year when absent.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    #[param(example = "2026-11-30")]
    pub to: Option<NaiveDate>,
    /// As what; JSON when absent.
    #[param(inline)]
    pub format: Option<SheetFormat>,
}

/// A register in the columns of the official book. Personal data.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegisterSheet {
    /// The register.
    pub register: Register,
    /// The first day asked for.
    pub from: Option<NaiveDate>,
    /// The last day asked for.
    pub to: Option<NaiveDate>,
    /// The columns, from left to right.
    pub columns: Vec<SheetColumn>,
    /// The lines, in the order of their numbers.
    pub rows: Vec<RegisterSheetRow>,
}

/// A column of the official book.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RegisterSheetColumn)]
pub struct SheetColumn {
    /// Its title, with its number.
    #[schema(example = "Số, ký hiệu văn bản (1)")]
    pub title: String,
}

/// A line of the official book.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegisterSheetRow {
    /// The number.
    pub number: i64,
    /// The letter of a late number.
    pub suffix: Option<String>,
    /// What has become of the number.
    pub state: EntryState,
    /// The document.
    pub document_id: Option<Uuid>,
    /// What stands in the columns.
    pub cells: Vec<String>,
}

/// Print a register
///
/// In the ten columns of Decree 30/2020/NĐ-CP, Annex IV, with void numbers and why they are void, at most 5,000 lines. It
/// shows subjects and signers of the documents that the caller may see; the reading is kept in the read audit with all of
/// them.
#[utoipa::path(
    operation_id = "get_register_sheet",
    tag = "registers",
    params(("id" = Uuid, Path, description = "The register."), RegisterSheetQuery),
    responses(
        (status = 200, description = "The register.", content(
            (RegisterSheet = "application/json"),
            (String = "text/html"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF; `register.no_sheet`: no printed \
                                      form of this kind yet.")
    ),
    security(("bearer" = ["documents:registers:read", "documents:documents:read"]))
)]
#[get("/registers/{id}/sheet")]
pub(crate) async fn get_register_sheet(
    room: Data<Registers>,
    id: Path<Uuid>,
    request: Read<RegisterSheetQuery>,
) -> WebResult {
    let RegisterSheetQuery { from, to, format } = request.query;
    let (table, paper) = sheet::sheet(&room, request.actor, *id, (from, to), request_id()).await?;
    // For the name of a file: a book may be named with letters that headers can't carry plainly, and an id always can.
    let name = format!("so-{}-{}", table.register.year, table.register.id);
    printing::serve(&table, paper, format, &name, room.db.clock.business().0).await
}
