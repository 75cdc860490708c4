//! Dossiers: every step that the state machine knows, and re-openings, which it does not have but a follower must bear.

use chrono::TimeDelta;
use motcua_agencies::AgencyKind;
use motcua_journal::EventKind;
use motcua_kernel::{Uuid, new_id};
use serde_json::{Value, json};

use super::{At, History, text};
use crate::plain::period::{day_of, midnight};

/// A dossier as it was told last.
pub(super) struct Case {
    pub id: Uuid,
    pub facts: Value,
    has_ended: bool,
}

/// A step of a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Receive,
    Refuse,
    AskBefore,
    AddBefore,
    Process,
    AskSupplement,
    Supplement,
    Pause,
    Resume,
    AskPayment,
    ConfirmPayment,
    PassLimit,
    Extend,
    ChangeDue,
    Transfer,
    Pay,
    LookUp,
    Remind,
    Approve,
    Finish,
    Return,
    Stop,
    Withdraw,
    Revoke,
    Reopen,
}

impl Step {
    fn event(self) -> &'static str {
        match self {
            Self::Receive => "dossier.received.v1",
            Self::Refuse => "dossier.refused.v1",
            Self::AskBefore | Self::AskSupplement => "dossier.supplement_requested.v1",
            Self::AddBefore | Self::Supplement => "dossier.supplemented.v1",
            Self::Process | Self::Reopen => "dossier.processing.v1",
            Self::Pause => "dossier.paused.v1",
            Self::Resume => "dossier.resumed.v1",
            Self::AskPayment => "dossier.payment_requested.v1",
            Self::ConfirmPayment => "dossier.payment_confirmed.v1",
            Self::PassLimit => "dossier.wait_limit_passed.v1",
            Self::Extend => "dossier.extended.v1",
            Self::ChangeDue => "dossier.due_changed.v1",
            Self::Transfer => "dossier.transferred.v1",
            Self::Pay => "dossier.fees_changed.v1",
            Self::LookUp => "dossier.looked_up.v1",
            Self::Remind => "dossier.overdue.v1",
            Self::Approve => "dossier.approved.v1",
            Self::Finish => "dossier.done.v1",
            Self::Return => "dossier.returned.v1",
            Self::Stop => "dossier.stopped.v1",
            Self::Withdraw => "dossier.withdrawn.v1",
            Self::Revoke => "dossier.result_revoked.v1",
        }
    }
}

/// What may come next in a state, and how often it does.
fn steps(state: &str) -> &'static [(u32, Step)] {
    use Step::{
        AddBefore, Approve, AskBefore, AskPayment, AskSupplement, ChangeDue, ConfirmPayment, Extend, Finish, LookUp,
        PassLimit, Pause, Pay, Process, Receive, Refuse, Remind, Reopen, Resume, Return, Revoke, Stop, Supplement,
        Transfer, Withdraw,
    };
    match state {
        "submitted" => &[(80, Receive), (6, Refuse), (7, AskBefore), (4, Withdraw), (3, LookUp)],
        "awaiting_correction" => &[(70, AddBefore), (15, Refuse), (15, Withdraw)],
        "received" => {
            &[(70, Process), (10, AskSupplement), (4, Withdraw), (4, Transfer), (4, Extend), (3, ChangeDue), (5, Pay)]
        }
        "processing" => &[
            (40, Approve),
            (16, AskSupplement),
            (10, Pause),
            (7, AskPayment),
            (5, Extend),
            (3, ChangeDue),
            (4, Transfer),
            (8, Pay),
            (2, Remind),
            (5, Stop),
            (4, Withdraw),
        ],
        "awaiting_supplement" => &[(70, Supplement), (14, Stop), (10, Withdraw), (6, Pay)],
        "paused" => &[(70, Resume), (12, PassLimit), (8, Extend), (6, Withdraw), (4, Remind)],
        "awaiting_payment" => &[(80, ConfirmPayment), (10, PassLimit), (10, Withdraw)],
        "issuing" => &[(1, Finish)],
        "done" => &[(80, Return), (10, Revoke), (10, Reopen)],
        "returned" => &[(50, Revoke), (50, Reopen)],
        _ => &[],
    }
}

impl Case {
    fn state(&self) -> &str {
        self.facts["state"].as_str().unwrap()
    }

    fn version(&self) -> i64 {
        self.facts["version"].as_i64().unwrap()
    }

    fn instant(&self, field: &str) -> Option<At> {
        self.facts[field].as_str().map(|at| at.parse().unwrap())
    }

    /// Whether an agency is responsible for it in some role.
    pub(super) fn is_of(&self, agency: Uuid) -> bool {
        ROLES.iter().any(|role| self.facts["agencies"][role]["responsible_id"] == json!(agency))
    }

    fn begin_wait(&mut self, kind: &str, now: At) {
        let due = self.facts["due_at"].take();
        // A due instant that has passed stays.
        let has_passed = due.as_str().is_some_and(|due| due.parse::<At>().unwrap() < now);
        let wait = json!({
            "kind": kind, "started_at": text(now), "ended_at": null, "legal_basis": "NĐ 118/2025", "due_before": due,
            "due_after": null,
        });
        if has_passed {
            self.facts["due_at"] = wait["due_before"].clone();
        }
        self.facts["waits"].as_array_mut().unwrap().push(wait);
    }

    fn end_wait(&mut self, now: At) {
        if let Some(wait) = self.facts["waits"].as_array_mut().unwrap().last_mut() {
            wait["ended_at"] = text(now);
        }
    }

    fn end_wait_if_open(&mut self, now: At) {
        if let Some(wait) =
            self.facts["waits"].as_array_mut().unwrap().last_mut().filter(|wait| wait["ended_at"].is_null())
        {
            wait["ended_at"] = text(now);
        }
    }

    /// The due instant that a wait moved: later by as long as it took, or somewhat other than that, because working days
    /// are counted.
    fn move_due(&mut self, now: At, beside: TimeDelta) {
        let Some(wait) = self.facts["waits"].as_array().unwrap().last().cloned() else { return };
        let instant = |field: &str| wait[field].as_str().map(|at| at.parse::<At>().unwrap());
        if let (Some(before), Some(started), None) =
            (instant("due_before"), instant("started_at"), self.instant("due_at"))
        {
            self.facts["due_at"] = text(before + (now - started) + beside);
            let last = self.facts["waits"].as_array().unwrap().len() - 1;
            self.facts["waits"][last]["due_after"] = self.facts["due_at"].clone();
        }
    }
}

const ROLES: [&str; 3] = ["receiving", "competent", "issuing"];

impl History {
    /// The due instant of some dossier that comes before another instant.
    pub(super) fn due_before(&mut self, later: At) -> Option<At> {
        let open = self.dossiers.iter().filter(|case| !case.has_ended);
        open.filter_map(|case| case.instant("due_at")).filter(|due| self.now < *due && *due < later).min()
    }

    pub(super) fn dossier_goes_on(&mut self) {
        let open: Vec<usize> = (0..self.dossiers.len()).filter(|at| !self.dossiers[*at].has_ended).collect();
        // So much lies on the desks that a dossier has its next step after about three days.
        let desks =
            usize::try_from((TimeDelta::days(3).num_minutes() / self.gap.num_minutes()).clamp(12, 400)).unwrap();
        if open.len() < desks && self.dice.chance(40) {
            return self.submit();
        }
        let all = if self.dice.chance(92) && !open.is_empty() { open } else { (0..self.dossiers.len()).collect() };
        if all.is_empty() {
            return self.submit();
        }
        let at = *self.dice.of_these(&all);
        let steps = steps(self.dossiers[at].state());
        if !steps.is_empty() {
            let step = self.dice.weighed(steps);
            self.step(at, step);
        }
    }

    fn submit(&mut self) {
        let offered: Vec<usize> = (0..self.procedures.len()).collect();
        let procedure = self.procedures[*self.dice.of_these(&offered)].clone();
        let receiving = self.office();
        let competent = if self.dice.chance(70) { receiving } else { self.office() };
        let issuing = if self.dice.chance(90) { competent } else { self.agency(&[AgencyKind::Province]) };
        let party = |at: usize| json!({"written_id": self.agencies[at].id, "written_code": self.code(at), "responsible_id": self.agencies[at].id});
        let agencies = json!({
            "receiving": party(receiving), "competent": party(competent), "issuing": party(issuing),
            "supporting": null, "consulted": [],
        });
        let (fees, components) = (self.fees(), self.components());
        let facts = json!({
            "version": 1,
            "code": null,
            "procedure": {
                "id": procedure.id, "version_id": new_id(), "code": procedure.code, "name": "Thủ tục",
                "field_code": "G15-HT01", "field_name": "Lĩnh vực", "levels": procedure.levels,
                "returns_paper": self.dice.chance(70),
            },
            "agencies": agencies,
            "channel": self.dice.weighed(&[(50, "online"), (40, "in_person"), (10, "post")]),
            "state": "submitted",
            "national_state": 1,
            "submitted_at": text(self.now),
            "correction_asked_at": null, "corrected_at": null, "received_at": null, "processing_at": null,
            "term": null, "first_due_at": null, "due_at": null, "waits": [], "supplements_requested": 0,
            "extensions": [], "calendar_revision": 0, "due_changes": [], "approved_at": null, "finished_at": null,
            "returned_at": null, "ended_at": null, "withdrawn_at": null, "result": null, "fees": fees,
            "components": components, "vneid_verified": self.dice.chance(60), "assignee_id": null,
            "representative": null,
        });
        let case = Case { id: new_id(), facts, has_ended: false };
        self.dossiers.push(case);
        self.tell_dossier(self.dossiers.len() - 1, "dossier.submitted.v1");
    }

    fn fees(&mut self) -> Value {
        let mut items = Vec::new();
        for n in 0..self.dice.weighed(&[(45, 0), (40, 1), (15, 2)]) {
            let amount = self.dice.weighed(&[(25, 0), (50, 50_000), (25, 1_200_000)]);
            items.push(json!({"kind": "fee", "code": format!("F{n}"), "amount": amount, "paid": 0, "paid_by": null}));
        }
        let all_zero = !items.is_empty() && items.iter().all(|item| item["amount"] == 0);
        json!({"items": items, "all_zero": all_zero, "paid_by": null})
    }

    fn components(&mut self) -> Value {
        let mut all = Vec::new();
        for n in 0..self.dice.below(4) {
            all.push(json!({
                "code": format!("TP{n}"), "form": null, "has_file": self.dice.chance(50),
                "digitised": self.dice.chance(40), "reused": self.dice.chance(15),
                "from_personal_store": self.dice.chance(10), "replaced_by": null,
            }));
        }
        json!(all)
    }

    fn tell_dossier(&mut self, at: usize, event: &'static str) {
        let case = &mut self.dossiers[at];
        case.has_ended = ["refused", "withdrawn", "stopped", "done", "returned"].contains(&case.state());
        let (id, version, facts) = (case.id, case.version(), case.facts.clone());
        self.tell(EventKind { name: event, subject: "dossiers" }, id, version, facts);
    }

    fn step(&mut self, at: usize, step: Step) {
        let now = self.now;
        let beside = TimeDelta::hours(self.dice.weighed(&[(70, 0), (15, -30), (15, 48)]));
        let stamped = text(now);
        match step {
            Step::Receive => self.receive(at),
            Step::Refuse => self.set(at, "refused", 3, &["ended_at"]),
            Step::AskBefore => self.set(at, "awaiting_correction", 1, &["correction_asked_at"]),
            Step::AddBefore => self.set(at, "submitted", 1, &["corrected_at"]),
            Step::Process => self.set(at, "processing", 4, &["processing_at"]),
            Step::AskSupplement => {
                self.dossiers[at].begin_wait("supplement", now);
                let facts = &mut self.dossiers[at].facts;
                facts["supplements_requested"] = json!(facts["supplements_requested"].as_i64().unwrap() + 1);
                self.set(at, "awaiting_supplement", 5, &[]);
            }
            Step::Pause => {
                let kind = *self.dice.of_these(&["posting", "expertise", "consultation", "verification"]);
                self.dossiers[at].begin_wait(kind, now);
                self.set(at, "paused", 4, &[]);
            }
            Step::AskPayment => {
                self.dossiers[at].begin_wait("financial_duty", now);
                self.set(at, "awaiting_payment", 6, &[]);
            }
            Step::Supplement | Step::Resume | Step::ConfirmPayment => {
                self.dossiers[at].end_wait(now);
                // Rarely the due instant does not move: what was waited is more than the rule excludes.
                if self.dice.chance(92) {
                    self.dossiers[at].move_due(now, beside);
                } else if let Some(first) = self.dossiers[at].instant("first_due_at") {
                    self.dossiers[at].facts["due_at"] = text(first);
                }
                let begun = self.dossiers[at].instant("processing_at").is_some();
                let (state, national) = if begun { ("processing", 4) } else { ("received", 2) };
                self.set(at, state, national, &[]);
            }
            Step::PassLimit => self.dossiers[at].move_due(now, beside),
            Step::Extend | Step::ChangeDue => {
                let Some(before) = self.dossiers[at].instant("due_at") else { return };
                let later = before + TimeDelta::days(self.dice.between(1, 9));
                let change = if step == Step::Extend {
                    ("extensions", json!({"at": stamped, "from": text(before), "to": day_of(later)}))
                } else {
                    let change = json!({
                        "at": stamped, "from": text(before), "to": text(later), "reason": "Lịch mới",
                        "change_id": new_id(),
                    });
                    ("due_changes", change)
                };
                let facts = &mut self.dossiers[at].facts;
                facts["due_at"] = text(later);
                facts[change.0].as_array_mut().unwrap().push(change.1);
            }
            Step::Transfer => {
                let to = self.office();
                let (to, from) = (self.agencies[to].id, self.dossiers[at].facts["agencies"]["competent"].clone());
                let facts = &mut self.dossiers[at].facts;
                let transfer = json!({
                    "at": stamped, "from_id": from["responsible_id"], "to_id": to, "legal_basis": "Luật",
                    "processing_at": facts["processing_at"], "due_at": facts["due_at"],
                });
                facts["agencies"]["competent"]["responsible_id"] = json!(to);
                match facts["transfers"].as_array_mut() {
                    Some(all) => all.push(transfer),
                    None => facts["transfers"] = json!([transfer]),
                }
                facts["processing_at"] = Value::Null;
                self.set(at, "received", 2, &[]);
            }
            Step::Pay => self.pay(at),
            Step::LookUp => {
                for component in self.dossiers[at].facts["components"].as_array_mut().unwrap() {
                    component["replaced_by"] = json!("population");
                    component["reused"] = json!(true);
                }
            }
            Step::Remind => {}
            Step::Approve => self.set(at, "issuing", 4, &["approved_at"]),
            Step::Finish => {
                let (code, file) = (self.dice.chance(80), self.dice.chance(75));
                self.dossiers[at].facts["result"] = json!({
                    "paper_code": code.then_some("KQ.G15.000001"), "document_id": new_id(), "number": "15/QĐ-UBND",
                    "has_file": file, "revoked_at": null,
                });
                self.set(at, "done", 9, &["finished_at"]);
            }
            Step::Return => self.set(at, "returned", 10, &["returned_at"]),
            Step::Stop => {
                self.dossiers[at].end_wait_if_open(now);
                self.set(at, "stopped", 8, &["ended_at"]);
            }
            Step::Withdraw => {
                self.dossiers[at].end_wait_if_open(now);
                self.set(at, "withdrawn", 7, &["withdrawn_at"]);
            }
            Step::Revoke => {
                if let Some(result) = self.dossiers[at].facts["result"].as_object_mut() {
                    result.insert("revoked_at".to_owned(), stamped);
                }
            }
            Step::Reopen => {
                let facts = &mut self.dossiers[at].facts;
                for field in ["approved_at", "finished_at", "returned_at", "result"] {
                    facts[field] = Value::Null;
                }
                self.set(at, "processing", 4, &[]);
            }
        }
        let facts = &mut self.dossiers[at].facts;
        facts["version"] = json!(facts["version"].as_i64().unwrap() + 1);
        self.tell_dossier(at, step.event());
    }

    fn set(&mut self, at: usize, state: &str, national: u8, now: &[&str]) {
        let stamped = text(self.now);
        let facts = &mut self.dossiers[at].facts;
        facts["state"] = json!(state);
        facts["national_state"] = json!(national);
        for field in now {
            facts[field] = stamped.clone();
        }
    }

    fn receive(&mut self, at: usize) {
        let number = self.number();
        // A few procedures have no term, and so their dossiers no due instant.
        let has_term = self.dice.chance(92);
        // At 17:00 in Vietnam.
        let due = midnight(self.today()) + TimeDelta::days(self.dice.between(1, 16)) + TimeDelta::hours(17);
        let facts = &mut self.dossiers[at].facts;
        facts["code"] = json!(format!("H50-{number:06}"));
        if has_term {
            facts["term"] = json!({"count": 5, "unit": "working_day"});
            facts["first_due_at"] = text(due);
            facts["due_at"] = text(due);
        }
        self.set(at, "received", 2, &["received_at"]);
    }

    fn pay(&mut self, at: usize) {
        let by = self.dice.weighed(&[(50, "gateway"), (25, "counter"), (15, "transfer"), (10, "elsewhere")]);
        let fees = &mut self.dossiers[at].facts["fees"];
        let items = fees["items"].as_array_mut().unwrap();
        if let Some(item) = items.iter_mut().find(|item| item["paid"] != item["amount"]) {
            item["paid"] = item["amount"].clone();
            item["paid_by"] = json!(by);
        } else if let Some(item) = items.first_mut() {
            // A refund.
            item["paid"] = json!(0);
            item["paid_by"] = Value::Null;
        }
    }

    pub(super) fn dossier_follows(&mut self, at: usize, from: Uuid, to: Uuid) {
        if !self.dossiers[at].is_of(from) {
            return;
        }
        let facts = &mut self.dossiers[at].facts;
        for role in ROLES {
            let party = &mut facts["agencies"][role]["responsible_id"];
            if *party == json!(from) {
                *party = json!(to);
            }
        }
        facts["version"] = json!(facts["version"].as_i64().unwrap() + 1);
        self.tell_dossier(at, "dossier.responsibility_moved.v1");
    }
}
