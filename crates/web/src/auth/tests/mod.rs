//! The rules of `auth`, held against a real issuer: keys made here, served over HTTP, rotated and taken away.

mod cache;
mod callers;
mod development;
mod issuer;
mod middleware;
mod outage;
mod rotation;
mod signatures;
mod whole_service;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use motcua_kernel::{Actor, Clock, Directory, Error, Grant, Result, Role, Standing, Uuid, Vault, Who};
use serde_json::{Value, json};

use self::issuer::{SigningKey, TestIssuer};
use super::{Authenticator, KeySource, OidcIssuer, Pace};
use crate::settings::Settings;

/// An authenticator with everything around it that a test wants to change.
struct Desk {
    issuer: TestIssuer,
    directory: Arc<TestDirectory>,
    authenticator: Arc<Authenticator>,
}

impl Desk {
    async fn open(keys: &[&SigningKey]) -> Self {
        Self::with(keys, &[], Pace::default()).await
    }

    async fn with(keys: &[&SigningKey], variables: &[(&str, &str)], pace: Pace) -> Self {
        let issuer = TestIssuer::start(keys).await;
        let directory = Arc::new(TestDirectory::default());
        let source = KeySource::Oidc(OidcIssuer::start(&issuer.address(), pace).await.unwrap());
        let authenticator = authenticator(&settings(variables), source, &directory);
        Self { issuer, directory, authenticator }
    }

    /// Claims that are right in every way.
    fn claims(&self) -> Value {
        let now = now();
        json!({
            "iss": self.issuer.address(), "aud": "motcua", "sub": "officer-1", "kind": "officer",
            "exp": now + 600, "iat": now, "scope": "procedures:dossiers:read",
        })
    }

    fn claims_with(&self, changes: &Value) -> Value {
        let mut claims = self.claims();
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                _ => claims[name] = value.clone(),
            }
        }
        claims
    }

    async fn admit(&self, token: &str) -> Result<Arc<Actor>> {
        self.authenticator.admit(token).await
    }

    async fn code(&self, token: &str) -> String {
        self.admit(token).await.unwrap_err().code
    }
}

fn authenticator(settings: &Settings, source: KeySource, directory: &Arc<TestDirectory>) -> Arc<Authenticator> {
    let directory: Arc<dyn Directory> = Arc::<TestDirectory>::clone(directory);
    Arc::new(Authenticator::new(settings, source, directory, vault(), Clock::new()))
}

fn settings(variables: &[(&str, &str)]) -> Settings {
    let strict = [("MOTCUA_AUTH__CLOCK_SKEW_SECONDS", "0")];
    Settings::from_sources(None, strict.iter().chain(variables).copied()).unwrap()
}

fn vault() -> Vault {
    Vault::new(&[(1, vec![1; 32])].into(), &[2; 32]).unwrap()
}

fn now() -> i64 {
    Clock::new().system().0.timestamp()
}

/// A pace at which tests need not wait.
fn quick() -> Pace {
    Pace { at_most_every: Duration::ZERO, at_least_every: Duration::from_mins(10), patience: Duration::from_secs(2) }
}

/// A directory whose answers a test decides.
struct TestDirectory {
    closed: AtomicBool,
    away: AtomicBool,
    revision: AtomicU64,
    times_asked: AtomicUsize,
    agency: Uuid,
}

impl Default for TestDirectory {
    fn default() -> Self {
        Self {
            closed: AtomicBool::new(false),
            away: AtomicBool::new(false),
            revision: AtomicU64::new(1),
            times_asked: AtomicUsize::new(0),
            agency: motcua_kernel::new_id(),
        }
    }
}

impl TestDirectory {
    fn close_accounts(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.revision.fetch_add(1, Ordering::SeqCst);
    }

    fn times_asked(&self) -> usize {
        self.times_asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Directory for TestDirectory {
    async fn standing(&self, _: &Who) -> Result<Standing> {
        self.times_asked.fetch_add(1, Ordering::SeqCst);
        if self.away.load(Ordering::SeqCst) {
            return Err(Error::unavailable("the directory's database is away"));
        }
        let grants = vec![Grant { agency: self.agency, role: Role::Approver, on_behalf_of: None }];
        Ok(Standing { active: !self.closed.load(Ordering::SeqCst), grants })
    }

    fn revision(&self) -> u64 {
        self.revision.load(Ordering::SeqCst)
    }
}
