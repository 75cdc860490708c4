//! What is wrong with the settings, in words for the person who has just tried to start the program.

use std::fmt;

/// One setting that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The setting, `auth.cache_seconds`.
    pub key: String,
    /// Where its value came from; empty when it does not matter.
    pub origin: String,
    /// What is wrong and what is allowed.
    pub message: String,
}

/// The settings can't be used.
#[derive(Debug)]
pub struct SettingsError {
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
}

impl SettingsError {
    pub(crate) fn one(key: impl Into<String>, origin: impl Into<String>, message: impl Into<String>) -> Self {
        Self { faults: vec![Fault { key: key.into(), origin: origin.into(), message: message.into() }] }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings can't be used:")?;
        for fault in &self.faults {
            write!(f, "\n  {}", fault.key)?;
            if !fault.origin.is_empty() {
                write!(f, " ({})", fault.origin)?;
            }
            write!(f, ": {}", fault.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsError {}
