//! The API of dossiers.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{get, post, put};
use motcua_agencies::resolve;
use motcua_db::sql::At;
use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, Error, Page, Result, Uuid};
use motcua_web::{List, NoBody, PageQuery, Read, Reply, WebResult, Write};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::rules::State;
use super::step::CreateTransition;
use super::store::{Assignee, Narrow};
use super::timeline::DossierClock;
use super::view::{CreateDossier, Dossier, DossierProgress, DossierSummary};
use super::{Dossiers, assignment, create, read, steps, timeline};

/// Submit a dossier
///
/// Checks applicant, form and files against the procedure version in force and tells every fault at once. The dossier
/// then has an id and a tracking reference; its code and due date come with receipt.
#[utoipa::path(
    operation_id = "create_dossier",
    tag = "dossiers",
    request_body = CreateDossier,
    responses(
        (status = 201, description = "Submitted.", body = DossierProgress),
        (status = 409, description = "`agency.closed` naming the successor, or `dossier.external_ref_taken`.")
    ),
    security(("bearer" = ["procedures:dossiers:submit"]))
)]
#[post("/dossiers")]
pub(crate) async fn create_dossier(room: Data<Dossiers>, request: Write<CreateDossier>) -> WebResult {
    let answer = create::create(&room, request.actor, request.idempotency, request.body).await?;
    Reply::answer(answer)
}

/// Read a dossier
///
/// Whole, with personal data: the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_dossier",
    tag = "dossiers",
    params(("id" = Uuid, Path, description = "The dossier.")),
    responses((status = 200, description = "The dossier.", body = Dossier)),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/dossiers/{id}")]
pub(crate) async fn get_dossier(room: Data<Dossiers>, id: Path<Uuid>, request: Read) -> WebResult {
    let dossier = read::get(&room, request.actor.clone(), *id).await?;
    crate::audit::personal_read(&room.db, &request.actor, "get_dossier", vec![*id]).await?;
    Reply::object(&dossier, dossier.summary.version, true)
}

/// What a list of dossiers is narrowed to.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DossiersQuery {
    /// Local state, one or `in:` several.
    #[param(example = "in:received,processing")]
    pub state: Option<String>,
    /// Code of the procedure.
    #[param(example = "2.002080")]
    pub procedure: Option<String>,
    /// Dossier code.
    #[param(example = "H50.12-261121-0001")]
    pub code: Option<String>,
    /// The reference given at submission.
    pub tracking_reference: Option<String>,
    /// The client's own reference.
    pub external_ref: Option<String>,
    /// An agency that is a party, by code or id; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// Day on which the dossier is due, in Vietnam: `lt:` or `gte:` a date, or the date.
    #[param(example = "lt:2026-12-01")]
    pub due_on: Option<String>,
    /// The officer who works on it: `me`, `none`, or an officer's id.
    #[param(example = "me")]
    pub assignee: Option<String>,
    /// The order: the newest submitted first when absent; `urgency` for an inbox, the one that must be acted on soonest
    /// first, without those that have ended.
    #[param(inline)]
    pub sort: Option<DossierSort>,
}

/// An order of dossiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DossierSort {
    /// What must be acted on soonest comes first.
    Urgency,
}

/// Who works on a dossier.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAssignee {
    /// The officer, by id; `null` when nobody shall.
    #[schema(required)]
    pub officer_id: Option<Uuid>,
}

/// List dossiers
///
/// Those the caller may see, without personal data.
#[utoipa::path(
    operation_id = "list_dossiers",
    tag = "dossiers",
    params(DossiersQuery, PageQuery),
    responses((status = 200, description = "A page of dossiers.", body = Page<DossierSummary>)),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/dossiers")]
pub(crate) async fn list_dossiers(room: Data<Dossiers>, request: List<DossiersQuery>) -> WebResult {
    let List { actor, query, page } = request;
    let narrow = narrow(&room, &actor, &query).await?;
    let scope = format!("dossiers {narrow:?}");
    Reply::page(&read::list(&room, actor, narrow, page, scope).await?)
}

async fn narrow(room: &Dossiers, actor: &Arc<Actor>, query: &DossiersQuery) -> Result<Narrow> {
    let tenant = actor.tenant;
    let mut narrow = Narrow {
        procedure_code: query.procedure.clone(),
        code: query.code.clone(),
        tracking_reference: query.tracking_reference.clone(),
        external_ref: query.external_ref.clone(),
        urgency: query.sort == Some(DossierSort::Urgency),
        ..Narrow::default()
    };
    narrow.assignee = match query.assignee.as_deref() {
        None => Assignee::Any,
        Some("none") => Assignee::Nobody,
        Some("me") => Assignee::Officer(read::own_officer(room, actor).await?),
        Some(text) => Assignee::Officer(text.parse().ok().ok_or_else(|| Filter::refuse("assignee", text))?),
    };
    if let Some(text) = &query.state {
        let words = match Filter::parse("state", text)? {
            Filter::Is(word) => vec![word],
            Filter::In(words) => words,
            _ => return Err(Filter::refuse("state", text)),
        };
        if words.iter().any(|word| State::from_word(word).is_none()) {
            return Err(Filter::refuse("state", text));
        }
        narrow.states = words;
    }
    if let Some(text) = &query.due_on {
        let start = |day: &str| day_start(day).ok_or_else(|| Filter::refuse("due_on", text));
        match Filter::parse("due_on", text)? {
            Filter::Less(day) => narrow.due_before = Some(start(&day)?),
            Filter::AtLeast(day) => narrow.due_from = Some(start(&day)?),
            Filter::Is(day) => {
                let from = start(&day)?;
                narrow.due_before = Some(At(from.0 + chrono::TimeDelta::days(1)));
                narrow.due_from = Some(from);
            }
            _ => return Err(Filter::refuse("due_on", text)),
        }
    }
    if let Some(text) = &query.agency {
        let filter = Filter::parse("agency", text)?;
        let (Filter::Is(reference) | Filter::Under(reference)) = filter.clone() else {
            return Err(Filter::refuse("agency", text));
        };
        let today = room.db.clock.business().day_in_vietnam();
        let agencies =
            room.db.read("agency_resolve", move |conn| resolve(conn, tenant, &reference, today)).await.map_err(
                |error| if error.kind == motcua_kernel::Kind::Invalid { as_parameter(error) } else { error },
            )?;
        match filter {
            Filter::Under(_) => narrow.under = Some(agencies),
            _ => narrow.at = Some(agencies),
        }
    }
    Ok(narrow)
}

/// An unknown agency in a filter is a wrong parameter, not a wrong field of a body.
fn as_parameter(mut error: Error) -> Error {
    error.kind = motcua_kernel::Kind::Malformed;
    error.code = "agency.unknown".into();
    error.fields.clear();
    error.with("parameter", "agency")
}

/// Midnight in Vietnam at the beginning of a day.
fn day_start(text: &str) -> Option<At> {
    let day: chrono::NaiveDate = text.parse().ok()?;
    let midnight = day.and_hms_opt(0, 0, 0)?.and_local_timezone(motcua_kernel::time::vietnam()).single()?;
    Some(At(midnight.to_utc()))
}

/// Move a dossier
///
/// One step, which `allowed_actions` of the dossier lists for its caller. Needs `If-Match`. After an approval the dossier
/// is `issuing` until the documents service has given the result its number, which happens by itself. Applicants, and
/// portals for them, add what was asked for and withdraw, with the scope `procedures:dossiers:submit`. What the rule of
/// the clock does not allow is refused by its own code: `clock.supplements_used_up`, `clock.extended_after_due` …
#[utoipa::path(
    operation_id = "create_dossier_transition",
    tag = "dossiers",
    params(
        ("id" = Uuid, Path, description = "The dossier."),
        ("If-Match" = String, Header, description = "Entity tag of the dossier as the caller has read it.")
    ),
    request_body = CreateTransition,
    responses(
        (status = 200, description = "Where the dossier stands after the step.", body = DossierProgress),
        (status = 409, description = "`dossier.state` with the state and the actions allowed now; `dossier.unpaid` when \
                                      what is collected with the result is unpaid; `clock.…` and others where a rule \
                                      refuses, with its `legal_basis`.")
    ),
    security(("bearer" = ["procedures:dossiers:write"]))
)]
#[post("/dossiers/{id}/transitions")]
pub(crate) async fn create_dossier_transition(
    room: Data<Dossiers>,
    id: Path<Uuid>,
    request: Write<CreateTransition>,
) -> WebResult {
    let expected = request.require_match()?;
    let step = request.body;
    Reply::answer(steps::transition(&room, request.actor, request.idempotency, *id, expected, step).await?)
}

/// Claim a dossier
///
/// The caller works on it from now on. Of two officers who claim at once one gets it and the other 409; claiming what one
/// has already changes nothing. Once others have to go on with it, it is nobody's again.
#[utoipa::path(
    operation_id = "claim_dossier",
    tag = "dossiers",
    params(("id" = Uuid, Path, description = "The dossier.")),
    responses(
        (status = 200, description = "Where the dossier stands.", body = DossierProgress),
        (status = 409, description = "`dossier.claimed` with the officer who has it.")
    ),
    security(("bearer" = ["procedures:dossiers:write"]))
)]
#[post("/dossiers/{id}/claims")]
pub(crate) async fn claim_dossier(room: Data<Dossiers>, id: Path<Uuid>, request: Write<NoBody>) -> WebResult {
    Reply::answer(assignment::claim(&room, request.actor, request.idempotency, *id).await?)
}

/// Claim the most urgent dossier
///
/// Of those that wait for one of the caller's roles and have nobody yet. However many officers ask at once, each gets
/// another one.
#[utoipa::path(
    operation_id = "claim_next_dossier",
    tag = "dossiers",
    responses(
        (status = 200, description = "The dossier that is the caller's now.", body = DossierProgress),
        (status = 404, description = "`inbox.empty`: nothing waits.")
    ),
    security(("bearer" = ["procedures:dossiers:write"]))
)]
#[post("/inbox/claims")]
pub(crate) async fn claim_next_dossier(room: Data<Dossiers>, request: Write<NoBody>) -> WebResult {
    Reply::answer(assignment::claim_next(&room, request.actor, request.idempotency).await?)
}

/// Say who works on a dossier
///
/// By whoever works on it now, or an approver or leader of its agencies; `null` gives it back to the shared inbox. Needs
/// `If-Match`.
#[utoipa::path(
    operation_id = "set_dossier_assignee",
    tag = "dossiers",
    params(
        ("id" = Uuid, Path, description = "The dossier."),
        ("If-Match" = String, Header, description = "Entity tag of the dossier as the caller has read it.")
    ),
    request_body = SetAssignee,
    responses((status = 200, description = "Where the dossier stands.", body = DossierProgress)),
    security(("bearer" = ["procedures:dossiers:write"]))
)]
#[put("/dossiers/{id}/assignee")]
pub(crate) async fn set_dossier_assignee(
    room: Data<Dossiers>,
    id: Path<Uuid>,
    request: Write<SetAssignee>,
) -> WebResult {
    let expected = request.require_match()?;
    let officer = request.body.officer_id;
    Reply::answer(assignment::set_assignee(&room, request.actor, request.idempotency, *id, expected, officer).await?)
}

/// Explain the due date of a dossier
///
/// Every day from receipt on, with what it counted and why, as an officer or a citizen can check it by hand.
#[utoipa::path(
    operation_id = "get_dossier_clock",
    tag = "dossiers",
    params(("id" = Uuid, Path, description = "The dossier.")),
    responses(
        (status = 200, description = "The clock.", body = DossierClock),
        (status = 409, description = "`dossier.not_received`: the clock has not started.")
    ),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/dossiers/{id}/clock")]
pub(crate) async fn get_dossier_clock(room: Data<Dossiers>, id: Path<Uuid>, request: Read) -> WebResult {
    let clock = timeline::explain(&room, request.actor, *id).await?;
    Reply::object(&clock, None, false)
}
