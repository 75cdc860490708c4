//! What may be paid, and what an obligation then comes to. Pure.

use motcua_kernel::{Error, FieldError, Result, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How money came (hình thức thanh toán).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Cash at the desk (tiền mặt tại quầy).
    Counter,
    /// Transfer to the agency's account (chuyển khoản).
    Transfer,
    /// At the treasury or a tax office; the applicant showed the proof (nộp tại kho bạc, cơ quan thuế).
    Elsewhere,
    /// Through a payment gateway (cổng thanh toán); none is connected yet.
    Gateway,
}

impl Method {
    /// The word as columns and events write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Transfer => "transfer",
            Self::Elsewhere => "elsewhere",
            Self::Gateway => "gateway",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Counter, Self::Transfer, Self::Elsewhere, Self::Gateway].into_iter().find(|known| known.as_str() == word)
    }
}

/// How an attempt to pay stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Begun; whether the money comes is not known yet. Nobody else pays the same đồng meanwhile.
    Pending,
    /// The money has come.
    Succeeded,
    /// It did not come; nothing is paid by this attempt.
    Failed,
    /// Nobody told its outcome in time (hết thời gian chờ). Nothing is paid by it and nothing kept for it; the bank's word
    /// may still come.
    Expired,
}

impl PaymentState {
    /// The word as columns and events write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Pending, Self::Succeeded, Self::Failed, Self::Expired].into_iter().find(|known| known.as_str() == word)
    }
}

/// How an obligation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObligationState {
    /// Nothing of it is paid yet.
    Owed,
    /// Some of it is paid.
    PartlyPaid,
    /// Nothing is left to pay.
    Paid,
    /// All of it was waived.
    Waived,
    /// What was paid went back, and is not owed again.
    Refunded,
}

/// An obligation in numbers, each whole đồng. What is owed never goes below zero, whatever happens to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Balance {
    /// What the law sets.
    pub full: i64,
    /// What a reduction or a waiver takes off.
    pub waived: i64,
    /// What has come and stayed.
    pub paid: i64,
    /// What went back and is not owed again.
    pub returned: i64,
    /// What attempts that are under way would pay.
    pub reserved: i64,
}

impl Balance {
    /// What is still owed, whether somebody is about to pay it or not.
    pub(crate) const fn due(self) -> i64 {
        self.full - self.waived - self.paid - self.returned
    }

    /// What a new attempt may pay.
    pub(crate) const fn open(self) -> i64 {
        self.due() - self.reserved
    }

    pub(crate) const fn state(self) -> ObligationState {
        match (self.due(), self.paid, self.returned, self.waived) {
            (0, 0, 1.., _) => ObligationState::Refunded,
            (0, 0, _, 1..) => ObligationState::Waived,
            (0, ..) => ObligationState::Paid,
            (_, 0, ..) => ObligationState::Owed,
            _ => ObligationState::PartlyPaid,
        }
    }

    /// Keeps an amount for an attempt.
    pub(crate) fn reserve(&mut self, amount: i64) -> Result<()> {
        if amount > self.open() {
            return Err(exceeds("payment.exceeds_owed", self.open()));
        }
        self.reserved += amount;
        Ok(())
    }

    /// An attempt that had kept an amount ends.
    pub(crate) fn settle(&mut self, amount: i64, state: PaymentState) {
        self.reserved -= amount;
        if state == PaymentState::Succeeded {
            self.paid += amount;
        }
    }

    /// Takes an amount off what is owed.
    pub(crate) fn waive(&mut self, amount: i64) -> Result<()> {
        if amount > self.open() || amount == 0 {
            return Err(exceeds("obligation.exceeds_owed", self.open()));
        }
        self.waived += amount;
        Ok(())
    }

    /// Money goes back; it is owed again or not.
    pub(crate) fn refund(&mut self, amount: i64, still_owed: bool) {
        self.paid -= amount;
        if !still_owed {
            self.returned += amount;
        }
    }
}

/// What a reduction of so many percent takes off, to the đồng, halves in the payer's favour.
pub(crate) fn percent_of(full: i64, percent: u8) -> i64 {
    let taken = (i128::from(full) * i128::from(percent) + 50) / 100;
    i64::try_from(taken).unwrap_or(full)
}

fn exceeds(code: &str, open: i64) -> Error {
    Error::conflict(
        code,
        format!("Số tiền vượt quá số còn phải nộp ({open} đồng)."),
        format!("The amount exceeds what is still owed ({open} VND)."),
    )
    .with("open_amount", open)
}

/// The most đồng of one amount: a hundred times the largest duty ever seen, and far from where sums of them overflow.
pub(crate) const MOST: i64 = 1_000_000_000_000_000;

/// An amount somebody writes: one đồng to [`MOST`].
pub(crate) fn amount_fault(pointer: &str, amount: i64) -> Option<FieldError> {
    let (code, text) = match amount {
        1..=MOST => return None,
        ..1 => ("minimum", Text::new("Số tiền phải từ 1 đồng trở lên.", "The amount must be at least 1 VND.")),
        _ => {
            let (vi, en) = ("Số tiền nhiều nhất là 10^15 đồng.", "The amount must be at most 10^15 VND.");
            ("maximum", Text::new(vi, en))
        }
    };
    Some(FieldError::new(pointer, code, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn owed(full: i64) -> Balance {
        Balance { full, ..Balance::default() }
    }

    #[test]
    fn a_failed_attempt_counts_as_nothing() {
        let mut balance = owed(100);
        balance.reserve(100).unwrap();
        assert_eq!(balance.reserve(1).unwrap_err().code, "payment.exceeds_owed");
        balance.settle(100, PaymentState::Failed);
        assert_eq!((balance.due(), balance.state()), (100, ObligationState::Owed));
    }

    #[test]
    fn an_amount_is_so_small_that_sums_of_it_never_overflow() {
        let code = |amount| amount_fault("/amount", amount).map(|fault| fault.code);
        assert_eq!((code(0).as_deref(), code(1), code(MOST)), (Some("minimum"), None, None));
        assert_eq!(code(MOST + 1).as_deref(), Some("maximum"));
        // Of every dossier that can exist for a duty with the most obligations, of a thousand duties.
        assert!(MOST.checked_mul(20).is_some_and(|duty| duty.checked_mul(400).is_some()));
    }

    #[test]
    fn states_follow_the_money() {
        let mut balance = owed(100);
        balance.reserve(40).unwrap();
        assert_eq!(balance.state(), ObligationState::Owed);
        balance.settle(40, PaymentState::Succeeded);
        assert_eq!(balance.state(), ObligationState::PartlyPaid);
        balance.waive(60).unwrap();
        assert_eq!(balance.state(), ObligationState::Paid);
        balance.refund(40, true);
        assert_eq!((balance.state(), balance.due()), (ObligationState::Owed, 40));
        balance.reserve(40).unwrap();
        balance.settle(40, PaymentState::Succeeded);
        balance.refund(40, false);
        assert_eq!((balance.state(), balance.due()), (ObligationState::Refunded, 0));
        assert_eq!(owed(0).state(), ObligationState::Paid);
        let mut waived = owed(5);
        waived.waive(5).unwrap();
        assert_eq!(waived.state(), ObligationState::Waived);
    }

    #[test]
    fn a_reduction_is_rounded_to_the_dong() {
        assert_eq!((percent_of(15_000, 50), percent_of(5, 50), percent_of(i64::MAX, 100)), (7_500, 3, i64::MAX));
    }

    proptest! {
        #[test]
        fn nothing_makes_more_owed_or_paid_than_the_law_sets(
            full in 0_i64..1000,
            acts in prop::collection::vec((0_u8..4, 1_i64..500), 0..30),
        ) {
            let mut balance = owed(full);
            for (act, amount) in acts {
                match act {
                    0 => drop(balance.reserve(amount)),
                    1 => {
                        let amount = amount.min(balance.reserved);
                        balance.settle(amount, PaymentState::Succeeded);
                    }
                    2 => drop(balance.waive(amount)),
                    _ => balance.refund(amount.min(balance.paid), amount % 2 == 0),
                }
                prop_assert!(balance.open() >= 0 && balance.due() >= balance.open());
                prop_assert!(balance.paid >= 0 && balance.due() + balance.paid <= full);
            }
        }
    }
}
