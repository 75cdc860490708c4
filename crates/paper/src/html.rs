//! The sheet as a page that a browser prints: whole in itself, no script, nothing fetched. Every text goes through maud, which escapes it.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::form::Form;
use crate::sheet::{Block, Field, Head, Sheet, Signature, Table};

const STYLE: &str = include_str!("sheet.css");
const LANDSCAPE: &str =
    "@page { size: A4 landscape; margin: 20mm 15mm; } body { max-width: 267mm; } table { font-size: 10pt; }";

/// A table of at most so many rows stays on one page.
const SHORT: usize = 8;

/// The form as a page ready to be printed.
#[must_use]
pub fn html(form: &Form) -> String {
    page(&form.sheet())
}

/// The sheet as a page ready to be printed.
#[must_use]
pub fn page(sheet: &Sheet) -> String {
    whole(sheet).into_string()
}

fn whole(sheet: &Sheet) -> Markup {
    html! {
        (DOCTYPE)
        html lang="vi" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (sheet.title) @if let Some(subtitle) = &sheet.subtitle { " – " (subtitle) } }
                style { (PreEscaped(STYLE)) @if sheet.landscape { (PreEscaped(LANDSCAPE)) } }
            }
            body {
                (letterhead(sheet))
                main {
                    (title(sheet))
                    @for part in &sheet.blocks { (block(part)) }
                    (signatures(&sheet.signatures))
                }
                @if !sheet.notes.is_empty() {
                    footer { @for note in &sheet.notes { p { (note) } } }
                }
            }
        }
    }
}

fn letterhead(sheet: &Sheet) -> Markup {
    html! {
        header {
            div.issuer {
                @if let Some(superior) = &sheet.superior { p { (superior) } }
                p.agency { (sheet.agency) }
                div.rule {}
                @if let Some(reference) = &sheet.reference { p { (reference) } }
            }
            div.nation {
                p.country { "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" }
                p.motto { "Độc lập - Tự do - Hạnh phúc" }
                div.rule {}
                p.place { (sheet.place_and_date) }
            }
        }
    }
}

fn title(sheet: &Sheet) -> Markup {
    html! {
        div.title {
            div.names {
                h1 { (sheet.title) }
                @if let Some(subtitle) = &sheet.subtitle { p { (subtitle) } }
            }
            @if let Some(qr) = &sheet.qr {
                figure {
                    // Made of numbers alone: see `qr`.
                    (PreEscaped(&qr.svg))
                    @if let Some(reference) = &qr.reference { figcaption { "Mã tra cứu: " b { (reference) } } }
                }
            }
        }
    }
}

fn block(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Fields { fields } => {
                @if let [single] = fields.as_slice() { p { (field(single)) } }
                @else { div.beside { @for one in fields { p { (field(one)) } } } }
            },
            Block::Paragraph { text } => p.sentence { (lines(text)) },
            Block::Addressee { text } => p.addressee { "Kính gửi: " b { (lines(text)) } },
            Block::Table(rows) => (table(rows)),
            Block::Picture(picture) => figure.picture role="img" aria-label=(picture.alt) {
                figcaption { (picture.caption) }
                // Made by programs alone: see `Picture`.
                (PreEscaped(&picture.svg))
            },
        }
    }
}

fn field(field: &Field) -> Markup {
    html! {
        @match &field.value {
            Some(value) if field.strong => { (field.label) ": " b { (lines(value)) } },
            Some(value) => { (field.label) ": " (lines(value)) },
            None => span.open { span { (field.label) ":" } span.blank role="img" aria-label="để trống" {} },
        }
    }
}

fn table(table: &Table) -> Markup {
    let grouped = table.heads.iter().any(|head| head.group.is_some());
    let width: u32 = table.columns().map(|column| column.width).sum::<u32>().max(1);
    html! {
        table.tall[table.tall_rows].short[table.rows.len() <= SHORT] {
            @if !table.caption.is_empty() { caption { (table.caption) } }
            colgroup {
                @for column in table.columns() {
                    col style={ "width:" (f64::from(column.width * 1000 / width) / 10.0) "%" };
                }
            }
            thead {
                tr { @for head in &table.heads { (top_head(head, grouped)) } }
                @if grouped {
                    tr {
                        @for column in table.heads.iter().filter(|head| head.group.is_some()).flat_map(|head| &head.columns) {
                            th scope="col" { (column.label) }
                        }
                    }
                }
            }
            tbody {
                @for row in &table.rows {
                    tr {
                        @for (column, cell) in table.columns().zip(row) {
                            td.centred[column.centred] { (lines(cell)) }
                        }
                    }
                }
            }
        }
    }
}

/// The first row of the head: a group over its columns, or a column as high as both rows.
fn top_head(head: &Head, grouped: bool) -> Markup {
    html! {
        @if let Some(group) = &head.group {
            th scope="colgroup" colspan=(head.columns.len()) { (group) }
        } @else {
            @for column in &head.columns {
                th scope="col" rowspan=[grouped.then_some(2)] { (column.label) }
            }
        }
    }
}

fn signatures(signatures: &[Signature]) -> Markup {
    html! {
        @if !signatures.is_empty() {
            div.signatures {
                @for signature in signatures {
                    div {
                        @for line in &signature.capacity { p { b { (line) } } }
                        p.hint { (signature.hint) }
                        p.name { b { (signature.name.as_deref().unwrap_or_default()) } }
                    }
                }
            }
        }
    }
}

fn lines(text: &str) -> Markup {
    html! {
        @for (at, line) in text.lines().enumerate() {
            @if at > 0 { br; }
            (line)
        }
    }
}
