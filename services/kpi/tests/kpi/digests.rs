//! Digests of alerts by e-mail, over a mail server that takes them or does not, and who keeps the addresses they go to.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use diesel::RunQueryDsl;
use motcua_agencies::AgencyKind;
use motcua_db::{Db, on_each};
use motcua_kernel::{ActorKind, Role, Uuid, new_id};
use motcua_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use crate::mail_server::{MailServer, Manner};
use crate::office::Office;
use crate::province::{agency, agency_news, at, officer_news};
use crate::setting::{Answer, Setting};

const OFFICE: &str = "vanphong@phuong-mot.example";
const LEADER: &str = "chutich@phuong-mot.example";

/// What the service needs to send to a server.
fn settings(server: &MailServer) -> Vec<(&'static str, String)> {
    let mail = server.settings().into_iter();
    let mail = mail.map(|(name, value)| match name.rsplit("__").next().unwrap() {
        "HOST" => ("MOTCUA_KPI__MAIL__HOST", value),
        "PORT" => ("MOTCUA_KPI__MAIL__PORT", value),
        "TLS" => ("MOTCUA_KPI__MAIL__TLS", value),
        "FROM" => ("MOTCUA_KPI__MAIL__FROM", value),
        "TIMEOUT_SECONDS" => ("MOTCUA_KPI__MAIL__TIMEOUT_SECONDS", value),
        _ => ("MOTCUA_KPI__MAIL__RETRY_SECONDS", value),
    });
    mail.chain([("MOTCUA_KPI__PUBLIC_URL", "https://kpi.tinh.example".to_owned())]).collect()
}

/// A ward whose alerts are told by e-mail, and its database.
struct Ward {
    office: Office,
    db: Db,
}

impl Ward {
    /// On a Sunday, with addresses.
    async fn start(database: &TestDatabase, settings: &[(&'static str, String)], emails: &[&str]) -> Self {
        let office = Box::pin(Office::start_with(database, settings)).await;
        let db = office.setting.around.open(database);
        let ward = Self { office, db };
        let set = ward.put("admin", &addresses(emails)).await;
        assert_eq!((set.status, &set.body["version"]), (200, &json!(1)), "{set:?}");
        ward
    }

    fn path(&self) -> String {
        format!("/v1/agencies/{}/alert-addresses", self.office.ward.id)
    }

    /// Sets addresses in place of those there are.
    async fn put(&self, officer: &str, body: &Value) -> Answer {
        let seen = self.office.get("admin", &self.path()).await;
        self.office.put(officer, &self.path()).at(&seen).json(body).await
    }

    /// Executes a statement and says how many rows it met.
    async fn execute(&self, statement: String) -> usize {
        let run = move |tx: &mut motcua_db::Conn| Ok(on_each!(tx, |c| diesel::sql_query(&statement).execute(c))?);
        self.db.write("test_statement", run).await.unwrap()
    }

    /// An alert of the ward as the rules write one.
    async fn raise(&self, raised_at: &str, records: i64) -> Uuid {
        let (id, tenant, ward) = (new_id(), self.office.setting.around.tenant(), self.office.ward.id);
        let figures = json!({
            "records": records, "against": "2", "thresholds": {"at_least": 10, "times": 3, "days": 30},
        });
        let insert = format!(
            "INSERT INTO alerts (tenant_id, id, kind, agency_id, subject, period, figures, state, raised_at, version) \
             VALUES ('{tenant}', '{id}', 'mass_refusals', '{ward}', '{id}', '2026-11-20', '{figures}', 'open', \
             '{raised_at}', 1)"
        );
        assert_eq!(self.execute(insert).await, 1);
        id
    }

    fn travel(&self, to: &str) {
        self.office.setting.around.clock.set_business(at(to));
    }

    /// Whether the ward was looked at on a day.
    async fn was_looked_at(&self, day: &str) -> bool {
        self.execute(format!("UPDATE alert_addresses SET looked_on = looked_on WHERE looked_on = '{day}'")).await == 1
    }

    async fn until_looked_at(&self, day: &str) {
        let until = Instant::now() + Duration::from_secs(30);
        while !self.was_looked_at(day).await {
            assert!(Instant::now() < until, "nobody looked on {day}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn digests(&self) -> usize {
        self.execute("UPDATE alert_digests SET raised = raised".to_owned()).await
    }

    /// Waits until the last digest stands so.
    async fn until_last(&self, expected: Value) -> Value {
        let until = Instant::now() + Duration::from_mins(1);
        loop {
            let answer = self.office.get("admin", &self.path()).await;
            let last = &answer.body["last_digest"];
            if expected.as_object().unwrap().iter().all(|(name, value)| last[name] == *value) {
                return last.clone();
            }
            assert!(Instant::now() < until, "{answer:?}");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}

fn addresses(emails: &[&str]) -> Value {
    let addresses: Vec<Value> = emails.iter().map(|email| json!({"email": email})).collect();
    json!({"addresses": addresses})
}

/// Longer than the workers wait before they look again.
async fn two_looks() {
    tokio::time::sleep(Duration::from_millis(2500)).await;
}

on_both_databases! {
    async fn what_was_raised_is_told_once_on_the_morning_of_the_next_working_day(database) {
        let server = MailServer::start();
        let ward = Ward::start(database, &settings(&server), &[OFFICE, LEADER]).await;
        let first = ward.raise("2026-11-22T03:00:00.000000Z", 24).await;
        ward.until_looked_at("2026-11-22").await;
        ward.travel("2026-11-23T00:29:00Z");
        two_looks().await;
        assert!(!ward.was_looked_at("2026-11-23").await && server.deliveries().is_empty());
        ward.travel("2026-11-23T00:30:00Z");
        let sent = server.until("the digest", |sent, _| sent.len() == 2).await;
        let to: BTreeSet<&str> = sent.iter().map(|one| one.to.as_str()).collect();
        assert_eq!(to, [OFFICE, LEADER].into());
        let body = sent[0].body();
        for part in [
            "(H50.12): 1 cảnh báo mới kể từ 09:00 22/11/2026; hiện có 1 cảnh báo chưa kết thúc",
            "Từ chối hàng loạt: 24 hồ sơ bị từ chối",
            "1 new alert since 09:00 22/11/2026; 1 not over yet",
            "https://kpi.tinh.example/v1/pages/agencies/H50.12",
            &format!("https://kpi.tinh.example/v1/alerts/{first}"),
        ] {
            assert!(body.contains(part), "{part}: {body}");
        }
        assert_eq!(sent[0].header("Auto-Submitted"), "auto-generated");
        ward.until_last(json!({"day": "2026-11-23", "raised": 1, "sent": 2, "waiting": 0})).await;

        // Tuesday is Vietnamese Culture Day, and on Wednesday there is nothing new: no message.
        ward.travel("2026-11-25T01:00:00Z");
        ward.until_looked_at("2026-11-25").await;
        two_looks().await;
        assert_eq!((server.deliveries().len(), ward.digests().await), (2, 1));

        // Stamped before Wednesday's look and seen only after it; the first is told already.
        let late = ward.raise("2026-11-25T00:59:30.000000Z", 31).await;
        ward.travel("2026-11-26T01:00:00Z");
        let sent = server.until("the second digest", |sent, _| sent.len() == 4).await;
        let body = sent[3].body();
        assert!(body.contains("1 cảnh báo mới") && body.contains("hiện có 2 cảnh báo"), "{body}");
        assert!(body.contains(&late.to_string()) && !body.contains(&first.to_string()), "{body}");

        // Found again after it was over, and told again.
        let again = format!("UPDATE alerts SET raised_at = '2026-11-26T05:00:00.000000Z' WHERE id = '{first}'");
        assert_eq!(ward.execute(again).await, 1);
        ward.travel("2026-11-27T01:00:00Z");
        let sent = server.until("the third digest", |sent, _| sent.len() == 6).await;
        assert!(sent[5].body().contains(&first.to_string()));

        // What somebody has looked into is no news.
        let seen = ward.raise("2026-11-27T05:00:00.000000Z", 12).await;
        ward.execute(format!("UPDATE alerts SET state = 'acknowledged' WHERE id = '{seen}'")).await;
        ward.travel("2026-11-30T01:00:00Z");
        ward.until_looked_at("2026-11-30").await;
        two_looks().await;
        assert_eq!(server.deliveries().len(), 6);
    }

    async fn what_the_server_does_not_take_is_sent_again_also_after_a_kill(database) {
        let server = MailServer::start();
        let mut ward = Ward::start(database, &settings(&server), &[OFFICE]).await;
        server.behave(Manner::Busy);
        ward.raise("2026-11-22T03:00:00.000000Z", 24).await;
        ward.travel("2026-11-23T01:00:00Z");
        ward.until_last(json!({"waiting": 1, "last_reply": "421"})).await;
        server.behave(Manner::Silent);
        server.until("the server has it and says nothing", |sent, _| !sent.is_empty()).await;
        // Cut off wherever it is, as by a kill: nothing of what it was at is written.
        ward.office.setting.service = Setting::another(&ward.office.setting.around).await;
        server.behave(Manner::Take);
        ward.until_last(json!({"raised": 1, "sent": 1, "waiting": 0})).await;
        two_looks().await;
        let sent = server.deliveries();
        let names: BTreeSet<String> = sent.iter().map(|one| one.header("Message-ID")).collect();
        assert_eq!((names.len(), sent.iter().filter(|one| one.manner == Manner::Take).count()), (1, 1));
        assert_eq!(ward.digests().await, 1);
    }

    async fn a_digest_that_nobody_takes_for_days_is_given_up_and_shows_it(database) {
        let server = MailServer::start();
        let ward = Ward::start(database, &settings(&server), &[OFFICE]).await;
        server.behave(Manner::Refuse);
        ward.raise("2026-11-22T03:00:00.000000Z", 24).await;
        ward.travel("2026-11-23T01:00:00Z");
        ward.until_last(json!({"waiting": 1, "last_reply": "550"})).await;
        let age = "UPDATE digest_mails SET written_at = '2026-01-01T00:00:00.000000Z'";
        assert_eq!(ward.execute(age.to_owned()).await, 1);
        ward.until_last(json!({"waiting": 0, "given_up": 1, "last_reply": "550"})).await;
    }

    async fn two_copies_of_the_service_make_one_digest_and_send_it_once(database) {
        let server = MailServer::start();
        let emails = [OFFICE, LEADER, "phochutich@phuong-mot.example"];
        let ward = Ward::start(database, &settings(&server), &emails).await;
        let second = Setting::another(&ward.office.setting.around).await;
        // The second copy looks for alerts when it starts, and would find these to be over.
        two_looks().await;
        for records in 10..15 {
            ward.raise("2026-11-22T03:00:00.000000Z", records).await;
        }
        ward.travel("2026-11-23T01:00:00Z");
        server.until("all", |sent, _| sent.len() >= 3).await;
        two_looks().await;
        let sent = server.deliveries();
        let names: BTreeSet<String> = sent.iter().map(|one| one.header("Message-ID")).collect();
        assert_eq!((sent.len(), names.len(), ward.digests().await), (3, 3, 1));
        second.stop().await.unwrap();
    }

    async fn without_a_mail_server_or_an_address_there_is_no_digest(database) {
        let ward = Ward::start(database, &[], &[OFFICE]).await;
        ward.raise("2026-11-22T03:00:00.000000Z", 24).await;
        ward.travel("2026-11-23T01:00:00Z");
        two_looks().await;
        assert!(!ward.was_looked_at("2026-11-23").await && ward.digests().await == 0);
        drop(ward);

        let (server, second) = (MailServer::start(), TestDatabase::sqlite());
        let ward = Ward::start(&second, &settings(&server), &[OFFICE]).await;
        assert_eq!(ward.put("admin", &addresses(&[])).await.status, 200);
        ward.raise("2026-11-22T03:00:00.000000Z", 24).await;
        ward.travel("2026-11-23T01:00:00Z");
        two_looks().await;
        assert!(!ward.was_looked_at("2026-11-23").await && ward.digests().await == 0);
        // What was raised while there was nobody to tell is counted, and not told.
        assert_eq!(ward.put("admin", &addresses(&[LEADER])).await.status, 200);
        ward.raise("2026-11-23T03:00:00.000000Z", 33).await;
        // Nobody works on Vietnamese Culture Day, the 24th.
        ward.travel("2026-11-25T01:00:00Z");
        let sent = server.until("the digest", |sent, _| sent.len() == 1).await;
        let body = sent[0].body();
        assert!(body.contains("1 cảnh báo mới") && body.contains("hiện có 2 cảnh báo"), "{body}");
    }

    async fn only_administrators_keep_addresses_and_nobody_overwrites_unread(database) {
        let ward = Ward::start(database, &[], &[OFFICE]).await;
        let office = &ward.office;
        let other = agency("H50.14", Some(office.province.id), "2020-01-01", None);
        let other = motcua_agencies::AgencyRecord { kind: AgencyKind::Commune, ..other };
        let officers = [
            officer_news("other-admin", other.id, Role::Administrator),
            officer_news("ward-admin", office.ward.id, Role::Administrator),
        ];
        office.tell([agency_news(&other)].into_iter().chain(officers)).await;
        let (path, body) = (ward.path(), addresses(&[LEADER]));
        for (officer, refused) in [
            ("leader", (403, "alert_addresses.not_administrator")),
            ("stranger", (404, "not_found")),
            ("other-admin", (404, "not_found")),
        ] {
            assert_eq!(ward.put(officer, &body).await.problem(), refused, "{officer}");
            assert_eq!(office.get(officer, &path).await.problem(), refused, "{officer}");
        }
        let reader = office.setting.token_with(ActorKind::Service, &["kpi:alerts:read"], office.setting.around.tenant());
        assert_eq!(office.setting.get(&path, &reader).await.problem(), (403, "scope.missing"));
        let nowhere = format!("/v1/agencies/{}/alert-addresses", new_id());
        assert_eq!(office.get("admin", &nowhere).await.status, 404);

        let seen = office.get("ward-admin", &path).await;
        assert_eq!((&seen.body["addresses"], &seen.body["last_digest"]), (&json!([{"email": OFFICE}]), &Value::Null));
        let set = office.put("ward-admin", &path).at(&seen).json(&body).await;
        assert_eq!((set.status, &set.body["version"]), (200, &json!(2)), "{set:?}");
        let stale = office.put("admin", &path).at(&seen).json(&body).await;
        assert_eq!(stale.problem(), (412, "precondition.stale"));

        let wrong = addresses(&[OFFICE, &OFFICE.to_ascii_uppercase(), "ai do", "a@[127.0.0.1]"]);
        let codes: Vec<String> = ward.put("admin", &wrong).await.faults().into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, ["repeated", "email", "email"]);
        let many: Vec<String> = (0..51).map(|number| format!("a{number}@phuong-mot.example")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(ward.put("admin", &addresses(&many)).await.faults(), [("/addresses".to_owned(), "length".to_owned())]);
        assert_eq!(office.get("admin", &path).await.body["addresses"], json!([{"email": LEADER}]));

        let about = |answer: &Answer| {
            let events = answer.body.as_array().unwrap().iter();
            events.filter(|event| event["type"] == "alert_addresses.set.v1").cloned().collect::<Vec<_>>()
        };
        let all = "/v1/events?limit=1000";
        let (feed, _) =
            office.setting.get_until(all, &office.token("ward-admin"), |answer| about(answer).len() == 2).await;
        assert_eq!(about(&feed)[1]["data"]["addresses"], 1);
        assert!(!feed.body.to_string().contains("phuong-mot"), "{feed:?}");
        assert!(about(&office.get("other-admin", all).await).is_empty());
    }

    async fn no_address_is_in_plain_text_in_the_database(database) {
        let server = MailServer::start();
        let ward = Ward::start(database, &settings(&server), &[OFFICE]).await;
        ward.raise("2026-11-22T03:00:00.000000Z", 24).await;
        ward.travel("2026-11-23T01:00:00Z");
        ward.until_last(json!({"sent": 1})).await;
        let (bytes, text) = if database.url.starts_with("sqlite") {
            ("lower(hex(COLUMN))", "CAST(COLUMN AS TEXT)")
        } else {
            ("encode(COLUMN, 'hex')", "CAST(COLUMN AS TEXT)")
        };
        let finding = |table: &str, as_text: &str, column: &str, part: &str| {
            let shown = as_text.replace("COLUMN", column);
            format!("UPDATE {table} SET tenant_id = tenant_id WHERE {shown} LIKE '%{part}%'")
        };
        let hidden = hex::encode("phuong-mot");
        for (table, column) in [("alert_addresses", "addresses"), ("digest_mails", "address")] {
            assert_eq!(ward.execute(finding(table, bytes, column, &hidden)).await, 0, "{table}");
            assert_eq!(ward.execute(finding(table, bytes, column, "")).await, 1, "{table}");
        }
        for column in ["content", "address_mark"] {
            assert_eq!(ward.execute(finding("digest_mails", text, column, "phuong-mot")).await, 0, "{column}");
        }
        assert_eq!(ward.execute(finding("digest_mails", text, "content", "H50.12")).await, 1);
    }
}
