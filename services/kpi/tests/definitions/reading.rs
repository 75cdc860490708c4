//! Every fault there is has a test that finds it in its place, and nothing else.

use motcua_kpi::definitions::model::{IndicatorSet, Method};
use motcua_kpi::definitions::{SHIPPED, read};
use proptest::prelude::*;

/// A set that is right, with a thing of each kind, to be made wrong in one place.
const RIGHT: &str = r#"code: test
version: "1"
name: {vi: Thử, en: Test}
source: Luật
valid_from: 2026-01-01
valid_to: 2026-12-31
periods: [month]
total: 20
groups:
  - {code: a, name: {vi: A, en: A}, maximum: 12}
  - {code: b, name: {vi: B, en: B}, maximum: 8}
measures:
  - code: received
    name: {vi: Nhận, en: Received}
    subject: dossier
    on: received_at
    when: dossier.was_received
  - code: late
    name: {vi: Muộn, en: Late}
    subject: dossier
    on: closed_at
    when: has(dossier.due_at) && dossier.due_at < dossier.submitted_at
elements:
  - {code: homes, name: {vi: Hộ, en: Homes}, unit: {vi: hộ, en: homes}, kind: count}
  - {code: head, name: {vi: Trưởng, en: Head}, unit: {vi: vai, en: role}, kind: choice, choices: [chair, deputy]}
  - {code: page, name: {vi: Trang, en: Page}, unit: {vi: có, en: yes}, kind: yes_no}
indicators:
  - code: "1"
    name: {vi: Một, en: One}
    group: a
    maximum: 6
    unit: {vi: hồ sơ, en: dossiers}
    numerator: received - late
    denominator: received
    scoring: {formula: "min(maximum, 2.5 * ratio)"}
  - code: "2"
    name: {vi: Hai, en: Two}
    group: a
    maximum: 6
    unit: {vi: hộ, en: homes}
    value: element.homes
    scoring:
      steps:
        - {at_least: 4, points: 6}
        - {at_least: 2, points: 3}
        - {at_least: 0, points: 0}
  - code: "3"
    name: {vi: Ba, en: Three}
    group: b
    maximum: 4
    unit: {vi: vai, en: role}
    element: head
    scoring: {tiers: [{word: chair, share: 1}, {word: deputy, share: 1/2}]}
  - code: "4"
    name: {vi: Bốn, en: Four}
    group: b
    maximum: 4
    unit: {vi: có, en: yes}
    scoring: {composite: [{element: page, share: 1}]}
ranking:
  minimum_sample: {measure: received, at_least: 1}
  classes:
    - {code: good, name: {vi: Tốt, en: Good}, at_least: 10}
    - {code: weak, name: {vi: Yếu, en: Weak}, at_least: 0}
"#;

/// The faults as `line code`.
fn faults(text: &str) -> Vec<String> {
    match read(text) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.into_iter().map(|fault| format!("{} {}", fault.line, fault.code)).collect(),
    }
}

/// The line of the first text that contains something.
fn line_of(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).unwrap() + 1
}

/// Changes one place and expects exactly these faults on that line.
fn with(from: &str, to: &str, codes: &[&str]) {
    assert_eq!(RIGHT.matches(from).count(), 1, "{from}");
    let text = RIGHT.replace(from, to);
    let line = line_of(RIGHT, from.lines().next().unwrap());
    let expected: Vec<String> = codes.iter().map(|code| format!("{line} {code}")).collect();
    assert_eq!(faults(&text), expected, "{to}");
}

#[test]
fn a_set_without_fault_is_read_whole() {
    let set = read(RIGHT).unwrap();
    assert_eq!((set.measures.len(), set.elements.len(), set.indicators.len(), set.groups.len()), (2, 3, 4, 2));
}

#[test]
fn a_byte_order_mark_and_lines_of_windows_change_nothing() {
    let windows = format!("\u{feff}{}", RIGHT.replace('\n', "\r\n"));
    assert_eq!(read(&windows).unwrap(), read(RIGHT).unwrap());
}

#[test]
fn what_is_no_yaml_is_refused_with_its_line() {
    assert_eq!(faults("code: [a\nversion: }"), ["2 yaml.syntax"]);
    assert_eq!(faults(""), ["1 yaml.empty"]);
    assert_eq!(faults("a: 1\n---\nb: 2\n"), ["2 yaml.documents"]);
    assert_eq!(faults("- a\n"), ["1 value.type"]);
    assert_eq!(faults("a: !!python/object x\n"), ["1 yaml.tag"]);
    assert_eq!(faults("{a: 1}: 2\n"), ["1 yaml.key"]);
}

#[test]
fn what_is_too_large_or_too_deep_is_refused() {
    assert_eq!(faults(&" ".repeat(1_000_001)), ["1 yaml.too_large"]);
    assert_eq!(faults(&format!("{}{}", "[".repeat(13), "]".repeat(13))), ["1 yaml.too_deep"]);
    assert_eq!(faults(&format!("a: [{}]", "1,".repeat(100_001))), ["1 yaml.too_many"]);
    let deep = "[".repeat(400_000);
    assert_eq!(faults(&deep).len(), 1);
}

#[test]
fn texts_that_grow_when_they_are_read_are_refused() {
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
    assert_eq!(faults(bomb), ["1 yaml.alias"]);
    assert_eq!(faults("a: x\nb: *nobody\n").len(), 1);
}

#[test]
fn keys_are_known_and_stand_once_and_those_needed_are_there() {
    assert_eq!(faults(&RIGHT.replace("source: Luật", "sources: Luật")), ["1 key.missing", "4 key.unknown"]);
    assert_eq!(faults(&RIGHT.replace("source: Luật", "source: ~")), ["4 value.missing"]);
    with(
        "{code: b, name: {vi: B, en: B}, maximum: 8}",
        "{code: b, name: {vi: B, en: B}, maximum: 8, x: 1}",
        &["key.unknown"],
    );
}

#[test]
fn a_missing_key_is_told_where_it_should_be() {
    assert_eq!(faults(&RIGHT.replace("source: Luật\n", "")), ["1 key.missing"]);
    let text = RIGHT.replace("    group: b\n    maximum: 4\n    unit: {vi: vai", "    maximum: 4\n    unit: {vi: vai");
    // The group then lacks the points of what stands nowhere.
    assert_eq!(faults(&text), ["11 maximum.sum".to_owned(), format!("{} key.missing", line_of(&text, "\"3\""))]);
}

#[test]
fn codes_stand_once() {
    // What was called by the other name is unknown now.
    let text = RIGHT.replace("  - code: late", "  - code: received");
    assert_eq!(faults(&text), ["18 measure.duplicate", "33 formula.unknown"]);
    with("  - code: \"2\"", "  - code: \"1\"", &["indicator.duplicate"]);
    let text = RIGHT.replace("{code: page, name", "{code: homes, name");
    assert_eq!(faults(&text), ["26 element.duplicate", "59 element.unknown"]);
    with("{code: weak,", "{code: good,", &["class.duplicate"]);
    assert!(faults("code: a\ncode: b\n").contains(&"2 key.duplicate".to_owned()));
}

#[test]
fn points_come_to_the_maximum_of_the_group_and_the_total() {
    with("total: 20", "total: 21", &["maximum.sum"]);
    let text = RIGHT.replace("maximum: 12", "maximum: 13").replace("total: 20", "total: 21");
    assert_eq!(faults(&text), ["10 maximum.sum"]);
}

#[test]
fn formulas_that_mean_nothing_are_refused() {
    for (wrong, code) in [
        ("received -", "formula.syntax"),
        ("received - later", "formula.unknown"),
        ("received + element.nobody", "formula.unknown"),
        ("received + element.head", "formula.unknown"),
        ("received > late", "formula.function"),
        ("received && late", "formula.function"),
        ("\"a\" + received", "formula.type"),
        ("received / 0", "formula.zero_divisor"),
        ("received / (2 - 2)", "formula.zero_divisor"),
        ("received / late", "formula.divisor"),
        ("1 + 1", "formula.constant"),
        ("[received].map(x, x)", "formula.function"),
        ("size(received)", "formula.function"),
        ("0.1234567890123456 * received", "formula.type"),
    ] {
        let quoted = format!("numerator: '{wrong}'");
        with("numerator: received - late", &quoted, &[code]);
    }
    let long = format!("numerator: {}received", "received + ".repeat(100));
    with("numerator: received - late", &long, &["formula.too_long"]);
    let deep = format!("numerator: {}received{}", "(".repeat(200), ")".repeat(200));
    with("numerator: received - late", &deep, &["formula.too_deep"]);
}

#[test]
fn filters_that_mean_nothing_are_refused() {
    for (wrong, code) in [
        ("dossier.was_received &&", "formula.syntax"),
        ("dossier.colour == \"red\"", "formula.unknown"),
        ("procedure.code == \"1\"", "formula.unknown"),
        ("dossier", "formula.unknown"),
        ("dossier.state == \"finished\"", "formula.word"),
        ("dossier.state == 3", "formula.type"),
        ("dossier.waits == \"3\"", "formula.type"),
        ("dossier.waits", "formula.type"),
        ("dossier.channel < \"online\"", "formula.type"),
        ("dossier.due_at < dossier.submitted_at", "formula.absent"),
        ("has(dossier.due_at) || dossier.due_at < dossier.submitted_at", "formula.absent"),
        ("!has(dossier.due_at) && dossier.due_at < dossier.submitted_at", "formula.absent"),
        ("true", "formula.constant"),
        ("dossier.levels.exists(level, level == \"commune\")", "formula.function"),
        ("dossier.channel.matches(\"(a*)*\")", "formula.function"),
        ("dossier.waits + 1 > 2", "formula.function"),
        ("dossier.waits in []", "formula.type"),
        ("dossier.waits == 1.5", "formula.type"),
        ("dossier.was_received && dossier.channel", "formula.type"),
    ] {
        let quoted = format!("    when: '{wrong}'\n");
        with("    when: dossier.was_received\n", &quoted, &[code]);
    }
}

#[test]
fn the_column_is_that_of_the_fault() {
    let fault =
        read(&RIGHT.replace("numerator: received - late", "numerator: received - later")).unwrap_err().remove(0);
    assert_eq!((fault.line, fault.column), (33, 27));
    assert_eq!(fault.path, "/indicators/0/numerator");
}

#[test]
fn filters_may_ask_first_in_either_way() {
    for right in [
        "!has(dossier.due_at) || dossier.due_at < dossier.submitted_at",
        "has(dossier.due_at) && has(dossier.closed_at) && dossier.closed_at <= dossier.due_at",
        "!(!has(dossier.due_at) || dossier.due_at > dossier.submitted_at)",
        "\"commune\" in dossier.levels && size(dossier.levels) == 1",
        "dossier.national_state in [9, 10] || dossier.channel in [\"online\", \"post\"]",
    ] {
        with("    when: dossier.was_received\n", &format!("    when: '{right}'\n"), &[]);
    }
}

#[test]
fn measures_name_what_there_is() {
    with("    on: received_at", "    on: received", &["field.unknown"]);
    with("    on: received_at", "    on: channel", &["field.type"]);
    with("    subject: dossier\n    on: received_at", "    subject: dossiers\n    on: received_at", &["value.word"]);
    for (added, code) in [
        ("agency: nobody", "value.word"),
        ("window: then", "value.word"),
        ("count_distinct: waits", "field.type"),
        ("sum: channel", "field.type"),
    ] {
        let text = RIGHT.replace("    on: received_at", &format!("    on: received_at\n    {added}"));
        assert_eq!(faults(&text), [format!("17 {code}")], "{added}");
    }
    let now = RIGHT.replace("    on: received_at", "    on: received_at\n    window: now");
    assert_eq!(faults(&now), ["16 measure.window"]);
}

#[test]
fn tables_and_classes_descend_without_gaps() {
    with("{at_least: 2, points: 3}", "{at_least: 4, points: 3}", &["steps.order"]);
    with("{at_least: 4, points: 6}", "{at_least: 4, points: 7}", &["scoring.exceeds"]);
    let text = RIGHT.replace("        - {at_least: 0, points: 0}\n", "");
    assert_eq!(faults(&text), [format!("{} steps.gap", line_of(&text, "at_least: 4"))]);
    with("at_least: 10}", "at_least: 21}", &["classes.range"]);
    with("  classes:\n", "  classes_of: measured\n  classes:\n", &[]);
    with("  classes:\n", "  classes_of: guessed\n  classes:\n", &["classes_of.unknown"]);
    let text = RIGHT.replace(
        "{code: weak, name: {vi: Yếu, en: Weak}, at_least: 0}",
        "{code: weak, name: {vi: Yếu, en: Weak}, at_least: 10}",
    );
    let line = line_of(&text, "code: weak");
    assert_eq!(faults(&text), [format!("{} classes.gap", line - 1), format!("{line} classes.order")]);
}

#[test]
fn points_never_exceed_the_maximum_nor_fall_below_zero() {
    for (wrong, code) in [
        ("2.5 * ratio", "scoring.exceeds"),
        ("min(7, ratio)", "scoring.exceeds"),
        ("maximum + ratio - ratio", "scoring.exceeds"),
        ("min(maximum, ratio - 1)", "scoring.negative"),
        ("min(maximum, 0 - ratio)", "scoring.negative"),
        ("ratio >= 0.5 ? maximum : 7", "scoring.exceeds"),
        ("min(maximum, value)", "formula.unknown"),
    ] {
        with("min(maximum, 2.5 * ratio)", wrong, &[code]);
    }
    for right in [
        "min(maximum, max(0, ratio - 1))",
        "ratio >= 0.5 && denominator > 10 ? maximum : 0",
        "min(maximum, numerator / denominator)",
        "maximum / 2",
    ] {
        with("min(maximum, 2.5 * ratio)", right, &[]);
    }
}

#[test]
fn validity_goes_forward_and_lies_within_the_set() {
    with("valid_to: 2026-12-31", "valid_to: 2025-12-31", &["validity.reversed"]);
    with("valid_from: 2026-01-01", "valid_from: 2026-02-30", &["value.day"]);
    let late = RIGHT.replace("  - code: \"1\"\n", "  - code: \"1\"\n    valid_from: 2027-01-01\n");
    assert_eq!(faults(&late), [format!("{} validity.outside", line_of(&late, "2027-01-01"))]);
}

#[test]
fn what_is_not_measured_says_why_and_nothing_else() {
    let reason = "not_measured: {vi: Chưa có, en: Not yet}";
    let text = RIGHT.replace("    scoring: {composite: [{element: page, share: 1}]}\n", &format!("    {reason}\n"));
    assert!(matches!(read(&text).unwrap().indicators[3].variants[0].method, Method::NotMeasured(_)));
    let both = text.replace(reason, &format!("{reason}\n    numerator: late"));
    assert_eq!(faults(&both), [format!("{} not_measured.numerator", line_of(&both, "numerator: late"))]);
}

#[test]
fn scorings_go_with_what_they_score() {
    with(
        "scoring: {composite: [{element: page, share: 1}]}",
        "scoring: {composite: [{element: page, share: 1/2}]}",
        &["composite.sum"],
    );
    with(
        "scoring: {composite: [{element: page, share: 1}]}",
        "scoring: {composite: [{element: homes, share: 1}]}",
        &["element.kind"],
    );
    with(
        "scoring: {tiers: [{word: chair, share: 1}, {word: deputy, share: 1/2}]}",
        "scoring: {tiers: [{word: chair, share: 1}]}",
        &["tiers.words"],
    );
    with("scoring: {formula: \"min(maximum, 2.5 * ratio)\"}", "scoring: {threshold: 1.5}", &["threshold.range"]);
    with("scoring: {formula: \"min(maximum, 2.5 * ratio)\"}", "scoring: {threshold: 0}", &["threshold.range"]);
    with("scoring: {formula: \"min(maximum, 2.5 * ratio)\"}", "scoring: {magic: 1}", &["scoring.unknown"]);
    with(
        "scoring: {formula: \"min(maximum, 2.5 * ratio)\"}",
        "scoring: {external: {worst: 1, best: 0}}",
        &["scoring.kind"],
    );
}

#[test]
fn every_fault_is_told_at_once_in_the_order_of_the_lines() {
    let text = RIGHT
        .replace("total: 20", "total: 22")
        .replace("    on: received_at", "    on: nothing")
        .replace("numerator: received - late", "numerator: nothing")
        .replace("measure: received,", "measure: nothing,");
    let told = faults(&text);
    let codes: Vec<&str> = told.iter().map(|one| one.split_once(' ').unwrap().1).collect();
    assert_eq!(codes, ["maximum.sum", "field.unknown", "formula.unknown", "measure.unknown"]);
    let more: Vec<String> = (0..500).map(|number| format!("k{number}: 1\n")).collect();
    let many = format!("{RIGHT}{}", more.concat());
    let told = faults(&many);
    assert_eq!((told.len(), told.last().unwrap().ends_with("faults.more")), (201, true));
}

#[test]
fn every_shipped_set_is_right() {
    for (file, text) in SHIPPED {
        let read: Result<IndicatorSet, _> = read(text);
        assert!(read.is_ok(), "{file}: {:?}", read.unwrap_err().iter().take(5).collect::<Vec<_>>());
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_fail(text in "\\PC{0,300}") {
        let _ = read(&text);
    }

    /// A right text with a piece cut out, doubled or replaced.
    #[test]
    fn no_damage_makes_the_reader_fail(at in 0_usize..2000, length in 0_usize..200, put in "[\\[\\]{}:&*!?|>'\"# \n\ta-z0-9.,()<=-]{0,12}") {
        let text: Vec<char> = RIGHT.chars().collect();
        let at = at.min(text.len());
        let end = (at + length).min(text.len());
        let damaged: String = text[..at].iter().chain(put.chars().collect::<Vec<_>>().iter()).chain(&text[end..]).collect();
        if let Err(faults) = read(&damaged) {
            prop_assert!(!faults.is_empty());
            prop_assert!(faults.iter().all(|fault| fault.line >= 1 && fault.column >= 1 && !fault.message.vi.is_empty()));
        }
    }
}
