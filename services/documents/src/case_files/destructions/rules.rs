//! What may be destroyed, and what a step of a destruction must say. Pure.

use chrono::NaiveDate;
use motcua_kernel::text::normalise;
use motcua_kernel::{Error, FieldError, Result, Text};

use super::http::CreateDestructionTransition;
use super::store::DestructionRow;
use crate::case_files::decision::Decision;
use crate::case_files::files::transition::reason_fault;
use crate::case_files::store::CaseFileRow;
use crate::text_fields::needed;

pub(super) const PROPOSED: &str = "proposed";
pub(super) const DECIDED: &str = "decided";
pub(super) const REFUSED: &str = "refused";
pub(super) const DONE: &str = "done";

const FEWEST_MEMBERS: usize = 3;
const MOST_MEMBERS: usize = 20;

/// Why a case file can't be destroyed on a day.
pub(super) fn fault(row: &CaseFileRow, today: NaiveDate, pointer: &str) -> Result<Option<FieldError>> {
    let fault = |code: &str, text: Text| Ok(Some(FieldError::new(pointer, code, text)));
    if !row.state()?.is_at_rest() {
        let text = Text::new(
            "Chỉ tiêu hủy hồ sơ đã kết thúc và không đang chờ lưu trữ tiếp nhận.",
            "Only a case file that is closed and not waiting for the archive is destroyed.",
        );
        return fault("case_file.state", text);
    }
    let Some(ended_on) = row.ended_on else {
        return Err(Error::internal(format!("the closed case file {} has no last day", row.id.0)));
    };
    match row.retention().last_day(ended_on) {
        None => {
            let text = Text::new(
                "Hồ sơ bảo quản vĩnh viễn không bao giờ được tiêu hủy (Luật Lưu trữ 33/2024/QH15).",
                "What is kept for ever is never destroyed (Law on Archives 33/2024/QH15).",
            );
            fault("case_file.permanent", text)
        }
        Some(last) if today <= last => {
            let text = Text::new(
                format!("Chưa hết thời hạn bảo quản: giữ đến hết ngày {last} (Luật Lưu trữ 33/2024/QH15)."),
                format!("Its retention has not ended: it is kept until {last} (Law on Archives 33/2024/QH15)."),
            );
            fault("case_file.retention_not_ended", text)
        }
        Some(_) => Ok(None),
    }
}

/// What is asked of a destruction, in normal form.
pub(super) enum Asked {
    Decide(Decision, String, Vec<String>),
    Refuse(String),
    Destroy,
}

impl Asked {
    pub(super) const fn action(&self) -> &'static str {
        match self {
            Self::Decide(..) => "decide",
            Self::Refuse(_) => "refuse",
            Self::Destroy => "destroy",
        }
    }

    const fn from(&self) -> &'static str {
        match self {
            Self::Decide(..) | Self::Refuse(_) => PROPOSED,
            Self::Destroy => DECIDED,
        }
    }
}

pub(super) fn check(step: CreateDestructionTransition, today: NaiveDate) -> Result<Asked> {
    let mut faults = Vec::new();
    let asked = match step {
        CreateDestructionTransition::Decide { decision, opinion, members } => {
            let decision = decision.check("/decision", today, &mut faults);
            let opinion = needed(&opinion, "/opinion", 2000, &mut faults);
            if !(FEWEST_MEMBERS..=MOST_MEMBERS).contains(&members.len()) {
                let text = Text::new("Hội đồng có từ 3 đến 20 thành viên.", "A council has 3 to 20 members.");
                faults.push(FieldError::new("/members", "range", text));
            }
            let members = members
                .iter()
                .take(MOST_MEMBERS)
                .enumerate()
                .map(|(at, name)| needed(name, &format!("/members/{at}"), 200, &mut faults))
                .collect();
            Asked::Decide(decision, opinion, members)
        }
        CreateDestructionTransition::Refuse { reason } => {
            faults.extend(reason_fault(&reason, "/reason"));
            Asked::Refuse(normalise(&reason))
        }
        CreateDestructionTransition::Destroy {} => Asked::Destroy,
    };
    if faults.is_empty() { Ok(asked) } else { Err(Error::invalid(faults)) }
}

/// The refusal of a step.
pub(super) fn refused(row: &DestructionRow, asked: &Asked, allowed: Vec<&'static str>) -> Error {
    let error = if asked.from() == row.state {
        Error::forbidden(
            "destruction.not_yours",
            "Người có thẩm quyền quyết định, và phải là người khác với người đề nghị (Luật Lưu trữ 33/2024/QH15).",
            "Who directs the documents decides, and is another person than who proposed (Law on Archives 33/2024/QH15).",
        )
    } else {
        Error::conflict(
            "destruction.state",
            "Đợt tiêu hủy không ở trạng thái làm được bước này.",
            "The destruction is in another state; this is not possible now.",
        )
    };
    error.with("state", row.state.clone()).with("allowed_actions", allowed)
}
