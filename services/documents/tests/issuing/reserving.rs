//! Numbers are reserved, used within the year, or void for ever.

use std::sync::Arc;

use motcua_kernel::{ActorKind, Role, Uuid};
use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, OFFICER, answer};

const WHY: &str = "Quyết định của ông Nguyễn Văn A ký ngoài giờ";

pub(crate) async fn reserve(desk: &Desk, token: &str, change: Value, status: u16) -> Value {
    let mut body = json!({"agency": "H50", "type": "QĐ", "reason": WHY});
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    answer(desk.post(token, "register-reservations", &body).send().await.unwrap(), status).await
}

pub(crate) fn register(reserved: &Value) -> String {
    reserved["register"]["id"].as_str().unwrap().to_owned()
}

async fn with_number(desk: &Desk, token: &str, reference: &str, register: &str, number: i64) -> Value {
    let mut request = desk.decision(token, reference).await;
    request["reservation"] = json!({"register_id": register, "number": number});
    request
}

pub(crate) async fn void(desk: &Desk, token: &str, register: &str, line: &str, version: i64, status: u16) -> Value {
    let path = format!("registers/{register}/entries/{line}/void");
    let why = json!({"reason": "Văn bản của bà Trần Thị B không ban hành nữa"});
    answer(desk.change(token, Method::POST, &path, version, &why).await, status).await
}

async fn states(desk: &Desk, token: &str, register: &str) -> Vec<String> {
    let page = answer(desk.get(token, &format!("registers/{register}/entries")).await, 200).await;
    let line = |item: &Value| format!("{} {}", item["full_number"].as_str().unwrap(), item["state"].as_str().unwrap());
    page["items"].as_array().unwrap().iter().map(line).collect()
}

on_both_databases! {
    async fn a_reserved_number_goes_to_its_document_on_the_day_of_issue(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        desk.issue(&clerk, &desk.decision(&clerk, "a").await, 201).await;
        let reserved = reserve(&desk, &clerk, json!({"count": 3}), 201).await;
        let numbers: Vec<&Value> = reserved["entries"].as_array().unwrap().iter().map(|entry| &entry["full_number"]).collect();
        assert_eq!(numbers, [&json!("02/QĐ-UBND"), &json!("03/QĐ-UBND"), &json!("04/QĐ-UBND")]);
        let first = &reserved["entries"][0];
        assert_eq!((&first["state"], &first["reason"], &first["document_id"]), (&json!("reserved"), &json!(WHY), &Value::Null));
        assert_eq!(first["reserved_by"], "officer:vân@motcua-development");
        assert_eq!(desk.issue(&clerk, &desk.decision(&clerk, "b").await, 201).await["number"], 5);
        desk.at("2026-11-23T03:00:00Z");
        let request = with_number(&desk, &clerk, "c", &register(&reserved), 3).await;
        let issued = desk.issue(&clerk, &request, 201).await;
        assert_eq!((&issued["full_number"], &issued["issued_on"]), (&json!("03/QĐ-UBND"), &json!("2026-11-23")));
        assert_eq!(issued["issued_at"].as_str().unwrap().get(..10), Some("2026-11-23"));
        assert_eq!(desk.issue(&clerk, &request, 200).await["id"], issued["id"]);
        let expected = ["01/QĐ-UBND used", "02/QĐ-UBND reserved", "03/QĐ-UBND used", "04/QĐ-UBND reserved", "05/QĐ-UBND used"];
        assert_eq!(states(&desk, &clerk, &register(&reserved)).await, expected);
        let line = answer(desk.get(&clerk, &format!("registers/{}/entries/3", register(&reserved))).await, 200).await;
        assert_eq!((&line["registered_on"], &line["version"], &line["document_id"]), (&json!("2026-11-23"), &json!(2), &issued["id"]));
        assert_eq!(line["reserved_at"].as_str().unwrap().get(..10), Some("2026-11-21"));
    }

    async fn a_reservation_is_used_once_also_by_many_at_once(database) {
        let desk = Arc::new(Desk::open(database).await);
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let reserved = reserve(&desk, &clerk, json!({}), 201).await;
        let mut requests = Vec::new();
        for turn in 0..8 {
            requests.push(with_number(&desk, &clerk, &format!("r{turn}"), &register(&reserved), 1).await);
        }
        let tries: Vec<_> = requests.into_iter().map(|request| {
            let (desk, clerk) = (Arc::clone(&desk), clerk.clone());
            tokio::spawn(async move {
                let response = desk.post(&clerk, "outgoing-documents", &request).send().await.unwrap();
                (response.status().as_u16(), response.json::<Value>().await.unwrap()["code"].clone())
            })
        }).collect();
        let mut outcomes = Vec::new();
        for one in tries {
            outcomes.push(one.await.unwrap());
        }
        assert_eq!(outcomes.iter().filter(|(status, _)| *status == 201).count(), 1, "{outcomes:?}");
        let others = outcomes.iter().filter(|(status, code)| *status == 409 && *code == "register.number_taken");
        assert_eq!(others.count(), 7, "{outcomes:?}");
    }

    async fn a_reservation_fits_its_agency_type_and_notation(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let reserved = reserve(&desk, &clerk, json!({}), 201).await;
        for (change, code) in [
            (json!({"type": "TB"}), "register.reservation_differs"),
            (json!({"symbol": "UBND-VX"}), "register.reservation_differs"),
            (json!({"normative": true}), "register.reservation_differs"),
            (json!({"issuing_agency": "H50.12"}), "register.reservation_unknown"),
            (json!({"reservation": {"register_id": register(&reserved), "number": 2}}), "register.reservation_unknown"),
            (json!({"reservation": {"register_id": Uuid::nil(), "number": 1}}), "register.reservation_unknown"),
        ] {
            let mut request = with_number(&desk, &clerk, &change.to_string(), &register(&reserved), 1).await;
            for (name, value) in change.as_object().unwrap() {
                request[name] = value.clone();
            }
            let refused = desk.issue(&clerk, &request, 422).await;
            assert_eq!(refused["errors"][0]["pointer"], "/reservation");
            assert_eq!(refused["errors"][0]["code"], code, "{change}");
        }
        desk.issue(&clerk, &with_number(&desk, &clerk, "good", &register(&reserved), 1).await, 201).await;
    }

    async fn a_reserved_number_does_not_go_over_midnight_of_new_years_eve(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        desk.at("2026-12-31T16:59:50Z");
        let reserved = reserve(&desk, &clerk, json!({"count": 2}), 201).await;
        assert_eq!(reserved["register"]["year"], 2026);
        desk.issue(&clerk, &with_number(&desk, &clerk, "a", &register(&reserved), 1).await, 201).await;
        desk.at("2026-12-31T17:00:00Z");
        let request = with_number(&desk, &clerk, "b", &register(&reserved), 2).await;
        assert_eq!(desk.issue(&clerk, &request, 409).await["code"], "register.reservation_of_other_year");
        assert_eq!(reserve(&desk, &clerk, json!({}), 201).await["register"]["year"], 2027);
        void(&desk, &clerk, &register(&reserved), "2", 1, 200).await;
        assert_eq!(states(&desk, &clerk, &register(&reserved)).await, ["01/QĐ-UBND used", "02/QĐ-UBND void"]);
    }

    async fn a_void_number_stays_with_its_reason_and_is_never_given_again(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let reserved = reserve(&desk, &clerk, json!({"count": 2}), 201).await;
        let id = register(&reserved);
        let short = json!({"reason": "Nhầm số"});
        let path = format!("registers/{id}/entries/1/void");
        let refused = answer(desk.change(&clerk, Method::POST, &path, 1, &short).await, 422).await;
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/reason"), &json!("too_short")));
        let line = void(&desk, &clerk, &id, "1", 1, 200).await;
        assert_eq!((&line["state"], &line["voided_by"]), (&json!("void"), &json!("officer:vân@motcua-development")));
        assert_eq!(line["void_reason"], "Văn bản của bà Trần Thị B không ban hành nữa");
        assert_eq!(void(&desk, &clerk, &id, "1", 1, 412).await["code"], "precondition.stale");
        assert_eq!(void(&desk, &clerk, &id, "1", 2, 409).await["code"], "register.entry_void");
        let request = with_number(&desk, &clerk, "a", &id, 1).await;
        assert_eq!(desk.issue(&clerk, &request, 409).await["code"], "register.number_void");
        assert_eq!(desk.issue(&clerk, &desk.decision(&clerk, "b").await, 201).await["number"], 3);
        assert_eq!(void(&desk, &clerk, &id, "3", 1, 409).await["code"], "register.entry_issued");
        for none in ["9", "1a", "x"] {
            void(&desk, &clerk, &id, none, 1, 404).await;
        }
        assert_eq!(states(&desk, &clerk, &id).await, ["01/QĐ-UBND void", "02/QĐ-UBND reserved", "03/QĐ-UBND used"]);
    }

    async fn who_may_not_keep_a_register_changes_nothing_in_it(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50.12", Role::Clerk).await;
        let reserved = reserve(&desk, &clerk, json!({"agency": "H50.12"}), 201).await;
        let id = register(&reserved);
        let processor = desk.officer("hà", "H50.12", Role::Processor).await;
        assert_eq!(void(&desk, &processor, &id, "1", 1, 403).await["code"], "register.not_keeper");
        assert_eq!(reserve(&desk, &processor, json!({"agency": "H50.12"}), 403).await["code"], "register.not_clerk");
        let foreign = desk.officer("tú", "H50.13", Role::Clerk).await;
        void(&desk, &foreign, &id, "1", 1, 404).await;
        assert_eq!(reserve(&desk, &foreign, json!({"agency": "H50.12"}), 403).await["code"], "register.not_clerk");
        let leader = desk.officer("lan", "H50", Role::Leader).await;
        assert_eq!(reserve(&desk, &leader, json!({"agency": "H50.12"}), 403).await["code"], "register.not_clerk");
        void(&desk, &leader, &id, "1", 1, 200).await;
        let service = desk.token(ActorKind::Service, "procedures", OFFICER);
        assert_eq!(reserve(&desk, &service, json!({}), 403).await["code"], "register.not_clerk");
        let unscoped = desk.token(ActorKind::Officer, "vân", &["documents:registers:read"]);
        assert_eq!(reserve(&desk, &unscoped, json!({}), 403).await["scope"], "documents:registers:write");
        assert_eq!(reserve(&desk, &clerk, json!({"agency": "H46"}), 403).await["code"], "register.not_clerk");
        let above = desk.officer("minh", "H50", Role::Clerk).await;
        desk.close("H50.12", "2026-11-01").await;
        desk.merge("H50.12", "H50.13", "2026-11-01").await;
        assert_eq!(reserve(&desk, &above, json!({"agency": "H50.12"}), 409).await["successor"], "H50.13");
    }

    async fn faults_of_a_reservation_are_told_at_once(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let wrong = json!({"agency": " ", "kind": "incoming", "type": "XX", "symbol": "a b", "reason": "", "count": 21});
        let refused = reserve(&desk, &clerk, wrong, 422).await;
        let found: Vec<&str> = refused["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert_eq!(found, ["/agency", "/kind", "/symbol", "/type", "/reason", "/count"]);
        assert_eq!(reserve(&desk, &clerk, json!({"type": "CV"}), 422).await["errors"][0]["code"], "document.symbol_without_unit");
        assert_eq!(reserve(&desk, &clerk, json!({"agency": "H99"}), 422).await["errors"][0]["pointer"], "/agency");
        assert_eq!(reserve(&desk, &clerk, json!({}), 201).await["entries"][0]["number"], 1);
    }

    async fn the_same_key_reserves_once_and_hears_nothing_after_the_role_is_lost(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let body = json!({"agency": "H50", "type": "QĐ", "reason": WHY});
        let send = || desk.post(&clerk, "register-reservations", &body).header("Idempotency-Key", "k");
        let first = answer(send().send().await.unwrap(), 201).await;
        let again = send().send().await.unwrap();
        assert_eq!(again.headers()["idempotency-replayed"], "true");
        assert_eq!(answer(again, 201).await, first);
        let (one, two) = tokio::join!(send().send(), send().send());
        assert_eq!((answer(one.unwrap(), 201).await, answer(two.unwrap(), 201).await), (first.clone(), first));
        assert_eq!(desk.texts("SELECT 'n' AS text FROM register_entries").await.len(), 1);
    }

    async fn reasons_are_sealed_audited_and_absent_from_events(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let reserved = reserve(&desk, &clerk, json!({"count": 2}), 201).await;
        void(&desk, &clerk, &register(&reserved), "2", 1, 200).await;
        states(&desk, &clerk, &register(&reserved)).await;
        let events = desk.events(&clerk, 2).await;
        let kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["register.number_reserved.v1", "register.number_voided.v1"]);
        assert_eq!(events[0]["data"]["numbers"], json!([1, 2]));
        assert_eq!((&events[1]["data"]["number"], &events[1]["data"]["full_number"]), (&json!(2), &json!("02/QĐ-UBND")));
        let text = serde_json::to_string(&events).unwrap();
        assert!(!text.contains("Nguyễn") && !text.contains("Trần"), "{text}");
        let hex = match desk.db.backend() {
            motcua_db::Backend::Postgres(_) => "encode(reason, 'hex') || encode(coalesce(void_reason, ''), 'hex')",
            motcua_db::Backend::Sqlite(_) => "lower(hex(reason)) || lower(hex(coalesce(void_reason, '')))",
        };
        for stored in desk.texts(&format!("SELECT {hex} AS text FROM register_entries")).await {
            assert!(!stored.contains(&hex::encode("Nguyễn")) && !stored.contains(&hex::encode("Trần")));
        }
        let noted = desk.texts("SELECT operation AS text FROM read_audit ORDER BY id").await;
        assert_eq!(noted, ["create_register_reservation", "create_entry_void", "list_register_entries"]);
    }

    async fn another_tenants_numbers_are_not_there(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let reserved = reserve(&desk, &clerk, json!({}), 201).await;
        desk.run("UPDATE register_sequences SET tenant_id = '00000000-0000-0000-0000-000000000007'").await;
        void(&desk, &clerk, &register(&reserved), "1", 1, 404).await;
        assert_eq!(desk.get(&clerk, &format!("registers/{}", register(&reserved))).await.status(), 404);
        let request = with_number(&desk, &clerk, "a", &register(&reserved), 1).await;
        assert_eq!(desk.issue(&clerk, &request, 422).await["errors"][0]["code"], "register.reservation_unknown");
    }
}
