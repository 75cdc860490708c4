//! What goes wrong, and what is done afterwards: steps of anybody in any state, stale versions, edits of what was issued;
//! and recalls, replacements, corrections, takings back, reopenings and filing.

use serde_json::json;

use super::acts::{Act, Answer, Given, Until};
use super::calendar::day;
use super::drafts::Step;
use super::outgoing::Place;
use super::province::{LEADER, OFFICER, WRITER};
use super::story::Story;
use super::year::{Now, Year};

impl Story {
    /// Anybody: of the agency and its surroundings, or of anywhere.
    fn anybody(&mut self, year: &Year, agency: usize) -> usize {
        let place = self.dice.throw(5);
        match self.dice.throw(10) {
            0..=4 => year.province.officer(agency, place),
            5 => year.province.officer(year.province.agencies[agency].parent.unwrap_or(0), place),
            6 => year.province.units_of(agency).first().map_or(0, |unit| year.province.officer(*unit, place)),
            _ => self.dice.throw(year.province.officers.len()),
        }
    }

    /// Somebody tries something: the book knows whether they may.
    pub(crate) async fn stumble(&mut self, year: &Year, now: Now) {
        let name = self.name();
        let (arrived, drafts, issued) = (self.arrived.len(), self.drafts.len(), self.issued.len());
        if arrived + drafts + issued == 0 {
            // What was to begin it was refused.
            return;
        }
        let mut at = self.dice.throw(arrived + drafts + issued);
        if at < arrived {
            let agency = self.arrived[at].responsible;
            let officer = self.anybody(year, agency);
            if self.dice.chance(10) && self.arrived[at].version > 1 {
                return self.stale(year, now, officer, at).await;
            }
            let act = self.any_act(year, agency);
            self.arrived[at].take(year, now, officer, &act, &name).await;
            return;
        }
        at -= arrived;
        if at < drafts {
            let officer = self.anybody(year, self.drafts[at].agency);
            if self.dice.chance(20) {
                return self.comment(year, now, officer, at).await;
            }
            let step = self.any_step(at);
            let done = self.drafts[at].take(year, now, officer, &step, &mut self.issued, &name).await;
            if let (true, Step::Number(Place::Reserved { .. })) = (done, &step)
                && let Some(Place::Reserved { state, .. }) = self.reservations.first_mut()
            {
                *state = "used";
            }
            return;
        }
        at -= drafts;
        let officer = self.anybody(year, self.issued[at].responsible);
        match self.dice.throw(3) {
            0 => {
                let closed = year.province.successions.iter().find(|one| one.on <= now.day).map(|one| one.from);
                let to = match (self.dice.throw(4), closed) {
                    (0, _) => vec![self.issued[at].agency],
                    (1, _) => vec![5, 5],
                    (2, Some(closed)) => vec![closed],
                    _ => vec![self.open_agency(year, now)],
                };
                let clerk = year.province.officer(self.issued[at].responsible, WRITER);
                let officer = if self.dice.chance(50) { clerk } else { officer };
                self.issued[at].send(year, now, officer, &to, None, &mut self.arrived, &name).await;
            }
            1 => self.undo(year, now, at, officer).await,
            _ => {
                let receivers = self.issued[at].sent.clone();
                if !receivers.is_empty() {
                    let receiver = self.dice.pick(&receivers);
                    self.issued[at].take_back(year, now, officer, &mut self.arrived[receiver], &name).await;
                }
            }
        }
    }

    fn any_act(&mut self, year: &Year, agency: usize) -> Act {
        let lead =
            |given| Act::Assign { lead: Some(given), with: Vec::new(), informed: Vec::new(), until: Until::AsAsked };
        match self.dice.throw(20) {
            0 => Act::Return,
            1 => Act::Register,
            2 => Act::Submit(None),
            3 => Act::Submit(Some(self.dice.throw(year.province.officers.len()))),
            4 => lead(Given::Officer(self.dice.throw(year.province.officers.len()))),
            // A unit that closes in the middle of the year, and one of somebody else.
            5 => lead(Given::Unit(year.province.successions[1].from)),
            6 => lead(Given::Unit(year.province.units_of(4)[0])),
            7 => {
                let officer = Given::Officer(year.province.officer(agency, OFFICER));
                Act::Assign {
                    lead: Some(officer),
                    with: Vec::new(),
                    informed: Vec::new(),
                    until: Until::On(day("2026-01-05")),
                }
            }
            8 => Act::Start,
            9 => Act::Report,
            10 => Act::Ask,
            11 => Act::Advise,
            12 => Act::GiveOpinion,
            13 => Act::Complete(Answer::Text),
            14 | 15 => Act::Close,
            16 => Act::Reopen,
            17 => Act::AgreeTakeBack,
            18 => Act::RefuseTakeBack,
            _ => Act::Confirm,
        }
    }

    fn any_step(&mut self, at: usize) -> Step {
        let revision = self.drafts[at].revision - i64::from(self.dice.chance(30) && self.drafts[at].revision > 1);
        match self.dice.throw(11) {
            0 => Step::Submit,
            1 => Step::ApproveContent(revision),
            2 => Step::ApproveForm(revision, None),
            3 => Step::Return,
            4 | 5 => Step::Sign(revision),
            6 => Step::Number(match self.reservations.first() {
                // Also one that was used or became void before.
                Some(reserved) if self.dice.chance(70) => reserved.clone(),
                _ if self.dice.chance(50) => Place::Next,
                _ => self.late_at_all(at),
            }),
            7 => Step::Seal,
            8 => Step::Issue,
            9 if self.dice.chance(25) => Step::Cancel,
            _ => Step::Revise,
        }
    }

    /// A late number without its decision, of whatever book.
    fn late_at_all(&mut self, at: usize) -> Place {
        let draft = &self.drafts[at];
        let key = (draft.agency, "outgoing", super::registers::book_of(draft.agency, draft.kind), 2026);
        Place::Late { key, after: 1, on: day("2026-01-05"), decision: false }
    }

    /// A step by somebody who has read what is no longer so.
    async fn stale(&mut self, year: &Year, now: Now, officer: usize, at: usize) {
        let one = &self.arrived[at];
        let seen = one.seen_by(&year.province, officer, now);
        let expected = if seen { Err((412, "precondition.stale")) } else { Err((404, "not_found")) };
        let path = format!("/v1/incoming-documents/{}/transitions", one.id);
        let reply = year.ask(officer, &path, Some(one.version - 1), &json!({"action": "close"})).await;
        year.agree(&format!("{}: stale step of officer {officer} on {one:?}", self.name()), &reply, expected);
    }

    async fn comment(&mut self, year: &Year, now: Now, officer: usize, at: usize) {
        let draft = &self.drafts[at];
        let expected = if draft.circle(&year.province, officer, now) { Ok(()) } else { Err((404, "not_found")) };
        let path = format!("/v1/drafts/{}/comments", draft.id);
        let reply = year.ask(officer, &path, None, &json!({"text": "Đề nghị bổ sung căn cứ ở Điều 2"})).await;
        year.agree(
            &format!("{}: comment of officer {officer} at {} on {draft:?}", self.name(), now.day),
            &reply,
            expected,
        );
    }

    async fn undo(&mut self, year: &Year, now: Now, at: usize, officer: usize) {
        let how = ["recall", "replace", "correct"][self.dice.throw(3)];
        let other = self.dice.throw(self.issued.len());
        let by = (how != "recall").then(|| self.issued[other].clone());
        let name = self.name();
        self.issued[at].undo(year, now, officer, how, by.as_ref(), &mut self.arrived, &name).await;
    }

    /// When everything is done: sometimes something comes back.
    pub(crate) async fn look_back(&mut self, year: &Year, now: Now) -> bool {
        self.aftermath += 1;
        if self.aftermath > 3 {
            return false;
        }
        let name = self.name();
        let roll = self.dice.throw(100);
        let in_force = self.issued.iter().position(super::outgoing::Issued::in_force);
        match in_force {
            Some(at) if roll < 8 => {
                let leader = year.province.officer(self.issued[at].responsible, LEADER);
                self.issued[at].undo(year, now, leader, "recall", None, &mut self.arrived, &name).await;
            }
            Some(at) if roll < 22 => {
                // Another document of the same form replaces it, or an official letter corrects it.
                let (agency, kind) = (self.issued[at].responsible, self.issued[at].kind);
                let (how, kind) = if roll < 15 { ("replace", kind) } else { ("correct", "CV") };
                if !self.issue_at_once(year, now, agency, kind, Place::Next).await {
                    return true;
                }
                self.settled.push(self.issued.len() - 1);
                let by = self.issued.last().cloned();
                let leader = year.province.officer(agency, LEADER);
                self.issued[at].undo(year, now, leader, how, by.as_ref(), &mut self.arrived, &name).await;
            }
            Some(at) if roll < 35 && !self.issued[at].sent.is_empty() => {
                let receivers = self.issued[at].sent.clone();
                let receiver = self.dice.pick(&receivers);
                let clerk = year.province.officer(self.issued[at].responsible, WRITER);
                self.issued[at].take_back(year, now, clerk, &mut self.arrived[receiver], &name).await;
            }
            _ if roll < 45 && !self.arrived.is_empty() => {
                let at = self.dice.throw(self.arrived.len());
                let leader = year.province.officer(self.arrived[at].responsible, LEADER);
                self.arrived[at].take(year, now, leader, &Act::Reopen, &name).await;
            }
            _ => self.file(year, now).await,
        }
        true
    }

    /// A clerk puts what is done into the agency's case file.
    async fn file(&mut self, year: &Year, now: Now) {
        let arrived = self
            .arrived
            .iter()
            .filter(|one| one.state == "finished")
            .map(|one| ("incoming", one.id.clone(), one.responsible));
        let issued =
            self.issued.iter().filter(|one| one.in_force()).map(|one| ("outgoing", one.id.clone(), one.responsible));
        let all: Vec<(&'static str, String, usize)> = arrived.chain(issued).collect();
        if all.is_empty() {
            return;
        }
        let (kind, id, agency) = all[self.dice.throw(all.len())].clone();
        let shelf = self.dice.throw(2);
        year.shelves.add(year, now, (agency, shelf), kind, &id, &self.name()).await;
    }
}
