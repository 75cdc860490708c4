use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use serde_json::Value;

use super::desk::{Desk, json};

const CONTENT: &str = "%PDF-1.7 Quyết định số 15/QĐ-UBND";

fn same_but_id(one: &Value, other: &Value) -> bool {
    let without = |file: &Value| {
        let mut file = file.clone();
        file.as_object_mut().unwrap().retain(|key, _| key != "id" && key != "created_at");
        file
    };
    without(one) == without(other)
}

on_both_databases! {
    async fn an_upload_tells_hash_size_and_name_and_that_nobody_scanned_it(database) {
        let desk = Desk::open(database);
        let request = desk
            .post(&desk.officer("anh"), CONTENT)
            .header("Content-Type", "application/pdf; charset=binary")
            .header("Content-Disposition", "attachment; filename*=UTF-8''%C4%91%C6%A1n.pdf");
        let response = request.send().await.unwrap();
        let location = response.headers()["location"].to_str().unwrap().to_owned();
        let file = json(response, 201).await;
        assert_eq!(location, format!("/v1/files/{}", file["id"].as_str().unwrap()));
        assert_eq!((file["size"].as_u64(), file["media_type"].as_str()), (Some(CONTENT.len() as u64), Some("application/pdf")));
        assert_eq!((file["name"].as_str(), file["scan_state"].as_str()), (Some("đơn.pdf"), Some("not_scanned")));
        let hash = hex::encode(sha2::Digest::finalize(<sha2::Sha256 as sha2::Digest>::new_with_prefix(CONTENT)));
        assert_eq!(file["sha256"], hash);
    }

    async fn the_same_content_twice_is_two_files_and_stored_once(database) {
        let desk = Desk::open(database);
        let token = desk.officer("anh");
        let one = json(desk.post(&token, CONTENT).send().await.unwrap(), 201).await;
        let other = json(desk.post(&desk.officer("bình"), CONTENT).send().await.unwrap(), 201).await;
        assert!(one["id"] != other["id"] && same_but_id(&one, &other));
        assert_eq!(desk.on_disk(), (1, 0));
    }

    async fn a_repeated_upload_is_one_file_and_another_content_under_its_key_is_refused(database) {
        let desk = Desk::open(database);
        let token = desk.officer("anh");
        let keyed = |content: &'static str| desk.post(&token, content).header("Idempotency-Key", "k1");
        let first = json(keyed(CONTENT).send().await.unwrap(), 201).await;
        let again = keyed(CONTENT).send().await.unwrap();
        assert_eq!(again.headers()["idempotency-replayed"], "true");
        assert_eq!(json(again, 201).await, first);
        let other = json(keyed("something else").send().await.unwrap(), 422).await;
        assert_eq!(other["code"], "idempotency.key_reused");
        assert_eq!(desk.text("SELECT sha256 AS text FROM files").await.len(), 1);
    }

    async fn a_name_that_turns_its_direction_is_refused_and_nothing_is_kept(database) {
        let desk = Desk::open(database);
        let token = desk.officer("anh");
        for name in ["%E2%80%AEfdp.exe", "a%E2%81%A7b.pdf", "%E2%80%8B"] {
            let named = format!("attachment; filename*=UTF-8''{name}");
            let refused = desk.post(&token, CONTENT).header("Content-Disposition", named).send().await.unwrap();
            assert_eq!(json(refused, 422).await["code"], "file.name_invalid", "{name}");
        }
        assert_eq!((desk.text("SELECT sha256 AS text FROM files").await.len(), desk.on_disk()), (0, (0, 0)));
    }

    async fn names_are_sealed_and_a_citizen_is_kept_as_a_hash(database) {
        let desk = Desk::open(database);
        let token = desk.token(ActorKind::Citizen, "045084000123", &["documents:files:write"]);
        let named = desk.post(&token, CONTENT).header("Content-Disposition", "attachment; filename=\"Nguyen Van A.pdf\"");
        let id = json(named.send().await.unwrap(), 201).await["id"].as_str().unwrap().to_owned();
        let kept = desk.text("SELECT uploader AS text FROM files").await.remove(0);
        assert!(kept.starts_with("citizen|") && !kept.contains("045084000123"), "{kept}");
        let name = match desk.db.backend() {
            motcua_db::Backend::Postgres(_) => "SELECT encode(name, 'hex') AS text FROM files",
            motcua_db::Backend::Sqlite(_) => "SELECT lower(hex(name)) AS text FROM files",
        };
        assert!(!desk.text(name).await.remove(0).contains(&hex::encode("Nguyen")));
        assert_eq!(json(desk.get(&token, &id).send().await.unwrap(), 200).await["name"], "Nguyen Van A.pdf");
    }

    async fn uploading_needs_its_scope_and_a_form_is_no_file(database) {
        let desk = Desk::open(database);
        let reader = desk.token(ActorKind::Officer, "anh", &["documents:documents:read"]);
        let refused = json(desk.post(&reader, CONTENT).send().await.unwrap(), 403).await;
        assert_eq!(refused["scope"], "documents:files:write");
        let form = desk.post(&desk.officer("anh"), CONTENT).header("Content-Type", "multipart/form-data; boundary=x");
        assert_eq!(json(form.send().await.unwrap(), 415).await["code"], "media_type.unsupported");
        assert_eq!(desk.on_disk(), (0, 0));
    }

    async fn content_that_is_not_what_its_type_or_name_says_is_refused_and_nothing_is_kept(database) {
        let desk = Desk::open(database);
        let token = desk.officer("anh");
        let program = [b"MZ\x90\0\x03\0".as_slice(), &vec![0; 3_000_000]].concat();
        let declared = desk.post(&token, program.clone()).header("Content-Type", "application/pdf").header("Idempotency-Key", "k1");
        let refused = json(declared.send().await.unwrap(), 422).await;
        assert_eq!((&refused["code"], &refused["declared"]), (&"file.not_its_type".into(), &"application/pdf".into()));
        let named = desk.post(&token, program).header("Content-Disposition", "attachment; filename=\"a.docx\"");
        let refused = json(named.send().await.unwrap(), 422).await;
        assert_eq!((&refused["code"], &refused["declared"]), (&"file.not_its_type".into(), &"docx".into()));
        assert_eq!(desk.on_disk(), (0, 0));
        assert_eq!(desk.text("SELECT sha256 AS text FROM files").await.len(), 0);
        let mended = desk.post(&token, CONTENT).header("Content-Type", "application/pdf").header("Idempotency-Key", "k1");
        json(mended.send().await.unwrap(), 201).await;
    }
}
