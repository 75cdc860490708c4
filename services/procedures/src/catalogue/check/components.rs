//! The papers of a dossier and those that end it.

use std::collections::BTreeSet;

use super::Faults;
use super::online::database;
use crate::catalogue::content::VersionContent;

pub(super) fn contradictions(faults: &mut Faults, content: &VersionContent) {
    let mut codes = BTreeSet::new();
    for (at, component) in content.components.iter().enumerate() {
        let pointer = format!("/components/{at}");
        faults.name(format!("{pointer}/code"), &component.code);
        faults.name(format!("{pointer}/name"), &component.name);
        if !component.code.is_empty() && !codes.insert(&component.code) {
            faults.repeated(format!("{pointer}/code"));
        }
        if component.digitisation_ground.is_some() && !component.digitise {
            let (vi, en) = (
                "Có căn cứ số hóa nhưng thành phần không thuộc diện số hóa.",
                "A ground for digitising a paper that is not digitised.",
            );
            faults.add(format!("{pointer}/digitisation_ground"), "digitisation.not_asked", vi, en);
        }
        if let Some(code) = &component.result_code {
            faults.name(format!("{pointer}/result_code"), code);
        }
        if let Some(replacement) = &component.replaced_by {
            database(
                faults,
                &format!("{pointer}/replaced_by/database"),
                &replacement.database,
                &content.connected_databases,
            );
        }
    }
    if content.sets == Some(0) {
        faults.add("/sets", "minimum", "Ít nhất 1.", "At least 1.");
    }
    let mut results = BTreeSet::new();
    for (at, paper) in content.results.iter().enumerate() {
        faults.name(format!("/results/{at}/name"), &paper.name);
        if !paper.code.is_empty() && !results.insert(&paper.code) {
            faults.repeated(format!("/results/{at}/code"));
        }
    }
}

pub(super) fn gaps(faults: &mut Faults, content: &VersionContent) {
    for (at, component) in content.components.iter().enumerate() {
        if component.digitise && component.digitisation_ground.is_none() {
            faults.required(format!("/components/{at}/digitisation_ground"));
        }
    }
}
