//! A service on its foundation, from the first request to an orderly stop.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::web;
use motcua_files::FileStore;
use motcua_kernel::Result;
use motcua_web::auth::{Authenticate, Authenticator};
use motcua_web::{About, Check, Limits, Running, Service};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::background::{Background, Worker};
use crate::foundation::Foundation;
use crate::sandbox::{self, Sandbox};
use crate::upkeep;

/// What a service serves and does, beside what every service does.
#[derive(Clone)]
pub struct Plan {
    /// What it is called.
    pub about: About,
    /// Its handlers, without the `/v1` in front.
    pub routes: fn(&mut ServiceConfig),
    /// Its handlers for anybody, without token, without the `/v1/public` in front.
    pub public: fn(&mut ServiceConfig),
    /// What its handlers find with `web::Data`.
    pub state: Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>,
    /// Its own background work: followers, reconcilers.
    pub workers: Vec<Worker>,
    /// Where it keeps files, if it does: what broken uploads leave there is swept.
    pub files: Option<FileStore>,
    /// What it can't work without, beside its database.
    pub checks: Vec<Check>,
    /// What one client may cost.
    pub limits: Limits,
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan").field("about", &self.about).field("workers", &self.workers).finish_non_exhaustive()
    }
}

/// Starts a service inside the running tokio runtime.
///
/// # Errors
/// When its address can't be listened on, or its API document has faults.
pub fn start(foundation: Foundation, plan: Plan) -> Result<RunningService> {
    let shared = &foundation.shared;
    let authenticate = Authenticate::new(Arc::new(Authenticator::new(
        &shared.settings,
        shared.keys.clone(),
        Arc::new(foundation.directory.clone()),
        shared.vault.clone(),
        shared.clock.clone(),
    )));
    let mut workers = upkeep::workers(&foundation);
    workers.extend(plan.files.map(|store| upkeep::sweep_uploads(&foundation, store)));
    workers.extend(sandbox::watch(&foundation));
    workers.extend(plan.workers);
    let sequencer = Background::start(foundation.name, vec![upkeep::sequencer(&foundation)?]);
    let workers = Background::start(foundation.name, workers);
    let db = foundation.db.clone();
    let mut checks = vec![
        Check::new("database", move || {
            let db = db.clone();
            async move { db.read("ready", motcua_db::ping).await }
        }),
        sequencer.check("sequencer"),
        workers.check("background"),
    ];
    checks.extend(plan.checks);
    let service = Service {
        about: plan.about,
        routes: plan.routes,
        public: plan.public,
        state: with_sandbox(Sandbox::of(&foundation)?, plan.state, authenticate.clone()),
        checks,
        listen: foundation.settings.listen,
        public_url: foundation.settings.public_url.clone(),
        limits: Limits { proxies: foundation.settings.proxies, ..plan.limits },
    };
    let server = motcua_web::start(service, authenticate)?;
    Ok(RunningService { foundation, server, workers, sequencer })
}

type State = Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>;

fn with_sandbox(sandbox: Option<Sandbox>, state: State, authenticate: Authenticate) -> State {
    let Some(sandbox) = sandbox else { return state };
    Arc::new(move |config| {
        state(config);
        sandbox.routes(config, authenticate.clone());
    })
}

/// A running service. Dropping it ends it at once; [`RunningService::stop`] lets everything end that has begun.
#[derive(Debug)]
pub struct RunningService {
    /// What it stands on.
    pub foundation: Foundation,
    server: Running,
    workers: Background,
    sequencer: Background,
}

impl RunningService {
    /// What it is called: `documents`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.foundation.name
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Its address for clients on this machine, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Returns when the server has ended, which without [`RunningService::stop`] is a failure. May be dropped and asked
    /// again; the service is still to be stopped afterwards, for its workers go on.
    ///
    /// # Errors
    /// When the server failed.
    pub async fn ended(&mut self) -> Result<()> {
        self.server.ended().await
    }

    /// Stops it: requests in flight end first, then the workers, last the sequencer, so that every event of theirs has
    /// its position.
    ///
    /// # Errors
    /// When the server had failed before.
    pub async fn stop(self) -> Result<()> {
        let outcome = self.server.stop().await;
        self.workers.stop().await;
        self.sequencer.stop().await;
        tracing::info!(service = self.foundation.name, "stopped");
        outcome
    }
}
