//! Everything wrong with a content, at once, each fault with its place.
//!
//! Two kinds: what **contradicts** itself is wrong wherever it comes from, and refuses a line of our own format as well;
//! what is **missing** is wrong only when a version is published here, because a source that lacks it is kept as it is.
//! Whether the agencies it names exist is asked of the directory by whoever has a connection.

mod channels;
mod components;
mod consultations;
mod form;
mod linked;
mod online;
mod process;

use std::collections::BTreeSet;

use motcua_clock::Term;
use motcua_kernel::text::is_one_line;
use motcua_kernel::{FieldError, Text};

use super::content::{AgencyRule, VersionContent};
use super::from_national::word;
use super::national::{Audience, Level, RequiredPart};
use super::rules;

pub use linked::linked_to_itself;

/// The longest name of anything.
const LONGEST_NAME: usize = 1000;
/// The longest text.
const LONGEST_TEXT: usize = 20_000;

/// Faults as they are found, below one place of the content.
#[derive(Default)]
pub(super) struct Faults {
    found: Vec<FieldError>,
}

impl Faults {
    fn add(&mut self, pointer: impl Into<String>, code: &str, vi: &str, en: &str) {
        self.found.push(FieldError::new(pointer, code, Text::new(vi, en)));
    }

    fn required(&mut self, pointer: impl Into<String>) {
        self.add(pointer, "required", "Cần có thông tin này.", "This is required.");
    }

    fn repeated(&mut self, pointer: impl Into<String>) {
        self.add(pointer, "repeated", "Đã có ở một mục trước.", "It stands twice: an earlier item has it.");
    }

    /// A name or a number: one line, and not too long.
    fn name(&mut self, pointer: impl Into<String>, text: &str) {
        let pointer = pointer.into();
        if text.trim().is_empty() {
            return self.required(pointer);
        }
        if !is_one_line(text) || text.chars().count() > LONGEST_NAME {
            let (vi, en) = ("Chỉ một dòng, nhiều nhất 1000 ký tự.", "One line, at most 1,000 characters.");
            self.add(pointer, "text.one_line", vi, en);
        }
    }

    /// The length of a term: something, and not more than any procedure has. Whether it is one.
    fn term(&mut self, pointer: &str, term: Term) -> bool {
        let pointer = format!("{pointer}/count");
        if term.count == 0 {
            let (vi, en) = ("Thời hạn bằng 0 không phải là thời hạn.", "A term of 0 is no term.");
            self.add(pointer, "term.zero", vi, en);
            return false;
        }
        let most = term.unit.most_of_a_term();
        if term.count > most {
            let (vi, en) = (
                format!("Thời hạn dài nhất khoảng ba năm: nhiều nhất {most} theo đơn vị này."),
                format!("A term is at most about three years long: at most {most} of this unit."),
            );
            self.add(pointer, "term.too_long", &vi, &en);
            return false;
        }
        true
    }

    /// A word out of a closed list.
    fn word<'w>(&mut self, pointer: impl Into<String>, given: &str, mut known: impl Iterator<Item = &'w str> + Clone) {
        if given.is_empty() {
            return self.required(pointer);
        }
        if !known.clone().any(|word| word == given) {
            let mut listed = known.next().unwrap_or_default().to_owned();
            known.for_each(|word| listed = format!("{listed}, {word}"));
            let (vi, en) = (format!("Phải là một trong: {listed}."), format!("Must be one of: {listed}."));
            self.add(pointer, "enum", &vi, &en);
        }
    }

    /// Words out of a closed list, each once.
    fn words<'w>(&mut self, pointer: &str, given: &[String], known: &(impl Iterator<Item = &'w str> + Clone)) {
        let mut seen = BTreeSet::new();
        for (at, given) in given.iter().enumerate() {
            self.word(format!("{pointer}/{at}"), given, known.clone());
            if !seen.insert(given) {
                self.repeated(format!("{pointer}/{at}"));
            }
        }
    }
}

/// What contradicts itself.
#[must_use]
pub fn contradictions(content: &VersionContent) -> Vec<FieldError> {
    let mut faults = Faults::default();
    naming(&mut faults, content);
    channels::contradictions(&mut faults, &content.channels);
    components::contradictions(&mut faults, content);
    process::contradictions(&mut faults, content);
    consultations::contradictions(&mut faults, content);
    linked::contradictions(&mut faults, content);
    if let Some(form) = &content.form {
        form::contradictions(&mut faults, form, &content.connected_databases);
    }
    online::contradictions(&mut faults, content);
    faults.found
}

/// What a version needs to be published, and lacks.
#[must_use]
pub fn gaps(content: &VersionContent) -> Vec<FieldError> {
    let mut faults = Faults::default();
    for part in rules::missing_parts(content) {
        // An empty name is told once, as a contradiction.
        let pointer = match part {
            RequiredPart::Name => continue,
            RequiredPart::Steps => "/sequence",
            RequiredPart::Channel | RequiredPart::Term => "/channels",
            RequiredPart::Components => "/components",
            RequiredPart::Audience => "/audience",
            RequiredPart::ImplementingAgency => "/competent",
        };
        let (vi, en) = (
            "Thiếu một trong bảy bộ phận của thủ tục (Nghị định 63/2010/NĐ-CP, khoản 2 Điều 8).",
            "One of the seven parts of a procedure is missing (Decree 63/2010/NĐ-CP, article 8.2).",
        );
        faults.add(pointer, "part.missing", vi, en);
    }
    if content.field.name.trim().is_empty() {
        faults.required("/field/name");
    }
    for (pointer, empty) in [("/levels", content.levels.is_empty()), ("/results", content.results.is_empty())] {
        if empty {
            faults.required(pointer);
        }
    }
    if content.sets.is_none() {
        faults.required("/sets");
    }
    if rules::bases_effective_on(content).is_none() {
        let (vi, en) = (
            "Cần ít nhất một căn cứ pháp lý có ngày hiệu lực, để tính thời hạn công bố.",
            "At least one legal basis with the day it takes effect: the time for announcing counts from it.",
        );
        faults.add("/legal_bases", "legal_basis.no_day", vi, en);
    }
    channels::gaps(&mut faults, &content.channels);
    components::gaps(&mut faults, content);
    if let Some(form) = &content.form {
        form::gaps(&mut faults, form);
    }
    if content.service_level.is_none() {
        faults.required("/service_level");
    }
    faults.found
}

/// The agencies a content names by code, each with its place.
#[must_use]
pub fn named_agencies(content: &VersionContent) -> Vec<(String, &str)> {
    let mut named: Vec<(String, &str)> = Vec::new();
    for (pointer, rule) in [("/competent", &content.competent), ("/issuing", &content.issuing)] {
        named.extend(rule.named().map(|code| (pointer.to_owned(), code)));
    }
    for (at, rule) in content.channels.iter().enumerate() {
        for (fee_at, fee) in rule.fees.iter().enumerate() {
            let places = fee.places.iter().enumerate();
            named.extend(places.map(|(n, code)| (format!("/channels/{at}/fees/{fee_at}/places/{n}"), code.as_str())));
        }
    }
    named.extend(process::named_agencies(&content.process));
    named.extend(consultations::named_agencies(&content.consultations));
    named.extend(linked::named_agencies(&content.linked));
    // An empty code is told as missing.
    named.retain(|(_, code)| !code.is_empty());
    named
}

fn naming(faults: &mut Faults, content: &VersionContent) {
    faults.name("/name", &content.name);
    let levels = Level::ALL.map(|level| word(&level).unwrap_or_default());
    faults.words("/levels", &content.levels, &levels.iter().map(String::as_str));
    let audiences = audiences();
    faults.words("/audience", &content.audience, &audiences.iter().map(String::as_str));
    let mut numbers = BTreeSet::new();
    for (at, basis) in content.legal_bases.iter().enumerate() {
        faults.name(format!("/legal_bases/{at}/number"), &basis.number);
        faults.name(format!("/legal_bases/{at}/title"), &basis.title);
        if !basis.number.is_empty() && !numbers.insert(&basis.number) {
            faults.repeated(format!("/legal_bases/{at}/number"));
        }
    }
    for (pointer, text) in [("/sequence", &content.sequence), ("/conditions", &content.conditions)] {
        if text.as_ref().is_some_and(|text| text.trim().is_empty() || text.chars().count() > LONGEST_TEXT) {
            let (vi, en) = ("Từ 1 đến 20.000 ký tự.", "From 1 to 20,000 characters.");
            faults.add(pointer, "length", vi, en);
        }
    }
    for (pointer, AgencyRule(code)) in [("/competent", &content.competent), ("/issuing", &content.issuing)] {
        if code.is_empty() {
            faults.required(pointer);
        }
    }
    faults.name("/issuing_document/type", &content.issuing_document.kind);
}

/// The words for who may apply.
fn audiences() -> Vec<String> {
    Audience::ALL.iter().filter_map(|who| word(who).ok()).collect()
}

#[cfg(test)]
mod tests;
