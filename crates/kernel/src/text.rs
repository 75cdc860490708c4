//! Text as Vietnamese people write and search it: two languages for users, one normal form, folding for search.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use utoipa::ToSchema;

/// A text for users in both languages of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Text {
    /// Vietnamese (tiếng Việt).
    pub vi: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A text from its Vietnamese and its English wording.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }

    /// The wording in the language asked for; anything but `en` is Vietnamese, the language of the law.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Vietnamese => &self.vi,
            Language::English => &self.en,
        }
    }
}

/// A language the product speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Vietnamese, the default.
    #[default]
    Vietnamese,
    /// English.
    English,
}

impl Language {
    /// The better of the two by an `Accept-Language` header: highest `q` wins, the first named wins a tie.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0.0_f32, Self::Vietnamese);
        for part in header.split(',') {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
            let quality = pieces
                .find_map(|piece| piece.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()))
                .unwrap_or(1.0);
            let language = match tag.split('-').next() {
                Some("vi") => Self::Vietnamese,
                Some("en") => Self::English,
                _ => continue,
            };
            if quality > best.0 {
                best = (quality, language);
            }
        }
        best.1
    }
}

/// The normal form C of a text without white space around it: how every text is stored.
#[must_use]
pub fn normalise(text: &str) -> String {
    text.trim().nfc().collect()
}

/// Whether a text is one line that people can see: a name, a title, a reference. It has no control characters and no line
/// separators, nothing that turns the direction of what stands behind it, and at least one visible character.
#[must_use]
pub fn is_one_line(text: &str) -> bool {
    !text.chars().any(breaks_the_line) && text.chars().any(is_visible)
}

/// Whether a text of any number of lines has something in it that people can see.
#[must_use]
pub fn says_something(text: &str) -> bool {
    text.chars().any(is_visible)
}

/// Control characters, separators of lines and paragraphs, and embeddings, overrides and isolates of direction.
fn breaks_the_line(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Not white space, not a mark on nothing, and none of the characters that Unicode lets programs leave out.
fn is_visible(character: char) -> bool {
    let left_out = matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    );
    !left_out && !character.is_whitespace() && !is_combining_mark(character)
}

/// The text as it is searched: lower case, no diacritics, `đ` as `d`, one blank between words.
///
/// `Quảng Trị` and `quang  tri` fold to the same text.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match character {
            'đ' | 'ð' => folded.push('d'),
            c if c.is_whitespace() => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            c => folded.push(c),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_ignores_diacritics_case_and_d_with_stroke() {
        assert_eq!(fold("Quảng  Trị"), "quang tri");
        assert_eq!(fold(" ĐƯỜNG Đặng "), "duong dang");
        // Eth looks the same as Đ and turns up in real document lists.
        assert_eq!(fold("QÐ-UBND"), "qd-ubnd");
        assert_eq!(fold("Qua\u{309}ng"), fold("Quảng"));
    }

    #[test]
    fn accept_language_prefers_quality_then_order_then_vietnamese() {
        assert_eq!(Language::from_accept_language("en"), Language::English);
        assert_eq!(Language::from_accept_language("en;q=0.4, vi;q=0.9"), Language::Vietnamese);
        assert_eq!(Language::from_accept_language("en-GB,vi"), Language::English);
        assert_eq!(Language::from_accept_language("fr"), Language::Vietnamese);
    }

    #[test]
    fn one_line_has_something_to_see_and_nothing_that_moves_what_follows() {
        for line in ["Ủy ban nhân dân phường Đông Hà", "Qua\u{309}ng", "H'Leo 5", "👩\u{200d}⚖\u{fe0f}"] {
            assert!(is_one_line(line), "{line}");
        }
        for wrong in ["", " ", "a\r\nb", "a\u{1b}[2Jb", "a\u{85}b", "a\u{2028}b", "a\u{202e}b", "a\u{2066}b\u{2069}"] {
            assert!(!is_one_line(wrong), "{wrong:?}");
        }
        for unseen in ["\u{200b}", "\u{2060} \u{feff}", "\u{3164}", "\u{ad}", "\u{301}"] {
            assert!(!is_one_line(unseen), "{unseen:?}");
        }
    }
}
