//! Our own format beside the national one: the demo catalogue loads whole, and neither pushes the other out.

use motcua_procedures::catalogue::rules::Source;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::support::{House, lines, record};

const DEMO: &str = include_str!("../../../../crates/motcua/demo/procedures.jsonl");

fn demo_line(code: &str) -> Value {
    let line = DEMO.lines().find(|line| line.contains(&format!("\"code\":\"{code}\""))).unwrap();
    serde_json::from_str(line).unwrap()
}

on_both_databases! {
    async fn the_demo_catalogue_loads_without_a_remark_and_every_form_is_served(database) {
        let house = House::start(database).await;
        let report = house.import_as(DEMO, Source::Demo).await;
        let all = DEMO.lines().count() as u64;
        assert_eq!((report.loaded, report.with_warnings, report.refused), (all, 0, 0), "{:?}", report.refusals);
        assert_eq!(house.import_as(DEMO, Source::Demo).await.unchanged, all);
        let page = house.get("/v1/procedures?limit=200&status=offered").await.ok();
        assert_eq!(page["items"].as_array().unwrap().len() as u64, all);
        for procedure in page["items"].as_array().unwrap() {
            assert_eq!(procedure["source"], "demo");
            let form = house.get(&format!("/v1/procedures/{}/form", procedure["id"].as_str().unwrap())).await.ok();
            assert_eq!(form["$schema"], "https://json-schema.org/draft/2020-12/schema");
        }
        house.stop().await;
    }

    async fn a_national_record_changes_what_it_says_and_keeps_what_was_completed_here(database) {
        let house = House::start(database).await;
        let ours = demo_line("1.000828");
        house.import_as(format!("{ours}\n"), Source::Demo).await;
        let national = lines(&[record("1.000828", "Tên mới")]);
        assert_eq!(house.import(national.clone()).await.loaded, 1);
        let id = house.summary("1.000828").await["id"].as_str().unwrap().to_owned();
        let content = house.get(&format!("/v1/procedures/{id}")).await.ok()["version"]["content"].clone();
        assert_eq!(content["name"], "Tên mới");
        assert_eq!((&content["competent"], &content["issuing"]), (&ours["agencies"]["competent"], &ours["agencies"]["issuing"]));
        assert_eq!(content["form"], ours["form"]);

        // Each source has said nothing new since it last spoke.
        assert_eq!(house.import(national).await.unchanged, 1);
        assert_eq!(house.import_as(format!("{ours}\n"), Source::Demo).await.unchanged, 1);
        assert_eq!(house.summary("1.000828").await["current_number"], 2);
        house.stop().await;
    }

    async fn a_line_of_ours_with_a_fault_is_refused_with_its_code(database) {
        let house = House::start(database).await;
        let (good, mut unknown, mut broken) = (demo_line("2.002080"), demo_line("1.001193"), demo_line("1.000894"));
        unknown["colour"] = json!("red");
        broken["form"] = json!({"type": "objekt"});
        let report = house.import(lines(&[good, unknown, broken])).await;
        assert_eq!((report.loaded, report.refused), (1, 2));
        let told: Vec<_> = report.refusals.iter().map(|one| (one.line, one.code.as_str(), one.procedure_code.as_deref())).collect();
        assert_eq!(told, [(2, "record.invalid", Some("1.001193")), (3, "form.broken", Some("1.000894"))]);
        house.stop().await;
    }
}
