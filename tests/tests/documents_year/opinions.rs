//! Opinions on a draft: who is asked, who may answer, and that silence is none.

use serde_json::json;

use super::calendar::{second_of, working_days};
use super::drafts::Draft;
use super::province::Province;
use super::year::{Now, Year, near, text};

/// Somebody who is asked for an opinion.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    Agency(usize),
    Officer(usize),
}

/// A gathering of opinions.
#[derive(Debug, Clone)]
pub(crate) struct Consultation {
    pub id: String,
    pub lines: Vec<(Asked, bool)>,
}

const ANSWERING: [&str; 3] = ["leader", "approver", "processor"];

impl Draft {
    pub(crate) fn asked(&self, province: &Province, officer: usize, now: Now) -> bool {
        let asks = |asked: &Asked| asks(province, officer, now, *asked);
        self.consultations.iter().flat_map(|one| &one.lines).any(|(asked, _)| asks(asked))
    }

    /// An agency that was asked has become another.
    pub(crate) fn move_asked(&mut self, from: usize, to: usize) {
        for (asked, _) in self.consultations.iter_mut().flat_map(|one| &mut one.lines) {
            if matches!(asked, Asked::Agency(agency) if *agency == from) {
                *asked = Asked::Agency(to);
            }
        }
    }

    /// Asks an agency and an officer for their opinion.
    pub(crate) async fn consult(&mut self, year: &Year, now: Now, officer: usize, asked: [Asked; 2], of: &str) -> bool {
        let province = &year.province;
        let expected = if !self.circle(province, officer, now) {
            Err((404, "not_found"))
        } else if !["author", "head"].iter().any(|hand| self.is(province, officer, now, hand)) {
            Err((403, "draft.not_yours"))
        } else if self.is_open() {
            Ok(())
        } else {
            Err((409, "draft.state"))
        };
        let mut body = json!({"question": "Đề nghị cho ý kiến về thời hạn", "working_days": 5});
        for one in asked {
            match one {
                Asked::Agency(agency) => body["agencies"] = json!([province.agencies[agency].code]),
                Asked::Officer(officer) => body["officers"] = json!([province.officers[officer].id]),
            }
        }
        let reply = year.ask(officer, &format!("/v1/drafts/{}/consultations", self.id), None, &body).await;
        let what = format!("{of}: officer {officer} at {} consults {asked:?} on {self:?}", now.day);
        if !year.agree(&what, &reply, expected) {
            return false;
        }
        let at = second_of(&reply.body["asked_at"]).unwrap();
        assert!(near(second_of(&reply.body["due_at"]), Some(working_days(at, 5))), "{what}: {}", reply.body);
        let lines = asked.into_iter().map(|one| (one, false)).collect();
        self.consultations.push(Consultation { id: text(&reply.body["id"]), lines });
        true
    }

    /// Answers a gathering of opinions.
    pub(crate) async fn answer(&mut self, year: &Year, now: Now, officer: usize, of: &str) {
        let cancelled = self.state == "cancelled";
        let Some(consultation) = self.consultations.last_mut() else { return };
        let province = &year.province;
        let mine: Vec<usize> = (0..consultation.lines.len())
            .filter(|at| asks(province, officer, now, consultation.lines[*at].0))
            .collect();
        let own = |at: &&usize| matches!(consultation.lines[**at].0, Asked::Officer(_));
        let waiting: Vec<usize> = mine.iter().copied().filter(|at| !consultation.lines[*at].1).collect();
        let chosen = waiting.iter().find(own).or(waiting.first()).copied();
        let expected = if mine.is_empty() {
            Err((404, "not_found"))
        } else if cancelled {
            Err((409, "draft.state"))
        } else if chosen.is_none() {
            Err((409, "draft.answered"))
        } else {
            Ok(())
        };
        let path = format!("/v1/draft-consultations/{}/answers", consultation.id);
        let reply = year.ask(officer, &path, None, &json!({"stance": "agree"})).await;
        if year.agree(&format!("{of}: officer {officer} at {} answers {consultation:?}", now.day), &reply, expected) {
            consultation.lines[chosen.unwrap()].1 = true;
        }
    }
}

fn asks(province: &Province, officer: usize, now: Now, asked: Asked) -> bool {
    match asked {
        Asked::Agency(agency) => province.holds(officer, agency, &ANSWERING, now.day),
        Asked::Officer(named) => named == officer,
    }
}
