//! What a province has completed stays when the national record changes.
//!
//! The record never says who here decides, which register numbers the result, which form is filled in, how the work is
//! done, what it is connected to, or whether the service is full: those go on from the version before, and so do dates it lacks. A term or fee that the record leaves
//! unreadable may have been completed here; it goes on exactly as long as the record's own rows for that channel stay as
//! they were, because who completed it had read them. What the record does say always wins.

use motcua_kernel::text::fold;

use super::content::{ChannelRule, Component, LegalBasis, VersionContent};
use super::from_national::{issuing_document, rows};
use super::source_words::SourceWords;

/// Completes the content of a changed national record with the settings of the version before.
pub(super) fn keep(next: &mut VersionContent, before: &VersionContent) {
    let read_before = SourceWords::of(before);
    let written_here = read_before.is_none();
    if fold(&next.name) == fold(&before.name) {
        next.name_en.clone_from(&before.name_en);
    }
    if fold(&next.field.name) == fold(&before.field.name) {
        next.field.code.clone_from(&before.field.code);
    }
    // What was only read off the result's name is read again.
    if written_here || before.issuing_document != issuing_document(&before.results) {
        next.issuing_document.clone_from(&before.issuing_document);
    }
    if let (Some(decision), Some(earlier)) = (&mut next.decision, &before.decision)
        && decision.number == earlier.number
    {
        decision.date = decision.date.or(earlier.date);
    }
    for basis in &mut next.legal_bases {
        let same = |earlier: &&LegalBasis| !earlier.number.is_empty() && earlier.number == basis.number;
        let earlier = before.legal_bases.iter().find(same);
        basis.effective_on = basis.effective_on.or(earlier.and_then(|earlier| earlier.effective_on));
    }
    next.competent.clone_from(&before.competent);
    next.issuing.clone_from(&before.issuing);
    next.form.clone_from(&before.form);
    next.service_level.clone_from(&before.service_level);
    next.partial_reason.clone_from(&before.partial_reason);
    next.proactive_level = before.proactive_level;
    next.connected_databases.clone_from(&before.connected_databases);
    next.process.clone_from(&before.process);
    next.sets = before.sets;
    next.sequence.clone_from(&before.sequence);
    next.conditions.clone_from(&before.conditions);
    next.description.clone_from(&before.description);
    let read_now = SourceWords::of(next);
    // Written here only as long as the record says nothing of its own.
    if read_now.as_ref().is_some_and(|now| now.steps.is_some()) {
        next.sequence = None;
    }
    if read_now.as_ref().is_some_and(|now| now.conditions.is_some()) {
        next.conditions = None;
    }
    for rule in &mut next.channels {
        let Some(earlier) = before.channels.iter().find(|earlier| earlier.channel == rule.channel) else { continue };
        let unchanged = match (&read_before, &read_now) {
            (Some(before), Some(now)) => rows(rule.channel, &before.channels) == rows(rule.channel, &now.channels),
            // Written here: what stood there was decided with the record at hand.
            _ => true,
        };
        if unchanged {
            keep_term_and_fees(rule, earlier);
        }
        // A record never says more of the clock than the term.
        if rule.term == earlier.term {
            rule.clock.clone_from(&earlier.clock);
        }
        // A record tells the amount of a fee; which kind it is and what it is called are completed here.
        if rule.fees.iter().map(|fee| fee.amount).eq(earlier.fees.iter().map(|fee| fee.amount)) {
            rule.fees.clone_from(&earlier.fees);
        }
    }
    for component in &mut next.components {
        let same =
            |earlier: &&Component| earlier.code == component.code && fold(&earlier.name) == fold(&component.name);
        if let Some(earlier) = before.components.iter().find(same) {
            component.required = earlier.required;
            component.digitise = earlier.digitise;
            component.digitisation_ground = earlier.digitisation_ground;
            component.replaced_by.clone_from(&earlier.replaced_by);
        }
    }
}

fn keep_term_and_fees(rule: &mut ChannelRule, earlier: &ChannelRule) {
    if rule.term.is_none() {
        rule.term = earlier.term;
    }
    if rule.fees.is_empty() && rule.fee_statement.as_deref() != Some("free") {
        rule.fees.clone_from(&earlier.fees);
        rule.fee_statement.clone_from(&earlier.fee_statement);
    }
}
