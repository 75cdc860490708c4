//! Reports as papers: they say what figures, scores and pages say, and add up.

use motcua_agencies::{AgencyKind, AgencyRecord};
use motcua_kernel::{ActorKind, Role};
use motcua_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use super::exports::{Fetched, fetch};
use super::province::{DONE, Dossier, RECEIVED, agency, agency_news, at, officer_news};
use super::setting::{Answer, Setting};

const WARDS: usize = 12;

/// A province with a department and a dozen wards, and dossiers of October and November: who was late in October was not
/// in November, and the other way round.
struct Story {
    setting: Setting,
    reader: String,
    wards: Vec<AgencyRecord>,
}

impl Story {
    async fn told(database: &TestDatabase) -> Self {
        let setting = Setting::start(database).await;
        setting.around.clock.set_business(at("2026-12-02T02:00:00Z"));
        let of = |kind, name: String, record: AgencyRecord| AgencyRecord { kind, name, ..record };
        let name = "Ủy ban nhân dân tỉnh Quảng Trị".to_owned();
        let province = of(AgencyKind::Province, name, agency("H50", None, "2025-07-01", None));
        let below = |code: &str| agency(code, Some(province.id), "2025-07-01", None);
        let department = of(AgencyKind::Department, "Sở Tư pháp".to_owned(), below("H50.01"));
        let wards: Vec<AgencyRecord> = (0..WARDS)
            .map(|number| {
                let name = format!("Ủy ban nhân dân phường Đông Hà {}", number + 1);
                of(AgencyKind::Commune, name, below(&format!("H50.{}", 11 + number)))
            })
            .collect();
        let officers =
            [officer_news("admin", province.id, Role::Administrator), officer_news("clerk", wards[0].id, Role::Clerk)];
        let agencies: Vec<_> = [&province, &department].into_iter().chain(&wards).map(agency_news).collect();
        setting.around.documents.tell(agencies.into_iter().chain(officers)).await;
        let mut news = Vec::new();
        let mut tell = |ward: &AgencyRecord, month: u32, late: bool| {
            let dossier =
                Dossier::at(ward, &format!("2026-{month}-02T02:00:00Z"), &format!("2026-{month}-09T10:00:00Z"));
            news.push(dossier.news(RECEIVED, 2));
            let finished = dossier.finished(&format!("2026-{month}-{}T03:00:00Z", if late { "11" } else { "05" }));
            news.push(finished.news(DONE, 5));
        };
        for (number, ward) in wards.iter().enumerate() {
            for one in 0..WARDS {
                tell(ward, 10, one < number);
                tell(ward, 11, one >= number);
            }
        }
        tell(&department, 11, false);
        let open = Dossier::at(&wards[3], "2026-11-23T02:00:00Z", "2026-11-27T10:00:00Z");
        news.push(open.news(RECEIVED, 2));
        let count = i64::try_from(WARDS * WARDS + 2).unwrap();
        setting.around.procedures.tell(news).await;
        let story = Self { reader: setting.reader(), setting, wards };
        let path = "/v1/scores/figures?set=qd766&period=2026-11&agency=under:H50";
        let came = |answer: &Answer| figure(&answer.body, "received") == Some(count);
        story.setting.get_until(path, &story.reader, came).await;
        story
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.setting.get(path, &self.reader).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    async fn fetch(&self, path: &str) -> Fetched {
        let fetched = fetch(&self.setting, path, &self.reader).await;
        assert_eq!(fetched.status, 200, "{path}: {}", String::from_utf8_lossy(&fetched.bytes));
        fetched
    }

    async fn page(&self, path: &str) -> String {
        let fetched = self.fetch(path).await;
        assert!(fetched.header("content-type").starts_with("text/html"));
        String::from_utf8(fetched.bytes).unwrap()
    }

    async fn pdf(&self, path: &str) {
        let fetched = self.fetch(path).await;
        assert_eq!(fetched.header("content-type"), "application/pdf");
        assert!(fetched.bytes.starts_with(b"%PDF-"), "{path}");
        let name = fetched.header("content-disposition");
        assert!(name.is_ascii() && name.contains(".pdf\""), "{name}");
    }
}

fn figure(sheet: &Value, measure: &str) -> Option<i64> {
    sheet["figures"].as_array()?.iter().find(|figure| figure["measure"] == measure)?["value"].as_i64()
}

/// As Vietnamese writes a decimal of the API.
fn written(number: &Value) -> String {
    number.as_str().unwrap().replace('.', ",")
}

on_both_databases! {
    async fn form_06_adds_up_to_the_figures_of_its_set(database) {
        let story = Story::told(database).await;
        let report = story.get("/v1/reports/bieu06?period=2026-11&agency=H50").await;
        let figures = story.get("/v1/scores/figures?set=bieu06&period=2026-11&agency=under:H50").await;
        for (column, measure) in [
            ("received_online", "received_online"), ("received_direct", "received_otherwise"),
            ("carried_over", "carried_over"), ("solved_early", "solved_early"), ("solved_on_time", "solved_on_time"),
            ("solved_late", "solved_late"), ("in_process_in_term", "open_in_term"), ("in_process_late", "open_late"),
        ] {
            assert_eq!(report["total"][column].as_i64(), figure(&figures, measure), "{column}");
            let rows = report["rows"].as_array().unwrap();
            let sum: i64 = rows.iter().map(|row| row[column].as_i64().unwrap()).sum();
            assert_eq!(report["total"][column], sum, "{column}: nothing is lost between the rows");
        }
        let number = |row: &Value, column: &str| row[column].as_i64().unwrap();
        let rows = report["rows"].as_array().unwrap();
        assert_eq!(rows.len(), WARDS + 1);
        for row in rows.iter().chain([&report["total"]]) {
            let n = |column| number(row, column);
            assert_eq!(n("received"), n("received_online") + n("received_direct") + n("carried_over"));
            assert_eq!(n("solved"), n("solved_early") + n("solved_on_time") + n("solved_late"));
            assert_eq!(n("in_process"), n("in_process_in_term") + n("in_process_late"));
            assert_eq!(n("received"), n("solved") + n("in_process"));
        }
        assert_eq!((number(&report["total"], "received"), number(&report["total"], "in_process_late")), (146, 1));

        let page = story.page("/v1/reports/bieu06?period=2026-RQ4&agency=H50&format=html").await;
        for said in ["Biểu số II.06/VPCP/KSTT", "Số lượng hồ sơ đang giải quyết", "TỔNG CỘNG", "CẤP XÃ", "Sở Tư pháp"] {
            assert!(page.contains(said), "{said}");
        }
        let sheet = story.fetch("/v1/reports/bieu06?period=2026-11&agency=H50&format=xlsx").await.sheet();
        let total = sheet.iter().find(|row| row[1] == calamine::Data::String("TỔNG CỘNG".to_owned())).unwrap();
        assert_eq!(total[2], calamine::Data::Float(146.0), "a number, not a text");
        story.pdf("/v1/reports/bieu06?period=2026-11&agency=H50&format=pdf").await;
        // A ward reports for itself.
        let own = story.get(&format!("/v1/reports/bieu06?period=2026-11&agency={}", story.wards[3].id)).await;
        assert_eq!((own["rows"].as_array().unwrap().len(), number(&own["total"], "received")), (1, 13));
    }

    async fn the_scorecard_on_paper_is_the_scorecard(database) {
        let story = Story::told(database).await;
        let question = "set=qd766&period=2026-11&agency=under:H50";
        let card = story.get(&format!("/v1/scores?{question}")).await;
        let page = story.page(&format!("/v1/reports/scorecard?{question}")).await;
        assert!(page.contains(&format!("đạt {} điểm", written(&card["total"]["points"]))), "{page}");
        for one in card["indicators"].as_array().unwrap() {
            assert!(page.contains(&format!(">{}<", one["code"].as_str().unwrap())), "{one}");
            if one["points"].is_string() && one["maximum"] != "0" {
                assert!(page.contains(&format!(">{}<", written(&one["points"]))), "{one}");
            }
        }
        story.pdf(&format!("/v1/reports/scorecard?{question}&format=pdf")).await;
    }

    async fn the_bulletin_says_what_pages_and_ranking_say(database) {
        let story = Story::told(database).await;
        let card = story.get("/v1/scores?set=qd766&period=2026-11&agency=under:H50").await;
        let before = story.get("/v1/scores?set=qd766&period=2026-10&agency=under:H50").await;
        let page = story.page("/v1/reports/bulletin?period=2026-11").await;
        assert!(page.contains(&format!("đạt {} điểm", written(&card["total"]["points"]))), "{page}");
        assert_ne!(card["total"]["points"], before["total"]["points"]);
        let operations = story.page("/v1/pages/operations?period=2026-11").await;
        let ranking = story.get("/v1/scores/ranking?set=qd766&period=2026-11&agency=under:H50").await;
        let items = ranking["items"].as_array().unwrap();
        for one in items {
            let points = written(&one["total"]["points"]);
            assert!(page.contains(&points) && operations.contains(&points), "{one}");
            let moved = one["movement"].as_i64().unwrap_or_default();
            if moved != 0 {
                let said = format!("{} {}", if moved > 0 { "tăng" } else { "giảm" }, moved.abs());
                assert!(page.contains(&said), "{said}");
            }
        }
        assert!(items.iter().any(|one| one["movement"].as_i64() > Some(0)), "{ranking}");
        let unmeasured = card["indicators"].as_array().unwrap().iter().find(|one| one["not_measured"].is_object()).unwrap();
        assert!(page.contains("Chỉ tiêu chưa đo được") && page.contains(&format!("{} {}", unmeasured["code"].as_str().unwrap(), unmeasured["name"]["vi"].as_str().unwrap())));
        assert!(page.contains("<svg") && page.contains("1 hồ sơ quá hạn") && page.contains("điều chỉnh trong kỳ: không có"));
        assert!(page.contains("Số liệu đến") && page.contains(&format!("phiên bản {}", card["set"]["version"].as_str().unwrap())));
        story.pdf("/v1/reports/bulletin?period=2026-11&format=pdf").await;
        let ward = story.page("/v1/reports/bulletin?period=2026-11&agency=H50.11").await;
        assert!(ward.contains("ĐÔNG HÀ 1") && !ward.contains("Xếp hạng các cơ quan"));
    }

    async fn the_bulletin_tells_what_was_corrected_meanwhile(database) {
        let story = Story::told(database).await;
        let admin = story.setting.token(ActorKind::Officer, "admin");
        let body = json!({"set": "qd766", "period": "2026-10", "agency": "H50"});
        let published = story.setting.post("/v1/published-periods", &admin, "a", &body).await;
        assert_eq!(published.status, 201, "{published:?}");
        let late = Dossier::at(&story.wards[0], "2026-10-30T02:00:00Z", "2026-11-12T10:00:00Z");
        story.setting.around.procedures.tell([late.news(RECEIVED, 2)]).await;
        let path = format!("/v1/published-periods/{}/restatements", published.body["id"].as_str().unwrap());
        let noted = |answer: &Answer| answer.body["items"].as_array().is_some_and(|items| !items.is_empty());
        let (noted, _) = story.setting.get_until(&path, &story.reader, noted).await;
        // Told when it was recorded, by the clock of the machine and not of this story; months begin at midnight in Vietnam.
        let recorded = at(noted.body["items"][0]["event_time"].as_str().unwrap()) + chrono::TimeDelta::hours(7);
        let recorded = recorded.format("%Y-%m");
        let page = story.page(&format!("/v1/reports/bulletin?period={recorded}")).await;
        let name = noted.body["items"][0]["name"]["vi"].as_str().unwrap();
        assert!(page.contains(">Số liệu đã công bố được điều chỉnh trong kỳ</caption>"), "{page}");
        assert!(page.contains(name) && page.contains(">2026-10<") && page.contains(">+1<"), "{page}");
    }

    async fn reports_are_for_who_may_see_the_agency(database) {
        let story = Story::told(database).await;
        let clerk = story.setting.token(ActorKind::Officer, "clerk");
        let citizen = story.setting.token_with(ActorKind::Citizen, &["kpi:indicators:read"], story.setting.around.tenant());
        let elsewhere = story.setting.token_with(ActorKind::Service, &["kpi:indicators:read"], motcua_kernel::new_id());
        for (path, own) in [
            ("/v1/reports/bieu06?period=2026-11&agency=H50", "/v1/reports/bieu06?period=2026-11&agency=H50.11&format=html"),
            ("/v1/reports/scorecard?set=qd766&period=2026-11&agency=H50", "/v1/reports/scorecard?set=qd766&period=2026-11&agency=H50.11"),
            ("/v1/reports/bulletin?period=2026-11", "/v1/reports/bulletin?period=2026-11&agency=H50.11"),
        ] {
            assert_eq!(fetch(&story.setting, path, &clerk).await.status, 404, "{path}");
            assert_eq!(fetch(&story.setting, own, &clerk).await.status, 200, "{own}");
            assert_eq!(fetch(&story.setting, path, &citizen).await.status, 403, "{path}");
            assert_ne!(fetch(&story.setting, path, &elsewhere).await.status, 200, "{path}");
        }
        for path in ["/v1/reports/bulletin?period=2026-13", "/v1/reports/bulletin?period=2026-11&format=docx", "/v1/reports/bieu06?agency=H50&period=x"] {
            assert_eq!(fetch(&story.setting, path, &story.reader).await.status, 400, "{path}");
        }
    }
}
