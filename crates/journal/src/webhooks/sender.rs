//! One event to a receiver.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use motcua_kernel::{Error, Result};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

use super::claim::Claimed;
use super::guard::{Guard, Refused};
use super::secret::signatures;

/// Shorter than receivers keep an idle connection open.
const IDLE: Duration = Duration::from_secs(20);
/// How much of an answer is kept for the log.
const KEPT: usize = 1_024;

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// The status, when there was an answer.
    pub status: Option<u16>,
    /// The beginning of the answer, or why there was none.
    pub answer: String,
    /// How long the receiver asks to be left alone, when it is busy (429, 503).
    pub wait: Option<TimeDelta>,
}

impl Reply {
    fn none(why: &str) -> Self {
        Self { status: None, answer: why.to_owned(), wait: None }
    }

    /// Whether the receiver has taken the event. Nobody is sent elsewhere: a redirect is a refusal.
    pub(super) fn is_taken(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether the receiver wants nothing any more.
    pub(super) fn is_gone(&self) -> bool {
        self.status == Some(410)
    }
}

/// Sends to receivers that may be called.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    client: Client,
    guard: Guard,
}

impl Sender {
    /// A sender whose every try ends within a time.
    ///
    /// # Errors
    /// When the machine's certificates can't be read.
    pub(super) fn new(guard: Guard, timeout: Duration) -> Result<Self> {
        let client = Client::builder()
            .dns_resolver(Arc::new(guard.clone()))
            .no_proxy()
            .redirect(Policy::none())
            .timeout(timeout)
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("motcua/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(Error::internal)?;
        Ok(Self { client, guard })
    }

    /// Tries once, at an instant of the machine.
    pub(super) async fn send(&self, claimed: &Claimed, at: DateTime<Utc>) -> Reply {
        let url = match self.guard.parse(&claimed.url) {
            Ok(url) => url,
            Err(refused) => return Reply::none(refused.code()),
        };
        let (id, timestamp) = (claimed.row.event_id.0, at.timestamp());
        let signatures = signatures(&claimed.secrets, id, timestamp, &claimed.body);
        let sent = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/cloudevents+json")
            .header("webhook-id", id.to_string())
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", &signatures)
            .body(claimed.body.clone())
            .send()
            .await;
        match sent {
            Ok(response) => read(response, &signatures, at).await,
            Err(error) => Reply::none(why(&error)),
        }
    }
}

/// The status decides; of the answer only the beginning is read, and nothing kept of it that signs.
async fn read(mut response: Response, signatures: &str, at: DateTime<Utc>) -> Reply {
    let status = response.status().as_u16();
    let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let wait = asked.filter(|_| matches!(status, 429 | 503)).and_then(|asked| pause_asked_for(asked, at));
    let mut bytes = Vec::new();
    while bytes.len() < KEPT {
        match response.chunk().await {
            Ok(Some(piece)) => bytes.extend_from_slice(&piece),
            Ok(None) | Err(_) => break,
        }
    }
    bytes.truncate(KEPT);
    Reply { status: Some(status), wait, answer: shown(&String::from_utf8_lossy(&bytes), signatures) }
}

/// What `Retry-After` says, a number of seconds or an instant.
fn pause_asked_for(text: &str, at: DateTime<Utc>) -> Option<TimeDelta> {
    if let Ok(seconds) = text.trim().parse::<u32>() {
        return Some(TimeDelta::seconds(i64::from(seconds)));
    }
    DateTime::parse_from_rfc2822(text.trim()).ok().map(|until| until.to_utc() - at)
}

fn shown(answer: &str, signatures: &str) -> String {
    let mut answer = answer.to_owned();
    for one in signatures.split(' ').filter_map(|one| one.strip_prefix("v1,")) {
        answer = answer.replace(one, "…");
    }
    // Who answers with a secret has it from its own settings; it is not for our log either.
    let mut parts = answer.split("whsec_");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
        clean.push('…');
        clean.push_str(part.trim_start_matches(is_base64));
    }
    clean.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Why there was no answer, in a word.
fn why(error: &reqwest::Error) -> &'static str {
    let mut cause = error.source();
    while let Some(one) = cause {
        if let Some(refused) = one.downcast_ref::<Refused>() {
            return refused.code();
        }
        cause = one.source();
    }
    if error.is_timeout() {
        return "timeout";
    }
    "connection"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_keeps_nothing_that_signs() {
        let kept = shown("got v1,AbC= and v1,dEf=\u{0}; my key is whsec_c2VjcmV0+/=!", "v1,AbC= v1,dEf=");
        assert_eq!(kept, "got v1,… and v1,… ; my key is …!");
    }

    #[test]
    fn a_receiver_says_when_to_come_again_in_seconds_or_by_the_clock() {
        let at = "2026-11-22T07:00:00Z".parse().unwrap();
        let asked = |text| pause_asked_for(text, at).map(|pause| pause.num_seconds());
        assert_eq!((asked("120"), asked("Sun, 22 Nov 2026 07:10:00 GMT")), (Some(120), Some(600)));
        assert_eq!((asked("-5"), asked("99999999999"), asked("soon")), (None, None, None));
    }

    #[test]
    fn only_two_hundreds_are_taken() {
        let taken = |status| Reply { status, answer: String::new(), wait: None }.is_taken();
        assert!(taken(Some(200)) && taken(Some(204)));
        assert!(!taken(Some(302)) && !taken(Some(500)) && !taken(None));
    }
}
