//! What columns say, as the values of fields; none where they say nothing.

use chrono::NaiveDate;
use motcua_db::sql::At;

use crate::definitions::filter::FieldValue;

type Said = Option<FieldValue>;

pub(super) fn yes(yes: impl Into<Option<bool>>) -> Said {
    yes.into().map(FieldValue::YesNo)
}

pub(super) fn whole(whole: impl Into<Option<i64>>) -> Said {
    whole.into().map(FieldValue::Whole)
}

pub(super) fn text<'t>(text: impl Into<Option<&'t str>>) -> Said {
    text.into().map(|text| FieldValue::Text(text.into()))
}

pub(super) fn instant<'a>(at: impl Into<Option<&'a At>>) -> Said {
    at.into().map(|at| FieldValue::Instant(at.0))
}

pub(super) fn day(day: impl Into<Option<NaiveDate>>) -> Said {
    day.into().map(FieldValue::Day)
}

/// Texts that a column keeps one a line.
pub(super) fn texts(lines: &str) -> FieldValue {
    FieldValue::Texts(lines.lines().map(Into::into).collect())
}
