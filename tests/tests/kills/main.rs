//! The procedures service is killed at random moments, while dossiers move and while their clocks pass. What was answered
//! is there, nothing is there twice, and nothing is there that nobody asked for.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod money;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use motcua_tests::{Api, Desk, Installation, Kind, Reply, Service, eventually, full_size, send};
use reqwest::Method;
use serde_json::{Value, json};

/// A procedure with waits that the term excludes, and automatic closing after 15 working days.
const PROCEDURE: &str = "1.000777";
const LAW: &str = "Nghị định 118/2025/NĐ-CP, Điều 17";
/// How many dossiers are moved at once.
const TOGETHER: usize = 4;

/// Ways of dossiers, over and over; after the last step nobody does anything, and the clocks pass.
const WAYS: [&[&str]; 7] = [
    &["receive", "process", "request_supplement", "supplement", "approve"],
    &["receive", "process", "pause", "resume", "withdraw"],
    &["receive", "process", "request_payment", "confirm_payment", "approve"],
    &[],
    &["receive", "process", "request_supplement"],
    &["receive", "process"],
    &["receive", "process", money::DUTY, money::PAY, "approve"],
];

fn procedure() -> Value {
    let term = json!({"count": 10, "unit": "working_day"});
    let excluded = |kind: &str| json!({"kind": kind, "excluded": true, "legal_basis": "Luật Đất đai 2024"});
    let clock = json!({
        "term": term, "supplement_effect": "restart", "waits": [excluded("posting"), excluded("financial_duty")],
        "automatic_closing": {"count": 15, "unit": "working_day"}
    });
    json!({
        "code": PROCEDURE, "name": "Thủ tục có niêm yết", "name_en": "A procedure with posting",
        "field": {"code": "G15-TEST", "name": "Đất đai"}, "level": "commune", "audience": ["citizen"],
        "decision": {"number": "1/QĐ-UBND", "date": "2026-01-05"},
        "legal_bases": [{"number": "31/2024/QH15", "title": "Luật Đất đai", "effective_on": "2024-08-01"}],
        "channels": [{"channel": "online", "term": term, "fees": [], "clock": clock}],
        "components": [{"code": "TP01", "name": "Đơn", "originals": 1, "copies": 0, "required": true, "digitise": false}],
        "results": [{"code": "KQ.G15.000001", "name": "Quyết định"}],
        "agencies": {"competent": "receiving", "issuing": "receiving"}, "issuing": {"type": "QĐ"},
        "description_vi": "Dùng cho kiểm thử.", "description_en": "For tests.", "service_level": "full"
    })
}

/// A request that was answered for good.
struct Answered<'a> {
    api: &'a Api,
    path: String,
    key: String,
    tag: Option<String>,
    body: Value,
    answer: Value,
}

struct Run<'a> {
    desk: &'a Desk,
    answered: Mutex<Vec<Answered<'a>>>,
    /// Acts at the cash desk that were answered for good.
    paid: Mutex<Vec<Answered<'a>>>,
    /// Steps that were answered, of all.
    steps: AtomicUsize,
    repeated: AtomicUsize,
    stale: AtomicUsize,
    next: AtomicU64,
}

impl<'a> Run<'a> {
    /// A number nobody foresees: when the next kill comes.
    fn below(&self, most: u64) -> u64 {
        let now = self.next.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        let mixed = (now ^ (now >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mixed ^ (mixed >> 31)) % most
    }

    /// Sends a request with its key again and again until it is answered.
    async fn until_answered(&self, api: &Api, path: &str, key: &str, tag: Option<&str>, body: &Value) -> Reply {
        let until = Instant::now() + Duration::from_mins(2);
        loop {
            let mut request = api.request(Method::POST, path).header("Idempotency-Key", key).json(body);
            if let Some(tag) = tag {
                request = request.header("If-Match", tag);
            }
            match send(request).await {
                Some(reply) if reply.status < 500 => return reply,
                _ => self.repeated.fetch_add(1, Ordering::Relaxed),
            };
            assert!(Instant::now() < until, "{path} was not answered");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn keep(&self, api: &'a Api, path: String, key: String, tag: Option<String>, body: Value, answer: Value) {
        self.answered.lock().unwrap().push(Answered { api, path, key, tag, body, answer });
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes a dossier along its way.
    async fn take(&self, number: usize) -> String {
        let mut body = motcua_tests::dossier();
        body["procedure"] = json!(PROCEDURE);
        body.as_object_mut().unwrap().remove("form");
        let key = format!("dossier-{number}");
        let reply = self.until_answered(&self.desk.portal, "/v1/dossiers", &key, None, &body).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        let id = reply.body["id"].as_str().unwrap().to_owned();
        self.keep(&self.desk.portal, "/v1/dossiers".to_owned(), key, None, body, reply.body);
        for step in WAYS[number % WAYS.len()] {
            match *step {
                money::PAY => self.pay(&id).await,
                step => self.step(&id, step).await,
            }
        }
        id
    }

    async fn step(&self, id: &str, action: &str) {
        let desk = self.desk;
        let api = match action {
            "receive" => &desk.receiver,
            "supplement" | "withdraw" => &desk.portal,
            "approve" => &desk.approver,
            _ => &desk.processor,
        };
        let body = self.body(action).await;
        let path = format!("/v1/dossiers/{id}/transitions");
        for attempt in 0.. {
            let tag = read(api, &format!("/v1/dossiers/{id}")).await.etag;
            let key = format!("{id}-{action}-{attempt}");
            let reply = self.until_answered(api, &path, &key, tag.as_deref(), &body).await;
            if reply.status == 412 {
                // A clock of the dossier has passed since it was read.
                self.stale.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            assert_eq!(reply.status, 200, "{action}: {}", reply.body);
            return self.keep(api, path, key, tag, body, reply.body);
        }
    }

    async fn body(&self, action: &str) -> Value {
        let file = match action {
            "supplement" => Some(upload(&self.desk.portal).await),
            "approve" => Some(upload(&self.desk.approver).await),
            _ => None,
        };
        match action {
            "request_supplement" => {
                let item = json!({"what": "Đơn", "reason": "Bản nộp không đọc được", "copies": 1});
                json!({"action": action, "items": [item], "legal_basis": LAW})
            }
            "supplement" => json!({"action": action, "files": [{"component": "TP01", "file_id": file}]}),
            "pause" => json!({"action": action, "wait": "posting", "legal_basis": "Luật Đất đai 2024"}),
            "request_payment" => json!({"action": action, "legal_basis": "Luật Đất đai 2024"}),
            money::DUTY => money::duty(),
            "approve" => json!({"action": action, "result": {"subject": "Về việc đất đai", "file_id": file}}),
            _ => json!({"action": action}),
        }
    }

    /// Kills the service so many times while the steps go on, and starts it again each time.
    async fn kill_during_steps(&self, installation: &Installation, steps: usize, kills: usize) {
        for kill in 1..=kills {
            let at = steps * kill / (kills + 1);
            eventually("the steps go on", 300, async || self.steps.load(Ordering::Relaxed) >= at).await;
            tokio::time::sleep(Duration::from_millis(self.below(60))).await;
            installation.kill(Service::Procedures);
            installation.start(Service::Procedures).await;
        }
    }
}

async fn read(api: &Api, path: &str) -> Reply {
    let until = Instant::now() + Duration::from_mins(2);
    loop {
        match send(api.request(Method::GET, path)).await {
            Some(reply) if reply.status == 200 => return reply,
            Some(reply) => assert!(reply.status >= 500, "{path}: {}", reply.body),
            None => {}
        }
        assert!(Instant::now() < until, "{path} can't be read");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Uploads a file, once more where nobody answered: a file that nobody names harms nobody.
async fn upload(api: &Api) -> String {
    let until = Instant::now() + Duration::from_mins(2);
    loop {
        let request = api.request(Method::POST, "/v1/files").header("Content-Type", "application/pdf");
        if let Some(reply) = send(request.body(b"%PDF-1.7 kills".to_vec())).await
            && reply.status < 500
        {
            return reply.ok()["id"].as_str().unwrap().to_owned();
        }
        assert!(Instant::now() < until, "no upload was answered");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Every event of the service so far about one kind of thing, by its id, in order.
async fn events(feed: &Api, things: &str) -> BTreeMap<String, Vec<Value>> {
    let (mut by_id, mut after) = (BTreeMap::<String, Vec<Value>>::new(), "0".to_owned());
    loop {
        let page = read(feed, &format!("/v1/events?after={after}&limit=1000")).await;
        let Some(last) = page.body.as_array().unwrap().last() else { return by_id };
        last["position"].as_str().unwrap().clone_into(&mut after);
        for event in page.body.as_array().unwrap() {
            if let Some(id) = event["subject"].as_str().unwrap().strip_prefix(things) {
                by_id.entry(id.to_owned()).or_default().push(event.clone());
            }
        }
    }
}

fn kind(event: &Value) -> &str {
    event["type"].as_str().unwrap().trim_start_matches("dossier.").trim_end_matches(".v1")
}

/// Whether an event can follow in this state, and leads to that one.
fn is_legal(kind: &str, from: &str, to: &str) -> bool {
    let open = ["received", "processing", "paused", "awaiting_supplement", "awaiting_payment"];
    match kind {
        "submitted" => (from, to) == ("", "submitted"),
        "received" => (from, to) == ("submitted", "received"),
        "processing" => (from, to) == ("received", "processing"),
        "supplement_requested" => (from, to) == ("processing", "awaiting_supplement"),
        "supplemented" => (from, to) == ("awaiting_supplement", "processing"),
        "paused" => (from, to) == ("processing", "paused"),
        "resumed" => (from, to) == ("paused", "processing"),
        "payment_requested" => (from, to) == ("processing", "awaiting_payment"),
        "payment_confirmed" => (from, to) == ("awaiting_payment", "processing"),
        "approved" => (from, to) == ("processing", "issuing"),
        "done" => (from, to) == ("issuing", "done"),
        "withdrawn" => to == "withdrawn" && (from == "submitted" || open.contains(&from)),
        "stopped" => (from, to) == ("awaiting_supplement", "stopped"),
        "alerted" | "check_overdue" => (from, to) == ("submitted", "submitted"),
        "apology_due" | "fees_changed" => from == to && open.contains(&from),
        // Also while the result waits for its number.
        "overdue" | "escalated" => from == to && (from == "issuing" || open.contains(&from)),
        _ => false,
    }
}

/// The events of one dossier are a legal path with contiguous versions, and no clock of it was told twice.
fn check_path(id: &str, events: &[Value]) {
    let (mut state, mut clocks) = (String::new(), BTreeSet::new());
    for (version, event) in (1..).zip(events) {
        assert_eq!(event["subjectversion"], version.to_string(), "{id}: {event}");
        let to = event["data"]["state"].as_str().unwrap();
        assert!(is_legal(kind(event), &state, to), "{id}: {} from {state} to {to}", kind(event));
        to.clone_into(&mut state);
        if let Some(clock) = event["data"]["clock"].as_str() {
            assert!(clocks.insert((clock, event["data"]["passed_at"].as_str())), "{id}: {clock} twice");
        }
    }
}

async fn kills_at_random(database: Kind) {
    let installation = Installation::new(database);
    installation.start_all().await;
    let desk = Desk::of(&installation);
    desk.portal.directory_has_arrived().await;
    // A Monday morning; four weeks without a holiday follow.
    desk.clerk.set_clock("2027-03-01T01:00:00Z").await;
    eventually("the clock has arrived", 30, async || {
        let clock = desk.receiver.get("/sandbox/clock").await;
        clock.body["at"].as_str().is_some_and(|at| at.starts_with("2027-03-01T01"))
    })
    .await;
    let file = installation.folder.path().join("waits.jsonl");
    std::fs::write(&file, procedure().to_string()).unwrap();
    installation.run(&["import", "procedures", file.to_str().unwrap()]);

    let (dossiers, kills, rounds) = if full_size() { (462, 60, 8) } else { (14, 5, 2) };
    let of_way = |number: usize| WAYS[number % WAYS.len()].iter().filter(|step| **step != money::PAY).count();
    let steps: usize = (0..dossiers).map(|number| 1 + of_way(number)).sum();
    let seed = u64::from(std::process::id());
    let run = Run {
        desk: &desk,
        answered: Mutex::default(),
        paid: Mutex::default(),
        steps: AtomicUsize::new(0),
        repeated: AtomicUsize::new(0),
        stale: AtomicUsize::new(0),
        next: AtomicU64::new(seed),
    };
    let next = AtomicUsize::new(0);
    let worker = || async {
        let mut taken = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= dossiers {
                return taken;
            }
            if number == dossiers / 2 {
                // Past the two working hours of those who still wait at the desk, amid everything else.
                desk.clerk.set_clock("2027-03-01T04:30:00Z").await;
            }
            taken.push((number, run.take(number).await));
        }
    };
    let workers = futures_util::future::join_all((0..TOGETHER).map(|_| worker()));
    let (taken, ()) = tokio::join!(workers, run.kill_during_steps(&installation, steps, kills));
    let taken: BTreeMap<usize, String> = taken.into_iter().flatten().collect();
    assert_eq!(run.steps.load(Ordering::Relaxed), steps);

    // Checks missed, due dates passed, silence established: with the service killed in the middle of each.
    for at in ["2027-03-03T10:00:01Z", "2027-03-16T02:00:00Z", "2027-03-30T02:00:00Z"] {
        desk.clerk.set_clock(at).await;
        for _ in 0..rounds {
            tokio::time::sleep(Duration::from_millis(300 + run.below(900))).await;
            installation.kill(Service::Procedures);
            installation.start(Service::Procedures).await;
        }
    }
    let feed = installation.api(Service::Procedures, &installation.token(&["--kind", "service"]));
    eventually("every clock has passed and every result has its number", 180, async || {
        let events = events(&feed, "dossiers/").await;
        taken.iter().all(|(number, id)| {
            let told: Vec<&str> = events.get(id).map(|events| events.iter().map(kind).collect()).unwrap_or_default();
            let last = match number % WAYS.len() {
                0 | 2 | 6 => "done",
                1 => "withdrawn",
                3 => "check_overdue",
                4 => "stopped",
                _ => "overdue",
            };
            told.contains(&last)
        })
    })
    .await;

    let payments = events(&feed, "payments/").await;
    let events = events(&feed, "dossiers/").await;
    assert_eq!(events.keys().collect::<BTreeSet<_>>(), taken.values().collect(), "dossiers nobody was told of");
    let mut clocks = BTreeMap::<String, usize>::new();
    for (id, events) in &events {
        check_path(id, events);
        let now = read(&desk.portal, &format!("/v1/dossiers/{id}")).await.body;
        assert_eq!(now["version"], json!(events.len()), "{id}");
        assert_eq!(now["state"]["local"], events.last().unwrap()["data"]["state"], "{id}");
        for event in events.iter().filter(|event| event["actor"] == "service:procedures") {
            *clocks.entry(kind(event).to_owned()).or_default() += 1;
        }
    }
    for (number, id) in &taken {
        let count = |wanted: &str| events[id].iter().filter(|event| kind(event) == wanted).count();
        let expected: &[(&str, usize)] = match number % WAYS.len() {
            3 => &[("alerted", 1), ("check_overdue", 1), ("overdue", 0)],
            4 => &[("stopped", 1), ("overdue", 0)],
            5 => &[("apology_due", 1), ("overdue", 1)],
            1 => &[("apology_due", 0), ("overdue", 0), ("stopped", 0)],
            _ => &[("apology_due", 0), ("done", 1), ("stopped", 0)],
        };
        for (kind, times) in expected {
            assert_eq!(count(kind), *times, "{id}: {kind}");
        }
        if number % WAYS.len() == 3 {
            let notices = read(&desk.receiver, &format!("/v1/notices?dossier={id}")).await.body;
            let told: Vec<&Value> = notices["items"].as_array().unwrap().iter().map(|item| &item["kind"]).collect();
            assert_eq!(told, ["online_check", "alert"], "{id}");
        }
    }

    let payers: Vec<&String> = taken.iter().filter(|(number, _)| *number % WAYS.len() == 6).map(|(_, id)| id).collect();
    for id in &payers {
        money::check(&desk.receiver, id, &events[*id], &payments).await;
    }
    assert_eq!(payments.len(), payers.len() * money::ATTEMPTS, "attempts nobody made");

    // What was answered is what there is: each answer by its version, and nothing besides by the hand of a caller.
    let answered = run.answered.into_inner().unwrap();
    let mut versions = BTreeSet::new();
    for one in &answered {
        let (id, version) = (one.answer["id"].as_str().unwrap(), one.answer["version"].as_i64().unwrap());
        assert!(versions.insert((id.to_owned(), version)), "{id} was given version {version} twice");
        let event = &events[id][usize::try_from(version).unwrap() - 1];
        assert_eq!(event["data"]["state"], one.answer["state"]["local"], "{id} {version}");
        assert_ne!(event["actor"], "service:procedures", "{id} {version}");
    }
    let by_callers = events.values().flatten().filter(|event| event["actor"] != "service:procedures").count();
    let of_money = payers.len() * money::DOSSIER_EVENTS;
    assert_eq!((by_callers, answered.len()), (steps + of_money, steps));
    let paid = run.paid.into_inner().unwrap();
    assert_eq!(paid.len(), payers.len() * money::ACTS);
    for one in answered.iter().chain(&paid) {
        let reply = run_again(one).await;
        assert!(reply.headers.contains_key("idempotency-replayed"), "{}", one.key);
        assert_eq!(reply.body, one.answer, "{}", one.key);
    }
    let codes: BTreeSet<&str> = answered
        .iter()
        .filter(|one| one.body["action"] == "receive")
        .map(|one| one.answer["code"].as_str().unwrap())
        .collect();
    let received = answered.iter().filter(|one| one.body["action"] == "receive").count();
    assert_eq!(codes.len(), received, "a dossier code twice");
    let repeated = run.repeated.load(Ordering::Relaxed);
    let (kills, stale) = (kills + 3 * rounds, run.stale.load(Ordering::Relaxed));
    #[expect(clippy::print_stdout, reason = "the figures of the run")]
    {
        println!("{steps} steps, {kills} kills, {repeated} requests repeated, {stale} stale, by itself: {clocks:?}");
    }
    for service in Service::ALL {
        installation.kill(service);
    }
    let verified = installation.run(&["verify"]);
    assert!(verified.lines().all(|line| line.contains("events in order")), "{verified}");
}

async fn run_again(one: &Answered<'_>) -> Reply {
    let mut request = one.api.request(Method::POST, &one.path).header("Idempotency-Key", &one.key).json(&one.body);
    if let Some(tag) = &one.tag {
        request = request.header("If-Match", tag);
    }
    send(request).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_random_moments_do_nothing_twice_and_lose_nothing_sqlite() {
    kills_at_random(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_random_moments_do_nothing_twice_and_lose_nothing_postgres() {
    kills_at_random(Kind::Postgres).await;
}
