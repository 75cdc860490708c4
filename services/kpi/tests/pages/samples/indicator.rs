//! The page of an indicator.

use chrono::NaiveDate;
use motcua_kernel::Text;
use motcua_kpi::definitions::exact::Exact;
use motcua_kpi::definitions::rules::score::Said;
use motcua_kpi::pages::models::{
    AgencyOutcome, IndicatorPage, Outcome, Part, RecordLine, Records, Restatement, TargetLine, Term,
};
use motcua_kpi::targets::rules::TargetState;

use super::agency::{outcome, share, unmeasured};
use super::{agency_name, exact, period, province, scope, trend};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A ratio with targets, restatements and the first page of its records, for so many agencies.
pub(crate) fn indicator(agencies: usize) -> IndicatorPage {
    IndicatorPage {
        scope: scope(),
        agency: province(),
        code: "2.1".to_owned(),
        name: Text::new("Tỷ lệ hồ sơ giải quyết trước hạn và đúng hạn", "Dossiers finished early or in time"),
        group: Text::new("Tiến độ, kết quả giải quyết", "Timeliness and results"),
        source: "Quyết định 766/QĐ-TTg ngày 23/6/2022".to_owned(),
        is_ratio: true,
        unit: Text::new("hồ sơ", "dossiers"),
        less_is_better: false,
        maximum: exact("20"),
        variant: Some(Text::new("Như Cổng Dịch vụ công quốc gia đang tính", "As the national portal counts")),
        note: Some(Text::new(
            "Tính cả hồ sơ đang xử lý còn trong hạn. Thời gian chờ bổ sung được trừ một lần.",
            "Dossiers in process and in term count as well. Waits are taken off once.",
        )),
        formula: Text::new(
            "20 × (on_time) / (received). Mẫu số bằng 0: chưa đo được.",
            "20 × (on_time) / (received). When the denominator is 0, it is not measured.",
        ),
        terms: vec![
            term(
                "on_time",
                "Hồ sơ trước hạn, đúng hạn: kết thúc so với hẹn trả hiện tại",
                "On time: the end against the current due instant",
                "148903",
            ),
            term("received", "Hồ sơ tiếp nhận trong kỳ", "Dossiers received in the period", "157214"),
        ],
        outcome: outcome("148903", "157214", Some("18.9427")),
        steps: steps(),
        trend: trend([
            Some("0.91"),
            Some("0.9187"),
            Some("0.902"),
            Some("0.8954"),
            None,
            Some("0.923"),
            Some("0.9311"),
            Some("0.9402"),
            Some("0.9377"),
            Some("0.9421"),
            Some("0.9455"),
            Some("0.94714"),
        ]),
        agencies: (0..agencies).map(line).collect(),
        targets: targets(),
        restatements: restatements(),
        records: Some(records()),
    }
}

fn term(code: &str, vi: &str, en: &str, value: &str) -> Term {
    Term {
        code: code.to_owned(),
        name: Text::new(vi, en),
        value: Some(exact(value)),
        lists: vec![Part::Counted, Part::Excluded],
    }
}

fn steps() -> Vec<Said> {
    let said = |vi: &str, en: &str, result: &str| Said { text: Text::new(vi, en), result: Some(exact(result)) };
    vec![
        said("Tử số: on_time.", "Numerator: on_time.", "148903"),
        said("Mẫu số: received.", "Denominator: received.", "157214"),
        said("Tỷ lệ: tử số chia mẫu số.", "Ratio: numerator by denominator.", "148903/157214"),
        said("20 × tỷ lệ.", "20 × ratio.", "18.9427"),
    ]
}

fn line(number: usize) -> AgencyOutcome {
    let denominator = 4476 - i64::try_from(number).unwrap() * 17;
    let numerator = (&Exact::from(denominator) * &share(number)).rounded(0);
    let points = (&share(number) * &Exact::from(20)).rounded(4);
    let outcome = match number % 40 {
        39 => unmeasured(),
        _ => outcome(&numerator, &denominator.to_string(), Some(&points)),
    };
    AgencyOutcome { agency: agency_name(number), outcome }
}

fn targets() -> Vec<TargetLine> {
    vec![
        TargetLine {
            period: period("2026"),
            start: exact("0.90"),
            points: vec![(day("2026-06-30"), exact("0.94"))],
            target: exact("0.98"),
            legal_source: "12/KH-UBND".to_owned(),
            expected: exact("0.972"),
            value: Some(exact("0.94714")),
            state: TargetState::AtRisk,
            course: [
                ("2026-01-31", "0.9187"),
                ("2026-03-31", "0.8954"),
                ("2026-06-30", "0.9311"),
                ("2026-09-30", "0.9421"),
                ("2026-11-22", "0.94714"),
            ]
            .map(|(on, value)| (day(on), exact(value)))
            .to_vec(),
        },
        TargetLine {
            period: period("2026-Q4"),
            start: exact("0.94"),
            points: Vec::new(),
            target: exact("0.945"),
            legal_source: "18/KH-UBND".to_owned(),
            expected: exact("0.943"),
            value: Some(exact("0.94714")),
            state: TargetState::Met,
            course: vec![(day("2026-10-31"), exact("0.9455")), (day("2026-11-22"), exact("0.94714"))],
        },
    ]
}

fn restatements() -> Vec<Restatement> {
    vec![
        Restatement {
            at: "2026-11-12T02:31:00Z".parse().unwrap(),
            agency: agency_name(1),
            figure: Text::new("Tử số tháng 10/2026", "Numerator of October 2026"),
            old: Some(exact("3201")),
            new: Some(exact("3199")),
            reason: Text::new("Hai hồ sơ được mở lại sau công bố.", "Two dossiers were re-opened after publication."),
            event: "dossier.result_revoked.v1".to_owned(),
        },
        Restatement {
            at: "2026-11-03T08:05:00Z".parse().unwrap(),
            agency: agency_name(4),
            figure: Text::new("Điểm tháng 9/2026", "Points of September 2026"),
            old: None,
            new: Some(exact("17.21")),
            reason: Text::new("Sự kiện đến muộn từ hệ thống của bộ.", "Events came late from a ministry's system."),
            event: "dossier.received.v1".to_owned(),
        },
    ]
}

fn records() -> Records {
    let line = |number: usize| RecordLine {
        code: format!("H50.{:02}-261103-{:04}", number % 30, number * 7 + 1),
        agency: agency_name(number % 30),
        on: Some(day("2026-11-03")),
        reason: Text::new("Kết thúc sau thời điểm hẹn trả.", "Ended after the due instant."),
    };
    Records {
        measure: "on_time".to_owned(),
        name: Text::new("Hồ sơ trước hạn, đúng hạn", "On time"),
        part: Part::Excluded,
        total: 8311,
        lines: (0..20).map(line).collect(),
        of_single: true,
        is_first: false,
        next: Some("eyJhZnRlciI6NDB9".to_owned()),
    }
}

/// An indicator whose facts do not exist yet.
pub(crate) fn unmeasured_indicator() -> IndicatorPage {
    let nothing: Outcome = unmeasured();
    let mut page = indicator(3);
    for line in &mut page.agencies {
        line.outcome = nothing.clone();
    }
    for point in &mut page.trend {
        point.value = None;
    }
    page.outcome = nothing;
    for term in &mut page.terms {
        term.value = None;
    }
    (page.targets, page.restatements, page.steps, page.records) = (Vec::new(), Vec::new(), Vec::new(), None);
    page
}
