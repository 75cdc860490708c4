//! Any official book or list (sổ, danh mục, mục lục) that is one table: Decree 30/2020/NĐ-CP, Annexes IV to VI.

use crate::form::Letterhead;
use crate::sheet::{Column, Head, Sheet, Table, printable};
use crate::words;

/// A book, or the part of it that is printed. Carries whatever its rows carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// The head of the paper.
    pub letterhead: Letterhead,
    /// What it is; printed in capitals.
    pub title: String,
    /// Which part, of when.
    pub subtitle: Option<String>,
    /// Its columns, from left to right.
    pub columns: Vec<Column>,
    /// Its rows, a cell for every column.
    pub rows: Vec<Vec<String>>,
    /// Small print at the end.
    pub notes: Vec<String>,
}

impl Book {
    /// The book as a page that lies on its side.
    #[must_use]
    pub fn sheet(&self) -> Sheet {
        let heads = self.columns.iter().map(|column| Head { group: None, columns: vec![*column] }).collect();
        let mut table = Table::new("", heads);
        for row in &self.rows {
            table.row(row);
        }
        let head = &self.letterhead;
        Sheet {
            landscape: true,
            superior: head.superior.as_deref().map(|name| printable(&name.to_uppercase())),
            agency: printable(&head.agency.to_uppercase()),
            reference: head.number.as_deref().map(|number| printable(&format!("Số: {number}"))),
            place_and_date: printable(&words::place_and_day(head.place.as_deref(), head.date)),
            title: printable(&self.title.to_uppercase()),
            subtitle: self.subtitle.as_deref().map(printable),
            qr: None,
            blocks: vec![table.block()],
            signatures: Vec::new(),
            notes: self.notes.iter().map(|note| printable(note)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_on_the_page_and_no_text_is_markup() {
        let column = |label, width| Column { label, width, centred: false };
        let book = Book {
            title: "Sổ đăng ký văn bản đi".into(),
            columns: vec![column("Số\n(1)", 10), column("Trích yếu\n(2)", 30)],
            rows: vec![
                vec!["01/QĐ-UBND".into(), "<b>đậm</b>".into()],
                vec!["02/QĐ-UBND".into(), "=HYPERLINK(\"x\")".into()],
            ],
            ..Book::default()
        };
        let page = crate::page(&book.sheet());
        assert!(page.contains("SỔ ĐĂNG KÝ VĂN BẢN ĐI") && page.contains("02/QĐ-UBND"));
        assert!(page.contains("&lt;b&gt;đậm") && !page.contains("<b>đậm"));
    }
}
