//! Why a line is not loaded at all.
//!
//! Only what cannot be a procedure is refused: it cannot be read, or has no code to know it by, or no name to show.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use super::{notes::shorten, warning::Wording};

/// A line that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Number of the line in the file, as the caller counts.
    pub line: u32,
    /// Stable code out of [`REFUSALS`].
    pub code: Cow<'static, str>,
    /// Why, with what stood there.
    pub reason: Wording,
    /// The code of the procedure as written, where there is one.
    pub procedure_code: Option<String>,
}

/// One row of the table of refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RefusalText {
    /// Stable code.
    pub code: &'static str,
    /// Vietnamese text.
    pub vi: &'static str,
    /// English text.
    pub en: &'static str,
}

/// The table of all refusals.
pub const REFUSALS: &[RefusalText] = &[BLANK, NOT_JSON, NOT_A_RECORD, CODE_MISSING, CODE_INVALID, NAME_MISSING];

pub(super) const BLANK: RefusalText =
    RefusalText { code: "record.blank", vi: "Dòng trống", en: "The line is blank" };
pub(super) const NOT_JSON: RefusalText =
    RefusalText { code: "record.not_json", vi: "Dòng không phải JSON", en: "The line is not JSON" };
pub(super) const NOT_A_RECORD: RefusalText = RefusalText {
    code: "record.not_a_record",
    vi: "Dòng không phải một đối tượng JSON có các trường không trùng nhau",
    en: "The line is not a JSON object whose members all differ",
};
pub(super) const CODE_MISSING: RefusalText =
    RefusalText { code: "code.missing", vi: "Không có mã thủ tục", en: "The code of the procedure is missing" };
pub(super) const CODE_INVALID: RefusalText = RefusalText {
    code: "code.invalid",
    vi: "Mã thủ tục không đúng cấu trúc",
    en: "The code of the procedure is not well formed",
};
pub(super) const NAME_MISSING: RefusalText =
    RefusalText { code: "name.missing", vi: "Không có tên thủ tục", en: "The name of the procedure is missing" };

impl Refusal {
    /// A refusal with what stood in the line.
    pub(super) fn new(line: u32, text: RefusalText, found: Option<&str>, procedure_code: Option<&str>) -> Self {
        let with_found = |reason: &'static str| match found {
            None => Cow::Owned(format!("{reason}.")),
            Some(found) => Cow::Owned(format!("{reason}: {}", shorten(found))),
        };
        Self {
            line,
            code: Cow::Borrowed(text.code),
            reason: Wording { vi: with_found(text.vi), en: with_found(text.en) },
            procedure_code: procedure_code.map(shorten),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {} ({})", self.line, self.reason.en, self.code)
    }
}

impl std::error::Error for Refusal {}
