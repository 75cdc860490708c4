//! Who keeps webhooks, and what is refused.

use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use motcua_web::auth::{DevelopmentIssuer, TokenRequest};
use reqwest::Method;
use serde_json::{Value, json};

use crate::desk::{delete, province, subscribed};
use crate::receiver::Receiver;
use crate::support::{Province, read};

on_both_databases! {
    async fn clients_and_administrators_keep_their_own_and_see_no_others(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let body = json!({"url": receiver.url()});
        let citizen = province.caller(ActorKind::Citizen, "somebody", Some("045190000001"));
        assert_eq!(citizen.post("/v1/webhooks", &body).await.code(403), "scope.missing");
        let service = province.caller(ActorKind::Service, "kpi", None);
        assert_eq!(service.post("/v1/webhooks", &body).await.code(403), "scope.missing");
        let leader = province.officer("C1", "leader");
        assert_eq!(leader.post("/v1/webhooks", &body).await.code(403), "webhooks.not_administrator");
        assert_eq!(leader.get("/v1/webhooks").await.ok()["items"], json!([]));

        let (portal, keeper) = (province.portal(), province.officer("C1", "administrator"));
        let (of_portal, secret) = subscribed(&portal, &receiver, &["dossier.*"]).await;
        let (of_keeper, other) = subscribed(&keeper, &receiver, &[]).await;
        assert!(secret.starts_with("whsec_") && secret != other);
        for (stranger, path) in [(&keeper, &of_portal), (&portal, &of_keeper)] {
            assert_eq!(stranger.get(path).await.status, 404);
            assert_eq!(stranger.get(&format!("{path}/deliveries")).await.status, 404);
            assert_eq!(stranger.put(path, 1, &body).await.status, 404);
            assert_eq!(stranger.post(&format!("{path}/secret-rotations"), &json!({})).await.status, 404);
            assert_eq!(stranger.post(&format!("{path}/replays"), &json!({"from_position": 1})).await.status, 404);
            assert_eq!(delete(stranger, path, 1).await.status, 404);
        }
        let one = portal.get(&of_portal).await;
        assert_eq!(one.headers["etag"].to_str().unwrap().get(..4), Some("\"v1."));
        assert_eq!((&one.body["state"], &one.body["secret"]), (&json!("active"), &Value::Null));

        assert_eq!(read(portal.request(Method::PUT, &of_portal).json(&body).send().await.unwrap()).await.status, 428);
        let off = json!({"url": receiver.url(), "enabled": false, "description": "  Cổng \u{1eab}  "});
        let changed = portal.put(&of_portal, 1, &off).await.ok();
        assert_eq!(changed["disabled_reason"], "owner");
        assert_eq!((&changed["state"], &changed["types"]), (&json!("disabled"), &json!([])));
        assert_eq!(portal.put(&of_portal, 1, &off).await.code(412), "precondition.stale");
        assert_eq!(delete(&portal, &of_portal, 1).await.code(412), "precondition.stale");
        assert_eq!(delete(&portal, &of_portal, 2).await.ok()["version"], 2);
        assert_eq!(portal.get(&of_portal).await.status, 404);
        province.stop().await;
    }

    async fn a_request_is_done_once_and_its_faults_are_told_at_once(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let body = json!({"url": receiver.url(), "types": ["dossier.received.v1"], "agency": "H1.1"});
        let mut answers = Vec::new();
        for _ in 0..2 {
            let request = portal.request(Method::POST, "/v1/webhooks").header("Idempotency-Key", "once").json(&body);
            answers.push(read(request.send().await.unwrap()).await);
        }
        assert_eq!((answers[0].status, &answers[0].body), (201, &answers[1].body));
        assert_eq!(answers[1].headers["idempotency-replayed"], "true");
        let listed = portal.get("/v1/webhooks?count=exact").await.ok();
        assert_eq!((&listed["count"], &listed["items"][0]["id"]), (&json!(1), &answers[0].body["id"]));

        let wrong = json!({
            "url": "https://127.0.0.2/", "types": ["dossier.*", "dossiers.*", "document.issued.v1"],
            "agency": "H7", "description": "two\nlines"
        });
        let refused = portal.post("/v1/webhooks", &wrong).await;
        let faults: Vec<(&str, &str)> = refused.body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()))
            .collect();
        assert_eq!(refused.status, 422);
        assert_eq!(
            faults,
            [
                ("/types/1", "type.unknown"),
                ("/types/2", "type.unknown"),
                ("/url", "url.address"),
                ("/description", "one_line"),
                ("/agency", "agency.unknown"),
            ]
        );
        assert_eq!(portal.post("/v1/webhooks", &json!({"url": receiver.url(), "secret": "x"})).await.status, 400);
        assert_eq!(portal.get("/v1/webhooks?owner=me").await.code(400), "parameter.unknown");
        let path = format!("/v1/webhooks/{}", answers[0].body["id"].as_str().unwrap());
        assert_eq!(portal.get(&format!("{path}/deliveries?count=exact")).await.code(400), "parameter.unknown");
        assert_eq!(portal.get(&format!("{path}/deliveries?state=lost")).await.code(400), "filter.invalid");
        assert_eq!(portal.get(&format!("{path}/deliveries?limit=201")).await.code(400), "parameter.invalid");
        let replays = format!("{path}/replays");
        for body in [json!({}), json!({"from_position": 1, "since": "2026-11-16T00:00:00Z"}), json!({"from_position": 0})] {
            assert_eq!(portal.post(&replays, &body).await.status, 422, "{body}");
        }
        province.stop().await;
    }

    async fn only_public_receivers_are_called_unless_the_operator_vouches_for_them(database) {
        let province = Province::start(database).await;
        let portal = province.portal();
        for (url, code) in [
            ("https://localhost/", "url.address"),
            ("http://127.0.0.1:8081/", "url.not_https"),
            ("https://localhost:81/", "url.port"),
            ("http://localhost/", "url.not_https"),
            ("https://[::ffff:127.0.0.1]/", "url.address"),
            ("https://169.254.169.254/latest/meta-data", "url.address"),
            ("https://no-such-host.invalid/", "url.address"),
            ("https://user:pass@hooks.example/", "url.shape"),
        ] {
            let refused = portal.post("/v1/webhooks", &json!({"url": url})).await;
            assert_eq!((refused.status, &refused.body["errors"][0]["code"]), (422, &json!(code)), "{url}");
        }
        // Nobody learns from the answer which names there are inside.
        let answers = ["https://localhost/", "https://no-such-host.invalid/"].map(|url| json!({"url": url}));
        let inside = portal.post("/v1/webhooks", &answers[0]).await;
        let nowhere = portal.post("/v1/webhooks", &answers[1]).await;
        assert_eq!(inside.body["errors"], nowhere.body["errors"]);
        let long = format!("https://hooks.example/{}", "a".repeat(2_000));
        let refused = portal.post("/v1/webhooks", &json!({"url": long})).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["code"]), (422, &json!("url.length")));
        assert!(refused.body["errors"][0].to_string().contains("2.000"), "{}", refused.body);
        assert_eq!(portal.get("/v1/webhooks").await.ok()["items"], json!([]));
        province.stop().await;
    }

    async fn a_name_is_looked_up_only_for_a_request_without_other_faults(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let pointers = |refused: &crate::support::Answer| {
            let errors = refused.body["errors"].as_array().unwrap();
            errors.iter().map(|fault| fault["pointer"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let wrong = json!({"url": "https://no-such-host.invalid/", "types": ["dossiers.*"], "agency": "H7"});
        let refused = portal.post("/v1/webhooks", &wrong).await;
        assert_eq!((refused.status, pointers(&refused)), (422, vec!["/types/0".to_owned(), "/agency".to_owned()]));
        let (path, _) = subscribed(&portal, &receiver, &[]).await;
        let elsewhere = json!({"url": "https://no-such-host.invalid/"});
        assert_eq!(portal.put(&path, 7, &elsewhere).await.code(412), "precondition.stale");
        let refused = portal.put(&path, 1, &elsewhere).await;
        assert_eq!((refused.status, pointers(&refused)), (422, vec!["/url".to_owned()]));
        province.stop().await;
    }

    async fn a_list_is_read_page_by_page_and_twenty_are_enough(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let mut made = Vec::new();
        for _ in 0..20 {
            made.push(subscribed(&portal, &receiver, &["rating.given.v1"]).await.0.rsplit('/').next().unwrap().to_owned());
        }
        assert_eq!(portal.post("/v1/webhooks", &json!({"url": receiver.url()})).await.code(409), "webhooks.too_many");
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = portal.get(&format!("/v1/webhooks?limit=7{after}")).await.ok();
            seen.extend(page["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        made.reverse();
        assert_eq!(seen, made);
        province.stop().await;
    }

    async fn what_becomes_of_a_webhook_is_in_the_journal_without_address_and_secret(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let (path, secret) = subscribed(&portal, &receiver, &["dossier.*"]).await;
        portal.put(&path, 1, &json!({"url": receiver.url(), "types": ["payment.*"]})).await.ok();
        portal.post(&format!("{path}/secret-rotations"), &json!({})).await.ok();
        delete(&portal, &path, 3).await.ok();
        province.all_events_are_in_the_feed().await;
        let whole = whole_feed(&province).await;
        let id = path.rsplit('/').next().unwrap();
        let told: Vec<&Value> =
            whole.as_array().unwrap().iter().filter(|event| event["subject"] == format!("webhooks/{id}")).collect();
        let kinds: Vec<&str> = told.iter().map(|event| event["type"].as_str().unwrap()).collect();
        let expected = ["created", "changed", "secret_rotated", "deleted"].map(|what| format!("webhook.{what}.v1"));
        assert_eq!(kinds, expected);
        assert_eq!((&told[1]["data"]["types"], &told[1]["data"]["host"]), (&json!(["payment.*"]), &json!("127.0.0.1")));
        let text = format!("{told:?}");
        assert!(!text.contains("key=1") && !text.contains(&secret), "{text}");
        // And nobody else's: not even the owner sees more than the API tells them.
        let feed = portal.get("/v1/events").await.ok();
        assert!(!feed.to_string().contains("webhook."), "{feed}");
        province.stop().await;
    }
}

/// What only the services themselves see.
async fn whole_feed(province: &Province) -> Value {
    let mut service = province.caller(ActorKind::Service, "auditor", None);
    let mut request = TokenRequest::new(ActorKind::Service, "auditor");
    request.scopes = vec!["procedures:events:read".to_owned(), "procedures:events:verify".to_owned()];
    let issuer = DevelopmentIssuer::load(&province.foundation.shared.settings, &province.clock).unwrap();
    service.token = issuer.mint(&request).unwrap();
    service.get("/v1/events").await.ok()
}
