//! Two wards of a province with officers who enter, check and approve, and what they send.

use motcua_agencies::{AgencyKind, AgencyRecord};
use motcua_kernel::{ActorKind, Role};
use motcua_testkit::TestDatabase;
use reqwest::Method;
use serde_json::{Value, json};

use super::province::{News, agency, agency_news, at, officer_news};
use super::setting::{Answer, Setting};

/// The service with two wards of one province.
pub(crate) struct Office {
    pub setting: Setting,
    pub province: AgencyRecord,
    pub ward: AgencyRecord,
}

/// A write about to be sent.
pub(crate) struct Sending {
    request: reqwest::RequestBuilder,
}

impl Office {
    pub(crate) async fn start(database: &TestDatabase) -> Self {
        Self::start_with(database, &[]).await
    }

    /// The same with any settings.
    pub(crate) async fn start_with(database: &TestDatabase, settings: &[(&'static str, String)]) -> Self {
        let setting = Setting::start_with(database, settings).await;
        setting.around.clock.set_business(at("2026-11-22T02:00:00Z"));
        let of = |kind, record: AgencyRecord| AgencyRecord { kind, ..record };
        let province = of(AgencyKind::Province, agency("H50", None, "2020-01-01", None));
        let ward = of(AgencyKind::Commune, agency("H50.12", Some(province.id), "2020-01-01", None));
        let other = of(AgencyKind::Commune, agency("H50.13", Some(province.id), "2020-01-01", None));
        let officers = [
            officer_news("clerk", ward.id, Role::Clerk),
            officer_news("processor", ward.id, Role::Processor),
            officer_news("leader", ward.id, Role::Leader),
            officer_news("approver", ward.id, Role::Approver),
            officer_news("admin", province.id, Role::Administrator),
            officer_news("province-clerk", province.id, Role::Clerk),
            officer_news("province-leader", province.id, Role::Leader),
            officer_news("province-approver", province.id, Role::Approver),
            officer_news("stranger", other.id, Role::Clerk),
        ];
        let office = Self { setting, province, ward };
        let agencies = [&office.province, &office.ward, &other].map(agency_news);
        office.tell(agencies.into_iter().chain(officers)).await;
        office
    }

    /// Lets the neighbour tell news and waits until they have come.
    pub(crate) async fn tell(&self, news: impl IntoIterator<Item = News>) {
        let last = format!("last-{}", motcua_kernel::new_id());
        let mark = officer_news(&last, self.province.id, Role::Receiver);
        self.setting.around.documents.tell(news.into_iter().chain([mark])).await;
        self.setting.get_until("/v1/data-elements", &self.token(&last), |answer| answer.status == 200).await;
    }

    pub(crate) fn token(&self, officer: &str) -> String {
        self.setting.token(ActorKind::Officer, officer)
    }

    pub(crate) async fn get(&self, officer: &str, path: &str) -> Answer {
        self.setting.get(path, &self.token(officer)).await
    }

    fn send(&self, officer: &str, method: Method, path: &str) -> Sending {
        let url = format!("{}{path}", self.setting.service.url());
        let request = self.setting.client.request(method, url).bearer_auth(self.token(officer));
        Sending { request }
    }

    pub(crate) fn post(&self, officer: &str, path: &str) -> Sending {
        self.send(officer, Method::POST, path)
    }

    pub(crate) fn patch(&self, officer: &str, path: &str) -> Sending {
        self.send(officer, Method::PATCH, path)
    }

    pub(crate) fn put(&self, officer: &str, path: &str) -> Sending {
        self.send(officer, Method::PUT, path)
    }

    /// Defines an element that counts something by the quarter, with other members over the usual ones.
    pub(crate) async fn define(&self, code: &str, members: Value) -> Answer {
        self.post("admin", "/v1/data-elements").json(&element(code, members)).await
    }

    /// Enters a value of the ward.
    pub(crate) async fn enter(&self, element: &str, period: &str, value: &str) -> Answer {
        let body = json!({"element": element, "agency": "H50.12", "period": period, "value": value});
        self.post("clerk", "/v1/element-values").json(&body).await
    }

    /// Takes a value a step on, from the answer before.
    pub(crate) async fn step(&self, officer: &str, value: &Answer, action: &str) -> Answer {
        let body = json!({"action": action, "reason": "Rà soát lại số liệu của các thôn"});
        let path = format!("/v1/element-values/{}/transitions", value.body["id"].as_str().unwrap());
        self.post(officer, &path).at(value).json(&body).await
    }

    /// Enters a value of the ward and has it approved.
    pub(crate) async fn approved(&self, element: &str, period: &str, value: &str) -> Answer {
        let mut answer = self.enter(element, period, value).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        for (officer, action) in [("clerk", "submit"), ("leader", "check"), ("approver", "approve")] {
            answer = self.step(officer, &answer, action).await;
            assert_eq!(answer.status, 200, "{action}: {answer:?}");
        }
        answer
    }

    /// The types of all events of this service about a collection, in order.
    pub(crate) async fn told(&self, collection: &str, count: usize) -> Vec<Value> {
        let scopes = ["kpi:events:read", "kpi:elements:read", "kpi:targets:read"];
        let token = self.setting.token_with(ActorKind::Service, &scopes, self.setting.around.tenant());
        let of = |answer: &Answer| -> Vec<Value> {
            let events = answer.body.as_array().unwrap().iter();
            events.filter(|event| event["subject"].as_str().unwrap().starts_with(collection)).cloned().collect()
        };
        let (answer, _) = self.setting.get_until("/v1/events", &token, |answer| of(answer).len() >= count).await;
        of(&answer)
    }
}

/// An element that counts something by the quarter, with other members over the usual ones.
pub(crate) fn element(code: &str, members: Value) -> Value {
    let mut element = json!({
        "code": code,
        "name": {"vi": format!("Số {code}"), "en": format!("Number of {code}")},
        "unit": "hộ",
        "kind": "count",
        "period_kind": "quarter",
        "legal_source": "922/QĐ-BTTTT",
    });
    let Value::Object(members) = members else { panic!("members are an object") };
    for (name, value) in members {
        element[name.as_str()] = value;
    }
    element
}

impl Sending {
    /// On the version an answer showed.
    pub(crate) fn at(mut self, seen: &Answer) -> Self {
        self.request = self.request.header("If-Match", seen.header("etag"));
        self
    }

    pub(crate) fn key(mut self, key: &str) -> Self {
        self.request = self.request.header("Idempotency-Key", key);
        self
    }

    pub(crate) async fn json(self, body: &Value) -> Answer {
        let body = body.to_string();
        Sending { request: self.request.header("Content-Type", "application/json") }.bytes(body).await
    }

    /// A file of a type.
    pub(crate) async fn file(self, media_type: &str, content: impl Into<reqwest::Body>) -> Answer {
        Sending { request: self.request.header("Content-Type", media_type) }.bytes(content).await
    }

    async fn bytes(self, body: impl Into<reqwest::Body>) -> Answer {
        let response = self.request.body(body).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap();
        Answer { status, headers, body: serde_json::from_slice(&body).unwrap() }
    }
}

impl Answer {
    /// The places and codes of the faults of a refused request.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let faults = self.body["errors"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        faults.iter().map(|fault| (text(&fault["pointer"]), text(&fault["code"]))).collect()
    }
}
