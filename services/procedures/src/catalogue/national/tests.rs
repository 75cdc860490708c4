//! Tests of whole lines, one for each rule that no single cell can show.

use serde_json::{Value, json};

use super::*;

/// A line without a fault.
fn clean_line() -> Value {
    json!({
        "code": "1.014466", "name": "Đăng ký khai sinh", "decision": "4472/QĐ-BTP", "level": "Cấp xã",
        "kind": "TTHC được giao luật quy định chi tiết", "field": "Hộ tịch", "audience": "Công dân Việt Nam",
        "issuing_ministry": "Bộ Tư pháp", "implementing_agency": "Ủy ban nhân dân cấp xã",
        "competent_authority": "", "receiving_address": "", "coordinating_agency": "Công an cấp xã, Sở Tư pháp",
        "online_channel": "no", "postal_channel": "no", "in_person_channel": "yes",
        "time_limit": "Trực tiếp: 1 Ngày làm việc", "fee": "miễn phí", "n_documents": 1, "n_legal_bases": 1,
        "results": "Giấy khai sinh", "source": "tay", "source_date": "2026-06/07", "source_url": "",
        "channels": [{"channel": "Trực tiếp", "time_value": 1, "time_unit": "Ngày làm việc",
            "time_raw": "1 Ngày làm việc", "fee_kind": "miễn phí", "fee_amounts_vnd": [], "fee_and_note": "Miễn phí"}],
        "dossier": [{"group": "--", "name": "Tờ khai", "form_file": "", "originals": 1, "copies": 0}],
        "legal_basis": [{"number": "60/2014/QH13", "title": "Luật Hộ tịch"}],
        "result_items": [{"code": "KQ.G15.000031", "name": "Giấy khai sinh"}],
        "steps": "Bước 1: nộp hồ sơ\nBước 2: nhận kết quả", "conditions": ""
    })
}

fn with(pointer: &str, value: Value) -> String {
    let mut line = clean_line();
    *line.pointer_mut(pointer).expect("a place of the line") = value;
    line.to_string()
}

fn parse(line: &str) -> Parsed {
    parse_line(7, line).expect("a procedure")
}

fn codes(parsed: &Parsed) -> Vec<&str> {
    parsed.warnings.iter().map(|warning| &*warning.code).collect()
}

fn refusal(line: &str) -> Refusal {
    parse_line(7, line).expect_err("a refusal")
}

#[test]
fn a_line_without_a_fault_has_no_warning_and_all_required_parts() {
    let parsed = parse(&clean_line().to_string());
    assert_eq!(codes(&parsed), Vec::<&str>::new());
    let procedure = parsed.procedure;
    assert_eq!(procedure.missing_parts(), Vec::<RequiredPart>::new());
    assert_eq!((&*procedure.national_code, procedure.province_suffix), ("1.014466", None));
    assert_eq!((procedure.levels, procedure.audiences), (vec![Level::Commune], vec![Audience::Citizen]));
    assert_eq!(procedure.coordinating_agencies, ["Công an cấp xã", "Sở Tư pháp"]);
    assert_eq!(procedure.steps.as_deref(), Some("Bước 1: nộp hồ sơ\nBước 2: nhận kết quả"));
    assert_eq!(procedure.competent_authorities, Vec::<String>::new());
}

#[test]
fn a_code_with_a_province_suffix_keeps_both_parts() {
    let procedure = parse(&with("/code", json!(" 1.014466.H12 "))).procedure;
    assert_eq!(procedure.code, "1.014466.H12");
    assert_eq!((&*procedure.national_code, procedure.province_suffix.as_deref()), ("1.014466", Some("H12")));
}

#[test]
fn what_cannot_be_a_procedure_is_refused_with_its_line_and_reason() {
    let duplicate = r#"{"code": "1.014466", "code": "1.014467", "name": "Khai sinh"}"#;
    for (line, code) in [
        (String::new(), "record.blank"),
        (" \u{feff} \t".to_owned(), "record.not_json"),
        ("{\"code\": ".to_owned(), "record.not_json"),
        ("[]".to_owned(), "record.not_a_record"),
        ("null".to_owned(), "record.not_a_record"),
        (duplicate.to_owned(), "record.not_a_record"),
        ("{}".to_owned(), "code.missing"),
        (with("/code", json!("")), "code.missing"),
        (with("/code", json!(["1.014466"])), "code.missing"),
        (with("/code", json!("TTHC-1")), "code.invalid"),
        (with("/name", json!(null)), "name.missing"),
        (with("/name", json!("... -")), "name.missing"),
    ] {
        let refused = refusal(&line);
        assert_eq!((refused.line, &*refused.code), (7, code), "{line}");
        assert!(!refused.reason.vi.is_empty() && !refused.reason.en.is_empty());
        assert!(REFUSALS.iter().any(|row| row.code == refused.code));
    }
}

#[test]
fn a_refusal_names_the_procedure_where_it_can() {
    assert_eq!(refusal(&with("/name", json!(""))).procedure_code.as_deref(), Some("1.014466"));
    let refused = refusal(&with("/code", json!("1.01")));
    assert_eq!(refused.procedure_code.as_deref(), Some("1.01"));
    assert!(refused.reason.en.contains("1.01"));
    assert_eq!(refusal("{}").procedure_code, None);
}

#[test]
fn a_byte_order_mark_before_the_first_line_does_not_matter() {
    let line = clean_line().to_string();
    assert_eq!(parse(&format!("\u{feff}{line}\r\n")), parse(&line));
}

#[test]
fn a_member_the_format_does_not_know_is_reported_with_an_escaped_pointer() {
    let mut line = clean_line();
    line["phi/le~phi"] = json!(5);
    line["dossier"][0]["colour"] = json!("red");
    let parsed = parse(&line.to_string());
    let found: Vec<_> = parsed.warnings.iter().map(|warning| (&*warning.code, &*warning.pointer)).collect();
    assert_eq!(found, [("record.unknown_field", "/phi~1le~0phi"), ("record.unknown_field", "/dossier/0/colour")]);
}

#[test]
fn a_list_that_is_no_list_and_a_row_that_is_no_row_cost_only_themselves() {
    let parsed = parse(&with("/dossier", json!("Tờ khai")));
    assert_eq!(codes(&parsed), ["record.wrong_type", "component.none", "component.count_mismatch"]);
    let parsed = parse(&with("/legal_basis", json!([null, {"number": "60/2014/QH13", "title": "Luật Hộ tịch"}])));
    assert_eq!(parsed.procedure.legal_bases.len(), 1);
    assert_eq!(parsed.warnings[0].pointer, "/legal_basis/0");
}

#[test]
fn missing_parts_are_reported_and_fail_the_seven_part_check() {
    let parsed = parse(r#"{"code": "1.014466", "name": "Khai sinh"}"#);
    assert_eq!(
        codes(&parsed),
        [
            "field.missing",
            "agency.issuing_missing",
            "agency.implementing_missing",
            "steps.missing",
            "decision.missing",
            "level.missing",
            "kind.missing",
            "audience.missing",
            "channel.none",
            "component.none",
            "legal_basis.none",
            "result.none",
        ]
    );
    assert_eq!(
        parsed.procedure.missing_parts(),
        [
            RequiredPart::Steps,
            RequiredPart::Channel,
            RequiredPart::Components,
            RequiredPart::Term,
            RequiredPart::Audience,
            RequiredPart::ImplementingAgency,
        ]
    );
}

#[test]
fn stray_punctuation_at_the_ends_of_a_name_is_removed_with_a_warning() {
    let parsed = parse(&with("/name", json!(". Đăng ký thuế;")));
    assert_eq!(parsed.procedure.name, "Đăng ký thuế");
    assert_eq!(parsed.warnings[0].value.as_deref(), Some(". Đăng ký thuế;"));
    assert_eq!(codes(&parsed), ["name.stray_punctuation"]);
}

#[test]
fn the_same_line_gives_the_same_bytes_and_comes_back_from_them() {
    for line in [clean_line().to_string(), with("/channels/0/time_raw", json!("1.5 Ngày")), with("/code", json!("2.1"))]
    {
        let first = parse_line(1, &line);
        let second = parse_line(1, &line);
        assert_eq!(first, second);
        let Ok(parsed) = first else { continue };
        let bytes = serde_json::to_string(&parsed).expect("JSON");
        assert_eq!(serde_json::to_string(&second.expect("a procedure")).expect("JSON"), bytes);
        assert_eq!(serde_json::from_str::<Parsed>(&bytes).expect("the same"), parsed);
    }
}

#[test]
fn codes_of_enums_are_snake_case_in_json() {
    let json = serde_json::to_value(parse(&clean_line().to_string()).procedure).expect("JSON");
    assert_eq!(json["kind"], "details_delegated");
    assert_eq!(json["channels"][0]["kind"], "in_person");
    assert_eq!(json["channels"][0]["term"], json!({"count": 1, "unit": "working_day"}));
    assert_eq!(json["channels"][0]["fee_statement"], "free");
}

/// A small generator, so that the test needs no crate and fails the same way every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % 1_000_003).expect("small") % bound
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 40] = [
            "",
            " ",
            "\n",
            "(",
            ")",
            ",",
            ";",
            ".",
            "-",
            "/",
            ":",
            "0",
            "1",
            "05",
            "120",
            "20251",
            "1.014466",
            "Miễn phí",
            "Phí :",
            "Lệ phí :",
            "Đồng",
            "VNĐ",
            "USD",
            "Ngày",
            "ngày làm việc",
            "Giờ",
            "Cấp bộ",
            "Sở",
            "QĐ-",
            "QH13",
            ".docx",
            "Lưu ý",
            "Mô tả",
            "--",
            "ệ",
            "e\u{323}\u{302}",
            "\u{200e}",
            "\u{f0fc}",
            "\u{0}",
            "🏛",
        ];
        (0..self.below(6)).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 7 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.below(30_000)),
            3 => json!(-1.5e300),
            4 => [json!(i64::MIN), json!(i64::MAX), json!(u64::MAX)][self.below(3)].clone(),
            5 | 6 => json!(self.text()),
            7 => (0..self.below(4)).map(|_| self.value(depth - 1)).collect(),
            _ => Value::Object((0..self.below(4)).map(|_| (self.text(), self.value(depth - 1))).collect()),
        }
    }
}

/// Every place of a value, the value itself first.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{pointer}/{index}"), found);
            }
        }
        Value::Object(members) => {
            for (name, item) in members {
                places(item, &format!("{pointer}/{name}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn reading_is_total_whatever_json_stands_anywhere_in_a_line() {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let mut all = Vec::new();
    places(&clean_line(), "", &mut all);
    let mut loaded = 0;
    for _ in 0..6_000 {
        let mut line = clean_line();
        for _ in 0..=chance.below(4) {
            let place = &all[chance.below(all.len())];
            let value = chance.value(3);
            if let Some(spot) = line.pointer_mut(place) {
                *spot = value;
            }
        }
        match parse_line(1, &line.to_string()) {
            Ok(parsed) => {
                loaded += 1;
                assert!(parsed.procedure.name.chars().any(char::is_alphabetic));
                let bytes = serde_json::to_string(&parsed).expect("JSON");
                assert_eq!(serde_json::from_str::<Parsed>(&bytes).expect("the same"), parsed);
                for warning in &parsed.warnings {
                    assert!(WARNINGS.iter().any(|row| row.code == warning.code), "{}", warning.code);
                    let parent = warning.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                    assert!(line.pointer(parent).is_some(), "{} leads nowhere", warning.pointer);
                    assert!(warning.value.as_ref().is_none_or(|value| value.chars().count() <= 200));
                }
            }
            Err(refused) => assert!(REFUSALS.iter().any(|row| row.code == refused.code)),
        }
    }
    assert!(loaded > 1_000, "the generator spoils too many lines: {loaded}");
}

#[test]
fn reading_is_total_when_bytes_are_lost() {
    let line = clean_line().to_string();
    for middle in 0..line.len() {
        let Some((head, tail)) = line.split_at_checked(middle) else {
            continue;
        };
        assert!(parse_line(1, head).is_err());
        assert!(middle == 0 || parse_line(1, tail).is_err());
    }
}
