//! One application and its dossiers at other agencies, from receipt to their ends.

use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::house::{BIRTH, House, RESIDENCE, step_of};
use crate::support::read;

on_both_databases! {
    async fn a_receipt_starts_the_linked_dossier_with_applicant_form_and_papers_of_the_first(database) {
        let house = House::start(database).await;
        let id = house.birth().await;
        assert_eq!(house.get(&id).await["linked"], json!([]), "nothing before receipt");
        house.province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
        let first = house.get(&id).await;
        let status = |code: &str| step_of(&first, code)["status"].clone();
        assert_eq!((status("residence"), status("insurance"), status("allowance")), (json!("started"), json!("waiting"), json!("waiting")));
        let residence = step_of(&first, "residence");
        assert_eq!((&residence["held_by"]["code"], &residence["state"]["local"]), (&json!("H1.2"), &json!("submitted")));
        let child = house.get(residence["dossier_id"].as_str().unwrap()).await;
        assert_eq!((&child["applicant"], &child["channel"]), (&first["applicant"], &first["channel"]));
        assert_eq!(child["form"], json!({"name": "Trần Văn Bé", "kind": "birth"}));
        assert_eq!((&child["procedure"]["code"], &child["agencies"]["competent"]["code"]), (&json!(RESIDENCE), &json!("H1.2")));
        assert_eq!((&child["files"][0]["origin"], &child["files"][0]["file_id"]), (&json!("linked"), &first["files"][0]["file_id"]));
        assert_eq!((&child["parent"]["dossier_id"], &child["parent"]["step"]), (&json!(id), &json!("residence")));
        assert_ne!(child["tracking_reference"], first["tracking_reference"]);

        // Officers of either agency see both dossiers; a third sees neither, and sight gives nobody a hand.
        let [here, there, third] = ["C1", "C2", "D3"].map(|agency| house.province.officer(agency, "processor"));
        let of = child["id"].as_str().unwrap();
        for (officer, seen) in [(&here, 200), (&there, 200), (&third, 404)] {
            for dossier in [id.as_str(), of] {
                assert_eq!(officer.get(&format!("/v1/dossiers/{dossier}")).await.status, seen);
            }
        }
        assert_eq!(there.get("/v1/dossiers?count=exact").await.ok()["count"], 2);
        assert_eq!(there.get("/v1/dossiers?agency=H1.1&count=exact").await.ok()["count"], 1);
        let paper = format!("/v1/files/{}/content", first["files"][0]["file_id"].as_str().unwrap());
        assert_eq!((there.get(&paper).await.status, third.get(&paper).await.status), (200, 404));
        let wrong = house.province.officer("C1", "receiver").step(of, &json!({"action": "receive"})).await;
        assert_eq!(wrong.code(403), "dossier.not_yours");
        let citizen = house.province.caller(ActorKind::Citizen, "tran-thi-vi-du", Some("045190000001"));
        assert_eq!(citizen.get("/v1/dossiers?count=exact").await.ok()["count"], 2);
        house.stop().await;
    }

    async fn results_are_passed_on_and_steps_follow_each_other_until_all_have_ended(database) {
        let house = House::start(database).await;
        let id = house.received().await;
        house.province.officer("C1", "processor").step(&id, &json!({"action": "process"})).await.ok();
        let early = house.approve(&id, "C1").await;
        assert_eq!(early.code(409), "dossier.linked_open");
        assert_eq!((early.body["open"][0]["code"].clone(), early.body["open"].as_array().unwrap().len()), (json!("residence"), 1));
        let residence = house.child(&id, "residence").await;
        house.decide(&residence, "C2").await;
        let done = house.until(&residence, "done").await;
        let first = house.get(&id).await;
        assert_eq!((&step_of(&first, "residence")["status"], &step_of(&first, "insurance")["status"]), (&json!("done"), &json!("started")));
        assert_eq!(step_of(&first, "residence")["result"]["number"], "15/QĐ-UBND");
        let passed = first["files"].as_array().unwrap().iter().find(|file| file["origin"] == "linked").unwrap();
        assert_eq!(passed["file_id"], done["result"]["file_id"], "the result is a file of the first dossier");
        let insurance = house.get(step_of(&first, "insurance")["dossier_id"].as_str().unwrap()).await;
        assert_eq!(insurance["files"], json!([{"component": "1.100003-TP01", "file_id": passed["file_id"], "origin": "linked"}]));
        assert_eq!(insurance["agencies"]["receiving"]["code"], "H1.3");

        house.approve(&id, "C1").await.ok();
        let finished = house.until(&id, "done").await;
        let allowance = house.get(step_of(&finished, "allowance")["dossier_id"].as_str().unwrap()).await;
        assert_eq!((&allowance["files"][0]["file_id"], &allowance["parent"]["step"]), (&finished["result"]["file_id"], &json!("allowance")));
        let receiver = house.province.officer("C1", "receiver");
        let held_up = receiver.step(&id, &json!({"action": "return"})).await;
        assert_eq!((held_up.code(409), &held_up.body["open"][0]["code"]), ("dossier.linked_open".into(), &json!("insurance")));
        // The end of a linked dossier without a result holds nothing up either.
        let refusal = json!({"action": "refuse", "reason": "Trùng thẻ đã cấp", "legal_basis": "Điều 17"});
        let department = house.province.officer("D3", "receiver");
        department.step(insurance["id"].as_str().unwrap(), &refusal).await.ok();
        assert_eq!(house.linked(&id, "insurance").await["status"], "closed");
        receiver.step(&id, &json!({"action": "return"})).await.ok();
        assert_eq!(house.get(&id).await["state"]["local"], "returned");

        let told = house.told(&id).await;
        assert_eq!(told.iter().filter(|kind| *kind == "dossier.linked_ended.v1").count(), 2, "{told:?}");
        let ended = house.events(&id).await;
        let ended = ended.iter().find(|event| event["type"] == "dossier.linked_ended.v1").unwrap();
        assert_eq!((&ended["data"]["linked"][0]["status"], &ended["data"]["linked"][1]["status"]), (&json!("done"), &json!("started")));
        assert!(!ended.to_string().contains("Trần"), "{ended}");
        house.stop().await;
    }

    async fn whoever_follows_the_first_dossier_sees_where_each_linked_one_is_and_no_person(database) {
        let house = House::start(database).await;
        let id = house.received().await;
        let reference = house.get(&id).await["tracking_reference"].clone();
        let url = format!("{}/v1/public/tracking", house.province.url);
        let screen = async || {
            let asked = reqwest::Client::new().post(&url).json(&json!({"tracking_reference": reference}));
            read(asked.send().await.unwrap()).await.ok()
        };
        let before = screen().await;
        assert_eq!((&before["linked"][0]["name"], &before["linked"][0]["held_by"]["code"]), (&json!("Đăng ký thường trú"), &json!("H1.2")));
        assert_eq!(before["linked"][1]["state_name"]["vi"], "Chờ bước trước");
        let residence = house.child(&id, "residence").await;
        let received = house.province.officer("C2", "receiver").step(&residence, &json!({"action": "receive"})).await.ok();
        let after = screen().await;
        assert_eq!((&after["linked"][0]["code"], &after["linked"][0]["due_at"]), (&received["code"], &received["due_at"]));
        for secret in ["Trần", "Ví Dụ", "045190000001", residence.as_str(), id.as_str()] {
            assert!(!after.to_string().contains(secret), "{secret} in {after}");
        }
        house.stop().await;
    }

    async fn withdrawing_the_first_dossier_withdraws_what_is_not_decided(database) {
        let house = House::start_with(database, |birth| {
            let more = json!({"code": "move", "name": "Thông báo", "procedure": "1.100003", "agency": "H1.3", "legal_basis": "Điều 7",
                "form_map": {"name": {"from": "/child/name"}}});
            birth["linked"].as_array_mut().unwrap().push(more);
        }).await;
        let id = house.received().await;
        let (open, decided) = (house.child(&id, "residence").await, house.child(&id, "move").await);
        house.decide(&decided, "D3").await;
        house.until(&decided, "done").await;
        house.province.portal().step(&id, &json!({"action": "withdraw"})).await.ok();
        let first = house.get(&id).await;
        let statuses: Vec<Value> = ["residence", "insurance", "allowance", "move"].map(|code| step_of(&first, code)["status"].clone()).to_vec();
        assert_eq!(statuses, ["closed", "skipped", "skipped", "done"]);
        assert_eq!((&house.get(&open).await["state"]["local"], &house.get(&decided).await["state"]["local"]), (&json!("withdrawn"), &json!("done")));
        assert_eq!(house.told(&open).await, ["dossier.submitted.v1", "dossier.withdrawn.v1"]);
        assert_eq!(house.told(&id).await.last().unwrap(), "dossier.withdrawn.v1");
        house.stop().await;
    }

    async fn a_refused_linked_dossier_ends_neither_the_first_nor_leaves_its_followers_waiting(database) {
        let house = House::start(database).await;
        let id = house.received().await;
        let residence = house.child(&id, "residence").await;
        let refusal = json!({"action": "refuse", "reason": "Không thuộc địa bàn", "legal_basis": "Điều 17"});
        house.province.officer("C2", "receiver").step(&residence, &refusal).await.ok();
        let first = house.get(&id).await;
        assert_eq!((&first["state"]["local"], &step_of(&first, "residence")["status"], &step_of(&first, "insurance")["status"]),
            (&json!("received"), &json!("closed"), &json!("skipped")));
        house.decide(&id, "C1").await;
        house.until(&id, "done").await;
        house.province.officer("C1", "receiver").step(&id, &json!({"action": "return"})).await.ok();
        assert_eq!(house.get(&id).await["procedure"]["code"], BIRTH);
        house.stop().await;
    }

    async fn two_desks_that_receive_at_once_start_each_step_once(database) {
        let house = House::start(database).await;
        for _ in 0..3 {
            let id = house.birth().await;
            let receive = json!({"action": "receive"});
            let [one, other] = [house.province.officer("C1", "receiver"), house.province.officer("P", "receiver")];
            let (one, other) = tokio::join!(one.step_from(&id, 1, &receive), other.step_from(&id, 1, &receive));
            let mut statuses = [one.status, other.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412], "{} {}", one.body, other.body);
            assert_eq!(house.linked(&id, "residence").await["status"], "started");
        }
        let there = house.province.officer("C2", "receiver");
        assert_eq!(there.get("/v1/dossiers?agency=H1.2&count=exact").await.ok()["count"], 3);
        house.stop().await;
    }

    async fn two_linked_dossiers_that_end_at_once_start_the_step_after_both_just_once(database) {
        let house = House::start_with(database, |birth| {
            let steps = birth["linked"].as_array_mut().unwrap();
            steps[2] = json!({"code": "notice", "name": "Thông báo", "procedure": "1.100004", "agency": "H1.3", "legal_basis": "Điều 7",
                "form_map": {"name": {"from": "/child/name"}}});
            steps[1]["after"] = json!(["residence", "notice"]);
        }).await;
        for _ in 0..3 {
            let id = house.received().await;
            let (one, other) = (house.child(&id, "residence").await, house.child(&id, "notice").await);
            tokio::join!(house.decide(&one, "C2"), house.decide(&other, "D3"));
            tokio::join!(house.until(&one, "done"), house.until(&other, "done"));
            let first = house.get(&id).await;
            let statuses: Vec<Value> = first["linked"].as_array().unwrap().iter().map(|step| step["status"].clone()).collect();
            assert_eq!(statuses, ["done", "started", "done"]);
            let told = house.told(&id).await;
            assert_eq!(told.iter().filter(|kind| *kind == "dossier.linked_ended.v1").count(), 2, "{told:?}");
        }
        house.stop().await;
    }
}
