//! A middleware in the place of authentication: everyone is the same citizen, but who sends `X-Nobody` is refused.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::{Error, HttpMessage};
use futures_util::future::LocalBoxFuture;
use motcua_kernel::{Actor, ActorKind, Kind, Uuid};
use motcua_web::Problem;

#[derive(Clone)]
pub(crate) struct Admit;

pub(crate) struct Admitting<S> {
    service: S,
}

impl<S, B> Transform<S, ServiceRequest> for Admit
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type InitError = ();
    type Transform = Admitting<S>;
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(Admitting { service }))
    }
}

impl<S, B> Service<ServiceRequest> for Admitting<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        if request.headers().contains_key("x-nobody") {
            let refused = motcua_kernel::Error::new(Kind::Unauthenticated, "token.missing", "Thiếu mã.", "No token.");
            return Box::pin(ready(Err(Problem(refused).into())));
        }
        let actor = Actor {
            tenant: Uuid::nil(),
            issuer: "test".to_owned(),
            subject: "somebody".to_owned(),
            client: "portal".to_owned(),
            kind: ActorKind::Citizen,
            scopes: ["tiny:things:read".to_owned()].into(),
            grants: Vec::new(),
            person: None,
        };
        request.extensions_mut().insert(Arc::new(actor));
        Box::pin(self.service.call(request))
    }
}
