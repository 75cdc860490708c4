//! The API of the fields of case files.

use actix_web::get;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use motcua_kernel::Uuid;
use motcua_web::{List, PageQuery, Reply, WebResult};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::limits::MetadataWarning;
use super::ops;
use crate::case_files::CaseFiles;
use crate::case_files::contents::DocumentKind;
use crate::marks::Urgency;

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(get_case_file_metadata);
}

/// The code of a case file (mã hồ sơ).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileCode {
    /// Code of the agency that opened it, as it was then.
    #[schema(example = "H50.12")]
    pub organ_id: String,
    /// The year of its plan.
    #[schema(example = 2026)]
    pub file_catalog: i32,
    /// Number and notation.
    #[schema(example = "01.TCCB")]
    pub file_notation: String,
}

/// A case file in the fields of Annex VI, with a page of its documents.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseFileMetadata {
    /// Its id.
    pub id: Uuid,
    /// Its code.
    pub file_code: FileCode,
    /// What it is about. Personal data.
    pub title: String,
    /// How long it is kept, in words.
    #[schema(example = "20 năm")]
    pub maintenance: String,
    /// The code of that in Circular 05/2025/TT-BNV.
    #[schema(example = "05")]
    pub maintenance_code: String,
    /// Who may use it, in words.
    #[schema(example = "Có điều kiện")]
    pub rights: String,
    /// Who keeps it. Personal data.
    pub creator: Option<String>,
    /// The language of its documents.
    pub language: String,
    /// The first day of the work.
    pub start_date: NaiveDate,
    /// The last day of the work.
    pub end_date: Option<NaiveDate>,
    /// How many documents it has.
    pub doc_total: i32,
    /// How many pages these have, as far as known.
    pub page_total: i32,
    /// More about it. Personal data.
    pub description: Option<String>,
    /// SHA-256 of the list of its documents as it was closed.
    pub list_sha256: Option<String>,
    /// A page of its documents, in the order of the list.
    pub documents: Vec<CaseFileDocumentMetadata>,
    /// The cursor of the next page of documents; null on the last.
    pub next: Option<String>,
    /// Fields that are longer than the annex has them: they are given whole, and a system that goes by it cuts them.
    pub warnings: Vec<MetadataWarning>,
}

/// A document of a case file in the fields of Annex VI. What its kind does not have, or is not known, is null.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseFileDocumentMetadata {
    /// What it is.
    pub kind: DocumentKind,
    /// Its id; of an upload the id of the file.
    pub id: Uuid,
    /// Its place in the case file, from 1.
    pub doc_ordinal: i64,
    /// Whether the caller may see the document itself; if not, only its number and day are told.
    pub may_see: bool,
    /// Number and notation as they stand on it.
    #[schema(example = "15/QĐ-UBND")]
    pub full_number: String,
    /// Its day; of an incoming document without one the day of its arrival.
    pub issued_date: NaiveDate,
    /// The rest. Personal data.
    #[serde(flatten)]
    pub fields: DocumentFields,
}

/// What a document says of itself. Personal data.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct DocumentFields {
    /// Its type.
    pub type_name: Option<String>,
    /// Its number.
    pub code_number: Option<String>,
    /// Its notation.
    pub code_notation: Option<String>,
    /// Who issued it.
    pub organ_name: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// How many pages it has.
    pub page_amount: Option<i32>,
    /// More about it; of an upload what was written beside it.
    pub description: Option<String>,
    /// Who signed it.
    pub signer_info: Option<SignerInfo>,
    /// How urgent it is.
    pub priority: Option<Urgency>,
    /// By when its issuer asks for an answer; of an outgoing document the first day by which a receiver is asked to.
    pub due_date: Option<NaiveDate>,
    /// Of an outgoing document: to whom it was sent within this installation.
    pub to: Vec<ReceiverField>,
    /// Of an outgoing document: how many copies were issued.
    pub issued_amount: Option<i32>,
    /// Of an incoming document: the day it arrived.
    pub arrival_date: Option<NaiveDate>,
    /// Of an incoming document: its number of arrival.
    pub arrival_number: Option<i64>,
}

/// Who signed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = SignerInfoField)]
pub struct SignerInfo {
    /// The position.
    pub position: Option<String>,
    /// The name. Personal data.
    pub full_name: Option<String>,
}

/// An agency a document was sent to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReceiverField {
    /// Its code.
    #[schema(example = "H50.12")]
    pub organ_id: String,
    /// Its name.
    pub organ_name: String,
}

/// Read a case file and its documents in the fields of the decree
///
/// Decree 30/2020/NĐ-CP, Annex VI, Part II: all fields of the file, and of its documents a page at a time in the order of the
/// list. Of documents that the caller may not see themselves number and day alone. Not for borrowers. The reading is kept in
/// the read audit.
#[utoipa::path(
    operation_id = "get_case_file_metadata",
    tag = "case files",
    params(("id" = Uuid, Path, description = "The case file."), PageQuery),
    responses((status = 200, description = "The fields.", body = CaseFileMetadata)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/case-files/{id}/metadata")]
pub(crate) async fn get_case_file_metadata(room: Data<CaseFiles>, id: Path<Uuid>, request: List) -> WebResult {
    let List { actor, page, .. } = request;
    Reply::object(&ops::get(&room, actor, *id, page).await?, None, true)
}
