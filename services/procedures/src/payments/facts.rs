//! What the events of payments tell: which money moved, for which dossier, and nothing that names a person.

use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An attempt to pay was begun.
pub const STARTED: EventKind = EventKind { name: "payment.started.v1", subject: "payments" };
/// The money has come.
pub const SUCCEEDED: EventKind = EventKind { name: "payment.succeeded.v1", subject: "payments" };
/// It does not come.
pub const FAILED: EventKind = EventKind { name: "payment.failed.v1", subject: "payments" };
/// Nobody told its outcome in time: what it kept can be paid by others again.
pub const EXPIRED: EventKind = EventKind { name: "payment.expired.v1", subject: "payments" };
/// Some of it went back.
pub const REFUNDED: EventKind = EventKind { name: "payment.refunded.v1", subject: "payments" };
/// Something was taken off an obligation.
pub const WAIVED: EventKind = EventKind { name: "obligation.waived.v1", subject: "obligations" };

/// An attempt to pay, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaymentFacts {
    /// The dossier.
    pub dossier_id: Uuid,
    /// Its procedure.
    pub procedure_code: String,
    /// The agency that collects it: the one that received the dossier.
    pub agency_id: Uuid,
    /// `counter`, `transfer`, `elsewhere` or `gateway`.
    pub method: String,
    /// `pending`, `succeeded`, `failed` or `expired`.
    pub state: String,
    /// All of it, in đồng.
    pub amount: i64,
    /// What it pays of which obligation.
    pub parts: Vec<PartFacts>,
    /// What went back with this event, in đồng.
    pub refunded: Option<i64>,
    /// Whether what went back is owed again.
    pub still_owed: Option<bool>,
    /// Whether this outcome was told after the attempt had expired.
    #[serde(default)]
    pub late: bool,
}

/// A part of a payment, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartFacts {
    /// The obligation.
    pub obligation_id: Uuid,
    /// Its item in the procedure version.
    pub fee_code: Option<String>,
    /// `fee`, `charge` or `other`.
    pub kind: String,
    /// Whole đồng.
    pub amount: i64,
}

/// A reduction or waiver, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaiverFacts {
    /// The dossier.
    pub dossier_id: Uuid,
    /// Its procedure.
    pub procedure_code: String,
    /// The agency that collects it.
    pub agency_id: Uuid,
    /// The item in the procedure version.
    pub fee_code: Option<String>,
    /// `fee`, `charge` or `other`.
    pub kind: String,
    /// What is taken off, in đồng.
    pub amount: i64,
    /// What is still owed of it.
    pub due: i64,
    /// Code of the reduction of the fee, when it is one.
    pub reduction: Option<String>,
    /// The law it rests on.
    pub legal_basis: String,
}
