//! An incoming document as the script's own book has it: where it stands, who has it, and what may be done to it. Written
//! from the decree and the contract, not from the service.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::acts::{Act, Answer, Given, Until, WORDS};
use super::calendar::{day_of, end_of_day, next_working_day, second_of, working_days, working_hours};
use super::province::{CLERK, HEADS, KEEPERS, Province};
use super::registers::{Line, place_of};
use super::year::{Now, Year, near, number, text};

#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub id: String,
    pub version: i64,
    pub receiving: usize,
    pub responsible: usize,
    pub state: &'static str,
    pub checks_bad: bool,
    pub lead: Option<Given>,
    pub with: Vec<Given>,
    pub ever: Vec<Given>,
    pub answered: Option<Answer>,
    pub take_back: Option<&'static str>,
    pub confirmed: bool,
    pub received: i64,
    pub first_due: i64,
    pub asked_due: Option<i64>,
    pub due: Option<i64>,
    pub number: Option<i64>,
    pub registered: Option<i64>,
    pub submitted: Option<i64>,
    pub assigned: Option<i64>,
    pub completed: Option<i64>,
    pub ended: Option<i64>,
}

pub(crate) const URGENCIES: [&str; 4] = ["normal", "urgent", "very_urgent", "express"];
const KEPT: [&str; 5] = ["registered", "submitted", "assigned", "processing", "finished"];
impl Arrived {
    /// One that has just arrived, as it was answered.
    pub(crate) fn of(
        body: &Value,
        receiving: usize,
        urgency: usize,
        due_on: Option<chrono::NaiveDate>,
        now: Now,
    ) -> Self {
        let received = second_of(&body["received_at"]).unwrap();
        assert!(
            (now.second - 1..now.second + 3_000).contains(&received),
            "{body}: received before or long after {now:?}"
        );
        let asked_due = due_on.map(end_of_day);
        Self {
            id: text(&body["id"]),
            version: 1,
            receiving,
            responsible: receiving,
            state: "received",
            checks_bad: false,
            lead: None,
            with: Vec::new(),
            ever: Vec::new(),
            answered: None,
            take_back: None,
            confirmed: false,
            received,
            first_due: if urgency == 0 { next_working_day(received) } else { working_hours(received, 2) },
            asked_due,
            due: asked_due,
            number: None,
            registered: None,
            submitted: None,
            assigned: None,
            completed: None,
            ended: None,
        }
    }

    pub(crate) fn given_up(&self) -> bool {
        matches!(self.state, "returned" | "cancelled" | "taken_back")
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, "received" | "registered" | "submitted" | "assigned" | "processing")
    }

    /// Who sees it: those who keep and direct the agency's documents, and those it was ever given to who are still there.
    pub(crate) fn seen_by(&self, province: &Province, officer: usize, now: Now) -> bool {
        let here = province.serves(officer, self.responsible, now.day);
        province.holds(officer, self.responsible, &KEEPERS, now.day)
            || self.ever.iter().any(|given| match given {
                Given::Officer(named) => *named == officer && here,
                Given::Unit(unit) => in_unit(province, officer, *unit, now),
            })
    }

    fn has(&self, province: &Province, officer: usize, now: Now, given: Given) -> bool {
        match given {
            Given::Officer(named) => named == officer && province.serves(officer, self.responsible, now.day),
            Given::Unit(unit) => in_unit(province, officer, unit, now),
        }
    }

    /// Who may do it and where it leads; none where the state does not know it.
    fn rule(&self, act: &Act) -> Option<(&'static [&'static str], &'static str)> {
        let asked = self.take_back == Some("requested");
        Some(match (act, self.state) {
            (Act::Return, "received") => (&["clerk"], "returned"),
            (Act::Register, "received") => (&["clerk"], "registered"),
            (Act::Submit(_), "registered" | "submitted") => (&["clerk"], "submitted"),
            (Act::Assign { .. }, "registered" | "submitted" | "assigned") => (&["head"], "assigned"),
            (Act::Assign { lead, .. }, "processing") => {
                (&["head"], if *lead == self.lead { "processing" } else { "assigned" })
            }
            (Act::Start, "assigned") => (&["lead"], "processing"),
            (Act::Report | Act::Complete(_), "processing") => (&["lead"], "processing"),
            (Act::Ask, "assigned" | "processing") => (&["lead"], self.state),
            (Act::Advise, "submitted" | "assigned" | "processing") => (&["head"], self.state),
            (Act::GiveOpinion, "assigned" | "processing") => (&["with"], self.state),
            (Act::Close, "processing") => (&["lead", "head"], "finished"),
            (Act::Close, "registered" | "submitted" | "assigned") => (&["head"], "finished"),
            (Act::Reopen, "finished") => (&["head"], if self.lead.is_some() { "processing" } else { "submitted" }),
            (Act::AgreeTakeBack, state) if asked && KEPT.contains(&state) => (&["clerk"], "taken_back"),
            (Act::RefuseTakeBack, state) if asked && KEPT.contains(&state) => (&["clerk"], self.state),
            (Act::Confirm, "cancelled") if !self.confirmed => (&["clerk"], "cancelled"),
            _ => return None,
        })
    }

    fn hand(&self, province: &Province, officer: usize, now: Now, hand: &str) -> bool {
        match hand {
            "clerk" => province.holds(officer, self.responsible, &CLERK, now.day),
            "head" => province.holds(officer, self.responsible, &HEADS, now.day),
            "lead" => self.lead.is_some_and(|given| self.has(province, officer, now, given)),
            _ => self.with.iter().any(|given| self.has(province, officer, now, *given)),
        }
    }

    /// The state after a step of somebody's, or why it is refused.
    pub(crate) fn predict(
        &self,
        province: &Province,
        officer: usize,
        now: Now,
        act: &Act,
    ) -> Result<&'static str, (u16, &'static str)> {
        if !self.seen_by(province, officer, now) {
            return Err((404, "not_found"));
        }
        let Some((hands, next)) = self.rule(act) else { return Err((409, "incoming.state")) };
        if !hands.iter().any(|hand| self.hand(province, officer, now, hand)) {
            return Err((403, "incoming.not_yours"));
        }
        match act {
            Act::Register if self.checks_bad => Err((409, "incoming.check_failed")),
            Act::Submit(Some(to)) if !province.holds(*to, self.responsible, &HEADS, now.day) => {
                Err((422, "officer.unfit"))
            }
            Act::Close if self.state == "processing" && self.answered.is_none() => Err((409, "incoming.not_answered")),
            Act::Complete(Answer::Document(_, Some(fault))) => Err((422, fault)),
            Act::Assign { lead, with, informed, until } => {
                let all: Vec<Given> = lead.iter().chain(with).chain(informed).copied().collect();
                let closed =
                    |given: &Given| matches!(given, Given::Unit(unit) if province.now(*unit, now.day) != *unit);
                let fits = |given: &Given| match given {
                    Given::Officer(named) => province.belongs(*named, self.responsible),
                    Given::Unit(unit) => *unit != self.responsible && province.within(*unit, self.responsible),
                };
                if all.iter().any(closed) {
                    return Err((409, "agency.closed"));
                }
                if !all.iter().all(fits) {
                    return Err((422, "assignee.unfit"));
                }
                match until {
                    Until::On(day) if end_of_day(*day) <= now.second => Err((422, "deadline.past")),
                    _ => Ok(next),
                }
            }
            _ => Ok(next),
        }
    }

    /// What an officer may do now, as the words of the contract.
    fn allowed(&self, province: &Province, officer: usize, now: Now) -> BTreeSet<&'static str> {
        let assign = Act::Assign { lead: self.lead, with: Vec::new(), informed: Vec::new(), until: Until::AsAsked };
        let acts = [
            Act::Return,
            Act::Register,
            Act::Submit(None),
            assign,
            Act::Start,
            Act::Report,
            Act::Ask,
            Act::Advise,
            Act::GiveOpinion,
            Act::Complete(Answer::Text),
            Act::Close,
            Act::Reopen,
            Act::AgreeTakeBack,
            Act::RefuseTakeBack,
            Act::Confirm,
        ];
        let unanswered = self.state == "processing" && self.answered.is_none();
        let may = |act: &Act| {
            !(unanswered && matches!(act, Act::Close))
                && self
                    .rule(act)
                    .is_some_and(|(hands, _)| hands.iter().any(|hand| self.hand(province, officer, now, hand)))
        };
        acts.iter().zip(WORDS).filter(|(act, _)| may(act)).map(|(_, word)| word).collect()
    }

    /// Has somebody take a step, and holds the answer against the book; says whether it was done.
    pub(crate) async fn take(&mut self, year: &Year, now: Now, officer: usize, act: &Act, of: &str) -> bool {
        let expected = self.predict(&year.province, officer, now, act);
        let path = format!("/v1/incoming-documents/{}/transitions", self.id);
        let reply = year.ask(officer, &path, Some(self.version), &act.body(&year.province)).await;
        let what = format!("{of}: officer {officer} at {} asks {act:?} of {self:?}", now.day);
        if !year.agree(&what, &reply, expected.map(drop)) {
            return false;
        }
        self.version += 1;
        self.follow(act, expected.unwrap(), &reply.body);
        if matches!(act, Act::Register) {
            let arrival = &reply.body["arrival"];
            let on = day_of(self.registered.unwrap());
            let key = (self.responsible, "incoming", "ĐẾN".to_owned(), chrono::Datelike::year(&on));
            year.registers.write(
                key.clone(),
                &text(&arrival["register_id"]),
                place_of(arrival),
                Line::Used(self.id.clone()),
                &what,
            );
            year.registers.date(&key, place_of(arrival), on);
            self.number = Some(number(&arrival["number"]));
        }
        self.compare(&year.province, officer, now, &reply.body, &what);
        true
    }

    fn follow(&mut self, act: &Act, next: &'static str, body: &Value) {
        let before = std::mem::replace(&mut self.state, next);
        let ended = second_of(&body["ended_at"]);
        match act {
            Act::Register => self.registered = second_of(&body["arrival"]["registered_at"]),
            Act::Submit(_) => self.submitted = self.submitted.or(second_of(&body["steps"][1]["done_at"])),
            Act::Assign { lead, with, informed, until } => {
                let at = second_of(&body["assignment"]["assigned_at"]).unwrap();
                self.assigned = Some(at);
                if before == "processing" && next == "assigned" {
                    (self.answered, self.completed) = (None, None);
                }
                (self.lead, self.with) = (*lead, with.clone());
                self.ever.extend(lead.iter().chain(with).chain(informed));
                self.due = match until {
                    Until::AsAsked => self.asked_due,
                    Until::Days(days) => Some(working_days(at, *days)),
                    Until::On(day) => Some(end_of_day(*day)),
                };
            }
            Act::Complete(answer) => {
                self.answered = Some(answer.clone());
                self.completed = second_of(&body["answer"]["completed_at"]);
            }
            Act::Reopen => (self.answered, self.completed, self.ended) = (None, None, None),
            Act::RefuseTakeBack => self.take_back = Some("refused"),
            Act::AgreeTakeBack => self.take_back = Some("agreed"),
            Act::Confirm => self.confirmed = true,
            _ => {}
        }
        if matches!(act, Act::Return | Act::Close | Act::AgreeTakeBack) {
            self.ended = ended;
        }
    }

    /// A unit has become another.
    pub(crate) fn move_unit(&mut self, from: usize, to: usize) {
        for given in self.lead.iter_mut().chain(&mut self.with).chain(&mut self.ever) {
            if *given == Given::Unit(from) {
                *given = Given::Unit(to);
            }
        }
    }

    /// Holds what somebody reads against the book: state, deadlines, what is late, and what they may do.
    pub(crate) fn compare(&self, province: &Province, officer: usize, now: Now, body: &Value, what: &str) {
        assert_eq!((text(&body["state"]).as_str(), number(&body["version"])), (self.state, self.version), "{what}");
        let responsible = &body["responsible_agency"]["code"];
        assert_eq!(*responsible, json!(province.agencies[self.responsible].code), "{what}");
        assert_eq!(body["arrival_number"].as_i64(), self.number, "{what}");
        let done = [
            self.registered.or(self.ended.filter(|_| self.state == "returned")),
            self.submitted.or(self.assigned),
            self.completed.or(self.ended.filter(|_| self.state == "finished")),
        ];
        let awaited = [self.is_open(), self.is_open() && self.registered.is_some(), self.is_open()];
        let dues = [Some(self.first_due), Some(self.first_due), self.due];
        for (at, due) in dues.into_iter().enumerate() {
            let step = &body["steps"][at];
            assert!(near(second_of(&step["due_at"]), due), "{what}: step {at} is due {due:?}: {step}");
            assert!(near(second_of(&step["done_at"]), done[at]), "{what}: step {at} was done {:?}: {step}", done[at]);
            let until = done[at].or(awaited[at].then_some(now.second));
            let Some((due, until)) = due.zip(until) else { continue };
            // The seconds of a tick decide nothing.
            if (until - due).abs() > 3_000 {
                assert_eq!(step["late"], json!(until > due), "{what}: step {at}: {step}");
            }
        }
        let next = match self.state {
            "received" | "registered" => Some(self.first_due),
            "submitted" | "assigned" | "processing" if self.completed.is_none() => self.due,
            _ => None,
        };
        assert!(near(second_of(&body["act_by_at"]), next), "{what}: next by {next:?}: {}", body["act_by_at"]);
        let told: BTreeSet<&str> =
            body["allowed_actions"].as_array().unwrap().iter().map(|act| act.as_str().unwrap()).collect();
        assert_eq!(told, self.allowed(province, officer, now), "{what}: what officer {officer} may do");
    }
}

fn in_unit(province: &Province, officer: usize, unit: usize, now: Now) -> bool {
    province.works_at(officer, unit, now.day) || province.holds(officer, unit, &KEEPERS, now.day)
}
