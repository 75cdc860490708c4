//! The API of documents in case files.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::time::deserialize_optional_day;
use motcua_kernel::{Page, Uuid};
use motcua_web::{List, PageQuery, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{DocumentKind, list, ops};
use crate::case_files::CaseFiles;
use crate::case_files::files::view::CaseFile;
use crate::case_files::lists::{ListFormatQuery, OfficialList};
use crate::marks::SecrecyMark;
use crate::printing;

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(add_case_file_document)
        .service(list_case_file_documents)
        .service(remove_case_file_document)
        .service(get_case_file_document_list);
}

/// A document, by kind and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CaseFileDocumentReference)]
pub struct DocumentReference {
    /// What it is.
    pub kind: DocumentKind,
    /// Its id; of an upload the id of the file.
    pub id: Uuid,
}

/// A document to be put into a case file.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"document": {"kind": "outgoing", "id": "0197c1c8-3a10-7a31-9b3f-5a1d30c7b8aa"}, "pages": 3}))]
pub struct AddCaseFileDocument {
    /// Which: an incoming or outgoing document you may see, or a file you uploaded.
    pub document: DocumentReference,
    /// How many pages it has, 1 to 9,999, where the document itself does not say.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 9999)]
    pub pages: Option<u32>,
    /// Of an upload: what it is about, at most 2,000 characters. Personal data.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub title: Option<String>,
    /// Of an upload: who made it, at most 200 characters. Personal data.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub author: Option<String>,
    /// Of an upload: its number and notation, at most 100 characters.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub number: Option<String>,
    /// Of an upload: its day.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub dated: Option<NaiveDate>,
    /// What the list is to say beside it, at most 500 characters. Personal data.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// A secrecy mark, with which it is refused.
    #[serde(default)]
    pub secrecy: Option<SecrecyMark>,
}

/// A document in a case file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseFileDocument {
    /// The entry.
    pub id: Uuid,
    /// The document.
    pub document: DocumentReference,
    /// Its number and notation.
    #[schema(example = "15/QĐ-UBND")]
    pub number: String,
    /// Its day.
    pub dated: NaiveDate,
    /// How many pages it has, as far as known.
    pub pages: Option<i32>,
    /// Whether the caller may see the document itself; if not, what it is about is left out.
    pub may_see: bool,
    /// Its type and what it is about. Personal data.
    pub title: Option<String>,
    /// Who issued it. Personal data.
    pub author: Option<String>,
    /// What was written beside it. Personal data.
    pub note: Option<String>,
    /// When it was put in.
    pub added_at: DateTime<Utc>,
}

/// Why a document is taken out of a case file.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveCaseFileDocument {
    /// Why, 10 to 2,000 characters. Personal data.
    #[schema(example = "Văn bản trùng với số 05 trong hồ sơ")]
    pub reason: String,
}

/// Put a document into a case file
///
/// A link, no copy: the same document may be in several case files, in each once. While the case file is open, for who
/// keeps it and for clerks and heads; adding takes sight of the document. The reading of the answer is kept in the read
/// audit.
#[utoipa::path(
    operation_id = "add_case_file_document",
    tag = "case files",
    params(("id" = Uuid, Path, description = "The case file.")),
    request_body = AddCaseFileDocument,
    responses(
        (status = 201, description = "It is in it.", body = CaseFileDocument),
        (status = 409, description = "`case_file.state` with the state and the actions allowed now; \
                                      `case_file.has_document`; `case_file.full`; `document.unregistered`; \
                                      `document.destroyed`.")
    ),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[post("/case-files/{id}/documents")]
pub(crate) async fn add_case_file_document(
    room: Data<CaseFiles>,
    id: Path<Uuid>,
    request: Write<AddCaseFileDocument>,
) -> WebResult {
    Reply::answer(ops::add(&room, request.actor, request.idempotency, *id, request.body).await?)
}

/// List the documents in a case file
///
/// In the order of their days. Of documents that the caller may not see themselves number and day alone. The reading is
/// kept in the read audit.
#[utoipa::path(
    operation_id = "list_case_file_documents",
    tag = "case files",
    params(("id" = Uuid, Path, description = "The case file."), PageQuery),
    responses((status = 200, description = "A page of documents.", body = Page<CaseFileDocument>)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/case-files/{id}/documents")]
pub(crate) async fn list_case_file_documents(room: Data<CaseFiles>, id: Path<Uuid>, request: List) -> WebResult {
    let List { actor, page, .. } = request;
    Ok(Reply::page(&ops::list(&room, actor, *id, page).await?)?.personal())
}

/// Take a document out of a case file
///
/// While the case file is open: a duplicate, a wrong one. The link goes; who took it out and why is kept.
#[utoipa::path(
    operation_id = "remove_case_file_document",
    tag = "case files",
    params(
        ("id" = Uuid, Path, description = "The case file."),
        ("entry" = Uuid, Path, description = "The entry of the document in it.")
    ),
    request_body = RemoveCaseFileDocument,
    responses(
        (status = 200, description = "The case file without it.", body = CaseFile),
        (status = 409, description = "`case_file.state` with the state and the actions allowed now.")
    ),
    security(("bearer" = ["documents:case-files:write"]))
)]
#[post("/case-files/{id}/documents/{entry}/removal")]
pub(crate) async fn remove_case_file_document(
    room: Data<CaseFiles>,
    path: Path<(Uuid, Uuid)>,
    request: Write<RemoveCaseFileDocument>,
) -> WebResult {
    let at = path.into_inner();
    Reply::answer(ops::remove(&room, request.actor, request.idempotency, at, request.body).await?)
}

/// Print the list of documents in a case file
///
/// Mục lục văn bản trong hồ sơ, in the seven columns of Decree 30/2020/NĐ-CP, Annex V: of a closed case file as it was
/// made at closing, whose digest the journal has signed, otherwise as it stands. Of documents that the caller may not see
/// themselves number and day alone. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_case_file_document_list",
    tag = "case files",
    params(("id" = Uuid, Path, description = "The case file."), ListFormatQuery),
    responses(
        (status = 200, description = "The list.", content(
            (OfficialList = "application/json"),
            (String = "text/html"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF.")
    ),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/case-files/{id}/document-list")]
pub(crate) async fn get_case_file_document_list(
    room: Data<CaseFiles>,
    id: Path<Uuid>,
    request: Read<ListFormatQuery>,
) -> WebResult {
    let book = list::print(&room, request.actor, *id).await?;
    let name = format!("muc-luc-van-ban-{id}");
    printing::serve(&OfficialList::of(&book), book, request.query.format, &name, room.db.clock.business().0).await
}
