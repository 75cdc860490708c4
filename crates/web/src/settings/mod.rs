//! Settings: embedded defaults, then a file, then environment variables, checked before anything starts.
//!
//! There is one [`Settings`] value, made once and passed on; nothing reads the environment later, so a test can run any
//! number of services side by side. A setting that is wrong or unknown stops the start and names itself, where it came
//! from and what is allowed: a typing error must not become a default silently.

mod checks;
mod digests;
mod error;
mod layers;
mod mail;
mod secret;
mod secret_file;
mod vault;
mod webhooks;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use motcua_kernel::{Uuid, Vault};
use serde::{Deserialize, Deserializer};

pub use digests::{DigestSettings, TimeOfDay};
pub use error::{Fault, SettingsError};
pub use mail::{MailSettings, MailTls};
pub use secret::{DatabaseUrl, Secret};
pub(crate) use secret_file::read_or_create;
pub use webhooks::{AllowedReceiver, AllowedReceivers, Ports, WebhookSettings};

/// Every setting with its default and its meaning, as TOML.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// All settings of an installation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What the installation is for.
    pub mode: Mode,
    /// The tenant of tokens that name none.
    pub tenant: Uuid,
    /// Where everything is kept that has no place of its own.
    pub data_dir: PathBuf,
    /// What is logged and how.
    pub log: LogSettings,
    /// Whose tokens are believed, and how our services get theirs.
    pub auth: AuthSettings,
    /// Keys of personal data.
    pub vault: VaultSettings,
    /// Who is reminded of overdue dossiers, and when.
    pub reminders: ReminderSettings,
    /// How citizens follow their dossiers.
    pub tracking: TrackingSettings,
    /// What becomes of case files.
    pub case_files: CaseFileSettings,
    /// What is waited for when somebody pays.
    pub payments: PaymentSettings,
    /// How services push events to who has subscribed.
    pub webhooks: WebhookSettings,
    /// When agencies are told by e-mail what became of their indicators.
    pub digests: DigestSettings,
    /// The service of procedures and dossiers (thủ tục, hồ sơ).
    pub procedures: ServiceSettings,
    /// The service of agencies and documents (cơ quan, văn bản).
    pub documents: ServiceSettings,
    /// The service of indicators (chỉ tiêu).
    pub kpi: ServiceSettings,
}

/// What an installation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Mode {
    /// One person's machine: demo data, tokens of our own issuer.
    Development,
    /// Open to the teams of portals: business time can be moved, nothing in it is real.
    Sandbox,
    /// Real citizens: an external issuer and explicit keys are required.
    Production,
}

impl TryFrom<String> for Mode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "development" => Ok(Self::Development),
            "sandbox" => Ok(Self::Sandbox),
            "production" => Ok(Self::Production),
            _ => Err(format!("`{text}` is not a mode: one of development, sandbox, production")),
        }
    }
}

/// What is logged and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// For people or for machines.
    pub format: LogFormat,
    /// Which messages, by module, as `tracing` filters are written.
    pub filter: String,
}

/// How a log line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum LogFormat {
    /// One line for people.
    Text,
    /// One JSON object a line.
    Json,
}

impl TryFrom<String> for LogFormat {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("`{text}` is not a log format: one of text, json")),
        }
    }
}

/// Whose tokens are believed, and how our services get theirs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthSettings {
    /// Address of the OIDC issuer; none means the development issuer.
    #[serde(deserialize_with = "text_or_none")]
    pub issuer: Option<String>,
    /// What `aud` must contain.
    pub audience: String,
    /// The claim with a citizen's personal identification number (số định danh cá nhân).
    pub citizen_claim: String,
    /// How far the issuer's clock may differ from ours.
    pub clock_skew_seconds: u32,
    /// How many verified callers are remembered.
    pub cache_entries: usize,
    /// How long a verified caller is remembered, at most 60.
    pub cache_seconds: u32,
    /// Key file of the development issuer.
    pub development_key_file: PathBuf,
    /// Our client at the issuer, for calls between services.
    #[serde(deserialize_with = "text_or_none")]
    pub client_id: Option<String>,
    /// The client's secret.
    #[serde(deserialize_with = "secret_or_none")]
    pub client_secret: Option<Secret>,
    /// The issuer's token endpoint.
    #[serde(deserialize_with = "text_or_none")]
    pub token_url: Option<String>,
}

/// Our client at the issuer.
#[derive(Debug, Clone, Copy)]
pub struct ServiceClient<'a> {
    /// Its name.
    pub id: &'a str,
    /// Its secret.
    pub secret: &'a Secret,
    /// Where it gets its tokens.
    pub token_url: &'a str,
}

impl AuthSettings {
    /// How our services get tokens from the issuer; none means that the program mints them.
    #[must_use]
    pub fn service_client(&self) -> Option<ServiceClient<'_>> {
        Some(ServiceClient {
            id: self.client_id.as_deref()?,
            secret: self.client_secret.as_ref()?,
            token_url: self.token_url.as_deref()?,
        })
    }
}

/// Keys of personal data at rest.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaultSettings {
    /// Master keys, `version:base64` separated by commas.
    #[serde(deserialize_with = "secret_or_none")]
    pub keys: Option<Secret>,
    /// Key of the look-up hash, base64.
    #[serde(deserialize_with = "secret_or_none")]
    pub lookup_key: Option<Secret>,
    /// Where keys are kept that nobody configured.
    pub key_file: PathBuf,
}

/// Who is reminded of overdue dossiers (nhắc việc quá hạn), and when.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReminderSettings {
    /// After how many working days beyond its due date the approver is told.
    pub approver_after_days: u32,
    /// After how many the leader is.
    pub leader_after_days: u32,
    /// For how many days a notice is kept; the events of the clocks stay for ever.
    pub notices_kept_days: u32,
}

/// How citizens follow their dossiers (tra cứu hồ sơ).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackingSettings {
    /// The portal's page, with `{reference}` where the tracking reference goes.
    #[serde(deserialize_with = "text_or_none")]
    pub page: Option<String>,
}

/// What is waited for when somebody pays (thanh toán).
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentSettings {
    /// After how many hours an attempt whose outcome nobody has told expires.
    pub pending_expires_after_hours: u32,
}

/// Settings of one service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceSettings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Its database.
    pub database_url: DatabaseUrl,
    /// How many connections at most.
    pub database_pool: u32,
    /// Whether prepared statements are kept.
    pub statement_cache: bool,
    /// Where uploaded files are kept; no setting of a service that keeps none.
    #[serde(default)]
    pub files_dir: PathBuf,
    /// Where checkpoints of the journal are appended.
    pub checkpoint_file: PathBuf,
    /// The address the outside reaches it by, without a slash at the end.
    pub public_url: String,
    /// How many proxies of our own stand before it.
    pub proxies: u8,
    /// The services it calls.
    pub peers: Peers,
    /// How it sends e-mail; no setting of a service that sends none.
    #[serde(default)]
    pub mail: MailSettings,
}

/// What becomes of case files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFileSettings {
    /// Whether the files of destroyed case files are removed from the disk.
    pub destroy_content: bool,
}

/// Where a service finds the others.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peers {
    /// The service of documents.
    pub documents: String,
    /// The service of procedures.
    pub procedures: String,
}

impl Settings {
    /// The settings of this process: the file is the one given, else the one `MOTCUA_CONFIG` names, else none.
    ///
    /// # Errors
    /// When a setting is unknown or wrong, naming every one that is.
    pub fn load(file: Option<&Path>) -> Result<Self, SettingsError> {
        Self::from_sources(file, std::env::vars_os())
    }

    /// The settings from a file and from variables given instead of the process's own; tests use this.
    ///
    /// # Errors
    /// When a setting is unknown or wrong, naming every one that is.
    pub fn from_sources<N, V>(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, SettingsError>
    where
        N: Into<OsString>,
        V: Into<OsString>,
    {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let layers = layers::read(file, variables)?;
        let settings: Self = layers.merge()?;
        let faults = checks::faults(&settings);
        if faults.is_empty() {
            return Ok(settings);
        }
        Err(layers.blame(faults))
    }

    /// The vault of the configured keys, or of the key file, which is made when it is missing.
    ///
    /// # Errors
    /// When the key file can't be made or read, or is open to other users of the machine.
    pub fn vault(&self) -> Result<Vault, SettingsError> {
        vault::open(self)
    }
}

/// An empty text is how a file or a container's environment says "not set".
fn text_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn path_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    Ok(text_or_none(deserializer)?.map(PathBuf::from))
}

fn secret_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Ok(text_or_none(deserializer)?.map(Secret::new))
}

#[cfg(test)]
mod tests;
