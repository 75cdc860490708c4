//! A receiver of webhooks that takes what it gets, or misbehaves as it is told, and verifies signatures with code of its own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What the receiver does with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Manner {
    Take,
    /// Answers with this status and text.
    Answer(u16, String),
    /// Answers with this status, and says when to come again.
    Later(u16, String),
    /// Takes one, and is busy with all that follow.
    Once,
    /// Has the whole message and waits until it is told otherwise; then it takes it, or hangs up.
    Held,
    /// Sends the caller elsewhere.
    Redirect(String),
    /// Has the whole message and hangs up without a word.
    Drop,
    /// Takes it after a while.
    Slow,
    /// Has the whole message and says nothing for long.
    Silent,
    /// Fails, and tells what it was sent.
    Echo,
}

/// A message that reached the receiver, whatever it said.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    pub event: Value,
    pub manner: Manner,
}

impl Message {
    pub(crate) fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub(crate) fn kind(&self) -> &str {
        self.event["type"].as_str().unwrap()
    }

    pub(crate) fn subject(&self) -> &str {
        self.event["subject"].as_str().unwrap()
    }

    pub(crate) fn position(&self) -> i64 {
        self.event["position"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) fn signatures(&self) -> Vec<&str> {
        self.headers["webhook-signature"].split(' ').collect()
    }

    /// Whether one of the signatures is that of a secret, as Standard Webhooks has it.
    pub(crate) fn is_signed_by(&self, secret: &str) -> bool {
        let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        assert_eq!(key.len(), 32);
        let mut signed = format!("{}.{}.", self.id(), self.headers["webhook-timestamp"]).into_bytes();
        signed.extend_from_slice(&self.body);
        let expected = format!("v1,{}", BASE64_STANDARD.encode(hmac_sha256(&key, &signed)));
        self.signatures().contains(&expected.as_str())
    }
}

/// RFC 2104, for a key that is shorter than a block.
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let padded = |pad: u8| (0..64).map(|at| key.get(at).copied().unwrap_or_default() ^ pad).collect::<Vec<u8>>();
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().to_vec()
}

#[derive(Debug, Clone)]
pub(crate) struct Receiver {
    pub port: u16,
    manner: Arc<Mutex<Manner>>,
    for_subjects: Arc<Mutex<BTreeMap<String, Manner>>>,
    messages: Arc<Mutex<Vec<Message>>>,
    now: Arc<Mutex<(usize, usize)>>,
}

impl Receiver {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self {
            port: listener.local_addr().unwrap().port(),
            manner: Arc::new(Mutex::new(Manner::Take)),
            for_subjects: Arc::default(),
            messages: Arc::default(),
            now: Arc::default(),
        };
        let own = receiver.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let own = own.clone();
                std::thread::spawn(move || own.converse(&stream).unwrap_or_default());
            }
        });
        receiver
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/events?key=1", self.port)
    }

    /// What a service needs to be allowed to call it, and not to keep tests waiting.
    pub(crate) fn settings() -> Vec<(&'static str, String)> {
        vec![
            ("MOTCUA_WEBHOOKS__ALLOWED", "127.0.0.1".to_owned()),
            ("MOTCUA_WEBHOOKS__TIMEOUT_SECONDS", "2".to_owned()),
            ("MOTCUA_WEBHOOKS__RETRY_SECONDS", "1".to_owned()),
        ]
    }

    pub(crate) fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// Behaves otherwise for messages about one object: `dossiers/<id>`.
    pub(crate) fn behave_for(&self, subject: &str, manner: Manner) {
        self.for_subjects.lock().unwrap().insert(subject.to_owned(), manner);
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        self.messages.lock().unwrap().clone()
    }

    /// The most messages that were being received at one time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.now.lock().unwrap().1
    }

    /// Waits until what has come is enough.
    pub(crate) async fn until(&self, what: &str, done: impl Fn(&[Message]) -> bool) -> Vec<Message> {
        let until = Instant::now() + Duration::from_mins(1);
        loop {
            let messages = self.messages();
            if done(&messages) {
                return messages;
            }
            let kinds: Vec<_> = messages.iter().map(|one| (one.kind(), &one.manner)).collect();
            assert!(Instant::now() < until, "{what}: {kinds:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn converse(&self, stream: &TcpStream) -> std::io::Result<()> {
        let (mut say, mut hear) = (stream.try_clone()?, BufReader::new(stream));
        let (mut headers, mut line) = (BTreeMap::new(), String::new());
        loop {
            if hear.read_line(&mut line)? == 0 {
                // A sender that was killed before its headers ended has sent no message.
                return Ok(());
            }
            if line.trim_end().is_empty() {
                break;
            }
            if let Some((name, value)) = line.trim_end().split_once(": ") {
                headers.insert(name.to_ascii_lowercase(), value.to_owned());
            }
            line.clear();
        }
        let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or_default();
        let mut body = vec![0; length];
        hear.read_exact(&mut body)?;
        let event: Value = serde_json::from_slice(&body).unwrap_or_default();
        let subject = event["subject"].as_str().unwrap_or_default();
        let other = self.for_subjects.lock().unwrap().get(subject).cloned();
        let manner = other.unwrap_or_else(|| self.manner.lock().unwrap().clone());
        let signature = headers.get("webhook-signature").cloned().unwrap_or_default();
        if manner == Manner::Once {
            self.behave(Manner::Answer(503, "busy".to_owned()));
        }
        self.messages.lock().unwrap().push(Message { headers, body, event, manner: manner.clone() });
        {
            let mut now = self.now.lock().unwrap();
            now.0 += 1;
            now.1 = now.1.max(now.0);
        }
        let said = match manner {
            Manner::Slow => {
                std::thread::sleep(Duration::from_millis(300));
                write!(say, "HTTP/1.1 200 Slow\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            }
            Manner::Held => {
                let until = Instant::now() + Duration::from_secs(30);
                while *self.manner.lock().unwrap() == Manner::Held && Instant::now() < until {
                    std::thread::sleep(Duration::from_millis(10));
                }
                let hangs_up = *self.manner.lock().unwrap() == Manner::Drop;
                if hangs_up { Ok(()) } else { write!(say, "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n") }
            }
            Manner::Later(status, when) => {
                write!(
                    say,
                    "HTTP/1.1 {status} Later\r\nretry-after: {when}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                )
            }
            Manner::Take | Manner::Once => write!(say, "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"),
            Manner::Answer(status, text) => {
                let length = text.len();
                write!(say, "HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}")
            }
            Manner::Redirect(to) => {
                write!(
                    say,
                    "HTTP/1.1 307 Elsewhere\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                )
            }
            Manner::Drop => Ok(()),
            Manner::Silent => {
                std::thread::sleep(Duration::from_secs(10));
                Ok(())
            }
            Manner::Echo => {
                let text = format!("you sent {signature} {}", "and so on, ".repeat(100_000));
                write!(say, "HTTP/1.1 500 No\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}", text.len())
            }
        };
        self.now.lock().unwrap().0 -= 1;
        said
    }
}
