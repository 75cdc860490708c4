//! From a bearer token to an [`Actor`], remembered for at most a minute.
//!
//! Verifying costs up to half a millisecond and the directory a query, so callers who were admitted are remembered.
//! Four things end that: the time is over, the token has expired, the key left the issuer's key set, or the directory
//! says that somebody's standing may have changed. Refusals are not remembered: the next try may be right.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use motcua_kernel::{Actor, Clock, Directory, Result, Vault};
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use super::claims::{Expectations, Verified};
use super::refusal::Refusal;
use super::source::KeySource;
use super::token::Unverified;
use crate::settings::Settings;

/// Admits callers to one service.
pub struct Authenticator {
    keys: KeySource,
    directory: Arc<dyn Directory>,
    vault: Vault,
    clock: Clock,
    expected: Expectations,
    /// By the hash of the token, so that a memory dump has no tokens in it.
    admitted: Cache<[u8; 32], Arc<Admitted>>,
    remember_for: TimeDelta,
}

struct Admitted {
    actor: Arc<Actor>,
    until: DateTime<Utc>,
    /// The directory's revision before the standing was read.
    revision: u64,
    key_thumbprint: String,
}

impl Authenticator {
    /// Admits callers with tokens of this issuer who stand in this directory.
    #[must_use]
    pub fn new(
        settings: &Settings,
        keys: KeySource,
        directory: Arc<dyn Directory>,
        vault: Vault,
        clock: Clock,
    ) -> Self {
        let expected = Expectations {
            issuer: keys.issuer().to_owned(),
            audience: settings.auth.audience.clone(),
            citizen_claim: settings.auth.citizen_claim.clone(),
            skew: TimeDelta::seconds(settings.auth.clock_skew_seconds.into()),
            tenant: settings.tenant,
        };
        Self {
            keys,
            directory,
            vault,
            clock,
            expected,
            admitted: Cache::new(settings.auth.cache_entries),
            remember_for: TimeDelta::seconds(settings.auth.cache_seconds.into()),
        }
    }

    /// The caller a token speaks for.
    ///
    /// # Errors
    /// `token.…` and `account.closed` (401) when the caller is not believed; unavailable when the issuer or the
    /// directory can't say.
    pub async fn admit(&self, token: &str) -> Result<Arc<Actor>> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        if let Some(known) = self.admitted.get(&hash) {
            if self.still_holds(&known) {
                return Ok(Arc::clone(&known.actor));
            }
            self.admitted.remove(&hash);
        }
        let admitted = Arc::new(self.judge(token).await?);
        if admitted.until > self.clock.system().0 {
            self.admitted.insert(hash, Arc::clone(&admitted));
        }
        Ok(Arc::clone(&admitted.actor))
    }

    /// How many callers are remembered now.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.admitted.len()
    }

    fn still_holds(&self, known: &Admitted) -> bool {
        self.clock.system().0 < known.until
            && known.revision == self.directory.revision()
            && self.keys.has_key(&known.key_thumbprint)
    }

    async fn judge(&self, token: &str) -> Result<Admitted> {
        let unverified = Unverified::read(token)?;
        // Before the keys: a foreign token must not make us ask our issuer for a key it never had.
        if unverified.issuer != self.expected.issuer {
            return Err(Refusal::WrongIssuer.into());
        }
        let key = self.keys.find(unverified.kid.as_deref(), unverified.algorithm).await?;
        let verified = unverified.verify(&key)?.check(&self.expected, self.clock.system())?;
        // The revision first: a change while the standing is read must find an old number.
        let revision = self.directory.revision();
        let standing = self.directory.standing(&verified.who).await?;
        if !standing.active {
            return Err(Refusal::AccountClosed.into());
        }
        let until = verified.expires_at.min(self.clock.system().0 + self.remember_for);
        let actor = Arc::new(self.actor(verified, standing.grants));
        Ok(Admitted { actor, until, revision, key_thumbprint: key.thumbprint.clone() })
    }

    fn actor(&self, verified: Verified, grants: Vec<motcua_kernel::Grant>) -> Actor {
        Actor {
            tenant: verified.who.tenant,
            issuer: verified.who.issuer,
            subject: verified.who.subject,
            client: verified.who.client,
            kind: verified.who.kind,
            scopes: verified.scopes,
            grants,
            person: verified.personal_id.map(|number| self.vault.lookup("person", &number)),
        }
    }
}

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authenticator").field("issuer", &self.expected.issuer).finish_non_exhaustive()
    }
}
