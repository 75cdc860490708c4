//! What becomes of the files of documents whose case files were destroyed.

use std::time::Duration;

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::destroying::destroyed;
use crate::installation::send;
use crate::office::{Office, faults, path};
use crate::shelf::{at, opened, read, step, uploaded};

/// A file of plain text.
async fn text(office: &Office, who: &str, content: &str) -> Value {
    let request = office.officer(who).request(Method::POST, "/v1/files").header("Content-Type", "text/plain");
    send(request.body(content.to_owned())).await.ok()
}

/// A registered letter to the ward with this file.
async fn letter(office: &Office, number: &str, file: &Value) -> Value {
    let arrived = office.take_in("clerk-12", &json!({"number": number, "file_id": file["id"]})).await.ok();
    office.step("clerk-12", &arrived, &json!({"action": "register"})).await.ok()
}

/// A closed case file of the ward, kept for some years, with these documents.
async fn closed_with(office: &Office, notation: &str, years: u32, documents: &[(&str, &str, &Value)]) -> Value {
    let case_file = opened(office, notation, &json!({"retention": {"years": years}})).await;
    for (who, kind, document) in documents {
        let link = json!({"document": {"kind": kind, "id": document["id"]}});
        office.officer(who).post(&format!("{}/documents", at(&case_file)), &link).await.ok();
    }
    uploaded(office, "officer-12", &case_file, notation, "2026-11-05").await;
    let case_file = read(office, "officer-12", &case_file).await;
    step(office, "officer-12", &case_file, &json!({"action": "close", "ended_on": "2026-11-16"})).await.ok()
}

/// The file that [`closed_with`] uploaded.
async fn own_file(office: &Office, case_file: &Value) -> Value {
    let listed = office.officer("clerk-12").get(&format!("{}/documents", at(case_file))).await.ok();
    let entries = listed["items"].as_array().unwrap();
    let own = entries.iter().find(|entry| entry["document"]["kind"] == "upload").unwrap();
    office.officer("clerk-12").get(&format!("/v1/files/{}", own["document"]["id"].as_str().unwrap())).await.ok()
}

fn is_on_disk(office: &Office, file: &Value) -> bool {
    let (first, rest) = file["sha256"].as_str().unwrap().split_at(2);
    let folder = &office.here.shared.settings.documents.files_dir;
    folder.join("documents/sha256").join(first).join(rest).exists()
}

/// Waits until nothing is left to be removed.
async fn swept(office: &Office) {
    for _ in 0..400 {
        if office.texts("SELECT sha256 AS text FROM file_removals").await.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("what was destroyed is not removed");
}

async fn content(office: &Office, who: &str, file: &Value) -> crate::installation::Reply {
    office.officer(who).get(&format!("/v1/files/{}/content", file["id"].as_str().unwrap())).await
}

on_both_databases! {
    async fn what_was_received_goes_with_its_last_case_file_and_what_is_known_of_it_stays(database) {
        let office = Office::open(database).await;
        let file = text(&office, "clerk-12", "Biên bản về cầu Hiền Lương").await;
        let letter = letter(&office, "31", &file).await;
        let first = closed_with(&office, "01.A", 5, &[("clerk-12", "incoming", &letter)]).await;
        let second = closed_with(&office, "02.A", 20, &[("clerk-12", "incoming", &letter)]).await;
        let (photo, other) = (own_file(&office, &first).await, own_file(&office, &second).await);
        assert!([&file, &photo, &other].into_iter().all(|file| is_on_disk(&office, file)));
        office.at("2032-01-05T03:00:00Z");
        let done = destroyed(&office, &[&first]).await;
        swept(&office).await;
        assert_eq!(content(&office, "officer-12", &photo).await.problem(404), "file.destroyed");
        assert_eq!([&file, &photo, &other].map(|file| is_on_disk(&office, file)), [true, false, true]);
        assert_eq!(content(&office, "clerk-12", &file).await.status, 200, "it stands in another case file");
        office.at("2047-01-05T03:00:00Z");
        let last = destroyed(&office, &[&second]).await;
        assert_ne!(last["id"], done["id"]);
        for who in ["clerk-12", "leader-12"] {
            let refused = content(&office, who, &file).await;
            assert_eq!((refused.problem(404), &refused.body["destruction_id"]), ("file.destroyed", &last["id"]));
        }
        assert_eq!(content(&office, "clerk-13", &file).await.problem(404), "not_found");
        swept(&office).await;
        assert_eq!([&file, &photo, &other].map(|file| is_on_disk(&office, file)), [false; 3]);
        let query = format!("SELECT sha256 AS text FROM file_texts WHERE sha256 = '{}'", file["sha256"].as_str().unwrap());
        assert!(office.texts(&query).await.is_empty(), "what was read of it is gone as well");
        assert!(office.texts("SELECT sha256 AS text FROM search_files").await.is_empty());
        // The register, the document and the list still say what it was.
        let known = office.officer("clerk-12").get(&path(&letter)).await.ok();
        assert_eq!((&known["subject"], &known["arrival_number"], &known["files"][0]["sha256"]), (&letter["subject"], &json!(1), &file["sha256"]));
        assert_eq!(office.found("clerk-12", &json!({"q": "cong trinh"})).await, [letter["id"].clone()]);
        let titles = office.officer("clerk-12").list(&format!("{}/documents", at(&second)), "title").await;
        assert_eq!(titles.len(), 2);
        let new = opened(&office, "03.A", &json!({})).await;
        let link = json!({"document": {"kind": "incoming", "id": letter["id"]}});
        let refused = office.officer("clerk-12").post(&format!("{}/documents", at(&new)), &link).await;
        assert_eq!(refused.problem(409), "document.destroyed");
        let again = json!({"document": {"kind": "upload", "id": other["id"]}, "title": "Ảnh", "dated": "2026-11-05"});
        let refused = office.officer("officer-12").post(&format!("{}/documents", at(&new)), &again).await;
        assert_eq!(faults(&refused), ["/document/id file.unknown"]);
        office.here.stop().await;
    }

    async fn what_somebody_else_has_stays(database) {
        let office = Office::open(database).await;
        // The same content of somebody else; a document that was issued; a letter that is another agency's; a file that
        // also stands in a living case file.
        let (own, twin) = (text(&office, "clerk-12", "một").await, text(&office, "clerk-13", "một").await);
        let letter_of_own = letter(&office, "31", &own).await;
        let issued = office.issued().await;
        let shared = text(&office, "clerk-12", "hai").await;
        let letter_of_shared = letter(&office, "32", &shared).await;
        let living = opened(&office, "09.A", &json!({})).await;
        let entry = json!({"document": {"kind": "upload", "id": shared["id"]}, "title": "Bản chụp", "dated": "2026-11-05"});
        office.officer("clerk-12").post(&format!("{}/documents", at(&living)), &entry).await.ok();
        let ended = closed_with(&office, "01.A", 5, &[
            ("clerk-12", "incoming", &letter_of_own), ("clerk-50", "outgoing", &issued), ("clerk-12", "incoming", &letter_of_shared),
        ]).await;
        let theirs = text(&office, "clerk-12", "ba").await;
        let letter_of_ward = letter(&office, "33", &theirs).await;
        let clerk = office.officer("clerk-50");
        let asked = json!({"agency": "H50", "notation": "01.T", "title": "Hồ sơ của tỉnh", "retention": {"years": 5}, "started_on": "2026-11-02"});
        let of_province = clerk.post("/v1/case-files", &asked).await.ok();
        let link = json!({"document": {"kind": "incoming", "id": letter_of_ward["id"]}});
        clerk.post(&format!("{}/documents", at(&of_province)), &link).await.ok();
        let of_province = read(&office, "clerk-50", &of_province).await;
        let of_province = step(&office, "clerk-50", &of_province, &json!({"action": "close", "ended_on": "2026-11-16"})).await.ok();
        office.at("2032-01-05T03:00:00Z");
        destroyed(&office, &[&ended]).await;
        crate::destroying::destroyed_by(&office, ("clerk-50", "leader-50", "H50"), &[&of_province]).await;
        swept(&office).await;
        assert_eq!(content(&office, "clerk-12", &own).await.problem(404), "file.destroyed");
        assert_eq!(content(&office, "clerk-13", &twin).await.status, 200);
        assert!(is_on_disk(&office, &twin));
        assert_eq!(content(&office, "clerk-50", &issued["file"]).await.status, 200);
        assert_eq!(content(&office, "clerk-12", &shared).await.status, 200);
        assert_eq!(content(&office, "clerk-12", &theirs).await.status, 200, "nobody destroys another's documents");
        office.here.stop().await;
    }

    async fn a_removal_that_was_cut_short_is_done_again_and_what_is_sent_meanwhile_is_there(database) {
        let office = Office::open(database).await;
        let case_file = closed_with(&office, "01.A", 5, &[]).await;
        let photo = own_file(&office, &case_file).await;
        office.at("2032-01-05T03:00:00Z");
        destroyed(&office, &[&case_file]).await;
        // As a kill leaves it: the content is gone, and the row still says that it is to go.
        let (first, rest) = photo["sha256"].as_str().unwrap().split_at(2);
        let folder = office.here.shared.settings.documents.files_dir.join("documents/sha256").join(first);
        std::fs::remove_file(folder.join(rest)).ok();
        swept(&office).await;
        // Whoever sends the same content has it, at whatever moment.
        let again = closed_with(&office, "02.A", 5, &[]).await;
        let photo = own_file(&office, &again).await;
        destroyed(&office, &[&again]).await;
        let caller = office.officer("clerk-12");
        for _ in 0..150 {
            let request = caller.request(Method::POST, "/v1/files").header("Content-Type", "application/pdf");
            let sent = send(request.body("%PDF-1.7 02.A")).await;
            if sent.status == 503 {
                continue;
            }
            let sent = sent.ok();
            assert_eq!(sent["sha256"], photo["sha256"]);
            assert_eq!(content(&office, "clerk-12", &sent).await.status, 200);
            let id = sent["id"].as_str().unwrap();
            // It goes as the first did, so that the next round finds a removal again.
            office.run(&format!("UPDATE files SET destroyed_at = created_at WHERE id = '{id}'")).await;
            let asked = "INSERT INTO file_removals (tenant_id, sha256, due_at) SELECT tenant_id, sha256, created_at FROM files";
            office.run(&format!("{asked} WHERE id = '{id}' ON CONFLICT DO NOTHING")).await;
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        swept(&office).await;
        assert!(!is_on_disk(&office, &photo));
        assert_eq!(content(&office, "officer-12", &photo).await.problem(404), "file.destroyed");
        office.here.stop().await;
    }

    async fn an_installation_may_keep_on_disk_what_nobody_can_open(database) {
        let office = Office::with_settings(database, vec![("MOTCUA_CASE_FILES__DESTROY_CONTENT", "false".to_owned())]).await;
        let case_file = closed_with(&office, "01.A", 5, &[]).await;
        let photo = own_file(&office, &case_file).await;
        office.at("2032-01-05T03:00:00Z");
        destroyed(&office, &[&case_file]).await;
        assert_eq!(content(&office, "officer-12", &photo).await.problem(404), "file.destroyed");
        tokio::time::sleep(Duration::from_secs(6)).await;
        assert!(is_on_disk(&office, &photo));
        office.here.stop().await;
    }

    async fn what_was_stored_before_may_be_another_services_and_stays_on_disk(database) {
        let office = Office::open(database).await;
        let case_file = closed_with(&office, "01.A", 5, &[]).await;
        let photo = own_file(&office, &case_file).await;
        let (first, rest) = photo["sha256"].as_str().unwrap().split_at(2);
        let folder = office.here.shared.settings.documents.files_dir.clone();
        let shared = folder.join("sha256").join(first);
        std::fs::create_dir_all(&shared).unwrap();
        std::fs::rename(folder.join("documents/sha256").join(first).join(rest), shared.join(rest)).unwrap();
        assert_eq!(content(&office, "officer-12", &photo).await.status, 200);
        office.at("2032-01-05T03:00:00Z");
        destroyed(&office, &[&case_file]).await;
        assert_eq!(content(&office, "officer-12", &photo).await.problem(404), "file.destroyed");
        let later = "SELECT CASE WHEN due_at > (SELECT MAX(destroyed_at) FROM files) THEN 'later' ELSE 'now' END AS text FROM file_removals";
        for _ in 0..400 {
            if office.texts(later).await == ["later"] {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(office.texts(later).await, ["later"]);
        assert!(shared.join(rest).exists());
        office.here.stop().await;
    }
}
