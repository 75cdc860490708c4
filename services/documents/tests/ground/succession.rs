use std::time::Duration;

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::json;

use crate::installation::{Installation, send};

on_both_databases! {
    async fn documents_and_registers_follow_a_merger_on_its_day(database) {
        let here = Installation::with_province(database).await;
        let service = here.service(&["documents:files:write", "documents:decisions:issue"]);
        let upload = service.request(Method::POST, "/v1/files").header("Content-Type", "application/pdf").body("%PDF-1.7 decision");
        let file = send(upload).await.ok();
        let decision = json!({
            "external_ref": "dossier-1", "issuing_agency": "H50.13", "type": "QĐ", "subject": "Cấp giấy phép",
            "file_id": file["id"],
        });
        let issued = service.post("/v1/outgoing-documents", &decision).await.ok();

        let (province, old, new) = (here.officer("province"), here.officer("clerk-13"), here.officer("clerk-12"));
        let ward = format!("/v1/agencies/{}", province.agency("H50.13").await);
        let merger = json!({
            "kind": "merged_into", "successors": ["H50.12"], "effective_on": "2026-12-01", "legal_basis": "1/NQ-HĐND",
        });
        let etag = province.get(&ward).await.etag().to_owned();
        province.change(Method::POST, &format!("{ward}/successions"), &etag, &merger).await.ok();

        let path = format!("/v1/outgoing-documents/{}", issued["id"].as_str().unwrap());
        let before = old.get(&path).await.ok();
        assert_eq!(new.get(&path).await.problem(404), "not_found");
        province.post("/sandbox/clock", &json!({"at": "2026-11-30T17:00:00Z"})).await.ok();
        let mut tries = 0;
        while new.get(&path).await.status != 200 {
            tries += 1;
            assert!(tries < 300, "the document did not follow");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let after = new.get(&path).await.ok();
        assert_eq!(after["full_number"], before["full_number"]);
        assert_eq!(after["issuing_agency"]["id"], before["issuing_agency"]["id"], "who issued it stays");
        assert_eq!(old.get(&path).await.problem(404), "not_found");
        here.stop().await;
    }
}
