//! The level of the online service, how proactive it is, and what it is connected to.

use super::Faults;
use crate::catalogue::content::{Channel, DATABASES, PARTIAL_REASONS, VersionContent};

pub(super) fn contradictions(faults: &mut Faults, content: &VersionContent) {
    if let Some(level) = &content.service_level {
        faults.word("/service_level", level, ["full", "partial"].into_iter());
    }
    let partial = content.service_level.as_deref() == Some("partial");
    match &content.partial_reason {
        None if partial => {
            let (vi, en) = (
                "Dịch vụ công một phần phải công bố lý do (Nghị định 224/2026/NĐ-CP, Điều 14).",
                "A partial service needs a published reason (Decree 224/2026/NĐ-CP, article 14).",
            );
            faults.add("/partial_reason", "partial_reason.required", vi, en);
        }
        Some(_) if !partial => {
            let (vi, en) = ("Chỉ dịch vụ công một phần mới có lý do.", "Only a partial service has a reason.");
            faults.add("/partial_reason", "partial_reason.unexpected", vi, en);
        }
        Some(reason) => faults.word("/partial_reason", reason, PARTIAL_REASONS.into_iter()),
        None => {}
    }
    let online = content.channels.iter().any(|rule| rule.channel == Channel::Online);
    if content.service_level.as_deref() == Some("full") && !online {
        let (vi, en) = (
            "Dịch vụ công toàn trình nhưng không nhận hồ sơ trực tuyến.",
            "A full online service that is not offered online.",
        );
        faults.add("/service_level", "service_level.no_online_channel", vi, en);
    }
    if content.proactive_level.is_some_and(|level| !(1..=4).contains(&level)) {
        faults.add("/proactive_level", "range", "Từ 1 đến 4.", "From 1 to 4.");
    }
    let known = DATABASES.iter().map(|(code, _, _)| *code);
    faults.words("/connected_databases", &content.connected_databases, &known);
}

/// A database that a part of the content uses: it must be known, and the procedure connected to it.
pub(super) fn database(faults: &mut Faults, pointer: &str, code: &str, connected: &[String]) {
    let known = DATABASES.iter().map(|(code, _, _)| *code);
    faults.word(pointer, code, known.clone());
    if known.into_iter().any(|known| known == code) && !connected.iter().any(|one| one == code) {
        let (vi, en) =
            ("Thủ tục chưa kết nối với cơ sở dữ liệu này.", "The procedure is not connected to this database.");
        faults.add(pointer, "database.not_connected", vi, en);
    }
}
