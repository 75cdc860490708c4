//! The API of mirrored dossiers.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{get, put};
use motcua_agencies::resolve;
use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, Error, Kind, Page, Result};
use motcua_web::{List, PageQuery, Read, Reply, WebResult, Write};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::rules::state_name;
use super::store::Narrow;
use super::view::{MirroredDossier, MirroredDossierSummary, PutMirroredDossier};
use super::{put, read};
use crate::audit::personal_read;
use crate::dossiers::Dossiers;

/// The handlers of the room.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(put_mirrored_dossier).service(get_mirrored_dossier).service(list_mirrored_dossiers);
}

/// Mirror a dossier of another system
///
/// All that the source says of it at the instant `as_of`, which replaces what it said before. A word that is older than
/// what is kept changes nothing and is refused by `mirror.older`; the same word again is answered with what is kept. States
/// are kept as they are given; that an ended dossier goes on is kept in its history.
///
/// A source needs no `If-Match`, because `as_of` says which of two words is the later. One that is given is honoured.
#[utoipa::path(
    operation_id = "put_mirrored_dossier",
    tag = "mirrored dossiers",
    params(
        ("code" = String, Path,
         description = "Its code at the source (`MaHoSo`); small letters and capitals are the same.",
         example = "G01.99.05-261121-0001"),
        ("If-Match" = Option<String>, Header,
         description = "Entity tag of the dossier as the caller has read it; `\"v0\"` for one that is not kept yet.")
    ),
    request_body(
        content = PutMirroredDossier,
        example = json!({
            "source": "G01-DKKD", "procedure": "2.002080", "agency": "H50.12", "channel": 2, "state": 4,
            "applicant": {"kind": "citizen", "name": "Trần Thị Ví Dụ", "identity_number": "045190000001"},
            "as_of": "2026-11-16T02:30:00Z", "submitted_at": "2026-11-13T01:00:00Z",
            "received_at": "2026-11-13T02:00:00Z", "due_at": "2026-11-20T10:00:00Z"
        })
    ),
    responses(
        (status = 200, description = "Replaced, or the same again.", body = MirroredDossierSummary),
        (status = 201, description = "Heard of for the first time.", body = MirroredDossierSummary),
        (status = 409, description = "`mirror.older` or `mirror.contradiction` with `kept_as_of`; `mirror.own_dossier`; \
                                      `mirror.taken`.")
    ),
    security(("bearer" = ["procedures:mirrors:write"]))
)]
#[put("/mirrored-dossiers/{code}")]
pub(crate) async fn put_mirrored_dossier(
    room: Data<Dossiers>,
    code: Path<String>,
    request: Write<PutMirroredDossier>,
) -> WebResult {
    Reply::answer(
        put::put(&room, request.actor, request.idempotency, code.into_inner(), request.if_match, request.body).await?,
    )
}

/// Read a mirrored dossier
///
/// Whole, with personal data: the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_mirrored_dossier",
    tag = "mirrored dossiers",
    params(("code" = String, Path, description = "Its code.", example = "G01.99.05-261121-0001")),
    responses((status = 200, description = "The dossier.", body = MirroredDossier)),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/mirrored-dossiers/{code}")]
pub(crate) async fn get_mirrored_dossier(room: Data<Dossiers>, code: Path<String>, request: Read) -> WebResult {
    let dossier = read::get(&room, request.actor.clone(), code.into_inner()).await?;
    personal_read(&room.db, &request.actor, "get_mirrored_dossier", vec![dossier.summary.id]).await?;
    Reply::object(&dossier, dossier.summary.version, true)
}

/// What a list of mirrored dossiers is narrowed to.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MirroredDossiersQuery {
    /// National state code, one or `in:` several.
    #[param(example = "in:2,4")]
    pub state: Option<String>,
    /// Code of the procedure.
    #[param(example = "2.002080")]
    pub procedure: Option<String>,
    /// The system that handles it.
    #[param(example = "G01-DKKD")]
    pub source: Option<String>,
    /// The agency it concerns, by code or id; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
}

/// List mirrored dossiers
///
/// Those the caller may see, the newest submitted first, without personal data: of a citizen their own, of officers those
/// of the agencies within their reach, of a client those it told of.
#[utoipa::path(
    operation_id = "list_mirrored_dossiers",
    tag = "mirrored dossiers",
    params(MirroredDossiersQuery, PageQuery),
    responses((status = 200, description = "A page of mirrored dossiers.", body = Page<MirroredDossierSummary>)),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/mirrored-dossiers")]
pub(crate) async fn list_mirrored_dossiers(room: Data<Dossiers>, request: List<MirroredDossiersQuery>) -> WebResult {
    let List { actor, query, page } = request;
    let narrow = narrow(&room, &actor, query).await?;
    Reply::page(&read::list(&room, actor, narrow, page).await?)
}

async fn narrow(room: &Dossiers, actor: &Arc<Actor>, query: MirroredDossiersQuery) -> Result<Narrow> {
    let states = query.state.as_deref().map(states).transpose()?.unwrap_or_default();
    let mut narrow = Narrow { states, procedure: query.procedure, source: query.source, ..Narrow::default() };
    let Some(text) = query.agency else { return Ok(narrow) };
    let (reference, below) = match Filter::parse("agency", &text)? {
        Filter::Is(reference) => (reference, false),
        Filter::Under(reference) => (reference, true),
        _ => return Err(Filter::refuse("agency", &text)),
    };
    let (tenant, today) = (actor.tenant, room.db.clock.business().day_in_vietnam());
    let found = room.db.read("agency_resolve", move |conn| resolve(conn, tenant, &reference, today)).await;
    let agencies = found.map_err(|error: Error| match error.kind {
        Kind::Invalid => Filter::refuse("agency", &text),
        _ => error,
    })?;
    if below {
        narrow.under = Some(agencies);
    } else {
        narrow.at = Some(agencies);
    }
    Ok(narrow)
}

fn states(text: &str) -> Result<Vec<i64>> {
    let words = match Filter::parse("state", text)? {
        Filter::Is(word) => vec![word],
        Filter::In(words) => words,
        _ => return Err(Filter::refuse("state", text)),
    };
    let state = |word: &String| {
        let state = word.parse::<u8>().ok().filter(|state| state_name(*state).is_some());
        state.map(i64::from).ok_or_else(|| Filter::refuse("state", text))
    };
    words.iter().map(state).collect()
}
