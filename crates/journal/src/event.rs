//! An event as it is stored, hashed and served: a CloudEvents 1.0 document in canonical JSON (RFC 8785).

use chrono::{DateTime, Utc};
use motcua_kernel::{Error, Result, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// What kind of event: type with version, and the kind of object it is about. Each kind is a constant of its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventKind {
    /// CloudEvents `type`: `dossier.received.v1`. Fields are only ever added under the same version.
    pub name: &'static str,
    /// The collection of the object: `dossiers`.
    pub subject: &'static str,
}

/// An event read from a feed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    /// CloudEvents `id`.
    pub id: Uuid,
    /// CloudEvents `type`.
    #[serde(rename = "type")]
    pub kind: String,
    /// CloudEvents `source`: the service.
    pub source: String,
    /// CloudEvents `subject`: `dossiers/<id>`.
    pub subject: String,
    /// The version the object has after the change, a decimal number: the extension attribute `subjectversion`.
    #[serde(rename = "subjectversion", default, skip_serializing_if = "Option::is_none")]
    pub subject_version: Option<String>,
    /// When it was recorded; the legal instant is `data.occurred_at`.
    pub time: DateTime<Utc>,
    /// The tenant.
    pub tenant: Uuid,
    /// Who did it, without personal data.
    pub actor: String,
    /// Whose post the act rested on, when it was a delegated one (người ủy quyền): the extension attribute `onbehalfof`.
    #[serde(rename = "onbehalfof", default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The facts, as they were written: read once, by the follower that knows their shape ([`Event::facts`]).
    pub data: Box<RawValue>,
    /// Its place in the feed, a decimal number.
    pub position: String,
}

impl Event {
    /// The id of the object the event is about.
    ///
    /// # Errors
    /// When the subject is not `collection/<uuid>`.
    pub fn subject_id(&self) -> Result<Uuid> {
        self.subject
            .split_once('/')
            .and_then(|(_, id)| id.parse().ok())
            .ok_or_else(|| Error::internal(format!("event {} has the subject `{}`", self.id, self.subject)))
    }

    /// The version the object has after the change.
    ///
    /// # Errors
    /// When it is not told.
    pub fn version(&self) -> Result<i64> {
        let version = self.subject_version.as_deref().and_then(|text| text.parse().ok());
        version.ok_or_else(|| Error::internal(format!("event {} does not tell the version of its subject", self.id)))
    }

    /// The place in the feed as a number.
    ///
    /// # Errors
    /// When it is none.
    pub fn place(&self) -> Result<i64> {
        self.position.parse().map_err(|error| Error::internal(format!("event {} has no position: {error}", self.id)))
    }

    /// The facts in the shape a follower expects.
    ///
    /// # Errors
    /// When a field the follower needs is missing, naming event and field.
    pub fn facts<'de, T: Deserialize<'de>>(&'de self) -> Result<T> {
        serde_json::from_str(self.data.get())
            .map_err(|error| Error::internal(format!("{} {} at {}: {error}", self.kind, self.id, self.position)))
    }
}

/// The canonical bytes of a JSON value.
pub(crate) fn canonical(value: &Value) -> Result<Vec<u8>> {
    serde_json_canonicalizer::to_vec(value).map_err(Error::internal)
}

/// The stored bytes with `chainhash` and `position` put in: extension attributes that a verifier takes out again.
pub(crate) fn served(canonical: &[u8], position: i64, hash: &[u8]) -> Result<Vec<u8>> {
    let body = canonical.strip_suffix(b"}").ok_or_else(|| Error::internal("an event that is no object"))?;
    let mut out = body.to_vec();
    out.extend(format!(",\"chainhash\":\"{}\",\"position\":\"{position}\"}}", hex::encode(hash)).bytes());
    Ok(out)
}
