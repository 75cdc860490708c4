//! Reader of the national catalogue of administrative procedures (thủ tục hành chính), one JSON line a procedure.
//!
//! The catalogue is typed by hand and has been through at least one lossy conversion before it reaches us: cells run into
//! each other, units are lost, documents are numbered in five spellings. The rules here:
//! - a line is refused only when it cannot be a procedure at all ([`Refusal`]);
//! - nothing is guessed: what is not certain stays text beside an empty typed value;
//! - nothing is dropped silently: every value that was changed, left out or not understood is a [`Warning`] with a stable
//!   code and a pointer into the line;
//! - the same line gives the same bytes, so that a second import can tell that nothing changed.
//!
//! One line knows nothing of the others: codes or names that repeat in a file are for the importer to notice.
//!
//! `record` is the raw line, `procedure` the outcome; between them is one file for each kind of cell.

mod agencies;
mod channels;
mod classification;
mod clean;
mod components;
mod document_number;
mod fee;
mod legal_bases;
mod notes;
mod overview;
mod procedure;
pub(crate) mod procedure_code;
mod record;
mod refusal;
mod results;
mod term;
#[cfg(test)]
mod tests;
mod warning;

use serde::{Deserialize, Serialize};
use serde_json::error::Category;

pub use classification::{Audience, Level, ProcedureKind};
pub use fee::{Fee, FeeKind, FeeStatement};
pub use procedure::{Channel, ChannelKind, Component, LegalBasis, NationalProcedure, RequiredPart, ResultPaper};
pub use refusal::{REFUSALS, Refusal, RefusalText};
pub use term::{Term, TermCount, TermUnit};
pub use warning::{WARNINGS, Warning, WarningCode, WarningKind, WarningText, Wording};

use channels::ChannelFlags;
use notes::Notes;
use record::RawRecord;

/// A line that was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parsed {
    /// The procedure.
    pub procedure: NationalProcedure,
    /// What is wrong with it, in the order of its parts; empty for a clean line.
    pub warnings: Vec<Warning>,
}

/// Reads one line. Total: any text gives a procedure or a refusal, and never panics.
///
/// # Errors
/// [`Refusal`] when the line cannot be a procedure.
pub fn parse_line(line_number: u32, line: &str) -> Result<Parsed, Refusal> {
    // Some editors put a byte order mark in front of the first line.
    let line = line.strip_prefix('\u{feff}').unwrap_or(line).trim();
    if line.is_empty() {
        return Err(Refusal::new(line_number, refusal::BLANK, None, None));
    }
    let record: RawRecord = serde_json::from_str(line).map_err(|error| {
        let reason = if error.classify() == Category::Data { refusal::NOT_A_RECORD } else { refusal::NOT_JSON };
        Refusal::new(line_number, reason, Some(&error.to_string()), None)
    })?;
    read_record(line_number, record)
}

fn read_record(line_number: u32, mut record: RawRecord) -> Result<Parsed, Refusal> {
    let mut notes = Notes::default();
    let Some(code) = clean::line(&mut notes, "/code", &record.code) else {
        return Err(Refusal::new(line_number, refusal::CODE_MISSING, None, None));
    };
    let Some(parts) = procedure_code::parse(&code) else {
        return Err(Refusal::new(line_number, refusal::CODE_INVALID, Some(&code), Some(&code)));
    };
    let Some(name) = read_name(&mut notes, &record) else {
        return Err(Refusal::new(line_number, refusal::NAME_MISSING, None, Some(&code)));
    };
    record::report_unknown(&mut notes, "", &record.unknown);
    let channel_rows = record::rows(&mut notes, "/channels", record.channels.take());
    let component_rows = record::rows(&mut notes, "/dossier", record.dossier.take());
    let legal_basis_rows = record::rows(&mut notes, "/legal_basis", record.legal_basis.take());
    let result_rows = record::rows(&mut notes, "/result_items", record.result_items.take());
    overview::compare(&mut notes, &record, &channel_rows, &result_rows);

    let notes = &mut notes;
    let decision = clean::line(notes, "/decision", &record.decision);
    let levels_raw = clean::line(notes, "/level", &record.level);
    let kind_raw = clean::line(notes, "/kind", &record.kind);
    let audiences_raw = clean::line(notes, "/audience", &record.audience);
    let field_name = clean::line(notes, "/field", &record.field);
    let issuing_ministry = clean::line(notes, "/issuing_ministry", &record.issuing_ministry);
    let implementing = clean::line(notes, "/implementing_agency", &record.implementing_agency);
    let competent = clean::line(notes, "/competent_authority", &record.competent_authority);
    let coordinating = clean::line(notes, "/coordinating_agency", &record.coordinating_agency);
    let steps = clean::paragraphs(notes, "/steps", &record.steps);
    for (value, code, pointer) in [
        (&field_name, WarningCode::FieldMissing, "/field"),
        (&issuing_ministry, WarningCode::AgencyIssuingMissing, "/issuing_ministry"),
        (&implementing, WarningCode::AgencyImplementingMissing, "/implementing_agency"),
        (&steps, WarningCode::StepsMissing, "/steps"),
    ] {
        if value.is_none() {
            notes.add(code, pointer, None);
        }
    }
    let flags = ChannelFlags {
        in_person: &record.in_person_channel,
        online: &record.online_channel,
        post: &record.postal_channel,
    };
    let procedure = NationalProcedure {
        code,
        national_code: parts.national,
        province_suffix: parts.province_suffix,
        name,
        decision_number: document_number::decision(notes, "/decision", decision),
        levels: classification::levels(notes, "/level", levels_raw.as_deref()),
        levels_raw,
        kind: classification::kind(notes, "/kind", kind_raw.as_deref()),
        kind_raw,
        field_name,
        audiences: classification::audiences(notes, "/audience", audiences_raw.as_deref()),
        audiences_raw,
        issuing_ministry,
        implementing_agencies: agencies::read(notes, "/implementing_agency", implementing),
        competent_authorities: agencies::read(notes, "/competent_authority", competent),
        receiving_address: clean::line(notes, "/receiving_address", &record.receiving_address),
        coordinating_agencies: agencies::read(notes, "/coordinating_agency", coordinating),
        channels: channels::read(notes, &channel_rows, &flags),
        components: components::read(notes, &component_rows, &record.n_documents),
        legal_bases: legal_bases::read(notes, &legal_basis_rows, &record.n_legal_bases),
        results: results::read(notes, &result_rows),
        steps,
        conditions: clean::paragraphs(notes, "/conditions", &record.conditions),
        source: clean::line(notes, "/source", &record.source),
        source_date: clean::line(notes, "/source_date", &record.source_date),
        source_url: clean::line(notes, "/source_url", &record.source_url),
    };
    Ok(Parsed { procedure, warnings: std::mem::take(notes).into_warnings() })
}

/// The name without stray punctuation at its ends; `None` when no letter is left.
fn read_name(notes: &mut Notes, record: &RawRecord) -> Option<String> {
    let written = clean::line(notes, "/name", &record.name)?;
    let name =
        written.trim_start_matches(['.', ',', ';', ':', '-', '+', '*', ' ']).trim_end_matches([',', ';', ':', ' ']);
    if !clean::has_letter(name) {
        return None;
    }
    if name != written {
        notes.add(WarningCode::NameStrayPunctuation, "/name", Some(&written));
    }
    Some(name.to_owned())
}
