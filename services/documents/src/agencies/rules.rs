//! What an agency must look like, and which successions can be.

use chrono::NaiveDate;
use motcua_agencies::{AgencyRecord, SuccessionKind};
use motcua_kernel::{Error, FieldError, Text, text};

use crate::text_fields::one_line_fault;

/// Decision 20/2020/QĐ-TTg, Article 4: a code has at most 35 characters.
const LONGEST_CODE: usize = 35;
const LONGEST_NAME: usize = 500;
const LONGEST_SYMBOL: usize = 20;
const LONGEST_NOTE: usize = 2000;
const MOST_UNITS: usize = 1000;

/// Whether a text can be an identification code (Decision 20/2020/QĐ-TTg): level 1 is a letter and two digits, each
/// lower level a group of digits and capital letters behind a dot.
pub(super) fn is_code(code: &str) -> bool {
    let mut groups = code.split('.');
    let first = groups.next().unwrap_or_default().as_bytes();
    let level_1 = matches!(first, [b'A'..=b'Z', b'0'..=b'9', b'0'..=b'9']);
    let lower =
        |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    level_1 && groups.all(lower) && code.len() <= LONGEST_CODE
}

/// The texts of an agency in the form in which they are stored.
pub(super) fn normalised(mut record: AgencyRecord) -> AgencyRecord {
    for field in [&mut record.name, &mut record.name_en, &mut record.symbol, &mut record.note] {
        *field = text::normalise(field);
    }
    record.codes.sort_by(|a, b| (a.valid_from, &a.code).cmp(&(b.valid_from, &b.code)));
    record.units.sort();
    record.units.dedup();
    record
}

/// Everything wrong with an agency in itself, by the field of the request.
pub(super) fn faults(record: &AgencyRecord) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut fault = |pointer: String, code: &str, vi: &str, en: &str| {
        faults.push(FieldError::new(pointer, code, Text::new(vi, en)));
    };
    if record.name.is_empty() {
        fault("/name".into(), "required", "Cần có tên cơ quan.", "The agency needs a name.");
    }
    let texts = [
        ("/name", &record.name, LONGEST_NAME),
        ("/name_en", &record.name_en, LONGEST_NAME),
        ("/symbol", &record.symbol, LONGEST_SYMBOL),
        ("/note", &record.note, LONGEST_NOTE),
    ];
    for (pointer, text, most) in texts {
        if text.chars().count() > most {
            fault(
                pointer.into(),
                "too_long",
                &format!("Nhiều nhất {most} ký tự."),
                &format!("At most {most} characters."),
            );
        }
    }
    for (pointer, text) in [("/name", &record.name), ("/name_en", &record.name_en), ("/symbol", &record.symbol)] {
        faults.extend(one_line_fault(pointer, text));
    }
    let mut fault = |pointer: String, code: &str, vi: &str, en: &str| {
        faults.push(FieldError::new(pointer, code, Text::new(vi, en)));
    };
    if record.valid_to.is_some_and(|end| end <= record.valid_from) {
        fault("/valid_to".into(), "order", "valid_to phải sau valid_from.", "valid_to must be after valid_from.");
    }
    if record.codes.is_empty() {
        fault("/codes".into(), "required", "Cần có ít nhất một mã.", "At least one code is needed.");
    }
    for (at, dated) in record.codes.iter().enumerate() {
        let pointer = format!("/codes/{at}");
        if !is_code(&dated.code) {
            let vi = "Mã phải theo Quyết định 20/2020/QĐ-TTg, ví dụ H50.12.";
            fault(
                format!("{pointer}/code"),
                "agency.code_form",
                vi,
                "The code must follow Decision 20/2020/QĐ-TTg, like H50.12.",
            );
        }
        let outside = dated.valid_from < record.valid_from
            || record.valid_to.is_some_and(|end| dated.valid_to.is_none_or(|code_end| end < code_end));
        if outside || dated.valid_to.is_some_and(|end| end <= dated.valid_from) {
            let vi = "Thời gian của mã phải nằm trong thời gian tồn tại của cơ quan.";
            fault(pointer, "agency.code_days", vi, "The days of the code must lie within those of the agency.");
        }
    }
    if record.units.len() > MOST_UNITS {
        fault("/units".into(), "too_many", "Nhiều nhất 1.000 đơn vị.", "At most 1,000 units.");
    }
    for (at, unit) in record.units.iter().enumerate() {
        let digits = unit.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || ![2, 3, 5].contains(&unit.len()) {
            let vi = "Không phải mã đơn vị hành chính.";
            fault(format!("/units/{at}"), "unit.code_form", vi, "Not a code of an administrative unit.");
        }
    }
    faults
}

/// Refuses an agency that would have no code, or several, on some day of its existence from today on. What was before is
/// history, which has gaps.
///
/// # Errors
/// `agency.codes_gap`, naming the first such day.
pub(super) fn check_every_day_has_a_code(record: &AgencyRecord, today: NaiveDate) -> Result<(), Error> {
    let first = record.valid_from.max(today);
    let mut day = first;
    let ends = |end: Option<NaiveDate>| end.unwrap_or(NaiveDate::MAX);
    let wrong = |day: NaiveDate| {
        let text = Text::new(
            format!("Từ hôm nay, mỗi ngày hoạt động phải có đúng một mã; ngày {} thì không.", day.format("%d/%m/%Y")),
            format!("From today on the agency needs exactly one code on every day; on {day} it has not."),
        );
        Err(Error::invalid_field("/codes", "agency.codes_gap", text))
    };
    let mut codes: Vec<_> = record.codes.iter().filter(|code| day < ends(code.valid_to)).collect();
    codes.sort_by_key(|code| code.valid_from);
    for (place, code) in codes.into_iter().enumerate() {
        if day < code.valid_from {
            return wrong(day);
        }
        if place > 0 && code.valid_from < day {
            return wrong(code.valid_from.max(first));
        }
        day = ends(code.valid_to);
    }
    if day < ends(record.valid_to) { wrong(day) } else { Ok(()) }
}

/// Refuses an agency that is wrong in itself, with all its faults.
///
/// # Errors
/// `validation`.
pub(super) fn check(record: &AgencyRecord) -> Result<(), Error> {
    let faults = faults(record);
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}

/// Closes an agency, and the codes it still holds, on a day.
///
/// # Errors
/// `agency.closed` when it closed on another day, `agency.not_open_yet` when it would close before it opened.
pub(super) fn close(record: &mut AgencyRecord, on: NaiveDate) -> Result<(), Error> {
    if on <= record.valid_from {
        return Err(Error::invalid_field(
            "/effective_on",
            "agency.not_open_yet",
            Text::new("Ngày có hiệu lực phải sau ngày cơ quan hoạt động.", "The day must be after the agency opened."),
        ));
    }
    if let Some(closed) = record.valid_to.filter(|closed| *closed != on) {
        return Err(Error::conflict(
            "agency.closed",
            format!("Cơ quan đã kết thúc hoạt động từ ngày {}.", closed.format("%d/%m/%Y")),
            format!("The agency closed on {closed}."),
        )
        .with("closed_on", closed.to_string()));
    }
    record.valid_to = Some(on);
    // A code that would have begun later never began.
    record.codes.retain(|code| code.valid_from < on);
    for code in record.codes.iter_mut().filter(|code| code.valid_to.is_none_or(|end| on < end)) {
        code.valid_to = Some(on);
    }
    Ok(())
}

/// Checks how many successors a succession of a kind names.
///
/// # Errors
/// `succession.successors`.
pub(super) fn check_number(kind: SuccessionKind, successors: usize) -> Result<(), Error> {
    let (right, vi, en) = match kind {
        SuccessionKind::SplitInto => {
            (successors >= 2, "Chia, tách cần ít nhất hai cơ quan kế thừa.", "A split needs two successors at least.")
        }
        _ => (successors == 1, "Hình thức này cần đúng một cơ quan kế thừa.", "This kind needs exactly one successor."),
    };
    if right {
        return Ok(());
    }
    Err(Error::invalid_field("/successors", "succession.successors", Text::new(vi, en)))
}

#[cfg(test)]
mod tests {
    use motcua_agencies::{AgencyKind, DatedCode};
    use motcua_kernel::new_id;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn record() -> AgencyRecord {
        let valid_from = day("2025-07-01");
        AgencyRecord {
            id: new_id(),
            name: "Sở Xây dựng".into(),
            name_en: String::new(),
            kind: AgencyKind::Department,
            symbol: "SXD".into(),
            parent_id: None,
            valid_from,
            valid_to: None,
            codes: vec![DatedCode { code: "H50.05".into(), valid_from, valid_to: None }],
            units: vec!["44".into()],
            note: String::new(),
            version: 1,
        }
    }

    #[test]
    fn codes_have_the_form_of_decision_20_2020() {
        for code in ["H50", "H50.12", "H53.07.01.001", "G22.A1"] {
            assert!(is_code(code), "{code}");
        }
        let long = format!("H50.{}", "1".repeat(32));
        for code in ["", "H5", "h50", "50H", "H50.", "H50..1", "H50.1a", "H50.Đ", "000.00.12.H50", "H50 .1", &long] {
            assert!(!is_code(code), "{code}");
        }
    }

    #[test]
    fn every_fault_of_an_agency_is_told_at_once() {
        let mut wrong = record();
        assert!(faults(&wrong).is_empty());
        wrong.name.clear();
        wrong.valid_to = Some(day("2025-07-01"));
        wrong.codes[0].code = "H50-12".into();
        wrong.units = vec!["4".into()];
        let pointers: Vec<String> = faults(&wrong).into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(pointers, ["/name", "/valid_to", "/codes/0/code", "/codes/0", "/units/0"]);
    }

    #[test]
    fn closing_ends_the_codes_still_held_and_forgets_those_to_come() {
        let mut agency = record();
        agency.codes[0].valid_to = Some(day("2026-01-01"));
        agency.codes.push(DatedCode { code: "H50.55".into(), valid_from: day("2026-01-01"), valid_to: None });
        agency.codes.push(DatedCode { code: "H50.56".into(), valid_from: day("2028-01-01"), valid_to: None });
        close(&mut agency, day("2027-01-01")).unwrap();
        let held: Vec<_> = agency.codes.iter().map(|code| (code.code.as_str(), code.valid_to.unwrap())).collect();
        assert_eq!(held, [("H50.05", day("2026-01-01")), ("H50.55", day("2027-01-01"))]);
        assert!(faults(&agency).is_empty());
    }

    #[test]
    fn from_today_on_every_day_has_exactly_one_code() {
        let today = day("2026-11-21");
        let first_wrong = |codes: &[(&str, Option<&str>)], valid_to: Option<&str>| {
            let mut agency = record();
            agency.valid_to = valid_to.map(day);
            let dated = |(at, (from, to)): (usize, &(&str, Option<&str>))| DatedCode {
                code: format!("H50.{at}"),
                valid_from: day(from),
                valid_to: to.map(day),
            };
            agency.codes = codes.iter().enumerate().map(dated).collect();
            check_every_day_has_a_code(&agency, today).err().map(|error| error.fields[0].message.en.clone())
        };
        assert_eq!(first_wrong(&[("2025-07-01", None)], None), None);
        // A gap in the past is history.
        assert_eq!(first_wrong(&[("2025-07-01", Some("2025-08-01")), ("2026-11-21", None)], None), None);
        assert_eq!(first_wrong(&[("2025-07-01", Some("2026-12-01")), ("2026-12-01", None)], None), None);
        assert_eq!(first_wrong(&[("2025-07-01", Some("2026-01-01"))], Some("2026-01-01")), None);
        for (codes, valid_to, on) in [
            (vec![("2026-11-22", None)], None, "2026-11-21"),
            (vec![("2025-07-01", Some("2026-12-01"))], None, "2026-12-01"),
            (vec![("2025-07-01", Some("2026-12-01")), ("2026-12-02", None)], None, "2026-12-01"),
            (vec![("2025-07-01", Some("2026-12-01")), ("2026-11-30", None)], None, "2026-11-30"),
            (vec![("2025-07-01", None), ("2026-01-01", None)], None, "2026-11-21"),
            (vec![("2025-07-01", Some("2026-12-01"))], Some("2027-01-01"), "2026-12-01"),
            (vec![("2025-07-01", Some("2026-11-21"))], None, "2026-11-21"),
        ] {
            assert!(first_wrong(&codes, valid_to).unwrap().contains(on), "{codes:?}");
        }
    }

    #[test]
    fn an_agency_closes_once_and_not_before_it_opened() {
        let mut agency = record();
        assert_eq!(close(&mut agency, day("2025-07-01")).unwrap_err().fields[0].code, "agency.not_open_yet");
        close(&mut agency, day("2026-01-01")).unwrap();
        close(&mut agency, day("2026-01-01")).unwrap();
        assert_eq!(close(&mut agency, day("2026-01-02")).unwrap_err().code, "agency.closed");
    }

    #[test]
    fn a_split_has_several_successors_and_everything_else_one() {
        assert!(check_number(SuccessionKind::SplitInto, 2).is_ok());
        assert!(check_number(SuccessionKind::SplitInto, 1).is_err());
        for kind in [SuccessionKind::MergedInto, SuccessionKind::Renamed, SuccessionKind::DissolvedInto] {
            assert!(check_number(kind, 1).is_ok());
            assert!(check_number(kind, 0).is_err() && check_number(kind, 2).is_err());
        }
    }
}
