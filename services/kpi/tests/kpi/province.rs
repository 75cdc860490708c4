//! Agencies and dossiers as the other services tell of them: the events of these tests.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::{
    AgencyKind, AgencyRecord, DatedCode, GrantRecord, OfficerRecord, SuccessionKind, SuccessionRecord, events,
};
use motcua_journal::{Event, EventKind};
use motcua_kernel::{Role, Uuid, new_id};
use motcua_web::auth::DEVELOPMENT_ISSUER;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

pub(crate) const RECEIVED: EventKind = EventKind { name: "dossier.received.v1", subject: "dossiers" };
pub(crate) const DONE: EventKind = EventKind { name: "dossier.done.v1", subject: "dossiers" };
pub(crate) const MOVED: EventKind = EventKind { name: "dossier.responsibility_moved.v1", subject: "dossiers" };
pub(crate) const PAUSED: EventKind = EventKind { name: "dossier.paused.v1", subject: "dossiers" };
pub(crate) const TRANSFERRED: EventKind = EventKind { name: "dossier.transferred.v1", subject: "dossiers" };
pub(crate) const PUBLISHED: EventKind = EventKind { name: "procedure.published.v1", subject: "procedures" };
pub(crate) const ABOLISHED: EventKind = EventKind { name: "procedure.abolished.v1", subject: "procedures" };
pub(crate) const RESUMED: EventKind = EventKind { name: "procedure.resumed.v1", subject: "procedures" };
pub(crate) const RATED: EventKind = EventKind { name: "rating.given.v1", subject: "ratings" };
pub(crate) const MIRRORED: EventKind = EventKind { name: "mirrored_dossier.changed.v1", subject: "mirrored_dossiers" };
pub(crate) const NUMBERED: EventKind = EventKind { name: "document.numbered.v1", subject: "outgoing-documents" };
pub(crate) const SEALED: EventKind = EventKind { name: "document.sealed.v1", subject: "outgoing-documents" };
pub(crate) const RECALLED: EventKind = EventKind { name: "document.recalled.v1", subject: "outgoing-documents" };
pub(crate) const DOCUMENT_MOVED: EventKind =
    EventKind { name: "document.responsibility_moved.v1", subject: "outgoing-documents" };
pub(crate) const DISPATCHED: EventKind = EventKind { name: "dispatch.changed.v1", subject: "dispatches" };
pub(crate) const ARRIVED: EventKind =
    EventKind { name: "incoming_document.received.v1", subject: "incoming-documents" };
pub(crate) const ISSUED: EventKind = EventKind { name: "document.issued.v1", subject: "outgoing-documents" };

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Something to tell of: kind, object, version, facts.
#[derive(Debug, Clone)]
pub(crate) struct News {
    pub kind: EventKind,
    pub subject: Uuid,
    pub version: i64,
    pub data: Value,
}

impl News {
    /// The event as a follower reads it.
    pub(crate) fn event(&self, tenant: Uuid) -> Event {
        let mut data = self.data.clone();
        data["occurred_at"] = json!("2026-11-21T00:00:00Z");
        Event {
            id: new_id(),
            kind: self.kind.name.to_owned(),
            source: "/tests".to_owned(),
            subject: format!("{}/{}", self.kind.subject, self.subject),
            subject_version: Some(self.version.to_string()),
            time: at("2026-11-21T00:00:00Z"),
            tenant,
            actor: "service:tests".to_owned(),
            on_behalf_of: None,
            data: to_raw_value(&data).unwrap(),
            position: "1".to_owned(),
        }
    }
}

/// What an event tells.
pub(crate) fn facts_of(event: &Event) -> Value {
    event.facts().unwrap()
}

/// Has an event tell something else.
pub(crate) fn tell_otherwise(event: &mut Event, change: impl FnOnce(&mut Value)) {
    let mut facts = facts_of(event);
    change(&mut facts);
    event.data = to_raw_value(&facts).unwrap();
}

/// An agency with one code for its whole life.
pub(crate) fn agency(code: &str, parent: Option<Uuid>, from: &str, to: Option<&str>) -> AgencyRecord {
    let (valid_from, valid_to) = (day(from), to.map(day));
    AgencyRecord {
        id: new_id(),
        name: format!("Cơ quan {code}"),
        name_en: String::new(),
        kind: AgencyKind::Other,
        symbol: "UBND".to_owned(),
        parent_id: parent,
        valid_from,
        valid_to,
        codes: vec![DatedCode { code: code.to_owned(), valid_from, valid_to }],
        units: vec!["19333".to_owned()],
        note: String::new(),
        version: 1,
    }
}

pub(crate) fn agency_news(record: &AgencyRecord) -> News {
    let data = serde_json::to_value(record).unwrap();
    News { kind: events::AGENCY_RECORDED, subject: record.id, version: record.version, data }
}

pub(crate) fn succession_news(from: &AgencyRecord, to: &AgencyRecord, kind: SuccessionKind) -> News {
    let effective_on = from.valid_to.unwrap();
    let (id, legal_basis) = (new_id(), "202/2025/QH15".to_owned());
    let record = SuccessionRecord { id, from_agency_id: from.id, to_agency_id: to.id, kind, effective_on, legal_basis };
    News { kind: events::AGENCY_SUCCEEDED, subject: id, version: 1, data: serde_json::to_value(&record).unwrap() }
}

pub(crate) fn officer_news(subject: &str, agency: Uuid, role: Role) -> News {
    let record = OfficerRecord {
        id: new_id(),
        issuer: DEVELOPMENT_ISSUER.to_owned(),
        subject: subject.to_owned(),
        active: true,
        grants: vec![GrantRecord { agency_id: agency, role, valid_from: day("2020-01-01"), valid_to: None }],
        version: 1,
    };
    let data = serde_json::to_value(&record).unwrap();
    News { kind: events::OFFICER_RECORDED, subject: record.id, version: 1, data }
}

/// A decision an agency issued, with more fields than this service reads.
pub(crate) fn issued_news(document: Uuid, agency: &AgencyRecord, number: i64) -> News {
    let data = json!({
        "document_id": document,
        "issuing_agency_id": agency.id,
        "issuing_agency_code": agency.codes[0].code,
        "type": "QĐ",
        "number": number,
        "notation": "QĐ-UBND",
        "full_number": format!("{number}/QĐ-UBND"),
        "register_id": new_id(),
        "book": "QĐ",
        "year": 2026,
        "issued_on": "2026-11-21",
        "has_external_ref": true,
        "has_file": true,
        "added_later": {"anything": true},
    });
    News { kind: ISSUED, subject: document, version: 1, data }
}

/// A version of a procedure as it is published.
pub(crate) fn published_news(procedure: Uuid, version: i64, number: i64) -> News {
    let data = json!({
        "version": version, "procedure_id": procedure, "version_id": new_id(), "number": number, "code": "2.002080",
        "name": "Chi trả thù lao hòa giải viên", "field": {"code": "G15-HT01", "name": "Phổ biến giáo dục pháp luật"},
        "status": "offered", "source": "national", "effective_from": "2026-07-01",
        "published_at": "2026-06-20T03:00:00Z", "decision": {"number": "163/QĐ-BTP", "date": "2026-06-18"},
        "bases_effective_on": "2026-07-01", "check": {"complete": number == 1, "missing": []},
        "levels": ["province", "commune"], "channels": ["in_person", "online"], "service_level": "partial",
        "partial_reason": "Phải có mặt", "has_fee": true, "returns_paper": true, "proactive_level": null,
        "audience": ["citizen"], "connected_databases": ["population"], "warnings": 0,
    });
    News { kind: PUBLISHED, subject: procedure, version, data }
}

/// A procedure that is abolished, or whose abolition is withdrawn.
pub(crate) fn abolition_news(procedure: Uuid, version: i64, abolished: bool) -> News {
    let abolition = json!({
        "effective_from": "2026-12-31", "decision": {"number": "200/QĐ-BTP", "date": "2026-12-01"},
        "legal_basis": {"number": "1/2026", "title": "Luật", "effective_on": "2026-12-31"},
    });
    let data = json!({
        "version": version, "procedure_id": procedure, "version_id": new_id(), "code": "2.002080", "name": "Chi trả",
        "field": {"code": "", "name": ""}, "levels": ["commune"], "status": "offered", "suspension": null,
        "abolition": abolished.then_some(abolition),
    });
    News { kind: if abolished { ABOLISHED } else { RESUMED }, subject: procedure, version, data }
}

/// A rating of October, of two criteria.
pub(crate) fn rating_news(agency: &AgencyRecord) -> News {
    let data = json!({
        "agency_id": agency.id, "field_code": "G15-HT01", "procedure_code": "2.002080", "month": "2026-10",
        "scores": {"attitude": 2, "time_limit": 0}, "total": null,
    });
    News { kind: RATED, subject: new_id(), version: 1, data }
}

/// A dossier of a ministry's system.
pub(crate) fn mirrored_news(dossier: Uuid, agency: &AgencyRecord, version: i64) -> News {
    let data = json!({
        "version": version, "code": "G22.99-261101-0001", "source": "mot", "procedure_code": "1.000123",
        "agency_id": agency.id, "agency_code": agency.codes[0].code, "channel": 2, "national_state": 2,
        "previous_state": null, "reopened": false, "as_of": "2026-11-02T00:00:00Z",
        "submitted_at": "2026-11-01T00:00:00Z", "received_at": "2026-11-01T01:00:00Z",
        "due_at": "2026-11-09T10:00:00Z", "ended_at": null, "returned_at": null,
    });
    News { kind: MIRRORED, subject: dossier, version, data }
}

/// A drafted document in a state before or after its issue.
pub(crate) fn document_news(kind: EventKind, document: Uuid, agency: &AgencyRecord, version: i64, state: &str) -> News {
    let data = json!({
        "document_id": document, "version": version, "state": state, "issuing_agency_id": agency.id,
        "issuing_agency_code": agency.codes[0].code, "responsible_agency_id": agency.id, "type": "CV",
        "normative": false, "number": 7, "suffix": null, "notation": "UBND-VP", "full_number": "7/UBND-VP",
        "register_id": new_id(), "book": "CV", "year": 2026, "issued_on": "2026-11-20", "draft_id": new_id(),
        "signer_capacity": "head", "late": if state == "numbered" { json!(true) } else { json!(null) },
        "from_reservation": null, "by_document_id": null,
    });
    News { kind, subject: document, version, data }
}

/// What a document has come to with one receiver.
pub(crate) fn dispatch_news(dispatch: Uuid, document: Uuid, receiver: &AgencyRecord, version: i64) -> News {
    let data = json!({
        "dispatch_id": dispatch, "document_id": document, "version": version, "receiving_agency_id": receiver.id,
        "state": if version == 1 { "received" } else { "registered" }, "received_at": "2026-11-20T03:00:00Z",
        "registered_at": (version > 1).then_some("2026-11-20T05:00:00Z"), "arrival_number": null, "ended_at": null,
        "take_back": null, "cancellation_confirmed_at": null,
    });
    News { kind: DISPATCHED, subject: dispatch, version, data }
}

/// A document that came to an agency by e-mail.
pub(crate) fn arrival_news(kind: EventKind, document: Uuid, agency: &AgencyRecord, version: i64) -> News {
    let data = json!({
        "document_id": document, "version": version, "source": "outside", "channel": "email", "state": "received",
        "urgency": "urgent", "circulation": null, "paper": false, "receiving_agency_id": agency.id,
        "receiving_agency_code": agency.codes[0].code, "responsible_agency_id": agency.id, "issuer_agency_id": null,
        "outgoing_document_id": null, "type": "CV", "issued_on": "2026-11-18", "due_on": null,
        "checks": {"recipient_right": true, "signature": "valid", "integrity": "intact"}, "information_only": false,
        "has_external_ref": false, "received_at": "2026-11-20T03:00:00Z", "register_due_at": "2026-11-20T10:00:00Z",
        "registered_at": null, "register_id": null, "arrival_number": null, "submit_due_at": null,
        "submitted_at": null, "submitted_to": null, "assigned_at": null, "revision": 0, "lead_officer_id": null,
        "lead_agency_id": null, "due_at": null, "started_at": null, "completed_at": null, "answer": null,
        "answer_document_id": null, "ended_at": null, "take_back": null, "cancellation_confirmed_at": null,
    });
    News { kind, subject: document, version, data }
}

/// A dossier of these tests, told whole at each of its versions as `procedures` tells it.
#[derive(Debug, Clone)]
pub(crate) struct Dossier {
    pub id: Uuid,
    pub national_state: u8,
    pub receiving: (Uuid, String),
    pub competent: (Uuid, String),
    pub received_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl Dossier {
    /// A received dossier that one agency receives and decides.
    pub(crate) fn at(agency: &AgencyRecord, received_at: &str, due_at: &str) -> Self {
        let party = (agency.id, agency.codes[0].code.clone());
        Self {
            id: new_id(),
            national_state: 2,
            receiving: party.clone(),
            competent: party,
            received_at: Some(at(received_at)),
            due_at: Some(at(due_at)),
            finished_at: None,
        }
    }

    pub(crate) fn finished(mut self, finished_at: &str) -> Self {
        self.finished_at = Some(at(finished_at));
        self.national_state = 9;
        self
    }

    /// The facts at a version, with more fields than this service reads.
    pub(crate) fn facts(&self, version: i64) -> Value {
        let agency =
            |(id, code): &(Uuid, String)| json!({"written_id": id, "written_code": code, "responsible_id": id});
        json!({
            "version": version,
            "code": self.received_at.map(|_| format!("H50.12-261121-{}", self.id.simple().to_string().split_off(20))),
            "procedure": {
                "id": new_id(), "version_id": new_id(), "code": "2.002080", "name": "Chi trả thù lao hòa giải viên",
                "field_code": "G15-HT01", "field_name": "Phổ biến giáo dục pháp luật", "levels": ["commune"],
                "returns_paper": true,
            },
            "agencies": {
                "receiving": agency(&self.receiving),
                "competent": agency(&self.competent),
                "issuing": agency(&self.competent),
            },
            "channel": "online",
            "state": "some_state_of_a_newer_service",
            "national_state": self.national_state,
            "submitted_at": "2026-10-01T00:00:00Z",
            "received_at": self.received_at,
            "term": {"count": 5, "unit": "working_day"},
            "first_due_at": self.due_at,
            "due_at": self.due_at,
            "waits": [],
            "approved_at": self.finished_at,
            "finished_at": self.finished_at,
            "returned_at": null,
            "ended_at": null,
            "withdrawn_at": null,
            "result": self.finished_at.map(|_| json!({
                "paper_code": "KQ.G15.000001", "document_id": null, "number": "15/QĐ-UBND", "has_file": true,
            })),
            "components": [
                {"code": "TP1", "has_file": true, "digitised": true, "reused": false, "from_personal_store": false,
                    "replaced_by": null},
                {"code": "TP2", "has_file": false, "digitised": false, "reused": true, "from_personal_store": true,
                    "replaced_by": "population"},
            ],
            "vneid_verified": true,
            "fees": {"items": [], "all_zero": false, "paid_by": null},
            "added_later": {"anything": [1, 2, 3]},
        })
    }

    pub(crate) fn news(&self, kind: EventKind, version: i64) -> News {
        News { kind, subject: self.id, version, data: self.facts(version) }
    }
}
