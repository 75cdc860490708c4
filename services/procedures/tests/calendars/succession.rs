//! What becomes of a term when another agency goes on with the work.

use motcua_journal::Stamp;
use motcua_kernel::Uuid;
use motcua_procedures::dossiers::move_dossiers;
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::changing::ask;
use crate::office::{agency_id, due, events, received, through};
use crate::support::Province;

fn worked(day: &str) -> Value {
    json!({"date": day, "kind": "working", "reason_vi": "Làm bù", "reason_en": "Made up", "source": "Công điện 15"})
}

on_both_databases! {
    async fn a_succession_leaves_a_term_to_the_calendar_by_which_it_was_received(database) {
        let province = Province::start(database).await;
        let (id, other) = (received(&province, "H1.2", "C2").await, received(&province, "H1.1", "C1").await);
        let (from, to) = (agency_id(&province, &id).await, agency_id(&province, &other).await);
        let admin = province.officer("C2", "administrator");
        for day in ["2026-11-21", "2026-11-28"] {
            let set = admin.post(&format!("/v1/agencies/{from}/calendar-exceptions"), &worked(day)).await.ok();
            through(&admin, &set["set_by"]["change_id"]).await;
        }
        assert_eq!(due(&province, &id).await.0, "2026-11-21T10:00:00Z");
        province.officer("C2", "processor").step(&id, &json!({"action": "process"})).await.ok();
        let extend = json!({
            "action": "extend", "reason": "Mưa bão", "legal_basis": "Nghị định 118/2025/NĐ-CP, Điều 17",
            "due_on": "2026-11-28"
        });
        province.officer("C2", "approver").step(&id, &extend).await.ok();

        let (foundation, clock) = (&province.foundation, province.clock.clone());
        let (journal, tenant) = (foundation.journal.clone(), foundation.tenant);
        let (from, to): (Uuid, Uuid) = (from.parse().unwrap(), to.parse().unwrap());
        let moved = foundation.db.write("move", move |tx| {
            let stamp = Stamp::by_service("procedures", tenant, &clock);
            move_dossiers(tx, &journal, &stamp, tenant, from, to)
        });
        assert_eq!(moved.await.unwrap(), 1);

        assert_eq!(agency_id(&province, &id).await, to.to_string());
        assert_eq!(due(&province, &id).await.0, "2026-11-28T10:00:00Z");
        let clock = province.portal().get(&format!("/v1/dossiers/{id}/clock")).await.ok();
        assert_eq!(clock["due_at"], "2026-11-28T10:00:00Z");
        let processor = province.officer("C1", "processor");
        assert_eq!(processor.step(&id, &ask()).await.ok()["state"]["local"], "awaiting_supplement");
        let add = json!({"action": "supplement", "form": crate::support::dossier()["form"]});
        assert_eq!(province.portal().step(&id, &add).await.ok()["due_at"], "2026-11-28T10:00:00Z");
        assert_eq!(events(&province, "dossier.due_changed.v1").await.len(), 1, "only what the exception moved");
        province.stop().await;
    }
}
