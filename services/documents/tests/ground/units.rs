use motcua_testkit::on_both_databases;
use serde_json::Value;

use crate::installation::Installation;
use crate::units_import::{DEMO, import};

async fn with_units(database: &motcua_testkit::TestDatabase) -> Installation {
    let here = Installation::empty(database).await;
    import(&here, &DEMO).await.unwrap();
    here
}

on_both_databases! {
    async fn a_code_is_another_unit_before_and_after_the_reform(database) {
        let here = with_units(database).await;
        let citizen = here.citizen();
        let names = async |query: &str| citizen.list(&format!("/v1/administrative-units?{query}"), "full_name").await;
        assert_eq!(names("code=44").await, ["Tỉnh Quảng Trị"]);
        assert_eq!(names("code=44&on=2025-06-30").await, ["Tỉnh Quảng Bình"]);
        assert_eq!(names("code=44&on=1989-06-30").await, [""; 0]);
        assert_eq!(names("code=in:19333,19345&on=2000-01-01").await, ["Phường 1", "Phường 4"]);
        assert_eq!(names("province=44&level=commune").await, ["Phường Đông Hà", "Phường Nam Đông Hà"]);
        assert_eq!(names("province=44").await.len(), 3);
        assert_eq!(names("parent=44&level=in:district,province").await, [""; 0]);
        here.stop().await;
    }

    async fn search_ignores_diacritics_case_and_wildcards(database) {
        let here = with_units(database).await;
        let citizen = here.citizen();
        let names = async |q: &str| citizen.list(&format!("/v1/administrative-units?q={q}"), "name").await;
        assert_eq!(names("dong%20HA").await, ["Đông Hà", "Nam Đông Hà"]);
        assert_eq!(names("Qua%CC%89ng").await, ["Quảng Trị"]);
        assert_eq!(names("%25").await, [""; 0]);
        here.stop().await;
    }

    async fn a_unit_tells_what_it_came_from_and_what_became_of_it(database) {
        let here = with_units(database).await;
        let citizen = here.citizen();
        let ward = citizen.list("/v1/administrative-units?code=19345&on=2025-06-30", "id").await.remove(0);
        let split = citizen.get(&format!("/v1/administrative-units/{ward}")).await.ok();
        assert_eq!((&split["valid_from"], &split["valid_to"]), (&Value::Null, &"2025-07-01".into()));
        assert_eq!((&split["type"], &split["name"]), (&"phường".into(), &"4".into()));
        let parts: Vec<_> = split["successors"].as_array().unwrap().iter().map(|to| (&to["code"], &to["part"])).collect();
        assert_eq!(parts, [(&"19333".into(), &"partial".into()), (&"19351".into(), &"partial".into())]);
        let province = citizen.list("/v1/administrative-units?code=44", "id").await.remove(0);
        let reply = citizen.get(&format!("/v1/administrative-units/{province}")).await;
        let etag = reply.etag().to_owned();
        let merged = reply.ok();
        assert_eq!(merged["predecessors"].as_array().unwrap().len(), 2);
        let path = format!("/v1/administrative-units/{province}");
        let again = citizen.request(reqwest::Method::GET, &path).header("If-None-Match", etag);
        assert_eq!(crate::installation::send(again).await.status, 304);
        here.stop().await;
    }

    async fn pages_hold_every_unit_once(database) {
        let here = with_units(database).await;
        let citizen = here.citizen();
        let mut seen = Vec::new();
        let mut path = "/v1/administrative-units?on=2025-06-30&limit=2&count=exact".to_owned();
        loop {
            let page = citizen.get(&path).await.ok();
            assert_eq!(page["count"], 4);
            seen.extend(page["items"].as_array().unwrap().iter().map(|unit| unit["code"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/v1/administrative-units?on=2025-06-30&limit=2&count=exact&after={next}");
            let other = citizen.get(&format!("/v1/administrative-units?on=2025-06-29&after={next}")).await;
            assert_eq!(other.problem(400), "cursor.invalid");
        }
        assert_eq!(seen, ["19333", "19345", "44", "45"]);
        here.stop().await;
    }

    async fn units_are_read_with_a_token_of_the_scope_and_strict_parameters(database) {
        let here = with_units(database).await;
        let citizen = here.citizen();
        assert_eq!(here.nobody().get("/v1/administrative-units").await.problem(401), "token.missing");
        assert_eq!(here.service(&[]).get("/v1/administrative-units").await.problem(403), "scope.missing");
        assert_eq!(citizen.get("/v1/administrative-units?kode=1").await.problem(400), "parameter.unknown");
        assert_eq!(citizen.get("/v1/administrative-units?on=today").await.problem(400), "parameter.invalid");
        assert_eq!(citizen.get("/v1/administrative-units?level=village").await.problem(400), "filter.invalid");
        assert_eq!(citizen.get("/v1/administrative-units?code=under:44").await.problem(400), "filter.invalid");
        let nowhere = format!("/v1/administrative-units/{}", here.tenant());
        assert_eq!(citizen.get(&nowhere).await.problem(404), "not_found");
        assert_eq!(citizen.get("/v1/administrative-units/44").await.problem(404), "not_found");
        here.stop().await;
    }
}
