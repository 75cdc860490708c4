//! Formulas (công thức): numbers made of counts and of what people entered, and points made of a ratio.
//!
//! They are written in CEL and reckoned in exact fractions: CEL's own numbers would be binary, and 2.675 points would be
//! 2.67. Of CEL they have numbers, `+ - * /`, comparisons, `? :`, `min(…)` and `max(…)`. A formula that was accepted never
//! fails: what it divides by is a number that is not zero, or `denominator`, which is never zero where points are reckoned.

use std::collections::BTreeMap;
use std::sync::Arc;

use cel::Program;
use cel::common::ast::{Expr, LiteralValue, operators};
use cel::parser::Expression;

use super::exact::Exact;
use super::expression::{Wrong, parse, tell};
use super::faults::Faults;
use super::yaml::Node;

/// A formula over named numbers.
#[derive(Clone)]
pub struct Formula {
    source: String,
    program: Arc<Program>,
    names: Vec<String>,
}

/// What a name stands for in a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// The name, an element's with `element.` before it.
    pub name: String,
    /// Between what it lies.
    pub range: Range,
}

impl Known {
    pub(super) fn new(name: impl Into<String>, range: Range) -> Self {
        Self { name: name.into(), range }
    }
}

/// Between what a number lies; open where nobody can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range {
    pub low: Option<Exact>,
    pub high: Option<Exact>,
}

impl Range {
    pub(super) fn any() -> Self {
        Self { low: None, high: None }
    }

    pub(super) fn at_least(low: i64) -> Self {
        Self { low: Some(low.into()), high: None }
    }

    pub(super) fn only(value: Exact) -> Self {
        Self { low: Some(value.clone()), high: Some(value) }
    }

    fn exactly(&self) -> Option<&Exact> {
        self.low.as_ref().filter(|low| Some(*low) == self.high.as_ref())
    }

    fn is_never_negative(&self) -> bool {
        self.low.as_ref().is_some_and(|low| !low.is_negative())
    }
}

impl Formula {
    /// As it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The names it is made of, an element's with `element.` before it.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Its value. A name that is not among the numbers counts as 0.
    #[must_use]
    pub fn value(&self, numbers: &BTreeMap<String, Exact>) -> Exact {
        number(self.program.expression(), numbers)
    }

    /// Reads a formula over known names; nothing when it is wrong, and then the faults say why. With it comes between what
    /// its value lies.
    pub(super) fn read(node: &Node, text: &str, known: &[Known], faults: &mut Faults) -> Option<(Self, Range)> {
        let program = parse(node, text, faults)?;
        let mut checking = Checking { known, wrong: Vec::new(), names: Vec::new() };
        let range = checking.number(program.expression());
        if checking.names.is_empty() && checking.wrong.is_empty() {
            let (vi, en) = ("Công thức không dùng số liệu nào.", "The formula is made of no figures.");
            checking.wrong.push(Wrong::new(program.expression().id, "formula.constant", vi, en));
        }
        if checking.wrong.is_empty() {
            let mut names = checking.names;
            names.sort();
            names.dedup();
            return Some((Self { source: text.to_owned(), program: Arc::new(program), names }, range));
        }
        tell(node, &program, checking.wrong, faults);
        None
    }
}

impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl std::fmt::Debug for Formula {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Formula").field(&self.source).finish()
    }
}

/// The name that a part of a formula is: `late`, `element.households`.
fn name_of(part: &Expression) -> Option<String> {
    match &part.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => match &select.operand.expr {
            Expr::Ident(of) => Some(format!("{of}.{}", select.field)),
            _ => None,
        },
        _ => None,
    }
}

/// A number as it was written. The parser made a binary number of a decimal; the shortest decimal that makes the same one
/// is what was written, up to 15 digits, and more are refused.
fn literal(literal: &LiteralValue) -> Option<Exact> {
    match literal {
        LiteralValue::Int(whole) => Some(Exact::from(*whole.inner())),
        LiteralValue::Double(decimal) => {
            let text = decimal.inner().to_string();
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            text.parse().ok().filter(|_| digits <= 15)
        }
        _ => None,
    }
}

fn number(part: &Expression, numbers: &BTreeMap<String, Exact>) -> Exact {
    if let Some(name) = name_of(part) {
        return numbers.get(&name).cloned().unwrap_or_else(Exact::zero);
    }
    match &part.expr {
        Expr::Literal(written) => literal(written).unwrap_or_else(Exact::zero),
        Expr::Call(call) => {
            let of = |part: &Expression| number(part, numbers);
            match (call.func_name.as_str(), call.args.as_slice()) {
                (operators::ADD, [a, b]) => &of(a) + &of(b),
                (operators::SUBSTRACT, [a, b]) => &of(a) - &of(b),
                (operators::MULTIPLY, [a, b]) => &of(a) * &of(b),
                (operators::DIVIDE, [a, b]) => of(a).over(&of(b)).unwrap_or_else(Exact::zero),
                (operators::NEGATE, [a]) => &Exact::zero() - &of(a),
                (operators::CONDITIONAL, [question, yes, no]) => {
                    if holds(question, numbers) {
                        of(yes)
                    } else {
                        of(no)
                    }
                }
                ("min", all) => all.iter().map(of).min().unwrap_or_else(Exact::zero),
                ("max", all) => all.iter().map(of).max().unwrap_or_else(Exact::zero),
                _ => Exact::zero(),
            }
        }
        _ => Exact::zero(),
    }
}

fn holds(part: &Expression, numbers: &BTreeMap<String, Exact>) -> bool {
    let Expr::Call(call) = &part.expr else { return false };
    match (call.func_name.as_str(), call.args.as_slice()) {
        (operators::LOGICAL_AND, [a, b]) => holds(a, numbers) && holds(b, numbers),
        (operators::LOGICAL_OR, [a, b]) => holds(a, numbers) || holds(b, numbers),
        (operators::LOGICAL_NOT, [a]) => !holds(a, numbers),
        (operator, [a, b]) => {
            let (a, b) = (number(a, numbers), number(b, numbers));
            match operator {
                operators::EQUALS => a == b,
                operators::NOT_EQUALS => a != b,
                operators::LESS => a < b,
                operators::LESS_EQUALS => a <= b,
                operators::GREATER => a > b,
                operators::GREATER_EQUALS => a >= b,
                _ => false,
            }
        }
        _ => false,
    }
}

struct Checking<'k> {
    known: &'k [Known],
    wrong: Vec<Wrong>,
    names: Vec<String>,
}

impl Checking<'_> {
    fn number(&mut self, part: &Expression) -> Range {
        if let Some(name) = name_of(part) {
            return self.named(part.id, name);
        }
        match &part.expr {
            Expr::Literal(written) => match literal(written) {
                Some(value) => Range::only(value),
                None => self.refuse_type(
                    part.id,
                    "Phải là số thập phân thường, nhiều nhất 15 chữ số.",
                    "A number has at most 15 digits.",
                ),
            },
            Expr::Call(call) if call.target.is_none() => match (call.func_name.as_str(), call.args.as_slice()) {
                (operators::ADD, [a, b]) => {
                    let (a, b) = (self.number(a), self.number(b));
                    Range {
                        low: with(a.low.as_ref(), b.low.as_ref(), |a, b| a + b),
                        high: with(a.high.as_ref(), b.high.as_ref(), |a, b| a + b),
                    }
                }
                (operators::SUBSTRACT, [a, b]) => {
                    let (a, b) = (self.number(a), self.number(b));
                    Range {
                        low: with(a.low.as_ref(), b.high.as_ref(), |a, b| a - b),
                        high: with(a.high.as_ref(), b.low.as_ref(), |a, b| a - b),
                    }
                }
                (operators::MULTIPLY, [a, b]) => times(&self.number(a), &self.number(b)),
                (operators::DIVIDE, [a, b]) => self.divided(a, b),
                (operators::NEGATE, [a]) => {
                    let a = self.number(a);
                    times(&a, &Range::only((-1).into()))
                }
                (operators::CONDITIONAL, [question, yes, no]) => {
                    self.question(question);
                    let (yes, no) = (self.number(yes), self.number(no));
                    Range {
                        low: with(yes.low.as_ref(), no.low.as_ref(), least),
                        high: with(yes.high.as_ref(), no.high.as_ref(), most),
                    }
                }
                ("min", [first, others @ ..]) => {
                    let first = self.number(first);
                    others.iter().fold(first, |all, one| {
                        let one = self.number(one);
                        Range {
                            low: with(all.low.as_ref(), one.low.as_ref(), least),
                            high: either(all.high.as_ref(), one.high.as_ref(), least),
                        }
                    })
                }
                ("max", [first, others @ ..]) => {
                    let first = self.number(first);
                    others.iter().fold(first, |all, one| {
                        let one = self.number(one);
                        Range {
                            low: either(all.low.as_ref(), one.low.as_ref(), most),
                            high: with(all.high.as_ref(), one.high.as_ref(), most),
                        }
                    })
                }
                (name, _) => self.refuse_function(part.id, name),
            },
            Expr::Call(call) => self.refuse_function(part.id, &call.func_name),
            Expr::Comprehension(_) => self.refuse_function(part.id, "all, exists, map, filter"),
            _ => self.refuse_type(part.id, "Phần này phải là số.", "This part must be a number."),
        }
    }

    fn named(&mut self, id: u64, name: String) -> Range {
        let Some(known) = self.known.iter().find(|known| known.name == name) else {
            let vi = format!("`{name}` không có trong các số liệu dùng được ở đây.");
            return self.refuse(id, "formula.unknown", vi, format!("There is no figure `{name}` to be used here."));
        };
        self.names.push(name);
        known.range.clone()
    }

    fn divided(&mut self, a: &Expression, b: &Expression) -> Range {
        let (over, id) = (self.number(a), b.id);
        if name_of(b).as_deref() == Some("denominator") {
            self.number(b);
            // It is at least 1, so that nothing grows by it.
            return if over.is_never_negative() { Range { low: Some(Exact::zero()), ..over } } else { Range::any() };
        }
        let before = self.names.len();
        let by = self.number(b);
        let Some(by) = by.exactly().filter(|_| self.names.len() == before) else {
            if self.wrong.iter().any(|wrong| wrong.id == id) {
                return Range::any();
            }
            return self.refuse(
                id,
                "formula.divisor",
                "Chỉ chia cho một số khác 0 hoặc cho `denominator`.",
                "Divide only by a number that is not 0, or by `denominator`.",
            );
        };
        match Exact::one().over(by) {
            Some(inverse) => times(&over, &Range::only(inverse)),
            None => self.refuse(id, "formula.zero_divisor", "Công thức chia cho 0.", "The formula divides by 0."),
        }
    }

    fn question(&mut self, part: &Expression) {
        let Expr::Call(call) = &part.expr else {
            self.refuse_type(part.id, "Trước `?` phải là một so sánh.", "Before `?` stands a comparison.");
            return;
        };
        match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR, [a, b]) => {
                self.question(a);
                self.question(b);
            }
            (operators::LOGICAL_NOT, [a]) => self.question(a),
            (
                operators::EQUALS
                | operators::NOT_EQUALS
                | operators::LESS
                | operators::LESS_EQUALS
                | operators::GREATER
                | operators::GREATER_EQUALS,
                [a, b],
            ) => {
                self.number(a);
                self.number(b);
            }
            _ => {
                self.refuse_type(part.id, "Trước `?` phải là một so sánh.", "Before `?` stands a comparison.");
            }
        }
    }

    fn refuse(&mut self, id: u64, code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Range {
        self.wrong.push(Wrong::new(id, code, vi, en));
        Range::any()
    }

    fn refuse_type(&mut self, id: u64, vi: &str, en: &str) -> Range {
        self.refuse(id, "formula.type", vi, en)
    }

    fn refuse_function(&mut self, id: u64, name: &str) -> Range {
        let vi = format!("Không dùng `{name}` trong công thức: chỉ + - * /, so sánh, ? :, min, max.");
        let en = format!("A formula has no `{name}`: only + - * /, comparisons, ? :, min and max.");
        self.refuse(id, "formula.function", vi, en)
    }
}

/// Of two ends that are known; open when one of them is.
fn with(a: Option<&Exact>, b: Option<&Exact>, by: impl Fn(&Exact, &Exact) -> Exact) -> Option<Exact> {
    Some(by(a?, b?))
}

/// Of the ends that are known; open when none is.
fn either(a: Option<&Exact>, b: Option<&Exact>, by: impl Fn(&Exact, &Exact) -> Exact) -> Option<Exact> {
    match (a, b) {
        (Some(a), Some(b)) => Some(by(a, b)),
        (one, other) => one.or(other).cloned(),
    }
}

fn least(a: &Exact, b: &Exact) -> Exact {
    a.min(b).clone()
}

fn most(a: &Exact, b: &Exact) -> Exact {
    a.max(b).clone()
}

fn times(a: &Range, b: &Range) -> Range {
    if let (Some(a0), Some(a1), Some(b0), Some(b1)) = (&a.low, &a.high, &b.low, &b.high) {
        let products = [a0 * b0, a0 * b1, a1 * b0, a1 * b1];
        return Range { low: products.iter().min().cloned(), high: products.iter().max().cloned() };
    }
    if a.is_never_negative() && b.is_never_negative() {
        return Range {
            low: with(a.low.as_ref(), b.low.as_ref(), |a, b| a * b),
            high: with(a.high.as_ref(), b.high.as_ref(), |a, b| a * b),
        };
    }
    Range::any()
}
