//! The token a service shows when it calls another: fetched once, kept until shortly before it ends.

use std::time::Duration;

use reqwest::Client;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::with_causes;
use crate::peer;
use crate::timing::Timing;

/// A token is renewed this long before its end, or when three quarters of it are over, whichever is later.
const MARGIN: Duration = Duration::from_secs(30);
/// After a failure the issuer is left alone for this long; callers hear the same failure meanwhile.
const PAUSE: Duration = Duration::from_secs(5);
/// What is assumed of a token whose issuer does not say how long it lasts.
const UNKNOWN_LIFETIME: Duration = Duration::from_mins(1);
/// A token that says it lasts longer is renewed all the same.
const LONGEST_LIFETIME: Duration = Duration::from_hours(24);

/// Where a service gets its tokens from. Many calls at once cause one fetch.
pub struct TokenSource {
    obtain: Obtain,
    kept: Mutex<Kept>,
}

type Mint = dyn Fn() -> Result<AccessToken, String> + Send + Sync;

enum Obtain {
    ClientCredentials { client: ClientCredentials, http: Client },
    Minted(Box<Mint>),
}

/// A token and how long it lasts from now.
#[derive(Clone)]
pub struct AccessToken {
    /// The token itself.
    pub value: String,
    /// How long it lasts.
    pub lifetime: Duration,
}

/// A client of an OAuth 2.0 issuer (RFC 6749, section 4.4).
#[derive(Clone)]
pub struct ClientCredentials {
    /// The issuer's token endpoint.
    pub token_url: String,
    /// The client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The scopes asked for; none asks for what the issuer gives this client anyway.
    pub scopes: Vec<String>,
}

#[derive(Default)]
struct Kept {
    token: Option<KeptToken>,
    failure: Option<(Instant, String)>,
}

struct KeptToken {
    value: String,
    renew_at: Instant,
    ends_at: Instant,
}

impl TokenSource {
    /// Tokens of an OAuth 2.0 issuer.
    ///
    /// # Errors
    /// When no HTTP client can be made, which means that the machine's certificates can't be read.
    pub fn client_credentials(client: ClientCredentials) -> Result<Self, reqwest::Error> {
        let http = peer::client(&Timing::default())?;
        Ok(Self { obtain: Obtain::ClientCredentials { client, http }, kept: Mutex::default() })
    }

    /// Tokens the program makes itself, in development and tests.
    pub fn minted(mint: impl Fn() -> Result<AccessToken, String> + Send + Sync + 'static) -> Self {
        Self { obtain: Obtain::Minted(Box::new(mint)), kept: Mutex::default() }
    }

    /// A token that lasts long enough for a call.
    pub(crate) async fn get(&self) -> Result<String, String> {
        // Held while fetching: whoever comes meanwhile waits for the same token instead of asking for another.
        let mut kept = self.kept.lock().await;
        let now = Instant::now();
        if let Some(token) = &kept.token
            && now < token.renew_at
        {
            return Ok(token.value.clone());
        }
        let recent = kept.failure.as_ref().filter(|(at, _)| now.duration_since(*at) < PAUSE);
        let outcome = match recent {
            Some((_, cause)) => Err(cause.clone()),
            None => self.obtain().await,
        };
        match outcome {
            Ok(token) => Ok(kept.keep(token)),
            Err(cause) => kept.fall_back(cause),
        }
    }

    /// Drops a token that the other side refused.
    pub(crate) async fn forget(&self, refused: &str) {
        let mut kept = self.kept.lock().await;
        if kept.token.as_ref().is_some_and(|token| token.value == refused) {
            kept.token = None;
        }
    }

    async fn obtain(&self) -> Result<AccessToken, String> {
        match &self.obtain {
            Obtain::Minted(mint) => mint(),
            Obtain::ClientCredentials { client, http } => client.fetch(http).await,
        }
    }
}

impl Kept {
    fn keep(&mut self, token: AccessToken) -> String {
        let now = Instant::now();
        let lifetime = token.lifetime.min(LONGEST_LIFETIME);
        let margin = MARGIN.min(lifetime / 4);
        self.failure = None;
        self.token = Some(KeptToken {
            value: token.value.clone(),
            renew_at: now + lifetime.saturating_sub(margin),
            ends_at: now + lifetime,
        });
        token.value
    }

    /// A token that could not be renewed serves to its end.
    fn fall_back(&mut self, cause: String) -> Result<String, String> {
        let now = Instant::now();
        if self.failure.as_ref().is_none_or(|(at, _)| now.duration_since(*at) >= PAUSE) {
            tracing::warn!(%cause, "no new token for calls to other services");
            self.failure = Some((now, cause.clone()));
        }
        match &self.token {
            Some(token) if now < token.ends_at => Ok(token.value.clone()),
            _ => Err(cause),
        }
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
struct TokenRefusal {
    error: String,
}

impl ClientCredentials {
    fn form(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        if !self.scopes.is_empty() {
            form.append_pair("scope", &self.scopes.join(" "));
        }
        form.finish()
    }

    async fn fetch(&self, http: &Client) -> Result<AccessToken, String> {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let response = http
            .post(&self.token_url)
            .timeout(Timing::default().request)
            // The standard wants both parts encoded before they are joined (RFC 6749, section 2.3.1).
            .basic_auth(encoded(&self.client_id), Some(encoded(&self.client_secret)))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .body(self.form())
            .send()
            .await
            .map_err(|error| with_causes(&error))?;
        let status = response.status();
        let body = response.bytes().await.map_err(|error| with_causes(&error))?;
        if !status.is_success() {
            // The error's code only: descriptions of some issuers repeat what was sent.
            let code = serde_json::from_slice::<TokenRefusal>(&body).map(|refusal| refusal.error).unwrap_or_default();
            return Err(format!("{} answered {status} {code}", self.token_url));
        }
        let answer: TokenAnswer =
            serde_json::from_slice(&body).ok().ok_or_else(|| format!("{} answered no token", self.token_url))?;
        let lifetime = answer.expires_in.map_or(UNKNOWN_LIFETIME, Duration::from_secs);
        Ok(AccessToken { value: answer.access_token, lifetime })
    }
}

impl std::fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.obtain {
            Obtain::ClientCredentials { client, .. } => client.fmt(f),
            Obtain::Minted(_) => f.write_str("Minted"),
        }
    }
}

impl std::fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("token_url", &self.token_url)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessToken").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}
