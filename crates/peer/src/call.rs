//! One call: what is sent, and the attempts it takes.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::future::BoxFuture;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Body, Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answer::{Answer, Raw, read};
use crate::error::{PeerError, with_causes};
use crate::peer::Inner;

/// The bytes of a file.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A file being opened.
pub type Opening = BoxFuture<'static, io::Result<ByteStream>>;

/// A call to another service that has not been sent yet.
#[must_use = "a call is made by `send`"]
pub struct Call {
    peer: Arc<Inner>,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    content: Content,
    timeout: Duration,
    has_key: bool,
}

enum Content {
    Nothing,
    Json(Result<Bytes, String>),
    File { content_type: String, length: u64, open: Box<dyn Fn() -> Opening + Send + Sync> },
}

/// An attempt that failed, and whether another may help.
struct Failure {
    error: PeerError,
    is_passing: bool,
}

impl Failure {
    fn passing(error: PeerError) -> Self {
        Self { error, is_passing: true }
    }

    fn lasting(error: PeerError) -> Self {
        Self { error, is_passing: false }
    }
}

impl Call {
    pub(crate) fn new(peer: Arc<Inner>, method: Method, path: &str) -> Self {
        let timeout = peer.timing.request;
        Self {
            peer,
            method,
            path: path.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            content: Content::Nothing,
            timeout,
            has_key: false,
        }
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        let encoded = serde_json::to_vec(body).map(Bytes::from).map_err(|error| error.to_string());
        self.content = Content::Json(encoded);
        self
    }

    pub(crate) fn file(
        mut self,
        content_type: &str,
        length: u64,
        open: Box<dyn Fn() -> Opening + Send + Sync>,
    ) -> Self {
        self.content = Content::File { content_type: content_type.to_owned(), length, open };
        self
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a header, `If-Match` for example.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Makes the call one that may be repeated: the other side acts once however often it hears this key.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.has_key = true;
        self.header("Idempotency-Key", key)
    }

    /// Lets one attempt take longer or less long than the peer's timing says.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Asks the other side to hold the answer back for up to this long until there is something to say (long poll).
    pub fn wait_up_to(mut self, wait: Duration) -> Self {
        self.timeout = self.peer.timing.request + wait;
        self.query("wait", wait.as_secs().to_string())
    }

    /// Makes the call and reads the answer.
    ///
    /// # Errors
    /// When there is no answer, the other service refuses, or its answer is not a `T`.
    pub async fn send<T: DeserializeOwned>(self) -> Result<Answer<T>, PeerError> {
        let name = self.name();
        self.attempts().await?.parse(&name)
    }

    async fn attempts(self) -> Result<Raw, PeerError> {
        let trace = (self.peer.trace)();
        let may_repeat = self.has_key || self.method.is_idempotent();
        let mut attempt = 1;
        let mut token_was_renewed = false;
        loop {
            let token = self.peer.tokens.get().await;
            let failure = match &token {
                Ok(token) => match self.attempt(token, &trace).await {
                    Ok(raw) => return Ok(raw),
                    Err(failure) => failure,
                },
                Err(cause) => Failure::passing(self.unreachable(format!("no token: {cause}"))),
            };
            if let (PeerError::Refused { status: 401, .. }, Ok(token), false) =
                (&failure.error, &token, token_was_renewed)
            {
                // Nothing was done. The issuer may have changed its keys since this token was made.
                self.peer.tokens.forget(token).await;
                token_was_renewed = true;
                continue;
            }
            let asked_for = match &failure.error {
                PeerError::Refused { retry_after, .. } => *retry_after,
                _ => None,
            };
            let wait =
                if may_repeat && failure.is_passing { self.peer.timing.wait_after(attempt, asked_for) } else { None };
            let Some(wait) = wait else { return Err(failure.error) };
            tracing::debug!(attempt, ?wait, error = %failure.error, "trying another service again");
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, token: &str, trace: &[(&'static str, String)]) -> Result<Raw, Failure> {
        let url = format!("{}{}", self.peer.base, self.path);
        let mut request = self
            .peer
            .http
            .request(self.method.clone(), url)
            .timeout(self.timeout)
            .bearer_auth(token)
            .header(ACCEPT, "application/json")
            .header(ACCEPT_LANGUAGE, "vi")
            .query(&self.query);
        for (name, value) in trace {
            request = request.header(*name, value);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = self.with_content(request).await?;
        let response = request.send().await.map_err(|error| self.failure(&error))?;
        let raw = match read(response).await.map_err(|error| self.failure(&error))? {
            Ok(raw) => raw,
            Err(cause) => return Err(Failure::lasting(self.broken(cause))),
        };
        raw.sort(&self.name()).map_err(|error| Failure { is_passing: is_passing(&error), error })
    }

    async fn with_content(&self, request: RequestBuilder) -> Result<RequestBuilder, Failure> {
        match &self.content {
            Content::Nothing => Ok(request),
            Content::Json(Ok(body)) => Ok(request.header(CONTENT_TYPE, "application/json").body(body.clone())),
            Content::Json(Err(cause)) => Err(Failure::lasting(self.broken(format!("our own body: {cause}")))),
            Content::File { content_type, length, open } => match open().await {
                Ok(stream) => Ok(request
                    .header(CONTENT_TYPE, content_type)
                    .header(CONTENT_LENGTH, *length)
                    .body(Body::wrap_stream(stream))),
                Err(error) => Err(Failure::lasting(self.broken(format!("our own file: {error}")))),
            },
        }
    }

    /// An error of the HTTP client. Time that ran out is not spent a second time; a broken connection is another's.
    fn failure(&self, error: &reqwest::Error) -> Failure {
        let cause = with_causes(error);
        if error.is_builder() {
            return Failure::lasting(self.broken(cause));
        }
        let is_passing = error.is_connect() || !error.is_timeout();
        Failure { error: self.unreachable(cause), is_passing }
    }

    fn unreachable(&self, cause: String) -> PeerError {
        PeerError::Unreachable { call: self.name(), cause }
    }

    fn broken(&self, cause: String) -> PeerError {
        PeerError::Broken { call: self.name(), cause }
    }

    fn name(&self) -> String {
        format!("{} {}{}", self.method, self.peer.base, self.path)
    }
}

/// Whether a refusal is one of the moment: too much to do, or a gateway whose service is away.
fn is_passing(error: &PeerError) -> bool {
    matches!(error, PeerError::Refused { status: 429 | 502 | 503 | 504, .. })
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("call", &self.name()).finish_non_exhaustive()
    }
}
