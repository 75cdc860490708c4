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
}
