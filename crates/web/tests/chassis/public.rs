//! What anybody may ask, without token.

use crate::tiny::Tiny;

#[tokio::test]
async fn anybody_may_ask_what_is_public_and_nobody_keeps_the_answer() {
    let tiny = Tiny::start();
    let answer = tiny.post("/v1/public/echoes", r#"{"name": "Ghế"}"#).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    assert_eq!(answer.json()["name"], "Ghế");
    let wrong = tiny.post("/v1/public/echoes", r#"{"name": "wrong"}"#).await;
    assert_eq!((wrong.header("cache-control"), wrong.problem()), ("no-store", (404, "not_found".to_owned())));
}

#[tokio::test]
async fn a_public_body_is_read_as_strictly_as_any_other_and_takes_no_query() {
    let tiny = Tiny::start();
    let unknown = tiny.post("/v1/public/echoes", r#"{"name": "Ghế", "colour": "red"}"#).await;
    assert_eq!(unknown.problem().0, 400);
    let secret = tiny.post("/v1/public/echoes?reference=secret", r#"{"name": "Ghế"}"#).await;
    assert_eq!(secret.problem(), (400, "parameter.unknown".to_owned()));
}

#[tokio::test]
async fn wrong_paths_and_methods_beside_what_is_public_are_told_apart() {
    let tiny = Tiny::start();
    assert_eq!(tiny.get("/v1/public/echoes").await.problem(), (405, "method.not_allowed".to_owned()));
    assert_eq!(tiny.post("/v1/public/nothing", "{}").await.problem(), (404, "route.unknown".to_owned()));
}
