//! One request through several services: the request id and the W3C trace context, taken over or begun here.
//!
//! [`TraceContext::current`] is what a client of another service puts into its call, without being handed it through
//! every floor; outside a request (in a worker) there is none and the client begins its own with [`TraceContext::new`].

use actix_web::http::header::HeaderMap;
use motcua_kernel::new_id;

/// The header of the request id.
pub const REQUEST_ID: &str = "x-request-id";
/// The header of the trace context.
pub const TRACEPARENT: &str = "traceparent";
/// The header of what other tracing systems add to the trace context.
pub const TRACESTATE: &str = "tracestate";

const MOST_CHARACTERS: usize = 128;
const MOST_STATE_CHARACTERS: usize = 512;

tokio::task_local! {
    static CURRENT: TraceContext;
}

/// What a request is called here and elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    /// The request id: the caller's own when it is safe to repeat, else a new one.
    pub request_id: String,
    /// The trace, 32 hexadecimal digits.
    pub trace_id: String,
    /// Our own step in the trace, 16 hexadecimal digits.
    pub span_id: String,
    /// The trace flags, 2 hexadecimal digits.
    pub flags: String,
    /// What other tracing systems passed along.
    pub state: Option<String>,
    received: Option<String>,
}

impl Default for TraceContext {
    fn default() -> Self {
        Self::new()
    }
}

impl TraceContext {
    /// A new trace with a new request id.
    #[must_use]
    pub fn new() -> Self {
        Self {
            request_id: new_id().to_string(),
            trace_id: new_id().simple().to_string(),
            span_id: new_span(),
            flags: "01".to_owned(),
            state: None,
            received: None,
        }
    }

    /// The context of an incoming request; what is missing or malformed begins anew.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let mut context = Self::new();
        if let Some(id) = text(REQUEST_ID).filter(|id| is_safe(id)) {
            id.clone_into(&mut context.request_id);
        }
        let Some(parent) = text(TRACEPARENT) else {
            return context;
        };
        if let Some((trace_id, flags)) = parse(parent) {
            trace_id.clone_into(&mut context.trace_id);
            flags.clone_into(&mut context.flags);
            context.received = Some(parent.to_owned());
            context.state = text(TRACESTATE).filter(|s| s.len() <= MOST_STATE_CHARACTERS).map(str::to_owned);
        }
        context
    }

    /// The context of the request being answered, when there is one.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs a future as part of this request.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }

    /// Runs a function as part of this request.
    pub(crate) fn sync_scope<T>(self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, work)
    }

    /// The `traceparent` for a call to another service: our step is the parent of theirs.
    #[must_use]
    pub fn traceparent(&self) -> String {
        format!("00-{}-{}-{}", self.trace_id, self.span_id, self.flags)
    }

    /// The `traceparent` of the answer: the caller's own, else the one begun here.
    #[must_use]
    pub fn echoed(&self) -> String {
        self.received.clone().unwrap_or_else(|| self.traceparent())
    }

    /// The headers that pass this context on to another service.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![(REQUEST_ID, self.request_id.clone()), (TRACEPARENT, self.traceparent())];
        headers.extend(self.state.clone().map(|state| (TRACESTATE, state)));
        headers
    }
}

fn new_span() -> String {
    // The lower half of a UUIDv7 is random but for two fixed bits, which keep it from being zero.
    format!("{:016x}", new_id().as_u64_pair().1)
}

fn is_safe(id: &str) -> bool {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte);
    (1..=MOST_CHARACTERS).contains(&id.len()) && id.bytes().all(safe)
}

/// Trace id and flags of a `traceparent`, when it is well-formed.
fn parse(text: &str) -> Option<(&str, &str)> {
    let mut parts = text.split('-');
    let (version, trace_id, span_id, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |part: &str, digits: usize| {
        part.len() == digits && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let is_zero = |part: &str| part.bytes().all(|byte| byte == b'0');
    let well_formed = is_hex(version, 2) && is_hex(trace_id, 32) && is_hex(span_id, 16) && is_hex(flags, 2);
    if !well_formed || version == "ff" || is_zero(trace_id) || is_zero(span_id) {
        return None;
    }
    // Later versions may add parts; the first one may not.
    (version != "00" || parts.next().is_none()).then_some((trace_id, flags))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_trace_is_carried_on_with_a_step_of_our_own() {
        let mut headers = HeaderMap::new();
        headers.insert(TRACEPARENT.try_into().unwrap(), GIVEN.try_into().unwrap());
        let context = TraceContext::of(&headers);
        assert_eq!(context.echoed(), GIVEN);
        assert_ne!(context.traceparent(), GIVEN);
        assert!(context.traceparent().starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
        assert!(parse(&context.traceparent()).is_some() && parse(&TraceContext::new().traceparent()).is_some());
    }

    #[test]
    fn a_malformed_traceparent_begins_a_new_trace() {
        let zero_trace = GIVEN.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32));
        let upper = GIVEN.to_uppercase();
        for text in [&zero_trace, &upper, &GIVEN.replace("00-4", "ff-4"), &format!("{GIVEN}-x"), "", "00-1-2-3"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert!(parse(&format!("{}-later", GIVEN.replace("00-4", "01-4"))).is_some());
    }

    #[test]
    fn a_request_id_that_could_hurt_a_log_is_replaced() {
        assert!(is_safe("web-2026/11.21:7_a+b="));
        for id in ["", "a b", "a\u{7f}", "<b>", &"x".repeat(129)] {
            assert!(!is_safe(id), "{id}");
        }
    }
}
