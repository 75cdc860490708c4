//! The periodic report Biểu 06 over HTTP.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::support::Province;

fn column(row: &Value, name: &str) -> i64 {
    row[name].as_i64().unwrap()
}

fn invariants(row: &Value) {
    let of = |name: &str| column(row, name);
    assert_eq!(of("received"), of("solved") + of("in_process"), "{row}");
    assert_eq!(of("received"), of("received_online") + of("received_direct") + of("carried_over"), "{row}");
    assert_eq!(of("solved"), of("solved_early") + of("solved_on_time") + of("solved_late"), "{row}");
    assert_eq!(of("in_process"), of("in_process_in_term") + of("in_process_late"), "{row}");
}

on_both_databases! {
    async fn form_06_counts_every_received_dossier_once(database) {
        let province = Province::start(database).await;
        let portal = province.portal();
        // One carried over, one withdrawn early, one that is late in process, one that waits for its applicant.
        province.processing("2.002080").await;
        province.travel("2026-12-02T02:00:00Z");
        let back = province.processing("2.002080").await;
        portal.step(&back, &json!({"action": "withdraw"})).await.ok();
        province.processing("2.002080").await;
        let waits = province.processing("2.002080").await;
        let ask = json!({"action": "request_supplement", "legal_basis": "Luật", "items": [{"what": "Đơn", "reason": "Thiếu"}]});
        province.officer("C1", "processor").step(&waits, &ask).await.ok();
        // Never received, so nowhere in the report.
        portal.submitted().await;
        province.travel("2026-12-12T02:00:00Z");
        let leader = province.officer("P", "leader");
        let report = leader.get("/v1/reports/form-06?agency=H1&period=2026-12").await.ok();
        let total = &report["total"];
        assert_eq!(report["tiers"].as_array().unwrap().len(), 1);
        assert_eq!(report["tiers"][0]["rows"][0]["field_name"], "Hòa giải");
        let of = |name: &str| column(total, name);
        assert_eq!((of("received"), of("carried_over"), of("received_online")), (4, 1, 3));
        assert_eq!((of("solved"), of("solved_early")), (1, 1));
        assert_eq!((of("in_process"), of("in_process_late"), of("in_process_in_term")), (3, 2, 1));
        for row in [total, &report["tiers"][0]["total"], &report["tiers"][0]["rows"][0]] {
            invariants(row);
        }
        let november = leader.get("/v1/reports/form-06?agency=H1.1&period=2026-11-01..2026-11-30").await.ok();
        assert_eq!((column(&november["total"], "received"), column(&november["total"], "in_process_late")), (1, 1));
        let elsewhere = province.officer("C2", "leader").get("/v1/reports/form-06?agency=H1.1&period=2026-11").await;
        assert_eq!(elsewhere.code(404), "not_found");
        assert_eq!(leader.get("/v1/reports/form-06?agency=H1&period=2026-Q7").await.code(400), "period.unknown");
        assert_eq!(portal.get("/v1/reports/form-06?agency=H1&period=2026").await.code(403), "scope.missing");
        province.stop().await;
    }

    async fn what_is_overdue_stays_so_while_it_is_asked_about(database) {
        let province = Province::start(database).await;
        let (portal, processor) = (province.portal(), province.officer("C1", "processor"));
        let id = province.processing("2.002080").await;
        province.travel("2026-11-25T02:00:00Z");
        let ask = json!({"action": "request_supplement", "legal_basis": "Luật", "items": [{"what": "Đơn", "reason": "Thiếu"}]});
        let asked = processor.step(&id, &ask).await.ok();
        assert_eq!((&asked["state"]["local"], &asked["due_at"]), (&json!("awaiting_supplement"), &json!("2026-11-23T10:00:00Z")));
        province.travel("2026-12-02T02:00:00Z");
        let clock = processor.get(&format!("/v1/dossiers/{id}/clock")).await.ok();
        assert_eq!((&clock["waiting"], &clock["due_at"], &clock["left"]["overdue"]), (&json!(true), &asked["due_at"], &json!(true)));
        let leader = province.officer("P", "leader");
        let report = leader.get("/v1/reports/form-06?agency=H1&period=2026-12").await.ok();
        let (late, in_term) = (column(&report["total"], "in_process_late"), column(&report["total"], "in_process_in_term"));
        assert_eq!((late, in_term), (1, 0));
        let form = crate::support::dossier()["form"].clone();
        let added = portal.step(&id, &json!({"action": "supplement", "form": form})).await.ok();
        assert_eq!(added["due_at"], asked["due_at"]);
        province.stop().await;
    }

    async fn the_register_names_who_handed_in_what_for_those_who_may_see_it(database) {
        let province = Province::start(database).await;
        let id = province.processing("2.002080").await;
        let receiver = province.officer("C1", "receiver");
        let register = receiver.get("/v1/reports/register?agency=H1.1&period=2026-11").await.ok();
        let rows = register["content"]["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((&rows[0]["applicant_name"], &rows[0]["dossier_code"]), (&json!("Trần Thị Ví Dụ"), &json!("H1.1-261116-0001")));
        let elsewhere = province.officer("C2", "receiver").get("/v1/reports/register?agency=H1.1&period=2026-11").await;
        assert_eq!(elsewhere.code(404), "not_found");
        let path = "/v1/reports/register?agency=H1.1&period=2026-11&format=xlsx";
        let sheet = receiver.request(reqwest::Method::GET, path).send().await.unwrap();
        assert!(sheet.bytes().await.unwrap().starts_with(b"PK"));
        let page = receiver.request(reqwest::Method::GET, &path.replace("xlsx", "html")).send().await.unwrap();
        assert!(page.text().await.unwrap().contains("H1.1-261116-0001"));
        let printed = receiver.request(reqwest::Method::GET, &path.replace("xlsx", "pdf")).send().await.unwrap();
        if cfg!(feature = "pdf") {
            assert_eq!(printed.headers()["content-type"], "application/pdf");
            assert!(printed.headers()["content-disposition"].to_str().unwrap().contains("so-theo-doi-2026-11.pdf"));
            assert!(printed.bytes().await.unwrap().starts_with(b"%PDF"));
        } else {
            assert_eq!(crate::support::read(printed).await.code(501), "form.no_pdf");
        }
        province.portal().step(&id, &json!({"action": "withdraw"})).await.ok();
        province.stop().await;
    }

    async fn form_06_is_a_sheet_as_well(database) {
        let province = Province::start(database).await;
        let leader = province.officer("P", "leader");
        let request = leader.request(reqwest::Method::GET, "/v1/reports/form-06?agency=H1&period=2026-Q4&format=xlsx");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        assert!(answer.headers()["content-disposition"].to_str().unwrap().contains("bieu-06-H1-2026-Q4.xlsx"));
        assert!(answer.bytes().await.unwrap().starts_with(b"PK"));
        province.stop().await;
    }
}
