//! Every theme of facts carries what its events say.

use motcua_kernel::new_id;
use motcua_testkit::on_both_databases;
use serde_json::json;

use super::province::{
    ARRIVED, DONE, Dossier, NUMBERED, RECALLED, RECEIVED, SEALED, abolition_news, agency, arrival_news, dispatch_news,
    document_news, issued_news, mirrored_news, published_news, rating_news,
};
use super::taking::{apply_page, open, placed, rows, take_page};

on_both_databases! {
    async fn a_dossier_has_a_row_in_each_of_four_tables_that_say_what_its_event_says(database) {
        let (db, tenant) = (open(database), new_id());
        let commune = agency("H50.12", None, "2025-07-01", None);
        let done = Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z").finished("2026-11-12T03:00:00Z");
        let mut news = done.news(DONE, 5);
        news.data["waits"] = json!([
            {"kind": "supplement", "started_at": "2026-11-03T00:00:00Z", "ended_at": "2026-11-04T00:00:00Z"},
            {"kind": "posting", "started_at": "2026-11-05T00:00:00Z", "ended_at": "2026-11-07T12:00:00Z",
                "due_before": "2026-11-10T10:00:00Z"},
        ]);
        news.data["due_at"] = json!("2026-11-12T05:00:00Z");
        news.data["supplements_requested"] = json!(2);
        news.data["fees"] = json!({
            "items": [
                {"kind": "fee", "amount": 70_000, "paid": 70_000, "paid_by": "gateway"},
                {"kind": "charge", "amount": 30_000, "paid": 30_000, "paid_by": "counter"},
            ],
            "all_zero": false, "paid_by": "several",
        });
        take_page(&db, placed(tenant, &[done.news(RECEIVED, 2), news])).await;
        let expected = [
            ("dossier_facts", "version = 5 AND national_state = 9 AND result_number = '15/QĐ-UBND'"),
            ("dossier_course_facts", "term_count = 5 AND term_unit = 'working_day' AND was_received AND closed_as = 'done'"),
            ("dossier_course_facts", "waits = 2 AND supplement_waits = 1 AND supplements_requested = 2"),
            ("dossier_course_facts", "waited_seconds = 302400 AND supplement_seconds = 86400"),
            // On time by the instant that moved; by the first one only with every wait taken off.
            ("dossier_course_facts", "verdict = 'on_time' AND less_waits_verdict = 'on_time'"),
            ("dossier_course_facts", "less_supplements_verdict = 'late' AND NOT closed_early AND NOT closed_late"),
            ("dossier_course_facts", "late_after_at IS NULL AND open_wait_kind IS NULL AND extensions = 0"),
            ("dossier_case_facts", "levels = 'commune' AND returns_paper AND issuing_written_code = 'H50.12'"),
            ("dossier_case_facts", "vneid_verified AND NOT is_linked_step AND NOT represented AND supporting_agency_id IS NULL"),
            ("dossier_paper_facts", "fee_items = 2 AND fee_amount = 100000 AND fee_paid = 100000 AND paid_by = 'several'"),
            ("dossier_paper_facts", "paid_online AND NOT fees_all_zero AND has_result AND result_has_file"),
            ("dossier_paper_facts", "components = 2 AND components_with_file = 1 AND components_digitised = 1"),
            ("dossier_paper_facts", "components_reused = 1 AND components_from_personal_store = 1 AND components_replaced = 1"),
            ("dossier_paper_facts", "result_code = 'KQ.G15.000001' AND result_revoked_at IS NULL"),
        ];
        for (table, condition) in expected {
            assert_eq!(rows(&db, table, condition).await, 1, "{table}: {condition}");
        }
    }

    async fn an_open_dossier_says_until_when_it_is_on_time_and_for_what_it_waits(database) {
        let (db, tenant) = (open(database), new_id());
        let commune = agency("H50.12", None, "2025-07-01", None);
        let running = Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        let waiting = Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        let mut asked = waiting.news(RECEIVED, 3);
        asked.data["due_at"] = json!(null);
        asked.data["waits"] = json!([{"kind": "supplement", "started_at": "2026-11-03T00:00:00Z", "ended_at": null}]);
        take_page(&db, placed(tenant, &[running.news(RECEIVED, 2), asked])).await;
        let runs = "verdict = 'running' AND late_after_at IS NOT NULL AND open_wait_kind IS NULL";
        assert_eq!(rows(&db, "dossier_course_facts", runs).await, 1);
        let waits = "verdict = 'on_time' AND late_after_at IS NULL AND open_wait_kind = 'supplement' AND waited_seconds = 0";
        assert_eq!(rows(&db, "dossier_course_facts", waits).await, 1);
    }

    async fn a_procedure_is_its_newest_version_and_each_announcement_is_kept(database) {
        let (db, tenant) = (open(database), new_id());
        let procedure = new_id();
        take_page(&db, placed(tenant, &[published_news(procedure, 1, 1)])).await;
        take_page(&db, placed(tenant, &[published_news(procedure, 2, 2), abolition_news(procedure, 3, true)])).await;
        let newest = "version = 3 AND number = 2 AND NOT parts_complete AND abolished_from = '2026-12-31' AND has_fee \
                      AND service_level = 'partial' AND says_why_partial AND audience = 'citizen' \
                      AND connected_databases = 'population' AND decided_on = '2026-06-18'";
        assert_eq!(rows(&db, "procedure_facts", newest).await, 1);
        for (number, kind) in [(1, "new"), (2, "amended"), (0, "abolished")] {
            let kept = format!("number = {number} AND kind = '{kind}' AND NOT withdrawn AND decided_on IS NOT NULL");
            assert_eq!(rows(&db, "announcement_facts", &kept).await, 1, "{kind}");
        }
        // Withdrawn before its day: it was never announced after all.
        take_page(&db, placed(tenant, &[abolition_news(procedure, 4, false)])).await;
        assert_eq!(rows(&db, "announcement_facts", "number = 0 AND withdrawn").await, 1);
        assert_eq!(rows(&db, "procedure_facts", "version = 4 AND abolished_from IS NULL").await, 1);
    }

    async fn ratings_and_dossiers_of_other_systems_are_kept_as_they_are_told(database) {
        let (db, tenant) = (open(database), new_id());
        let commune = agency("H50.12", None, "2025-07-01", None);
        let mirrored = new_id();
        let news = [rating_news(&commune), mirrored_news(mirrored, &commune, 1), mirrored_news(mirrored, &commune, 2)];
        take_page(&db, placed(tenant, &news)).await;
        let rated = "month_on = '2026-10-01' AND lowest = 0 AND attitude = 2 AND time_limit = 0 AND total IS NULL";
        assert_eq!(rows(&db, "rating_facts", rated).await, 1);
        assert_eq!(rows(&db, "mirrored_dossier_facts", "version = 2 AND channel = 'online' AND source = 'mot'").await, 1);
        let mut thirteenth = rating_news(&commune);
        thirteenth.data["month"] = json!("2026-13");
        let thirteenth = thirteenth.event(tenant);
        let error = db.write("apply", move |tx| apply_page(tx, std::slice::from_ref(&thirteenth))).await;
        assert!(error.unwrap_err().inside.unwrap().contains("month"));
    }

    async fn a_document_goes_from_its_number_to_its_issue_and_on_and_counts_who_received_it(database) {
        let (db, tenant) = (open(database), new_id());
        let commune = agency("H50.12", None, "2025-07-01", None);
        let (document, dispatches) = (new_id(), [new_id(), new_id()]);
        let mut issued = issued_news(document, &commune, 7);
        issued.version = 3;
        issued.data["draft_id"] = json!(new_id());
        issued.data["late"] = json!(true);
        let first = [document_news(NUMBERED, document, &commune, 1, "numbered"), document_news(SEALED, document, &commune, 2, "sealed")];
        take_page(&db, placed(tenant, &first)).await;
        assert_eq!(rows(&db, "document_facts", "state = 'sealed' AND signed_here AND NOT has_file AND issued_late").await, 1);
        let then = [
            issued,
            dispatch_news(dispatches[0], document, &commune, 1),
            dispatch_news(dispatches[1], document, &commune, 1),
            dispatch_news(dispatches[0], document, &commune, 2),
        ];
        take_page(&db, placed(tenant, &then)).await;
        let stands = "version = 3 AND state = 'issued' AND signed_here AND drafted_here AND has_file AND issued_late \
                      AND dispatches = 2 AND signer_capacity = 'head'";
        assert_eq!(rows(&db, "document_facts", stands).await, 1);
        assert_eq!(rows(&db, "dispatch_facts", "state = 'registered' AND version = 2").await, 1);
        take_page(&db, placed(tenant, &[document_news(RECALLED, document, &commune, 4, "recalled")])).await;
        assert_eq!(rows(&db, "document_facts", "state = 'recalled' AND has_file AND dispatches = 2 AND issued_late").await, 1);
    }

    async fn an_incoming_document_says_how_it_came_and_by_when_it_is_due(database) {
        let (db, tenant) = (open(database), new_id());
        let commune = agency("H50.12", None, "2025-07-01", None);
        take_page(&db, placed(tenant, &[arrival_news(ARRIVED, new_id(), &commune, 1)])).await;
        let came = "channel = 'email' AND signature = 'valid' AND NOT on_paper_too AND urgency = 'urgent' \
                    AND register_due_at IS NOT NULL AND registered_at IS NULL AND receiving_agency_code = 'H50.12'";
        assert_eq!(rows(&db, "incoming_document_facts", came).await, 1);
    }
}
