//! `motcua import indicators`: versions of sets from a file or from every YAML file of a folder.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use motcua_db::Db;
use motcua_journal::{Journal, Stamp};
use motcua_kernel::{Error, Kind, Result, Text, Uuid};

use super::faults::DefinitionFault;
use super::reading::read;
use super::recording::{Recorded, canonical, record};
use super::yaml::LARGEST_TEXT;

/// What became of a file.
#[derive(Debug, Clone)]
pub struct ImportReport {
    /// The file.
    pub file: PathBuf,
    /// What became of it.
    pub outcome: Imported,
}

/// What became of a version.
#[derive(Debug, Clone)]
pub enum Imported {
    /// It is new: code and version.
    Recorded(String, String),
    /// It was there, as it is: code and version.
    Unchanged(String, String),
    /// It is wrong in these places.
    Wrong(Vec<DefinitionFault>),
    /// It can't be recorded beside what there is: code and reason.
    Refused(String, Text),
}

/// Imports a file, or every `.yaml` and `.yml` of a folder in the order of their names, each by itself.
///
/// # Errors
/// When the path can't be read, a folder has no such file, or the database fails.
pub async fn import(db: &Db, journal: &Journal, tenant: Uuid, path: &Path) -> Result<Vec<ImportReport>> {
    let mut reports = Vec::new();
    for file in files(path)? {
        let outcome = match text_of(&file)? {
            Ok(text) => one(db, journal, tenant, &text).await?,
            Err(fault) => Imported::Wrong(vec![fault]),
        };
        reports.push(ImportReport { file, outcome });
    }
    Ok(reports)
}

async fn one(db: &Db, journal: &Journal, tenant: Uuid, text: &str) -> Result<Imported> {
    let text = canonical(text);
    let set = match read(&text) {
        Ok(set) => set,
        Err(faults) => return Ok(Imported::Wrong(faults)),
    };
    let (code, version) = (set.code.clone(), set.version.clone());
    let (own, clock) = (journal.clone(), db.clock.clone());
    let recorded = db.write("indicator_set_import", move |tx| {
        let stamp = Stamp::by_command("service:import", tenant, &clock);
        record(tx, &own, &stamp, &set, &text)
    });
    match recorded.await {
        Ok(Recorded::New(_)) => Ok(Imported::Recorded(code, version)),
        Ok(Recorded::Known(_)) => Ok(Imported::Unchanged(code, version)),
        Err(error) if error.kind == Kind::Conflict => Ok(Imported::Refused(error.code, error.detail)),
        Err(error) => Err(error),
    }
}

fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unread = |error| unreadable(path, &error);
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unread)? {
        let file = entry.map_err(unread)?.path();
        let yaml =
            file.extension().is_some_and(|end| end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml"));
        if yaml && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        let shown = path.display();
        return Err(Error::malformed(
            "import.no_files",
            format!("{shown}: không có tệp .yaml nào."),
            format!("{shown}: there is no .yaml file."),
        ));
    }
    Ok(files)
}

/// The text of a file; a fault when it is no text or too large to be a definition. No more is read than may be taken.
fn text_of(file: &Path) -> Result<Result<String, DefinitionFault>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(LARGEST_TEXT).unwrap_or(u64::MAX).saturating_add(1);
    let opened = File::open(file).map_err(|error| unreadable(file, &error))?;
    opened.take(limit).read_to_end(&mut bytes).map_err(|error| unreadable(file, &error))?;
    let fault = |line, code: &str, vi: &str, en: &str| DefinitionFault {
        line,
        column: 1,
        path: String::new(),
        code: code.to_owned(),
        message: Text::new(vi, en),
    };
    if bytes.len() > LARGEST_TEXT {
        return Ok(Err(fault(1, "yaml.too_large", "Tệp lớn hơn 1 MB.", "The file is larger than 1 MB.")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Ok(text)),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(good).filter(|byte| **byte == b'\n').count() + 1;
            Ok(Err(fault(line, "yaml.not_utf8", "Tệp không phải UTF-8.", "The file is not UTF-8.")))
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let shown = path.display();
    Error::malformed("import.unreadable", format!("{shown}: không đọc được: {error}"), format!("{shown}: {error}"))
}
