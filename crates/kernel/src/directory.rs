//! What `web` asks of storage about a caller, without knowing what storage is.

use async_trait::async_trait;
use uuid::Uuid;

use crate::actor::{ActorKind, Grant};
use crate::error::Result;

/// A caller as the verified token names them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Who {
    /// The installation's province or pilot.
    pub tenant: Uuid,
    /// Who issued the token.
    pub issuer: String,
    /// The caller at the issuer.
    pub subject: String,
    /// The client the caller came through (`azp`), empty when unknown.
    pub client: String,
    /// What kind of caller.
    pub kind: ActorKind,
}

/// How the directory knows a caller today.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// False when the directory closed the account or the client.
    pub active: bool,
    /// Roles by agency, those in force now only: own ones, and those others have delegated.
    pub grants: Vec<Grant>,
}

/// The directory of officers and clients (danh bạ), as the middleware that admits callers sees it.
#[async_trait]
pub trait Directory: Send + Sync + 'static {
    /// How the directory knows a caller now. Citizens and services need no entry and are active.
    ///
    /// # Errors
    /// When the directory can't be read.
    async fn standing(&self, who: &Who) -> Result<Standing>;

    /// A number that changes whenever somebody's standing may have changed; cached callers of an older one are dropped.
    fn revision(&self) -> u64;
}
