//! Reading maps, lists and words off a tree, telling every fault and going on.

use std::str::FromStr;

use chrono::NaiveDate;
use motcua_kernel::Text;
use motcua_kernel::text::{is_one_line, normalise};
use motcua_kernel::time::parse_day;

use crate::definitions::exact::Exact;
use crate::definitions::faults::Faults;
use crate::definitions::yaml::{Content, Node};

const LONGEST_LINE: usize = 500;
const LONGEST_CODE: usize = 60;

/// The entries of a map, and which keys were asked for.
pub(super) struct Fields<'n> {
    node: &'n Node,
    asked: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// The entries of a node that must be a map.
    pub(super) fn of(node: &'n Node, faults: &mut Faults) -> Option<Self> {
        if matches!(node.content, Content::Map(_)) {
            return Some(Self { node, asked: Vec::new() });
        }
        let (vi, en) = ("Ở đây phải là các khóa và giá trị.", "Keys with values belong here.");
        faults.add(node.place, &node.path, "value.type", vi, en);
        None
    }

    /// The value of a key that may be missing.
    pub(super) fn get(&mut self, key: &'static str) -> Option<&'n Node> {
        self.asked.push(key);
        let Content::Map(entries) = &self.node.content else { return None };
        entries.iter().find(|(name, ..)| name == key).map(|(_, _, value)| value)
    }

    /// The value of a key that must be there.
    pub(super) fn need(&mut self, key: &'static str, faults: &mut Faults) -> Option<&'n Node> {
        let found = self.get(key);
        if found.is_none() {
            let (vi, en) = (format!("Thiếu khóa `{key}`."), format!("The key `{key}` is missing."));
            faults.add(self.node.place, &self.node.path, "key.missing", vi, en);
        }
        found
    }

    /// Says which keys nobody asked for.
    pub(super) fn finish(self, faults: &mut Faults) {
        let Content::Map(entries) = &self.node.content else { return };
        for (key, place, value) in entries {
            if !self.asked.contains(&key.as_str()) {
                let known = self.asked.join(", ");
                let vi = format!("Không có khóa `{key}` ở đây; các khóa có thể dùng: {known}.");
                let en = format!("There is no key `{key}` here; there are: {known}.");
                faults.add(*place, &value.path, "key.unknown", vi, en);
            }
        }
    }
}

/// A scalar as it stands there, and not nothing.
pub(super) fn scalar<'n>(node: &'n Node, faults: &mut Faults) -> Option<&'n str> {
    match &node.content {
        Content::Scalar { text, plain, .. } if !(*plain && matches!(text.as_str(), "" | "~" | "null")) => Some(text),
        Content::Scalar { .. } => {
            faults.add(node.place, &node.path, "value.missing", "Thiếu giá trị.", "The value is missing.");
            None
        }
        Content::List(_) | Content::Map(_) => {
            let (vi, en) = ("Ở đây phải là một giá trị.", "One value belongs here.");
            faults.add(node.place, &node.path, "value.type", vi, en);
            None
        }
    }
}

/// A line of text.
pub(super) fn line(node: &Node, faults: &mut Faults) -> Option<String> {
    let text = normalise(scalar(node, faults)?);
    if is_one_line(&text) && text.chars().count() <= LONGEST_LINE {
        return Some(text);
    }
    let vi = format!("Phải là một dòng chữ, nhiều nhất {LONGEST_LINE} ký tự.");
    faults.add(node.place, &node.path, "value.text", vi, format!("One line of at most {LONGEST_LINE} characters."));
    None
}

/// A text in both languages: `{vi: …, en: …}`.
pub(super) fn both(node: &Node, faults: &mut Faults) -> Option<Text> {
    let mut fields = Fields::of(node, faults)?;
    let vi = fields.need("vi", faults).and_then(|node| line(node, faults));
    let en = fields.need("en", faults).and_then(|node| line(node, faults));
    fields.finish(faults);
    Some(Text::new(vi?, en?))
}

/// A code as laws number things and programs name them.
pub(super) fn code(node: &Node, faults: &mut Faults) -> Option<String> {
    let text = scalar(node, faults)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if text.len() <= LONGEST_CODE && text.chars().all(plain) && text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Some(text.to_owned());
    }
    let vi = format!("Mã chỉ gồm chữ, số, dấu `.`, `_`, `-`, nhiều nhất {LONGEST_CODE} ký tự.");
    let en = format!("A code is of letters, digits, `.`, `_` and `-`, at most {LONGEST_CODE}.");
    faults.add(node.place, &node.path, "value.code", vi, en);
    None
}

/// A name that formulas use: small letters, digits and `_`.
pub(super) fn name(node: &Node, faults: &mut Faults) -> Option<String> {
    let text = scalar(node, faults)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let reserved =
        ["ratio", "numerator", "denominator", "value", "maximum", "element", "min", "max", "in", "true", "false"];
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
    if text.len() <= LONGEST_CODE && text.chars().all(plain) && begins && !reserved.contains(&text) {
        return Some(text.to_owned());
    }
    let (vi, en) = (
        "Tên dùng trong công thức chỉ gồm chữ thường, số, `_`, và không phải là từ dành riêng.",
        "A name for formulas is of small letters, digits and `_`, and no reserved word.",
    );
    faults.add(node.place, &node.path, "value.name", vi, en);
    None
}

/// A number as written: `0.80`, `1/2`.
pub(super) fn exact(node: &Node, faults: &mut Faults) -> Option<Exact> {
    let text = scalar(node, faults)?;
    let read = text.parse().ok();
    if read.is_none() {
        let vi = format!("`{text}` không phải là số; viết như 12, 0.80 hoặc 1/2.");
        faults.add(
            node.place,
            &node.path,
            "value.number",
            vi,
            format!("`{text}` is no number; write 12, 0.80 or 1/2."),
        );
    }
    read
}

/// A number that is not below zero.
pub(super) fn not_negative(node: &Node, faults: &mut Faults) -> Option<Exact> {
    let number = exact(node, faults)?;
    if number.is_negative() {
        faults.add(node.place, &node.path, "value.negative", "Số không được âm.", "The number must not be negative.");
        return None;
    }
    Some(number)
}

/// A whole number between two.
pub(super) fn whole(node: &Node, least: i64, most: i64, faults: &mut Faults) -> Option<i64> {
    let text = scalar(node, faults)?;
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let read = text.parse().ok().filter(|number| digits && (least..=most).contains(number));
    if read.is_none() {
        let vi = format!("`{text}` không phải là số nguyên từ {least} đến {most}.");
        let en = format!("`{text}` is no whole number from {least} to {most}.");
        faults.add(node.place, &node.path, "value.number", vi, en);
    }
    read
}

/// A day: `2022-06-23`.
pub(super) fn day(node: &Node, faults: &mut Faults) -> Option<NaiveDate> {
    let text = scalar(node, faults)?;
    let read = parse_day(text);
    if read.is_none() {
        let vi = format!("`{text}` không phải là ngày như 2022-06-23.");
        faults.add(node.place, &node.path, "value.day", vi, format!("`{text}` is not a day like 2022-06-23."));
    }
    read
}

/// One of some words.
pub(super) fn word<T: FromStr>(node: &Node, known: &[&str], faults: &mut Faults) -> Option<T> {
    let text = scalar(node, faults)?;
    let read = text.parse().ok().filter(|_| known.contains(&text));
    if read.is_none() {
        let known = known.join(", ");
        let vi = format!("`{text}` không phải là một trong các từ: {known}.");
        faults.add(node.place, &node.path, "value.word", vi, format!("`{text}` is none of: {known}."));
    }
    read
}

/// The items of a list that must have some.
pub(super) fn list<'n>(node: &'n Node, faults: &mut Faults) -> Option<&'n [Node]> {
    match &node.content {
        Content::List(items) if !items.is_empty() => Some(items),
        Content::List(_) => {
            faults.add(node.place, &node.path, "list.empty", "Danh sách trống.", "The list is empty.");
            None
        }
        Content::Scalar { .. } | Content::Map(_) => {
            faults.add(node.place, &node.path, "value.type", "Ở đây phải là danh sách.", "A list belongs here.");
            None
        }
    }
}
