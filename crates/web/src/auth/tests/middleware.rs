use actix_web::body::BoxBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::{Json, ReqData};
use actix_web::{App, HttpResponse, Responder, get, post};
use serde_json::json;

use super::super::{Authenticate, challenge};
use super::*;
use crate::problem::Problem;

#[get("/me")]
async fn me(actor: ReqData<Arc<Actor>>) -> impl Responder {
    HttpResponse::Ok().body(actor.subject.clone())
}

#[post("/things")]
async fn create(_: Json<Value>) -> impl Responder {
    HttpResponse::Created()
}

async fn app(
    desk: &Desk,
) -> impl Service<actix_http::Request, Response = ServiceResponse<BoxBody>, Error = actix_web::Error> {
    let authenticate = Authenticate::new(Arc::clone(&desk.authenticator));
    init_service(App::new().wrap(authenticate).service(me).service(create)).await
}

fn error(response: &ServiceResponse<BoxBody>) -> &Error {
    &response.response().error().unwrap().as_error::<Problem>().unwrap().0
}

#[actix_web::test]
async fn a_handler_behind_it_knows_its_caller() {
    let key = SigningKey::ed("d");
    let desk = Desk::open(&[&key]).await;
    let app = app(&desk).await;
    let token = key.token(&desk.claims());
    for header in [format!("Bearer {token}"), format!("bearer {token}"), format!("BEARER  {token} ")] {
        let request = TestRequest::get().uri("/me").insert_header(("Authorization", header)).to_request();
        let response = call_service(&app, request).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(read_body(response).await, "officer-1");
    }
}

#[actix_web::test]
async fn whoever_shows_no_token_is_told_what_is_wanted() {
    let desk = Desk::open(&[&SigningKey::ed("d")]).await;
    let app = app(&desk).await;
    let response = call_service(&app, TestRequest::get().uri("/me").to_request()).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(challenge(error(&response)).unwrap(), "Bearer realm=\"motcua\"");
    for header in &["Basic dXNlcjpwYXNz", "Bearer", "token"] {
        let request = TestRequest::get().uri("/me").insert_header(("Authorization", *header)).to_request();
        let response = call_service(&app, request).await;
        assert_eq!(error(&response).code, "token.missing", "{header}");
    }
}

#[actix_web::test]
async fn a_refused_token_is_answered_with_the_reason_in_the_challenge() {
    let key = SigningKey::ed("d");
    let desk = Desk::open(&[&key]).await;
    let app = app(&desk).await;
    let token = key.token(&desk.claims_with(&json!({"exp": now() - 5})));
    let request =
        TestRequest::get().uri("/me").insert_header(("Authorization", format!("Bearer {token}"))).to_request();
    let response = call_service(&app, request).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let challenge = challenge(error(&response)).unwrap();
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    assert!(challenge.contains("error_description=\"The access token has expired"), "{challenge}");
}

#[actix_web::test]
async fn two_authorization_headers_are_one_too_many() {
    let key = SigningKey::ed("d");
    let desk = Desk::open(&[&key]).await;
    let app = app(&desk).await;
    let header = ("Authorization", format!("Bearer {}", key.token(&desk.claims())));
    let request = TestRequest::get().uri("/me").append_header(header.clone()).append_header(header).to_request();
    assert_eq!(call_service(&app, request).await.status(), StatusCode::UNAUTHORIZED);
}

#[actix_web::test]
async fn a_missing_token_is_answered_before_a_bad_body_and_before_an_unknown_path() {
    let desk = Desk::open(&[&SigningKey::ed("d")]).await;
    let app = app(&desk).await;
    let bad_body =
        TestRequest::post().uri("/things").insert_header(("Content-Type", "application/json")).set_payload("{");
    assert_eq!(call_service(&app, bad_body.to_request()).await.status(), StatusCode::UNAUTHORIZED);
    let unknown = TestRequest::get().uri("/nothing-here");
    assert_eq!(call_service(&app, unknown.to_request()).await.status(), StatusCode::UNAUTHORIZED);
}

#[actix_web::test]
async fn an_outage_of_the_directory_is_no_challenge() {
    let key = SigningKey::ed("d");
    let desk = Desk::open(&[&key]).await;
    desk.directory.away.store(true, Ordering::SeqCst);
    let app = app(&desk).await;
    let header = ("Authorization", format!("Bearer {}", key.token(&desk.claims())));
    let response = call_service(&app, TestRequest::get().uri("/me").insert_header(header).to_request()).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(challenge(error(&response)), None);
}
