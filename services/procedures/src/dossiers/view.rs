//! Dossiers as the API shows and takes them.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_clock::Term;
use motcua_kernel::{Text, Uuid};
use motcua_paper::PaperKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::linked::view::{LinkedDossier, ParentDossier};
use super::rules::{Action, State};
use super::step::SupplementItem;
use super::transfer::{Transfer, TransferReason};
use crate::catalogue::content::Channel;
use crate::consultations::view::ConsultedOfDossier;
use crate::lookups::view::{CreateLookup, FailedLookup, Lookup};
use crate::representatives::view::Representative;

/// A dossier (hồ sơ) of an administrative procedure, whole. Carries personal data.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Dossier {
    /// What a list shows of it as well.
    #[serde(flatten)]
    pub summary: DossierSummary,
    /// Who asks.
    pub applicant: Applicant,
    /// Who submitted it for the applicant, and by what mandate.
    #[serde(default)]
    pub representative: Option<Representative>,
    /// The form's data, as the schema of the procedure version asks.
    #[schema(value_type = Object)]
    pub form: Value,
    /// The files, by component.
    pub files: Vec<DossierFile>,
    /// Required components that have no file and that no database replaces; an officer decides whether the dossier is
    /// complete.
    pub missing_components: Vec<String>,
    /// What databases said that replace components, the oldest first.
    #[serde(default)]
    pub lookups: Vec<Lookup>,
    /// Components that their database did not confirm.
    #[serde(default)]
    pub failed_lookups: Vec<FailedLookup>,
    /// Why it ended without a result: refused, stopped, turned down or withdrawn.
    pub closing: Option<Closing>,
    /// What the applicant was asked to add, the oldest first.
    pub supplements: Vec<SupplementRequest>,
    /// New due dates with their apologies, the oldest first.
    pub extensions: Vec<ExtensionNote>,
    /// Which agencies were asked for their opinion, since when and until when (cơ quan được lấy ý kiến).
    pub consulted: Vec<ConsultedOfDossier>,
    /// What the decision is about (trích yếu), as the approver wrote it.
    pub result_subject: Option<String>,
    /// Linked dossiers that it brings about, once received.
    #[serde(default)]
    pub linked: Vec<LinkedDossier>,
    /// The dossier that brought it about.
    #[serde(default)]
    pub parent: Option<ParentDossier>,
    /// Transfers of competence, the oldest first.
    #[serde(default)]
    pub transfers: Vec<Transfer>,
    /// What the caller may do now.
    pub allowed_actions: Vec<Action>,
}

/// What submitting and moving a dossier answer: where it stands now, and nothing that names a person.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DossierProgress {
    /// What a list shows of it as well.
    #[serde(flatten)]
    pub summary: DossierSummary,
    /// Required components that have no file and that no database replaces; an officer decides whether the dossier is
    /// complete.
    pub missing_components: Vec<String>,
    /// Components that their database did not confirm: their papers are needed, and the applicant should have the database
    /// corrected.
    #[serde(default)]
    pub failed_lookups: Vec<FailedLookup>,
    /// What the caller may do now.
    pub allowed_actions: Vec<Action>,
}

/// What people wrote about a dossier; kept sealed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Remarks {
    /// Why it ended without a result.
    pub closing: Option<Closing>,
    /// What the decision is about.
    pub result_subject: Option<String>,
    /// What the applicant was asked to add.
    pub supplements: Vec<SupplementRequest>,
    /// Apologies with new due dates.
    pub extensions: Vec<ExtensionNote>,
    /// Why it was transferred.
    pub transfers: Vec<TransferReason>,
    /// Why linked steps were given up.
    pub skips: Vec<LinkedSkip>,
}

/// Why a linked step was given up, as the approver wrote it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LinkedSkip {
    /// Code of the step.
    pub code: String,
    /// Reason and legal basis.
    pub closing: Closing,
}

/// Why a dossier ended without a result, as the person who ended it wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Closing {
    /// The reason (lý do); an applicant who withdraws need not give one.
    pub reason: Option<String>,
    /// The legal basis (căn cứ pháp lý); none for a withdrawal.
    pub legal_basis: Option<String>,
}

/// A request to add or correct something (phiếu yêu cầu bổ sung, hoàn thiện hồ sơ; form 02).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SupplementRequest {
    /// When it was made.
    pub asked_at: DateTime<Utc>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// Its number of the year at the agency that asks.
    #[serde(default)]
    #[schema(example = "15/HDHS")]
    pub number: Option<String>,
    /// The agency that asks, by id: the one that received the dossier, or after receipt the one that decides.
    #[serde(default)]
    pub agency_id: Option<Uuid>,
    /// The law that asks for it.
    pub legal_basis: String,
    /// Whom the applicant can ask.
    pub contact: Option<String>,
    /// What to add, each with its reason.
    pub items: Vec<SupplementItem>,
}

/// An apology with a new due date (văn bản xin lỗi và đề nghị gia hạn; form 04).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ExtensionNote {
    /// When it was given.
    pub at: DateTime<Utc>,
    /// Its number of the year at the agency that decides.
    #[serde(default)]
    #[schema(example = "3/PXL")]
    pub number: Option<String>,
    /// The agency that apologises, by id: the one that decided then.
    #[serde(default)]
    pub agency_id: Option<Uuid>,
    /// The due instant before.
    pub from: Option<DateTime<Utc>>,
    /// The new due date in Vietnam.
    pub to: NaiveDate,
    /// The new due instant: when the office closes on that date. Later waits move the dossier's own, not this promise.
    #[serde(default)]
    pub due_at: Option<DateTime<Utc>>,
    /// Why it takes longer.
    pub reason: String,
    /// The law it rests on.
    pub legal_basis: String,
}

/// A dossier in a list: nothing that names a person.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DossierSummary {
    /// Its id.
    pub id: Uuid,
    /// The reference the applicant gets at submission (mã tra cứu); null for officers other than those of the desk that
    /// hands it out, and in the lists of officers, because whoever knows it may rate the dossier.
    #[schema(example = "7F3K-9Q2M-XA")]
    pub tracking_reference: Option<String>,
    /// Dossier code (mã hồ sơ), once received: receiving agency, day of receipt in Vietnam, number of the day.
    #[schema(example = "H50.12-261121-0001")]
    pub code: Option<String>,
    /// The client's own reference.
    pub external_ref: Option<String>,
    /// The procedure and the version it is pinned to.
    pub procedure: ProcedureRef,
    /// How it came.
    pub channel: Channel,
    /// Where it stands.
    pub state: StateView,
    /// Its agencies: those responsible now.
    pub agencies: Parties,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// When it was received.
    pub received_at: Option<DateTime<Utc>>,
    /// The term that counts.
    #[schema(value_type = Option<Object>)]
    pub term: Option<Term>,
    /// The due instant given at receipt (hẹn trả lần đầu).
    pub first_due_at: Option<DateTime<Utc>>,
    /// The due instant now (hẹn trả); none before receipt, and while the clock stands still unless it had passed before.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was decided.
    pub approved_at: Option<DateTime<Utc>>,
    /// When processing ended with a result.
    pub finished_at: Option<DateTime<Utc>>,
    /// When the result was handed over.
    pub returned_at: Option<DateTime<Utc>>,
    /// The result, once decided.
    pub result: Option<ResultView>,
    /// The officer who works on it, by id in the directory of the documents service.
    pub assignee_id: Option<Uuid>,
    /// The next instant by which somebody must act, applicant or officer; none once it has ended.
    pub act_by_at: Option<DateTime<Utc>>,
    /// Rises with every change; the entity tag begins with it.
    pub version: i64,
}

/// The procedure of a dossier.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ProcedureRef {
    /// Its id.
    pub id: Uuid,
    /// The version the dossier is pinned to.
    pub version_id: Uuid,
    /// Code.
    #[schema(example = "2.002080")]
    pub code: String,
    /// Name.
    pub name: String,
}

/// Where a dossier stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StateView {
    /// The local state.
    pub local: State,
    /// The national state code (`TrangThaiHoSo`), 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    pub national: u8,
    /// Its name.
    pub name: Text,
}

/// The agencies of a dossier.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Parties {
    /// Received it (nơi tiếp nhận).
    pub receiving: PartyView,
    /// Decides it (cơ quan có thẩm quyền).
    pub competent: PartyView,
    /// Issues the result (cơ quan ban hành).
    pub issuing: PartyView,
    /// Helped the applicant to submit (nơi hỗ trợ).
    #[serde(default)]
    pub supporting: Option<PartyView>,
}

/// An agency of a dossier.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PartyView {
    /// The agency responsible now.
    #[serde(flatten)]
    pub now: Named,
    /// The code the dossier was written with; it stays when a succession moves the responsibility.
    pub written_code: String,
}

/// What the applicant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicantKind {
    /// A person (công dân).
    Citizen,
    /// A business (doanh nghiệp).
    Business,
    /// Any other organisation (tổ chức).
    Organisation,
}

/// Who asks (chủ hồ sơ).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    /// What the applicant is.
    pub kind: ApplicantKind,
    /// Full name, 1 to 200 characters.
    #[schema(example = "Trần Thị Ví Dụ")]
    pub name: String,
    /// Personal identification number (12 digits), old identity card (9 digits), or tax code of an organisation.
    #[schema(example = "045190000001")]
    pub identity_number: String,
    /// Telephone number, 8 to 15 digits, with `+` at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Administrative unit of the address (Decision 19/2025/QĐ-TTg code).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_code: Option<String>,
}

/// Where a file of a dossier comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileOrigin {
    /// From the applicant, electronic.
    #[default]
    Applicant,
    /// Digitised from paper at receipt (số hóa).
    Digitised,
    /// Re-used from an earlier dossier (tái sử dụng).
    Reused,
    /// From the person's own store (kho dữ liệu cá nhân).
    PersonalStore,
    /// The result of the dossier.
    Result,
    /// The mandate of the representative (văn bản ủy quyền).
    Mandate,
    /// Passed on between linked dossiers (liên thông); nobody hands such a file in.
    Linked,
}

impl FileOrigin {
    /// The word as columns write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::Digitised => "digitised",
            Self::Reused => "reused",
            Self::PersonalStore => "personal_store",
            Self::Result => "result",
            Self::Mandate => "mandate",
            Self::Linked => "linked",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Applicant, Self::Digitised, Self::Reused, Self::PersonalStore, Self::Result, Self::Mandate, Self::Linked]
            .into_iter()
            .find(|origin| origin.as_str() == word)
    }
}

/// A file of a dossier.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DossierFile {
    /// The component it belongs to, by its code in the procedure version; empty for the result and for a mandate.
    pub component: String,
    /// The file, uploaded before with `POST /v1/files`, or of an earlier dossier when it is re-used.
    pub file_id: Uuid,
    /// Where it comes from.
    #[serde(default)]
    pub origin: FileOrigin,
    /// As what the paper was handed in: a digitised file comes from an original or a copy, any other is electronic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PaperKind>,
    /// How many of the paper were handed in, 1 to 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    pub quantity: Option<u32>,
    /// The earlier dossier it comes from: of a file that is re-used, and of no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<FileSource>,
}

/// Where a file that is re-used comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FileSource {
    /// The dossier: an earlier one of the same applicant.
    pub dossier_id: Uuid,
    /// When it was re-used; never sent with a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only)]
    pub reused_at: Option<DateTime<Utc>>,
}

/// The result of a dossier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResultView {
    /// The file of the result, in this service.
    pub file_id: Uuid,
    /// The document in the documents service, once it has a number.
    pub document_id: Option<Uuid>,
    /// Its full number.
    #[schema(example = "15/QĐ-UBND")]
    pub number: Option<String>,
    /// When it was issued.
    pub issued_at: Option<DateTime<Utc>>,
    /// That it was revoked since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation: Option<Revocation>,
}

/// That a result was revoked (thu hồi kết quả giải quyết).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Revocation {
    /// When.
    pub revoked_at: DateTime<Utc>,
    /// Number of the decision that revokes it.
    #[schema(example = "27/QĐ-UBND")]
    pub decision: String,
    /// The law it rests on.
    pub legal_basis: String,
}

/// A new dossier.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDossier {
    /// The procedure, by code or id.
    #[schema(example = "2.002080")]
    pub procedure: String,
    /// The agency that shall receive it, by code or id; it must be open.
    #[schema(example = "H50.12")]
    pub receiving_agency: String,
    /// How it comes.
    pub channel: Channel,
    /// The client's own reference, at most 100 characters, unique per client for ever.
    #[serde(default)]
    pub external_ref: Option<String>,
    /// The agency whose officer helps to submit (nơi hỗ trợ), by code or id; it must be open and not be the receiving one.
    #[serde(default)]
    #[schema(example = "H50.13")]
    pub supporting_agency: Option<String>,
    /// Who asks.
    pub applicant: Applicant,
    /// Who submits for the applicant, and by what mandate; a citizen who submits for somebody else gives themselves.
    #[serde(default)]
    pub representative: Option<Representative>,
    /// The form's data; absent only when the procedure has no electronic form.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub form: Option<Value>,
    /// Files uploaded before, at most 100.
    #[serde(default)]
    pub files: Vec<DossierFile>,
    /// What databases said that replace components, at most 50: by a portal or an officer, never by a citizen.
    #[serde(default)]
    pub lookups: Vec<CreateLookup>,
    /// Whether the applicant's account was verified with `VNeID`.
    #[serde(default)]
    pub vneid_verified: bool,
}
