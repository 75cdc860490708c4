//! Where e-mail of a service goes out. Off until a host is named.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::{Secret, path_or_none, secret_or_none, text_or_none};

/// How a service sends e-mail (thư điện tử).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// The server that takes it; none means that none is sent.
    #[serde(deserialize_with = "text_or_none")]
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: MailTls,
    /// The certificates of who vouches for the server, as PEM, for one that no public authority has certified; then nobody
    /// else's word counts. None means those that the system trusts.
    #[serde(deserialize_with = "path_or_none")]
    pub ca_file: Option<PathBuf>,
    /// Our account there.
    #[serde(deserialize_with = "text_or_none")]
    pub user: Option<String>,
    /// Its password.
    #[serde(deserialize_with = "secret_or_none")]
    pub password: Option<Secret>,
    /// The address it comes from.
    pub from: String,
    /// How long the server may take for one message.
    pub timeout_seconds: u32,
    /// How long to wait after the first try that failed; twice as long after each that follows, up to an hour.
    pub retry_seconds: u32,
    /// After how many days a message that nobody took is given up.
    pub give_up_after_days: u32,
}

/// How the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum MailTls {
    /// Begun in clear and required to turn to TLS before anything is said (STARTTLS).
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None: for a server on the same machine.
    None,
}

impl TryFrom<String> for MailTls {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "starttls" => Ok(Self::Starttls),
            "tls" => Ok(Self::Tls),
            "none" => Ok(Self::None),
            _ => Err(format!("`{text}` is no protection: one of starttls, tls, none")),
        }
    }
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            host: None,
            port: 587,
            tls: MailTls::Starttls,
            ca_file: None,
            user: None,
            password: None,
            from: String::new(),
            timeout_seconds: 30,
            retry_seconds: 60,
            give_up_after_days: 3,
        }
    }
}

impl MailSettings {
    /// How long the server may take for one message.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout_seconds))
    }
}
