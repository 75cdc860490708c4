//! Results (kết quả thực hiện): what the applicant gets, with the code of the paper.

use super::{clean, notes::Notes, procedure::ResultPaper, record::RawResult, warning::WarningCode};

/// Reads all results.
pub(super) fn read(notes: &mut Notes, rows: &[(String, RawResult)]) -> Vec<ResultPaper> {
    let mut results: Vec<ResultPaper> = Vec::with_capacity(rows.len());
    for (place, row) in rows {
        let code_pointer = format!("{place}/code");
        let name_pointer = format!("{place}/name");
        let code = clean::line(notes, &code_pointer, &row.code);
        let name = clean::line(notes, &name_pointer, &row.name);
        match code.as_deref() {
            None => notes.add(WarningCode::ResultCodeMissing, &code_pointer, None),
            Some(code) if !is_result_code(code) => notes.add(WarningCode::ResultCodeOdd, &code_pointer, Some(code)),
            Some(_) => {}
        }
        if let Some(name) = name.as_deref() {
            if begins_with_code(name) {
                notes.add(WarningCode::ResultCodeInName, &name_pointer, Some(name));
            }
            if let Some(label) = clean::page_label(name) {
                notes.add(WarningCode::TextPageLabel, &name_pointer, Some(label));
            }
        }
        let usable = name.as_deref().is_some_and(clean::has_letter);
        if !usable {
            notes.add(WarningCode::ResultNameMissing, &name_pointer, name.as_deref());
        }
        let result = ResultPaper { code, name: name.filter(|_| usable) };
        if results.contains(&result) {
            notes.add(WarningCode::ResultDuplicate, place, result.name.as_deref());
        } else {
            results.push(result);
        }
    }
    if results.is_empty() {
        notes.add(WarningCode::ResultNone, "/result_items", None);
    }
    results
}

/// `KQ.G12.000429`, and the older `000.00.00.G15-KQ0187` and `G19-KQ006098`.
fn is_result_code(code: &str) -> bool {
    let is_number = |digits: &str| (2..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_agency = |group: &str| {
        group
            .strip_prefix(|letter: char| letter.is_ascii_uppercase())
            .is_some_and(|rest| rest.len() == 2 && is_number(rest))
    };
    if let Some((agency, number)) = code.strip_prefix("KQ.").and_then(|rest| rest.split_once('.')) {
        return is_agency(agency) && is_number(number);
    }
    let Some((agency, number)) = code.split_once("-KQ") else {
        return false;
    };
    is_number(number) && is_agency(agency.strip_prefix("000.00.00.").unwrap_or(agency))
}

/// `-1309Công văn từ chối`: the end of a code that was torn off.
fn begins_with_code(name: &str) -> bool {
    name.strip_prefix(['-', '.']).is_some_and(|rest| rest.starts_with(|character: char| character.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read_json(rows: &Value) -> (Vec<ResultPaper>, Vec<String>) {
        let mut notes = Notes::default();
        let rows: Vec<RawResult> = serde_json::from_value(rows.clone()).expect("rows");
        let rows: Vec<_> =
            rows.into_iter().enumerate().map(|(index, row)| (format!("/result_items/{index}"), row)).collect();
        let results = read(&mut notes, &rows);
        (results, notes.into_warnings().into_iter().map(|warning| warning.code.into_owned()).collect())
    }

    #[test]
    fn three_styles_of_codes_are_codes() {
        for code in ["KQ.G12.000429", "KQ.G12.0013300", "000.00.00.G15-KQ0187", "G19-KQ0060100"] {
            assert!(is_result_code(code), "{code}");
        }
        for code in ["78", "000.00.00.KQ", "000.00.00.G12-KQ", "TP-KQ", "KQ.12.000429", "KQ.G12."] {
            assert!(!is_result_code(code), "{code}");
        }
    }

    #[test]
    fn a_semicolon_inside_a_name_does_not_split_a_result() {
        let (results, codes) = read_json(&json!([{"code": "KQ.G10.001156", "name": "Hộ nghèo; hộ cận nghèo"}]));
        assert_eq!(results.len(), 1);
        assert_eq!(codes, Vec::<String>::new());
    }

    #[test]
    fn a_name_without_a_letter_is_no_name() {
        let (results, codes) = read_json(&json!([{"code": "KQ.G01.000279", "name": "..."}]));
        assert_eq!(results[0].name, None);
        assert_eq!(codes, ["result.name_missing"]);
    }

    #[test]
    fn a_code_torn_in_two_is_kept_and_reported() {
        let (results, codes) = read_json(&json!([{"code": "000.00.00.KQ", "name": "-1309Công văn từ chối"}]));
        assert_eq!(results[0].name.as_deref(), Some("-1309Công văn từ chối"));
        assert_eq!(codes, ["result.code_odd", "result.code_in_name"]);
    }

    #[test]
    fn missing_codes_duplicates_and_an_empty_list_are_reported() {
        let row = json!({"name": "Giấy khai sinh"});
        let (results, codes) = read_json(&json!([row, row]));
        assert_eq!(results.len(), 1);
        assert_eq!(codes, ["result.code_missing", "result.duplicate"]);
        assert_eq!(read_json(&json!([])).1, ["result.none"]);
    }
}
