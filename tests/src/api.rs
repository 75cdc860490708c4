//! A caller of the API: plain HTTP, as anybody would write it.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

/// A service, as the holder of a token sees it.
#[derive(Clone)]
pub struct Api {
    client: Client,
    base: String,
    token: String,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body, or null when it was none.
    pub body: Value,
    /// The entity tag.
    pub etag: Option<String>,
    /// Every header, by its lower-case name.
    pub headers: reqwest::header::HeaderMap,
}

impl Reply {
    /// The body of a 2xx; anything else fails the test with what was said.
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.body);
        self.body
    }

    /// The stable code of a problem of this status.
    pub fn problem(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{}", self.body);
        let kind = self.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        assert!(kind.starts_with("application/problem+json"), "{kind}");
        self.body["code"].as_str().unwrap_or_default()
    }
}

/// Shorter than a service keeps a connection open: what it is just closing is not written on.
const IDLE: std::time::Duration = std::time::Duration::from_mins(1);

impl Api {
    /// The service at an address, for the holder of a token.
    #[must_use]
    pub fn new(base: String, token: &str) -> Self {
        let client = Client::builder()
            .timeout(std::time::Duration::from_secs(30))
            .pool_idle_timeout(IDLE)
            .build()
            .expect("a client");
        Self { client, base, token: token.to_owned() }
    }

    /// A request with the token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path)).await.expect("an answer")
    }

    /// Writes with an idempotency key.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Reply {
        send(self.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await.expect("an answer")
    }

    /// Uploads a file and returns its id.
    pub async fn upload(&self, name: &str, bytes: Vec<u8>) -> String {
        let request = self
            .request(Method::POST, "/v1/files")
            .header("Content-Type", "application/pdf")
            .header("Content-Disposition", format!("attachment; filename=\"{name}\""))
            .body(bytes);
        let reply = send(request).await.expect("an answer").ok();
        reply["id"].as_str().expect("an id").to_owned()
    }

    /// Moves a dossier one step, with the entity tag it has now; once more when a clock of it has passed in between.
    pub async fn step(&self, dossier: &str, step: &Value) -> Reply {
        loop {
            let tag = self.get(&format!("/v1/dossiers/{dossier}")).await.etag.unwrap_or_default();
            let request = self
                .request(Method::POST, &format!("/v1/dossiers/{dossier}/transitions"))
                .header("If-Match", tag)
                .json(step);
            let reply = send(request).await.expect("an answer");
            if reply.status != 412 {
                return reply;
            }
        }
    }

    /// Waits until the service has learned of the caller and of agencies from the documents service's feed.
    pub async fn directory_has_arrived(&self) {
        crate::eventually("the directory has arrived", 60, async || {
            self.get("/v1/dossiers?limit=1&agency=H50.12").await.status == 200
        })
        .await;
    }

    /// Moves business time.
    pub async fn set_clock(&self, at: &str) {
        let reply =
            send(self.request(Method::POST, "/sandbox/clock").json(&json!({"at": at}))).await.expect("an answer");
        assert!(reply.status < 300, "{}: {}", reply.status, reply.body);
    }
}

/// Sends a request; none when nobody answered.
pub async fn send(request: RequestBuilder) -> Option<Reply> {
    let response = request.send().await.ok()?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let etag = headers.get("etag").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    let bytes = response.bytes().await.ok()?;
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Some(Reply { status, body, etag, headers })
}
