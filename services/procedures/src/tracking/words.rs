//! The sentences of the screen.

use chrono::{DateTime, Utc};
use motcua_clock::{Term, TermUnit};
use motcua_kernel::Text;
use motcua_kernel::time::vietnam;

use super::view::TodoAction;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::rules::State;

/// What happens next, and who has it.
pub(super) fn next(facts: &DossierFacts, holder: &str) -> Text {
    if facts.result_is_revoked() {
        return Text::new(
            "Kết quả đã bị thu hồi; quyết định thu hồi nêu lý do.",
            "The result was revoked; the decision on it says why.",
        );
    }
    match facts.state {
        State::Submitted => Text::new(
            format!("{holder} đang kiểm tra hồ sơ để tiếp nhận."),
            format!("{holder} is checking the dossier before receiving it."),
        ),
        State::AwaitingCorrection | State::AwaitingSupplement => Text::new(
            "Cơ quan chờ bạn bổ sung, sau đó sẽ giải quyết tiếp.",
            "The agency waits for what you have to add and then goes on.",
        ),
        State::Received => Text::new(
            format!("{holder} đã nhận hồ sơ và sẽ phân công xử lý."),
            format!("{holder} has the dossier and will start working on it."),
        ),
        State::Processing => {
            Text::new(format!("{holder} đang giải quyết hồ sơ."), format!("{holder} is working on the dossier."))
        }
        State::Paused => Text::new(
            format!("{holder} đang chờ một việc không tính vào thời hạn, sau đó sẽ giải quyết tiếp."),
            format!("{holder} waits for something that the term does not count and then goes on."),
        ),
        State::AwaitingPayment => Text::new(
            "Cơ quan chờ bạn thực hiện nghĩa vụ tài chính, sau đó sẽ giải quyết tiếp.",
            "The agency waits for your payment and then goes on.",
        ),
        State::Issuing => Text::new(
            format!("Đã có quyết định; {holder} đang phát hành kết quả."),
            format!("It is decided; {holder} is issuing the result."),
        ),
        State::Done => Text::new(format!("Kết quả đã có tại {holder}."), format!("The result is ready at {holder}.")),
        State::Returned => Text::new("Bạn đã nhận kết quả.", "You have the result."),
        State::Refused => Text::new(
            "Hồ sơ không được tiếp nhận; lý do ghi trong phiếu từ chối.",
            "The dossier was not received; the reason stands in the notice of refusal.",
        ),
        State::Stopped => Text::new(
            "Hồ sơ đã dừng giải quyết; lý do ghi trong thông báo.",
            "The dossier has ended without a result; the reason stands in the notice.",
        ),
        State::Withdrawn => Text::new("Hồ sơ đã được rút.", "The dossier was withdrawn."),
    }
}

/// What the applicant must do, in a sentence.
pub(super) fn todo(action: TodoAction, items: usize) -> Text {
    match action {
        TodoAction::Nothing => Text::new("Bạn chưa phải làm gì.", "You need not do anything now."),
        TodoAction::Supplement => Text::new(
            format!("Bổ sung, hoàn thiện {items} nội dung theo phiếu yêu cầu."),
            format!("Add or correct {items} thing(s) as the request says."),
        ),
        TodoAction::Pay => Text::new(
            "Nộp khoản tiền theo thông báo nghĩa vụ tài chính.",
            "Pay as the notice of the financial duty says.",
        ),
        TodoAction::CollectResult => {
            Text::new("Đến nhận kết quả tại nơi đã nộp hồ sơ.", "Fetch the result where you handed the dossier in.")
        }
    }
}

/// The due date in words; none before receipt.
pub(super) fn due(facts: &DossierFacts, due_at: Option<DateTime<Utc>>) -> Option<Text> {
    let term = facts.term.filter(|_| facts.received_at.is_some())?;
    let (vi, en) = length(term);
    let mut text = Text::new(format!("Thời hạn {vi}"), format!("The term is {en}"));
    let ended = facts.finished_at.is_some() || facts.ended_at.is_some();
    match due_at {
        Some(at) => {
            let local = at.with_timezone(&vietnam());
            text.vi.push_str(&local.format("; hẹn trả trước %H:%M ngày %d/%m/%Y").to_string());
            text.en.push_str(&local.format("; due by %H:%M on %Y-%m-%d").to_string());
        }
        None if ended => {}
        None => {
            text.vi.push_str("; đang tạm dừng tính");
            text.en.push_str("; its clock stands still");
        }
    }
    if !facts.extensions.is_empty() {
        text.vi.push_str("; đã hẹn lại");
        text.en.push_str("; there was a new appointment");
    }
    text.vi.push('.');
    text.en.push('.');
    Some(text)
}

fn length(term: Term) -> (String, String) {
    let Term { count, unit } = term;
    let (vi, en) = match unit {
        TermUnit::WorkingDay => ("ngày làm việc", "working day"),
        TermUnit::CalendarDay => ("ngày", "day"),
        TermUnit::WorkingHour => ("giờ làm việc", "working hour"),
    };
    let plural = if count == 1 { "" } else { "s" };
    (format!("{count} {vi}"), format!("{count} {en}{plural}"))
}
