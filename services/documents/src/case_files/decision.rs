//! A decision or written agreement that an act rests on: its number and its day.

use chrono::NaiveDate;
use motcua_kernel::time::deserialize_day;
use motcua_kernel::{FieldError, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text_fields::needed;

const LONGEST_NUMBER: usize = 100;

/// A decision, by number and day. Every follower of events is told: no names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CaseFileDecision)]
pub struct Decision {
    /// Its number and notation, at most 100 characters.
    #[schema(max_length = 100, example = "12/QĐ-UBND")]
    pub number: String,
    /// Its day, not one to come.
    #[serde(deserialize_with = "deserialize_day")]
    pub date: NaiveDate,
}

impl Decision {
    /// In normal form, with its faults.
    pub(crate) fn check(&self, pointer: &str, today: NaiveDate, faults: &mut Vec<FieldError>) -> Self {
        let number = needed(&self.number, &format!("{pointer}/number"), LONGEST_NUMBER, faults);
        if self.date > today {
            let text = Text::new("Ngày quyết định ở tương lai.", "The day of the decision is still to come.");
            faults.push(FieldError::new(format!("{pointer}/date"), "decision.in_future", text));
        }
        Self { number, date: self.date }
    }
}
