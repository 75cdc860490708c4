//! A part of an accepted filter written in CEL again: the reason that is given for leaving a record out.

use std::fmt::Write;

use cel::IdedExpr;
use cel::common::ast::{Expr, LiteralValue, operators};

/// How tightly the signs of CEL bind; a part that binds less than its place asks for stands in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Comparison,
    Operand,
    Sign,
    Word,
}

/// The text of a part.
pub(super) fn text(part: &IdedExpr) -> String {
    let mut text = String::new();
    // Writing to a string never fails.
    let _ = put(&mut text, part, Binding::Or);
    text
}

fn put(text: &mut String, part: &IdedExpr, place: Binding) -> std::fmt::Result {
    match &part.expr {
        Expr::Literal(LiteralValue::String(written)) => put_text(text, written.inner()),
        Expr::Literal(LiteralValue::Boolean(yes)) => write!(text, "{}", yes.inner()),
        Expr::Literal(LiteralValue::Int(whole)) => match *whole.inner() {
            whole if whole < 0 && place > Binding::Sign => write!(text, "({whole})"),
            whole => write!(text, "{whole}"),
        },
        Expr::Ident(name) => text.write_str(name),
        Expr::Select(select) => {
            text.write_str(if select.test { "has(" } else { "" })?;
            put(text, &select.operand, Binding::Word)?;
            write!(text, ".{}{}", select.field, if select.test { ")" } else { "" })
        }
        Expr::List(list) => {
            text.write_char('[')?;
            put_all(text, &list.elements)?;
            text.write_char(']')
        }
        Expr::Call(call) => match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_NOT, [inner]) => put_signed(text, '!', inner, place),
            (operators::NEGATE, [inner]) => put_signed(text, '-', inner, place),
            (name, all) => {
                if let (Some((sign, binding)), [left, right]) = (sign(name), all) {
                    return put_between(text, (left, sign, right), binding, place);
                }
                write!(text, "{name}(")?;
                put_all(text, all)?;
                text.write_char(')')
            }
        },
        // None of these is accepted in a filter.
        Expr::Literal(_) | Expr::Comprehension(_) | Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
            text.write_char('…')
        }
    }
}

/// How a call of two parts is written, and how tightly that binds.
fn sign(name: &str) -> Option<(&'static str, Binding)> {
    Some(match name {
        operators::LOGICAL_OR => ("||", Binding::Or),
        operators::LOGICAL_AND => ("&&", Binding::And),
        operators::EQUALS => ("==", Binding::Comparison),
        operators::NOT_EQUALS => ("!=", Binding::Comparison),
        operators::LESS => ("<", Binding::Comparison),
        operators::LESS_EQUALS => ("<=", Binding::Comparison),
        operators::GREATER => (">", Binding::Comparison),
        operators::GREATER_EQUALS => (">=", Binding::Comparison),
        operators::IN => ("in", Binding::Comparison),
        _ => return None,
    })
}

fn put_between(
    text: &mut String,
    (left, sign, right): (&IdedExpr, &str, &IdedExpr),
    binding: Binding,
    place: Binding,
) -> std::fmt::Result {
    // A chain of one sign needs no brackets where it is `&&` or `||`.
    let inner = if binding == Binding::Comparison { Binding::Operand } else { binding };
    let brackets = binding < place;
    text.write_str(if brackets { "(" } else { "" })?;
    put(text, left, inner)?;
    write!(text, " {sign} ")?;
    put(text, right, inner)?;
    text.write_str(if brackets { ")" } else { "" })
}

fn put_signed(text: &mut String, sign: char, inner: &IdedExpr, place: Binding) -> std::fmt::Result {
    let brackets = Binding::Sign < place;
    write!(text, "{}{sign}", if brackets { "(" } else { "" })?;
    put(text, inner, Binding::Word)?;
    text.write_str(if brackets { ")" } else { "" })
}

fn put_all(text: &mut String, all: &[IdedExpr]) -> std::fmt::Result {
    for (number, one) in all.iter().enumerate() {
        text.write_str(if number == 0 { "" } else { ", " })?;
        put(text, one, Binding::Or)?;
    }
    Ok(())
}

fn put_text(text: &mut String, written: &str) -> std::fmt::Result {
    text.write_char('"')?;
    for character in written.chars() {
        match character {
            '"' | '\\' => write!(text, "\\{character}")?,
            '\n' => text.write_str("\\n")?,
            '\r' => text.write_str("\\r")?,
            '\t' => text.write_str("\\t")?,
            other => text.write_char(other)?,
        }
    }
    text.write_char('"')
}
