//! Starting and stopping a service.
//!
//! A service is a value: its routes, its state, its checks and its limits. Any number can run in one process, on ports the
//! system chooses if need be, which is how tests and `serve all` run them. Signals are the program's business, not ours.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;
use std::{fmt, io};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Server, ServerHandle, Service as _, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::HeaderValue;
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, HttpRequest, HttpServer, web};
use motcua_kernel::{Error, Result};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::docs::{self, Document};
use crate::health::{self, Check, Readiness};
use crate::layers::{self, Frame};
use crate::limits::Limits;
use crate::problem::Problem;
use crate::routes::Routes;
use crate::{measure, openapi, refusal};

const UPKEEP: Duration = Duration::from_secs(5);

/// What a service is called.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// Its name in logs and metrics: `documents`.
    pub name: &'static str,
    /// Its title in the documentation.
    pub title: &'static str,
    /// What it is, in a paragraph of Markdown.
    pub description: &'static str,
    /// Its full version, which every answer carries in `API-Version`.
    pub version: &'static str,
}

/// A service ready to be started.
#[derive(Clone)]
pub struct Service {
    /// What it is called.
    pub about: About,
    /// Its handlers, without the `/v1` in front.
    pub routes: fn(&mut ServiceConfig),
    /// Its handlers for anybody, without token, without the `/v1/public` in front; they take [`crate::Public`].
    pub public: fn(&mut ServiceConfig),
    /// What its handlers find with `web::Data`; called once for every worker. Routes beside `/v1` may be added here too.
    pub state: Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>,
    /// What it can't work without.
    pub checks: Vec<Check>,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address the outside reaches it by, without a slash at the end; empty makes links relative.
    pub public_url: String,
    /// What one client may cost.
    pub limits: Limits,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("about", &self.about).field("listen", &self.listen).finish_non_exhaustive()
    }
}

/// Whether the service is being stopped: a handler that waits long (a long poll) ends early then. Handlers find it as
/// `web::Data<Stopping>`.
#[derive(Debug, Clone)]
pub struct Stopping(watch::Receiver<bool>);

impl Stopping {
    /// Whether it is being stopped.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when it is being stopped.
    pub async fn wait(&self) {
        let mut receiver = self.0.clone();
        // Ends as well when whoever could stop it is gone.
        while !*receiver.borrow_and_update() && receiver.changed().await.is_ok() {}
    }
}

/// A running service. Dropping it stops it at once; [`Running::stop`] lets requests in flight end.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    /// None once it has ended.
    server: Option<JoinHandle<io::Result<()>>>,
    upkeep: JoinHandle<()>,
    stopping: watch::Sender<bool>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address for clients on this machine, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it: no new connections, waiting handlers are told, requests in flight may end.
    ///
    /// # Errors
    /// When the server had failed before.
    pub async fn stop(mut self) -> Result<()> {
        self.stopping.send_replace(true);
        self.handle.stop(true).await;
        self.ended().await
    }

    /// Returns when the server has ended, which without [`Running::stop`] is a failure. How it ended is told once.
    ///
    /// # Errors
    /// When the server failed.
    pub async fn ended(&mut self) -> Result<()> {
        let Some(server) = &mut self.server else { return Ok(()) };
        let outcome = server.await;
        self.server = None;
        outcome.map_err(Error::internal)?.map_err(Error::internal)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.upkeep.abort();
        // The command is sent by the call; awaiting it would only wait for the end.
        drop(self.handle.stop(false));
    }
}

/// Starts a service inside the running tokio runtime. `authenticate` stands before everything under `/v1` but
/// `/v1/public`, and puts the caller into the request as `Arc<Actor>`.
///
/// # Errors
/// When the address can't be listened on, or the API document has faults.
pub fn start<A, B>(service: Service, authenticate: A) -> Result<Running>
where
    A: Transform<
            Next<BoxBody>,
            ServiceRequest,
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + Clone
        + Send
        + 'static,
    B: MessageBody + 'static,
{
    let recorder = measure::recorder()?;
    let (stopping, watched) = watch::channel(false);
    let name = service.about.name;
    let (address, server) = bind(service, authenticate, Stopping(watched))?;
    let handle = server.handle();
    let upkeep = tokio::spawn(async move {
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            recorder.run_upkeep();
        }
    });
    tracing::info!(service = name, %address, "listening");
    Ok(Running { address, handle, server: Some(tokio::spawn(server)), upkeep, stopping })
}

fn bind<A, B>(service: Service, authenticate: A, stopping: Stopping) -> Result<(SocketAddr, Server)>
where
    A: Transform<
            Next<BoxBody>,
            ServiceRequest,
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + Clone
        + Send
        + 'static,
    B: MessageBody + 'static,
{
    let document = openapi::document(&service.about, service.routes, service.public);
    let faults = openapi::faults(&document);
    if !faults.is_empty() {
        return Err(Error::internal(format!("the API document has faults: {}", faults.join("; "))));
    }
    let frame = Arc::new(Frame {
        service: service.about.name,
        version: HeaderValue::from_str(service.about.version).map_err(Error::internal)?,
        base_url: service.public_url,
        routes: Routes::new(&document, &health::PATHS),
        most_in_flight: service.limits.requests,
        in_flight: AtomicUsize::new(0),
    });
    let document = Document::new(openapi::text(&document)?);
    let readiness = Readiness { checks: service.checks, stopping };
    let (limits, state, listen) = (service.limits.clone(), service.state, service.listen);
    let (routes, public) = (service.routes, service.public);
    let server = HttpServer::new(move || {
        let authenticate = authenticate.clone();
        // The middleware is made anew for each request, because the type it wraps has a name only there; it is a handle.
        let admit = from_fn(move |request: ServiceRequest, next: Next<BoxBody>| {
            let middleware = authenticate.new_transform(next);
            async move {
                let middleware = middleware.await.map_err(|()| Problem(Error::internal("no authentication")))?;
                middleware.call(request).await.map(ServiceResponse::map_into_boxed_body)
            }
        });
        let app = App::new()
            .app_data(limits.clone())
            .app_data(web::PathConfig::default().error_handler(|_, _| Problem(Error::not_found()).into()))
            .app_data(web::Data::from(Arc::clone(&frame)))
            .app_data(web::Data::new(document.clone()))
            .app_data(web::Data::new(readiness.stopping.clone()))
            .app_data(web::Data::new(readiness.clone()))
            .configure(|config| state(config))
            .configure(health::routes)
            .configure(docs::routes)
            // Before `/v1`, which would take its paths: the first scope whose prefix fits decides.
            .service(utoipa_actix_web::scope(openapi::PUBLIC).configure(public))
            .service(utoipa_actix_web::scope("/v1").configure(routes).wrap(admit))
            .default_service(web::to(unrouted));
        layers::around(app, Arc::clone(&frame))
    });
    let limits = service.limits;
    let server = server
        .workers(limits.workers.max(1))
        .max_connections(limits.connections)
        .client_request_timeout(limits.head_time)
        .keep_alive(limits.keep_alive)
        .shutdown_timeout(limits.shutdown.as_secs())
        .disable_signals()
        .bind(listen)
        .map_err(|cause| Error::internal(format!("{listen} can't be listened on: {cause}")))?;
    let address = server.addrs().first().copied().ok_or_else(|| Error::internal("the server has no address"))?;
    Ok((address, server.run()))
}

/// A path that no handler takes with this method.
async fn unrouted(request: HttpRequest, frame: web::Data<Frame>) -> Result<&'static str, Problem> {
    let allowed = frame.routes.allowed(request.path());
    Err(Problem(if allowed.is_empty() { refusal::unknown_route() } else { refusal::wrong_method(&allowed) }))
}
