//! Exports: every table as CSV and XLSX, as long as its figure, with numbers that are numbers and texts that are no formula.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use motcua_agencies::{AgencyKind, AgencyRecord};
use motcua_kernel::ActorKind;
use motcua_testkit::{TestDatabase, on_both_databases};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::office::Office;
use super::province::{DONE, Dossier, RECEIVED, agency, agency_news};
use super::setting::Setting;

/// More records than are read together, so that a list goes over the edge between two pages.
const DOSSIERS: usize = 520;
const NAME: &str = "=HYPERLINK(\"http://x\",\"Phường\")";

/// A file as it was answered.
pub(crate) struct Fetched {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Fetched {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code of a problem.
    fn problem(&self) -> (u16, String) {
        let problem: Value = serde_json::from_slice(&self.bytes).unwrap();
        (self.status, problem["code"].as_str().unwrap().to_owned())
    }

    /// The rows of a CSV file, the headings first.
    pub(crate) fn rows(&self) -> Vec<Vec<String>> {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.bytes));
        assert_eq!(self.header("content-type"), "text/csv; charset=utf-8; header=present");
        let bytes = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    /// The rows of a workbook, the headings first.
    pub(crate) fn sheet(&self) -> Vec<Vec<Data>> {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.bytes));
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(self.bytes.clone())).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        range.rows().map(<[Data]>::to_vec).collect()
    }
}

pub(crate) async fn fetch(setting: &Setting, path: &str, token: &str) -> Fetched {
    let request = setting.client.get(format!("{}{path}", setting.service.url())).bearer_auth(token);
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Fetched { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
}

/// A province and one of its wards, with dossiers of November: every third is done, in time.
struct Story {
    setting: Setting,
    token: String,
    ward: AgencyRecord,
}

impl Story {
    async fn told(database: &TestDatabase, dossiers: usize) -> Self {
        let setting = Setting::start(database).await;
        setting.around.clock.set_business("2026-12-02T02:00:00Z".parse().unwrap());
        let of = |kind, record: AgencyRecord| AgencyRecord { kind, ..record };
        let province = of(AgencyKind::Province, agency("H50", None, "2025-07-01", None));
        let mut ward = of(AgencyKind::Commune, agency("H50.11", Some(province.id), "2025-07-01", None));
        NAME.clone_into(&mut ward.name);
        setting.around.documents.tell([&province, &ward].map(agency_news)).await;
        let mut news = Vec::new();
        for number in 0..dossiers {
            // Many at one instant: the place in the list is by the id as well.
            let dossier =
                Dossier::at(&ward, &format!("2026-11-{:02}T02:00:00Z", 1 + number % 9), "2026-11-20T10:00:00Z");
            news.push(dossier.news(RECEIVED, 2));
            if number % 3 == 0 {
                news.push(dossier.finished("2026-11-15T03:00:00Z").news(DONE, 5));
            }
        }
        setting.around.procedures.tell(news).await;
        let token = setting.reader();
        let story = Self { setting, token, ward };
        let path = "/v1/scores/figures?set=qd766&period=2026-11&agency=H50.11";
        let done = dossiers.div_ceil(3);
        let came = |body: &Value| figure(body, "received") == Some(dossiers) && figure(body, "on_time") == Some(done);
        story.setting.get_until(path, &story.token, |answer| came(&answer.body)).await;
        story
    }

    async fn fetch(&self, path: &str) -> Fetched {
        fetch(&self.setting, path, &self.token).await
    }

    /// The ids of a list, page by page.
    async fn listed(&self, question: &str) -> Vec<String> {
        let (mut ids, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.setting.get(&format!("/v1/scores/records?{question}&limit=200{after}"), &self.token).await;
            let items = page.body["items"].as_array().unwrap();
            ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            match page.body["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return ids,
            }
        }
    }
}

fn figure(sheet: &Value, measure: &str) -> Option<usize> {
    let one = sheet["figures"].as_array()?.iter().find(|figure| figure["measure"] == measure)?;
    usize::try_from(one["value"].as_i64()?).ok()
}

on_both_databases! {
    async fn a_list_is_exported_whole_and_is_as_long_as_its_figure(database) {
        let story = Story::told(database, DOSSIERS).await;
        let sheet = story.setting.get("/v1/scores/figures?set=qd766&period=2026-11&agency=under:H50", &story.token).await;
        for one in sheet.body["figures"].as_array().unwrap() {
            let measure = one["measure"].as_str().unwrap();
            let lists = [("counted", &one["value"]), ("excluded", &one["excluded"])];
            for (part, count) in lists.into_iter().filter(|(_, count)| one["excluded"].is_number() && **count != 0) {
                let question = format!("set=qd766&period=2026-11&agency=under:H50&measure={measure}&part={part}");
                let file = story.fetch(&format!("/v1/scores/records?{question}&format=csv")).await;
                let rows = file.rows();
                let place = rows[0].iter().position(|name| name == "Định danh").unwrap();
                let ids: Vec<&str> = rows[1..].iter().map(|row| row[place].as_str()).collect();
                assert_eq!(json!(ids.len()), *count, "{measure} {part}");
                assert_eq!(ids, story.listed(&question).await, "{measure} {part}: the same in the same order");
                assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{measure} {part}: none twice");
                assert!(!file.header("data-as-of").is_empty());
            }
        }
        let question = "set=qd766&period=2026-11&agency=H50.11&measure=received&format=xlsx&lang=en";
        let file = story.fetch(&format!("/v1/scores/records?{question}")).await;
        let rows = file.sheet();
        assert_eq!(rows.len(), DOSSIERS + 1);
        let column = |name: &str| rows[0].iter().position(|cell| *cell == Data::String(name.to_owned())).unwrap();
        let (counts, when) = (column("Counts"), column("When (Vietnam time)"));
        assert_eq!(rows[1][counts], Data::Float(1.0));
        let Data::DateTime(first) = rows[1][when] else { panic!("{:?} is no instant", rows[1][when]) };
        // Days since the beginning of 1900, as workbooks count: nine o'clock on 1 November 2026, as clocks in Vietnam say.
        assert!((first.as_f64() - 46_327.375).abs() < 1e-6, "{first:?}");
        let named = "attachment; filename=\"danh-sach-received-duoc-tinh-qd766-h50.11-2026-11.xlsx\"";
        assert!(file.header("content-disposition").starts_with(named), "{}", file.header("content-disposition"));
        // Nothing counted is a table with nothing but its headings.
        let none = "set=qd766&period=2026-08&agency=H50.11&measure=received&format=csv";
        assert_eq!(story.fetch(&format!("/v1/scores/records?{none}")).await.rows().len(), 1);
    }

    async fn scores_are_exported_with_numbers_as_numbers_and_no_formula(database) {
        let story = Story::told(database, 6).await;
        let question = "set=qd766&period=2026-11&agency=under:H50";
        let card = story.setting.get(&format!("/v1/scores?{question}"), &story.token).await.body;
        let file = story.fetch(&format!("/v1/scores?{question}&format=xlsx")).await;
        let rows = file.sheet();
        let (indicators, groups) = (card["indicators"].as_array().unwrap(), card["groups"].as_array().unwrap());
        assert_eq!(rows.len(), 2 + indicators.len() + groups.len());
        let column = |name: &str| rows[0].iter().position(|cell| *cell == Data::String(name.to_owned())).unwrap();
        let (code, points, why) = (column("Mã"), column("Điểm"), column("Lý do không đo được"));
        let mut measured = 0;
        for one in indicators {
            let row = rows.iter().find(|row| row[code] == Data::String(one["code"].as_str().unwrap().to_owned())).unwrap();
            match one["points"].as_str() {
                Some(text) => {
                    assert_eq!(row[points], Data::Float(text.parse().unwrap()), "{one}");
                    measured += 1;
                }
                None if one["not_measured"].is_object() => {
                    assert_eq!((&row[points], &row[why]), (&Data::Empty, &Data::String(one["not_measured"]["vi"].as_str().unwrap().to_owned())));
                }
                None => assert_eq!(row[points], Data::Empty, "{one}"),
            }
        }
        assert!(measured > 0);
        assert_eq!(rows[1][points], Data::Float(card["total"]["points"].as_str().unwrap().parse().unwrap()));
        assert_eq!(file.header("data-as-of"), card["data_as_of"].as_str().unwrap());

        let figures = story.fetch(&format!("/v1/scores/figures?{question}&format=csv&lang=en")).await.rows();
        let received = figures.iter().find(|row| row[5] == "received").unwrap();
        assert_eq!((&figures[0][8], &received[8]), (&"Value".to_owned(), &"6".to_owned()));

        let ranking = story.fetch(&format!("/v1/scores/ranking?{question}&format=csv")).await.rows();
        assert_eq!((ranking.len(), &ranking[1][3], &ranking[1][6]), (2, &"H50.11".to_owned(), &"1".to_owned()));
        assert_eq!(ranking[1][4], format!("'{NAME}"), "what begins like a formula is none");
        let ranking = story.fetch(&format!("/v1/scores/ranking?{question}&format=xlsx")).await.sheet();
        assert_eq!(ranking[1][4], Data::String(NAME.to_owned()), "a text cell is none either");
        assert_eq!(story.ward.name, NAME);
    }

    async fn lists_are_exported_to_who_may_see_them(database) {
        let office = Box::pin(Office::start(database)).await;
        assert_eq!(office.define("x", json!({})).await.status, 201);
        office.approved("x", "2026-Q2", "0").await;
        assert_eq!(office.enter("x", "2026-Q3", "1113").await.status, 201);
        let course = json!({"direction": "up", "start_value": "0", "target_value": "2000.5", "legal_source": "12/KH-UBND"});
        let target = json!({"subject": {"kind": "element", "code": "x"}, "agency": "H50.12", "period": "2026", "course": course});
        assert_eq!(office.post("leader", "/v1/targets").json(&target).await.status, 201);
        let file = async |officer: &str, path: &str| fetch(&office.setting, path, &office.token(officer)).await;

        let values = file("clerk", "/v1/element-values?format=csv").await.rows();
        let entered: Vec<_> = values[1..].iter().map(|row| (row[0].as_str(), row[6].as_str(), row[7].as_str(), row[8].as_str())).collect();
        assert_eq!(entered, [("x", "2026-Q3", "1113", "đang nhập"), ("x", "2026-Q2", "0", "đã duyệt")]);
        assert_eq!(file("clerk", "/v1/element-values?format=csv&state=draft").await.rows().len(), 2, "narrowed like the list");
        assert_eq!(file("stranger", "/v1/element-values?format=csv").await.rows().len(), 1, "of another ward");
        let values = file("clerk", "/v1/element-values?format=xlsx").await.sheet();
        assert_eq!(values[1][7], Data::Float(1113.0));
        let targets = file("clerk", "/v1/targets?format=xlsx&lang=en").await.sheet();
        assert_eq!((&targets[1][1], &targets[1][9]), (&Data::String("x".to_owned()), &Data::Float(2000.5)));
        assert_eq!(file("stranger", "/v1/targets?format=csv").await.rows().len(), 1);

        let all = office.get("clerk", "/v1/data-elements?limit=1&count=exact").await.body["count"].as_u64().unwrap();
        let elements = file("clerk", "/v1/data-elements?format=csv").await.rows();
        assert_eq!(elements.len() as u64, all + 1);
        let (sets, periods) = (file("admin", "/v1/indicator-sets?format=csv").await.rows(), file("admin", "/v1/published-periods?format=csv").await.rows());
        assert!(sets.iter().any(|row| row[0] == "qd766") && periods.len() == 1);
        let list = office.get("admin", "/v1/indicator-sets?limit=200").await.body;
        let set = list["items"].as_array().unwrap().iter().find(|set| set["code"] == "qd766").unwrap();
        let version = format!("/v1/indicator-set-versions/{}", set["current"]["id"].as_str().unwrap());
        let indicators = file("admin", &format!("{version}?format=csv")).await.rows();
        let defined = office.get("admin", &version).await.body["definition"]["indicators"].as_array().unwrap().len();
        let codes: BTreeSet<&str> = indicators[1..].iter().map(|row| row[3].as_str()).collect();
        assert_eq!(codes.len(), defined);

        let versions = file("admin", &format!("/v1/indicator-sets/{}/versions?format=csv&lang=en", set["id"].as_str().unwrap())).await.rows();
        assert_eq!((versions.len() as u64, versions[1][4].as_str()), (set["versions"].as_u64().unwrap() + 1, set["current"]["sha256"].as_str().unwrap()));
        let list = office.get("clerk", "/v1/element-values?period=2026-Q2").await.body;
        let steps = format!("/v1/element-values/{}/steps?format=csv", list["items"][0]["id"].as_str().unwrap());
        let taken: Vec<_> = file("clerk", &steps).await.rows()[1..].iter().map(|row| row[1].clone()).collect();
        assert_eq!(taken, ["approve", "check", "submit", "enter"]);
        assert_eq!(file("stranger", &steps).await.status, 404);
        let closing = json!({"agency": "H50.12", "period": "2026-Q2"});
        assert_eq!(office.post("approver", "/v1/element-period-closings").json(&closing).await.status, 201);
        let closings = file("clerk", "/v1/element-period-closings?format=csv").await.rows();
        assert_eq!((closings.len(), closings[1][1].as_str()), (2, "2026-Q2"));

        for (path, expected) in [
            ("/v1/element-values?format=csv&after=x", (400, "parameter.invalid")),
            ("/v1/element-values?format=pdf", (400, "parameter.invalid")),
            ("/v1/targets?format=csv&lang=fr", (400, "parameter.invalid")),
            ("/v1/targets?format=csv&period=2026-13", (400, "filter.invalid")),
        ] {
            let (status, code) = file("clerk", path).await.problem();
            assert_eq!((status, code.as_str()), expected, "{path}");
        }
        let tenant = office.setting.around.tenant();
        let other = office.setting.token_with(ActorKind::Service, &["kpi:indicators:read"], tenant);
        for path in ["/v1/element-values?format=csv", "/v1/targets?format=csv", "/v1/data-elements?format=xlsx"] {
            assert_eq!(fetch(&office.setting, path, &other).await.problem(), (403, "scope.missing".to_owned()), "{path}");
        }
    }
}
