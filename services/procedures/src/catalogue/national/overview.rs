//! The three overview members of a line (`time_limit`, `fee`, `results`).
//!
//! They repeat the rows in one text and are not stored. They are compared with the rows, so that leaving them out loses
//! nothing unnoticed.

use serde_json::Value;

use super::{
    notes::Notes,
    record::{RawChannel, RawRecord, RawResult},
    warning::WarningCode,
};

/// The source cuts the overview of the results here, in characters.
const RESULTS_LENGTH: usize = 500;

/// Reports an overview that says other things than the rows.
pub(super) fn compare(
    notes: &mut Notes,
    record: &RawRecord,
    channels: &[(String, RawChannel)],
    results: &[(String, RawResult)],
) {
    let terms = channels.iter().map(|(_, row)| {
        let term = text(&row.time_raw);
        format!("{}: {}", text(&row.channel), if term.is_empty() { "?" } else { term })
    });
    let fees = channels.iter().map(|(_, row)| {
        let amounts = row.fee_amounts_vnd.as_array().map(Vec::as_slice).unwrap_or_default();
        let amounts = amounts.iter().map(Value::to_string).collect::<Vec<_>>().join(",");
        let kind = text(&row.fee_kind);
        if amounts.is_empty() { kind.to_owned() } else { format!("{kind} {amounts}") }
    });
    let names: Vec<&str> = results.iter().map(|(_, row)| text(&row.name)).collect();
    let names: String = names.join("; ").chars().take(RESULTS_LENGTH).collect();
    for (pointer, overview, rows) in [
        ("/time_limit", &record.time_limit, distinct(terms)),
        ("/fee", &record.fee, distinct(fees)),
        ("/results", &record.results, names),
    ] {
        if overview.as_str().is_some_and(|overview| overview.trim() != rows.trim()) {
            notes.add(WarningCode::RecordOverviewDiffers, pointer, overview.as_str());
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn distinct(parts: impl Iterator<Item = String>) -> String {
    let mut seen: Vec<String> = Vec::new();
    for part in parts {
        if !seen.contains(&part) {
            seen.push(part);
        }
    }
    seen.join(" | ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn compare_json(overviews: Value) -> Vec<String> {
        let mut notes = Notes::default();
        let record: RawRecord = serde_json::from_value(overviews).expect("a record");
        let channel: RawChannel = serde_json::from_value(
            json!({"channel": "Trực tiếp", "time_raw": "", "fee_kind": "có phí", "fee_amounts_vnd": [10000, 10000]}),
        )
        .expect("a row");
        let result: RawResult = serde_json::from_value(json!({"name": "Giấy phép"})).expect("a row");
        compare(&mut notes, &record, &[("/channels/0".to_owned(), channel)], &[("/result_items/0".to_owned(), result)]);
        notes.into_warnings().into_iter().map(|warning| warning.pointer).collect()
    }

    #[test]
    fn overviews_that_repeat_the_rows_or_are_absent_are_fine() {
        assert_eq!(
            compare_json(json!({"time_limit": "Trực tiếp: ?", "fee": "có phí 10000,10000", "results": "Giấy phép"})),
            Vec::<String>::new()
        );
        assert_eq!(compare_json(json!({})), Vec::<String>::new());
    }

    #[test]
    fn an_overview_that_differs_from_the_rows_is_reported() {
        assert_eq!(
            compare_json(json!({"time_limit": "Trực tiếp: 5 Ngày", "fee": "miễn phí", "results": ""})),
            ["/time_limit", "/fee", "/results"]
        );
    }
}
