//! What a write answers: kept with the effect in one transaction, so that a repeated request gets the same words.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};

/// How a write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done (200).
    Done,
    /// A new object stands at `location` (201).
    Created,
    /// Work goes on in a job at `location` (202).
    Accepted,
}

/// The answer to a write.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    /// How it ended.
    pub outcome: Outcome,
    /// The representation.
    pub body: Value,
    /// The version of the object, which its entity tag begins with.
    pub version: Option<i64>,
    /// The path of the object, for `Location`.
    pub location: Option<String>,
    /// Whether the body carries personal data, so that no cache may share it.
    pub personal: bool,
    /// Set when this answer is read back instead of made.
    #[serde(skip)]
    pub replayed: bool,
}

impl Answer {
    /// An answer with the representation of an object.
    ///
    /// # Errors
    /// When the value can't be written as JSON, which is a defect.
    pub fn done(body: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_value(body).map_err(Error::internal)?;
        Ok(Self { outcome: Outcome::Done, body, version: None, location: None, personal: false, replayed: false })
    }

    /// An answer with a new object and its path.
    ///
    /// # Errors
    /// When the value can't be written as JSON, which is a defect.
    pub fn created(location: String, body: &impl Serialize) -> Result<Self> {
        Ok(Self { outcome: Outcome::Created, location: Some(location), ..Self::done(body)? })
    }

    /// Names the version of the object.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// Marks the body as carrying personal data.
    #[must_use]
    pub fn personal(mut self) -> Self {
        self.personal = true;
        self
    }
}
