//! What each step does to a dossier: its state, its instants, its waits and its due instant.

use chrono::TimeDelta;
use motcua_kernel::new_id;
use serde_json::{Value, json};

use super::dossiers::{Case, Step};
use super::{At, History, text};
use crate::plain::period::{day_of, midnight};

impl Case {
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

impl History {
    pub(super) fn step(&mut self, at: usize, step: Step) {
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
}
