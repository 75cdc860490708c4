//! One matter of the year with every document it brings forth: what arrived, what was drafted and issued about it, and to
//! whom that was sent. A story's steps are taken one after the other; different stories run side by side.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::acts::Given;
use super::calendar::day_of;
use super::dice::Dice;
use super::drafts::{Draft, new_body};
use super::incoming::{Arrived, URGENCIES};
use super::outgoing::{Issued, Place};
use super::province::{CLERK, DEPUTY, LEADER, OFFICER, WRITER};
use super::registers::{Line, TYPES, book_of, place_of};
use super::year::{Now, Year, text};

/// How a story begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    Outside,
    Draft,
    AtOnce,
}

pub(crate) struct Story {
    pub number: usize,
    pub dice: Dice,
    pub next: Option<usize>,
    pub arrived: Vec<Arrived>,
    pub drafts: Vec<Draft>,
    pub issued: Vec<Issued>,
    pub reservations: Vec<Place>,
    root: Root,
    pub begun: bool,
    /// Issued documents that nobody sends any more.
    pub settled: Vec<usize>,
    pub aftermath: usize,
}

impl Story {
    pub(crate) fn new(seed: u64, number: usize, tick: usize) -> Self {
        let mut dice = Dice::new(seed, number as u64 + 1);
        let root = match dice.throw(20) {
            0..=9 => Root::Outside,
            10..=17 => Root::Draft,
            _ => Root::AtOnce,
        };
        Self {
            number,
            dice,
            next: Some(tick),
            arrived: Vec::new(),
            drafts: Vec::new(),
            issued: Vec::new(),
            reservations: Vec::new(),
            root,
            begun: false,
            settled: Vec::new(),
            aftermath: 0,
        }
    }

    pub(crate) fn name(&self) -> String {
        format!("story {}", self.number)
    }

    /// A word that only the documents of this story say.
    pub(crate) fn word(&self) -> String {
        format!("viec{:06}", self.number)
    }

    pub(crate) fn subject(&self) -> String {
        format!("Về sự việc {} của ông Nguyễn Văn A", self.word())
    }

    /// How many documents it has brought forth: a draft and the document it becomes are one.
    pub(crate) fn documents(&self) -> usize {
        let drafted = self.drafts.iter().filter(|draft| draft.document.is_some()).count();
        self.arrived.len() + self.drafts.len() + self.issued.len() - drafted
    }

    /// An agency that issues documents and is open.
    pub(crate) fn open_agency(&mut self, year: &Year, now: Now) -> usize {
        let all = year.province.issuing();
        let picked = self.dice.pick(&all);
        year.province.now(picked, now.day)
    }

    /// Begins.
    pub(crate) async fn begin(&mut self, year: &Year, now: Now) {
        if self.dice.chance(8) {
            self.fail_to_begin(year, now).await;
        }
        match self.root {
            Root::Outside => self.receive(year, now).await,
            Root::Draft => {
                let agency = self.open_agency(year, now);
                self.draft(year, now, agency, None, None).await;
            }
            Root::AtOnce => {
                let agency = self.open_agency(year, now);
                let kind = self.dice.pick(&TYPES);
                self.issue_at_once(year, now, agency, kind, Place::Next).await;
            }
        }
        self.begun = true;
    }

    fn letter(&mut self, year: &Year, agency: usize, now: Now) -> (Value, usize, Option<NaiveDate>) {
        let urgency = if self.dice.chance(70) { 0 } else { 1 + self.dice.throw(3) };
        let due_on =
            self.dice.chance(40).then(|| now.day.checked_add_days(Days::new(2 + self.dice.throw(40) as u64)).unwrap());
        let body = json!({
            "receiving_agency": year.province.agencies[agency].code, "issuer": {"name": "Sở Xây dựng tỉnh Nghệ An"},
            "channel": "paper_scan", "paper": true, "number": self.number.to_string(), "notation": "QĐ-SXD",
            "issued_on": now.day.to_string(), "type": self.dice.pick(&TYPES), "subject": self.subject(),
            "urgency": URGENCIES[urgency], "due_on": due_on.map(|day| day.to_string()),
        });
        (body, urgency, due_on)
    }

    /// Something arrives on paper; perhaps twice, perhaps for somebody else.
    async fn receive(&mut self, year: &Year, now: Now) {
        let agency = self.open_agency(year, now);
        let clerk = year.province.officer(if self.dice.chance(8) { 0 } else { agency }, WRITER);
        let (mut body, urgency, due_on) = self.letter(year, agency, now);
        let bad = self.dice.chance(7);
        if bad {
            body["checks"] = json!({"recipient_right": false});
        }
        let what = format!("{}: officer {clerk} at {} receives", self.name(), now.day);
        let reply = year.ask(clerk, "/v1/incoming-documents", None, &body).await;
        year.agree(&what, &reply, Ok(()));
        assert_eq!(reply.body["warnings"], json!([]), "{what}");
        let mut arrived = Arrived::of(&reply.body, agency, urgency, due_on, now);
        arrived.checks_bad = bad;
        arrived.compare(&year.province, clerk, now, &reply.body, &what);
        self.arrived.push(arrived);
        if !self.dice.chance(10) {
            return;
        }
        let mut again = body.clone();
        again["on_duplicate"] = json!("refuse");
        let refused = year.ask(clerk, "/v1/incoming-documents", None, &again).await;
        year.agree(&what, &refused, Err((409, "document.duplicate")));
        let reply = year.ask(clerk, "/v1/incoming-documents", None, &body).await;
        year.agree(&what, &reply, Ok(()));
        assert_eq!(reply.body["warnings"][0]["document_id"], json!(self.arrived[0].id), "{what}");
        let mut arrived = Arrived::of(&reply.body, agency, urgency, due_on, now);
        arrived.checks_bad = bad;
        self.arrived.push(arrived);
    }

    /// What is refused before anything exists.
    async fn fail_to_begin(&mut self, year: &Year, now: Now) {
        let province = &year.province;
        let agency = self.open_agency(year, now);
        let (mut body, _, _) = self.letter(year, agency, now);
        let clerk = province.officer(agency, WRITER);
        let what = format!("{}: fails to begin at {}", self.name(), now.day);
        let (by, expected) = match self.dice.throw(4) {
            0 => {
                body["secrecy"] = json!("secret");
                (clerk, (422, "document.secret_refused"))
            }
            1 => (province.officer(agency, OFFICER), (403, "incoming.not_clerk")),
            2 => {
                let gone = province.successions.iter().find(|one| one.on <= now.day);
                let Some(gone) = gone else { return };
                body["receiving_agency"] = json!(province.agencies[gone.from].code);
                (province.officer(province.now(gone.from, now.day), WRITER), (409, "agency.closed"))
            }
            _ => {
                body["subject"] = json!("s".repeat(3_000));
                (clerk, (422, "too_long"))
            }
        };
        let reply = year.ask(by, "/v1/incoming-documents", None, &body).await;
        year.agree(&what, &reply, Err(expected));
    }

    /// Somebody begins a draft, perhaps in answer to what arrived; who has the lead does, or the head, when
    /// they may not see that.
    pub(crate) async fn draft(
        &mut self,
        year: &Year,
        now: Now,
        agency: usize,
        answers: Option<(usize, usize)>,
        kind: Option<&'static str>,
    ) {
        let province = &year.province;
        let open = |unit: &usize| province.now(*unit, now.day) == *unit;
        let units: Vec<usize> = province.units_of(agency).into_iter().filter(open).collect();
        let unit = (!units.is_empty() && self.dice.chance(50)).then(|| self.dice.pick(&units));
        let mut author = province
            .officer(unit.unwrap_or(agency), if self.dice.chance(6) { DEPUTY } else { OFFICER + self.dice.throw(2) });
        let picked = self.dice.pick(&TYPES);
        let mut draft = Draft {
            id: String::new(),
            version: 1,
            agency,
            unit,
            kind: kind.unwrap_or(picked),
            urgency: if self.dice.chance(75) { 0 } else { 1 + self.dice.throw(3) },
            internal: answers.is_none() && self.dice.chance(15),
            author,
            writers: [author].into(),
            state: "drafting",
            numbered_by: None,
            revision: 1,
            content: None,
            form: None,
            submitted: false,
            people: [author].into(),
            consultations: Vec::new(),
            document: None,
            answers: answers.map(|(at, _)| at),
        };
        let reply_to = answers.map(|(at, _)| self.arrived[at].id.clone());
        if let Some((at, lead)) = answers
            && !self.arrived[at].seen_by(province, author, now)
        {
            let body = new_body(province, &draft, &year.file(author).await, &self.subject(), reply_to.as_deref());
            let what = format!("{}: officer {author} at {} answers what they do not see", self.name(), now.day);
            let refused = year.ask(author, "/v1/drafts", None, &body).await;
            year.agree(&what, &refused, Err((422, "incoming.unknown")));
            draft.unit = units.iter().copied().find(|unit| province.works_at(lead, *unit, now.day));
            let there = draft.unit.is_some() || province.works_at(lead, agency, now.day);
            author = if there { lead } else { province.officer(agency, LEADER) };
            (draft.author, draft.writers, draft.people) = (author, [author].into(), [author].into());
        }
        let body = new_body(province, &draft, &year.file(author).await, &self.subject(), reply_to.as_deref());
        let what = format!("{}: officer {author} at {} begins {draft:?}", self.name(), now.day);
        if self.dice.chance(5)
            && let Some(stranger) = self.stranger(year, agency, now)
        {
            // An officer of another agency begins nothing here.
            let mut body = body.clone();
            body["file_id"] = json!(year.file(stranger).await);
            let refused = year.ask(stranger, "/v1/drafts", None, &body).await;
            year.agree(&what, &refused, Err((403, "draft.not_there")));
        }
        let reply = year.ask(author, "/v1/drafts", None, &body).await;
        year.agree(&what, &reply, Ok(()));
        draft.id = text(&reply.body["id"]);
        draft.compare(province, &reply.body, &what);
        self.drafts.push(draft);
    }

    /// Somebody who has nothing to do with an agency; nobody is a stranger to the province.
    pub(crate) fn stranger(&mut self, year: &Year, agency: usize, now: Now) -> Option<usize> {
        let province = &year.province;
        let strange = |officer: &usize| {
            !province.holds(*officer, agency, &super::province::ANY, now.day) && !province.belongs(*officer, agency)
        };
        let strangers: Vec<usize> = (0..province.officers.len()).filter(strange).collect();
        (!strangers.is_empty()).then(|| self.dice.pick(&strangers))
    }

    /// A clerk issues what was decided on paper.
    pub(crate) async fn issue_at_once(
        &mut self,
        year: &Year,
        now: Now,
        agency: usize,
        kind: &'static str,
        place: Place,
    ) -> bool {
        let province = &year.province;
        let stranger = if self.dice.chance(6) { self.stranger(year, agency, now) } else { None };
        let clerk = stranger.unwrap_or_else(|| province.officer(agency, WRITER));
        let expected = if matches!(place, Place::Late { decision: false, .. }) {
            Err((422, "register.late_number_without_decision"))
        } else if province.holds(clerk, agency, &CLERK, now.day) {
            place.refusal(year, agency, kind, now).map_or(Ok(()), Err)
        } else {
            Err((403, "document.not_clerk"))
        };
        let known = &province.agencies[agency];
        let symbol = (kind == "CV").then(|| format!("{}-VP", known.symbol));
        let mut body = json!({
            "issuing_agency": known.code, "type": kind, "symbol": symbol, "subject": self.subject(),
            "file_id": year.file(clerk).await,
        });
        place.put_into(&mut body);
        let what =
            format!("{}: officer {clerk} at {} issues {kind} of {agency} at once as {place:?}", self.name(), now.day);
        let reply = year.ask(clerk, "/v1/outgoing-documents", None, &body).await;
        if !year.agree(&what, &reply, expected) {
            return false;
        }
        self.issued.push(Issued::of(year, now, (agency, kind, false, 0), &reply.body, &place, &what));
        true
    }

    /// A clerk holds a number back for a document to come.
    pub(crate) async fn reserve(&mut self, year: &Year, now: Now, agency: usize, kind: &'static str) {
        let known = &year.province.agencies[agency];
        let key = (agency, "outgoing", book_of(agency, kind), chrono::Datelike::year(&now.day));
        let symbol = (kind == "CV").then(|| format!("{}-VP", known.symbol));
        let body =
            json!({"agency": known.code, "type": kind, "symbol": symbol, "reason": "Văn bản ký ngoài giờ", "count": 1});
        let what = format!("{}: reserves {key:?} at {}", self.name(), now.day);
        let reply = year.ask(year.province.officer(agency, WRITER), "/v1/register-reservations", None, &body).await;
        year.agree(&what, &reply, Ok(()));
        let place = place_of(&reply.body["entries"][0]);
        let register = text(&reply.body["register"]["id"]);
        year.registers.write(key.clone(), &register, place.clone(), Line::Reserved, &what);
        year.registers.date(&key, place.clone(), now.day);
        self.reservations.push(Place::Reserved { agency, kind, key, register, number: place.0, state: "reserved" });
    }

    /// A number that was held back for nothing becomes void.
    pub(crate) async fn void(&mut self, year: &Year, now: Now, at: usize) {
        let name = self.name();
        let Place::Reserved { agency, key, register, number, state, .. } = &mut self.reservations[at] else { return };
        let officer = year.province.officer(year.province.now(*agency, now.day), WRITER);
        let path = format!("/v1/registers/{register}/entries/{number}/void");
        let version =
            year.read(officer, &format!("/v1/registers/{register}/entries/{number}")).await.ok()["version"].as_i64();
        let expected = match *state {
            "used" => Err((409, "register.entry_issued")),
            "void" => Err((409, "register.entry_void")),
            _ => Ok(()),
        };
        let what = format!("{name}: makes {number} of {key:?} void at {}", now.day);
        let reply = year.ask(officer, &path, version, &json!({"reason": "Văn bản không ban hành nữa"})).await;
        if year.agree(&what, &reply, expected) {
            year.registers.write(key.clone(), register, (*number, String::new()), Line::Void, &what);
            *state = "void";
        }
    }

    /// A succession's day has come: what the book has of the one that closed is the other's now.
    pub(crate) fn succeed(&mut self, from: usize, to: usize) {
        for arrived in &mut self.arrived {
            if arrived.responsible == from {
                (arrived.responsible, arrived.version) = (to, arrived.version + 1);
            }
            if arrived.ever.contains(&Given::Unit(from)) {
                arrived.version += 1;
            }
            arrived.move_unit(from, to);
        }
        for draft in &mut self.drafts {
            if draft.agency == from {
                (draft.agency, draft.version) = (to, draft.version + 1);
                if draft.state == "signed" {
                    draft.state = "signing";
                }
            }
            if draft.unit == Some(from) {
                (draft.unit, draft.version) = (Some(to), draft.version + 1);
            }
            draft.move_asked(from, to);
        }
        for issued in &mut self.issued {
            if issued.responsible == from {
                (issued.responsible, issued.version) = (to, issued.version + 1);
            }
        }
    }

    /// Whether nothing of it waits in front of a register: every arrival was registered or returned, or is not there any more.
    pub(crate) fn unregistered(&self) -> Vec<usize> {
        (0..self.arrived.len()).filter(|at| self.arrived[*at].state == "received").collect()
    }
}

/// The day something arrived.
pub(crate) fn arrived_on(arrived: &Arrived) -> NaiveDate {
    day_of(arrived.received)
}
