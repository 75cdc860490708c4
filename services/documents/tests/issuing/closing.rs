//! A closed register is signed by the journal, and nothing is added to it.

use std::sync::Arc;

use motcua_documents::registers;
use motcua_kernel::Role;
use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, answer};
use super::late::late;
use super::reserving::{register, reserve, void};

async fn version(desk: &Desk, token: &str, id: &str) -> i64 {
    answer(desk.get(token, &format!("registers/{id}")).await, 200).await["version"].as_i64().unwrap()
}

async fn close(desk: &Desk, token: &str, id: &str, version: i64, body: Value, status: u16) -> Value {
    answer(desk.change(token, Method::POST, &format!("registers/{id}/closing"), version, &body).await, status).await
}

async fn check(desk: &Desk, token: &str, id: &str) -> Value {
    answer(desk.get(token, &format!("registers/{id}/check")).await, 200).await
}

/// Two documents, a void number, a reserved one and a late one, of 2026.
async fn filled(desk: &Desk, clerk: &str) -> String {
    desk.issue(clerk, &desk.decision(clerk, "1").await, 201).await;
    let reserved = reserve(desk, clerk, json!({"count": 2}), 201).await;
    let id = register(&reserved);
    void(desk, clerk, &id, "2", 1, 200).await;
    desk.issue(clerk, &desk.decision(clerk, "4").await, 201).await;
    desk.issue(clerk, &late(desk, clerk, "1a", 1).await, 201).await;
    id
}

on_both_databases! {
    async fn a_register_closes_after_its_year_and_then_takes_nothing(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let id = filled(&desk, &clerk).await;
        desk.at("2026-12-31T16:59:59Z");
        let now = version(&desk, &clerk, &id).await;
        assert_eq!(close(&desk, &clerk, &id, now, json!({}), 409).await["code"], "register.year_not_ended");
        desk.at("2026-12-31T17:00:00Z");
        let open = close(&desk, &clerk, &id, now, json!({}), 409).await;
        assert_eq!((&open["code"], &open["numbers"]), (&json!("register.reservations_open"), &json!([3])));
        void(&desk, &clerk, &id, "3", 1, 200).await;
        assert_eq!(close(&desk, &clerk, &id, now, json!({}), 412).await["code"], "precondition.stale");
        let now = version(&desk, &clerk, &id).await;
        let closed = close(&desk, &clerk, &id, now, json!({"note": "Sổ do bà Trần Thị B giữ"}), 200).await;
        assert_eq!((&closed["state"], &closed["closing_note"]), (&json!("closed"), &json!("Sổ do bà Trần Thị B giữ")));
        let closing = &closed["closing"];
        assert_eq!((&closing["last_number"], &closing["used"], &closing["void"], &closing["late"]), (&json!(4), &json!(3), &json!(2), &json!(1)));
        let read = answer(desk.get(&clerk, &format!("registers/{id}")).await, 200).await;
        assert_eq!(read, closed);
        assert_eq!(close(&desk, &clerk, &id, now + 1, json!({}), 409).await["code"], "register.closed");
        let mut behind = late(&desk, &clerk, "x", 1).await;
        behind["late_number"]["year"] = json!(2026);
        assert_eq!(desk.issue(&clerk, &behind, 409).await["code"], "register.closed");
        assert_eq!(void(&desk, &clerk, &id, "1", 1, 409).await["code"], "register.entry_issued");
        let counted = check(&desk, &clerk, &id).await;
        assert_eq!((&counted["in_order"], &counted["agrees_with_journal"]), (&json!(true), &json!(true)));
        assert_eq!((&counted["sha256"], &counted["signed_sha256"]), (&closing["sha256"], &closing["sha256"]));
        let events = desk.events(&clerk, 8).await;
        let told = events.iter().find(|event| event["type"] == "register.closed.v1").unwrap();
        assert_eq!((&told["id"], &told["data"]["sha256"], &told["data"]["early"]), (&closing["event_id"], &closing["sha256"], &json!(false)));
        assert!(!told.to_string().contains("Trần"));
        // The new year is another register.
        assert_eq!(desk.issue(&clerk, &desk.decision(&clerk, "next").await, 201).await["full_number"], "01/QĐ-UBND");
    }

    async fn whoever_alters_a_line_is_found_out(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let id = filled(&desk, &clerk).await;
        assert_eq!(check(&desk, &clerk, &id).await["agrees_with_journal"], Value::Null);
        desk.at("2027-01-02T03:00:00Z");
        void(&desk, &clerk, &id, "3", 1, 200).await;
        close(&desk, &clerk, &id, version(&desk, &clerk, &id).await, json!({}), 200).await;
        desk.run("UPDATE register_entries SET registered_on = '2026-11-20' WHERE number = 4").await;
        let found = check(&desk, &clerk, &id).await;
        assert_eq!((&found["in_order"], &found["agrees_with_journal"]), (&json!(false), &json!(false)));
        desk.run("UPDATE register_entries SET registered_on = '2026-11-21' WHERE number = 4").await;
        assert_eq!(check(&desk, &clerk, &id).await["in_order"], true);
        // The digest that is kept beside the register is not what is believed.
        desk.run("UPDATE register_closings SET sha256 = 'x'").await;
        assert_eq!(check(&desk, &clerk, &id).await["in_order"], true);
        desk.run("DELETE FROM register_entries WHERE number = 2").await;
        let found = check(&desk, &clerk, &id).await;
        assert_eq!((&found["in_order"], &found["missing"]), (&json!(false), &json!([2])));
        desk.run("UPDATE register_sequences SET last_number = 6").await;
        assert_eq!(check(&desk, &clerk, &id).await["missing"], json!([2, 5, 6]));
    }

    async fn a_document_without_its_line_and_a_line_without_its_document_are_found(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let issued = desk.issue(&clerk, &desk.decision(&clerk, "1").await, 201).await;
        let id = issued["register"]["id"].as_str().unwrap();
        desk.issue(&clerk, &desk.decision(&clerk, "2").await, 201).await;
        desk.run("UPDATE outgoing_documents SET number = 7 WHERE number = 1").await;
        let found = check(&desk, &clerk, id).await;
        assert_eq!((&found["in_order"], &found["differing_documents"]), (&json!(false), &json!([issued["id"]])));
        desk.run("DELETE FROM outgoing_documents").await;
        assert_eq!(check(&desk, &clerk, id).await["differing_documents"].as_array().unwrap().len(), 2);
    }

    async fn a_register_closes_early_with_its_agency_and_its_reason(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let mut request = desk.decision(&clerk, "1").await;
        request["issuing_agency"] = json!("H50.12");
        let id = desk.issue(&clerk, &request, 201).await["register"]["id"].as_str().unwrap().to_owned();
        desk.close("H50.12", "2026-11-25").await;
        desk.merge("H50.12", "H50.13", "2026-11-25").await;
        let reason = json!({"reason": "Sáp nhập theo quyết định của tỉnh"});
        assert_eq!(close(&desk, &clerk, &id, 1, reason.clone(), 409).await["code"], "register.year_not_ended");
        desk.at("2026-11-25T03:00:00Z");
        let (tenant, from, to) = (desk.tenant, desk.agencies["H50.12"], desk.agencies["H50.13"]);
        desk.db.write("move", move |tx| registers::move_rows(tx, tenant, from, to)).await.unwrap();
        let former = desk.officer("hà", "H50.12", Role::Clerk).await;
        close(&desk, &former, &id, 2, reason.clone(), 404).await;
        let successor = desk.officer("tú", "H50.13", Role::Leader).await;
        let missing = close(&desk, &successor, &id, 2, json!({}), 422).await;
        assert_eq!(missing["errors"][0]["pointer"], "/reason");
        let closed = close(&desk, &successor, &id, 2, reason, 200).await;
        assert_eq!((&closed["state"], &closed["responsible_agency"]["code"]), (&json!("closed"), &json!("H50.13")));
        assert_eq!(closed["closing_reason"], "Sáp nhập theo quyết định của tỉnh");
    }

    async fn only_who_keeps_a_register_closes_it_and_one_of_many_does(database) {
        let desk = Arc::new(Desk::open(database).await);
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let issued = desk.issue(&clerk, &desk.decision(&clerk, "1").await, 201).await;
        let id = issued["register"]["id"].as_str().unwrap().to_owned();
        desk.at("2027-01-02T03:00:00Z");
        let processor = desk.officer("hà", "H50", Role::Processor).await;
        assert_eq!(close(&desk, &processor, &id, 1, json!({}), 403).await["code"], "register.not_keeper");
        let foreign = desk.officer("tú", "H50.13", Role::Clerk).await;
        close(&desk, &foreign, &id, 1, json!({}), 404).await;
        let blind = desk.post(&clerk, &format!("registers/{id}/closing"), &json!({})).send().await.unwrap();
        assert_eq!(answer(blind, 428).await["code"], "precondition.required");
        let tries: Vec<_> = (0..6).map(|_| {
            let (desk, clerk, id) = (Arc::clone(&desk), clerk.clone(), id.clone());
            tokio::spawn(async move {
                desk.change(&clerk, Method::POST, &format!("registers/{id}/closing"), 1, &json!({})).await.status().as_u16()
            })
        }).collect();
        let mut statuses = Vec::new();
        for one in tries {
            statuses.push(one.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
        assert_eq!(desk.texts("SELECT kind AS text FROM journal_events WHERE kind = 'register.closed.v1'").await.len(), 1);
    }
}
