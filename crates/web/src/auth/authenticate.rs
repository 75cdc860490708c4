//! The middleware that admits callers; extractors find the [`Actor`] among the request's extensions.

use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::AUTHORIZATION;
use futures_util::future::LocalBoxFuture;
use motcua_kernel::{Actor, Result};

use super::authenticator::Authenticator;
use super::refusal::Refusal;
use crate::problem::Problem;

/// Admits callers to everything it wraps, and puts the [`Actor`] into the request.
#[derive(Debug, Clone)]
pub struct Authenticate(Arc<Authenticator>);

impl Authenticate {
    /// A middleware that asks this authenticator.
    #[must_use]
    pub fn new(authenticator: Arc<Authenticator>) -> Self {
        Self(authenticator)
    }
}

impl<S, B> Transform<S, ServiceRequest> for Authenticate
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = actix_web::Error;
    type InitError = ();
    type Transform = AuthenticateService<S>;
    type Future = Ready<Result<Self::Transform, Self::InitError>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(AuthenticateService { service: Rc::new(service), authenticator: Arc::clone(&self.0) }))
    }
}

/// [`Authenticate`] around a service.
#[derive(Debug)]
pub struct AuthenticateService<S> {
    service: Rc<S>,
    authenticator: Arc<Authenticator>,
}

impl<S, B> Service<ServiceRequest> for AuthenticateService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Self::Error>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let service = Rc::clone(&self.service);
        let authenticator = Arc::clone(&self.authenticator);
        Box::pin(async move {
            match admit(&authenticator, &request).await {
                Ok(actor) => {
                    request.extensions_mut().insert(actor);
                    service.call(request).await.map(ServiceResponse::map_into_boxed_body)
                }
                // An answer instead of an error, so that what stands around treats it like any other answer.
                Err(error) => Ok(request.error_response(Problem::from(error))),
            }
        })
    }
}

async fn admit(authenticator: &Authenticator, request: &ServiceRequest) -> Result<Arc<Actor>> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let header = headers.next().ok_or(Refusal::Missing)?;
    if headers.next().is_some() {
        return Err(Refusal::Malformed("two Authorization headers").into());
    }
    let header = header.to_str().ok().ok_or(Refusal::Malformed("the header is not ASCII"))?;
    let token = match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => return Err(Refusal::Missing.into()),
    };
    authenticator.admit(token).await
}
