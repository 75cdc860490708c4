//! Those who keep the catalogue: an administrator of the province, and who is not.

use motcua_agencies::{
    AgencyKind, AgencyRecord, ClientRecord, DatedCode, GrantRecord, OfficerRecord, put_agency, put_client, put_officer,
};
use motcua_kernel::{ActorKind, Role, Uuid, new_id};
use motcua_testkit::TestDatabase;
use motcua_web::auth::{DEVELOPMENT_ISSUER, TokenRequest};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, House};

fn agency(code: &str, kind: AgencyKind, parent: Option<Uuid>) -> AgencyRecord {
    let valid_from = "2020-01-01".parse().unwrap();
    AgencyRecord {
        id: new_id(),
        name: format!("Cơ quan {code}"),
        name_en: String::new(),
        kind,
        symbol: "UBND".into(),
        parent_id: parent,
        valid_from,
        valid_to: None,
        codes: vec![DatedCode { code: code.into(), valid_from, valid_to: None }],
        units: Vec::new(),
        note: String::new(),
        version: 1,
    }
}

/// A house in the province H50 with the department H50.31 and the ward H50.12, and administrators of the first and last.
pub(crate) async fn province(database: &TestDatabase) -> House {
    let house = House::start(database).await;
    let province = agency("H50", AgencyKind::Province, None);
    let department = agency("H50.31", AgencyKind::Department, Some(province.id));
    let ward = agency("H50.12", AgencyKind::Commune, Some(province.id));
    let officer = |subject: &str, role: Role, agency_id: Uuid| OfficerRecord {
        id: new_id(),
        issuer: DEVELOPMENT_ISSUER.into(),
        subject: subject.into(),
        active: true,
        grants: vec![GrantRecord { agency_id, role, valid_from: "2020-01-01".parse().unwrap(), valid_to: None }],
        version: 1,
    };
    let officers = [
        officer("keeper", Role::Administrator, province.id),
        officer("ward-keeper", Role::Administrator, ward.id),
        officer("leader", Role::Leader, province.id),
        officer("receiver", Role::Receiver, ward.id),
    ];
    let portal = ClientRecord {
        id: new_id(),
        issuer: DEVELOPMENT_ISSUER.into(),
        subject: "portal".into(),
        name: "portal".into(),
        owner_agency_id: None,
        active: true,
        version: 1,
    };
    let (tenant, agencies) = (house.foundation.tenant, [province, department, ward]);
    house
        .foundation
        .db
        .write("seed", move |tx| {
            agencies.iter().try_for_each(|agency| put_agency(tx, tenant, agency))?;
            officers.iter().try_for_each(|officer| put_officer(tx, tenant, officer))?;
            put_client(tx, tenant, &portal)
        })
        .await
        .unwrap();
    house
}

/// What is sent beside the body.
#[derive(Default, Clone, Copy)]
pub(crate) struct Beside<'a> {
    pub version: Option<i64>,
    pub key: &'a str,
}

impl House {
    /// A request of somebody with the scopes of the catalogue and of submitting.
    pub(crate) async fn ask(
        &self,
        (kind, subject): (ActorKind, &str),
        method: Method,
        path: &str,
        body: Option<&Value>,
        beside: Beside<'_>,
    ) -> Answer {
        let mut token = TokenRequest::new(kind, subject);
        token.personal_id = (kind == ActorKind::Citizen).then(|| "045190000001".to_owned());
        let scopes = [
            "procedures:catalogue:read",
            "procedures:catalogue:write",
            "procedures:dossiers:submit",
            "procedures:dossiers:read",
            "procedures:dossiers:write",
        ];
        token.scopes = scopes.map(str::to_owned).to_vec();
        let mut request = self.request(method, path).bearer_auth(self.mint(&token));
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(version) = beside.version {
            request = request.header("If-Match", format!("\"v{version}\""));
        }
        if !beside.key.is_empty() {
            request = request.header("Idempotency-Key", beside.key);
        }
        crate::support::read(request.send().await.unwrap()).await
    }

    pub(crate) async fn keeper_get(&self, path: &str) -> Value {
        self.ask((ActorKind::Officer, "keeper"), Method::GET, path, None, Beside::default()).await.good()
    }

    pub(crate) async fn keeper_post(&self, path: &str, body: &Value, beside: Beside<'_>) -> Answer {
        self.ask((ActorKind::Officer, "keeper"), Method::POST, path, Some(body), beside).await
    }

    pub(crate) async fn keeper_put(&self, path: &str, body: &Value, version: i64) -> Answer {
        let beside = Beside { version: Some(version), key: "" };
        self.ask((ActorKind::Officer, "keeper"), Method::PUT, path, Some(body), beside).await
    }

    /// Publishes a local procedure and gives its id.
    pub(crate) async fn published(&self, code: &str, content: &Value, from: &str) -> String {
        let draft = self
            .keeper_post("/v1/procedures", &json!({"code": code, "content": content}), Beside::default())
            .await
            .good();
        self.publish(&draft, from).await.good();
        draft["procedure_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn publish(&self, draft: &Value, from: &str) -> Answer {
        let path = format!("/v1/procedure-drafts/{}/transitions", draft["id"].as_str().unwrap());
        let beside = Beside { version: draft["version"].as_i64(), key: "" };
        self.keeper_post(&path, &publication(from), beside).await
    }

    /// A step in the life of a procedure, from its version now.
    pub(crate) async fn step(&self, procedure: &str, step: &Value) -> Answer {
        let path = format!("/v1/procedures/{procedure}");
        let etag = self.get(&path).await.etag;
        let version = etag.trim_start_matches("\"v").split('.').next().unwrap().parse().unwrap();
        self.keeper_post(&format!("{path}/transitions"), step, Beside { version: Some(version), key: "" }).await
    }

    pub(crate) async fn submit(&self, procedure: &str) -> Answer {
        let body = json!({
            "procedure": procedure, "receiving_agency": "H50.12", "channel": "online",
            "applicant": {"kind": "citizen", "name": "Trần Thị Ví Dụ", "identity_number": "045190000001"}
        });
        self.ask((ActorKind::Citizen, "citizen"), Method::POST, "/v1/dossiers", Some(&body), Beside::default()).await
    }
}

pub(crate) fn publication(from: &str) -> Value {
    json!({"action": "publish", "effective_from": from, "decision": {"number": "2100/QĐ-UBND", "date": "2026-11-16"}})
}

/// A local procedure without a fault, decided by the ward that receives it.
pub(crate) fn content() -> Value {
    json!({
        "name": "Hỗ trợ học phí", "field": {"code": "H50-GD01", "name": "Giáo dục"}, "levels": ["commune"],
        "audience": ["citizen"],
        "legal_bases": [{"number": "12/2026/NQ-HĐND", "title": "Nghị quyết về học phí", "effective_on": "2026-12-01"}],
        "sequence": "Nộp hồ sơ tại bộ phận một cửa.", "sets": 1,
        "channels": [{"channel": "online", "term": {"count": 5, "unit": "working_day"}, "fees": []}],
        "components": [{"code": "TP01", "name": "Đơn đề nghị", "originals": 1, "copies": 0, "required": true, "digitise": true,
            "digitisation_ground": "sector_law"}],
        "results": [{"code": "KQ01", "name": "Quyết định hỗ trợ"}],
        "competent": "receiving", "issuing": "receiving", "issuing_document": {"type": "QĐ"},
        "process": [{"name": "Thẩm định", "role": "processor", "half_days": 6, "agency": "competent"}],
        "service_level": "full", "proactive_level": 1, "connected_databases": ["population"]
    })
}
