//! What another service answered, read with limits and sorted into answer and error.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{PeerError, with_causes};

/// A page of the feed has at most 1,000 events of 20 kB; an answer beyond that is a mistake.
const LARGEST: usize = 32 * 1024 * 1024;

/// An answer of another service.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// The representation.
    pub body: T,
    /// Every header.
    pub headers: HeaderMap,
}

impl<T> Answer<T> {
    /// A header's text, when it is there once or more (the first then) and is ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// An answer whose body is still bytes.
pub(crate) struct Raw {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// Reads an answer to its end. The outer error is one of the connection.
pub(crate) async fn read(mut response: Response) -> Result<Result<Raw, String>, reqwest::Error> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST {
            return Ok(Err(format!("it is larger than {LARGEST} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Ok(Raw { status, headers, body }))
}

impl Raw {
    /// The answer itself, or the error it is.
    pub(crate) fn sort(self, call: &str) -> Result<Self, PeerError> {
        match self.status {
            200..=299 => Ok(self),
            400.. => Err(self.refusal(call)),
            status => Err(PeerError::Broken { call: call.to_owned(), cause: format!("status {status}") }),
        }
    }

    fn refusal(self, call: &str) -> PeerError {
        let problem: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let code = problem.get("code").and_then(Value::as_str).map(str::to_owned);
        let seconds = self.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        PeerError::Refused {
            call: call.to_owned(),
            status: self.status,
            code: code.unwrap_or_else(|| format!("http.{}", self.status)),
            problem,
            retry_after: seconds.map(Duration::from_secs),
        }
    }

    /// The answer with its body understood; an empty body reads as `null`.
    pub(crate) fn parse<T: DeserializeOwned>(self, call: &str) -> Result<Answer<T>, PeerError> {
        let text: &[u8] = if self.body.is_empty() { b"null" } else { &self.body };
        let body = serde_json::from_slice(text)
            .map_err(|error| PeerError::Broken { call: call.to_owned(), cause: with_causes(&error) })?;
        Ok(Answer { status: self.status, body, headers: self.headers })
    }
}
