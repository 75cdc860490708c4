//! A mail server that takes what it gets, or misbehaves as it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What the server does with who connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Take,
    /// Says 421 and hangs up.
    Busy,
    /// Has the whole message and hangs up without a word.
    DropAfterData,
    /// Has the whole message and says nothing for long.
    Silent,
    /// Knows no such mailbox.
    Refuse,
}

/// A message that reached the server, whether it said so or not.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub to: String,
    pub message: String,
    pub manner: Manner,
}

impl Delivery {
    pub(crate) fn header(&self, name: &str) -> String {
        let of = |line: &str| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        };
        self.message.lines().find_map(of).unwrap_or_default()
    }

    pub(crate) fn body(&self) -> String {
        let (_, body) = self.message.split_once("\n\n").unwrap();
        match self.header("Content-Transfer-Encoding").as_str() {
            "base64" => {
                let text: String = body.split_whitespace().collect();
                String::from_utf8(BASE64_STANDARD.decode(text).unwrap()).unwrap()
            }
            "quoted-printable" => unquoted(body),
            _ => body.to_owned(),
        }
    }
}

fn unquoted(text: &str) -> String {
    let text = text.replace("=\n", "");
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        if *first == b'=' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// How the server protects its connections.
#[derive(Clone)]
pub(crate) enum Protection {
    /// Not at all, and it offers nothing.
    Clear,
    Tls(Arc<ServerConfig>),
    Starttls(Arc<ServerConfig>),
}

#[derive(Clone)]
pub(crate) struct MailServer {
    pub port: u16,
    protection: Protection,
    manner: Arc<Mutex<Manner>>,
    deliveries: Arc<Mutex<Vec<Delivery>>>,
    refused: Arc<Mutex<usize>>,
    in_clear: Arc<Mutex<Vec<String>>>,
    calls: Arc<Mutex<usize>>,
}

/// What a caller has done.
enum Next {
    Ended,
    TurnsToTls,
}

impl MailServer {
    pub(crate) fn start() -> Self {
        Self::protected(Protection::Clear)
    }

    pub(crate) fn protected(protection: Protection) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            protection,
            manner: Arc::new(Mutex::new(Manner::Take)),
            deliveries: Arc::default(),
            refused: Arc::default(),
            in_clear: Arc::default(),
            calls: Arc::default(),
        };
        let own = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let own = own.clone();
                std::thread::spawn(move || own.answer(stream).unwrap_or_default());
            }
        });
        server
    }

    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let tls = match self.protection {
            Protection::Clear => "none",
            Protection::Tls(_) => "tls",
            Protection::Starttls(_) => "starttls",
        };
        vec![
            ("MOTCUA_PROCEDURES__MAIL__HOST", "127.0.0.1".to_owned()),
            ("MOTCUA_PROCEDURES__MAIL__PORT", self.port.to_string()),
            ("MOTCUA_PROCEDURES__MAIL__TLS", tls.to_owned()),
            ("MOTCUA_PROCEDURES__MAIL__FROM", "motcua@tinh.example".to_owned()),
            ("MOTCUA_PROCEDURES__MAIL__TIMEOUT_SECONDS", "2".to_owned()),
            ("MOTCUA_PROCEDURES__MAIL__RETRY_SECONDS", "1".to_owned()),
        ]
    }

    pub(crate) fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.lock().unwrap().clone()
    }

    /// What anybody on the way could read.
    pub(crate) fn heard_in_clear(&self) -> Vec<String> {
        self.in_clear.lock().unwrap().clone()
    }

    /// How often somebody has called.
    pub(crate) fn calls(&self) -> usize {
        *self.calls.lock().unwrap()
    }

    /// Waits until so many messages have come, or so many callers were turned away.
    pub(crate) async fn until(&self, what: &str, done: impl Fn(&[Delivery], usize) -> bool) -> Vec<Delivery> {
        let until = Instant::now() + Duration::from_mins(1);
        loop {
            let (deliveries, refused) = (self.deliveries(), *self.refused.lock().unwrap());
            if done(&deliveries, refused) {
                return deliveries;
            }
            assert!(Instant::now() < until, "{what}: {refused} refused, {deliveries:?}");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        *self.calls.lock().unwrap() += 1;
        let config = match &self.protection {
            Protection::Tls(config) => config,
            Protection::Clear => {
                self.greet(&mut stream)?;
                return self.converse(stream, false).map(drop);
            }
            Protection::Starttls(config) => {
                self.greet(&mut stream)?;
                match self.converse(stream.try_clone()?, false)? {
                    Next::Ended => return Ok(()),
                    Next::TurnsToTls => config,
                }
            }
        };
        let connection = ServerConnection::new(Arc::clone(config)).map_err(std::io::Error::other)?;
        let mut stream = StreamOwned::new(connection, stream);
        if matches!(self.protection, Protection::Tls(_)) {
            self.greet(&mut stream)?;
        }
        self.converse(stream, true).map(drop)
    }

    fn greet(&self, stream: &mut impl Write) -> std::io::Result<()> {
        if *self.manner.lock().unwrap() == Manner::Busy {
            *self.refused.lock().unwrap() += 1;
            stream.write_all(b"421 4.3.2 come back later\r\n")?;
            return Err(std::io::ErrorKind::ConnectionAborted.into());
        }
        stream.write_all(b"220 mail.example\r\n")
    }

    fn converse<S: Read + Write>(&self, stream: S, protected: bool) -> std::io::Result<Next> {
        let manner = *self.manner.lock().unwrap();
        let (mut to, mut stream) = (String::new(), BufReader::new(stream));
        while let Some(line) = line(&mut stream)? {
            let word = line.to_ascii_uppercase();
            let mut answer = "250 ok\r\n";
            if !protected {
                self.in_clear.lock().unwrap().push(word.clone());
            }
            if let Some(address) = word.strip_prefix("RCPT TO:") {
                if manner == Manner::Refuse {
                    *self.refused.lock().unwrap() += 1;
                    answer = "550 5.1.1 no such mailbox\r\n";
                } else {
                    to = address.trim_matches(['<', '>']).to_ascii_lowercase();
                }
            } else if word.starts_with("EHLO") && !protected && matches!(self.protection, Protection::Starttls(_)) {
                answer = "250-mail.example\r\n250 STARTTLS\r\n";
            } else if word == "STARTTLS" {
                stream.get_mut().write_all(b"220 go on\r\n")?;
                return Ok(Next::TurnsToTls);
            } else if word == "DATA" {
                stream.get_mut().write_all(b"354 go on\r\n")?;
                let mut message = Vec::new();
                while let Some(text) = self::line(&mut stream)?.filter(|text| text != ".") {
                    message.push(text);
                }
                let message = message.join("\n");
                self.deliveries.lock().unwrap().push(Delivery { to: to.clone(), message, manner });
                match manner {
                    Manner::DropAfterData => return Ok(Next::Ended),
                    Manner::Silent => {
                        std::thread::sleep(Duration::from_secs(20));
                        return Ok(Next::Ended);
                    }
                    _ => {}
                }
            } else if word == "QUIT" {
                stream.get_mut().write_all(b"221 bye\r\n")?;
                return Ok(Next::Ended);
            }
            stream.get_mut().write_all(answer.as_bytes())?;
            stream.get_mut().flush()?;
        }
        Ok(Next::Ended)
    }
}

/// The next line, without its end.
fn line(stream: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    let length = stream.read_line(&mut line)?;
    Ok((length > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
}
