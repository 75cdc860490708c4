//! How a document is numbered: by its type, and as a normative document or not. From that follow its notation (ký hiệu)
//! and the book it goes into where the agency decided on none.

use motcua_kernel::text::normalise;
use motcua_kernel::{FieldError, Text};

use super::rules::RegisterKind;
use crate::document_types::DocumentType;
use crate::text_fields::optional;

/// The book that all incoming documents share where nothing else was decided (Decree 30/2020/NĐ-CP, Article 22: one common
/// sequence, paper and electronic).
pub const INCOMING_BOOK: &str = "ĐẾN";

const LONGEST_SYMBOL: usize = 40;
const NORMATIVE: &str = "QPPL-";
/// The types in which provinces and communes make normative documents: resolutions of People's Councils, decisions of
/// People's Committees (Law on the promulgation of legal documents).
const NORMATIVE_TYPES: [&str; 2] = ["NQ", "QĐ"];
const LETTER: &str = "CV";
const PERSONAL_LETTER: &str = "ThC";

/// How a document is numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberClass {
    document_type: &'static DocumentType,
    normative: bool,
}

impl NumberClass {
    /// Class and symbol that a request means; what is wrong with them goes to the faults. Whether a symbol suits an agency
    /// is asked where the agency is known ([`Self::symbol_fault`]).
    pub(crate) fn check(
        document_type: &str,
        normative: bool,
        symbol: Option<String>,
        faults: &mut Vec<FieldError>,
    ) -> (Option<Self>, Option<String>) {
        let symbol = optional(symbol, "/symbol", LONGEST_SYMBOL, faults).map(|symbol| as_meant(&symbol));
        faults.extend(symbol.as_deref().and_then(form_fault));
        let class = Self::asked(document_type, normative, faults);
        if symbol.is_none() && class.is_some_and(Self::needs_unit) {
            faults.push(unit_fault());
        }
        (class, symbol)
    }

    fn asked(document_type: &str, normative: bool, faults: &mut Vec<FieldError>) -> Option<Self> {
        let Some(known) = DocumentType::by_code(&normalise(document_type)) else {
            faults.push(type_unknown("/type"));
            return None;
        };
        if known.code == PERSONAL_LETTER {
            let text = Text::new(
                "Thư công không có quy tắc đánh số, ký hiệu (Nghị định 30/2020/NĐ-CP, Phụ lục I).",
                "An official personal letter (thư công) takes no number (Decree 30/2020/NĐ-CP, Annex I).",
            );
            faults.push(FieldError::new("/type", "document.type_not_numbered", text));
            return None;
        }
        if normative && !NORMATIVE_TYPES.contains(&known.code) {
            let text = Text::new(
                "Chỉ nghị quyết và quyết định của chính quyền địa phương là văn bản quy phạm pháp luật (Luật Ban hành văn \
                 bản quy phạm pháp luật).",
                "Of local documents only resolutions and decisions are normative (Law on the promulgation of legal \
                 documents).",
            );
            faults.push(FieldError::new("/normative", "document.type_not_normative", text));
            return None;
        }
        Some(Self { document_type: known, normative })
    }

    /// The class with this key.
    #[must_use]
    pub fn by_key(key: &str) -> Option<Self> {
        let (code, normative) = key.strip_prefix(NORMATIVE).map_or((key, false), |code| (code, true));
        Self::of(code, normative)
    }

    /// The class of the type with this code.
    #[must_use]
    pub fn of(code: &str, normative: bool) -> Option<Self> {
        let document_type = DocumentType::by_code(code)?;
        let allowed = if normative { NORMATIVE_TYPES.contains(&code) } else { code != PERSONAL_LETTER };
        allowed.then_some(Self { document_type, normative })
    }

    /// Its key among the books: the code of the type, `QPPL-` before that of normative documents, which have one sequence
    /// a type (Decree 30/2020/NĐ-CP, Article 15.2).
    #[must_use]
    pub fn key(self) -> String {
        if self.normative { format!("{NORMATIVE}{}", self.code()) } else { self.code().to_owned() }
    }

    /// The code of its type.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.document_type.code
    }

    /// Whether its documents are normative (văn bản quy phạm pháp luật).
    #[must_use]
    pub fn is_normative(self) -> bool {
        self.normative
    }

    /// Whether the notation of its documents names the drafting unit or field, so that a symbol must be given.
    #[must_use]
    pub fn needs_unit(self) -> bool {
        self.code() == LETTER
    }

    /// The notation of a document of a year: `QĐ-UBND`; `UBND-VX` of an official letter; `2026/QĐ-UBND` of a normative
    /// document, in whose notation the year stands.
    #[must_use]
    pub fn notation(self, symbol: &str, year: i32) -> String {
        match (self.needs_unit(), self.normative) {
            (true, _) => symbol.to_owned(),
            (false, true) => format!("{year}/{}-{symbol}", self.code()),
            (false, false) => format!("{}-{symbol}", self.code()),
        }
    }

    /// What is wrong with a symbol for documents of this class, of an agency with this symbol of its own.
    ///
    /// Of two classes no two notations are ever equal. The notation of a letter is its symbol alone, so its first group
    /// must not read as a type; only where an agency is itself abbreviated like a type (`TTr`, Thanh tra) it may, and
    /// documents of that type then carry the agency's abbreviation.
    #[must_use]
    pub fn symbol_fault(self, symbol: &str, own: &str) -> Option<FieldError> {
        if let Some(fault) = form_fault(symbol) {
            return Some(fault);
        }
        let first = |text: &'_ str| text.split('-').next().unwrap_or_default().to_owned();
        let (agency, begins) = (first(own), first(symbol));
        if self.needs_unit() {
            if !symbol.contains('-') {
                return Some(unit_fault());
            }
            let reads_as_type = DocumentType::by_code(&begins).is_some();
            return (reads_as_type && begins != agency).then(ambiguous_fault);
        }
        (self.code() == agency && begins != agency).then(ambiguous_fault)
    }
}

/// The book of a class where the agency decided on none: its own, or the common one of what comes in.
#[must_use]
pub fn default_book(kind: RegisterKind, class: &str) -> String {
    match kind {
        RegisterKind::Outgoing => class.to_owned(),
        RegisterKind::Incoming => INCOMING_BOOK.to_owned(),
    }
}

/// The fault of a type that nobody knows.
pub(crate) fn type_unknown(pointer: &str) -> FieldError {
    let text = Text::new(
        "Cần tên viết tắt của loại văn bản theo Phụ lục III Nghị định 30/2020/NĐ-CP, ví dụ QĐ; công văn là CV, bản sao là \
         SY, TrS hoặc SL.",
        "An abbreviation of Decree 30/2020/NĐ-CP, Annex III, is expected, such as QĐ; CV for an official letter, SY, TrS \
         or SL for a copy.",
    );
    FieldError::new(pointer, "document.type_unknown", text)
}

/// The letters of Vietnamese beside A to Z, in capitals.
const VIETNAMESE: &str = "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ";

/// A symbol with the letter eth, which looks the same and turns up in real lists, read as the Đ it was meant for.
pub(crate) fn as_meant(symbol: &str) -> String {
    symbol.replace('Ð', "Đ").replace('ð', "đ")
}

/// What is wrong with the abbreviation of an issuer as notations write it: letters of the Vietnamese alphabet, A to Z and
/// digits, in groups joined by `-` or `.`. Of letters that only look like these two notations would look the same and be
/// different.
fn form_fault(symbol: &str) -> Option<FieldError> {
    let known = |letter: char| {
        letter.is_ascii_alphanumeric() || letter.to_uppercase().all(|capital| VIETNAMESE.contains(capital))
    };
    let foreign = symbol.chars().find(|character| character.is_alphanumeric() && !known(*character));
    if let Some(letter) = foreign {
        return Some(letter_fault(letter));
    }
    let whole = symbol.split(['-', '.']).all(|group| !group.is_empty() && group.chars().all(known));
    (!whole).then(symbol_fault)
}

/// The fault of a letter or digit that is not one of ours.
fn letter_fault(letter: char) -> FieldError {
    let code = u32::from(letter);
    let text = Text::new(
        format!("Chữ “{letter}” (U+{code:04X}) không thuộc bảng chữ cái tiếng Việt."),
        format!("The letter “{letter}” (U+{code:04X}) is not of the Vietnamese alphabet."),
    );
    FieldError::new("/symbol", "document.symbol_letter", text)
}

/// The fault of a symbol that is missing or can't stand in a notation.
fn symbol_fault() -> FieldError {
    let text = Text::new(
        "Ký hiệu cơ quan chỉ gồm chữ, số, dấu gạch nối và dấu chấm, ví dụ UBND.",
        "The agency's symbol has letters, digits, hyphens and dots only, such as UBND.",
    );
    FieldError::new("/symbol", "document.symbol_invalid", text)
}

/// The fault of an official letter whose symbol names no unit.
fn unit_fault() -> FieldError {
    let text = Text::new(
        "Ký hiệu của công văn gồm chữ viết tắt tên cơ quan và đơn vị soạn thảo hoặc lĩnh vực, ví dụ UBND-VX (Nghị định \
         30/2020/NĐ-CP, Phụ lục I).",
        "The notation of an official letter has the agency and the drafting unit or field, such as UBND-VX (Decree \
         30/2020/NĐ-CP, Annex I).",
    );
    FieldError::new("/symbol", "document.symbol_without_unit", text)
}

fn ambiguous_fault() -> FieldError {
    let text = Text::new(
        "Ký hiệu này trùng cách ghi của một loại văn bản khác; hãy bắt đầu bằng chữ viết tắt tên cơ quan.",
        "With this symbol the notation reads as one of another type; begin it with the agency's abbreviation.",
    );
    FieldError::new("/symbol", "document.symbol_ambiguous", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(key: &str) -> NumberClass {
        NumberClass::by_key(key).unwrap()
    }

    #[test]
    fn the_notation_follows_type_and_law() {
        assert_eq!(class("QĐ").notation("UBND", 2026), "QĐ-UBND");
        assert_eq!(class("CV").notation("UBND-VX", 2026), "UBND-VX");
        assert_eq!(class("QPPL-QĐ").notation("UBND", 2026), "2026/QĐ-UBND");
        assert_eq!(class("SY").notation("UBND", 2026), "SY-UBND");
        assert_eq!(class("QPPL-NQ").key(), "QPPL-NQ");
        for none in ["ThC", "QPPL-TB", "QPPL-", "", "Q\u{d0}", "qđ"] {
            assert_eq!(NumberClass::by_key(none), None, "{none}");
        }
    }

    #[test]
    fn a_letter_names_its_unit_and_reads_as_no_other_type() {
        let fault = |key: &str, symbol: &str, own: &str| class(key).symbol_fault(symbol, own).map(|fault| fault.code);
        assert_eq!(fault("CV", "UBND-VX", "UBND"), None);
        assert_eq!(fault("CV", "UBND", "UBND").as_deref(), Some("document.symbol_without_unit"));
        assert_eq!(fault("CV", "QĐ-UBND", "UBND").as_deref(), Some("document.symbol_ambiguous"));
        assert_eq!(fault("CV", "TTr-VP", "TTr"), None);
        assert_eq!(fault("TTr", "VP", "TTr").as_deref(), Some("document.symbol_ambiguous"));
        assert_eq!(fault("TTr", "TTr-VP", "TTr"), None);
        assert_eq!(fault("TTr", "VP", "UBND"), None);
        assert_eq!(fault("QĐ", "", "").as_deref(), Some("document.symbol_invalid"));
    }

    #[test]
    fn a_symbol_has_groups_of_letters_and_digits() {
        let code = |symbol: &str| form_fault(symbol).map(|fault| fault.code);
        for good in ["UBND", "SXD", "UBND-VP", "BCĐ389", "HĐND.TT", "Sở-Ủy", "đd", "WFJZ"] {
            assert_eq!(code(good), None, "{good}");
        }
        for bad in ["", "-", "UBND-", "UB ND", "UB/ND", "UBND--VP", "<b>"] {
            assert_eq!(code(bad).as_deref(), Some("document.symbol_invalid"), "{bad}");
        }
        // Cyrillic В, eth, n with tilde, a full-width digit.
        for foreign in ["U\u{412}ND", "UBN\u{d0}", "U\u{d1}", "UB\u{ff11}"] {
            assert_eq!(code(foreign).as_deref(), Some("document.symbol_letter"), "{foreign}");
        }
        assert_eq!(as_meant("UBN\u{d0}-\u{f0}"), "UBNĐ-đ");
        assert!(form_fault("U\u{412}ND").unwrap().message.en.contains("U+0412"));
    }
}
