//! The people of the tour's agency, and a dossier's way over their desks.

use serde_json::{Value, json};

use crate::api::{Api, Reply};
use crate::installation::{Installation, Service};

/// Everybody a dossier of the tour meets.
pub struct Desk {
    /// Who submits.
    pub portal: Api,
    /// Who receives.
    pub receiver: Api,
    /// Who works on it.
    pub processor: Api,
    /// Who decides.
    pub approver: Api,
    /// Who keeps the agency's registers, at the documents service.
    pub clerk: Api,
}

impl Desk {
    /// The desks of an installation with the demo province.
    #[must_use]
    pub fn of(installation: &Installation) -> Self {
        let officer = |role: &str| installation.token(&["--kind", "officer", "--agency", "H50.12", "--role", role]);
        let procedures = |token: &str| installation.api(Service::Procedures, token);
        Self {
            portal: procedures(&installation.token(&["--kind", "client"])),
            receiver: procedures(&officer("receiver")),
            processor: procedures(&officer("processor")),
            approver: procedures(&officer("approver")),
            clerk: installation.api(Service::Documents, &officer("clerk")),
        }
    }

    /// A dossier ready to be approved, and the file of its result.
    pub async fn ready(&self, key: &str) -> (String, String) {
        let created = self.portal.post("/v1/dossiers", key, &crate::dossier()).await.ok();
        let id = created["id"].as_str().expect("an id").to_owned();
        self.receiver.step(&id, &json!({"action": "receive"})).await.ok();
        self.processor.step(&id, &json!({"action": "process"})).await.ok();
        let file = self.approver.upload("ket-qua.pdf", format!("%PDF-1.7 result {key}").into_bytes()).await;
        (id, file)
    }

    /// Decides a dossier.
    pub async fn approve(&self, id: &str, file: &str) {
        let step = json!({"action": "approve", "result": {"subject": "Về việc thanh toán thù lao", "file_id": file}});
        self.approver.step(id, &step).await.ok();
    }

    /// A dossier as the portal sees it.
    pub async fn dossier(&self, id: &str) -> Value {
        self.portal.get(&format!("/v1/dossiers/{id}")).await.ok()
    }

    /// The number of a dossier's result, once it has one.
    pub async fn number(&self, id: &str) -> Option<String> {
        self.dossier(id).await["result"]["number"].as_str().map(str::to_owned)
    }

    /// The agency's outgoing documents, counted.
    pub async fn documents(&self) -> Reply {
        self.clerk.get("/v1/outgoing-documents?limit=200&count=exact").await
    }
}
