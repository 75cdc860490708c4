//! Where a feed is cut into pages, and whether a page comes twice, changes no row.

use motcua_journal::Event;
use motcua_kernel::new_id;
use motcua_kpi::{digest, replay};
use motcua_testkit::on_both_databases;
use serde_json::json;

use super::province::{
    ARRIVED, DOCUMENT_MOVED, DONE, Dossier, MOVED, NUMBERED, News, PAUSED, RECALLED, RECEIVED, SEALED, TRANSFERRED,
    abolition_news, agency, agency_news, arrival_news, dispatch_news, document_news, issued_news, mirrored_news,
    published_news, rating_news, tell_otherwise,
};
use super::taking::{apply_page, is_of_documents, of_table, open, placed, take_page};

/// Numbers as random as a test needs them.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// A year in small: every kind of event, the objects mixed with each other, the versions of each in their order.
fn everything(numbers: &mut Numbers) -> Vec<News> {
    let [first, second] = ["H50.12", "H50.13"].map(|code| agency(code, None, "2025-07-01", None));
    let mut lives: Vec<Vec<News>> =
        vec![vec![agency_news(&first)], vec![agency_news(&second)], vec![rating_news(&first)]];
    for n in 0..12 {
        let received = Dossier::at(&first, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        let done = received.clone().finished(if n % 2 == 0 { "2026-11-05T03:00:00Z" } else { "2026-11-12T03:00:00Z" });
        let moved = |kind, version, dossier: &Dossier| {
            let mut news = dossier.news(kind, version);
            news.data["agencies"]["competent"]["responsible_id"] = json!(second.id);
            news
        };
        let sung = motcua_journal::EventKind { name: "dossier.sung.v1", subject: "dossiers" };
        let tasks = motcua_journal::EventKind { name: "task.assigned.v1", subject: "tasks" };
        lives.push(vec![
            received.news(RECEIVED, 2),
            received.news(PAUSED, 3),
            moved(MOVED, 4, &received),
            moved(TRANSFERRED, 5, &received),
            moved(sung, 6, &received),
            moved(DONE, 7, &done),
        ]);
        lives.push(vec![News { kind: tasks, subject: new_id(), version: 1, data: json!({}) }]);
        let mirrored = new_id();
        lives.push((1..4).map(|version| mirrored_news(mirrored, &first, version)).collect());
        let procedure = new_id();
        lives.push(vec![
            published_news(procedure, 1, 1),
            published_news(procedure, 2, 2),
            abolition_news(procedure, 3, true),
            abolition_news(procedure, 4, n % 2 == 0),
        ]);
        let (document, dispatch) = (new_id(), new_id());
        let mut issued = issued_news(document, &first, n + 1);
        issued.version = 3;
        let moved = json!({"version": 4, "responsible_agency_id": second.id});
        lives.push(vec![
            document_news(NUMBERED, document, &first, 1, "numbered"),
            document_news(SEALED, document, &first, 2, "sealed"),
            issued,
            dispatch_news(dispatch, document, &second, 1),
            dispatch_news(new_id(), document, &second, 1),
            News { kind: DOCUMENT_MOVED, subject: document, version: 4, data: moved },
            dispatch_news(dispatch, document, &second, 2),
            document_news(RECALLED, document, &first, 5, "recalled"),
        ]);
        let arrived = new_id();
        lives.push((1..4).map(|version| arrival_news(ARRIVED, arrived, &first, version)).collect());
    }
    let mut all = Vec::new();
    while !lives.is_empty() {
        let n = numbers.below(lives.len());
        all.push(lives[n].remove(0));
        if lives[n].is_empty() {
            lives.swap_remove(n);
        }
    }
    all
}

/// Pages of random length.
fn cut(numbers: &mut Numbers, events: &[Event], longest: usize) -> Vec<Vec<Event>> {
    let (mut rest, mut pages) = (events, Vec::new());
    while !rest.is_empty() {
        let (page, behind) = rest.split_at(rest.len().min(1 + numbers.below(longest)));
        pages.push(page.to_vec());
        rest = behind;
    }
    pages
}

on_both_databases! {
    async fn one_by_one_and_in_pages_of_any_length_the_rows_are_the_same(database) {
        let (db, tenant) = (open(database), new_id());
        let mut numbers = Numbers(766);
        let events = placed(tenant, &everything(&mut numbers));
        let (of_documents, of_procedures): (Vec<_>, Vec<_>) = events.iter().cloned().partition(is_of_documents);
        for event in &events {
            take_page(&db, vec![event.clone()]).await;
        }
        let one_by_one = digest(&db, tenant).await.unwrap();
        let kept = |table: &str| of_table(&one_by_one, table).rows;
        let tables = ["dossier_facts", "dossier_course_facts", "dossier_case_facts", "dossier_paper_facts"];
        assert_eq!(tables.map(kept), [12; 4]);
        assert_eq!(["procedure_facts", "document_facts", "incoming_document_facts"].map(kept), [12; 3]);
        assert_eq!(["mirrored_dossier_facts", "dispatch_facts", "announcement_facts"].map(kept), [12, 24, 36]);
        // Three roles moved twice for each dossier, and one for each document; two types that nobody knows.
        assert_eq!(["responsibility_moves", "rating_facts", "unknown_events"].map(kept), [12 * 6 + 12, 1, 2]);
        for longest in [2, 7, 40, events.len()] {
            replay(&db, tenant).await.unwrap();
            assert!(digest(&db, tenant).await.unwrap().iter().all(|table| table.rows == 0));
            for feed in [&of_procedures, &of_documents] {
                for page in cut(&mut numbers, feed, longest) {
                    take_page(&db, page).await;
                }
            }
            assert_eq!(digest(&db, tenant).await.unwrap(), one_by_one, "pages of up to {longest}");
        }
        // What is told again is told in vain, but for the count of what is not known, which the follower's place keeps right.
        for page in cut(&mut numbers, &events, 20) {
            take_page(&db, page).await;
        }
        let again = digest(&db, tenant).await.unwrap();
        let differ = again.iter().zip(&one_by_one).filter(|(now, before)| now != before);
        assert_eq!(differ.map(|(now, _)| now.table).collect::<Vec<_>>(), ["unknown_events"]);
    }

    async fn a_page_with_a_malformed_event_keeps_nothing_of_itself(database) {
        let (db, tenant) = (open(database), new_id());
        let commune = agency("H50.12", None, "2025-07-01", None);
        let dossier = Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        let mut events = placed(tenant, &[dossier.news(RECEIVED, 1), published_news(new_id(), 1, 1), dossier.news(PAUSED, 2)]);
        tell_otherwise(&mut events[1], |facts| {
            facts.as_object_mut().unwrap().remove("check");
        });
        let error = db.write("page", move |tx| apply_page(tx, &events)).await.unwrap_err();
        let inside = error.inside.unwrap();
        assert!(inside.contains("procedure.published.v1") && inside.contains(" at 2: missing field `check`"), "{inside}");
        assert!(digest(&db, tenant).await.unwrap().iter().all(|table| table.rows == 0));
    }
}
