//! How books number, and what becomes of numbers.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use motcua_kernel::{BusinessTime, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a register registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegisterKind {
    /// Outgoing documents (sổ đăng ký văn bản đi).
    Outgoing,
    /// Incoming documents (sổ đăng ký văn bản đến).
    Incoming,
}

impl RegisterKind {
    /// The word as columns and filters write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Outgoing => "outgoing",
            Self::Incoming => "incoming",
        }
    }
}

impl fmt::Display for RegisterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RegisterKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Outgoing, Self::Incoming]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("unknown kind of register `{text}`: one of outgoing, incoming"))
    }
}

/// What has become of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// Taken for a document that is still to come (giữ số).
    Reserved,
    /// A document has it.
    Used,
    /// No document has it or ever will (hủy số).
    Void,
}

impl EntryState {
    /// The word as columns write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Used => "used",
            Self::Void => "void",
        }
    }
}

impl FromStr for EntryState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Reserved, Self::Used, Self::Void]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| format!("unknown state of a number: {text}"))
    }
}

/// How a number was come by, which decides how its document is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// The next of its sequence.
    Next,
    /// Reserved before; the entry is there, in this version.
    Reserved { version: i64 },
    /// Put in behind another number by a decision.
    Late(LateDecision),
}

/// The decision of the head of an agency that a late number rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateDecision {
    /// Its number and notation.
    pub number: String,
    /// Its day.
    pub date: NaiveDate,
    /// The document itself, where it is kept here.
    pub document_id: Option<Uuid>,
}

/// A number in a register, and the instant it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// The register.
    pub register: Uuid,
    /// Its book.
    pub book: String,
    /// Its year.
    pub year: i32,
    /// The number.
    pub number: i64,
    /// The letter behind a late number; empty behind every other.
    pub suffix: String,
    /// When it was given to the document. Of numbers taken in order, later ones have no earlier instant.
    pub at: BusinessTime,
    pub(super) on: NaiveDate,
    pub(super) origin: Origin,
}

impl Numbered {
    /// The day of the document, in Vietnam: the one on which it got its number; of a late number that of the number it
    /// stands behind.
    #[must_use]
    pub fn on(&self) -> NaiveDate {
        self.on
    }

    /// Whether the number was reserved before it was given to the document.
    #[must_use]
    pub fn was_reserved(&self) -> bool {
        matches!(self.origin, Origin::Reserved { .. })
    }
}

/// The letter of the next late number behind a number, whose last one has this letter; none after `z`.
pub(super) fn next_suffix(last: &str) -> Option<char> {
    match last.chars().next() {
        None => Some('a'),
        Some(letter @ 'a'..='y') => char::from_u32(u32::from(letter) + 1),
        Some(_) => None,
    }
}

/// The year whose register an instant belongs to: the one of the calendar in Vietnam.
pub(super) fn register_year(at: BusinessTime) -> i32 {
    at.day_in_vietnam().year()
}

/// The instant of a number: `now`, read while the sequence was held, or `asked`, read before, when the year has turned
/// while waiting for it. So within a register instants never go back, and none leaves the register's year.
pub(super) fn instant_of_number(asked: BusinessTime, now: BusinessTime) -> BusinessTime {
    if register_year(now) == register_year(asked) { now } else { asked }
}

/// Number and notation as they stand on the document: `05/QĐ-UBND`. Below 10 the number has a leading zero (Decree
/// 30/2020, Annex I, II.3).
#[must_use]
pub fn full_number(number: i64, notation: &str) -> String {
    suffixed_number(number, "", notation)
}

/// The same with the letter of a late number: `12a/QĐ-UBND`. What comes in has an arrival number alone, without notation.
#[must_use]
pub fn suffixed_number(number: i64, suffix: &str, notation: &str) -> String {
    if notation.is_empty() { format!("{number:02}{suffix}") } else { format!("{number:02}{suffix}/{notation}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> BusinessTime {
        BusinessTime(text.parse().unwrap())
    }

    #[test]
    fn a_number_below_ten_has_a_leading_zero() {
        assert_eq!(full_number(5, "QĐ-UBND"), "05/QĐ-UBND");
        assert_eq!(full_number(15, "QĐ-UBND"), "15/QĐ-UBND");
        assert_eq!(full_number(1234, "TTr-SXD"), "1234/TTr-SXD");
        assert_eq!(suffixed_number(5, "a", "2026/QĐ-UBND"), "05a/2026/QĐ-UBND");
        assert_eq!(full_number(7, ""), "07");
    }

    #[test]
    fn late_numbers_go_from_a_to_z_and_no_further() {
        let mut letters = String::new();
        while let Some(next) = next_suffix(letters.get(letters.len().saturating_sub(1)..).unwrap()) {
            letters.push(next);
        }
        assert_eq!(letters, "abcdefghijklmnopqrstuvwxyz");
    }

    #[test]
    fn the_year_turns_at_midnight_in_vietnam() {
        assert_eq!(register_year(at("2026-12-31T16:59:59.999999Z")), 2026);
        assert_eq!(register_year(at("2026-12-31T17:00:00Z")), 2027);
    }

    #[test]
    fn a_number_of_the_old_year_is_not_given_in_the_new_one() {
        let (before, after) = (at("2026-12-31T16:59:59Z"), at("2026-12-31T17:00:01Z"));
        assert_eq!(instant_of_number(before, after), before);
        let noon = at("2026-12-31T05:00:00Z");
        assert_eq!(instant_of_number(noon, before), before);
    }

    #[test]
    fn the_words_of_kinds_come_back() {
        for kind in [RegisterKind::Outgoing, RegisterKind::Incoming] {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        assert!("sent".parse::<RegisterKind>().is_err());
    }
}
