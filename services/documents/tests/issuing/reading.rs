use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use motcua_documents::outgoing;
use motcua_journal::Stamp;
use motcua_kernel::{ActorKind, Role};
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::{Desk, OFFICER, SERVICE, answer};

async fn ids(desk: &Desk, token: &str, query: &str) -> BTreeSet<String> {
    let page = answer(desk.get(token, &format!("outgoing-documents{query}")).await, 200).await;
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// One document of each of these agencies, by agency.
async fn issued(desk: &Desk, agencies: &[&str]) -> Vec<Value> {
    let token = desk.procedures();
    let mut documents = Vec::new();
    for agency in agencies {
        let mut request = desk.decision(&token, &format!("dossier-{agency}")).await;
        request["issuing_agency"] = json!(agency);
        documents.push(desk.issue(&token, &request, 201).await);
    }
    documents
}

fn id(document: &Value) -> String {
    document["id"].as_str().unwrap().to_owned()
}

/// The documents that the feed tells a caller of, once there are as many as expected; the sequencer may need a moment, and a
/// feed answers with what it has.
async fn told(desk: &Desk, token: &str, expected: usize) -> BTreeSet<String> {
    let patience = Instant::now() + Duration::from_secs(20);
    loop {
        let feed = answer(desk.get(token, "events?wait=1").await, 200).await;
        let document = |event: &Value| event["data"]["document_id"].as_str().unwrap().to_owned();
        let told: BTreeSet<String> = feed.as_array().unwrap().iter().map(document).collect();
        if told.len() >= expected || Instant::now() > patience {
            return told;
        }
    }
}

on_both_databases! {
    async fn one_predicate_holds_for_get_list_count_feed_and_file(database) {
        let desk = Desk::open(database).await;
        let documents = issued(&desk, &["H50", "H50.12", "H50.13"]).await;
        let province = desk.officer("lan", "H50", Role::Leader).await;
        let department = desk.officer("hà", "H50.12", Role::Processor).await;
        let nobody = desk.token(ActorKind::Citizen, "someone", &[OFFICER, SERVICE].concat());
        for (token, visible) in [(&province, vec![0, 1, 2]), (&department, vec![1]), (&nobody, vec![])] {
            let expected: BTreeSet<String> = visible.iter().map(|at| id(&documents[*at])).collect();
            assert_eq!(ids(&desk, token, "").await, expected);
            let counted = answer(desk.get(token, "outgoing-documents?count=exact&limit=1").await, 200).await;
            assert_eq!(counted["count"], visible.len());
            let told = told(&desk, token, expected.len()).await;
            assert_eq!(told, expected);
            for document in &documents {
                let seen = if expected.contains(&id(document)) { 200 } else { 404 };
                let get = desk.get(token, &format!("outgoing-documents/{}", id(document))).await;
                assert_eq!(get.status().as_u16(), seen);
                let file = document["file"]["id"].as_str().unwrap();
                assert_eq!(desk.get(token, &format!("files/{file}/content")).await.status().as_u16(), seen);
            }
        }
    }

    async fn a_foreign_officer_cannot_tell_a_hidden_document_from_none(database) {
        let desk = Desk::open(database).await;
        let documents = issued(&desk, &["H50.13"]).await;
        let foreign = desk.officer("hà", "H50.12", Role::Leader).await;
        let mut hidden = answer(desk.get(&foreign, &format!("outgoing-documents/{}", id(&documents[0]))).await, 404).await;
        let mut none = answer(desk.get(&foreign, &format!("outgoing-documents/{}", motcua_kernel::new_id())).await, 404).await;
        for problem in [&mut hidden, &mut none] {
            problem.as_object_mut().unwrap().remove("request_id");
        }
        assert_eq!(hidden, none);
    }

    async fn a_service_reads_what_it_issued_and_with_the_scope_of_reading_everything(database) {
        let desk = Desk::open(database).await;
        let documents = issued(&desk, &["H50"]).await;
        let archive = desk.token(ActorKind::Service, "archive", SERVICE);
        let own = desk.issue(&archive, &desk.decision(&archive, "a-1").await, 201).await;
        assert_eq!(ids(&desk, &archive, "").await, [id(&own)].into());
        assert_eq!(ids(&desk, &desk.procedures(), "").await, [id(&documents[0])].into());
        let reader = desk.token(ActorKind::Service, "kpi", &["documents:documents:read"]);
        assert_eq!(ids(&desk, &reader, "").await, [id(&own), id(&documents[0])].into());
        let unscoped = desk.token(ActorKind::Service, "kpi", &["documents:events:read"]);
        assert_eq!(answer(desk.get(&unscoped, "outgoing-documents").await, 403).await["scope"], "documents:documents:read");
    }

    async fn filters_narrow_and_a_wrong_one_is_named(database) {
        let desk = Desk::open(database).await;
        let documents = issued(&desk, &["H50", "H50.12", "H50.13"]).await;
        let token = desk.procedures();
        let mut notice = desk.decision(&token, "notice").await;
        notice["type"] = json!("TB");
        let notice = id(&desk.issue(&token, &notice, 201).await);
        let [province, department, finance] = [0, 1, 2].map(|at| id(&documents[at]));
        let officer = desk.officer("lan", "H50", Role::Leader).await;
        for (query, expected) in [
            ("?agency=H50", vec![&province, &notice]),
            ("?agency=under:H50", vec![&province, &notice, &department, &finance]),
            ("?agency=H46", vec![&province, &notice]),
            ("?agency=H50.12&type=QĐ", vec![&department]),
            ("?type=in:TB,CT", vec![&notice]),
            ("?year=2026&external_ref=dossier-H50.13", vec![&finance]),
            ("?year=2025", vec![]),
        ] {
            assert_eq!(ids(&desk, &officer, query).await, expected.into_iter().cloned().collect(), "{query}");
        }
        for (query, code, parameter) in [
            ("?agency=H99", "agency.unknown", "agency"),
            ("?agency=lt:H50", "filter.invalid", "agency"),
            ("?type=QD", "filter.invalid", "type"),
            ("?year=soon", "parameter.invalid", "year"),
            ("?nummer=1", "parameter.unknown", "nummer"),
        ] {
            let refused = answer(desk.get(&officer, &format!("outgoing-documents{query}")).await, 400).await;
            assert_eq!((&refused["code"], &refused["parameter"]), (&json!(code), &json!(parameter)), "{query}");
        }
    }

    async fn pages_go_from_the_newest_without_gap_or_repeat_while_documents_come_in(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        let mut expected = Vec::new();
        for turn in 0..7 {
            expected.insert(0, desk.issue(&token, &desk.decision(&token, &turn.to_string()).await, 201).await["number"].clone());
        }
        let (mut seen, mut path) = (Vec::new(), "outgoing-documents?limit=3&count=exact".to_owned());
        loop {
            let page = answer(desk.get(&token, &path).await, 200).await;
            assert_eq!(page["count"].as_u64().unwrap(), 7 + u64::from(seen.len() >= 3));
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["number"].clone()));
            let Some(next) = page["next"].as_str() else { break };
            if seen.len() == 3 {
                desk.issue(&token, &desk.decision(&token, "late").await, 201).await;
            }
            path = format!("outgoing-documents?limit=3&count=exact&after={next}");
        }
        assert_eq!(seen, expected);
        let page = answer(desk.get(&token, "outgoing-documents?limit=2").await, 200).await;
        let elsewhere = format!("outgoing-documents?limit=2&year=2026&after={}", page["next"].as_str().unwrap());
        assert_eq!(answer(desk.get(&token, &elsewhere).await, 400).await["code"], "cursor.invalid");
    }

    async fn every_reading_of_subjects_is_noted_with_all_it_showed(database) {
        let desk = Desk::open(database).await;
        let documents = issued(&desk, &["H50", "H50.12"]).await;
        let officer = desk.officer("lan", "H50", Role::Leader).await;
        desk.get(&officer, &format!("outgoing-documents/{}", id(&documents[0]))).await;
        desk.get(&officer, "outgoing-documents").await;
        desk.get(&officer, "outgoing-documents?year=1999").await;
        desk.get(&officer, &format!("outgoing-documents/{}", motcua_kernel::new_id())).await;
        let length = match desk.db.backend() {
            motcua_db::Backend::Postgres(_) => "jsonb_array_length(subjects)",
            motcua_db::Backend::Sqlite(_) => "json_array_length(subjects)",
        };
        let by_the_officer = format!(
            "SELECT actor || ' ' || operation || ' ' || {length} AS text FROM read_audit WHERE actor LIKE 'officer:%' ORDER BY id"
        );
        let noted = desk.texts(&by_the_officer).await;
        let actor = "officer:lan@motcua-development";
        assert_eq!(noted, [format!("{actor} get_outgoing_document 1"), format!("{actor} list_outgoing_documents 2")]);
    }

    async fn documents_follow_the_agency_responsible_and_keep_the_one_that_issued(database) {
        let desk = Desk::open(database).await;
        let documents = issued(&desk, &["H50.13"]).await;
        let successor = desk.officer("hà", "H50.12", Role::Leader).await;
        let path = format!("outgoing-documents/{}", id(&documents[0]));
        assert_eq!(desk.get(&successor, &path).await.status(), 404);
        let (tenant, from, to) = (desk.tenant, desk.agencies["H50.13"], desk.agencies["H50.12"]);
        let (journal, clock) = (desk.running.foundation.journal.clone(), desk.clock.clone());
        let follow = move |tx: &mut motcua_db::Conn| {
            let stamp = Stamp::by_service("documents", tenant, &clock);
            outgoing::move_documents(tx, &journal, &stamp, from, to)
        };
        assert_eq!(desk.db.write("move", follow).await.unwrap(), 1);
        let response = desk.get(&successor, &path).await;
        assert!(response.headers()["etag"].to_str().unwrap().starts_with("\"v2."));
        let document = answer(response, 200).await;
        assert_eq!((&document["issuing_agency"]["code"], &document["responsible_agency"]["code"]), (&json!("H50.13"), &json!("H50.12")));
    }
}
