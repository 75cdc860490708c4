//! Prints forms: holds what every print shares, and turns one form into the bytes of one file.

use std::path::Path;
use std::sync::OnceLock;

use chrono::{DateTime, Datelike, Timelike, Utc};
use motcua_kernel::time::vietnam;
use motcua_paper::{Form, Sheet};
use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Datetime};
use typst::syntax::{FileId, PathError, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::fonts::{DIRECTORIES, Fonts};
use crate::world::FormWorld;

const TEMPLATE: &str = include_str!("sheet.typ");

/// Prints forms as PDF. Make one and share it: it holds the fonts; any number of threads may print with it at once. Printing keeps a core
/// busy for some milliseconds, so an async caller gives it a blocking thread.
pub struct Printer {
    library: LazyHash<Library>,
    fonts: Fonts,
    template: Source,
    sheet_file: FileId,
}

/// A form that could not be set. The words of the typesetter are for operators, and name no person.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The form could not be handed to the template.
    #[error("the form is no JSON: {0}")]
    Data(#[from] serde_json::Error),
    /// The template is at fault.
    #[error("the form could not be set: {0}")]
    Typesetting(String),
    /// The name of a file of ours is at fault.
    #[error("a file of the template can't be named: {0}")]
    Path(String),
}

impl Printer {
    /// The printer of this process: fonts are read once.
    ///
    /// # Errors
    /// As [`Printer::new`].
    pub fn shared() -> Result<&'static Self, PdfError> {
        static PRINTER: OnceLock<Printer> = OnceLock::new();
        if let Some(printer) = PRINTER.get() {
            return Ok(printer);
        }
        let made = Self::new()?;
        Ok(PRINTER.get_or_init(|| made))
    }

    /// A printer that uses Liberation Serif where the machine has it.
    ///
    /// # Errors
    /// Never in practice: when typst refuses the names of its own two files.
    pub fn new() -> Result<Self, PdfError> {
        Self::with_fonts_under(&DIRECTORIES.map(Path::new))
    }

    /// A printer that looks for Liberation Serif under these directories alone; without any, the same page on every machine.
    ///
    /// # Errors
    /// As [`Printer::new`].
    pub fn with_fonts_under(directories: &[&Path]) -> Result<Self, PdfError> {
        Ok(Self {
            library: LazyHash::new(Library::default()),
            fonts: Fonts::under(directories),
            template: Source::new(file("/sheet.typ")?, TEMPLATE.to_owned()),
            sheet_file: file("/sheet.json")?,
        })
    }

    /// The form as a PDF file made at this instant: PDF/A-2a, or plain tagged PDF where the text has a sign that no font here can show,
    /// which PDF/A forbids.
    pub fn pdf(&self, form: &Form, made_at: DateTime<Utc>) -> Result<Vec<u8>, PdfError> {
        self.print(&form.sheet(), made_at)
    }

    /// The same of any sheet.
    pub fn print(&self, sheet: &Sheet, made_at: DateTime<Utc>) -> Result<Vec<u8>, PdfError> {
        let world = FormWorld {
            library: &self.library,
            fonts: &self.fonts,
            template: &self.template,
            sheet_file: self.sheet_file,
            sheet: Bytes::new(serde_json::to_vec(sheet)?),
        };
        let document = typst::compile::<PagedDocument>(&world).output.map_err(|faults| typesetting(&faults));
        let file = document.and_then(|document| export(&document, made_at));
        // What typst remembers between prints has names in it, and would grow without end.
        typst::comemo::evict(0);
        file
    }
}

fn export(document: &PagedDocument, made_at: DateTime<Utc>) -> Result<Vec<u8>, PdfError> {
    let options = |standards| PdfOptions {
        timestamp: timestamp(made_at),
        standards,
        creator: typst::foundations::Smart::Custom(Some("motcua".into())),
        ..PdfOptions::default()
    };
    let archival =
        PdfStandards::new(&[PdfStandard::A_2a]).map_err(|fault| PdfError::Typesetting(fault.message().to_string()))?;
    typst_pdf::pdf(document, &options(archival))
        .or_else(|_| typst_pdf::pdf(document, &options(PdfStandards::default())))
        .map_err(|faults| typesetting(&faults))
}

fn timestamp(at: DateTime<Utc>) -> Option<Timestamp> {
    let local = at.with_timezone(&vietnam());
    let part = |number: u32| u8::try_from(number).unwrap_or_default();
    let datetime = Datetime::from_ymd_hms(
        local.year(),
        part(local.month()),
        part(local.day()),
        part(local.hour()),
        part(local.minute()),
        part(local.second()),
    )?;
    Timestamp::new_local(datetime, 7 * 60)
}

fn file(name: &str) -> Result<FileId, PdfError> {
    let path = VirtualPath::new(name).map_err(|fault: PathError| PdfError::Path(format!("{fault:?}")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// What typst says of its template; the values of the form are not in it.
fn typesetting(faults: &[SourceDiagnostic]) -> PdfError {
    PdfError::Typesetting(faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; "))
}
