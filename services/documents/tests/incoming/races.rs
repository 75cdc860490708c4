//! Several people at once.

use std::sync::Arc;

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::office::{Office, outgoing};

on_both_databases! {
    async fn two_clerks_who_register_one_document_use_one_number(database) {
        let office = Arc::new(Office::open(database).await);
        for round in 0..5 {
            let document = office.take_in("clerk-12", &json!({"number": round.to_string()})).await.ok();
            let calls: Vec<_> = ["clerk-12", "second-clerk-12", "clerk-50"].into_iter().map(|who| {
                let (office, document) = (Arc::clone(&office), document.clone());
                tokio::spawn(async move { office.step(who, &document, &json!({"action": "register"})).await })
            }).collect();
            let mut statuses = Vec::new();
            for call in calls {
                statuses.push(call.await.unwrap().status);
            }
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412, 412]);
            let numbers = office.texts("SELECT CAST(last_number AS TEXT) AS text FROM register_sequences WHERE kind = 'incoming'").await;
            assert_eq!(numbers, [(round + 1).to_string()]);
        }
        Arc::into_inner(office).unwrap().here.stop().await;
    }

    async fn what_is_taken_back_while_it_is_registered_has_an_answer(database) {
        let office = Arc::new(Office::open(database).await);
        for _ in 0..5 {
            let (issued, dispatch) = office.sent("H50.12").await;
            let document = office.get("clerk-12", &dispatch).await.ok();
            let register = {
                let (office, document) = (Arc::clone(&office), document.clone());
                tokio::spawn(async move { office.step("clerk-12", &document, &json!({"action": "register"})).await.status })
            };
            let path = format!("{}/dispatches/{}/take-back", outgoing(&issued), dispatch["id"].as_str().unwrap());
            let taken = office.officer("clerk-50").post(&path, &json!({"reason": "Gửi nhầm nơi nhận"})).await.ok();
            let registered = register.await.unwrap();
            let told = (taken["state"].as_str().unwrap(), taken["take_back"]["state"].as_str().unwrap(), registered);
            let right = told == ("taken_back", "agreed", 412) || told == ("registered", "requested", 200);
            assert!(right, "{told:?}");
        }
        Arc::into_inner(office).unwrap().here.stop().await;
    }

    async fn two_who_send_to_the_same_receiver_send_once(database) {
        let office = Arc::new(Office::open(database).await);
        let issued = office.issued().await;
        let calls: Vec<_> = (0..6).map(|_| {
            let (office, issued) = (Arc::clone(&office), issued.clone());
            tokio::spawn(async move { office.send(&issued, &["H50.13", "H50.12"]).await.status })
        }).collect();
        let mut sent = 0;
        for call in calls {
            let status = call.await.unwrap();
            assert!(matches!(status, 201 | 409 | 422), "{status}");
            sent += u32::from(status == 201);
        }
        assert_eq!((sent, office.texts("SELECT 'x' AS text FROM incoming_documents").await.len()), (1, 2));
        Arc::into_inner(office).unwrap().here.stop().await;
    }

    async fn twelve_at_once_under_one_reference_are_one_document(database) {
        let office = Arc::new(Office::open(database).await);
        let mut letter = Office::letter();
        letter["external_ref"] = json!("VXP-1");
        let calls: Vec<_> = (0..12).map(|_| {
            let (office, letter) = (Arc::clone(&office), letter.clone());
            tokio::spawn(async move { office.system(&["documents:incoming:submit"]).post("/v1/incoming-documents", &letter).await.ok() })
        }).collect();
        let mut answers: Vec<Value> = Vec::new();
        for call in calls {
            answers.push(call.await.unwrap());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!(office.texts("SELECT 'x' AS text FROM incoming_documents").await.len(), 1);
        Arc::into_inner(office).unwrap().here.stop().await;
    }

    async fn of_twelve_equal_letters_at_once_one_is_taken_where_a_second_is_refused(database) {
        let office = Arc::new(Office::open(database).await);
        for round in 0..3 {
            let letter = json!({"number": round.to_string(), "on_duplicate": "refuse"});
            let calls: Vec<_> = (0..12).map(|_| {
                let (office, letter) = (Arc::clone(&office), letter.clone());
                tokio::spawn(async move { office.take_in("clerk-12", &letter).await })
            }).collect();
            let mut taken = 0;
            for call in calls {
                let reply = call.await.unwrap();
                if reply.status == 201 {
                    taken += 1;
                } else {
                    assert_eq!(reply.problem(409), "document.duplicate");
                }
            }
            assert_eq!(taken, 1, "round {round}");
        }
        // Where a second is only warned about, every one but the first is.
        let calls: Vec<_> = (0..6).map(|_| {
            let office = Arc::clone(&office);
            tokio::spawn(async move { office.take_in("clerk-12", &json!({"number": "77"})).await.ok() })
        }).collect();
        let mut unwarned = 0;
        for call in calls {
            unwarned += usize::from(call.await.unwrap()["warnings"] == json!([]));
        }
        assert_eq!(unwarned, 1);
        Arc::into_inner(office).unwrap().here.stop().await;
    }

    async fn of_two_directions_at_once_one_is_given(database) {
        let office = Arc::new(Office::open(database).await);
        let (officer, other) = (office.id_of("officer-12").await, office.id_of("other-12").await);
        for round in 0..5 {
            let document = office.take_in("clerk-12", &json!({"number": round.to_string()})).await.ok();
            let document = office.steps(document, &[("clerk-12", json!({"action": "register"}))]).await;
            let calls: Vec<_> = [&officer, &other, &officer, &other].into_iter().map(|lead| {
                let direction = json!({"action": "assign", "lead": {"officer_id": lead}, "instruction": "Xử lý"});
                let (office, document) = (Arc::clone(&office), document.clone());
                tokio::spawn(async move { office.step("leader-12", &document, &direction).await })
            }).collect();
            let mut given = Vec::new();
            for call in calls {
                let reply = call.await.unwrap();
                assert!(matches!(reply.status, 200 | 409 | 412), "{}", reply.body);
                if reply.status == 200 {
                    given.push(reply.body);
                }
            }
            assert_eq!(given.len(), 1);
            let now = office.get("leader-12", &document).await.ok();
            assert_eq!((&now["assignment"], &now["version"]), (&given[0]["assignment"], &json!(3)));
            assert_eq!(now["assignment"]["assignees"].as_array().unwrap().len(), 1);
        }
        Arc::into_inner(office).unwrap().here.stop().await;
    }

    async fn of_different_steps_at_once_one_is_taken(database) {
        let office = Arc::new(Office::open(database).await);
        let document = office.assigned(&json!({})).await;
        let other = json!({"action": "assign", "lead": {"officer_id": office.id_of("other-12").await}});
        let steps = [("officer-12", json!({"action": "start"})), ("leader-12", other), ("leader-12", json!({"action": "close"}))];
        let calls: Vec<_> = steps.into_iter().map(|(who, step)| {
            let (office, document) = (Arc::clone(&office), document.clone());
            tokio::spawn(async move { office.step(who, &document, &step).await.status })
        }).collect();
        let mut statuses = Vec::new();
        for call in calls {
            statuses.push(call.await.unwrap());
        }
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 200 | 403 | 404 | 409 | 412)), "{statuses:?}");
        Arc::into_inner(office).unwrap().here.stop().await;
    }

    async fn one_document_sent_to_several_at_once_reaches_each_once(database) {
        let office = Arc::new(Office::open(database).await);
        let issued = office.issued().await;
        let calls: Vec<_> = ["H50.04", "H50.12", "H50.13", "H50.12.01", "H50.12.02"].into_iter().map(|receiver| {
            let (office, issued) = (Arc::clone(&office), issued.clone());
            tokio::spawn(async move { office.send(&issued, &[receiver]).await.status })
        }).collect();
        for call in calls {
            assert_eq!(call.await.unwrap(), 201);
        }
        assert_eq!(office.officer("clerk-50").list(&format!("{}/dispatches", outgoing(&issued)), "id").await.len(), 5);
        Arc::into_inner(office).unwrap().here.stop().await;
    }
}
