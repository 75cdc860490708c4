//! Agencies: a tree of three floors, and what becomes of it.

use chrono::NaiveDate;
use motcua_agencies::{AgencyKind, AgencyRecord, DatedCode, SuccessionKind, events};
use motcua_kernel::Uuid;
use serde_json::json;

use super::{History, ToMove};
use crate::province::{agency, succession_news};

const FOUNDED: &str = "2020-01-01";

impl History {
    pub(super) fn found_agencies(&mut self, departments: usize, communes: usize, with_units: bool) {
        let province = self.found("H50", AgencyKind::Province, None);
        let mut floor = Vec::new();
        for n in 0..departments {
            floor.push(self.found(&format!("H50.{n:02}"), AgencyKind::Department, Some(province)));
        }
        for n in 30..30 + communes {
            floor.push(self.found(&format!("H50.{n}"), AgencyKind::Commune, Some(province)));
        }
        self.found("H50.90", AgencyKind::Centre, Some(province));
        if !with_units {
            return;
        }
        self.found("H50.91", AgencyKind::Party, Some(province));
        self.found("H50.92", AgencyKind::Council, Some(province));
        for (n, upper) in floor.into_iter().enumerate() {
            for unit in 0..=n % 2 {
                let code = format!("{}.{unit:02}", self.agencies[upper].codes[0].code);
                self.found(&code, AgencyKind::Other, Some(upper));
            }
        }
    }

    fn found(&mut self, code: &str, kind: AgencyKind, parent: Option<usize>) -> usize {
        let parent = parent.map(|at| self.agencies[at].id);
        self.agencies.push(AgencyRecord { kind, ..agency(code, parent, FOUNDED, None) });
        self.tell_agency(self.agencies.len() - 1);
        self.agencies.len() - 1
    }

    fn tell_agency(&mut self, at: usize) {
        let record = self.agencies[at].clone();
        self.tell(events::AGENCY_RECORDED, record.id, record.version, json!(record));
    }

    pub(super) fn agencies_change(&mut self) {
        let communes = self.open(AgencyKind::Commune).len();
        match self.dice.below(10) {
            0..3 => self.rename_in_place(),
            3..5 => self.move_unit(),
            5..7 if communes > 3 => {
                let (from, to) = (self.agency(&[AgencyKind::Commune]), self.agency(&[AgencyKind::Commune]));
                if from != to {
                    let kinds = [SuccessionKind::MergedInto, SuccessionKind::DissolvedInto];
                    let kind = *self.dice.of_these(&kinds);
                    self.succeed(from, &[to], kind);
                }
            }
            7 if communes < 9 => {
                let from = self.agency(&[AgencyKind::Commune]);
                let parts = [self.successor_of(from), self.successor_of(from)];
                self.succeed(from, &parts, SuccessionKind::SplitInto);
            }
            _ => {
                let from = self.agency(&[AgencyKind::Commune, AgencyKind::Department]);
                let to = self.successor_of(from);
                self.succeed(from, &[to], SuccessionKind::Renamed);
            }
        }
    }

    fn open(&self, kind: AgencyKind) -> Vec<usize> {
        (0..self.agencies.len())
            .filter(|at| self.agencies[*at].kind == kind && self.agencies[*at].valid_to.is_none())
            .collect()
    }

    /// The same agency under another name, sometimes with another code.
    fn rename_in_place(&mut self) {
        let (at, today, number) = (self.office(), self.today(), self.number());
        let with_code = self.dice.chance(50);
        let record = &mut self.agencies[at];
        record.name = format!("{} ({number})", record.name);
        record.version += 1;
        let last = record.codes.last_mut().unwrap();
        if with_code && last.valid_from < today {
            last.valid_to = Some(today);
            record.codes.push(DatedCode { code: format!("H50.N{number}"), valid_from: today, valid_to: None });
        }
        self.tell_agency(at);
    }

    /// A unit under another agency: what lies above it changes for all that it ever did.
    fn move_unit(&mut self) {
        let unit = self.agency(&[AgencyKind::Other]);
        let upper = self.agency(&[AgencyKind::Department, AgencyKind::Commune]);
        self.agencies[unit].parent_id = Some(self.agencies[upper].id);
        self.agencies[unit].version += 1;
        self.tell_agency(unit);
    }

    /// A new agency in the place of another.
    fn successor_of(&mut self, from: usize) -> usize {
        let (number, today) = (self.number(), self.today());
        let before = self.agencies[from].clone();
        let new = agency(&format!("H50.S{number}"), before.parent_id, &today.to_string(), None);
        self.agencies.push(AgencyRecord { kind: before.kind, ..new });
        self.tell_agency(self.agencies.len() - 1);
        self.agencies.len() - 1
    }

    /// An agency closes today, and its work goes to others.
    fn succeed(&mut self, from: usize, to: &[usize], kind: SuccessionKind) {
        let today = self.today();
        if self.agencies[from].valid_from >= today {
            return;
        }
        self.close(from, today);
        for successor in to {
            let news = succession_news(&self.agencies[from], &self.agencies[*successor], kind);
            self.tell(news.kind, news.subject, news.version, news.data);
        }
        // Those below it stand below who goes on.
        let closed = self.agencies[from].id;
        for below in 0..self.agencies.len() {
            if self.agencies[below].parent_id == Some(closed) && self.agencies[below].valid_to.is_none() {
                let upper = *self.dice.of_these(to);
                self.agencies[below].parent_id = Some(self.agencies[upper].id);
                self.agencies[below].version += 1;
                self.tell_agency(below);
            }
        }
        self.set_out(closed, to);
    }

    fn close(&mut self, at: usize, today: NaiveDate) {
        let record = &mut self.agencies[at];
        record.valid_to = Some(today);
        record.codes.last_mut().unwrap().valid_to = Some(today);
        record.version += 1;
        self.tell_agency(at);
    }

    /// All that the closed agency was responsible for has to follow; after a split each goes to one of its parts.
    fn set_out(&mut self, closed: Uuid, to: &[usize]) {
        let ids: Vec<Uuid> = to.iter().map(|at| self.agencies[*at].id).collect();
        for at in 0..self.dossiers.len() {
            if self.dossiers[at].is_of(closed) {
                self.to_move.push_back(ToMove::Dossier(at, closed, *self.dice.of_these(&ids)));
            }
        }
        for at in 0..self.outgoing.len() {
            if self.outgoing[at].responsible == closed {
                self.to_move.push_back(ToMove::Outgoing(at, closed, *self.dice.of_these(&ids)));
            }
        }
        for at in 0..self.incoming.len() {
            if self.incoming[at].is_of(closed) {
                self.to_move.push_back(ToMove::Incoming(at, closed, *self.dice.of_these(&ids)));
            }
        }
    }
}
