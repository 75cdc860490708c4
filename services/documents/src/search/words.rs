//! What is a word, and what a search asks for. Decided here, for both databases alike: each is given words that it has
//! nothing left to decide about, so both find the same.
//!
//! A word is a run of letters and digits without its diacritics: `QĐ`, `QD` and `qđ` are one word, composed or
//! decomposed, with the Đ of Vietnamese or the Ð of old fonts. What is written without a blank between (`15/QĐ-UBND`) is
//! searched as it stands: its words one after another.

use motcua_kernel::text::fold;
use motcua_kernel::{Error, FieldError, Result, Text};

/// The most words of one document that are found: PostgreSQL keeps no place beyond the 16,383rd. Fields come first, the
/// text of attachments after them.
pub const MOST_WORDS: usize = 16_000;
/// The most bytes they may come to, all together and each with its place: PostgreSQL keeps less than 1 MiB for one document,
/// and 16,000 words may have more.
const MOST_BYTES: usize = 1_000_000;
/// What a word takes beside its letters: an end, a count of places and a place.
const BESIDE_LETTERS: usize = 6;
/// Longer ones are cut: no word of a language is as long, the remains of a broken file are.
const LONGEST_WORD: usize = 60;
/// The longest search, in characters.
pub(super) const LONGEST_SEARCH: usize = 200;

/// The words of a text, in their order.
pub(super) fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST_WORD).collect())
        .collect()
}

/// The first words of a long text; the rest of it is not even folded.
pub(super) fn first_words(text: &str, most: usize) -> Vec<String> {
    text.split_whitespace().flat_map(words).take(most).collect()
}

/// Those of a document's words that are found: from the first on, as many as both databases keep.
pub(super) fn kept<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut bytes = 0;
    let fits = |word: &&str| {
        bytes += word.len() + BESIDE_LETTERS;
        bytes <= MOST_BYTES
    };
    words.take(MOST_WORDS).take_while(fits).collect()
}

/// What is searched: all of these, each the words of a phrase that stand one after another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Search(Vec<Vec<String>>);

impl Search {
    /// Reads what somebody typed: words, and phrases between quotation marks.
    ///
    /// # Errors
    /// `search.too_long`, or `search.no_words` when nothing in it is a letter or a digit.
    pub(crate) fn read(typed: &str) -> Result<Self> {
        if typed.chars().count() > LONGEST_SEARCH {
            return Err(fault("search.too_long", too_long()));
        }
        let mut phrases = Vec::new();
        for (quoted, part) in typed.split(['"', '“', '”']).enumerate().map(|(n, part)| (n % 2 == 1, part)) {
            if quoted {
                phrases.push(words(part));
            } else {
                phrases.extend(part.split_whitespace().map(words));
            }
        }
        phrases.retain(|phrase: &Vec<String>| !phrase.is_empty());
        if phrases.is_empty() {
            return Err(fault("search.no_words", no_words()));
        }
        Ok(Self(phrases))
    }

    /// As FTS5 of SQLite asks: `"so 15" "ubnd"`.
    pub(super) fn of_sqlite(&self) -> String {
        let phrases: Vec<String> = self.0.iter().map(|phrase| format!("\"{}\"", phrase.join(" "))).collect();
        phrases.join(" ")
    }

    /// As PostgreSQL asks: `('so' <-> '15') & 'ubnd'`.
    pub(super) fn of_postgres(&self) -> String {
        let quoted = |phrase: &Vec<String>| {
            let words: Vec<String> = phrase.iter().map(|word| format!("'{word}'")).collect();
            format!("({})", words.join(" <-> "))
        };
        let phrases: Vec<String> = self.0.iter().map(quoted).collect();
        phrases.join(" & ")
    }
}

/// As PostgreSQL keeps words with their places: `'so':1 '15':2`.
pub(super) fn vector(words: &[&str]) -> String {
    let placed: Vec<String> = words.iter().zip(1..).map(|(word, place)| format!("'{word}':{place}")).collect();
    placed.join(" ")
}

fn fault(code: &'static str, text: Text) -> Error {
    Error::invalid(vec![FieldError::new("/q", code, text)])
}

fn too_long() -> Text {
    Text::new(
        format!("Nội dung tìm dài nhất {LONGEST_SEARCH} ký tự."),
        format!("A search has at most {LONGEST_SEARCH} characters."),
    )
}

fn no_words() -> Text {
    Text::new("Cần ít nhất một chữ hoặc số để tìm.", "A search needs at least one letter or digit.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_people_take_for_one_are_one() {
        let all = ["Quyết định QĐ", "Quyết định Q\u{d0}", "QUYET DINH qd", "Quye\u{302}\u{301}t đi\u{323}nh qđ"];
        for text in all {
            assert_eq!(words(text), ["quyet", "dinh", "qd"], "{text}");
        }
    }

    #[test]
    fn numbers_with_their_notation_are_phrases() {
        let search = Search::read("15/QĐ-UBND đất").unwrap();
        assert_eq!(search.of_sqlite(), "\"15 qd ubnd\" \"dat\"");
        assert_eq!(search.of_postgres(), "('15' <-> 'qd' <-> 'ubnd') & ('dat')");
    }

    #[test]
    fn quotation_marks_hold_words_together() {
        let search = Search::read("\"cấp giấy phép\" nhà ở").unwrap();
        assert_eq!(search.of_sqlite(), "\"cap giay phep\" \"nha\" \"o\"");
        assert_eq!(Search::read("“cấp giấy” x").unwrap(), Search::read("\"cấp giấy\" x").unwrap());
        assert_eq!(Search::read("\"cấp giấy").unwrap().of_sqlite(), "\"cap giay\"");
    }

    #[test]
    fn nothing_of_a_search_is_read_as_a_command() {
        let hostile = "a' OR 1 NEAR(b) -c AND\u{0} * ^ : ( | & ! <-> \\";
        let search = Search::read(hostile).unwrap();
        assert_eq!(search.of_sqlite(), "\"a\" \"or\" \"1\" \"near b\" \"c\" \"and\"");
        assert!(search.of_postgres().chars().all(|c| c.is_alphanumeric() || " '()&<->".contains(c)), "{search:?}");
    }

    #[test]
    fn a_search_for_nothing_and_one_too_long_are_refused() {
        for nothing in ["", " ", "/-*", "\"\""] {
            assert_eq!(Search::read(nothing).unwrap_err().fields[0].code, "search.no_words", "{nothing}");
        }
        assert!(Search::read(&"đ".repeat(LONGEST_SEARCH)).is_ok());
        let longer = Search::read(&"đ".repeat(LONGEST_SEARCH + 1));
        assert_eq!(longer.unwrap_err().fields[0].code, "search.too_long");
    }

    #[test]
    fn places_are_counted_from_one() {
        let found = words("Số 15, số");
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(vector(&found), "'so':1 '15':2 'so':3");
    }

    #[test]
    fn long_words_of_many_bytes_are_fewer() {
        let (long, short) = ("ж".repeat(LONGEST_WORD), "a".to_owned());
        let many = |word: &str| kept(std::iter::repeat_n(word, 20_000)).len();
        assert_eq!((many(&short), many(&long)), (MOST_WORDS, MOST_BYTES / (2 * LONGEST_WORD + BESIDE_LETTERS)));
    }

    #[test]
    fn the_first_words_of_a_text_are_those_of_its_beginning() {
        let text = " Quyết định\u{a0}15/QĐ-UBND,\nđi\u{323}nh \u{301}x ";
        assert_eq!(first_words(text, 100), words(text));
        assert_eq!(first_words(text, 3), ["quyet", "dinh", "15"]);
    }
}
