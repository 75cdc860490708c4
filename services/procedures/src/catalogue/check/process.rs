//! The internal process against the terms it has to fit in.

use motcua_clock::{Term, TermUnit};
use motcua_kernel::Role;

use super::Faults;
use crate::catalogue::content::{AgencyRule, ProcessStep, VersionContent};

/// The parties of a dossier that a step may name instead of a code.
const PARTIES: [&str; 3] = [AgencyRule::RECEIVING, "competent", "issuing"];
/// Working hours in half a day.
const HOURS: u64 = 4;

pub(super) fn contradictions(faults: &mut Faults, content: &VersionContent) {
    for (at, step) in content.process.iter().enumerate() {
        let pointer = format!("/process/{at}");
        faults.name(format!("{pointer}/name"), &step.name);
        faults.word(format!("{pointer}/role"), &step.role, Role::ALL.iter().map(|role| role.as_str()));
        if step.agency.as_deref() == Some("") {
            faults.required(format!("{pointer}/agency"));
        }
    }
    let needed: u64 = content.process.iter().map(|step| u64::from(step.half_days)).sum();
    for (at, rule) in content.channels.iter().enumerate() {
        if rule.term.is_some_and(|term| term.count > 0 && longer(needed, term)) {
            let (vi, en) = (
                format!("Các bước cộng lại ({needed} nửa ngày) dài hơn thời hạn của kênh này."),
                format!("The steps together ({needed} half days) are longer than the term of this channel."),
            );
            faults.add(format!("/channels/{at}/term"), "process.longer_than_term", &vi, &en);
        }
    }
}

/// Whether half working days do not fit in a term, however the days of the week fall.
fn longer(half_days: u64, term: Term) -> bool {
    let count = u64::from(term.count);
    match term.unit {
        TermUnit::WorkingDay | TermUnit::CalendarDay => half_days > count * 2,
        TermUnit::WorkingHour => half_days * HOURS > count,
    }
}

pub(super) fn named_agencies(process: &[ProcessStep]) -> impl Iterator<Item = (String, &str)> {
    process.iter().enumerate().filter_map(|(at, step)| {
        let code = step.agency.as_deref().filter(|code| !PARTIES.contains(code))?;
        Some((format!("/process/{at}/agency"), code))
    })
}
