use motcua_documents::search;
use motcua_kernel::{ActorKind, Role};
use motcua_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use super::desk::{Desk, OFFICER, answer};

const LAND: &str = "Thu hồi đất để xây dựng đường tránh Quảng Trị";
const HOUSE: &str = "Cấp giấy phép xây dựng cho bà Trần Thị Đào";

/// Issues a document with this subject for an agency.
async fn issue(desk: &Desk, agency: &str, kind: &str, subject: &str) -> Value {
    let token = desk.procedures();
    let mut request = desk.decision(&token, &format!("{agency} {kind} {subject}")).await;
    (request["issuing_agency"], request["type"], request["subject"]) = (json!(agency), json!(kind), json!(subject));
    desk.issue(&token, &request, 201).await
}

/// The page that a search ends in.
async fn page(desk: &Desk, token: &str, asked: &Value) -> Value {
    answer(desk.post(token, "documents/search", asked).send().await.unwrap(), 200).await
}

/// The numbers that a search finds, in their order.
async fn found(desk: &Desk, token: &str, asked: &Value) -> Vec<String> {
    let page = page(desk, token, asked).await;
    page["items"].as_array().unwrap().iter().map(|hit| hit["full_number"].as_str().unwrap().to_owned()).collect()
}

/// SQLite has no figures of a table to plan by; it is given some, or it reads all that an agency has for a page of hits.
#[tokio::test(flavor = "multi_thread")]
async fn sqlite_looks_for_ids_and_not_through_all_that_an_agency_has() {
    let desk = Desk::open(&TestDatabase::sqlite()).await;
    let ids = ["'a'"; 21].join(", ");
    let query = format!(
        "SELECT * FROM outgoing_documents WHERE tenant_id = 't' AND id IN ({ids}) AND responsible_agency_id IN \
         (SELECT descendant_id FROM agency_tree WHERE tenant_id = 't' AND ancestor_id IN ('a'))"
    );
    let plan = desk.plan(&query).await.join("\n");
    assert!(plan.contains("sqlite_autoindex_outgoing_documents_1 (tenant_id=? AND id=?)"), "{plan}");
}

/// Enters so many documents into the index, as of an agency and of 30 November 2026, that nobody may see.
async fn hide(desk: &Desk, count: i64) {
    let of = format!("'{}'", desk.tenant);
    let agency = desk.agencies["H50"];
    let places = desk.texts("SELECT CAST(MAX(place) AS TEXT) AS text FROM search_entries").await;
    // The day before the newest document's.
    let first = ((places[0].parse::<i64>().unwrap() >> 40) - 1) << 40;
    for thousand in 0..count / 1_000 {
        let places = thousand * 1_000..(thousand + 1) * 1_000;
        let entries: Vec<String> = places
            .clone()
            .map(|n| {
                format!(
                    "({of}, {}, 'outgoing', '{}', 'QĐ', '2026-11-30', '{agency}')",
                    first + n,
                    motcua_kernel::new_id()
                )
            })
            .collect();
        let readers: Vec<String> = places.map(|n| format!("({of}, {}, '{agency}')", first + n)).collect();
        desk.run(&format!("INSERT INTO search_entries VALUES {}", entries.join(", "))).await;
        desk.run(&format!("INSERT INTO search_readers VALUES {}", readers.join(", "))).await;
    }
}

async fn refused(desk: &Desk, token: &str, asked: &Value, code: &str) {
    let refusal = answer(desk.post(token, "documents/search", asked).send().await.unwrap(), 422).await;
    let codes: Vec<&str> = refusal["errors"].as_array().unwrap().iter().map(|e| e["code"].as_str().unwrap()).collect();
    assert_eq!(codes, [code], "{refusal}");
}

on_both_databases! {
    async fn what_was_issued_is_found_at_once_however_it_is_written(database) {
        let desk = Desk::open(database).await;
        issue(&desk, "H50", "QĐ", LAND).await;
        issue(&desk, "H50", "TB", HOUSE).await;
        let officer = desk.officer("lan", "H50", Role::Leader).await;
        for written in [
            "thu hoi dat", "THU HỒI ĐẤT", "thu hồi \u{d0}ất", "thu ho\u{302}\u{300}i", "\"thu hồi đất\"", "đường \"quang tri\"",
            "01/QĐ-UBND", "01/qd-ubnd", "QD thu", "Q\u{d0} thu hồi", "quyet dinh thu", "“dat de” xay",
        ] {
            assert_eq!(found(&desk, &officer, &json!({"q": written})).await, ["01/QĐ-UBND"], "{written}");
        }
        assert_eq!(found(&desk, &officer, &json!({"q": "xây dựng"})).await.len(), 2);
        assert_eq!(found(&desk, &officer, &json!({"q": "dao tran"})).await, ["01/TB-UBND"]);
        for nothing in ["thu giấy", "\"đất hồi\"", "01/TB-QĐ", "hồ", "thuhoi"] {
            assert!(found(&desk, &officer, &json!({"q": nothing})).await.is_empty(), "{nothing}");
        }
    }

    async fn hits_are_narrowed_by_type_day_and_agency(database) {
        let desk = Desk::open(database).await;
        issue(&desk, "H50", "QĐ", LAND).await;
        issue(&desk, "H50.12", "TB", HOUSE).await;
        desk.clock.set_business("2026-12-01T03:00:00Z".parse().unwrap());
        issue(&desk, "H50.12", "QĐ", HOUSE).await;
        let officer = desk.officer("lan", "H50", Role::Clerk).await;
        let all = ["01/QĐ-SXD", "01/TB-SXD", "01/QĐ-UBND"];
        let mut newest_first = found(&desk, &officer, &json!({})).await;
        assert_eq!(newest_first[0], all[0]);
        newest_first.sort();
        let mut sorted = all.to_vec();
        sorted.sort_unstable();
        assert_eq!(newest_first, sorted);
        for (asked, expected) in [
            (json!({"types": ["TB"]}), vec!["01/TB-SXD"]),
            (json!({"from": "2026-12-01"}), vec!["01/QĐ-SXD"]),
            (json!({"to": "2026-11-30", "q": "giấy phép"}), vec!["01/TB-SXD"]),
            (json!({"from": "2026-11-21", "to": "2026-11-21", "types": ["QĐ"]}), vec!["01/QĐ-UBND"]),
            (json!({"agency": "H50"}), vec!["01/QĐ-UBND"]),
            (json!({"agency": "H50.12", "types": ["QĐ", "TB"]}), vec!["01/QĐ-SXD", "01/TB-SXD"]),
            (json!({"agency": "under:H50", "q": "tránh"}), vec!["01/QĐ-UBND"]),
            (json!({"agency": "H50.13"}), vec![]),
            (json!({"kinds": ["outgoing"], "q": "tránh"}), vec!["01/QĐ-UBND"]),
            (json!({"types": []}), vec![]),
        ] {
            assert_eq!(found(&desk, &officer, &asked).await, expected, "{asked}");
        }
    }

    async fn nobody_finds_what_they_may_not_read(database) {
        let desk = Desk::open(database).await;
        for agency in ["H50", "H50.12", "H50.13"] {
            issue(&desk, agency, "QĐ", LAND).await;
        }
        let asked = json!({"q": "dat"});
        for (agency, expected) in [
            ("H50", vec!["01/QĐ-STC", "01/QĐ-SXD", "01/QĐ-UBND"]),
            ("H50.12", vec!["01/QĐ-SXD"]),
            ("H50.13", vec!["01/QĐ-STC"]),
        ] {
            let officer = desk.officer(agency, agency, Role::Processor).await;
            let mut hits = found(&desk, &officer, &asked).await;
            hits.sort();
            assert_eq!(hits, expected);
        }
        let citizen = desk.token(ActorKind::Citizen, "someone", OFFICER);
        assert!(found(&desk, &citizen, &asked).await.is_empty());
        let service = desk.token(ActorKind::Service, "kpi", &["documents:documents:read"]);
        assert_eq!(found(&desk, &service, &asked).await.len(), 3);
        let without = desk.token(ActorKind::Service, "kpi", &["documents:events:read"]);
        answer(desk.post(&without, "documents/search", &asked).send().await.unwrap(), 403).await;
    }

    async fn no_page_tells_of_what_is_hidden_however_much_it_is(database) {
        let desk = Desk::open(database).await;
        issue(&desk, "H50", "QĐ", LAND).await;
        let day = |text: &str| text.parse().unwrap();
        desk.clock.set_business(day("2026-12-01T03:00:00Z"));
        issue(&desk, "H50", "QĐ", HOUSE).await;
        let officer = desk.officer("lan", "H50", Role::Processor).await;
        let one = json!({"limit": 1});
        let before = page(&desk, &officer, &one).await;
        hide(&desk, 6_000).await;
        // Newer, hidden, older: the first page says where its own hit stands, and the next one goes over all that is hidden.
        assert_eq!(page(&desk, &officer, &one).await, before);
        let last = page(&desk, &officer, &json!({"limit": 1, "after": before["next"]})).await;
        assert_eq!((&last["items"][0]["full_number"], &last["next"]), (&json!("01/QĐ-UBND"), &Value::Null));
        let older = json!({"to": "2026-11-30", "limit": 5});
        let reached = page(&desk, &officer, &older).await;
        assert_eq!((reached["items"].as_array().unwrap().len(), &reached["next"]), (1, &Value::Null));
        for nobody in [
            desk.token(ActorKind::Citizen, "someone", OFFICER),
            desk.officer("nam", "H50.13", Role::Processor).await,
        ] {
            let nothing = page(&desk, &nobody, &json!({"limit": 5})).await;
            assert_eq!((&nothing["items"], &nothing["next"]), (&json!([]), &Value::Null));
        }
    }

    async fn pages_follow_each_other_and_end(database) {
        let desk = Desk::open(database).await;
        for number in 0..7 {
            let agency = if number % 3 == 0 { "H50.13" } else { "H50.12" };
            issue(&desk, agency, "QĐ", &format!("Việc thứ {number}")).await;
        }
        let officer = desk.officer("hà", "H50.12", Role::Leader).await;
        let mut seen = Vec::new();
        let mut after = Value::Null;
        loop {
            let page = page(&desk, &officer, &json!({"q": "việc", "limit": 2, "after": after})).await;
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 2);
            seen.extend(items.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()));
            after = page["next"].clone();
            if after.is_null() {
                break;
            }
        }
        let whole = page(&desk, &officer, &json!({"q": "việc"})).await;
        let whole: Vec<&str> = whole["items"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap()).collect();
        assert_eq!(seen, whole);
        assert_eq!(seen.len(), 4);
        let first = page(&desk, &officer, &json!({"q": "việc", "limit": 1})).await;
        let other = json!({"q": "khác", "limit": 1, "after": first["next"]});
        let refusal = answer(desk.post(&officer, "documents/search", &other).send().await.unwrap(), 400).await;
        assert_eq!(refusal["code"], "cursor.invalid");
    }

    async fn a_succession_takes_what_is_found_along(database) {
        let desk = Desk::open(database).await;
        issue(&desk, "H50.13", "QĐ", LAND).await;
        let officer = desk.officer("hà", "H50.12", Role::Leader).await;
        assert!(found(&desk, &officer, &json!({"q": "đất"})).await.is_empty());
        let (tenant, from, to) = (desk.tenant, desk.agencies["H50.13"], desk.agencies["H50.12"]);
        // What the followers of successions do to each table.
        desk.run("UPDATE outgoing_documents SET responsible_agency_id = \
                  (SELECT agency_id FROM agency_codes WHERE code = 'H50.12')").await;
        let moved = desk.db.write("move", move |tx| search::move_rows(tx, tenant, from, to)).await.unwrap();
        assert_eq!(moved, 1);
        assert_eq!(found(&desk, &officer, &json!({"q": "đất"})).await, ["01/QĐ-STC"]);
        assert_eq!(found(&desk, &officer, &json!({"agency": "H50.12"})).await, ["01/QĐ-STC"]);
    }

    async fn searches_that_ask_for_nothing_are_refused(database) {
        let desk = Desk::open(database).await;
        let officer = desk.officer("lan", "H50", Role::Leader).await;
        for (asked, code) in [
            (json!({"q": " -/ "}), "search.no_words"),
            (json!({"q": "đ".repeat(201)}), "search.too_long"),
            (json!({"limit": 0}), "limit.invalid"),
            (json!({"limit": 201}), "limit.invalid"),
            (json!({"from": "2026-02-01", "to": "2026-01-31"}), "period.reversed"),
        ] {
            refused(&desk, &officer, &asked, code).await;
        }
        let kinds = json!({"kinds": ["letters"]});
        let refusal = answer(desk.post(&officer, "documents/search", &kinds).send().await.unwrap(), 400).await;
        assert_eq!(refusal["code"], "filter.invalid");
    }

    async fn a_search_leaves_its_hits_in_the_read_audit_and_not_itself(database) {
        let desk = Desk::open(database).await;
        let document = issue(&desk, "H50", "QĐ", HOUSE).await;
        let officer = desk.officer("lan", "H50", Role::Leader).await;
        assert_eq!(found(&desk, &officer, &json!({"q": "trần thị đào"})).await.len(), 1);
        let audit = desk.texts("SELECT CAST(subjects AS TEXT) AS text FROM read_audit WHERE operation = 'search_documents'").await;
        assert_eq!(audit.len(), 1);
        assert!(audit[0].contains(document["id"].as_str().unwrap()), "{audit:?}");
    }
}
