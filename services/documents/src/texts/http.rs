//! The API of the texts of files.

use actix_web::get;
use actix_web::web::{Data, Path};
use motcua_files::Files;
use motcua_kernel::{Error, Uuid};
use motcua_web::{Read, Reply, TraceContext, WebResult};
use utoipa_actix_web::service_config::ServiceConfig;

use super::Texts;
use super::store::{TextState, states_of};

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(get_file_text_state);
}

/// Read what became of a file's text
///
/// Files of documents are read so that documents are found by what their files say. A file that belongs to no document is
/// not read, and has no such state.
#[utoipa::path(
    operation_id = "get_file_text_state",
    tag = "search",
    params(("id" = Uuid, Path, description = "The file.")),
    responses(
        (status = 200, description = "What became of it.", body = TextState),
        (status = 404, description = "No such file, or one that is not searched.")
    ),
    security(("bearer" = ["documents:documents:read"]), ("bearer" = ["documents:files:write"]))
)]
#[get("/files/{id}/text-state")]
pub(crate) async fn get_file_text_state(
    files: Data<Files>,
    texts: Data<Texts>,
    id: Path<Uuid>,
    request: Read,
) -> WebResult {
    let request_id = TraceContext::current().unwrap_or_default().request_id;
    let file = files.find(&request.actor, *id, "get_file_text_state", request_id).await?;
    let (tenant, content) = (request.actor.tenant, file.sha256);
    let state: Option<TextState> = texts
        .db
        .read("file_text_state", move |conn| {
            Ok(states_of(conn, tenant, std::slice::from_ref(&content))?.remove(&content))
        })
        .await?;
    Reply::object(&state.ok_or_else(Error::not_found)?, None, false)
}
