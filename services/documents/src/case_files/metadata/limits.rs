//! How long the fields of Decree 30/2020/NĐ-CP, Annex VI, Part II may be. What is longer is kept whole here, and whoever
//! exports it is warned that a system that goes by the annex will cut it.

use motcua_kernel::Text;
use serde::Serialize;
use utoipa::ToSchema;

use super::http::{CaseFileDocumentMetadata, CaseFileMetadata};

/// A field that is longer than the annex has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MetadataWarning {
    /// `field.too_long`.
    #[schema(example = "field.too_long")]
    pub code: &'static str,
    /// Which field, as a JSON Pointer into the answer.
    #[schema(example = "/documents/0/subject")]
    pub pointer: String,
    /// How many characters, or digits of a number, it has.
    #[schema(example = 612)]
    pub length: usize,
    /// How many the annex has for it.
    #[schema(example = 500)]
    pub longest: usize,
    /// What it says.
    pub message: Text,
}

/// Every field of a case file and its documents that is longer than the annex has it.
pub(super) fn warnings(of: &CaseFileMetadata) -> Vec<MetadataWarning> {
    let own = [
        ("organ_id", text(Some(&of.file_code.organ_id)), 13),
        ("file_notation", text(Some(&of.file_code.file_notation)), 20),
    ];
    let mut found: Vec<MetadataWarning> = too_long("/file_code", &own).collect();
    let own = [
        ("title", text(Some(&of.title)), 500),
        ("maintenance", text(Some(&of.maintenance)), 30),
        ("rights", text(Some(&of.rights)), 30),
        ("creator", text(of.creator.as_ref()), 30),
        ("language", text(Some(&of.language)), 50),
        ("description", text(of.description.as_ref()), 500),
        ("doc_total", digits(Some(of.doc_total)), 4),
        ("page_total", digits(Some(of.page_total)), 4),
    ];
    found.extend(too_long("", &own));
    for (at, document) in of.documents.iter().enumerate() {
        of_document(document, &format!("/documents/{at}"), &mut found);
    }
    found
}

fn of_document(document: &CaseFileDocumentMetadata, at: &str, found: &mut Vec<MetadataWarning>) {
    let of = &document.fields;
    let fields = [
        ("doc_ordinal", digits(Some(document.doc_ordinal)), 3),
        ("type_name", text(of.type_name.as_ref()), 100),
        ("code_number", text(of.code_number.as_ref()), 11),
        ("code_notation", text(of.code_notation.as_ref()), 30),
        ("organ_name", text(of.organ_name.as_ref()), 200),
        ("subject", text(of.subject.as_ref()), 500),
        ("language", text(of.language.as_ref()), 30),
        ("page_amount", digits(of.page_amount), 3),
        ("description", text(of.description.as_ref()), 500),
        ("issued_amount", digits(of.issued_amount), 3),
        ("arrival_number", digits(of.arrival_number), 10),
    ];
    found.extend(too_long(at, &fields));
    if let Some(signer) = &of.signer_info {
        let fields =
            [("position", text(signer.position.as_ref()), 100), ("full_name", text(signer.full_name.as_ref()), 50)];
        found.extend(too_long(&format!("{at}/signer_info"), &fields));
    }
    for (nth, receiver) in of.to.iter().enumerate() {
        let fields =
            [("organ_id", text(Some(&receiver.organ_id)), 13), ("organ_name", text(Some(&receiver.organ_name)), 200)];
        found.extend(too_long(&format!("{at}/to/{nth}"), &fields));
    }
}

fn text(text: Option<&String>) -> usize {
    text.map_or(0, |text| text.chars().count())
}

fn digits<N: ToString>(number: Option<N>) -> usize {
    number.map_or(0, |number| number.to_string().len())
}

fn too_long(at: &str, fields: &[(&str, usize, usize)]) -> impl Iterator<Item = MetadataWarning> {
    fields.iter().filter(|(_, length, longest)| length > longest).map(move |(field, length, longest)| MetadataWarning {
        code: "field.too_long",
        pointer: format!("{at}/{field}"),
        length: *length,
        longest: *longest,
        message: Text::new(
            format!(
                "Dài {length}, hơn {longest} của Phụ lục VI Nghị định 30/2020/NĐ-CP; hệ thống nhận có thể cắt bớt."
            ),
            format!(
                "{length} long, more than the {longest} of Decree 30/2020/NĐ-CP, Annex VI; who receives it may cut it."
            ),
        ),
    })
}
