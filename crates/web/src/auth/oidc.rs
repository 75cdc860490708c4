//! The keys of an OIDC issuer: found by discovery, kept through an outage, renewed when a token names an unknown one.

use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

use jsonwebtoken::Algorithm;
use motcua_kernel::{Error, Result};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::keys::{Found, KeySet, VerifyingKey};
use super::refusal::Refusal;
use crate::settings::SettingsError;

/// A discovery document or a key set of more bytes is not read to its end.
const LARGEST_DOCUMENT: usize = 1024 * 1024;

/// How often the issuer is asked for its keys.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The least time between two fetches, however many tokens name unknown keys.
    pub at_most_every: Duration,
    /// The time between two fetches that nobody asked for, after which a withdrawn key is out of use.
    pub at_least_every: Duration,
    /// How long one request to the issuer may take.
    pub patience: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            at_most_every: Duration::from_secs(10),
            at_least_every: Duration::from_mins(5),
            patience: Duration::from_secs(5),
        }
    }
}

/// An OIDC issuer and its keys as we know them.
#[derive(Debug)]
pub struct OidcIssuer {
    issuer: String,
    pace: Pace,
    http: Client,
    /// None until the issuer answered for the first time.
    keys: RwLock<Option<Arc<KeySet>>>,
    /// Held while fetching, so that many tokens with a new key cause one fetch.
    last_fetch: Mutex<Option<Fetch>>,
}

#[derive(Debug, Clone, Copy)]
struct Fetch {
    at: Instant,
    succeeded: bool,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl OidcIssuer {
    /// Fetches the keys and keeps them fresh for as long as the value lives. An issuer that is away does not stop the
    /// start: it is asked again, and callers hear 503 until it answers.
    ///
    /// # Errors
    /// When no HTTP client can be made, which means that the machine's certificates can't be read.
    pub async fn start(issuer: &str, pace: Pace) -> Result<Arc<Self>, SettingsError> {
        let http = Client::builder()
            .connect_timeout(pace.patience)
            .timeout(pace.patience)
            // Keys come from where discovery says; a redirect could lead to a place nobody vouched for.
            .redirect(Policy::none())
            .https_only(issuer.starts_with("https://"))
            .build()
            .map_err(|error| SettingsError::one("auth.issuer", "", format!("no HTTP client can be made: {error}")))?;
        let this = Arc::new(Self {
            issuer: issuer.to_owned(),
            pace,
            http,
            keys: RwLock::new(None),
            last_fetch: Mutex::new(None),
        });
        let succeeded = this.fetch_unless_just_done().await;
        tokio::spawn(keep_fresh(Arc::downgrade(&this), pace, succeeded));
        Ok(this)
    }

    /// The issuer as `iss` names it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The key a token names; an unknown one is looked for at the issuer.
    pub(super) async fn find(self: &Arc<Self>, kid: Option<&str>, algorithm: Algorithm) -> Result<Arc<VerifyingKey>> {
        let mut issuer_answers = true;
        if matches!(self.look_up(kid, algorithm), Found::Unknown) {
            // A task of its own: a caller who hangs up must not undo the fetch that others wait for.
            let this = Arc::clone(self);
            let fetching = tokio::spawn(async move { this.fetch_unless_just_done().await });
            issuer_answers = fetching.await.map_err(Error::internal)?;
        }
        match self.look_up(kid, algorithm) {
            Found::Key(key) => Ok(key),
            Found::OtherAlgorithm => Err(Refusal::UnsupportedAlgorithm.into()),
            Found::Unknown if issuer_answers => Err(Refusal::BadSignature("the issuer has no such key").into()),
            // It may be a good token with a new key; only the issuer knows.
            Found::Unknown => Err(Error::unavailable("the issuer's keys can't be fetched")),
        }
    }

    pub(super) fn has_key(&self, thumbprint: &str) -> bool {
        self.current().is_some_and(|keys| keys.contains(thumbprint))
    }

    fn look_up(&self, kid: Option<&str>, algorithm: Algorithm) -> Found {
        self.current().map_or(Found::Unknown, |keys| keys.find(kid, algorithm))
    }

    fn current(&self) -> Option<Arc<KeySet>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fetches the keys, unless that was done just now; says whether the last fetch succeeded.
    async fn fetch_unless_just_done(&self) -> bool {
        let mut last = self.last_fetch.lock().await;
        if let Some(fetch) = *last
            && fetch.at.elapsed() < self.pace.at_most_every
        {
            return fetch.succeeded;
        }
        let fetched = self.fetch().await;
        let succeeded = fetched.is_ok();
        match fetched {
            Ok(keys) => *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(keys)),
            Err(cause) => {
                tracing::warn!(issuer = %self.issuer, %cause, "the issuer's keys can't be fetched; known ones stay");
            }
        }
        *last = Some(Fetch { at: Instant::now(), succeeded });
        succeeded
    }

    async fn fetch(&self) -> Result<KeySet, String> {
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let document = self.read(&address).await?;
        let discovery: Discovery = serde_json::from_slice(&document)
            .map_err(|error| format!("{address} is no discovery document: {error}"))?;
        if discovery.issuer != self.issuer {
            return Err(format!("{address} speaks for another issuer: {}", discovery.issuer));
        }
        KeySet::from_json(&self.read(&discovery.jwks_uri).await?)
    }

    async fn read(&self, address: &str) -> Result<Vec<u8>, String> {
        let failed = |error: reqwest::Error| format!("{address}: {}", with_causes(&error));
        let response = self.http.get(address).send().await.and_then(Response::error_for_status);
        let mut response = response.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST_DOCUMENT {
                return Err(format!("{address} is larger than {LARGEST_DOCUMENT} bytes"));
            }
        }
        Ok(body)
    }
}

/// Fetches at a steady pace, faster while the issuer is away, until nobody needs the issuer any more.
async fn keep_fresh(issuer: Weak<OidcIssuer>, pace: Pace, mut succeeded: bool) {
    loop {
        tokio::time::sleep(if succeeded { pace.at_least_every } else { pace.at_most_every }).await;
        let Some(issuer) = issuer.upgrade() else { return };
        succeeded = issuer.fetch_unless_just_done().await;
    }
}

/// reqwest says "error sending request" and hides why in the source.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
