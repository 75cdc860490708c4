//! The page of an agency.

use motcua_kernel::Text;
use motcua_kpi::definitions::exact::Exact;
use motcua_kpi::pages::models::{AgencyPage, GroupCard, IndicatorLine, Movement, Outcome};
use motcua_kpi::targets::rules::TargetState;

use super::{agency_name, alerts, backlog, class, exact, fields, groups, points_trend, scope, score};

pub(crate) fn outcome(numerator: &str, denominator: &str, points: Option<&str>) -> Outcome {
    let (numerator, denominator) = (exact(numerator), exact(denominator));
    Outcome {
        value: numerator.over(&denominator),
        numerator: Some(numerator),
        denominator: Some(denominator),
        points: points.map(exact),
        not_measured: None,
    }
}

pub(crate) fn unmeasured() -> Outcome {
    Outcome {
        numerator: None,
        denominator: None,
        value: None,
        points: None,
        not_measured: Some(Text::new(
            "Cổng Dịch vụ công quốc gia chưa chia sẻ dữ liệu phản ánh, kiến nghị.",
            "The national portal does not share what citizens complain about yet.",
        )),
    }
}

fn line(code: &str, vi: &str, en: &str, maximum: &str, outcome: Outcome, target: Option<TargetState>) -> IndicatorLine {
    IndicatorLine { code: code.to_owned(), name: Text::new(vi, en), maximum: exact(maximum), outcome, target }
}

fn lines(group: &str) -> Vec<IndicatorLine> {
    match group {
        "CKMB" => vec![
            line(
                "1.1",
                "Tỷ lệ thủ tục công bố đúng hạn",
                "Procedures announced in time",
                "6",
                outcome("41", "44", Some("5.591")),
                Some(TargetState::AtRisk),
            ),
            line(
                "1.2",
                "Tỷ lệ thủ tục công khai đúng hạn",
                "Procedures published in time",
                "4",
                outcome("40", "44", Some("3.636")),
                None,
            ),
            line(
                "1.3",
                "Tỷ lệ thủ tục công khai đủ nội dung",
                "Procedures published in full",
                "2",
                outcome("1874", "1911", Some("1.961")),
                Some(TargetState::Met),
            ),
            line(
                "1.4",
                "Tỷ lệ hồ sơ đồng bộ lên Cổng Dịch vụ công quốc gia",
                "Dossiers synchronised with the national portal",
                "6",
                outcome("3120", "4476", Some("4.182")),
                None,
            ),
        ],
        "TDGQ" => vec![
            line(
                "2.1",
                "Tỷ lệ hồ sơ giải quyết trước hạn và đúng hạn",
                "Dossiers finished early or in time",
                "20",
                outcome("4239", "4476", Some("18.942")),
                Some(TargetState::OnTrack),
            ),
            line(
                "2.2",
                "Thời gian giải quyết trung bình",
                "Average time of processing",
                "0",
                Outcome {
                    numerator: None,
                    denominator: None,
                    value: Some(exact("37/8")),
                    points: None,
                    not_measured: None,
                },
                None,
            ),
        ],
        "MDHL" => vec![
            line(
                "5.2",
                "Phản ánh, kiến nghị xử lý đúng hạn",
                "Complaints handled in time",
                "6",
                unmeasured(),
                Some(TargetState::NotMeasured),
            ),
            line(
                "5.3",
                "Hài lòng trong xử lý phản ánh, kiến nghị",
                "Satisfaction with how complaints are handled",
                "6",
                unmeasured(),
                None,
            ),
            line(
                "5.4",
                "Hài lòng trong tiếp nhận, giải quyết hồ sơ",
                "Satisfaction with how dossiers are handled",
                "6",
                unmeasured(),
                None,
            ),
        ],
        "CLGQ" => vec![
            line(
                "3.3",
                "Tỷ lệ hồ sơ trực tuyến",
                "Online dossiers",
                "6",
                outcome("2915", "4476", Some("6")),
                Some(TargetState::Missed),
            ),
            line(
                "3.2",
                "Tỷ lệ dịch vụ trực tuyến có phát sinh hồ sơ",
                "Online services with dossiers",
                "4",
                outcome("0", "212", Some("0")),
                None,
            ),
        ],
        "TTTT" => vec![line(
            "3.6",
            "Tỷ lệ hồ sơ thanh toán trực tuyến",
            "Dossiers paid online",
            "6",
            outcome("811", "1702", Some("2.859")),
            None,
        )],
        _ => vec![line(
            "4.1",
            "Tỷ lệ cấp kết quả giải quyết điện tử",
            "Electronic results",
            "6",
            outcome("3991", "4012", Some("5.969")),
            None,
        )],
    }
}

/// An agency with a rank, indicators without points, and a group that nobody measured.
pub(crate) fn agency() -> AgencyPage {
    let total = exact("60.107");
    AgencyPage {
        scope: scope(),
        agency: agency_name(8),
        class: class(&total),
        total: score(Some("60.107"), "80", "100"),
        rank: Some(Ok(12)),
        ranked: 198,
        movement: Movement::Up(3),
        groups: groups().into_iter().map(|group| GroupCard { indicators: lines(&group.code), group }).collect(),
        trend: points_trend(),
        backlog: backlog(1402, 57),
        fields: fields(),
        alerts: Some(alerts(2, &agency_name(8))),
    }
}

/// The exact share of the maximum that a place in the list of agencies gets.
pub(crate) fn share(number: usize) -> Exact {
    Exact::fraction(1000 - i64::try_from(number).unwrap() * 3, 1000).unwrap()
}
