//! The API of the registers of incoming documents.

use actix_web::get;
use actix_web::web::Data;
use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::time::deserialize_day;
use motcua_web::{Read, Reply, WebResult};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ops::Asked;
use super::report::{IncomingCounts, IncomingReportRow};
use super::{IncomingProgressLine, IncomingRegisterLine, ops};
use crate::incoming::IncomingDocuments;
use crate::incoming::http::request_id;
use crate::printing::{self, SheetFormat};

/// Of which agency, and when.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IncomingRegisterQuery {
    /// The agency, by code or id.
    #[param(example = "H50.12")]
    pub agency: String,
    /// The first day of arrival, in Vietnam.
    #[serde(deserialize_with = "deserialize_day")]
    #[param(example = "2026-11-01")]
    pub from: NaiveDate,
    /// The last day of arrival, at most a year after the first.
    #[serde(deserialize_with = "deserialize_day")]
    #[param(example = "2026-11-30")]
    pub to: NaiveDate,
}

/// The registers of an agency's incoming documents.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncomingRegister {
    /// The agency.
    pub agency: Named,
    /// The first day of arrival.
    pub from: NaiveDate,
    /// The last day of arrival.
    pub to: NaiveDate,
    /// The register of incoming documents (sổ đăng ký văn bản đến), in the order in which they were registered.
    pub register: Vec<IncomingRegisterLine>,
    /// The register that follows their solution (sổ theo dõi giải quyết văn bản đến), in the same order.
    pub progress: Vec<IncomingProgressLine>,
}

/// The register that follows the solution of incoming documents (sổ theo dõi giải quyết văn bản đến).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncomingTracking {
    /// The agency.
    pub agency: Named,
    /// The first day of arrival.
    pub from: NaiveDate,
    /// The last day of arrival.
    pub to: NaiveDate,
    /// Its lines, in the order in which the documents were registered.
    pub rows: Vec<IncomingProgressLine>,
}

/// How incoming documents were dealt with (báo cáo tình hình giải quyết văn bản đến).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncomingReport {
    /// The agency.
    pub agency: Named,
    /// The first day of arrival.
    pub from: NaiveDate,
    /// The last day of arrival.
    pub to: NaiveDate,
    /// When it was counted: what is late is late by then.
    pub as_of: DateTime<Utc>,
    /// By who has the lead.
    pub rows: Vec<IncomingReportRow>,
    /// Everything together.
    pub total: IncomingCounts,
}

/// Of which agency, when, and as what.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IncomingSheetQuery {
    /// The agency, by code or id.
    #[param(example = "H50.12")]
    pub agency: String,
    /// The first day of arrival, in Vietnam.
    #[serde(deserialize_with = "deserialize_day")]
    #[param(example = "2026-11-01")]
    pub from: NaiveDate,
    /// The last day of arrival, at most a year after the first.
    #[serde(deserialize_with = "deserialize_day")]
    #[param(example = "2026-11-30")]
    pub to: NaiveDate,
    /// As what; JSON when absent.
    #[param(inline)]
    pub format: Option<SheetFormat>,
}

impl IncomingSheetQuery {
    fn asked(self) -> (Asked, Option<SheetFormat>) {
        let Self { agency, from, to, format } = self;
        (Asked { agency, days: (from, to), request_id: request_id() }, format)
    }
}

/// Read the registers of incoming documents
///
/// With the columns of Decree 30/2020/NĐ-CP, Annexes IV and V: what arrived in a period at an agency and was registered,
/// at most 5,000 rows. For those who keep or direct its documents. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_incoming_register",
    tag = "incoming documents",
    params(IncomingRegisterQuery),
    responses((status = 200, description = "The registers.", body = IncomingRegister)),
    security(("bearer" = ["documents:registers:read", "documents:documents:read"]))
)]
#[get("/incoming-documents/register")]
pub(crate) async fn get_incoming_register(
    room: Data<IncomingDocuments>,
    request: Read<IncomingRegisterQuery>,
) -> WebResult {
    let IncomingRegisterQuery { agency, from, to } = request.query;
    let asked = Asked { agency, days: (from, to), request_id: request_id() };
    Reply::object(&ops::read(&room, request.actor, asked).await?, None, true)
}

/// Print the register that follows their solution
///
/// In the seven columns of Decree 30/2020/NĐ-CP, Annex IV, at most 5,000 rows. For those who keep or direct the agency's
/// documents. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_incoming_tracking",
    tag = "incoming documents",
    params(IncomingSheetQuery),
    responses(
        (status = 200, description = "The register.", content(
            (IncomingTracking = "application/json"),
            (String = "text/html"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF.")
    ),
    security(("bearer" = ["documents:registers:read", "documents:documents:read"]))
)]
#[get("/incoming-documents/tracking")]
pub(crate) async fn get_incoming_tracking(
    room: Data<IncomingDocuments>,
    request: Read<IncomingSheetQuery>,
) -> WebResult {
    let (asked, format) = request.query.asked();
    let name = format!("theo-doi-van-ban-den-{}-{}", asked.days.0, asked.days.1);
    let (table, book) = ops::tracking(&room, request.actor, asked).await?;
    printing::serve(&table, book, format, &name, room.db.clock.business().0).await
}

/// Report how incoming documents were dealt with
///
/// Báo cáo tình hình giải quyết văn bản đến (Decree 30/2020/NĐ-CP, Annex VI, Part V): of the documents that arrived in a
/// period and were registered, how many are done and open, in time and late, by who has the lead. As things stand now; what
/// has no term is in time. For those who keep or direct the agency's documents.
#[utoipa::path(
    operation_id = "get_incoming_report",
    tag = "incoming documents",
    params(IncomingSheetQuery),
    responses(
        (status = 200, description = "The report.", content(
            (IncomingReport = "application/json"),
            (String = "text/html"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF.")
    ),
    security(("bearer" = ["documents:registers:read", "documents:documents:read"]))
)]
#[get("/incoming-documents/report")]
pub(crate) async fn get_incoming_report(room: Data<IncomingDocuments>, request: Read<IncomingSheetQuery>) -> WebResult {
    let (asked, format) = request.query.asked();
    let name = format!("bao-cao-van-ban-den-{}-{}", asked.days.0, asked.days.1);
    let (table, book) = ops::report(&room, request.actor, asked).await?;
    printing::serve(&table, book, format, &name, room.db.clock.business().0).await
}
