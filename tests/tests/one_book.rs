//! Sixty-four write into one book at once while the service is killed at random moments and transactions are rolled back
//! after they took a number. The book then reads 1 to n without gap or repeat, what is void stands in it, every answer is
//! there and nothing besides, and the journal's chain agrees.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use motcua_tests::{Api, Installation, Kind, Reply, Service, eventually, full_size, send};
use reqwest::Method;
use serde_json::{Value, json};

const WRITERS: usize = 64;
/// A symbol whose documents the database refuses, after their number was taken.
const DOOMED: &str = "HONG";

/// Makes the database refuse documents of [`DOOMED`]: everything their transaction did is rolled back.
fn refuse_doomed(installation: &Installation, kind: Kind) {
    let url = &installation.database(Service::Documents).url;
    match kind {
        Kind::Sqlite => {
            let mut conn = SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap()).unwrap();
            conn.batch_execute(&format!(
                "PRAGMA busy_timeout = 10000; CREATE TRIGGER doomed BEFORE INSERT ON outgoing_documents \
                 WHEN NEW.symbol = '{DOOMED}' BEGIN SELECT RAISE(ABORT, 'doomed'); END"
            ))
        }
        Kind::Postgres => PgConnection::establish(url).unwrap().batch_execute(&format!(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'doomed'; END $$; \
             CREATE TRIGGER doomed BEFORE INSERT ON outgoing_documents FOR EACH ROW \
             WHEN (NEW.symbol = '{DOOMED}') EXECUTE FUNCTION refuse()"
        )),
    }
    .unwrap();
}

/// What was answered for good, by number and letter.
#[derive(Default)]
struct Told {
    /// Documents.
    issued: BTreeMap<(i64, String), String>,
    void: BTreeSet<i64>,
    reserved: BTreeSet<i64>,
    register: String,
}

struct Run<'a> {
    clerk: &'a Api,
    told: Mutex<Told>,
    acts: AtomicUsize,
    repeated: AtomicUsize,
    rolled_back: AtomicUsize,
    next: AtomicU64,
}

impl Run<'_> {
    /// A number nobody foresees.
    fn below(&self, most: u64) -> u64 {
        let now = self.next.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        let mixed = (now ^ (now >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mixed ^ (mixed >> 31)) % most
    }

    /// Sends a request with its key again and again until it is answered; a request that is doomed is answered by 500.
    async fn until_answered(&self, path: &str, key: &str, tag: Option<&str>, body: &Value, doomed: bool) -> Reply {
        let until = Instant::now() + Duration::from_mins(2);
        loop {
            let mut request = self.clerk.request(Method::POST, path).header("Idempotency-Key", key).json(body);
            if let Some(tag) = tag {
                request = request.header("If-Match", tag);
            }
            match send(request).await {
                Some(reply) if reply.status < 500 || (doomed && reply.status == 500) => return reply,
                _ => self.repeated.fetch_add(1, Ordering::Relaxed),
            };
            assert!(Instant::now() < until, "{path} was not answered");
            tokio::time::sleep(Duration::from_millis(20 + self.below(30))).await;
        }
    }

    async fn upload(&self) -> String {
        let until = Instant::now() + Duration::from_mins(2);
        loop {
            let request = self.clerk.request(Method::POST, "/v1/files").header("Content-Type", "application/pdf");
            if let Some(reply) = send(request.body(b"%PDF-1.7 one book".to_vec())).await
                && reply.status < 500
            {
                return reply.ok()["id"].as_str().unwrap().to_owned();
            }
            assert!(Instant::now() < until, "no upload was answered");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Issues a document and keeps what was answered.
    async fn issue(&self, key: &str, file: &str, more: Value) -> (i64, String) {
        let mut body = decision(file, key);
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let reply = self.until_answered("/v1/outgoing-documents", key, None, &body, false).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        let place =
            (reply.body["number"].as_i64().unwrap(), reply.body["suffix"].as_str().unwrap_or_default().to_owned());
        let mut told = self.told.lock().unwrap();
        reply.body["register"]["id"].as_str().unwrap().clone_into(&mut told.register);
        let before = told.issued.insert(place.clone(), reply.body["id"].as_str().unwrap().to_owned());
        assert_eq!(before, None, "{place:?} was given twice");
        told.reserved.remove(&place.0);
        place
    }

    /// Reserves some numbers.
    async fn reserve(&self, key: &str, count: i64) -> (String, Vec<i64>) {
        let body = json!({"agency": "H50.12", "type": "QĐ", "reason": "Ký ngoài giờ", "count": count});
        let reply = self.until_answered("/v1/register-reservations", key, None, &body, false).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        let numbers: Vec<i64> =
            reply.body["entries"].as_array().unwrap().iter().map(|entry| entry["number"].as_i64().unwrap()).collect();
        let mut told = self.told.lock().unwrap();
        for number in &numbers {
            assert!(told.reserved.insert(*number), "{number} was reserved twice");
        }
        (reply.body["register"]["id"].as_str().unwrap().to_owned(), numbers)
    }

    async fn void(&self, key: &str, register: &str, number: i64) {
        let path = format!("/v1/registers/{register}/entries/{number}/void");
        let body = json!({"reason": "Không ban hành văn bản này nữa"});
        let reply = self.until_answered(&path, key, Some("\"v1\""), &body, false).await;
        assert_eq!((reply.status, &reply.body["state"]), (200, &json!("void")), "{}", reply.body);
        let mut told = self.told.lock().unwrap();
        assert!(told.void.insert(number), "{number} became void twice");
        told.reserved.remove(&number);
    }

    /// One act of a writer: of every ten, five plain documents and one each of what can become of a number.
    async fn act(&self, writer: usize, turn: usize, file: &str, mine: &mut Vec<i64>) {
        let key = format!("{writer}-{turn}");
        match (writer + turn * 7) % 10 {
            5 => {
                let mut body = decision(file, &key);
                body["symbol"] = json!(DOOMED);
                let reply = self.until_answered("/v1/outgoing-documents", &key, None, &body, true).await;
                assert_eq!(reply.status, 500, "{}", reply.body);
                self.rolled_back.fetch_add(1, Ordering::Relaxed);
            }
            6 => {
                let (register, numbers) = self.reserve(&format!("{key}-reserve"), 2).await;
                let reservation = json!({"reservation": {"register_id": register, "number": numbers[0]}});
                self.issue(&key, file, reservation.clone()).await;
                self.void(&format!("{key}-void"), &register, numbers[1]).await;
                // Again for another document: refused while the register is held.
                let mut body = decision(file, &format!("{key}-again"));
                body["reservation"] = reservation["reservation"].clone();
                let path = "/v1/outgoing-documents";
                let refused = self.until_answered(path, &format!("{key}-again"), None, &body, false).await;
                assert_eq!(refused.problem(409), "register.number_taken");
            }
            7 => {
                let (register, numbers) = self.reserve(&format!("{key}-reserve"), 1).await;
                self.void(&format!("{key}-void"), &register, numbers[0]).await;
            }
            8 if !mine.is_empty() => {
                let after = mine[usize::try_from(self.below(mine.len() as u64)).unwrap()];
                let decision = json!({"number": "20/QĐ-UBND", "date": "2026-01-05"});
                self.issue(&key, file, json!({"late_number": {"after": after, "decision": decision}})).await;
            }
            _ => mine.push(self.issue(&key, file, json!({})).await.0),
        }
        self.acts.fetch_add(1, Ordering::Relaxed);
    }

    async fn write(&self, writer: usize, turns: usize) {
        let file = self.upload().await;
        let mut mine = Vec::new();
        for turn in 0..turns {
            self.act(writer, turn, &file, &mut mine).await;
        }
    }

    async fn kill(&self, installation: &Installation, acts: usize, kills: usize) {
        for kill in 1..=kills {
            let at = acts * kill / (kills + 1);
            eventually("writing goes on", 300, async || self.acts.load(Ordering::Relaxed) >= at).await;
            tokio::time::sleep(Duration::from_millis(self.below(80))).await;
            installation.kill(Service::Documents);
            installation.start(Service::Documents).await;
        }
    }
}

fn decision(file: &str, key: &str) -> Value {
    json!({
        "external_ref": key, "issuing_agency": "H50.12", "type": "QĐ", "subject": "Về việc ghi sổ", "file_id": file
    })
}

/// Every line of a register.
async fn lines(clerk: &Api, register: &str) -> Vec<Value> {
    let (mut all, mut path) = (Vec::new(), format!("/v1/registers/{register}/entries?limit=200"));
    loop {
        let page = clerk.get(&path).await.ok();
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { return all };
        path = format!("/v1/registers/{register}/entries?limit=200&after={next}");
    }
}

/// Reads the book as a person with a pencil would.
fn check_lines(lines: &[Value], told: &Told) {
    let mut expected = (0, String::new());
    let (mut used, mut void) = (BTreeMap::new(), BTreeSet::new());
    for line in lines {
        let (number, suffix) = (line["number"].as_i64().unwrap(), line["suffix"].as_str().unwrap_or_default());
        let next_letter = match expected.1.chars().next() {
            None => "a".to_owned(),
            Some(letter) => char::from_u32(u32::from(letter) + 1).unwrap().to_string(),
        };
        let follows =
            (number == expected.0 + 1 && suffix.is_empty()) || (number == expected.0 && suffix == next_letter);
        assert!(follows, "{number}{suffix} behind {expected:?}");
        expected = (number, suffix.to_owned());
        let full = format!("{number:02}{suffix}/QĐ-UBND");
        assert_eq!(line["full_number"], json!(full));
        match line["state"].as_str().unwrap() {
            "used" => {
                used.insert((number, suffix.to_owned()), line["document_id"].as_str().unwrap().to_owned());
            }
            "void" => {
                assert!(line["void_reason"].is_string() && line["document_id"].is_null(), "{line}");
                void.insert(number);
            }
            state => panic!("{number} is {state}"),
        }
    }
    assert_eq!(used, told.issued, "what was answered is what there is");
    assert_eq!(void, told.void);
}

async fn sixty_four_writers(kind: Kind) {
    let installation = Installation::new(kind);
    installation.start(Service::Documents).await;
    refuse_doomed(&installation, kind);
    let token = installation.token(&["--kind", "officer", "--agency", "H50.12", "--role", "clerk"]);
    let clerk = installation.api(Service::Documents, &token);
    clerk.set_clock("2026-12-01T03:00:00Z").await;
    let (turns, kills) = if full_size() { (100, 60) } else { (5, 4) };
    let run = Run {
        clerk: &clerk,
        told: Mutex::default(),
        acts: AtomicUsize::new(0),
        repeated: AtomicUsize::new(0),
        rolled_back: AtomicUsize::new(0),
        next: AtomicU64::new(u64::from(std::process::id())),
    };
    let writers = futures_util::future::join_all((0..WRITERS).map(|writer| run.write(writer, turns)));
    tokio::join!(writers, run.kill(&installation, WRITERS * turns, kills));

    let told = run.told.into_inner().unwrap();
    assert!(told.reserved.is_empty() && !told.void.is_empty());
    assert!(told.issued.keys().any(|(_, suffix)| !suffix.is_empty()), "no late number was given");
    let register = clerk.get(&format!("/v1/registers/{}", told.register)).await.ok();
    let lines = lines(&clerk, &told.register).await;
    check_lines(&lines, &told);
    let last = lines.iter().map(|line| line["number"].as_i64().unwrap()).max().unwrap();
    assert_eq!(register["last_number"], json!(last));

    // The year ends, the book is closed, and its signature is held against its lines.
    clerk.set_clock("2027-01-04T03:00:00Z").await;
    let path = format!("/v1/registers/{}", told.register);
    let tag = clerk.get(&path).await.etag.unwrap();
    let request = clerk.request(Method::POST, &format!("{path}/closing")).header("If-Match", tag).json(&json!({}));
    let closed = send(request).await.unwrap().ok();
    assert_eq!(closed["closing"]["used"], json!(told.issued.len()));
    assert_eq!(closed["closing"]["void"], json!(told.void.len()));
    let check = clerk.get(&format!("{path}/check")).await.ok();
    assert_eq!((&check["in_order"], &check["agrees_with_journal"]), (&json!(true), &json!(true)), "{check}");
    assert_eq!((&check["missing"], &check["differing_documents"]), (&json!([]), &json!([])), "{check}");
    let (repeated, rolled_back) = (run.repeated.into_inner(), run.rolled_back.into_inner());
    assert!(rolled_back > 0);
    #[expect(clippy::print_stdout, reason = "the figures of the run")]
    {
        println!(
            "{last} numbers, {} lines, {kills} kills, {repeated} repeated, {rolled_back} rolled back",
            lines.len()
        );
    }
    installation.kill(Service::Documents);
    let verified = installation.run(&["verify", "documents"]);
    assert!(verified.lines().all(|line| line.contains("events in order")), "{verified}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_book_of_sixty_four_writers_and_many_kills_has_no_gap_and_no_repeat_sqlite() {
    sixty_four_writers(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_book_of_sixty_four_writers_and_many_kills_has_no_gap_and_no_repeat_postgres() {
    sixty_four_writers(Kind::Postgres).await;
}
