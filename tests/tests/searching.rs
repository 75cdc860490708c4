//! Search over many documents: both databases find the same, and quickly. `MOTCUA_TEST_SIZE=full` has 100,000 generated
//! documents, else 400; `MOTCUA_DOCUMENT_METADATA` may name a folder of CSV files with real ones (columns `type_code` and
//! `abstract_lowercase` or `title`), which come first.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::iter;
use motcua_tests::{Api, Installation, Kind, Service, full_size};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

/// How many requests are on their way at once.
const AT_ONCE: usize = 16;
/// How many searches are timed.
const SEARCHES: usize = 300;
/// Two words, within this at 95 of 100, once the documents are many.
const LONGEST_WAIT: Duration = Duration::from_millis(30);

const TYPES: [&str; 6] = ["QĐ", "TB", "KH", "BC", "TTr", "CTr"];
/// What they are called, in the same order: a document is found by that as well.
const NAMES: [&str; 6] = ["Quyết định", "Thông báo", "Kế hoạch", "Báo cáo", "Tờ trình", "Chương trình"];
const ACTS: [&str; 8] = [
    "phê duyệt",
    "ban hành",
    "điều chỉnh",
    "thu hồi",
    "công bố",
    "giao nhiệm vụ",
    "kiểm tra việc thực hiện",
    "báo cáo kết quả",
];
const MATTERS: [&str; 12] = [
    "quy hoạch sử dụng đất",
    "dự án đường giao thông",
    "kế hoạch vốn đầu tư công",
    "đề án chuyển đổi số",
    "quy chế làm việc",
    "chương trình nông thôn mới",
    "danh mục thủ tục hành chính",
    "phương án phòng chống bão lũ",
    "đào tạo nghề cho lao động",
    "giấy phép khai thác khoáng sản",
    "bổ nhiệm viên chức quản lý",
    "hỗ trợ hộ nghèo",
];
const PLACES: [&str; 10] = [
    "phường Đông Hà",
    "xã Gio Linh",
    "xã Vĩnh Hoàng",
    "phường Đồng Hới",
    "xã Lệ Thủy",
    "xã Bố Trạch",
    "đặc khu Cồn Cỏ",
    "xã Hướng Hóa",
    "phường Ba Đồn",
    "xã Cam Lộ",
];

/// A document to be issued: its type and its subject, which no other has.
struct Wanted {
    kind: String,
    subject: String,
}

/// Real ones, where there are some, and generated ones: of each list another step, so that pairs are common and rare.
fn wanted(generated: usize) -> Vec<Wanted> {
    let mut all = real();
    for number in 0..generated {
        let (act, matter, place) = (ACTS[number % 8], MATTERS[number / 3 % 12], PLACES[number / 7 % 10]);
        let subject = format!("Về việc {act} {matter} tại {place} đợt {} hồ sơ {number}", number / 97 % 60);
        all.push(Wanted { kind: TYPES[number % TYPES.len()].to_owned(), subject });
    }
    all
}

fn real() -> Vec<Wanted> {
    let Ok(folder) = std::env::var("MOTCUA_DOCUMENT_METADATA") else { return Vec::new() };
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "csv") {
            continue;
        }
        let mut table = csv::Reader::from_path(&path).unwrap();
        let heads = table.headers().unwrap().clone();
        let at = |name: &str| heads.iter().position(|head| head == name);
        let (kind, subject) = (at("type_code").unwrap(), at("abstract_lowercase").or_else(|| at("title")).unwrap());
        for (line, row) in table.records().enumerate() {
            let row = row.unwrap();
            let kind = if TYPES.contains(&&row[kind]) { &row[kind] } else { "QĐ" };
            let subject: String =
                row[subject].split_whitespace().collect::<Vec<_>>().join(" ").chars().take(1_900).collect();
            found.push(Wanted { kind: kind.to_owned(), subject: format!("{subject} [{line}]") });
        }
    }
    found
}

/// The searches: two words of subjects as people type them, without diacritics, the commonest pair among them.
fn searches(all: &[Wanted]) -> Vec<String> {
    let mut searches = vec!["quy hoach".to_owned(), "ve viec".to_owned()];
    let step = (all.len() / SEARCHES).max(1);
    for (n, wanted) in all.iter().step_by(step).enumerate() {
        let text = folded(&wanted.subject);
        let words: Vec<&str> = text.split(' ').filter(|word| word.chars().all(char::is_alphanumeric)).collect();
        if words.len() > 4 {
            searches.push(format!("{} {}", words[n % (words.len() - 1)], words[(n * 7 + 3) % words.len()]));
        }
    }
    searches.truncate(SEARCHES);
    searches
}

/// Small letters without their marks, worked out here and not by the program.
fn folded(text: &str) -> String {
    let small = text.to_lowercase();
    let plain = small.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c));
    plain.map(|c| if c == 'đ' || c == 'ð' { 'd' } else { c }).collect()
}

/// The words by which a document is found: number, type, subject and issuer, each looked at by itself.
fn words_of(wanted: &Wanted, document: &Value) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let name = NAMES[TYPES.iter().position(|kind| *kind == wanted.kind).unwrap()];
    let issuer = &document["issuing_agency"];
    let told = [text(&document["full_number"]), name.to_owned(), text(&issuer["name"]), text(&issuer["code"])];
    let told = folded(&format!("{} {}", told.join(" "), wanted.subject));
    told.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect()
}

async fn search(api: &Api, asked: &Value) -> Value {
    let request = api.request(reqwest::Method::POST, "/v1/documents/search").json(asked);
    motcua_tests::send(request).await.unwrap().ok()
}

/// The subjects of every hit.
async fn all_hits(api: &Api, q: &str) -> BTreeSet<String> {
    let mut subjects = BTreeSet::new();
    let mut after = Value::Null;
    loop {
        let page = search(api, &json!({"q": q, "limit": 200, "after": after})).await;
        let items = page["items"].as_array().unwrap();
        subjects.extend(items.iter().map(|hit| hit["subject"].as_str().unwrap().to_owned()));
        after = page["next"].clone();
        if after.is_null() {
            return subjects;
        }
    }
}

/// What one database found, and how long each search took.
struct Found {
    /// The words of every document, as far as it is searched by them, in the order of what was wanted.
    entered: Vec<BTreeSet<String>>,
    hits: Vec<BTreeSet<String>>,
    times: Vec<Duration>,
}

async fn found(kind: Kind, all: &[Wanted], asked: &[String]) -> Found {
    let installation = Installation::new(kind);
    installation.start(Service::Documents).await;
    let clerk = installation.token(&["--kind", "officer", "--agency", "H50.05", "--role", "clerk"]);
    let clerk = installation.api(Service::Documents, &clerk);
    let file = clerk.upload("quyet-dinh.pdf", b"%PDF-1.7 searched".to_vec()).await;
    let began = Instant::now();
    let issued: Vec<Value> = iter(all.iter().enumerate())
        .map(async |(number, wanted)| {
            let body = json!({
                "external_ref": format!("search-{number}"), "issuing_agency": "H50.05", "type": wanted.kind,
                "subject": wanted.subject, "file_id": file,
            });
            clerk.post("/v1/outgoing-documents", &format!("search-{number}"), &body).await.ok()
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let took = began.elapsed();
    let entered = all.iter().zip(&issued).map(|(wanted, document)| words_of(wanted, document)).collect();
    let mut times = Vec::new();
    for q in asked {
        let began = Instant::now();
        search(&clerk, &json!({"q": q, "limit": 20})).await;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    #[expect(clippy::print_stdout, reason = "the figures of the run")]
    {
        println!(
            "{}: {} documents entered in {took:.1?}; {} searches: median {:.1?}, 95 of 100 within {:.1?}, longest {:.1?}",
            if kind == Kind::Sqlite { "SQLite" } else { "PostgreSQL" },
            all.len(),
            times.len(),
            times[times.len() / 2],
            times[times.len() * 95 / 100],
            times[times.len() - 1],
        );
    }
    let mut hits = Vec::new();
    for q in asked.iter().skip(2).step_by(6) {
        hits.push(all_hits(&clerk, q).await);
    }
    Found { entered, hits, times }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_find_the_same_and_quickly() {
    let all = wanted(if full_size() { 100_000 } else { 400 });
    let asked = searches(&all);
    let sqlite = found(Kind::Sqlite, &all, &asked).await;
    let postgres = found(Kind::Postgres, &all, &asked).await;
    assert!(sqlite.hits.iter().filter(|hits| !hits.is_empty()).count() > sqlite.hits.len() / 2, "most find something");
    for found in [&sqlite, &postgres] {
        // What each should have found, and nothing else, by looking at every document. The databases need not number them
        // alike, so each is held against its own.
        for (q, hits) in asked.iter().skip(2).step_by(6).zip(&found.hits) {
            let has = |words: &BTreeSet<String>| q.split(' ').all(|word| words.contains(word));
            let expected: BTreeSet<String> = all
                .iter()
                .zip(&found.entered)
                .filter(|(_, words)| has(words))
                .map(|(one, _)| one.subject.clone())
                .collect();
            assert_eq!(*hits, expected, "{q}");
        }
    }
    if full_size() {
        for found in [sqlite, postgres] {
            assert!(found.times[found.times.len() * 95 / 100] < LONGEST_WAIT, "slower than {LONGEST_WAIT:?}");
        }
    }
}
