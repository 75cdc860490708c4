//! A delivery holds only what its owner may see at that moment.

use std::collections::BTreeSet;

use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use motcua_web::auth::{DevelopmentIssuer, TokenRequest};
use serde_json::{Value, json};

use crate::desk::{alter, log, log_until, patient, province, subscribed, webhook_until};
use crate::receiver::{Manner, Message, Receiver};
use crate::support::Province;

/// Waits until everything written so far was looked at for a webhook.
async fn looked_at_all(province: &Province, path: &str, caller: &crate::support::Caller<'_>) {
    province.all_events_are_in_the_feed().await;
    let scanned = province.portal().get("/v1/events?limit=1000").await;
    let last: i64 = scanned.headers["scanned-to"].to_str().unwrap().parse().unwrap();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let position: i64 = caller.get(path).await.ok()["position"].as_str().unwrap().parse().unwrap();
        if position >= last {
            return;
        }
        assert!(std::time::Instant::now() < until, "{position} of {last}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

fn subjects(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(Message::subject).collect()
}

on_both_databases! {
    async fn nobody_is_sent_what_is_another_agencys_or_another_portals(database) {
        let (province, of_two, of_other, of_province) =
            (province(database).await, Receiver::start(), Receiver::start(), Receiver::start());
        let two = province.officer("C2", "administrator");
        let other = province.caller(ActorKind::Client, "other-portal", None);
        let whole = province.officer("P", "administrator");
        let (path_two, _) = subscribed(&two, &of_two, &["dossier.*", "consultation.*", "payment.*"]).await;
        let (path_other, _) = subscribed(&other, &of_other, &[]).await;
        subscribed(&whole, &of_province, &["dossier.submitted.v1"]).await;
        let of_one = province.portal().submitted().await;
        let to_two = province.portal().submit(|body| body["receiving_agency"] = json!("H1.2")).await.ok();
        let to_two = to_two["id"].as_str().unwrap();
        looked_at_all(&province, &path_two, &two).await;
        looked_at_all(&province, &path_other, &other).await;
        let messages = of_two.until("its own", |messages| !messages.is_empty()).await;
        assert_eq!(subjects(&messages), [format!("dossiers/{to_two}")]);
        let messages = of_province.until("both", |messages| messages.len() == 2).await;
        // Of different dossiers either may come first.
        let both = BTreeSet::from([format!("dossiers/{of_one}"), format!("dossiers/{to_two}")]);
        assert_eq!(messages.iter().map(|one| one.subject().to_owned()).collect::<BTreeSet<_>>(), both);
        assert!(log(&other, &path_other).await.is_empty() && of_other.messages().is_empty());
        province.stop().await;
    }

    async fn an_agency_narrows_to_what_is_seen_there(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let portal = province.portal();
        let body = json!({"url": receiver.url(), "types": ["dossier.*"], "agency": "H1.2"});
        let created = portal.post("/v1/webhooks", &body).await.ok();
        assert!(created["agency_id"].is_string());
        let path = format!("/v1/webhooks/{}", created["id"].as_str().unwrap());
        portal.submitted().await;
        let second = portal.submit(|body| body["receiving_agency"] = json!("H1.2")).await.ok();
        looked_at_all(&province, &path, &portal).await;
        let messages = receiver.until("one", |messages| !messages.is_empty()).await;
        assert_eq!(subjects(&messages), [format!("dossiers/{}", second["id"].as_str().unwrap())]);
        province.stop().await;
    }

    async fn what_waits_is_not_sent_once_its_owner_may_not_see_it(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let keeper = province.officer("C1", "administrator");
        let (path, _) = subscribed(&keeper, &receiver, &["dossier.*"]).await;
        receiver.behave(Manner::Answer(500, String::new()));
        let id = province.portal().submitted().await;
        log_until(&keeper, &path, "queued", |log| log.len() == 1 && log[0]["tries"] != 0).await;
        // The dossier goes to where this administrator has no say.
        let before = receiver.messages().len();
        alter(
            &province,
            "UPDATE dossier_agencies SET responsible_agency_id = (SELECT agency_id FROM agency_codes WHERE code = 'H1.3')",
        )
        .await;
        assert!(log(&keeper, &path).await.is_empty(), "nor does the log tell of it");
        receiver.behave(Manner::Take);
        alter(&province, "UPDATE webhook_deliveries SET free_at = '2026-01-01T00:00:00.000000Z' WHERE NOT on_its_way").await;
        let another = province.portal().submitted().await;
        let messages = receiver.until("another", |messages| messages.iter().any(|one| one.manner == Manner::Take)).await;
        let taken: Vec<&Message> = messages.iter().filter(|one| one.manner == Manner::Take).collect();
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].subject(), format!("dossiers/{another}"));
        let late = messages[before..].iter().filter(|one| one.subject() == format!("dossiers/{id}"));
        // One try may have been under way at that moment.
        assert!(late.count() <= 1);
        province.stop().await;
    }

    async fn a_queue_of_what_its_owner_may_not_see_any_more_is_emptied_at_once(database) {
        const QUEUED: usize = 40;
        let (province, receiver) = (patient(database).await, Receiver::start());
        let keeper = province.officer("C1", "administrator");
        let (path, _) = subscribed(&keeper, &receiver, &["dossier.submitted.v1"]).await;
        receiver.behave(Manner::Drop);
        for _ in 0..QUEUED {
            province.portal().submitted().await;
        }
        let rest = |log: &[Value]| log.len() == QUEUED && log.iter().all(|one| one["tries"] != 0);
        log_until(&keeper, &path, "all rest", rest).await;
        alter(
            &province,
            "UPDATE dossier_agencies SET responsible_agency_id = (SELECT agency_id FROM agency_codes WHERE code = 'H1.3')",
        )
        .await;
        alter(&province, "UPDATE webhook_deliveries SET free_at = '2026-01-01T00:00:00.000000Z'").await;
        let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
        loop {
            let left = alter(&province, "UPDATE webhook_deliveries SET tries = tries").await;
            if left == 0 {
                break;
            }
            assert_eq!(left, QUEUED, "not a few at a time");
            assert!(std::time::Instant::now() < until, "nothing leaves");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        province.stop().await;
    }

    async fn what_waits_is_not_sent_once_it_is_not_asked_for_any_more(database) {
        let (province, receiver) = (patient(database).await, Receiver::start());
        let portal = province.portal();
        let (path, _) = subscribed(&portal, &receiver, &["dossier.*"]).await;
        receiver.behave(Manner::Drop);
        let id = portal.submitted().await;
        province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
        let waiting = log_until(&portal, &path, "both wait", |log| log.len() == 2 && log[0]["tries"] != 0).await;
        let other = json!({"url": receiver.url(), "types": ["dossier.received.v1"]});
        portal.put(&path, 1, &other).await.ok();
        receiver.behave(Manner::Take);
        let event = waiting[0]["event_id"].as_str().unwrap();
        portal.post(&format!("{path}/deliveries/{event}/replays"), &json!({})).await.ok();
        log_until(&portal, &path, "one", |log| log.iter().all(|one| one["state"] == "delivered")).await;
        let taken = receiver.messages();
        let taken: Vec<&str> = taken.iter().filter(|one| one.manner == Manner::Take).map(Message::kind).collect();
        assert_eq!((taken, log(&portal, &path).await.len()), (vec!["dossier.received.v1"], 1));
        province.stop().await;
    }

    async fn a_token_that_reads_no_dossiers_is_pushed_none(database) {
        let (province, narrow, wide) = (province(database).await, Receiver::start(), Receiver::start());
        let portal = province.portal();
        let mut watcher = province.portal();
        let mut request = TokenRequest::new(ActorKind::Client, "portal");
        request.scopes = vec!["procedures:events:read".to_owned(), "procedures:webhooks:write".to_owned()];
        let issuer = DevelopmentIssuer::load(&province.foundation.shared.settings, &province.clock).unwrap();
        watcher.token = issuer.mint(&request).unwrap();
        let (path, _) = subscribed(&watcher, &narrow, &[]).await;
        subscribed(&portal, &wide, &["dossier.*"]).await;
        let id = portal.submitted().await;
        wide.until("who may read it", |messages| messages.len() == 1).await;
        looked_at_all(&province, &path, &portal).await;
        assert_eq!(watcher.get(&format!("/v1/dossiers/{id}")).await.code(403), "scope.missing");
        assert_eq!(watcher.get("/v1/events").await.ok(), json!([]));
        assert!(narrow.messages().is_empty() && log(&watcher, &path).await.is_empty());
        province.stop().await;
    }

    async fn an_owner_who_may_not_keep_webhooks_any_more_is_sent_nothing(database) {
        let (province, of_keeper, of_portal) = (province(database).await, Receiver::start(), Receiver::start());
        let (keeper, portal) = (province.officer("C1", "administrator"), province.portal());
        let (path, _) = subscribed(&keeper, &of_keeper, &["dossier.submitted.v1"]).await;
        let (path_portal, _) = subscribed(&portal, &of_portal, &["dossier.submitted.v1"]).await;
        portal.submitted().await;
        of_keeper.until("as usual", |messages| messages.len() == 1).await;
        of_portal.until("as usual", |messages| messages.len() == 1).await;

        // Still an officer there, who sees the dossiers; no administrator any more.
        let revoke = "UPDATE grants SET role = 'leader' WHERE role = 'administrator' AND officer_id = \
                      (SELECT id FROM officers WHERE subject = 'C1-administrator')";
        assert_eq!(alter(&province, revoke).await, 1);
        let suspended = webhook_until(&keeper, &path, &json!({"state": "suspended"})).await;
        assert_eq!(alter(&province, "UPDATE clients SET active = FALSE WHERE subject = 'portal'").await, 1);
        assert_eq!(portal.get(&path_portal).await.status, 401);
        let other = province.caller(ActorKind::Client, "other-portal", None);
        other.submitted().await;
        let (through, of_other) = (Receiver::start(), &other);
        // Another's webhook shows that deliveries have gone on meanwhile.
        subscribed(of_other, &through, &["dossier.submitted.v1"]).await;
        other.submitted().await;
        through.until("others'", |messages| !messages.is_empty()).await;
        let now = keeper.get(&path).await.ok();
        assert_eq!((&now["position"], of_keeper.messages().len()), (&suspended["position"], 1));
        assert_eq!(of_portal.messages().len(), 1);

        // In office again, it goes on where it stood.
        let restore = "UPDATE grants SET role = 'administrator' WHERE role = 'leader' AND officer_id = \
                       (SELECT id FROM officers WHERE subject = 'C1-administrator')";
        assert_eq!(alter(&province, restore).await, 1);
        of_keeper.until("the rest", |messages| messages.len() == 3).await;
        webhook_until(&keeper, &path, &json!({"state": "active", "enabled": true, "disabled_reason": Value::Null})).await;
        province.stop().await;
    }
}
