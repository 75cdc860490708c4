//! Ranking: who has too few records for it, and the classes of scores.

use super::fields::{Fields, both, code, list, not_negative, scalar, whole};
use crate::definitions::exact::Exact;
use crate::definitions::faults::Faults;
use crate::definitions::formula::Known;
use crate::definitions::model::{Class, ClassesOf, MinimumSample, Ranking};
use crate::definitions::yaml::Node;

pub(super) fn read(node: &Node, figures: &[Known], total: Option<&Exact>, faults: &mut Faults) -> Option<Ranking> {
    let mut fields = Fields::of(node, faults)?;
    if total.is_none() {
        let (vi, en) = ("Bộ không có tổng điểm thì không xếp hạng.", "A set without a total ranks nobody.");
        faults.add(node.place, &node.path, "ranking.without_total", vi, en);
    }
    let sample = fields.get("minimum_sample");
    let classes = fields.get("classes").and_then(|node| classes(node, total, faults));
    let classes_of = match fields.get("classes_of") {
        None => Some(ClassesOf::default()),
        Some(node) => classes_of(node, faults),
    };
    let minimum_sample = match sample {
        None => Some(None),
        Some(node) => minimum_sample(node, figures, faults).map(Some),
    };
    fields.finish(faults);
    Some(Ranking { minimum_sample: minimum_sample?, classes: classes.unwrap_or_default(), classes_of: classes_of? })
}

fn classes_of(node: &Node, faults: &mut Faults) -> Option<ClassesOf> {
    let text = scalar(node, faults)?;
    let found = [ClassesOf::Points, ClassesOf::Measured].into_iter().find(|one| one.as_str() == text);
    if found.is_none() {
        let vi = format!("`{text}` không phải `points` hay `measured`.");
        let en = format!("`{text}` is neither `points` nor `measured`.");
        faults.add(node.place, &node.path, "classes_of.unknown", vi, en);
    }
    found
}

fn minimum_sample(node: &Node, figures: &[Known], faults: &mut Faults) -> Option<MinimumSample> {
    let mut fields = Fields::of(node, faults)?;
    let measure_node = fields.need("measure", faults);
    let measure = measure_node.and_then(|node| scalar(node, faults));
    let at_least = fields.need("at_least", faults).and_then(|node| whole(node, 1, 1_000_000, faults));
    fields.finish(faults);
    let (measure, node) = (measure?, measure_node?);
    if !figures.iter().any(|one| one.name == measure && !measure.contains('.')) {
        let (vi, en) = (format!("Không có số đo `{measure}`."), format!("There is no measure `{measure}`."));
        faults.add(node.place, &node.path, "measure.unknown", vi, en);
        return None;
    }
    Some(MinimumSample { measure: measure.to_owned(), at_least: at_least? })
}

/// Classes from the best to the one that begins at 0.
fn classes(node: &Node, total: Option<&Exact>, faults: &mut Faults) -> Option<Vec<Class>> {
    let mut classes: Vec<Class> = Vec::new();
    for item in list(node, faults)? {
        let mut fields = Fields::of(item, faults)?;
        let class_code = fields.need("code", faults).and_then(|node| code(node, faults));
        let name = fields.need("name", faults).and_then(|node| both(node, faults));
        let at_least = fields.need("at_least", faults).and_then(|node| not_negative(node, faults));
        fields.finish(faults);
        let class = Class { code: class_code?, name: name?, at_least: at_least? };
        if classes.iter().any(|other| other.code == class.code) {
            faults.add(item.place, &item.path, "class.duplicate", "Mã loại đã có.", "This class stands here already.");
        }
        if classes.last().is_some_and(|last| last.at_least <= class.at_least) {
            let (vi, en) = ("Ngưỡng của các loại phải giảm dần.", "The classes' thresholds must descend.");
            faults.add(item.place, &item.path, "classes.order", vi, en);
        }
        if total.is_some_and(|total| class.at_least > *total) {
            let (vi, en) = ("Ngưỡng vượt tổng điểm.", "The threshold is above the total.");
            faults.add(item.place, &item.path, "classes.range", vi, en);
        }
        classes.push(class);
    }
    if classes.last().is_some_and(|last| !last.at_least.is_zero()) {
        let (vi, en) = ("Loại cuối phải bắt đầu từ 0.", "The last class must begin at 0.");
        faults.add(node.place, &node.path, "classes.gap", vi, en);
    }
    Some(classes)
}
