//! What filters and formulas have in common: they are written in CEL (Common Expression Language), parsed when they are
//! read, and refused with the place and the reason.

use cel::Program;

use super::faults::{Faults, Place};
use super::yaml::{Content, Node};

/// Longer than anybody can check.
const LONGEST: usize = 1_000;
/// Deeper than any formula of a law.
const DEEPEST: usize = 12;
const MOST_SIGNS: usize = 120;

/// A fault of an expression: which part of it, a code, and the words.
pub(super) struct Wrong {
    /// The part, by its number in the parsed expression.
    pub id: u64,
    pub code: &'static str,
    pub vi: String,
    pub en: String,
}

impl Wrong {
    pub(super) fn new(id: u64, code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { id, code, vi: vi.into(), en: en.into() }
    }
}

/// Parses the text of a node; nothing when it can't be, and then the faults say why.
pub(super) fn parse(node: &Node, text: &str, faults: &mut Faults) -> Option<Program> {
    if text.chars().count() > LONGEST {
        let vi = format!("Công thức dài quá {LONGEST} ký tự.");
        faults.add(
            node.place,
            &node.path,
            "formula.too_long",
            vi,
            format!("A formula has at most {LONGEST} characters."),
        );
        return None;
    }
    if is_too_deep(text) {
        let vi = "Công thức lồng nhau quá sâu hoặc có quá nhiều phép tính.";
        let en = "The formula is nested too deeply, or has too many operations.";
        faults.add(node.place, &node.path, "formula.too_deep", vi, en);
        return None;
    }
    match Program::compile(text) {
        Ok(program) => Some(program),
        Err(errors) => {
            let error = errors.errors.first();
            let column = error.map_or(0, |error| usize::try_from(error.pos.1).unwrap_or(1).saturating_sub(1));
            let said = error.map(|error| error.msg.lines().next().unwrap_or_default().trim()).unwrap_or_default();
            let place = inside(node, column);
            if said.contains("recursion") {
                let vi = "Công thức lồng nhau quá sâu.";
                faults.add(place, &node.path, "formula.too_deep", vi, "The formula is nested too deeply.");
            } else {
                let vi = format!("Không đọc được công thức CEL: {said}.");
                faults.add(place, &node.path, "formula.syntax", vi, format!("This is not a formula in CEL: {said}."));
            }
            None
        }
    }
}

/// Whether parsing it might need more stack than a thread has: the parser goes down a dozen calls for each bracket, and
/// its own limit comes after that. Signs are counted wherever they stand, also in texts.
fn is_too_deep(text: &str) -> bool {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    for character in text.chars() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    let signs = text.chars().filter(|character| "+-*/%!?:&|<>=.,".contains(*character)).count();
    let unary = text.chars().filter(|character| matches!(character, '!' | '?')).count();
    deepest > DEEPEST || signs > MOST_SIGNS || unary > DEEPEST
}

/// Tells what is wrong with parts of a parsed expression.
pub(super) fn tell(node: &Node, program: &Program, wrong: Vec<Wrong>, faults: &mut Faults) {
    for Wrong { id, code, vi, en } in wrong {
        let offset = program.source_info().offset_for(id).map_or(0, |(start, _)| start);
        faults.add(inside(node, usize::try_from(offset).unwrap_or(0)), &node.path, code, vi, en);
    }
}

/// The place of a character of a scalar; of the whole scalar where it goes over several lines.
fn inside(node: &Node, characters: usize) -> Place {
    match node.content {
        Content::Scalar { begins: Some(begins), .. } => {
            Place { column: node.place.column + begins + characters, ..node.place }
        }
        _ => node.place,
    }
}
