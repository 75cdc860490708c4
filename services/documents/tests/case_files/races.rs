//! Several people at once: one of them does it, the others are told.

use std::sync::Arc;

use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::borrowing::{asked, step as loan_step};
use crate::destroying::proposed;
use crate::office::Office;
use crate::shelf::{at, closed, opened, read, step, uploaded};

on_both_databases! {
    async fn what_is_lent_while_it_is_listed_is_either(database) {
        let office = Arc::new(Office::open(database).await);
        let mut ready = Vec::new();
        for round in 0..5 {
            let case_file = closed(&office, &format!("{round}.A"), &json!({"retention": {"years": 5}})).await;
            let loan = asked(&office, "clerk-12", &case_file, "other-12", "2032-02-01").await.ok();
            ready.push((case_file, loan));
        }
        office.at("2032-01-05T03:00:00Z");
        for (case_file, loan) in ready {
            let lending = {
                let (office, loan) = (Arc::clone(&office), loan.clone());
                tokio::spawn(async move { loan_step(&office, "leader-12", &loan, &json!({"action": "approve"})).await.status })
            };
            let listed = proposed(&office, "clerk-12", "H50.12", &[&case_file]).await.status;
            let lent = lending.await.unwrap();
            assert!(matches!((lent, listed), (200, 409 | 412) | (409 | 412, 201)), "{lent} {listed}");
        }
        Arc::into_inner(office).unwrap().here.stop().await;
    }

    async fn of_two_who_close_it_one_does(database) {
        let office = Arc::new(Office::open(database).await);
        for round in 0..4 {
            let case_file = opened(&office, &format!("{round}.A"), &json!({})).await;
            uploaded(&office, "officer-12", &case_file, "a", "2026-11-05").await;
            let case_file = read(&office, "officer-12", &case_file).await;
            let calls: Vec<_> = ["officer-12", "clerk-12", "leader-12"].into_iter().map(|who| {
                let (office, case_file) = (Arc::clone(&office), case_file.clone());
                let close = json!({"action": "close", "ended_on": "2026-11-16"});
                tokio::spawn(async move { step(&office, who, &case_file, &close).await.status })
            }).collect();
            let mut statuses = Vec::new();
            for call in calls {
                statuses.push(call.await.unwrap());
            }
            statuses.sort_unstable();
            assert!(matches!(statuses[..], [200, 409 | 412, 409 | 412]), "{statuses:?}");
            assert_eq!(read(&office, "officer-12", &case_file).await["version"], 3);
        }
        assert_eq!(office.texts("SELECT sha256 AS text FROM case_file_lists").await.len(), 4);
        Arc::into_inner(office).unwrap().here.stop().await;
    }

    async fn of_two_lists_in_different_orders_one_is_handed_in(database) {
        let office = Arc::new(Office::open(database).await);
        for round in 0..3 {
            let one = closed(&office, &format!("{round}.A"), &json!({})).await;
            let two = closed(&office, &format!("{round}.B"), &json!({})).await;
            let other = {
                let (office, one, two) = (Arc::clone(&office), one.clone(), two.clone());
                tokio::spawn(async move { crate::handing_over::hand_over(&office, "leader-12", &[&two, &one]).await.status })
            };
            let mine = crate::handing_over::hand_over(&office, "clerk-12", &[&one, &two]).await.status;
            let theirs = other.await.unwrap();
            assert!(matches!((mine, theirs), (201, 409 | 412 | 422) | (409 | 412 | 422, 201)), "{mine} {theirs}");
            for case_file in [&one, &two] {
                assert_eq!(office.officer("clerk-12").get(&at(case_file)).await.ok()["state"], "handed_over");
            }
        }
        assert_eq!(office.texts("SELECT 'x' AS text FROM hand_overs").await.len(), 3);
        Arc::into_inner(office).unwrap().here.stop().await;
    }
}
