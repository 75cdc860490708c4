//! What an e-mail says, in Vietnamese and then in English.

use chrono::{DateTime, Utc};
use motcua_kernel::Text;
use motcua_kernel::time::vietnam;
use motcua_mail::Letter;

use super::outbox::NoticeLetter;
use crate::timers::TimerKind;

/// The message of a notice.
pub(super) fn of(letter: &NoticeLetter) -> Letter {
    let clock = clock(letter.kind);
    let code = letter.dossier_code.as_deref();
    let submitted = moment(letter.submitted_at);
    let (vi_code, en_code) = match code {
        Some(code) => (code.to_owned(), code.to_owned()),
        None => (format!("chưa có mã, nộp lúc {submitted}"), format!("no code yet, submitted at {submitted}")),
    };
    let (vi_due, en_due) = match letter.due_at {
        Some(due) => (moment(due), moment(due)),
        None => ("chưa có hoặc đang tạm dừng".to_owned(), "none yet, or the clock stands still".to_owned()),
    };
    let passed = moment(letter.passed_at);
    let procedure = format!("{} ({})", letter.procedure_name, letter.procedure_code);
    let subject = format!("Nhắc việc: {} – {}", clock.vi, code.unwrap_or(&letter.procedure_code));
    let body = format!(
        "{}\r\nHồ sơ: {vi_code}\r\nThủ tục: {procedure}\r\nThời điểm: {passed}\r\nHẹn trả: {vi_due}\r\n\r\n\
         {}\r\nDossier: {en_code}\r\nProcedure: {procedure}\r\nSince: {passed}\r\nDue: {en_due}\r\n\r\n\
         Thư tự động; xin không trả lời. An automatic message; please do not reply.\r\n",
        clock.vi, clock.en
    );
    Letter { subject, body }
}

fn moment(at: DateTime<Utc>) -> String {
    at.with_timezone(&vietnam()).format("%H:%M %d/%m/%Y").to_string()
}

fn clock(kind: TimerKind) -> Text {
    match kind {
        TimerKind::Alert => {
            Text::new("Có hồ sơ trực tuyến mới cần tiếp nhận", "A new online dossier waits to be received")
        }
        TimerKind::OnlineCheck => {
            Text::new("Quá hạn kiểm tra hồ sơ trực tuyến", "An online dossier was not checked in time")
        }
        TimerKind::PaperCheck => Text::new("Quá hạn kiểm tra hồ sơ giấy", "A paper dossier was not checked in time"),
        TimerKind::PaperTransfer => {
            Text::new("Quá hạn chuyển hồ sơ giấy đến cơ quan giải quyết", "Papers were not handed over in time")
        }
        TimerKind::PaperDifference => {
            Text::new("Giấy tờ bàn giao không khớp", "Papers that were handed over arrived with differences")
        }
        TimerKind::Apology => {
            Text::new("Đến hạn xin lỗi và hẹn lại ngày trả", "An apology with a new date goes out now or never")
        }
        TimerKind::Overdue | TimerKind::OverdueApprover | TimerKind::OverdueLeader => {
            Text::new("Hồ sơ quá hạn giải quyết", "A dossier is overdue")
        }
        TimerKind::Silence => {
            Text::new("Hồ sơ kết thúc do không được bổ sung", "A dossier ended because its applicant stayed silent")
        }
        TimerKind::CorrectionSilence => Text::new(
            "Hồ sơ kết thúc trước khi tiếp nhận do không được hoàn thiện",
            "A dossier ended before receipt because its applicant stayed silent",
        ),
        TimerKind::WaitLimit => Text::new(
            "Hết thời gian chờ được loại trừ, thời hạn tiếp tục tính",
            "A wait has taken as long as it may; the term goes on",
        ),
        TimerKind::Consultation => Text::new("Quá hạn trả lời lấy ý kiến", "An opinion should have been given"),
        TimerKind::Acknowledgement => {
            Text::new("Quá hạn xác nhận hồ sơ liên thông", "A linked dossier was not acknowledged in time")
        }
        TimerKind::LinkedUnacknowledged => Text::new(
            "Hồ sơ liên thông được chuyển đi chưa được xác nhận",
            "A linked dossier that was sent on was not acknowledged in time",
        ),
        TimerKind::Transferred => {
            Text::new("Hồ sơ được chuyển thẩm quyền đến cơ quan", "A dossier was transferred to your agency")
        }
        TimerKind::LinkedFailed => Text::new("Chưa tạo được hồ sơ liên thông", "A linked dossier could not be made"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_code_procedure_clock_and_due_in_both_languages_and_has_no_link() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let letter = NoticeLetter {
            dossier_code: Some("H1.1-261116-0001".into()),
            procedure_code: "2.002080".into(),
            procedure_name: "Thanh toán thù lao".into(),
            submitted_at: at("2026-11-16T01:00:00Z"),
            kind: TimerKind::Overdue,
            passed_at: at("2026-11-23T10:00:00Z"),
            due_at: Some(at("2026-11-23T10:00:00Z")),
        };
        let Letter { subject, body } = of(&letter);
        assert_eq!(subject, "Nhắc việc: Hồ sơ quá hạn giải quyết – H1.1-261116-0001");
        for part in ["Hẹn trả: 17:00 23/11/2026", "Due: 17:00 23/11/2026", "Thanh toán thù lao (2.002080)"] {
            assert!(body.contains(part), "{body}");
        }
        assert!(!body.contains("http"), "{body}");
    }
}
