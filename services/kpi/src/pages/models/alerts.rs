//! Alerts as pages list them.

use chrono::NaiveDate;
use motcua_kernel::Text;

use super::AgencyName;

/// Alerts that are not over (cảnh báo chưa kết thúc).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertList {
    /// How many there are.
    pub total: i64,
    /// The newest of them, the newest first.
    pub lines: Vec<AlertLine>,
}

/// An alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertLine {
    /// Whom it is about.
    pub agency: AgencyName,
    /// What kind of alert it is.
    pub title: Text,
    /// What was found, with its figures.
    pub text: Text,
    /// The day on which it was raised.
    pub on: NaiveDate,
    /// Whether somebody has looked into it.
    pub acknowledged: bool,
}
