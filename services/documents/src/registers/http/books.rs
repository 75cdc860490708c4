//! The API of an agency's books.

use actix_web::web::{Data, Path};
use actix_web::{get, put};
use motcua_agencies::Named;
use motcua_kernel::Uuid;
use motcua_web::openapi::IfMatch;
use motcua_web::{Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::super::rules::RegisterKind;
use super::super::{Registers, plans};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(list_register_books).service(put_register_book);
}

/// The books of an agency (sổ và hệ thống số): which documents share a sequence, from which year on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegisterBooks {
    /// The agency.
    pub agency: Named,
    /// The book of every incoming document for which nothing else is decided. Outgoing ones then have a book of their
    /// type's own, named by its code; normative ones `QPPL-` and the code.
    #[schema(value_type = String, example = "ĐẾN")]
    pub incoming_book: &'static str,
    /// What was decided, and what stands for a year because numbers were given; the newest year first.
    pub books: Vec<RegisterBook>,
    /// Rises with every decision; 0 before the first.
    pub version: i64,
}

/// A book from a year on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegisterBook {
    /// What it registers.
    pub kind: RegisterKind,
    /// Its name.
    #[schema(example = "Văn bản hành chính")]
    pub book: String,
    /// The first year.
    #[schema(example = 2027)]
    pub from_year: i32,
    /// Codes of the types numbered in it.
    #[schema(example = json!(["QĐ", "TB", "CV"]))]
    pub document_types: Vec<String>,
    /// Number and date of the decision; null where none was needed.
    #[schema(example = "12/QĐ-UBND ngày 15/12/2026")]
    pub decision: Option<String>,
    /// Whether one of them was numbered in that year already, so that its book can't change.
    pub begun: bool,
}

/// What shall be numbered in a book.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "document_types": ["QĐ", "TB", "CV"],
    "from_year": 2027,
    "decision": "12/QĐ-UBND ngày 15/12/2026"
}))]
pub struct PutRegisterBook {
    /// Codes of all types numbered in it: abbreviations of Decree 30/2020/NĐ-CP, Annex III, `CV` for official letters,
    /// `QPPL-NQ` or `QPPL-QĐ`, alone, for normative documents. A type that was in the book and is not named goes to the
    /// book that it has where nothing is decided.
    pub document_types: Vec<String>,
    /// The first year; numbers of the types must not have been given in it.
    pub from_year: i32,
    /// Number and date of the decision of the agency's head, at most 200 characters. Every follower of events is told: no
    /// names.
    #[schema(max_length = 200)]
    pub decision: String,
}

/// List the books of an agency
#[utoipa::path(
    operation_id = "list_register_books",
    tag = "registers",
    params(("agency" = Uuid, Path, description = "Id of the agency.")),
    responses((status = 200, description = "Its books.", body = RegisterBooks)),
    security(("bearer" = ["documents:registers:read"]))
)]
#[get("/agencies/{agency}/register-books")]
pub(crate) async fn list_register_books(room: Data<Registers>, agency: Path<Uuid>, request: Read) -> WebResult {
    let plan = plans::get(&room, request.actor, *agency).await?;
    Reply::object(&plan, plan.version, false)
}

/// Decide which documents share a book
///
/// For the head of the agency, so for its leaders and administrators and those above. `If-Match` names the agency's books
/// as you have read them, `"v0"` before the first decision. The answer has all of them.
#[utoipa::path(
    operation_id = "put_register_book",
    tag = "registers",
    params(
        ("agency" = Uuid, Path, description = "Id of the agency."),
        ("kind" = String, Path, description = "`outgoing` or `incoming`.", example = "outgoing"),
        ("book" = String, Path, description = "Name of the book, at most 40 letters, digits, spaces, dots and hyphens.",
            example = "VB"),
        IfMatch
    ),
    request_body = PutRegisterBook,
    responses(
        (status = 200, description = "Decided.", body = RegisterBooks),
        (status = 409, description = "`register.year_begun` with the types that have numbers in that year, or \
                                      `agency.closed` naming the successor.")
    ),
    security(("bearer" = ["documents:registers:write"]))
)]
#[put("/agencies/{agency}/register-books/{kind}/{book}")]
pub(crate) async fn put_register_book(
    room: Data<Registers>,
    path: Path<(Uuid, String, String)>,
    request: Write<PutRegisterBook>,
) -> WebResult {
    let version = request.require_match()?;
    Reply::answer(
        plans::put(&room, request.actor, request.idempotency, path.into_inner(), version, request.body).await?,
    )
}
