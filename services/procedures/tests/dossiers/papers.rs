//! The official forms over HTTP.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::json;

use crate::support::{Caller, Province};

async fn page(caller: &Caller<'_>, id: &str, form: &str) -> String {
    let path = format!("/v1/dossiers/{id}/forms/{form}?format=html");
    let answer = caller.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{form}");
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    answer.text().await.unwrap()
}

on_both_databases! {
    async fn a_form_says_what_the_dossier_says_once_there_is_something_to_say(database) {
        let province = Province::start(database).await;
        let (portal, processor) = (province.portal(), province.officer("C1", "processor"));
        let id = portal.submitted().await;
        let path = format!("/v1/dossiers/{id}/forms/receipt");
        assert_eq!(portal.get(&path).await.code(409), "form.not_yet");
        province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
        let receipt = portal.get(&path).await.ok();
        assert_eq!(receipt["content"]["form"], "receipt");
        assert_eq!(receipt["content"]["due_at"], "2026-11-23T10:00:00Z");
        assert_eq!(receipt["letterhead"]["agency"], "UBND phường Một");
        assert_eq!(receipt["letterhead"]["superior"], "UBND tỉnh");
        let printed = page(&portal, &id, "receipt").await;
        assert!(printed.contains("Trần Thị Ví Dụ") && printed.contains("H1.1-261116-0001") && printed.contains("<svg"));
        processor.step(&id, &json!({"action": "process"})).await.ok();
        let item = json!({"component": "2.002080-TP01", "what": "Ký tên <b>rõ</b>", "reason": "Thiếu chữ ký", "originals": 1});
        let ask = json!({"action": "request_supplement", "items": [item], "legal_basis": "Nghị định 118/2025/NĐ-CP"});
        processor.step(&id, &ask).await.ok();
        let printed = page(&portal, &id, "supplement_request").await;
        assert!(printed.contains("1/HDHS") && printed.contains("Đơn đề nghị: Ký tên &lt;b&gt;rõ&lt;/b&gt;"), "{printed}");
        assert!(page(&processor, &id, "control_slip").await.contains("Thụ lý"));
        assert_eq!(portal.get(&format!("/v1/dossiers/{id}/forms/stop_notice")).await.code(409), "form.not_yet");
        portal.step(&id, &json!({"action": "withdraw"})).await.ok();
        let notice = portal.get(&format!("/v1/dossiers/{id}/forms/stop_notice")).await.ok();
        assert_eq!(notice["content"]["requested_on"], "2026-11-16");
        let old = portal.get(&format!("/v1/dossiers/{id}/forms/stop_notice?set=tt_01_2018")).await;
        assert_eq!(old.code(409), "form.not_in_set");
        let stranger = province.officer("C2", "receiver").get(&path).await;
        assert_eq!(stranger.code(404), "not_found");
        province.stop().await;
    }

    async fn the_code_to_scan_leads_to_the_page_of_the_portal(database) {
        let page = ("MOTCUA_TRACKING__PAGE", "https://dvc.example.vn/tra-cuu#{reference}".to_owned());
        let province = Province::start_with(database, &[page]).await;
        let id = province.processing("2.002080").await;
        let portal = province.portal();
        let reference = portal.get(&format!("/v1/dossiers/{id}")).await.ok()["tracking_reference"].clone();
        let receipt = portal.get(&format!("/v1/dossiers/{id}/forms/receipt")).await.ok();
        let link = format!("https://dvc.example.vn/tra-cuu#{}", reference.as_str().unwrap());
        assert_eq!((&receipt["tracking"]["link"], &receipt["tracking"]["reference"]), (&json!(link), &reference));
        // Who decides is not handed the reference, in a link no more than alone.
        let slip = province.officer("C1", "approver").get(&format!("/v1/dossiers/{id}/forms/control_slip")).await.ok();
        assert_eq!(slip["tracking"], json!(null));
        province.stop().await;
    }

    async fn an_apology_prints_the_date_it_promised_whatever_waits_come_after(database) {
        let province = Province::start(database).await;
        let (approver, processor) = (province.officer("C1", "approver"), province.officer("C1", "processor"));
        let id = province.processing("1.000777").await;
        let law = "Luật Đất đai 2024";
        let extend = json!({"action": "extend", "reason": "Mưa bão", "legal_basis": law, "due_on": "2026-12-07"});
        let due = approver.step(&id, &extend).await.ok()["due_at"].clone();
        let apology = async || province.portal().get(&format!("/v1/dossiers/{id}/forms/extension")).await.ok();
        let told = apology().await;
        assert_eq!((&due, &told["content"]["new_due_at"]), (&json!("2026-12-07T10:00:00Z"), &due));
        processor.step(&id, &json!({"action": "pause", "wait": "posting", "legal_basis": law})).await.ok();
        assert_eq!(apology().await, told, "while it waits");
        province.travel("2026-11-20T02:00:00Z");
        let resumed = processor.step(&id, &json!({"action": "resume"})).await.ok();
        assert_ne!(resumed["due_at"], due);
        assert_eq!(apology().await, told, "after it has waited");
        province.stop().await;
    }

    async fn a_paper_bears_the_head_of_the_agency_that_numbered_it(database) {
        let province = Province::start(database).await;
        let item = json!({"what": "Đơn", "reason": "Thiếu chữ ký", "copies": 1});
        let ask = json!({"action": "request_supplement", "items": [item], "legal_basis": "Nghị định 118/2025/NĐ-CP"});
        let portal = province.portal();
        let submitted = portal.submit(|body| body["procedure"] = json!("1.000828")).await.ok();
        let id = submitted["id"].as_str().unwrap();
        let head = async |form: &str| {
            let form = portal.get(&format!("/v1/dossiers/{id}/forms/{form}")).await.ok();
            let of = |name: &str| form["letterhead"][name].as_str().unwrap().to_owned();
            (of("agency"), of("number"))
        };
        province.officer("C1", "receiver").step(id, &ask).await.ok();
        assert_eq!(head("supplement_request").await, ("UBND phường Một".into(), "1/HDHS".into()));
        let mut form = crate::support::dossier()["form"].clone();
        form["cases"] = json!(5);
        portal.step(id, &json!({"action": "supplement", "form": form})).await.ok();
        province.officer("C1", "receiver").step(id, &json!({"action": "receive"})).await.ok();
        let extend = json!({"action": "extend", "reason": "Mưa bão", "legal_basis": "Luật", "due_on": "2026-12-31"});
        province.officer("D3", "approver").step(id, &extend).await.ok();
        province.officer("D3", "processor").step(id, &ask).await.ok();
        assert_eq!(head("supplement_request").await, ("Sở Xây dựng".into(), "1/HDHS".into()));
        portal.step(id, &json!({"action": "supplement", "form": form})).await.ok();
        // Whoever decides it later did not write these.
        let transfer = json!({"action": "transfer", "to": "H1.2", "reason": "Thuộc xã", "legal_basis": "Luật"});
        province.officer("D3", "approver").step(id, &transfer).await.ok();
        assert_eq!(head("extension").await, ("Sở Xây dựng".into(), "1/PXL".into()));
        assert_eq!(head("supplement_request").await.0, "Sở Xây dựng");
        province.stop().await;
    }

    async fn pdf_is_made_where_it_was_built_in_and_says_so_where_not(database) {
        let province = Province::start(database).await;
        let id = province.processing("2.002080").await;
        let path = format!("/v1/dossiers/{id}/forms/receipt?format=pdf");
        let answer = province.portal().request(Method::GET, &path).send().await.unwrap();
        if cfg!(feature = "pdf") {
            assert_eq!(answer.headers()["content-type"], "application/pdf");
            assert!(answer.bytes().await.unwrap().starts_with(b"%PDF-"));
        } else {
            assert_eq!(crate::support::read(answer).await.code(501), "form.no_pdf");
        }
        province.stop().await;
    }
}
