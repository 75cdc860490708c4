//! A service with a province whose officers draft, check, sign and issue.

use motcua_testkit::TestDatabase;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::{AGENCIES, Caller, Installation, Reply, send};

/// The chair, two vice chairs and the office of the province; a ward that drafts for it; another ward.
const OFFICERS: &str = "\
subject,name,agency_code,role,email
admin,Vũ Văn Quản Trị,H50,administrator,
chair,Nguyễn Văn Chủ,H50,leader,
vice,Trần Thị Phó,H50,approver,
vice2,Lê Văn Phó,H50,approver,
clerk,Phạm Thị Văn Thư,H50,clerk,
clerk2,Phạm Văn Thư,H50,clerk,
both,Đỗ Thị Kiêm,H50,clerk,
both,Đỗ Thị Kiêm,H50,approver,
author,Hoàng Văn Thảo,H50.12,processor,
head,Bùi Thị Trưởng,H50.12,leader,
head2,Bùi Văn Trưởng,H50.12,approver,
unitadmin,Đặng Văn Quản,H50.12,administrator,
stranger,Ngô Văn Lạ,H50.13,leader,
asked,Ngô Thị Hỏi,H50.13,processor,
ministry,Cao Văn Xa,H50.04,processor,
signer,Võ Văn Ký,H50.04,processor,
";

pub(crate) struct Stage {
    pub(crate) here: Installation,
}

impl Stage {
    /// On a Monday morning in November 2026, with the chair recorded as head and a vice chair as deputy.
    pub(crate) async fn open(database: &TestDatabase) -> Self {
        let stage = Self::without_signers(database).await;
        stage.authority("chair", json!({"capacity": "head", "position": "CHỦ TỊCH"})).await;
        stage.authority("vice", json!({"capacity": "deputy", "position": "PHÓ CHỦ TỊCH"})).await;
        stage
    }

    pub(crate) async fn without_signers(database: &TestDatabase) -> Self {
        let here = Installation::empty(database).await;
        here.shared.clock.set_business("2026-11-23T02:00:00Z".parse().unwrap());
        assert_eq!(here.import_agencies(AGENCIES).await.changes(), 8);
        here.import_officers(OFFICERS).await;
        Self { here }
    }

    pub(crate) fn as_(&self, subject: &str) -> Caller<'_> {
        self.here.officer(subject)
    }

    /// Another day and hour, seen at once, as the sandbox does.
    pub(crate) async fn at(&self, instant: &str) {
        self.here.shared.clock.set_business(instant.parse().unwrap());
        self.here.running.foundation.directory.refresh().await.unwrap();
    }

    pub(crate) async fn province(&self) -> String {
        self.as_("admin").agency("H50").await
    }

    /// What an administrator of the province answers who records an authority of an officer.
    pub(crate) async fn record(&self, by: &str, officer: &str, more: Value) -> Reply {
        let mut body = json!({"officer": officer, "legal_basis": "1201/QĐ-TTg", "valid_from": "2026-07-01"});
        merge(&mut body, more);
        let path = format!("/v1/agencies/{}/signing-authorities", self.province().await);
        self.as_(by).post(&path, &body).await
    }

    /// An authority of an officer to sign for the province.
    pub(crate) async fn authority(&self, officer: &str, more: Value) -> Value {
        self.record("admin", officer, more).await.ok()
    }

    /// Takes a post from an officer, as of today.
    pub(crate) async fn leave(&self, admin: &str, officer: &str, agency: &str, role: &str) {
        let page = self.as_("admin").get("/v1/officers?limit=200").await.ok();
        let known = page["items"].as_array().unwrap().iter().find(|one| one["subject"] == officer).unwrap().clone();
        let at = format!("/v1/officers/{}", known["id"].as_str().unwrap());
        let etag = self.as_(admin).get(&at).await.etag().to_owned();
        let post = json!({"agency": agency, "role": role, "ends_on": "2026-11-23"});
        self.as_(admin).change(Method::POST, &format!("{at}/revocations"), &etag, &post).await.ok();
        self.here.running.foundation.directory.refresh().await.unwrap();
    }

    /// Uploads a file and gives its id.
    pub(crate) async fn upload(&self, subject: &str, content: &str) -> String {
        let caller = self.as_(subject);
        let request = caller.request(Method::POST, "/v1/files").header("Content-Type", "application/pdf");
        let file = send(request.body(format!("%PDF-1.7 {content}"))).await.ok();
        file["id"].as_str().unwrap().to_owned()
    }

    /// The request of a decision of the province, drafted by a ward.
    pub(crate) async fn request(&self, subject: &str) -> Value {
        json!({
            "agency": "H50", "unit": "H50.12", "type": "QĐ",
            "subject": "Khen thưởng ông Nguyễn Văn A",
            "file_id": self.upload(subject, "first").await,
            "attachments": [self.upload(subject, "annex").await],
            "note": "Bản đầu",
        })
    }

    /// A draft of the ward's author.
    pub(crate) async fn draft(&self) -> Value {
        let request = self.request("author").await;
        let reply = self.as_("author").post("/v1/drafts", &request).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.body
    }

    /// What somebody is answered who does this to a draft as it stands now.
    pub(crate) async fn act(&self, subject: &str, draft: &Value, step: Value) -> Reply {
        let etag = self.etag(draft).await;
        self.act_at(subject, draft, &etag, step).await
    }

    pub(crate) async fn act_at(&self, subject: &str, draft: &Value, etag: &str, step: Value) -> Reply {
        let path = format!("{}/transitions", path(draft));
        self.as_(subject).change(Method::POST, &path, etag, &step).await
    }

    /// A new version of a draft.
    pub(crate) async fn revise(&self, subject: &str, draft: &Value, content: &str) -> Reply {
        let body = json!({"file_id": self.upload(subject, content).await, "note": "Sửa Điều 3"});
        let etag = self.etag(draft).await;
        self.as_(subject).change(Method::POST, &format!("{}/revisions", path(draft)), &etag, &body).await
    }

    /// The tag of a draft, as its keeper reads it.
    pub(crate) async fn etag(&self, draft: &Value) -> String {
        self.as_("clerk").get(&path(draft)).await.etag().to_owned()
    }

    pub(crate) async fn see(&self, subject: &str, draft: &Value) -> Value {
        self.as_(subject).get(&path(draft)).await.ok()
    }

    /// Takes a draft along to a state, on the usual way.
    pub(crate) async fn up_to(&self, state: &str, draft: &Value) -> Value {
        let revision = self.see("clerk", draft).await["revision"].clone();
        let way = [
            ("content_check", "author", json!({"action": "submit"})),
            ("form_check", "head", json!({"action": "approve_content", "revision": revision})),
            ("signing", "clerk", json!({"action": "approve_form", "revision": revision})),
            ("signed", "chair", json!({"action": "sign", "revision": revision})),
            ("numbered", "clerk", json!({"action": "number", "pages": 3})),
            ("sealed", "clerk", json!({"action": "seal"})),
            ("issued", "clerk", json!({"action": "issue"})),
        ];
        for (next, by, step) in way {
            let reply = self.act(by, draft, step).await;
            assert_eq!((reply.status, &reply.body["state"]), (200, &json!(next)), "{}", reply.body);
            if next == state {
                return reply.body;
            }
        }
        panic!("no state {state}");
    }

    /// An issued decision of the province.
    pub(crate) async fn issued(&self) -> Value {
        let draft = self.draft().await;
        let draft = self.up_to("issued", &draft).await;
        self.as_("chair").get(&document(&draft)).await.ok()
    }

    /// Texts of one column.
    pub(crate) async fn texts(&self, query: &str) -> Vec<String> {
        motcua_testkit::texts(&self.here.running.foundation.db, query).await
    }

    /// Runs a statement, as somebody at the database would.
    pub(crate) async fn run(&self, statement: String) {
        motcua_testkit::run(&self.here.running.foundation.db, &statement).await;
    }

    pub(crate) async fn stop(self) {
        self.here.stop().await;
    }
}

pub(crate) fn path(draft: &Value) -> String {
    format!("/v1/drafts/{}", draft["id"].as_str().unwrap())
}

pub(crate) fn document(draft: &Value) -> String {
    format!("/v1/outgoing-documents/{}", draft["document_id"].as_str().unwrap())
}

pub(crate) fn merge(body: &mut Value, more: Value) {
    let Value::Object(more) = more else { panic!("an object is expected") };
    for (name, value) in more {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(&name);
        } else {
            body[name] = value;
        }
    }
}

/// The pointers of the faults of a refused request, and their codes.
pub(crate) fn faults(reply: &Reply) -> Vec<(String, String)> {
    assert_eq!(reply.status, 422, "{}", reply.body);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let faults = reply.body["errors"].as_array().unwrap();
    faults.iter().map(|fault| (text(&fault["pointer"]), text(&fault["code"]))).collect()
}
