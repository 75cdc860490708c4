//! Closed periods over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::{Page, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, NoQuery, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::elements::store::closings::ClosingRow;
use crate::elements::{Elements, close, read};
use crate::exports::TableQuery;

/// A closed period (kỳ đã chốt số liệu): it takes no values of an agency and of all below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ElementPeriodClosing {
    /// Its id.
    pub id: Uuid,
    /// The agency.
    pub agency_id: Uuid,
    /// Its code when the period was closed.
    #[schema(example = "H50")]
    pub agency_code: String,
    /// The period; it closes shorter ones within it as well.
    #[schema(example = "2026-Q3")]
    pub period: String,
    /// Its first day.
    pub first_day: NaiveDate,
    /// Its last day.
    pub last_day: NaiveDate,
    /// Who closed it.
    pub closed_by: String,
    /// When.
    pub closed_at: DateTime<Utc>,
    /// Who re-opened it.
    pub reopened_by: Option<String>,
    /// When.
    pub reopened_at: Option<DateTime<Utc>>,
    /// Why it was re-opened.
    pub reason: Option<String>,
}

impl ElementPeriodClosing {
    /// A closing as the API shows it.
    pub(crate) fn of(row: ClosingRow) -> Self {
        Self {
            id: row.id.0,
            agency_id: row.agency_id.0,
            agency_code: row.agency_code,
            period: row.period,
            first_day: row.first_day,
            last_day: row.last_day,
            closed_by: row.closed_by,
            closed_at: row.closed_at.0,
            reopened_by: row.reopened_by,
            reopened_at: row.reopened_at.map(|at| at.0),
            reason: row.reason,
        }
    }
}

/// A period to close.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agency": "H50", "period": "2026-Q3"}))]
pub struct CreateElementPeriodClosing {
    /// Code or id of the agency; all below it are closed with it.
    pub agency: String,
    /// The period, which must be over.
    pub period: String,
}

/// Why a period is re-opened.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Bổ sung số liệu của các thôn sáp nhập"}))]
pub struct CreateElementPeriodReopening {
    /// 10 to 2,000 characters. Name no persons.
    pub reason: String,
}

/// List closed periods
///
/// Also those that were re-opened, the newest first.
#[utoipa::path(
    operation_id = "list_element_period_closings",
    tag = "data-elements",
    params(TableQuery, PageQuery),
    responses((
        status = 200,
        description = "A page of closings.",
        content(
            (Page<ElementPeriodClosing> = "application/json"),
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )
    )),
    security(("bearer" = ["kpi:elements:read"]))
)]
#[get("/element-period-closings")]
pub(crate) async fn list_element_period_closings(room: Data<Elements>, request: List<TableQuery>) -> WebResult {
    let List { actor, query, page } = request;
    if let Some(file) = query.file() {
        return read::exported_closings(&room, actor, (page, file)).await?.reply().await;
    }
    Reply::page(&read::closings(&room, actor, page).await?)
}

/// Read a closing
#[utoipa::path(
    operation_id = "get_element_period_closing",
    tag = "data-elements",
    params(("id" = Uuid, Path, description = "Id of the closing.")),
    responses((status = 200, description = "The closing.", body = ElementPeriodClosing)),
    security(("bearer" = ["kpi:elements:read"]))
)]
#[get("/element-period-closings/{id}")]
pub(crate) async fn get_element_period_closing(
    room: Data<Elements>,
    id: Path<Uuid>,
    request: Read<NoQuery>,
) -> WebResult {
    let (closing, version) = read::closing(&room, request.actor, id.into_inner()).await?;
    Reply::object(&closing, version, false)
}

/// Close a period
///
/// For approvers and administrators of the agency or above. What is open in it stays as it is and can't be changed or
/// taken on.
#[utoipa::path(
    operation_id = "create_element_period_closing",
    tag = "data-elements",
    request_body = CreateElementPeriodClosing,
    responses(
        (status = 201, description = "The closing.", body = ElementPeriodClosing),
        (status = 409, description = "`element_period.closed`: it is closed already, naming the closing.")
    ),
    security(("bearer" = ["kpi:elements:write"]))
)]
#[post("/element-period-closings")]
pub(crate) async fn create_element_period_closing(
    room: Data<Elements>,
    request: Write<CreateElementPeriodClosing>,
) -> WebResult {
    Reply::answer(close::close(&room, request.actor, request.idempotency, request.body).await?)
}

/// Re-open a closed period
#[utoipa::path(
    operation_id = "create_element_period_reopening",
    tag = "data-elements",
    params(("id" = Uuid, Path, description = "Id of the closing."), IfMatch),
    request_body = CreateElementPeriodReopening,
    responses((status = 200, description = "The closing.", body = ElementPeriodClosing)),
    security(("bearer" = ["kpi:elements:write"]))
)]
#[post("/element-period-closings/{id}/reopenings")]
pub(crate) async fn create_element_period_reopening(
    room: Data<Elements>,
    id: Path<Uuid>,
    request: Write<CreateElementPeriodReopening>,
) -> WebResult {
    let target = (id.into_inner(), request.require_match()?);
    Reply::answer(close::reopen(&room, request.actor, request.idempotency, target, request.body).await?)
}
