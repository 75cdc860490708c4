//! When agencies are told by e-mail what became of their indicators.

use chrono::NaiveTime;
use serde::Deserialize;

/// When digests of alerts (bản tin cảnh báo) are made.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigestSettings {
    /// From what time of a working day on.
    pub at: TimeOfDay,
    /// For how many days a digest is kept with its messages.
    pub kept_days: u32,
}

/// A time of day in Vietnam, by the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TimeOfDay(pub NaiveTime);

impl TryFrom<String> for TimeOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let time = NaiveTime::parse_from_str(&text, "%H:%M").ok();
        time.map(Self).ok_or_else(|| format!("`{text}` is no time of day: write it like `07:30`"))
    }
}
