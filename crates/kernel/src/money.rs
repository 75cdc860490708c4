//! Money: whole đồng, because nothing smaller exists.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount of money (số tiền).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Whole đồng, never negative.
    #[schema(minimum = 0, example = 150_000)]
    pub amount: i64,
    /// Always `VND`.
    pub currency: Currency,
}

/// The currencies we know: one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Currency {
    /// Vietnamese đồng.
    #[serde(rename = "VND")]
    Vnd,
}

impl Money {
    /// An amount in đồng.
    #[must_use]
    pub const fn vnd(amount: i64) -> Self {
        Self { amount, currency: Currency::Vnd }
    }
}
