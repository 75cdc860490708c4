use diesel::prelude::*;
use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::json;

use crate::installation::Installation;

/// A ward before and one after the reform.
async fn load_units(here: &Installation) {
    let tenant = here.tenant();
    let unit = move |code: &str, valid_from: &str, valid_to: &str| {
        let id = motcua_kernel::new_id();
        format!(
            "INSERT INTO administrative_units (tenant_id, id, level, code, name, full_name, full_name_en, name_folded, type, \
             valid_from, valid_to, resolution) VALUES ('{tenant}', '{id}', 'commune', '{code}', 'A', 'Phường A', '', \
             'phuong a', 'phường', '{valid_from}', {valid_to}, '')"
        )
    };
    let rows = [unit("19333", "2025-07-01", "NULL"), unit("19336", "2000-01-01", "'2025-07-01'")];
    let insert = move |tx: &mut motcua_db::Conn| {
        for row in &rows {
            diesel::sql_query(row).execute(tx)?;
        }
        Ok(())
    };
    here.running.foundation.db.write("units", insert).await.unwrap();
}

on_both_databases! {
    async fn an_agency_serves_units_that_exist(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let ward = |code: &str, units: &[&str]| json!({
            "code": code, "name": "A", "kind": "commune", "parent": "H50", "valid_from": "2026-11-21", "units": units,
        });
        // Before units are loaded nobody knows which exist.
        assert_eq!(province.post("/v1/agencies", &ward("H50.14", &["99999"])).await.status, 201);
        load_units(&here).await;
        let refused = province.post("/v1/agencies", &ward("H50.15", &["99999", "19333", "19336"])).await;
        assert_eq!(refused.problem(422), "validation");
        let told: Vec<_> = refused.body["errors"].as_array().unwrap().iter().map(|e| (&e["pointer"], &e["code"])).collect();
        let unknown = json!("unit.unknown");
        assert_eq!(told, [(&json!("/units/2"), &unknown), (&json!("/units/0"), &unknown)]);
        assert_eq!(province.post("/v1/agencies", &ward("H50.15", &["19333"])).await.status, 201);

        // What it served already may stay.
        let path = format!("/v1/agencies/{}", province.agency("H50.14").await);
        let mut new = ward("H50.14", &["99999", "19333"]);
        new.as_object_mut().unwrap().remove("code");
        new["codes"] = json!([{"code": "H50.14", "valid_from": "2026-11-21"}]);
        let kept = province.change(Method::PUT, &path, "\"v1\"", &new).await;
        assert_eq!(kept.status, 200, "{}", kept.body);
        here.stop().await;
    }
}
