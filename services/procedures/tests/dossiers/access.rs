//! Who sees and moves what: one predicate, everywhere the same.

use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::support::{Caller, Province};

/// The dossiers a caller finds in the list, counted, read one by one, and in the feed.
async fn seen(caller: &Caller<'_>, all: &[String]) -> Vec<usize> {
    let list = caller.get("/v1/dossiers?limit=200&count=exact").await.ok();
    let listed: Vec<&str> = list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(list["count"], listed.len());
    let mut found = Vec::new();
    for (at, id) in all.iter().enumerate() {
        let one = caller.get(&format!("/v1/dossiers/{id}")).await.status == 200;
        assert_eq!(one, listed.contains(&id.as_str()), "list and get differ");
        if one {
            found.push(at);
        }
    }
    let events = caller.get("/v1/events?after=0").await.ok();
    let told: std::collections::BTreeSet<String> = events
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|event| event["subject"].as_str()?.strip_prefix("dossiers/").map(str::to_owned))
        .collect();
    let expected: std::collections::BTreeSet<String> = found.iter().map(|at| all[*at].clone()).collect();
    assert_eq!(told, expected, "feed and get differ");
    found
}

on_both_databases! {
    async fn everybody_sees_the_same_set_by_list_count_get_and_feed(database) {
        let province = Province::start(database).await;
        let portal = province.portal();
        let other = province.caller(ActorKind::Client, "other-portal", None);
        let citizen = province.caller(ActorKind::Citizen, "somebody", Some("045190000001"));
        let another = province.caller(ActorKind::Citizen, "another", Some("045190000002"));
        let mut ids = Vec::new();
        ids.push(portal.submitted().await);
        ids.push(portal.submit(|body| body["receiving_agency"] = json!("H1.2")).await.ok()["id"].as_str().unwrap().to_owned());
        ids.push(other.submit(|body| body["applicant"]["identity_number"] = json!("045190000002")).await.ok()["id"].as_str().unwrap().to_owned());
        let business = json!({"kind": "business", "name": "Công ty Ví Dụ", "identity_number": "0100109106"});
        let represented = another
            .submit(|body| {
                body["procedure"] = json!("1.000828");
                body["applicant"] = business;
                body["representative"] = json!({
                    "kind": "legal_representative", "name": "Trần Thị Ví Dụ", "identity_number": "045190000002",
                    "mandate": {"kind": "registration"},
                });
            })
            .await
            .ok();
        ids.push(represented["id"].as_str().unwrap().to_owned());
        province.all_events_are_in_the_feed().await;
        assert_eq!(seen(&portal, &ids).await, [0, 1]);
        assert_eq!(seen(&other, &ids).await, [2]);
        assert_eq!(seen(&citizen, &ids).await, [0, 1], "the applicant's own, whoever submitted");
        assert_eq!(seen(&another, &ids).await, [2, 3], "own, and submitted as a representative");
        assert_eq!(seen(&province.officer("C1", "receiver"), &ids).await, [0, 2, 3]);
        assert_eq!(seen(&province.officer("C2", "leader"), &ids).await, [1]);
        assert_eq!(seen(&province.officer("D3", "processor"), &ids).await, [3]);
        assert_eq!(seen(&province.officer("P", "leader"), &ids).await, [0, 1, 2, 3], "everything below");
        assert_eq!(seen(&province.caller(ActorKind::Citizen, "nameless", None), &ids).await, [0_usize; 0]);
        province.stop().await;
    }

    async fn an_officer_of_another_agency_can_neither_see_nor_move(database) {
        let province = Province::start(database).await;
        let id = province.portal().submitted().await;
        let foreign = province.officer("C2", "receiver").step(&id, &json!({"action": "receive"})).await;
        assert_eq!(foreign.code(404), "not_found");
        let wrong_role = province.officer("C1", "approver").step(&id, &json!({"action": "receive"})).await;
        assert_eq!(wrong_role.code(403), "dossier.not_yours");
        let portal = province.portal().step(&id, &json!({"action": "receive"})).await;
        assert!(portal.status == 403, "{}", portal.body);
        province.stop().await;
    }

    async fn pages_have_no_gap_and_no_repeat_while_dossiers_come_in(database) {
        let province = Province::start(database).await;
        let portal = province.portal();
        let mut before = Vec::new();
        for _ in 0..7 { before.push(portal.submitted().await); }
        let mut found: Vec<String> = Vec::new();
        let mut path = "/v1/dossiers?limit=3".to_owned();
        loop {
            let page = portal.get(&path).await.ok();
            found.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            portal.submitted().await;
            match &page["next"] {
                Value::String(after) => path = format!("/v1/dossiers?limit=3&after={after}"),
                _ => break,
            }
        }
        before.reverse();
        assert_eq!(found, before);
        let cursor = path.split("after=").nth(1).unwrap();
        let elsewhere = portal.get(&format!("/v1/dossiers?state=received&limit=3&after={cursor}")).await;
        assert_eq!(elsewhere.code(400), "cursor.invalid");
        province.stop().await;
    }

    async fn reading_personal_data_leaves_an_entry_and_stored_rows_hold_no_name(database) {
        let province = Province::start(database).await;
        let id = province.portal().submitted().await;
        province.officer("C1", "receiver").get(&format!("/v1/dossiers/{id}")).await.ok();
        assert_eq!(province.officer("C1", "receiver").head(&format!("/v1/dossiers/{id}")).await, 200);
        let entries = province.foundation.db.read("entries", move |conn| {
            use diesel::prelude::*;
            #[derive(QueryableByName)]
            struct Row { #[diesel(sql_type = diesel::sql_types::Text)] actor: String, #[diesel(sql_type = diesel::sql_types::Text)] operation: String }
            let rows: Vec<Row> = diesel::sql_query("SELECT actor, operation FROM read_audit").load(conn)?;
            Ok(rows.into_iter().map(|row| format!("{} {}", row.operation, row.actor)).collect::<Vec<_>>())
        }).await.unwrap();
        // A HEAD reads as well.
        assert_eq!(entries, ["get_dossier officer:C1-receiver@motcua-development"; 2]);
        province.stop().await;
        if let Some(path) = database.url.strip_prefix("sqlite:") {
            let mut bytes = std::fs::read(path).unwrap();
            bytes.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
            for secret in ["Trần Thị Ví Dụ", "045190000001", "Tổ hòa giải số 1"] {
                assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret} stands in the file");
            }
        }
    }
}
