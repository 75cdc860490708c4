//! How long what waits is kept, and when a receiver has failed for too long.

use chrono::{DateTime, TimeDelta, Utc};
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::desk::{alter, log, log_until, patient, province, subscribed, webhook_until};
use crate::receiver::{Manner, Receiver};
use crate::support::Province;

const LONG_AGO: &str = "2026-01-01T00:00:00";

/// How long it is until an entry of the log is tried again.
fn pause(province: &Province, entry: &Value) -> TimeDelta {
    entry["next_try_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap() - province.clock.system().0
}

on_both_databases! {
    async fn what_waited_for_days_behind_another_has_its_own_days_to_be_taken(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.*"]).await;
        receiver.behave(Manner::Answer(503, String::new()));
        let id = portal.submitted().await;
        province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
        log_until(&portal, &path, "both wait", |log| log.len() == 2 && log[0]["tries"] != 0).await;
        let waited = "UPDATE webhook_deliveries SET queued_at = '2026-01-01T00:00:00.000000Z'";
        assert_eq!(alter(&province, waited).await, 2);
        // The receiver is mended for a moment, and then fails once more.
        receiver.behave(Manner::Once);
        log_until(&portal, &path, "the first is taken", |log| log[0]["state"] == "delivered").await;
        let log = log_until(&portal, &path, "the second is tried", |log| log[1]["tries"] != 0).await;
        assert_eq!(log[1]["state"], "waiting", "{log:?}");
        assert!(log[1]["queued_at"].as_str().unwrap().starts_with(LONG_AGO), "{log:?}");
        province.stop().await;
    }

    async fn enabled_again_what_waits_has_all_its_tries(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.submitted.v1"]).await;
        receiver.behave(Manner::Answer(410, "gone".to_owned()));
        portal.submitted().await;
        webhook_until(&portal, &path, &json!({"state": "disabled"})).await;
        let waited = "UPDATE webhook_deliveries SET tries = 20, first_tried_at = '2026-01-01T00:00:00.000000Z'";
        assert_eq!(alter(&province, waited).await, 1);
        receiver.behave(Manner::Answer(503, String::new()));
        let on = json!({"url": receiver.url(), "types": ["dossier.submitted.v1"], "enabled": true});
        portal.put(&path, 2, &on).await.ok();
        let tried = |log: &[Value]| log[0]["last_status"] == 503;
        let log = log_until(&portal, &path, "tried", tried).await;
        assert_eq!(log[0]["state"], "waiting", "{log:?}");
        assert!(log[0]["tries"].as_i64().unwrap() < 20 && pause(&province, &log[0]) < TimeDelta::hours(1), "{log:?}");
        province.stop().await;
    }

    async fn days_on_which_nothing_was_tried_do_not_count_against_a_receiver(database) {
        let (province, receiver) = (patient(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.submitted.v1"]).await;
        receiver.behave(Manner::Answer(500, String::new()));
        portal.submitted().await;
        log_until(&portal, &path, "failing", |log| !log.is_empty() && log[0]["tries"] != 0).await;
        let quiet = "UPDATE webhooks SET failing_since = '2026-01-01T00:00:00.000000Z', \
                     failed_at = '2026-01-04T00:00:00.000000Z'";
        assert_eq!(alter(&province, quiet).await, 1);
        portal.submitted().await;
        log_until(&portal, &path, "failing again", |log| log.len() == 2 && log[1]["tries"] != 0).await;
        let webhook = portal.get(&path).await.ok();
        assert_eq!(webhook["state"], "active", "{webhook}");
        assert!(!webhook["failing_since"].as_str().unwrap().starts_with(LONG_AGO), "{webhook}");
        province.stop().await;
    }

    async fn a_busy_receiver_says_when_it_wants_to_be_tried_again(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.submitted.v1"]).await;
        for (status, asked, least, most) in [(429, "1800", 25, 31), (503, "1000000", 475, 481), (500, "1800", 0, 1)] {
            receiver.behave(Manner::Later(status, asked.to_owned()));
            let id = portal.submitted().await;
            let subject = format!("dossiers/{id}");
            let tried = |log: &[Value]| log.iter().any(|one| one["subject"] == subject && one["tries"] != 0);
            let log = log_until(&portal, &path, "tried", tried).await;
            let entry = log.iter().find(|one| one["subject"] == subject).unwrap();
            let minutes = pause(&province, entry).num_minutes();
            assert!((least..=most).contains(&minutes), "{entry}");
        }
        province.stop().await;
    }

    async fn what_stands_behind_an_event_that_rests_is_not_looked_at_before_it(database) {
        let (province, receiver) = (patient(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.*"]).await;
        receiver.behave(Manner::Held);
        let id = portal.submitted().await;
        receiver.until("on its way", |messages| messages.len() == 1).await;
        province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
        log_until(&portal, &path, "queued while the first is on its way", |log| log.len() == 2).await;
        receiver.behave(Manner::Drop);
        let clocked = &province;
        let rest = |many: usize| {
            move |log: &[Value]| log.len() == many && log.iter().all(|one| pause(clocked, one) > TimeDelta::minutes(30))
        };
        log_until(&portal, &path, "both rest", rest(2)).await;
        province.officer("C1", "processor").step(&id, &json!({"action": "process"})).await.ok();
        log_until(&portal, &path, "the third, queued while the first rests", rest(3)).await;
        // And when the first has gone, the others go at once, not in an hour.
        receiver.behave(Manner::Take);
        let event = log(&portal, &path).await[0]["event_id"].as_str().unwrap().to_owned();
        portal.post(&format!("{path}/deliveries/{event}/replays"), &json!({})).await.ok();
        let done = |log: &[Value]| log.iter().all(|one| one["state"] == "delivered");
        log_until(&portal, &path, "all", done).await;
        province.stop().await;
    }
}
