//! The words of a formula: what may be said about a dossier, a procedure, a document, a rating, and what it means.
//!
//! A formula names a field as `dossier.channel`. Facts carry exactly the fields that stand here, with these names and
//! types; what no event tells is not here, and an indicator that would need it says that it is not measured.
//!
//! How a value stands in CEL: [`FieldType::YesNo`] is `bool`, [`FieldType::Whole`] `int`, [`FieldType::Text`] and
//! [`FieldType::Word`] `string`, [`FieldType::Instant`] `timestamp`, [`FieldType::Day`] a `string` like `2026-11-22` (so
//! that days compare as they follow each other), [`FieldType::Texts`] a `list` of `string`. A field that may be absent is
//! left out of the record, never `null`: a formula asks `has(dossier.due_at)` first.

use FieldType::{Day, Instant, Text, Texts, Whole, Word, YesNo};

/// What kind of value a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Yes or no.
    YesNo,
    /// A whole number.
    Whole,
    /// Any text: a code.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// An instant.
    Instant,
    /// A day in Vietnam.
    Day,
    /// Several texts.
    Texts,
}

/// As of when a field says what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// As of the last event that was taken in.
    Now,
    /// As of the instant to which a measure counts: the end of the period (its start for a measure `before_start`), or
    /// now where that is earlier. Two periods may see the same record differently.
    PeriodEnd,
}

/// One thing that a formula may say about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// How formulas call it, after the subject and a dot.
    pub name: &'static str,
    /// What kind of value it has.
    pub field_type: FieldType,
    /// Whether a record may lack it.
    pub may_be_absent: bool,
    /// As of when.
    pub as_of: AsOf,
    /// What it means, in Vietnamese.
    pub vi: &'static str,
    /// What it means, in English.
    pub en: &'static str,
}

/// For which agency a record is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgencyRole {
    /// How definitions call it.
    pub name: &'static str,
    /// What it means, in Vietnamese.
    pub vi: &'static str,
    /// What it means, in English.
    pub en: &'static str,
}

/// A kind of record that can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// How definitions and formulas call it.
    pub name: &'static str,
    /// What it is, in Vietnamese.
    pub vi: &'static str,
    /// What it is, in English.
    pub en: &'static str,
    /// For whom it may be counted; the first where a measure does not say.
    pub agencies: &'static [AgencyRole],
    /// What may be said about it.
    pub fields: &'static [Field],
}

impl Subject {
    /// The field of a name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Where the field of a name stands among them.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

/// Every kind of record that can be counted.
pub const SUBJECTS: &[Subject] = &[DOSSIER, PROCEDURE, DOCUMENT, INCOMING_DOCUMENT, RATING];

/// The subject of a name.
#[must_use]
pub fn subject(name: &str) -> Option<&'static Subject> {
    SUBJECTS.iter().find(|subject| subject.name == name)
}

const fn always(name: &'static str, field_type: FieldType, vi: &'static str, en: &'static str) -> Field {
    Field { name, field_type, may_be_absent: false, as_of: AsOf::Now, vi, en }
}

const fn maybe(name: &'static str, field_type: FieldType, vi: &'static str, en: &'static str) -> Field {
    Field { may_be_absent: true, ..always(name, field_type, vi, en) }
}

const fn at_end(name: &'static str, vi: &'static str, en: &'static str) -> Field {
    Field { as_of: AsOf::PeriodEnd, ..always(name, YesNo, vi, en) }
}

const fn role(name: &'static str, vi: &'static str, en: &'static str) -> AgencyRole {
    AgencyRole { name, vi, en }
}

/// A dossier, as the newest of its events tells it.
pub const DOSSIER: Subject = Subject {
    name: "dossier",
    vi: "Hồ sơ thủ tục hành chính",
    en: "Dossier of an administrative procedure",
    agencies: &[
        role("competent", "cơ quan có thẩm quyền giải quyết", "the agency that decides it"),
        role("receiving", "cơ quan tiếp nhận", "the agency that received it"),
        role("issuing", "cơ quan ban hành kết quả", "the agency that issues the result"),
    ],
    fields: &[
        always("procedure_code", Text, "Mã thủ tục", "Code of the procedure"),
        always("field_code", Text, "Mã lĩnh vực, trống khi nguồn không có", "Code of the field, empty where unknown"),
        always("levels", Texts, "Các cấp thực hiện thủ tục", "Levels that carry the procedure out"),
        always("returns_paper", YesNo, "Thủ tục trả kết quả là giấy tờ", "The procedure ends with a paper"),
        always("channel", Word(&["in_person", "online", "post"]), "Kênh thực hiện", "How it came"),
        always("state", Word(DOSSIER_STATES), "Trạng thái", "Where it stands"),
        always("national_state", Whole, "Mã trạng thái của Cổng Dịch vụ công, 1 đến 10", "National state, 1 to 10"),
        // Instants of its life.
        always("submitted_at", Instant, "Thời điểm nộp", "When it was submitted"),
        maybe("received_at", Instant, "Thời điểm tiếp nhận", "When it was received"),
        maybe("processing_at", Instant, "Thời điểm bắt đầu xử lý", "When work on it began"),
        maybe("first_due_at", Instant, "Hẹn trả lần đầu", "Due instant given at receipt"),
        maybe("due_at", Instant, "Hẹn trả hiện tại", "Due instant now; absent while its clock stands still"),
        maybe("approved_at", Instant, "Thời điểm phê duyệt", "When it was decided"),
        maybe("finished_at", Instant, "Thời điểm có kết quả (trạng thái 9)", "When processing ended with a result"),
        maybe("returned_at", Instant, "Thời điểm trả kết quả (trạng thái 10)", "When the result was handed over"),
        maybe("refused_or_stopped_at", Instant, "Thời điểm từ chối hoặc dừng (3, 8)", "When it was refused or stopped"),
        maybe("withdrawn_at", Instant, "Thời điểm công dân rút (trạng thái 7)", "When it was withdrawn"),
        maybe(
            "closed_at",
            Instant,
            "Thời điểm kết thúc xử lý: trạng thái 9, rồi 10, rồi 8 hoặc 3; rút sau tiếp nhận thì là lúc rút",
            "When processing ended: state 9, else 10, else 8 or 3; when withdrawn after receipt, then",
        ),
        always("was_received", YesNo, "Đã được tiếp nhận", "It was received, whatever became of it"),
        always("is_closed", YesNo, "Đã kết thúc xử lý", "Its processing has ended"),
        // Judged as of the end of the period (Decision 766, indicator 2.1; domain D.2).
        at_end("is_open_then", "Đang xử lý vào cuối kỳ", "Received and not closed at the end of the period"),
        at_end(
            "on_time",
            "Đúng hạn tính đến cuối kỳ: thời điểm kết thúc thực tế không sau hẹn trả hiện tại",
            "On time as of the end of the period: its raw end is not after its current due instant",
        ),
        at_end(
            "on_time_less_waits",
            "Đúng hạn tính đến cuối kỳ: thời điểm kết thúc trừ thời gian chờ không sau hẹn trả lần đầu",
            "On time as of the end of the period: its end less its waits is not after its first due instant",
        ),
        at_end(
            "in_term_then",
            "Đang xử lý và còn trong hạn vào cuối kỳ, kể cả khi đồng hồ tạm dừng",
            "Open at the end of the period and not overdue; a clock that stands still is in term",
        ),
        always("closed_early", YesNo, "Kết thúc trước ngày hẹn trả", "Closed on a day before its due day"),
        always("closed_late", YesNo, "Kết thúc sau hẹn trả", "Closed after its due instant"),
        // What happened on the way.
        always("supplements_requested", Whole, "Số lần yêu cầu bổ sung", "How often a supplement was asked for"),
        always("waits", Whole, "Số lần tạm dừng", "How many waits it had"),
        always("extensions", Whole, "Số lần gia hạn, xin lỗi", "How many new due dates were given with an apology"),
        always("is_linked_step", YesNo, "Là bước của thủ tục liên thông", "Another dossier brought it about"),
        // Money.
        always("fee_items", Whole, "Số khoản phí, lệ phí", "How many fees and charges it has"),
        always("fees_all_zero", YesNo, "Có phí, lệ phí và đều bằng 0", "It has fees and all of them are zero"),
        always("fee_amount", Whole, "Tổng phải nộp (đồng)", "What is owed in all, in đồng"),
        always("fee_paid", Whole, "Tổng đã nộp (đồng)", "What has come and stayed, in đồng"),
        maybe(
            "paid_by",
            Word(&["counter", "transfer", "elsewhere", "gateway", "several"]),
            "Cách nộp khi đã nộp đủ",
            "How it was paid, once nothing is owed",
        ),
        always("paid_online", YesNo, "Có khoản nộp trực tuyến", "Some of its fees was paid at the gateway"),
        // Papers.
        always("components", Whole, "Số thành phần hồ sơ đã nộp", "How many components were handed in"),
        always("components_with_file", Whole, "Số thành phần có tệp", "How many of them have a file"),
        always("components_digitised", Whole, "Số thành phần được số hóa", "How many were digitised at receipt"),
        always("components_reused", Whole, "Số thành phần tái sử dụng", "How many were re-used"),
        always(
            "components_from_personal_store",
            Whole,
            "Số thành phần lấy từ kho dữ liệu cá nhân",
            "How many came from the person's own store",
        ),
        always(
            "components_replaced",
            Whole,
            "Số thành phần thay bằng dữ liệu của cơ sở dữ liệu",
            "How many were replaced by the data of a database",
        ),
        always("has_result", YesNo, "Có kết quả", "There is a result"),
        always("result_has_code", YesNo, "Kết quả có mã giấy tờ", "The result has its code in the catalogue"),
        always("result_has_file", YesNo, "Kết quả có bản điện tử", "There is an electronic file of the result"),
        always("result_revoked", YesNo, "Kết quả đã bị thu hồi", "The result was revoked"),
        always("vneid_verified", YesNo, "Tài khoản được xác thực với VNeID", "The account was verified with VNeID"),
    ],
};

const DOSSIER_STATES: &[&str] = &[
    "submitted",
    "awaiting_correction",
    "received",
    "refused",
    "processing",
    "paused",
    "awaiting_supplement",
    "awaiting_payment",
    "issuing",
    "withdrawn",
    "stopped",
    "done",
    "returned",
];

/// A procedure in its newest published version. It is counted for every agency of a level that carries it out.
pub const PROCEDURE: Subject = Subject {
    name: "procedure",
    vi: "Thủ tục hành chính",
    en: "Administrative procedure",
    agencies: &[role("level", "mọi cơ quan ở cấp thực hiện", "every agency of a level that carries it out")],
    fields: &[
        always("code", Text, "Mã thủ tục", "Code"),
        always("field_code", Text, "Mã lĩnh vực, trống khi nguồn không có", "Code of the field, empty where unknown"),
        always("levels", Texts, "Các cấp thực hiện", "Levels that carry it out"),
        always("audience", Texts, "Đối tượng thực hiện", "Who may ask for it"),
        always("channels", Texts, "Các kênh tiếp nhận", "Channels it is offered on"),
        always("status", Word(&["offered", "not_local", "suspended", "abolished"]), "Tình trạng", "Where it stands"),
        always("source", Word(&["national", "demo", "local"]), "Nguồn", "Where it comes from"),
        always("effective_from", Day, "Ngày có hiệu lực", "First day on which it is in force"),
        always("published_at", Instant, "Thời điểm công khai", "When it was published here"),
        maybe("decided_on", Day, "Ngày của quyết định công bố", "Day of the announcing decision"),
        maybe(
            "bases_effective_on",
            Day,
            "Ngày căn cứ pháp lý muộn nhất có hiệu lực",
            "Latest day a basis takes effect",
        ),
        maybe(
            "announced_on_time",
            YesNo,
            "Công bố đúng hạn: trước ngày căn cứ có hiệu lực ít nhất 5 ngày làm việc",
            "Announced in time: 5 working days before its legal basis takes effect; absent where a day is unknown",
        ),
        maybe(
            "published_on_time",
            YesNo,
            "Công khai đúng hạn: trong 5 ngày làm việc từ ngày quyết định",
            "Published within 5 working days of the decision; absent where its day is unknown",
        ),
        always("parts_complete", YesNo, "Đủ bảy bộ phận", "All seven parts are there"),
        maybe("service_level", Word(&["full", "partial"]), "Mức độ trực tuyến", "How far it is online"),
        maybe("proactive_level", Whole, "Mức chủ động, 1 đến 4", "How proactive it is, 1 to 4"),
        always("has_fee", YesNo, "Có phí, lệ phí", "Some channel asks for money"),
        always("returns_paper", YesNo, "Trả kết quả là giấy tờ", "It ends with a paper"),
        always("connected_databases", Texts, "Cơ sở dữ liệu đã kết nối", "Databases it is connected to"),
    ],
};

/// An outgoing document of an agency that was issued.
pub const DOCUMENT: Subject = Subject {
    name: "document",
    vi: "Văn bản đi",
    en: "Outgoing document",
    agencies: &[role("issuing", "cơ quan ban hành", "the agency that issued it")],
    fields: &[
        always("type", Text, "Loại văn bản (mã)", "Code of its type"),
        always("issued_on", Day, "Ngày ban hành", "The day of the document"),
        always(
            "state",
            Word(&["numbered", "sealed", "issued", "corrected", "replaced", "recalled", "void"]),
            "Trạng thái",
            "Where it stands",
        ),
        always("is_normative", YesNo, "Là văn bản quy phạm pháp luật", "It is a normative document"),
        always("has_file", YesNo, "Có tệp được lưu", "Its file is kept"),
        always("drafted_here", YesNo, "Được soạn thảo trên hệ thống", "It was drafted here"),
        always("signed_here", YesNo, "Được ký số trên hệ thống", "It was signed and sealed here"),
        maybe(
            "issued_late",
            YesNo,
            "Cấp số hoặc ban hành muộn sau khi ký; không có khi ký ngoài hệ thống",
            "Numbered or issued later than the law allows after its signature; absent when signed elsewhere",
        ),
        always("dispatches", Whole, "Số nơi nhận nội bộ hệ thống", "To how many agencies of this installation it went"),
    ],
};

/// A document that an agency received.
pub const INCOMING_DOCUMENT: Subject = Subject {
    name: "incoming_document",
    vi: "Văn bản đến",
    en: "Incoming document",
    agencies: &[role("receiving", "cơ quan nhận", "the agency that received it")],
    fields: &[
        always("source", Word(&["outside", "internal"]), "Nguồn", "Where it came from"),
        maybe("channel", Word(&["paper_scan", "email", "other_system"]), "Cách đến", "On which way, from outside"),
        always(
            "state",
            Word(&[
                "received",
                "returned",
                "registered",
                "submitted",
                "assigned",
                "processing",
                "finished",
                "cancelled",
                "taken_back",
            ]),
            "Trạng thái",
            "Where it stands",
        ),
        always("urgency", Word(&["normal", "urgent", "very_urgent", "express"]), "Độ khẩn", "How urgent it is"),
        always("on_paper_too", YesNo, "Có bản giấy kèm theo", "It came on paper as well"),
        always("information_only", YesNo, "Chỉ để biết", "Nobody signed it: to be known, not acted on"),
        always(
            "signature",
            Word(&["valid", "invalid", "none", "not_checked"]),
            "Kết quả kiểm tra chữ ký số",
            "What the check of its signature found",
        ),
        always("received_at", Instant, "Thời điểm đến", "When it arrived"),
        maybe("register_due_at", Instant, "Hạn đăng ký", "By when it is to be registered"),
        maybe("registered_at", Instant, "Thời điểm đăng ký", "When it was registered"),
        maybe("submit_due_at", Instant, "Hạn trình", "By when it is to be before a leader"),
        maybe("submitted_at", Instant, "Thời điểm trình", "When it was brought before a leader"),
        maybe("assigned_at", Instant, "Thời điểm phân công", "When it was given to those who deal with it"),
        maybe("due_at", Instant, "Hạn xử lý", "By when it is to be dealt with"),
        maybe("started_at", Instant, "Thời điểm bắt đầu xử lý", "When work began"),
        maybe("completed_at", Instant, "Thời điểm xử lý xong", "When it was said how it was answered"),
        maybe("ended_at", Instant, "Thời điểm kết thúc", "When it ended"),
        at_end(
            "is_overdue_then",
            "Quá hạn xử lý vào cuối kỳ",
            "Its due instant passed without completion by the period's end",
        ),
        maybe("answer", Word(&["document", "text", "not_needed"]), "Cách trả lời", "How it was answered"),
    ],
};

/// A rating of a one-stop desk by an applicant. It names neither its dossier nor its day.
pub const RATING: Subject = Subject {
    name: "rating",
    vi: "Phiếu đánh giá của người nộp hồ sơ",
    en: "Rating by an applicant",
    agencies: &[role("receiving", "cơ quan tiếp nhận hồ sơ", "the agency that received the dossier")],
    fields: &[
        always("month_on", Day, "Ngày đầu của tháng đánh giá", "First day of the month in which it was given"),
        always("field_code", Text, "Mã lĩnh vực, trống khi nguồn không có", "Code of the field, empty where unknown"),
        always("procedure_code", Text, "Mã thủ tục", "Code of the procedure"),
        maybe("total", Whole, "Tổng điểm, 0 đến 18, khi đủ chín tiêu chí", "Sum of all nine scores, 0 to 18"),
        maybe("time_limit", Whole, "Thời gian so với quy định, 0 đến 2", "Time taken, 0 to 2"),
        maybe("step_times", Whole, "Thời gian từng bước, 0 đến 2", "Time of each step, 0 to 2"),
        maybe("contacts", Whole, "Số lần liên hệ, 0 đến 2", "How often one had to come, 0 to 2"),
        maybe("agencies_contacted", Whole, "Số cơ quan phải liên hệ, 0 đến 2", "How many agencies, 0 to 2"),
        maybe("one_stop", Whole, "Tiếp nhận tại một cửa, 0 đến 2", "Received at the one-stop desk, 0 to 2"),
        maybe("transparency", Whole, "Công khai, minh bạch, 0 đến 2", "How openly it is published, 0 to 2"),
        maybe("attitude", Whole, "Thái độ, 0 đến 2", "How officers behaved, 0 to 2"),
        maybe("feedback_handling", Whole, "Xử lý phản ánh, 0 đến 2", "How feedback was dealt with, 0 to 2"),
        maybe("online_service", Whole, "Dịch vụ trực tuyến, 0 đến 2", "How good the online service is, 0 to 2"),
        always("lowest", Whole, "Điểm thấp nhất trong các tiêu chí được chấm", "The lowest score that was given"),
    ],
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_plain_words_that_stand_once() {
        for subject in SUBJECTS {
            let names: BTreeSet<&str> = subject.fields.iter().map(|field| field.name).collect();
            assert_eq!(names.len(), subject.fields.len(), "{}", subject.name);
            let plain = |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            assert!(names.iter().all(|name| plain(name)), "{}", subject.name);
            assert!(!subject.agencies.is_empty());
        }
    }
}
