//! What became of every line of an imported file: loaded, changed, unchanged or refused, and none beside these.

use std::fmt;

use motcua_kernel::Text;
use serde::Serialize;

/// Says how far an import is: lines done, lines in all.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Send + Sync);

/// Something to know about a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// Its number in the file; the header is line 1.
    pub line: u64,
    /// What is the matter.
    pub reason: Text,
}

/// What became of a line that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// New.
    Loaded,
    /// Known, and different now.
    Changed,
    /// Known, as it stands.
    Unchanged,
}

/// What became of the lines of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// The file's name.
    pub file: String,
    /// Lines below the header.
    pub read: usize,
    /// Lines that are new.
    pub loaded: usize,
    /// Lines that changed what was known.
    pub changed: usize,
    /// Lines that say what was known.
    pub unchanged: usize,
    /// Lines that were not taken, each with its reason.
    pub refused: Vec<Remark>,
    /// Lines that were taken although something is odd about them.
    pub warnings: Vec<Remark>,
}

impl FileReport {
    pub(crate) fn new(file: impl Into<String>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    pub(crate) fn take(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Loaded => self.loaded += 1,
            Outcome::Changed => self.changed += 1,
            Outcome::Unchanged => self.unchanged += 1,
        }
    }

    pub(crate) fn refuse(&mut self, line: u64, reason: Text) {
        self.refused.push(Remark { line, reason });
    }

    pub(crate) fn warn(&mut self, line: u64, reason: Text) {
        self.warnings.push(Remark { line, reason });
    }

    /// Lines that made a difference: none in a second run.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.loaded + self.changed
    }
}

impl fmt::Display for FileReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, read, loaded, changed, unchanged, refused, warnings } = self;
        write!(f, "{file}: {read} read, {loaded} loaded, {changed} changed, {unchanged} unchanged, ")?;
        write!(f, "{} refused, {} warnings", refused.len(), warnings.len())
    }
}
