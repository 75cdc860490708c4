//! A draft as the script's own book has it: which revision was approved by whom, who belongs to its circle, who may sign.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::calendar::{next_working_day, second_of, working_hours};
use super::incoming::URGENCIES;
use super::opinions::Consultation;
use super::outgoing::{Issued, Place};
use super::province::{CLERK, HEADS, KEEPERS, Province};
use super::registers::Line;
use super::year::{Now, Year, near, number, text};

/// A step somebody asks for.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Submit,
    ApproveContent(i64),
    ApproveForm(i64, Option<usize>),
    Return,
    Sign(i64),
    Number(Place),
    Seal,
    Issue,
    Cancel,
    Revise,
}

#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub id: String,
    pub version: i64,
    pub agency: usize,
    pub unit: Option<usize>,
    pub kind: &'static str,
    pub urgency: usize,
    pub internal: bool,
    pub author: usize,
    /// Everybody who wrote a version of it.
    pub writers: BTreeSet<usize>,
    pub state: &'static str,
    /// The agency whose number it has.
    pub numbered_by: Option<usize>,
    pub revision: i64,
    pub content: Option<(i64, usize)>,
    pub form: Option<(i64, usize)>,
    pub submitted: bool,
    pub people: BTreeSet<usize>,
    pub consultations: Vec<Consultation>,
    /// Its document, by place in the story.
    pub document: Option<usize>,
    /// The incoming document of the story that it answers.
    pub answers: Option<usize>,
}

const OPEN: [&str; 4] = ["drafting", "content_check", "form_check", "signing"];
const BEFORE_SIGNING: [&str; 4] = ["drafting", "content_check", "form_check", "cancelled"];

impl Draft {
    pub(crate) fn is_open(&self) -> bool {
        OPEN.contains(&self.state)
    }

    fn signs(&self, province: &Province, officer: usize, now: Now) -> bool {
        province
            .signs(officer, self.agency, now.day)
            .any(|one| one.types.is_none_or(|types| types.contains(&self.kind)))
    }

    /// The circle: who was ever part of it and still serves there, who keeps and leads the agency, who may sign it once it
    /// waits for that, and the heads of its unit once it was given to be checked.
    pub(crate) fn circle(&self, province: &Province, officer: usize, now: Now) -> bool {
        let named = self.people.contains(&officer) && province.serves(officer, self.agency, now.day);
        let keeps = province.holds(officer, self.agency, &KEEPERS, now.day);
        let signs = !BEFORE_SIGNING.contains(&self.state) && self.signs(province, officer, now);
        let unit = self.unit.is_some_and(|unit| self.submitted && province.holds(officer, unit, &HEADS, now.day));
        named || keeps || signs || unit
    }

    /// Who sees its text.
    pub(crate) fn seen_by(&self, province: &Province, officer: usize, now: Now) -> bool {
        self.circle(province, officer, now) || self.asked(province, officer, now)
    }

    pub(crate) fn is(&self, province: &Province, officer: usize, now: Now, hand: &str) -> bool {
        let drafting = self.unit.unwrap_or(self.agency);
        match hand {
            "author" => officer == self.author && province.serves(officer, self.agency, now.day),
            "head" => {
                province.holds(officer, drafting, &HEADS, now.day)
                    || province.holds(officer, self.agency, &HEADS, now.day)
            }
            "agency" => province.holds(officer, self.agency, &HEADS, now.day),
            "clerk" => province.holds(officer, self.agency, &CLERK, now.day),
            _ => province
                .signs(officer, self.agency, now.day)
                .any(|one| one.types.is_none_or(|types| types.contains(&self.kind))),
        }
    }

    /// Whether somebody is one of these, or does it on the post of one.
    fn is_or_stands_in(&self, province: &Province, officer: usize, now: Now, hand: &str, whom: &[usize]) -> bool {
        let drafting = self.unit.unwrap_or(self.agency);
        let roles: &[&str] = if hand == "clerk" { &CLERK } else { &HEADS };
        let at =
            if hand == "head" && province.holds(officer, drafting, &HEADS, now.day) { drafting } else { self.agency };
        let other = province.stands_in(officer, at, roles, now.day);
        whom.contains(&officer) || other.is_some_and(|other| whom.contains(&other))
    }

    fn outdated(&self) -> bool {
        self.content.is_some_and(|(revision, _)| revision < self.revision)
            || (self.state != "form_check" && self.form.is_some_and(|(revision, _)| revision < self.revision))
    }

    /// Who approved an older revision and still could approve this one, which nobody does who wrote one.
    fn goes_back(&self, province: &Province, officer: usize, now: Now) -> bool {
        let Some((_, approver)) = self.content.filter(|(_, by)| !self.writers.contains(by)) else { return false };
        let drafting = self.unit.unwrap_or(self.agency);
        let still = [drafting, self.agency].into_iter().any(|at| province.holds(approver, at, &HEADS, now.day));
        still && !self.is_or_stands_in(province, officer, now, "head", &[approver])
    }

    /// Whether the agency in whose name it is numbered has closed: then nobody seals it any more.
    pub(crate) fn has_closed(&self, province: &Province, now: Now) -> bool {
        self.numbered_by.is_some_and(|agency| province.now(agency, now.day) != agency)
    }

    /// The authority somebody signs by, or why they can't.
    fn authority<'a>(
        &self,
        province: &'a Province,
        officer: usize,
        now: Now,
    ) -> Result<&'a super::province::Authority, (u16, &'static str)> {
        let holds = |one: &&super::province::Authority| one.until.is_none_or(|until| now.day < until);
        let covers = |one: &&super::province::Authority| one.types.is_none_or(|types| types.contains(&self.kind));
        let held = || province.held(officer, self.agency);
        if let Some(best) = held().filter(holds).filter(covers).min_by_key(|one| one.rank) {
            return Ok(best);
        }
        if held().any(|one| holds(&one)) {
            return Err((403, "signing.type_not_covered"));
        }
        Err(if held().next().is_some() { (409, "signing.authority_ended") } else { (403, "signing.no_authority") })
    }

    /// The state after a step of somebody's, or why it is refused.
    pub(crate) fn predict(
        &self,
        year: &Year,
        officer: usize,
        now: Now,
        step: &Step,
    ) -> Result<&'static str, (u16, &'static str)> {
        let province = &year.province;
        if let Step::Number(Place::Late { decision: false, .. }) = step {
            return Err((422, "register.late_number_without_decision"));
        }
        if !self.circle(province, officer, now) {
            return Err((404, "not_found"));
        }
        if matches!(step, Step::Revise) {
            return match self.state {
                "issued" => Err((409, "document.issued")),
                "cancelled" => Err((409, "draft.state")),
                state if !OPEN.contains(&state) => Err((409, "draft.signed")),
                _ if !self.is(province, officer, now, "author") && !self.is(province, officer, now, "head") => {
                    Err((403, "draft.not_yours"))
                }
                "drafting" => Ok("drafting"),
                _ => Ok("content_check"),
            };
        }
        if matches!(step, Step::Sign(_)) && self.state == "signing" {
            self.authority(province, officer, now)?;
        }
        let needs = matches!(step, Step::ApproveForm(..) | Step::Sign(_) | Step::Number(_));
        if needs && self.outdated() {
            return Err((409, "draft.approval_outdated"));
        }
        let (next, by): (&'static str, &[&str]) = match (step, self.state) {
            (Step::Submit, "drafting") => ("content_check", &["author", "head"]),
            (Step::ApproveContent(_), "content_check") => ("form_check", &["head"]),
            (Step::ApproveForm(..), "form_check") => ("signing", &["clerk"]),
            (Step::Return, "content_check") => ("drafting", &["head"]),
            (Step::Return, "form_check") => ("drafting", &["clerk"]),
            (Step::Return, "signing") => ("drafting", &["signer", "head"]),
            (Step::Sign(_), "signing") => ("signed", &["signer"]),
            (Step::Number(_), "signed") => ("numbered", &["clerk"]),
            (Step::Seal, "numbered") => ("sealed", &["clerk"]),
            (Step::Issue, "sealed") => ("issued", &["clerk"]),
            (Step::Cancel, state) if OPEN.contains(&state) => ("cancelled", &["author", "head"]),
            (Step::Cancel, "signed" | "numbered" | "sealed") => ("cancelled", &["agency"]),
            (_, "issued") => return Err((409, "document.issued")),
            _ => return Err((409, "draft.state")),
        };
        if !by.iter().any(|hand| self.is(province, officer, now, hand)) {
            return Err((403, "draft.not_yours"));
        }
        let authors: Vec<usize> = self.writers.iter().copied().collect();
        match step {
            Step::ApproveContent(_) if self.is_or_stands_in(province, officer, now, "head", &authors) => {
                return Err((403, "draft.own_draft"));
            }
            Step::ApproveForm(..) if self.is_or_stands_in(province, officer, now, "clerk", &authors) => {
                return Err((403, "draft.own_draft"));
            }
            Step::ApproveForm(..)
                if self.content.is_some_and(|(_, by)| self.is_or_stands_in(province, officer, now, "clerk", &[by])) =>
            {
                return Err((403, "draft.same_checker"));
            }
            Step::ApproveContent(_) if self.goes_back(province, officer, now) => return Err((403, "draft.goes_back")),
            _ => {}
        }
        match step {
            Step::ApproveContent(read) | Step::ApproveForm(read, _) | Step::Sign(read) if *read != self.revision => {
                Err((409, "draft.approval_outdated"))
            }
            Step::Number(place) => place.refusal(year, self.agency, self.kind, now).map_or(Ok(next), Err),
            Step::Seal if self.has_closed(province, now) => Err((409, "agency.closed")),
            _ => Ok(next),
        }
    }

    /// Has somebody take a step, and holds the answer against the book; says whether it was done.
    pub(crate) async fn take(
        &mut self,
        year: &Year,
        now: Now,
        officer: usize,
        step: &Step,
        issued: &mut Vec<Issued>,
        of: &str,
    ) -> bool {
        let expected = self.predict(year, officer, now, step);
        let what = format!("{of}: officer {officer} at {} asks {step:?} of {self:?}", now.day);
        let (path, body) = match step {
            Step::Revise => (
                format!("/v1/drafts/{}/revisions", self.id),
                json!({"file_id": year.file(officer).await, "note": "Sửa Điều 3"}),
            ),
            _ => (format!("/v1/drafts/{}/transitions", self.id), step.body(year)),
        };
        let reply = year.ask(officer, &path, Some(self.version), &body).await;
        if !year.agree(&what, &reply, expected.map(drop)) {
            return false;
        }
        let province = &year.province;
        self.state = expected.unwrap();
        self.version += 1;
        self.people.insert(officer);
        match step {
            Step::Submit => self.submitted = true,
            Step::Revise => {
                self.revision += 1;
                self.writers.insert(officer);
            }
            Step::ApproveContent(_) => self.content = Some((self.revision, officer)),
            Step::ApproveForm(_, signer) => {
                self.form = Some((self.revision, officer));
                self.people.extend(signer);
            }
            Step::Sign(_) => {
                let authority = self.authority(province, officer, now).unwrap();
                let told = &reply.body["signature"];
                let said = (text(&told["capacity"]), text(&told["prefix"]));
                assert_eq!(said, (authority.capacity.to_owned(), authority.prefix.clone()), "{what}");
                let at = second_of(&told["signed_at"]).unwrap();
                let issue = if self.urgency == 0 { next_working_day(at) } else { working_hours(at, 2) };
                assert!(near(second_of(&told["number_due_at"]), Some(next_working_day(at))), "{what}: {told}");
                assert!(near(second_of(&told["issue_due_at"]), Some(issue)), "{what}: {told}");
            }
            Step::Number(place) => {
                let id = text(&reply.body["document_id"]);
                let document = Issued::numbered(year, now, self, officer, &id, place, &what).await;
                self.document = Some(issued.len());
                self.numbered_by = Some(self.agency);
                issued.push(document);
            }
            Step::Seal | Step::Issue => {
                let document = &mut issued[self.document.unwrap()];
                document.state = self.state;
                document.version += 1;
            }
            Step::Cancel => {
                if let Some(document) = self.document {
                    let document = &mut issued[document];
                    (document.state, document.version) = ("void", document.version + 1);
                    year.registers.write(
                        document.key.clone(),
                        &document.register,
                        document.place.clone(),
                        Line::Void,
                        &what,
                    );
                }
            }
            Step::Return => {}
        }
        self.compare(province, &reply.body, &what);
        true
    }

    /// Holds what somebody reads against the book.
    pub(crate) fn compare(&self, province: &Province, body: &Value, what: &str) {
        let told = (text(&body["state"]), number(&body["version"]), number(&body["revision"]));
        assert_eq!(told, (self.state.to_owned(), self.version, self.revision), "{what}");
        let code = &province.agencies[self.agency].code;
        assert_eq!(body["responsible_agency"]["code"], json!(code), "{what}");
    }
}

impl Step {
    fn body(&self, year: &Year) -> Value {
        let reason = "Theo ý kiến chỉ đạo của lãnh đạo cơ quan";
        match self {
            Self::Submit => json!({"action": "submit"}),
            Self::ApproveContent(revision) => json!({"action": "approve_content", "revision": revision}),
            Self::ApproveForm(revision, signer) => {
                let signer = signer.map(|signer| year.province.officers[signer].id.clone());
                json!({"action": "approve_form", "revision": revision, "signer": signer})
            }
            Self::Return => json!({"action": "return", "reason": reason}),
            Self::Sign(revision) => json!({"action": "sign", "revision": revision}),
            Self::Number(place) => {
                let mut body = json!({"action": "number", "pages": 2, "copies": 5});
                place.put_into(&mut body);
                body
            }
            Self::Seal => json!({"action": "seal"}),
            Self::Issue => json!({"action": "issue"}),
            Self::Cancel => json!({"action": "cancel", "reason": reason}),
            Self::Revise => json!({}),
        }
    }
}

/// The body of a new draft.
pub(crate) fn new_body(province: &Province, draft: &Draft, file: &str, subject: &str, reply_to: Option<&str>) -> Value {
    let agency = &province.agencies[draft.agency];
    let symbol = (draft.kind == "CV").then(|| format!("{}-VP", agency.symbol));
    json!({
        "agency": agency.code, "unit": draft.unit.map(|unit| province.agencies[unit].code.clone()), "type": draft.kind,
        "subject": subject, "urgency": URGENCIES[draft.urgency], "internal": draft.internal, "symbol": symbol,
        "reply_to": reply_to, "file_id": file,
    })
}
