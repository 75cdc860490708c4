//! The outermost layer: whatever happens inside, here it gets a request id, a log line, a count and the shape of an answer.
//!
//! It stands outside the router and not in it, because only there a panic and an error of a middleware can still be
//! turned into a problem document with the headers that every answer has.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_http::Request;
use actix_service::{IntoServiceFactory, Service, ServiceFactory, apply_fn_factory};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{AppConfig, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage, HttpResponse, ResponseError};
use futures_util::FutureExt;
use motcua_kernel::text::Language;
use motcua_kernel::{Error, Kind};
use tracing::Instrument;

use crate::problem::{self, Problem};
use crate::reply::{PRIVATE, Personal};
use crate::routes::Routes;
use crate::trace::{REQUEST_ID, TRACEPARENT, TraceContext};
use crate::{head, measure, openapi, refusal, status};

/// The feed of every service.
const EVENTS: &str = "/v1/events";

/// What the layer knows of its service.
pub(crate) struct Frame {
    pub(crate) service: &'static str,
    pub(crate) version: HeaderValue,
    pub(crate) base_url: String,
    pub(crate) routes: Routes,
    pub(crate) most_in_flight: usize,
    pub(crate) in_flight: AtomicUsize,
}

/// Puts the layer around an application.
pub(crate) fn around<I, S, B>(
    app: I,
    frame: Arc<Frame>,
) -> impl ServiceFactory<Request, Config = AppConfig, Response = HttpResponse, Error = actix_web::Error, InitError = ()>
where
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<
            Request,
            Config = AppConfig,
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    apply_fn_factory(app, move |mut request: Request, service: &S::Service| {
        let asked = Asked::of(&request);
        head::as_get(&mut request);
        let span = tracing::info_span!(
            "request",
            service = frame.service,
            request_id = asked.trace.request_id,
            trace_id = asked.trace.trace_id
        );
        let place = Place::take(&frame, &asked);
        let inner = place.is_some().then(|| {
            let call = || asked.trace.clone().sync_scope(|| span.in_scope(|| begin(request, &asked.trace, service)));
            catch_unwind(AssertUnwindSafe(call))
        });
        let frame = Arc::clone(&frame);
        let context = asked.trace.clone();
        let work = async move {
            let outcome = match inner {
                None => Err(Problem(refusal::overloaded()).into()),
                Some(Err(panic)) => Err(panicked(panic.as_ref())),
                Some(Ok(future)) => match AssertUnwindSafe(future).catch_unwind().await {
                    Ok(outcome) => outcome,
                    Err(panic) => Err(panicked(panic.as_ref())),
                },
            };
            drop(place);
            Ok(finish(&frame, &asked, outcome))
        };
        context.scope(work.instrument(span))
    })
}

fn begin<S: Service<Request>>(request: Request, trace: &TraceContext, service: &S) -> S::Future {
    request.extensions_mut().insert(trace.clone());
    service.call(request)
}

/// What the answer needs to know of the request, which is consumed on the way.
struct Asked {
    method: Method,
    path: String,
    language: Language,
    trace: TraceContext,
    since: Instant,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let headers = request.headers();
        let language = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self {
            method: request.method().clone(),
            path: request.path().to_owned(),
            language: Language::from_accept_language(language),
            trace: TraceContext::of(headers),
            since: Instant::now(),
        }
    }

    fn is_api(&self) -> bool {
        self.path.starts_with("/v1/")
    }

    /// What is asked without token is asked on machines of others as well, which shall keep nothing.
    fn is_public(&self) -> bool {
        self.path.strip_prefix(openapi::PUBLIC).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// A place among the requests in flight. Only the API is limited: an overloaded service must still say that it lives.
struct Place(Option<Arc<Frame>>);

impl Place {
    fn take(frame: &Arc<Frame>, asked: &Asked) -> Option<Self> {
        if !asked.is_api() {
            return Some(Self(None));
        }
        let place = Self(Some(Arc::clone(frame)));
        let before = frame.in_flight.fetch_add(1, Ordering::Relaxed);
        (before < frame.most_in_flight).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(frame) = &self.0 {
            frame.in_flight.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

fn panicked(panic: &(dyn Any + Send)) -> actix_web::Error {
    let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Problem(Error::internal(format!("a handler panicked: {said}"))).into()
}

fn finish<B: MessageBody + 'static>(
    frame: &Frame,
    asked: &Asked,
    outcome: Result<ServiceResponse<B>, actix_web::Error>,
) -> HttpResponse {
    let (mut response, route) = match outcome {
        Ok(answer) => {
            let route = answer.request().match_pattern();
            (answer.into_parts().1.map_into_boxed_body(), route)
        }
        Err(error) => (HttpResponse::from_error(error), None),
    };
    if response.status().is_client_error() || response.status().is_server_error() {
        response = problem_response(frame, asked, response);
    }
    let personal = response.extensions().contains::<Personal>();
    common_headers(frame, asked, response.headers_mut());
    let route = route.as_deref().or_else(|| frame.routes.label(&asked.path)).unwrap_or("unmatched");
    log(frame, asked, route, response.status(), personal);
    if asked.method == Method::HEAD { head::without_body(response) } else { response }
}

/// The problem document for a response of 400 or above, whoever made it.
fn problem_response(frame: &Frame, asked: &Asked, response: HttpResponse) -> HttpResponse {
    let known = response.error().and_then(|error| error.as_error::<Problem>()).cloned();
    let problem = known.unwrap_or_else(|| {
        let mut error = status::unexplained(response.status());
        if let Some(cause) = response.error() {
            error.inside = Some(cause.to_string());
        }
        Problem(error)
    });
    tell_the_log(&problem.0);
    let document = problem.document(asked.language, &asked.trace.request_id, &frame.base_url);
    let body = serde_json::to_vec(&document).unwrap_or_default();
    let mut answer = response.set_body(BoxBody::new(body));
    *answer.status_mut() = problem.status_code();
    let language = match asked.language {
        Language::Vietnamese => "vi",
        Language::English => "en",
    };
    let headers = answer.headers_mut();
    for (name, value) in problem.headers() {
        // A layer further in that has set one knows better: the challenge of a token that was refused.
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(problem::MEDIA_TYPE));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    answer
}

/// The inside of an error goes to the log and nowhere else.
fn tell_the_log(error: &Error) {
    let Some(inside) = &error.inside else { return };
    match error.kind {
        Kind::Internal => tracing::error!(code = error.code, inside, "internal error"),
        Kind::Unavailable | Kind::StorageFull => tracing::warn!(code = error.code, inside, "unavailable"),
        _ => tracing::debug!(code = error.code, inside, "refused"),
    }
}

fn common_headers(frame: &Frame, asked: &Asked, headers: &mut HeaderMap) {
    headers.insert(HeaderName::from_static("api-version"), frame.version.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    for (name, text) in [(REQUEST_ID, asked.trace.request_id.clone()), (TRACEPARENT, asked.trace.echoed())] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    if asked.is_public() {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if asked.is_api() && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, PRIVATE);
    }
}

fn log(frame: &Frame, asked: &Asked, route: &str, status: StatusCode, personal: bool) {
    let time: Duration = asked.since.elapsed();
    measure::answered(frame.service, route, &asked.method, status, time);
    let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    macro_rules! answered {
        ($level:ident) => {
            tracing::$level!(
                target: "access",
                method = measure::method_label(&asked.method),
                route,
                status = status.as_u16(),
                ms = milliseconds,
                personal,
                "answered"
            )
        };
    }
    // Followers ask for events all day long; only what goes wrong there is news.
    if route == EVENTS && status.is_success() { answered!(debug) } else { answered!(info) }
}
