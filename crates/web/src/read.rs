//! The extractor of handlers that only read.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use motcua_kernel::{Actor, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
use crate::{query, refusal};

/// What a reading handler gets: who asks, and the query read strictly.
#[derive(Debug)]
pub struct Read<Q = NoQuery> {
    /// Who asks.
    pub actor: Arc<Actor>,
    /// The query.
    pub query: Q,
}

/// The query of operations that take none: any parameter is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoQuery {}

impl<Q: DeserializeOwned> FromRequest for Read<Q> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || Ok(Self { actor: actor(request)?, query: query::read(request.query_string())? });
        ready(read().map_err(Problem))
    }
}

/// The caller that the authentication middleware admitted.
pub(crate) fn actor(request: &HttpRequest) -> Result<Arc<Actor>> {
    request.extensions().get::<Arc<Actor>>().cloned().ok_or_else(refusal::no_actor)
}
