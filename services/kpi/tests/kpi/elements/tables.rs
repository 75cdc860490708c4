//! Published tables loaded through the import: the ranks that are counted from the values are those that were published.
//!
//! A small made-up table always runs. The real ones are not in the repository: `MOTCUA_INDICATOR_TABLES` names the folder
//! that has them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use motcua_kernel::Role;
use motcua_testkit::{TestDatabase, on_both_databases};
use serde_json::json;

use crate::office::Office;
use crate::province::{agency, agency_news, officer_news};

/// A published value, and its rank where one was published.
#[derive(Debug, Clone)]
struct Published {
    agency: String,
    component: String,
    value: String,
    rank: Option<usize>,
}

/// Loads a table of a year through the import and compares the ranks of every component; how many were published.
async fn load_and_rank(database: &TestDatabase, year: &str, table: &[Published]) -> usize {
    let office = Box::pin(Office::start(database)).await;
    let country = agency("VN", None, "1976-01-01", None);
    let agencies: BTreeSet<&str> = table.iter().map(|row| row.agency.as_str()).collect();
    let provinces: Vec<_> = agencies.iter().map(|code| agency(code, Some(country.id), "1976-01-01", None)).collect();
    let clerk = officer_news("statistician", country.id, Role::Clerk);
    office.tell([&country].into_iter().chain(&provinces).map(agency_news).chain([clerk])).await;
    let components: BTreeSet<&str> = table.iter().map(|row| row.component.as_str()).collect();
    let codes: BTreeMap<&str, String> = components
        .into_iter()
        .enumerate()
        .map(|(place, component)| (component, format!("component_{place}")))
        .collect();
    for code in codes.values() {
        let members = json!({"kind": "decimal", "decimals": 4, "period_kind": "year", "unit": "điểm"});
        assert_eq!(office.define(code, members).await.status, 201);
    }
    let mut file = "element,agency,period,value\n".to_owned();
    for row in table {
        writeln!(file, "{},{},{year},{}", codes[row.component.as_str()], row.agency, row.value).unwrap();
    }
    let report = office.post("statistician", "/v1/element-values:import").file("text/csv", file).await;
    assert_eq!((report.status, &report.body["loaded"]), (200, &table.len().into()), "{report:?}");
    let mut ranked = 0;
    for (component, code) in &codes {
        let of_component: Vec<&Published> = table.iter().filter(|row| row.component == *component).collect();
        let ranks = ranks(&office, code, year).await;
        assert_eq!(ranks.len(), of_component.len(), "every value of {component} is there");
        for row in of_component {
            let (text, rank) = &ranks[&row.agency];
            // A value comes back with as many digits as its element has, and means the same number.
            let plain = |text: &str| text.trim_end_matches('0').trim_end_matches('.').to_owned();
            assert_eq!(plain(text), if row.value.contains('.') { plain(&row.value) } else { row.value.clone() });
            if let Some(published) = row.rank {
                assert_eq!(*rank, published, "{component} of {}", row.agency);
                ranked += 1;
            }
        }
    }
    ranked
}

/// Value and rank of every agency, ties 1-2-2-4, counted from what the API answers.
async fn ranks(office: &Office, element: &str, year: &str) -> BTreeMap<String, (String, usize)> {
    let mut values: Vec<(String, String, i64)> = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/v1/element-values?element={element}&period={year}&limit=20{after}");
        let page = office.get("statistician", &path).await;
        for item in page.body["items"].as_array().unwrap() {
            let (code, value) = (item["agency"]["written_code"].as_str().unwrap(), item["value"].as_str().unwrap());
            let (whole, fraction) = value.split_once('.').unwrap();
            assert_eq!(fraction.len(), 4, "ten-thousandths, exactly");
            values.push((code.to_owned(), value.to_owned(), format!("{whole}{fraction}").parse().unwrap()));
        }
        match page.body["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let rank = |of: i64| values.iter().filter(|(_, _, other)| *other > of).count() + 1;
    values.iter().map(|(code, text, value)| (code.clone(), (text.clone(), rank(*value)))).collect()
}

fn published(agency: &str, component: &str, value: &str, rank: usize) -> Published {
    Published { agency: agency.to_owned(), component: component.to_owned(), value: value.to_owned(), rank: Some(rank) }
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests should know what was not tested")]
fn say_skipped() {
    eprintln!("skipped: MOTCUA_INDICATOR_TABLES does not name the folder of the published tables");
}

/// The rows of an index and year of the real tables that have a value; none when the tables are not here.
fn real(index: &str, year: &str) -> Option<Vec<Published>> {
    let Ok(folder) = std::env::var("MOTCUA_INDICATOR_TABLES") else {
        say_skipped();
        return None;
    };
    let mut reader = csv::Reader::from_path(Path::new(&folder).join("province_indices_published.csv")).unwrap();
    let columns = reader.headers().unwrap().clone();
    let at = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let rows = reader.records().map(|record| record.unwrap());
    let rows =
        rows.filter(|row| &row[at("index")] == index && &row[at("year")] == year && !row[at("value")].is_empty());
    let of = |row: csv::StringRecord| Published {
        agency: format!("T{}", &row[at("province_code")]),
        component: row[at("component")].to_owned(),
        value: row[at("value")].to_owned(),
        rank: row[at("rank")].parse().ok(),
    };
    Some(rows.map(of).collect())
}

on_both_databases! {
    async fn a_made_up_table_ranks_as_published_ties_and_all(database) {
        let table = [
            published("T01", "total", "0.727", 1),
            published("T02", "total", "0.703", 2),
            published("T03", "total", "0.7030", 2),
            published("T04", "total", "0.7", 4),
            published("T05", "total", "12", 5),
            published("T01", "part", "7.98", 2),
            published("T02", "part", "8.01", 1),
        ];
        // What is published wrong must show: twelve is not the least.
        let mut right = table.to_vec();
        for row in right.iter_mut().filter(|row| row.component == "total") {
            let rank = row.rank.as_mut().unwrap();
            *rank = if row.value == "12" { 1 } else { *rank + 1 };
        }
        assert_eq!(load_and_rank(database, "2021", &right).await, 7);
    }

    async fn the_ict_index_2017_of_53_provinces_ranks_as_published(database) {
        let Some(table) = real("ICT/e-government index", "2017") else { return };
        assert_eq!((table.len(), load_and_rank(database, "2017", &table).await), (53, 53));
    }

    async fn the_pci_2021_of_21_provinces_and_10_parts_ranks_as_published(database) {
        let Some(table) = real("PCI", "2021") else { return };
        assert_eq!((table.len(), load_and_rank(database, "2021", &table).await), (21 * 11, 21));
    }

    async fn the_dti_2022_has_few_values_and_those_are_in_the_published_order(database) {
        let Some(table) = real("DTI", "2022") else { return };
        // Where most values are missing the rank among those that are there is another than the published one.
        let overall: Vec<Published> = table.into_iter().filter(|row| row.component == "PDTI").collect();
        let mut order: Vec<(usize, &str)> = overall.iter().map(|row| (row.rank.unwrap(), row.value.as_str())).collect();
        order.sort_unstable();
        assert_eq!(order.len(), 6);
        assert!(order.is_sorted_by(|one, other| one.1 >= other.1), "{order:?}");
        let known = overall.iter().cloned().map(|row| Published { rank: None, ..row }).collect::<Vec<_>>();
        assert_eq!(load_and_rank(database, "2022", &known).await, 0);
    }
}
