//! How a service tells its keepers how it is: `/livez` (the process answers), `/readyz` (what it needs is there),
//! `/metrics` (Prometheus). None needs a token and none shows data.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{self, ContentType};
use actix_web::{HttpResponse, get, web};
use futures_util::future::{BoxFuture, join_all};
use motcua_kernel::{Error, Result, Text};
use serde_json::{Map, Value, json};

use crate::measure;
use crate::problem::WebResult;
use crate::server::Stopping;

/// The paths of this module and of the documentation, which stand beside `/v1`.
pub(crate) const PATHS: [&str; 6] = ["/livez", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/{file:.*}"];

const PATIENCE: Duration = Duration::from_secs(2);

/// Something a service can't work without, and how to ask whether it is there.
#[derive(Clone)]
pub struct Check {
    name: &'static str,
    run: Arc<dyn Fn() -> BoxFuture<'static, Result<()>> + Send + Sync>,
}

impl Check {
    /// A check by its name, which `/readyz` shows. Its error goes to the log only. It has two seconds.
    pub fn new<F, Fut>(name: &'static str, run: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        Self { name, run: Arc::new(move || Box::pin(run())) }
    }

    async fn outcome(&self) -> Result<(), String> {
        match tokio::time::timeout(PATIENCE, (self.run)()).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(_elapsed) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
        }
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What `/readyz` asks.
#[derive(Debug, Clone)]
pub(crate) struct Readiness {
    pub(crate) checks: Vec<Check>,
    pub(crate) stopping: Stopping,
}

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(livez).service(readyz).service(metrics);
}

#[get("/livez")]
async fn livez() -> HttpResponse {
    never_kept().json(json!({"status": "alive"}))
}

#[get("/readyz")]
async fn readyz(readiness: web::Data<Readiness>) -> WebResult<HttpResponse> {
    if readiness.stopping.is_stopping() {
        return Err(not_ready("stopping", "the service is being stopped".to_owned(), Map::new()).into());
    }
    let outcomes = join_all(readiness.checks.iter().map(Check::outcome)).await;
    let named = || readiness.checks.iter().map(|check| check.name).zip(&outcomes);
    let word = |outcome: &Result<(), String>| if outcome.is_ok() { "ok" } else { "failing" };
    let report: Map<String, Value> = named().map(|(name, outcome)| (name.to_owned(), word(outcome).into())).collect();
    let failing: Vec<&str> = named().filter(|(_, outcome)| outcome.is_err()).map(|(name, _)| name).collect();
    if failing.is_empty() {
        return Ok(never_kept().json(json!({"status": "ready", "checks": report})));
    }
    let causes = named().filter_map(|(name, outcome)| Some(format!("{name}: {}", outcome.as_ref().err()?)));
    let causes = causes.collect::<Vec<_>>().join("; ");
    Err(not_ready(&failing.join(", "), causes, report).into())
}

fn not_ready(what: &str, cause: String, report: Map<String, Value>) -> Error {
    let mut error = Error::unavailable(cause);
    error.code = "not_ready".into();
    error.detail = Text::new(format!("Chưa sẵn sàng: {what}."), format!("Not ready: {what}."));
    error.with("checks", report)
}

#[get("/metrics")]
async fn metrics() -> WebResult<HttpResponse> {
    let text = measure::recorder()?.render();
    Ok(never_kept().insert_header((header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")).body(text))
}

fn never_kept() -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header(ContentType::json());
    response
}
