//! Databases instead of papers.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::desk::{ASKS, CITIZEN, GIVES, citizen, component, faults, province, told, write, write_from};
use crate::support::{Answer, Province};

const WHAT: &str = "lookups";
/// A moment before the test's clock.
const AT: &str = "2026-11-16T01:50:00Z";

fn lookup(outcome: &str) -> Value {
    json!({"component": component(ASKS, 3), "database": "population", "looked_up_at": AT, "outcome": outcome, "reference": "DC-045190000001"})
}

/// A dossier of ASKS that comes with these look-ups.
async fn submit(province: &Province, lookups: Value) -> Answer {
    province
        .portal()
        .submit(|body| {
            body["procedure"] = json!(ASKS);
            body["lookups"] = lookups;
        })
        .await
}

fn id_of(answer: &Value) -> String {
    answer["id"].as_str().unwrap().to_owned()
}

/// What the facts say of the component that the database replaces.
fn replaced(facts: &Value) -> Option<&Value> {
    facts["components"].as_array().unwrap().iter().find(|one| one["code"] == json!(component(ASKS, 3)))
}

on_both_databases! {
    async fn an_instant_that_no_calendar_has_is_refused_and_not_kept(database) {
        let (province, _documents) = province(database).await;
        for at in ["-5000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z"] {
            let mut long_ago = lookup("found");
            long_ago["looked_up_at"] = json!(at);
            assert_eq!(submit(&province, json!([long_ago])).await.code(400), "value.unstorable", "{at}");
        }
        let far = province.portal().get("/v1/dossiers?due_on=lt:%2B20000-01-01").await;
        assert!((400..500).contains(&far.status), "{}", far.body);
        assert_eq!(province.portal().get("/v1/dossiers").await.ok()["items"], json!([]));
        province.stop().await;
    }

    async fn what_a_database_has_is_not_missing_and_counts_as_replaced(database) {
        let (province, _documents) = province(database).await;
        let submitted = submit(&province, json!([lookup("found")])).await.ok();
        assert_eq!(submitted["missing_components"], json!([component(ASKS, 1), component(ASKS, 2)]));
        assert_eq!(submitted["failed_lookups"], json!([]));
        let id = id_of(&submitted);
        let kept = province.officer("C1", "receiver").get(&format!("/v1/dossiers/{id}/lookups")).await.ok();
        assert_eq!((&kept["items"][0]["looked_up_at"], &kept["items"][0]["reference"]), (&json!(AT), &json!("DC-045190000001")));
        assert_eq!(province.officer("C2", "receiver").get(&format!("/v1/dossiers/{id}/lookups")).await.code(404), "not_found");
        let told = told(&province, &id, "dossier.submitted.v1").await.remove(0);
        let fact = replaced(&told).unwrap();
        assert_eq!((&fact["replaced_by"], &fact["has_file"]), (&json!("population"), &json!(false)));
        assert!(!told.to_string().contains("DC-045190000001"), "an event names nobody");
        province.stop().await;
        if let Some(path) = database.url.strip_prefix("sqlite:") {
            let mut bytes = std::fs::read(path).unwrap();
            bytes.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
            assert!(!bytes.windows(15).any(|w| w == b"DC-045190000001"), "the reference stands in the file");
        }
    }

    async fn a_mismatch_keeps_the_paper_missing_until_an_officer_finds_it(database) {
        let (province, _documents) = province(database).await;
        let submitted = submit(&province, json!([lookup("mismatch")])).await.ok();
        let id = id_of(&submitted);
        assert_eq!(submitted["missing_components"][2], component(ASKS, 3));
        assert_eq!(submitted["failed_lookups"][0]["outcome"], "mismatch");
        let seen = province.officer("C1", "processor").get(&format!("/v1/dossiers/{id}")).await.ok();
        assert_eq!(seen["failed_lookups"][0]["component"], component(ASKS, 3));
        province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
        province.travel("2026-11-16T02:05:00Z");
        let mut later = lookup("found");
        later["looked_up_at"] = json!("2026-11-16T02:04:00Z");
        let body = json!({"lookups": [later]});
        let receiver = province.officer("C1", "receiver");
        assert_eq!(write(&province.officer("C2", "receiver"), &id, WHAT, None, &body).await.code(404), "not_found");
        for caller in [province.officer("C1", "approver"), province.officer("P", "leader")] {
            assert_eq!(write(&caller, &id, WHAT, None, &body).await.code(403), "dossier.not_yours");
        }
        assert_eq!(write_from(&receiver, &id, WHAT, 1, None, &body).await.code(412), "precondition.stale");
        let version = receiver.get(&format!("/v1/dossiers/{id}")).await.ok()["version"].as_i64().unwrap();
        let processor = province.officer("C1", "processor");
        let (one, two) = tokio::join!(
            write_from(&receiver, &id, WHAT, version, Some("a"), &body),
            write_from(&processor, &id, WHAT, version, Some("b"), &body)
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "of two at once one is recorded");
        let (won, again) = if one.status == 200 {
            (one, write_from(&receiver, &id, WHAT, version, Some("a"), &body).await)
        } else {
            (two, write_from(&processor, &id, WHAT, version, Some("b"), &body).await)
        };
        assert_eq!(again.headers["idempotency-replayed"], "true");
        assert_eq!((&won.body["failed_lookups"], won.body["missing_components"].as_array().unwrap().len()), (&json!([]), 2));
        let kept = receiver.get(&format!("/v1/dossiers/{id}")).await.ok()["lookups"].as_array().unwrap().len();
        assert_eq!(kept, 2);
        let events = told(&province, &id, "dossier.looked_up.v1").await;
        assert_eq!((events.len(), replaced(&events[0]).unwrap()["replaced_by"].clone()), (1, json!("population")));
        // A later mismatch takes it back.
        province.travel("2026-11-16T02:15:00Z");
        let mut last = lookup("not_found");
        last["looked_up_at"] = json!("2026-11-16T02:14:00Z");
        let taken_back = write(&receiver, &id, WHAT, None, &json!({"lookups": [last]})).await.ok();
        assert_eq!(taken_back["missing_components"][2], component(ASKS, 3));
        assert_eq!(replaced(&told(&province, &id, "dossier.looked_up.v1").await[1]), None);
        province.stop().await;
    }

    async fn every_fault_of_look_ups_is_told_at_once_and_nothing_is_kept(database) {
        let (province, _documents) = province(database).await;
        let mut elsewhere = lookup("found");
        elsewhere["database"] = json!("land");
        let mut early = lookup("found");
        early["looked_up_at"] = json!("2026-11-16T05:00:00Z");
        let mut paper = lookup("found");
        paper["component"] = json!(component(ASKS, 1));
        let mut unknown = lookup("found");
        unknown["component"] = json!(component(GIVES, 1));
        let broken = json!([elsewhere, early, paper, unknown]);
        let expected = [
            "/lookups/0/database lookup.wrong_database",
            "/lookups/1/looked_up_at date.in_future",
            "/lookups/2/component component.not_replaced",
            "/lookups/3/component component.unknown",
        ];
        assert_eq!(faults(&submit(&province, broken.clone()).await), expected);
        let id = id_of(&submit(&province, json!([])).await.ok());
        let receiver = province.officer("C1", "receiver");
        assert_eq!(faults(&write(&receiver, &id, WHAT, None, &json!({"lookups": broken})).await), expected);
        assert_eq!(faults(&write(&receiver, &id, WHAT, None, &json!({"lookups": []})).await), ["/lookups required"]);
        let after = receiver.get(&format!("/v1/dossiers/{id}")).await.ok();
        assert_eq!((&after["version"], &after["lookups"]), (&json!(1), &json!([])));
        province.stop().await;
    }

    async fn a_citizen_says_nothing_for_a_database_and_a_dossier_that_ended_is_not_looked_up(database) {
        let (province, _documents) = province(database).await;
        let answer = citizen(&province, CITIZEN).submit(|body| {
            body["procedure"] = json!(ASKS);
            body["lookups"] = json!([lookup("found")]);
        }).await;
        assert_eq!(faults(&answer), ["/lookups lookup.not_yours_to_say"]);
        let id = id_of(&submit(&province, json!([])).await.ok());
        let body = json!({"lookups": [lookup("found")]});
        assert_eq!(write(&province.portal(), &id, WHAT, None, &body).await.status, 403);
        province.portal().step(&id, &json!({"action": "withdraw"})).await.ok();
        let ended = write(&province.officer("C1", "receiver"), &id, WHAT, None, &body).await;
        assert_eq!((ended.code(409), &ended.body["state"]), ("dossier.state".to_owned(), &json!("withdrawn")));
        province.stop().await;
    }

    async fn a_paper_that_is_handed_in_after_all_counts_as_handed_in(database) {
        let (province, _documents) = province(database).await;
        let id = id_of(&submit(&province, json!([lookup("found")])).await.ok());
        let request = json!({"action": "request_supplement", "legal_basis": "Nghị định 118/2025/NĐ-CP",
            "items": [{"component": component(ASKS, 3), "what": "Giấy xác nhận", "reason": "Dữ liệu cũ"}]});
        province.officer("C1", "receiver").step(&id, &request).await.ok();
        let file = province.portal().upload(b"%PDF-1.7 paper").await;
        let add = json!({"action": "supplement", "files": [{"component": component(ASKS, 3), "file_id": file}]});
        province.portal().step(&id, &add).await.ok();
        let facts = told(&province, &id, "dossier.supplemented.v1").await.remove(0);
        let of: Vec<&Value> = facts["components"].as_array().unwrap().iter().filter(|one| one["code"] == json!(component(ASKS, 3))).collect();
        assert_eq!((of.len(), &of[0]["has_file"], &of[0]["replaced_by"]), (1, &json!(true), &json!(null)));
        province.stop().await;
    }
}
