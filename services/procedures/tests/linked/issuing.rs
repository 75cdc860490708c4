//! The end of processing, when the clock of the documents service is another one.

use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};
use motcua_testkit::on_both_databases;
use serde_json::Value;

use crate::house::House;

fn instant(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

on_both_databases! {
    async fn a_decided_dossier_ends_between_its_decision_and_now_whatever_the_clock_that_gave_its_number_says(database) {
        let house = House::start(database).await;
        for ahead in [-7_200, 7_200] {
            house.ahead.store(ahead, Ordering::Relaxed);
            let id = house.province.portal().submitted().await;
            house.decide(&id, "C1").await;
            let done = house.until(&id, "done").await;
            let event = house.events(&id).await.pop().unwrap();
            let facts = &event["data"];
            let finished = instant(&facts["finished_at"]);
            assert!(instant(&facts["approved_at"]) <= finished && finished <= instant(&facts["occurred_at"]), "{ahead}: {event}");
            assert_eq!(instant(&done["finished_at"]), finished);
            let issued = instant(&done["result"]["issued_at"]);
            assert_eq!((issued - finished).num_seconds().signum(), ahead.signum(), "the document keeps its own time");
        }
        house.stop().await;
    }
}
