//! The public keys of an issuer, each bound to the one algorithm it may be used with.
//!
//! The algorithm follows from the key and never from the token, so a token can't have an RSA key taken for an HMAC
//! secret. Keys are told apart by their thumbprint (RFC 7638): a new key under an old name is a new key.

use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse, ThumbprintHash,
};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// A key set with more is not one of an issuer of ours.
const MOST_KEYS: usize = 100;

/// A key that verifies tokens.
#[derive(Debug)]
pub(super) struct VerifyingKey {
    /// The name tokens call it by.
    pub kid: Option<String>,
    /// SHA-256 thumbprint of the key itself.
    pub thumbprint: String,
    /// The one algorithm it may be used with.
    pub algorithm: Algorithm,
    /// The key.
    pub key: DecodingKey,
}

impl VerifyingKey {
    /// The key of a JWK, unless it is not for verifying signatures of a kind we take.
    pub(super) fn from_jwk(jwk: &Jwk) -> Option<Self> {
        let (algorithm, declared_as) = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
            AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => {
                (Algorithm::ES256, KeyAlgorithm::ES256)
            }
            AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => {
                (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
            }
            _ => return None,
        };
        let common = &jwk.common;
        let for_other_algorithm = common.key_algorithm.is_some_and(|declared| declared != declared_as);
        let for_other_use = common.public_key_use.as_ref().is_some_and(|used| *used != PublicKeyUse::Signature);
        let for_other_operation =
            common.key_operations.as_ref().is_some_and(|operations| !operations.contains(&KeyOperations::Verify));
        if for_other_algorithm || for_other_use || for_other_operation {
            return None;
        }
        Some(Self {
            kid: common.key_id.clone(),
            thumbprint: jwk.thumbprint(ThumbprintHash::SHA256).ok()?,
            algorithm,
            key: DecodingKey::from_jwk(jwk).ok()?,
        })
    }
}

/// What a key set answers about the key of a token.
#[derive(Debug)]
pub(super) enum Found {
    /// This one.
    Key(Arc<VerifyingKey>),
    /// The key exists and is for another algorithm.
    OtherAlgorithm,
    /// No such key, or not exactly one that could be meant.
    Unknown,
}

/// The keys of an issuer at one time.
#[derive(Debug, Default)]
pub(super) struct KeySet {
    keys: Vec<Arc<VerifyingKey>>,
}

impl KeySet {
    /// The usable keys of a JWKS document; the others are left out.
    ///
    /// # Errors
    /// When the document is none, or has no usable key.
    pub(super) fn from_json(bytes: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Document {
            keys: Vec<Value>,
        }

        let document: Document = serde_json::from_slice(bytes).map_err(|error| format!("not a key set: {error}"))?;
        // One by one, because a single key of a kind that came after us must not hide the others.
        let keys: Vec<_> = document
            .keys
            .into_iter()
            .take(MOST_KEYS)
            .filter_map(|value| serde_json::from_value::<Jwk>(value).ok())
            .filter_map(|jwk| VerifyingKey::from_jwk(&jwk))
            .map(Arc::new)
            .collect();
        if keys.is_empty() {
            return Err("the key set has no key for RS256, ES256 or EdDSA".to_owned());
        }
        Ok(Self { keys })
    }

    /// A set of one key.
    pub(super) fn of_one(key: VerifyingKey) -> Self {
        Self { keys: vec![Arc::new(key)] }
    }

    /// The key a token names. A token that names none is taken when only one key could be meant.
    pub(super) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Found {
        let named = || self.keys.iter().filter(|key| kid.is_none() || key.kid.as_deref() == kid);
        let mut fitting = named().filter(|key| key.algorithm == algorithm);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Found::Key(Arc::clone(key)),
            (None, _) if named().next().is_some() => Found::OtherAlgorithm,
            _ => Found::Unknown,
        }
    }

    /// Whether the key with this thumbprint still is in the set.
    pub(super) fn contains(&self, thumbprint: &str) -> bool {
        self.keys.iter().any(|key| key.thumbprint == thumbprint)
    }
}
