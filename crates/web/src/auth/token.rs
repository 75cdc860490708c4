//! One token, read with distrust: shape first, then its key, and only after the signature its claims.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::claims::Claims;
use super::keys::VerifyingKey;
use super::refusal::Refusal;

/// A bearer token of more bytes is refused before anything of it is read.
const LARGEST: usize = 8 * 1024;

/// A token whose shape was read and of which nothing is believed yet.
#[derive(Debug)]
pub(super) struct Unverified<'a> {
    text: &'a str,
    /// The name of the key that signed it, as it claims.
    pub kid: Option<String>,
    /// The algorithm it claims, one of those we take.
    pub algorithm: Algorithm,
    /// The issuer it claims.
    pub issuer: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct ClaimedIssuer {
    iss: Option<String>,
}

impl<'a> Unverified<'a> {
    /// Reads the shape of a token.
    pub(super) fn read(text: &'a str) -> Result<Self, Refusal> {
        if text.len() > LARGEST {
            return Err(Refusal::TooLarge);
        }
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Refusal::Malformed("a JWT has three parts"));
        };
        let header: Header = decode(header).ok_or(Refusal::Malformed("the header can't be read"))?;
        let algorithm = match header.alg.as_str() {
            "RS256" => Algorithm::RS256,
            "ES256" => Algorithm::ES256,
            "EdDSA" => Algorithm::EdDSA,
            _ => return Err(Refusal::UnsupportedAlgorithm),
        };
        if header.crit.is_some() {
            return Err(Refusal::Malformed("it demands extensions (crit) that are not understood"));
        }
        // Logout tokens and the like are signed by the same keys and must not pass for access tokens.
        if header.typ.is_some_and(|typ| !is_access_token_type(&typ)) {
            return Err(Refusal::Malformed("the type (typ) must be JWT or at+jwt"));
        }
        let claimed: ClaimedIssuer = decode(payload).ok_or(Refusal::Malformed("the claims can't be read"))?;
        let issuer = claimed.iss.ok_or(Refusal::Malformed("the claim iss is missing"))?;
        Ok(Self { text, kid: header.kid, algorithm, issuer })
    }

    /// The claims, once the signature is verified with the key. Times and audience are the claims' own business.
    pub(super) fn verify(&self, key: &VerifyingKey) -> Result<Claims, Refusal> {
        if key.algorithm != self.algorithm {
            return Err(Refusal::UnsupportedAlgorithm);
        }
        // Only the signature: the library would judge times by the machine's clock instead of ours.
        let mut signature_only = Validation::new(key.algorithm);
        signature_only.required_spec_claims.clear();
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        match jsonwebtoken::decode(self.text, &key.key, &signature_only) {
            Ok(data) => Ok(data.claims),
            Err(error) => Err(match error.kind() {
                jsonwebtoken::errors::ErrorKind::Json(_) => {
                    Refusal::Malformed("a claim is missing or of the wrong type")
                }
                _ => Refusal::BadSignature("the signature does not fit the key"),
            }),
        }
    }
}

fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn is_access_token_type(typ: &str) -> bool {
    ["jwt", "at+jwt", "application/at+jwt"].iter().any(|known| typ.eq_ignore_ascii_case(known))
}
