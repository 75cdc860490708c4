//! What does not come in as it should, as a sentence for the head of a page.

use chrono::TimeDelta;
use motcua_db::{Conn, TxResult};
use motcua_kernel::text::Language;
use motcua_kernel::{SystemTime, Text, Uuid};

use super::numbers::instant;
use crate::{facts, measures};

/// A feed is followed every few seconds; one that was not heard for so many minutes is away.
const SILENT_MINUTES: i64 = 10;

/// What a reader should know before believing the figures; none when all is well.
///
/// # Errors
/// When the database fails.
pub(super) fn trouble(conn: &mut Conn, tenant: Uuid, now: SystemTime) -> TxResult<Option<Text>> {
    let since = SystemTime(now.0 - TimeDelta::minutes(SILENT_MINUTES));
    let mut said: Vec<Text> = Vec::new();
    for (service, heard) in facts::unheard(conn, tenant, since)? {
        said.push(Text::new(
            format!(
                "Không nhận được sự kiện của {} từ {}; số liệu chưa có gì sau đó.",
                service.vi,
                instant(heard.0, Language::Vietnamese)
            ),
            format!(
                "No events of {} came since {}; the figures have nothing of what was after.",
                service.en,
                instant(heard.0, Language::English)
            ),
        ));
    }
    if measures::is_filling(conn, tenant)? {
        said.push(Text::new(
            "Số liệu của bộ chỉ số mới đang được đếm từ đầu; chỗ cần chúng chưa đo được.",
            "The figures of a new set are being counted from the beginning; what needs them is not measured yet.",
        ));
    }
    let joined = |of: fn(&Text) -> &str| said.iter().map(of).collect::<Vec<_>>().join(" ");
    Ok((!said.is_empty()).then(|| Text::new(joined(|text| &text.vi), joined(|text| &text.en))))
}
