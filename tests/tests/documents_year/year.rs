//! What all stories share: the province, the books of its registers, and what was counted.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::NaiveDate;
use motcua_tests::{Installation, Reply, send};
use reqwest::Method;
use serde_json::Value;

use super::case_files::Shelves;
use super::province::Province;
use super::registers::Registers;

/// The moment of a tick: the clock was set to it, and runs on while the tick's steps are taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    pub second: i64,
    pub day: NaiveDate,
}

/// What is expected of a request: that it is done, or the status and code of its refusal.
pub(crate) type Verdict = Result<(), (u16, &'static str)>;

pub(crate) struct Year {
    pub installation: Installation,
    pub province: Province,
    pub registers: Registers,
    pub shelves: Shelves,
    pub steps: AtomicUsize,
    /// Refusals by their code.
    pub refusals: Mutex<BTreeMap<&'static str, usize>>,
}

impl Year {
    /// Asks as an officer, perhaps about the version they have read.
    pub(crate) async fn ask(&self, officer: usize, path: &str, version: Option<i64>, body: &Value) -> Reply {
        self.ask_tagged(officer, path, version.map(|version| format!("\"v{version}\"")), body).await
    }

    pub(crate) async fn ask_tagged(&self, officer: usize, path: &str, tag: Option<String>, body: &Value) -> Reply {
        let api = self.province.api(&self.installation, officer).await;
        let mut request = api.request(Method::POST, path).json(body);
        if let Some(tag) = tag {
            request = request.header("If-Match", tag);
        }
        send(request).await.expect("an answer")
    }

    /// Reads as an officer.
    pub(crate) async fn read(&self, officer: usize, path: &str) -> Reply {
        self.province.api(&self.installation, officer).await.get(path).await
    }

    /// Whether a request was done, which must be what was expected.
    pub(crate) fn agree(&self, what: &str, reply: &Reply, expected: Verdict) -> bool {
        self.steps.fetch_add(1, Ordering::Relaxed);
        let told = (reply.status, codes(&reply.body));
        match expected {
            Ok(()) => assert!((200..300).contains(&told.0), "{what}: expected to be done: {} {}", told.0, reply.body),
            Err((status, code)) => {
                let same = told.0 == status && told.1.iter().any(|told| told == code);
                assert!(same, "{what}: expected {status} {code}: {} {}", told.0, reply.body);
                *self.refusals.lock().unwrap().entry(code).or_default() += 1;
            }
        }
        expected.is_ok()
    }

    pub(crate) async fn file(&self, officer: usize) -> String {
        self.province.file(&self.installation, officer).await
    }
}

/// The codes of a problem: its own and those of its fields.
fn codes(body: &Value) -> Vec<String> {
    let own = body["code"].as_str().map(str::to_owned);
    let fields = body["errors"].as_array().cloned().unwrap_or_default();
    own.into_iter().chain(fields.iter().filter_map(|field| field["code"].as_str().map(str::to_owned))).collect()
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text is expected: {value}")).to_owned()
}

pub(crate) fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("a number is expected: {value}"))
}

/// Whether two instants are the same to a second.
pub(crate) fn near(told: Option<i64>, counted: Option<i64>) -> bool {
    match (told, counted) {
        (Some(told), Some(counted)) => (told - counted).abs() <= 1,
        (told, counted) => told == counted,
    }
}
