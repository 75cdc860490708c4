//! As it was, as it is, as of a day: who was responsible when.

use motcua_kernel::new_id;
use motcua_testkit::on_both_databases;
use serde_json::json;

use super::province::{
    ARRIVED, DOCUMENT_MOVED, Dossier, MOVED, News, RECEIVED, TRANSFERRED, agency, arrival_news, issued_news,
    tell_otherwise,
};
use super::taking::{open, placed, rows, take_page};

on_both_databases! {
    async fn each_move_is_kept_with_its_day_beside_who_it_was_written_with_and_who_has_it_now(database) {
        let (db, tenant) = (open(database), new_id());
        let [first, second, third] = ["H50.12", "H50.13", "H50.14"].map(|code| agency(code, None, "2025-07-01", None));
        let dossier = Dossier::at(&first, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        let moved = |kind, version, to: &motcua_agencies::AgencyRecord| {
            let mut news = dossier.news(kind, version);
            news.data["agencies"]["competent"]["responsible_id"] = json!(to.id);
            news
        };
        let mut events = placed(tenant, &[
            dossier.news(RECEIVED, 2),
            moved(MOVED, 3, &second),
            moved(TRANSFERRED, 4, &third),
            // Back with the agency it was written with.
            moved(TRANSFERRED, 5, &first),
        ]);
        for (event, on) in events.iter_mut().zip(["2026-11-02", "2026-11-10", "2026-11-20", "2026-11-25"]) {
            tell_otherwise(event, |facts| facts["occurred_at"] = json!(format!("{on}T00:00:00Z")));
        }
        take_page(&db, events.clone()).await;
        let competent = format!("role = 'competent' AND subject_id = '{}'", dossier.id);
        assert_eq!(rows(&db, "responsibility_moves", &competent).await, 3);
        for (day, agency) in [("2026-11-15", &second), ("2026-11-22", &third), ("2026-11-30", &first)] {
            let then = format!(
                "{competent} AND agency_id = '{}' AND since_at = \
                 (SELECT MAX(since_at) FROM responsibility_moves WHERE {competent} AND since_at <= '{day}T00:00:00.000000Z')",
                agency.id,
            );
            assert_eq!(rows(&db, "responsibility_moves", &then).await, 1, "{day}");
        }
        let both = format!(
            "competent_written_agency_id = '{0}' AND competent_agency_id = '{0}' AND competent_written_code = 'H50.12'",
            first.id,
        );
        assert_eq!(rows(&db, "dossier_facts", &both).await, 1);
        // Told again, in another order, nothing changes: neither the moves nor who has it now.
        events.reverse();
        take_page(&db, events).await;
        assert_eq!(rows(&db, "responsibility_moves", "role IS NOT NULL").await, 9);
        assert_eq!(rows(&db, "dossier_facts", &both).await, 1);
    }

    async fn documents_keep_who_wrote_them_and_follow_who_goes_on(database) {
        let (db, tenant) = (open(database), new_id());
        let (closed, next) = (agency("H50.12", None, "2025-07-01", None), agency("H50.13", None, "2025-07-01", None));
        let (sent, arrived) = (new_id(), new_id());
        let moved = json!({
            "document_id": sent, "version": 2, "previous_agency_id": closed.id, "responsible_agency_id": next.id,
        });
        let came = arrival_news(ARRIVED, arrived, &closed, 1);
        let mut gone = came.clone();
        gone.kind.name = "incoming_document.responsibility_moved.v1";
        (gone.version, gone.data["version"]) = (2, json!(2));
        gone.data["responsible_agency_id"] = json!(next.id);
        let news = [
            issued_news(sent, &closed, 15),
            News { kind: DOCUMENT_MOVED, subject: sent, version: 2, data: moved },
            came,
            gone,
        ];
        take_page(&db, placed(tenant, &news)).await;
        let outgoing = format!("issuing_agency_id = '{}' AND responsible_agency_id = '{}' AND version = 2", closed.id, next.id);
        assert_eq!(rows(&db, "document_facts", &outgoing).await, 1);
        let incoming = format!("receiving_agency_id = '{}' AND responsible_agency_id = '{}'", closed.id, next.id);
        assert_eq!(rows(&db, "incoming_document_facts", &incoming).await, 1);
        for kind in ["document", "incoming_document"] {
            let kept = format!("subject_kind = '{kind}' AND agency_id = '{}' AND version = 2", next.id);
            assert_eq!(rows(&db, "responsibility_moves", &kept).await, 1, "{kind}");
        }
    }
}
