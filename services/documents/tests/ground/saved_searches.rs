//! Searches that somebody keeps to use them again.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::{Installation, Reply};

const PATH: &str = "/v1/saved-searches";

fn kept(name: &str) -> Value {
    json!({"name": name, "search": {"q": "\"giấy phép\" ông Nguyễn Văn A", "agency": "under:H50", "types": ["QĐ"]}})
}

fn faults(refused: &Reply) -> Vec<String> {
    assert_eq!(refused.status, 422, "{}", refused.body);
    let errors = refused.body["errors"].as_array().unwrap().iter();
    errors.map(|error| format!("{} {}", error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect()
}

on_both_databases! {
    async fn a_search_is_kept_used_again_changed_and_taken_away(database) {
        let here = Installation::with_province(database).await;
        let clerk = here.officer("clerk-12");
        let first = clerk.post(PATH, &kept("Giấy phép của phường")).await.ok();
        assert_eq!((&first["name"], &first["version"]), (&json!("Giấy phép của phường"), &json!(1)));
        // As it is kept it is searched.
        assert_eq!(clerk.post("/v1/documents/search", &first["search"]).await.ok()["items"], json!([]));
        let path = format!("{PATH}/{}", first["id"].as_str().unwrap());
        let read = clerk.get(&path).await;
        assert!(read.etag().starts_with("\"v1."), "{}", read.etag());
        assert_eq!(read.body, first);
        let changed = json!({"name": "Quyết định", "search": {"types": ["QĐ"], "from": "2026-01-01"}});
        let missing = clerk.request(Method::PUT, &path).json(&changed);
        assert_eq!(crate::installation::send(missing).await.status, 428);
        let second = clerk.change(Method::PUT, &path, "\"v1\"", &changed).await.ok();
        assert_eq!((&second["version"], &second["search"]["from"]), (&json!(2), &json!("2026-01-01")));
        assert_eq!(clerk.change(Method::PUT, &path, "\"v1\"", &kept("Khác")).await.problem(412), "precondition.stale");
        clerk.post(PATH, &kept("Giấy phép của phường")).await.ok();
        assert_eq!(clerk.list(&format!("{PATH}?limit=1"), "name").await, ["Giấy phép của phường"]);
        assert_eq!(clerk.list(PATH, "name").await, ["Giấy phép của phường", "Quyết định"]);
        assert_eq!(clerk.change(Method::DELETE, &path, "\"v1\"", &Value::Null).await.status, 412);
        let gone = clerk.request(Method::DELETE, &path).header("If-Match", "\"v2\"");
        assert_eq!(crate::installation::send(gone).await.ok()["name"], "Quyết định");
        assert_eq!(clerk.get(&path).await.status, 404);
        here.stop().await;
    }

    async fn it_is_its_owners_and_nobody_elses(database) {
        let here = Installation::with_province(database).await;
        let mine = here.officer("clerk-12").post(PATH, &kept("Của tôi")).await.ok();
        let path = format!("{PATH}/{}", mine["id"].as_str().unwrap());
        for other in ["clerk-13", "ward", "province"] {
            let other = here.officer(other);
            assert_eq!(other.get(&path).await.status, 404);
            assert_eq!(other.change(Method::PUT, &path, "\"v1\"", &kept("Của họ")).await.status, 404);
            assert_eq!(other.list(PATH, "name").await, Vec::<String>::new());
            // A name is taken only among one's own.
            assert_eq!(other.post(PATH, &kept("Của tôi")).await.status, 201);
        }
        let without = here.scoped(motcua_kernel::ActorKind::Officer, "clerk-12", &["documents:agencies:read"]);
        assert_eq!(without.get(PATH).await.problem(403), "scope.missing");
        here.stop().await;
    }

    async fn what_can_not_be_searched_is_not_kept(database) {
        let here = Installation::with_province(database).await;
        let clerk = here.officer("clerk-12");
        clerk.post(PATH, &kept("Cấp phép")).await.ok();
        assert_eq!(clerk.post(PATH, &kept(" cap PHEP ")).await.problem(409), "saved_search.name_taken");
        let wrong = json!({"name": " ", "search": {"q": " -/ ", "limit": 0, "after": "abc"}});
        let expected = ["/name required", "/search/after saved_search.place", "/search/limit limit.invalid", "/search/q search.no_words"];
        assert_eq!(faults(&clerk.post(PATH, &wrong).await), expected);
        assert_eq!(faults(&clerk.post(PATH, &kept(&"đ".repeat(201))).await), ["/name too_long"]);
        assert_eq!(clerk.post(PATH, &json!({"name": "x", "search": {"words": "x"}})).await.status, 400);
        for number in 1..100 {
            clerk.post(PATH, &kept(&format!("Thứ {number}"))).await.ok();
        }
        assert_eq!(clerk.post(PATH, &kept("Một câu nữa")).await.problem(409), "saved_search.too_many");
        here.stop().await;
    }

    async fn neither_its_name_nor_its_words_leave_it(database) {
        let here = Installation::with_province(database).await;
        let clerk = here.officer("clerk-12");
        clerk.post(PATH, &kept("Hồ sơ của Trần Thị B")).await.ok();
        let told = serde_json::to_string(&here.told().await).unwrap();
        assert!(told.contains("saved_search.created.v1"));
        assert!(!told.contains("Trần") && !told.contains("Nguyễn"), "{told}");
        here.stop().await;
    }
}
