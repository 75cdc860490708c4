//! A form as a page has it: head, title, lines, tables, signatures. It knows nothing of the law and nothing of HTML or PDF; the forms
//! write it, the printers read it.

use serde::Serialize;

use crate::qr::Qr;

/// One form, ready to be printed. Every text in it is plain: a printer must never read it as markup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// Whether the page lies on its side.
    pub landscape: bool,
    /// The agency above, in capitals.
    pub superior: Option<String>,
    /// The agency that issues, in capitals.
    pub agency: String,
    /// Number and notation.
    pub reference: Option<String>,
    /// Place and date.
    pub place_and_date: String,
    /// The title, in capitals.
    pub title: String,
    /// The line under the title.
    pub subtitle: Option<String>,
    /// The code to scan.
    pub qr: Option<Qr>,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Who signs, from left to right.
    pub signatures: Vec<Signature>,
    /// Small print at the end.
    pub notes: Vec<String>,
}

/// What a form adds to the head and the foot that all of them share.
pub(crate) struct Body {
    pub(crate) subtitle: Option<String>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) signatures: Vec<Signature>,
}

/// A part of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// Facts beside each other on one line.
    Fields {
        /// From left to right.
        fields: Vec<Field>,
    },
    /// A sentence.
    Paragraph {
        /// Its text.
        text: String,
    },
    /// To whom the paper goes (Kính gửi).
    Addressee {
        /// The name.
        text: String,
    },
    /// A table.
    Table(Table),
    /// A drawing of our own.
    Picture(Picture),
}

/// A drawing. It is markup, so it is made by programs and holds nothing that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// SVG, whole.
    pub svg: String,
    /// What it shows, above it.
    pub caption: String,
    /// The same in words, for who can't see it.
    pub alt: String,
}

/// A fact and its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name, without the colon.
    pub label: String,
    /// The fact; nothing is a dotted line.
    pub value: Option<String>,
    /// Whether it stands out.
    pub strong: bool,
}

/// A table whose head comes again on every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it lists; printed above it.
    pub caption: String,
    /// The head, from left to right.
    pub heads: Vec<Head>,
    /// The rows; every row has a cell for every column.
    pub rows: Vec<Vec<String>>,
    /// Whether rows leave room for signatures.
    pub tall_rows: bool,
    /// Whether centred cells are numbers as they are written in Vietnamese (`1.234,5`): a workbook keeps them as numbers.
    pub numbers: bool,
}

/// A column, or several under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// What stands above the columns; nothing where a column stands alone.
    pub group: Option<String>,
    /// The columns.
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its heading.
    pub label: &'static str,
    /// Its share of the width.
    pub width: u32,
    /// Whether its cells are centred.
    pub centred: bool,
}

/// A place to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// In what capacity, line by line.
    pub capacity: Vec<String>,
    /// What to do here.
    pub hint: &'static str,
    /// Who signs, when known.
    pub name: Option<String>,
}

impl Block {
    /// One fact on a line.
    #[must_use]
    pub fn field(label: &str, value: Option<&str>) -> Self {
        Self::Fields { fields: vec![Field::new(label, value)] }
    }

    /// One fact that stands out.
    pub(crate) fn strong(label: &str, value: Option<&str>) -> Self {
        Self::Fields { fields: vec![Field { strong: true, ..Field::new(label, value) }] }
    }

    /// Facts beside each other.
    #[must_use]
    pub fn beside(fields: &[(&str, Option<&str>)]) -> Self {
        Self::Fields { fields: fields.iter().map(|(label, value)| Field::new(label, *value)).collect() }
    }

    /// A sentence.
    #[must_use]
    pub fn paragraph(text: &str) -> Self {
        Self::Paragraph { text: printable(text) }
    }

    /// To whom the paper goes.
    pub(crate) fn addressee(name: &str) -> Self {
        Self::Addressee { text: printable(name) }
    }
}

impl Field {
    fn new(label: &str, value: Option<&str>) -> Self {
        let value = value.map(printable).filter(|value| !value.trim().is_empty());
        Self { label: label.to_owned(), value, strong: false }
    }
}

impl Table {
    /// A table of these columns, without rows.
    #[must_use]
    pub fn new(caption: &str, heads: Vec<Head>) -> Self {
        Self { caption: caption.to_owned(), heads, rows: Vec::new(), tall_rows: false, numbers: false }
    }

    /// Adds a row, a cell for every column.
    pub fn row(&mut self, cells: &[String]) {
        self.rows.push(cells.iter().map(|cell| printable(cell)).collect());
    }

    /// The columns, from left to right.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.heads.iter().flat_map(|head| &head.columns)
    }

    /// The table as a block; a table without rows gets three empty ones, to be filled in by hand.
    #[must_use]
    pub fn block(mut self) -> Block {
        if self.rows.is_empty() {
            let cells = self.columns().count();
            self.rows = vec![vec![String::new(); cells]; 3];
        }
        Block::Table(self)
    }
}

impl Head {
    /// A column whose cells are texts.
    #[must_use]
    pub fn text(label: &'static str, width: u32) -> Self {
        Self { group: None, columns: vec![Column::text(label, width)] }
    }

    /// A column whose cells are centred.
    #[must_use]
    pub fn centred(label: &'static str, width: u32) -> Self {
        Self { group: None, columns: vec![Column::centred(label, width)] }
    }

    /// Columns under one heading.
    #[must_use]
    pub fn group(group: &str, columns: Vec<Column>) -> Self {
        Self { group: Some(group.to_owned()), columns }
    }
}

impl Column {
    /// A column whose cells are texts.
    #[must_use]
    pub const fn text(label: &'static str, width: u32) -> Self {
        Self { label, width, centred: false }
    }

    /// A column whose cells are centred.
    #[must_use]
    pub const fn centred(label: &'static str, width: u32) -> Self {
        Self { label, width, centred: true }
    }
}

impl Signature {
    /// Somebody who signs by hand and writes the name.
    #[must_use]
    pub fn by_hand(capacity: &str, name: Option<&str>) -> Self {
        Self { capacity: vec![capacity.to_owned()], hint: "(Ký và ghi rõ họ tên)", name: name.map(printable) }
    }
}

/// A text as paper can show it: line breaks stay, other control characters become spaces, and the marks that reverse the direction of
/// writing go, because with them a name could read as another one.
pub(crate) fn printable(text: &str) -> String {
    let turns =
        |sign: char| matches!(sign, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.replace("\r\n", "\n")
        .chars()
        .filter(|sign| !turns(*sign))
        .map(|sign| if sign.is_control() && sign != '\n' { ' ' } else { sign })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_turns_the_direction_or_carries_control_characters() {
        assert_eq!(printable("Nguyễn\u{202e}Văn\u{0} A\r\nB\tC"), "NguyễnVăn  A\nB C");
    }

    #[test]
    fn a_blank_fact_is_a_dotted_line() {
        assert_eq!(Field::new("Địa chỉ", Some(" \u{0}")).value, None);
    }
}
