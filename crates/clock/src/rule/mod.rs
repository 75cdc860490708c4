//! The rule of a clock (quy tắc tính thời hạn): data on the version of a procedure, because the texts differ in every
//! field of it. Nothing here is a constant of the law but what its doc line cites; a field left out takes the value
//! that most texts have, or, where they are silent, the choice of this system, and says which.

mod faults;
mod fixed;

use serde::{Deserialize, Serialize};

pub use faults::RuleFault;
pub(crate) use fixed::term_from;
pub use fixed::{FixedClock, FixedClocks, fixed_deadline};

use crate::cut_off::CutOff;
use crate::term::Term;
use crate::wait::WaitKind;

/// How the clock of a procedure runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockRule {
    /// The term (thời hạn giải quyết) in the unit of the procedure's own text: working days, calendar days by the
    /// Civil Code 2015, art. 147 and 148, or working hours.
    pub term: Term,
    /// Until when a receipt counts that day, for the dossier and for what supplements it; [`CutOff`] has the texts.
    #[serde(default)]
    pub cut_off: CutOff,
    /// Which day is day one.
    #[serde(default)]
    pub first_day: FirstDay,
    /// What a supplement request does to the term.
    #[serde(default)]
    pub supplement_effect: SupplementEffect,
    /// How many times a supplement may be asked for, and as often before receipt. Once by default, as Resolution 66.7/2025 and most texts want it;
    /// some have several stages, and Decision 766/QD-TTg counts a dossier late that still waits for its second.
    #[serde(default = "one")]
    pub supplements_allowed: u32,
    /// How many times another appointment may be given: once by the one-stop decree (118/2025), 0 for a term that its
    /// law does not let extend.
    #[serde(default = "one")]
    pub extensions_allowed: u32,
    /// What this procedure says of the waits it knows. A kind that is not listed does not stop the clock.
    #[serde(default)]
    pub waits: Vec<WaitRule>,
    /// After how long without an answer to a supplement request the dossier is closed (15 working days in the texts
    /// that have it); none, and it never is by itself.
    #[serde(default)]
    pub automatic_closing: Option<Term>,
    /// The short clocks of the handling itself.
    #[serde(default)]
    pub fixed_clocks: FixedClocks,
}

const fn one() -> u32 {
    1
}

impl ClockRule {
    /// The rule of a term about which a text says nothing else.
    #[must_use]
    pub fn of_term(term: Term) -> Self {
        Self {
            term,
            cut_off: CutOff::default(),
            first_day: FirstDay::default(),
            supplement_effect: SupplementEffect::default(),
            supplements_allowed: one(),
            extensions_allowed: one(),
            waits: Vec::new(),
            automatic_closing: None,
            fixed_clocks: FixedClocks::default(),
        }
    }

    /// How a kind of wait acts on the term.
    pub(crate) fn effect_of(&self, kind: WaitKind) -> WaitEffect {
        if kind == WaitKind::Supplement {
            return match self.supplement_effect {
                SupplementEffect::Subtract => WaitEffect::TakenOut { at_most: None },
                SupplementEffect::Restart | SupplementEffect::None => WaitEffect::None,
            };
        }
        let wait = self.waits.iter().find(|wait| wait.kind == kind && wait.excluded);
        wait.map_or(WaitEffect::None, |wait| WaitEffect::TakenOut { at_most: wait.at_most })
    }
}

/// Whether a kind of wait is taken out of the term; starting it anew is another matter.
pub(crate) enum WaitEffect {
    None,
    TakenOut { at_most: Option<Term> },
}

/// Which day of a term in days is day one. A term in working hours has no such question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstDay {
    /// The day after the (deemed) receipt: the first day does not count (Civil Code 2015, art. 147.2).
    #[default]
    NextDay,
    /// The day of the (deemed) receipt itself, for texts that count «from the day of receipt» inclusively.
    DayOfReceipt,
}

/// What a supplement request does to the term. The texts contradict each other, so there is no constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplementEffect {
    /// The term begins anew with the full answer (the interlinked decree of 2025, art. 6.4a).
    Restart,
    /// The waiting is taken out (land; formula 2.1 of Decision 766/QD-TTg). The choice where a text is silent. The day of
    /// the request counts, so of a term whose last day is the day of the request nothing is left: the due date stays, and
    /// an answer on a later day finds it passed.
    #[default]
    Subtract,
    /// The term runs on.
    None,
}

/// What a rule says of one kind of wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitRule {
    /// The kind; not `supplement`, which has fields of its own. The doc lines of [`WaitKind`] name the texts.
    pub kind: WaitKind,
    /// Whether the clock stands still meanwhile («không tính vào thời gian giải quyết»).
    pub excluded: bool,
    /// How long at most it stands still for all waits of this kind together, each counted from the day after it began;
    /// then it runs again. In working hours where the term is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Term>,
    /// The text that takes the wait out (căn cứ); only where a text says so may it be taken out at all.
    #[serde(default)]
    pub legal_basis: String,
}
