//! The API of dispatches.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::time::deserialize_optional_day;
use motcua_kernel::{Page, Uuid};
use motcua_web::{List, PageQuery, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{read, send, take_back};
use crate::incoming::IncomingDocuments;
use crate::incoming::http::request_id;
use crate::incoming::rules::State;
use crate::incoming::view::TakeBackView;
use crate::marks::{CirculationMark, Urgency};

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(create_dispatches).service(list_dispatches).service(create_take_back);
}

/// To whom a document is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDispatches {
    /// The agencies, by code or id, 1 to 500; each must be open today. All of them get it, or none.
    #[schema(example = json!(["H50.12", "H50.13"]))]
    pub receivers: Vec<String>,
    /// How urgent it is; as the document says when left out, and never less.
    #[serde(default)]
    pub urgency: Option<Urgency>,
    /// Who may keep it, and how long; as the document says when left out.
    #[serde(default)]
    pub circulation: Option<CirculationMark>,
    /// Whether it is sent on paper as well.
    #[serde(default)]
    pub paper: bool,
    /// The day by which an answer is asked for.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub due_on: Option<NaiveDate>,
}

/// A wish to have a document back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTakeBack {
    /// Why, 10 to 4,000 characters: the receiver reads it. Personal data.
    #[schema(example = "Gửi nhầm nơi nhận, xin lấy lại văn bản")]
    pub reason: String,
}

/// A document sent to one agency of this installation, as its sender sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Dispatch {
    /// Its id: that of the incoming document of the receiver.
    pub id: Uuid,
    /// The agency it was sent to, with the code it had then.
    pub receiver: Named,
    /// The agency responsible for it now.
    pub responsible_agency: Named,
    /// Where it stands there.
    pub state: State,
    /// When it was sent, and arrived.
    pub received_at: DateTime<Utc>,
    /// When it was registered there.
    pub registered_at: Option<DateTime<Utc>>,
    /// Its number of arrival there (số đến).
    pub arrival_number: Option<i64>,
    /// When it was given to those who deal with it.
    pub assigned_at: Option<DateTime<Utc>>,
    /// When work on it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended there: returned, finished, cancelled or taken back.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it was returned or cancelled. Personal data.
    pub end_reason: Option<String>,
    /// The last wish to have it back.
    pub take_back: Option<TakeBackView>,
    /// When the receiver confirmed that it cancelled it.
    pub cancellation_confirmed_at: Option<DateTime<Utc>>,
    /// Rises with every change.
    pub version: i64,
}

/// Send a document within this installation
///
/// To agencies of this installation, by a clerk of the agency that issued it. Nothing is copied: each receiver has a row
/// of its own, in state `received`, and reads the original through it. All of them get it, or none.
#[utoipa::path(
    operation_id = "create_dispatches",
    tag = "dispatches",
    params(("id" = Uuid, Path, description = "The outgoing document.")),
    request_body = CreateDispatches,
    responses(
        (status = 201, description = "The new dispatches, in the order of the receivers.", body = Page<Dispatch>),
        (status = 409, description = "`agency.closed` naming the successor; `document.recalled` or `document.state` of what \
                                      does not hold; `dispatch.already_sent` when somebody else sends it at the same \
                                      time.")
    ),
    security(("bearer" = ["documents:documents:write"]))
)]
#[post("/outgoing-documents/{id}/dispatches")]
pub(crate) async fn create_dispatches(
    room: Data<IncomingDocuments>,
    id: Path<Uuid>,
    request: Write<CreateDispatches>,
) -> WebResult {
    Reply::answer(send::send(&room, request.actor, request.idempotency, *id, request.body).await?)
}

/// List where a document stands with its receivers
///
/// Every dispatch, the oldest first, for those who see the outgoing document. Who deals with it there is not told. The
/// reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_dispatches",
    tag = "dispatches",
    params(("id" = Uuid, Path, description = "The outgoing document."), PageQuery),
    responses((status = 200, description = "A page of dispatches.", body = Page<Dispatch>)),
    security(("bearer" = ["documents:documents:read"]))
)]
#[get("/outgoing-documents/{id}/dispatches")]
pub(crate) async fn list_dispatches(room: Data<IncomingDocuments>, id: Path<Uuid>, request: List) -> WebResult {
    Ok(Reply::page(&read::list(&room, request.actor, *id, request.page, request_id()).await?)?.personal())
}

/// Take a document back from a receiver
///
/// By a clerk of the agency that issued it (lấy lại). Before the receiver has registered it, it is gone from there at once;
/// afterwards the receiver's clerk agrees or refuses, and after a refusal it can be asked for again. What is revoked
/// (thu hồi) is another thing: it is cancelled with everybody.
#[utoipa::path(
    operation_id = "create_take_back",
    tag = "dispatches",
    params(
        ("id" = Uuid, Path, description = "The outgoing document."),
        ("dispatch_id" = Uuid, Path, description = "The dispatch.")
    ),
    request_body = CreateTakeBack,
    responses(
        (status = 200, description = "The dispatch: `taken_back`, or with the wish in `take_back`.", body = Dispatch),
        (status = 409, description = "`take_back.pending`, or `take_back.state` when the receiver has it no more.")
    ),
    security(("bearer" = ["documents:documents:write"]))
)]
#[post("/outgoing-documents/{id}/dispatches/{dispatch_id}/take-back")]
pub(crate) async fn create_take_back(
    room: Data<IncomingDocuments>,
    ids: Path<(Uuid, Uuid)>,
    request: Write<CreateTakeBack>,
) -> WebResult {
    let ids = ids.into_inner();
    let (key, asked) = (request.idempotency, request.body);
    Reply::answer(take_back::take_back(&room, request.actor, key, ids, asked, request_id()).await?)
}
