//! What somebody can ask of an incoming document, as the script throws it and as the API takes it.

use serde_json::{Value, json};

use super::province::Province;

/// An officer or a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    Officer(usize),
    Unit(usize),
}

/// How an answer is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// By a document, and what is wrong with it for who names it.
    Document(String, Option<&'static str>),
    Text,
    NotNeeded,
}

/// Until when.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    AsAsked,
    Days(u32),
    On(chrono::NaiveDate),
}

/// A step somebody asks for.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Return,
    Register,
    Submit(Option<usize>),
    Assign { lead: Option<Given>, with: Vec<Given>, informed: Vec<Given>, until: Until },
    Start,
    Report,
    Ask,
    Advise,
    GiveOpinion,
    Complete(Answer),
    Close,
    Reopen,
    AgreeTakeBack,
    RefuseTakeBack,
    Confirm,
}

pub(crate) const WORDS: [&str; 15] = [
    "return",
    "register",
    "submit",
    "assign",
    "start",
    "report",
    "ask",
    "advise",
    "give_opinion",
    "complete",
    "close",
    "reopen",
    "agree_take_back",
    "refuse_take_back",
    "confirm_cancellation",
];

impl Act {
    pub(crate) fn body(&self, province: &Province) -> Value {
        let reason = "Theo ý kiến chỉ đạo của lãnh đạo cơ quan";
        let given = |given: &Given| match given {
            Given::Officer(officer) => json!({"officer_id": province.officers[*officer].id}),
            // A closed unit is named by its code, an open one by its id.
            Given::Unit(unit) => json!({"unit": province.agencies[*unit].code}),
        };
        let word = WORDS[self.place()];
        match self {
            Self::Return | Self::Reopen | Self::RefuseTakeBack => json!({"action": word, "reason": reason}),
            Self::Submit(to) => json!({"action": word, "to": to.map(|to| province.officers[to].id.clone())}),
            Self::Assign { lead, with, informed, until } => {
                let mut body = json!({
                    "action": word, "lead": lead.as_ref().map(given), "instruction": "Tham mưu trả lời",
                    "coordinators": with.iter().map(given).collect::<Vec<_>>(),
                    "informed": informed.iter().map(given).collect::<Vec<_>>(),
                });
                match until {
                    Until::AsAsked => {}
                    Until::Days(days) => body["deadline"] = json!({"working_days": days}),
                    Until::On(day) => body["deadline"] = json!({"on": day.to_string()}),
                }
                body
            }
            Self::Report | Self::Ask | Self::Advise | Self::GiveOpinion => json!({"action": word, "text": reason}),
            Self::Complete(Answer::Document(id, _)) => {
                json!({"action": word, "answer": {"kind": "document", "document_id": id}})
            }
            Self::Complete(Answer::Text) => json!({"action": word, "answer": {"kind": "text", "text": reason}}),
            Self::Complete(Answer::NotNeeded) => json!({"action": word, "answer": {"kind": "not_needed"}}),
            Self::Register | Self::Start | Self::Close | Self::AgreeTakeBack | Self::Confirm => json!({"action": word}),
        }
    }

    fn place(&self) -> usize {
        match self {
            Self::Return => 0,
            Self::Register => 1,
            Self::Submit(_) => 2,
            Self::Assign { .. } => 3,
            Self::Start => 4,
            Self::Report => 5,
            Self::Ask => 6,
            Self::Advise => 7,
            Self::GiveOpinion => 8,
            Self::Complete(_) => 9,
            Self::Close => 10,
            Self::Reopen => 11,
            Self::AgreeTakeBack => 12,
            Self::RefuseTakeBack => 13,
            Self::Confirm => 14,
        }
    }
}
