//! Processing terms (thời hạn giải quyết): a number and a unit, or nothing.
//!
//! A wrong term makes wrong due dates for every dossier, so a term is read only where number and unit are both certain. The
//! source loses units (`1`), runs the term into the fee (`120` is 1 and 20 thousand đồng) and writes terms in words; each of
//! these stays text with a warning. `Giờ` is an hour: the source does not say whether a working one.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{notes::Notes, warning::WarningCode};

/// Processing term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Term {
    /// How many units; a fraction for a few ("1.5 ngày làm việc").
    pub count: TermCount,
    /// Unit (đơn vị tính).
    pub unit: TermUnit,
}

impl Term {
    /// The term as the clock counts it; `None` when it cannot: an hour is not said to be a working hour, months and years
    /// have no unit there, and there are no fractions.
    #[must_use]
    pub fn for_clock(self) -> Option<motcua_clock::Term> {
        let count = self.count.whole()?;
        match self.unit {
            TermUnit::WorkingDay => Some(motcua_clock::Term::working_days(count)),
            TermUnit::CalendarDay => Some(motcua_clock::Term::calendar_days(count)),
            TermUnit::WorkingHour => Some(motcua_clock::Term::working_hours(count)),
            TermUnit::Minute | TermUnit::Hour | TermUnit::Week | TermUnit::Month | TermUnit::Year => None,
        }
    }
}

/// Unit of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermUnit {
    /// Minute (phút).
    Minute,
    /// Hour, whether of work or of the clock is not said (giờ).
    Hour,
    /// Working hour (giờ làm việc).
    WorkingHour,
    /// Working day (ngày làm việc).
    WorkingDay,
    /// Calendar day (ngày).
    CalendarDay,
    /// Week (tuần).
    Week,
    /// Month (tháng).
    Month,
    /// Year (năm).
    Year,
}

/// Number of units, exact to a hundredth. A JSON number: `5`, `1.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TermCount {
    hundredths: u32,
}

impl TermCount {
    /// A whole number of units; `None` above 40 million.
    #[must_use]
    pub fn of(whole: u32) -> Option<Self> {
        whole.checked_mul(100).map(|hundredths| Self { hundredths })
    }

    /// The number where it is whole.
    #[must_use]
    pub fn whole(self) -> Option<u32> {
        self.hundredths.is_multiple_of(100).then_some(self.hundredths / 100)
    }

    /// The number in hundredths of a unit.
    #[must_use]
    pub const fn hundredths(self) -> u32 {
        self.hundredths
    }

    /// Reads digits with at most two decimals behind a point or a comma.
    fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || decimals.len() > 2 {
            return None;
        }
        let fraction: u32 = format!("{decimals:0<2}").parse().ok()?;
        let hundredths = whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(fraction)?;
        Some(Self { hundredths })
    }
}

impl fmt::Display for TermCount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.whole() {
            Some(whole) => write!(formatter, "{whole}"),
            None => write!(formatter, "{}", f64::from(self.hundredths) / 100.0),
        }
    }
}

impl Serialize for TermCount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.whole() {
            Some(whole) => serializer.serialize_u32(whole),
            None => serializer.serialize_f64(f64::from(self.hundredths) / 100.0),
        }
    }
}

impl<'de> Deserialize<'de> for TermCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        Self::parse(&number.to_string())
            .ok_or_else(|| D::Error::custom("not a count of units with at most two decimals"))
    }
}

/// What a row of a way to submit says about its term, all cells cleaned.
pub(super) struct TermCells<'row> {
    /// The term as the page shows it.
    pub raw: Option<&'row str>,
    /// Number that an earlier reader took out of it.
    pub value: Option<&'row str>,
    /// Unit that an earlier reader took out of it.
    pub unit: Option<&'row str>,
    /// The cell of fee and description.
    pub fee_cell: Option<&'row str>,
    /// Whether the cells of term and fee are one.
    pub joined_with_fee: bool,
}

impl TermCells<'_> {
    /// The term in the words of the source; without the original, what an earlier reader left of it.
    pub(super) fn as_written(&self) -> Option<String> {
        self.raw.map(str::to_owned).or_else(|| self.separated())
    }

    /// Number and unit that an earlier reader took out.
    fn separated(&self) -> Option<String> {
        let cells: Vec<&str> = [self.value, self.unit].into_iter().flatten().collect();
        (!cells.is_empty()).then(|| cells.join(" "))
    }
}

/// Reads the term of a row. `row` is the pointer of the row.
pub(super) fn read(notes: &mut Notes, row: &str, cells: &TermCells<'_>) -> Option<Term> {
    let pointer = format!("{row}/time_raw");
    let Some(raw) = cells.as_written() else {
        notes.add(WarningCode::TermMissing, &pointer, None);
        return None;
    };
    let raw = raw.as_str();
    if cells.joined_with_fee {
        notes.add(WarningCode::TermJoinedWithFee, &pointer, Some(raw));
        return None;
    }
    let term = match understand(raw) {
        Ok(term) => term,
        Err(fault) => {
            notes.add(fault, &pointer, Some(raw));
            return None;
        }
    };
    if let Some(separated) = cells.separated().filter(|separated| understand(separated) != Ok(term)) {
        notes.add(WarningCode::TermDisagrees, &pointer, Some(&separated));
    }
    if term.count.hundredths == 0 {
        notes.add(WarningCode::TermZero, &pointer, Some(raw));
        return None;
    }
    if term.count.hundredths / 100 > longest(term.unit) {
        notes.add(WarningCode::TermImplausible, &pointer, Some(raw));
        return None;
    }
    if cells.fee_cell.is_some_and(|text| contradicts_unit(text, term)) {
        notes.add(WarningCode::TermUnitContradicted, &format!("{row}/fee_and_note"), Some(raw));
    }
    Some(term)
}

fn understand(raw: &str) -> Result<Term, WarningCode> {
    let lower = raw.to_lowercase();
    if lower.starts_with("không quy định") {
        return Err(WarningCode::TermNotRegulated);
    }
    let end = raw.find(|character: char| !(character.is_ascii_digit() || character == '.' || character == ','));
    let (number, rest) = raw.split_at_checked(end.unwrap_or(raw.len())).unwrap_or((raw, ""));
    if number.is_empty() {
        return Err(WarningCode::TermTextOnly);
    }
    let rest = rest.trim();
    if rest.strip_prefix(['-', '–']).is_some_and(|upper| upper.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    {
        return Err(WarningCode::TermRange);
    }
    let Some(count) = TermCount::parse(number) else {
        return Err(WarningCode::TermTextOnly);
    };
    if rest.is_empty() {
        return Err(if count.hundredths == 0 { WarningCode::TermZero } else { WarningCode::TermUnitMissing });
    }
    let unit = match rest.to_lowercase().as_str() {
        "phút" => TermUnit::Minute,
        "giờ" => TermUnit::Hour,
        "giờ làm việc" => TermUnit::WorkingHour,
        "ngày làm việc" => TermUnit::WorkingDay,
        "ngày" => TermUnit::CalendarDay,
        "tuần" => TermUnit::Week,
        "tháng" => TermUnit::Month,
        "năm" => TermUnit::Year,
        // One or two words may be a unit, a sentence is not.
        short if short.split_whitespace().count() <= 3 => return Err(WarningCode::TermUnitUnknown),
        _ => return Err(WarningCode::TermTextOnly),
    };
    Ok(Term { count, unit })
}

/// Above this a term is rather two cells run together than a term; the longest real one is 300 days.
const fn longest(unit: TermUnit) -> u32 {
    match unit {
        TermUnit::Minute => 10_000,
        TermUnit::Hour | TermUnit::WorkingHour => 2_000,
        TermUnit::WorkingDay | TermUnit::CalendarDay => 1_000,
        TermUnit::Week => 150,
        TermUnit::Month => 60,
        TermUnit::Year => 10,
    }
}

/// Whether the text gives the number of the term only with the other kind of day.
fn contradicts_unit(text: &str, term: Term) -> bool {
    let (Some(count), TermUnit::WorkingDay | TermUnit::CalendarDay) = (term.count.whole(), term.unit) else {
        return false;
    };
    let lower = text.to_lowercase();
    let (mut working, mut calendar) = (false, false);
    for (index, found) in lower.match_indices("ngày") {
        let (Some(before), Some(after)) = (lower.get(..index), lower.get(index + found.len()..)) else {
            continue;
        };
        if number_before(before) != Some(count) {
            continue;
        }
        if after.trim_start().starts_with("làm việc") {
            working = true;
        } else {
            calendar = true;
        }
    }
    match term.unit {
        TermUnit::WorkingDay => calendar && !working,
        _ => working && !calendar,
    }
}

/// The number at the end of a text, over a number in words in brackets: `05 (năm) `.
fn number_before(text: &str) -> Option<u32> {
    let mut head = text.trim_end();
    if let Some(open) = head.strip_suffix(')').and_then(|inner| inner.rfind('(')) {
        head = head.get(..open)?.trim_end();
    }
    let digits = head.trim_end_matches(|character: char| character.is_ascii_digit());
    // `16/2024 ngày` and `1,5 ngày` are not terms of 2024 and of 5 days.
    if digits.ends_with(['/', '.', ',', '-']) {
        return None;
    }
    head.get(digits.len()..)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_raw(raw: &str) -> (Option<String>, Vec<String>) {
        read_cells(&TermCells { raw: Some(raw), value: None, unit: None, fee_cell: None, joined_with_fee: false })
    }

    fn read_cells(cells: &TermCells<'_>) -> (Option<String>, Vec<String>) {
        let mut notes = Notes::default();
        let term = read(&mut notes, "/channels/0", cells).map(|term| format!("{} {:?}", term.count, term.unit));
        (term, notes.into_warnings().into_iter().map(|warning| warning.code.into_owned()).collect())
    }

    #[test]
    fn a_number_with_a_known_unit_is_a_term() {
        for (raw, term) in [
            ("5 Ngày làm việc", "5 WorkingDay"),
            ("07 Ngày", "7 CalendarDay"),
            ("1 Giờ", "1 Hour"),
            ("8 giờ làm việc", "8 WorkingHour"),
            ("12 Tháng", "12 Month"),
            ("30 phút", "30 Minute"),
            ("1.5 Ngày làm việc", "1.5 WorkingDay"),
            ("0,5 Giờ", "0.5 Hour"),
        ] {
            assert_eq!(read_raw(raw), (Some(term.to_owned()), vec![]));
        }
    }

    #[test]
    fn a_term_without_a_certain_number_and_unit_is_no_term() {
        for (raw, code) in [
            ("1", "term.unit_missing"),
            ("0", "term.zero"),
            ("0 Giờ", "term.zero"),
            ("10-25", "term.range"),
            ("10 - 25 Ngày", "term.range"),
            ("Không quy định", "term.not_regulated"),
            ("Chậm nhất là ngay trước khi tàu rời cảng", "term.text_only"),
            ("3 kỳ", "term.unit_unknown"),
            ("3 ngày kể từ ngày nhận đủ hồ sơ", "term.text_only"),
            ("1,234 Ngày", "term.text_only"),
            ("99999999999 Ngày", "term.text_only"),
            ("20251 Ngày", "term.implausible"),
            ("-5 Ngày", "term.text_only"),
        ] {
            assert_eq!(read_raw(raw), (None, vec![code.to_owned()]), "{raw}");
        }
    }

    #[test]
    fn an_empty_term_is_missing() {
        let cells = TermCells { raw: None, value: None, unit: None, fee_cell: None, joined_with_fee: false };
        assert_eq!(read_cells(&cells), (None, vec!["term.missing".to_owned()]));
    }

    #[test]
    fn the_original_wins_over_what_an_earlier_reader_took_out_of_it() {
        let cells = TermCells {
            raw: Some("0.5 Giờ"),
            value: Some("0"),
            unit: Some(".5 Giờ"),
            fee_cell: None,
            joined_with_fee: false,
        };
        assert_eq!(read_cells(&cells), (Some("0.5 Hour".to_owned()), vec!["term.disagrees".to_owned()]));
    }

    #[test]
    fn without_the_original_the_separated_cells_are_read() {
        let cells =
            TermCells { raw: None, value: Some("5"), unit: Some("Ngày"), fee_cell: None, joined_with_fee: false };
        assert_eq!(read_cells(&cells), (Some("5 CalendarDay".to_owned()), vec![]));
    }

    #[test]
    fn a_term_that_ran_into_the_fee_is_no_term() {
        let cells =
            TermCells { raw: Some("120"), value: None, unit: None, fee_cell: Some("120VNĐ"), joined_with_fee: true };
        assert_eq!(read_cells(&cells), (None, vec!["term.joined_with_fee".to_owned()]));
    }

    #[test]
    fn a_description_with_the_other_kind_of_day_contradicts_the_unit() {
        let with_text = |raw, text| {
            read_cells(&TermCells {
                raw: Some(raw),
                value: None,
                unit: None,
                fee_cell: Some(text),
                joined_with_fee: false,
            })
            .1
        };
        assert_eq!(with_text("7 Ngày", "07 (bảy) ngày làm việc, kể từ ngày nhận đủ hồ sơ"), ["term.unit_contradicted"]);
        assert_eq!(with_text("30 Ngày làm việc", "Trong thời hạn 30 ngày kể từ"), ["term.unit_contradicted"]);
        for (raw, text) in [
            ("7 Ngày", "07 ngày kể từ khi nhận, kéo dài không quá 10 ngày làm việc"),
            ("7 Ngày", "07 ngày làm việc hoặc 7 ngày"),
            ("5 Ngày làm việc", "1,5 ngày; Thông tư 16/5 ngày 3/5"),
        ] {
            assert_eq!(with_text(raw, text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_count_is_a_json_number_and_comes_back() {
        for (text, json) in [("5", "5"), ("1.5", "1.5"), ("0.25", "0.25")] {
            let count = TermCount::parse(text).expect(text);
            assert_eq!(serde_json::to_string(&count).expect(text), json);
            assert_eq!(serde_json::from_str::<TermCount>(json).expect(text), count);
        }
        for json in ["-1", "1.234", "1e20", "\"5\""] {
            assert!(serde_json::from_str::<TermCount>(json).is_err(), "{json}");
        }
        assert_eq!(TermCount::of(3).and_then(TermCount::whole), Some(3));
    }
}
