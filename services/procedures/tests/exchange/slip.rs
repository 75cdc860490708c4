//! What the control slip and the list of hand-overs ask of the database.

use std::collections::BTreeMap;
use std::sync::Mutex;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::handovers::{at_the_counter, give, over, receive};
use crate::support::{Caller, Province};

/// How many statements named an id that somebody watches. Other tests of this program run beside, with other ids.
static STATEMENTS: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

#[expect(clippy::unnecessary_wraps, reason = "what is asked of an instrumentation")]
fn counting() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        let InstrumentationEvent::StartQuery { query, .. } = event else { return };
        let mut watched = STATEMENTS.lock().unwrap();
        if !watched.is_empty() {
            let statement = query.to_string();
            watched.iter_mut().filter(|(id, _)| statement.contains(*id)).for_each(|(_, count)| *count += 1);
        }
    }))
}

/// How many statements that name one of these a reading makes.
async fn statements(caller: &Caller<'_>, path: &str, ids: &[String]) -> usize {
    for id in ids {
        STATEMENTS.lock().unwrap().insert(id.clone(), 0);
    }
    caller.get(path).await.ok();
    let mut watched = STATEMENTS.lock().unwrap();
    ids.iter().filter_map(|id| watched.remove(id)).sum()
}

on_both_databases! {
    async fn more_hand_overs_make_no_more_statements(database) {
        set_default_instrumentation(counting).unwrap();
        let province = Province::start(database).await;
        let (desk, office) = (province.officer("C1", "receiver"), province.officer("D3", "processor"));
        let id = at_the_counter(&province).await;
        let given = give(&desk, &id, &over("H1.1", "H1.3")).await.ok();
        let received = receive(&office, &given, &json!({})).await.ok();
        let ids = [&received["from_agency"]["id"], &received["to_agency"]["id"], &received["from_officer_id"], &received["receiver_id"]]
            .map(|id| id.as_str().unwrap().to_owned());
        let paths = ["forms/control_slip", "handovers"].map(|what| format!("/v1/dossiers/{id}/{what}"));
        let mut few = Vec::new();
        for path in &paths {
            few.push(statements(&desk, path, &ids).await);
        }
        assert!(few.iter().all(|count| *count > 0), "none were counted: {few:?}");
        for _ in 0..12 {
            let given = give(&desk, &id, &over("H1.1", "H1.3")).await.ok();
            receive(&office, &given, &json!({})).await.ok();
        }
        for (path, few) in paths.iter().zip(few) {
            let many = statements(&desk, path, &ids).await;
            assert!(many < few + 12, "{path}: {few} statements with one hand-over, {many} with thirteen");
        }
        province.stop().await;
    }
}
