//! Indicators: what they are called, and the variants of how they are scored.

use motcua_agencies::AgencyKind;
use motcua_kernel::Text;

use super::fields::{Fields, both, code, day, line, list, not_negative, scalar, whole, word};
use super::method::{self, Numbers};
use super::set::{Head, Names, periods, reversed};
use crate::definitions::exact::Exact;
use crate::definitions::faults::Faults;
use crate::definitions::model::{Direction, Indicator, Variant};
use crate::definitions::yaml::Node;

const AGENCY_KINDS: [&str; 7] = ["province", "department", "centre", "commune", "party", "council", "other"];

/// Reads an indicator; what others must know of it goes to `heads` even where something is wrong with it.
pub(super) fn read<'n>(
    node: &'n Node,
    names: &Names<'_>,
    heads: &mut Vec<Head<'n>>,
    faults: &mut Faults,
) -> Option<Indicator> {
    let mut fields = Fields::of(node, faults)?;
    let indicator_code = fields.need("code", faults).and_then(|node| code(node, faults));
    let key = fields.get("key").map(|node| code(node, faults));
    let name = fields.need("name", faults).and_then(|node| both(node, faults));
    let source = fields.get("source").map(|node| line(node, faults));
    let (from, to) = (fields.get("valid_from"), fields.get("valid_to"));
    let from = from.and_then(|node| Some((day(node, faults)?, node)));
    let to = to.and_then(|node| Some((day(node, faults)?, node)));
    reversed(to.map(|(_, node)| node), from.map(|(day, _)| day), to.map(|(day, _)| day), faults);
    let group = fields.need("group", faults).and_then(|node| group(node, names, faults));
    let maximum_node = fields.get("maximum");
    let maximum = maximum(node, maximum_node, names, faults);
    let unit = fields.need("unit", faults).and_then(|node| both(node, faults));
    let direction: Option<String> = match fields.get("direction") {
        Some(node) => word(node, &["up", "down"], faults),
        None => Some("up".to_owned()),
    };
    let applies_to = fields.get("applies_to").map(|node| kinds(node, faults)).unwrap_or_default();
    let of_periods = fields.get("periods").map(|node| periods(node, faults)).unwrap_or_default();
    let decimals = fields.get("rounding").map_or(Some(2), |node| whole(node, 0, 6, faults));
    let note = fields.get("note").map(|node| both(node, faults));
    let numbers = Numbers { names, maximum: maximum.clone(), maximum_node: maximum_node.unwrap_or(node) };
    let mut sums = Vec::new();
    let variants = match fields.get("variants") {
        Some(node) => variants(node, &numbers, &mut sums, faults),
        None => method::read(&mut fields, node, &numbers, &mut sums, faults).map(|method| {
            let name = Text::new("Mặc định", "Default");
            vec![Variant { code: "default".to_owned(), name, source: None, method }]
        }),
    };
    fields.finish(faults);
    if let (Some(code), Some(group)) = (&indicator_code, &group) {
        let (code, group) = (code.clone(), group.clone());
        let maximum_node = maximum_node.unwrap_or(node);
        heads.push(Head { code, group, maximum: maximum.clone(), maximum_node, validity: [from, to], sums });
    }
    let direction = if direction?.as_str() == "up" { Direction::Up } else { Direction::Down };
    Some(Indicator {
        code: indicator_code?,
        key: present(key)?,
        name: name?,
        source: present(source)?,
        valid_from: from.map(|(day, _)| day),
        valid_to: to.map(|(day, _)| day),
        group: group?,
        maximum: maximum?,
        unit: unit?,
        direction,
        applies_to,
        periods: of_periods,
        decimals: u32::try_from(decimals?).ok()?,
        variants: variants?,
        note: present(note)?,
    })
}

/// What was left out is nothing; what is there and wrong was told.
#[expect(clippy::option_option, reason = "left out, or there and wrong")]
fn present<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(read) => read.map(Some),
    }
}

fn group(node: &Node, names: &Names<'_>, faults: &mut Faults) -> Option<String> {
    let text = scalar(node, faults)?;
    if names.groups.iter().any(|group| group.code == text) {
        return Some(text.to_owned());
    }
    let (vi, en) = (format!("Không có nhóm `{text}`."), format!("There is no group `{text}`."));
    faults.add(node.place, &node.path, "group.unknown", vi, en);
    None
}

/// An indicator of a set that is scored says what it gives at most; in others it gives nothing.
fn maximum(node: &Node, maximum: Option<&Node>, names: &Names<'_>, faults: &mut Faults) -> Option<Exact> {
    match (maximum, names.only_told) {
        (Some(node), false) => not_negative(node, faults),
        (None, true) => Some(Exact::zero()),
        (Some(node), true) => {
            let (vi, en) =
                ("Bộ không có tổng điểm thì chỉ tiêu không có điểm.", "A set without a total gives no points.");
            faults.add(node.place, &node.path, "maximum.without_total", vi, en);
            None
        }
        (None, false) => {
            let (vi, en) = ("Thiếu khóa `maximum`.", "The key `maximum` is missing.");
            faults.add(node.place, &node.path, "key.missing", vi, en);
            None
        }
    }
}

fn kinds(node: &Node, faults: &mut Faults) -> Vec<AgencyKind> {
    list(node, faults).unwrap_or_default().iter().filter_map(|node| word(node, &AGENCY_KINDS, faults)).collect()
}

/// What different sources say, the stated default first.
fn variants<'n>(
    node: &'n Node,
    numbers: &Numbers<'_>,
    sums: &mut Vec<(String, &'n Node)>,
    faults: &mut Faults,
) -> Option<Vec<Variant>> {
    let nodes = list(node, faults)?;
    let mut all: Vec<(bool, Variant)> = Vec::new();
    let mut whole = true;
    for item in nodes {
        let Some((is_default, variant)) = variant(item, numbers, sums, faults) else {
            whole = false;
            continue;
        };
        if all.iter().any(|(_, other)| other.code == variant.code) {
            let (vi, en) =
                (format!("Mã `{}` đã có.", variant.code), format!("The code `{}` stands here already.", variant.code));
            faults.add(item.place, &item.path, "variant.duplicate", vi, en);
        }
        all.push((is_default, variant));
    }
    if whole && all.iter().filter(|(is_default, _)| *is_default).count() != 1 {
        let (vi, en) = ("Đúng một phương án phải có `default: true`.", "Exactly one variant must say `default: true`.");
        faults.add(node.place, &node.path, "variant.default", vi, en);
    }
    if !sums.is_empty() {
        let (vi, en) = ("Tổng các chỉ tiêu không có phương án.", "A sum of indicators has no variants.");
        faults.add(node.place, &node.path, "variant.sum", vi, en);
        sums.clear();
    }
    all.sort_by_key(|(is_default, _)| !is_default);
    whole.then(|| all.into_iter().map(|(_, variant)| variant).collect())
}

fn variant<'n>(
    node: &'n Node,
    numbers: &Numbers<'_>,
    sums: &mut Vec<(String, &'n Node)>,
    faults: &mut Faults,
) -> Option<(bool, Variant)> {
    let mut fields = Fields::of(node, faults)?;
    let variant_code = fields.need("code", faults).and_then(|node| code(node, faults));
    let name = fields.need("name", faults).and_then(|node| both(node, faults));
    let source = fields.get("source").map(|node| line(node, faults));
    let is_default: Option<bool> = match fields.get("default") {
        Some(node) => word(node, &["true", "false"], faults),
        None => Some(false),
    };
    let method = method::read(&mut fields, node, numbers, sums, faults);
    fields.finish(faults);
    Some((is_default?, Variant { code: variant_code?, name: name?, source: present(source)?, method: method? }))
}
