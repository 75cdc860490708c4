//! What is delivered, in which order, and how it is signed.

use std::collections::BTreeMap;
use std::time::Duration;

use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::desk::{alter, log_until, province, subscribed};
use crate::receiver::{Manner, Message, Receiver};

/// Whether events about each object came in the order of the feed, each for the first time.
fn in_order(messages: &[Message]) -> bool {
    let mut last = BTreeMap::new();
    messages.iter().all(|one| {
        let before = last.insert(one.subject(), one.position());
        before.is_none_or(|before| before <= one.position())
    })
}

on_both_databases! {
    async fn an_event_comes_as_it_stands_in_the_feed_and_is_signed(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        // What was before the subscription stays before it.
        portal.submitted().await;
        province.all_events_are_in_the_feed().await;
        let (path, secret) = subscribed(&portal, &receiver, &["dossier.submitted.v1", "dossier.received.*"]).await;
        let id = province.processing("2.002080").await;
        let messages = receiver.until("both", |messages| messages.len() == 2).await;
        let kinds: Vec<&str> = messages.iter().map(Message::kind).collect();
        assert_eq!(kinds, ["dossier.submitted.v1", "dossier.received.v1"]);
        let feed = portal.get("/v1/events").await.ok();
        for message in &messages {
            assert_eq!(message.subject(), format!("dossiers/{id}"));
            let expected = feed.as_array().unwrap().iter().find(|event| event["id"] == message.id()).unwrap();
            assert_eq!((&message.event, message.id()), (expected, message.event["id"].as_str().unwrap()));
            assert!(message.is_signed_by(&secret) && message.body.len() < 20_000);
            assert_eq!(message.headers["content-type"], "application/cloudevents+json");
            // The machine's time, though business time stands elsewhere.
            let at: i64 = message.headers["webhook-timestamp"].parse().unwrap();
            assert!((province.clock.system().0.timestamp() - at).abs() < 60);
        }
        let log = log_until(&portal, &path, "both taken", |log| {
            log.len() == 2 && log.iter().all(|one| one["state"] == "delivered")
        })
        .await;
        assert_eq!((&log[0]["tries"], &log[0]["last_status"], &log[0]["next_try_at"]), (&json!(1), &json!(204), &Value::Null));
        assert_eq!(log[0]["event_id"], messages[0].id());
        province.stop().await;
    }

    async fn after_a_rotation_both_secrets_sign_for_a_day(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let (path, old) = subscribed(&portal, &receiver, &["dossier.submitted.v1"]).await;
        let rotated = portal.post(&format!("{path}/secret-rotations"), &json!({})).await;
        assert_eq!(rotated.status, 201);
        let new = rotated.body["secret"].as_str().unwrap();
        portal.submitted().await;
        let message = receiver.until("one", |messages| messages.len() == 1).await.remove(0);
        assert!(message.is_signed_by(&old) && message.is_signed_by(new) && old != new);
        assert_eq!(message.signatures().len(), 2);
        alter(&province, "UPDATE webhooks SET old_secret_until = '2026-01-01T00:00:00.000000Z'").await;
        portal.submitted().await;
        let message = receiver.until("two", |messages| messages.len() == 2).await.remove(1);
        assert!(message.is_signed_by(new) && !message.is_signed_by(&old));
        assert_eq!(message.signatures().len(), 1);
        province.stop().await;
    }

    async fn events_of_a_dossier_wait_for_the_earlier_one_and_others_go_on(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.*"]).await;
        let stuck = portal.submitted().await;
        receiver.behave_for(&format!("dossiers/{stuck}"), Manner::Answer(503, "not this one".to_owned()));
        province.officer("C1", "receiver").step(&stuck, &json!({"action": "receive"})).await.ok();
        province.officer("C1", "processor").step(&stuck, &json!({"action": "process"})).await.ok();
        let mut others = Vec::new();
        for _ in 0..3 {
            others.push(province.processing("2.002080").await);
        }
        let of = |messages: &[Message], id: &str| {
            messages.iter().filter(|one| one.subject() == format!("dossiers/{id}")).cloned().collect::<Vec<_>>()
        };
        let kinds = ["dossier.submitted.v1", "dossier.received.v1", "dossier.processing.v1"];
        let went_on = |messages: &[Message]| {
            others.iter().all(|id| of(messages, id).iter().map(Message::kind).eq(kinds)) && of(messages, &stuck).len() >= 2
        };
        let messages = receiver.until("the others", went_on).await;
        let tried = of(&messages, &stuck);
        let first = |one: &Message| one.manner == Manner::Take || one.id() == tried.last().unwrap().id();
        assert!(tried.iter().all(first), "one after the other");
        receiver.behave_for(&format!("dossiers/{stuck}"), Manner::Take);
        let done = |log: &[Value]| log.len() == 12 && log.iter().all(|one| one["state"] == "delivered");
        log_until(&portal, &path, "all", done).await;
        let messages = receiver.messages();
        assert!(in_order(&messages));
        let mut taken = of(&messages, &stuck);
        taken.dedup_by(|one, before| one.id() == before.id());
        assert!(taken.iter().map(Message::kind).eq(kinds));
        province.stop().await;
    }

    async fn a_slow_receiver_gets_so_many_at_once_and_no_more(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let second = motcua_procedures::start(&province.foundation.shared).await.unwrap();
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.submitted.v1"]).await;
        receiver.behave(Manner::Slow);
        for _ in 0..30 {
            portal.submitted().await;
        }
        let done = |log: &[Value]| log.len() == 30 && log.iter().all(|one| one["state"] == "delivered");
        log_until(&portal, &path, "all", done).await;
        let most = receiver.most_at_once();
        assert!((2..=8).contains(&most), "{most}");
        second.stop().await.unwrap();
        province.stop().await;
    }

    async fn two_copies_of_the_service_deliver_each_event_once_and_in_order(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let second = motcua_procedures::start(&province.foundation.shared).await.unwrap();
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.*"]).await;
        for _ in 0..6 {
            province.processing("2.002080").await;
        }
        let done = |log: &[Value]| log.len() == 18 && log.iter().all(|one| one["state"] == "delivered");
        log_until(&portal, &path, "all", done).await;
        let messages = receiver.messages();
        assert!(messages.len() == 18 && in_order(&messages));
        second.stop().await.unwrap();
        province.stop().await;
    }

    async fn a_service_that_dies_while_it_sends_sends_again_under_the_same_id(database) {
        let receiver = Receiver::start();
        let mut province = province(database).await;
        let (path, secret) = subscribed(&province.portal(), &receiver, &["dossier.submitted.v1"]).await;
        receiver.behave(Manner::Silent);
        province.portal().submitted().await;
        receiver.until("the receiver has it and says nothing", |messages| messages.len() == 1).await;
        // Cut off wherever it is, as by a kill: nothing of what it was at is written.
        drop(province.service.take());
        receiver.behave(Manner::Take);
        let service = motcua_procedures::start(&province.foundation.shared).await.unwrap();
        province.url = service.url();
        province.service = Some(service);
        let messages = receiver.until("again", |messages| messages.len() == 2).await;
        assert_eq!((messages[0].id(), &messages[0].body), (messages[1].id(), &messages[1].body));
        assert!(messages[1].is_signed_by(&secret));
        let done = |log: &[Value]| log.len() == 1 && log[0]["state"] == "delivered";
        log_until(&province.portal(), &path, "taken", done).await;
        province.stop().await;
    }

    async fn one_failing_webhook_keeps_no_other_waiting(database) {
        let (province, bad, good) = (province(database).await, Receiver::start(), Receiver::start());
        let (portal, other) = (province.portal(), province.caller(ActorKind::Client, "other-portal", None));
        bad.behave(Manner::Silent);
        subscribed(&portal, &bad, &[]).await;
        subscribed(&other, &good, &["dossier.submitted.v1"]).await;
        for _ in 0..10 {
            portal.submitted().await;
        }
        let began = std::time::Instant::now();
        other.submitted().await;
        good.until("its own", |messages| messages.len() == 1).await;
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        province.stop().await;
    }
}
