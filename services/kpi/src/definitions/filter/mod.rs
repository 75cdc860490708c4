//! Filters (điều kiện): which records a measure counts, in CEL over the fields of the vocabulary.
//!
//! A filter that was accepted never fails: every field it names exists, every comparison is of values that can be
//! compared, and a field that a record may lack is only looked at where the filter has asked `has(…)` before. There is
//! nothing in it that repeats: no macros but `has`, no functions but `size`. So what CEL's parser read and [`check`]
//! accepted becomes a small tree ([`asked`]) that is asked of [`Record`]s.

mod asked;
mod check;
mod record;
mod written;

use std::sync::Arc;

use cel::IdedExpr;
use cel::common::ast::{Expr, operators};

use super::expression::{Wrong, parse, tell};
use super::faults::{Faults, Place};
use super::vocabulary::Subject;
use super::yaml::{Content, Node};

use asked::Question;
pub use record::{FieldValue, Record};

/// A condition on records of one subject.
#[derive(Clone)]
pub struct Filter {
    source: String,
    /// It holds where all of them do.
    parts: Arc<[Part]>,
    asks_as_of: bool,
}

/// A part of the chain of `&&` that a filter is.
struct Part {
    text: String,
    question: Question,
}

impl Filter {
    /// As it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it holds for a record.
    #[must_use]
    pub fn holds(&self, record: &Record) -> bool {
        self.unmet_part(record).is_none()
    }

    /// Whether it names a field that is judged as of an instant, so that the same record may be counted at one and not at
    /// another.
    #[must_use]
    pub fn asks_as_of(&self) -> bool {
        self.asks_as_of
    }

    /// Why a record is left out: the first part of the chain of `&&` that does not hold; none where it is counted.
    #[must_use]
    pub fn unmet(&self, record: &Record) -> Option<&str> {
        self.unmet_part(record).map(|part| part.text.as_str())
    }

    fn unmet_part(&self, record: &Record) -> Option<&Part> {
        // What can't be told does not hold: a record that lacks what every record has.
        self.parts.iter().find(|part| part.question.holds(record) != Some(true))
    }

    /// Reads again what was accepted before; nothing when it is no longer taken.
    pub(crate) fn reread(text: &str, subject: &'static Subject) -> Option<Self> {
        let content = Content::Scalar { text: text.to_owned(), plain: false, begins: None };
        let node = Node { place: Place::default(), path: String::new(), content };
        Self::read(&node, text, subject, &mut Faults::default())
    }

    /// Reads a filter; nothing when it is wrong, and then the faults say why.
    pub(super) fn read(node: &Node, text: &str, subject: &'static Subject, faults: &mut Faults) -> Option<Self> {
        let program = parse(node, text, faults)?;
        let expression = program.expression();
        let mut checked = check::check(expression, subject);
        if checked.wrong.is_empty() {
            if let Some(parts) = chain(expression).into_iter().map(|part| Part::of(part, subject)).collect() {
                return Some(Self { source: text.to_owned(), parts, asks_as_of: checked.asks_as_of });
            }
            let (vi, en) = ("Không dùng được điều kiện này.", "Such a filter is not taken.");
            checked.wrong.push(Wrong::new(expression.id, "formula.type", vi, en));
        }
        tell(node, &program, checked.wrong, faults);
        None
    }
}

impl Part {
    fn of(expression: &IdedExpr, subject: &'static Subject) -> Option<Self> {
        Some(Self { text: written::text(expression), question: Question::of(expression, subject)? })
    }
}

/// The parts of a chain of `&&`, in order.
fn chain(expression: &IdedExpr) -> Vec<&IdedExpr> {
    match &expression.expr {
        Expr::Call(call) if call.func_name == operators::LOGICAL_AND => call.args.iter().flat_map(chain).collect(),
        _ => vec![expression],
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Filter").field(&self.source).finish()
    }
}
