//! Receivers that don't take what they are sent.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::desk::{alter, log, log_until, province, subscribed, webhook_until};
use crate::receiver::{Manner, Receiver};
use crate::support::Province;

on_both_databases! {
    async fn what_is_not_taken_is_sent_again_under_the_same_id_and_the_log_says_why(database) {
        let (province, receiver, elsewhere) = (province(database).await, Receiver::start(), Receiver::start());
        let portal = province.portal();
        let (path, secret) = subscribed(&portal, &receiver, &["dossier.submitted.v1"]).await;
        receiver.behave(Manner::Answer(500, "máy chủ\u{0}\nhỏng".to_owned()));
        portal.submitted().await;
        let fails = |answer: &'static str, status: Value| {
            move |log: &[Value]| log.len() == 1 && log[0]["last_answer"] == answer && log[0]["last_status"] == status
        };
        log_until(&portal, &path, "500", fails("máy chủ  hỏng", json!(500))).await;
        let webhook = portal.get(&path).await.ok();
        assert!(webhook["failing_since"].is_string(), "{webhook}");
        receiver.behave(Manner::Drop);
        hurry(&province, &path).await;
        log_until(&portal, &path, "dropped", fails("connection", Value::Null)).await;
        receiver.behave(Manner::Silent);
        hurry(&province, &path).await;
        log_until(&portal, &path, "silent", fails("timeout", Value::Null)).await;
        // To where nobody outside gets: a redirect is not followed, wherever it leads.
        receiver.behave(Manner::Redirect(elsewhere.url()));
        hurry(&province, &path).await;
        log_until(&portal, &path, "redirected", fails("", json!(307))).await;
        receiver.behave(Manner::Echo);
        hurry(&province, &path).await;
        let echoed = log_until(&portal, &path, "echo", |log| {
            log[0]["last_answer"].as_str().is_some_and(|answer| answer.starts_with("you sent v1,…"))
        })
        .await;
        assert!(echoed[0]["last_answer"].as_str().unwrap().len() <= 1_100, "only the beginning is kept");
        receiver.behave(Manner::Take);
        hurry(&province, &path).await;
        log_until(&portal, &path, "taken", |log| log[0]["state"] == "delivered").await;
        let messages = receiver.messages();
        assert!(messages.len() >= 6 && elsewhere.messages().is_empty());
        assert!(messages.iter().all(|one| one.id() == messages[0].id() && one.body == messages[0].body));
        assert!(messages.iter().all(|one| one.is_signed_by(&secret)));
        assert_eq!(portal.get(&path).await.ok()["failing_since"], Value::Null);
        province.stop().await;
    }

    async fn a_receiver_that_is_gone_is_left_alone_until_its_owner_says_otherwise(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.submitted.v1"]).await;
        receiver.behave(Manner::Answer(410, "gone".to_owned()));
        portal.submitted().await;
        let gone = webhook_until(&portal, &path, &json!({"state": "disabled", "disabled_reason": "gone"})).await;
        assert_eq!(gone["version"], 2);
        portal.submitted().await;
        province.all_events_are_in_the_feed().await;
        assert_eq!((receiver.messages().len(), log(&portal, &path).await.len()), (1, 1));
        // Enabled again it goes on where it stood: nothing was lost.
        receiver.behave(Manner::Take);
        let on = json!({"url": receiver.url(), "types": ["dossier.submitted.v1"], "enabled": true});
        portal.put(&path, 2, &on).await.ok();
        let done = |log: &[Value]| log.len() == 2 && log.iter().all(|one| one["state"] == "delivered");
        log_until(&portal, &path, "both", done).await;
        province.stop().await;
    }

    async fn a_receiver_that_takes_nothing_for_five_days_is_left_alone(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.submitted.v1"]).await;
        receiver.behave(Manner::Answer(500, String::new()));
        portal.submitted().await;
        log_until(&portal, &path, "failing", |log| !log.is_empty() && log[0]["tries"] != 0).await;
        assert_eq!(portal.get(&path).await.ok()["state"], "active");
        alter(&province, "UPDATE webhooks SET failing_since = '2026-01-01T00:00:00.000000Z'").await;
        hurry(&province, &path).await;
        webhook_until(&portal, &path, &json!({"state": "disabled", "disabled_reason": "failing"})).await;
        province.stop().await;
    }

    async fn an_event_nobody_took_for_days_is_given_up_and_the_next_about_the_dossier_goes(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.*"]).await;
        receiver.behave(Manner::Answer(500, String::new()));
        let id = portal.submitted().await;
        province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
        log_until(&portal, &path, "queued", |log| log.len() == 2 && log[0]["tries"] != 0).await;
        let age = "UPDATE webhook_deliveries SET first_tried_at = '2026-01-01T00:00:00.000000Z' WHERE kind = 'dossier.submitted.v1'";
        assert_eq!(alter(&province, age).await, 1);
        hurry(&province, &path).await;
        let given_up = |log: &[Value]| log[0]["state"] == "given_up" && log[1]["tries"] != 0;
        let log = log_until(&portal, &path, "given up", given_up).await;
        assert!(log[0]["ended_at"].is_string() && log[1]["state"] == "waiting");
        let listed = portal.get(&format!("{path}/deliveries?state=in:given_up,delivered")).await.ok();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);

        // It can be had again.
        receiver.behave(Manner::Take);
        let event = log[0]["event_id"].as_str().unwrap();
        let again = portal.post(&format!("{path}/deliveries/{event}/replays"), &json!({})).await.ok();
        assert_eq!((&again["state"], &again["tries"]), (&json!("waiting"), &json!(0)));
        let all = |log: &[Value]| log.iter().all(|one| one["state"] == "delivered");
        log_until(&portal, &path, "both", all).await;
        province.stop().await;
    }

    async fn an_address_is_judged_again_at_every_delivery(database) {
        let receiver = Receiver::start();
        let mut province = province(database).await;
        let (path, _) = subscribed(&province.portal(), &receiver, &["dossier.submitted.v1"]).await;
        province.service.take().unwrap().stop().await.unwrap();
        // The operator no longer vouches for this machine; and its name is no way around that.
        let mut shared = province.foundation.shared.clone();
        let mut settings = (*shared.settings).clone();
        settings.webhooks.allowed = motcua_web::settings::AllowedReceivers::default();
        shared.settings = std::sync::Arc::new(settings);
        let service = motcua_procedures::start(&shared).await.unwrap();
        province.url = service.url();
        province.service = Some(service);
        let portal = province.portal();
        portal.submitted().await;
        let refused = |code: &'static str| move |log: &[Value]| log.len() == 1 && log[0]["last_answer"] == code;
        log_until(&portal, &path, "in clear", refused("url.not_https")).await;
        for (statement, code) in [
            ("UPDATE webhooks SET url = 'https://127.0.0.1/'", "url.address"),
            ("UPDATE webhooks SET url = 'https://localhost/'", "url.address"),
            ("UPDATE webhooks SET url = 'https://no-such-host.invalid/'", "url.address"),
        ] {
            alter(&province, statement).await;
            alter(&province, "UPDATE webhook_deliveries SET last_answer = NULL, tries = 0, free_at = '2026-01-01T00:00:00.000000Z' WHERE NOT on_its_way").await;
            log_until(&portal, &path, statement, refused(code)).await;
        }
        assert!(receiver.messages().is_empty());
        province.stop().await;
    }

    async fn so_many_may_wait_and_a_webhook_put_back_then_still_comes_to_all(database) {
        let receiver = Receiver::start();
        let mut settings = Receiver::settings();
        settings.push(("MOTCUA_WEBHOOKS__MOST_WAITING", "100".to_owned()));
        let province = Province::start_with(database, &settings).await;
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.submitted.v1"]).await;
        receiver.behave(Manner::Drop);
        for _ in 0..130 {
            portal.submitted().await;
        }
        province.all_events_are_in_the_feed().await;
        log_until(&portal, &path, "as many as may", |log| log.len() == 100).await;
        portal.post(&format!("{path}/replays"), &json!({"from_position": 1})).await.ok();
        receiver.behave(Manner::Take);
        let all = |log: &[Value]| log.len() == 130 && log.iter().all(|one| one["state"] == "delivered");
        log_until(&portal, &path, "all", all).await;
        province.stop().await;
    }

    async fn old_entries_leave_the_log_and_those_that_wait_stay(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.submitted.v1"]).await;
        portal.submitted().await;
        log_until(&portal, &path, "taken", |log| !log.is_empty() && log[0]["state"] == "delivered").await;
        receiver.behave(Manner::Drop);
        portal.submitted().await;
        log_until(&portal, &path, "dropped", |log| log.len() == 2 && log[1]["tries"] != 0).await;
        alter(&province, "UPDATE webhook_deliveries SET queued_at = '2026-01-01T00:00:00.000000Z'").await;
        alter(&province, "UPDATE webhook_deliveries SET ended_at = '2026-01-01T00:00:00.000000Z' WHERE ended_at IS NOT NULL").await;
        let (seen, schemas) = (std::sync::Arc::new(Blind), motcua_procedures::event_schemas());
        province.foundation.webhooks(seen, &schemas).unwrap().sweep().await.unwrap();
        let log = log(&portal, &path).await;
        assert_eq!((log.len(), &log[0]["state"]), (1, &json!("waiting")));
        // Unless nothing is pushed any more.
        portal.put(&path, 1, &json!({"url": receiver.url(), "enabled": false})).await.ok();
        let seen = std::sync::Arc::new(Blind);
        province.foundation.webhooks(seen, &schemas).unwrap().sweep().await.unwrap();
        assert!(crate::desk::log(&portal, &path).await.is_empty());
        province.stop().await;
    }
}

/// Nobody asks it here.
struct Blind;

impl motcua_journal::Visibility for Blind {
    fn visible(
        &self,
        _: &mut motcua_db::Conn,
        _: &motcua_kernel::Actor,
        _: &str,
        _: &[motcua_kernel::Uuid],
    ) -> motcua_db::TxResult<Vec<motcua_kernel::Uuid>> {
        Ok(Vec::new())
    }
}

/// Has what waits tried now, by asking for it.
async fn hurry(province: &Province, path: &str) {
    let portal = province.portal();
    for one in log(&portal, path).await.iter().filter(|one| one["state"] == "waiting") {
        let event = one["event_id"].as_str().unwrap();
        portal.post(&format!("{path}/deliveries/{event}/replays"), &json!({})).await.ok();
    }
}
