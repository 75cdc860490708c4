//! Dossiers as the API shows and takes them.

mod applicant;
mod files;
mod remarks;

use chrono::{DateTime, Utc};
use motcua_agencies::Named;
use motcua_clock::Term;
use motcua_kernel::{Text, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub use applicant::{Applicant, ApplicantKind, CreateDossier};
pub use files::{DossierFile, FileOrigin, FileSource};
pub use remarks::{Closing, ExtensionNote, SupplementRequest};
pub(crate) use remarks::{LinkedSkip, Remarks};

use super::linked::view::{LinkedDossier, ParentDossier};
use super::rules::{Action, State};
use super::transfer::Transfer;
use crate::catalogue::content::Channel;
use crate::consultations::view::ConsultedOfDossier;
use crate::lookups::view::{FailedLookup, Lookup};
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
