//! The set itself, and what its parts must come to together.

use std::collections::BTreeMap;

use super::fields::{Fields, both, code, day, line, list, name, not_negative, word};
use super::{indicator, measure, ranking};
use crate::definitions::exact::Exact;
use crate::definitions::faults::Faults;
use crate::definitions::formula::{Known, Range};
use crate::definitions::model::{Element, ElementKind, Group, Indicator, IndicatorSet, Measure, Method};
use crate::definitions::yaml::{Content, Node};
use crate::periods::PeriodKind;

/// What indicators may name.
pub(super) struct Names<'s> {
    pub groups: &'s [Group],
    pub elements: &'s [Element],
    /// Measures and numbers that people enter, as formulas call them. With them those that are wrong themselves: naming
    /// them is not a second fault.
    pub figures: Vec<Known>,
    /// Whether the set only counts and gives no points.
    pub only_told: bool,
}

pub(super) fn read(root: &Node, faults: &mut Faults) -> Option<IndicatorSet> {
    let mut fields = Fields::of(root, faults)?;
    let set_code = fields.need("code", faults).and_then(|node| code(node, faults));
    let version = fields.need("version", faults).and_then(|node| code(node, faults));
    let set_name = fields.need("name", faults).and_then(|node| both(node, faults));
    let source = fields.need("source", faults).and_then(|node| line(node, faults));
    let from_node = fields.need("valid_from", faults);
    let valid_from = from_node.and_then(|node| day(node, faults));
    let to_node = fields.get("valid_to");
    let valid_to = to_node.and_then(|node| day(node, faults));
    reversed(to_node, valid_from, valid_to, faults);
    let note = fields.get("note").and_then(|node| both(node, faults));
    let periods = fields.need("periods", faults).map(|node| periods(node, faults)).unwrap_or_default();
    let total_node = fields.get("total");
    let total = total_node.and_then(|node| not_negative(node, faults));
    let group_nodes = fields.need("groups", faults).and_then(|node| list(node, faults)).unwrap_or_default();
    let scored = total_node.is_some();
    let groups: Vec<(Group, &Node)> =
        group_nodes.iter().filter_map(|node| Some((group(node, scored, faults)?, node))).collect();
    let measure_nodes = fields.get("measures").and_then(|node| list(node, faults)).unwrap_or_default();
    let measures: Vec<Measure> = distinct(measure_nodes, "measure.duplicate", faults, measure::read, |one| &one.code);
    let elements = fields.get("elements").and_then(|node| list(node, faults)).unwrap_or_default();
    let elements: Vec<Element> = distinct(elements, "element.duplicate", faults, element, |one| &one.code);
    let groups_alone: Vec<Group> = groups.iter().map(|(group, _)| group.clone()).collect();
    let figures = figures(measure_nodes, &elements);
    let names = Names { groups: &groups_alone, elements: &elements, figures, only_told: !scored };
    let nodes = fields.need("indicators", faults).and_then(|node| list(node, faults)).unwrap_or_default();
    let mut heads = Vec::new();
    let indicators: Vec<Indicator> = distinct(
        nodes,
        "indicator.duplicate",
        faults,
        |node, faults| indicator::read(node, &names, &mut heads, faults),
        |one| &one.code,
    );
    let ranking = fields.get("ranking").and_then(|node| ranking::read(node, &names.figures, total.as_ref(), faults));
    duplicate_groups(&groups, faults);
    validity_within(&heads, valid_from, valid_to, faults);
    sums_of_parts(&indicators, &heads, faults);
    if let (Some(total), Some(node)) = (&total, total_node) {
        sums(&groups, &heads, (total, node), faults);
    }
    fields.finish(faults);
    Some(IndicatorSet {
        code: set_code?,
        version: version?,
        name: set_name?,
        source: source?,
        valid_from: valid_from?,
        valid_to,
        note,
        periods,
        total,
        groups: groups_alone,
        measures,
        elements,
        indicators,
        ranking,
    })
}

/// What can be said of an indicator even where its method is wrong, so that one fault does not make a second.
pub(super) struct Head<'n> {
    pub code: String,
    pub group: String,
    pub maximum: Option<Exact>,
    pub maximum_node: &'n Node,
    pub validity: [Option<(chrono::NaiveDate, &'n Node)>; 2],
    /// The indicators whose points it sums up.
    pub sums: Vec<(String, &'n Node)>,
}

/// Reads the items of a list, and tells of those that have a code that stood before.
fn distinct<'n, T>(
    nodes: &'n [Node],
    fault: &str,
    faults: &mut Faults,
    mut read: impl FnMut(&'n Node, &mut Faults) -> Option<T>,
    code: impl Fn(&T) -> &String,
) -> Vec<T> {
    let mut all: Vec<T> = Vec::new();
    for node in nodes {
        let Some(one) = read(node, faults) else { continue };
        if all.iter().any(|other| code(other) == code(&one)) {
            let (vi, en) =
                (format!("Mã `{}` đã có.", code(&one)), format!("The code `{}` stands here already.", code(&one)));
            faults.add(node.place, &node.path, fault, vi, en);
        }
        all.push(one);
    }
    all
}

pub(super) fn reversed(
    node: Option<&Node>,
    from: Option<chrono::NaiveDate>,
    to: Option<chrono::NaiveDate>,
    faults: &mut Faults,
) {
    if let (Some(node), Some(from), Some(to)) = (node, from, to)
        && to < from
    {
        let vi = format!("Hết hiệu lực {to} trước khi có hiệu lực {from}.");
        faults.add(
            node.place,
            &node.path,
            "validity.reversed",
            vi,
            format!("It ends on {to}, before it begins on {from}."),
        );
    }
}

pub(super) fn periods(node: &Node, faults: &mut Faults) -> Vec<PeriodKind> {
    let known: Vec<&str> = PeriodKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let mut kinds = Vec::new();
    for item in list(node, faults).unwrap_or_default() {
        let Some(kind) = word::<PeriodKind>(item, &known, faults) else { continue };
        if kinds.contains(&kind) {
            faults.add(item.place, &item.path, "period.duplicate", "Loại kỳ đã có.", "This kind stands here already.");
        }
        kinds.push(kind);
    }
    kinds
}

fn group(node: &Node, scored: bool, faults: &mut Faults) -> Option<Group> {
    let mut fields = Fields::of(node, faults)?;
    let group_code = fields.need("code", faults).and_then(|node| code(node, faults));
    let group_name = fields.need("name", faults).and_then(|node| both(node, faults));
    // Groups of a set that only counts have no points.
    let maximum =
        if scored { fields.need("maximum", faults).and_then(|node| not_negative(node, faults)) } else { None };
    fields.finish(faults);
    Some(Group { code: group_code?, name: group_name?, maximum })
}

fn element(node: &Node, faults: &mut Faults) -> Option<Element> {
    let mut fields = Fields::of(node, faults)?;
    let element_code = fields.need("code", faults).and_then(|node| name(node, faults));
    let element_name = fields.need("name", faults).and_then(|node| both(node, faults));
    let unit = fields.need("unit", faults).and_then(|node| both(node, faults));
    let kind: Option<String> =
        fields.need("kind", faults).and_then(|node| word(node, &["count", "decimal", "yes_no", "choice"], faults));
    let choices = if kind.as_deref() == Some("choice") {
        let nodes = fields.need("choices", faults).and_then(|node| list(node, faults)).unwrap_or_default();
        nodes.iter().filter_map(|node| name(node, faults)).collect()
    } else {
        Vec::new()
    };
    fields.finish(faults);
    let kind = match kind?.as_str() {
        "count" => ElementKind::Count,
        "decimal" => ElementKind::Decimal,
        "yes_no" => ElementKind::YesNo,
        _ => ElementKind::Choice(choices),
    };
    Some(Element { code: element_code?, name: element_name?, unit: unit?, kind })
}

fn figures(measures: &[Node], elements: &[Element]) -> Vec<Known> {
    let counted = measures.iter().filter_map(|node| {
        let Content::Map(entries) = &node.content else { return None };
        let (_, _, code) = entries.iter().find(|(key, ..)| key == "code")?;
        let Content::Scalar { text, .. } = &code.content else { return None };
        Some(Known::new(text, Range::at_least(0)))
    });
    let entered = elements.iter().filter_map(|element| {
        let range = match element.kind {
            ElementKind::Count => Range::at_least(0),
            ElementKind::Decimal => Range::any(),
            ElementKind::YesNo | ElementKind::Choice(_) => return None,
        };
        Some(Known::new(format!("element.{}", element.code), range))
    });
    counted.chain(entered).collect()
}

fn duplicate_groups(groups: &[(Group, &Node)], faults: &mut Faults) {
    for (index, (group, node)) in groups.iter().enumerate() {
        if groups.iter().take(index).any(|(other, _)| other.code == group.code) {
            let (vi, en) =
                (format!("Nhóm `{}` đã có.", group.code), format!("The group `{}` stands here already.", group.code));
            faults.add(node.place, &node.path, "group.duplicate", vi, en);
        }
    }
}

fn validity_within(
    heads: &[Head<'_>],
    from: Option<chrono::NaiveDate>,
    to: Option<chrono::NaiveDate>,
    faults: &mut Faults,
) {
    for (day, node) in heads.iter().flat_map(|head| head.validity.iter().flatten()) {
        if from.is_some_and(|from| *day < from) || to.is_some_and(|to| to < *day) {
            let vi = "Hiệu lực của chỉ tiêu nằm ngoài hiệu lực của bộ.";
            faults.add(node.place, &node.path, "validity.outside", vi, "This lies outside the validity of the set.");
        }
    }
}

/// An indicator that is a sum: its parts exist, are of its group, are no sums themselves, belong to no other sum, and come
/// to its maximum.
fn sums_of_parts(indicators: &[Indicator], heads: &[Head<'_>], faults: &mut Faults) {
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for head in heads.iter().filter(|head| !head.sums.is_empty()) {
        let mut sum = Some(Exact::zero());
        for (part, node) in &head.sums {
            let found = heads.iter().find(|other| other.code == *part);
            let wrong = match found {
                None => Some((
                    "sum.unknown",
                    format!("Không có chỉ tiêu `{part}`."),
                    format!("There is no indicator `{part}`."),
                )),
                Some(other) if !other.sums.is_empty() => Some((
                    "sum.of_sums",
                    format!("`{part}` cũng là tổng; một tổng chỉ gồm các chỉ tiêu không phải là tổng."),
                    format!("`{part}` is a sum itself; a sum is of indicators that are none."),
                )),
                Some(other) if other.group != head.group => Some((
                    "sum.other_group",
                    format!("`{part}` thuộc nhóm khác."),
                    format!("`{part}` belongs to another group."),
                )),
                Some(_) if taken.contains_key(part.as_str()) => Some((
                    "sum.twice",
                    format!("`{part}` đã được cộng vào một tổng."),
                    format!("`{part}` is part of a sum already."),
                )),
                Some(_) => None,
            };
            if let Some((code, vi, en)) = wrong {
                faults.add(node.place, &node.path, code, vi, en);
            }
            taken.insert(part, &head.code);
            let part = found.and_then(|other| other.maximum.as_ref());
            sum = sum.zip(part).map(|(sum, part)| &sum + part);
        }
        let read = indicators.iter().any(|one| one.code == head.code && has_sum(one));
        if let (Some(sum), Some(maximum), true) = (sum, &head.maximum, read)
            && sum != *maximum
        {
            let vi = format!("Điểm tối đa {maximum} khác tổng điểm tối đa {sum} của các phần.");
            let en = format!("The maximum {maximum} is not the sum {sum} of its parts' maxima.");
            faults.add(head.maximum_node.place, &head.maximum_node.path, "maximum.sum", vi, en);
        }
    }
}

fn has_sum(indicator: &Indicator) -> bool {
    indicator.variants.iter().any(|variant| matches!(variant.method, Method::Sum(_)))
}

/// Indicators come to their group's maximum, groups to the total.
fn sums(groups: &[(Group, &Node)], heads: &[Head<'_>], (total, total_node): (&Exact, &Node), faults: &mut Faults) {
    let in_sums: Vec<&String> = heads.iter().flat_map(|head| head.sums.iter().map(|(part, _)| part)).collect();
    for (group, node) in groups {
        let of_group = heads.iter().filter(|head| head.group == group.code && !in_sums.contains(&&head.code));
        let sum: Option<Exact> = of_group.map(|head| head.maximum.clone()).sum::<Option<Exact>>();
        if let (Some(sum), Some(maximum)) = (sum, &group.maximum)
            && sum != *maximum
        {
            let vi = format!("Các chỉ tiêu của nhóm `{}` có tổng điểm tối đa {sum}, không phải {maximum}.", group.code);
            let en = format!("The indicators of group `{}` come to {sum} at most, not to {maximum}.", group.code);
            faults.add(node.place, &format!("{}/maximum", node.path), "maximum.sum", vi, en);
        }
    }
    let sum: Option<Exact> = groups.iter().map(|(group, _)| group.maximum.clone()).sum::<Option<Exact>>();
    if let Some(sum) = sum.filter(|sum| sum != total) {
        let vi = format!("Các nhóm có tổng điểm tối đa {sum}, không phải {total}.");
        let en = format!("The groups come to {sum} at most, not to {total}.");
        faults.add(total_node.place, &total_node.path, "maximum.sum", vi, en);
    }
}
