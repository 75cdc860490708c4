//! Reading: pages, entity tags.

use crate::tiny::{THING, Tiny};

#[tokio::test]
async fn pages_link_to_the_next_one_keeping_the_query_until_the_last() {
    let tiny = Tiny::start();
    let mut path = "/v1/things?name=Qu%E1%BA%A3ng&limit=2&count=exact".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = tiny.get(&path).await;
        assert_eq!((page.status, &page.json()["count"]), (200, &serde_json::json!(5)));
        seen.extend(page.json()["items"].as_array().unwrap().iter().filter_map(serde_json::Value::as_u64));
        let next = page.json()["next"].as_str().map(str::to_owned);
        let link = page.header("link");
        let Some(next) = next else {
            assert!(link.is_empty() && page.json()["next"].is_null());
            break;
        };
        assert!(link.ends_with(">; rel=\"next\"") && link.contains(&next), "{link}");
        path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
        assert!(path.starts_with("/v1/things?name=Qu%E1%BA%A3ng&limit=2&count=exact&after="), "{path}");
    }
    assert_eq!(seen, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_page_outside_1_to_200_rows_or_with_anothers_cursor_is_refused() {
    let tiny = Tiny::start();
    for query in ["limit=0", "limit=201", "limit=-1", "limit=x", "limit=1&limit=2", "count=yes"] {
        assert_eq!(tiny.get(&format!("/v1/things?{query}")).await.problem().1, "parameter.invalid", "{query}");
    }
    let next = tiny.get("/v1/things?limit=1").await.json()["next"].as_str().unwrap().to_owned();
    let elsewhere = tiny.get(&format!("/v1/things?name=x&after={next}")).await;
    assert_eq!(elsewhere.problem(), (400, "cursor.invalid".to_owned()));
}

#[tokio::test]
async fn a_representation_has_a_strong_tag_and_is_not_sent_twice() {
    let tiny = Tiny::start();
    let first = tiny.get(THING).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("\"v3.") && tag.ends_with('"'), "{tag}");
    assert_eq!(first.header("data-as-of"), "2026-11-21T00:00:00Z");
    let again = tiny.get_with(THING, ("if-none-match", &tag)).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), tag);
    assert_eq!(again.header("cache-control"), "private, no-cache");
    assert_eq!(tiny.get_with(THING, ("if-none-match", "\"v2.0123456789ab\"")).await.status, 200);
    let page = tiny.get("/v1/things").await.header("etag").to_owned();
    assert_eq!(tiny.get_with("/v1/things", ("if-none-match", &page)).await.status, 304);
}
