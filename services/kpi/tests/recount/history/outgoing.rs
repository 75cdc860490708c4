//! Outgoing documents: numbered, sealed and issued when they were drafted here, else issued at once; then what becomes of
//! them.

use chrono::Days;
use motcua_agencies::AgencyKind;
use motcua_journal::EventKind;
use motcua_kernel::{Uuid, new_id};
use serde_json::{Value, json};

use super::History;

/// An outgoing document as it was told last.
pub(super) struct Document {
    id: Uuid,
    version: i64,
    state: &'static str,
    pub responsible: Uuid,
    /// What every one of its events says.
    facts: Value,
}

const KINDS: [(&str, &str); 6] = [
    ("numbered", "document.numbered.v1"),
    ("sealed", "document.sealed.v1"),
    ("void", "document.voided.v1"),
    ("recalled", "document.recalled.v1"),
    ("replaced", "document.replaced.v1"),
    ("corrected", "document.corrected.v1"),
];

impl History {
    pub(super) fn outgoing_goes_on(&mut self) {
        let alive: Vec<usize> = (0..self.outgoing.len())
            .filter(|at| ["numbered", "sealed", "issued", "corrected"].contains(&self.outgoing[*at].state))
            .collect();
        if alive.is_empty() || self.dice.chance(50) {
            return self.write_document();
        }
        let at = *self.dice.of_these(&alive);
        match self.outgoing[at].state {
            "numbered" if self.dice.chance(10) => self.change_document(at, "void"),
            "numbered" => self.change_document(at, "sealed"),
            "sealed" => self.issue_document(at),
            _ if self.dice.chance(30) => {
                let state = *self.dice.of_these(&["recalled", "replaced", "corrected"]);
                self.change_document(at, state);
            }
            _ => {}
        }
    }

    fn write_document(&mut self) {
        let agency =
            self.agency(&[AgencyKind::Province, AgencyKind::Department, AgencyKind::Commune, AgencyKind::Other]);
        let (id, number, drafted) = (new_id(), self.number(), self.dice.chance(60));
        let day = self.today() - Days::new(self.dice.weighed(&[(70, 0), (20, 1), (10, 6)]));
        let facts = json!({
            "document_id": id, "issuing_agency_id": self.agencies[agency].id, "issuing_agency_code": self.code(agency),
            "type": self.dice.of_these(&["CV", "QĐ", "TB"]), "normative": false, "number": number, "suffix": null, "notation": "UBND-VP",
            "full_number": format!("{number}/UBND-VP"), "register_id": new_id(), "book": "CV", "year": 2026,
            "issued_on": day, "draft_id": drafted.then(new_id),
        });
        let responsible = self.agencies[agency].id;
        self.outgoing.push(Document { id, version: 0, state: "numbered", responsible, facts });
        let at = self.outgoing.len() - 1;
        if drafted { self.change_document(at, "numbered") } else { self.issue_document(at) }
    }

    fn change_document(&mut self, at: usize, state: &'static str) {
        let late = self.dice.weighed(&[(40, Some(false)), (20, Some(true)), (40, None)]);
        let document = &mut self.outgoing[at];
        document.version += 1;
        document.state = state;
        let mut data = document.facts.clone();
        data["version"] = json!(document.version);
        data["state"] = json!(state);
        data["responsible_agency_id"] = json!(document.responsible);
        data["signer_capacity"] = json!(data["draft_id"].as_str().map(|_| "head"));
        // Whether its number came late is told when it gets it.
        data["late"] = json!(late.filter(|_| state == "numbered"));
        data["from_reservation"] = json!((state == "numbered").then_some(false));
        data["by_document_id"] = json!(null);
        let (id, version) = (document.id, document.version);
        let name = KINDS.iter().find(|(word, _)| *word == state).unwrap().1;
        self.tell(EventKind { name, subject: "outgoing-documents" }, id, version, data);
    }

    fn issue_document(&mut self, at: usize) {
        let late = self.dice.weighed(&[(60, Some(false)), (25, Some(true)), (15, None)]);
        let has_file = self.dice.chance(80);
        let document = &mut self.outgoing[at];
        document.version += 1;
        document.state = "issued";
        let mut data = document.facts.clone();
        data["has_external_ref"] = json!(false);
        data["has_file"] = json!(has_file);
        data["late"] = json!(late.filter(|_| data["draft_id"].is_string()));
        let (id, version) = (document.id, document.version);
        self.tell(EventKind { name: "document.issued.v1", subject: "outgoing-documents" }, id, version, data);
    }

    pub(super) fn outgoing_follows(&mut self, at: usize, from: Uuid, to: Uuid) {
        let document = &mut self.outgoing[at];
        if document.responsible != from {
            return;
        }
        document.responsible = to;
        document.version += 1;
        let (id, version) = (document.id, document.version);
        let data = json!({
            "document_id": id, "version": version, "previous_agency_id": from, "responsible_agency_id": to,
        });
        self.tell(
            EventKind { name: "document.responsibility_moved.v1", subject: "outgoing-documents" },
            id,
            version,
            data,
        );
    }
}
