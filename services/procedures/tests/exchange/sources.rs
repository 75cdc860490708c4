//! Where papers come from, and who still has them after a transfer of competence.

use diesel::prelude::*;
use motcua_agencies::{DelegationRecord, GrantRecord, OfficerRecord, officers, put_delegation, put_officer};
use motcua_db::sql::Id;
use motcua_kernel::{Role, Uuid, new_id};
use motcua_testkit::on_both_databases;
use motcua_web::auth::DEVELOPMENT_ISSUER;
use serde_json::{Value, json};

use crate::handovers::{FORM, at_the_counter, events, give, notices, over, receive};
use crate::support::{Caller, Province};

const LAW: &str = "Nghị định 118/2025/NĐ-CP, Điều 17";

fn transfer(to: &str) -> Value {
    json!({"action": "transfer", "to": to, "reason": "Sai thẩm quyền", "legal_basis": LAW})
}

/// Who has how many originals of the form, by the code of the agency.
async fn held(caller: &Caller<'_>, id: &str) -> Vec<(String, u64)> {
    let list = caller.get(&format!("/v1/dossiers/{id}/handovers")).await.ok();
    let held = list["held"].as_array().unwrap().iter().filter(|paper| paper["component"] == FORM);
    held.map(|paper| (paper["agency"]["code"].as_str().unwrap().to_owned(), paper["originals"].as_u64().unwrap()))
        .collect()
}

/// Asks for the form once more; the applicant brings it.
async fn supplemented(province: &Province, id: &str, asks: &Caller<'_>) {
    let item = json!({"component": FORM, "what": "Đơn", "reason": "Sai"});
    asks.step(id, &json!({"action": "request_supplement", "items": [item], "legal_basis": LAW})).await.ok();
    let desk = province.officer("C1", "receiver");
    let file = desk.upload(b"%PDF-1.7 the form, signed").await;
    let files = json!([{"component": FORM, "file_id": file, "origin": "digitised", "kind": "original", "quantity": 1}]);
    desk.step(id, &json!({"action": "supplement", "files": files})).await.ok();
}

on_both_databases! {
    async fn what_comes_to_the_desk_later_follows_what_it_has_sent(database) {
        let province = Province::start(database).await;
        let (desk, office) = (province.officer("C1", "receiver"), province.officer("D3", "processor"));
        let id = at_the_counter(&province).await;
        let copy = json!({"from_agency": "H1.1", "to_agency": "H1.3", "papers": [{"component": FORM, "copies": 1}]});
        receive(&office, &give(&desk, &id, &copy).await.ok(), &json!({})).await.ok();
        receive(&office, &give(&desk, &id, &over("H1.1", "H1.3")).await.ok(), &json!({})).await.ok();
        assert_eq!(held(&desk, &id).await, [("H1.3".to_owned(), 1)]);
        office.step(&id, &json!({"action": "process"})).await.ok();
        supplemented(&province, &id, &office).await;
        receive(&office, &give(&desk, &id, &over("H1.1", "H1.3")).await.ok(), &json!({})).await.ok();
        assert_eq!(held(&desk, &id).await, [("H1.3".to_owned(), 2)]);
        let three = json!({"from_agency": "H1.3", "to_agency": "H1.1", "papers": [{"component": FORM, "originals": 3}]});
        let fewer = give(&office, &id, &three).await;
        assert_eq!((fewer.code(409), &fewer.body["originals"]), ("handover.fewer".to_owned(), &json!(2)), "others count");
        province.stop().await;
    }

    async fn papers_that_come_for_an_online_dossier_begin_at_its_desk(database) {
        let province = Province::start(database).await;
        let (desk, office) = (province.officer("C1", "receiver"), province.officer("D3", "processor"));
        let id = province.portal().submit(|body| body["procedure"] = json!("1.000828")).await.ok();
        let id = id["id"].as_str().unwrap();
        desk.step(id, &json!({"action": "receive"})).await.ok();
        office.step(id, &json!({"action": "process"})).await.ok();
        supplemented(&province, id, &office).await;
        let refused = give(&office, id, &over("H1.3", "H1.1")).await;
        assert_eq!((refused.code(409), &refused.body["held_by"]), ("handover.not_held".to_owned(), &Value::Null));
        receive(&office, &give(&desk, id, &over("H1.1", "H1.3")).await.ok(), &json!({})).await.ok();
        assert_eq!(held(&desk, id).await, [("H1.3".to_owned(), 1)]);
        province.stop().await;
    }

    async fn who_issues_the_result_hands_over_each_copy_of_it_that_is_made(database) {
        let province = Province::start(database).await;
        let (desk, office) = (province.officer("C1", "receiver"), province.officer("D3", "processor"));
        let id = at_the_counter(&province).await;
        let finished = if database.url.starts_with("postgres") {
            "jsonb_set(facts, '{finished_at}', '\"2026-11-16T03:00:00Z\"')"
        } else {
            "json_set(facts, '$.finished_at', '2026-11-16T03:00:00Z')"
        };
        let done = format!("UPDATE dossiers SET facts = {finished} WHERE id = '{id}'");
        province.foundation.db.write("done", move |tx| {
            Ok(diesel::sql_query(done.clone()).execute(tx)?)
        }).await.unwrap();
        let result = json!({"from_agency": "H1.3", "to_agency": "H1.1", "papers": [{"result": "KQ.G15.000001", "originals": 1}]});
        for _ in 0..2 {
            receive(&desk, &give(&office, &id, &result).await.ok(), &json!({})).await.ok();
        }
        let back = json!({"from_agency": "H1.1", "to_agency": "H1.3", "papers": [{"result": "KQ.G15.000001", "originals": 3}]});
        assert_eq!(give(&desk, &id, &back).await.code(409), "handover.fewer");
        province.stop().await;
    }

    async fn papers_begin_at_the_agency_that_helped_and_may_go_back_there(database) {
        let province = Province::start(database).await;
        let (helper, desk) = (province.officer("C2", "receiver"), province.officer("C1", "receiver"));
        let id = helper.submit(|body| {
            body["procedure"] = json!("1.000828");
            body["channel"] = json!("in_person");
            body["supporting_agency"] = json!("H1.2");
        }).await.ok()["id"].as_str().unwrap().to_owned();
        desk.step(&id, &json!({"action": "receive"})).await.ok();
        let given = give(&helper, &id, &over("H1.2", "H1.1")).await.ok();
        let missing = json!({"differences": [{"component": FORM, "missing": {"originals": 1}, "reason": "Không có trong túi"}]});
        receive(&desk, &given, &missing).await.ok();
        let told = notices(&helper, "paper_difference", 1).await;
        assert_eq!((&told[0]["party"], &told[0]["role"]), (&json!("supporting"), &json!("receiver")));
        receive(&desk, &give(&helper, &id, &over("H1.2", "H1.1")).await.ok(), &json!({})).await.ok();
        receive(&helper, &give(&desk, &id, &over("H1.1", "H1.2")).await.ok(), &json!({})).await.ok();
        assert_eq!(held(&desk, &id).await, [("H1.2".to_owned(), 1)]);
        let without = at_the_counter(&province).await;
        let aside = give(&desk, &without, &over("H1.1", "H1.2")).await;
        assert_eq!((aside.status, &aside.body["errors"][0]["code"]), (422, &json!("handover.not_a_party")));
        province.stop().await;
    }

    async fn a_transfer_of_competence_moves_no_papers(database) {
        let province = Province::start(database).await;
        let (desk, before, after) = (province.officer("C1", "receiver"), province.officer("D3", "processor"), province.officer("C2", "processor"));
        let (id, on_its_way) = (at_the_counter(&province).await, at_the_counter(&province).await);
        receive(&before, &give(&desk, &id, &over("H1.1", "H1.3")).await.ok(), &json!({})).await.ok();
        let envelope = give(&desk, &on_its_way, &over("H1.1", "H1.3")).await.ok();
        for dossier in [&id, &on_its_way] {
            province.officer("D3", "approver").step(dossier, &transfer("H1.2")).await.ok();
        }
        assert_eq!(held(&desk, &id).await, [("H1.3".to_owned(), 1)]);
        let refused = give(&after, &id, &over("H1.2", "H1.1")).await;
        assert_eq!((refused.code(409), &refused.body["held_by"]["code"]), ("handover.not_held".to_owned(), &json!("H1.3")));
        let sent_on = give(&before, &id, &over("H1.3", "H1.2")).await.ok();
        let missing = json!({"differences": [{"component": FORM, "missing": {"originals": 1}, "reason": "Không có trong túi"}]});
        receive(&after, &sent_on, &missing).await.ok();
        notices(&after, "paper_difference", 0).await;
        let told = notices(&before, "paper_difference", 1).await;
        assert_eq!((&told[0]["party"], &told[0]["role"]), (&json!("competent"), &json!("processor")));
        receive(&after, &give(&before, &id, &over("H1.3", "H1.2")).await.ok(), &json!({})).await.ok();
        assert_eq!(held(&desk, &id).await, [("H1.2".to_owned(), 1)]);

        assert_eq!(receive(&after, &envelope, &json!({})).await.code(403), "handover.not_yours");
        receive(&before, &envelope, &json!({})).await.ok();
        assert_eq!(held(&desk, &on_its_way).await, [("H1.3".to_owned(), 1)]);
        let closed = give(&desk, &id, &over("H1.1", "H1.3")).await;
        assert_eq!((closed.status, &closed.body["errors"][0]["code"]), (422, &json!("handover.not_a_party")), "it gets no more");
        // Back to where the competence was before, which has kept its papers all the time.
        province.officer("C2", "approver").step(&on_its_way, &transfer("H1.3")).await.ok();
        assert_eq!(held(&desk, &on_its_way).await, [("H1.3".to_owned(), 1)]);
        province.stop().await;
    }

    async fn a_desk_that_decided_itself_has_a_working_day_for_the_papers_from_the_transfer(database) {
        let province = Province::start(database).await;
        let desk = province.officer("C1", "receiver");
        let mut dossiers = Vec::new();
        for _ in 0..2 {
            let id = province.portal().submit(|body| body["channel"] = json!("in_person")).await.ok();
            let id = id["id"].as_str().unwrap().to_owned();
            desk.step(&id, &json!({"action": "receive"})).await.ok();
            dossiers.push(id);
        }
        let [kept, sent] = dossiers.try_into().unwrap();
        // Friday, four days after receipt.
        province.travel("2026-11-20T02:00:00Z");
        for id in [&kept, &sent] {
            province.officer("C1", "approver").step(id, &transfer("H1.3")).await.ok();
        }
        let paper = json!({"from_agency": "H1.1", "to_agency": "H1.3", "papers": [{"component": "2.002080-TP01", "originals": 1}]});
        give(&desk, &sent, &paper).await.ok();
        let slip = desk.get(&format!("/v1/dossiers/{sent}/forms/control_slip")).await.ok();
        let hops = slip["content"]["hops"].as_array().unwrap();
        let hop = hops.iter().find(|hop| hop["giver"] == "C1-receiver").unwrap();
        assert_eq!(hop["result"], "early", "{slip}");
        // Whoever it is transferred to next asks for them where they went.
        province.officer("D3", "approver").step(&sent, &transfer("H1.2")).await.ok();
        province.travel("2026-11-23T09:59:50Z");
        notices(&desk, "paper_transfer", 0).await;
        province.travel("2026-11-23T10:00:01Z");
        let told = notices(&desk, "paper_transfer", 1).await;
        assert_eq!((&told[0]["dossier_id"], &told[0]["passed_at"]), (&json!(kept), &json!("2026-11-23T10:00:00Z")));
        let overdue = events(&province, "dossier.papers_overdue.v1").await;
        assert_eq!((overdue.len(), &overdue[0]["subject"]), (1, &json!(format!("dossiers/{kept}"))));
        province.stop().await;
    }

    async fn the_named_receiver_has_a_post_there_today_their_own_or_delegated(database) {
        let province = Province::start(database).await;
        let desk = province.officer("C1", "receiver");
        let id = at_the_counter(&province).await;
        let dossier = desk.get(&format!("/v1/dossiers/{id}")).await.ok();
        let department: Uuid = dossier["agencies"]["competent"]["id"].as_str().unwrap().parse().unwrap();
        let (db, tenant) = (&province.foundation.db, province.foundation.tenant);
        let hired = |from: &str, to: Option<&str>| OfficerRecord {
            id: new_id(), issuer: DEVELOPMENT_ISSUER.into(), subject: new_id().to_string(), active: true, version: 1,
            grants: vec![GrantRecord {
                agency_id: department, role: Role::Processor, valid_from: from.parse().unwrap(), valid_to: to.map(|to| to.parse().unwrap()),
            }],
        };
        let [gone, coming, gone_home] =
            [hired("2025-07-01", Some("2026-11-16")), hired("2027-03-01", None), hired("2025-07-01", None)];
        let inactive = OfficerRecord { active: false, ..gone_home };
        let ids = [gone.id, coming.id, inactive.id];
        let processor = account(&province, "D3-processor").await;
        let deputy = account(&province, "C2-clerk").await;
        db.write("hire", move |tx| {
            for officer in [&gone, &coming, &inactive] {
                put_officer(tx, tenant, officer)?;
            }
            put_delegation(tx, tenant, &DelegationRecord {
                id: new_id(), delegator_id: processor, delegate_id: deputy, agency_id: department, role: Role::Processor,
                valid_from: "2026-11-16".parse().unwrap(), valid_to: "2026-11-20".parse().unwrap(), ended_on: None,
                end_reason: None, legal_basis: LAW.into(), version: 1,
            })
        }).await.unwrap();
        let to = |officer: Uuid| {
            let mut body = over("H1.1", "H1.3");
            body["to_officer_id"] = json!(officer);
            body
        };
        for officer in ids {
            let refused = give(&desk, &id, &to(officer)).await;
            assert_eq!((refused.status, &refused.body["errors"][0]["code"]), (422, &json!("officer.not_there")), "{officer}");
        }
        give(&desk, &id, &to(processor)).await.ok();
        give(&desk, &id, &to(deputy)).await.ok();
        province.travel("2026-11-20T02:00:00Z");
        assert_eq!(give(&desk, &id, &to(deputy)).await.status, 422, "the delegation has ended");
        province.stop().await;
    }
}

/// An officer's id in the directory.
async fn account(province: &Province, subject: &'static str) -> Uuid {
    let load = province.foundation.db.read("account", move |conn| {
        let id: Id = officers::table.select(officers::id).filter(officers::subject.eq(subject)).first(conn)?;
        Ok(id.0)
    });
    load.await.unwrap()
}
