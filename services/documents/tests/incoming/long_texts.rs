//! Documents whose files say much: read once, and not while others wait for a number.

use std::time::Instant;

use chrono::{DateTime, Utc};
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::file_text::{WORD, is_read, long_text};
use crate::office::Office;

/// Whether more of the time of a request passed before its number was taken than after it.
fn number_came_late(begun: DateTime<Utc>, numbered: &Value, ended: DateTime<Utc>) -> bool {
    let numbered: DateTime<Utc> = numbered.as_str().unwrap().parse().unwrap();
    numbered - begun > ended - numbered
}

async fn says(office: &Office, file: &Value) {
    let foundation = &office.here.running.foundation;
    is_read(&foundation.db, foundation.tenant, file["sha256"].as_str().unwrap(), &long_text()).await;
}

on_both_databases! {
    async fn what_is_sent_to_many_is_read_once(database) {
        let office = Office::open(database).await;
        let codes: Vec<String> = (21..43).map(|number| format!("H50.{number}")).collect();
        let header = "code,name,name_en,kind,parent_code,valid_from,valid_to,successor_code,succession_kind,legal_basis,symbol,units,note\n";
        let row = |code: &String| format!("{code},Ủy ban nhân dân xã {code},,commune,H50,2025-07-01,,,,,UBND,18880,");
        let more: Vec<String> = codes.iter().map(row).collect();
        assert_eq!(office.here.import_agencies(&format!("{header}{}\n", more.join("\n"))).await.changes(), 22);
        let (first, second) = (office.issued().await, office.issued().await);
        assert_eq!(first["file"]["sha256"], second["file"]["sha256"]);
        says(&office, &first["file"]).await;
        let begun = Instant::now();
        office.send(&first, &["H50.21"]).await.ok();
        let to_one = begun.elapsed();
        let all: Vec<&str> = codes.iter().map(String::as_str).collect();
        let begun = Instant::now();
        office.send(&second, &all).await.ok();
        let to_all = begun.elapsed();
        assert!(to_all < to_one * 8, "{to_one:?} to one, {to_all:?} to {}", all.len());
        assert_eq!(office.found("clerk-50", &json!({"q": WORD})).await.len(), 23);
        office.here.stop().await;
    }

    async fn files_are_read_before_a_number_is_taken(database) {
        let office = Office::open(database).await;
        let clock = &office.here.shared.clock;
        let clerk = office.officer("clerk-12");
        let document = office.take_in("clerk-12", &json!({"file_id": office.upload(&clerk, "long").await})).await.ok();
        says(&office, &document["files"][0]).await;
        let begun = clock.business().0;
        let registered = office.step("clerk-12", &document, &json!({"action": "register"})).await.ok();
        let at = &registered["arrival"]["registered_at"];
        assert!(number_came_late(begun, at, clock.business().0), "begun {begun}, registered {at}");
        assert_eq!(office.found("clerk-12", &json!({"q": WORD})).await, [document["id"].clone()]);
        // What goes out in one step, of a file that was read before.
        let issued = office.issued().await;
        says(&office, &issued["file"]).await;
        let begun = clock.business().0;
        let again = office.issued().await;
        assert!(number_came_late(begun, &again["issued_at"], clock.business().0), "begun {begun}, {}", again["issued_at"]);
        office.here.stop().await;
    }
}
