//! The steps callers can ask for, as the API takes them, and what is wrong with one before anything is looked up.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::time::deserialize_optional_day;
use motcua_kernel::{BusinessTime, FieldError, Text, Uuid};
use serde::Deserialize;
use utoipa::ToSchema;

use super::intake::{length_fault, too_many};
use super::rules::{Action, Checks};
use crate::far_days::{term_fault, term_instant_fault};
use crate::text_fields::required;

/// The longest text people write about a document.
const LONGEST: usize = 4000;
/// The shortest reason: "no" is none.
const SHORTEST_REASON: usize = 10;
/// The most who take part.
const MOST_COORDINATORS: usize = 50;
/// The most who are to know.
const MOST_INFORMED: usize = 200;
/// The longest deadline, about three years: more is a slip.
const MOST_DAYS: u32 = 750;

/// A step of an incoming document; `allowed_actions` of the document says what the caller may do now.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum CreateIncomingTransition {
    /// Send it back to its sender (trả lại).
    Return {
        /// Why, 10 to 4,000 characters: the sender reads it. Personal data.
        #[schema(example = "Văn bản gửi nhầm cơ quan nhận")]
        reason: String,
        /// What was found wrong.
        #[serde(default)]
        checks: Option<Checks>,
    },
    /// Give it its number of arrival (vào sổ).
    Register {
        /// What was found when it arrived, when not said before. An electronic document may be registered without; then
        /// its line in the register says that it was not checked.
        #[serde(default)]
        checks: Option<Checks>,
    },
    /// Bring it before a leader (trình).
    Submit {
        /// Before which officer: a leader or approver of the agency, by id; any of them when left out.
        #[serde(default)]
        to: Option<Uuid>,
        /// The clerk's proposal, at most 4,000 characters. Personal data.
        #[serde(default)]
        note: Option<String>,
    },
    /// Say who deals with it until when (phân công). Said again it replaces what was said before, which is kept.
    Assign {
        /// Who has the lead (chủ trì); may be left out when it is only to be known.
        #[serde(default)]
        lead: Option<AssigneeReference>,
        /// Who takes part (phối hợp), at most 50.
        #[serde(default)]
        coordinators: Vec<AssigneeReference>,
        /// Who is to know (để biết), at most 200.
        #[serde(default)]
        informed: Vec<AssigneeReference>,
        /// What is to be done, at most 4,000 characters. Personal data.
        #[serde(default)]
        instruction: Option<String>,
        /// Until when, when not the day the issuer asks for.
        #[serde(default)]
        deadline: Option<AssignmentDeadline>,
    },
    /// Start working on it.
    Start {},
    /// Tell how far it is (báo cáo tiến độ).
    Report {
        /// How far, 1 to 4,000 characters. Personal data.
        text: String,
    },
    /// Ask the leader (xin ý kiến).
    Ask {
        /// What, 1 to 4,000 characters. Personal data.
        text: String,
    },
    /// Direct those who deal with it (cho ý kiến chỉ đạo).
    Advise {
        /// How, 1 to 4,000 characters. Personal data.
        text: String,
    },
    /// Give one's opinion as one who takes part (góp ý kiến phối hợp).
    GiveOpinion {
        /// Which, 1 to 4,000 characters. Personal data.
        text: String,
    },
    /// Say how it was answered (trả lời): by a document, by what is written here, or that it needs no answer.
    Complete {
        /// How.
        answer: IncomingAnswer,
    },
    /// End the work on it (kết thúc); what was worked on must have been answered.
    Close {
        /// Last words, at most 4,000 characters. Personal data.
        #[serde(default)]
        note: Option<String>,
    },
    /// Take it up again (mở lại).
    Reopen {
        /// Why, 10 to 4,000 characters. Personal data.
        reason: String,
    },
    /// Let its sender have it back (đồng ý lấy lại).
    AgreeTakeBack {},
    /// Keep it although its sender asks for it (từ chối lấy lại).
    RefuseTakeBack {
        /// Why, 10 to 4,000 characters: the sender reads it. Personal data.
        reason: String,
    },
    /// Confirm to its issuer that it was cancelled here (xác nhận đã hủy).
    ConfirmCancellation {},
}

/// Somebody a document is given to: an officer, or a unit. One of the two.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssigneeReference {
    /// The officer, by id: active, with a post in the agency or below it.
    #[serde(default)]
    pub officer_id: Option<Uuid>,
    /// The unit, by code or id: an agency below this one.
    #[serde(default)]
    #[schema(example = "H50.12.01")]
    pub unit: Option<String>,
}

/// Until when a document is to be dealt with. One of the three.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentDeadline {
    /// This instant.
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
    /// The end of this day in Vietnam.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub on: Option<NaiveDate>,
    /// So many working days from now, 1 to 750, by the calendar of the agency.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 750)]
    pub working_days: Option<u32>,
}

/// How a document was answered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum IncomingAnswer {
    /// By an outgoing document the caller may see (văn bản trả lời).
    Document {
        /// The document.
        document_id: Uuid,
    },
    /// By what is written here.
    Text {
        /// What, 1 to 4,000 characters. Personal data.
        text: String,
    },
    /// It needs no answer.
    NotNeeded {},
}

impl CreateIncomingTransition {
    /// Which action it asks for.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::Return { .. } => Action::Return,
            Self::Register { .. } => Action::Register,
            Self::Submit { .. } => Action::Submit,
            Self::Assign { .. } => Action::Assign,
            Self::Start {} => Action::Start,
            Self::Report { .. } => Action::Report,
            Self::Ask { .. } => Action::Ask,
            Self::Advise { .. } => Action::Advise,
            Self::GiveOpinion { .. } => Action::GiveOpinion,
            Self::Complete { .. } => Action::Complete,
            Self::Close { .. } => Action::Close,
            Self::Reopen { .. } => Action::Reopen,
            Self::AgreeTakeBack {} => Action::AgreeTakeBack,
            Self::RefuseTakeBack { .. } => Action::RefuseTakeBack,
            Self::ConfirmCancellation {} => Action::ConfirmCancellation,
        }
    }

    /// What is written with it.
    pub(super) fn said(&self) -> Option<&str> {
        match self {
            Self::Return { reason, .. } | Self::Reopen { reason } | Self::RefuseTakeBack { reason } => Some(reason),
            Self::Submit { note, .. } | Self::Close { note } => note.as_deref(),
            Self::Report { text }
            | Self::Ask { text }
            | Self::Advise { text }
            | Self::GiveOpinion { text }
            | Self::Complete { answer: IncomingAnswer::Text { text } } => Some(text),
            Self::Assign { instruction, .. } => instruction.as_deref(),
            Self::Complete { .. }
            | Self::Register { .. }
            | Self::Start {}
            | Self::AgreeTakeBack {}
            | Self::ConfirmCancellation {} => None,
        }
    }

    /// Everything wrong with it, before anything is looked up.
    pub(super) fn faults(&self, now: BusinessTime) -> Vec<FieldError> {
        let optional =
            |text: Option<&str>, pointer: &str| text.and_then(|text| length_fault(text, pointer, 0, LONGEST));
        match self {
            Self::Return { reason, .. } | Self::Reopen { reason } | Self::RefuseTakeBack { reason } => {
                reason_fault(reason, "/reason").into_iter().collect()
            }
            Self::Submit { note, .. } | Self::Close { note } => {
                optional(note.as_deref(), "/note").into_iter().collect()
            }
            Self::Report { text } | Self::Ask { text } | Self::Advise { text } | Self::GiveOpinion { text } => {
                length_fault(text, "/text", 1, LONGEST).into_iter().collect()
            }
            Self::Complete { answer: IncomingAnswer::Text { text } } => {
                length_fault(text, "/answer/text", 1, LONGEST).into_iter().collect()
            }
            Self::Assign { lead, coordinators, informed, instruction, deadline } => {
                let mut faults = assignee_faults(lead.as_ref(), coordinators, informed);
                faults.extend(optional(instruction.as_deref(), "/instruction"));
                faults.extend(deadline.as_ref().and_then(|deadline| deadline.fault(now)));
                faults
            }
            Self::Complete { .. }
            | Self::Register { .. }
            | Self::Start {}
            | Self::AgreeTakeBack {}
            | Self::ConfirmCancellation {} => Vec::new(),
        }
    }
}

/// What is wrong with a reason.
pub(super) fn reason_fault(reason: &str, pointer: &str) -> Option<FieldError> {
    length_fault(reason, pointer, SHORTEST_REASON, LONGEST)
}

fn assignee_faults(
    lead: Option<&AssigneeReference>,
    coordinators: &[AssigneeReference],
    informed: &[AssigneeReference],
) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let nobody = lead.is_none() && coordinators.is_empty() && informed.is_empty();
    // Those who take part take part in somebody's work.
    if nobody || (lead.is_none() && !coordinators.is_empty()) {
        faults.push(required("/lead"));
    }
    for (pointer, list, most) in
        [("/coordinators", coordinators, MOST_COORDINATORS), ("/informed", informed, MOST_INFORMED)]
    {
        if list.len() > most {
            faults.push(too_many(pointer, most));
        }
    }
    for (pointer, one) in everybody(lead, coordinators, informed) {
        if one.officer_id.is_some() == one.unit.is_some() {
            let text = Text::new("Cần đúng một: cán bộ hoặc đơn vị.", "Exactly one is expected: an officer or a unit.");
            faults.push(FieldError::new(pointer, "assignee.one_of", text));
        }
    }
    faults
}

/// Everybody an assignment names, each with where.
pub(super) fn everybody<'a>(
    lead: Option<&'a AssigneeReference>,
    coordinators: &'a [AssigneeReference],
    informed: &'a [AssigneeReference],
) -> impl Iterator<Item = (String, &'a AssigneeReference)> {
    let numbered = |name: &'static str, list: &'a [AssigneeReference], most: usize| {
        list.iter().take(most).enumerate().map(move |(at, one)| (format!("/{name}/{at}"), one))
    };
    lead.into_iter()
        .map(|one| ("/lead".to_owned(), one))
        .chain(numbered("coordinators", coordinators, MOST_COORDINATORS))
        .chain(numbered("informed", informed, MOST_INFORMED))
}

impl AssignmentDeadline {
    fn fault(&self, now: BusinessTime) -> Option<FieldError> {
        let given = [self.at.is_some(), self.on.is_some(), self.working_days.is_some()];
        if given.into_iter().filter(|given| *given).count() != 1 {
            let text = Text::new(
                "Cần đúng một: thời điểm, ngày hoặc số ngày làm việc.",
                "Exactly one is expected: an instant, a day or a number of working days.",
            );
            return Some(FieldError::new("/deadline", "deadline.one_of", text));
        }
        if let Some(at) = self.at {
            return term_instant_fault(at, now.0, "/deadline/at");
        }
        if let Some(on) = self.on {
            return term_fault(on, now.day_in_vietnam(), "/deadline/on");
        }
        let days = self.working_days?;
        (!(1..=MOST_DAYS).contains(&days)).then(|| {
            let text = Text::new("Từ 1 đến 750 ngày làm việc.", "1 to 750 working days.");
            FieldError::new("/deadline/working_days", "range", text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(json: serde_json::Value) -> Vec<String> {
        let step: CreateIncomingTransition = serde_json::from_value(json).unwrap();
        let now = BusinessTime("2026-11-16T02:00:00Z".parse().unwrap());
        step.faults(now).into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect()
    }

    #[test]
    fn a_reason_says_something() {
        assert_eq!(faults(serde_json::json!({"action": "return", "reason": " "})), ["/reason required"]);
        assert_eq!(faults(serde_json::json!({"action": "return", "reason": "Gửi nhầm"})), ["/reason too_short"]);
        assert!(faults(serde_json::json!({"action": "reopen", "reason": "Gửi nhầm nơi"})).is_empty());
    }

    #[test]
    fn an_assignment_names_each_as_one_and_a_deadline_in_one_way() {
        let officer = serde_json::json!({"officer_id": Uuid::nil()});
        let both = serde_json::json!({"officer_id": Uuid::nil(), "unit": "H50"});
        let wrong = serde_json::json!({
            "action": "assign", "coordinators": [both, {}], "deadline": {"on": "2026-12-01", "working_days": 3},
        });
        let expected = [
            "/lead required",
            "/coordinators/0 assignee.one_of",
            "/coordinators/1 assignee.one_of",
            "/deadline deadline.one_of",
        ];
        assert_eq!(faults(wrong), expected);
        assert_eq!(faults(serde_json::json!({"action": "assign"})), ["/lead required"]);
        assert!(faults(serde_json::json!({"action": "assign", "informed": [officer]})).is_empty());
        let never = serde_json::json!({"action": "assign", "lead": officer, "deadline": {"working_days": 751}});
        assert_eq!(faults(never), ["/deadline/working_days range"]);
        let far = serde_json::json!({"action": "assign", "lead": officer, "deadline": {"at": "9999-12-31T23:59:59Z"}});
        assert_eq!(faults(far), ["/deadline/at date.too_far"]);
        let crowd = serde_json::json!({"action": "assign", "lead": officer, "informed": vec![officer.clone(); 201]});
        assert_eq!(faults(crowd), ["/informed too_many"]);
    }
}
