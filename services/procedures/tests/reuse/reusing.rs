//! Re-use of earlier results and components.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::desk::{ASKS, CITIZEN, GIVES, OTHER, citizen, component, faults, finished, province, received, told};
use crate::support::{Caller, Province};

async fn own(caller: &Caller<'_>, procedure: &str) -> Value {
    caller.get(&format!("/v1/reusable-components?procedure={procedure}")).await.ok()
}

/// The files offered for a component.
fn offered(answer: &Value, component: &str) -> Vec<Value> {
    let of = |one: &&Value| one["component"] == component;
    answer["components"].as_array().unwrap().iter().find(of).unwrap()["files"].as_array().unwrap().clone()
}

/// A file of an earlier dossier, as it is handed in again.
fn reused(number: u32, file: &str, source: &str) -> Value {
    json!({"component": component(ASKS, number), "file_id": file, "origin": "reused", "source": {"dossier_id": source}})
}

/// A dossier of ASKS at H1.2 with these files, by somebody.
async fn ask(caller: &Caller<'_>, number: &str, files: Value) -> crate::support::Answer {
    let number = number.to_owned();
    caller
        .submit(|body| {
            body["procedure"] = json!(ASKS);
            body["receiving_agency"] = json!("H1.2");
            body["applicant"]["identity_number"] = json!(number);
            body["files"] = files;
        })
        .await
}

async fn audited(province: &Province, operation: &str) -> usize {
    let operation = operation.to_owned();
    province
        .foundation
        .db
        .read("audited", move |conn| {
            use diesel::prelude::*;
            #[derive(QueryableByName)]
            struct Row {
                #[diesel(sql_type = diesel::sql_types::Text)]
                operation: String,
            }
            let rows: Vec<Row> = diesel::sql_query("SELECT operation FROM read_audit").load(conn)?;
            Ok(rows.into_iter().filter(|row| row.operation == operation).count())
        })
        .await
        .unwrap()
}

on_both_databases! {
    async fn an_earlier_result_is_offered_and_linked_with_its_source_and_time(database) {
        let (province, _documents) = province(database).await;
        let me = citizen(&province, CITIZEN);
        let (source, _, result) = finished(&province).await;
        let files = offered(&own(&me, ASKS).await, &component(ASKS, 2));
        let file = &files[0];
        assert_eq!((files.len(), &file["file_id"], &file["dossier_id"]), (1, &json!(result), &json!(source)));
        assert_eq!((&file["kind"], &file["number"]), (&json!("result"), &json!("15/QĐ-UBND")));
        assert_eq!((&file["dossier_code"], &file["procedure"]), (&json!("H1.1-261116-0001"), &json!(GIVES)));
        assert_eq!(file["dated_at"], "2026-11-16T04:00:00Z");
        assert_eq!(audited(&province, "list_reusable_components").await, 1);

        let desk = province.officer("C2", "receiver");
        let content = format!("/v1/files/{result}/content");
        assert_eq!(desk.get(&content).await.code(404), "not_found");
        let dossier = ask(&me, CITIZEN, json!([reused(2, &result, &source)])).await.ok();
        assert_eq!(dossier["missing_components"], json!([component(ASKS, 1), component(ASKS, 3)]));
        assert_eq!(desk.get(&content).await.status, 200, "who has the dossier reads what was linked to it");
        let id = dossier["id"].as_str().unwrap();
        let kept = &desk.get(&format!("/v1/dossiers/{id}")).await.ok()["files"][0];
        assert_eq!((&kept["origin"], &kept["source"]["dossier_id"]), (&json!("reused"), &json!(source)));
        assert!(kept["source"]["reused_at"].as_str().unwrap().starts_with("2026-11-16T04:"));
        let facts = told(&province, id, "dossier.submitted.v1").await.remove(0);
        assert_eq!((&facts["components"][0]["reused"], &facts["components"][0]["has_file"]), (&json!(true), &json!(true)));
        province.stop().await;
    }

    async fn what_was_handed_in_is_offered_for_the_same_component_and_taken_as_a_supplement(database) {
        let (province, _documents) = province(database).await;
        let me = citizen(&province, CITIZEN);
        let (source, file) = received(&province).await;
        let files = offered(&own(&me, GIVES).await, &component(GIVES, 1));
        assert_eq!((files.len(), &files[0]["file_id"], &files[0]["kind"]), (1, &json!(file), &json!("component")));
        let again = me.submit(|body| body["procedure"] = json!(GIVES)).await.ok();
        let id = again["id"].as_str().unwrap();
        assert_eq!(again["missing_components"], json!([component(GIVES, 1)]));
        let item = json!({"component": component(GIVES, 1), "what": "Tờ khai", "reason": "Thiếu"});
        let request = json!({"action": "request_supplement", "items": [item], "legal_basis": "Nghị định 118/2025/NĐ-CP"});
        province.officer("C1", "receiver").step(id, &request).await.ok();
        let add = |source: &str| {
            let file = json!({"component": component(GIVES, 1), "file_id": file, "origin": "reused", "source": {"dossier_id": source}});
            json!({"action": "supplement", "files": [file]})
        };
        let itself = me.step(id, &add(id)).await;
        assert_eq!(faults(&itself), ["/files/0/source reuse.not_offered"], "a dossier is no source of itself");
        let added = me.step(id, &add(&source)).await.ok();
        assert_eq!(added["missing_components"], json!([]));
        // The same file twice in the offers is one paper.
        province.officer("C1", "receiver").step(id, &json!({"action": "receive"})).await.ok();
        assert_eq!(offered(&own(&me, GIVES).await, &component(GIVES, 1)).len(), 1);
        province.stop().await;
    }

    async fn a_desk_searches_for_its_applicant_and_nobody_else_does(database) {
        let (province, _documents) = province(database).await;
        let (source, _, result) = finished(&province).await;
        let search = json!({"procedure": ASKS, "identity_number": CITIZEN});
        let path = "/v1/reusable-component-searches";
        let desk = province.officer("C2", "receiver");
        let found = desk.post(path, &search).await.ok();
        assert_eq!(offered(&found, &component(ASKS, 2))[0]["file_id"], json!(result));
        assert_eq!(audited(&province, "search_reusable_components").await, 1);
        for caller in [province.officer("C2", "processor"), province.portal(), citizen(&province, CITIZEN)] {
            assert_eq!(caller.post(path, &search).await.code(403), "dossier.not_a_desk");
        }
        assert_eq!(desk.get(&format!("/v1/reusable-components?procedure={ASKS}")).await.code(403), "citizens.only");
        let wrong = desk.post(path, &json!({"procedure": ASKS, "identity_number": "12"})).await;
        assert_eq!(faults(&wrong), ["/identity_number identity_number"]);
        let unknown = desk.post(path, &json!({"procedure": "9.9", "identity_number": CITIZEN})).await;
        assert_eq!(faults(&unknown), ["/procedure procedure.unknown"]);
        ask(&desk, CITIZEN, json!([reused(2, &result, &source)])).await.ok();
        // Another applicant at the same desk has none of it.
        let none = desk.post(path, &json!({"procedure": ASKS, "identity_number": OTHER})).await.ok();
        assert_eq!(offered(&none, &component(ASKS, 2)), [Value::Null; 0]);
        let taken = ask(&desk, OTHER, json!([reused(2, &result, &source)])).await;
        assert_eq!(faults(&taken), ["/files/0/source reuse.not_offered"]);
        province.stop().await;
    }

    async fn what_is_not_offered_is_not_taken(database) {
        let (province, _documents) = province(database).await;
        let me = citizen(&province, CITIZEN);
        let (source, _, result) = finished(&province).await;
        let nameless = json!([{"component": component(ASKS, 2), "file_id": result, "origin": "reused"}]);
        assert_eq!(faults(&ask(&me, CITIZEN, nameless).await), ["/files/0/source reuse.source_required"]);
        let own_file = me.upload(b"%PDF-1.7 mine").await;
        let pretended = json!([{"component": component(ASKS, 2), "file_id": own_file, "source": {"dossier_id": source}}]);
        assert_eq!(faults(&ask(&me, CITIZEN, pretended).await), ["/files/0/source reuse.source_unexpected"]);
        let mut dated = reused(2, &result, &source);
        dated["source"]["reused_at"] = json!("2020-01-01T00:00:00Z");
        assert_eq!(faults(&ask(&me, CITIZEN, json!([dated])).await), ["/files/0/source/reused_at read_only"]);
        let elsewhere = reused(2, &own_file, &source);
        assert_eq!(faults(&ask(&me, CITIZEN, json!([elsewhere])).await), ["/files/0/source reuse.not_offered"]);
        // What was handed in as one component is no other one, of the same procedure or of another.
        let (handed_in_to, request) = received(&province).await;
        for file in [reused(1, &request, &handed_in_to), reused(1, &result, &source), reused(3, &result, &source)] {
            assert_eq!(faults(&ask(&me, CITIZEN, json!([file])).await), ["/files/0/source reuse.not_offered"]);
        }
        ask(&me, CITIZEN, json!([reused(2, &result, &source)])).await.ok();
        let other = citizen(&province, OTHER);
        assert_eq!(faults(&ask(&other, OTHER, json!([reused(2, &result, &source)])).await), ["/files/0/source reuse.not_offered"]);
        assert_eq!(offered(&own(&other, ASKS).await, &component(ASKS, 2)), [Value::Null; 0]);
        // A portal takes what came through it; this came from the citizen's own hands.
        let portal = ask(&province.portal(), CITIZEN, json!([reused(2, &result, &source)])).await;
        assert_eq!(faults(&portal), ["/files/0/source reuse.not_offered"]);
        province.stop().await;
    }

    async fn what_was_withdrawn_is_offered_no_more(database) {
        let (province, _documents) = province(database).await;
        let me = citizen(&province, CITIZEN);
        let (source, file) = received(&province).await;
        me.step(&source, &json!({"action": "withdraw"})).await.ok();
        assert_eq!(offered(&own(&me, GIVES).await, &component(GIVES, 1)), [Value::Null; 0]);
        let files = json!([{"component": component(GIVES, 1), "file_id": file, "origin": "reused", "source": {"dossier_id": source}}]);
        let answer = me.submit(|body| { body["procedure"] = json!(GIVES); body["files"] = files; }).await;
        assert_eq!(faults(&answer), ["/files/0/source reuse.not_offered"]);
        province.stop().await;
    }
}
