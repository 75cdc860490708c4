//! An outgoing document as the script's own book has it: its number, what became of it, to whom it was sent.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use super::drafts::Draft;
use super::incoming::{Arrived, URGENCIES};
use super::province::{ANY, CLERK, HEADS, KEEPERS, Province};
use super::registers::{Key, Line, book_of, place_of};
use super::year::{Now, Year, number, text};

/// Which number a document shall have.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    Next,
    /// The number that a reservation of the story holds, of this class and year, and what became of it.
    Reserved {
        agency: usize,
        kind: &'static str,
        key: Key,
        register: String,
        number: i64,
        state: &'static str,
    },
    /// Behind a number of a document of the story, in its book.
    Late {
        key: Key,
        after: i64,
        on: NaiveDate,
        decision: bool,
    },
}

impl Place {
    /// Why such a number is refused to a document of this agency and type; none when it is given.
    pub(crate) fn refusal(&self, year: &Year, agency: usize, kind: &str, now: Now) -> Option<(u16, &'static str)> {
        match self {
            Self::Next => {
                let key = (agency, "outgoing", book_of(agency, kind), now.day.year());
                year.registers.is_closed(&key).then_some((409, "register.closed"))
            }
            Self::Reserved { agency: of, kind: class, key, state, .. } => {
                if *of != agency {
                    return Some((422, "register.reservation_unknown"));
                }
                if year.registers.is_closed(key) {
                    return Some((409, "register.closed"));
                }
                match *state {
                    "used" => return Some((409, "register.number_taken")),
                    "void" => return Some((409, "register.number_void")),
                    _ => {}
                }
                if *class != kind {
                    return Some((422, "register.reservation_differs"));
                }
                (key.3 != now.day.year()).then_some((409, "register.reservation_of_other_year"))
            }
            Self::Late { decision: false, .. } => Some((422, "register.late_number_without_decision")),
            Self::Late { key, after, .. } => {
                let meant = (agency, "outgoing", book_of(agency, kind), key.3);
                let book = year.registers.all().into_iter().find(|(known, _)| *known == meant);
                let Some((_, book)) = book else { return Some((422, "register.number_unknown")) };
                if book.closed {
                    return Some((409, "register.closed"));
                }
                (!book.lines.contains_key(&(*after, String::new()))).then_some((422, "register.number_unknown"))
            }
        }
    }

    pub(crate) fn put_into(&self, body: &mut Value) {
        match self {
            Self::Next => {}
            Self::Reserved { register, number, .. } => {
                body["reservation"] = json!({"register_id": register, "number": number});
            }
            Self::Late { key, after, decision, .. } => {
                let decision = decision.then(|| json!({"number": "20/QĐ-UBND", "date": "2026-01-05"}));
                body["late_number"] = json!({"after": after, "year": key.3, "decision": decision});
            }
        }
    }

    /// The year of the book and the day of the document.
    fn dated(&self, now: Now) -> (i32, NaiveDate) {
        match self {
            Self::Late { key, on, .. } => (key.3, *on),
            Self::Next | Self::Reserved { .. } => (now.day.year(), now.day),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Issued {
    pub id: String,
    pub version: i64,
    pub agency: usize,
    pub responsible: usize,
    pub kind: &'static str,
    pub key: Key,
    pub register: String,
    pub place: (i64, String),
    pub on: NaiveDate,
    pub state: &'static str,
    pub internal: bool,
    pub urgency: usize,
    /// By which documents it was corrected.
    pub linked: Vec<String>,
    /// The receivers that have or had it, by place in the story.
    pub sent: Vec<usize>,
}

impl Issued {
    /// The document of a draft that has just got its number.
    pub(crate) async fn numbered(
        year: &Year,
        now: Now,
        draft: &Draft,
        clerk: usize,
        id: &str,
        place: &Place,
        what: &str,
    ) -> Self {
        let body = year.read(clerk, &format!("/v1/outgoing-documents/{id}")).await.ok();
        let of = (draft.agency, draft.kind, draft.internal, draft.urgency);
        Self::of(year, now, of, &body, place, what)
    }

    /// What was answered, held against what was asked, and written into the book.
    pub(crate) fn of(
        year: &Year,
        now: Now,
        (agency, kind, internal, urgency): (usize, &'static str, bool, usize),
        body: &Value,
        asked: &Place,
        what: &str,
    ) -> Self {
        let (of_year, on) = asked.dated(now);
        let key = (agency, "outgoing", book_of(agency, kind), of_year);
        let place = place_of(body);
        let id = text(&body["id"]);
        let symbol = &year.province.agencies[agency].symbol;
        let notation = if kind == "CV" { format!("{symbol}-VP") } else { format!("{kind}-{symbol}") };
        let full = format!("{:02}{}/{notation}", place.0, place.1);
        assert_eq!(body["full_number"], json!(full), "{what}");
        assert_eq!(
            (text(&body["issued_on"]), number(&body["register"]["year"])),
            (on.to_string(), i64::from(of_year)),
            "{what}"
        );
        assert_eq!(body["register"]["book"], json!(key.2), "{what}");
        match asked {
            Place::Next => assert_eq!(place.1, "", "{what}"),
            Place::Reserved { number, .. } => assert_eq!(place, (*number, String::new()), "{what}"),
            Place::Late { after, .. } => assert!(place.0 == *after && !place.1.is_empty(), "{what}: {place:?}"),
        }
        let register = text(&body["register"]["id"]);
        year.registers.write(key.clone(), &register, place.clone(), Line::Used(id.clone()), what);
        year.registers.date(&key, place.clone(), on);
        let state = if body["draft_id"].is_null() { "issued" } else { "numbered" };
        Self {
            id,
            version: 1,
            agency,
            responsible: agency,
            kind,
            key,
            register,
            place,
            on,
            state,
            internal,
            urgency,
            linked: Vec::new(),
            sent: Vec::new(),
        }
    }

    pub(crate) fn in_force(&self) -> bool {
        matches!(self.state, "issued" | "corrected")
    }

    /// Who sees it: everybody with a post at the agency or above once it was issued, before that who keeps its documents.
    pub(crate) fn seen_by(&self, province: &Province, officer: usize, now: Now) -> bool {
        let unissued = matches!(self.state, "numbered" | "sealed" | "void");
        let roles: &[&str] = if unissued { &KEEPERS } else { &ANY };
        province.holds(officer, self.responsible, roles, now.day)
    }

    fn holds(&self) -> Result<(), (u16, &'static str)> {
        match self.state {
            "issued" | "corrected" => Ok(()),
            "recalled" => Err((409, "document.recalled")),
            _ => Err((409, "document.state")),
        }
    }

    /// Sends it; what arrived is appended to the story.
    pub(crate) async fn send(
        &mut self,
        year: &Year,
        now: Now,
        officer: usize,
        to: &[usize],
        due_on: Option<NaiveDate>,
        arrived: &mut Vec<Arrived>,
        of: &str,
    ) -> bool {
        let province = &year.province;
        let has = |agency: usize| {
            self.sent.iter().any(|at| {
                !arrived[*at].given_up() && [arrived[*at].receiving, arrived[*at].responsible].contains(&agency)
            })
        };
        let repeated = |place: usize| to[..place].contains(&to[place]);
        let expected = if !self.seen_by(province, officer, now) {
            Err((404, "not_found"))
        } else if !province.holds(officer, self.responsible, &CLERK, now.day) {
            Err((403, "dispatch.not_clerk"))
        } else if self.holds().is_err() {
            self.holds()
        } else if to.iter().any(|agency| province.now(*agency, now.day) != *agency) {
            Err((409, "agency.closed"))
        } else if self.internal {
            Err((409, "dispatch.internal"))
        } else if to.iter().any(|agency| [self.agency, self.responsible].contains(agency)) {
            Err((422, "dispatch.to_itself"))
        } else if (0..to.len()).any(repeated) {
            Err((422, "dispatch.twice"))
        } else if to.iter().any(|agency| has(*agency)) {
            Err((422, "dispatch.already_sent"))
        } else {
            Ok(())
        };
        let receivers: Vec<&str> = to.iter().map(|agency| province.agencies[*agency].code.as_str()).collect();
        let body =
            json!({"receivers": receivers, "due_on": due_on.map(|day| day.to_string()), "urgency": URGENCIES[0]});
        let reply = year.ask(officer, &format!("/v1/outgoing-documents/{}/dispatches", self.id), None, &body).await;
        let what = format!("{of}: officer {officer} at {} sends {self:?} to {to:?}", now.day);
        if !year.agree(&what, &reply, expected) {
            if let Err((409, "agency.closed")) = expected {
                let closed = to.iter().find(|agency| province.now(**agency, now.day) != **agency).unwrap();
                let successor = &province.agencies[province.now(*closed, now.day)].code;
                assert_eq!(reply.body["successor"], json!(successor), "{what}");
            }
            return false;
        }
        for (agency, item) in to.iter().zip(reply.body["items"].as_array().unwrap()) {
            assert_eq!(item["receiver"]["code"], json!(province.agencies[*agency].code), "{what}");
            self.sent.push(arrived.len());
            arrived.push(Arrived::of(item, *agency, self.urgency, due_on, now));
        }
        true
    }

    /// Asks one receiver to give it back.
    pub(crate) async fn take_back(&self, year: &Year, now: Now, officer: usize, arrived: &mut Arrived, of: &str) {
        let province = &year.province;
        let expected = if !self.seen_by(province, officer, now) {
            Err((404, "not_found"))
        } else if !province.holds(officer, self.responsible, &CLERK, now.day) {
            Err((403, "dispatch.not_clerk"))
        } else if arrived.given_up() {
            Err((409, "take_back.state"))
        } else if arrived.take_back == Some("requested") {
            Err((409, "take_back.pending"))
        } else {
            Ok(())
        };
        let path = format!("/v1/outgoing-documents/{}/dispatches/{}/take-back", self.id, arrived.id);
        let reply = year.ask(officer, &path, None, &json!({"reason": "Gửi nhầm nơi nhận, xin lấy lại"})).await;
        let what = format!("{of}: officer {officer} at {} takes back {arrived:?}", now.day);
        if !year.agree(&what, &reply, expected) {
            return;
        }
        arrived.version += 1;
        if arrived.state == "received" {
            (arrived.state, arrived.take_back) = ("taken_back", Some("agreed"));
            arrived.ended = super::calendar::second_of(&reply.body["ended_at"]);
        } else {
            arrived.take_back = Some("requested");
        }
        assert_eq!(
            (text(&reply.body["state"]).as_str(), number(&reply.body["version"])),
            (arrived.state, arrived.version),
            "{what}"
        );
    }

    /// Recalls it, or replaces or corrects it by another document of the story; its receivers are told.
    pub(crate) async fn undo(
        &mut self,
        year: &Year,
        now: Now,
        officer: usize,
        how: &'static str,
        by: Option<&Self>,
        arrived: &mut [Arrived],
        of: &str,
    ) {
        let province = &year.province;
        let other_fits = by.is_none_or(|by| by.responsible == self.responsible && by.in_force() && by.id != self.id);
        let form = match (how, by) {
            ("replace", Some(by)) if by.kind != self.kind => Err((422, "document.other_form")),
            ("correct", Some(by)) if by.kind != "CV" => Err((422, "document.no_official_letter")),
            (_, Some(by)) if self.linked.contains(&by.id) => Err((422, "document.linked_already")),
            _ => Ok(()),
        };
        let expected = if !self.seen_by(province, officer, now) {
            Err((404, "not_found"))
        } else if !province.holds(officer, self.responsible, &HEADS, now.day) {
            Err((403, "document.not_leader"))
        } else if self.holds().is_err() {
            self.holds()
        } else if other_fits && by.is_none_or(|by| by.seen_by(province, officer, now)) {
            form
        } else {
            Err((422, "document.unknown"))
        };
        let mut body = json!({"action": how});
        match by {
            Some(by) => body["by"] = json!(by.id),
            None => body["reason"] = json!("Gửi nhầm nơi nhận, nội dung chưa thông qua"),
        }
        let reply = year
            .ask(officer, &format!("/v1/outgoing-documents/{}/transitions", self.id), Some(self.version), &body)
            .await;
        let what = format!("{of}: officer {officer} at {} asks {how} of {self:?} by {by:?}", now.day);
        if !year.agree(&what, &reply, expected) {
            return;
        }
        self.version += 1;
        self.linked.extend(by.map(|by| by.id.clone()));
        self.state = match how {
            "recall" => "recalled",
            "replace" => "replaced",
            _ => "corrected",
        };
        assert_eq!(
            (text(&reply.body["state"]).as_str(), number(&reply.body["version"])),
            (self.state, self.version),
            "{what}"
        );
        let at = second_told(&reply.body, now);
        for one in self.sent.clone() {
            let one = &mut arrived[one];
            if one.given_up() {
                continue;
            }
            one.version += 1;
            if how == "recall" {
                (one.state, one.ended) = ("cancelled", Some(at));
            }
        }
    }
}

fn second_told(body: &Value, now: Now) -> i64 {
    super::calendar::second_of(&body["recalled_at"]).unwrap_or(now.second)
}
