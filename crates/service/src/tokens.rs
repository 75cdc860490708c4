//! How a service gets the tokens with which it calls the others: short-lived, with no more scopes than it needs.

use std::time::Duration;

use motcua_kernel::{ActorKind, Clock, Error, Result};
use motcua_peer::{AccessToken, ClientCredentials, TokenSource};
use motcua_web::auth::{DevelopmentIssuer, TokenRequest};
use motcua_web::settings::Settings;

const LIFETIME: Duration = Duration::from_mins(5);

/// What each service may do at the others.
fn scopes(service: &str) -> Vec<String> {
    let scopes: &[&str] = match service {
        "procedures" => &[
            "documents:events:read",
            "documents:events:verify",
            "documents:files:write",
            "documents:decisions:issue",
        ],
        "kpi" => &[
            "documents:events:read",
            "documents:events:verify",
            "procedures:events:read",
            "procedures:events:verify",
        ],
        _ => &[],
    };
    scopes.iter().map(|scope| (*scope).to_owned()).collect()
}

/// The source of a service's tokens: the issuer's token endpoint where one is configured, else the development issuer.
///
/// # Errors
/// When neither can be had.
pub fn token_source(service: &'static str, settings: &Settings, clock: &Clock) -> Result<TokenSource> {
    let auth = &settings.auth;
    if let (Some(token_url), Some(client_id), Some(secret)) = (&auth.token_url, &auth.client_id, &auth.client_secret) {
        let client = ClientCredentials {
            token_url: token_url.clone(),
            client_id: client_id.clone(),
            client_secret: secret.expose().to_owned(),
            scopes: scopes(service),
        };
        return TokenSource::client_credentials(client).map_err(Error::internal);
    }
    let issuer = DevelopmentIssuer::load(settings, clock).map_err(Error::internal)?;
    Ok(TokenSource::minted(move || {
        let mut request = TokenRequest::new(ActorKind::Service, format!("motcua-{service}"));
        request.scopes = scopes(service);
        request.lifetime = LIFETIME;
        let value = issuer.mint(&request).map_err(|error| error.to_string())?;
        Ok(AccessToken { value, lifetime: LIFETIME })
    }))
}
