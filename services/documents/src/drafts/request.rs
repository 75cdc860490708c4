//! What is wrong with a request about a draft before anything is looked up: every fault of every field at once. A secrecy
//! mark is refused before that.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_db::{Conn, Failure, TxResult};
use motcua_files::{FileRecord, require_uploaded_by};
use motcua_kernel::{Actor, BusinessTime, Error, FieldError, Result, Text, Uuid, Vault};

use super::rules::deadline_fault;
use super::view::{CreateDraft, CreateDraftConsultation, CreateDraftTransition, CreateRevision};
use crate::far_days::term_instant_fault;
use crate::marks::{self, CirculationMark, Urgency};
use crate::outgoing::{Place, place};
use crate::registers::NumberClass;
use crate::text_fields::{LONGEST_REASON, SHORTEST_REASON, needed, optional, optional_words, required, words};

const LONGEST_SUBJECT: usize = 2000;
const LONGEST_NOTE: usize = 2000;
const LONGEST_REFERENCE: usize = 100;
const LONGEST_LANGUAGE: usize = 50;
pub(super) const LONGEST_WORDS: usize = 10_000;
const MOST_ATTACHMENTS: usize = 50;
/// The most pages and copies.
const MOST_PAGES: i32 = 99_999;
/// The most who are asked at once.
const MOST_ASKED: usize = 50;
/// The most working days a deadline counts.
const MOST_DAYS: u32 = 60;

/// A draft as asked for, in normal form and within its limits.
#[derive(Debug, Clone)]
pub(super) struct AskedDraft {
    pub agency: String,
    pub unit: Option<String>,
    pub class: NumberClass,
    pub subject: String,
    pub urgency: Urgency,
    pub circulation: Option<CirculationMark>,
    pub internal: bool,
    pub symbol: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
    pub reply_to: Option<Uuid>,
    pub file_id: Uuid,
    pub attachments: Vec<Uuid>,
    pub note: Option<String>,
}

pub(super) fn draft(new: CreateDraft, now: BusinessTime) -> Result<AskedDraft> {
    marks::refuse_secret(new.secrecy)?;
    let mut faults = Vec::new();
    let agency = needed(&new.agency, "/agency", LONGEST_REFERENCE, &mut faults);
    let unit = optional(new.unit, "/unit", LONGEST_REFERENCE, &mut faults);
    let subject = needed(&new.subject, "/subject", LONGEST_SUBJECT, &mut faults);
    let (class, symbol) = NumberClass::check(&new.document_type, new.normative, new.symbol, &mut faults);
    let note = optional_words(new.note.as_deref(), "/note", LONGEST_NOTE, &mut faults);
    files_faults(new.file_id, &new.attachments, &mut faults);
    faults.extend(new.due_at.and_then(|due| term_instant_fault(due, now.0, "/due_at")));
    match class {
        Some(class) if faults.is_empty() => Ok(AskedDraft {
            agency,
            unit,
            class,
            subject,
            urgency: new.urgency,
            circulation: new.circulation,
            internal: new.internal,
            symbol,
            due_at: new.due_at,
            reply_to: new.reply_to,
            file_id: new.file_id,
            attachments: new.attachments,
            note,
        }),
        _ => Err(Error::invalid(faults)),
    }
}

/// A version as asked for.
#[derive(Debug, Clone)]
pub(super) struct AskedRevision {
    /// None for what it was before.
    pub subject: Option<String>,
    pub file_id: Uuid,
    /// None for those it had before.
    pub attachments: Option<Vec<Uuid>>,
    pub note: Option<String>,
}

pub(super) fn revision(new: CreateRevision) -> Result<AskedRevision> {
    marks::refuse_secret(new.secrecy)?;
    let mut faults = Vec::new();
    let subject = new.subject.map(|subject| needed(&subject, "/subject", LONGEST_SUBJECT, &mut faults));
    let note = optional_words(new.note.as_deref(), "/note", LONGEST_NOTE, &mut faults);
    files_faults(new.file_id, new.attachments.as_deref().unwrap_or_default(), &mut faults);
    if faults.is_empty() {
        Ok(AskedRevision { subject, file_id: new.file_id, attachments: new.attachments, note })
    } else {
        Err(Error::invalid(faults))
    }
}

fn files_faults(file: Uuid, attachments: &[Uuid], faults: &mut Vec<FieldError>) {
    if attachments.len() > MOST_ATTACHMENTS {
        let text = Text::new(
            format!("Nhiều nhất {MOST_ATTACHMENTS} tệp đính kèm."),
            format!("At most {MOST_ATTACHMENTS} attachments."),
        );
        faults.push(FieldError::new("/attachments", "max_items", text));
    }
    for (at, one) in attachments.iter().enumerate().take(MOST_ATTACHMENTS) {
        if *one == file || attachments.iter().take(at).any(|other| other == one) {
            let text = Text::new("Tệp này đã có trong dự thảo.", "The draft has this file already.");
            faults.push(FieldError::new(format!("/attachments/{at}"), "file.repeated", text));
        }
    }
}

/// The files of a version: what the caller has uploaded, or what the draft has had before. Every fault at once.
pub(super) fn files(
    conn: &mut Conn,
    vault: &Vault,
    actor: &Actor,
    had: &[(Uuid, String)],
    file: Uuid,
    attachments: &[Uuid],
) -> TxResult<Vec<(Uuid, String)>> {
    let mut found = Vec::new();
    let mut faults = Vec::new();
    let places = std::iter::once((file, "/file_id".to_owned()))
        .chain(attachments.iter().enumerate().map(|(at, one)| (*one, format!("/attachments/{at}"))));
    for (id, pointer) in places {
        if let Some(known) = had.iter().find(|(known, _)| *known == id) {
            found.push(known.clone());
            continue;
        }
        match require_uploaded_by(conn, vault, actor, id, &pointer) {
            Ok(FileRecord { sha256, .. }) => found.push((id, sha256)),
            Err(Failure::Refused(error)) => faults.extend(error.fields),
            Err(failure) => return Err(failure),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(Error::invalid(faults).into()) }
}

/// A step as asked for.
#[derive(Debug, Clone)]
pub(super) struct AskedStep {
    /// What is said with it, in normal form: a reason that is needed, or a comment.
    pub said: Option<String>,
    /// Which number it shall have, when it is numbered.
    pub place: Place,
    /// In which language it is, when it is numbered.
    pub language: Option<String>,
    /// What is noted of it, when it is numbered. Personal data.
    pub description: Option<String>,
}

pub(super) fn step(new: &CreateDraftTransition, today: NaiveDate) -> Result<AskedStep> {
    let mut faults = Vec::new();
    let (mut asked_place, mut asked_language, mut asked_description) = (Place::Next, None, None);
    let said = match new {
        CreateDraftTransition::Return { reason } | CreateDraftTransition::Cancel { reason } => {
            Some(words(reason, "/reason", (SHORTEST_REASON, LONGEST_REASON), &mut faults))
        }
        CreateDraftTransition::Submit { comment }
        | CreateDraftTransition::ApproveContent { comment, .. }
        | CreateDraftTransition::ApproveForm { comment, .. } => {
            optional_words(comment.as_deref(), "/comment", LONGEST_NOTE, &mut faults)
        }
        CreateDraftTransition::Number { pages, copies, language, description, reservation, late_number } => {
            for (pointer, count) in [("/pages", pages), ("/copies", copies)] {
                if count.is_some_and(|count| !(1..=MOST_PAGES).contains(&count)) {
                    faults.push(FieldError::new(pointer, "range", Text::new("Từ 1 đến 99.999.", "1 to 99,999.")));
                }
            }
            asked_language = optional(language.clone(), "/language", LONGEST_LANGUAGE, &mut faults);
            asked_description = optional_words(description.as_deref(), "/description", LONGEST_NOTE, &mut faults);
            asked_place = place(*reservation, late_number.clone(), today, &mut faults);
            None
        }
        CreateDraftTransition::Sign { .. } | CreateDraftTransition::Seal {} | CreateDraftTransition::Issue {} => None,
    };
    if let CreateDraftTransition::ApproveForm { signer: Some(signer), .. } = new {
        needed(signer, "/signer", LONGEST_REFERENCE, &mut faults);
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    Ok(AskedStep { said, place: asked_place, language: asked_language, description: asked_description })
}

/// A comment or a question.
pub(super) fn text(text: &str, pointer: &str) -> Result<String> {
    let mut faults = Vec::new();
    let said = words(text, pointer, (1, LONGEST_WORDS), &mut faults);
    if faults.is_empty() { Ok(said) } else { Err(Error::invalid(faults)) }
}

/// A consultation as asked for: its question, in normal form.
pub(super) fn consultation(new: &CreateDraftConsultation, now: BusinessTime) -> Result<String> {
    let mut faults = Vec::new();
    let question = words(&new.question, "/question", (1, LONGEST_WORDS), &mut faults);
    let asked = new.agencies.len() + new.officers.len();
    if asked == 0 {
        faults.push(required("/agencies"));
    }
    if asked > MOST_ASKED {
        let text = Text::new(format!("Nhiều nhất {MOST_ASKED} nơi."), format!("At most {MOST_ASKED} are asked."));
        faults.push(FieldError::new("/agencies", "max_items", text));
    }
    if new.working_days.is_some() == new.due_at.is_some() {
        faults.push(deadline_fault());
    }
    faults.extend(new.due_at.and_then(|due| term_instant_fault(due, now.0, "/due_at")));
    if new.working_days.is_some_and(|days| days == 0 || days > MOST_DAYS) {
        let text = Text::new("Từ 1 đến 60 ngày làm việc.", "1 to 60 working days.");
        faults.push(FieldError::new("/working_days", "range", text));
    }
    if faults.is_empty() { Ok(question) } else { Err(Error::invalid(faults)) }
}
