//! Numbers of documents (số, ký hiệu): of the announcing decision and of legal bases.
//!
//! People write `SỐ 64/QĐ-NHNN`, `3980 /QĐ-BQP`, `1170/QD-BTP`, `Luật 47/2014/QH13` for the same form. A number is
//! respelled only when the outcome is well formed; anything else is kept as written and reported.

use super::{
    notes::Notes,
    warning::WarningCode::{DecisionLocal, DecisionMissing, DecisionNumberOdd, DecisionRespelled},
    warning::WarningCode::{LegalBasisNumberMissing, LegalBasisNumberOdd, LegalBasisNumberRespelled},
};

/// Words people write before the number of a document.
const LEADING_WORDS: [&str; 10] = [
    "thông tư liên tịch",
    "thông tư",
    "nghị định",
    "nghị quyết",
    "quyết định",
    "pháp lệnh",
    "chỉ thị",
    "bộ luật",
    "luật",
    "số",
];

/// Reads the number of the decision that announced a procedure.
pub(super) fn decision(notes: &mut Notes, pointer: &str, cell: Option<String>) -> Option<String> {
    let Some(written) = cell else {
        notes.add(DecisionMissing, pointer, None);
        return None;
    };
    let number = respell(&written);
    if !is_decision(&number) {
        notes.add(DecisionNumberOdd, pointer, Some(&written));
        return Some(written);
    }
    if number != written {
        notes.add(DecisionRespelled, pointer, Some(&written));
    }
    if number.ends_with("/QĐ-UBND") {
        notes.add(DecisionLocal, pointer, Some(&written));
    }
    Some(number)
}

/// Reads the number of a legal basis.
pub(super) fn legal_basis(notes: &mut Notes, pointer: &str, cell: Option<String>) -> Option<String> {
    let Some(written) = cell else {
        notes.add(LegalBasisNumberMissing, pointer, None);
        return None;
    };
    let number = respell(&written);
    if !is_legal_document(&number) {
        notes.add(LegalBasisNumberOdd, pointer, Some(&written));
        return Some(written);
    }
    if number != written {
        notes.add(LegalBasisNumberRespelled, pointer, Some(&written));
    }
    Some(number)
}

fn respell(written: &str) -> String {
    let mut number = written;
    while let Some(rest) = LEADING_WORDS.iter().find_map(|word| strip_word(number, word)) {
        number = rest;
    }
    let joined: String = number.split_whitespace().collect();
    joined.trim_end_matches(['.', ',', ';']).replace("./", "/").replace("/QD-", "/QĐ-").replace("/ND-CP", "/NĐ-CP")
}

/// The text behind a leading word, whatever its capitals.
fn strip_word<'text>(text: &'text str, word: &str) -> Option<&'text str> {
    let end = text.char_indices().nth(word.chars().count()).map_or(text.len(), |(index, _)| index);
    let (head, rest) = text.split_at_checked(end)?;
    (head.to_lowercase() == word && rest.starts_with([' ', ':', '.'])).then(|| rest.trim_start_matches([' ', ':', '.']))
}

/// `4472/QĐ-BTC`, `1728a/QĐ-NHNN`, `885/QĐ-BCA-C06`.
fn is_decision(number: &str) -> bool {
    number
        .split_once("/QĐ-")
        .is_some_and(|(serial, agency)| is_serial(serial) && !agency.is_empty() && agency.chars().all(is_symbol))
}

/// `118/2025/NĐ-CP`, `47/2014/QH13`, `66.7/2025/NQ-CP`, `2222/QĐ-BHXH`, `191/2005/TTLT/BQP-BLĐTBXH-BTC`.
fn is_legal_document(number: &str) -> bool {
    let Some((serial, rest)) = number.split_once('/') else {
        return false;
    };
    let symbol = match rest.split_once('/') {
        Some((year, symbol)) if year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) => symbol,
        _ => rest,
    };
    let names_its_issuer = symbol.contains('-') || symbol.starts_with("QH") || symbol.starts_with("UBTVQH");
    is_serial(serial)
        && symbol.starts_with(char::is_alphabetic)
        && names_its_issuer
        && symbol.chars().all(|character| is_symbol(character) || character.is_lowercase() || character == '/')
}

/// Digits, perhaps with a letter or a second group: `15`, `09b`, `66.7`.
fn is_serial(serial: &str) -> bool {
    let digits = serial.strip_suffix(|letter: char| letter.is_ascii_lowercase()).unwrap_or(serial);
    !digits.is_empty() && digits.split('.').all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()))
}

fn is_symbol(character: char) -> bool {
    character.is_uppercase() || character.is_ascii_digit() || character == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        reader: fn(&mut Notes, &str, Option<String>) -> Option<String>,
        written: &str,
    ) -> (Option<String>, Vec<String>) {
        let mut notes = Notes::default();
        let number = reader(&mut notes, "/decision", Some(written.to_owned()));
        (number, notes.into_warnings().into_iter().map(|warning| warning.code.into_owned()).collect())
    }

    #[test]
    fn a_well_formed_number_is_left_alone() {
        for number in ["4472/QĐ-BTC", "885/QĐ-BCA-C06", "1728a/QĐ-NHNN"] {
            assert_eq!(read(decision, number), (Some(number.to_owned()), vec![]));
        }
        for number in [
            "118/2025/NĐ-CP",
            "47/2014/QH13",
            "66.7/2025/NQ-CP",
            "2222/QĐ-BHXH",
            "22/2025/QĐ-TTg",
            "02/2020/UBTVQH14",
            "190/2025/NQ-QH15",
            "191/2005/TTLT/BQP-BLĐTBXH-BTC",
            "09b/2013/TT-BTP",
        ] {
            assert_eq!(read(legal_basis, number), (Some(number.to_owned()), vec![]));
        }
    }

    #[test]
    fn known_misspellings_are_respelled_with_a_warning() {
        for (written, number) in [
            ("SỐ 64/QĐ-NHNN", "64/QĐ-NHNN"),
            ("3980 /QĐ-BQP", "3980/QĐ-BQP"),
            ("569./QĐ-BXD", "569/QĐ-BXD"),
            ("1170/QD-BTP", "1170/QĐ-BTP"),
        ] {
            assert_eq!(read(decision, written), (Some(number.to_owned()), vec!["decision.respelled".to_owned()]));
        }
        for (written, number) in [
            ("Thông tư số 104/2024/TT-BQP", "104/2024/TT-BQP"),
            ("Luật 47/2014/QH13", "47/2014/QH13"),
            ("21/2008/TTLT- BQP-BTC", "21/2008/TTLT-BQP-BTC"),
        ] {
            assert_eq!(
                read(legal_basis, written),
                (Some(number.to_owned()), vec!["legal_basis.number_respelled".to_owned()])
            );
        }
    }

    #[test]
    fn a_number_without_its_parts_is_kept_as_written_and_reported() {
        for written in ["4777", "QĐ/0001-BCA", "Demo/QĐ-BCA", "QĐ2338-BTP", "01/QĐCB", "Số", "/QĐ-BTC"] {
            assert_eq!(read(decision, written), (Some(written.to_owned()), vec!["decision.number_odd".to_owned()]));
        }
        for written in ["54", "34/2023", "158/2011/TT", "BỘ LUẬT HÀNG HẢI VIỆT NAM"] {
            assert_eq!(
                read(legal_basis, written),
                (Some(written.to_owned()), vec!["legal_basis.number_odd".to_owned()])
            );
        }
    }

    #[test]
    fn a_decision_of_a_peoples_committee_is_reported() {
        assert_eq!(read(decision, "226/QĐ-UBND").1, ["decision.local"]);
    }
}
