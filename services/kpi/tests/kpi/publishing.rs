//! Published periods: frozen, signed, checked offline; what changes later is told beside them and never in them.

use std::process::Command;

use motcua_agencies::{AgencyKind, AgencyRecord};
use motcua_kernel::{ActorKind, Role, new_id};
use motcua_kpi::publishing::signing::{Untrusted, verify};
use motcua_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use super::province::{DONE, Dossier, RECEIVED, agency, agency_news, at, officer_news};
use super::setting::{Answer, Setting};

/// A province with a commune, its dossiers of October and one of November, and an administrator.
struct Story {
    setting: Setting,
    reader: String,
    admin: String,
    commune: AgencyRecord,
    open: Dossier,
}

const PUBLISHED: &str = "/v1/published-periods";

impl Story {
    async fn told(database: &TestDatabase) -> Self {
        let setting = Setting::start(database).await;
        setting.around.clock.set_business(at("2026-11-22T02:00:00Z"));
        let of = |kind, record: AgencyRecord| AgencyRecord { kind, ..record };
        let province = of(AgencyKind::Province, agency("H50", None, "2025-07-01", None));
        let commune = of(AgencyKind::Commune, agency("H50.11", Some(province.id), "2025-07-01", None));
        let officers =
            [officer_news("admin", province.id, Role::Administrator), officer_news("clerk", commune.id, Role::Clerk)];
        let agencies = [&province, &commune].map(agency_news);
        setting.around.documents.tell(agencies.into_iter().chain(officers)).await;
        let done =
            Dossier::at(&commune, "2026-10-02T02:00:00Z", "2026-10-09T10:00:00Z").finished("2026-10-05T03:00:00Z");
        let open = Dossier::at(&commune, "2026-10-20T02:00:00Z", "2026-10-27T10:00:00Z");
        let news = vec![done.news(RECEIVED, 2), done.news(DONE, 5), open.news(RECEIVED, 2)];
        setting.around.procedures.tell(news).await;
        let (reader, admin) = (setting.reader(), setting.token(ActorKind::Officer, "admin"));
        let story = Self { setting, reader, admin, commune, open };
        story.until_received(2).await;
        // The officers have come as well.
        story.setting.get_until(PUBLISHED, &story.admin, |answer| answer.status == 200).await;
        story
    }

    /// Waits until the commune has received so many dossiers.
    async fn until_received(&self, count: i64) {
        let path = "/v1/scores/figures?set=qd766&period=2026-Q4&agency=H50.11";
        let received = |answer: &Answer| {
            let figures = answer.body["figures"].as_array();
            figures.is_some_and(|all| all.iter().any(|one| one["measure"] == "received" && one["value"] == count))
        };
        self.setting.get_until(path, &self.reader, received).await;
    }

    async fn publish(&self, token: &str, key: &str, set: &str, period: &str) -> Answer {
        let body = json!({"set": set, "period": period, "agency": "H50"});
        self.setting.post(PUBLISHED, token, key, &body).await
    }

    async fn published(&self) -> Answer {
        let answer = self.publish(&self.admin, "first", "qd766", "2026-10").await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer
    }

    async fn get(&self, path: &str) -> Answer {
        let answer = self.setting.get(path, &self.reader).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer
    }

    /// The document, byte by byte.
    async fn bytes(&self, published: &Answer) -> Vec<u8> {
        let url = format!("{}{}", self.setting.service.url(), published.body["document"].as_str().unwrap());
        let response = self.setting.client.get(url).bearer_auth(&self.reader).send().await.unwrap();
        assert_eq!(response.headers()["document-signature"], published.body["signature"].as_str().unwrap());
        assert_eq!(response.headers()["document-sha256"], published.body["sha256"].as_str().unwrap());
        response.bytes().await.unwrap().to_vec()
    }

    async fn restatements(&self, published: &Answer, rest: &str) -> Vec<Value> {
        let path = format!("{PUBLISHED}/{}/restatements{rest}", published.body["id"].as_str().unwrap());
        self.get(&path).await.body["items"].as_array().unwrap().clone()
    }
}

/// What openssl says of a document.
fn openssl(key: &str, document: &[u8], signature: &str) -> Option<bool> {
    Command::new("openssl").arg("version").output().ok()?;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    std::fs::write(file("key.pem"), key).unwrap();
    std::fs::write(file("document.json"), document).unwrap();
    std::fs::write(file("signature.txt"), signature).unwrap();
    let decode = "base64 -d signature.txt > sig";
    assert!(Command::new("sh").args(["-c", decode]).current_dir(folder.path()).status().unwrap().success());
    let check =
        ["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "document.json", "-sigfile", "sig"];
    let checked = Command::new("openssl").args(check).current_dir(folder.path()).output().unwrap();
    Some(checked.status.success())
}

on_both_databases! {
    async fn a_published_period_is_checked_offline_and_one_flipped_byte_is_refused(database) {
        let story = Story::told(database).await;
        let published = story.published().await;
        let document = story.bytes(&published).await;
        let key = story.get("/v1/publishing-key").await.body;
        let signature = published.body["signature"].as_str().unwrap();
        let (pem, raw) = (key["pem"].as_str().unwrap(), key["base64"].as_str().unwrap());
        assert_eq!(key["key_id"], published.body["key_id"]);
        assert_eq!(verify(&document, signature, pem), Ok(()));
        assert_eq!(verify(&document, signature, raw), Ok(()));
        assert_ne!(openssl(pem, &document, signature), Some(false));
        let mut altered = document.clone();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        assert_eq!(verify(&altered, signature, pem), Err(Untrusted::Document));
        assert_ne!(openssl(pem, &altered, signature), Some(true));

        let said: Value = serde_json::from_slice(&document).unwrap();
        assert_eq!((&said["format"], &said["structure"]), (&json!("motcua.published-period.v1"), &json!("as_was")));
        let agencies = said["agencies"].as_array().unwrap();
        let codes: Vec<_> = agencies.iter().map(|one| one["agency"]["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["H50", "H50.11"]);
        for one in agencies {
            assert_eq!((&one["figures"]["received"], &one["figures"]["on_time"]), (&json!(2), &json!(1)), "{one}");
        }
        let commune = story.commune.id.to_string();
        assert_eq!(said["own_figures"][&commune]["received"], 2);
        assert_eq!(said["own_figures"].as_object().unwrap().len(), 1, "the province by itself has none");
        // The same as the live score of that structure.
        let card = story.get("/v1/scores?set=qd766&period=2026-10&agency=under:H50&structure=as_was").await.body;
        assert_eq!(agencies[0]["total"], card["total"]);
        let listed = story.get(&format!("{PUBLISHED}?set=qd766&period=2026-10&count=exact")).await.body;
        assert_eq!((&listed["count"], &listed["items"][0]["id"]), (&json!(1), &published.body["id"]));
        assert_eq!(story.get(&format!("{PUBLISHED}?set=mot-cua")).await.body["items"], json!([]));
    }

    async fn what_may_not_be_published_is_refused(database) {
        let story = Story::told(database).await;
        let clerk = story.setting.token(ActorKind::Officer, "clerk");
        assert_eq!(story.publish(&clerk, "a", "qd766", "2026-10").await.problem(), (403, "period.not_allowed"));
        assert_eq!(story.publish(&story.reader, "b", "qd766", "2026-10").await.status, 403);
        assert_eq!(story.publish(&story.admin, "c", "qd766", "2026-11").await.problem(), (409, "period.not_over"));
        assert_eq!(story.publish(&story.admin, "d", "qd766", "2026-10-20").await.problem(), (409, "period.not_scored"));
        assert_eq!(story.publish(&story.admin, "e", "nothing", "2026-10").await.problem(), (404, "not_found"));
        // Business time is ahead of what was taken in.
        story.setting.around.clock.set_business(at("2126-11-22T02:00:00Z"));
        assert_eq!(story.publish(&story.admin, "f", "qd766", "2126-10").await.problem(), (409, "figures.behind"));
        story.setting.around.clock.set_business(at("2026-11-22T02:00:00Z"));
        let published = story.published().await;
        let again = story.published().await;
        assert_eq!((&again.body, again.header("idempotency-replayed")), (&published.body, "true"));
        let twice = story.publish(&story.admin, "g", "qd766", "2026-10").await;
        assert_eq!((twice.problem(), &twice.body["id"]), ((409, "period.published"), &published.body["id"]));
        // Another tenant knows nothing of it.
        let other = story.setting.token_with(ActorKind::Service, &["kpi:indicators:read"], new_id());
        let path = format!("{PUBLISHED}/{}", published.body["id"].as_str().unwrap());
        for rest in ["", "/document", "/restatements"] {
            assert_ne!(story.setting.get(&format!("{path}{rest}"), &other).await.status, 200, "{rest}");
        }
        let told = ["kpi:events:read", "kpi:indicators:read"];
        let token = story.setting.token_with(ActorKind::Service, &told, story.setting.around.tenant());
        let is_told = |answer: &Answer| {
            answer.body.as_array().is_some_and(|all| all.iter().any(|one| one["type"] == "period.published.v1"))
        };
        story.setting.get_until("/v1/events", &token, is_told).await;
    }

    async fn what_changes_later_is_told_with_old_new_and_event(database) {
        let story = Story::told(database).await;
        let published = story.published().await;
        let document = story.bytes(&published).await;
        // Published a second time, by the commune itself.
        let body = json!({"set": "qd766", "period": "2026-10", "agency": "H50.11"});
        assert_eq!(story.setting.post(PUBLISHED, &story.admin, "second", &body).await.status, 201);
        // One of November is none of October's.
        let later = Dossier::at(&story.commune, "2026-11-05T02:00:00Z", "2026-11-12T10:00:00Z");
        story.setting.around.procedures.tell([later.news(RECEIVED, 2)]).await;
        story.until_received(3).await;
        assert_eq!(story.restatements(&published, "").await, Vec::<Value>::new());
        // One of October that becomes known only now.
        let late = Dossier::at(&story.commune, "2026-10-30T02:00:00Z", "2026-11-12T10:00:00Z");
        story.setting.around.procedures.tell([late.news(RECEIVED, 2)]).await;
        story.until_received(4).await;
        // And one that turns out to have been finished in time.
        let corrected = story.open.clone().finished("2026-10-26T03:00:00Z");
        story.setting.around.procedures.tell([corrected.news(DONE, 5)]).await;
        let on_time = |answer: &Answer| {
            let figures = answer.body["figures"].as_array().unwrap();
            figures.iter().any(|one| one["measure"] == "on_time" && one["value"] == 3)
        };
        let path = "/v1/scores/figures?set=qd766&period=2026-10&agency=H50.11";
        story.setting.get_until(path, &story.reader, on_time).await;

        let noted = story.restatements(&published, "?limit=200").await;
        let of = |measure: &str| noted.iter().filter(|one| one["measure"] == measure).collect::<Vec<_>>();
        let received = of("received");
        assert_eq!(received.len(), 1, "{noted:?}");
        // The page of an indicator tells them too, each once, in the periods of its course.
        let page = async |path: &str| {
            let url = format!("{}/v1/public/pages/indicators/qd766/{path}&lang=en", story.setting.service.url());
            story.setting.client.get(url).send().await.unwrap().text().await.unwrap()
        };
        let shown = page("2.1?period=2026-11").await;
        let told = of("on_time").len() + of("received").len();
        assert!(told > 0 && shown.contains("October 2026"), "{shown}");
        assert_eq!(shown.matches("<code>dossier.").count(), told, "{noted:?} {shown}");
        assert!(page("2.1?period=2026-09").await.contains("Nothing was restated."));
        assert_eq!((&received[0]["old"], &received[0]["new"]), (&json!(2), &json!(3)));
        assert_eq!((&received[0]["record_id"], &received[0]["event_type"]), (&json!(late.id), &json!("dossier.received.v1")));
        assert_eq!(received[0]["agency"]["code"], "H50.11");
        let in_time = of("on_time");
        let told: Vec<_> = in_time
            .iter()
            .map(|one| (one["old"].as_i64(), one["new"].as_i64(), &one["record_id"], one["event_type"].as_str().unwrap()))
            .collect();
        // The first was in term when October ended.
        let (first, second) = (json!(late.id), json!(story.open.id));
        let expected =
            [(Some(1), Some(2), &first, "dossier.received.v1"), (Some(2), Some(3), &second, "dossier.done.v1")];
        assert_eq!(told, expected, "{noted:?}");
        assert!(in_time[1]["reason"]["vi"].as_str().unwrap().contains("kết quả") && in_time[1]["noted_at"].is_string());
        assert!(noted.iter().all(|one| one["record_id"] != json!(later.id)));
        // Every figure that is told now is what was published with all that changed.
        let sheet = story.get(&format!("{path}&structure=as_was")).await.body;
        let said: Value = serde_json::from_slice(&document).unwrap();
        let own = &said["own_figures"][story.commune.id.to_string()];
        for figure in sheet["figures"].as_array().unwrap() {
            let last = noted.iter().rfind(|one| one["measure"] == figure["measure"]);
            let frozen = own[figure["measure"].as_str().unwrap()].as_i64().unwrap_or_default();
            let expected = last.map_or(Some(frozen), |one| one["new"].as_i64());
            assert!(expected.is_none() || expected == figure["value"].as_i64(), "{figure}: {expected:?}");
        }
        assert_eq!(story.restatements(&published, "?agency=under:H50&limit=200").await, noted);
        assert_eq!(story.restatements(&published, "?agency=H50").await, Vec::<Value>::new());
        let file = format!("{PUBLISHED}/{}/restatements?format=csv", published.body["id"].as_str().unwrap());
        let rows = crate::exports::fetch(&story.setting, &file, &story.reader).await.rows();
        let exported: Vec<&str> = rows[1..].iter().map(|row| row[2].as_str()).collect();
        let listed: Vec<_> = noted.iter().map(|one| one["measure"].as_str().unwrap()).collect();
        assert_eq!(exported, listed);
        assert_eq!(story.bytes(&published).await, document);
        let path = format!("{PUBLISHED}/{}/comparison?agency=H50.11", published.body["id"].as_str().unwrap());
        let compared = story.get(&path).await.body;
        let changed = compared["indicators"].as_array().unwrap().iter().find(|one| one["code"] == "2.1").unwrap();
        assert_eq!((&changed["old"], &changed["new"], &changed["difference"]), (&json!("10.00"), &json!("20.00"), &json!("10.00")));
    }
}
