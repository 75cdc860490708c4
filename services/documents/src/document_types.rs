//! The types of administrative documents (thể loại văn bản hành chính): Decree 30/2020/NĐ-CP, Article 7, with the
//! abbreviations of Annex III.

/// A type of administrative document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentType {
    /// Its word in requests, columns and names of books: the abbreviation, or ours where the law gives none (`CV`, `ThC`).
    pub code: &'static str,
    /// Its abbreviation in notations; none for the two types that have none.
    pub abbreviation: Option<&'static str>,
    /// Its name.
    pub vi: &'static str,
    /// Its name in English.
    pub en: &'static str,
}

const fn named(abbreviation: &'static str, vi: &'static str, en: &'static str) -> DocumentType {
    DocumentType { code: abbreviation, abbreviation: Some(abbreviation), vi, en }
}

const fn unnamed(code: &'static str, vi: &'static str, en: &'static str) -> DocumentType {
    DocumentType { code, abbreviation: None, vi, en }
}

/// The 29 types in the order of the decree. Abbreviations tell `Đ` from `D` and capital from small letters.
pub const DOCUMENT_TYPES: [DocumentType; 29] = [
    named("NQ", "Nghị quyết (cá biệt)", "Resolution on a particular matter"),
    named("QĐ", "Quyết định (cá biệt)", "Decision on a particular matter"),
    named("CT", "Chỉ thị", "Directive"),
    named("QC", "Quy chế", "Regulation"),
    named("QyĐ", "Quy định", "Rules"),
    named("TC", "Thông cáo", "Communiqué"),
    named("TB", "Thông báo", "Notice"),
    named("HD", "Hướng dẫn", "Guidelines"),
    named("CTr", "Chương trình", "Programme"),
    named("KH", "Kế hoạch", "Plan"),
    named("PA", "Phương án", "Scheme"),
    named("ĐA", "Đề án", "Proposal"),
    named("DA", "Dự án", "Project"),
    named("BC", "Báo cáo", "Report"),
    named("BB", "Biên bản", "Minutes"),
    named("TTr", "Tờ trình", "Submission"),
    named("HĐ", "Hợp đồng", "Contract"),
    unnamed("CV", "Công văn", "Official letter"),
    named("CĐ", "Công điện", "Official telegram"),
    named("BGN", "Bản ghi nhớ", "Memorandum"),
    named("BTT", "Bản thỏa thuận", "Agreement"),
    named("GUQ", "Giấy ủy quyền", "Power of attorney"),
    named("GM", "Giấy mời", "Invitation"),
    named("GGT", "Giấy giới thiệu", "Letter of introduction"),
    named("GNP", "Giấy nghỉ phép", "Leave permit"),
    named("PG", "Phiếu gửi", "Dispatch slip"),
    named("PC", "Phiếu chuyển", "Transfer slip"),
    named("PB", "Phiếu báo", "Notification slip"),
    unnamed("ThC", "Thư công", "Official correspondence"),
];

/// Copies (bản sao), which are numbered like documents (Articles 25 to 27): of a whole document, of a part, of a copy.
pub const COPY_TYPES: [DocumentType; 3] = [
    named("SY", "Bản sao y", "Copy"),
    named("TrS", "Bản trích sao", "Extract"),
    named("SL", "Bản sao lục", "Copy of a copy"),
];

impl DocumentType {
    /// The type or kind of copy with this code, letter by letter.
    #[must_use]
    pub fn by_code(text: &str) -> Option<&'static Self> {
        DOCUMENT_TYPES.iter().chain(&COPY_TYPES).find(|known| known.code == text)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use motcua_kernel::text::normalise;

    use super::*;

    #[test]
    fn abbreviations_are_distinct_and_in_the_form_requests_arrive_in() {
        let all: BTreeSet<&str> = DOCUMENT_TYPES.iter().filter_map(|known| known.abbreviation).collect();
        assert_eq!(all.len(), 27);
        assert!(all.iter().all(|text| normalise(text) == **text));
        let codes: BTreeSet<&str> = DOCUMENT_TYPES.iter().chain(&COPY_TYPES).map(|known| known.code).collect();
        assert_eq!(codes.len(), 32);
        assert!(codes.iter().all(|code| DocumentType::by_code(code).is_some() && normalise(code) == **code));
        assert!(DOCUMENT_TYPES.iter().all(|known| known.abbreviation.is_none_or(|text| text == known.code)));
    }

    #[test]
    fn letters_that_look_alike_are_other_letters() {
        assert_eq!(DocumentType::by_code("QĐ").map(|known| known.en), Some("Decision on a particular matter"));
        // Eth instead of Đ, as real lists have it; and Đề án is not Dự án.
        assert_eq!(DocumentType::by_code("Q\u{d0}"), None);
        assert_ne!(DocumentType::by_code("ĐA"), DocumentType::by_code("DA"));
        assert_eq!(DocumentType::by_code("qđ"), None);
        assert_eq!(DocumentType::by_code(""), None);
    }
}
