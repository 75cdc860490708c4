//! The API of forms.

use actix_web::get;
use actix_web::web::{Data, Path};
use motcua_kernel::{Error, Uuid};
use motcua_paper::{Form, FormCode, FormSet};
use motcua_web::{Read, Reply, WebResult};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{ops, pdf};
use crate::dossiers::Dossiers;

/// By which circular, and as what.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FormQuery {
    /// The circular whose set of forms it is printed by; the one in force when absent.
    #[param(inline)]
    pub set: Option<FormSet>,
    /// As what; JSON when absent.
    #[param(inline)]
    pub format: Option<FormFormat>,
}

/// How a form is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormFormat {
    /// Its facts.
    Json,
    /// A page to print.
    Html,
    /// PDF/A, where the service was built with it; 501 otherwise.
    Pdf,
}

/// Print a form of a dossier
///
/// `receipt`, `supplement_request` and `extension` (the newest each), `refusal`, `stop_notice`, `control_slip`. Carries
/// personal data: the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_dossier_form",
    tag = "dossiers",
    params(
        ("id" = Uuid, Path, description = "The dossier."),
        ("form" = inline(FormCode), Path, description = "Which form."),
        FormQuery
    ),
    responses(
        (status = 200, description = "The form.", content(
            (Form = "application/json"), (String = "text/html"), (Vec<u8> = "application/pdf")
        )),
        (status = 409, description = "`form.not_yet`: the dossier has come to nothing that this form tells of."),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF.")
    ),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/dossiers/{id}/forms/{form}")]
pub(crate) async fn get_dossier_form(
    room: Data<Dossiers>,
    path: Path<(Uuid, FormCode)>,
    request: Read<FormQuery>,
) -> WebResult {
    let (id, code) = path.into_inner();
    let set = request.query.set.unwrap_or_default();
    let form = ops::form(&room, request.actor.clone(), id, set, code).await?;
    crate::audit::personal_read(&room.db, &request.actor, "get_dossier_form", vec![id]).await?;
    match request.query.format {
        None | Some(FormFormat::Json) => Reply::object(&form, None, true),
        Some(FormFormat::Html) => Reply::html(motcua_paper::html(&form)).map(Reply::personal),
        Some(FormFormat::Pdf) => {
            let now = room.db.clock.business().0;
            let file = tokio::task::spawn_blocking(move || pdf::print(&form, now)).await.map_err(Error::internal)??;
            let number = set.number(code).unwrap_or_default();
            Reply::file(&format!("mau-{number}-{id}.pdf"), "application/pdf", file).map(Reply::personal)
        }
    }
}
