//! Loading units from a folder of CSV files. A second run changes nothing; no line is lost without a reason.
//!
//! Everything is worked out against what is known and then written in one transaction, so an import that fails leaves
//! nothing half done. A predecessor that stands in no list (the demo has none) is made from the mapping itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::{Change, EventKind, Journal, Stamp};
use motcua_kernel::{Error, Result, Text, Uuid, new_id};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::reading::{MappingRow, REFORM, Rows, SourceFile, UnitRow, read_folder};
use super::rules::{Level, Part, UnitRecord, clean_names};
use super::store::{self, Succession, Unit};
use crate::import_report::{FileReport, Outcome, Progress};

/// Lists of units were loaded; carries [`ImportedFiles`].
pub(crate) const IMPORTED: EventKind =
    EventKind { name: "administrative-units.imported.v1", subject: "administrative-unit-imports" };

/// How many lines of which files were taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ImportedFiles {
    /// The files, in the order in which they were read.
    files: Vec<ImportedFile>,
}

/// One file of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ImportedFile {
    /// Its name.
    file: String,
    /// Hash of its content, in hexadecimal digits.
    sha256: String,
    /// Lines below the header.
    read: usize,
    /// Lines that are new.
    loaded: usize,
    /// Lines that changed what was known.
    changed: usize,
    /// Lines that were known as they stand.
    unchanged: usize,
    /// Lines that were refused.
    refused: usize,
}

/// Loads the files of a folder that are known by their names: `provinces_2025.csv`, `communes_2025.csv`,
/// `provinces_before_2025-07.csv`, `districts_before_2025-07.csv`, `communes_before_2025-07.csv`,
/// `mapping_provinces_old_to_new.csv`, `mapping_communes_old_to_new.csv`, or `provinces.csv`, `communes.csv` and
/// `mapping.csv` with days of their own. Returns what became of every line.
///
/// # Errors
/// When the folder has no such file, a header is wrong, or the database fails; nothing is changed then.
pub async fn import(
    db: &Db,
    journal: &Journal,
    tenant: Uuid,
    folder: &Path,
    progress: Progress<'_>,
) -> Result<Vec<FileReport>> {
    let folder = folder.to_owned();
    let files = tokio::task::spawn_blocking(move || read_folder(&folder)).await.map_err(Error::internal)??;
    let known = db
        .read("units_known", move |conn| Ok((store::all(conn, tenant)?, store::all_successions(conn, tenant)?)))
        .await?;
    let mut registry = Registry::new(known.0, known.1);
    let lines: usize = files.iter().map(SourceFile::len).sum();
    let (mut done, mut reports, mut hashes) = (0, Vec::new(), Vec::new());
    for file in files {
        done += file.len();
        hashes.push(file.sha256.clone());
        reports.push(registry.take(file));
        progress(done, lines);
    }
    if reports.iter().any(|report| report.changes() > 0) {
        let facts = facts(&reports, &hashes)?;
        let (journal, stamp) = (journal.clone(), Stamp::by_service(journal.service(), tenant, &db.clock));
        let changes = Arc::new(registry.changes());
        db.write("units_import", move |tx| {
            changes.write(tx, tenant)?;
            journal.record(tx, &stamp, &Change { kind: IMPORTED, subject: new_id(), version: 1, data: &facts })?;
            Ok(())
        })
        .await?;
    }
    Ok(reports)
}

fn facts(reports: &[FileReport], hashes: &[String]) -> Result<serde_json::Value> {
    let files = reports.iter().zip(hashes).map(|(report, sha256)| ImportedFile {
        file: report.file.clone(),
        sha256: sha256.clone(),
        read: report.read,
        loaded: report.loaded,
        changed: report.changed,
        unchanged: report.unchanged,
        refused: report.refused.len(),
    });
    serde_json::to_value(ImportedFiles { files: files.collect() }).map_err(Error::internal)
}

impl SourceFile {
    fn len(&self) -> usize {
        match &self.rows {
            Rows::Units(rows) => rows.len(),
            Rows::Mapping(rows) => rows.len(),
        }
    }
}

/// What is known of units while files are taken in, and what of it is not written yet.
struct Registry {
    units: Vec<Unit>,
    by_code: HashMap<(Level, String), Vec<usize>>,
    successions: BTreeMap<(Uuid, Uuid), Succession>,
    new: BTreeSet<usize>,
    changed: BTreeSet<usize>,
    new_successions: BTreeSet<(Uuid, Uuid)>,
    changed_successions: BTreeSet<(Uuid, Uuid)>,
}

impl Registry {
    fn new(units: Vec<Unit>, successions: Vec<Succession>) -> Self {
        let mut registry = Self {
            units: Vec::new(),
            by_code: HashMap::new(),
            successions: successions.into_iter().map(|told| ((told.predecessor, told.successor), told)).collect(),
            new: BTreeSet::new(),
            changed: BTreeSet::new(),
            new_successions: BTreeSet::new(),
            changed_successions: BTreeSet::new(),
        };
        for unit in units {
            registry.add(unit);
        }
        registry
    }

    fn add(&mut self, unit: Unit) -> usize {
        let at = self.units.len();
        self.by_code.entry((unit.record.level, unit.record.code.clone())).or_default().push(at);
        self.units.push(unit);
        at
    }

    fn take(&mut self, file: SourceFile) -> FileReport {
        let mut report = file.report;
        match file.rows {
            Rows::Units(rows) => {
                for row in rows {
                    match self.take_unit(&row, &mut report) {
                        Ok(outcome) => report.take(outcome),
                        Err(reason) => report.refuse(row.line, reason),
                    }
                }
            }
            Rows::Mapping(rows) => {
                for row in rows {
                    match self.take_mapping(&row, &mut report) {
                        Ok(outcome) => report.take(outcome),
                        Err(reason) => report.refuse(row.line, reason),
                    }
                }
            }
        }
        // Reading and taking refuse in turns; a person reads from the top.
        report.refused.sort_by_key(|remark| remark.line);
        report.warnings.sort_by_key(|remark| remark.line);
        report
    }

    fn take_unit(&mut self, row: &UnitRow, report: &mut FileReport) -> Result<Outcome, Text> {
        self.check_above(row, report)?;
        match self.same_unit(&row.record)? {
            None => {
                let at = self.add(Unit { id: new_id(), record: row.record.clone() });
                self.new.insert(at);
                Ok(Outcome::Loaded)
            }
            Some(at) => Ok(self.update(at, &row.record)),
        }
    }

    fn update(&mut self, at: usize, row: &UnitRecord) -> Outcome {
        let Some(unit) = self.units.get_mut(at) else { return Outcome::Unchanged };
        let merged = unit.record.with(row);
        if unit.record == merged {
            return Outcome::Unchanged;
        }
        unit.record = merged;
        if !self.new.contains(&at) {
            self.changed.insert(at);
        }
        Outcome::Changed
    }

    /// The unit a row tells of again, if any.
    fn same_unit(&self, record: &UnitRecord) -> Result<Option<usize>, Text> {
        let of_code = self.by_code.get(&(record.level, record.code.clone())).map_or(&[][..], Vec::as_slice);
        let known = |at: &&usize| self.units.get(**at).is_some_and(|unit| unit.record.overlaps(record));
        let same: Vec<usize> = of_code.iter().filter(known).copied().collect();
        let taken = || {
            Text::new(
                format!("Mã {} đã thuộc về đơn vị khác trong cùng thời gian.", record.code),
                format!("Another unit has the code {} on some of these days.", record.code),
            )
        };
        match same.as_slice() {
            [] => Ok(None),
            [at] => {
                let start = self.units.get(*at).and_then(|unit| unit.record.valid_from);
                // Two known beginnings that differ are two units, and one code can't be both at once.
                let differs = start.zip(record.valid_from).is_some_and(|(known, told)| known != told);
                if differs { Err(taken()) } else { Ok(Some(*at)) }
            }
            _ => Err(taken()),
        }
    }

    fn valid_on(&self, level: Level, code: &str, on: NaiveDate) -> Option<&Unit> {
        let of_code = self.by_code.get(&(level, code.to_owned()))?;
        of_code.iter().filter_map(|at| self.units.get(*at)).find(|unit| unit.record.is_valid(on))
    }

    fn check_above(&self, row: &UnitRow, report: &mut FileReport) -> Result<(), Text> {
        let record = &row.record;
        let Some(on) = record.one_day() else { return Ok(()) };
        let district = record.parent_code.as_ref().filter(|parent| Some(*parent) != record.province_code.as_ref());
        let above = [
            (Level::District, district, &row.district_name),
            (Level::Province, record.province_code.as_ref(), &row.province_name),
        ];
        for (level, code, name) in above {
            let Some(code) = code else { continue };
            let unit = self.valid_on(level, code, on).ok_or_else(|| {
                Text::new(
                    format!("Không có đơn vị cấp {level} mang mã {code} vào ngày {on}."),
                    format!("There is no {level} with the code {code} on {on}."),
                )
            })?;
            let elsewhere = level == Level::District && unit.record.province_code != record.province_code;
            let known = &unit.record.full_name;
            if elsewhere || name.as_ref().is_some_and(|name| !same_name(name, known)) {
                report.warn(
                    row.line,
                    Text::new(
                        format!("Đơn vị cấp trên {code} là “{known}”, khác với dòng này."),
                        format!("The unit above, {code}, is “{known}”, unlike this line says."),
                    ),
                );
            }
        }
        Ok(())
    }

    fn take_mapping(&mut self, row: &MappingRow, report: &mut FileReport) -> Result<Outcome, Text> {
        let new = self.valid_on(row.new_level, &row.new_code, REFORM).ok_or_else(|| {
            Text::new(
                format!("Không có đơn vị mới mang mã {} từ ngày {REFORM}.", row.new_code),
                format!("There is no new unit with the code {} on {REFORM}.", row.new_code),
            )
        })?;
        let successor = new.id;
        warn_of_name(report, row.line, row.new_name.as_deref(), &new.record);
        let predecessor = self.predecessor(row, report)?;
        let told = Succession {
            predecessor,
            successor,
            part: row.part,
            effective_on: REFORM,
            resolution: row.resolution.clone(),
            confidence: row.confidence.clone(),
        };
        let key = (predecessor, successor);
        let others = self.successions.range((predecessor, Uuid::nil())..=(predecessor, Uuid::max()));
        let others: Vec<Part> = others.filter(|(other, _)| **other != key).map(|(_, told)| told.part).collect();
        if !others.is_empty() && (row.part == Part::Full || others.contains(&Part::Full)) {
            report.warn(
                row.line,
                Text::new(
                    format!("Đơn vị {} vừa được nhập toàn bộ vừa có phần khác.", row.old_code),
                    format!("The unit {} went as a whole, and in part elsewhere.", row.old_code),
                ),
            );
        }
        Ok(self.put_succession(key, told))
    }

    fn put_succession(&mut self, key: (Uuid, Uuid), told: Succession) -> Outcome {
        let merged = match self.successions.get(&key) {
            None => {
                self.new_successions.insert(key);
                self.successions.insert(key, told);
                return Outcome::Loaded;
            }
            Some(known) => {
                let text = |new: &String, old: &String| if new.is_empty() { old.clone() } else { new.clone() };
                let resolution = text(&told.resolution, &known.resolution);
                let confidence = text(&told.confidence, &known.confidence);
                let merged = Succession { resolution, confidence, ..told };
                if *known == merged {
                    return Outcome::Unchanged;
                }
                merged
            }
        };
        self.successions.insert(key, merged);
        if !self.new_successions.contains(&key) {
            self.changed_successions.insert(key);
        }
        Outcome::Changed
    }

    /// The unit that ended with the reform; made from the mapping when no list tells of it.
    fn predecessor(&mut self, row: &MappingRow, report: &mut FileReport) -> Result<Uuid, Text> {
        let last_day = REFORM.pred_opt().unwrap_or(REFORM);
        if let Some(unit) = self.valid_on(row.old_level, &row.old_code, last_day) {
            warn_of_name(report, row.line, Some(&row.old_name), &unit.record);
            return Ok(unit.id);
        }
        let names = clean_names("", &row.old_name, "")?;
        let record = UnitRecord {
            level: row.old_level,
            code: row.old_code.clone(),
            name: names.name,
            full_name: names.full_name,
            full_name_en: String::new(),
            kind: names.kind,
            parent_code: None,
            province_code: None,
            valid_from: None,
            valid_to: Some(REFORM),
            resolution: String::new(),
        };
        let id = new_id();
        let at = self.add(Unit { id, record });
        self.new.insert(at);
        Ok(id)
    }

    fn changes(self) -> Changes {
        let pick = |places: &BTreeSet<usize>| places.iter().filter_map(|at| self.units.get(*at)).cloned().collect();
        let told =
            |keys: &BTreeSet<(Uuid, Uuid)>| keys.iter().filter_map(|key| self.successions.get(key)).cloned().collect();
        Changes {
            new: pick(&self.new),
            changed: pick(&self.changed),
            new_successions: told(&self.new_successions),
            changed_successions: told(&self.changed_successions),
        }
    }
}

fn warn_of_name(report: &mut FileReport, line: u64, told: Option<&str>, known: &UnitRecord) {
    let Some(told) = told else { return };
    if !same_name(told, &known.full_name) {
        let (code, name) = (&known.code, &known.full_name);
        report.warn(
            line,
            Text::new(
                format!("Đơn vị {code} có tên “{name}”, dòng này ghi “{told}”."),
                format!("The unit {code} is called “{name}”; the line says “{told}”."),
            ),
        );
    }
}

/// Capitals of the type differ between lists.
fn same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// What an import writes.
struct Changes {
    new: Vec<Unit>,
    changed: Vec<Unit>,
    new_successions: Vec<Succession>,
    changed_successions: Vec<Succession>,
}

impl Changes {
    fn write(&self, tx: &mut Conn, tenant: Uuid) -> TxResult<()> {
        store::insert(tx, tenant, &self.new)?;
        self.changed.iter().try_for_each(|unit| store::replace(tx, tenant, unit))?;
        store::insert_successions(tx, tenant, &self.new_successions)?;
        store::put_successions(tx, tenant, &self.changed_successions)
    }
}
