//! The two reports of Decree 30/2020/NĐ-CP, Annex VI, Part V that count, recounted document by document; and all six saved
//! as people get them, when somebody wants to look at them.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use motcua_tests::Api;
use reqwest::Method;

use super::acts::Given;
use super::province::{LEADER, WRITER};
use super::story::{Story, arrived_on};
use super::year::{Now, Year, number, text};

/// The first and the last day of a month.
pub(crate) fn month(year: i32, month: u32) -> (NaiveDate, NaiveDate) {
    let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
    let last = first.iter_days().take_while(|day| day.month() == month).last().unwrap();
    (first, last)
}

/// Counts both reports and the sheets of an agency's month again; says how many documents are in them.
pub(crate) async fn recount(
    year: &Year,
    stories: &[Story],
    now: Now,
    agency: usize,
    (from, to): (NaiveDate, NaiveDate),
) -> usize {
    let mut counted = outgoing(year, stories, agency, (from, to)).await;
    counted += incoming(year, stories, now, agency, (from, to)).await;
    for (key, book) in year.registers.all().iter().filter(|(key, _)| key.0 == agency && key.3 == from.year()) {
        counted += super::registers::check_days(year, now, key, book, (from, to)).await;
    }
    counted
}

async fn outgoing(year: &Year, stories: &[Story], agency: usize, (from, to): (NaiveDate, NaiveDate)) -> usize {
    let code = &year.province.agencies[agency].code;
    let leader = year.province.officer(agency, LEADER);
    let path = format!("/v1/outgoing-documents/report?agency={code}&from={from}&to={to}");
    let report = year.read(leader, &path).await.ok();
    let mut own: BTreeMap<(String, &str), i64> = BTreeMap::new();
    let issued = stories.iter().flat_map(|story| &story.issued);
    let mut all = 0;
    for one in issued.filter(|one| one.responsible == agency && from <= one.on && one.on <= to) {
        let column = match one.state {
            "numbered" | "sealed" => "unissued",
            state => state,
        };
        for column in ["total", column] {
            *own.entry((one.kind.to_owned(), column)).or_default() += 1;
        }
        all += 1;
    }
    let mut told: BTreeMap<(String, &str), i64> = BTreeMap::new();
    for row in report["rows"].as_array().unwrap() {
        for column in ["total", "issued", "corrected", "replaced", "recalled", "unissued", "void"] {
            if number(&row[column]) > 0 {
                told.insert((text(&row["type"]), column), number(&row[column]));
            }
        }
    }
    assert_eq!(told, own, "outgoing documents of {code} from {from} to {to}");
    assert_eq!(number(&report["total"]["total"]), i64::try_from(all).unwrap());
    all
}

async fn incoming(
    year: &Year,
    stories: &[Story],
    now: Now,
    agency: usize,
    (from, to): (NaiveDate, NaiveDate),
) -> usize {
    let province = &year.province;
    let code = &province.agencies[agency].code;
    let clerk = province.officer(agency, WRITER);
    let path = format!("/v1/incoming-documents/report?agency={code}&from={from}&to={to}");
    let report = year.read(clerk, &path).await.ok();
    let mut own: BTreeMap<(String, &str), i64> = BTreeMap::new();
    let mut all = 0;
    let arrived = stories.iter().flat_map(|story| &story.arrived);
    for one in arrived.filter(|one| one.responsible == agency && one.number.is_some()) {
        if arrived_on(one) < from || to < arrived_on(one) {
            continue;
        }
        let lead = match one.lead {
            None => String::new(),
            Some(Given::Officer(officer)) => province.officers[officer].id.clone(),
            Some(Given::Unit(unit)) => province.agencies[unit].id.clone(),
        };
        let done = one.completed.or(one.ended.filter(|_| one.state == "finished"));
        let late = one.due.is_some_and(|due| done.unwrap_or(now.second) > due);
        let column = match (one.given_up(), done.is_some(), late) {
            (true, _, _) => "given_up",
            (false, true, false) => "done_in_time",
            (false, true, true) => "done_late",
            (false, false, false) => "open_in_time",
            (false, false, true) => "open_late",
        };
        for column in ["total", column] {
            *own.entry((lead.clone(), column)).or_default() += 1;
        }
        all += 1;
    }
    let mut told: BTreeMap<(String, &str), i64> = BTreeMap::new();
    for row in report["rows"].as_array().unwrap() {
        let lead = row["officer_id"].as_str().or(row["unit_id"].as_str()).unwrap_or_default();
        for column in ["total", "done_in_time", "done_late", "open_in_time", "open_late", "given_up"] {
            if number(&row[column]) > 0 {
                told.insert((lead.to_owned(), column), number(&row[column]));
            }
        }
    }
    assert_eq!(told, own, "incoming documents of {code} from {from} to {to} as of {}", now.day);
    all
}

/// Saves the six reports of an agency's month into a folder, as sheets and as PDF.
pub(crate) async fn save(
    year: &Year,
    agency: usize,
    period: (NaiveDate, NaiveDate),
    case_file: &str,
    hand_over: &str,
    folder: &Path,
) -> Vec<String> {
    let province = &year.province;
    let code = &province.agencies[agency].code;
    // Whoever keeps the documents of the province sees those of every agency below.
    let api = province.api(&year.installation, province.officer(0, WRITER)).await;
    let (from, to) = period;
    let days = format!("from={from}&to={to}");
    let register = |kind: &'static str, book: String| year.registers.id(&(agency, kind, book, from.year()));
    let mut wanted = vec![
        ("2-bao-cao-giai-quyet-van-ban-den", Some(format!("/v1/incoming-documents/report?agency={code}&{days}"))),
        ("4-bao-cao-van-ban-di", Some(format!("/v1/outgoing-documents/report?agency={code}&{days}"))),
        ("5-muc-luc-van-ban-trong-ho-so", Some(format!("/v1/case-files/{case_file}/document-list?"))),
        ("6-muc-luc-ho-so", Some(format!("/v1/hand-overs/{hand_over}/list?part=permanent"))),
    ];
    let incoming = register("incoming", "ĐẾN".to_owned());
    wanted.push(("1-so-van-ban-den", incoming.map(|id| format!("/v1/registers/{id}/sheet?{days}"))));
    // The fullest of its books in these days.
    let books = year.registers.all();
    let own = books.iter().filter(|(key, _)| key.0 == agency && key.1 == "outgoing" && key.3 == from.year());
    let fullest = own.max_by_key(|(_, book)| book.days.values().filter(|on| from <= **on && **on <= to).count());
    let outgoing = fullest.map(|(_, book)| book.id.clone());
    wanted.push(("3-so-van-ban-di", outgoing.map(|id| format!("/v1/registers/{id}/sheet?{days}"))));
    std::fs::create_dir_all(folder).unwrap();
    let mut saved = Vec::new();
    for (name, path) in wanted {
        let Some(path) = path else { continue };
        for format in ["xlsx", "pdf"] {
            if let Some(bytes) = fetched(api, &format!("{path}&format={format}")).await {
                let file = folder.join(format!("{name}.{format}"));
                std::fs::write(&file, bytes).unwrap();
                saved.push(file.display().to_string());
            }
        }
    }
    saved
}

/// A file; none where the program was built without PDF.
async fn fetched(api: &Api, path: &str) -> Option<Vec<u8>> {
    let response = api.request(Method::GET, path).send().await.unwrap();
    let status = response.status().as_u16();
    if status == 501 {
        return None;
    }
    let bytes = response.bytes().await.unwrap().to_vec();
    assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&bytes));
    Some(bytes)
}
