//! The development issuer: signs tokens for demo people with a key of its own, and does not exist in production.
//!
//! It lets `cargo run` start without an identity provider. Whoever reads its key file can be anybody, which is why the
//! file is for its owner only and why production refuses the whole thing.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use motcua_kernel::{ActorKind, Clock, Error, Result, Uuid, new_id};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::keys::{KeySet, VerifyingKey};
use super::scopes::default_scopes;
use crate::settings::{Mode, Settings, SettingsError, read_or_create};

/// What `iss` says in tokens of the development issuer.
pub const DEVELOPMENT_ISSUER: &str = "motcua-development";

/// Signs tokens for development, sandbox and tests.
#[derive(Clone)]
pub struct DevelopmentIssuer {
    signing: EncodingKey,
    kid: String,
    pub(super) keys: Arc<KeySet>,
    audience: String,
    citizen_claim: String,
    tenant: Uuid,
    clock: Clock,
}

/// For whom a token is, and what it allows.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// The caller at the issuer.
    pub subject: String,
    /// What kind of caller.
    pub kind: ActorKind,
    /// What it allows at most.
    pub scopes: Vec<String>,
    /// How long from now.
    pub lifetime: Duration,
    /// The client the caller comes through.
    pub client: Option<String>,
    /// Another tenant than the installation's.
    pub tenant: Option<Uuid>,
    /// A citizen's personal identification number (số định danh cá nhân).
    pub personal_id: Option<String>,
}

impl TokenRequest {
    /// A token for a caller with what its kind usually may do, for one hour.
    pub fn new(kind: ActorKind, subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            kind,
            scopes: default_scopes(kind).into_iter().map(str::to_owned).collect(),
            lifetime: Duration::from_hours(1),
            client: None,
            tenant: None,
            personal_id: None,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    /// The private key: Ed25519 in PKCS#8, base64.
    pkcs8: String,
}

impl DevelopmentIssuer {
    /// The issuer of the key file in the settings, which is made when it is missing.
    ///
    /// # Errors
    /// In production, and when the key file can't be made or read.
    pub fn load(settings: &Settings, clock: &Clock) -> Result<Self, SettingsError> {
        if settings.mode == Mode::Production {
            let message = "production needs an OIDC issuer; the development issuer is refused there";
            return Err(SettingsError::one("auth.issuer", "", message));
        }
        let path = &settings.auth.development_key_file;
        let fault =
            |message: &str| SettingsError::one("auth.development_key_file", path.display().to_string(), message);
        let text = read_or_create(path, new_key_file).map_err(|error| fault(&error.to_string()))?;
        let not_ours = || fault("it is not a key file of ours");
        let file: KeyFile = serde_json::from_str(&text).ok().ok_or_else(not_ours)?;
        let pkcs8 = STANDARD.decode(&file.pkcs8).ok().ok_or_else(not_ours)?;
        let key = public_key(&pkcs8).ok_or_else(not_ours)?;
        Ok(Self {
            signing: EncodingKey::from_ed_der(&pkcs8),
            kid: key.thumbprint.clone(),
            keys: Arc::new(KeySet::of_one(key)),
            audience: settings.auth.audience.clone(),
            citizen_claim: settings.auth.citizen_claim.clone(),
            tenant: settings.tenant,
            clock: clock.clone(),
        })
    }

    /// Signs a token.
    ///
    /// # Errors
    /// When the lifetime is beyond what a date can hold, or signing fails, which is a defect.
    pub fn mint(&self, request: &TokenRequest) -> Result<String> {
        let now = self.clock.system().0;
        let lifetime = TimeDelta::from_std(request.lifetime).map_err(Error::internal)?;
        let expires = now.checked_add_signed(lifetime).ok_or_else(|| Error::internal("the lifetime is too long"))?;
        let mut claims = json!({
            "iss": DEVELOPMENT_ISSUER,
            "aud": self.audience,
            "sub": request.subject,
            "iat": now.timestamp(),
            "nbf": now.timestamp(),
            "exp": expires.timestamp(),
            "jti": new_id(),
            "scope": request.scopes.join(" "),
            "kind": request.kind,
            "tenant": request.tenant.unwrap_or(self.tenant),
        });
        if let Some(members) = claims.as_object_mut() {
            members.extend(request.client.clone().map(|client| ("azp".to_owned(), client.into())));
            members.extend(request.personal_id.clone().map(|number| (self.citizen_claim.clone(), number.into())));
        }
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, &claims, &self.signing).map_err(Error::internal)
    }
}

impl std::fmt::Debug for DevelopmentIssuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DevelopmentIssuer").field("kid", &self.kid).finish_non_exhaustive()
    }
}

fn new_key_file() -> io::Result<String> {
    let failed = |_| io::Error::other("no key can be made");
    let document = Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8()).map_err(failed)?;
    Ok(serde_json::to_string_pretty(&KeyFile { pkcs8: STANDARD.encode(document.as_ref()) })?)
}

fn public_key(pkcs8: &[u8]) -> Option<VerifyingKey> {
    let pair = Ed25519KeyPair::from_pkcs8(pkcs8).ok()?;
    let x = URL_SAFE_NO_PAD.encode(pair.public_key());
    let jwk: Jwk = serde_json::from_value(json!({"kty": "OKP", "crv": "Ed25519", "x": x})).ok()?;
    let key = VerifyingKey::from_jwk(&jwk)?;
    Some(VerifyingKey { kid: Some(key.thumbprint.clone()), ..key })
}
