//! From a national record to the content of a version.
//!
//! The record describes a procedure for the whole country. Three things it can't know are set to what is most often right
//! and are the province's to complete, by publishing the procedure in our own format: the agency that received a dossier
//! decides it and issues the result, and the result is a notice (`TB`) unless the record calls it a decision. It has no
//! electronic form, no field code and no service level. No component is marked required: the record does not say in
//! which case a paper is needed, and the officer at the desk does.
//!
//! A term or a fee counts only where it is certain: when several rows of one channel differ, which of them applies is
//! not machine-readable, so none does, and the rows stand in `source` as they are.

use motcua_kernel::{Error, Result, text};
use serde::Serialize;
use serde_json::Value;

use super::content::{
    Channel, ChannelRule, Component, Decision, Fee, Field, IssuingDocument, LegalBasis, ResultPaper, VersionContent,
};
use super::national::{self, ChannelKind, FeeKind, FeeStatement, NationalProcedure};
use super::source_words::{ComponentWords, SourceWords};

/// The content that a national record gives.
///
/// # Errors
/// When it can't be written as JSON, which is a defect.
pub(super) fn content(record: &NationalProcedure) -> Result<VersionContent> {
    let components = components(record);
    let results: Vec<ResultPaper> = record
        .results
        .iter()
        .map(|paper| ResultPaper {
            code: paper.code.clone().unwrap_or_default(),
            name: paper.name.clone().unwrap_or_default(),
        })
        .collect();
    let words = words(record, &components);
    Ok(VersionContent {
        name: record.name.clone(),
        field: Field { code: String::new(), name: record.field_name.clone().unwrap_or_default() },
        levels: record.levels.iter().map(word).collect::<Result<_>>()?,
        audience: record.audiences.iter().map(word).collect::<Result<_>>()?,
        decision: record.decision_number.clone().map(|number| Decision { number, date: None }),
        legal_bases: record
            .legal_bases
            .iter()
            .map(|basis| LegalBasis {
                number: basis.number.clone().unwrap_or_default(),
                title: basis.title.clone().unwrap_or_default(),
                effective_on: None,
            })
            .collect(),
        channels: [Channel::InPerson, Channel::Online, Channel::Post]
            .into_iter()
            .filter_map(|channel| channel_rule(channel, record))
            .collect::<Result<_>>()?,
        components,
        issuing_document: issuing_document(&results),
        results,
        source: serde_json::to_value(words).map_err(Error::internal)?,
        ..VersionContent::default()
    })
}

/// What kind of document a result is by its name alone.
pub(super) fn issuing_document(results: &[ResultPaper]) -> IssuingDocument {
    let decision = results.first().is_some_and(|paper| text::fold(&paper.name).starts_with("quyet dinh"));
    IssuingDocument { kind: if decision { "QĐ" } else { "TB" }.to_owned(), symbol: None }
}

/// The rows of the source for one of our channels.
pub(super) fn rows(channel: Channel, rows: &[national::Channel]) -> Vec<&national::Channel> {
    let kind = match channel {
        Channel::InPerson => ChannelKind::InPerson,
        Channel::Online => ChannelKind::Online,
        Channel::Post => ChannelKind::Post,
    };
    rows.iter().filter(|row| row.kind == kind).collect()
}

fn channel_rule<'a>(channel: Channel, record: &'a NationalProcedure) -> Option<Result<ChannelRule>> {
    let rows = rows(channel, &record.channels);
    let first = *rows.first()?;
    let term = if agree(&rows, |row| row.term) { first.term.and_then(national::Term::for_clock) } else { None };
    let term_text = match term {
        Some(_) => None,
        None => joined(rows.iter().filter_map(|row| row.term_raw.as_deref())),
    };
    let statement = if agree(&rows, |row| row.fee_statement) {
        first.fee_statement
    } else if rows.iter().any(|row| row.fee_statement == FeeStatement::Charged) {
        FeeStatement::Charged
    } else {
        FeeStatement::NotStated
    };
    let fees = if agree(&rows, |row| &row.fees) { first.fees.iter().map(fee).collect() } else { Vec::new() };
    let fee_note = |row: &'a national::Channel| row.fee_note.as_deref().filter(|note| *note != "Miễn phí");
    let note = joined(rows.iter().flat_map(|row| [fee_note(row), row.description.as_deref()]).flatten());
    Some(word(&statement).map(|statement| ChannelRule {
        channel,
        term,
        clock: None,
        term_text,
        fees,
        fee_statement: Some(statement),
        note,
    }))
}

fn agree<'a, T: PartialEq>(rows: &[&'a national::Channel], read: impl Fn(&'a national::Channel) -> T) -> bool {
    rows.windows(2).all(|pair| matches!(pair, [one, other] if read(one) == read(other)))
}

/// Different texts one below the other; none when there is none.
fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut kept: Vec<&str> = Vec::new();
    for text in texts {
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    (!kept.is_empty()).then(|| kept.join("\n"))
}

fn fee(fee: &national::Fee) -> Fee {
    let kind = match fee.kind {
        FeeKind::Fee => "fee",
        FeeKind::Charge => "charge",
        FeeKind::Unspecified => "other",
    };
    Fee { kind: kind.to_owned(), amount: fee.amount, ..Fee::default() }
}

/// The source has no codes of components; ours count them, so a paper keeps its code while the list keeps its order.
fn components(record: &NationalProcedure) -> Vec<Component> {
    (1..)
        .zip(&record.components)
        .map(|(number, component)| Component {
            code: format!("{}-TP{number:02}", record.code),
            name: component.name.clone().unwrap_or_default(),
            originals: component.originals.unwrap_or_default(),
            copies: component.copies.unwrap_or_default(),
            group: component.group.clone(),
            form_file: component.form_files.first().cloned(),
            ..Component::default()
        })
        .collect()
}

fn words(record: &NationalProcedure, components: &[Component]) -> SourceWords {
    let has_more = |component: &&national::Component| {
        component.originals.is_none() || component.copies.is_none() || component.form_files.len() > 1
    };
    let component_words = components
        .iter()
        .zip(&record.components)
        .filter(|(_, component)| has_more(component))
        .map(|(ours, component)| ComponentWords {
            code: ours.code.clone(),
            originals: component.originals,
            copies: component.copies,
            form_files: component.form_files.clone(),
        })
        .collect();
    SourceWords {
        province_suffix: record.province_suffix.clone(),
        kind: record.kind,
        kind_as_written: record.kind_raw.clone(),
        levels_as_written: record.levels_raw.clone(),
        audience_as_written: record.audiences_raw.clone(),
        issuing_ministry: record.issuing_ministry.clone(),
        implementing_agencies: record.implementing_agencies.clone(),
        competent_authorities: record.competent_authorities.clone(),
        coordinating_agencies: record.coordinating_agencies.clone(),
        receiving_address: record.receiving_address.clone(),
        channels: record.channels.clone(),
        components: component_words,
        steps: record.steps.clone(),
        conditions: record.conditions.clone(),
        origin: record.source.clone(),
        origin_date: record.source_date.clone(),
        origin_url: record.source_url.clone(),
    }
}

/// The word a closed vocabulary is written with.
pub(super) fn word(value: &impl Serialize) -> Result<String> {
    match serde_json::to_value(value).map_err(Error::internal)? {
        Value::String(word) => Ok(word),
        other => Err(Error::internal(format!("{other} is no word"))),
    }
}
