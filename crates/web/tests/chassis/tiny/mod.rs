//! The service the tests talk to, and how they talk to it.

mod caller;
mod handlers;
mod log;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use motcua_kernel::Error;
use motcua_web::{About, Check, Limits, Running, Service, start};
use reqwest::header::HeaderMap;
use serde_json::Value;

pub(crate) use caller::Admit;
pub(crate) use handlers::{Opened, THING, public, routes};
pub(crate) use log::log;

pub(crate) const ABOUT: About =
    About { name: "tiny", title: "Tiny", description: "A service of the tests.", version: "1.2.3-tiny" };

/// A running tiny service and a client of it.
pub(crate) struct Tiny {
    pub running: Running,
    pub client: reqwest::Client,
    pub database_is_there: Arc<AtomicBool>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Status and code, after holding the document against RFC 9457 and our own members.
    #[track_caller]
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let document = self.json();
        assert_eq!(document["status"], self.status);
        assert_eq!(document["request_id"], self.header("x-request-id"));
        let code = document["code"].as_str().unwrap().to_owned();
        assert_eq!(document["type"], format!("/problems/{}", code.replace('.', "-")));
        assert!(document["title"].is_string() && document["detail"].is_string());
        assert_eq!(self.header("api-version"), ABOUT.version);
        (self.status, code)
    }
}

pub(crate) fn service(database_is_there: &Arc<AtomicBool>, limits: Limits) -> Service {
    let there = Arc::clone(database_is_there);
    let database = Check::new("database", move || {
        let there = there.load(Ordering::Relaxed);
        async move { if there { Ok(()) } else { Err(Error::unavailable("postgres://secret-host")) } }
    });
    Service {
        about: ABOUT,
        routes,
        public: handlers::public,
        state: Arc::new(|config| {
            config.app_data(actix_web::web::Data::new(Opened::default()));
        }),
        checks: vec![database],
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        public_url: String::new(),
        limits,
    }
}

pub(crate) fn limits() -> Limits {
    Limits { workers: 1, shutdown: Duration::from_secs(5), ..Limits::default() }
}

impl Tiny {
    pub(crate) fn start() -> Self {
        Self::with(limits())
    }

    pub(crate) fn with(limits: Limits) -> Self {
        let database_is_there = Arc::new(AtomicBool::new(true));
        let running = start(service(&database_is_there, limits), Admit).unwrap();
        Self { running, client: reqwest::Client::new(), database_is_there }
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.client.request(method, format!("{}{path}", self.running.url())).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    /// Asks for what is answered when the service stops, again while others hold all the places; says the status.
    pub(crate) fn wait(&self) -> impl Future<Output = u16> + Send + 'static {
        let (client, url) = (self.client.clone(), format!("{}/v1/wait", self.running.url()));
        async move {
            loop {
                let status = client.get(&url).send().await.unwrap().status().as_u16();
                if status != 503 {
                    return status;
                }
            }
        }
    }

    /// Waits until as many requests are in flight as there are places, and returns the refusal.
    pub(crate) async fn until_overloaded(&self) -> Answer {
        loop {
            let answer = self.get("/v1/things").await;
            if answer.status == 503 {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    pub(crate) async fn get_with(&self, path: &str, header: (&str, &str)) -> Answer {
        self.send("GET", path, &[header], "").await
    }

    pub(crate) async fn post(&self, path: &str, json: &str) -> Answer {
        self.send("POST", path, &[("content-type", "application/json")], json.to_owned()).await
    }

    pub(crate) async fn post_with(&self, path: &str, header: (&str, &str), json: &str) -> Answer {
        self.send("POST", path, &[("content-type", "application/json"), header], json.to_owned()).await
    }

    /// Sends bytes as they are and reads what comes until the server closes or `patience` ends.
    pub(crate) async fn raw(&self, bytes: &[u8], patience: Duration) -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::TcpStream::connect(self.running.address()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut read = Vec::new();
        let reading = async {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = stream.read(&mut piece).await {
                read.extend_from_slice(&piece[..length]);
            }
        };
        drop(tokio::time::timeout(patience, reading).await);
        String::from_utf8_lossy(&read).into_owned()
    }
}
