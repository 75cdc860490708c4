//! One other service, as its callers hold it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Method, Url};
use serde::Serialize;

use crate::call::{Call, Opening};
use crate::error::{PeerError, with_causes};
use crate::timing::Timing;
use crate::token::TokenSource;

/// Shorter than our servers keep an idle connection open, so that a call rarely meets one that is just being closed.
const IDLE: Duration = Duration::from_mins(1);

/// Another service at its address. Copies share connections and token.
#[derive(Debug, Clone)]
pub struct Peer(Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) base: String,
    pub(crate) http: Client,
    pub(crate) tokens: Arc<TokenSource>,
    pub(crate) timing: Timing,
    pub(crate) trace: fn() -> Vec<(&'static str, String)>,
}

impl Peer {
    /// The service at a base address like `http://127.0.0.1:8082`. Every call carries the headers that `trace` gives at
    /// its beginning: request id and trace context of the request on whose behalf it is made.
    ///
    /// # Errors
    /// When the address is none, or the machine's certificates can't be read.
    pub fn new(
        base_url: &str,
        tokens: Arc<TokenSource>,
        timing: Timing,
        trace: fn() -> Vec<(&'static str, String)>,
    ) -> Result<Self, PeerError> {
        let broken = |cause: String| PeerError::Broken { call: base_url.to_owned(), cause };
        let url = Url::parse(base_url).map_err(|error| broken(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(broken("the address must begin with http:// or https://".to_owned()));
        }
        let http = client(&timing).map_err(|error| broken(with_causes(&error)))?;
        let base = base_url.trim_end_matches('/').to_owned();
        Ok(Self(Arc::new(Inner { base, http, tokens, timing, trace })))
    }

    /// A call that reads. `path` begins with a slash.
    pub fn get(&self, path: &str) -> Call {
        Call::new(Arc::clone(&self.0), Method::GET, path)
    }

    /// A call that sends a JSON body. It is repeated only when it is given an idempotency key.
    pub fn post(&self, path: &str, body: &impl Serialize) -> Call {
        Call::new(Arc::clone(&self.0), Method::POST, path).json(body)
    }

    /// A call that takes something away. It may be repeated.
    pub fn delete(&self, path: &str) -> Call {
        Call::new(Arc::clone(&self.0), Method::DELETE, path)
    }

    /// A call that sends a file of known length without holding it in memory. `open` begins the file anew for every
    /// attempt. It may take a second longer for each 256 KiB.
    pub fn upload(
        &self,
        path: &str,
        content_type: &str,
        length: u64,
        open: impl Fn() -> Opening + Send + Sync + 'static,
    ) -> Call {
        let patience = self.0.timing.request + Duration::from_secs(length / (256 * 1024));
        Call::new(Arc::clone(&self.0), Method::POST, path).file(content_type, length, Box::new(open)).timeout(patience)
    }
}

/// Follows no redirect: a token goes to the address in the settings and nowhere else.
pub(crate) fn client(timing: &Timing) -> Result<Client, reqwest::Error> {
    Client::builder()
        .connect_timeout(timing.connect)
        .pool_idle_timeout(IDLE)
        .redirect(Policy::none())
        .user_agent(concat!("motcua/", env!("CARGO_PKG_VERSION")))
        .build()
}
