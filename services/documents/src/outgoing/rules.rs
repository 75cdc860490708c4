//! What may be issued.

use motcua_kernel::text::normalise;
use motcua_kernel::{Actor, ActorKind, Error, FieldError, Result, Text, Uuid};

use super::http::CreateOutgoingDocument;
use crate::document_types::DocumentType;
use crate::marks;
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
const LONGEST_SYMBOL: usize = 40;

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
    pub document_type: &'static str,
    /// None for the agency's own.
    pub symbol: Option<String>,
    pub subject: String,
    pub signer_name: Option<String>,
    pub file_id: Uuid,
}

/// Checks a request: every fault of every field at once. A secrecy mark is refused before anything else is looked at.
///
/// # Errors
/// `document.secret_refused`, or `validation`.
pub(super) fn check(new: CreateOutgoingDocument, right: Right) -> Result<Asked> {
    marks::refuse_secret(new.secrecy)?;
    let mut faults = Vec::new();
    let external_ref = optional(new.external_ref, "/external_ref", LONGEST_REFERENCE, &mut faults);
    if external_ref.is_none() && right == Right::Service {
        faults.push(required("/external_ref"));
    }
    let issuing_agency = needed(&new.issuing_agency, "/issuing_agency", LONGEST_REFERENCE, &mut faults);
    let subject = needed(&new.subject, "/subject", LONGEST_SUBJECT, &mut faults);
    let signer_name = optional(new.signer_name, "/signer_name", LONGEST_SIGNER, &mut faults);
    let symbol = optional(new.symbol, "/symbol", LONGEST_SYMBOL, &mut faults);
    if symbol.as_deref().is_some_and(|symbol| !is_symbol(symbol)) {
        faults.push(symbol_fault());
    }
    let document_type = DocumentType::by_abbreviation(&normalise(&new.document_type)).and_then(|t| t.abbreviation);
    let Some(document_type) = document_type else {
        faults.push(FieldError::new(
            "/type",
            "document.type_unknown",
            Text::new(
                "Cần tên viết tắt của loại văn bản theo Phụ lục III Nghị định 30/2020/NĐ-CP, ví dụ QĐ.",
                "An abbreviation of Decree 30/2020/NĐ-CP, Annex III, is expected, such as QĐ.",
            ),
        ));
        return Err(Error::invalid(faults));
    };
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    Ok(Asked { external_ref, issuing_agency, document_type, symbol, subject, signer_name, file_id: new.file_id })
}

/// The abbreviation of the issuer as notations write it: letters and digits of any kind, in groups joined by `-` or `.`.
pub(crate) fn is_symbol(text: &str) -> bool {
    text.split(['-', '.']).all(|group| !group.is_empty() && group.chars().all(char::is_alphanumeric))
}

/// The fault of a symbol that is missing or can't stand in a notation.
pub(crate) fn symbol_fault() -> FieldError {
    let text = Text::new(
        "Ký hiệu cơ quan chỉ gồm chữ, số, dấu gạch nối và dấu chấm, ví dụ UBND.",
        "The agency's symbol has letters, digits, hyphens and dots only, such as UBND.",
    );
    FieldError::new("/symbol", "document.symbol_invalid", text)
}

/// The notation: `QĐ-UBND`.
pub(super) fn notation(document_type: &str, symbol: &str) -> String {
    format!("{document_type}-{symbol}")
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
        }
    }

    fn faults(new: CreateOutgoingDocument) -> Vec<(String, String)> {
        let error = check(new, Right::Service).unwrap_err();
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
        assert_eq!(check(without, Right::Clerk).unwrap().external_ref, None);
    }

    #[test]
    fn limits_count_characters_not_bytes_and_texts_are_normalised() {
        let long = CreateOutgoingDocument { subject: format!("  {}  ", "Đ".repeat(2000)), ..new() };
        assert_eq!(check(long, Right::Service).unwrap().subject, "Đ".repeat(2000));
    }

    #[test]
    fn every_secrecy_mark_is_refused_before_anything_else() {
        for mark in [SecrecyMark::Confidential, SecrecyMark::Secret, SecrecyMark::TopSecret] {
            let marked = CreateOutgoingDocument { secrecy: Some(mark), subject: String::new(), ..new() };
            assert_eq!(check(marked, Right::Service).unwrap_err().code, "document.secret_refused");
        }
        let open = CreateOutgoingDocument { secrecy: Some(SecrecyMark::None), ..new() };
        assert!(check(open, Right::Service).is_ok());
    }

    #[test]
    fn a_symbol_has_groups_of_letters_and_digits() {
        for good in ["UBND", "SXD", "UBND-VP", "BCĐ389", "HĐND.TT"] {
            assert!(is_symbol(good), "{good}");
        }
        for bad in ["", "-", "UBND-", "UB ND", "UB/ND", "UBND--VP", "<b>"] {
            assert!(!is_symbol(bad), "{bad}");
        }
    }
}
