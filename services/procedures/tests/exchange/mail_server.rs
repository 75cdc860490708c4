//! A mail server that takes what it gets, or misbehaves as it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

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

#[derive(Clone)]
pub(crate) struct MailServer {
    pub port: u16,
    manner: Arc<Mutex<Manner>>,
    deliveries: Arc<Mutex<Vec<Delivery>>>,
    refused: Arc<Mutex<usize>>,
}

impl MailServer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            manner: Arc::new(Mutex::new(Manner::Take)),
            deliveries: Arc::default(),
            refused: Arc::default(),
        };
        let own = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let own = own.clone();
                std::thread::spawn(move || own.converse(&stream).unwrap_or_default());
            }
        });
        server
    }

    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("MOTCUA_PROCEDURES__MAIL__HOST", "127.0.0.1".to_owned()),
            ("MOTCUA_PROCEDURES__MAIL__PORT", self.port.to_string()),
            ("MOTCUA_PROCEDURES__MAIL__TLS", "none".to_owned()),
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

    fn converse(&self, stream: &TcpStream) -> std::io::Result<()> {
        let manner = *self.manner.lock().unwrap();
        let mut say = stream.try_clone()?;
        if manner == Manner::Busy {
            *self.refused.lock().unwrap() += 1;
            return say.write_all(b"421 4.3.2 come back later\r\n");
        }
        say.write_all(b"220 mail.example\r\n")?;
        let (mut to, mut lines) = (String::new(), BufReader::new(stream).lines());
        while let Some(line) = lines.next().transpose()? {
            let word = line.to_ascii_uppercase();
            if let Some(address) = word.strip_prefix("RCPT TO:") {
                if manner == Manner::Refuse {
                    *self.refused.lock().unwrap() += 1;
                    say.write_all(b"550 5.1.1 no such mailbox\r\n")?;
                    continue;
                }
                to = address.trim_matches(['<', '>']).to_ascii_lowercase();
            } else if word == "DATA" {
                say.write_all(b"354 go on\r\n")?;
                let text = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".");
                let message = text.collect::<Vec<_>>().join("\n");
                self.deliveries.lock().unwrap().push(Delivery { to: to.clone(), message, manner });
                match manner {
                    Manner::DropAfterData => return Ok(()),
                    Manner::Silent => {
                        std::thread::sleep(Duration::from_secs(20));
                        return Ok(());
                    }
                    _ => {}
                }
            } else if word == "QUIT" {
                return say.write_all(b"221 bye\r\n");
            }
            say.write_all(b"250 ok\r\n")?;
        }
        Ok(())
    }
}
