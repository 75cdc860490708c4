//! Models of a province that does not exist, with everything that pages can meet: groups that nobody measured, gaps, ties,
//! agencies without rank, long names.

mod agency;
mod indicator;
mod operations;

use motcua_kernel::Text;
use motcua_kernel::text::Language;
use motcua_kpi::definitions::exact::Exact;
use motcua_kpi::pages::models::{
    AgencyName, AlertLine, AlertList, Backlog, ClassMark, FieldBacklog, GroupScore, Scope, Score, Standing, TrendPoint,
};
use motcua_kpi::pages::view::{Audience, Theme, View};
use motcua_kpi::periods::Period;

pub(crate) use agency::agency;
pub(crate) use indicator::{indicator, unmeasured_indicator};
pub(crate) use operations::{empty_operations, operations};

pub(crate) fn exact(text: &str) -> Exact {
    text.parse().unwrap()
}

pub(crate) fn period(text: &str) -> Period {
    text.parse().unwrap()
}

pub(crate) fn view(language: Language, theme: Theme) -> View {
    View { language, theme, audience: Audience::Internal, ..View::default() }
}

pub(crate) fn vietnamese() -> View {
    view(Language::Vietnamese, Theme::System)
}

pub(crate) fn english() -> View {
    view(Language::English, Theme::System)
}

pub(crate) fn scope() -> Scope {
    Scope {
        set: "qd766".to_owned(),
        set_name: Text::new(
            "Bộ chỉ số chỉ đạo, điều hành và đánh giá chất lượng phục vụ người dân, doanh nghiệp",
            "Index of directing and judging how citizens and businesses are served",
        ),
        set_version: "2022.1".to_owned(),
        source: "Quyết định 766/QĐ-TTg ngày 23/6/2022".to_owned(),
        period: period("2026-11"),
        earlier: Some(period("2026-10")),
        later: None,
        standing: Standing::Running,
        data_as_of: Some("2026-11-23T01:47:00Z".parse().unwrap()),
        trouble: None,
    }
}

/// So many alerts, of which a page lists ten, about one agency.
pub(crate) fn alerts(total: i64, agency: &AgencyName) -> AlertList {
    let line = |number: i64| AlertLine {
        agency: agency.clone(),
        title: Text::new("Từ chối hàng loạt", "Many refusals on one day"),
        text: Text::new(
            format!(
                "{} hồ sơ bị từ chối trong ngày 20/11/2026; 30 ngày trước đó trung bình 2 hồ sơ một ngày.",
                30 - number
            ),
            format!("{} dossiers refused on 20 Nov 2026; on a day of the 30 before 2 on average.", 30 - number),
        ),
        on: "2026-11-21".parse().unwrap(),
        acknowledged: number % 3 == 1,
    };
    AlertList { total, lines: (0..total.min(10)).map(line).collect() }
}

pub(crate) fn province() -> AgencyName {
    AgencyName { code: "H50".to_owned(), name: "tỉnh Quảng Trị".to_owned() }
}

const NAMES: [&str; 12] = [
    "Sở Tài nguyên và Môi trường",
    "Ủy ban nhân dân phường Đông Hà",
    "Ủy ban nhân dân xã Vĩnh Linh",
    "Sở Xây dựng",
    "Ủy ban nhân dân phường Nam Đông Hà",
    "Ủy ban nhân dân xã Hướng Hiệp",
    "Sở Tư pháp",
    "Ủy ban nhân dân xã Triệu Phong",
    "Ban Quản lý Khu kinh tế và các khu công nghiệp tỉnh",
    "Ủy ban nhân dân đặc khu Cồn Cỏ",
    "Ủy ban nhân dân xã Khe Sanh",
    "Sở Nông nghiệp và Môi trường",
];

pub(crate) fn agency_name(number: usize) -> AgencyName {
    let name = NAMES[number % NAMES.len()];
    let round = number / NAMES.len();
    let name = if round == 0 { name.to_owned() } else { format!("{name} {}", round + 1) };
    AgencyName { code: format!("H50.{number:02}"), name }
}

pub(crate) fn class(points: &Exact) -> Option<ClassMark> {
    let classes = [
        (90, "Xuất sắc", "Excellent"),
        (80, "Tốt", "Good"),
        (70, "Khá", "Fair"),
        (50, "Trung bình", "Average"),
        (0, "Yếu", "Weak"),
    ];
    let mut places = classes.iter().enumerate();
    let (place, (_, vi, en)) = places.find(|(_, (from, ..))| *points >= Exact::from(*from))?;
    Some(ClassMark { name: Text::new(*vi, *en), place, of_measured: true })
}

pub(crate) fn score(points: Option<&str>, measured: &str, maximum: &str) -> Score {
    Score { points: points.map(exact), measured_maximum: exact(measured), maximum: exact(maximum) }
}

/// The groups of Decision 766; one of them measured in part, one not at all.
pub(crate) fn groups() -> Vec<GroupScore> {
    let group = |code: &str, vi: &str, en: &str, points: Option<&str>, measured: &str, maximum: &str| GroupScore {
        code: code.to_owned(),
        name: Text::new(vi, en),
        score: score(points, measured, maximum),
    };
    vec![
        group("CKMB", "Công khai, minh bạch", "Openness", Some("15.37"), "18", "18"),
        group("TDGQ", "Tiến độ, kết quả giải quyết", "Timeliness and results", Some("18.942"), "20", "20"),
        group("CLGQ", "Cung cấp dịch vụ công trực tuyến", "Online services", Some("9.6"), "12", "12"),
        group("TTTT", "Thanh toán trực tuyến", "Online payment", Some("4.115"), "10", "10"),
        group("MDHL", "Mức độ hài lòng", "Satisfaction", None, "0", "18"),
        group("MDSH", "Số hóa hồ sơ", "Digitisation", Some("12.08"), "20", "22"),
    ]
}

/// Twelve months to November 2026, one of them not measured.
pub(crate) fn trend(values: [Option<&str>; 12]) -> Vec<TrendPoint> {
    let mut month = period("2025-12");
    values
        .iter()
        .map(|value| {
            let point = TrendPoint { period: month, value: value.map(exact) };
            month = month.next().unwrap();
            point
        })
        .collect()
}

pub(crate) fn points_trend() -> Vec<TrendPoint> {
    trend([
        Some("52.10"),
        Some("53.75"),
        Some("51.20"),
        None,
        Some("55.48"),
        Some("57.90"),
        Some("58.31"),
        Some("56.02"),
        Some("59.77"),
        Some("61.25"),
        Some("60.84"),
        Some("60.107"),
    ])
}

pub(crate) fn backlog(open: i64, overdue: i64) -> Backlog {
    Backlog { open: Some(open), overdue: Some(overdue) }
}

pub(crate) fn fields() -> Vec<FieldBacklog> {
    [
        ("Đất đai", "Land", 4210, 312),
        ("Hộ tịch", "Civil status", 1874, 41),
        ("Hoạt động xây dựng", "Construction", 655, 28),
        ("Giáo dục và đào tạo thuộc hệ thống giáo dục quốc dân", "Education within the national system", 402, 9),
        ("Đăng ký kinh doanh", "Business registration", 988, 4),
        ("Bảo trợ xã hội", "Social protection", 731, 3),
        ("Lý lịch tư pháp", "Criminal records", 264, 0),
        ("Người có công", "People of merit", 198, 0),
    ]
    .map(|(vi, en, open, overdue)| FieldBacklog { name: Text::new(vi, en), backlog: backlog(open, overdue) })
    .to_vec()
}
