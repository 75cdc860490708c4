//! The lines of an agencies file.
//!
//! Two formats: ours, and lists of codes as provinces published them under Decision 20/2020/QĐ-TTg, which have neither
//! days nor successors.

use std::io::Read;

use chrono::NaiveDate;
use motcua_agencies::{AgencyKind, DatedCode, SuccessionKind};
use motcua_kernel::time::parse_day;
use motcua_kernel::{Error, Result, Text, text};

use super::rules::is_code;
use crate::csv_table::{self, Line, Table};
use crate::import_report::FileReport;

const OWN_FORMAT: [&str; 13] = [
    "code",
    "name",
    "name_en",
    "kind",
    "parent_code",
    "valid_from",
    "valid_to",
    "successor_code",
    "succession_kind",
    "legal_basis",
    "symbol",
    "units",
    "note",
];
const CODE_LIST: [&str; 4] = ["code_qd20_order_derived", "name", "parent_code", "level"];
const CODE_LIST_OPTIONAL: [&str; 2] = ["code_qcvn102", "note"];

/// The day Decision 20/2020/QĐ-TTg came into force: before it no code of this form existed.
const DECISION_20: NaiveDate = match NaiveDate::from_ymd_opt(2020, 9, 15) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// An agency as one line tells of it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub line: u64,
    pub code: DatedCode,
    pub name: String,
    pub kind: AgencyKind,
    pub parent_code: Option<String>,
    pub successor: Option<Successor>,
    /// None where the format has no such column: what is known stays.
    pub name_en: Option<String>,
    pub symbol: Option<String>,
    pub units: Option<Vec<String>>,
    pub note: String,
}

/// Who went on with the work of a line's agency.
#[derive(Debug, Clone)]
pub(super) struct Successor {
    pub code: String,
    pub kind: SuccessionKind,
    pub legal_basis: String,
}

/// Reads the lines of a file in either format.
///
/// # Errors
/// `import.columns` when the header is of neither.
pub(super) fn read(source: impl Read, report: &mut FileReport) -> Result<Vec<Row>> {
    let known: Vec<&str> = OWN_FORMAT.iter().chain(&CODE_LIST).chain(&CODE_LIST_OPTIONAL).copied().collect();
    let table = csv_table::read(source, &["name", "parent_code"], &known)?;
    let is_list = table.has("code_qd20_order_derived");
    let missing: Vec<&str> = if is_list { &CODE_LIST[..] } else { &OWN_FORMAT[..] }
        .iter()
        .filter(|name| !table.has(name))
        .copied()
        .collect();
    if !missing.is_empty() {
        return Err(Error::malformed(
            "import.columns",
            format!("Tệp thiếu các cột: {}.", missing.join(", ")),
            format!("The file lacks the columns {}.", missing.join(", ")),
        ));
    }
    let Table { lines, broken, .. } = table;
    report.read = lines.len() + broken.len();
    report.refused = broken;
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        if is_list {
            rows.push(listed(&line, report));
            continue;
        }
        match own(&line) {
            Ok(row) => rows.push(row),
            Err(reason) => report.refuse(line.number, reason),
        }
    }
    Ok(rows)
}

fn own(line: &Line) -> Result<Row, Text> {
    let valid_from =
        day(line, "valid_from")?.ok_or_else(|| Text::new("Thiếu valid_from.", "valid_from is missing."))?;
    let valid_to = day(line, "valid_to")?;
    let word = |error: String| Text::new(format!("Giá trị không hợp lệ: {error}."), format!("{error}."));
    let successor = match (line.optional("successor_code"), line.optional("succession_kind"), valid_to) {
        (None, None, _) => None,
        (Some(code), Some(kind), Some(_)) => Some(Successor {
            code: code.to_owned(),
            kind: kind.parse().map_err(word)?,
            legal_basis: line.cell("legal_basis").to_owned(),
        }),
        _ => {
            let (vi, en) = (
                "valid_to, successor_code và succession_kind phải đi cùng nhau.",
                "valid_to, successor_code and succession_kind belong together.",
            );
            return Err(Text::new(vi, en));
        }
    };
    let units: Vec<String> = line.cell("units").split_whitespace().map(str::to_owned).collect();
    Ok(Row {
        line: line.number,
        code: DatedCode { code: line.cell("code").to_owned(), valid_from, valid_to },
        name: line.cell("name").to_owned(),
        kind: line.cell("kind").parse().map_err(word)?,
        parent_code: line.optional("parent_code").map(str::to_owned),
        successor,
        name_en: Some(line.cell("name_en").to_owned()),
        symbol: Some(line.cell("symbol").to_owned()),
        units: Some(units),
        note: line.cell("note").to_owned(),
    })
}

fn listed(line: &Line, report: &mut FileReport) -> Row {
    let code = line.cell("code_qd20_order_derived").to_owned();
    let parent_code = line.optional("parent_code").map(as_decision_20);
    let groups = code.split('.').count();
    if line.cell("level").rsplit(' ').next().and_then(|level| level.parse().ok()) != Some(groups) {
        let level = line.cell("level");
        report.warn(
            line.number,
            Text::new(
                format!("Cấp “{level}” không khớp với mã {code} có {groups} nhóm."),
                format!("The level “{level}” does not fit the code {code} of {groups} groups."),
            ),
        );
    }
    if parent_code.as_ref().is_some_and(|parent| !code.starts_with(&format!("{parent}."))) {
        let parent = parent_code.as_deref().unwrap_or_default();
        report.warn(
            line.number,
            Text::new(
                format!("Mã {code} không bắt đầu bằng mã cơ quan cấp trên {parent}; lấy theo cột parent_code."),
                format!("The code {code} does not begin with its parent's, {parent}; the column is believed."),
            ),
        );
    }
    let name = line.cell("name").to_owned();
    let opening = "Ngày mở là ngày Quyết định 20/2020/QĐ-TTg có hiệu lực, không phải ngày thành lập.";
    let note = [line.cell("note"), opening].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    Row {
        line: line.number,
        kind: kind_by_name(&name, &code),
        code: DatedCode { code, valid_from: DECISION_20, valid_to: None },
        name,
        parent_code,
        successor: None,
        name_en: None,
        symbol: None,
        units: None,
        note,
    }
}

/// The older form `V1V2V3.Z1Z2.Y1Y2.MX1X2` (QCVN 102:2016) turned around: lowest level first there, level 1 first here.
/// Any other text is a code already.
fn as_decision_20(code: &str) -> String {
    let groups: Vec<&str> = code.split('.').collect();
    let [lowest @ .., top] = groups.as_slice() else { return code.to_owned() };
    let numbers = |group: &&str| group.bytes().all(|byte| byte.is_ascii_digit());
    if lowest.len() != 3 || !lowest.iter().all(numbers) || !is_code(top) {
        return code.to_owned();
    }
    let filled = lowest.iter().rev().filter(|group| group.bytes().any(|byte| byte != b'0'));
    std::iter::once(top).chain(filled).copied().collect::<Vec<_>>().join(".")
}

/// The kind of an agency in a list that has no such column, as far as its name tells.
fn kind_by_name(name: &str, code: &str) -> AgencyKind {
    let folded = text::fold(name);
    let begins = |words: &[&str]| words.iter().any(|word| folded.starts_with(word));
    let of_province = code.starts_with('H');
    match code.split('.').count() {
        1 if of_province => AgencyKind::Province,
        _ if begins(&["ubnd xa", "ubnd phuong", "ubnd thi tran", "uy ban nhan dan xa", "uy ban nhan dan phuong"]) => {
            AgencyKind::Commune
        }
        _ if begins(&["trung tam hanh chinh cong", "trung tam phuc vu hanh chinh cong"]) => AgencyKind::Centre,
        2 if of_province && begins(&["so ", "thanh tra tinh", "van phong ubnd tinh", "ban "]) => AgencyKind::Department,
        _ => AgencyKind::Other,
    }
}

fn day(line: &Line, column: &str) -> Result<Option<NaiveDate>, Text> {
    let Some(cell) = line.optional(column) else { return Ok(None) };
    let wrong = || {
        Text::new(format!("{column} phải là ngày dạng YYYY-MM-DD."), format!("{column} must be a day like 2025-07-01."))
    };
    parse_day(cell).map(Some).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_codes_are_read_in_the_order_of_decision_20() {
        let text = "code_qcvn102,code_qd20_order_derived,name,parent_code,level,note\n\
                    000.00.00.H53,H53,Ủy ban nhân dân tỉnh Tây Ninh,,Cấp 1,\n\
                    000.00.07.H53,H53.07,Sở Khoa học và Công nghệ,000.00.00.H53,Cấp 2,\n\
                    000.01.06.H53,H53.06.01,UBND xã A,000.00.07.H53,Cấp 3,\n\
                    001.01.07.H53,H53.07.01.001,Trung tâm Hành chính công,000.01.06.H53,Cấp 3,sic\n";
        let mut report = FileReport::new("test");
        let rows = read(text.as_bytes(), &mut report).unwrap();
        let kinds: Vec<_> = rows.iter().map(|row| (row.parent_code.as_deref(), row.kind)).collect();
        assert_eq!(
            kinds,
            [
                (None, AgencyKind::Province),
                (Some("H53"), AgencyKind::Department),
                (Some("H53.07"), AgencyKind::Commune),
                (Some("H53.06.01"), AgencyKind::Centre),
            ]
        );
        assert_eq!(report.warnings.iter().map(|remark| remark.line).collect::<Vec<_>>(), [4, 5, 5]);
        assert!(rows[3].note.starts_with("sic Ngày mở là"));
        assert_eq!(as_decision_20("000.00.00.H50"), "H50");
        assert_eq!(as_decision_20("H50.12"), "H50.12");
    }

    #[test]
    fn a_header_of_neither_format_is_refused() {
        let mut report = FileReport::new("test");
        assert_eq!(read("code,name,parent_code\n".as_bytes(), &mut report).unwrap_err().code, "import.columns");
        assert_eq!(read("name,parent_code,level,colour\n".as_bytes(), &mut report).unwrap_err().code, "import.columns");
    }
}
