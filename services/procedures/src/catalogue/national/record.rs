//! One raw line as it stands in the file, before anything is believed.
//!
//! Every member takes any JSON value: a number where a text should be is a warning about one member, never the loss of the
//! line. Members this format does not know are caught and reported.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{notes::Notes, warning::WarningCode};

/// A line of the national catalogue export.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawRecord {
    pub code: Value,
    pub name: Value,
    pub decision: Value,
    pub level: Value,
    pub kind: Value,
    pub field: Value,
    pub audience: Value,
    pub issuing_ministry: Value,
    pub implementing_agency: Value,
    pub competent_authority: Value,
    pub receiving_address: Value,
    pub coordinating_agency: Value,
    pub online_channel: Value,
    pub postal_channel: Value,
    pub in_person_channel: Value,
    /// Overview of the terms of all channels.
    pub time_limit: Value,
    /// Overview of the fees of all channels.
    pub fee: Value,
    pub n_documents: Value,
    pub n_legal_bases: Value,
    /// Overview of the names of all results.
    pub results: Value,
    pub source: Value,
    pub source_date: Value,
    pub source_url: Value,
    pub channels: Value,
    pub dossier: Value,
    pub legal_basis: Value,
    pub result_items: Value,
    pub steps: Value,
    pub conditions: Value,
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A way to submit with one term and one fee cell.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct RawChannel {
    pub channel: Value,
    pub time_value: Value,
    pub time_unit: Value,
    /// The term as the page shows it; value and unit were taken out of it.
    pub time_raw: Value,
    pub fee_kind: Value,
    pub fee_amounts_vnd: Value,
    pub fee_and_note: Value,
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A paper of the dossier.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct RawComponent {
    pub group: Value,
    pub name: Value,
    pub form_file: Value,
    pub originals: Value,
    pub copies: Value,
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A document the procedure rests on.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct RawLegalBasis {
    pub number: Value,
    pub title: Value,
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A paper the applicant gets.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct RawResult {
    pub code: Value,
    pub name: Value,
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A row of one of the lists, with the members its format does not know.
pub(super) trait RawRow: DeserializeOwned + Default {
    /// Members that are not part of the format.
    fn unknown(&self) -> &Map<String, Value>;
}

macro_rules! raw_rows {
    ($($row:ty),*) => {
        $(impl RawRow for $row {
            fn unknown(&self) -> &Map<String, Value> {
                &self.unknown
            }
        })*
    };
}
raw_rows!(RawChannel, RawComponent, RawLegalBasis, RawResult);

/// The rows of a list member. What is not a row is reported with its value and leaves a gap in the numbering, so that
/// pointers stay those of the raw line.
pub(super) fn rows<R: RawRow>(notes: &mut Notes, pointer: &str, list: Value) -> Vec<(String, R)> {
    let items = match list {
        Value::Null => return Vec::new(),
        Value::Array(items) => items,
        other => {
            notes.add(WarningCode::RecordWrongType, pointer, Some(&other.to_string()));
            return Vec::new();
        }
    };
    let mut rows = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let place = format!("{pointer}/{index}");
        if !item.is_object() {
            notes.add(WarningCode::RecordWrongType, &place, Some(&item.to_string()));
            continue;
        }
        // Every member takes any value, so an object can always be read; the text of the error is kept if that changes.
        match serde_json::from_value::<R>(item) {
            Ok(row) => {
                report_unknown(notes, &place, row.unknown());
                rows.push((place, row));
            }
            Err(error) => notes.add(WarningCode::RecordWrongType, &place, Some(&error.to_string())),
        }
    }
    rows
}

/// Reports members that are not part of the format.
pub(super) fn report_unknown(notes: &mut Notes, pointer: &str, unknown: &Map<String, Value>) {
    for (name, value) in unknown {
        // RFC 6901 escapes the two characters that have a meaning in a pointer.
        let escaped = name.replace('~', "~0").replace('/', "~1");
        notes.add(WarningCode::RecordUnknownField, &format!("{pointer}/{escaped}"), Some(&value.to_string()));
    }
}
