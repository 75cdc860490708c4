//! The API of alerts.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use actix_web::{get, post, put};
use chrono::{DateTime, Utc};
use motcua_kernel::{Error, Page, Result, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{List, NoQuery, PageQuery, Read, Reply, WebResult, Write};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::kinds::AlertKind;
use super::view::{Alert, AlertRecord, AlertRule, AlertState};
use super::{Alerts, ops, read};
use crate::exports::{TableFormat, file};
use crate::pages::http::PageLanguage;

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_alerts)
        .service(list_alert_records)
        .service(get_alert)
        .service(acknowledge_alert)
        .service(list_alert_rules)
        .service(get_alert_rule)
        .service(update_alert_rule);
}

/// Which alerts.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertsQuery {
    /// Of a kind.
    #[param(inline)]
    pub kind: Option<AlertKind>,
    /// Of an agency by code or id, as of today, following successions; `under:` with everything below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// In a state.
    #[param(inline)]
    pub state: Option<AlertState>,
    /// Raised at this instant or later.
    #[param(example = "2026-11-01T00:00:00+07:00")]
    pub since: Option<DateTime<Utc>>,
    /// As what; JSON when left out.
    #[param(inline)]
    pub format: Option<TableFormat>,
    /// The language of a file's headings and texts; Vietnamese when left out.
    #[param(inline)]
    pub lang: Option<PageLanguage>,
}

/// How the dossiers behind an alert are wanted.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertRecordsQuery {
    /// As what; JSON when left out.
    #[param(inline)]
    pub format: Option<TableFormat>,
    /// The language of a file's headings; Vietnamese when left out.
    #[param(inline)]
    pub lang: Option<PageLanguage>,
}

/// What somebody found who looked into an alert.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"note": "Đã kiểm tra 12 hồ sơ, 3 hồ sơ kết thúc sai đã mở lại."}))]
pub struct AcknowledgeAlert {
    /// 10 to 2,000 characters. Name no persons.
    pub note: String,
}

/// By which thresholds a kind of alert is to be raised.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"on": true, "thresholds": {"days": 14, "share_percent": 25, "at_least": 20}}))]
pub struct UpdateAlertRule {
    /// Whether it is looked for.
    pub on: bool,
    /// Thresholds of the kind; those that are not named have their usual values.
    #[serde(default)]
    pub thresholds: BTreeMap<String, i64>,
    /// Of `sudden_fall` the codes of the sets of indicators it looks at, 1 to 10; Decision 766 when left out.
    #[serde(default)]
    pub sets: Option<Vec<String>>,
}

/// List alerts
///
/// The newest first: of the agencies where the caller holds a role, and of all below them.
#[utoipa::path(
    operation_id = "list_alerts",
    tag = "alerts",
    params(AlertsQuery, PageQuery),
    responses(
        (
            status = 200,
            description = "A page of alerts.",
            content(
                (Page<Alert> = "application/json"),
                (String = "text/csv"),
                (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            )
        ),
        (status = 422, description = "`export.too_long`: a file has at most 100,000 rows.")
    ),
    security(("bearer" = ["kpi:alerts:read"]))
)]
#[get("/alerts")]
pub(crate) async fn list_alerts(room: Data<Alerts>, request: List<AlertsQuery>) -> WebResult {
    let List { actor, query, page } = request;
    if let Some(file) = file(query.format, query.lang) {
        return read::exported(&room, actor, query, (page, file)).await?.reply().await;
    }
    Reply::page(&read::list(&room, actor, query, page).await?)
}

/// Read an alert
#[utoipa::path(
    operation_id = "get_alert",
    tag = "alerts",
    params(("id" = Uuid, Path, description = "Id of the alert.")),
    responses((status = 200, description = "The alert.", body = Alert)),
    security(("bearer" = ["kpi:alerts:read"]))
)]
#[get("/alerts/{id}")]
pub(crate) async fn get_alert(room: Data<Alerts>, id: Path<Uuid>, request: Read<NoQuery>) -> WebResult {
    let (alert, version) = read::get(&room, request.actor, id.into_inner()).await?;
    Reply::object(&alert, version, false)
}

/// List the dossiers behind an alert
///
/// As many as its figure says; those of an alert that is over are those that were found last.
#[utoipa::path(
    operation_id = "list_alert_records",
    tag = "alerts",
    params(("id" = Uuid, Path, description = "Id of the alert."), AlertRecordsQuery, PageQuery),
    responses(
        (
            status = 200,
            description = "A page of dossiers, the earliest first; none of a score or a target.",
            content(
                (Page<AlertRecord> = "application/json"),
                (String = "text/csv"),
                (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            )
        ),
        (status = 422, description = "`export.too_long`: a file has at most 100,000 rows.")
    ),
    security(("bearer" = ["kpi:alerts:read"]))
)]
#[get("/alerts/{id}/records")]
pub(crate) async fn list_alert_records(
    room: Data<Alerts>,
    id: Path<Uuid>,
    request: List<AlertRecordsQuery>,
) -> WebResult {
    let List { actor, query, page } = request;
    if let Some(file) = file(query.format, query.lang) {
        return read::records_exported(&room, actor, id.into_inner(), (page, file)).await?.reply().await;
    }
    Reply::page(&read::records(&room, actor, id.into_inner(), page).await?)
}

/// Acknowledge an alert
///
/// For leaders and administrators of the agency or above who looked into it.
#[utoipa::path(
    operation_id = "acknowledge_alert",
    tag = "alerts",
    params(("id" = Uuid, Path, description = "Id of the alert."), IfMatch),
    request_body = AcknowledgeAlert,
    responses(
        (status = 200, description = "The alert.", body = Alert),
        (status = 409, description = "`alert.state`: it is not open.")
    ),
    security(("bearer" = ["kpi:alerts:write"]))
)]
#[post("/alerts/{id}/acknowledgements")]
pub(crate) async fn acknowledge_alert(
    room: Data<Alerts>,
    id: Path<Uuid>,
    request: Write<AcknowledgeAlert>,
) -> WebResult {
    let alert = (id.into_inner(), request.require_match()?);
    Reply::answer(ops::acknowledge(&room, request.actor, request.idempotency, alert, request.body).await?)
}

/// List the rules of alerts
#[utoipa::path(
    operation_id = "list_alert_rules",
    tag = "alerts",
    params(PageQuery),
    responses((status = 200, description = "All of them, one for each kind.", body = Page<AlertRule>)),
    security(("bearer" = ["kpi:alerts:read"]))
)]
#[get("/alert-rules")]
pub(crate) async fn list_alert_rules(room: Data<Alerts>, request: List<NoQuery>) -> WebResult {
    let items = read::rules(&room, request.actor).await?;
    let count = request.page.count.then_some(items.len()).and_then(|count| i64::try_from(count).ok());
    Reply::page(&Page { items, next: None, count })
}

/// Read a rule of alerts
///
/// Its version is `v0` as long as nobody changed it.
#[utoipa::path(
    operation_id = "get_alert_rule",
    tag = "alerts",
    params(("kind" = AlertKind, Path, description = "The kind of alerts.")),
    responses((status = 200, description = "The rule.", body = AlertRule)),
    security(("bearer" = ["kpi:alerts:read"]))
)]
#[get("/alert-rules/{kind}")]
pub(crate) async fn get_alert_rule(room: Data<Alerts>, kind: Path<String>, request: Read<NoQuery>) -> WebResult {
    let (rule, version) = read::rule(&room, request.actor, named(&kind)?).await?;
    Reply::object(&rule, version, false)
}

/// Change a rule of alerts
///
/// For administrators of the province. The next look goes by it: an alert that it no longer finds is over.
#[utoipa::path(
    operation_id = "update_alert_rule",
    tag = "alerts",
    params(("kind" = AlertKind, Path, description = "The kind of alerts."), IfMatch),
    request_body = UpdateAlertRule,
    responses((status = 200, description = "The rule.", body = AlertRule)),
    security(("bearer" = ["kpi:alerts:write"]))
)]
#[put("/alert-rules/{kind}")]
pub(crate) async fn update_alert_rule(
    room: Data<Alerts>,
    kind: Path<String>,
    request: Write<UpdateAlertRule>,
) -> WebResult {
    let rule = (named(&kind)?, request.require_match()?);
    Reply::answer(ops::change_rule(&room, request.actor, request.idempotency, rule, request.body).await?)
}

fn named(kind: &str) -> Result<AlertKind> {
    AlertKind::read(kind).ok_or_else(Error::not_found)
}
