//! Validation rules (quy tắc kiểm tra): a formula in CEL between elements of the same agency and period, such as
//! `trained <= population`.
//!
//! The `cel` crate reads the formula; it is evaluated here, because CEL's own numbers are 64-bit and binary, and a rule
//! about money or per cents must be exact: `0.1 + 0.2 == 0.3`, and `1 / 2` is a half. The language is cut to what a rule
//! needs: elements by code, numbers, texts, `true` and `false`, arithmetic, comparisons, `&& || !`, `? :` and `in`. There
//! are no functions and no loops, so a formula ends.

use std::collections::BTreeSet;

use cel::IdedExpr;
use cel::common::ast::{CallExpr, Expr, LiteralValue, SourceInfo, operators};
use cel::parser::Parser;
use motcua_kernel::Text;
use num_bigint::BigInt;
use num_rational::BigRational;

use super::number::Number;

/// The longest formula, in characters.
const LONGEST: usize = 500;
/// The deepest nesting.
const DEEPEST: u16 = 24;

/// Brackets within each other, and branches, at most.
const MOST_BRACKETS: usize = 8;
/// Characters of operators at most.
const MOST_OPERATORS: usize = 50;

/// A formula that can be evaluated.
#[derive(Debug)]
pub(crate) struct Formula {
    expr: IdedExpr,
    names: BTreeSet<String>,
}

/// Why a text is no formula here, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormulaFault {
    /// Stable code.
    pub code: &'static str,
    /// Line and column, from 1.
    pub at: (usize, usize),
    /// What is wrong.
    pub message: Text,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Number,
    Truth,
    Text,
}

/// A value on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operand {
    Number(BigRational),
    Truth(bool),
    Text(String),
}

impl From<Number> for Operand {
    fn from(number: Number) -> Self {
        Self::Number(number.ratio())
    }
}

/// What a rule says of the values of an agency in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// They agree with it.
    Holds,
    /// They contradict it.
    Broken,
    /// A value it needs is not there yet: nothing is said.
    NotJudged,
    /// It divides by a value that is 0: nothing can be said, and nothing is taken for granted.
    DividesByZero,
}

impl Formula {
    /// Reads a formula whose names are looked up by `type_of`.
    ///
    /// # Errors
    /// The first fault and its place: too long or deep, not CEL, a name, function or type that does not fit, a division by
    /// a constant 0, no name at all, or a result that is neither true nor false.
    pub(crate) fn parse(text: &str, type_of: impl Fn(&str) -> Option<Type>) -> Result<Self, FormulaFault> {
        if text.chars().count() > LONGEST {
            return Err(fault("formula.too_long", (1, 1), "Công thức quá dài.", "The formula is too long."));
        }
        if is_nested_too_deep(text) {
            let (vi, en) = ("Công thức lồng quá sâu.", "The formula is nested too deep.");
            return Err(fault("formula.too_deep", (1, 1), vi, en));
        }
        let parser = Parser::new().max_recursion_depth(DEEPEST).error_recovery_limit(4);
        let (expr, source) = parser.parse_with_source_info(text).map_err(|errors| {
            let at = errors.errors.first().map_or((1, 1), |error| (from_one(error.pos.0), from_one(error.pos.1)));
            fault("formula.syntax", at, "Công thức không đúng cú pháp CEL.", "The formula is no valid CEL.")
        })?;
        let mut check = Check { type_of: &type_of, source: &source, names: BTreeSet::new() };
        let result = check.type_of(&expr, 0)?;
        let names = check.names;
        if result != Type::Truth {
            let (vi, en) = ("Công thức phải cho kết quả đúng hoặc sai.", "The formula must be true or false.");
            return Err(fault("formula.type", (1, 1), vi, en));
        }
        if names.is_empty() {
            let (vi, en) = ("Công thức không nhắc tới số liệu nào.", "The formula refers to no element.");
            return Err(fault("formula.constant", (1, 1), vi, en));
        }
        Ok(Self { expr, names })
    }

    /// The codes of the elements it refers to.
    pub(crate) fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// Judges values; `value_of` gives none for what has no value.
    pub(crate) fn judge(&self, value_of: impl Fn(&str) -> Option<Operand>) -> Verdict {
        if self.names.iter().any(|name| value_of(name).is_none()) {
            return Verdict::NotJudged;
        }
        match eval(&self.expr.expr, &value_of) {
            Ok(Operand::Truth(true)) => Verdict::Holds,
            Ok(_) => Verdict::Broken,
            Err(ZeroDivision) => Verdict::DividesByZero,
        }
    }
}

/// Whether a text nests so deep that reading it could exhaust the stack, which ends the whole process: the parser goes down
/// before it looks at its own limit. Characters within texts count as well; a rule has few of them.
fn is_nested_too_deep(text: &str) -> bool {
    let (mut depth, mut deepest, mut unary, mut branches, mut operators) = (0_usize, 0, 0, 0, 0);
    for character in text.chars() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '!' => unary += 1,
            '?' => branches += 1,
            '+' | '-' | '*' | '/' | '%' | '<' | '>' | '=' | '&' | '|' | '.' => operators += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest > MOST_BRACKETS || branches > MOST_BRACKETS || unary > MOST_OPERATORS || operators > MOST_OPERATORS
}

fn from_one(place: isize) -> usize {
    usize::try_from(place).unwrap_or(1).max(1)
}

fn fault(code: &'static str, at: (usize, usize), vi: &str, en: &str) -> FormulaFault {
    FormulaFault { code, at, message: Text::new(vi, en) }
}

struct Check<'a, F> {
    type_of: &'a F,
    source: &'a SourceInfo,
    names: BTreeSet<String>,
}

impl<F: Fn(&str) -> Option<Type>> Check<'_, F> {
    fn refuse(&self, at: &IdedExpr, code: &'static str, vi: &str, en: &str) -> FormulaFault {
        let offset = self.source.offset_for(at.id).map_or(0, |(start, _)| start as usize);
        let before: String = self.source.source.chars().take(offset).collect();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        fault(code, (line, column), vi, en)
    }

    fn type_of(&mut self, expr: &IdedExpr, depth: u16) -> Result<Type, FormulaFault> {
        if depth > DEEPEST {
            return Err(self.refuse(
                expr,
                "formula.too_deep",
                "Công thức lồng quá sâu.",
                "The formula is nested too deep.",
            ));
        }
        match &expr.expr {
            Expr::Ident(name) => {
                if let Some(known) = (self.type_of)(name) {
                    self.names.insert(name.clone());
                    return Ok(known);
                }
                let shown: String = name.chars().take(60).collect();
                let vi = format!("Không có số liệu mang mã `{shown}`.");
                Err(self.refuse(expr, "formula.unknown", &vi, &format!("There is no element `{shown}`.")))
            }
            Expr::Literal(literal) => literal_type(literal).ok_or_else(|| self.unsupported(expr)),
            Expr::Call(call) if call.target.is_none() => self.type_of_call(expr, call, depth + 1),
            _ => Err(self.unsupported(expr)),
        }
    }

    fn type_of_call(&mut self, expr: &IdedExpr, call: &CallExpr, depth: u16) -> Result<Type, FormulaFault> {
        if call.func_name == operators::IN {
            return self.type_of_in(expr, call, depth);
        }
        let mut types = Vec::with_capacity(call.args.len());
        for argument in &call.args {
            types.push(self.type_of(argument, depth)?);
        }
        let (number, truth) = (Type::Number, Type::Truth);
        match (call.func_name.as_str(), types.as_slice()) {
            (operators::DIVIDE, [one, other]) if *one == number && *other == number => {
                let zero = call.args.get(1).is_some_and(|divisor| is_constant_zero(&divisor.expr));
                if zero {
                    let (vi, en) = ("Công thức chia cho 0.", "The formula divides by 0.");
                    return Err(self.refuse(expr, "formula.zero_division", vi, en));
                }
                Ok(number)
            }
            (operators::ADD | operators::SUBSTRACT | operators::MULTIPLY, [one, other])
                if *one == number && *other == number =>
            {
                Ok(number)
            }
            (operators::NEGATE, [of]) if *of == number => Ok(number),
            (operators::LOGICAL_NOT, [of]) if *of == truth => Ok(truth),
            (operators::LOGICAL_AND | operators::LOGICAL_OR, [one, other]) if *one == truth && *other == truth => {
                Ok(truth)
            }
            (operators::EQUALS | operators::NOT_EQUALS, [one, other]) if one == other => Ok(truth),
            (
                operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS,
                [one, other],
            ) if *one == number && *other == number => Ok(truth),
            (operators::CONDITIONAL, [asked, one, other]) if *asked == truth && one == other => Ok(*one),
            (name, _) if name.starts_with(|first: char| first.is_alphabetic()) => Err(self.unsupported(expr)),
            _ => {
                let (vi, en) = ("Phép tính không hợp với kiểu của số liệu.", "The operation does not fit the values.");
                Err(self.refuse(expr, "formula.type", vi, en))
            }
        }
    }

    /// `x in ['a', 'b']`
    fn type_of_in(&mut self, expr: &IdedExpr, call: &CallExpr, depth: u16) -> Result<Type, FormulaFault> {
        let [one, list] = call.args.as_slice() else { return Err(self.unsupported(expr)) };
        let Expr::List(list) = &list.expr else { return Err(self.unsupported(list)) };
        let wanted = self.type_of(one, depth)?;
        for element in &list.elements {
            if self.type_of(element, depth)? != wanted {
                let (vi, en) = ("Danh sách có giá trị khác kiểu.", "The list has values of another type.");
                return Err(self.refuse(element, "formula.type", vi, en));
            }
        }
        Ok(Type::Truth)
    }

    fn unsupported(&self, at: &IdedExpr) -> FormulaFault {
        let (vi, en) = (
            "Công thức dùng hàm hoặc cấu trúc không được phép.",
            "The formula uses a function or a construct that is not allowed.",
        );
        self.refuse(at, "formula.unsupported", vi, en)
    }
}

fn literal_type(literal: &LiteralValue) -> Option<Type> {
    match literal {
        LiteralValue::Int(_) | LiteralValue::UInt(_) | LiteralValue::Double(_) => {
            number_of(literal).map(|_| Type::Number)
        }
        LiteralValue::Boolean(_) => Some(Type::Truth),
        LiteralValue::String(_) => Some(Type::Text),
        LiteralValue::Bytes(_) | LiteralValue::Null => None,
    }
}

/// A number as it is written. A fraction comes as the double nearest to it, whose shortest decimal form is the text again.
fn number_of(literal: &LiteralValue) -> Option<BigRational> {
    match literal {
        LiteralValue::Int(whole) => Some(BigRational::from_integer(BigInt::from(*whole.inner()))),
        LiteralValue::UInt(whole) => Some(BigRational::from_integer(BigInt::from(*whole.inner()))),
        LiteralValue::Double(double) => double.inner().to_string().parse::<Number>().ok().map(Number::ratio),
        _ => None,
    }
}

fn is_constant_zero(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(literal) => number_of(literal).is_some_and(|number| number == zero()),
        _ => false,
    }
}

fn zero() -> BigRational {
    BigRational::from_integer(BigInt::from(0))
}

struct ZeroDivision;

/// Evaluates what [`Check`] has passed: what does not fit any more can't come up, and counts as false.
fn eval(expr: &Expr, value_of: &impl Fn(&str) -> Option<Operand>) -> Result<Operand, ZeroDivision> {
    match expr {
        Expr::Ident(name) => Ok(value_of(name).unwrap_or(Operand::Truth(false))),
        Expr::Literal(LiteralValue::Boolean(truth)) => Ok(Operand::Truth(*truth.inner())),
        Expr::Literal(LiteralValue::String(text)) => Ok(Operand::Text(text.inner().to_owned())),
        Expr::Literal(literal) => Ok(number_of(literal).map_or(Operand::Truth(false), Operand::Number)),
        Expr::Call(call) => eval_call(call, value_of),
        _ => Ok(Operand::Truth(false)),
    }
}

fn eval_call(call: &CallExpr, value_of: &impl Fn(&str) -> Option<Operand>) -> Result<Operand, ZeroDivision> {
    let name = call.func_name.as_str();
    // Like CEL: what the first operand decides, the second one can't spoil.
    match (name, call.args.as_slice()) {
        (operators::LOGICAL_AND, [one, other]) => {
            return either(false, eval(&one.expr, value_of), || eval(&other.expr, value_of));
        }
        (operators::LOGICAL_OR, [one, other]) => {
            return either(true, eval(&one.expr, value_of), || eval(&other.expr, value_of));
        }
        (operators::CONDITIONAL, [asked, one, other]) => {
            let asked = eval(&asked.expr, value_of)? == Operand::Truth(true);
            return eval(if asked { &one.expr } else { &other.expr }, value_of);
        }
        (operators::IN, [one, list]) => {
            let (one, Expr::List(list)) = (eval(&one.expr, value_of)?, &list.expr) else {
                return Ok(Operand::Truth(false));
            };
            for element in &list.elements {
                if eval(&element.expr, value_of)? == one {
                    return Ok(Operand::Truth(true));
                }
            }
            return Ok(Operand::Truth(false));
        }
        _ => {}
    }
    let mut operands = Vec::with_capacity(call.args.len());
    for argument in &call.args {
        operands.push(eval(&argument.expr, value_of)?);
    }
    Ok(match (name, operands.as_slice()) {
        (operators::EQUALS, [one, other]) => Operand::Truth(one == other),
        (operators::NOT_EQUALS, [one, other]) => Operand::Truth(one != other),
        (operators::LOGICAL_NOT, [Operand::Truth(of)]) => Operand::Truth(!of),
        (operators::NEGATE, [Operand::Number(of)]) => Operand::Number(-of),
        (_, [Operand::Number(one), Operand::Number(other)]) => match name {
            operators::ADD => Operand::Number(one + other),
            operators::SUBSTRACT => Operand::Number(one - other),
            operators::MULTIPLY => Operand::Number(one * other),
            operators::DIVIDE if *other == zero() => return Err(ZeroDivision),
            operators::DIVIDE => Operand::Number(one / other),
            operators::LESS => Operand::Truth(one < other),
            operators::LESS_EQUALS => Operand::Truth(one <= other),
            operators::GREATER => Operand::Truth(one > other),
            _ => Operand::Truth(name == operators::GREATER_EQUALS && one >= other),
        },
        _ => Operand::Truth(false),
    })
}

/// `&&` and `||`: whichever operand says `decides` decides, even when the other one can't be evaluated.
fn either(
    decides: bool,
    one: Result<Operand, ZeroDivision>,
    other: impl FnOnce() -> Result<Operand, ZeroDivision>,
) -> Result<Operand, ZeroDivision> {
    let decided = Operand::Truth(decides);
    match one {
        Ok(truth) if truth == decided => Ok(decided),
        Ok(_) => other(),
        Err(failed) => match other() {
            Ok(truth) if truth == decided => Ok(decided),
            _ => Err(failed),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn types(name: &str) -> Option<Type> {
        match name {
            "trained" | "population" | "share" => Some(Type::Number),
            "has_team" => Some(Type::Truth),
            "grade" => Some(Type::Text),
            _ => None,
        }
    }

    fn judged(formula: &str, values: &[(&str, &str)]) -> Verdict {
        let formula = Formula::parse(formula, types).unwrap();
        formula.judge(|name| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some(match types(name)? {
                Type::Number => value.parse::<Number>().unwrap().into(),
                Type::Truth => Operand::Truth(*value == "yes"),
                Type::Text => Operand::Text((*value).to_owned()),
            })
        })
    }

    #[test]
    fn rules_are_judged_exactly_and_only_when_every_value_is_there() {
        let both = [("trained", "1113"), ("population", "1123")];
        assert_eq!(judged("trained <= population", &both), Verdict::Holds);
        assert_eq!(judged("trained > population", &both), Verdict::Broken);
        assert_eq!(judged("trained <= population", &both[..1]), Verdict::NotJudged);
        let three = [("trained", "0.1"), ("population", "0.2"), ("share", "0.3")];
        assert_eq!(judged("trained + population == share", &three), Verdict::Holds, "no binary fractions");
        assert_eq!(judged("trained / population == 0.5", &three), Verdict::Holds, "1 / 2 is a half");
        assert_eq!(judged("share * 10 - 3 == 0.0 && -share < 0", &three), Verdict::Holds);
        assert_eq!(
            judged("has_team ? trained > 0 : trained == 0", &[("has_team", "no"), ("trained", "0")]),
            Verdict::Holds
        );
        assert_eq!(judged("grade in ['a', 'b'] || grade == \"c\"", &[("grade", "c")]), Verdict::Holds);
        assert_eq!(judged("!(grade in ['a', 'b'])", &[("grade", "a")]), Verdict::Broken);
    }

    #[test]
    fn a_division_by_a_value_that_is_zero_says_nothing_unless_the_other_side_decides() {
        let none = [("trained", "0"), ("population", "0")];
        assert_eq!(judged("trained / population <= 1", &none), Verdict::DividesByZero);
        assert_eq!(judged("population == 0 || trained / population <= 1", &none), Verdict::Holds);
        assert_eq!(judged("trained / population <= 1 || population == 0", &none), Verdict::Holds);
        assert_eq!(judged("trained / population <= 1 && population == 0", &none), Verdict::DividesByZero);
    }

    #[test]
    fn a_wrong_formula_is_refused_with_its_place() {
        for (formula, code, at) in [
            ("trained <= peopel", "formula.unknown", (1, 12)),
            ("trained <= ", "formula.syntax", (1, 12)),
            ("trained +\n  grade > 1", "formula.type", (1, 9)),
            ("trained / 0 > 1", "formula.zero_division", (1, 9)),
            ("trained / 0.0 > 1", "formula.zero_division", (1, 9)),
            ("trained", "formula.type", (1, 1)),
            ("1 < 2", "formula.constant", (1, 1)),
        ] {
            let fault = Formula::parse(formula, types).unwrap_err();
            assert_eq!((fault.code, fault.at), (code, at), "{formula}");
        }
        for formula in [
            "size(grade) > 1",
            "[1, 2].all(x, x < trained)",
            "[trained].exists(x, x > 1)",
            "grade.startsWith('a')",
            "{'a': trained}['a'] > 1",
            "has(grade.x)",
            "trained == null",
            "trained % 2 == 0 ? b'x' == b'x' : true",
        ] {
            let code = Formula::parse(formula, types).unwrap_err().code;
            assert!(["formula.unsupported", "formula.type", "formula.unknown"].contains(&code), "{formula}: {code}");
        }
        for deep in ["(", "[", "{", "!", "-", "!(", "true?", "trained+", "trained."] {
            let code = Formula::parse(&deep.repeat(480 / deep.len()), types).unwrap_err().code;
            assert_eq!(code, "formula.too_deep", "{deep}");
        }
        assert_eq!(Formula::parse(&" ".repeat(501), types).unwrap_err().code, "formula.too_long");
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_or_refused(text in "[a-z0-9 .()<>=!&|?:+*/'\\[\\],-]{0,60}") {
            if let Ok(formula) = Formula::parse(&text, types) {
                formula.judge(|name| Some(match types(name)? {
                    Type::Number => Operand::Number(zero()),
                    Type::Truth => Operand::Truth(true),
                    Type::Text => Operand::Text(String::new()),
                }));
            }
        }

        #[test]
        fn sums_and_comparisons_agree_with_whole_numbers(a in -999_i64..999, b in -999_i64..999, c in -999_i64..999) {
            let values = [("trained", a.to_string()), ("population", b.to_string()), ("share", c.to_string())];
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let holds = |formula: &str| judged(formula, &values) == Verdict::Holds;
            prop_assert_eq!(holds("trained + population <= share"), a + b <= c);
            prop_assert_eq!(holds("trained * population - share > 7"), a * b - c > 7);
            prop_assert_eq!(holds("trained >= population && !(share == 0)"), a >= b && c != 0);
        }
    }
}
