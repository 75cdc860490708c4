//! From any JSON value to a text that can be trusted: composed, trimmed, without characters nobody sees.
//!
//! The faults are those of office documents pasted into a web form: symbol-font bullets, left-to-right marks inside a
//! word, `Ð` (Icelandic eth) for `Đ`, Cyrillic letters. They matter because search and comparison of numbers fail on them
//! without anybody seeing why. Trimming and line ends are not worth a warning.

use serde_json::Value;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::{notes::Notes, warning::WarningCode};

/// A text of one line: line breaks become spaces. `None` when nothing is left.
pub(super) fn line(notes: &mut Notes, pointer: &str, value: &Value) -> Option<String> {
    let text = paragraphs(notes, pointer, value)?;
    if text.contains('\n') { Some(text.replace('\n', " ")) } else { Some(text) }
}

/// A text of several lines. `None` when nothing is left.
pub(super) fn paragraphs(notes: &mut Notes, pointer: &str, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => repair(notes, pointer, text),
        Value::Number(number) => {
            notes.add(WarningCode::RecordWrongType, pointer, Some(&number.to_string()));
            Some(number.to_string())
        }
        other => {
            notes.add(WarningCode::RecordWrongType, pointer, Some(&other.to_string()));
            None
        }
    }
}

/// A count that may have been written as text. `None` when it is no whole number.
pub(super) fn whole_number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Whether the text says anything at all.
pub(super) fn has_letter(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// The first label of the source page that is stuck to other words of the text.
pub(super) fn page_label(text: &str) -> Option<&'static str> {
    const LABELS: [&str; 9] = [
        "Tên thủ tục",
        "Mã thủ tục",
        "Số quyết định",
        "Loại thủ tục",
        "Đối tượng thực hiện",
        "Chọn cơ quan thực hiện",
        "Cơ quan thực hiện",
        "Từ khóa",
        "Mô tả",
    ];
    LABELS.into_iter().find(|label| {
        text.match_indices(label).any(|(start, found)| {
            let before = text.get(..start).and_then(|head| head.chars().next_back());
            let after = text.get(start + found.len()..).and_then(|tail| tail.chars().next());
            before.is_some_and(char::is_alphanumeric) || after.is_some_and(char::is_alphanumeric)
        })
    })
}

fn repair(notes: &mut Notes, pointer: &str, text: &str) -> Option<String> {
    let composed = compose(notes, pointer, text);
    let mut repaired = String::with_capacity(composed.len());
    let mut characters = composed.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    repaired.push('\n');
                }
            }
            '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => repaired.push(' '),
            '\n' | '\u{2028}' | '\u{2029}' => repaired.push('\n'),
            // `¬` is how soft hyphens look after one conversion too many.
            '\u{ad}' | '¬' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' => {
                notes.add(WarningCode::TextInvisibleCharacter, pointer, Some(&code_point(character)));
            }
            '\u{e000}'..='\u{f8ff}' => {
                notes.add(WarningCode::TextSymbolFont, pointer, Some(&code_point(character)));
                repaired.push('•');
            }
            '\u{fffd}' => {
                notes.add(WarningCode::TextLostCharacter, pointer, Some(&code_point(character)));
                repaired.push(character);
            }
            _ if character.is_control() => {
                notes.add(WarningCode::TextControlCharacter, pointer, Some(&code_point(character)));
            }
            _ => match vietnamese_twin(character) {
                Some(twin) => {
                    notes.add(WarningCode::TextLookalikeLetter, pointer, Some(&code_point(character)));
                    repaired.push(twin);
                }
                None => repaired.push(character),
            },
        }
    }
    let trimmed = repaired.trim();
    if trimmed.is_empty() { None } else { Some(trimmed.to_owned()) }
}

fn compose(notes: &mut Notes, pointer: &str, text: &str) -> String {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text.to_owned();
    }
    let composed: String = text.nfc().collect();
    if composed != text {
        notes.add(WarningCode::TextNotNfc, pointer, Some(text));
    }
    composed
}

fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// The letter a Vietnamese writer meant. Only letters that look the same are here; other foreign text is left alone.
const fn vietnamese_twin(character: char) -> Option<char> {
    Some(match character {
        'Ð' => 'Đ',
        'ð' => 'đ',
        'А' => 'A',
        'В' => 'B',
        'Е' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'О' => 'O',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'Х' => 'X',
        'а' => 'a',
        'е' => 'e',
        'о' => 'o',
        'р' => 'p',
        'с' => 'c',
        'х' => 'x',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cleaned(value: &Value) -> (Option<String>, Vec<String>) {
        let mut notes = Notes::default();
        let text = line(&mut notes, "/name", value);
        (text, notes.into_warnings().into_iter().map(|warning| warning.code.into_owned()).collect())
    }

    #[test]
    fn trimming_and_line_ends_are_not_worth_a_warning() {
        assert_eq!(cleaned(&json!("  Tách\r\nhộ \t")), (Some("Tách hộ".to_owned()), vec![]));
    }

    #[test]
    fn only_blanks_is_nothing() {
        assert_eq!(cleaned(&json!(" \u{a0}\n ")), (None, vec![]));
        assert_eq!(cleaned(&Value::Null), (None, vec![]));
    }

    #[test]
    fn combining_accents_are_composed_with_a_warning() {
        assert_eq!(cleaned(&json!("Ta\u{301}ch")), (Some("Tách".to_owned()), vec!["text.not_nfc".to_owned()]));
    }

    #[test]
    fn a_mark_inside_a_word_is_removed_so_that_search_finds_the_word() {
        let (text, codes) = cleaned(&json!("đăng k\u{200e}ý tr\u{ad}ường"));
        assert_eq!(text.as_deref(), Some("đăng ký trường"));
        assert_eq!(codes, ["text.invisible_character", "text.invisible_character"]);
    }

    #[test]
    fn eth_and_cyrillic_letters_become_the_letters_they_look_like() {
        let (text, codes) = cleaned(&json!("57/2018/NÐ-CP, 85/2024/TT-BTС"));
        assert_eq!(text.as_deref(), Some("57/2018/NĐ-CP, 85/2024/TT-BTC"));
        assert_eq!(codes, ["text.lookalike_letter", "text.lookalike_letter"]);
    }

    #[test]
    fn control_characters_go_and_symbol_font_bullets_become_bullets() {
        let (text, codes) = cleaned(&json!("\u{f0fc} Bản\u{7} sao"));
        assert_eq!(text.as_deref(), Some("• Bản sao"));
        assert_eq!(codes, ["text.symbol_font", "text.control_character"]);
    }

    #[test]
    fn a_number_in_place_of_a_text_is_read_and_reported_a_list_is_only_reported() {
        assert_eq!(cleaned(&json!(54)), (Some("54".to_owned()), vec!["record.wrong_type".to_owned()]));
        assert_eq!(cleaned(&json!(["a"])), (None, vec!["record.wrong_type".to_owned()]));
    }

    #[test]
    fn a_page_label_counts_only_when_it_sticks_to_other_words() {
        assert_eq!(page_label("Cơ quan thực hiệnSở Tư pháp"), Some("Cơ quan thực hiện"));
        assert_eq!(page_label("Cơ quan thực hiện: Sở Tư pháp"), None);
        assert_eq!(page_label("hộ kinh doanhMô tả"), Some("Mô tả"));
    }
}
