//! One message to the mail server.

use std::error::Error as _;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use motcua_kernel::{Error, Result, Uuid};
use motcua_web::settings::{MailSettings, MailTls};

use crate::outbox::Letter;

/// Sends to one server from one address.
#[derive(Clone)]
pub(crate) struct Sender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
    timeout: Duration,
}

impl Sender {
    /// As a service's settings have it; none where they name no server.
    ///
    /// # Errors
    /// When the address or the server's name can't be one, or the file of certificates holds none.
    pub(crate) fn new(service: &str, settings: &MailSettings) -> Result<Option<Self>> {
        let Some(host) = settings.host.as_deref() else { return Ok(None) };
        let protected = || protection(service, host, settings.ca_file.as_deref());
        let tls = match settings.tls {
            MailTls::None => Tls::None,
            MailTls::Starttls => Tls::Required(protected()?),
            MailTls::Tls => Tls::Wrapper(protected()?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(settings.timeout()));
        if let (Some(user), Some(password)) = (&settings.user, &settings.password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
        }
        let from = settings.from.parse().map_err(Error::internal)?;
        Ok(Some(Self { transport: builder.build(), from, timeout: settings.timeout() }))
    }

    /// Sends a letter under a name of its own, by which a second copy of it is known as one.
    ///
    /// # Errors
    /// What the server answered, or why there was no answer, in a word that names nobody.
    pub(crate) async fn send(
        &self,
        id: Uuid,
        written_at: DateTime<Utc>,
        to: &str,
        letter: Letter,
    ) -> Result<(), String> {
        let message = self.message(id, written_at, to, letter).ok_or_else(|| "message".to_owned())?;
        // The server may take its time over every line: the limit is one for all of it.
        match tokio::time::timeout(self.timeout, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(match error.status() {
                Some(code) => code.to_string(),
                None => unanswered(&error).to_owned(),
            }),
            Err(_elapsed) => Err("timeout".to_owned()),
        }
    }

    fn message(&self, id: Uuid, written_at: DateTime<Utc>, to: &str, letter: Letter) -> Option<Message> {
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone().into())
            .to(to.parse::<Address>().ok()?.into())
            .subject(letter.subject)
            .date(written_at.into())
            .message_id(Some(format!("<{id}@{}>", self.from.domain())))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body)
            .ok()
    }
}

/// Whose certificates of the server are believed: with a file those of nobody else, because who runs an authority of their
/// own wants no other one to be able to speak for their server.
fn protection(service: &str, host: &str, ca_file: Option<&Path>) -> Result<TlsParameters> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = ca_file {
        let fault = |why: String| Error::internal(format!("{service}.mail.ca_file, {}: {why}", path.display()));
        let pem = std::fs::read(path).map_err(|error| fault(error.to_string()))?;
        if !pem.windows(PEM.len()).any(|part| part == PEM) {
            return Err(fault("no certificate in PEM".to_owned()));
        }
        let certificates = Certificate::from_pem(&pem).map_err(|error| fault(error.to_string()))?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificates);
    }
    builder.build().map_err(Error::internal)
}

/// How a certificate begins.
const PEM: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Why a server has answered nothing.
fn unanswered(error: &SmtpError) -> &'static str {
    if error.is_timeout() {
        return "timeout";
    }
    // What we require of the server before we say anything, and it does not offer: STARTTLS, a way to log in.
    if error.is_client() {
        return "capability";
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        // Only of what TLS carries is it said that its data is not valid.
        if error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::InvalidData) {
            return "tls";
        }
        cause = error.source();
    }
    "connection"
}
