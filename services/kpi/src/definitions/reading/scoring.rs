//! The points of a ratio or value: thresholds, tables, shares, formulas.

use super::fields::{Fields, code, exact, list, name, not_negative, scalar};
use super::method::{Numbers, known_element};
use crate::definitions::exact::Exact;
use crate::definitions::faults::Faults;
use crate::definitions::formula::{Formula, Known, Range};
use crate::definitions::model::{ElementKind, Part, RatioScoring, Step, Tier, ValueScoring};
use crate::definitions::yaml::{Content, Node};

/// A scoring as it is written, before it is known what is scored.
pub(super) enum Written {
    Information,
    Ratio,
    YesNo,
    Threshold(Exact),
    Capped(Exact),
    Steps(Vec<Step>),
    Tiers(Vec<Tier>),
    Composite(Vec<Part>),
    External {
        worst: Exact,
        best: Exact,
    },
    /// The codes, and the paths where they stand.
    Sum(Vec<(String, String)>),
    Formula(String),
}

const KINDS: &str = "information, ratio, yes_no, threshold, capped, steps, tiers, composite, external, sum, formula";

pub(super) fn read(node: &Node, numbers: &Numbers<'_>, faults: &mut Faults) -> Option<Written> {
    let (kind, inner) = match &node.content {
        Content::Scalar { text, .. } => (text.as_str(), None),
        Content::Map(entries) => match entries.as_slice() {
            [(kind, _, inner)] => (kind.as_str(), Some(inner)),
            _ => return unknown(node, faults),
        },
        Content::List(_) => return unknown(node, faults),
    };
    match (kind, inner) {
        ("information", None) => Some(Written::Information),
        ("ratio", None) => Some(Written::Ratio),
        ("yes_no", None) => Some(Written::YesNo),
        ("threshold", Some(inner)) => threshold(inner, faults).map(Written::Threshold),
        ("capped", Some(inner)) => coefficient(inner, faults).map(Written::Capped),
        ("steps", Some(inner)) => steps(inner, numbers, faults).map(Written::Steps),
        ("tiers", Some(inner)) => tiers(inner, faults).map(Written::Tiers),
        ("composite", Some(inner)) => composite(inner, numbers, faults).map(Written::Composite),
        ("external", Some(inner)) => external(inner, faults),
        ("sum", Some(inner)) => {
            let parts = list(inner, faults)?;
            Some(Written::Sum(parts.iter().filter_map(|part| Some((code(part, faults)?, part.path.clone()))).collect()))
        }
        ("formula", Some(inner)) => Some(Written::Formula(scalar(inner, faults)?.to_owned())),
        _ => unknown(node, faults),
    }
}

fn unknown(node: &Node, faults: &mut Faults) -> Option<Written> {
    let vi = format!("Không có cách tính điểm này; có: {KINDS}.");
    faults.add(node.place, &node.path, "scoring.unknown", vi, format!("There is no such scoring; there are: {KINDS}."));
    None
}

/// The points of a ratio.
pub(super) fn of_ratio(
    written: Written,
    node: &Node,
    numbers: &Numbers<'_>,
    faults: &mut Faults,
) -> Option<RatioScoring> {
    match written {
        Written::Information => told(numbers, faults).map(|()| RatioScoring::Information),
        Written::Ratio => Some(RatioScoring::Ratio),
        Written::Threshold(threshold) => Some(RatioScoring::Threshold(threshold)),
        Written::Capped(coefficient) => Some(RatioScoring::Capped(coefficient)),
        Written::Steps(steps) => Some(RatioScoring::Steps(steps)),
        Written::Formula(text) => {
            let known = [
                Known::new("ratio", Range::at_least(0)),
                Known::new("numerator", Range::at_least(0)),
                Known::new("denominator", Range::at_least(1)),
            ];
            points(node, &text, &known, numbers, faults).map(RatioScoring::Formula)
        }
        _ => wrong_kind(node, faults),
    }
}

/// The points of one value.
pub(super) fn of_value(
    written: Written,
    node: &Node,
    numbers: &Numbers<'_>,
    faults: &mut Faults,
) -> Option<ValueScoring> {
    match written {
        Written::Information => told(numbers, faults).map(|()| ValueScoring::Information),
        Written::Steps(steps) => Some(ValueScoring::Steps(steps)),
        Written::External { worst, best } => Some(ValueScoring::External { worst, best }),
        Written::Formula(text) => {
            points(node, &text, &[Known::new("value", Range::any())], numbers, faults).map(ValueScoring::Formula)
        }
        _ => wrong_kind(node, faults),
    }
}

fn wrong_kind<T>(node: &Node, faults: &mut Faults) -> Option<T> {
    let (vi, en) = (
        "Cách tính điểm này không dùng cho tỷ lệ hoặc giá trị đã nêu.",
        "This scoring is not for the ratio or value that is given.",
    );
    faults.add(node.place, &node.path, "scoring.kind", vi, en);
    None
}

/// What is only told gives no points.
fn told(numbers: &Numbers<'_>, faults: &mut Faults) -> Option<()> {
    if numbers.maximum.as_ref().is_some_and(|maximum| !maximum.is_zero()) {
        let (vi, en) = ("Chỉ tiêu chỉ để biết thì điểm tối đa là 0.", "What is only told has the maximum 0.");
        faults.add(numbers.maximum_node.place, &numbers.maximum_node.path, "scoring.information", vi, en);
        return None;
    }
    Some(())
}

fn threshold(node: &Node, faults: &mut Faults) -> Option<Exact> {
    let threshold = exact(node, faults)?;
    if threshold.is_negative() || threshold.is_zero() || threshold > Exact::one() {
        let (vi, en) = ("Ngưỡng phải lớn hơn 0 và không quá 1.", "A threshold is above 0 and at most 1.");
        faults.add(node.place, &node.path, "threshold.range", vi, en);
        return None;
    }
    Some(threshold)
}

fn coefficient(node: &Node, faults: &mut Faults) -> Option<Exact> {
    let coefficient = exact(node, faults)?;
    if coefficient.is_negative() || coefficient.is_zero() {
        faults.add(node.place, &node.path, "threshold.range", "Hệ số phải lớn hơn 0.", "A coefficient is above 0.");
        return None;
    }
    Some(coefficient)
}

/// A table from the highest bound to 0: without gaps, and never giving more for less.
fn steps(node: &Node, numbers: &Numbers<'_>, faults: &mut Faults) -> Option<Vec<Step>> {
    let items = list(node, faults)?;
    let mut steps: Vec<Step> = Vec::new();
    for item in items {
        let mut fields = Fields::of(item, faults)?;
        let at_least = fields.need("at_least", faults).and_then(|node| not_negative(node, faults));
        let points = fields.need("points", faults).and_then(|node| not_negative(node, faults));
        fields.finish(faults);
        let step = Step { at_least: at_least?, points: points? };
        if steps.last().is_some_and(|last| last.at_least <= step.at_least) {
            let (vi, en) = ("Các mốc phải giảm dần.", "Bounds must descend.");
            faults.add(item.place, &item.path, "steps.order", vi, en);
        }
        if numbers.maximum.as_ref().is_some_and(|maximum| step.points > *maximum) {
            let (vi, en) = ("Điểm của mốc vượt điểm tối đa.", "The step gives more than the maximum.");
            faults.add(item.place, &item.path, "scoring.exceeds", vi, en);
        }
        steps.push(step);
    }
    let points: Vec<&Exact> = steps.iter().map(|step| &step.points).collect();
    if !points.is_sorted() && !points.iter().rev().is_sorted() {
        let (vi, en) = ("Điểm phải tăng hoặc giảm đều theo mốc.", "Points must rise or fall with the bounds.");
        faults.add(node.place, &node.path, "steps.order", vi, en);
    }
    if steps.last().is_some_and(|last| !last.at_least.is_zero()) {
        let (vi, en) = ("Bảng còn hở: mốc cuối phải là 0.", "The table has a gap: its last bound must be 0.");
        faults.add(node.place, &node.path, "steps.gap", vi, en);
    }
    Some(steps)
}

fn share(node: &Node, faults: &mut Faults) -> Option<Exact> {
    let share = not_negative(node, faults)?;
    if share > Exact::one() {
        let (vi, en) = ("Phần điểm không quá 1.", "A share is at most 1.");
        faults.add(node.place, &node.path, "scoring.exceeds", vi, en);
        return None;
    }
    Some(share)
}

fn tiers(node: &Node, faults: &mut Faults) -> Option<Vec<Tier>> {
    let mut tiers: Vec<Tier> = Vec::new();
    for item in list(node, faults)? {
        let mut fields = Fields::of(item, faults)?;
        let word = fields.need("word", faults).and_then(|node| name(node, faults));
        let share = fields.need("share", faults).and_then(|node| share(node, faults));
        fields.finish(faults);
        let tier = Tier { word: word?, share: share? };
        if tiers.iter().any(|other| other.word == tier.word) {
            faults.add(item.place, &item.path, "tiers.duplicate", "Mức này đã có.", "This tier stands here already.");
        }
        tiers.push(tier);
    }
    Some(tiers)
}

/// Every word of the element has its tier, and no other word has one.
pub(super) fn check_tiers(
    tiers: &[Tier],
    element: &str,
    numbers: &Numbers<'_>,
    node: &Node,
    faults: &mut Faults,
) -> Option<()> {
    let element = numbers.names.elements.iter().find(|one| one.code == element)?;
    let ElementKind::Choice(words) = &element.kind else { return None };
    let missing = words.iter().filter(|word| !tiers.iter().any(|tier| tier.word == **word));
    let surplus = tiers.iter().map(|tier| &tier.word).filter(|word| !words.contains(word));
    let odd: Vec<&str> = missing.chain(surplus).map(String::as_str).collect();
    if odd.is_empty() {
        return Some(());
    }
    let odd = odd.join(", ");
    let vi = format!("Các mức không khớp với giá trị của `{}`: {odd}.", element.code);
    let en = format!("The tiers are not the words of `{}`: {odd}.", element.code);
    faults.add(node.place, &node.path, "tiers.words", vi, en);
    None
}

fn composite(node: &Node, numbers: &Numbers<'_>, faults: &mut Faults) -> Option<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    for item in list(node, faults)? {
        let mut fields = Fields::of(item, faults)?;
        let element_node = fields.need("element", faults);
        let element = element_node.and_then(|node| name(node, faults));
        let share = fields.need("share", faults).and_then(|node| share(node, faults));
        fields.finish(faults);
        let part = Part { element: element?, share: share? };
        known_element(element_node?, &part.element, "yes_no", numbers, faults)?;
        if parts.iter().any(|other| other.element == part.element) {
            faults.add(
                item.place,
                &item.path,
                "composite.duplicate",
                "Phần này đã có.",
                "This part stands here already.",
            );
        }
        parts.push(part);
    }
    let sum: Exact = parts.iter().map(|part| part.share.clone()).sum();
    if sum != Exact::one() {
        let (vi, en) =
            (format!("Các phần có tổng {sum}, không phải 1."), format!("The shares come to {sum}, not to 1."));
        faults.add(node.place, &node.path, "composite.sum", vi, en);
    }
    Some(parts)
}

fn external(node: &Node, faults: &mut Faults) -> Option<Written> {
    let mut fields = Fields::of(node, faults)?;
    let worst = fields.need("worst", faults).and_then(|node| exact(node, faults));
    let best = fields.need("best", faults).and_then(|node| exact(node, faults));
    fields.finish(faults);
    let (worst, best) = (worst?, best?);
    if worst == best {
        let (vi, en) = ("Giá trị tốt nhất và kém nhất phải khác nhau.", "The best and the worst must differ.");
        faults.add(node.place, &node.path, "external.range", vi, en);
        return None;
    }
    Some(Written::External { worst, best })
}

/// A formula of points: it must never come to more than the maximum, nor below zero, whatever the figures are.
fn points(node: &Node, text: &str, known: &[Known], numbers: &Numbers<'_>, faults: &mut Faults) -> Option<Formula> {
    let maximum = numbers.maximum.clone()?;
    let mut known = known.to_vec();
    known.push(Known::new("maximum", Range::only(maximum.clone())));
    let inner = match &node.content {
        Content::Map(entries) => entries.first().map_or(node, |(_, _, inner)| inner),
        _ => node,
    };
    let (formula, range) = Formula::read(inner, text, &known, faults)?;
    if range.high.is_none_or(|high| high > maximum) {
        let vi = format!("Công thức có thể cho hơn điểm tối đa {maximum}; dùng min(maximum, …).");
        let en = format!("The formula can give more than the maximum {maximum}; write min(maximum, …).");
        faults.add(inner.place, &inner.path, "scoring.exceeds", vi, en);
        return None;
    }
    if range.low.is_none_or(|low| low.is_negative()) {
        let (vi, en) =
            ("Công thức có thể cho điểm âm; dùng max(0, …).", "The formula can fall below 0; write max(0, …).");
        faults.add(inner.place, &inner.path, "scoring.negative", vi, en);
        return None;
    }
    Some(formula)
}
