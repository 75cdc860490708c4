//! Legal bases (căn cứ pháp lý): the documents a procedure rests on.

use serde_json::Value;

use super::{clean, document_number, notes::Notes, procedure::LegalBasis, record::RawLegalBasis, warning::WarningCode};

/// Reads all legal bases.
pub(super) fn read(notes: &mut Notes, rows: &[(String, RawLegalBasis)], stated_count: &Value) -> Vec<LegalBasis> {
    let mut read: Vec<LegalBasis> = Vec::with_capacity(rows.len());
    for (place, row) in rows {
        let number_pointer = format!("{place}/number");
        let title_pointer = format!("{place}/title");
        let written = clean::line(notes, &number_pointer, &row.number);
        let title = clean::line(notes, &title_pointer, &row.title);
        let number = document_number::legal_basis(notes, &number_pointer, written);
        if title.as_deref().is_none_or(is_bare) {
            notes.add(WarningCode::LegalBasisTitleMissing, &title_pointer, title.as_deref());
        }
        if let Some(label) = title.as_deref().and_then(clean::page_label) {
            notes.add(WarningCode::TextPageLabel, &title_pointer, Some(label));
        }
        let basis = LegalBasis { number, title };
        if read.contains(&basis) {
            notes.add(WarningCode::LegalBasisDuplicate, place, basis.number.as_deref().or(basis.title.as_deref()));
            continue;
        }
        if basis.number.is_some() && read.iter().any(|earlier| earlier.number == basis.number) {
            notes.add(WarningCode::LegalBasisNumberRepeated, &number_pointer, basis.number.as_deref());
        }
        read.push(basis);
    }
    if read.is_empty() {
        notes.add(WarningCode::LegalBasisNone, "/legal_basis", None);
    }
    if !stated_count.is_null() && clean::whole_number(stated_count) != u64::try_from(rows.len()).ok() {
        notes.add(WarningCode::LegalBasisCountMismatch, "/n_legal_bases", Some(&stated_count.to_string()));
    }
    read
}

/// Whether a title says no more than the type of the document. One that gives the number is a citation and will do.
fn is_bare(title: &str) -> bool {
    const TYPES: [&str; 9] =
        ["bộ luật", "luật", "pháp lệnh", "nghị quyết", "nghị định", "thông tư", "quyết định", "chỉ thị", "số"];
    let mut rest = title.to_lowercase();
    for word in TYPES {
        rest = rest.replacen(word, "", 1);
    }
    !rest.contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_json(rows: &Value) -> (Vec<LegalBasis>, Vec<String>) {
        let mut notes = Notes::default();
        let rows: Vec<RawLegalBasis> = serde_json::from_value(rows.clone()).expect("rows");
        let rows: Vec<_> =
            rows.into_iter().enumerate().map(|(index, row)| (format!("/legal_basis/{index}"), row)).collect();
        let count = json!(rows.len());
        let bases = read(&mut notes, &rows, &count);
        (bases, notes.into_warnings().into_iter().map(|warning| warning.code.into_owned()).collect())
    }

    #[test]
    fn a_number_with_a_title_is_a_legal_basis() {
        let (bases, codes) = read_json(&json!([{"number": "31/2024/QH15", "title": "Luật Đất đai"}]));
        assert_eq!(bases.len(), 1);
        assert_eq!(codes, Vec::<String>::new());
    }

    #[test]
    fn a_title_that_only_says_the_type_is_no_title_and_a_citation_is_one() {
        for title in ["", "Luật", "Thông tư số:", "Số"] {
            let (_, codes) = read_json(&json!([{"number": "54/2014/QH13", "title": title}]));
            assert_eq!(codes, ["legal_basis.title_missing"], "{title}");
        }
        for title in ["54/2014/QH13", "Luật 54/2014/QH13", "Luật Hải quan"] {
            let (_, codes) = read_json(&json!([{"number": "54/2014/QH13", "title": title}]));
            assert_eq!(codes, Vec::<String>::new(), "{title}");
        }
    }

    #[test]
    fn a_title_without_a_number_is_kept_and_reported() {
        let (bases, codes) = read_json(&json!([{"number": "", "title": "Luật Hóa chất"}]));
        assert_eq!(bases[0].title.as_deref(), Some("Luật Hóa chất"));
        assert_eq!(codes, ["legal_basis.number_missing"]);
    }

    #[test]
    fn the_same_basis_twice_is_one_and_one_number_with_two_titles_stays_two() {
        let (bases, codes) = read_json(&json!([
            {"number": "79/2015/QH13", "title": "Luật Thú y"},
            {"number": "Luật 79/2015/QH13", "title": "Luật Thú y"},
            {"number": "79/2015/QH13", "title": "Luật thú y năm 2015"},
        ]));
        assert_eq!(bases.len(), 2);
        assert_eq!(codes, ["legal_basis.number_respelled", "legal_basis.duplicate", "legal_basis.number_repeated"]);
    }

    #[test]
    fn no_legal_basis_is_reported() {
        assert_eq!(read_json(&json!([])).1, ["legal_basis.none"]);
    }
}
