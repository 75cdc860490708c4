//! The official lists of this room as rows and as paper.

use chrono::{Datelike, NaiveDate};
use motcua_paper::Book;
use motcua_paper::sheet::Column;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::printing::SheetFormat;

/// As what a list is asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListFormatQuery {
    /// As what; JSON when absent.
    #[param(inline)]
    pub format: Option<SheetFormat>,
}

/// An official list in the columns of Decree 30/2020/NĐ-CP, Annex V. Personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfficialList {
    /// What it is.
    pub title: String,
    /// Which part, of when.
    pub subtitle: Option<String>,
    /// The titles of its columns, from left to right.
    pub columns: Vec<String>,
    /// Its rows, a cell for every column.
    pub rows: Vec<Vec<String>>,
    /// What stands below it.
    pub notes: Vec<String>,
}

impl OfficialList {
    /// What a book shows.
    pub(crate) fn of(book: &Book) -> Self {
        Self {
            title: book.title.clone(),
            subtitle: book.subtitle.clone(),
            columns: book.columns.iter().map(|column| column.label.replace('\n', " ")).collect(),
            rows: book.rows.clone(),
            notes: book.notes.clone(),
        }
    }
}

/// A column of a list.
pub(crate) const fn column(label: &'static str, width: u32, centred: bool) -> Column {
    Column { label, width, centred }
}

/// `05/01/2026`.
pub(crate) fn short(day: NaiveDate) -> String {
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

/// From one day to another, or since the first.
pub(crate) fn period(from: NaiveDate, to: Option<NaiveDate>) -> String {
    to.map_or_else(|| format!("từ {}", short(from)), |to| format!("{} - {}", short(from), short(to)))
}
