//! Case files of the ward of Đông Hà.

use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::Reply;
use crate::office::Office;

pub(crate) const TITLE: &str = "Hồ sơ khiếu nại của ông Nguyễn Văn A";

/// A case file beside the plan.
pub(crate) fn beside(notation: &str) -> Value {
    json!({"agency": "H50.12", "notation": notation, "title": TITLE, "retention": {"years": 20}, "started_on": "2026-11-02"})
}

/// Opens a case file of the ward as `officer-12`, with these fields changed.
pub(crate) async fn opened(office: &Office, notation: &str, changed: &Value) -> Value {
    let mut asked = beside(notation);
    for (field, value) in changed.as_object().unwrap() {
        asked[field] = value.clone();
    }
    office.officer("officer-12").post("/v1/case-files", &asked).await.ok()
}

pub(crate) fn at(case_file: &Value) -> String {
    format!("/v1/case-files/{}", case_file["id"].as_str().unwrap())
}

pub(crate) fn version(object: &Value) -> String {
    format!("\"v{}\"", object["version"])
}

/// A change of something by somebody who has read it as it is here.
pub(crate) async fn change(office: &Office, who: &str, path: &str, read: &Value, body: &Value) -> Reply {
    office.officer(who).change(Method::POST, path, &version(read), body).await
}

/// A step of a case file by somebody who has read it as it is here.
pub(crate) async fn step(office: &Office, who: &str, case_file: &Value, body: &Value) -> Reply {
    change(office, who, &format!("{}/transitions", at(case_file)), case_file, body).await
}

/// Puts an uploaded file into a case file.
pub(crate) async fn uploaded(office: &Office, who: &str, case_file: &Value, content: &str, dated: &str) -> Value {
    let caller = office.officer(who);
    let file = office.upload(&caller, content).await;
    let body = json!({"document": {"kind": "upload", "id": file}, "title": format!("Ảnh {content}"), "dated": dated, "pages": 2});
    caller.post(&format!("{}/documents", at(case_file)), &body).await.ok()
}

/// The case file as somebody reads it now.
pub(crate) async fn read(office: &Office, who: &str, case_file: &Value) -> Value {
    office.officer(who).get(&at(case_file)).await.ok()
}

/// A case file with one uploaded file, closed on the Monday of these tests.
pub(crate) async fn closed(office: &Office, notation: &str, changed: &Value) -> Value {
    let case_file = opened(office, notation, changed).await;
    uploaded(office, "officer-12", &case_file, notation, "2026-11-05").await;
    let case_file = read(office, "officer-12", &case_file).await;
    step(office, "officer-12", &case_file, &json!({"action": "close", "ended_on": "2026-11-16"})).await.ok()
}

/// The case files a search finds.
pub(crate) async fn found(office: &Office, who: &str, asked: &Value) -> Vec<Value> {
    let page = office.officer(who).post("/v1/case-files/search", asked).await.ok();
    page["items"].as_array().unwrap().clone()
}

/// Whether somebody sees a case file: by its id, in the list, counted.
pub(crate) async fn sees(office: &Office, who: &str, case_file: &Value) -> bool {
    let caller = office.officer(who);
    let read = caller.get(&at(case_file)).await.status;
    assert!(matches!(read, 200 | 404), "{who}: {read}");
    let list = caller.get("/v1/case-files?count=exact").await.ok();
    let listed = list["items"].as_array().unwrap().iter().any(|item| item["id"] == case_file["id"]);
    assert_eq!(list["count"], list["items"].as_array().unwrap().len(), "{who}");
    assert_eq!(read == 200, listed, "{who}: read and listed by one predicate");
    let hits = found(office, who, &json!({"limit": 200})).await;
    let hit = hits.iter().any(|hit| hit["id"] == case_file["id"]);
    assert_eq!(listed, hit, "{who}: found by the same predicate");
    listed
}

/// The kinds of events about something, in their order, once there are so many of any kind.
pub(crate) async fn told(office: &Office, prefix: &str, count: usize) -> Vec<Value> {
    for _ in 0..400 {
        let events = office.here.events(1).await;
        let own: Vec<Value> =
            events.into_iter().filter(|event| event["type"].as_str().unwrap().starts_with(prefix)).collect();
        if own.len() >= count {
            return own;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("fewer than {count} events {prefix} came");
}

/// The page or file that an address gives.
pub(crate) async fn fetched(office: &Office, who: &str, path: &str) -> (u16, String, Vec<u8>) {
    let response = office.officer(who).request(Method::GET, path).send().await.unwrap();
    let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    (response.status().as_u16(), media_type, response.bytes().await.unwrap().to_vec())
}

/// Whether a list comes as a page, a sheet and PDF as well, and the page says this.
pub(crate) async fn printed(office: &Office, who: &str, path: &str, says: &[&str]) {
    let joint = if path.contains('?') { '&' } else { '?' };
    let (status, media_type, page) = fetched(office, who, &format!("{path}{joint}format=html")).await;
    assert_eq!((status, media_type.starts_with("text/html")), (200, true));
    let page = String::from_utf8(page).unwrap();
    for said in says {
        assert!(page.contains(said), "{said}: {page}");
    }
    let (status, _, sheet) = fetched(office, who, &format!("{path}{joint}format=xlsx")).await;
    assert_eq!((status, &sheet[..2]), (200, &b"PK"[..]));
    let (status, _, pdf) = fetched(office, who, &format!("{path}{joint}format=pdf")).await;
    assert!(status == 501 || (status == 200 && pdf.starts_with(b"%PDF")), "{status}");
}
