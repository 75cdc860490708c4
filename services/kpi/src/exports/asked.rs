//! As what a table is asked for.

use motcua_kernel::text::Language;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::pages::http::PageLanguage;

/// As what a table is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TableFormat {
    /// JSON; lists page by page.
    Json,
    /// All rows as CSV in UTF-8 with a byte order mark, by which spreadsheet programs know it; numbers have a point.
    Csv,
    /// All rows as a workbook (XLSX).
    Xlsx,
}

/// As what a list without other questions is asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TableQuery {
    /// As what; JSON when left out.
    #[param(inline)]
    pub format: Option<TableFormat>,
    /// The language of a file's headings and texts; Vietnamese when left out.
    #[param(inline)]
    pub lang: Option<PageLanguage>,
}

impl TableQuery {
    /// The file that is asked for; none where the answer is JSON.
    pub(crate) fn file(&self) -> Option<File> {
        file(self.format, self.lang)
    }
}

/// What a file is made as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileFormat {
    /// Comma-separated values (RFC 4180).
    Csv,
    /// A workbook.
    Xlsx,
}

/// A file that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct File {
    /// As what.
    pub format: FileFormat,
    /// The language of its headings.
    pub language: Language,
}

/// The file that is asked for; none where the answer is JSON.
pub(crate) fn file(format: Option<TableFormat>, language: Option<PageLanguage>) -> Option<File> {
    let format = match format {
        None | Some(TableFormat::Json) => return None,
        Some(TableFormat::Csv) => FileFormat::Csv,
        Some(TableFormat::Xlsx) => FileFormat::Xlsx,
    };
    Some(File { format, language: language.map_or(Language::Vietnamese, PageLanguage::language) })
}
