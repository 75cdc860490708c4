//! A filter as it is asked of records: a tree over the places of fields, made once, when the filter is read.
//!
//! Every event has some forty filters asked of what its record was and of what it is. CEL's interpreter looks fields up by
//! their names and copies what it finds; this does not, and a test holds the two against each other.

use std::cmp::Ordering;
use std::sync::Arc;

use cel::IdedExpr;
use cel::common::ast::{Expr, LiteralValue, operators};
use chrono::NaiveDate;
use motcua_kernel::time::parse_day;

use super::record::Record;
use crate::definitions::vocabulary::{FieldType, Subject};

/// What is answered yes or no. Fields stand as their positions in the vocabulary.
pub(super) enum Question {
    Fixed(bool),
    Has(usize),
    Field(usize),
    Not(Box<Self>),
    Both(Box<Self>, Box<Self>),
    Either(Box<Self>, Box<Self>),
    Answers(Box<Self>, Order, Box<Self>),
    Wholes(Whole, Order, Whole),
    Instants(usize, Order, usize),
    Days(Day, Order, Day),
    Texts(Text, Order, Text),
    WholeAmong(Whole, Vec<Whole>),
    TextAmong(usize, Vec<Arc<str>>),
    TextIn(Text, usize),
}

/// A whole number.
pub(super) enum Whole {
    Written(i64),
    Field(usize),
    Size(usize),
    Minus(Box<Self>),
}

/// A text, or a word.
pub(super) enum Text {
    Written(Arc<str>),
    Field(usize),
}

/// A day.
pub(super) enum Day {
    Written(NaiveDate),
    Field(usize),
}

/// How two values are compared.
#[derive(Clone, Copy)]
pub(super) enum Order {
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Order {
    fn of(operator: &str) -> Option<Self> {
        Some(match operator {
            operators::EQUALS => Self::Equal,
            operators::NOT_EQUALS => Self::NotEqual,
            operators::LESS => Self::Less,
            operators::LESS_EQUALS => Self::AtMost,
            operators::GREATER => Self::More,
            operators::GREATER_EQUALS => Self::AtLeast,
            _ => return None,
        })
    }

    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::More => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }
}

impl Question {
    /// The answer for a record; none where it lacks a field that is looked at.
    pub(super) fn holds(&self, record: &Record) -> Option<bool> {
        Some(match self {
            Self::Fixed(yes) => *yes,
            Self::Has(field) => record.get(*field).is_some(),
            Self::Field(field) => record.yes_no(*field)?,
            Self::Not(inner) => !inner.holds(record)?,
            Self::Both(left, right) => left.holds(record)? && right.holds(record)?,
            Self::Either(left, right) => left.holds(record)? || right.holds(record)?,
            Self::Answers(left, order, right) => order.holds(left.holds(record)?.cmp(&right.holds(record)?)),
            Self::Wholes(left, order, right) => order.holds(left.of(record)?.cmp(&right.of(record)?)),
            Self::Instants(left, order, right) => order.holds(record.instant(*left)?.cmp(&record.instant(*right)?)),
            Self::Days(left, order, right) => order.holds(left.of(record)?.cmp(&right.of(record)?)),
            Self::Texts(left, order, right) => order.holds(left.of(record)?.cmp(right.of(record)?)),
            Self::WholeAmong(one, all) => {
                let one = one.of(record)?;
                all.iter().any(|other| other.of(record) == Some(one))
            }
            Self::TextAmong(field, all) => {
                let one = record.text(*field)?;
                all.iter().any(|other| **other == *one)
            }
            Self::TextIn(one, field) => {
                let one = one.of(record)?;
                record.texts(*field)?.iter().any(|other| **other == *one)
            }
        })
    }

    /// The question that a part of an accepted filter asks; none of what is never accepted.
    pub(super) fn of(part: &IdedExpr, subject: &'static Subject) -> Option<Self> {
        Reading { subject }.question(part)
    }
}

impl Whole {
    fn of(&self, record: &Record) -> Option<i64> {
        match self {
            Self::Written(whole) => Some(*whole),
            Self::Field(field) => record.whole(*field),
            Self::Size(field) => i64::try_from(record.texts(*field)?.len()).ok(),
            Self::Minus(inner) => inner.of(record).map(i64::saturating_neg),
        }
    }
}

impl Text {
    fn of<'r>(&'r self, record: &'r Record) -> Option<&'r str> {
        match self {
            Self::Written(text) => Some(text),
            Self::Field(field) => record.text(*field),
        }
    }
}

impl Day {
    fn of(&self, record: &Record) -> Option<NaiveDate> {
        match self {
            Self::Written(day) => Some(*day),
            Self::Field(field) => record.day(*field),
        }
    }
}

/// Makes the tree of what CEL parsed.
struct Reading {
    subject: &'static Subject,
}

impl Reading {
    fn question(&self, part: &IdedExpr) -> Option<Question> {
        match &part.expr {
            Expr::Literal(LiteralValue::Boolean(yes)) => Some(Question::Fixed(*yes.inner())),
            Expr::Select(select) if select.test => self.subject.position(&select.field).map(Question::Has),
            Expr::Select(_) => self.field(part, |kind| kind == FieldType::YesNo).map(Question::Field),
            Expr::Call(call) => match (call.func_name.as_str(), call.args.as_slice()) {
                (operators::LOGICAL_NOT, [inner]) => Some(Question::Not(self.boxed(inner)?)),
                (operators::LOGICAL_AND, [left, right]) => Some(Question::Both(self.boxed(left)?, self.boxed(right)?)),
                (operators::LOGICAL_OR, [left, right]) => Some(Question::Either(self.boxed(left)?, self.boxed(right)?)),
                (operators::IN, [one, all]) => self.among(one, all),
                (operator, [left, right]) => self.compared(left, Order::of(operator)?, right),
                _ => None,
            },
            _ => None,
        }
    }

    fn boxed(&self, part: &IdedExpr) -> Option<Box<Question>> {
        self.question(part).map(Box::new)
    }

    fn compared(&self, left: &IdedExpr, order: Order, right: &IdedExpr) -> Option<Question> {
        if let Some((left, right)) = self.whole(left).zip(self.whole(right)) {
            return Some(Question::Wholes(left, order, right));
        }
        if let Some((left, right)) = self.instant(left).zip(self.instant(right)) {
            return Some(Question::Instants(left, order, right));
        }
        if let Some((left, right)) = self.day(left).zip(self.day(right)) {
            return Some(Question::Days(left, order, right));
        }
        if let Some((left, right)) = self.text(left).zip(self.text(right)) {
            return Some(Question::Texts(left, order, right));
        }
        Some(Question::Answers(self.boxed(left)?, order, self.boxed(right)?))
    }

    fn among(&self, one: &IdedExpr, all: &IdedExpr) -> Option<Question> {
        if let Some(field) = self.field(all, |kind| kind == FieldType::Texts) {
            return Some(Question::TextIn(self.text(one)?, field));
        }
        let Expr::List(list) = &all.expr else { return None };
        if let Some(one) = self.whole(one) {
            let all = list.elements.iter().map(|other| self.whole(other)).collect::<Option<_>>()?;
            return Some(Question::WholeAmong(one, all));
        }
        let Text::Field(field) = self.text(one)? else { return None };
        let all = list.elements.iter().map(written).collect::<Option<_>>()?;
        Some(Question::TextAmong(field, all))
    }

    fn whole(&self, part: &IdedExpr) -> Option<Whole> {
        match &part.expr {
            Expr::Literal(LiteralValue::Int(whole)) => Some(Whole::Written(*whole.inner())),
            Expr::Call(call) => match (call.func_name.as_str(), call.args.as_slice()) {
                (operators::NEGATE, [inner]) => Some(Whole::Minus(Box::new(self.whole(inner)?))),
                ("size", [list]) => self.field(list, |kind| kind == FieldType::Texts).map(Whole::Size),
                _ => None,
            },
            _ => self.field(part, |kind| kind == FieldType::Whole).map(Whole::Field),
        }
    }

    fn instant(&self, part: &IdedExpr) -> Option<usize> {
        self.field(part, |kind| kind == FieldType::Instant)
    }

    fn day(&self, part: &IdedExpr) -> Option<Day> {
        let day = written(part).and_then(|text| parse_day(&text)).map(Day::Written);
        day.or_else(|| self.field(part, |kind| kind == FieldType::Day).map(Day::Field))
    }

    fn text(&self, part: &IdedExpr) -> Option<Text> {
        let field = || self.field(part, |kind| matches!(kind, FieldType::Text | FieldType::Word(_)));
        written(part).map(Text::Written).or_else(|| field().map(Text::Field))
    }

    /// Where the field stands that is looked at, if it is of the right type.
    fn field(&self, part: &IdedExpr, is: fn(FieldType) -> bool) -> Option<usize> {
        let Expr::Select(select) = &part.expr else { return None };
        let position = self.subject.position(&select.field)?;
        let field = self.subject.fields.get(position)?;
        (!select.test && is(field.field_type)).then_some(position)
    }
}

fn written(part: &IdedExpr) -> Option<Arc<str>> {
    let Expr::Literal(LiteralValue::String(text)) = &part.expr else { return None };
    Some(text.inner().into())
}
