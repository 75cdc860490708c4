//! Every remark the reader can make about a line, in one table.
//!
//! The catalogue is published by hand on the national portal and the copies that circulate carry its faults. A fault is
//! not a reason to lose a procedure that citizens need, nor may it vanish: it becomes a warning that stays with the
//! procedure. Codes are stable, because reports and the people who clean the catalogue filter by them; the API publishes
//! [`WARNINGS`] as its reference.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// One sentence in the two languages of the users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// Vietnamese.
    pub vi: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

/// A remark about one line that was loaded all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Stable code out of [`WARNINGS`].
    pub code: Cow<'static, str>,
    /// JSON Pointer (RFC 6901) into the raw line; the empty pointer is the line itself.
    pub pointer: String,
    /// The other places of the same line with the same code and the same value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// What is wrong and what the reader did about it.
    pub message: Wording,
    /// The raw value the remark is about, at most 200 characters.
    pub value: Option<String>,
}

impl Warning {
    /// A remark about a whole line.
    #[must_use]
    pub fn of(code: WarningCode, value: Option<&str>) -> Self {
        let text = code.text();
        let message = Wording { vi: Cow::Borrowed(text.vi), en: Cow::Borrowed(text.en) };
        let value = value.map(|value| value.chars().take(200).collect());
        Self { code: Cow::Borrowed(text.code), pointer: String::new(), also: Vec::new(), message, value }
    }

    /// Sort of fault; `None` for a code that a later version stored.
    #[must_use]
    pub fn kind(&self) -> Option<WarningKind> {
        WARNINGS.iter().find(|row| row.code == self.code).map(|row| row.kind)
    }
}

/// What sort of fault a warning names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// A part that Article 8 of Decree 63/2010/NĐ-CP or good order wants is not there.
    Missing,
    /// A value is there but could not be understood; it is kept as written and nothing was guessed from it.
    Unclear,
    /// Two places of the line say different things.
    Contradiction,
    /// A value was understood only after it was changed; the value of the warning is the one before.
    Changed,
}

/// One row of the table of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WarningText {
    /// Stable code.
    pub code: &'static str,
    /// Sort of fault.
    pub kind: WarningKind,
    /// Vietnamese text.
    pub vi: &'static str,
    /// English text.
    pub en: &'static str,
}

/// Writes the enum and the table from one list, so that neither can miss a code of the other.
macro_rules! warning_table {
    ($($name:ident $code:literal $kind:ident $vi:literal $en:literal;)*) => {
        /// Code of a warning; [`WarningCode::text`] has its words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum WarningCode {
            $(#[doc = $en] $name,)*
        }

        /// The table of all warnings, in the order of the parts of a procedure.
        pub const WARNINGS: &[WarningText] = &[
            $(WarningText { code: $code, kind: WarningKind::$kind, vi: $vi, en: $en },)*
        ];

        impl WarningCode {
            /// The row of the table.
            #[must_use]
            pub const fn text(self) -> &'static WarningText {
                match self {
                    $(Self::$name => &WarningText { code: $code, kind: WarningKind::$kind, vi: $vi, en: $en },)*
                }
            }
        }
    };
}

warning_table! {
    RecordUnknownField "record.unknown_field" Unclear
        "Trường dữ liệu không có trong cấu trúc, không được đọc."
        "The field is not part of the format and was not read.";
    RecordWrongType "record.wrong_type" Unclear
        "Giá trị không đúng kiểu dữ liệu."
        "The value has another type than the format wants.";
    RecordOverviewDiffers "record.overview_differs" Contradiction
        "Trường tóm tắt không khớp với các dòng chi tiết; đã dùng các dòng chi tiết."
        "The overview field does not agree with the detailed rows; the rows were used.";
    RecordAbolishedHere "record.abolished_here" Contradiction
        "Nguồn vẫn công bố thủ tục đã bị bãi bỏ tại địa phương; thủ tục vẫn là đã bãi bỏ."
        "The source still has a procedure that was abolished here; it stays abolished.";
    RecordVersionPlanned "record.version_planned" Contradiction
        "Nguồn thay đổi trong khi một phiên bản của địa phương đã công bố và sẽ có hiệu lực sau; cần rà soát phiên bản đó."
        "The source changed while a version published here waits for its day; that version should be looked through.";

    TextNotNfc "text.not_nfc" Changed
        "Chữ có dấu tổ hợp đã được đưa về dạng dựng sẵn (Unicode NFC)."
        "Combining accents were composed (Unicode NFC).";
    TextControlCharacter "text.control_character" Changed
        "Đã bỏ ký tự điều khiển."
        "A control character was removed.";
    TextInvisibleCharacter "text.invisible_character" Changed
        "Đã bỏ ký tự không nhìn thấy nằm trong chữ."
        "An invisible character inside the text was removed.";
    TextSymbolFont "text.symbol_font" Changed
        "Ký hiệu của phông biểu tượng đã được thay bằng dấu đầu dòng."
        "A character of a symbol font was replaced by a bullet.";
    TextLookalikeLetter "text.lookalike_letter" Changed
        "Chữ cái của bảng chữ khác nhưng trông giống đã được thay bằng chữ tiếng Việt."
        "A letter of another alphabet that looks alike was replaced by the Vietnamese one.";
    TextLostCharacter "text.lost_character" Unclear
        "Văn bản có ký tự đã mất do chuyển mã sai."
        "The text has characters that were lost in an earlier conversion.";
    TextPageLabel "text.page_label" Unclear
        "Giá trị bị dính nhãn của trang nguồn, có thể chứa cả nội dung của ô khác."
        "The value has a label of the source page stuck to it and may hold the content of other cells.";

    NameStrayPunctuation "name.stray_punctuation" Changed
        "Đã bỏ dấu câu thừa ở đầu hoặc cuối tên thủ tục."
        "Stray punctuation at the ends of the name was removed.";

    DecisionMissing "decision.missing" Missing
        "Không có số quyết định công bố."
        "The number of the announcing decision is missing.";
    DecisionRespelled "decision.respelled" Changed
        "Số quyết định công bố đã được viết lại theo đúng thể thức."
        "The number of the announcing decision was respelled.";
    DecisionNumberOdd "decision.number_odd" Unclear
        "Số quyết định công bố không đúng thể thức số/QĐ-cơ quan; giữ nguyên như nguồn."
        "The number of the announcing decision is not of the form number/QĐ-agency; kept as written.";
    DecisionLocal "decision.local" Contradiction
        "Quyết định công bố là của Ủy ban nhân dân, không phải của bộ ban hành thủ tục."
        "The announcing decision is one of a people's committee, not of the issuing ministry.";

    LevelMissing "level.missing" Missing
        "Không có cấp thực hiện."
        "The level of government is missing.";
    LevelUnknown "level.unknown" Unclear
        "Cấp thực hiện không có trong danh mục."
        "The level of government is not a known one.";
    LevelAbolished "level.abolished" Contradiction
        "Cấp huyện không còn từ ngày 01/7/2025."
        "The district level was abolished on 1 July 2025.";
    KindMissing "kind.missing" Missing
        "Không có loại thủ tục."
        "The kind of procedure is missing.";
    KindUnknown "kind.unknown" Unclear
        "Loại thủ tục không có trong danh mục."
        "The kind of procedure is not a known one.";
    FieldMissing "field.missing" Missing
        "Không có lĩnh vực."
        "The field is missing.";
    AudienceMissing "audience.missing" Missing
        "Không có đối tượng thực hiện."
        "Who may apply is missing.";
    AudienceUnknown "audience.unknown" Unclear
        "Đối tượng thực hiện không có trong danh mục."
        "One of those who may apply is not a known one.";

    AgencyIssuingMissing "agency.issuing_missing" Missing
        "Không có bộ, ngành ban hành."
        "The issuing ministry is missing.";
    AgencyImplementingMissing "agency.implementing_missing" Missing
        "Không có cơ quan thực hiện."
        "The implementing agency is missing.";
    AgencySeparatorUnclear "agency.separator_unclear" Unclear
        "Không rõ dấu phẩy ngăn cách hai cơ quan hay nằm trong tên một cơ quan; đã giữ làm một tên."
        "It is not clear whether a comma separates two agencies or belongs to one name; kept as one name.";
    AgencyNotAName "agency.not_a_name" Unclear
        "Ô cơ quan chứa đoạn văn bản thay cho tên cơ quan."
        "The cell holds prose instead of the names of agencies.";
    AgencyDistrictAbolished "agency.district_abolished" Contradiction
        "Cơ quan cấp huyện không còn từ ngày 01/7/2025."
        "Agencies of the district level were abolished on 1 July 2025.";
    AgencyMarkedOld "agency.marked_old" Contradiction
        "Nguồn đánh dấu cơ quan này là cũ."
        "The source marks this agency as a former one.";

    ChannelNone "channel.none" Missing
        "Không có cách thức thực hiện nào."
        "There is no way to submit.";
    ChannelUnknown "channel.unknown" Unclear
        "Cách thức thực hiện không có trong danh mục."
        "The way to submit is not a known one.";
    ChannelFlagUnreadable "channel.flag_unreadable" Unclear
        "Dấu hiệu có hay không có cách thức thực hiện không đọc được."
        "Whether this way to submit exists could not be read.";
    ChannelListedWithoutRow "channel.listed_without_row" Contradiction
        "Cách thức được ghi là có nhưng không có dòng chi tiết; đã thêm dòng không có thời hạn và phí."
        "The way to submit is said to exist but has no row; a row without term and fee was added.";
    ChannelRowNotListed "channel.row_not_listed" Contradiction
        "Có dòng chi tiết cho cách thức được ghi là không có; đã giữ dòng này."
        "There is a row for a way to submit that is said not to exist; the row was kept.";
    ChannelDuplicate "channel.duplicate" Changed
        "Dòng giống hệt một dòng trước của cách thức này đã được bỏ."
        "A row identical to an earlier one was left out.";
    ChannelSeveralTerms "channel.several_terms" Unclear
        "Một cách thức có nhiều dòng nhưng không ghi trường hợp áp dụng: có thể là các trường hợp hoặc các bước."
        "One way to submit has several rows without saying which case each is for: they may be cases or stages.";

    TermMissing "term.missing" Missing
        "Không có thời hạn giải quyết."
        "The processing term is missing.";
    TermUnitMissing "term.unit_missing" Unclear
        "Thời hạn giải quyết không có đơn vị; không suy đoán."
        "The processing term has no unit; none was guessed.";
    TermUnitUnknown "term.unit_unknown" Unclear
        "Đơn vị của thời hạn giải quyết không có trong danh mục."
        "The unit of the processing term is not a known one.";
    TermJoinedWithFee "term.joined_with_fee" Unclear
        "Ô thời hạn dính với ô phí, không tách được số ngày và số tiền."
        "The cell of the term ran into the cell of the fee; days and money cannot be told apart.";
    TermTextOnly "term.text_only" Unclear
        "Thời hạn giải quyết được viết bằng lời."
        "The processing term is stated in words.";
    TermNotRegulated "term.not_regulated" Missing
        "Nguồn ghi là không quy định thời hạn giải quyết."
        "The source says that no processing term is set.";
    TermZero "term.zero" Unclear
        "Thời hạn giải quyết bằng 0."
        "The processing term is zero.";
    TermRange "term.range" Unclear
        "Thời hạn giải quyết là một khoảng, không rõ áp dụng mức nào."
        "The processing term is a range; which end applies is not stated.";
    TermImplausible "term.implausible" Unclear
        "Thời hạn giải quyết dài bất thường, không sử dụng."
        "The processing term is implausibly long and was not used.";
    TermDisagrees "term.disagrees" Contradiction
        "Số và đơn vị đã tách không khớp với thời hạn gốc; đã đọc lại từ thời hạn gốc."
        "The separated number and unit do not agree with the original term; the original was read again.";
    TermNotCountable "term.not_countable" Unclear
        "Thời hạn tính theo giờ, tuần, tháng, năm hoặc có phần lẻ, chưa tính được theo lịch làm việc."
        "The term is in hours, weeks, months or years, or has a fraction; the working-day calendar cannot count it.";
    TermUnitContradicted "term.unit_contradicted" Contradiction
        "Phần mô tả ghi cùng số ngày nhưng khác loại ngày (ngày làm việc hoặc ngày)."
        "The description gives the same number of days in the other unit (working or calendar days).";

    FeeMissing "fee.missing" Missing
        "Ô phí, lệ phí để trống."
        "The cell of the fee is empty.";
    FeeNoInformation "fee.no_information" Missing
        "Nguồn ghi là không có thông tin về phí, lệ phí."
        "The source says that it has no information about the fee.";
    FeeUnreadable "fee.unreadable" Unclear
        "Mức phí, lệ phí không phải là một số tiền."
        "The stated fee is not an amount of money.";
    FeeJoinedWithTerm "fee.joined_with_term" Unclear
        "Ô phí dính với ô thời hạn, số tiền không dùng được."
        "The cell of the fee ran into the cell of the term; the amount cannot be used.";
    FeeAmountImplausible "fee.amount_implausible" Unclear
        "Mức phí dưới 1.000 đồng, có thể ghi theo nghìn đồng, theo ngoại tệ hoặc ghi tạm; không sử dụng."
        "The stated fee is below 1,000 đồng: perhaps thousands, a foreign currency or a placeholder; it was not used.";
    FeeAmountIsYear "fee.amount_is_year" Unclear
        "Số được ghi là số tiền thực ra là năm của một văn bản; đã bỏ."
        "The number given as an amount is the year of a document; it was left out.";
    FeeAmountNotInText "fee.amount_not_in_text" Contradiction
        "Số tiền không xuất hiện trong nội dung ô phí."
        "The amount does not occur in the text of the fee.";
    FeeForeignCurrency "fee.foreign_currency" Unclear
        "Phí, lệ phí tính bằng ngoại tệ, chỉ giữ ở dạng chữ."
        "The fee is in a foreign currency and is kept as text only.";
    FeeAmountsInText "fee.amounts_in_text" Unclear
        "Phần lời ghi thêm các số tiền khác, không rõ áp dụng khi nào."
        "The text names further amounts; when each applies is not machine-readable.";
    FeeFreeWithAmounts "fee.free_with_amounts" Contradiction
        "Ghi là miễn phí nhưng phần lời có số tiền."
        "It is said to be free, but the text names amounts.";
    FeeFreeSetLocally "fee.free_set_locally" Contradiction
        "Ghi là miễn phí nhưng phần lời nói Hội đồng nhân dân quy định mức thu."
        "It is said to be free, but the text leaves the fee to the people's council.";
    FeeKindUnknown "fee.kind_unknown" Unclear
        "Loại phí không có trong danh mục."
        "The kind of fee is not a known one.";
    FeeKindContradicted "fee.kind_contradicted" Contradiction
        "Loại phí không khớp với nội dung ô phí; đã dùng nội dung."
        "The kind of fee does not agree with the text of the fee; the text was used.";
    FeeBracketOpen "fee.bracket_open" Unclear
        "Ngoặc trong ô phí không đóng, không tách được ghi chú phí và mô tả thời hạn."
        "A bracket in the cell of the fee is not closed; its note and the description cannot be told apart.";

    ComponentNone "component.none" Missing
        "Không có thành phần hồ sơ."
        "There are no dossier components.";
    ComponentCountMismatch "component.count_mismatch" Contradiction
        "Số thành phần hồ sơ được ghi không khớp với danh sách."
        "The stated number of components does not match the list.";
    ComponentNameMissing "component.name_missing" Missing
        "Thành phần hồ sơ không có tên."
        "The component has no name.";
    ComponentNameInFormFile "component.name_in_form_file" Unclear
        "Thành phần hồ sơ không có tên; tên dính vào tên tệp biểu mẫu."
        "The component has no name; the name ran into the name of the form file.";
    ComponentNameCut "component.name_cut" Unclear
        "Tên thành phần hồ sơ bị cắt: phần cuối nằm trong ô tên tệp biểu mẫu."
        "The name is cut: its end stands in the cell of the form file.";
    ComponentFilesJoined "component.files_joined" Changed
        "Tên nhiều tệp biểu mẫu dính liền đã được tách."
        "The names of several form files were separated.";
    ComponentQuantityJoined "component.quantity_joined" Unclear
        "Số lượng dính với phần cuối của tên (ví dụ năm của văn bản); tên bị thiếu phần đó, số lượng không dùng được."
        "The quantity ran into the end of the name (a year, a form number); the name lacks it, the quantity is not usable.";
    ComponentQuantityUnreadable "component.quantity_unreadable" Unclear
        "Số lượng bản chính hoặc bản sao không đọc được."
        "The number of originals or copies could not be read.";
    ComponentNoQuantity "component.no_quantity" Missing
        "Không có số lượng bản chính và bản sao."
        "Neither originals nor copies are asked for.";
    ComponentNoteInList "component.note_in_list" Unclear
        "Dòng này là lưu ý, không phải giấy tờ."
        "The entry is a note and not a paper.";
    ComponentDuplicate "component.duplicate" Changed
        "Thành phần hồ sơ giống hệt một dòng trước đã được bỏ."
        "A component identical to an earlier one was left out.";

    LegalBasisNone "legal_basis.none" Missing
        "Không có căn cứ pháp lý."
        "There is no legal basis.";
    LegalBasisCountMismatch "legal_basis.count_mismatch" Contradiction
        "Số căn cứ pháp lý được ghi không khớp với danh sách."
        "The stated number of legal bases does not match the list.";
    LegalBasisNumberMissing "legal_basis.number_missing" Missing
        "Căn cứ pháp lý không có số, ký hiệu."
        "The legal basis has no number.";
    LegalBasisNumberRespelled "legal_basis.number_respelled" Changed
        "Số, ký hiệu văn bản đã được viết lại theo đúng thể thức."
        "The number of the document was respelled.";
    LegalBasisNumberOdd "legal_basis.number_odd" Unclear
        "Số, ký hiệu văn bản thiếu hoặc không đúng thể thức; giữ nguyên như nguồn."
        "The number of the document is incomplete or odd; kept as written.";
    LegalBasisTitleMissing "legal_basis.title_missing" Missing
        "Căn cứ pháp lý không có tên hoặc chỉ ghi loại văn bản."
        "The legal basis has no title, or one that only says its type.";
    LegalBasisDuplicate "legal_basis.duplicate" Changed
        "Căn cứ pháp lý giống hệt một dòng trước đã được bỏ."
        "A legal basis identical to an earlier one was left out.";
    LegalBasisNumberRepeated "legal_basis.number_repeated" Contradiction
        "Cùng một số, ký hiệu có hai tên khác nhau."
        "The same number stands with two different titles.";

    ResultNone "result.none" Missing
        "Không có kết quả thực hiện."
        "There is no result.";
    ResultCodeMissing "result.code_missing" Missing
        "Kết quả không có mã."
        "The result has no code.";
    ResultCodeOdd "result.code_odd" Unclear
        "Mã kết quả không đúng cấu trúc; giữ nguyên như nguồn."
        "The code of the result is odd; kept as written.";
    ResultCodeInName "result.code_in_name" Unclear
        "Phần cuối của mã kết quả nằm ở đầu tên kết quả."
        "The end of the code stands at the start of the name.";
    ResultNameMissing "result.name_missing" Missing
        "Kết quả không có tên dùng được."
        "The result has no usable name.";
    ResultDuplicate "result.duplicate" Changed
        "Kết quả giống hệt một dòng trước đã được bỏ."
        "A result identical to an earlier one was left out.";

    StepsMissing "steps.missing" Missing
        "Không có trình tự thực hiện."
        "The steps are missing.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_of_the_form_part_dot_fault() {
        let mut seen = HashSet::new();
        for row in WARNINGS {
            assert!(seen.insert(row.code), "{} stands twice", row.code);
            let (part, fault) = row.code.split_once('.').expect(row.code);
            for half in [part, fault] {
                assert!(!half.is_empty() && half.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", row.code);
            }
        }
    }

    #[test]
    fn every_warning_has_its_two_texts() {
        for row in WARNINGS {
            assert!(row.vi.ends_with('.') && row.en.ends_with('.'), "{}", row.code);
            assert_ne!(row.vi, row.en);
        }
    }

    #[test]
    fn a_code_leads_to_its_own_row() {
        assert_eq!(WarningCode::TermUnitMissing.text().code, "term.unit_missing");
        assert!(WARNINGS.contains(WarningCode::TermUnitMissing.text()));
    }
}
