//! A faulty table is refused, and the answer names the line and the reason.

use motcua_clock::{Calendar, CalendarError, CalendarFault, CoveredYear, LineFault};

const HEADING: &str = "date,kind,linked_date,name_vi,name_en,source,provisional,note";
const YEAR: &str = "2026,year,,Bảng 2026,Table 2026,Luật,false,";

/// The line and the text of the fault of a table with these rows below the heading and the row of 2026.
fn fault_of(rows: &[&str]) -> (usize, String) {
    let table = [&[HEADING, YEAR], rows].concat().join("\n");
    let error = Calendar::from_csv(table.as_bytes()).unwrap_err();
    let only = only(&error);
    assert_eq!(error.to_string(), format!("calendar, line {}: {}", only.line, only.fault));
    (only.line, only.fault.to_string())
}

fn only(error: &CalendarError) -> &LineFault {
    assert_eq!(error.faults.len(), 1, "{error}");
    &error.faults[0]
}

#[test]
fn each_fault_of_a_single_line_names_itself() {
    let cases = [
        ("2026-02-30,public_holiday,,A,A,L,false,", "«2026-02-30» is not a date YYYY-MM-DD"),
        ("2026-1-02,public_holiday,,A,A,L,false,", "«2026-1-02» is not a date YYYY-MM-DD"),
        ("01/01/2026,public_holiday,,A,A,L,false,", "«01/01/2026» is not a date YYYY-MM-DD"),
        ("26,year,,A,A,L,false,", "«26» is not a year of four digits"),
        ("1975,year,,A,A,L,false,", "1975 is before 1976, when Vietnamese time was not UTC+07:00 everywhere"),
        ("2100,year,,A,A,L,false,", "2100 is after 2099, the last year that a calendar may cover"),
        ("2026-01-01,holiday,,A,A,L,false,", "«holiday» is not a kind of day"),
        ("2026-01-01,public_holiday,,A,A,L,no,", "«no» is neither true nor false"),
        ("2026-01-01,public_holiday,,,A,L,false,", "the field name_vi is empty"),
        ("2026-01-01,public_holiday,,A,A, ,false,", "the field source is empty"),
        ("2026-01-01,public_holiday,,A,A,L,false", "has 7 fields, not the 8 of the heading"),
        ("2026-01-01,public_holiday,,A,A,L,false,,", "has 9 fields, not the 8 of the heading"),
        ("2026-01-01,public_holiday,,\"A,A,L,false,", "a quoted field is not closed on its line"),
        ("", "is empty"),
        ("2026,year,,A,A,L,false,", "the year 2026 is there twice"),
    ];
    let good = "2026-09-02,public_holiday,,Quốc khánh,National Day,Luật,false,";
    let good_too = "2026-09-01,public_holiday,,Quốc khánh,National Day,Luật,false,";
    for (row, reason) in cases {
        assert_eq!(fault_of(&[good, row, good_too]), (4, reason.to_owned()), "{row}");
    }
    assert_eq!(fault_of(&[good, good]), (4, "the day 2026-09-02 is there twice".to_owned()));
}

#[test]
fn each_fault_of_the_table_as_a_whole_names_the_line_of_its_entry() {
    let holiday = "2026-04-26,public_holiday,,A,A,L,false,";
    let cases = [
        ("2025-01-01,public_holiday,,A,A,L,false,", "the table has no row of kind year for 2025"),
        ("2026-05-01,public_holiday,2026-05-02,A,A,L,false,", "a row of kind public_holiday has no linked date"),
        ("2026-04-27,day_off_in_lieu,,A,A,L,false,", "a row of kind day_off_in_lieu needs its linked date"),
        (
            "2026-04-27,day_off_in_lieu,2026-04-25,A,A,L,false,",
            "the linked date 2026-04-25 has to be a public holiday on a Saturday or Sunday",
        ),
        (
            "2026-04-25,day_off_in_lieu,2026-04-26,A,A,L,false,",
            "2026-04-25 is a Saturday or Sunday, which is off anyway",
        ),
        (
            "2026-08-24,make_up_working_day,2026-08-31,A,A,L,false,",
            "2026-08-24 is a Monday to Friday, which is worked anyway",
        ),
        (
            "2026-08-31,swapped_day_off,2026-08-22,A,A,L,false,",
            "the linked date 2026-08-22 has to be the make-up working day that names this day",
        ),
        (
            "2026-08-22,make_up_working_day,2026-08-31,A,A,L,false,",
            "the linked date 2026-08-31 has to be the swapped day off that names this day",
        ),
    ];
    for (row, reason) in cases {
        assert_eq!(fault_of(&[holiday, row]), (4, reason.to_owned()), "{row}");
    }
}

#[test]
fn a_holiday_on_a_working_day_has_no_day_in_lieu() {
    let holiday = "2026-05-01,public_holiday,,A,A,L,false,";
    let (line, reason) = fault_of(&[holiday, "2026-05-04,day_off_in_lieu,2026-05-01,A,A,L,false,"]);
    assert_eq!(line, 4);
    assert_eq!(reason, "the linked date 2026-05-01 has to be a public holiday on a Saturday or Sunday");
}

#[test]
fn one_make_up_day_cannot_stand_for_two_swapped_days() {
    let off = "2026-08-31,swapped_day_off,2026-08-22,A,A,L,false,";
    let worked = "2026-08-22,make_up_working_day,2026-08-31,A,A,L,false,";
    let off_too = "2026-01-02,swapped_day_off,2026-08-22,A,A,L,false,";
    assert_eq!(fault_of(&[off, worked, off_too]).0, 5);
}

#[test]
fn the_other_half_of_a_pair_may_stand_in_the_table_of_another_year() {
    let table = format!("{HEADING}\n{YEAR}\n2026-12-31,swapped_day_off,2027-01-09,A,A,L,false,\n");
    assert!(Calendar::from_csv(table.as_bytes()).is_ok());
}

#[test]
fn a_make_up_day_without_its_swapped_day_in_another_known_year_is_told() {
    let table = |year: &str, rows: &[&str]| {
        let lines = [&[HEADING, &*format!("{year},year,,A,A,L,false,")], rows].concat().join("\n");
        Calendar::from_csv(lines.as_bytes()).unwrap()
    };
    let off = "2026-12-31,swapped_day_off,2027-01-09,A,A,L,false,";
    let worked = "2027-01-09,make_up_working_day,2026-12-31,A,A,L,false,";
    let broken = |known: &Calendar, newer: &Calendar| {
        let broken = known.pairs_broken_by(newer);
        broken.into_iter().map(|(date, fault)| format!("{date} {}", fault.code())).collect::<Vec<_>>()
    };
    let (bare, swapped) = (table("2026", &[]), table("2026", &[off]));
    let (made_up, later) = (table("2027", &[worked]), table("2027", &[]));
    assert_eq!(broken(&bare, &made_up), ["2027-01-09 calendar.wrong_pair"]);
    assert_eq!(broken(&swapped, &made_up), [""; 0]);
    // A swapped day may be decreed before the table of the year in which it is made up for.
    assert_eq!(broken(&later, &swapped), [""; 0]);
    assert_eq!(broken(&swapped, &later), [""; 0]);
    // What would take its other half away from under a day of another year is told as well.
    let both = swapped.clone().replaced_by(made_up.clone());
    assert_eq!(broken(&both, &bare), ["2027-01-09 calendar.wrong_pair"]);
    assert_eq!(broken(&both, &both), [""; 0]);
    // A swapped day cannot be made up for on a day that is something else.
    let taken = table("2027", &["2027-01-09,public_holiday,,A,A,L,false,"]);
    assert_eq!(broken(&taken, &swapped), ["2026-12-31 calendar.wrong_pair"]);
    // Neither does a day in lieu stand without its holiday.
    let in_lieu = table("2027", &["2027-01-04,day_off_in_lieu,2026-12-27,A,A,L,false,"]);
    assert_eq!(broken(&bare, &in_lieu), ["2027-01-04 calendar.wrong_pair"]);
    let holiday = table("2026", &["2026-12-27,public_holiday,,A,A,L,false,"]);
    assert_eq!(broken(&holiday, &in_lieu), [""; 0]);
}

#[test]
fn a_year_further_off_than_any_decree_is_refused_before_a_table_is_made_of_it() {
    let covered = |year| CoveredYear {
        year,
        name_vi: "A".to_owned(),
        name_en: "A".to_owned(),
        source: "L".to_owned(),
        provisional: true,
        note: String::new(),
    };
    for year in [2100, 99_999, 262_144, i32::MAX] {
        let error = Calendar::from_entries(vec![covered(2026), covered(year)], Vec::new()).unwrap_err();
        assert_eq!((only(&error).line, only(&error).fault.code()), (2, "calendar.year_too_late"));
    }
    assert!(Calendar::from_entries(vec![covered(1976), covered(2099)], Vec::new()).is_ok());
}

#[test]
fn a_heading_that_is_not_exactly_the_heading_is_refused() {
    for heading in ["", "date,kind", &HEADING.replace("name_vi,name_en", "name_en,name_vi"), &format!("{HEADING},x")] {
        let error = Calendar::from_csv(format!("{heading}\n{YEAR}\n").as_bytes()).unwrap_err();
        assert!(matches!(only(&error), LineFault { line: 1, fault: CalendarFault::WrongHeading }));
    }
    assert!(matches!(only(&Calendar::from_csv(&b""[..]).unwrap_err()).fault, CalendarFault::WrongHeading));
}

#[test]
fn a_table_without_a_year_is_refused() {
    let error = Calendar::from_csv(HEADING.as_bytes()).unwrap_err();
    assert!(matches!(only(&error).fault, CalendarFault::NoYear));
}

#[test]
fn bytes_that_are_not_utf8_are_refused_on_their_line() {
    let mut bytes = format!("{HEADING}\n{YEAR}\n2026-01-01,public_holiday,,").into_bytes();
    bytes.extend(b"T\xeat,A,L,false,\n");
    let error = Calendar::from_csv(bytes.as_slice()).unwrap_err();
    assert!(matches!(only(&error), LineFault { line: 3, fault: CalendarFault::NotUtf8 }));
}

#[test]
fn what_a_spreadsheet_writes_is_read() {
    let table = format!("\u{feff}{HEADING}\r\n{YEAR}\r\n2026-01-01,public_holiday,,\"Tết, nghỉ\",A,L,false,\r\n");
    let calendar = Calendar::from_csv(table.as_bytes()).unwrap();
    assert_eq!(calendar.special_days().next().unwrap().name_vi, "Tết, nghỉ");
}

#[test]
fn every_fault_of_a_table_is_named_at_once_in_the_order_of_its_lines() {
    let rows = [
        "2026-09-02,public_holiday,,A,A,L,false,",
        "2026-13-02,public_holiday,,A,A,L,false,",
        "2026-09-02,public_holiday,,A,A,L,false,",
        "2026-08-22,swapped_day_off,2026-08-31,A,A,L,false,",
        "2026-08-24,make_up_working_day,2026-08-31,A,A,L,false,",
        "2026-08-15,morning_only,,A,A,L,false,",
        "2026-08-18,afternoon_only,2026-08-19,A,A,L,false,",
    ];
    let table = [&[HEADING, YEAR], rows.as_slice()].concat().join("\n");
    let error = Calendar::from_csv(table.as_bytes()).unwrap_err();
    let told: Vec<_> = error.faults.iter().map(|fault| (fault.line, fault.fault.to_string())).collect();
    let expected = [
        (4, "«2026-13-02» is not a date YYYY-MM-DD"),
        (5, "the day 2026-09-02 is there twice"),
        (6, "2026-08-22 is a Saturday or Sunday, which is off anyway"),
        (7, "2026-08-24 is a Monday to Friday, which is worked anyway"),
        (8, "2026-08-15 is a Saturday or Sunday, of which no half is worked"),
        (9, "a row of kind afternoon_only has no linked date"),
    ];
    assert_eq!(told, expected.map(|(line, text)| (line, text.to_owned())));
    let codes: Vec<_> = error.faults.iter().map(|fault| fault.fault.code()).collect();
    let words = ["not_a_date", "day_twice", "off_anyway", "worked_anyway", "half_of_day_off", "linked_date_not_wanted"];
    assert_eq!(codes, words.map(|word| format!("calendar.{word}")));
    assert_eq!(error.faults[1].fault.vi(), "ngày 2026-09-02 xuất hiện hai lần");
}

#[test]
fn a_day_both_off_and_made_up_is_refused_as_that() {
    let off = "2026-08-22,public_holiday,,A,A,L,false,";
    let swapped = "2026-08-31,swapped_day_off,2026-08-22,A,A,L,false,";
    let worked = "2026-08-22,make_up_working_day,2026-08-31,A,A,L,false,";
    let table = [HEADING, YEAR, worked, swapped, off].join("\n");
    let error = Calendar::from_csv(table.as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "calendar, line 5: the day 2026-08-22 is there both as a day off and as a working day"
    );
}
