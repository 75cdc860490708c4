//! Exports (xuất dữ liệu): every table of the service as a file that people open in a spreadsheet program.
//!
//! A table is a head and rows of typed cells; CSV and XLSX are written from it alone, so both say the same. Numbers are
//! numbers there and texts are texts: nothing that somebody wrote becomes a formula. A list that is answered page by page is
//! exported whole: all that the caller may see, read page by page within one snapshot, so that it is as long as its figure.

mod asked;
mod csv_file;
mod list;
mod table;
mod workbook;
mod writer;

pub use asked::{TableFormat, TableQuery};

pub(crate) use asked::{File, file};
pub(crate) use list::{serve, whole, whole_list};
pub(crate) use table::{Cell, Column, Head, Kind, decimal, instant, number, text};
pub(crate) use writer::{Writer, turn};
