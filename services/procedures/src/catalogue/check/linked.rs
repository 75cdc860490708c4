//! Inter-linked steps: whether they can ever start, in which order, and where what they are given comes from.

use std::collections::BTreeSet;

use motcua_kernel::FieldError;
use serde_json::Value;

use super::Faults;
use crate::catalogue::content::{BEFORE_APPROVAL, GATES, LinkedStep, STARTS, VersionContent};
use crate::catalogue::national::procedure_code;

pub(super) fn contradictions(faults: &mut Faults, content: &VersionContent) {
    let steps = &content.linked;
    let mut codes = BTreeSet::new();
    for (at, step) in steps.iter().enumerate() {
        let pointer = format!("/linked/{at}");
        faults.name(format!("{pointer}/code"), &step.code);
        faults.name(format!("{pointer}/name"), &step.name);
        faults.name(format!("{pointer}/legal_basis"), &step.legal_basis);
        if !step.code.is_empty() && !codes.insert(&step.code) {
            faults.repeated(format!("{pointer}/code"));
        }
        if procedure_code::parse(&step.procedure).is_none() {
            let (vi, en) = ("Không phải mã thủ tục.", "This is no procedure code.");
            faults.add(format!("{pointer}/procedure"), "procedure.code", vi, en);
        }
        if step.agency.0.is_empty() {
            faults.required(format!("{pointer}/agency"));
        }
        if let Some(starts) = &step.starts {
            faults.word(format!("{pointer}/starts"), starts, STARTS.into_iter());
        }
        if let Some(gate) = &step.must_end_before {
            faults.word(format!("{pointer}/must_end_before"), gate, GATES.into_iter());
        }
        order(faults, &pointer, step, steps);
        form(faults, &pointer, step, content.form.as_ref());
        papers(faults, &pointer, step, content);
    }
}

fn order(faults: &mut Faults, pointer: &str, step: &LinkedStep, steps: &[LinkedStep]) {
    for (at, code) in step.after.iter().enumerate() {
        if !steps.iter().any(|other| other.code == *code) {
            let (vi, en) = ("Không có bước liên thông mang mã này.", "There is no linked step with this code.");
            faults.add(format!("{pointer}/after/{at}"), "linked.unknown_step", vi, en);
        }
    }
    let before = predecessors(step, steps);
    if before.contains(step.code.as_str()) {
        let (vi, en) = (
            "Bước này chờ chính nó, trực tiếp hoặc qua các bước khác.",
            "The step waits for itself, directly or by way of others.",
        );
        faults.add(format!("{pointer}/after"), "linked.cycle", vi, en);
    }
    let late = |step: &LinkedStep| step.waits_for_result();
    let waits = late(step) || steps.iter().any(|other| before.contains(other.code.as_str()) && late(other));
    if waits && step.must_end_before.as_deref() == Some(BEFORE_APPROVAL) {
        let (vi, en) = (
            "Bước chỉ bắt đầu khi có kết quả nên không thể kết thúc trước khi phê duyệt.",
            "The step starts with the result, so it can't have ended before the approval.",
        );
        faults.add(format!("{pointer}/must_end_before"), "linked.after_approval", vi, en);
    }
}

/// Every step that must have ended before one starts.
fn predecessors<'a>(step: &'a LinkedStep, steps: &'a [LinkedStep]) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = step.after.iter().map(String::as_str).collect();
    while let Some(code) = open.pop() {
        if found.insert(code) {
            let further = steps.iter().filter(|other| other.code == code).flat_map(|other| &other.after);
            open.extend(further.map(String::as_str));
        }
    }
    found
}

/// Each property has one source, and a pointer begins at a property of the form.
fn form(faults: &mut Faults, pointer: &str, step: &LinkedStep, form: Option<&Value>) {
    let properties = form.and_then(|form| form.get("properties")).and_then(Value::as_object);
    for (name, source) in &step.form_map {
        let pointer = format!("{pointer}/form_map/{}", name.replace('~', "~0").replace('/', "~1"));
        let from = match (&source.from, &source.value) {
            (Some(from), None) => from,
            (None, Some(_)) => continue,
            _ => {
                let (vi, en) =
                    ("Cần đúng một trong hai: from hoặc value.", "Just one of the two is needed: from or value.");
                faults.add(pointer, "linked.one_source", vi, en);
                continue;
            }
        };
        let first = from.strip_prefix('/').and_then(|rest| rest.split('/').next());
        let Some(first) = first.filter(|first| !first.is_empty()) else {
            let (vi, en) = ("Không phải JSON Pointer.", "This is no JSON Pointer.");
            faults.add(format!("{pointer}/from"), "pointer", vi, en);
            continue;
        };
        let first = first.replace("~1", "/").replace("~0", "~");
        if properties.is_none_or(|properties| !properties.contains_key(&first)) {
            let (vi, en) = ("Biểu mẫu không có trường này.", "The form has no such property.");
            faults.add(format!("{pointer}/from"), "form.no_property", vi, en);
        }
    }
}

/// Each paper has one source, which is there when the step starts.
fn papers(faults: &mut Faults, pointer: &str, step: &LinkedStep, content: &VersionContent) {
    let mut codes = BTreeSet::new();
    for (at, passed) in step.components.iter().enumerate() {
        let pointer = format!("{pointer}/components/{at}");
        faults.name(format!("{pointer}/code"), &passed.code);
        if !passed.code.is_empty() && !codes.insert(&passed.code) {
            faults.repeated(format!("{pointer}/code"));
        }
        let sources = [passed.from_component.is_some(), passed.from_step.is_some(), passed.from_result];
        if sources.into_iter().filter(|given| *given).count() != 1 {
            let (vi, en) = (
                "Cần đúng một trong ba: from_component, from_step hoặc from_result.",
                "Just one of the three is needed: from_component, from_step or from_result.",
            );
            faults.add(pointer, "linked.one_source", vi, en);
            continue;
        }
        if let Some(code) = &passed.from_component
            && !content.components.iter().any(|component| component.code == *code)
        {
            let (vi, en) = ("Thủ tục không có thành phần hồ sơ này.", "The procedure has no such component.");
            faults.add(format!("{pointer}/from_component"), "component.unknown", vi, en);
        }
        if let Some(code) = &passed.from_step
            && !predecessors(step, &content.linked).contains(code.as_str())
        {
            let (vi, en) = (
                "Chỉ lấy được kết quả của một bước phải kết thúc trước bước này.",
                "Only the result of a step that must have ended before can be passed on.",
            );
            faults.add(format!("{pointer}/from_step"), "linked.not_before", vi, en);
        }
        if passed.from_result && !step.waits_for_result() {
            let (vi, en) = (
                "Bước bắt đầu trước khi hồ sơ có kết quả.",
                "The step starts before the dossier has its result: it needs `starts` `on_result`.",
            );
            faults.add(format!("{pointer}/from_result"), "linked.no_result_yet", vi, en);
        }
    }
}

/// Steps of a procedure that are linked to the procedure itself.
#[must_use]
pub fn linked_to_itself(content: &VersionContent, code: &str) -> Vec<FieldError> {
    let mut faults = Faults::default();
    let own = procedure_code::parse(code).map(|code| code.national);
    for (at, step) in content.linked.iter().enumerate() {
        let linked = procedure_code::parse(&step.procedure).map(|code| code.national);
        if own.is_some() && linked == own {
            let (vi, en) = ("Thủ tục không liên thông với chính nó.", "A procedure is not linked to itself.");
            faults.add(format!("/linked/{at}/procedure"), "linked.itself", vi, en);
        }
    }
    faults.found
}

pub(super) fn named_agencies(steps: &[LinkedStep]) -> impl Iterator<Item = (String, &str)> {
    let named = |(at, step): (usize, _)| {
        let step: &LinkedStep = step;
        Some((format!("/linked/{at}/agency"), step.agency.named()?))
    };
    steps.iter().enumerate().filter_map(named)
}
