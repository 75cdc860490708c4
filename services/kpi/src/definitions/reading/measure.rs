//! Measures: which records are counted.

use super::fields::{Fields, both, name, scalar, word};
use crate::definitions::faults::Faults;
use crate::definitions::filter::Filter;
use crate::definitions::model::{Count, Measure, Window};
use crate::definitions::vocabulary::{AgencyRole, Field, FieldType, SUBJECTS, Subject, subject};
use crate::definitions::yaml::Node;

const WINDOWS: [&str; 4] = ["within", "until_end", "before_start", "now"];

pub(super) fn read(node: &Node, faults: &mut Faults) -> Option<Measure> {
    let mut fields = Fields::of(node, faults)?;
    let code = fields.need("code", faults).and_then(|node| name(node, faults));
    let measure_name = fields.need("name", faults).and_then(|node| both(node, faults));
    let of = fields.need("subject", faults).and_then(|node| of_subject(node, faults));
    let (on, window) = (fields.get("on"), fields.get("window"));
    let (when, agency) = (fields.get("when"), fields.get("agency"));
    let (distinct, sum) = (fields.get("count_distinct"), fields.get("sum"));
    fields.finish(faults);
    let of = of?;
    let window = self::window(node, of, on, window, faults);
    let when = match when {
        None => Some(None),
        Some(node) => scalar(node, faults).and_then(|text| Filter::read(node, text, of, faults)).map(Some),
    };
    let agency = match agency {
        None => of.agencies.first(),
        Some(node) => role(node, of, faults),
    };
    let count = match (distinct, sum) {
        (None, None) => Some(Count::Records),
        (Some(node), None) => field(node, of, &[FieldType::Text], faults).map(Count::Distinct),
        (None, Some(node)) => field(node, of, &[FieldType::Whole], faults).map(Count::Sum),
        (Some(_), Some(node)) => {
            let (vi, en) = ("Chỉ một trong `count_distinct` và `sum`.", "Only one of `count_distinct` and `sum`.");
            faults.add(node.place, &node.path, "measure.count", vi, en);
            None
        }
    };
    Some(Measure {
        code: code?,
        name: measure_name?,
        subject: of,
        window: window?,
        when: when?,
        agency: agency?,
        count: count?,
    })
}

fn of_subject(node: &Node, faults: &mut Faults) -> Option<&'static Subject> {
    let known: Vec<&str> = SUBJECTS.iter().map(|subject| subject.name).collect();
    subject(&word::<String>(node, &known, faults)?)
}

fn role(node: &Node, of: &'static Subject, faults: &mut Faults) -> Option<&'static AgencyRole> {
    let known: Vec<&str> = of.agencies.iter().map(|role| role.name).collect();
    let name: String = word(node, &known, faults)?;
    of.agencies.iter().find(|role| role.name == name)
}

/// A field of the subject that has one of these types. A record that lacks it is not counted.
fn field(node: &Node, of: &'static Subject, types: &[FieldType], faults: &mut Faults) -> Option<&'static Field> {
    let text = scalar(node, faults)?;
    let Some(field) = of.field(text) else {
        let vi = format!("`{}` không có trường `{text}`.", of.name);
        faults.add(node.place, &node.path, "field.unknown", vi, format!("`{}` has no field `{text}`.", of.name));
        return None;
    };
    if !types.contains(&field.field_type) {
        let vi = format!("Trường `{text}` không dùng được ở đây.");
        faults.add(node.place, &node.path, "field.type", vi, format!("The field `{text}` can't be used here."));
        return None;
    }
    Some(field)
}

fn window(
    node: &Node,
    of: &'static Subject,
    on: Option<&Node>,
    window: Option<&Node>,
    faults: &mut Faults,
) -> Option<Window> {
    let word: String = match window {
        Some(node) => word(node, &WINDOWS, faults)?,
        None => "within".to_owned(),
    };
    let Some(on) = on else {
        if word == "now" {
            return Some(Window::Now);
        }
        let (vi, en) = ("Thiếu khóa `on`: trường thời gian.", "The key `on` is missing: the field of time.");
        faults.add(node.place, &node.path, "key.missing", vi, en);
        return None;
    };
    if word == "now" {
        let (vi, en) = ("`window: now` không có trường thời gian.", "`window: now` has no field of time.");
        faults.add(on.place, &on.path, "measure.window", vi, en);
        return None;
    }
    let field = field(on, of, &[FieldType::Instant, FieldType::Day], faults)?;
    Some(match word.as_str() {
        "until_end" => Window::UntilEnd(field),
        "before_start" => Window::BeforeStart(field),
        _ => Window::Within(field),
    })
}
