//! Hand-overs as the API shows and takes them.

use chrono::{DateTime, Utc};
use motcua_agencies::Named;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::{Counts, HandoverState, PaperKey};

/// Papers to be handed over.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateHandover {
    /// The agency that hands over, by code or id; the caller acts for it.
    #[schema(example = "H50.12")]
    pub from_agency: String,
    /// The agency that shall receive, by code or id: the one that received the dossier, decides it, issues its result or
    /// helped to submit it, or one below the first two.
    #[schema(example = "H50.3")]
    pub to_agency: String,
    /// The officer who shall receive, by id in the directory: with a post there today, their own or delegated to them; any of
    /// them when absent. Required within one agency.
    #[serde(default)]
    pub to_officer_id: Option<Uuid>,
    /// The papers, 1 to 100, each once.
    pub papers: Vec<HandedPaper>,
    /// Remarks for the control slip, at most 500 characters.
    #[serde(default)]
    pub note: Option<String>,
}

/// A paper that changes hands: exactly one of `component`, `result` and `name` says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandedPaper {
    /// Code of the component in the procedure version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "1.001193-TP01")]
    pub component: Option<String>,
    /// Code of the result paper in the procedure version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Name of a paper that the procedure does not list, 1 to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many originals (bản chính), 0 to 1,000.
    #[serde(default)]
    pub originals: u32,
    /// How many copies (bản sao), 0 to 1,000; of both together at least one.
    #[serde(default)]
    pub copies: u32,
}

impl HandedPaper {
    /// How many.
    pub(super) fn counts(&self) -> Counts {
        Counts { originals: self.originals, copies: self.copies }
    }

    /// Which paper; none when it is not said once.
    pub(super) fn key(&self) -> Option<PaperKey> {
        key_of(self.component.as_deref(), self.result.as_deref(), self.name.as_deref())
    }
}

fn key_of(component: Option<&str>, result: Option<&str>, name: Option<&str>) -> Option<PaperKey> {
    match (component, result, name) {
        (Some(code), None, None) => Some(PaperKey::Component(code.to_owned())),
        (None, Some(code), None) => Some(PaperKey::Result(code.to_owned())),
        (None, None, Some(name)) => Some(PaperKey::Named(name.trim().to_owned())),
        _ => None,
    }
}

/// What arrived.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateHandoverReceipt {
    /// Where what arrived differs from what was handed over, each paper once; none when all is as it was said.
    #[serde(default)]
    pub differences: Vec<PaperDifference>,
}

/// How a paper that arrived differs from what was handed over: exactly one of `component`, `result` and `name` says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperDifference {
    /// Code of the component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// Code of the result paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Name of a paper that the procedure does not list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What is missing, at most what was handed over; it stays with the giver.
    #[serde(default)]
    pub missing: Counts,
    /// What came beyond it.
    #[serde(default)]
    pub extra: Counts,
    /// Why, or in what state, 1 to 500 characters.
    pub reason: String,
}

impl PaperDifference {
    /// Which paper; none when it is not said once.
    pub(super) fn key(&self) -> Option<PaperKey> {
        key_of(self.component.as_deref(), self.result.as_deref(), self.name.as_deref())
    }
}

/// A hand-over of papers (một lần giao, nhận hồ sơ giấy). Names of papers and remarks may name a person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Handover {
    /// Its id.
    pub id: Uuid,
    /// The dossier.
    pub dossier_id: Uuid,
    /// Which of the dossier's hand-overs it is: the first is 1.
    pub number: i64,
    /// How it stands.
    pub state: HandoverState,
    /// The agency that hands over.
    pub from_agency: Named,
    /// The officer who does, by id in the directory.
    pub from_officer_id: Option<Uuid>,
    /// The agency that shall receive.
    pub to_agency: Named,
    /// The officer who shall, when one was named.
    pub to_officer_id: Option<Uuid>,
    /// The papers.
    pub papers: Vec<HandedPaper>,
    /// Remarks of the giver.
    pub note: Option<String>,
    /// When it was handed over.
    pub handed_over_at: DateTime<Utc>,
    /// Who recorded that, as events name them.
    pub given_by: String,
    /// When it was received.
    pub received_at: Option<DateTime<Utc>>,
    /// The officer who received it, by id in the directory.
    pub receiver_id: Option<Uuid>,
    /// Who recorded that, as events name them.
    pub received_by: Option<String>,
    /// Where what arrived differs.
    pub differences: Vec<PaperDifference>,
}

/// The hand-overs of a dossier, and who has its papers now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Handovers {
    /// Each, the oldest first.
    pub items: Vec<Handover>,
    /// Who has which papers now, of those that were ever handed over.
    pub held: Vec<HeldPaper>,
}

/// A paper and who has it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HeldPaper {
    /// The paper and how many of it.
    #[serde(flatten)]
    pub paper: HandedPaper,
    /// The agency that has it, or is to receive it.
    pub agency: Named,
    /// Whether it is on its way there.
    pub on_the_way: bool,
}
