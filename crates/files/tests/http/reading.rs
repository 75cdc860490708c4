use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;

use super::desk::{Desk, json};

const CONTENT: &[u8] = b"0123456789abcdefghij";

on_both_databases! {
    async fn content_comes_whole_in_ranges_and_not_again(database) {
        let desk = Desk::open(database);
        let token = desk.officer("anh");
        let id = desk.upload(&token, CONTENT).await;
        let content = || desk.get(&token, &format!("{id}/content"));
        let whole = content().send().await.unwrap();
        let tag = whole.headers()["etag"].to_str().unwrap().to_owned();
        assert_eq!(whole.headers()["cache-control"], "no-store");
        assert_eq!(whole.headers()["content-length"], "20");
        assert!(whole.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
        assert_eq!(whole.bytes().await.unwrap(), CONTENT);
        let metadata = json(desk.get(&token, &id.to_string()).send().await.unwrap(), 200).await;
        assert_eq!(tag, format!("\"{}\"", metadata["sha256"].as_str().unwrap()));
        for (asked, shown, part) in [
            ("bytes=5-9", "bytes 5-9/20", "56789"),
            ("bytes=15-", "bytes 15-19/20", "fghij"),
            ("bytes=-3", "bytes 17-19/20", "hij"),
            ("bytes=18-99", "bytes 18-19/20", "ij"),
        ] {
            let ranged = content().header("Range", asked).send().await.unwrap();
            assert_eq!((ranged.status().as_u16(), &ranged.headers()["content-range"]), (206, &shown.try_into().unwrap()));
            assert_eq!(ranged.text().await.unwrap(), part, "{asked}");
        }
        let outside = json(content().header("Range", "bytes=20-").send().await.unwrap(), 416).await;
        assert_eq!((&outside["code"], &outside["size"]), (&"range.not_satisfiable".into(), &20.into()));
        let known = content().header("If-None-Match", &tag).send().await.unwrap();
        assert_eq!((known.status().as_u16(), known.bytes().await.unwrap().len()), (304, 0));
    }

    async fn an_empty_file_is_a_file(database) {
        let desk = Desk::open(database);
        let token = desk.officer("anh");
        let id = desk.upload(&token, b"").await;
        let content = desk.get(&token, &format!("{id}/content")).send().await.unwrap();
        assert_eq!((content.status().as_u16(), content.bytes().await.unwrap().len()), (200, 0));
    }

    async fn a_file_is_its_uploaders_until_the_service_opens_it_to_others(database) {
        let desk = Desk::open(database);
        let (mine, other) = (desk.officer("anh"), desk.officer("bình"));
        let id = desk.upload(&mine, CONTENT).await;
        let paths = [id.to_string(), format!("{id}/content")];
        for path in &paths {
            let hidden = json(desk.get(&other, path).send().await.unwrap(), 404).await;
            let missing = json(desk.get(&mine, &path.replace(&id.to_string(), "no-such-file")).send().await.unwrap(), 404).await;
            assert_eq!((&hidden["code"], &hidden["detail"]), (&missing["code"], &missing["detail"]));
        }
        desk.visibility.0.lock().unwrap().insert(("bình".to_owned(), id));
        for path in &paths {
            assert_eq!(desk.get(&other, path).send().await.unwrap().status(), 200);
        }
    }

    async fn who_may_only_upload_reads_own_files_and_no_others(database) {
        let desk = Desk::open(database);
        let sender = desk.token(ActorKind::Service, "procedures", &["documents:files:write"]);
        let own = desk.upload(&sender, CONTENT).await;
        let others = desk.upload(&desk.officer("anh"), CONTENT).await;
        desk.visibility.0.lock().unwrap().insert(("procedures".to_owned(), others));
        assert_eq!(desk.get(&sender, &own.to_string()).send().await.unwrap().status(), 200);
        assert_eq!(desk.get(&sender, &others.to_string()).send().await.unwrap().status(), 404);
        let neither = desk.token(ActorKind::Service, "procedures", &["documents:agencies:read"]);
        assert_eq!(desk.get(&neither, &own.to_string()).send().await.unwrap().status(), 403);
    }

    async fn every_reading_is_noted_with_its_request_and_no_refusal_is(database) {
        let desk = Desk::open(database);
        let token = desk.officer("anh");
        let id = desk.upload(&token, CONTENT).await;
        let asked = |path: String, request: &'static str| desk.get(&token, &path).header("X-Request-Id", request).send();
        asked(id.to_string(), "first").await.unwrap();
        asked(format!("{id}/content"), "second").await.unwrap();
        asked(format!("{}/content", motcua_kernel::new_id()), "third").await.unwrap();
        let query = "SELECT operation || ' ' || request_id || ' ' || (subjects->>0) AS text FROM read_audit ORDER BY id";
        let noted = desk.text(query).await;
        assert_eq!(noted, [format!("get_file first {id}"), format!("get_file_content second {id}")]);
    }
}
