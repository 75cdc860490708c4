//! Where the keys come from that tokens are verified with: one of two places, decided by the settings.

use std::sync::Arc;

use jsonwebtoken::Algorithm;
use motcua_kernel::{Clock, Result};

use super::development::{DEVELOPMENT_ISSUER, DevelopmentIssuer};
use super::keys::{Found, VerifyingKey};
use super::oidc::{OidcIssuer, Pace};
use super::refusal::Refusal;
use crate::settings::{Settings, SettingsError};

/// The issuer whose tokens are believed. Copies share the keys, so three services in one process fetch them once.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// Our own, for development and sandbox.
    Development(Arc<DevelopmentIssuer>),
    /// An identity provider.
    Oidc(Arc<OidcIssuer>),
}

impl KeySource {
    /// The issuer the settings name, or the development issuer when they name none.
    ///
    /// # Errors
    /// When there is none in production, or the development issuer's key file can't be made or read.
    pub async fn start(settings: &Settings, clock: &Clock) -> Result<Self, SettingsError> {
        match &settings.auth.issuer {
            Some(issuer) => Ok(Self::Oidc(OidcIssuer::start(issuer, Pace::default()).await?)),
            None => Ok(Self::Development(Arc::new(DevelopmentIssuer::load(settings, clock)?))),
        }
    }

    /// The issuer as `iss` names it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        match self {
            Self::Development(_) => DEVELOPMENT_ISSUER,
            Self::Oidc(issuer) => issuer.issuer(),
        }
    }

    pub(super) async fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Arc<VerifyingKey>> {
        match self {
            Self::Development(issuer) => match issuer.keys.find(kid, algorithm) {
                Found::Key(key) => Ok(key),
                Found::OtherAlgorithm => Err(Refusal::UnsupportedAlgorithm.into()),
                Found::Unknown => Err(Refusal::BadSignature("the development issuer has no such key").into()),
            },
            Self::Oidc(issuer) => issuer.find(kid, algorithm).await,
        }
    }

    pub(super) fn has_key(&self, thumbprint: &str) -> bool {
        match self {
            Self::Development(issuer) => issuer.keys.contains(thumbprint),
            Self::Oidc(issuer) => issuer.has_key(thumbprint),
        }
    }
}
