//! Metrics of requests, and the one recorder of the process, which services that share a process share as well.

use std::sync::OnceLock;
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use motcua_kernel::{Error, Result};

const REQUESTS: &str = "http_requests_total";
const DURATION: &str = "http_request_duration_seconds";
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 20.0];

static RECORDER: OnceLock<Result<PrometheusHandle>> = OnceLock::new();

/// The recorder of the process, installed by whoever asks first.
///
/// # Errors
/// When the program has installed a recorder of another kind.
pub(crate) fn recorder() -> Result<PrometheusHandle> {
    RECORDER.get_or_init(install).clone()
}

fn install() -> Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(DURATION.to_owned()), &BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(Error::internal)?;
    metrics::describe_counter!(REQUESTS, "Requests answered, by service, route, method and class of status.");
    metrics::describe_histogram!(DURATION, metrics::Unit::Seconds, "Time to answer a request.");
    Ok(handle)
}

/// Counts one answered request. The route is the pattern, so that there are as many series as routes and no personal data.
pub(crate) fn answered(service: &'static str, route: &str, method: &Method, status: StatusCode, time: Duration) {
    let class = match status.as_u16() / 100 {
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    let labels = [
        ("service", service.to_owned()),
        ("route", route.to_owned()),
        ("method", method_label(method).to_owned()),
        ("status", class.to_owned()),
    ];
    metrics::counter!(REQUESTS, &labels).increment(1);
    metrics::histogram!(DURATION, &labels).record(time.as_secs_f64());
}

/// The method, or one name for all that anyone may make up.
pub(crate) fn method_label(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    }
}
