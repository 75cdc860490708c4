//! A secrecy mark is refused and logged before anything else of a request is looked at.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::{Caller, Installation, send};

/// How often this process has logged an attempt.
async fn logged(here: &Installation) -> u64 {
    let page = reqwest::get(format!("{}/metrics", here.running.url())).await.unwrap().text().await.unwrap();
    let line = page.lines().find_map(|line| line.strip_prefix("documents_secret_refused_total "));
    line.map_or(0, |count| count.parse().unwrap())
}

/// Sends a body without `If-Match`, and gives the pointer of the refusal.
async fn refused(who: &Caller<'_>, method: Method, path: &str, body: &str) -> Value {
    let request = who.request(method, path).header("Content-Type", "application/json").body(body.to_owned());
    let reply = send(request).await;
    assert_eq!(reply.problem(422), "document.secret_refused", "{path} {body}");
    assert!(!reply.body.to_string().contains("mat-"), "{}", reply.body);
    reply.body["errors"][0]["pointer"].clone()
}

on_both_databases! {
    async fn a_mark_is_refused_and_logged_whatever_else_is_wrong(database) {
        let here = Installation::with_province(database).await;
        let (clerk, id) = (here.officer("clerk-12"), motcua_kernel::new_id());
        let before = logged(&here).await;
        let (arrivals, drafts) = ("/v1/incoming-documents", "/v1/drafts");
        let bodies = [
            // Nothing that is needed.
            (Method::POST, arrivals, r#"{"secrecy": "top_secret"}"#, "/secrecy"),
            (Method::POST, "/v1/outgoing-documents", r#"{"secrecy": "mat-1"}"#, "/secrecy"),
            (Method::POST, drafts, r#"{"secrecy": {"level": 1}}"#, "/secrecy"),
            // Words that no field knows, and fields that nothing knows.
            (Method::POST, arrivals, r#"{"urgency": "soon", "secrecy": "secret"}"#, "/secrecy"),
            (Method::POST, arrivals, r#"{"secrecy": "secret", "colour": "red"}"#, "/secrecy"),
            (Method::POST, arrivals, r#"{"issuer": {"Secrecy": "secret"}}"#, "/issuer/Secrecy"),
            (Method::POST, arrivals, r#"[{"secrecy": "secret"}]"#, "/0/secrecy"),
            // Said twice, and with a text that can't be kept.
            (Method::POST, arrivals, r#"{"secrecy": "secret", "secrecy": "none"}"#, "/secrecy"),
            (Method::POST, arrivals, r#"{"secrecy": "secret", "subject": "a\u0000"}"#, "/secrecy"),
            // An entrance without such a field.
            (Method::POST, "/v1/register-reservations", r#"{"secrecy": "secret"}"#, "/secrecy"),
        ];
        let many = bodies.len();
        for (method, path, body, pointer) in bodies {
            assert_eq!(refused(&clerk, method, path, body).await, pointer, "{body}");
        }
        // Before `If-Match` is asked for, and before anybody looks who may what.
        let case_file = format!("/v1/case-files/{id}");
        for who in [&clerk, &here.citizen()] {
            refused(who, Method::PATCH, &case_file, r#"{"secrecy": "secret"}"#).await;
        }
        assert!(logged(&here).await >= before + u64::try_from(many).unwrap() + 2, "every attempt is logged");

        // The word for none is no mark, and words in a subject are none.
        let open = json!({"secrecy": "none", "subject": "TỐI MẬT: phổ biến luật"});
        let reply = clerk.post(arrivals, &open).await;
        assert_eq!(reply.problem(422), "validation");
        let stale = clerk.request(Method::PATCH, &case_file).json(&json!({"secrecy": "none"}));
        assert_eq!(send(stale).await.problem(428), "precondition.required");
        here.stop().await;
    }
}
