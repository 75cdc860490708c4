//! Exporting whole lists and tables that are there already.

use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::text::Language;
use motcua_kernel::{Cursor, Error, Page, PageRequest, Result};
use motcua_web::WebResult;

use super::asked::File;
use super::table::{Cell, Head};
use super::writer::{Writer, turn};

/// Rows that are read together: more than a page of the API has, because nobody waits for the first.
const TOGETHER: u32 = 5_000;

/// A table whose rows are there.
///
/// # Errors
/// `export.too_long`.
pub(crate) async fn serve(head: &Head, file: File, rows: impl IntoIterator<Item = Vec<Cell>>) -> WebResult {
    let mut writer = Writer::begin(head, file)?;
    for row in rows {
        writer.row(&row)?;
    }
    writer.reply().await
}

/// Every row of a list, read page by page within one snapshot: none twice, none left out, whatever is written meanwhile.
/// `page` answers a page as the API does.
///
/// # Errors
/// `export.too_long`; `parameter.invalid` for a page of it; what `page` refuses.
pub(crate) async fn whole_list<T, F>(
    db: &Db,
    name: &'static str,
    (head, file, asked): (Head, File, PageRequest),
    page: F,
    row: fn(&T, Language) -> Vec<Cell>,
) -> Result<Writer>
where
    F: Fn(&mut Conn, &PageRequest) -> TxResult<Page<T>> + Send + Sync + 'static,
    T: 'static,
{
    whole(&asked)?;
    let turn = turn().await?;
    let read = db.read_snapshot(name, move |conn| {
        let mut writer = Writer::begin(&head, file)?;
        let mut request = PageRequest { limit: TOGETHER, after: None, count: false };
        loop {
            let read = page(conn, &request)?;
            for item in &read.items {
                writer.row(&row(item, file.language))?;
            }
            match read.next {
                Some(next) => request.after = Some(Cursor(next)),
                None => return Ok(writer),
            }
        }
    });
    Ok(read.await?.during(turn))
}

/// A file is all of a list: where a page began says nothing there, and passing it over would leave rows out silently.
pub(crate) fn whole(asked: &PageRequest) -> Result<()> {
    if asked.after.is_none() {
        return Ok(());
    }
    Err(Error::malformed(
        "parameter.invalid",
        "Tham số `after` chỉ dùng với format=json: tệp CSV, XLSX có mọi dòng.",
        "The parameter `after` goes with format=json alone: a CSV or XLSX file has all rows.",
    )
    .with("parameter", "after"))
}
