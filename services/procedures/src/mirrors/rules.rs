//! What a source may say of a dossier, and what its later word means for its earlier one. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use motcua_kernel::text::is_one_line;
use motcua_kernel::{FieldError, Text};

use super::view::PutMirroredDossier;

/// How far a source's clock may be ahead of ours.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// The most fees and the most results of a dossier.
const MOST: usize = 100;

/// The name of a national state (`TrangThaiHoSo`), 1 to 10.
#[must_use]
pub fn state_name(state: u8) -> Option<Text> {
    Some(match state {
        1 => Text::new("Mới đăng ký", "Submitted"),
        2 => Text::new("Được tiếp nhận", "Received"),
        3 => Text::new("Không được tiếp nhận", "Not received"),
        4 => Text::new("Đang xử lý", "Being worked on"),
        5 => Text::new("Yêu cầu bổ sung giấy tờ", "Waits for a supplement"),
        6 => Text::new("Yêu cầu thực hiện nghĩa vụ tài chính", "Waits for a financial duty"),
        7 => Text::new("Công dân yêu cầu rút hồ sơ", "Withdrawn"),
        8 => Text::new("Dừng xử lý", "Stopped"),
        9 => Text::new("Đã xử lý xong", "Done"),
        10 => Text::new("Đã trả kết quả", "Result handed over"),
        _ => return None,
    })
}

/// Whether a dossier in this state has ended.
#[must_use]
pub const fn has_ended(state: u8) -> bool {
    matches!(state, 3 | 7 | 8 | 9 | 10)
}

/// Whether the step from one state to the next makes an ended dossier go on. Handing over the result (9 to 10) ends it.
#[must_use]
pub const fn reopens(before: u8, after: u8) -> bool {
    has_ended(before) && before != after && !(before == 9 && after == 10)
}

/// A later word against what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It is newer: it replaces what is kept.
    Newer,
    /// It says again what is kept.
    Same,
    /// It is older than what is kept.
    Older,
    /// Of the same instant, and says something else.
    Contradicts,
}

/// What a word of an instant is to what is kept, given whether both say the same.
#[must_use]
pub fn word(kept: DateTime<Utc>, told: DateTime<Utc>, same: bool) -> Word {
    match told.cmp(&kept) {
        std::cmp::Ordering::Greater => Word::Newer,
        std::cmp::Ordering::Less => Word::Older,
        std::cmp::Ordering::Equal if same => Word::Same,
        std::cmp::Ordering::Equal => Word::Contradicts,
    }
}

/// Whether this can be a dossier's code: 1 to 60 letters, digits, dots, hyphens and underscores.
#[must_use]
pub fn is_code(code: &str) -> bool {
    (1..=60).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

/// Everything wrong with what a source says.
#[must_use]
pub fn faults(told: &PutMirroredDossier, now: DateTime<Utc>) -> Vec<FieldError> {
    let mut faults = Faults(Vec::new());
    faults.line("/source", Some(&told.source), 60);
    faults.line("/procedure", Some(&told.procedure), 60);
    faults.line("/subject", told.subject.as_deref(), 1_000);
    if !(1..=3).contains(&told.channel) {
        faults.add("/channel", "mirror.channel", "Kênh thực hiện từ 1 đến 3.", "A channel is 1, 2 or 3.");
    }
    if state_name(told.state).is_none() {
        faults.add("/state", "mirror.state", "Trạng thái từ 1 đến 10.", "A state is 1 to 10.");
    }
    if told.as_of > now + AHEAD {
        // It would stand in the way of every later word.
        faults.add("/as_of", "mirror.ahead", "Thời điểm ở tương lai.", "The instant lies in the future.");
    }
    let placeholder = told.applicant.identity_number.bytes().filter(|byte| *byte != b'0').count() <= 1;
    if placeholder {
        faults.add(
            "/applicant/identity_number",
            "identity_number.placeholder",
            "Số giấy tờ này không phải của ai; hãy gửi số thật của chủ hồ sơ.",
            "This number is nobody's; send that of who asks.",
        );
    }
    faults.check_times(told);
    faults.check_money_and_results(told);
    faults.0
}

struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, pointer: impl Into<String>, code: &str, vi: &str, en: &str) {
        self.0.push(FieldError::new(pointer, code, Text::new(vi, en)));
    }

    fn line(&mut self, pointer: impl Into<String>, text: Option<&str>, most: usize) {
        if text.is_some_and(|text| !is_one_line(text) || text.chars().count() > most) {
            let vi = format!("Cần từ 1 đến {most} ký tự, trên một dòng.");
            self.add(pointer, "text.one_line", &vi, &format!("Must have 1 to {most} characters, on one line."));
        }
    }

    /// A state without the instant that makes it, and instants in an order they can't have.
    fn check_times(&mut self, told: &PutMirroredDossier) {
        let required = |needs: bool, at: Option<DateTime<Utc>>| needs && at.is_none();
        for (pointer, missing) in [
            ("/received_at", required(matches!(told.state, 2 | 4 | 5 | 6 | 9 | 10), told.received_at)),
            ("/ended_at", required(has_ended(told.state), told.ended_at)),
            ("/returned_at", required(told.state == 10, told.returned_at)),
        ] {
            if missing {
                self.add(pointer, "required", "Trạng thái này cần có thời điểm.", "This state needs the instant.");
            }
        }
        let not_before = [
            ("/received_at", Some(told.submitted_at), told.received_at),
            ("/due_at", told.received_at, told.due_at),
            ("/ended_at", told.received_at.or(Some(told.submitted_at)), told.ended_at),
            ("/returned_at", told.ended_at, told.returned_at),
        ];
        for (pointer, before, after) in not_before {
            if before.zip(after).is_some_and(|(before, after)| after < before) {
                self.add(pointer, "mirror.order", "Thời điểm không đúng thứ tự.", "The instants are out of order.");
            }
        }
    }

    fn check_money_and_results(&mut self, told: &PutMirroredDossier) {
        for (pointer, count) in [("/fees", told.fees.len()), ("/results", told.results.len())] {
            if count > MOST {
                self.add(pointer, "length", "Nhiều nhất 100 mục.", "At most 100.");
            }
        }
        for (at, fee) in told.fees.iter().enumerate().take(MOST) {
            self.line(format!("/fees/{at}/name"), Some(&fee.name), 200);
            self.line(format!("/fees/{at}/code"), fee.code.as_deref(), 50);
            if fee.amount.amount < 0 {
                self.add(format!("/fees/{at}/amount/amount"), "money.negative", "Số tiền không âm.", "Never negative.");
            }
        }
        for (at, result) in told.results.iter().enumerate().take(MOST) {
            self.line(format!("/results/{at}/name"), Some(&result.name), 500);
            self.line(format!("/results/{at}/code"), result.code.as_deref(), 50);
            self.line(format!("/results/{at}/number"), result.number.as_deref(), 100);
            let link = result.link.as_deref();
            if link.is_some_and(|link| !link.starts_with("https://") || !is_one_line(link) || link.len() > 1_000) {
                self.add(
                    format!("/results/{at}/link"),
                    "mirror.link",
                    "Đường dẫn bắt đầu bằng https:// và có nhiều nhất 1.000 ký tự.",
                    "A link begins with https:// and has at most 1,000 characters.",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_dossier_that_goes_on_was_reopened_and_handing_over_its_result_is_no_such_step() {
        for (before, after, expected) in
            [(9, 4, true), (8, 9, true), (10, 9, true), (9, 10, false), (4, 9, false), (5, 5, false), (10, 10, false)]
        {
            assert_eq!(reopens(before, after), expected, "{before} to {after}");
        }
    }

    #[test]
    fn only_a_later_instant_replaces_what_is_kept() {
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        assert_eq!(word(at(2), at(3), false), Word::Newer);
        assert_eq!(word(at(2), at(1), true), Word::Older);
        assert_eq!((word(at(2), at(2), true), word(at(2), at(2), false)), (Word::Same, Word::Contradicts));
    }

    #[test]
    fn codes_of_dossiers_can_stand_in_a_path() {
        assert!(is_code("G01.23-261121-0001") && is_code("000.00.01.H50_1"));
        assert!(!is_code("") && !is_code("a/b") && !is_code("mã") && !is_code(&"x".repeat(61)));
    }
}
