//! The claims of a verified token, and what we make of them.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use motcua_kernel::{ActorKind, SystemTime, Uuid, Who};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// Longest name of a caller or client: it becomes part of database keys.
const LONGEST_NAME: usize = 255;

/// The claims as they stand in the token.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    #[serde(deserialize_with = "instant")]
    exp: DateTime<Utc>,
    #[serde(default, deserialize_with = "instant_or_none")]
    nbf: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "instant_or_none")]
    iat: Option<DateTime<Utc>>,
    azp: Option<String>,
    client_id: Option<String>,
    #[serde(default)]
    scope: String,
    kind: ActorKind,
    tenant: Option<Uuid>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// What a token must say to be believed here.
#[derive(Debug, Clone)]
pub(super) struct Expectations {
    pub issuer: String,
    pub audience: String,
    pub citizen_claim: String,
    pub skew: TimeDelta,
    pub tenant: Uuid,
}

/// What a believed token says.
#[derive(Debug)]
pub(super) struct Verified {
    pub who: Who,
    pub scopes: BTreeSet<String>,
    /// A citizen's personal identification number; never logged, only hashed.
    pub personal_id: Option<String>,
    pub expires_at: DateTime<Utc>,
}

impl Claims {
    /// Checks issuer, audience and times, and reads the rest.
    pub(super) fn check(self, expected: &Expectations, now: SystemTime) -> Result<Verified, Refusal> {
        let now = now.0;
        if self.iss != expected.issuer {
            return Err(Refusal::WrongIssuer);
        }
        let is_for_us = match &self.aud {
            Audience::One(audience) => *audience == expected.audience,
            Audience::Several(audiences) => audiences.contains(&expected.audience),
        };
        if !is_for_us {
            return Err(Refusal::WrongAudience);
        }
        if self.exp <= now - expected.skew {
            return Err(Refusal::Expired);
        }
        if [self.nbf, self.iat].into_iter().flatten().any(|from| from > now + expected.skew) {
            return Err(Refusal::NotYetValid);
        }
        let client = self.azp.or(self.client_id).unwrap_or_default();
        if self.sub.is_empty() || self.sub.len() > LONGEST_NAME || client.len() > LONGEST_NAME {
            return Err(Refusal::Malformed("sub must have 1 to 255 bytes, azp at most 255"));
        }
        // Of anybody but a citizen on their own behalf the number would be somebody else's.
        let personal_id = match (self.kind, self.others.get(&expected.citizen_claim)) {
            (ActorKind::Citizen, Some(Value::String(number))) if !number.trim().is_empty() => Some(number.clone()),
            (ActorKind::Citizen, Some(Value::String(_) | Value::Null) | None) => None,
            (ActorKind::Citizen, Some(_)) => {
                return Err(Refusal::Malformed("the personal identification number must be a text"));
            }
            _ => None,
        };
        let tenant = self.tenant.unwrap_or(expected.tenant);
        Ok(Verified {
            who: Who { tenant, issuer: self.iss, subject: self.sub, client, kind: self.kind },
            scopes: self.scope.split_ascii_whitespace().map(str::to_owned).collect(),
            personal_id,
            expires_at: self.exp,
        })
    }
}

/// A JWT's `NumericDate`: seconds since 1970, which may have a fraction.
fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let seconds = f64::deserialize(deserializer)?;
    // Beyond the year 9999 nobody means a date.
    if !(0.0..253_402_300_800.0).contains(&seconds) {
        return Err(serde::de::Error::custom("not an instant"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was just checked")]
    let whole = seconds.floor() as i64;
    DateTime::from_timestamp(whole, 0).ok_or_else(|| serde::de::Error::custom("not an instant"))
}

fn instant_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    instant(deserializer).map(Some)
}
