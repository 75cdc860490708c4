//! What happens next in a story: mostly what officers do, sometimes what they may not do. What is refused is foretold by the
//! same book, so that a step thrown by dice may be either.

use chrono::Days;

use super::acts::{Act, Answer, Given, Until};
use super::drafts::Step;
use super::opinions::Asked;
use super::outgoing::Place;
use super::province::{DEPUTY, HEADS, LEADER, OFFICER, WRITER};
use super::story::Story;
use super::year::{Now, Year};

impl Story {
    /// Takes its next step; false when nothing is left to be done.
    pub(crate) async fn act(&mut self, year: &Year, now: Now) -> bool {
        if !self.begun {
            self.begin(year, now).await;
            return true;
        }
        if self.dice.chance(14) {
            self.stumble(year, now).await;
            return true;
        }
        let mut open = Vec::new();
        let waits = |at: &usize| {
            let one = &self.arrived[*at];
            one.is_open() || one.take_back == Some("requested") || (one.state == "cancelled" && !one.confirmed)
        };
        open.extend((0..self.arrived.len()).filter(waits).map(|at| (0, at)));
        let unfinished = |at: &usize| !matches!(self.drafts[*at].state, "issued" | "cancelled");
        open.extend((0..self.drafts.len()).filter(unfinished).map(|at| (1, at)));
        let unsent = |at: &usize| self.issued[*at].in_force() && !self.settled.contains(at);
        open.extend((0..self.issued.len()).filter(unsent).map(|at| (2, at)));
        if open.is_empty() {
            return self.look_back(year, now).await;
        }
        match self.dice.pick(&open) {
            (0, at) => self.deal_with(year, now, at).await,
            (1, at) => self.go_on_with(year, now, at).await,
            (_, at) => self.send_on(year, now, at).await,
        }
        true
    }

    fn some_assignment(&mut self, year: &Year, now: Now, agency: usize) -> Act {
        let province = &year.province;
        let mut all: Vec<Given> = (DEPUTY..5).map(|place| Given::Officer(province.officer(agency, place))).collect();
        for unit in province.units_of(agency).into_iter().filter(|unit| province.now(*unit, now.day) == *unit) {
            all.push(Given::Unit(unit));
            all.push(Given::Officer(province.officer(unit, OFFICER)));
        }
        let mut draw = |dice: &mut super::dice::Dice| all.swap_remove(dice.throw(all.len()));
        let lead = draw(&mut self.dice);
        let with = if self.dice.chance(30) { vec![draw(&mut self.dice)] } else { Vec::new() };
        let informed = if self.dice.chance(40) { vec![draw(&mut self.dice)] } else { Vec::new() };
        let until = match self.dice.throw(5) {
            0 | 1 => Until::AsAsked,
            2 | 3 => Until::Days(1 + u32::try_from(self.dice.throw(10)).unwrap()),
            _ => Until::On(now.day.checked_add_days(Days::new(1 + self.dice.throw(20) as u64)).unwrap()),
        };
        let nobody = self.dice.chance(6);
        let informed = if nobody && informed.is_empty() { vec![lead] } else { informed };
        Act::Assign { lead: (!nobody).then_some(lead), with: if nobody { Vec::new() } else { with }, informed, until }
    }

    async fn deal_with(&mut self, year: &Year, now: Now, at: usize) {
        let province = &year.province;
        let one = self.arrived[at].clone();
        let agency = one.responsible;
        let (clerk, head) = (province.officer(agency, WRITER), province.officer(agency, self.dice.throw(2)));
        let lead = one.lead.map(|given| match given {
            Given::Officer(officer) => officer,
            Given::Unit(unit) => province.officer(unit, OFFICER),
        });
        let lead = lead.filter(|officer| province.serves(*officer, agency, now.day));
        let roll = self.dice.throw(100);
        let (officer, act) = match one.state {
            _ if one.take_back == Some("requested") && one.state != "received" && !one.given_up() => {
                (clerk, if roll < 60 { Act::AgreeTakeBack } else { Act::RefuseTakeBack })
            }
            "received" if one.checks_bad => (clerk, if roll < 30 { Act::Register } else { Act::Return }),
            "received" => (clerk, if roll < 8 { Act::Return } else { Act::Register }),
            "registered" if roll < 70 => (clerk, Act::Submit((roll < 35).then(|| province.officer(agency, LEADER)))),
            "registered" if roll < 90 => (head, self.some_assignment(year, now, agency)),
            "submitted" if roll < 10 => (head, Act::Advise),
            "submitted" if roll > 92 => (head, Act::Close),
            "submitted" => (head, self.some_assignment(year, now, agency)),
            "assigned" | "processing" if lead.is_none() => (
                head,
                if roll < 30 && one.state == "assigned" { Act::Close } else { self.some_assignment(year, now, agency) },
            ),
            "assigned" if roll < 10 => (lead.unwrap(), Act::Ask),
            "assigned" if roll < 15 => (head, self.some_assignment(year, now, agency)),
            "assigned" => (lead.unwrap(), Act::Start),
            "processing" if one.answered.is_some() => (if roll < 50 { head } else { lead.unwrap() }, Act::Close),
            "processing" if roll < 15 => (lead.unwrap(), Act::Report),
            "processing" if roll < 22 => (head, self.some_assignment(year, now, agency)),
            "processing" if roll < 30 => match one.with.first() {
                Some(Given::Officer(officer)) => (*officer, Act::GiveOpinion),
                Some(Given::Unit(unit)) => (province.officer(*unit, OFFICER), Act::GiveOpinion),
                None => (head, Act::Advise),
            },
            "processing" if roll < 60 => {
                (lead.unwrap(), Act::Complete(if roll < 50 { Answer::Text } else { Answer::NotNeeded }))
            }
            "processing" => return self.answer(year, now, at, lead.unwrap()).await,
            "cancelled" => (clerk, Act::Confirm),
            _ => (head, Act::Close),
        };
        let name = self.name();
        self.arrived[at].take(year, now, officer, &act, &name).await;
    }

    /// Answers by a document, which is drafted first.
    async fn answer(&mut self, year: &Year, now: Now, at: usize, lead: usize) {
        let name = self.name();
        let Some(draft) = self.drafts.iter().position(|draft| draft.answers == Some(at)) else {
            let agency = self.arrived[at].responsible;
            if year.province.issuing().contains(&agency) {
                return self.draft(year, now, agency, Some((at, lead)), None).await;
            }
            self.arrived[at].take(year, now, lead, &Act::Complete(Answer::Text), &name).await;
            return;
        };
        let act = match self.drafts[draft].document {
            Some(document) => {
                let document = &self.issued[document];
                let fault = if !document.seen_by(&year.province, lead, now) {
                    Some("document.unknown")
                } else if document.in_force() {
                    None
                } else {
                    Some("document.not_in_force")
                };
                Act::Complete(Answer::Document(document.id.clone(), fault))
            }
            None if self.drafts[draft].state == "cancelled" => Act::Complete(Answer::Text),
            None => return self.go_on_with(year, now, draft).await,
        };
        let done = self.arrived[at].take(year, now, lead, &act, &name).await;
        if !done {
            self.arrived[at].take(year, now, lead, &Act::Complete(Answer::NotNeeded), &name).await;
        }
    }

    async fn go_on_with(&mut self, year: &Year, now: Now, at: usize) {
        let province = &year.province;
        let one = self.drafts[at].clone();
        let agency = one.agency;
        let drafting = one.unit.unwrap_or(agency);
        // In a commune the deputy keeps the books as well.
        let second = province.agencies[agency].kind == "commune" && self.dice.chance(25);
        let clerk = province.officer(agency, if second { DEPUTY } else { WRITER });
        let head = province.officer(drafting, if self.dice.chance(35) { DEPUTY } else { LEADER });
        let author = if province.serves(one.author, agency, now.day) { one.author } else { head };
        let roll = self.dice.throw(100);
        let name = self.name();
        let step = match one.state {
            "drafting" if roll < 12 => {
                let other = self.open_agency(year, now);
                let asked = [Asked::Agency(other), Asked::Officer(self.dice.throw(province.officers.len()))];
                self.drafts[at].consult(year, now, author, asked, &name).await;
                return;
            }
            "drafting" if roll < 20 => (author, Step::Revise),
            "drafting" => (author, Step::Submit),
            "content_check" if roll < 10 => (head, Step::Return),
            "content_check" if roll < 18 => (author, Step::Revise),
            "content_check" if roll < 30 && !one.consultations.is_empty() => {
                let answering = self.answerer(year, at);
                self.drafts[at].answer(year, now, answering, &name).await;
                return;
            }
            "content_check" => {
                let approver = one.content.map_or(head, |(_, by)| by);
                let fits = province.holds(approver, drafting, &HEADS, now.day)
                    || province.holds(approver, agency, &HEADS, now.day);
                let others = if one.unit.is_some() {
                    province.officer(agency, DEPUTY)
                } else {
                    province.officer(agency, LEADER)
                };
                let own = one.writers.contains(&approver);
                let past = one.content.is_some() && self.dice.chance(25);
                (
                    if past {
                        head
                    } else if fits && !own {
                        approver
                    } else {
                        others
                    },
                    Step::ApproveContent(one.revision),
                )
            }
            "form_check" if roll < 8 => (clerk, Step::Return),
            "form_check" if roll < 15 => (author, Step::Revise),
            "form_check" => {
                let signer = self.signer(year, now, at);
                (clerk, Step::ApproveForm(one.revision, self.dice.chance(60).then_some(signer)))
            }
            "signing" if roll < 5 => (author, Step::Revise),
            "signing" if roll < 10 => (province.officer(agency, LEADER), Step::Return),
            "signing" => (self.signer(year, now, at), Step::Sign(one.revision)),
            "signed" if roll < 4 => (province.officer(agency, LEADER), Step::Cancel),
            "signed" => return self.number(year, now, at).await,
            "numbered" if roll < 6 || (one.has_closed(province, now) && roll < 50) => {
                (province.officer(agency, LEADER), Step::Cancel)
            }
            "numbered" => (clerk, Step::Seal),
            _ if roll < 2 => (head, Step::Cancel),
            _ if roll < 4 => (province.officer(agency, LEADER), Step::Cancel),
            _ => (clerk, Step::Issue),
        };
        self.drafts[at].take(year, now, step.0, &step.1, &mut self.issued, &name).await;
    }

    fn answerer(&mut self, year: &Year, at: usize) -> usize {
        let lines = &self.drafts[at].consultations.last().unwrap().lines;
        match lines[self.dice.throw(lines.len())].0 {
            Asked::Officer(officer) => officer,
            Asked::Agency(agency) => year.province.officer(agency, self.dice.throw(5)),
        }
    }

    /// Somebody with an authority of the agency; mostly one that holds and covers the type.
    fn signer(&mut self, year: &Year, now: Now, at: usize) -> usize {
        let draft = &self.drafts[at];
        let of: Vec<_> = year.province.authorities.iter().filter(|one| one.agency == draft.agency).collect();
        let good = |one: &&&super::province::Authority| {
            one.until.is_none_or(|until| now.day < until) && one.types.is_none_or(|types| types.contains(&draft.kind))
        };
        let fit: Vec<usize> = of.iter().filter(good).map(|one| one.officer).collect();
        let any: Vec<usize> = of.iter().map(|one| one.officer).collect();
        if self.dice.chance(80) { self.dice.pick(&fit) } else { self.dice.pick(&any) }
    }

    async fn number(&mut self, year: &Year, now: Now, at: usize) {
        let province = &year.province;
        let (agency, kind) = (self.drafts[at].agency, self.drafts[at].kind);
        let spent = self.reservations.iter().find(|one| !matches!(one, Place::Reserved { state: "reserved", .. }));
        if let Some(spent) = spent.cloned()
            && self.dice.chance(50)
        {
            // A number is given once.
            let (name, clerk) = (self.name(), province.officer(agency, WRITER));
            let step = Step::Number(spent);
            assert!(!self.drafts[at].take(year, now, clerk, &step, &mut self.issued, &name).await);
            return;
        }
        let held = self.reservations.iter().position(|one| matches!(one, Place::Reserved { state: "reserved", .. }));
        let roll = self.dice.throw(100);
        let place = match held {
            Some(held) => self.reservations[held].clone(),
            None if roll < 12 => return self.reserve(year, now, agency, kind).await,
            None if roll < 40 => self.late(agency, kind).unwrap_or(Place::Next),
            None => Place::Next,
        };
        let name = self.name();
        let clerk = province.officer(agency, WRITER);
        let step = Step::Number(place.clone());
        let done = self.drafts[at].take(year, now, clerk, &step, &mut self.issued, &name).await;
        if let (Some(held), Place::Reserved { .. }) = (held, &place) {
            if done {
                if let Place::Reserved { state, .. } = &mut self.reservations[held] {
                    *state = "used";
                }
            } else {
                self.void(year, now, held).await;
            }
        }
    }

    /// A number behind one of the story's own, perhaps without the decision it takes.
    fn late(&mut self, agency: usize, kind: &str) -> Option<Place> {
        let book = super::registers::book_of(agency, kind);
        let fits = |one: &&super::outgoing::Issued| one.agency == agency && one.key.2 == book && one.place.1.is_empty();
        let own = self.issued.iter().find(fits)?;
        let (key, after, on) = (own.key.clone(), own.place.0, own.on);
        Some(Place::Late { key, after, on, decision: self.dice.chance(75) })
    }

    async fn send_on(&mut self, year: &Year, now: Now, at: usize) {
        if self.dice.chance(25) || self.issued[at].internal {
            self.settled.push(at);
            if !self.issued[at].internal {
                return;
            }
        }
        let mut to: Vec<usize> = Vec::new();
        for _ in 0..=self.dice.throw(3) {
            let agency = self.open_agency(year, now);
            if !to.contains(&agency) && agency != self.issued[at].agency && agency != self.issued[at].responsible {
                to.push(agency);
            }
        }
        if to.is_empty() {
            return;
        }
        let due_on = self.dice.chance(30).then(|| now.day.checked_add_days(Days::new(15)).unwrap());
        let clerk = year.province.officer(self.issued[at].responsible, WRITER);
        let name = self.name();
        if self.issued[at].send(year, now, clerk, &to, due_on, &mut self.arrived, &name).await {
            self.settled.push(at);
        }
    }
}
