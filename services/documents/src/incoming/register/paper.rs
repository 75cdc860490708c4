//! The register that follows their solution, and the report, as paper.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::time::day_in_vietnam;
use motcua_paper::sheet::Column;
use motcua_paper::{Book, Letterhead};

use super::IncomingProgressLine;
use super::http::IncomingReport;
use super::report::IncomingCounts;

const fn column(label: &'static str, width: u32, centred: bool) -> Column {
    Column { label, width, centred }
}

const TRACKING: [Column; 7] = [
    column("Số đến\n(1)", 14, true),
    column("Tên loại, số và ký hiệu, ngày tháng và cơ quan ban hành văn bản\n(2)", 84, false),
    column("Đơn vị hoặc người nhận\n(3)", 44, false),
    column("Thời hạn giải quyết\n(4)", 28, true),
    column("Tiến độ giải quyết\n(5)", 30, true),
    column("Số, ký hiệu văn bản trả lời\n(6)", 34, false),
    column("Ghi chú\n(7)", 32, false),
];

const REPORT: [Column; 9] = [
    column("STT\n(1)", 12, true),
    column("Đơn vị hoặc người giải quyết\n(2)", 78, false),
    column("Tổng số văn bản đến\n(3)", 24, true),
    column("Đã giải quyết đúng hạn\n(4)", 26, true),
    column("Đã giải quyết quá hạn\n(5)", 26, true),
    column("Đang giải quyết, trong hạn\n(6)", 26, true),
    column("Đang giải quyết, quá hạn\n(7)", 26, true),
    column("Bị lấy lại, thu hồi\n(8)", 24, true),
    column("Tỷ lệ đúng hạn (%)\n(9)", 24, true),
];

/// The register that follows their solution (sổ theo dõi giải quyết văn bản đến; Annex IV).
pub(super) fn tracking(
    lines: &[IncomingProgressLine],
    letterhead: Letterhead,
    days: (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) -> Book {
    let row = |line: &IncomingProgressLine| {
        let late = line.due_at.is_some_and(|due| due < now) && line.state.is_open();
        let state = line.state.name().vi;
        vec![
            line.arrival_number.to_string(),
            line.document.clone(),
            line.recipient.clone().unwrap_or_default(),
            line.due_at.map(|due| short(day_in_vietnam(due))).unwrap_or_default(),
            if late { format!("{state}, quá hạn") } else { state },
            line.answered_by.clone().unwrap_or_default(),
            line.note.clone().unwrap_or_default(),
        ]
    };
    Book {
        letterhead,
        title: "Sổ theo dõi giải quyết văn bản đến".to_owned(),
        subtitle: Some(period(days)),
        columns: TRACKING.to_vec(),
        rows: lines.iter().map(row).collect(),
        notes: Vec::new(),
    }
}

/// How they were dealt with (báo cáo tình hình giải quyết văn bản đến; Annex VI, Part V).
pub(super) fn report(report: &IncomingReport, letterhead: Letterhead) -> Book {
    let named = report.rows.iter().enumerate().map(|(at, row)| {
        let name = row.name.clone().unwrap_or_else(|| "Chưa phân công".to_owned());
        counts((at + 1).to_string(), name, &row.counts)
    });
    let total = counts(String::new(), "TỔNG SỐ".to_owned(), &report.total);
    let as_of = report.as_of.with_timezone(&motcua_kernel::time::vietnam()).format("%H:%M ngày %d/%m/%Y");
    Book {
        letterhead,
        title: "Báo cáo tình hình giải quyết văn bản đến".to_owned(),
        subtitle: Some(format!("{}; số liệu đến {as_of}", period((report.from, report.to)))),
        columns: REPORT.to_vec(),
        rows: named.chain([total]).collect(),
        notes: vec![
            "Văn bản không có thời hạn giải quyết được tính là trong hạn. (3) = (4) + (5) + (6) + (7) + (8); \
             (9) = (4) : [(4) + (5) + (7)]."
                .to_owned(),
        ],
    }
}

fn counts(number: String, name: String, counts: &IncomingCounts) -> Vec<String> {
    let shown =
        [counts.total, counts.done_in_time, counts.done_late, counts.open_in_time, counts.open_late, counts.given_up];
    let percent = counts.in_time_percent().map(|share| format!("{share:.1}").replace('.', ",")).unwrap_or_default();
    [number, name].into_iter().chain(shown.map(|count| count.to_string())).chain([percent]).collect()
}

fn period((from, to): (NaiveDate, NaiveDate)) -> String {
    format!("Văn bản đến từ ngày {} đến ngày {}", short(from), short(to))
}

fn short(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}
