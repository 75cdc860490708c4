//! Which filters are accepted: every field exists, every comparison is of values that can be compared, and a field that a
//! record may lack is only looked at where the filter has asked `has(…)` before.

use std::collections::BTreeSet;

use cel::IdedExpr;
use cel::common::ast::{Expr, LiteralValue, operators};
use motcua_kernel::time::parse_day;

use crate::definitions::expression::Wrong;
use crate::definitions::vocabulary::{AsOf, FieldType, Subject};

/// What the check of a filter found.
pub(super) struct Checked {
    /// What is wrong with it; nothing of one that is accepted.
    pub(super) wrong: Vec<Wrong>,
    /// Whether it names a field that is judged as of an instant.
    pub(super) asks_as_of: bool,
}

/// Checks a parsed filter.
pub(super) fn check(expression: &IdedExpr, subject: &'static Subject) -> Checked {
    let mut checking = Checking { subject, wrong: Vec::new(), fields: 0, asks_as_of: false };
    let found = checking.check(expression, &Present::new());
    if !matches!(found.kind, Kind::YesNo | Kind::Unknown) {
        let (vi, en) = ("Điều kiện phải cho kết quả đúng hoặc sai.", "A filter must say yes or no.");
        checking.wrong.push(Wrong::new(expression.id, "formula.type", vi, en));
    } else if checking.fields == 0 && checking.wrong.is_empty() {
        let (vi, en) = ("Điều kiện không nói gì về bản ghi.", "The filter says nothing about the record.");
        checking.wrong.push(Wrong::new(expression.id, "formula.constant", vi, en));
    }
    Checked { wrong: checking.wrong, asks_as_of: checking.asks_as_of }
}

/// The kind of value that a part of a filter has.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    YesNo,
    Whole,
    Text,
    Word(&'static [&'static str]),
    Written(String),
    Instant,
    Day,
    Texts,
    WrittenTexts(Vec<String>),
    WrittenWholes,
    /// Something is wrong with it, which was told already.
    Unknown,
}

/// Fields that a record is known to have.
type Present = BTreeSet<&'static str>;

/// What is known of a part of a filter.
struct Found {
    kind: Kind,
    /// What a record has when the part holds.
    if_true: Present,
    /// What a record has when it does not.
    if_false: Present,
}

impl From<Kind> for Found {
    fn from(kind: Kind) -> Self {
        Self { kind, if_true: Present::new(), if_false: Present::new() }
    }
}

struct Checking {
    subject: &'static Subject,
    wrong: Vec<Wrong>,
    fields: usize,
    asks_as_of: bool,
}

impl Checking {
    fn check(&mut self, part: &IdedExpr, present: &Present) -> Found {
        match &part.expr {
            Expr::Literal(literal) => self.literal(part.id, literal).into(),
            Expr::List(list) if list.optional_indices.is_empty() => {
                let kinds: Vec<Kind> = list.elements.iter().map(|one| self.check(one, present).kind).collect();
                self.list(part.id, kinds).into()
            }
            Expr::Select(select) => self.field(part.id, &select.operand, &select.field, select.test, present),
            Expr::Call(call) => {
                if let Some(target) = &call.target {
                    return self.refuse_function(target.id, &call.func_name);
                }
                match (call.func_name.as_str(), call.args.as_slice()) {
                    (operators::LOGICAL_AND, [left, right]) => self.both(left, right, present),
                    (operators::LOGICAL_OR, [left, right]) => self.either(left, right, present),
                    (operators::LOGICAL_NOT, [inner]) => {
                        let inner = self.yes_no(inner, present);
                        Found { kind: Kind::YesNo, if_true: inner.if_false, if_false: inner.if_true }
                    }
                    (operators::EQUALS | operators::NOT_EQUALS, [left, right]) => {
                        let (left, right) = (self.check(left, present).kind, self.check(right, present).kind);
                        self.equal(part.id, &left, &right).into()
                    }
                    (
                        operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS,
                        [left, right],
                    ) => {
                        let (left, right) = (self.check(left, present).kind, self.check(right, present).kind);
                        self.ordered(part.id, &left, &right).into()
                    }
                    (operators::IN, [one, all]) => {
                        let (one, all) = (self.check(one, present).kind, self.check(all, present).kind);
                        self.among(part.id, &one, &all).into()
                    }
                    ("size", [list]) => {
                        let kind = self.check(list, present).kind;
                        if matches!(kind, Kind::Texts | Kind::Unknown) {
                            return Kind::Whole.into();
                        }
                        self.refuse_type(part.id, "size(…) chỉ dùng cho danh sách.", "size(…) is for lists.").into()
                    }
                    (operators::NEGATE, [inner]) => {
                        let kind = self.check(inner, present).kind;
                        if matches!(kind, Kind::Whole | Kind::Unknown) {
                            return kind.into();
                        }
                        self.refuse_type(part.id, "Dấu trừ chỉ dùng cho số.", "Only numbers have a sign.").into()
                    }
                    (name, _) => self.refuse_function(part.id, name),
                }
            }
            Expr::Ident(name) => {
                let vi = format!("`{name}` không có nghĩa ở đây; viết `{}.<trường>`.", self.subject.name);
                let en = format!("`{name}` means nothing here; write `{}.<field>`.", self.subject.name);
                self.refuse(part.id, "formula.unknown", vi, en)
            }
            Expr::Comprehension(_) => self.refuse_function(part.id, "all, exists, map, filter"),
            Expr::List(_) | Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
                self.refuse_type(part.id, "Không dùng được giá trị này.", "Such a value is not taken.").into()
            }
        }
    }

    fn literal(&mut self, id: u64, literal: &LiteralValue) -> Kind {
        match literal {
            LiteralValue::Boolean(_) => Kind::YesNo,
            LiteralValue::Int(_) => Kind::Whole,
            LiteralValue::String(text) => Kind::Written(text.inner().to_owned()),
            LiteralValue::Bytes(_) | LiteralValue::Double(_) | LiteralValue::Null | LiteralValue::UInt(_) => self
                .refuse_type(id, "Chỉ dùng số nguyên, chữ, đúng/sai.", "Only whole numbers, texts and true or false."),
        }
    }

    fn list(&mut self, id: u64, kinds: Vec<Kind>) -> Kind {
        if !kinds.is_empty() && kinds.iter().all(|kind| *kind == Kind::Whole) {
            return Kind::WrittenWholes;
        }
        let texts: Option<Vec<String>> =
            kinds.into_iter().map(|kind| if let Kind::Written(text) = kind { Some(text) } else { None }).collect();
        match texts {
            Some(texts) if !texts.is_empty() => Kind::WrittenTexts(texts),
            _ => self.refuse_type(
                id,
                "Danh sách phải gồm chữ hoặc số nguyên.",
                "A list is of texts or of whole numbers.",
            ),
        }
    }

    fn field(&mut self, id: u64, operand: &IdedExpr, name: &str, asked: bool, present: &Present) -> Found {
        let subject = self.subject;
        if operand.expr != Expr::Ident(subject.name.to_owned()) {
            let vi = format!("Ở đây chỉ nói được về `{}`.", subject.name);
            return self.refuse(id, "formula.unknown", vi, format!("Only `{}` can be spoken of here.", subject.name));
        }
        let Some(field) = subject.field(name) else {
            let vi = format!("`{}` không có trường `{name}`.", subject.name);
            return self.refuse(id, "formula.unknown", vi, format!("`{}` has no field `{name}`.", subject.name));
        };
        self.fields += 1;
        self.asks_as_of |= field.as_of == AsOf::PeriodEnd;
        if asked {
            return Found { kind: Kind::YesNo, if_true: Present::from([field.name]), if_false: Present::new() };
        }
        if field.may_be_absent && !present.contains(field.name) {
            let vi = format!("Trường `{name}` có thể không có: hỏi `has({}.{name}) &&` trước.", subject.name);
            let en = format!("A record may lack `{name}`: ask `has({}.{name}) &&` first.", subject.name);
            return self.refuse(id, "formula.absent", vi, en);
        }
        let kind = match field.field_type {
            FieldType::YesNo => Kind::YesNo,
            FieldType::Whole => Kind::Whole,
            FieldType::Text => Kind::Text,
            FieldType::Word(words) => Kind::Word(words),
            FieldType::Instant => Kind::Instant,
            FieldType::Day => Kind::Day,
            FieldType::Texts => Kind::Texts,
        };
        kind.into()
    }

    /// The right side is looked at only when the left holds, so it may rely on what the left asked for.
    fn both(&mut self, left: &IdedExpr, right: &IdedExpr, present: &Present) -> Found {
        let left = self.yes_no(left, present);
        let right = self.yes_no(right, &present.union(&left.if_true).copied().collect());
        let if_true = left.if_true.union(&right.if_true).copied().collect();
        let if_false = left.if_false.intersection(&right.if_false).copied().collect();
        Found { kind: Kind::YesNo, if_true, if_false }
    }

    fn either(&mut self, left: &IdedExpr, right: &IdedExpr, present: &Present) -> Found {
        let left = self.yes_no(left, present);
        let right = self.yes_no(right, &present.union(&left.if_false).copied().collect());
        let if_true = left.if_true.intersection(&right.if_true).copied().collect();
        let if_false = left.if_false.union(&right.if_false).copied().collect();
        Found { kind: Kind::YesNo, if_true, if_false }
    }

    fn yes_no(&mut self, part: &IdedExpr, present: &Present) -> Found {
        let found = self.check(part, present);
        if !matches!(found.kind, Kind::YesNo | Kind::Unknown) {
            self.refuse_type(part.id, "Phần này phải đúng hoặc sai.", "This part must say yes or no.");
        }
        found
    }

    fn equal(&mut self, id: u64, left: &Kind, right: &Kind) -> Kind {
        use Kind::{Day, Instant, Text, Unknown, Whole, Word, Written, YesNo};
        match (left, right) {
            (Word(words), Written(text)) | (Written(text), Word(words)) => self.one_of(id, words, text),
            (Day, Written(text)) | (Written(text), Day) => self.day(id, text),
            (Unknown, _)
            | (_, Unknown)
            | (YesNo, YesNo)
            | (Whole, Whole)
            | (Instant, Instant)
            | (Day, Day)
            | (Text, Text | Written(_))
            | (Written(_), Text) => Kind::YesNo,
            _ => self.refuse_type(id, "Hai vế không cùng kiểu.", "The two sides can't be compared."),
        }
    }

    fn ordered(&mut self, id: u64, left: &Kind, right: &Kind) -> Kind {
        use Kind::{Day, Instant, Unknown, Whole, Written};
        match (left, right) {
            (Day, Written(text)) | (Written(text), Day) => self.day(id, text),
            (Unknown, _) | (_, Unknown) | (Whole, Whole) | (Instant, Instant) | (Day, Day) => Kind::YesNo,
            _ => self.refuse_type(
                id,
                "Chỉ so sánh trước sau được hai số, hai thời điểm hoặc hai ngày.",
                "Only two numbers, two instants or two days have an order.",
            ),
        }
    }

    fn among(&mut self, id: u64, one: &Kind, all: &Kind) -> Kind {
        use Kind::{Text, Texts, Unknown, Whole, Word, Written, WrittenTexts, WrittenWholes};
        match (one, all) {
            (Word(words), WrittenTexts(texts)) => {
                for text in texts {
                    self.one_of(id, words, text);
                }
                Kind::YesNo
            }
            (Unknown, _)
            | (_, Unknown)
            | (Text, WrittenTexts(_))
            | (Text | Written(_), Texts)
            | (Whole, WrittenWholes) => Kind::YesNo,
            _ => self.refuse_type(
                id,
                "`in` cần một giá trị và danh sách cùng kiểu.",
                "`in` needs a value and a list of such.",
            ),
        }
    }

    fn one_of(&mut self, id: u64, words: &[&str], text: &str) -> Kind {
        if !words.contains(&text) {
            let known = words.join(", ");
            let vi = format!("`{text}` không phải là một trong các từ: {known}.");
            self.refuse(id, "formula.word", vi, format!("`{text}` is none of: {known}."));
        }
        Kind::YesNo
    }

    fn day(&mut self, id: u64, text: &str) -> Kind {
        if parse_day(text).is_none() {
            let vi = format!("`{text}` không phải là ngày như 2026-11-22.");
            self.refuse(id, "formula.type", vi, format!("`{text}` is not a day like 2026-11-22."));
        }
        Kind::YesNo
    }

    fn refuse(&mut self, id: u64, code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Found {
        self.wrong.push(Wrong::new(id, code, vi, en));
        Kind::Unknown.into()
    }

    fn refuse_type(&mut self, id: u64, vi: &str, en: &str) -> Kind {
        self.refuse(id, "formula.type", vi, en).kind
    }

    fn refuse_function(&mut self, id: u64, name: &str) -> Found {
        let vi = format!("Không dùng `{name}` trong điều kiện: chỉ so sánh, &&, ||, !, in, has, size.");
        let en = format!("A filter has no `{name}`: only comparisons, &&, ||, !, in, has and size.");
        self.refuse(id, "formula.function", vi, en)
    }
}
