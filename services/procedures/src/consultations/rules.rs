//! When a consultation is concluded, and how. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most agencies one consultation asks.
pub const MOST_AGENCIES: usize = 30;

/// Words that columns and events write, read back.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// Every one there is.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word as columns and events write it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// Reads the word back.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

/// When a consultation of several agencies is concluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// When every agency has answered.
    All,
    /// When the majority is certain, whatever the others answer.
    Majority,
    /// With the first answer.
    First,
}

words!(Join { All = "all", Majority = "majority", First = "first" });

/// What it means that an agency does not answer in its term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// That it agrees (im lặng là đồng ý), by the law the rule names.
    Consent,
    /// Nothing: it is overdue.
    None,
}

words!(Silence { Consent = "consent", None = "none" });

/// What an agency says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// It agrees (đồng ý).
    Agree,
    /// It agrees on conditions (đồng ý có điều kiện).
    AgreeWithConditions,
    /// It disagrees (không đồng ý).
    Disagree,
}

words!(Stance { Agree = "agree", AgreeWithConditions = "agree_with_conditions", Disagree = "disagree" });

/// What a consultation comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Those who were asked agree.
    Agreed,
    /// They do not.
    Disagreed,
}

words!(Outcome { Agreed = "agreed", Disagreed = "disagreed" });

/// Where a consultation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsultationState {
    /// Opinions are waited for (đang lấy ý kiến).
    Open,
    /// It has its outcome (đã có kết quả).
    Concluded,
    /// Whoever asked took it back (đã rút).
    Cancelled,
    /// The dossier ended before it (hồ sơ đã kết thúc).
    Closed,
}

words!(ConsultationState { Open = "open", Concluded = "concluded", Cancelled = "cancelled", Closed = "closed" });

/// Where one agency that was asked stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerState {
    /// Its opinion is waited for (chờ ý kiến).
    Asked,
    /// It has answered (đã cho ý kiến).
    Answered,
    /// It stayed silent, which the law takes for consent (đồng ý do quá hạn trả lời).
    DeemedConsent,
    /// Its opinion is not needed any more (không cần ý kiến nữa).
    Released,
}

words!(AnswerState {
    Asked = "asked",
    Answered = "answered",
    DeemedConsent = "deemed_consent",
    Released = "released",
});

impl Stance {
    /// Whether it counts in favour.
    #[must_use]
    pub const fn is_in_favour(self) -> bool {
        matches!(self, Self::Agree | Self::AgreeWithConditions)
    }
}

/// The outcome of these answers, one for each agency that was asked; none while it is open. A majority is more than half
/// of all that were asked, so a tie is none.
#[must_use]
pub fn outcome(join: Join, answers: &[Option<Stance>]) -> Option<Outcome> {
    let in_favour = answers.iter().flatten().filter(|stance| stance.is_in_favour()).count();
    let waiting = answers.iter().filter(|answer| answer.is_none()).count();
    let settled = |agreed: bool| Some(if agreed { Outcome::Agreed } else { Outcome::Disagreed });
    match join {
        Join::All if waiting == 0 => settled(in_favour == answers.len()),
        Join::Majority if 2 * in_favour > answers.len() => settled(true),
        Join::Majority if 2 * (in_favour + waiting) <= answers.len() => settled(false),
        Join::First => answers.iter().flatten().next().and_then(|stance| settled(stance.is_in_favour())),
        Join::All | Join::Majority => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_stance() -> impl Strategy<Value = Stance> {
        (0..Stance::ALL.len()).prop_map(|at| Stance::ALL[at])
    }

    fn answers() -> impl Strategy<Value = Vec<Option<Stance>>> {
        prop::collection::vec(prop::option::of(any_stance()), 1..=MOST_AGENCIES)
    }

    fn completed(answers: &[Option<Stance>], by: Stance) -> Vec<Option<Stance>> {
        answers.iter().map(|answer| answer.or(Some(by))).collect()
    }

    #[test]
    fn a_tie_is_no_majority_and_one_dissent_is_no_agreement_of_all() {
        let (yes, no) = (Some(Stance::AgreeWithConditions), Some(Stance::Disagree));
        assert_eq!(outcome(Join::Majority, &[yes, no]), Some(Outcome::Disagreed));
        assert_eq!(outcome(Join::Majority, &[yes, None]), None);
        assert_eq!(outcome(Join::All, &[yes, yes, no]), Some(Outcome::Disagreed));
        assert_eq!(outcome(Join::First, &[None, no, None]), Some(Outcome::Disagreed));
    }

    #[test]
    fn words_are_read_back() {
        assert!(Join::ALL.iter().all(|one| Join::from_word(one.as_str()) == Some(*one)));
        assert!(Silence::ALL.iter().all(|one| Silence::from_word(one.as_str()) == Some(*one)));
        assert!(Stance::ALL.iter().all(|one| Stance::from_word(one.as_str()) == Some(*one)));
        assert!(Outcome::ALL.iter().all(|one| Outcome::from_word(one.as_str()) == Some(*one)));
        assert!(AnswerState::ALL.iter().all(|one| AnswerState::from_word(one.as_str()) == Some(*one)));
        assert!(ConsultationState::ALL.iter().all(|one| ConsultationState::from_word(one.as_str()) == Some(*one)));
    }

    proptest! {
        #[test]
        fn all_concludes_just_when_nobody_is_waited_for(answers in answers()) {
            let open = answers.iter().any(Option::is_none);
            let outcome = outcome(Join::All, &answers);
            prop_assert_eq!(outcome.is_none(), open);
            let dissent = answers.contains(&Some(Stance::Disagree));
            prop_assert_eq!(outcome == Some(Outcome::Agreed), !open && !dissent);
        }

        #[test]
        fn a_majority_is_told_just_when_no_answer_to_come_can_change_it(answers in answers()) {
            let with = |by| outcome(Join::Majority, &completed(&answers, by));
            let (best, worst) = (with(Stance::Agree), with(Stance::Disagree));
            prop_assert!(best.is_some() && worst.is_some());
            prop_assert_eq!(outcome(Join::Majority, &answers), best.filter(|_| best == worst));
        }

        #[test]
        fn the_first_answer_is_the_outcome(count in 1..=MOST_AGENCIES, at in 0..MOST_AGENCIES, stance in any_stance()) {
            let mut answers = vec![None; count];
            prop_assert_eq!(outcome(Join::First, &answers), None);
            answers[at % count] = Some(stance);
            let expected = if stance.is_in_favour() { Outcome::Agreed } else { Outcome::Disagreed };
            prop_assert_eq!(outcome(Join::First, &answers), Some(expected));
        }

        #[test]
        fn of_one_agency_every_join_says_what_it_says(stance in any_stance()) {
            let told: Vec<_> = Join::ALL.iter().map(|join| outcome(*join, &[Some(stance)])).collect();
            prop_assert!(told.iter().all(|one| *one == told[0] && one.is_some()));
        }

        #[test]
        fn agreeing_on_conditions_counts_as_agreeing(join in 0..Join::ALL.len(), answers in answers()) {
            let plain: Vec<_> = answers
                .iter()
                .map(|answer| answer.map(|stance| if stance.is_in_favour() { Stance::Agree } else { stance }))
                .collect();
            prop_assert_eq!(outcome(Join::ALL[join], &answers), outcome(Join::ALL[join], &plain));
        }
    }
}
