//! Consultations as the API shows and takes them.

use chrono::{DateTime, Utc};
use motcua_agencies::Named;
use motcua_clock::Term;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::{AnswerState, ConsultationState, Join, Outcome, Silence, Stance};

/// Asks agencies for their opinion: by a rule of the procedure version, or beside the rules.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateConsultation {
    /// Code of the rule, which says who, by when and what follows.
    #[serde(default)]
    #[schema(example = "YK01")]
    pub rule: Option<String>,
    /// Without a rule: who is asked, by code or id, 1 to 30 open agencies.
    #[serde(default)]
    pub agencies: Vec<String>,
    /// Without a rule: by when, counted by the calendar of each.
    #[serde(default)]
    #[schema(value_type = Option<Object>, example = json!({"count": 3, "unit": "working_day"}))]
    pub term: Option<Term>,
    /// Without a rule: when it is concluded. Silence then never means consent.
    #[serde(default)]
    pub join: Option<Join>,
    /// What they are asked, 1 to 10,000 characters.
    pub question: String,
}

/// The opinion of a consulted agency.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOpinion {
    /// Whether it agrees.
    pub stance: Stance,
    /// Its opinion, at most 10,000 characters; needed unless it simply agrees.
    #[serde(default)]
    pub text: Option<String>,
    /// Files, uploaded before by whoever answers, at most 20.
    #[serde(default)]
    pub files: Vec<Uuid>,
    /// Why it comes late, at most 2,000 characters; needed after the due instant.
    #[serde(default)]
    pub late_reason: Option<String>,
    /// Which agency answers, by code or id; only needed when the caller answers for several.
    #[serde(default)]
    pub agency: Option<String>,
}

/// Takes a consultation back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCancellation {
    /// Why, 1 to 2,000 characters.
    pub reason: String,
}

/// A consultation (lấy ý kiến). What was asked and answered may name a person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Consultation {
    /// Its id.
    pub id: Uuid,
    /// The dossier.
    pub dossier_id: Uuid,
    /// Code of the rule of the procedure version, when it follows one.
    pub rule: Option<String>,
    /// What the rule calls it.
    pub name: Option<String>,
    /// By when each answers.
    #[schema(value_type = Object)]
    pub term: Term,
    /// When it is concluded.
    pub join: Join,
    /// What silence means.
    pub silence: Silence,
    /// The law that provides for it.
    pub legal_basis: Option<String>,
    /// Whether the term of the dossier stands still meanwhile.
    pub stops_clock: bool,
    /// When they were asked.
    pub asked_at: DateTime<Utc>,
    /// Who asked; not shown to applicants.
    pub asked_by: Option<String>,
    /// What they are asked; not shown to applicants.
    pub question: Option<String>,
    /// Where it stands.
    pub state: ConsultationState,
    /// What it came to; not shown to applicants.
    pub outcome: Option<Outcome>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it was taken back; not shown to applicants.
    pub cancellation_reason: Option<String>,
    /// Who was asked.
    pub agencies: Vec<ConsultedAgency>,
    /// Rises with every change.
    pub version: i64,
}

/// An agency that was asked (cơ quan được lấy ý kiến).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConsultedAgency {
    /// The agency that answers now.
    pub agency: Named,
    /// The code it was asked with; it stays when a succession moves the responsibility.
    pub written_code: String,
    /// By when it answers.
    pub due_at: DateTime<Utc>,
    /// Where it stands.
    pub state: AnswerState,
    /// When it answered, or its silence became consent.
    pub answered_at: Option<DateTime<Utc>>,
    /// Whether it answered after its term.
    pub late: bool,
    /// What it says; not shown to applicants.
    pub opinion: Option<Opinion>,
}

/// What an agency says.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Opinion {
    /// Whether it agrees.
    pub stance: Stance,
    /// In its words.
    pub text: Option<String>,
    /// Why it came late.
    pub late_reason: Option<String>,
    /// Its files.
    pub files: Vec<Uuid>,
    /// Who answered; none when its silence counts as consent.
    pub answered_by: Option<String>,
}

/// What is sealed of an opinion.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Words {
    pub text: Option<String>,
    pub late_reason: Option<String>,
}

/// The consultations of a dossier.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Consultations {
    /// The oldest first.
    pub items: Vec<Consultation>,
}

/// That an agency was asked about a dossier, as the dossier itself shows it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ConsultedOfDossier {
    /// The consultation.
    pub consultation_id: Uuid,
    /// The agency that answers now.
    pub agency: Named,
    /// Since when.
    pub asked_at: DateTime<Utc>,
    /// Until when.
    pub due_at: DateTime<Utc>,
    /// Where it stands.
    pub state: AnswerState,
}

/// A request for an opinion, as the inbox of the consulted agency shows it: nothing that names a person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OpinionRequest {
    /// The consultation.
    pub consultation_id: Uuid,
    /// What its rule calls it.
    pub name: Option<String>,
    /// The dossier.
    pub dossier_id: Uuid,
    /// Its code.
    pub dossier_code: Option<String>,
    /// Code of its procedure.
    pub procedure_code: String,
    /// Name of its procedure.
    pub procedure_name: String,
    /// The agency that asks.
    pub asked_by: Named,
    /// The agency that answers now.
    pub agency: Named,
    /// What silence means.
    pub silence: Silence,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// By when it answers.
    pub due_at: DateTime<Utc>,
    /// Where it stands.
    pub state: AnswerState,
    /// When it answered, or its silence became consent.
    pub answered_at: Option<DateTime<Utc>>,
    /// Whether it answered after its term.
    pub late: bool,
}
