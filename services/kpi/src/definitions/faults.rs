//! What is wrong with a definition: every fault at once, each with its place, a stable code and words for people.

use motcua_kernel::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// So many faults tell enough; a file of another kind would have one on every line.
const MOST: usize = 200;

/// A place in a text, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
}

/// One thing wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DefinitionFault {
    /// Line of the file, from 1.
    #[schema(minimum = 1, example = 12)]
    pub line: usize,
    /// Column in that line, in characters from 1.
    #[schema(minimum = 1, example = 7)]
    pub column: usize,
    /// JSON Pointer (RFC 6901) to what is wrong; empty for the whole file.
    #[schema(example = "/indicators/3/maximum")]
    pub path: String,
    /// Stable code.
    #[schema(example = "maximum.sum")]
    pub code: String,
    /// What is wrong, for people.
    pub message: Text,
}

/// Faults as they are found.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    found: Vec<DefinitionFault>,
    more: bool,
}

impl Faults {
    pub(crate) fn add(&mut self, place: Place, path: &str, code: &str, vi: impl Into<String>, en: impl Into<String>) {
        if self.found.len() >= MOST {
            self.more = true;
            return;
        }
        let Place { line, column } = place;
        let message = Text::new(vi, en);
        self.found.push(DefinitionFault { line, column, path: path.to_owned(), code: code.to_owned(), message });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them in the order of the file, with a last one that says that there were more than are told.
    pub(crate) fn into_vec(mut self) -> Vec<DefinitionFault> {
        self.found.sort_by(|a, b| (a.line, a.column, &a.code).cmp(&(b.line, b.column, &b.code)));
        if self.more {
            let message = Text::new(
                format!("Còn lỗi khác; chỉ liệt kê {MOST} lỗi đầu tìm thấy."),
                format!("There are more faults; the first {MOST} that were found are told."),
            );
            let (line, column) = self.found.last().map_or((1, 1), |fault| (fault.line, fault.column));
            self.found.push(DefinitionFault {
                line,
                column,
                path: String::new(),
                code: "faults.more".to_owned(),
                message,
            });
        }
        self.found
    }
}
