//! Notices by e-mail.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use diesel::RunQueryDsl;
use motcua_db::on_each;
use motcua_kernel::Uuid;
use motcua_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use crate::mail_server::{MailServer, Manner};
use crate::support::Province;

const DESK: &str = "tiepnhan@phuong-mot.example";

/// A province that sends to a server, and whose commune has named an address for its desk and two for its leader.
async fn province(database: &TestDatabase, server: &MailServer) -> Province {
    province_with(database, &server.settings()).await
}

/// The same with any settings.
pub(crate) async fn province_with(database: &TestDatabase, settings: &[(&'static str, String)]) -> Province {
    let province = Province::start_with(database, settings).await;
    let addresses = json!({"addresses": [
        {"role": "receiver", "email": DESK},
        {"role": "leader", "email": "chutich@phuong-mot.example"},
        {"role": "leader", "email": "phochutich@phuong-mot.example"}
    ]});
    let path = format!("/v1/agencies/{}/notice-addresses", commune(&province).await);
    province.officer("C1", "administrator").put(&path, 0, &addresses).await.ok();
    province
}

async fn commune(province: &Province) -> Uuid {
    let tenant = province.foundation.tenant;
    let today = "2026-11-16".parse().unwrap();
    let found = province.foundation.db.read("commune", move |conn| motcua_agencies::named(conn, tenant, "H1.1", today));
    found.await.unwrap().unwrap()
}

/// An online dossier about which its desk is alerted.
pub(crate) async fn alerted(province: &Province) -> String {
    let id = province.portal().submitted().await;
    province.travel("2026-11-16T04:30:00Z");
    id
}

/// Waits until the e-mails of the one notice about a dossier stand so.
async fn stands(province: &Province, id: &str, expected: &Value) -> Value {
    let desk = province.officer("C1", "receiver");
    let until = Instant::now() + Duration::from_mins(1);
    loop {
        let notices = desk.get(&format!("/v1/notices?kind=alert&dossier={id}")).await.ok();
        let mail = &notices["items"][0]["mail"];
        if expected.as_object().unwrap().iter().all(|(name, value)| mail[name] == *value) {
            return mail.clone();
        }
        assert!(Instant::now() < until, "{notices}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

on_both_databases! {
    async fn a_notice_goes_to_the_addresses_of_its_role_and_names_no_person(database) {
        let server = MailServer::start();
        let province = province(database, &server).await;
        let id = alerted(&province).await;
        let sent = server.until("the alert", |sent, _| sent.len() == 1).await;
        assert_eq!(sent[0].to, DESK);
        let body = sent[0].body();
        for part in ["Có hồ sơ trực tuyến mới cần tiếp nhận", "A new online dossier", "2.002080", "11:00 16/11/2026"] {
            assert!(body.contains(part), "{body}");
        }
        let whole = format!("{}{body}", sent[0].message);
        assert!(!whole.contains("Ví Dụ") && !whole.contains("045190000001") && !whole.contains("http"), "{whole}");
        assert_eq!(sent[0].header("Auto-Submitted"), "auto-generated");
        assert_eq!(stands(&province, &id, &json!({"sent": 1})).await["waiting"], 0);
        // A missed check is told the desk and the leader, who has two addresses.
        province.travel("2026-11-17T10:00:01Z");
        let sent = server.until("the missed check", |sent, _| sent.len() == 4).await;
        let to: BTreeSet<&str> = sent[1..].iter().map(|one| one.to.as_str()).collect();
        assert_eq!(to, [DESK, "chutich@phuong-mot.example", "phochutich@phuong-mot.example"].into());
        province.stop().await;
    }

    async fn what_the_server_does_not_take_is_sent_again_as_the_same_message(database) {
        let server = MailServer::start();
        let province = province(database, &server).await;
        server.behave(Manner::Busy);
        let id = alerted(&province).await;
        server.until("busy", |_, refused| refused >= 1).await;
        assert_eq!(stands(&province, &id, &json!({"last_reply": "421"})).await["waiting"], 1);
        server.behave(Manner::DropAfterData);
        server.until("dropped", |sent, _| !sent.is_empty()).await;
        stands(&province, &id, &json!({"last_reply": "connection"})).await;
        server.behave(Manner::Silent);
        server.until("silent", |sent, _| sent.iter().any(|one| one.manner == Manner::Silent)).await;
        stands(&province, &id, &json!({"last_reply": "timeout"})).await;
        server.behave(Manner::Refuse);
        stands(&province, &id, &json!({"last_reply": "550"})).await;
        server.behave(Manner::Take);
        let sent = server.until("taken", |sent, _| sent.iter().any(|one| one.manner == Manner::Take)).await;
        let messages: BTreeSet<String> = sent.iter().map(|one| one.message.clone()).collect();
        assert_eq!(messages.len(), 1, "every copy is the same, its Message-ID as well: {messages:?}");
        assert!(sent[0].header("Message-ID").ends_with("@tinh.example>"));
        stands(&province, &id, &json!({"sent": 1, "waiting": 0})).await;
        province.stop().await;
    }

    async fn a_service_that_dies_while_it_sends_loses_nothing(database) {
        let server = MailServer::start();
        let mut province = province(database, &server).await;
        server.behave(Manner::Silent);
        let id = alerted(&province).await;
        server.until("the server has it and says nothing", |sent, _| sent.len() == 1).await;
        // Cut off wherever it is, as by a kill: nothing of what it was at is written.
        drop(province.service.take());
        server.behave(Manner::Take);
        let service = motcua_procedures::start(&province.foundation.shared).await.unwrap();
        province.url = service.url();
        province.service = Some(service);
        let sent = server.until("again", |sent, _| sent.iter().any(|one| one.manner == Manner::Take)).await;
        assert_eq!(sent[0].header("Message-ID"), sent.last().unwrap().header("Message-ID"));
        stands(&province, &id, &json!({"sent": 1, "waiting": 0})).await;
        province.stop().await;
    }

    async fn what_nobody_takes_for_days_is_given_up_and_the_notice_says_so(database) {
        let server = MailServer::start();
        let province = province(database, &server).await;
        server.behave(Manner::Busy);
        let id = alerted(&province).await;
        server.until("busy", |_, refused| refused >= 1).await;
        let age = "UPDATE notice_mails SET written_at = '2026-01-01T00:00:00.000000Z'";
        let aged = province.foundation.db.write("age", move |tx| Ok(on_each!(tx, |c| diesel::sql_query(age).execute(c))?));
        assert_eq!(aged.await.unwrap(), 1);
        let given_up = stands(&province, &id, &json!({"given_up": 1})).await;
        assert_eq!((&given_up["waiting"], &given_up["last_reply"]), (&json!(0), &json!("421")));
        province.stop().await;
    }

    async fn two_copies_of_the_service_send_each_message_once(database) {
        let server = MailServer::start();
        let province = province(database, &server).await;
        let second = motcua_procedures::start(&province.foundation.shared).await.unwrap();
        for _ in 0..12 {
            province.portal().submitted().await;
        }
        province.travel("2026-11-16T04:30:00Z");
        let sent = server.until("all", |sent, _| sent.len() >= 12).await;
        let names: BTreeSet<String> = sent.iter().map(|one| one.header("Message-ID")).collect();
        assert_eq!((sent.len(), names.len()), (12, 12));
        second.stop().await.unwrap();
        province.stop().await;
        assert_eq!(server.deliveries().len(), 12);
    }

    async fn without_a_mail_server_nothing_waits(database) {
        let province = Province::start(database).await;
        let path = format!("/v1/agencies/{}/notice-addresses", commune(&province).await);
        let addresses = json!({"addresses": [{"role": "receiver", "email": DESK}]});
        province.officer("C1", "administrator").put(&path, 0, &addresses).await.ok();
        let id = alerted(&province).await;
        let desk = province.officer("C1", "receiver");
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let notices = desk.get(&format!("/v1/notices?dossier={id}")).await.ok();
            if let Some(notice) = notices["items"].get(0) {
                assert_eq!(notice["mail"], Value::Null);
                break;
            }
            assert!(Instant::now() < until, "no notice");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        province.stop().await;
    }

    async fn only_administrators_keep_addresses_and_nobody_overwrites_unread(database) {
        let province = Province::start(database).await;
        let path = format!("/v1/agencies/{}/notice-addresses", commune(&province).await);
        let administrator = province.officer("C1", "administrator");
        let body = json!({"addresses": [
            {"role": "receiver", "email": DESK}, {"role": "administrator", "email": "quantri@phuong-mot.example"}
        ]});
        for other in [province.officer("C1", "leader"), province.officer("C2", "administrator")] {
            assert_eq!(other.put(&path, 0, &body).await.code(403), "notice_addresses.not_administrator");
            assert_eq!(other.get(&path).await.code(403), "notice_addresses.not_administrator");
        }
        assert_eq!(province.portal().get(&path).await.code(403), "scope.missing");
        let nowhere = format!("/v1/agencies/{}/notice-addresses", motcua_kernel::new_id());
        assert_eq!(administrator.get(&nowhere).await.status, 404);
        assert_eq!(administrator.get(&path).await.ok()["version"], 0);
        administrator.put(&path, 0, &body).await.ok();
        assert_eq!(administrator.put(&path, 0, &body).await.code(412), "precondition.stale");
        let wrong = json!({"addresses": [
            {"role": "receiver", "email": DESK}, {"role": "receiver", "email": DESK.to_ascii_uppercase()},
            {"role": "clerk", "email": "vanthu@phuong-mot.example"}, {"role": "leader", "email": "ai do"}
        ]});
        let refused = administrator.put(&path, 1, &wrong).await;
        let faults: Vec<&str> =
            refused.body["errors"].as_array().unwrap().iter().map(|fault| fault["code"].as_str().unwrap()).collect();
        assert_eq!((refused.status, faults), (422, vec!["repeated", "role.not_told", "email"]));
        let unsendable = ["<a@c.vn>", "a,b@c.vn", "a..b@c.vn", "a@[127.0.0.1]", "a@-c.vn"];
        let several: Vec<Value> = unsendable.iter().map(|email| json!({"role": "leader", "email": email})).collect();
        let refused = administrator.put(&path, 1, &json!({"addresses": several})).await;
        let faults = refused.body["errors"].as_array().unwrap();
        assert_eq!((refused.status, faults.len()), (422, unsendable.len()), "{}", refused.body);
        assert!(faults.iter().all(|fault| fault["code"] == "email"));
        let kept = province.officer("P", "administrator").get(&path).await.ok();
        assert_eq!((&kept["version"], &kept["addresses"], kept["agency_id"].is_string()), (&json!(1), &body["addresses"], true));
        province.all_events_are_in_the_feed().await;
        let feed = administrator.get("/v1/events?limit=1000").await.ok();
        let told: Vec<&Value> =
            feed.as_array().unwrap().iter().filter(|event| event["type"] == "notice_addresses.set.v1").collect();
        assert_eq!((told.len(), &told[0]["data"]["addresses"]["receiver"]), (1, &json!(1)));
        assert!(!feed.to_string().contains(DESK));
        province.stop().await;
    }
}
