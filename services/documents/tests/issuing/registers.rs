use motcua_documents::registers;
use motcua_kernel::{ActorKind, Role};
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::{Desk, answer};

async fn issue_some(desk: &Desk) {
    let token = desk.procedures();
    for (turn, (agency, kind)) in
        [("H50", "QĐ"), ("H50", "QĐ"), ("H50", "TB"), ("H50.12", "QĐ"), ("H50.12", "QĐ"), ("H50.12", "QĐ")]
            .into_iter()
            .enumerate()
    {
        let mut request = desk.decision(&token, &turn.to_string()).await;
        (request["issuing_agency"], request["type"]) = (json!(agency), json!(kind));
        desk.issue(&token, &request, 201).await;
    }
}

fn shown(page: &Value) -> Vec<String> {
    let line =
        |item: &Value| format!("{} {} {} {}", item["agency"]["code"], item["book"], item["year"], item["last_number"]);
    let mut lines: Vec<String> = page["items"].as_array().unwrap().iter().map(line).collect();
    lines.sort();
    lines
}

on_both_databases! {
    async fn registers_are_listed_with_their_last_number_for_whom_they_concern(database) {
        let desk = Desk::open(database).await;
        issue_some(&desk).await;
        let province = desk.officer("lan", "H50", Role::Leader).await;
        let department = desk.officer("hà", "H50.12", Role::Clerk).await;
        let all = ["\"H50\" \"QĐ\" 2026 2", "\"H50\" \"TB\" 2026 1", "\"H50.12\" \"QĐ\" 2026 3"];
        let page = answer(desk.get(&province, "registers?count=exact").await, 200).await;
        assert_eq!((shown(&page).as_slice(), &page["count"]), (&all.map(str::to_owned)[..], &json!(3)));
        assert_eq!(shown(&answer(desk.get(&department, "registers").await, 200).await), all[2..]);
        for (query, expected) in [
            ("?agency=H50", &all[..2]),
            ("?agency=under:H50&book=QĐ", &["\"H50\" \"QĐ\" 2026 2", "\"H50.12\" \"QĐ\" 2026 3"][..]),
            ("?kind=incoming", &[]),
            ("?kind=outgoing&year=2026&book=TB", &all[1..2]),
            ("?year=2025", &[]),
        ] {
            assert_eq!(shown(&answer(desk.get(&province, &format!("registers{query}")).await, 200).await), expected, "{query}");
        }
        assert_eq!(answer(desk.get(&province, "registers?kind=sent").await, 400).await["code"], "filter.invalid");
        let client = desk.token(ActorKind::Service, "x", &["documents:documents:read"]);
        assert_eq!(answer(desk.get(&client, "registers").await, 403).await["scope"], "documents:registers:read");
    }

    async fn a_register_shows_its_entries_in_the_order_of_numbers(database) {
        let desk = Desk::open(database).await;
        issue_some(&desk).await;
        let province = desk.officer("lan", "H50", Role::Leader).await;
        let page = answer(desk.get(&province, "registers?agency=H50.12").await, 200).await;
        let register = page["items"][0]["id"].as_str().unwrap().to_owned();
        let first = answer(desk.get(&province, &format!("registers/{register}/entries?limit=2&count=exact")).await, 200).await;
        let next = first["next"].as_str().unwrap();
        let second = answer(desk.get(&province, &format!("registers/{register}/entries?limit=2&after={next}")).await, 200).await;
        let numbers = |page: &Value| page["items"].as_array().unwrap().iter().map(|e| e["full_number"].clone()).collect::<Vec<_>>();
        assert_eq!([numbers(&first), numbers(&second)].concat(), ["01/QĐ-SXD", "02/QĐ-SXD", "03/QĐ-SXD"]);
        assert_eq!((&first["count"], &second["next"]), (&json!(3), &Value::Null));
        assert_eq!(first["items"][0]["registered_on"], "2026-11-21");
        let document = first["items"][0]["document_id"].as_str().unwrap();
        assert_eq!(desk.get(&province, &format!("outgoing-documents/{document}")).await.status(), 200);
        let foreign = desk.officer("tú", "H50.13", Role::Leader).await;
        assert_eq!(desk.get(&foreign, &format!("registers/{register}/entries")).await.status(), 404);
    }

    async fn registers_follow_the_agency_responsible(database) {
        let desk = Desk::open(database).await;
        issue_some(&desk).await;
        let successor = desk.officer("tú", "H50.13", Role::Leader).await;
        assert_eq!(shown(&answer(desk.get(&successor, "registers").await, 200).await), Vec::<String>::new());
        let (tenant, from, to) = (desk.tenant, desk.agencies["H50.12"], desk.agencies["H50.13"]);
        assert_eq!(desk.db.write("move", move |tx| registers::move_rows(tx, tenant, from, to)).await.unwrap(), 1);
        let page = answer(desk.get(&successor, "registers").await, 200).await;
        assert_eq!(shown(&page), ["\"H50.12\" \"QĐ\" 2026 3"]);
        assert_eq!(page["items"][0]["responsible_agency"]["code"], "H50.13");
    }
}
