//! What the script knows of one dossier: what it did, when, and what the oracle makes of it. The service is asked to do
//! the same, and must agree at every step.

use motcua_clock::{ClockRule, TermUnit, WaitKind, WorkedPart};
use motcua_tests::{Api, Reply, send};
use reqwest::Method;
use serde_json::{Value, json};

use super::history_oracle::{Answer, Step, Told, World, tell, tell_new};
use super::oracle::DAY;
use super::rules::RULES;
use super::script::{Move, Office, Story};
use super::world::{date, minute_of};
use super::{People, dossier};

const LAW: &str = "Nghị định 118/2025/NĐ-CP, Điều 17";

/// Where the script believes a dossier to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Nowhere,
    Submitted,
    Received,
    Processing,
    Asked,
    Paused,
    Duty,
    Ended,
}

/// A history as the oracle takes it, and since when the applicant is asked for something.
type History = (Vec<(i64, Step)>, Option<i64>);

/// The book of one dossier.
pub(crate) struct Book {
    number: usize,
    rule: usize,
    pub office: Office,
    pub online: bool,
    clock: ClockRule,
    moves: Vec<(usize, Move)>,
    at: usize,
    id: String,
    state: State,
    back: State,
    pub received: Option<i64>,
    steps: Vec<(i64, Step)>,
    waits: u32,
    asked: Option<i64>,
    /// When it ended.
    pub end: Option<i64>,
    /// The oracle's due minute at the end of the script; none while the clock stands still, unless it had passed before.
    pub due: Option<i64>,
    /// How the end stands to the due instant.
    pub bucket: Option<&'static str>,
    /// Steps that the clock refused.
    pub refused: usize,
}

impl Book {
    pub(crate) fn of(story: &Story) -> Self {
        Self {
            number: story.number,
            rule: story.rule,
            office: story.office,
            online: story.online,
            clock: RULES[story.rule].clock(),
            moves: story.moves.clone(),
            at: 0,
            id: String::new(),
            state: State::Nowhere,
            back: State::Nowhere,
            received: None,
            steps: Vec::new(),
            waits: 0,
            asked: None,
            end: None,
            due: None,
            bucket: None,
            refused: 0,
        }
    }

    /// The code of its field.
    pub(crate) fn field(&self) -> &'static str {
        RULES[self.rule].field.0
    }

    /// The tick of its next step.
    pub(crate) fn next(&self) -> Option<usize> {
        self.moves.get(self.at).map(|(tick, _)| *tick).filter(|_| self.state != State::Ended)
    }

    /// Takes its next step at this minute.
    pub(crate) async fn act(&mut self, people: &People, world: &World, minute: i64) {
        let (tick, step) = self.moves[self.at];
        if self.ends_on_the_minute(world, minute, step) {
            // Seconds would decide whether it is late, and the script counts in minutes.
            self.moves[self.at] = (tick + 1, step);
            return;
        }
        self.at += 1;
        if step == Move::Submit {
            let body = dossier(self.number, &RULES[self.rule], self.office, self.online);
            let created = people.portal.post("/v1/dossiers", &format!("year-{}", self.number), &body).await.ok();
            created["id"].as_str().unwrap().clone_into(&mut self.id);
            self.state = State::Submitted;
            return;
        }
        // A step that the clock refused leaves the dossier where it was, and what should have followed is left out.
        let Some(after) = self.after(step) else { return };
        let reply = self.ask(people, step, minute).await;
        let told = self.with(step, minute);
        if reply.status == 409 {
            return self.was_refused(people, world, minute, &reply, told).await;
        }
        let answer = reply.ok();
        self.state = after;
        if let Some((steps, asked)) = told {
            let allowed = tell_new(world, &self.clock, self.received.unwrap(), &steps, minute);
            assert!(
                matches!(allowed, Told::Due(_)),
                "{}: the service allows {step:?}, the oracle says {allowed:?}",
                self.id
            );
            self.steps = steps;
            self.waits += u32::from(matches!(self.steps.last(), Some((_, Step::Begin(..)))));
            self.asked = asked;
        }
        match step {
            Move::Receive => self.received = Some(minute),
            Move::Approve => self.wait_until_done(people).await,
            _ => {}
        }
        if self.state == State::Ended {
            self.end = self.received.map(|_| minute);
            return;
        }
        if self.received.is_some() {
            let oracle = self.oracle(world, minute);
            self.compare(&answer, &oracle, "after a step");
        }
    }

    /// Where a step leads from here; none when it can't be taken.
    fn after(&mut self, step: Move) -> Option<State> {
        let open = matches!(
            self.state,
            State::Submitted | State::Received | State::Processing | State::Asked | State::Paused | State::Duty
        );
        match (step, self.state) {
            (Move::Receive, State::Submitted) => Some(State::Received),
            (Move::Process, State::Received) => Some(State::Processing),
            (Move::Ask, State::Received | State::Processing) => {
                self.back = self.state;
                Some(State::Asked)
            }
            (Move::Answer, State::Asked) => Some(self.back),
            (Move::Pause, State::Processing) => Some(State::Paused),
            (Move::Resume, State::Paused) => Some(State::Processing),
            (Move::RequestPayment, State::Processing) => Some(State::Duty),
            (Move::ConfirmPayment, State::Duty) => Some(State::Processing),
            (Move::Extend(_), State::Received | State::Processing | State::Paused | State::Duty) => Some(self.state),
            (Move::Approve | Move::TurnDown, State::Processing) => Some(State::Ended),
            (Move::Withdraw, _) if open => Some(State::Ended),
            _ => None,
        }
    }

    /// The history with a step, as the oracle takes it, and since when the applicant is asked; none for steps that no
    /// clock knows.
    fn with(&self, step: Move, minute: i64) -> Option<History> {
        let mut steps = self.steps.clone();
        let pause = RULES[self.rule].pause();
        let (what, asked) = match step {
            Move::Ask => (Step::Begin(self.waits, WaitKind::Supplement), Some(minute)),
            Move::Pause => {
                let kind = WaitKind::ALL.into_iter().find(|kind| Some(kind.as_str()) == pause).unwrap();
                (Step::Begin(self.waits, kind), None)
            }
            Move::RequestPayment => (Step::Begin(self.waits, WaitKind::FinancialDuty), None),
            Move::Answer | Move::Resume | Move::ConfirmPayment => (Step::End(self.waits - 1), None),
            Move::Extend(days) => (Step::ExtendTo(minute / DAY + days), self.asked),
            Move::Submit | Move::Receive | Move::Process | Move::Approve | Move::TurnDown | Move::Withdraw => {
                return None;
            }
        };
        steps.push((minute, what));
        Some((steps, asked))
    }

    fn oracle(&self, world: &World, now: i64) -> Answer {
        let mut steps = self.steps.clone();
        steps.extend(self.end.map(|end| (end, Step::Finish)));
        match tell(world, &self.clock, self.received.unwrap(), &steps, now) {
            Told::Due(answer) => answer,
            other => panic!("{}: the oracle says {other:?} of {steps:?}", self.id),
        }
    }

    /// The service refused a step: the oracle refuses it for the same reason, or the applicant was silent for too long.
    async fn was_refused(&mut self, people: &People, world: &World, minute: i64, reply: &Reply, told: Option<History>) {
        let code = reply.body["code"].as_str().unwrap_or_default();
        if code == "dossier.state" {
            assert_eq!(self.state(people).await, "stopped", "{}: {}", self.id, reply.body);
            let (earliest, _) = self.silence(world).unwrap_or_else(|| panic!("{}: closed by nobody", self.id));
            assert!(earliest <= minute, "{}: closed before the silence was long enough", self.id);
            self.close(people).await;
            return;
        }
        let (steps, _) = told.unwrap_or_else(|| panic!("{}: {}", self.id, reply.body));
        let refused = tell_new(world, &self.clock, self.received.unwrap(), &steps, minute);
        match refused {
            Told::Refused(index, fault) => {
                assert_eq!((index, fault.code()), (steps.len(), code), "{}: {}", self.id, reply.body);
            }
            other => panic!("{}: the service refuses {code}, the oracle says {other:?}", self.id),
        }
        self.refused += 1;
    }

    /// The service closed it by itself: when, only the service knows to the minute.
    async fn close(&mut self, people: &People) {
        let clock = people.portal.get(&format!("/v1/dossiers/{}/clock", self.id)).await.ok();
        assert_eq!(clock["judgement"]["ended"], true, "{clock}");
        self.end = Some(minute_of(clock["judgement"]["judged_at"].as_str().unwrap()));
        self.state = State::Ended;
    }

    /// From when to when a silent applicant's dossier is closed; none when none is awaited or the rule closes nothing.
    fn silence(&self, world: &World) -> Option<(i64, i64)> {
        let asked = self.asked.filter(|_| self.state == State::Asked)?;
        let days = usize::try_from(self.clock.automatic_closing?.count).unwrap();
        let nth = |count: usize| {
            let worked = |day: &i64| world.days[usize::try_from(*day).unwrap()] != WorkedPart::Nothing;
            (asked / DAY + 1..).filter(worked).nth(count - 1).unwrap()
        };
        Some((nth(days) * DAY, (nth(days + 1) + 1) * DAY))
    }

    /// Whether the silence has surely been long enough.
    pub(crate) fn closes_by_silence(&self, world: &World, now: i64) -> bool {
        self.silence(world).is_some_and(|(_, latest)| latest <= now)
    }

    fn ends_on_the_minute(&self, world: &World, minute: i64, step: Move) -> bool {
        let ends = matches!(step, Move::Approve | Move::TurnDown | Move::Withdraw);
        let in_hours = self.clock.term.unit == TermUnit::WorkingHour && self.received.is_some();
        ends && in_hours && (self.oracle(world, minute).due - minute).abs() <= self.tolerance()
    }

    /// Steps take some seconds of their minute, which add up in a term of hours.
    fn tolerance(&self) -> i64 {
        if self.clock.term.unit == TermUnit::WorkingHour { 1 + i64::from(self.waits) } else { 0 }
    }

    fn compare(&self, answer: &Value, oracle: &Answer, when: &str) {
        let same = |told: &Value, minute: i64, what: &str| {
            let told = told.as_str().map(minute_of);
            let near = told.is_some_and(|told| (told - minute).abs() <= self.tolerance());
            assert!(near, "{} {when}: {what} is {told:?}, the oracle says {minute} of {:?}", self.id, self.steps);
        };
        same(&answer["first_due_at"], oracle.first_due, "first_due_at");
        match self.known_due(answer, oracle) {
            None => assert!(answer["due_at"].is_null(), "{} {when}: due in a wait: {answer}", self.id),
            Some(due) => same(&answer["due_at"], due, "due_at"),
        }
    }

    /// The due minute that the service has to tell: none in a wait, unless it had passed before the wait began. Where that
    /// is a question of seconds, which the script does not count, the service is believed.
    fn known_due(&self, answer: &Value, oracle: &Answer) -> Option<i64> {
        let began =
            self.steps.iter().rev().find(|(_, step)| matches!(step, Step::Begin(..))).map(|(minute, _)| *minute);
        let late = began.map_or(0, |began| began - oracle.due);
        let known = match late.abs() {
            _ if !oracle.waiting => true,
            minutes if minutes <= self.tolerance() => !answer["due_at"].is_null(),
            _ => late > 0,
        };
        known.then_some(oracle.due)
    }

    /// Compares the dossier with the oracle for the last time; says the state it is in.
    pub(crate) async fn compare_at_the_end(&mut self, people: &People, world: &World, now: i64) -> String {
        if self.id.is_empty() {
            return "never submitted".to_owned();
        }
        let answer = people.portal.get(&format!("/v1/dossiers/{}", self.id)).await.ok();
        let state = answer["state"]["local"].as_str().unwrap().to_owned();
        if state == "stopped" && self.state != State::Ended {
            assert!(self.silence(world).is_some_and(|(earliest, _)| earliest <= now), "{}: closed too early", self.id);
            self.close(people).await;
        }
        if self.received.is_some() {
            let oracle = self.oracle(world, now);
            self.compare(&answer, &oracle, "at the end");
            self.due = self.known_due(&answer, &oracle);
            self.bucket = self.end.map(|end| match end {
                end if end > oracle.due => "late",
                end if end / DAY < oracle.due / DAY => "early",
                _ => "on_time",
            });
        }
        state
    }

    /// The state as the service has it.
    pub(crate) async fn state(&self, people: &People) -> String {
        let answer = people.portal.get(&format!("/v1/dossiers/{}", self.id)).await.ok();
        answer["state"]["local"].as_str().unwrap().to_owned()
    }

    async fn wait_until_done(&self, people: &People) {
        motcua_tests::eventually("the result has its number", 30, async || self.state(people).await == "done").await;
    }

    async fn ask(&self, people: &People, step: Move, minute: i64) -> Reply {
        let Office { receiving, competent } = self.office;
        let api = match step {
            Move::Receive => people.officer(receiving, "receiver"),
            Move::Answer | Move::Withdraw => &people.portal,
            Move::Extend(_) | Move::Approve | Move::TurnDown => people.officer(competent, "approver"),
            _ => people.officer(competent, "processor"),
        };
        let body = match step {
            Move::Receive => json!({"action": "receive"}),
            Move::Process => json!({"action": "process"}),
            Move::Ask => {
                let item = json!({"what": "Đơn", "reason": "Bản nộp không đọc được", "copies": 1});
                json!({"action": "request_supplement", "items": [item], "legal_basis": LAW})
            }
            Move::Answer => {
                let file = api.upload("bo-sung.pdf", b"%PDF-1.7 supplement".to_vec()).await;
                json!({"action": "supplement", "files": [{"component": "TP01", "file_id": file}]})
            }
            Move::Pause => json!({"action": "pause", "wait": RULES[self.rule].pause(), "legal_basis": LAW}),
            Move::Resume => json!({"action": "resume"}),
            Move::RequestPayment => json!({"action": "request_payment", "legal_basis": LAW}),
            Move::ConfirmPayment => json!({"action": "confirm_payment"}),
            Move::Extend(days) => json!({
                "action": "extend", "reason": "Cần xác minh thêm", "legal_basis": LAW,
                "due_on": date(minute / DAY + days).to_string()
            }),
            Move::Approve => {
                let file = api.upload("ket-qua.pdf", b"%PDF-1.7 result".to_vec()).await;
                json!({"action": "approve", "result": {"subject": "Về việc của năm", "file_id": file}})
            }
            Move::TurnDown => json!({"action": "turn_down", "reason": "Không đủ điều kiện", "legal_basis": LAW}),
            Move::Withdraw => json!({"action": "withdraw"}),
            Move::Submit => unreachable!("submitted before"),
        };
        step_of(api, &self.id, &body).await
    }
}

/// A step with the entity tag of now; once more when a clock of the dossier has passed in between.
async fn step_of(api: &Api, id: &str, body: &Value) -> Reply {
    loop {
        let tag = api.get(&format!("/v1/dossiers/{id}")).await.etag.unwrap_or_default();
        let path = format!("/v1/dossiers/{id}/transitions");
        let reply = send(api.request(Method::POST, &path).header("If-Match", tag).json(body)).await.unwrap();
        if reply.status != 412 {
            return reply;
        }
    }
}
