//! What the services of one process share, so that they agree on the time and fetch the issuer's keys once.

use std::sync::Arc;

use motcua_kernel::{Clock, Vault};
use motcua_web::auth::KeySource;
use motcua_web::settings::{Settings, SettingsError};

/// What the services of one process share. Copies are handles.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Every setting.
    pub settings: Arc<Settings>,
    /// Both times. In a sandbox business time moves for all services of the process together.
    pub clock: Clock,
    /// Keys of personal data.
    pub vault: Vault,
    /// The issuer whose tokens are believed.
    pub keys: KeySource,
}

impl Shared {
    /// Prepares what settings name: key files are made where they are missing.
    ///
    /// # Errors
    /// When the settings name no issuer in production, or a key file can't be made or read.
    pub async fn prepare(settings: Settings) -> Result<Self, SettingsError> {
        let clock = Clock::new();
        let vault = settings.vault()?;
        let keys = KeySource::start(&settings, &clock).await?;
        Ok(Self { settings: Arc::new(settings), clock, vault, keys })
    }
}
