use std::collections::BTreeSet;
use std::sync::Arc;

use motcua_documents::registers::{NewEntry, RegisterKind, enter, take_number};
use motcua_kernel::{Error, new_id};
use motcua_testkit::on_both_databases;
use serde_json::json;

use super::desk::{Desk, answer};

on_both_databases! {
    async fn a_document_gets_number_notation_register_file_and_event(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        let request = desk.decision(&token, "dossier-1").await;
        let response = desk.post(&token, "outgoing-documents", &request).send().await.unwrap();
        let location = response.headers()["location"].to_str().unwrap().to_owned();
        let issued = answer(response, 201).await;
        assert_eq!(location, format!("/v1/outgoing-documents/{}", issued["id"].as_str().unwrap()));
        assert_eq!((&issued["number"], &issued["notation"]), (&json!(1), &json!("QĐ-UBND")));
        assert_eq!((&issued["full_number"], &issued["issued_on"]), (&json!("01/QĐ-UBND"), &json!("2026-11-21")));
        assert_eq!((&issued["register"]["book"], &issued["register"]["year"]), (&json!("QĐ"), &json!(2026)));
        assert_eq!(issued["issuing_agency"]["code"], "H50");
        assert_eq!((&issued["file"]["id"], &issued["external_ref"]), (&request["file_id"], &json!("dossier-1")));
        assert_eq!((&issued["subject"], &issued["version"]), (&request["subject"], &json!(1)));
        let second = desk.issue(&token, &desk.decision(&token, "dossier-2").await, 201).await;
        assert_eq!(second["full_number"], "02/QĐ-UBND");
    }

    async fn the_event_tells_the_facts_and_names_nobody(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        let mut request = desk.decision(&token, "dossier-1").await;
        request["signer_name"] = json!("Trần Thị B");
        let issued = desk.issue(&token, &request, 201).await;
        let officer = desk.officer("lan", "H50", motcua_kernel::Role::Leader).await;
        let events = answer(desk.get(&officer, "events?wait=10").await, 200).await;
        let event = &events[0];
        assert_eq!((&event["type"], &event["time"].is_string()), (&json!("document.issued.v1"), &true));
        assert_eq!(event["subject"], format!("outgoing-documents/{}", issued["id"].as_str().unwrap()));
        let expected = json!({
            "document_id": issued["id"], "issuing_agency_id": desk.agencies["H50"], "issuing_agency_code": "H50",
            "type": "QĐ", "number": 1, "notation": "QĐ-UBND", "full_number": "01/QĐ-UBND",
            "register_id": issued["register"]["id"], "book": "QĐ", "year": 2026, "issued_on": "2026-11-21",
            "has_external_ref": true, "has_file": true, "occurred_at": issued["issued_at"],
        });
        assert_eq!(event["data"], expected);
        let text = event.to_string();
        assert!(!text.contains("Nguyễn") && !text.contains("Trần"), "{text}");
    }

    async fn subject_and_signer_are_sealed_at_rest(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        desk.issue(&token, &desk.decision(&token, "dossier-1").await, 201).await;
        let subject = match desk.db.backend() {
            motcua_db::Backend::Postgres(_) => "SELECT encode(subject, 'hex') AS text FROM outgoing_documents",
            motcua_db::Backend::Sqlite(_) => "SELECT lower(hex(subject)) AS text FROM outgoing_documents",
        };
        assert!(!desk.texts(subject).await.remove(0).contains(&hex::encode("Nguyễn")));
    }

    async fn eight_writers_fill_one_book_without_gap_or_double_though_some_fail(database) {
        let desk = Arc::new(Desk::open(database).await);
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let desk = Arc::clone(&desk);
                tokio::spawn(async move {
                    let mut numbers = Vec::new();
                    for turn in 0..25 {
                        let (tenant, agency, clock) = (desk.tenant, desk.agencies["H50"], desk.clock.clone());
                        let taken = desk.db.write("number", move |tx| {
                            let numbered = take_number(tx, &clock, tenant, agency, RegisterKind::Outgoing, "QĐ")?;
                            let entry = NewEntry { document: new_id(), document_type: "QĐ", notation: "QĐ-UBND" };
                            enter(tx, tenant, entry, &numbered)?;
                            match (writer + turn) % 5 {
                                1 => Err(Error::conflict("on.purpose", "", "").into()),
                                2 => panic!("on purpose"),
                                _ => Ok(numbered),
                            }
                        }).await;
                        numbers.extend(taken.ok());
                    }
                    numbers
                })
            })
            .collect();
        let mut taken = Vec::new();
        for writer in writers {
            taken.extend(writer.await.unwrap());
        }
        taken.sort_by_key(|numbered| numbered.number);
        let numbers: Vec<i64> = taken.iter().map(|numbered| numbered.number).collect();
        assert_eq!(numbers, (1..=120).collect::<Vec<_>>());
        assert!(taken.is_sorted_by_key(|numbered| numbered.at), "a later number has an earlier instant");
        assert_eq!(desk.texts("SELECT 'n' AS text FROM register_entries").await.len(), 120);
    }

    async fn eight_clients_at_once_over_http_leave_no_gap_though_some_requests_are_refused(database) {
        let desk = Arc::new(Desk::open(database).await);
        let clients: Vec<_> = (0..8)
            .map(|client| {
                let desk = Arc::clone(&desk);
                tokio::spawn(async move {
                    let token = desk.procedures();
                    let mut numbers = Vec::new();
                    for turn in 0..6 {
                        let mut request = desk.decision(&token, &format!("dossier-{client}-{turn}")).await;
                        let refused = (client + turn) % 4 == 0;
                        if refused {
                            request["file_id"] = json!(new_id());
                        }
                        let issued = desk.issue(&token, &request, if refused { 422 } else { 201 }).await;
                        numbers.extend(issued["number"].as_i64());
                    }
                    numbers
                })
            })
            .collect();
        let mut numbers = Vec::new();
        for client in clients {
            numbers.extend(client.await.unwrap());
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=36).collect::<Vec<_>>());
    }

    async fn numbers_begin_anew_at_midnight_in_vietnam_on_new_years_day(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        let mut full = Vec::new();
        for (turn, at) in ["2026-12-31T16:59:50Z", "2026-12-31T16:59:55Z", "2026-12-31T17:00:00Z", "2027-01-01T02:00:00Z"]
            .into_iter()
            .enumerate()
        {
            desk.clock.set_business(at.parse().unwrap());
            let issued = desk.issue(&token, &desk.decision(&token, &format!("dossier-{turn}")).await, 201).await;
            full.push(format!("{} {}", issued["full_number"].as_str().unwrap(), issued["issued_on"].as_str().unwrap()));
        }
        let expected =
            ["01/QĐ-UBND 2026-12-31", "02/QĐ-UBND 2026-12-31", "01/QĐ-UBND 2027-01-01", "02/QĐ-UBND 2027-01-01"];
        assert_eq!(full, expected);
    }

    async fn every_type_and_agency_counts_for_itself_until_the_agency_decides_otherwise(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        let mut seen = BTreeSet::new();
        for (turn, (agency, kind)) in [("H50", "QĐ"), ("H50", "TB"), ("H50.12", "QĐ")].into_iter().enumerate() {
            let mut request = desk.decision(&token, &format!("dossier-{turn}")).await;
            (request["issuing_agency"], request["type"]) = (json!(agency), json!(kind));
            seen.insert(desk.issue(&token, &request, 201).await["full_number"].as_str().unwrap().to_owned());
        }
        assert_eq!(seen, ["01/QĐ-UBND", "01/TB-UBND", "01/QĐ-SXD"].map(str::to_owned).into());
        let head = desk.officer("lan", "H50", motcua_kernel::Role::Leader).await;
        let path = format!("agencies/{}/register-books/outgoing/VB", desk.agencies["H50"]);
        let assign = async |year: i32, status: u16| {
            let body = json!({"document_types": ["QĐ", "TB"], "from_year": year, "decision": "9/QĐ-UBND"});
            answer(desk.change(&head, reqwest::Method::PUT, &path, 0, &body).await, status).await
        };
        assert_eq!(assign(2026, 409).await["code"], "register.year_begun");
        assign(2027, 200).await;
        let mut shared = Vec::new();
        for (turn, kind) in ["QĐ", "TB", "CT", "QĐ"].into_iter().enumerate() {
            desk.clock.set_business("2027-03-01T03:00:00Z".parse().unwrap());
            let mut request = desk.decision(&token, &format!("next-{turn}")).await;
            request["type"] = json!(kind);
            shared.push(desk.issue(&token, &request, 201).await["full_number"].as_str().unwrap().to_owned());
        }
        assert_eq!(shared, ["01/QĐ-UBND", "02/TB-UBND", "01/CT-UBND", "03/QĐ-UBND"]);
    }

    async fn a_given_symbol_stands_in_the_notation_and_the_book_goes_on_counting(database) {
        let desk = Desk::open(database).await;
        let token = desk.procedures();
        desk.issue(&token, &desk.decision(&token, "dossier-1").await, 201).await;
        let mut request = desk.decision(&token, "dossier-2").await;
        request["symbol"] = json!("UBND-VX");
        assert_eq!(desk.issue(&token, &request, 201).await["full_number"], "02/QĐ-UBND-VX");
    }
}
