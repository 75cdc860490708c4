//! What can go wrong between two services, sorted by what the caller can do about it.

use std::error::Error;
use std::time::Duration;

use serde_json::Value;

/// A call to another service that did not succeed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PeerError {
    /// No answer: nothing listens, the connection broke, time ran out, or no token could be had. Whether the call had
    /// an effect is not known.
    #[error("{call}: no answer: {cause}")]
    Unreachable {
        /// Method and address.
        call: String,
        /// Why, for the log.
        cause: String,
    },
    /// The other service answered that it won't do it, now or ever.
    #[error("{call}: refused with {status} {code}")]
    Refused {
        /// Method and address.
        call: String,
        /// The HTTP status, 400 and above.
        status: u16,
        /// The stable code of its problem document; `http.STATUS` when it sent none.
        code: String,
        /// Its problem document; null when it sent none.
        problem: Value,
        /// How long it asked to be left alone.
        retry_after: Option<Duration>,
    },
    /// An answer that breaks the contract: not JSON, not the expected members, a redirect.
    #[error("{call}: the answer can't be understood: {cause}")]
    Broken {
        /// Method and address.
        call: String,
        /// Why, for the log.
        cause: String,
    },
}

impl PeerError {
    /// Whether the same call may succeed another time.
    ///
    /// False only when the other service has understood the call and refuses it for what it asks; a duty that must be
    /// done some day is given up then and only then. Missing credentials are somebody's to repair, so they don't count.
    #[must_use]
    pub fn may_succeed_later(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Broken { .. } => true,
            Self::Refused { status, code, .. } => match status {
                401 | 408 | 425 | 429 => true,
                // The first of two equal requests was still being worked on.
                409 => code == "idempotency.in_progress",
                status => *status >= 500 && *status != 501,
            },
        }
    }

    /// The code of the other service's refusal, when it was one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }
}

/// An error with its causes: HTTP clients say "error sending request" and keep the reason in the source.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
