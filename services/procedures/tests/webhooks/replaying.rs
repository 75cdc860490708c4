//! Having events sent once more.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::desk::{log, log_until, province, subscribed};
use crate::receiver::{Manner, Message, Receiver};

on_both_databases! {
    async fn one_event_comes_again_under_its_id(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.submitted.v1"]).await;
        portal.submitted().await;
        log_until(&portal, &path, "taken", |log| !log.is_empty() && log[0]["state"] == "delivered").await;
        let event = log(&portal, &path).await[0]["event_id"].as_str().unwrap().to_owned();
        let replays = format!("{path}/deliveries/{event}/replays");
        assert_eq!(portal.post(&replays, &json!({})).await.ok()["state"], "waiting");
        let messages = receiver.until("again", |messages| messages.len() == 2).await;
        assert_eq!((messages[0].id(), &messages[0].body), (messages[1].id(), &messages[1].body));
        let unknown = format!("{path}/deliveries/{}/replays", motcua_kernel::new_id());
        assert_eq!(portal.post(&unknown, &json!({})).await.status, 404);
        province.stop().await;
    }

    async fn everything_from_a_place_on_comes_again_in_order(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        // Before there was a webhook.
        let first = province.processing("2.002080").await;
        province.all_events_are_in_the_feed().await;
        let (path, _) = subscribed(&portal, &receiver, &["dossier.*"]).await;
        let second = province.processing("2.002080").await;
        let all = |count: usize| {
            move |log: &[Value]| log.len() == count && log.iter().all(|one| one["state"] == "delivered")
        };
        log_until(&portal, &path, "three", all(3)).await;
        let put_back = portal.post(&format!("{path}/replays"), &json!({"from_position": 1})).await.ok();
        assert_eq!(put_back["position"], "0");
        receiver.until("nine", |messages| messages.len() == 9).await;
        let log = log_until(&portal, &path, "all", all(6)).await;
        let messages = receiver.messages();
        let replayed: Vec<(&str, i64)> = messages[3..].iter().map(|one| (one.subject(), one.position())).collect();
        for id in [&first, &second] {
            let of: Vec<i64> =
                replayed.iter().filter(|(subject, _)| *subject == format!("dossiers/{id}")).map(|one| one.1).collect();
            assert!(of.len() == 3 && of.is_sorted(), "{of:?}");
        }

        // Since the instant of the second dossier's first event: three again.
        let feed = portal.get("/v1/events").await.ok();
        let began = feed.as_array().unwrap().iter().find(|event| event["id"] == log[3]["event_id"]).unwrap();
        portal.post(&format!("{path}/replays"), &json!({"since": began["time"]})).await.ok();
        let messages = receiver.until("twelve", |messages| messages.len() == 12).await;
        assert!(messages[9..].iter().all(|one| one.subject() == format!("dossiers/{second}")));
        assert!(messages[9..].iter().map(Message::position).is_sorted());
        // Beyond the end there is nothing.
        let beyond = portal.post(&format!("{path}/replays"), &json!({"from_position": 1_000_000})).await;
        assert_eq!((beyond.status, &beyond.body["errors"][0]["code"]), (422, &json!("range")));
        province.stop().await;
    }

    async fn what_is_on_its_way_when_a_replay_is_asked_for_comes_once_more_behind_it(database) {
        let receiver = Receiver::start();
        let mut settings = Receiver::settings();
        settings.retain(|(name, _)| !name.ends_with("TIMEOUT_SECONDS"));
        settings.push(("MOTCUA_WEBHOOKS__TIMEOUT_SECONDS", "30".to_owned()));
        let province = crate::support::Province::start_with(database, &settings).await;
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.*"]).await;
        let id = portal.submitted().await;
        log_until(&portal, &path, "first", |log| log.len() == 1 && log[0]["state"] == "delivered").await;
        receiver.behave(Manner::Held);
        province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
        let messages = receiver.until("second on its way", |messages| messages.len() == 2).await;
        let from = messages[0].position();
        portal.post(&format!("{path}/replays"), &json!({"from_position": from})).await.ok();
        receiver.until("the first again", |messages| messages.len() == 3).await;
        receiver.behave(Manner::Take);
        let done = |log: &[Value]| log.len() == 2 && log.iter().all(|one| one["state"] == "delivered");
        log_until(&portal, &path, "both", done).await;
        let kinds: Vec<String> = receiver.messages().iter().map(|one| one.kind().to_owned()).collect();
        let pair = ["dossier.submitted.v1", "dossier.received.v1"];
        assert_eq!(kinds, [pair, pair].concat());
        province.stop().await;
    }

    async fn replays_that_meet_each_other_and_the_feed_are_all_done(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.*"]).await;
        portal.submitted().await;
        let log = log_until(&portal, &path, "first", |log| log.len() == 1 && log[0]["state"] == "delivered").await;
        let last = log[0]["position"].as_str().unwrap().parse::<i64>().unwrap();
        // Each puts the webhook back further than the one before, and behind each the feed moves it on again.
        let replays = format!("{path}/replays");
        let places: Vec<Value> = (1..=last).rev().map(|place| json!({"from_position": place})).collect();
        for _ in 0..5 {
            let answers = futures_util::future::join_all(places.iter().map(|place| portal.post(&replays, place))).await;
            let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
            assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
        }
        let messages = receiver.until("it again", |messages| messages.len() > 1).await;
        assert!(messages.iter().all(|message| message.position() == last));
        province.stop().await;
    }

    async fn a_replay_overtakes_nothing_that_still_waits(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.*"]).await;
        let id = portal.submitted().await;
        log_until(&portal, &path, "first", |log| log.len() == 1 && log[0]["state"] == "delivered").await;
        receiver.behave(Manner::Drop);
        province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
        log_until(&portal, &path, "second fails", |log| log.len() == 2 && log[1]["tries"] != 0).await;
        let from = log(&portal, &path).await[0]["position"].as_str().unwrap().parse::<i64>().unwrap();
        portal.post(&format!("{path}/replays"), &json!({"from_position": from})).await.ok();
        let queued = |log: &[Value]| log.len() == 2 && log.iter().all(|one| one["state"] == "waiting");
        log_until(&portal, &path, "both wait", queued).await;
        receiver.behave(Manner::Take);
        let done = |log: &[Value]| log.iter().all(|one| one["state"] == "delivered");
        log_until(&portal, &path, "both", done).await;
        let taken: Vec<i64> =
            receiver.messages().iter().filter(|one| one.manner == Manner::Take).map(Message::position).collect();
        assert_eq!(taken, [from, from, from + (taken[2] - from)]);
        assert!(taken[2] > from);
        province.stop().await;
    }
}
