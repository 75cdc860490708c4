//! The API of the registers of incoming documents.

use actix_web::get;
use actix_web::web::Data;
use chrono::NaiveDate;
use motcua_agencies::Named;
use motcua_kernel::time::deserialize_day;
use motcua_web::{Read, Reply, WebResult};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{IncomingProgressLine, IncomingRegisterLine, ops};
use crate::incoming::IncomingDocuments;
use crate::incoming::http::request_id;

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
    let Read { actor, query } = request;
    let period = (query.from, query.to);
    Reply::object(&ops::read(&room, actor, query.agency, period, request_id()).await?, None, true)
}
