//! Obligations and payments as the API shows and takes them.

use chrono::{DateTime, Utc};
use motcua_kernel::{Money, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::{Method, ObligationState, PaymentState};
use crate::catalogue::content::{Collection, Reduction};

/// What a dossier owes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Obligations {
    /// Each obligation, in the order in which they came up.
    pub items: Vec<Obligation>,
    /// All that is still owed.
    pub due: Money,
    /// What a new attempt may pay: what is owed less what attempts under way would pay.
    pub open: Money,
}

/// A financial obligation (nghĩa vụ tài chính): a fee, a charge or a duty.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Obligation {
    /// Its id.
    pub id: Uuid,
    /// Code of the item in the procedure version.
    pub fee_code: Option<String>,
    /// Name.
    pub name: String,
    /// `fee` (phí), `charge` (lệ phí) or `other`.
    #[schema(example = "charge")]
    pub kind: String,
    /// When it is collected.
    pub collected: Collection,
    /// The act that sets it.
    pub legal_basis: Option<String>,
    /// Whether it belongs to a financial duty that was asked for, not to the fees of the procedure.
    pub of_duty: bool,
    /// How it stands.
    pub state: ObligationState,
    /// What the law sets.
    pub amount: Money,
    /// What reductions and waivers take off.
    pub waived: Money,
    /// What has come and stayed.
    pub paid: Money,
    /// What was paid back and is not owed again.
    pub returned: Money,
    /// What attempts under way would pay.
    pub pending: Money,
    /// What is still owed.
    pub due: Money,
    /// Reductions that can be granted.
    pub reductions: Vec<Reduction>,
    /// What was taken off, the oldest first.
    pub waivers: Vec<Waiver>,
    /// Since when it is owed.
    pub owed_since: DateTime<Utc>,
}

/// A reduction or a waiver that was granted (giảm, miễn).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Waiver {
    /// Its id.
    pub id: Uuid,
    /// What it takes off.
    pub amount: Money,
    /// Code of the reduction of the fee, when it is one.
    pub reduction: Option<String>,
    /// The law it rests on.
    pub legal_basis: String,
    /// Why, as the officer wrote.
    pub reason: Option<String>,
    /// When.
    pub waived_at: DateTime<Utc>,
    /// Who, as events name them.
    pub waived_by: String,
}

/// Takes something off an obligation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWaiver {
    /// A reduction of the fee, by its code: it says how much and by which law.
    #[serde(default)]
    #[schema(example = "poor_household")]
    pub reduction: Option<String>,
    /// How much, when it is no reduction of the fee; all that is still owed when absent.
    #[serde(default)]
    pub amount: Option<Money>,
    /// The law it rests on, at most 500 characters; required when it is no reduction of the fee.
    #[serde(default)]
    #[schema(example = "Luật Phí và lệ phí, Điều 10")]
    pub legal_basis: Option<String>,
    /// Why, at most 500 characters.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The attempts to pay for a dossier.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Payments {
    /// Each attempt, the oldest first.
    pub items: Vec<Payment>,
}

/// An attempt to pay (lần thanh toán).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Payment {
    /// Its id.
    pub id: Uuid,
    /// How it stands.
    pub state: PaymentState,
    /// How the money came.
    pub method: Method,
    /// All of it.
    pub amount: Money,
    /// What it pays of which obligation.
    pub parts: Vec<PaidPart>,
    /// Reference of the transaction (mã giao dịch).
    pub transaction_reference: Option<String>,
    /// Number of the receipt (số biên lai).
    pub receipt_number: Option<String>,
    /// Why it failed.
    pub failure: Option<String>,
    /// What went back, the oldest first.
    pub refunds: Vec<Refund>,
    /// When it was begun.
    pub started_at: DateTime<Utc>,
    /// Who recorded it, as events name them.
    pub started_by: String,
    /// When it succeeded, failed or expired.
    pub settled_at: Option<DateTime<Utc>>,
    /// Who recorded that.
    pub settled_by: Option<String>,
}

/// A part of a payment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PaidPart {
    /// The obligation.
    pub obligation_id: Uuid,
    /// What is paid of it.
    pub amount: Money,
    /// What of this went back.
    pub refunded: Money,
}

/// Money that went back (hoàn trả).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Refund {
    /// Its id.
    pub id: Uuid,
    /// The obligation it was paid for.
    pub obligation_id: Uuid,
    /// How much.
    pub amount: Money,
    /// Whether it is owed again.
    pub still_owed: bool,
    /// Why.
    pub reason: String,
    /// The law it rests on.
    pub legal_basis: Option<String>,
    /// Reference of the transaction.
    pub transaction_reference: Option<String>,
    /// When.
    pub refunded_at: DateTime<Utc>,
    /// Who, as events name them.
    pub refunded_by: String,
}

/// A part of a payment to be made.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayPart {
    /// The obligation.
    pub obligation_id: Uuid,
    /// What is paid of it, at least 1 đồng.
    pub amount: Money,
}

/// An attempt to pay: money that has come, or that is under way.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePayment {
    /// What is paid of which obligations, 1 to 50, each once.
    pub parts: Vec<PayPart>,
    /// How: `counter`, `transfer` or `elsewhere`. No `gateway` is connected yet.
    pub method: Method,
    /// Whether the money is still under way; what it shall pay is kept for it until its outcome is known.
    #[serde(default)]
    pub pending: bool,
    /// Reference of the transaction, 1 to 100 characters, used for one payment ever. A transfer that has come has one.
    #[serde(default)]
    pub transaction_reference: Option<String>,
    /// Number of the receipt, 1 to 50 characters; of what was paid `elsewhere`, that of the treasury's or tax office's
    /// paper, which is required and may cover several dossiers.
    #[serde(default)]
    pub receipt_number: Option<String>,
}

/// How a pending attempt ended.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum CreateOutcome {
    /// The money has come.
    Succeeded {
        /// Reference of the transaction, when it was not known yet.
        #[serde(default)]
        transaction_reference: Option<String>,
        /// Number of the receipt.
        #[serde(default)]
        receipt_number: Option<String>,
    },
    /// It does not come.
    Failed {
        /// Why, 1 to 500 characters.
        reason: String,
    },
}

/// Money goes back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRefund {
    /// The obligation it was paid for.
    pub obligation_id: Uuid,
    /// How much, at most what this payment paid for it and has not gone back.
    pub amount: Money,
    /// Whether it is owed again: the payment was wrong, not the obligation.
    #[serde(default)]
    pub still_owed: bool,
    /// Why, 1 to 500 characters.
    pub reason: String,
    /// The law it rests on, at most 500 characters.
    #[serde(default)]
    pub legal_basis: Option<String>,
    /// Reference of the transaction by which it went back, used once ever.
    #[serde(default)]
    pub transaction_reference: Option<String>,
}

/// An obligation that a financial duty asks for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateObligation {
    /// Name, 1 to 200 characters; it names no person.
    #[schema(example = "Lệ phí trước bạ")]
    pub name: String,
    /// `fee` (phí), `charge` (lệ phí) or `other`.
    pub kind: DutyKind,
    /// How much, at least 1 đồng.
    pub amount: Money,
    /// Code of the item, for accounts, 1 to 50 characters.
    #[serde(default)]
    pub code: Option<String>,
}

/// What an obligation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DutyKind {
    /// A fee (phí).
    Fee,
    /// A charge (lệ phí).
    Charge,
    /// Anything else, as a tax or a land levy.
    Other,
}

impl DutyKind {
    /// The word as columns and events write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fee => "fee",
            Self::Charge => "charge",
            Self::Other => "other",
        }
    }
}
