//! What may be issued.

use chrono::NaiveDate;
use motcua_kernel::{Actor, ActorKind, Error, FieldError, Result, Text, Uuid};

use super::http::{CreateOutgoingDocument, LateNumber, ReservationReference};
use crate::marks;
use crate::registers::{Late, LateDecision, NumberClass, Reservation, decision_fault};
use crate::text_fields::{needed, optional, required};

/// The scope by which services issue results.
pub(super) const ISSUE: &str = "documents:decisions:issue";
/// The scope by which officers issue.
pub(super) const WRITE: &str = "documents:documents:write";
/// The scope by which documents are read.
pub(super) const READ: &str = "documents:documents:read";

const LONGEST_REFERENCE: usize = 100;
const LONGEST_SUBJECT: usize = 2000;
const LONGEST_SIGNER: usize = 200;

/// By what right somebody issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    /// A service, for any agency: what it issues was decided there.
    Service,
    /// An officer, as clerk (văn thư) of the agency or of one above it.
    Clerk,
}

/// The right a caller has to issue at all; a clerk's agency is checked where the agency is known.
pub(super) fn right_of(actor: &Actor) -> Result<Right> {
    match actor.kind {
        ActorKind::Service => actor.require_scope(ISSUE).map(|()| Right::Service),
        ActorKind::Officer => actor.require_scope(WRITE).map(|()| Right::Clerk),
        ActorKind::Citizen | ActorKind::Client => Err(Error::forbidden(
            "document.issuers_only",
            "Chỉ văn thư của cơ quan và các dịch vụ của hệ thống được cấp số văn bản.",
            "Only an agency's clerk and the services of this system issue documents.",
        )),
    }
}

/// The refusal of an officer who is no clerk of the agency.
pub(super) fn not_its_clerk() -> Error {
    Error::forbidden(
        "document.not_clerk",
        "Bạn không giữ vai trò văn thư ở cơ quan ban hành.",
        "You are not a clerk of the issuing agency.",
    )
}

/// Who a reference belongs to: the service or client itself; of officers, the application they came through, so that an
/// application's references are its own whoever uses it.
pub(super) fn reference_owner(actor: &Actor) -> String {
    let own = actor.kind == ActorKind::Officer && !actor.client.is_empty();
    let name = if own { &actor.client } else { &actor.subject };
    format!("{}|{name}", actor.issuer)
}

/// Who a document was created by.
pub(crate) fn creator(actor: &Actor) -> String {
    format!("{}|{}", actor.issuer, actor.subject)
}

/// What is asked for, in normal form and within its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub external_ref: Option<String>,
    /// Code or id, as written.
    pub issuing_agency: String,
    /// Its type, normative or not.
    pub class: NumberClass,
    /// None for the agency's own.
    pub symbol: Option<String>,
    pub subject: String,
    pub signer_name: Option<String>,
    pub file_id: Uuid,
    pub place: Place,
}

/// Checks a request: every fault of every field at once. A secrecy mark is refused before anything else is looked at.
///
/// # Errors
/// `document.secret_refused`, or `validation`.
pub(super) fn check(new: CreateOutgoingDocument, right: Right, today: NaiveDate) -> Result<Asked> {
    marks::refuse_secret(new.secrecy)?;
    let mut faults = Vec::new();
    let external_ref = optional(new.external_ref, "/external_ref", LONGEST_REFERENCE, &mut faults);
    if external_ref.is_none() && right == Right::Service {
        faults.push(required("/external_ref"));
    }
    let issuing_agency = needed(&new.issuing_agency, "/issuing_agency", LONGEST_REFERENCE, &mut faults);
    let subject = needed(&new.subject, "/subject", LONGEST_SUBJECT, &mut faults);
    let signer_name = optional(new.signer_name, "/signer_name", LONGEST_SIGNER, &mut faults);
    let (class, symbol) = NumberClass::check(&new.document_type, new.normative, new.symbol, &mut faults);
    let place = place(new.reservation, new.late_number, today, &mut faults);
    match class {
        Some(class) if faults.is_empty() => {
            Ok(Asked { external_ref, issuing_agency, class, symbol, subject, signer_name, file_id: new.file_id, place })
        }
        _ => Err(Error::invalid(faults)),
    }
}

/// Which number a document shall have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The next.
    Next,
    /// One that was reserved.
    Reserved(Reservation),
    /// One behind another.
    Late(Late),
}

/// Which number a request asks for; what is wrong with it goes to the faults.
pub(crate) fn place(
    reservation: Option<ReservationReference>,
    late: Option<LateNumber>,
    today: NaiveDate,
    faults: &mut Vec<FieldError>,
) -> Place {
    let Some(late) = late else {
        return reservation.map_or(Place::Next, |reserved| {
            Place::Reserved(Reservation { register: reserved.register_id, number: reserved.number })
        });
    };
    if reservation.is_some() {
        let text = Text::new(
            "Văn bản dùng số đã giữ hoặc số chèn, không phải cả hai.",
            "A document has a reserved number or a late one, not both.",
        );
        faults.push(FieldError::new("/late_number", "register.reservation_or_late", text));
    }
    let Some(decision) = late.decision else {
        let text = Text::new(
            "Số chèn phải có quyết định của người đứng đầu cơ quan (số và ngày).",
            "A late number needs the decision of the agency's head (number and date).",
        );
        faults.push(FieldError::new("/late_number/decision", "register.late_number_without_decision", text));
        return Place::Next;
    };
    let number = needed(&decision.number, "/late_number/decision/number", LONGEST_REFERENCE, faults);
    let decision = LateDecision { number, date: decision.date, document_id: decision.document_id };
    faults.extend(decision_fault(&decision, today));
    Place::Late(Late { after: late.after, year: late.year, decision })
}

/// The fault of a decision that is not kept here, or not for the caller.
pub(super) fn decision_unknown() -> FieldError {
    let text = Text::new(
        "Không có văn bản này, hoặc bạn không được xem.",
        "There is no such document, or you may not see it.",
    );
    FieldError::new("/late_number/decision/document_id", "document.unknown", text)
}

/// The fault of a document that is not the decision named beside it.
pub(super) fn decision_differs() -> FieldError {
    let text = Text::new(
        "Văn bản này không phải quyết định đã nêu: khác cơ quan, số hoặc ngày.",
        "This document is not the decision that is named: it has another agency, number or day.",
    );
    FieldError::new("/late_number/decision/document_id", "register.decision_differs", text)
}

/// The refusal of a second request under a reference that says something else than the first.
pub(super) fn reference_reused(document: Option<Uuid>, differing: &[&str]) -> Error {
    let mut error = Error::conflict(
        "document.external_ref_reused",
        "Mã tham chiếu này đã dùng cho một văn bản khác nội dung.",
        "This reference was used for a document that says something else.",
    );
    let text = || Text::new("Khác với văn bản đã cấp số.", "Differs from the document issued.");
    error.fields = differing.iter().map(|pointer| FieldError::new(*pointer, "differs", text())).collect();
    match document {
        Some(document) => error.with("document_id", document.to_string()),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::super::http::LateNumberDecision;
    use super::*;
    use crate::marks::SecrecyMark;

    fn new() -> CreateOutgoingDocument {
        CreateOutgoingDocument {
            external_ref: Some("dossier-1".into()),
            issuing_agency: "H50".into(),
            document_type: "QĐ".into(),
            symbol: None,
            subject: "Cấp giấy phép xây dựng".into(),
            signer_name: None,
            file_id: Uuid::nil(),
            secrecy: None,
            normative: false,
            reservation: None,
            late_number: None,
        }
    }

    fn today() -> NaiveDate {
        "2026-11-21".parse().unwrap()
    }

    fn faults(new: CreateOutgoingDocument) -> Vec<(String, String)> {
        let error = check(new, Right::Service, today()).unwrap_err();
        error.fields.into_iter().map(|field| (field.pointer, field.code)).collect()
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let wrong = CreateOutgoingDocument {
            external_ref: Some("x".repeat(101)),
            issuing_agency: " ".into(),
            document_type: "QD".into(),
            symbol: Some("UB/ND".into()),
            subject: "s".repeat(2001),
            signer_name: Some("n".repeat(201)),
            ..new()
        };
        let found: Vec<String> = faults(wrong).into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!(found, ["/external_ref", "/issuing_agency", "/subject", "/signer_name", "/symbol", "/type"]);
    }

    #[test]
    fn a_service_must_name_its_reference_and_a_clerk_need_not() {
        let without = CreateOutgoingDocument { external_ref: Some("  ".into()), ..new() };
        assert_eq!(faults(without.clone()), [("/external_ref".into(), "required".into())]);
        assert_eq!(check(without, Right::Clerk, today()).unwrap().external_ref, None);
    }

    #[test]
    fn limits_count_characters_not_bytes_and_texts_are_normalised() {
        let long = CreateOutgoingDocument { subject: format!("  {}  ", "Đ".repeat(2000)), ..new() };
        assert_eq!(check(long, Right::Service, today()).unwrap().subject, "Đ".repeat(2000));
    }

    #[test]
    fn every_secrecy_mark_is_refused_before_anything_else() {
        for mark in [SecrecyMark::Confidential, SecrecyMark::Secret, SecrecyMark::TopSecret] {
            let marked = CreateOutgoingDocument { secrecy: Some(mark), subject: String::new(), ..new() };
            assert_eq!(check(marked, Right::Service, today()).unwrap_err().code, "document.secret_refused");
        }
        let open = CreateOutgoingDocument { secrecy: Some(SecrecyMark::None), ..new() };
        assert!(check(open, Right::Service, today()).is_ok());
    }

    #[test]
    fn a_letter_names_its_unit_and_a_personal_one_has_no_number() {
        let of = |kind: &str, symbol: Option<&str>| CreateOutgoingDocument {
            document_type: kind.into(),
            symbol: symbol.map(str::to_owned),
            ..new()
        };
        assert!(check(of("CV", Some("UBND-VX")), Right::Service, today()).is_ok());
        assert_eq!(faults(of("CV", None)), [("/symbol".into(), "document.symbol_without_unit".into())]);
        assert_eq!(faults(of("ThC", None)), [("/type".into(), "document.type_not_numbered".into())]);
        let normative = CreateOutgoingDocument { normative: true, ..of("TB", None) };
        assert_eq!(faults(normative), [("/normative".into(), "document.type_not_normative".into())]);
    }

    #[test]
    fn a_late_number_needs_a_decision_and_no_reservation() {
        let late = |decision: Option<(&str, &str)>| LateNumber {
            after: 12,
            year: None,
            decision: decision.map(|(number, date)| LateNumberDecision {
                number: number.into(),
                date: date.parse().unwrap(),
                document_id: None,
            }),
        };
        let with = |late: LateNumber| CreateOutgoingDocument { late_number: Some(late), ..new() };
        let without = "register.late_number_without_decision".to_owned();
        assert_eq!(faults(with(late(None))), [("/late_number/decision".into(), without)]);
        let blank = faults(with(late(Some((" ", "2026-11-22")))));
        let codes: Vec<&str> = blank.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(codes, ["required", "register.decision_in_future"]);
        let reserved = ReservationReference { register_id: Uuid::nil(), number: 3 };
        let both =
            CreateOutgoingDocument { reservation: Some(reserved), ..with(late(Some(("1/QĐ-UBND", "2026-11-21")))) };
        assert_eq!(faults(both), [("/late_number".into(), "register.reservation_or_late".into())]);
    }
}
