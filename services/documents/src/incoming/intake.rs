//! What may be taken in from outside: every fault of every field at once.

use chrono::NaiveDate;
use motcua_kernel::text::{normalise, says_something};
use motcua_kernel::{Error, FieldError, Result, Text, Uuid};
use serde::Serialize;

use super::create_request::{CreateIncomingDocument, OnDuplicate};
use super::facts::Channel;
use super::rules::Checks;
use super::store::Content;
use crate::document_types::DocumentType;
use crate::far_days::{document_day_fault, term_fault};
use crate::marks::{self, CirculationMark, Urgency};
use crate::text_fields::{needed, optional, required};

/// The longest subject we keep.
const LONGEST_SUBJECT: usize = 2000;
/// The longest subject that the forms of Annex VI hold: longer ones are kept, and warned about.
pub(super) const ANNEX_VI_SUBJECT: usize = 500;
const MOST_ATTACHMENTS: usize = 50;
const MOST_REPLIES: usize = 20;
const LONGEST_REFERENCE: usize = 100;

/// A document from outside, in normal form and within its limits.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub external_ref: Option<String>,
    /// Code or id, as written.
    pub receiving_agency: String,
    pub issuer_agency: Option<String>,
    pub said: Said,
    pub file_id: Option<Uuid>,
    pub attachments: Vec<Uuid>,
    pub checks: Checks,
    pub on_duplicate: OnDuplicate,
}

/// What a request says of the document itself: the same again under one reference is the same document.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Said {
    pub channel: Channel,
    pub number: String,
    pub notation: String,
    pub issued_on: Option<NaiveDate>,
    pub document_type: Option<String>,
    pub urgency: Urgency,
    pub circulation: Option<CirculationMark>,
    pub paper: bool,
    pub due_on: Option<NaiveDate>,
    #[serde(skip)]
    pub content: Content,
}

/// Checks a request, of a clerk or of another system. A secrecy mark is refused before anything else is looked at.
///
/// # Errors
/// `document.secret_refused`, or `validation`.
pub(super) fn check(new: CreateIncomingDocument, from_system: bool, today: NaiveDate) -> Result<Asked> {
    marks::refuse_secret(new.secrecy)?;
    let mut faults = Vec::new();
    let external_ref = optional(new.external_ref, "/external_ref", LONGEST_REFERENCE, &mut faults);
    if external_ref.is_none() && from_system {
        faults.push(required("/external_ref"));
    }
    let receiving_agency = needed(&new.receiving_agency, "/receiving_agency", LONGEST_REFERENCE, &mut faults);
    let issuer_agency = optional(new.issuer.agency, "/issuer/agency", LONGEST_REFERENCE, &mut faults);
    let issuer_name = optional(new.issuer.name, "/issuer/name", 200, &mut faults);
    if issuer_agency.is_none() && issuer_name.is_none() {
        faults.push(required("/issuer/name"));
    }
    let number = optional(new.number, "/number", 20, &mut faults).unwrap_or_default();
    let notation = optional(new.notation, "/notation", 60, &mut faults).unwrap_or_default();
    let document_type = new.document_type.as_deref().map(normalise).filter(|code| !code.is_empty());
    if document_type.as_deref().is_some_and(|code| DocumentType::by_code(code).is_none()) {
        faults.push(type_unknown());
    }
    let type_name = optional(new.type_name, "/type_name", 100, &mut faults);
    let subject = needed(&new.subject, "/subject", LONGEST_SUBJECT, &mut faults);
    let signer_name = optional(new.signer_name, "/signer_name", 200, &mut faults);
    let signer_position = optional(new.signer_position, "/signer_position", 200, &mut faults);
    let language = optional(new.language, "/language", 50, &mut faults);
    if new.pages.is_some_and(|pages| !(1..=99_999).contains(&pages)) {
        let text = Text::new("Số trang từ 1 đến 99.999.", "1 to 99,999 pages.");
        faults.push(FieldError::new("/pages", "range", text));
    }
    let description = paragraph(new.description, "/description", 2000, &mut faults);
    if new.replies_to.len() > MOST_REPLIES {
        faults.push(too_many("/replies_to", MOST_REPLIES));
    }
    let replies_to: Vec<String> = new
        .replies_to
        .iter()
        .take(MOST_REPLIES)
        .enumerate()
        .map(|(at, reply)| needed(reply, &format!("/replies_to/{at}"), LONGEST_REFERENCE, &mut faults))
        .collect();
    faults.extend(new.issued_on.and_then(|day| document_day_fault(day, today, "/issued_on")));
    faults.extend(new.due_on.and_then(|day| term_fault(day, today, "/due_on")));
    faults.extend(attachment_faults(new.file_id, &new.attachments));
    if from_system && new.checks != Checks::default() {
        faults.push(checks_not_yours());
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let pages = new.pages;
    let content = Content {
        subject,
        issuer_name,
        type_name,
        signer_name,
        signer_position,
        pages,
        language,
        description,
        replies_to,
    };
    let said = Said {
        channel: new.channel,
        number,
        notation,
        issued_on: new.issued_on,
        document_type,
        urgency: new.urgency,
        circulation: new.circulation,
        paper: new.paper,
        due_on: new.due_on,
        content,
    };
    Ok(Asked {
        external_ref,
        receiving_agency,
        issuer_agency,
        said,
        file_id: new.file_id,
        attachments: new.attachments,
        checks: new.checks,
        on_duplicate: new.on_duplicate,
    })
}

/// The fault of a system that says what only the receiver can: that its document is genuine and whole.
fn checks_not_yours() -> FieldError {
    let text = Text::new(
        "Việc kiểm tra văn bản đến là của cơ quan nhận (Nghị định 30/2020/NĐ-CP, Điều 21), bên gửi không ghi thay.",
        "What arrives is checked by the agency that receives it (Decree 30/2020/NĐ-CP, Article 21), not by its sender.",
    );
    FieldError::new("/checks", "incoming.checks_not_yours", text)
}

fn type_unknown() -> FieldError {
    let text = Text::new(
        "Cần mã loại văn bản: tên viết tắt theo Phụ lục III Nghị định 30/2020/NĐ-CP, CV hoặc ThC; loại khác ghi ở type_name.",
        "A code is expected: an abbreviation of Decree 30/2020/NĐ-CP, Annex III, CV or ThC; any other type goes into \
         type_name.",
    );
    FieldError::new("/type", "document.type_unknown", text)
}

fn attachment_faults(main: Option<Uuid>, attachments: &[Uuid]) -> Vec<FieldError> {
    if attachments.len() > MOST_ATTACHMENTS {
        return vec![too_many("/attachments", MOST_ATTACHMENTS)];
    }
    let twice = |at: usize, id: &Uuid| attachments.iter().take(at).any(|other| other == id) || main == Some(*id);
    let text = || Text::new("Tệp này đã có trong văn bản.", "This file is part of the document already.");
    attachments
        .iter()
        .enumerate()
        .filter(|(at, id)| twice(*at, id))
        .map(|(at, _)| FieldError::new(format!("/attachments/{at}"), "file.twice", text()))
        .collect()
}

/// The fault of a list with more than it may have.
pub(super) fn too_many(pointer: &str, most: usize) -> FieldError {
    let text = Text::new(format!("Nhiều nhất {most} mục."), format!("At most {most} items."));
    FieldError::new(pointer, "too_many", text)
}

/// A text of any number of lines that may be left out.
pub(super) fn paragraph(
    text: Option<String>,
    pointer: &str,
    longest: usize,
    faults: &mut Vec<FieldError>,
) -> Option<String> {
    let text = text.map(|text| normalise(&text)).filter(|text| says_something(text))?;
    faults.extend(length_fault(&text, pointer, 1, longest));
    Some(text)
}

/// What is wrong with the length of a text, counted in characters.
pub(super) fn length_fault(text: &str, pointer: &str, least: usize, most: usize) -> Option<FieldError> {
    let length = if says_something(text) { text.trim().chars().count() } else { 0 };
    if (least..=most).contains(&length) {
        return None;
    }
    let (code, message) = if length > most {
        ("too_long", Text::new(format!("Nhiều nhất {most} ký tự."), format!("At most {most} characters.")))
    } else if length == 0 {
        return Some(required(pointer));
    } else {
        ("too_short", Text::new(format!("Ít nhất {least} ký tự."), format!("At least {least} characters.")))
    };
    Some(FieldError::new(pointer, code, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incoming::create_request::IssuerReference;
    use crate::marks::SecrecyMark;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 16).unwrap();

    fn new() -> CreateIncomingDocument {
        CreateIncomingDocument {
            external_ref: None,
            receiving_agency: "H50".into(),
            issuer: IssuerReference { agency: None, name: Some("Bộ Xây dựng".into()) },
            channel: Channel::PaperScan,
            number: Some("05".into()),
            notation: Some("BXD-VP".into()),
            issued_on: None,
            document_type: Some("CV".into()),
            type_name: None,
            subject: "Về việc kiểm tra".into(),
            signer_name: None,
            signer_position: None,
            pages: Some(2),
            language: None,
            urgency: Urgency::Normal,
            circulation: None,
            secrecy: None,
            paper: true,
            due_on: None,
            replies_to: Vec::new(),
            description: None,
            file_id: None,
            attachments: Vec::new(),
            checks: Checks::default(),
            on_duplicate: OnDuplicate::Warn,
        }
    }

    fn faults(new: CreateIncomingDocument) -> Vec<(String, String)> {
        check(new, false, TODAY).unwrap_err().fields.into_iter().map(|field| (field.pointer, field.code)).collect()
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let wrong = CreateIncomingDocument {
            receiving_agency: " ".into(),
            issuer: IssuerReference { agency: None, name: None },
            number: Some("1".repeat(21)),
            document_type: Some("Q\u{d0}".into()),
            subject: "s".repeat(3000),
            pages: Some(0),
            replies_to: vec!["x".into(); 21],
            attachments: (0..60).map(Uuid::from_u128).collect(),
            ..new()
        };
        let found: Vec<String> = faults(wrong).into_iter().map(|(pointer, _)| pointer).collect();
        let expected = [
            "/receiving_agency",
            "/issuer/name",
            "/number",
            "/type",
            "/subject",
            "/pages",
            "/replies_to",
            "/attachments",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_file_is_part_of_a_document_once() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let wrong = CreateIncomingDocument { file_id: Some(a), attachments: vec![b, a, b], ..new() };
        let pointers: Vec<String> = faults(wrong).into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!(pointers, ["/attachments/1", "/attachments/2"]);
    }

    #[test]
    fn a_subject_of_two_thousand_characters_is_kept_and_a_secret_never() {
        assert!(check(CreateIncomingDocument { subject: "Đ".repeat(2000), ..new() }, false, TODAY).is_ok());
        let secret = CreateIncomingDocument { secrecy: Some(SecrecyMark::Secret), subject: String::new(), ..new() };
        assert_eq!(check(secret, false, TODAY).unwrap_err().code, "document.secret_refused");
    }

    #[test]
    fn the_two_types_without_abbreviation_have_codes_of_ours() {
        assert_eq!(DocumentType::by_code("CV").unwrap().vi, "Công văn");
        assert_eq!(DocumentType::by_code("ThC").unwrap().vi, "Thư công");
        assert_eq!(DocumentType::by_code("QĐ").unwrap().abbreviation, Some("QĐ"));
        assert!(DocumentType::by_code("cv").is_none());
    }
}
