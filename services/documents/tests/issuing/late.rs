//! Late numbers: 12a behind 12, by a decision.

use std::collections::BTreeSet;
use std::sync::Arc;

use motcua_kernel::Role;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::{Desk, answer};
use super::reserving::{register, reserve, void};

pub(crate) async fn late(desk: &Desk, token: &str, reference: &str, after: i64) -> Value {
    let mut request = desk.decision(token, reference).await;
    request["late_number"] = json!({"after": after, "decision": {"number": "20/QĐ-UBND", "date": "2026-11-20"}});
    request
}

on_both_databases! {
    async fn late_numbers_stand_behind_their_number_and_have_its_day(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let basis = desk.issue(&clerk, &desk.decision(&clerk, "1").await, 201).await;
        desk.issue(&clerk, &desk.decision(&clerk, "2").await, 201).await;
        desk.at("2026-11-25T03:00:00Z");
        let mut request = late(&desk, &clerk, "a", 1).await;
        request["late_number"]["decision"] =
            json!({"number": "1/QĐ-UBND", "date": "2026-11-21", "document_id": basis["id"]});
        let first = desk.issue(&clerk, &request, 201).await;
        assert_eq!((&first["full_number"], &first["suffix"], &first["number"]), (&json!("01a/QĐ-UBND"), &json!("a"), &json!(1)));
        assert_eq!(first["issued_on"], "2026-11-21");
        assert_eq!(first["issued_at"].as_str().unwrap().get(..10), Some("2026-11-25"));
        assert_eq!(desk.issue(&clerk, &request, 200).await["id"], first["id"]);
        let second = desk.issue(&clerk, &late(&desk, &clerk, "b", 1).await, 201).await;
        assert_eq!(second["full_number"], "01b/QĐ-UBND");
        assert_eq!(desk.issue(&clerk, &desk.decision(&clerk, "3").await, 201).await["full_number"], "03/QĐ-UBND");
        let id = basis["register"]["id"].as_str().unwrap();
        let page = answer(desk.get(&clerk, &format!("registers/{id}/entries?count=exact&limit=2")).await, 200).await;
        assert_eq!(page["count"], 5);
        let next = page["next"].as_str().unwrap();
        let rest = answer(desk.get(&clerk, &format!("registers/{id}/entries?limit=9&after={next}")).await, 200).await;
        let numbers = |page: &Value| page["items"].as_array().unwrap().iter().map(|e| e["full_number"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!([numbers(&page), numbers(&rest)].concat(), ["01/QĐ-UBND", "01a/QĐ-UBND", "01b/QĐ-UBND", "02/QĐ-UBND", "03/QĐ-UBND"]);
        let line = answer(desk.get(&clerk, &format!("registers/{id}/entries/1a")).await, 200).await;
        assert_eq!(line["decision"], json!({"number": "1/QĐ-UBND", "date": "2026-11-21", "document_id": basis["id"]}));
        assert_eq!(void(&desk, &clerk, id, "1a", 1, 409).await["code"], "register.entry_issued");
        let events = desk.events(&clerk, 7).await;
        let told: Vec<&Value> = events.iter().filter(|e| e["type"] == "register.late_number_given.v1").collect();
        assert_eq!(told.len(), 2);
        let data = &told[0]["data"];
        assert_eq!((&data["full_number"], &data["document_id"], &data["decision_number"]), (&json!("01a/QĐ-UBND"), &first["id"], &json!("1/QĐ-UBND")));
        let issued = events.iter().find(|e| e["data"]["document_id"] == first["id"] && e["type"] == "document.issued.v1").unwrap();
        assert_eq!((&issued["data"]["suffix"], &issued["data"]["full_number"]), (&json!("a"), &json!("01a/QĐ-UBND")));
    }

    async fn a_late_number_needs_its_decision_its_number_and_an_open_book(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        desk.issue(&clerk, &desk.decision(&clerk, "1").await, 201).await;
        let mut without = late(&desk, &clerk, "x", 1).await;
        without["late_number"]["decision"].take();
        let refused = desk.issue(&clerk, &without, 422).await;
        assert_eq!(refused["errors"][0]["pointer"], "/late_number/decision");
        assert_eq!(refused["errors"][0]["code"], "register.late_number_without_decision");
        for (change, code) in [
            (json!({"after": 2}), "register.number_unknown"),
            (json!({"after": 0}), "register.number_unknown"),
            (json!({"after": -1}), "register.number_unknown"),
            (json!({"year": 2025}), "register.number_unknown"),
            (json!({"year": 2024}), "register.late_year"),
            (json!({"year": 2027}), "register.late_year"),
            (json!({"decision": {"number": "1/QĐ", "date": "2026-11-22"}}), "register.decision_in_future"),
            (json!({"decision": {"number": "1/QĐ", "date": "2026-11-21", "document_id": motcua_kernel::new_id()}}), "document.unknown"),
        ] {
            let mut request = late(&desk, &clerk, &format!("late-{}", change.to_string().len()), 1).await;
            for (name, value) in change.as_object().unwrap() {
                request["late_number"][name] = value.clone();
            }
            assert_eq!(desk.issue(&clerk, &request, 422).await["errors"][0]["code"], code, "{change}");
        }
        let mut other = late(&desk, &clerk, "tb", 1).await;
        other["type"] = json!("TB");
        assert_eq!(desk.issue(&clerk, &other, 422).await["errors"][0]["code"], "register.number_unknown");
        assert_eq!(desk.issue(&clerk, &late(&desk, &clerk, "good", 1).await, 201).await["full_number"], "01a/QĐ-UBND");
    }

    async fn the_document_of_a_decision_is_the_decision_of_the_agency_itself(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let own = desk.issue(&clerk, &desk.decision(&clerk, "1").await, 201).await;
        let mut request = desk.decision(&clerk, "other").await;
        (request["issuing_agency"], request["type"]) = (json!("H50.12"), json!("BC"));
        let other = desk.issue(&clerk, &request, 201).await;
        let based = async |document: &Value, number: &Value, date: &str, status: u16| {
            let mut request = late(&desk, &clerk, &format!("{number}{date}"), 1).await;
            request["late_number"]["decision"] = json!({"number": number, "date": date, "document_id": document["id"]});
            desk.issue(&clerk, &request, status).await
        };
        for (document, number, date) in [
            (&other, &other["full_number"], "2026-11-21"),
            (&own, &json!("20/QĐ-UBND"), "2026-11-21"),
            (&own, &own["full_number"], "2026-11-20"),
        ] {
            let refused = based(document, number, date, 422).await;
            let told = (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]);
            assert_eq!(told, (&json!("/late_number/decision/document_id"), &json!("register.decision_differs")), "{number} {date}");
        }
        assert_eq!(based(&own, &own["full_number"], "2026-11-21", 201).await["full_number"], "01a/QĐ-UBND");
    }

    async fn nothing_is_put_behind_a_number_that_has_no_day_yet(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        let reserved = reserve(&desk, &clerk, json!({}), 201).await;
        let refused = desk.issue(&clerk, &late(&desk, &clerk, "a", 1).await, 409).await;
        assert_eq!(refused["code"], "register.late_behind_reserved");
        desk.at("2026-11-25T03:00:00Z");
        let mut request = desk.decision(&clerk, "used").await;
        request["reservation"] = json!({"register_id": register(&reserved), "number": 1});
        desk.issue(&clerk, &request, 201).await;
        let behind = desk.issue(&clerk, &late(&desk, &clerk, "b", 1).await, 201).await;
        assert_eq!((&behind["full_number"], &behind["issued_on"]), (&json!("01a/QĐ-UBND"), &json!("2026-11-25")));
    }

    async fn last_years_open_book_takes_late_numbers(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        desk.at("2026-12-31T16:59:00Z");
        desk.issue(&clerk, &desk.decision(&clerk, "1").await, 201).await;
        desk.at("2026-12-31T17:00:00Z");
        // 1 of the new year is not there yet.
        assert_eq!(desk.issue(&clerk, &late(&desk, &clerk, "a", 1).await, 422).await["errors"][0]["code"], "register.number_unknown");
        let mut request = late(&desk, &clerk, "b", 1).await;
        request["late_number"]["year"] = json!(2026);
        let given = desk.issue(&clerk, &request, 201).await;
        assert_eq!((&given["full_number"], &given["issued_on"], &given["register"]["year"]), (&json!("01a/QĐ-UBND"), &json!("2026-12-31"), &json!(2026)));
        desk.at("2028-01-01T03:00:00Z");
        let mut request = late(&desk, &clerk, "c", 1).await;
        request["late_number"]["year"] = json!(2026);
        assert_eq!(desk.issue(&clerk, &request, 422).await["errors"][0]["code"], "register.late_year");
    }

    async fn twenty_six_letters_are_given_once_each_to_many_at_once(database) {
        let desk = Arc::new(Desk::open(database).await);
        let clerk = desk.officer("vân", "H50", Role::Clerk).await;
        // Behind a number that no document has.
        let reserved = reserve(&desk, &clerk, json!({}), 201).await;
        void(&desk, &clerk, &register(&reserved), "1", 1, 200).await;
        let mut requests = Vec::new();
        for turn in 0..28 {
            requests.push(late(&desk, &clerk, &turn.to_string(), 1).await);
        }
        let tries: Vec<_> = requests.into_iter().map(|request| {
            let (desk, clerk) = (Arc::clone(&desk), clerk.clone());
            tokio::spawn(async move {
                let response = desk.post(&clerk, "outgoing-documents", &request).send().await.unwrap();
                (response.status().as_u16(), response.json::<Value>().await.unwrap())
            })
        }).collect();
        let (mut letters, mut refused) = (BTreeSet::new(), 0);
        for one in tries {
            let (status, body) = one.await.unwrap();
            if status == 201 {
                assert!(letters.insert(body["suffix"].as_str().unwrap().to_owned()), "{body}");
            } else {
                assert_eq!((status, &body["code"]), (409, &json!("register.late_numbers_full")));
                refused += 1;
            }
        }
        assert_eq!((letters.len(), refused), (26, 2));
        let check = answer(desk.get(&clerk, &format!("registers/{}/check", register(&reserved))).await, 200).await;
        assert_eq!((&check["in_order"], &check["late"], &check["void"], &check["last_number"]), (&json!(true), &json!(26), &json!(1), &json!(1)));
    }
}
