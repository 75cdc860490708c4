//! Incoming documents: arrived, registered, brought before a leader, assigned, dealt with, and opened again.

use chrono::TimeDelta;
use motcua_agencies::AgencyKind;
use motcua_journal::EventKind;
use motcua_kernel::{Uuid, new_id};
use serde_json::{Value, json};

use super::{At, History, text};

/// An incoming document as it was told last.
pub(super) struct Document {
    id: Uuid,
    facts: Value,
}

impl Document {
    pub(super) fn is_of(&self, agency: Uuid) -> bool {
        self.facts["responsible_agency_id"] == json!(agency)
    }

    fn state(&self) -> &str {
        self.facts["state"].as_str().unwrap()
    }
}

/// From a state by a step to a state, with the field that gets its instant.
type Step = (&'static str, &'static str, &'static str);

fn steps(state: &str) -> &'static [(u32, Step)] {
    match state {
        "received" => {
            &[(85, ("registered", "registered", "registered_at")), (15, ("returned", "returned", "ended_at"))]
        }
        "registered" => {
            &[(90, ("submitted", "submitted", "submitted_at")), (10, ("cancelled", "cancelled", "ended_at"))]
        }
        "submitted" => &[(80, ("assigned", "assigned", "assigned_at")), (20, ("noted", "finished", "ended_at"))],
        "assigned" => &[(80, ("started", "processing", "started_at")), (20, ("taken_back", "taken_back", "ended_at"))],
        "processing" => {
            &[(60, ("completed", "processing", "completed_at")), (40, ("finished", "finished", "ended_at"))]
        }
        "finished" => &[(30, ("reopened", "processing", "started_at"))],
        _ => &[],
    }
}

impl History {
    pub(super) fn incoming_goes_on(&mut self) {
        let alive: Vec<usize> =
            (0..self.incoming.len()).filter(|at| !steps(self.incoming[*at].state()).is_empty()).collect();
        if alive.is_empty() || self.dice.chance(30) {
            return self.arrive();
        }
        // The newest are dealt with first, and what is finished seldom comes back.
        let newest = &alive[alive.len().saturating_sub(12)..];
        let at = *self.dice.of_these(newest);
        let (step, state, field) = self.dice.weighed(steps(self.incoming[at].state()));
        if step == "reopened" && self.dice.chance(70) {
            return;
        }
        self.arrival_step(at, step, state, field);
    }

    fn arrive(&mut self) {
        let agency = self.agency(&[AgencyKind::Province, AgencyKind::Department, AgencyKind::Commune]);
        let id = new_id();
        let outside = self.dice.chance(60);
        let channel = *self.dice.of_these(&["paper_scan", "email", "other_system"]);
        let register_by = self.now + TimeDelta::hours(self.dice.between(2, 30));
        let facts = json!({
            "document_id": id, "version": 1, "source": if outside { "outside" } else { "internal" },
            "channel": outside.then_some(channel), "state": "received", "urgency": "normal", "circulation": null,
            "paper": self.dice.chance(20), "receiving_agency_id": self.agencies[agency].id,
            "receiving_agency_code": self.code(agency), "responsible_agency_id": self.agencies[agency].id,
            "issuer_agency_id": null, "outgoing_document_id": null, "type": "CV", "issued_on": self.today(),
            "due_on": null,
            "checks": {
                "recipient_right": true, "integrity": "intact",
                "signature": self.dice.weighed(&[(60, "valid"), (10, "invalid"), (20, "none"), (10, "not_checked")]),
            },
            "information_only": false, "has_external_ref": false, "received_at": text(self.now),
            "register_due_at": self.dice.chance(90).then(|| text(register_by)), "registered_at": null,
            "register_id": null, "arrival_number": null, "submit_due_at": null, "submitted_at": null,
            "submitted_to": null, "assigned_at": null, "revision": 0, "lead_officer_id": null, "lead_agency_id": null,
            "due_at": null, "started_at": null, "completed_at": null, "answer": null, "answer_document_id": null,
            "ended_at": null, "take_back": null, "cancellation_confirmed_at": null,
        });
        self.incoming.push(Document { id, facts });
        self.tell_arrival(self.incoming.len() - 1, "received");
    }

    fn arrival_step(&mut self, at: usize, step: &'static str, state: &str, field: &str) {
        let now = self.now;
        // Sometimes it is due just when it was registered.
        let due: At = now + TimeDelta::hours(self.dice.weighed(&[(5, 0), (50, 24), (45, 200)]));
        let has_due = self.dice.chance(80);
        let facts = &mut self.incoming[at].facts;
        facts["state"] = json!(state);
        facts[field] = text(now);
        match step {
            "assigned" if has_due => facts["due_at"] = text(due),
            "completed" => facts["answer"] = json!("text"),
            "reopened" => {
                for field in ["completed_at", "ended_at", "answer"] {
                    facts[field] = Value::Null;
                }
            }
            _ => {}
        }
        facts["version"] = json!(facts["version"].as_i64().unwrap() + 1);
        self.tell_arrival(at, step);
    }

    fn tell_arrival(&mut self, at: usize, step: &str) {
        const NAMES: [(&str, &str); 12] = [
            ("received", "incoming_document.received.v1"),
            ("registered", "incoming_document.registered.v1"),
            ("returned", "incoming_document.returned.v1"),
            ("submitted", "incoming_document.submitted.v1"),
            ("cancelled", "incoming_document.cancelled.v1"),
            ("assigned", "incoming_document.assigned.v1"),
            ("noted", "incoming_document.noted.v1"),
            ("started", "incoming_document.started.v1"),
            ("taken_back", "incoming_document.taken_back.v1"),
            ("completed", "incoming_document.completed.v1"),
            ("finished", "incoming_document.finished.v1"),
            ("reopened", "incoming_document.reopened.v1"),
        ];
        let moved = ("responsibility_moved", "incoming_document.responsibility_moved.v1");
        let name = NAMES.iter().chain([&moved]).find(|(word, _)| *word == step).unwrap().1;
        let document = &self.incoming[at];
        let (id, version) = (document.id, document.facts["version"].as_i64().unwrap());
        let facts = document.facts.clone();
        self.tell(EventKind { name, subject: "incoming-documents" }, id, version, facts);
    }

    pub(super) fn incoming_follows(&mut self, at: usize, from: Uuid, to: Uuid) {
        if !self.incoming[at].is_of(from) {
            return;
        }
        let facts = &mut self.incoming[at].facts;
        facts["responsible_agency_id"] = json!(to);
        facts["version"] = json!(facts["version"].as_i64().unwrap() + 1);
        self.tell_arrival(at, "responsibility_moved");
    }
}
