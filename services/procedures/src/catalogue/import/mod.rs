//! Importing a file of procedures (nhập danh mục thủ tục): national records, or lines in our own format.
//!
//! Nothing is dropped silently. Each line ends loaded, loaded with warnings, unchanged, or refused with its reason, and
//! refusals are kept and can be asked for. A procedure is its code; a record that differs from the last one **the same
//! source** gave makes a new version, so a second run changes nothing, and two sources that both know a procedure do not
//! push each other out with every run. The file is read line by line and written in batches, each atomic: killed at any
//! moment, the next run completes what is left.

mod batch;
mod file;
mod lines;
pub(super) mod store;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use motcua_journal::Stamp;
use motcua_kernel::{Error, Result, Text, Uuid, new_id};
use serde::Serialize;
use tokio::sync::mpsc;

use super::Catalogue;
use super::rules::Source;
use batch::Batch;
use store::Counts;

pub(super) use lines::REFUSALS;

/// Lines in one transaction: enough to share a commit, few enough that other writers wait for milliseconds.
const LINES_TOGETHER: usize = 200;
/// How often a batch is tried against other imports that change the same procedures.
const MOST_TRIES: u32 = 5;
/// How many refusals a report lists; all of them can be read from the import afterwards.
const REFUSALS_LISTED: usize = 1000;

/// A file to import: JSON lines, plain or compressed with gzip.
#[derive(Debug)]
pub struct ImportFile<R> {
    /// What people call it.
    pub name: String,
    /// Its bytes as they are stored.
    pub content: R,
    /// Who speaks when the file is in our own format; national records always speak for the national catalogue.
    pub written_by: Source,
}

impl ImportFile<std::fs::File> {
    /// Opens a file of this province or of the national catalogue; also says how many bytes it has, for a progress bar.
    ///
    /// # Errors
    /// When it can't be opened.
    pub fn open(path: &Path) -> Result<(Self, u64)> {
        let fault = |cause: std::io::Error| {
            let shown = path.display();
            Error::malformed(
                "import.unreadable",
                format!("Không mở được tệp {shown}: {cause}."),
                format!("The file {shown} can't be opened: {cause}."),
            )
        };
        let content = std::fs::File::open(path).map_err(fault)?;
        let bytes = content.metadata().map_err(fault)?.len();
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok((Self { name, content, written_by: Source::Local }, bytes))
    }
}

/// How far an import has come; told after each batch is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Lines done.
    pub lines: u64,
    /// Bytes of the file as it is stored that were read for them.
    pub bytes: u64,
}

/// A line that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedLine {
    /// Its number, from 1.
    pub line: u64,
    /// Stable code of the reason.
    pub code: String,
    /// The procedure's code as written, where there is one.
    pub procedure_code: Option<String>,
    /// Why.
    pub reason: Text,
}

/// How an import ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportReport {
    /// The import, to ask for its refusals later.
    pub import_id: Uuid,
    /// Lines read: the sum of the four below.
    pub lines: u64,
    /// Loaded as they are.
    pub loaded: u64,
    /// Loaded with warnings, which are kept with the procedure.
    pub with_warnings: u64,
    /// Nothing new in them.
    pub unchanged: u64,
    /// Refused.
    pub refused: u64,
    /// The first thousand refused lines.
    pub refusals: Vec<RefusedLine>,
    /// How many warnings of each code stand on the lines that were not refused, unchanged ones included.
    pub warnings_by_code: BTreeMap<String, u64>,
    /// How long it took.
    pub seconds: f64,
}

/// Imports a file for a tenant, in the name of an actor as events name one (`service:import`).
///
/// # Errors
/// `import.unreadable` when the file breaks off or is damaged, naming the line; or when the database fails. Batches
/// committed until then stay, and the next run goes on from there.
pub async fn import<R>(
    catalogue: &Catalogue,
    tenant: Uuid,
    actor: &str,
    file: ImportFile<R>,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<ImportReport>
where
    R: Read + Send + 'static,
{
    let started = Instant::now();
    let mut report = ImportReport {
        import_id: new_id(),
        lines: 0,
        loaded: 0,
        with_warnings: 0,
        unchanged: 0,
        refused: 0,
        refusals: Vec::new(),
        warnings_by_code: BTreeMap::new(),
        seconds: 0.0,
    };
    let run = Run { catalogue: catalogue.clone(), tenant, actor: actor.to_owned(), import: report.import_id };
    run.begin(&file.name).await?;
    let outcome = run.all_batches(file, &mut report, &mut progress).await;
    report.seconds = started.elapsed().as_secs_f64();
    match outcome {
        Ok(()) => run.end("finished").await?,
        Err(error) => {
            if let Err(second) = run.end("failed").await {
                tracing::warn!(error = %second, "an import that failed could not be marked as failed");
            }
            return Err(error);
        }
    }
    Ok(report)
}

/// An import that is going on.
#[derive(Clone)]
struct Run {
    catalogue: Catalogue,
    tenant: Uuid,
    actor: String,
    import: Uuid,
}

impl Run {
    fn stamp(&self) -> Stamp {
        Stamp::by_command(&self.actor, self.tenant, &self.catalogue.db.clock)
    }

    async fn begin(&self, file_name: &str) -> Result<()> {
        let (run, name) = (self.clone(), file_name.to_owned());
        let db = &self.catalogue.db;
        db.write("import_begin", move |tx| store::begin(tx, &run.stamp(), run.import, &name)).await
    }

    async fn end(&self, state: &'static str) -> Result<()> {
        let run = self.clone();
        self.catalogue.db.write("import_end", move |tx| store::end(tx, &run.stamp(), run.import, state)).await
    }

    async fn all_batches<R: Read + Send + 'static>(
        &self,
        file: ImportFile<R>,
        report: &mut ImportReport,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<()> {
        // While one batch is written the next is read; more would only fill memory.
        let (sender, mut batches) = mpsc::channel(2);
        let reading = tokio::task::spawn_blocking(move || {
            lines::read(file.content, file.written_by, LINES_TOGETHER, |batch| sender.blocking_send(batch).is_ok())
        });
        while let Some(batch) = batches.recv().await {
            let bytes = batch.bytes;
            for (code, times) in &batch.warnings_by_code {
                *report.warnings_by_code.entry(code.clone()).or_default() += times;
            }
            let room = REFUSALS_LISTED.saturating_sub(report.refusals.len());
            report.refusals.extend(batch.refused().take(room).cloned());
            let counts = self.write(Arc::new(batch), report).await?;
            report.lines = counts.lines;
            report.loaded = counts.loaded;
            report.with_warnings = counts.with_warnings;
            report.unchanged = counts.unchanged;
            report.refused = counts.refused;
            progress(Progress { lines: counts.lines, bytes });
        }
        reading.await.map_err(Error::internal)?
    }

    /// Writes a batch; returns the counts of the whole import with it.
    async fn write(&self, batch: Arc<Batch>, report: &ImportReport) -> Result<Counts> {
        let before = Counts {
            lines: report.lines,
            loaded: report.loaded,
            with_warnings: report.with_warnings,
            unchanged: report.unchanged,
            refused: report.refused,
        };
        let warnings_by_code = Arc::new(serde_json::to_value(&report.warnings_by_code).map_err(Error::internal)?);
        let mut tries = 1;
        loop {
            let (run, batch, warnings_by_code) = (self.clone(), Arc::clone(&batch), Arc::clone(&warnings_by_code));
            let written = self.catalogue.db.write("import_batch", move |tx| {
                let stamp = run.stamp();
                let counts = before + batch.write(tx, &run.catalogue.journal, &stamp, run.import)?;
                store::progress(tx, &stamp, run.import, batch.source, counts, &warnings_by_code)?;
                Ok(counts)
            });
            match written.await {
                Err(error) if error.code == super::store::OVERTAKEN && tries < MOST_TRIES => tries += 1,
                outcome => return outcome,
            }
        }
    }
}
