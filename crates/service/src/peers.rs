//! The other services, as this one calls them: with a token of its own and the trace of the request it acts for.

use std::sync::Arc;
use std::time::Duration;

use motcua_kernel::{ActorKind, Error, Result};
use motcua_peer::{AccessToken, ClientCredentials, Peer, Timing, TokenSource};
use motcua_web::TraceContext;
use motcua_web::auth::{KeySource, TokenRequest};
use motcua_web::settings::Mode;

use crate::foundation::Foundation;
use crate::sandbox::MAY_MOVE;

/// Tokens for calls are short-lived: they are minted here and need not outlive a stolen copy.
const LIFETIME: Duration = Duration::from_mins(10);

/// What each service may do at the others, and no more.
fn scopes(service: &str, mode: Mode) -> Vec<String> {
    let scopes: &[&str] = match service {
        "procedures" => {
            &["documents:events:read", "documents:events:verify", "documents:files:write", "documents:decisions:issue"]
        }
        "kpi" => {
            &["documents:events:read", "documents:events:verify", "procedures:events:read", "procedures:events:verify"]
        }
        // The ground floor asks for one thing: by which days its deadlines count.
        "documents" => &["procedures:events:read", "procedures:calendars:read"],
        _ => &[],
    };
    // A clock that may be moved is kept by documents; the others pass a move on.
    let clock = (mode == Mode::Sandbox).then_some(MAY_MOVE);
    scopes.iter().copied().chain(clock).map(str::to_owned).collect()
}

impl Foundation {
    /// Another service at its base address.
    ///
    /// # Errors
    /// When the address is none, or the machine's certificates can't be read.
    pub fn peer(&self, base_url: &str) -> Result<Peer> {
        let tokens = Arc::new(self.tokens()?);
        Peer::new(base_url, tokens, Timing::default(), trace).map_err(Error::internal)
    }

    fn tokens(&self) -> Result<TokenSource> {
        let auth = &self.shared.settings.auth;
        if let (Some(token_url), Some(client_id), Some(secret)) =
            (&auth.token_url, &auth.client_id, &auth.client_secret)
        {
            let client = ClientCredentials {
                token_url: token_url.clone(),
                client_id: client_id.clone(),
                client_secret: secret.expose().to_owned(),
                scopes: scopes(self.name, self.shared.settings.mode),
            };
            return TokenSource::client_credentials(client).map_err(Error::internal);
        }
        let KeySource::Development(issuer) = self.shared.keys.clone() else {
            let missing = "auth.client_id, auth.client_secret and auth.token_url are not set";
            return Ok(TokenSource::minted(move || Err(missing.to_owned())));
        };
        let mut request = TokenRequest::new(ActorKind::Service, self.name);
        (request.lifetime, request.scopes) = (LIFETIME, scopes(self.name, self.shared.settings.mode));
        Ok(TokenSource::minted(move || {
            let value = issuer.mint(&request).map_err(|error| error.to_string())?;
            Ok(AccessToken { value, lifetime: LIFETIME })
        }))
    }
}

fn trace() -> Vec<(&'static str, String)> {
    TraceContext::current().unwrap_or_default().headers()
}
