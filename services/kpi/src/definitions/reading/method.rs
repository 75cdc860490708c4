//! How an indicator comes to its points: of a ratio, of a value, of what people entered, as a sum, or not at all.

use super::fields::{Fields, both, scalar, whole, word};
use super::scoring::{self, Written};
use super::set::Names;
use crate::definitions::exact::Exact;
use crate::definitions::faults::Faults;
use crate::definitions::formula::Formula;
use crate::definitions::model::{ElementKind, Method, RatioMethod, WhenZero};
use crate::definitions::yaml::Node;

/// What a method may name, and what it may come to.
pub(super) struct Numbers<'s> {
    pub names: &'s Names<'s>,
    pub maximum: Option<Exact>,
    pub maximum_node: &'s Node,
}

/// The keys that say where the points come from.
#[derive(Default)]
struct Keys<'n> {
    not_measured: Option<&'n Node>,
    numerator: Option<&'n Node>,
    denominator: Option<&'n Node>,
    value: Option<&'n Node>,
    element: Option<&'n Node>,
    scoring: Option<&'n Node>,
    when_zero: Option<&'n Node>,
    minimum_sample: Option<&'n Node>,
}

pub(super) fn read<'n>(
    fields: &mut Fields<'n>,
    node: &'n Node,
    numbers: &Numbers<'_>,
    sums: &mut Vec<(String, &'n Node)>,
    faults: &mut Faults,
) -> Option<Method> {
    let keys = Keys {
        not_measured: fields.get("not_measured"),
        numerator: fields.get("numerator"),
        denominator: fields.get("denominator"),
        value: fields.get("value"),
        element: fields.get("element"),
        scoring: fields.get("scoring"),
        when_zero: fields.get("when_zero"),
        minimum_sample: fields.get("minimum_sample"),
    };
    if let Some(reason) = keys.not_measured {
        let others = [
            keys.numerator,
            keys.denominator,
            keys.value,
            keys.element,
            keys.scoring,
            keys.when_zero,
            keys.minimum_sample,
        ];
        if let Some(other) = others.into_iter().flatten().next() {
            let (vi, en) = (
                "Chỉ tiêu không đo được thì không có tử số, giá trị hay cách tính điểm.",
                "What is not measured has no numerator, no value and no scoring.",
            );
            faults.add(other.place, &other.path, "not_measured.numerator", vi, en);
        }
        return both(reason, faults).map(Method::NotMeasured);
    }
    let Some(scoring) = keys.scoring else {
        let (vi, en) = (
            "Thiếu khóa `scoring`, hoặc `not_measured` với lý do.",
            "`scoring` is missing, or `not_measured` with the reason.",
        );
        faults.add(node.place, &node.path, "key.missing", vi, en);
        return None;
    };
    let written = scoring::read(scoring, numbers, faults)?;
    let given = [
        ("numerator", keys.numerator),
        ("denominator", keys.denominator),
        ("value", keys.value),
        ("element", keys.element),
        ("when_zero", keys.when_zero),
        ("minimum_sample", keys.minimum_sample),
    ];
    let allow = |allowed: &[&str], faults: &mut Faults| {
        for (key, other) in given.iter().filter_map(|(key, node)| Some((key, (*node)?))) {
            if !allowed.contains(key) {
                let vi = format!("`{key}` không đi cùng cách tính điểm này.");
                faults.add(
                    other.place,
                    &other.path,
                    "scoring.keys",
                    vi,
                    format!("`{key}` does not go with this scoring."),
                );
            }
        }
    };
    match written {
        Written::Sum(parts) => {
            allow(&[], faults);
            let codes = parts.iter().map(|(code, _)| code.clone()).collect();
            sums.extend(parts.into_iter().filter_map(|(code, place)| Some((code, find(keys.scoring?, &place)?))));
            Some(Method::Sum(codes))
        }
        Written::Composite(parts) => {
            allow(&[], faults);
            Some(Method::Composite(parts))
        }
        Written::Tiers(tiers) => {
            allow(&["element"], faults);
            let element = element(keys.element, node, "choice", numbers, faults)?;
            scoring::check_tiers(&tiers, &element, numbers, keys.scoring?, faults)?;
            Some(Method::Tiers { element, tiers })
        }
        Written::YesNo => {
            allow(&["element"], faults);
            Some(Method::YesNo { element: element(keys.element, node, "yes_no", numbers, faults)? })
        }
        written if keys.value.is_some() => {
            allow(&["value"], faults);
            let value = formula(keys.value?, numbers, faults);
            let scoring = scoring::of_value(written, keys.scoring?, numbers, faults);
            Some(Method::Value { value: value?, scoring: scoring? })
        }
        written => {
            allow(&["numerator", "denominator", "when_zero", "minimum_sample"], faults);
            let mut need = |found: Option<&'n Node>, key: &str| {
                if found.is_none() {
                    let (vi, en) = (format!("Thiếu khóa `{key}`."), format!("The key `{key}` is missing."));
                    faults.add(node.place, &node.path, "key.missing", vi, en);
                }
                found.and_then(|node| formula(node, numbers, faults))
            };
            let numerator = need(keys.numerator, "numerator");
            let denominator = need(keys.denominator, "denominator");
            let scoring = scoring::of_ratio(written, keys.scoring?, numbers, faults);
            let when_zero = keys.when_zero.map_or(Some(WhenZero::NotMeasured), |node| when_zero(node, faults));
            let minimum_sample = keys.minimum_sample.map_or(Some(0), |node| whole(node, 0, 1_000_000, faults));
            Some(Method::Ratio(RatioMethod {
                numerator: numerator?,
                denominator: denominator?,
                scoring: scoring?,
                when_zero: when_zero?,
                minimum_sample: minimum_sample?,
            }))
        }
    }
}

/// The part of a tree that has a path.
fn find<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    use crate::definitions::yaml::Content;
    if node.path == path {
        return Some(node);
    }
    match &node.content {
        Content::Scalar { .. } => None,
        Content::List(items) => items.iter().find_map(|item| find(item, path)),
        Content::Map(entries) => entries.iter().find_map(|(_, _, value)| find(value, path)),
    }
}

fn when_zero(node: &Node, faults: &mut Faults) -> Option<WhenZero> {
    let word: String = word(node, &["not_measured", "zero", "full"], faults)?;
    Some(match word.as_str() {
        "zero" => WhenZero::Zero,
        "full" => WhenZero::Full,
        _ => WhenZero::NotMeasured,
    })
}

/// A number made of measures and elements.
fn formula(node: &Node, numbers: &Numbers<'_>, faults: &mut Faults) -> Option<Formula> {
    let text = scalar(node, faults)?;
    Formula::read(node, text, &numbers.names.figures, faults).map(|(formula, _)| formula)
}

/// An element of a kind.
fn element(
    element: Option<&Node>,
    node: &Node,
    kind: &str,
    numbers: &Numbers<'_>,
    faults: &mut Faults,
) -> Option<String> {
    let Some(element) = element else {
        let (vi, en) = ("Thiếu khóa `element`.", "The key `element` is missing.");
        faults.add(node.place, &node.path, "key.missing", vi, en);
        return None;
    };
    let text = scalar(element, faults)?;
    known_element(element, text, kind, numbers, faults).map(|()| text.to_owned())
}

pub(super) fn known_element(
    node: &Node,
    code: &str,
    kind: &str,
    numbers: &Numbers<'_>,
    faults: &mut Faults,
) -> Option<()> {
    let found = numbers.names.elements.iter().find(|element| element.code == code);
    let (fault, vi, en) = match found.map(|element| &element.kind) {
        None => ("element.unknown", format!("Không có số liệu `{code}`."), format!("There is no element `{code}`.")),
        Some(other) if other.as_str() != kind => (
            "element.kind",
            format!("Số liệu `{code}` thuộc loại `{}`, cần loại `{kind}`.", other.as_str()),
            format!("The element `{code}` is a `{}`; a `{kind}` is needed.", other.as_str()),
        ),
        Some(ElementKind::Count | ElementKind::Decimal | ElementKind::YesNo | ElementKind::Choice(_)) => {
            return Some(());
        }
    };
    faults.add(node.place, &node.path, fault, vi, en);
    None
}
