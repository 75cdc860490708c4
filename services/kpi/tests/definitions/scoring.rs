//! The points of Decision 766, coefficient by coefficient, and every scoring beside slow plain arithmetic.

use std::collections::BTreeMap;

use motcua_agencies::AgencyKind;
use motcua_kpi::definitions::exact::Exact;
use motcua_kpi::definitions::model::{ClassesOf, IndicatorSet};
use motcua_kpi::definitions::rules::rank::class_of;
use motcua_kpi::definitions::rules::score::{Figures, score};
use motcua_kpi::definitions::rules::total::{Asked, Points, score_set};
use motcua_kpi::definitions::{SHIPPED, read};
use motcua_kpi::periods::PeriodKind;
use proptest::prelude::*;

fn shipped(file: &str) -> IndicatorSet {
    read(SHIPPED.iter().find(|(name, _)| *name == file).unwrap().1).unwrap()
}

fn figures(numbers: &[(&str, i64)]) -> Figures {
    let numbers = numbers.iter().map(|(name, value)| ((*name).to_owned(), Exact::from(*value))).collect();
    Figures { numbers, ..Figures::default() }
}

/// The points of an indicator by a variant, as shown; why not where there are none.
fn points_by(set: &IndicatorSet, code: &str, variant: &str, numbers: &[(&str, i64)]) -> String {
    let indicator = set.indicators.iter().find(|one| one.code == code).unwrap();
    let variant = if variant.is_empty() { indicator.default_variant() } else { indicator.variant(variant) };
    let score = score(indicator, variant.unwrap(), &figures(numbers));
    match (score.points, score.not_measured) {
        (Some(points), None) => points.rounded(indicator.decimals),
        (None, Some(reason)) => reason.en,
        other => panic!("{other:?}"),
    }
}

fn of_766(code: &str, numbers: &[(&str, i64)]) -> String {
    points_by(&shipped("qd766.yaml"), code, "", numbers)
}

const NOTHING: &str = "The denominator is 0: there is nothing to measure.";

#[test]
fn indicator_1_1_is_6_r() {
    assert_eq!(of_766("1.1", &[("announced", 40), ("announced_late", 10)]), "4.50");
    assert_eq!(of_766("1.1", &[("announced", 0), ("announced_late", 0)]), NOTHING);
}

#[test]
fn indicator_1_2_is_4_r_for_the_province_alone() {
    assert_eq!(of_766("1.2", &[("to_publish", 3), ("published_late", 1)]), "2.67");
    let set = shipped("qd766.yaml");
    let of = |kind| {
        let asked = Asked { kind: Some(kind), ..Asked::default() };
        let scored = score_set(&set, &Figures::default(), &asked);
        (scored.indicators.iter().any(|one| one.code == "1.2"), scored.total.maximum)
    };
    assert_eq!(of(AgencyKind::Province), (true, 100.into()));
    assert_eq!(of(AgencyKind::Commune), (false, 96.into()));
}

#[test]
fn indicator_1_3_is_2_r() {
    assert_eq!(of_766("1.3", &[("procedures", 8), ("complete_procedures", 7)]), "1.75");
}

#[test]
fn indicator_1_4_is_not_measured_and_not_0() {
    assert!(of_766("1.4", &[]).contains("no exchange with the national portal"));
}

#[test]
fn indicator_2_1_is_20_r_and_both_variants_are_kept() {
    let set = shipped("qd766.yaml");
    let numbers = [("received", 200), ("on_time", 197), ("on_time_less_waits", 150)];
    assert_eq!(points_by(&set, "2.1", "", &numbers), "19.70");
    assert_eq!(points_by(&set, "2.1", "current_due", &numbers), "19.70");
    assert_eq!(points_by(&set, "2.1", "first_due", &numbers), "15.00");
    assert_eq!(points_by(&set, "2.1", "", &[("received", 0), ("on_time", 0)]), NOTHING);
}

#[test]
fn indicator_3_1_is_2_a_over_080_and_2_at_most() {
    assert_eq!(of_766("3.1", &[("procedures", 10), ("online_procedures", 4)]), "1.00");
    assert_eq!(of_766("3.1", &[("procedures", 10), ("online_procedures", 8)]), "2.00");
    assert_eq!(of_766("3.1", &[("procedures", 10), ("online_procedures", 10)]), "2.00");
}

#[test]
fn indicator_3_2_is_4_b() {
    assert_eq!(of_766("3.2", &[("online_procedures", 8), ("services_with_dossiers", 3)]), "1.50");
}

#[test]
fn indicator_3_3_is_6_c_over_050_and_6_at_most() {
    let set = shipped("qd766.yaml");
    let numbers = [("received", 100), ("received_online", 25), ("received_online_with_result", 10)];
    assert_eq!(points_by(&set, "3.3", "", &numbers), "3.00");
    assert_eq!(points_by(&set, "3.3", "document", &numbers), "1.20");
    assert_eq!(of_766("3.3", &[("received", 100), ("received_online", 97)]), "6.00");
}

#[test]
fn indicator_3_5_is_the_sum_of_2_5_b_and_2_5_c_each_2_at_most() {
    let set = shipped("qd766.yaml");
    let numbers = [("fee_procedures", 10), ("procedures_paid_online", 4), ("procedures_with_fee_dossiers", 9)];
    assert_eq!(points_by(&set, "3.5a", "", &numbers), "1.00");
    assert_eq!(points_by(&set, "3.5a", "document", &numbers), "2.00");
    assert_eq!(points_by(&set, "3.5b", "", &numbers), "2.00");
    let scored = score_set(&set, &figures(&numbers), &Asked::default());
    let sum = scored.indicators.iter().find(|one| one.code == "3.5").unwrap();
    assert_eq!(sum.score.points, Some(3.into()));
    // What is part of a sum is not counted twice.
    let group = &scored.groups.iter().find(|(code, _)| code == "TTTT").unwrap().1;
    assert_eq!(
        (group.points.clone(), group.maximum.clone(), group.measured_maximum.clone()),
        (Some(3.into()), 10.into(), 4.into())
    );
}

#[test]
fn indicator_3_6_is_6_a_and_0_without_anything_to_pay() {
    let set = shipped("qd766.yaml");
    assert_eq!(of_766("3.6", &[("owing", 3), ("paid_online", 2)]), "4.00");
    assert_eq!(of_766("3.6", &[("owing", 0), ("paid_online", 0)]), "0.00");
    assert_eq!(points_by(&set, "3.6", "document", &[("owing_begun", 2), ("paid_online_begun", 1)]), "3.00");
}

#[test]
fn indicator_4_1_is_6_r() {
    assert_eq!(of_766("4.1", &[("finished_returning_paper", 7), ("finished_with_file", 2)]), "1.71");
}

#[test]
fn indicator_4_2_is_4_r_or_full_from_80_per_cent_on() {
    let set = shipped("qd766.yaml");
    let numbers = [("finished", 100), ("digitised_throughout", 80)];
    assert_eq!(points_by(&set, "4.2", "", &numbers), "3.20");
    assert_eq!(points_by(&set, "4.2", "document", &numbers), "4.00");
}

#[test]
fn indicator_4_3_is_2_r_over_080_and_2_at_most() {
    assert_eq!(of_766("4.3", &[("received", 10), ("with_reused_data", 2)]), "0.50");
    assert_eq!(of_766("4.3", &[("received", 10), ("with_reused_data", 9)]), "2.00");
}

#[test]
fn indicator_4_4_is_4_r() {
    assert_eq!(of_766("4.4", &[("received", 8), ("from_personal_store", 0)]), "0.00");
    assert_eq!(of_766("4.4", &[("received", 8), ("from_personal_store", 2)]), "1.00");
}

#[test]
fn indicators_4_5_are_2_r_each() {
    assert_eq!(of_766("4.5a", &[("procedures", 4), ("connected_citizen_procedures", 1)]), "0.50");
    assert_eq!(of_766("4.5b", &[("received", 4), ("vneid_verified", 3)]), "1.50");
}

#[test]
fn what_needs_feedback_or_an_unknown_formula_is_not_measured() {
    for code in ["2.2", "4.6", "5.1a", "5.1b", "5.2", "5.3"] {
        assert!(of_766(code, &[]).ends_with('.'), "{code}");
    }
}

#[test]
fn indicator_5_4_is_6_r_over_090_and_6_at_most_and_0_without_dossiers() {
    assert_eq!(of_766("5.4", &[("received", 100), ("late", 40), ("disliked", 15)]), "3.00");
    assert_eq!(of_766("5.4", &[("received", 100), ("late", 5), ("disliked", 5)]), "6.00");
    assert_eq!(of_766("5.4", &[("received", 10), ("late", 9), ("disliked", 9)]), "0.00");
    assert_eq!(of_766("5.4", &[("received", 0), ("late", 0), ("disliked", 0)]), "0.00");
}

#[test]
fn what_was_not_counted_or_entered_is_not_0() {
    assert_eq!(of_766("2.1", &[("received", 5)]), "There is no count `on_time` yet.");
    let dti = shipped("dti2022.yaml");
    assert_eq!(points_by(&dti, "1", "", &[]), "Nobody has entered `dti_2022_main_1`.");
    assert_eq!(points_by(&dti, "7", "", &[("element.dti_2022_main_7", 1)]), "200.00");
}

#[test]
fn the_total_stands_beside_what_could_be_measured() {
    let scored = score_set(&shipped("qd766.yaml"), &figures(&[("received", 4), ("on_time", 3)]), &Asked::default());
    assert_eq!(scored.total.points, Some(15.into()));
    assert_eq!((scored.total.measured_maximum, scored.total.maximum), (20.into(), 100.into()));
    let nothing = score_set(&shipped("qd766.yaml"), &Figures::default(), &Asked::default());
    assert_eq!(nothing.total.points, None);
}

#[test]
fn what_is_known_by_months_alone_is_not_measured_of_a_day() {
    let points = |period: PeriodKind| {
        let asked = Asked { period: Some(period), ..Asked::default() };
        let figures = figures(&[("received", 10), ("late", 0), ("disliked", 1), ("on_time", 10)]);
        let scored = score_set(&shipped("qd766.yaml"), &figures, &asked);
        let of = |code: &str| scored.indicators.iter().find(|one| one.code == code).unwrap().score.clone();
        (of("2.1").points.is_some(), of("5.4").points.is_some(), of("5.4").not_measured.is_some())
    };
    assert_eq!([PeriodKind::Month, PeriodKind::Quarter, PeriodKind::Year].map(points), [(true, true, false); 3]);
    assert_eq!([PeriodKind::Day, PeriodKind::Week, PeriodKind::ReportMonth].map(points), [(true, false, true); 3]);
}

#[test]
fn classes_are_judged_by_the_points_as_shown() {
    let set = shipped("qd766.yaml");
    let class = |set: &IndicatorSet, points: &str, measured: i64| {
        let points = Points {
            points: Some(points.parse().unwrap()),
            measured_maximum: measured.into(),
            maximum: Exact::from(100),
        };
        class_of(set, &points, 2).map(|class| class.code.clone()).unwrap_or_default()
    };
    assert_eq!([class(&set, "89.995", 100), class(&set, "89.994", 100)], ["excellent", "good"]);
    // What can't be measured lowers nobody's class: 76 of 76 are all there is.
    let of_76 = ["76", "60.8", "60.79", "38", "37.99", "0"].map(|points| class(&set, points, 76));
    assert_eq!(of_76, ["excellent", "good", "fair", "average", "weak", "weak"]);
    assert_eq!(class(&set, "0", 0), "", "nothing is measured");
    let mut by_points = set.clone();
    by_points.ranking.as_mut().unwrap().classes_of = ClassesOf::Points;
    assert_eq!(class(&by_points, "76", 76), "fair");
}

#[test]
fn words_and_answers_of_people_give_their_shares() {
    let text = r#"code: e3
version: "1"
name: {vi: E, en: E}
source: E.3
valid_from: 2022-05-20
periods: [year]
total: 150
groups: [{code: g, name: {vi: G, en: G}, maximum: 150}]
elements:
  - {code: head, name: {vi: H, en: H}, unit: {vi: v, en: v}, kind: choice, choices: [chair, deputy, nobody]}
  - {code: attends, name: {vi: A, en: A}, unit: {vi: v, en: v}, kind: yes_no}
  - {code: chairs, name: {vi: C, en: C}, unit: {vi: v, en: v}, kind: yes_no}
  - {code: meetings, name: {vi: M, en: M}, unit: {vi: v, en: v}, kind: count}
indicators:
  - {code: "1", name: {vi: A, en: A}, group: g, maximum: 60, unit: {vi: u, en: u}, element: head, scoring: {tiers: [{word: chair, share: 1}, {word: deputy, share: 1/2}, {word: nobody, share: 0}]}}
  - {code: "2", name: {vi: A, en: A}, group: g, maximum: 50, unit: {vi: u, en: u}, scoring: {composite: [{element: attends, share: 1/2}, {element: chairs, share: 0.5}]}}
  - {code: "3", name: {vi: A, en: A}, group: g, maximum: 20, unit: {vi: u, en: u}, element: attends, scoring: yes_no}
  - {code: "4", name: {vi: A, en: A}, group: g, maximum: 20, unit: {vi: u, en: u}, value: element.meetings, scoring: {steps: [{at_least: 4, points: 20}, {at_least: 3, points: 15}, {at_least: 2, points: 10}, {at_least: 1, points: 5}, {at_least: 0, points: 0}]}}
"#;
    let set = read(text).unwrap();
    let known = Figures {
        numbers: BTreeMap::from([("element.meetings".to_owned(), 3.into())]),
        words: BTreeMap::from([("head".to_owned(), "deputy".to_owned())]),
        answers: BTreeMap::from([("attends".to_owned(), true), ("chairs".to_owned(), false)]),
    };
    let scored = score_set(&set, &known, &Asked::default());
    let points: Vec<Option<Exact>> = scored.indicators.into_iter().map(|one| one.score.points).collect();
    assert_eq!(points, [Some(30.into()), Some(25.into()), Some(20.into()), Some(15.into())]);
    // A missing answer is not a no.
    let nobody = score_set(&set, &Figures::default(), &Asked::default());
    assert!(nobody.indicators.iter().all(|one| one.score.points.is_none() && one.score.not_measured.is_some()));
}

/// One indicator of a ratio with a scoring of this kind.
fn one(scoring: &str, when_zero: &str, least: i64) -> IndicatorSet {
    let text = format!(
        "code: p\nversion: \"1\"\nname: {{vi: P, en: P}}\nsource: P\nvalid_from: 2026-01-01\nperiods: [month]\ntotal: 7\n\
         groups: [{{code: g, name: {{vi: G, en: G}}, maximum: 7}}]\n\
         measures:\n  - {{code: a, name: {{vi: A, en: A}}, subject: dossier, on: received_at}}\n  \
         - {{code: b, name: {{vi: B, en: B}}, subject: dossier, on: received_at}}\n\
         indicators:\n  - code: \"1\"\n    name: {{vi: I, en: I}}\n    group: g\n    maximum: 7\n    unit: {{vi: u, en: u}}\n    \
         numerator: a\n    denominator: b\n    scoring: {scoring}\n    when_zero: {when_zero}\n    minimum_sample: {least}\n"
    );
    read(&text).unwrap()
}

/// The points in hundredths of a hundredth as whole numbers say, halves up: 7 at most, `up / down` of a ratio a / b.
fn plain(a: i128, b: i128, up: i128, down: i128) -> i128 {
    // Points = a * up / (b * down).
    let (n, d) = (a * up, b * down);
    if n >= 7 * d { 700 } else { (2 * n * 100 + d) / (2 * d) }
}

proptest! {
    #[test]
    fn ratios_score_as_whole_numbers_do(
        a in 0_i64..2_000, b in 0_i64..1_000, t in 1_i64..=100, c in 1_i64..2_000, kind in 0..4, zero in 0_usize..3, least in 0_i64..20,
    ) {
        let decimal = |hundredths: i64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
        let (scoring, up, down) = match kind {
            0 => ("ratio".to_owned(), 7, 1),
            1 => (format!("{{threshold: {}}}", decimal(t)), 700, i128::from(t)),
            2 => (format!("{{capped: {}}}", decimal(c)), i128::from(c), 100),
            _ => (format!("{{formula: \"min(maximum, {} * ratio)\"}}", decimal(c)), i128::from(c), 100),
        };
        let word = ["not_measured", "zero", "full"][zero];
        let set = one(&scoring, word, least);
        let shown = points_by(&set, "1", "", &[("a", a), ("b", b)]);
        let expected = if b == 0 {
            [None, Some(0_i128), Some(700)][zero]
        } else if b < least {
            None
        } else {
            Some(plain(a.into(), b.into(), up, down))
        };
        match expected {
            Some(hundredths) => prop_assert_eq!(shown, format!("{}.{:02}", hundredths / 100, hundredths % 100)),
            None => prop_assert!(shown.parse::<f64>().is_err(), "{}", shown),
        }
    }
}
