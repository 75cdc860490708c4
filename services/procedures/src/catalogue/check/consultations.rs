//! Consultations: who is asked, by when, and on what law their silence counts.

use std::collections::BTreeSet;

use motcua_clock::WaitKind;

use super::Faults;
use crate::catalogue::content::{AgencyRule, ConsultationRule, VersionContent};
use crate::consultations::rules::{Join, MOST_AGENCIES, Silence};

pub(super) fn contradictions(faults: &mut Faults, content: &VersionContent) {
    let mut codes = BTreeSet::new();
    for (at, rule) in content.consultations.iter().enumerate() {
        let pointer = format!("/consultations/{at}");
        faults.name(format!("{pointer}/code"), &rule.code);
        faults.name(format!("{pointer}/name"), &rule.name);
        if !rule.code.is_empty() && !codes.insert(&rule.code) {
            faults.repeated(format!("{pointer}/code"));
        }
        faults.word(format!("{pointer}/join"), &rule.join, Join::ALL.iter().map(|join| join.as_str()));
        faults.word(format!("{pointer}/silence"), &rule.silence, Silence::ALL.iter().map(|silence| silence.as_str()));
        legal_basis(faults, &pointer, rule);
        agencies(faults, &pointer, rule, &content.competent);
        term(faults, &pointer, rule, content);
    }
}

fn legal_basis(faults: &mut Faults, pointer: &str, rule: &ConsultationRule) {
    if let Some(basis) = &rule.legal_basis {
        faults.name(format!("{pointer}/legal_basis"), basis);
    } else if rule.silence == Silence::Consent.as_str() {
        let (vi, en) = (
            "Im lặng chỉ được coi là đồng ý khi văn bản quy định; ghi căn cứ.",
            "Silence is consent only where a text says so; name it.",
        );
        faults.add(format!("{pointer}/legal_basis"), "consultation.silence_without_basis", vi, en);
    }
}

fn agencies(faults: &mut Faults, pointer: &str, rule: &ConsultationRule, competent: &AgencyRule) {
    let pointer = format!("{pointer}/agencies");
    if rule.agencies.is_empty() {
        faults.required(&pointer);
    }
    if rule.agencies.len() > MOST_AGENCIES {
        let (vi, en) = (
            format!("Nhiều nhất {MOST_AGENCIES} cơ quan trong một lần lấy ý kiến."),
            format!("At most {MOST_AGENCIES} agencies are asked at once."),
        );
        faults.add(&pointer, "max_items", &vi, &en);
    }
    let mut seen = BTreeSet::new();
    for (at, agency) in rule.agencies.iter().enumerate() {
        let pointer = format!("{pointer}/{at}");
        if agency.0.is_empty() {
            faults.required(pointer);
        } else if agency == competent {
            let (vi, en) = (
                "Cơ quan giải quyết không lấy ý kiến chính mình.",
                "The agency that decides does not ask itself for its opinion.",
            );
            faults.add(pointer, "consultation.own_agency", vi, en);
        } else if !seen.insert(&agency.0) {
            faults.repeated(pointer);
        }
    }
}

/// Answers that come after the dossier is due help nobody, unless its clock stands still for them.
fn term(faults: &mut Faults, pointer: &str, rule: &ConsultationRule, content: &VersionContent) {
    let pointer = format!("{pointer}/term");
    let Some(term) = rule.term else { return faults.required(pointer) };
    if !faults.term(&pointer, term) {
        return;
    }
    let too_long = content.channels.iter().any(|channel| {
        let stands_still = channel
            .clock
            .as_ref()
            .is_some_and(|clock| clock.waits.iter().any(|wait| wait.kind == WaitKind::Consultation && wait.excluded));
        let shorter = channel.term.is_some_and(|of| of.count > 0 && of.unit == term.unit && of.count < term.count);
        shorter && !stands_still
    });
    if too_long {
        let (vi, en) = (
            "Thời hạn lấy ý kiến dài hơn thời hạn giải quyết, mà thời gian lấy ý kiến vẫn tính vào thời hạn đó.",
            "The opinions may take longer than the whole term, which goes on meanwhile.",
        );
        faults.add(pointer, "consultation.longer_than_term", vi, en);
    }
}

/// The agencies that rules name by code, each with its place.
pub(super) fn named_agencies(rules: &[ConsultationRule]) -> impl Iterator<Item = (String, &str)> {
    rules.iter().enumerate().flat_map(|(at, rule)| {
        let named = rule.agencies.iter().enumerate();
        named.filter_map(move |(n, agency)| {
            agency.named().map(|code| (format!("/consultations/{at}/agencies/{n}"), code))
        })
    })
}
