//! The API of outgoing documents.

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::filter::Filter;
use motcua_kernel::time::deserialize_day;
use motcua_kernel::{Page, Result, Uuid};
use motcua_web::{List, PageQuery, Read, Reply, TraceContext, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::report::OutgoingReport;
use super::states::{DocumentAction, DocumentState};
use super::store::Narrow;
use super::{OutgoingDocuments, ops};
use crate::agency_filter::AgencyFilter;
use crate::case_files::CaseFileReference;
use crate::document_types::DocumentType;
use crate::marks::{CirculationMark, SecrecyMark, Urgency};
use crate::printing::{self, SheetFormat};
use crate::signing::Capacity;

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(issue_outgoing_document).service(list_outgoing_documents).service(get_outgoing_report);
    config.service(get_outgoing_document);
    config.service(super::transitions::create_outgoing_document_transition);
}

/// A document to be issued.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOutgoingDocument {
    /// Your own reference, at most 100 characters: it stands for this document for ever, so that asking again gives the
    /// same document and no second number. Services must give one.
    #[schema(max_length = 100, example = "0197c1c8-3a10-7a31-9b3f-5a1d30c7b8aa")]
    pub external_ref: Option<String>,
    /// The issuing agency (cơ quan ban hành) by code or id; it must be open today.
    #[schema(example = "H50")]
    pub issuing_agency: String,
    /// Abbreviation of the document's type (Decree 30/2020/NĐ-CP, Annex III); `CV` for an official letter, `SY`, `TrS` or
    /// `SL` for a copy.
    #[serde(rename = "type")]
    #[schema(example = "QĐ")]
    pub document_type: String,
    /// Whether it is a normative document (văn bản quy phạm pháp luật), a resolution or decision with the year in its
    /// notation and a sequence of its own.
    #[serde(default)]
    pub normative: bool,
    /// The issuer in the notation; the agency's own when none is given. An official letter needs one with the drafting unit
    /// or field, such as `UBND-VX`.
    #[schema(max_length = 40, example = "UBND")]
    pub symbol: Option<String>,
    /// What it is about (trích yếu nội dung), at most 2,000 characters. Personal data.
    #[schema(max_length = 2000, example = "Cấp giấy phép xây dựng nhà ở riêng lẻ")]
    pub subject: String,
    /// Who signed it, at most 200 characters. Personal data.
    #[schema(max_length = 200)]
    pub signer_name: Option<String>,
    /// The signed document, a file you have uploaded.
    pub file_id: Uuid,
    /// Its secrecy mark. Any mark is refused: this system is on a network.
    pub secrecy: Option<SecrecyMark>,
    /// The number that was reserved for it; the next of its register when none is named.
    pub reservation: Option<ReservationReference>,
    /// A number behind another one, by a decision of the agency's head, instead of the next.
    pub late_number: Option<LateNumber>,
}

/// A reserved number (số đã giữ).
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReservationReference {
    /// The register it stands in.
    pub register_id: Uuid,
    /// The number.
    #[schema(example = 16)]
    pub number: i64,
}

/// A late number (số chèn): 12a behind 12, then 12b, up to z. The day of the document is that of number 12.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"after": 12, "decision": {"number": "20/QĐ-UBND", "date": "2026-11-20"}}))]
pub struct LateNumber {
    /// The number it stands behind.
    #[schema(example = 12)]
    pub after: i64,
    /// The year of the register: this one, when none is given, or the last while its register is open.
    pub year: Option<i32>,
    /// The decision it rests on; without one a late number is refused.
    pub decision: Option<LateNumberDecision>,
}

/// The decision that a late number rests on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LateNumberDecision {
    /// Its number and notation, at most 100 characters. Every follower of events is told: no names.
    #[schema(max_length = 100, example = "20/QĐ-UBND")]
    pub number: String,
    /// Its day, not one to come.
    #[serde(deserialize_with = "motcua_kernel::time::deserialize_day")]
    pub date: NaiveDate,
    /// The document itself, where it is kept here and you may see it: of the issuing agency, with this number and day.
    pub document_id: Option<Uuid>,
}

/// An outgoing document (văn bản đi).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OutgoingDocument {
    /// Its id.
    pub id: Uuid,
    /// Code of its type.
    #[serde(rename = "type")]
    #[schema(example = "QĐ")]
    pub document_type: String,
    /// Whether it is a normative document (văn bản quy phạm pháp luật).
    pub normative: bool,
    /// Its number in the register (số).
    #[schema(example = 15)]
    pub number: i64,
    /// The letter of a late number (số chèn): `a` of 12a.
    pub suffix: Option<String>,
    /// Its notation (ký hiệu).
    #[schema(example = "QĐ-UBND")]
    pub notation: String,
    /// Number and notation as they stand on the document.
    #[schema(example = "15/QĐ-UBND")]
    pub full_number: String,
    /// What it is about (trích yếu nội dung). Personal data.
    pub subject: String,
    /// Who signed it. Personal data.
    pub signer_name: Option<String>,
    /// The agency that issued it, with the code it had then.
    pub issuing_agency: Named,
    /// The agency responsible for it now.
    pub responsible_agency: Named,
    /// The register it stands in.
    pub register: RegisterReference,
    /// The day of the document, in Vietnam.
    pub issued_on: NaiveDate,
    /// The instant it got its number.
    pub issued_at: DateTime<Utc>,
    /// The signed document.
    pub file: DocumentFile,
    /// The reference its client gave.
    pub external_ref: Option<String>,
    /// Where it stands.
    pub state: DocumentState,
    /// Why it was recalled, or its number made void. Personal data.
    pub reason: Option<String>,
    /// Whether it went through draft, checks and signing authority here, or was put in the register without them.
    pub origin: DocumentOrigin,
    /// The draft it was, when it was drafted here.
    pub draft_id: Option<Uuid>,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Who may keep it, and how long.
    pub circulation: Option<CirculationMark>,
    /// Whether it stays within the agency (văn bản nội bộ).
    pub internal: bool,
    /// How many pages it has.
    pub pages: Option<i32>,
    /// How many copies were made of it (số lượng bản phát hành).
    pub copies: Option<i32>,
    /// Its language (ngôn ngữ), when it was said.
    #[schema(example = "Tiếng Việt")]
    pub language: Option<String>,
    /// More about it (ghi chú). Personal data.
    pub description: Option<String>,
    /// In which capacity it was signed, when it was signed here.
    pub signer: Option<SignerPost>,
    /// The instant it was issued; none while it is not.
    pub released_at: Option<DateTime<Utc>>,
    /// The instant it was recalled.
    pub recalled_at: Option<DateTime<Utc>>,
    /// Its attachments, in order.
    pub attachments: Vec<DocumentFile>,
    /// The document that replaced it.
    pub replaced_by: Option<Uuid>,
    /// The official letters that corrected it.
    pub corrected_by: Vec<Uuid>,
    /// The documents it replaced.
    pub replaces: Vec<Uuid>,
    /// The documents it corrected.
    pub corrects: Vec<Uuid>,
    /// What the caller may do about it now: `POST …/transitions`.
    pub allowed_actions: Vec<DocumentAction>,
    /// The case files it is in, of those the caller may see; null where it is not read by itself.
    pub case_files: Option<Vec<CaseFileReference>>,
    /// Rises with every change.
    pub version: i64,
}

/// In which capacity a document was signed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SignerPost {
    /// The capacity.
    pub capacity: Capacity,
    /// What stands above the post; empty for the head.
    #[schema(example = "KT. CHỦ TỊCH")]
    pub prefix: String,
    /// The post.
    #[schema(example = "PHÓ CHỦ TỊCH")]
    pub position: String,
}

/// The register a document stands in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegisterReference {
    /// The register.
    pub id: Uuid,
    /// Its book.
    #[schema(example = "QĐ")]
    pub book: String,
    /// Its year.
    #[schema(example = 2026)]
    pub year: i32,
}

/// How a document came to be (nguồn gốc).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentOrigin {
    /// Drafted here: its checks, its signature and the authority that rests on stand with its draft.
    Draft,
    /// Put in the register in one step, as a clerk does with what was signed on paper, and another system with what it
    /// produced. Nobody checked it here, and who signed it is what was said.
    Direct,
}

/// The file of a document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DocumentFile {
    /// The file; its content is at `/v1/files/{id}/content`.
    pub id: Uuid,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

/// Issue a document
///
/// Gives it the next number of its register, a reserved or a late one, enters it there and keeps its file, in one step: for
/// what was checked and signed elsewhere, on paper or in another system. Nothing of Decree 30/2020/NĐ-CP, Articles 10 to 13
/// is checked here, the signer is what is said, and the document tells so for ever: its `origin` is `direct`. What is drafted,
/// checked and signed here goes by `/v1/drafts`, and has the `origin` `draft`. The same `external_ref` again, saying the same, answers 200 with the document issued the first time, however long ago that was. The answer
/// shows its subject and signer, which is kept in the read audit.
#[utoipa::path(
    operation_id = "issue_outgoing_document",
    tag = "outgoing documents",
    request_body = CreateOutgoingDocument,
    responses(
        (status = 201, description = "Issued.", body = OutgoingDocument),
        (status = 200, description = "Issued before under this reference.", body = OutgoingDocument),
        (status = 409, description = "`agency.closed` naming the successor; `document.external_ref_reused`; \
                                      `register.number_taken`, `register.number_void`, \
                                      `register.reservation_of_other_year`, `register.late_numbers_full`, \
                                      `register.late_behind_reserved` or `register.closed` of the number asked for.")
    ),
    security(("bearer" = ["documents:decisions:issue"]), ("bearer" = ["documents:documents:write"]))
)]
#[post("/outgoing-documents")]
pub(crate) async fn issue_outgoing_document(
    room: Data<OutgoingDocuments>,
    request: Write<CreateOutgoingDocument>,
) -> WebResult {
    Reply::answer(ops::issue(&room, request.actor, request.idempotency, request.body, request_id()).await?)
}

/// Read a document
///
/// With its subject and signer: the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_outgoing_document",
    tag = "outgoing documents",
    params(("id" = Uuid, Path, description = "The document.")),
    responses((status = 200, description = "The document.", body = OutgoingDocument)),
    security(("bearer" = ["documents:documents:read"]), ("bearer" = ["documents:decisions:issue"]))
)]
#[get("/outgoing-documents/{id}")]
pub(crate) async fn get_outgoing_document(room: Data<OutgoingDocuments>, id: Path<Uuid>, request: Read) -> WebResult {
    let document = ops::get(&room, request.actor, *id, request_id()).await?;
    Reply::object(&document, document.version, true)
}

/// What a list of documents is narrowed to.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutgoingDocumentsQuery {
    /// The agency responsible now, by code or id; `under:` it and all below.
    #[param(example = "under:H50")]
    pub agency: Option<String>,
    /// Code of the type; `in:` several.
    #[serde(rename = "type")]
    #[param(example = "in:QĐ,TB")]
    pub document_type: Option<String>,
    /// The year of the register.
    #[param(example = 2026)]
    pub year: Option<i32>,
    /// The reference the client gave.
    pub external_ref: Option<String>,
    /// Where it stands; `in:` several.
    #[param(example = "in:issued,corrected")]
    pub state: Option<String>,
}

/// List documents
///
/// The newest first, those the caller may see. The reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_outgoing_documents",
    tag = "outgoing documents",
    params(OutgoingDocumentsQuery, PageQuery),
    responses((status = 200, description = "A page of documents.", body = Page<OutgoingDocument>)),
    security(("bearer" = ["documents:documents:read"]), ("bearer" = ["documents:decisions:issue"]))
)]
#[get("/outgoing-documents")]
pub(crate) async fn list_outgoing_documents(
    room: Data<OutgoingDocuments>,
    request: List<OutgoingDocumentsQuery>,
) -> WebResult {
    let List { actor, query, page } = request;
    let agencies = AgencyFilter::read(&room.db, actor.tenant, query.agency.as_deref()).await?;
    let document_types = query.document_type.as_deref().map(known_types).transpose()?;
    let states = query.state.as_deref().map(known_states).transpose()?;
    let narrow = Narrow { agencies, document_types, year: query.year, external_ref: query.external_ref, states };
    Ok(Reply::page(&ops::list(&room, actor, narrow, page, request_id()).await?)?.personal())
}

fn known_types(text: &str) -> Result<Vec<String>> {
    let types = match Filter::parse("type", text)? {
        Filter::Is(one) => vec![one],
        Filter::In(several) => several,
        _ => return Err(Filter::refuse("type", text)),
    };
    if types.iter().any(|one| DocumentType::by_code(one).is_none()) {
        return Err(Filter::refuse("type", text));
    }
    Ok(types)
}

fn known_states(text: &str) -> Result<Vec<String>> {
    let states = match Filter::parse("state", text)? {
        Filter::Is(one) => vec![one],
        Filter::In(several) => several,
        _ => return Err(Filter::refuse("state", text)),
    };
    if states.iter().any(|one| DocumentState::from_word(one).is_none()) {
        return Err(Filter::refuse("state", text));
    }
    Ok(states)
}

pub(super) fn request_id() -> String {
    TraceContext::current().unwrap_or_default().request_id
}

/// Of which agency, when, and as what.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutgoingReportQuery {
    /// The agency, by code or id.
    #[param(example = "H50.12")]
    pub agency: String,
    /// The first day of the documents.
    #[serde(deserialize_with = "deserialize_day")]
    #[param(example = "2026-11-01")]
    pub from: NaiveDate,
    /// The last day of the documents, at most a year after the first.
    #[serde(deserialize_with = "deserialize_day")]
    #[param(example = "2026-11-30")]
    pub to: NaiveDate,
    /// As what; JSON when absent.
    #[param(inline)]
    pub format: Option<SheetFormat>,
}

/// Report what an agency issued
///
/// Báo cáo văn bản đi (Decree 30/2020/NĐ-CP, Annex VI, Part V): how many documents have a number of these days, by type and
/// by what has become of them since. For those who keep or direct the agency's documents.
#[utoipa::path(
    operation_id = "get_outgoing_report",
    tag = "outgoing documents",
    params(OutgoingReportQuery),
    responses(
        (status = 200, description = "The report.", content(
            (OutgoingReport = "application/json"),
            (String = "text/html"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF.")
    ),
    security(("bearer" = ["documents:documents:read"]))
)]
#[get("/outgoing-documents/report")]
pub(crate) async fn get_outgoing_report(
    room: Data<OutgoingDocuments>,
    request: Read<OutgoingReportQuery>,
) -> WebResult {
    let OutgoingReportQuery { agency, from, to, format } = request.query;
    let (table, book) = super::report::report(&room, request.actor, agency, (from, to)).await?;
    printing::serve(&table, book, format, &format!("bao-cao-van-ban-di-{from}-{to}"), room.db.clock.business().0).await
}
