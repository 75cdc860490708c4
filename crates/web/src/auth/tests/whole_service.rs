use std::net::SocketAddr;

use actix_web::get;
use reqwest::{Client, Response};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::super::Authenticate;
use super::*;
use crate::{About, Limits, Read, Reply, Running, Service, WebResult};

/// Who is asking.
#[utoipa::path(tag = "people", responses((status = 200)))]
#[get("/me")]
async fn show_me(read: Read) -> WebResult {
    Reply::object(&json!({"subject": read.actor.subject}), None, false)
}

fn routes(config: &mut ServiceConfig) {
    config.service(show_me);
}

fn run(desk: &Desk) -> Running {
    let service = Service {
        about: About { name: "test", title: "Test", description: "A service.", version: "1.0.0" },
        routes,
        public: |_| {},
        state: Arc::new(|_| {}),
        checks: Vec::new(),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        public_url: String::new(),
        limits: Limits { workers: 1, ..Limits::default() },
    };
    crate::start(service, Authenticate::new(Arc::clone(&desk.authenticator))).unwrap()
}

async fn ask(running: &Running, path: &str, token: Option<&str>) -> Response {
    let request = Client::new().get(format!("{}{path}", running.url())).header("accept-language", "en");
    let request = token.into_iter().fold(request, reqwest::RequestBuilder::bearer_auth);
    request.send().await.unwrap()
}

#[actix_web::test]
async fn a_running_service_knows_its_callers_and_tells_the_others_why_not() {
    let key = SigningKey::rsa("r");
    let desk = Desk::open(&[&key]).await;
    let running = run(&desk);

    let answer = ask(&running, "/v1/me", Some(&key.token(&desk.claims()))).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json::<Value>().await.unwrap()["subject"], "officer-1");

    let expired = key.token(&desk.claims_with(&json!({"exp": now() - 5})));
    let answer = ask(&running, "/v1/me", Some(&expired)).await;
    assert_eq!(answer.status(), 401);
    let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with("Bearer realm=\"motcua\", error=\"invalid_token\""), "{challenge}");
    assert!(challenge.contains("has expired"), "{challenge}");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "token.expired");
    assert!(!problem.to_string().contains(expired.get(..20).unwrap()), "an error never repeats the token");

    let answer = ask(&running, "/v1/me", None).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["www-authenticate"]),
        (401, &"Bearer realm=\"motcua\"".parse().unwrap())
    );
    assert_eq!(ask(&running, "/livez", None).await.status(), 200);
}
