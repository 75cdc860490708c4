//! The files of a folder, read into rows: national lists as they are published, and the smaller ones of the demo.
//!
//! The national lists carry no days; their names say which side of the reform of 1 July 2025 they stand on.

use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use motcua_kernel::time::parse_day;
use motcua_kernel::{Error, Result, Text, text};
use sha2::{Digest, Sha256};

use super::rules::{Level, Part, UnitRecord, clean_names};
use crate::csv_table::{self, Line, Table};
use crate::import_report::FileReport;

/// A file of the folder.
pub(super) struct SourceFile {
    pub report: FileReport,
    /// SHA-256 of its bytes.
    pub sha256: String,
    pub rows: Rows,
}

/// The lines of a file that can be understood.
pub(super) enum Rows {
    Units(Vec<UnitRow>),
    Mapping(Vec<MappingRow>),
}

/// A line that tells of a unit.
pub(super) struct UnitRow {
    pub line: u64,
    pub record: UnitRecord,
    /// The names of the units above it as the line gives them, to hold against what is known.
    pub province_name: Option<String>,
    pub district_name: Option<String>,
}

/// A line that tells what became of a unit.
pub(super) struct MappingRow {
    pub line: u64,
    pub old_level: Level,
    pub old_code: String,
    pub old_name: String,
    pub new_level: Level,
    pub new_code: String,
    pub new_name: Option<String>,
    pub part: Part,
    pub resolution: String,
    pub confidence: String,
}

/// Which days the units of a file were valid.
#[derive(Clone, Copy)]
enum Days {
    /// They ended with the reform; nobody recorded when they began.
    EndedWithReform,
    /// They began with the reform.
    BeganWithReform,
    /// The columns `valid_from` and `valid_to` say so.
    Told,
}

/// A file we know by its name.
struct Shape {
    name: &'static str,
    kind: Kind,
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum Kind {
    Units(Level, Days),
    /// Units of one level, of which the column `old_level` says no more.
    Mapping(Option<Level>),
}

const DERIVED: &[&str] = &["name_ascii", "full_name_en_derived"];

/// In the order in which they must be read: what is above before what is below, units before what became of them.
const SHAPES: [Shape; 10] = [
    Shape {
        name: "provinces_before_2025-07.csv",
        kind: Kind::Units(Level::Province, Days::EndedWithReform),
        required: &["code", "name", "full_name", "type"],
        optional: &[],
    },
    Shape {
        name: "provinces_2025.csv",
        kind: Kind::Units(Level::Province, Days::BeganWithReform),
        required: &["code", "name", "full_name", "type"],
        optional: DERIVED,
    },
    Shape {
        name: "provinces.csv",
        kind: Kind::Units(Level::Province, Days::Told),
        required: &["code", "name", "full_name", "type", "valid_from", "valid_to"],
        optional: &[],
    },
    Shape {
        name: "districts_before_2025-07.csv",
        kind: Kind::Units(Level::District, Days::EndedWithReform),
        required: &["code", "name", "full_name", "type", "province_code"],
        optional: &["province_name"],
    },
    Shape {
        name: "communes_before_2025-07.csv",
        kind: Kind::Units(Level::Commune, Days::EndedWithReform),
        required: &["code", "name", "full_name", "type", "district_code", "province_code"],
        optional: &["district_name", "province_name"],
    },
    Shape {
        name: "communes_2025.csv",
        kind: Kind::Units(Level::Commune, Days::BeganWithReform),
        required: &["code", "name", "full_name", "type", "province_code"],
        optional: &["province_name", "name_ascii", "full_name_en_derived", "resolution"],
    },
    Shape {
        name: "communes.csv",
        kind: Kind::Units(Level::Commune, Days::Told),
        required: &["code", "name", "full_name", "type", "province_code", "valid_from", "valid_to"],
        optional: &[],
    },
    Shape {
        name: "mapping_provinces_old_to_new.csv",
        kind: Kind::Mapping(Some(Level::Province)),
        required: &["old_code", "old_full_name", "new_code"],
        optional: &["new_full_name"],
    },
    Shape {
        name: "mapping_communes_old_to_new.csv",
        kind: Kind::Mapping(None),
        required: &["old_level", "old_code", "old_full_name", "new_code", "part"],
        optional: &[
            "old_district_code",
            "old_district_name",
            "old_province_code",
            "old_province_name",
            "new_full_name",
            "new_province_code",
            "resolution",
            "extraction_confidence",
        ],
    },
    Shape {
        name: "mapping.csv",
        kind: Kind::Mapping(None),
        required: &["old_level", "old_code", "old_name", "new_code", "part"],
        optional: &[],
    },
];

/// The day of the reform (Resolution 202/2025/QH15, Decision 19/2025/QĐ-TTg): first of the new units, first on which the
/// old ones no longer were.
pub(super) const REFORM: NaiveDate = match NaiveDate::from_ymd_opt(2025, 7, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// Reads every file of a folder that we know by its name.
///
/// # Errors
/// When the folder has none of them, or one has the wrong columns or can't be read.
pub(super) fn read_folder(folder: &Path) -> Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    for shape in &SHAPES {
        let path = folder.join(shape.name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(unreadable(shape.name).because(error)),
        };
        let table = csv_table::read(bytes.as_slice(), shape.required, shape.optional)
            .map_err(|error| error.with("file", shape.name))?;
        files.push(read_file(shape, table, hex::encode(Sha256::digest(&bytes))));
    }
    if files.is_empty() {
        let names: Vec<&str> = SHAPES.iter().map(|shape| shape.name).collect();
        return Err(Error::malformed(
            "import.no_files",
            format!("Thư mục không có tệp nào trong số: {}.", names.join(", ")),
            format!("The folder has none of these files: {}.", names.join(", ")),
        ));
    }
    Ok(files)
}

fn unreadable(name: &str) -> Error {
    Error::malformed("import.unreadable", format!("Không đọc được tệp {name}."), format!("{name} can't be read."))
}

fn read_file(shape: &Shape, table: Table, sha256: String) -> SourceFile {
    let mut report = FileReport::new(shape.name);
    report.read = table.lines.len() + table.broken.len();
    report.refused = table.broken;
    let rows = match shape.kind {
        Kind::Units(level, days) => {
            Rows::Units(understood(&table.lines, &mut report, |line, report| unit(level, days, line, report)))
        }
        Kind::Mapping(level) => Rows::Mapping(understood(&table.lines, &mut report, |line, _| mapping(level, line))),
    };
    SourceFile { report, sha256, rows }
}

fn understood<T>(
    lines: &[Line],
    report: &mut FileReport,
    read: impl Fn(&Line, &mut FileReport) -> Result<T, Text>,
) -> Vec<T> {
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        match read(line, report) {
            Ok(row) => rows.push(row),
            Err(reason) => report.refuse(line.number, reason),
        }
    }
    rows
}

fn unit(level: Level, days: Days, line: &Line, report: &mut FileReport) -> Result<UnitRow, Text> {
    let code = code_of(level, line.cell("code"))?;
    let names = clean_names(line.cell("name"), line.cell("full_name"), line.cell("type"))?;
    if let Some(warning) = names.warning {
        report.warn(line.number, warning);
    }
    let ascii = line.cell("name_ascii");
    if !ascii.is_empty() && text::fold(ascii) != text::fold(&names.name) {
        report.warn(line.number, Text::new("name_ascii không khớp với tên.", "name_ascii does not fit the name."));
    }
    let (valid_from, valid_to) = match days {
        Days::EndedWithReform => (None, Some(REFORM)),
        Days::BeganWithReform => (Some(REFORM), None),
        Days::Told => (day(line, "valid_from")?, day(line, "valid_to")?),
    };
    if valid_from.zip(valid_to).is_some_and(|(from, to)| from >= to) {
        return Err(Text::new("valid_from phải trước valid_to.", "valid_from must be before valid_to."));
    }
    let above = |level: Level, column: &str| line.optional(column).map(|code| code_of(level, code)).transpose();
    let province_code = match level {
        Level::Province => None,
        Level::District | Level::Commune => Some(
            above(Level::Province, "province_code")?
                .ok_or_else(|| Text::new("Thiếu province_code.", "province_code is missing."))?,
        ),
    };
    let parent_code = above(Level::District, "district_code")?.or_else(|| province_code.clone());
    let record = UnitRecord {
        level,
        code,
        name: names.name,
        full_name: names.full_name,
        full_name_en: line.cell("full_name_en_derived").to_owned(),
        kind: names.kind,
        parent_code,
        province_code,
        valid_from,
        valid_to,
        resolution: line.cell("resolution").to_owned(),
    };
    let told = |column: &str| line.optional(column).map(str::to_owned);
    let (province_name, district_name) = (told("province_name"), told("district_name"));
    Ok(UnitRow { line: line.number, record, province_name, district_name })
}

fn mapping(level: Option<Level>, line: &Line) -> Result<MappingRow, Text> {
    let unknown = |error: String| Text::new(format!("Giá trị không hợp lệ: {error}."), format!("{error}."));
    let old_level = match level {
        Some(level) => level,
        None => line.cell("old_level").parse().map_err(unknown)?,
    };
    // A district had no district for a successor: what is below a province now is a commune.
    let new_level = if old_level == Level::Province { Level::Province } else { Level::Commune };
    let part = match line.optional("part") {
        Some(part) => part.parse().map_err(unknown)?,
        None if level.is_some() => Part::Full,
        None => return Err(Text::new("Thiếu part.", "part is missing.")),
    };
    let old_name = line.optional("old_full_name").or(line.optional("old_name"));
    Ok(MappingRow {
        line: line.number,
        old_level,
        old_code: code_of(old_level, line.cell("old_code"))?,
        old_name: old_name.ok_or_else(|| Text::new("Thiếu tên cũ.", "The old name is missing."))?.to_owned(),
        new_level,
        new_code: code_of(new_level, line.cell("new_code"))?,
        new_name: line.optional("new_full_name").map(str::to_owned),
        part,
        resolution: line.cell("resolution").to_owned(),
        confidence: line.cell("extraction_confidence").to_owned(),
    })
}

fn code_of(level: Level, code: &str) -> Result<String, Text> {
    if level.takes(code) {
        return Ok(code.to_owned());
    }
    Err(Text::new(
        format!("“{code}” không phải mã đơn vị hành chính cấp {level}."),
        format!("“{code}” is not a code of level {level}."),
    ))
}

fn day(line: &Line, column: &str) -> Result<Option<NaiveDate>, Text> {
    let Some(cell) = line.optional(column) else { return Ok(None) };
    let wrong = || {
        Text::new(format!("{column} phải là ngày dạng YYYY-MM-DD."), format!("{column} must be a day like 2025-07-01."))
    };
    parse_day(cell).map(Some).ok_or_else(wrong)
}
