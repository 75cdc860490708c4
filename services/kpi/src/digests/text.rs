//! What a digest says, in Vietnamese and then in English.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::Text;
use motcua_kernel::time::vietnam;
use motcua_mail::Letter;
use serde::{Deserialize, Serialize};

/// The most alerts that a message lists; the rest is counted.
pub(super) const MOST_LISTED: usize = 50;

/// What a digest tells: as things stood when it was made, and nothing that names a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Digest {
    /// The agency's code.
    pub agency_code: String,
    /// Its name.
    pub agency_name: String,
    /// The day.
    pub day: NaiveDate,
    /// Since when something was raised.
    pub since: DateTime<Utc>,
    /// How many were raised.
    pub raised: usize,
    /// The first of them.
    pub listed: Vec<Line>,
    /// How many are open, those before as well.
    pub open: i64,
    /// The agency's page.
    pub page: String,
}

/// An alert (cảnh báo) of a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    /// What it is, with its figures, in both languages.
    pub words: Text,
    /// When it was raised.
    pub raised_at: DateTime<Utc>,
    /// Its address.
    pub link: String,
}

/// The words of one language around the alerts.
struct Words {
    head: String,
    more: String,
    page: &'static str,
}

/// The message of a digest.
pub(super) fn of(digest: &Digest) -> Letter {
    let agency = format!("{} ({})", digest.agency_name, digest.agency_code);
    let (raised, open, since) = (digest.raised, digest.open, moment(digest.since));
    let rest = raised.saturating_sub(digest.listed.len());
    let vi = Words {
        head: format!(
            "{agency}: {raised} cảnh báo mới kể từ {since}; hiện có {open} cảnh báo chưa kết thúc, tính cả cảnh báo cũ."
        ),
        more: format!("Và {rest} cảnh báo mới khác; xem trang của cơ quan."),
        page: "Trang của cơ quan",
    };
    let (new, others) =
        (plural(raised, "new alert", "new alerts"), plural(rest, "other new alert", "other new alerts"));
    let en = Words {
        head: format!("{agency}: {new} since {since}; {open} not over yet, older ones included."),
        more: format!("And {others}; see the agency's page."),
        page: "The agency's page",
    };
    let subject = format!("Cảnh báo chỉ tiêu {}: {raised} mới – {agency}", digest.day.format("%d/%m/%Y"));
    let body = format!(
        "{}\r\n{}\r\nThư tự động, gửi một lần mỗi ngày làm việc khi có cảnh báo mới; xin không trả lời.\r\n\
         An automatic message, sent once a working day when there are new alerts; please do not reply.\r\n",
        part(digest, &vi, |words| &words.vi),
        part(digest, &en, |words| &words.en)
    );
    Letter { subject, body }
}

/// The part of one language.
fn part(digest: &Digest, words: &Words, language: fn(&Text) -> &String) -> String {
    let mut lines = vec![words.head.clone(), String::new()];
    for (number, line) in (1..).zip(&digest.listed) {
        lines.push(format!("{number}. {} ({})", language(&line.words), moment(line.raised_at)));
        lines.push(format!("   {}", line.link));
    }
    if digest.raised > digest.listed.len() {
        lines.push(words.more.clone());
    }
    lines.extend([String::new(), format!("{}: {}", words.page, digest.page), String::new()]);
    lines.join("\r\n")
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn moment(at: DateTime<Utc>) -> String {
    at.with_timezone(&vietnam()).format("%H:%M %d/%m/%Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_says_how_many_of_which_agency_and_each_alert_in_both_languages() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let line = |vi: &str, en: &str| Line {
            words: Text::new(vi, en),
            raised_at: at("2026-11-22T08:15:00Z"),
            link: "https://kpi.tinh.gov.vn/v1/alerts/0197c1c8-0280-7000-8000-000000000001".to_owned(),
        };
        let digest = Digest {
            agency_code: "H50.12".to_owned(),
            agency_name: "Ủy ban nhân dân phường Nam Đông Hà".to_owned(),
            day: "2026-11-23".parse().unwrap(),
            since: at("2026-11-20T00:30:00Z"),
            raised: 3,
            listed: vec![
                line("Từ chối hàng loạt: 24 hồ sơ", "Mass refusals: 24 dossiers"),
                line("Điểm giảm 12 điểm", "The score fell by 12 points"),
            ],
            open: 5,
            page: "https://kpi.tinh.gov.vn/v1/pages/agencies/H50.12".to_owned(),
        };
        let Letter { subject, body } = of(&digest);
        assert_eq!(subject, "Cảnh báo chỉ tiêu 23/11/2026: 3 mới – Ủy ban nhân dân phường Nam Đông Hà (H50.12)");
        for part in [
            "3 cảnh báo mới kể từ 07:30 20/11/2026; hiện có 5 cảnh báo chưa kết thúc",
            "1. Từ chối hàng loạt: 24 hồ sơ (15:15 22/11/2026)\r\n   https://kpi",
            "2. Điểm giảm 12 điểm (15:15 22/11/2026)",
            "Và 1 cảnh báo mới khác",
            "3 new alerts since 07:30 20/11/2026; 5 not over yet",
            "2. The score fell by 12 points (15:15 22/11/2026)",
            "And 1 other new alert;",
        ] {
            assert!(body.contains(part), "{part}: {body}");
        }
        assert!(body.find("cảnh báo mới").unwrap() < body.find("new alerts").unwrap());
        assert!(body.split("\r\n").all(|line| !line.contains(['\r', '\n'])), "{body:?}");
    }
}
