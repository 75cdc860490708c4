//! The catalogue over HTTP: found by words without diacritics, narrowed, paged, and the same for whoever asks.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::support::{House, faulty, lines, record};

async fn filled(database: &motcua_testkit::TestDatabase) -> House {
    let house = House::start(database).await;
    let mut building = record("1.000003", "Cấp giấy phép xây dựng nhà ở");
    building["field"] = json!("Hoạt động xây dựng");
    building["level"] = json!("Cấp tỉnh, Cấp xã");
    building["audience"] = json!("Công dân Việt Nam, Doanh nghiệp");
    let mut central = record("1.000004", "Đăng ký 100% vốn đầu tư_nước ngoài");
    central["level"] = json!("Cấp bộ");
    central["audience"] = json!("Doanh nghiệp");
    let report = house
        .import(lines(&[
            record("1.000001", "Thủ tục đăng ký khai sinh"),
            faulty("1.000002", "Thủ tục đăng ký khai tử"),
            building,
            central,
            record("2.000005.H50", "Thủ tục riêng của tỉnh"),
        ]))
        .await;
    assert_eq!((report.loaded, report.with_warnings, report.refused), (4, 1, 0), "{:?}", report.refusals);
    house
}

fn codes(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap()).collect()
}

on_both_databases! {
    async fn procedures_are_found_by_words_and_narrowed_by_every_filter(database) {
        let house = filled(database).await;
        for (query, found) in [
            ("", vec!["1.000003", "1.000004", "1.000001", "1.000002", "2.000005.H50"]),
            ("q=khai+SINH", vec!["1.000001"]),
            ("q=%C4%91%C4%83ng+k%C3%BD", vec!["1.000004", "1.000001", "1.000002"]),
            ("q=dang+ky+000002", vec!["1.000002"]),
            ("q=100%25", vec!["1.000004"]),
            ("q=%25", vec!["1.000004"]),
            ("q=tu_nuoc", vec!["1.000004"]),
            ("q=x_y_z", vec![]),
            ("code=in:1.000001,1.000003", vec!["1.000003", "1.000001"]),
            ("field=hoat+dong+xay+dung", vec!["1.000003"]),
            ("field=H%E1%BB%99+t%E1%BB%8Bch&level=commune", vec!["1.000001", "1.000002", "2.000005.H50"]),
            ("level=in:province,ministry", vec!["1.000003", "1.000004"]),
            ("audience=business", vec!["1.000003", "1.000004"]),
            ("audience=enterprise", vec!["1.000003", "1.000004"]),
            ("audience=citizen&level=province", vec!["1.000003"]),
            ("status=not_local", vec!["1.000004"]),
            ("has_warnings=true", vec!["1.000002"]),
            ("warning=in:term.unit_missing,term.range", vec!["1.000002"]),
            ("warning=term.range", vec![]),
            ("has_warnings=false&status=offered", vec!["1.000003", "1.000001", "2.000005.H50"]),
        ] {
            let page = house.get(&format!("/v1/procedures?count=exact&{query}")).await.ok();
            assert_eq!(codes(&page), found, "{query}");
            assert_eq!(page["count"], found.len(), "{query}");
        }
        house.stop().await;
    }

    async fn a_procedure_is_found_by_its_code_in_capitals_or_without(database) {
        let house = filled(database).await;
        for query in ["2.000005.H50", "2.000005.h50", "h50", "RIENG+h50"] {
            assert_eq!(codes(&house.get(&format!("/v1/procedures?q={query}")).await.ok()), ["2.000005.H50"], "{query}");
        }
        house.stop().await;
    }

    async fn pages_follow_each_other_without_gap_or_repeat(database) {
        let house = filled(database).await;
        let whole = house.get("/v1/procedures").await.ok();
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = house.get(&format!("/v1/procedures?limit=2{after}")).await;
            assert_eq!(page.link.is_empty(), page.body["next"].is_null());
            seen.extend(page.body["items"].as_array().unwrap().clone());
            let Some(next) = page.body["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(json!(seen), whole["items"]);
        assert_eq!(house.get(&format!("/v1/procedures?status=offered{after}")).await.code(400), "cursor.invalid");
        house.stop().await;
    }

    async fn what_is_not_a_filter_is_refused_by_name(database) {
        let house = House::start(database).await;
        for query in ["level=village", "status=closed", "audience=child", "warning=term.lost", "code=lt:1", "code=under:H50"] {
            assert_eq!(house.get(&format!("/v1/procedures?{query}")).await.code(400), "filter.invalid", "{query}");
        }
        assert_eq!(house.get(&format!("/v1/procedures?q={}", "x".repeat(201))).await.code(400), "filter.invalid");
        assert_eq!(house.get("/v1/procedures?name=x").await.code(400), "parameter.unknown");
        assert_eq!(house.get("/v1/procedures?has_warnings=perhaps").await.code(400), "parameter.invalid");
        house.stop().await;
    }

    async fn a_procedure_is_shown_with_its_version_its_warnings_and_what_they_mean(database) {
        let house = filled(database).await;
        let id = house.summary("1.000002").await["id"].as_str().unwrap().to_owned();
        let answer = house.get(&format!("/v1/procedures/{id}")).await;
        assert!(answer.etag.starts_with("\"v1."), "{}", answer.etag);
        let again = house.get_with(&format!("/v1/procedures/{id}"), &["procedures:catalogue:read"], &answer.etag).await;
        assert_eq!(again.status, 304);
        let procedure = answer.ok();
        assert_eq!((procedure["code"].as_str(), procedure["warnings"].as_i64()), (Some("1.000002"), Some(1)));
        assert_eq!(procedure["version"]["check"], json!({"complete": false, "missing": ["term"]}));
        assert_eq!(procedure["version"]["content"]["channels"][0]["term_text"], "5");
        assert_eq!(procedure["version"]["content"]["source"]["steps"], "Nộp hồ sơ.");

        let warnings = house.get(&format!("/v1/procedures/{id}/warnings?count=exact")).await.ok();
        assert_eq!((warnings["count"].as_i64(), warnings["next"].as_str()), (Some(1), None));
        let warning = &warnings["items"][0];
        assert_eq!((&warning["code"], &warning["kind"], &warning["pointer"], &warning["value"]),
            (&json!("term.unit_missing"), &json!("unclear"), &json!("/channels/0/time_raw"), &json!("5")));
        let known = house.get("/v1/procedure-warning-codes").await.ok();
        let meaning = known["warnings"].as_array().unwrap().iter().find(|row| row["code"] == warning["code"]).unwrap();
        assert_eq!((&meaning["message"], &meaning["kind"]), (&warning["message"], &warning["kind"]));
        assert!(known["refusals"].as_array().unwrap().iter().any(|row| row["code"] == "record.repeated_code"));
        assert_eq!(house.get(&format!("/v1/procedures/{id}/form")).await.code(404), "not_found");
        house.stop().await;
    }

    async fn nobody_reads_the_catalogue_without_its_scope_and_what_is_not_there_is_not_found(database) {
        let house = House::start(database).await;
        let nothing = "019aa5c2-7b1e-7c44-9d0a-5b8f2f0c6a11";
        for path in [
            "/v1/procedures".to_owned(),
            format!("/v1/procedures/{nothing}"),
            format!("/v1/procedures/{nothing}/versions"),
            format!("/v1/procedures/{nothing}/warnings"),
            format!("/v1/procedures/{nothing}/form"),
            format!("/v1/procedure-versions/{nothing}"),
            "/v1/procedure-warning-codes".to_owned(),
            "/v1/imports".to_owned(),
            format!("/v1/imports/{nothing}/refusals"),
        ] {
            let refused = house.get_with(&path, &["procedures:dossiers:read"], "").await;
            assert_eq!(refused.code(403), "scope.missing", "{path}");
            if path.contains(nothing) {
                assert_eq!(house.get(&path).await.code(404), "not_found", "{path}");
            } else {
                assert_eq!(house.get(&path).await.status, 200, "{path}");
            }
        }
        house.stop().await;
    }

    async fn a_code_means_a_procedure_with_or_without_the_suffix_of_a_province(database) {
        let house = filled(database).await;
        house.import(lines(&[record("2.000006.H50", "Riêng"), record("2.000006.H51", "Riêng của tỉnh khác")])).await;
        let on = "2026-11-16";
        let national = house.version_on("1.000001", on).await.unwrap();
        assert!(national.is_some());
        assert_eq!(house.version_on("1.000001.H50", on).await.unwrap(), national, "the national one answers to both");
        let own = house.version_on("2.000005.H50", on).await.unwrap();
        assert!(own.is_some());
        assert_eq!(house.version_on("2.000005", on).await.unwrap(), own, "the only one of that number");
        assert_eq!(house.version_on("2.000005.H51", on).await.unwrap(), None, "another province's is another procedure");
        assert_eq!(house.version_on("2.000006", on).await.unwrap_err(), "procedure.ambiguous");
        let id = house.summary("1.000001").await["id"].as_str().unwrap().to_owned();
        assert_eq!(house.version_on(&id, on).await.unwrap(), national);
        for unknown in ["9.999999", "", "khai sinh", "019aa5c2-7b1e-7c44-9d0a-5b8f2f0c6a11"] {
            assert_eq!(house.version_on(unknown, on).await.unwrap(), None, "{unknown}");
        }
        assert_eq!(house.version_on("1.000004", on).await.unwrap_err(), "procedure.not_local");
        house.stop().await;
    }
}
