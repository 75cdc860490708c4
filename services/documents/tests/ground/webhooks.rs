//! The events of agencies and people, pushed.

use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::installation::{AGENCIES, Installation, OFFICERS};
use crate::receiver::Receiver;

on_both_databases! {
    async fn an_administrator_is_pushed_what_concerns_their_agency_and_no_other(database) {
        let (of_ward, of_province) = (Receiver::start(), Receiver::start());
        let mut settings = Receiver::settings();
        settings.push(("MOTCUA_MODE", "sandbox".to_owned()));
        let here = Installation::with_settings(database, settings).await;
        here.import_agencies(AGENCIES).await;
        here.import_officers(OFFICERS).await;
        let (ward, province) = (here.officer("ward"), here.officer("province"));
        let body = |receiver: &Receiver| json!({"url": receiver.url(), "types": ["officer.recorded.v1"]});
        let created = ward.post("/v1/webhooks", &body(&of_ward)).await.ok();
        province.post("/v1/webhooks", &body(&of_province)).await.ok();
        let others = json!({"url": of_ward.url(), "types": ["dossier.received.v1"]});
        assert_eq!(ward.post("/v1/webhooks", &others).await.problem(422), "validation");

        // From the beginning, once: two people of the ward, and all four of the province.
        let path = format!("/v1/webhooks/{}/replays", created["id"].as_str().unwrap());
        ward.post(&path, &json!({"from_position": 1})).await.ok();
        let more = format!("{OFFICERS}new-13,Ngô Văn Mới,H50.13,receiver,\nnew-12,Đỗ Thị Mới,H50.12,receiver,\n");
        assert_eq!(here.import_officers(&more).await.loaded, 2);
        let messages = of_ward.until("those of the ward", |messages| messages.len() >= 3).await;
        let subjects = |messages: &[crate::receiver::Message]| {
            let of = |one: &crate::receiver::Message| one.event["data"]["subject"].as_str().unwrap().to_owned();
            let mut all: Vec<String> = messages.iter().map(of).collect();
            all.sort();
            all
        };
        assert_eq!(subjects(&messages), ["clerk-12", "new-12", "ward"]);
        assert!(messages.iter().all(|one| one.is_signed_by(created["secret"].as_str().unwrap())));
        of_province.until("both new ones", |messages| {
            let subjects = subjects(messages);
            ["new-12", "new-13"].iter().all(|new| subjects.iter().any(|one| one == new))
        })
        .await;
        assert_eq!(of_ward.messages().len(), 3);

        // A token that does not read the directory is pushed nothing of it.
        let scopes = ["documents:webhooks:write", "documents:events:read"];
        let narrow = here.scoped(ActorKind::Officer, "ward", &scopes);
        let closed = Receiver::start();
        let created = narrow.post("/v1/webhooks", &body(&closed)).await.ok();
        let path = format!("/v1/webhooks/{}", created["id"].as_str().unwrap());
        narrow.post(&format!("{path}/replays"), &json!({"from_position": 1})).await.ok();
        let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
        let last = created["position"].as_str().unwrap().parse::<i64>().unwrap();
        while narrow.get(&path).await.ok()["position"].as_str().unwrap().parse::<i64>().unwrap() < last {
            assert!(std::time::Instant::now() < until, "the feed is not looked at");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert!(closed.messages().is_empty());
        here.stop().await;
    }
}
