//! Definitions over HTTP and by command: shipped at the first start, checked, recorded once, never changed.

use motcua_agencies::{AgencyKind, AgencyRecord};
use motcua_journal::Journal;
use motcua_kernel::{ActorKind, Role, Uuid};
use motcua_kpi::definitions::{self, Imported, SHIPPED};
use motcua_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use super::province::{agency, agency_news, officer_news};
use super::setting::{Answer, Setting};

/// A small set of a version, valid from a day.
fn small(version: &str, from: &str) -> String {
    format!(
        "code: small\nversion: \"{version}\"\nname: {{vi: Nhỏ, en: Small}}\nsource: Thử\nvalid_from: {from}\n\
         periods: [month]\ntotal: 10\ngroups:\n  - {{code: g, name: {{vi: Nhóm, en: Group}}, maximum: 10}}\n\
         measures:\n  - {{code: received, name: {{vi: Nhận, en: Received}}, subject: dossier, on: received_at}}\n\
         indicators:\n  - code: \"1\"\n    name: {{vi: Một, en: One}}\n    group: g\n    maximum: 10\n    \
         unit: {{vi: hồ sơ, en: dossiers}}\n    numerator: received\n    denominator: received\n    scoring: ratio\n"
    )
}

struct Room {
    setting: Setting,
}

impl Room {
    /// A province with an administrator of its own and one of a commune.
    async fn start(database: &TestDatabase) -> Self {
        let setting = Setting::start(database).await;
        let province = AgencyRecord { kind: AgencyKind::Province, ..agency("H50", None, "2025-07-01", None) };
        let commune = agency("H50.12", Some(province.id), "2025-07-01", None);
        setting.around.documents.tell([&province, &commune].map(agency_news)).await;
        setting
            .around
            .documents
            .tell([
                officer_news("in-province", province.id, Role::Administrator),
                officer_news("in-commune", commune.id, Role::Administrator),
            ])
            .await;
        let room = Self { setting };
        for officer in ["in-province", "in-commune"] {
            room.setting.get_until("/v1/indicator-sets", &room.officer(officer), |answer| answer.status == 200).await;
        }
        room
    }

    fn officer(&self, subject: &str) -> String {
        self.setting.token(ActorKind::Officer, subject)
    }

    async fn get(&self, path: &str) -> Answer {
        self.setting.get(path, &self.officer("in-commune")).await
    }

    async fn record(&self, key: &str, text: &str) -> Answer {
        let body = json!({"text": text});
        self.setting.post("/v1/indicator-set-versions", &self.officer("in-province"), key, &body).await
    }

    async fn check(&self, text: &str) -> Value {
        let body = json!({"text": text});
        let answer = self.setting.post("/v1/indicator-sets:check", &self.officer("in-province"), "check", &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }
}

on_both_databases! {
    async fn shipped_sets_are_there_at_the_first_start(database) {
        let room = Room::start(database).await;
        let sets = room.get("/v1/indicator-sets?count=exact").await;
        assert_eq!(sets.body["count"], SHIPPED.len());
        let codes: Vec<&str> = sets.body["items"].as_array().unwrap().iter().map(|set| set["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["bieu06", "dti-2022", "dti-2025", "mot-cua", "nhiem-vu", "phan-anh", "qd766", "van-ban"]);
        let of_766 = sets.body["items"].as_array().unwrap().iter().find(|set| set["code"] == "qd766").unwrap();
        let id = of_766["current"]["id"].as_str().unwrap();
        let version = room.get(&format!("/v1/indicator-set-versions/{id}")).await;
        let indicators = version.body["definition"]["indicators"].as_array().unwrap();
        let of = |code: &str| indicators.iter().find(|one| one["code"] == code).unwrap();
        assert_eq!(of("3.1")["variants"][0]["rule"]["en"], "min(2, 2 × r / 0.8), r = (online_procedures) / (procedures). When the denominator is 0, it is not measured.");
        // What has no facts says so, with the reason.
        assert_eq!((of("1.4")["measured"].clone(), of("2.1")["measured"].clone()), (json!(false), json!(true)));
        assert!(!of("1.4")["variants"][0]["not_measured"]["vi"].as_str().unwrap().is_empty());
        // Its text is the file, byte by byte.
        let text = room.get(&format!("/v1/indicator-set-versions/{id}/text")).await;
        let file = SHIPPED.iter().find(|(name, _)| *name == "qd766.yaml").unwrap().1;
        assert_eq!(text.body["text"], file);
        assert_eq!(text.body["sha256"], version.body["sha256"]);
        let closed = sets.body["items"].as_array().unwrap().iter().find(|set| set["code"] == "dti-2022").unwrap();
        assert_eq!(closed["current"], Value::Null, "its validity has ended");
        // Each was told once, and a second start changes nothing.
        let told = |answer: &Answer| {
            answer.body.as_array().unwrap().iter().filter(|event| event["type"] == "indicator_set.recorded.v1").count()
        };
        let feed = "/v1/events?limit=1000";
        let (before, _) =
            room.setting.get_until(feed, &room.officer("in-commune"), |answer| told(answer) >= SHIPPED.len()).await;
        assert_eq!(told(&before), SHIPPED.len());
        let again = motcua_service::Shared::prepare(room.setting.around.settings.clone()).await.unwrap();
        let foundation = motcua_kpi::open(&again).await.unwrap();
        let definitions = definitions::Definitions::new(foundation.db.clone(), foundation.journal.clone());
        definitions.prepare(foundation.tenant).await.unwrap();
        foundation.sequence().await.unwrap();
        assert_eq!(told(&room.get(feed).await), SHIPPED.len());
        // Who may not read definitions does not hear of them.
        let deaf = room.setting.token_with(ActorKind::Officer, &["kpi:events:read"], room.setting.around.tenant());
        assert!(room.setting.get(feed, &deaf).await.status != 200 || told(&room.setting.get(feed, &deaf).await) == 0);
    }

    async fn a_version_is_recorded_once_and_never_changed(database) {
        let room = Room::start(database).await;
        let text = small("1", "2026-01-01");
        let made = room.record("a", &text).await;
        assert_eq!(made.status, 201, "{made:?}");
        let id = made.body["id"].as_str().unwrap().to_owned();
        assert_eq!(made.header("location"), format!("/v1/indicator-set-versions/{id}"));
        // The same key: the same answer. The same text under another key, also as another editor saves it: nothing new.
        let replayed = room.record("a", &text).await;
        assert_eq!((replayed.status, &replayed.body), (201, &made.body));
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        let same = room.record("b", &windows).await;
        assert_eq!((same.status, same.body["id"].as_str()), (200, Some(id.as_str())));
        let other = text.replace("Nhỏ", "Khác");
        assert_eq!(room.record("c", &other).await.problem(), (409, "indicator_set.differs"));
        assert_eq!(room.check(&other).await["conflict"]["code"], "indicator_set.differs");
        let set = room.get(&format!("/v1/indicator-sets/{}", made.body["set_id"].as_str().unwrap())).await;
        assert_eq!((set.body["versions"].as_i64(), set.body["code"].as_str()), (Some(1), Some("small")));
        let kept = room.get(&format!("/v1/indicator-set-versions/{id}/text")).await;
        assert_eq!(kept.body["text"], text);
    }

    async fn a_new_version_never_takes_days_that_have_passed(database) {
        let room = Room::start(database).await;
        assert_eq!(room.record("a", &small("1", "2026-01-01")).await.status, 201);
        let past = small("2", "2026-02-01");
        assert_eq!(room.check(&past).await["conflict"]["code"], "indicator_set.changes_the_past");
        assert_eq!(room.record("b", &past).await.problem(), (409, "indicator_set.changes_the_past"));
        assert_eq!(room.record("c", &small("2", "2026-01-01")).await.problem(), (409, "indicator_set.overlaps"));
        let later = room.record("d", &small("2", "2090-01-01")).await;
        assert_eq!(later.status, 201, "{later:?}");
        let set = later.body["set_id"].as_str().unwrap();
        let versions = room.get(&format!("/v1/indicator-sets/{set}/versions?limit=1&count=exact")).await;
        assert_eq!((versions.body["items"][0]["version"].as_str(), versions.body["count"].as_i64()), (Some("2"), Some(2)));
        let next = versions.body["next"].as_str().unwrap();
        let versions = room.get(&format!("/v1/indicator-sets/{set}/versions?limit=1&after={next}")).await;
        assert_eq!((versions.body["items"][0]["version"].as_str(), &versions.body["next"]), (Some("1"), &Value::Null));
        let set = room.get(&format!("/v1/indicator-sets/{set}")).await;
        assert_eq!(set.body["current"]["version"], "1", "the later one governs from its day on");
    }

    async fn what_is_wrong_is_told_at_once_with_its_lines(database) {
        let room = Room::start(database).await;
        let wrong = small("1", "2026-01-01").replace("numerator: received\n", "numerator: recieved\n").replace("total: 10", "total: 11");
        let found = room.check(&wrong).await;
        assert_eq!((found["accepted"].clone(), found["definition"].clone()), (json!(false), Value::Null));
        let told: Vec<(u64, &str, &str)> = found["faults"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["line"].as_u64().unwrap(), one["code"].as_str().unwrap(), one["path"].as_str().unwrap()))
            .collect();
        assert_eq!(told, [(7, "maximum.sum", "/total"), (18, "formula.unknown", "/indicators/0/numerator")], "{wrong}");
        let refused = room.record("a", &wrong).await;
        assert_eq!(refused.problem(), (422, "indicator_set.faults"));
        assert_eq!(refused.body["faults"], found["faults"]);
        assert!(refused.body["errors"][0]["message"].as_str().unwrap().contains('7'), "{refused:?}");
        assert_eq!(room.check(&small("1", "2026-01-01")).await["accepted"], true);
    }

    async fn only_administrators_of_the_province_record(database) {
        let room = Room::start(database).await;
        let (path, body) = ("/v1/indicator-set-versions", json!({"text": small("1", "2026-01-01")}));
        let setting = &room.setting;
        let tenant = setting.around.tenant();
        let commune = setting.post(path, &room.officer("in-commune"), "a", &body).await;
        assert_eq!(commune.problem(), (403, "definitions.not_administrator"));
        let reader = setting.token_with(ActorKind::Service, &["kpi:definitions:read"], tenant);
        assert_eq!(setting.post(path, &reader, "b", &body).await.problem(), (403, "scope.missing"));
        let citizen = setting.token(ActorKind::Citizen, "somebody");
        assert_eq!(setting.get("/v1/indicator-sets", &citizen).await.problem(), (403, "scope.missing"));
        assert_eq!(setting.get("/v1/indicator-vocabulary", &citizen).await.problem(), (403, "scope.missing"));
        let other = setting.token_with(ActorKind::Service, &["kpi:definitions:read"], Uuid::from_u128(7));
        assert_eq!(setting.get("/v1/indicator-sets", &other).await.body["items"], json!([]));
        let vocabulary = room.get("/v1/indicator-vocabulary").await;
        assert_eq!(vocabulary.body["subjects"][0]["name"], "dossier");
        let nobody = format!("/v1/indicator-set-versions/{}", Uuid::from_u128(9));
        assert_eq!(room.get(&nobody).await.problem(), (404, "not_found"));
    }

    async fn the_command_takes_files_and_folders(database) {
        let migrations = [motcua_journal::MIGRATIONS, motcua_agencies::MIGRATIONS, motcua_calendars::MIGRATIONS, motcua_kpi::MIGRATIONS];
        let db = database.open(&migrations);
        let (journal, tenant) = (Journal::new("kpi"), Uuid::from_u128(1));
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        write("a.yaml", small("1", "2026-01-01").as_bytes());
        write("b.yml", small("2", "2026-03-01").as_bytes());
        write("c.yaml", b"code: x\n\xff");
        write("d.yaml", &vec![b' '; 1_000_001]);
        write("notes.txt", b"no definition");
        let import = async || -> Vec<String> {
            let reports = definitions::import(&db, &journal, tenant, folder.path()).await.unwrap();
            reports
                .iter()
                .map(|report| match &report.outcome {
                    Imported::Recorded(code, version) => format!("recorded {code} {version}"),
                    Imported::Unchanged(code, version) => format!("unchanged {code} {version}"),
                    Imported::Wrong(faults) => format!("wrong {} {}", faults[0].line, faults[0].code),
                    Imported::Refused(code, _) => format!("refused {code}"),
                })
                .collect()
        };
        let others = ["refused indicator_set.changes_the_past", "wrong 2 yaml.not_utf8", "wrong 1 yaml.too_large"];
        assert_eq!(import().await, [&["recorded small 1"][..], &others].concat());
        assert_eq!(import().await, [&["unchanged small 1"][..], &others].concat());
        write("a.yaml", small("1", "2026-01-02").as_bytes());
        assert_eq!(import().await[0], "refused indicator_set.differs");
        let gone = definitions::import(&db, &journal, tenant, &folder.path().join("gone.yaml")).await;
        assert_eq!(gone.unwrap_err().code, "import.unreadable");
    }
}
