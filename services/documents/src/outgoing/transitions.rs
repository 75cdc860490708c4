//! Recalling, replacing and correcting an issued document, over HTTP.

use actix_web::post;
use actix_web::web::{Data, Path};
use motcua_kernel::Uuid;
use motcua_web::openapi::IfMatch;
use motcua_web::{Reply, WebResult, Write};
use serde::Deserialize;
use utoipa::ToSchema;

use super::http::{OutgoingDocument, request_id};
use super::states::DocumentAction;
use super::{OutgoingDocuments, lifecycle};

/// What is done about an issued document; `allowed_actions` of the document says what the caller may do now.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum CreateDocumentTransition {
    /// Recall it (thu hồi): who received it cancels it and says so. It is kept here, and nothing of it changes any more.
    Recall {
        /// Why, 10 to 2,000 characters. Personal data.
        #[schema(min_length = 10, max_length = 2000)]
        reason: String,
    },
    /// Replace it by a document of equal form (thay thế), because its content is wrong.
    Replace {
        /// The document that replaces it: issued, of the same type and the same agency.
        by: Uuid,
    },
    /// Correct its form (đính chính) by an official letter (công văn).
    Correct {
        /// The letter: issued, of the same agency.
        by: Uuid,
    },
}

impl CreateDocumentTransition {
    pub(super) const fn action(&self) -> DocumentAction {
        match self {
            Self::Recall { .. } => DocumentAction::Recall,
            Self::Replace { .. } => DocumentAction::Replace,
            Self::Correct { .. } => DocumentAction::Correct,
        }
    }

    /// The other document it takes.
    pub(super) const fn by(&self) -> Option<Uuid> {
        match self {
            Self::Recall { .. } => None,
            Self::Replace { by } | Self::Correct { by } => Some(*by),
        }
    }
}

/// Recall, replace or correct an issued document
///
/// By a leader or approver of the agency responsible for it, or above. Needs `If-Match`. An issued document is never
/// edited (Decree 30/2020/NĐ-CP, Article 18); it is kept with its file, whatever becomes of it.
#[utoipa::path(
    operation_id = "create_outgoing_document_transition",
    tag = "outgoing documents",
    params(("id" = Uuid, Path, description = "The document."), IfMatch),
    request_body(content = CreateDocumentTransition, example = json!({
        "action": "recall",
        "reason": "Gửi nhầm nơi nhận, nội dung chưa được thông qua"
    })),
    responses(
        (status = 200, description = "The document.", body = OutgoingDocument),
        (status = 409, description = "`document.recalled`, or `document.state` with the state and what is allowed now.")
    ),
    security(("bearer" = ["documents:documents:write"]))
)]
#[post("/outgoing-documents/{id}/transitions")]
pub(crate) async fn create_outgoing_document_transition(
    room: Data<OutgoingDocuments>,
    id: Path<Uuid>,
    request: Write<CreateDocumentTransition>,
) -> WebResult {
    let target = (*id, request.require_match()?);
    let (actor, key) = (request.actor, request.idempotency);
    Reply::answer(lifecycle::transition(&room, actor, key, target, request.body, request_id()).await?)
}
