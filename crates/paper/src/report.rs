//! Any report (báo cáo, bản tin) that is sentences, tables and drawings under the head of an agency.

use crate::form::Letterhead;
use crate::sheet::{Block, Sheet, Signature, printable};
use crate::words;

/// A report before it is laid out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The head of the paper.
    pub letterhead: Letterhead,
    /// Whether the page lies on its side.
    pub landscape: bool,
    /// What it is; printed in capitals.
    pub title: String,
    /// Of whom, of when.
    pub subtitle: Option<String>,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Who signs, from left to right.
    pub signatures: Vec<Signature>,
    /// Small print at the end.
    pub notes: Vec<String>,
}

impl Report {
    /// The report as a page.
    #[must_use]
    pub fn sheet(&self) -> Sheet {
        let head = &self.letterhead;
        Sheet {
            landscape: self.landscape,
            superior: head.superior.as_deref().map(|name| printable(&name.to_uppercase())),
            agency: printable(&head.agency.to_uppercase()),
            reference: head.number.as_deref().map(|number| printable(&format!("Số: {number}"))),
            place_and_date: printable(&words::place_and_day(head.place.as_deref(), head.date)),
            title: printable(&self.title.to_uppercase()),
            subtitle: self.subtitle.as_deref().map(printable),
            qr: None,
            blocks: self.blocks.clone(),
            signatures: self.signatures.clone(),
            notes: self.notes.iter().map(|note| printable(note)).collect(),
        }
    }
}
