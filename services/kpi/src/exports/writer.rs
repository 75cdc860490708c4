//! Writing a table row by row.

use motcua_kernel::{Error, Kind, Result};
use motcua_web::{Reply, WebResult};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::asked::{File, FileFormat};
use super::csv_file::CsvFile;
use super::table::{Cell, Head};
use super::workbook::Book;

/// So many lists are made at once: each holds a connection while it is read, and its file in memory until it is made.
static TURNS: Semaphore = Semaphore::const_new(4);
/// More rows than a spreadsheet is read in. Narrower questions have fewer.
const MOST: usize = 100_000;

/// A table being written.
pub(crate) struct Writer {
    name: String,
    sink: Sink,
    rows: usize,
    turn: Option<SemaphorePermit<'static>>,
}

/// Waits until a list may be made.
///
/// # Errors
/// Never in practice.
pub(crate) async fn turn() -> Result<SemaphorePermit<'static>> {
    TURNS.acquire().await.map_err(Error::internal)
}

enum Sink {
    Csv(Box<CsvFile>),
    Xlsx(Box<Book>),
}

impl Writer {
    /// Begins a table with its headings.
    ///
    /// # Errors
    /// When they can't be written, which is a defect.
    pub(crate) fn begin(head: &Head, file: File) -> Result<Self> {
        let language = file.language;
        let (sink, ending) = match file.format {
            FileFormat::Csv => {
                let headings = head.columns.iter().map(|column| column.name.in_language(language));
                (Sink::Csv(Box::new(CsvFile::begin(headings)?)), "csv")
            }
            FileFormat::Xlsx => (Sink::Xlsx(Box::new(Book::begin(head, language)?)), "xlsx"),
        };
        Ok(Self { name: format!("{}.{ending}", plain(&head.file)), sink, rows: 0, turn: None })
    }

    /// Writes a row, a cell for every column.
    ///
    /// # Errors
    /// `export.too_long` beyond 100,000 rows; when it can't be written, which is a defect.
    pub(crate) fn row(&mut self, cells: &[Cell]) -> Result<()> {
        self.rows += 1;
        if self.rows > MOST {
            return Err(too_long());
        }
        match &mut self.sink {
            Sink::Csv(file) => file.row(cells),
            Sink::Xlsx(book) => book.row(cells),
        }
    }

    /// The same, made in a turn that ends with it.
    pub(crate) fn during(mut self, turn: SemaphorePermit<'static>) -> Self {
        self.turn = Some(turn);
        self
    }

    /// The table as the answer of a handler.
    ///
    /// # Errors
    /// When it can't be written, which is a defect.
    pub(crate) async fn reply(self) -> WebResult {
        let Self { name, sink, turn, .. } = self;
        let media_type = match sink {
            Sink::Csv(_) => "text/csv; charset=utf-8; header=present",
            Sink::Xlsx(_) => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        };
        let finish = move || match sink {
            Sink::Csv(file) => file.finish(),
            Sink::Xlsx(book) => book.finish(),
        };
        let bytes = tokio::task::spawn_blocking(finish).await.map_err(Error::internal)??;
        drop(turn);
        Reply::file(&name, media_type, bytes)
    }
}

/// A name that every system can keep: what is no letter, digit, point or hyphen becomes a hyphen.
fn plain(name: &str) -> String {
    let kept = |sign: char| if sign.is_ascii_alphanumeric() || sign == '.' { sign.to_ascii_lowercase() } else { '-' };
    name.chars().map(kept).collect()
}

fn too_long() -> Error {
    Error::new(
        Kind::Invalid,
        "export.too_long",
        "Bảng có hơn 100.000 dòng; hãy thu hẹp bằng kỳ ngắn hơn, cơ quan nhỏ hơn hoặc thêm bộ lọc.",
        "The table has more than 100,000 rows; narrow it by a shorter period, a smaller agency or another filter.",
    )
    .with("most_rows", MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::table::{Column, Kind as Of, number};
    use motcua_kernel::Text;
    use motcua_kernel::text::Language;

    #[test]
    fn a_table_ends_at_the_limit_and_says_so() {
        let head = Head {
            file: "H50/2026 mục".to_owned(),
            title: Text::new("Bảng", "Table"),
            columns: vec![Column::new(Of::Number, "Số", "Number")],
            made_at: chrono::DateTime::UNIX_EPOCH,
        };
        let file = File { format: FileFormat::Csv, language: Language::English };
        let mut writer = Writer::begin(&head, file).unwrap();
        assert_eq!(writer.name, "h50-2026-m-c.csv");
        for row in 0..100_000 {
            writer.row(&[number(row)]).unwrap();
        }
        assert_eq!(writer.row(&[number(1)]).unwrap_err().code, "export.too_long");
    }
}
