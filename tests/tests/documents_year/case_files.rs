//! Case files of the year: opened by the yearly list in January, filled by stories, closed with their list at the end,
//! some handed in to the archive.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use motcua_tests::send;
use reqwest::Method;
use serde_json::{Value, json};

use super::province::{LEADER, WRITER};
use super::year::{Now, Year, number, text};

#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf {
    pub id: String,
    pub documents: BTreeSet<(String, String)>,
}

/// By the agency that opened them, and their place.
#[derive(Default)]
pub(crate) struct Shelves(Mutex<BTreeMap<(usize, usize), Shelf>>);

/// The department that keeps the archive.
pub(crate) const ARCHIVE: usize = 4;

impl Shelves {
    /// Issues the yearly list of an agency and opens its case files.
    pub(crate) async fn open(&self, year: &Year, now: Now, agency: usize) {
        let known = &year.province.agencies[agency];
        let (clerk, leader) = (year.province.officer(agency, WRITER), year.province.officer(agency, LEADER));
        let entries = json!([
            {"notation": "01.TH", "heading": "Tổng hợp", "title": "Hồ sơ chỉ đạo điều hành", "retention": {"kind": "permanent"}},
            {"notation": "02.TH", "heading": "Tổng hợp", "title": "Hồ sơ công việc hằng năm", "retention": {"years": 10}},
        ]);
        let path = format!("/v1/agencies/{}/file-plans", known.id);
        let plan = year.ask(clerk, &path, None, &json!({"year": 2026, "entries": entries})).await;
        year.agree("a file plan", &plan, Ok(()));
        let early = json!({"agency": known.code, "plan_entry": plan.body["entries"][0]["id"]});
        let reply = year.ask(clerk, "/v1/case-files", None, &early).await;
        year.agree("a case file of a list nobody has issued", &reply, Err((409, "file_plan.not_issued")));
        let path = format!("/v1/file-plans/{}/transitions", text(&plan.body["id"]));
        let issue = json!({"action": "issue", "decision": {"number": "05/QĐ-UBND", "date": now.day.to_string()}});
        let reply = year.ask(leader, &path, plan.body["version"].as_i64(), &issue).await;
        year.agree("a file plan is issued", &reply, Ok(()));
        for place in 0..2 {
            let body = json!({"agency": known.code, "plan_entry": plan.body["entries"][place]["id"]});
            let reply = year.ask(clerk, "/v1/case-files", None, &body).await;
            year.agree("a case file", &reply, Ok(()));
            let shelf = Shelf { id: text(&reply.body["id"]), documents: BTreeSet::new() };
            self.0.lock().unwrap().insert((agency, place), shelf);
        }
    }

    /// Puts a document into a case file of an agency; twice is once.
    pub(crate) async fn add(&self, year: &Year, now: Now, place: (usize, usize), kind: &str, id: &str, of: &str) {
        let document = (kind.to_owned(), id.to_owned());
        let (path, has) = {
            let shelves = self.0.lock().unwrap();
            let Some(shelf) = shelves.get(&place) else { return };
            (format!("/v1/case-files/{}/documents", shelf.id), shelf.documents.contains(&document))
        };
        let clerk = year.province.officer(place.0, WRITER);
        let body = json!({"document": {"kind": kind, "id": id}, "pages": 3});
        let reply = year.ask(clerk, &path, None, &body).await;
        let expected = if has { Err((409, "case_file.has_document")) } else { Ok(()) };
        if year.agree(&format!("{of}: files {kind} {id} at {}", now.day), &reply, expected) {
            self.0.lock().unwrap().get_mut(&place).unwrap().documents.insert(document);
        }
    }

    pub(crate) fn all(&self) -> Vec<((usize, usize), Shelf)> {
        self.0.lock().unwrap().iter().map(|(place, shelf)| (*place, shelf.clone())).collect()
    }

    /// Closes every case file; the list made then is what was put in. Hands some in; says how many documents were listed.
    pub(crate) async fn close(&self, year: &Year, now: Now) -> (usize, Option<String>) {
        let (mut listed, mut handed) = (0, None);
        for ((agency, place), shelf) in self.all() {
            let responsible = year.province.now(agency, now.day);
            let clerk = year.province.officer(responsible, WRITER);
            let path = format!("/v1/case-files/{}", shelf.id);
            let read = year.read(clerk, &path).await.ok();
            let count = i64::try_from(shelf.documents.len()).unwrap();
            assert_eq!(number(&read["document_total"]), count, "{read}");
            if shelf.documents.is_empty() {
                continue;
            }
            let close = json!({"action": "close", "ended_on": now.day.to_string()});
            let reply = year.ask(clerk, &format!("{path}/transitions"), read["version"].as_i64(), &close).await;
            year.agree("a case file is closed", &reply, Ok(()));
            let list = year.read(clerk, &format!("{path}/document-list")).await.ok();
            assert_eq!(list["rows"].as_array().unwrap().len(), shelf.documents.len(), "{list}");
            listed += shelf.documents.len();
            let some = shelf.documents.iter().next().unwrap();
            let body = json!({"document": {"kind": some.0, "id": some.1}});
            let late = year.ask(clerk, &format!("{path}/documents"), None, &body).await;
            year.agree("a document for a closed case file", &late, Err((409, "case_file.state")));
            if place == 0 && responsible == agency && (agency == 1 || agency.is_multiple_of(3)) {
                handed = Some(hand_over(year, agency, &shelf.id).await);
            }
        }
        (listed, handed)
    }
}

/// Hands a case file in to the archive, which takes it; says which hand-over it was.
async fn hand_over(year: &Year, agency: usize, case_file: &str) -> String {
    let province = &year.province;
    let path = format!("/v1/agencies/{}/hand-overs", province.agencies[agency].id);
    let body = json!({"archive_agency": province.agencies[ARCHIVE].code, "case_files": [case_file]});
    let reply = year.ask(province.officer(agency, WRITER), &path, None, &body).await;
    year.agree("a hand-over", &reply, Ok(()));
    let archivist = province.officer(ARCHIVE, WRITER);
    let path = format!("/v1/case-files/{case_file}");
    let read = year.read(archivist, &path).await.ok();
    assert_eq!(read["state"], "handed_over");
    let step = if agency.is_multiple_of(2) {
        json!({"action": "accept"})
    } else {
        json!({"action": "return", "reason": "Thiếu biên bản bàn giao hồ sơ"})
    };
    let taken = year.ask(archivist, &format!("{path}/transitions"), read["version"].as_i64(), &step).await;
    year.agree("the archive's answer", &taken, Ok(()));
    text(&reply.body["id"])
}

/// Has the head of an agency decide on a common book for some types.
pub(crate) async fn decide_book(year: &Year, agency: usize) {
    let leader = year.province.officer(agency, LEADER);
    let path = format!("/v1/agencies/{}/register-books", year.province.agencies[agency].id);
    let version = number(&year.read(leader, &path).await.ok()["version"]);
    let body: Value =
        json!({"document_types": super::registers::SHARED, "from_year": 2026, "decision": "01/QĐ ngày 05/01/2026"});
    let api = year.province.api(&year.installation, leader).await;
    let request =
        api.request(Method::PUT, &format!("{path}/outgoing/VB")).header("If-Match", format!("\"v{version}\""));
    send(request.json(&body)).await.expect("an answer").ok();
}
