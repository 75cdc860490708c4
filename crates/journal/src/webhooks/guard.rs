//! Which receivers may be called. Whoever can make a subscription can make the service call an address, from inside the
//! network it stands in: so only public addresses, and those the operator vouches for.
//!
//! The address is judged where it is used: the client resolves names here, every address of a name must pass, and it is
//! these that are connected to. A name that meant something harmless when the subscription was made, or a moment ago, gets
//! nobody past this. A host written as an address is judged before the client, which resolves nothing then.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use motcua_web::settings::{AllowedReceivers, Ports, WebhookSettings};
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;

use super::addresses::is_public;

/// How long a name may take to resolve, and how long it may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many names are resolved at once. Each takes a thread of the pool on which the database works as well, for as long as
/// the resolver of the system likes: whoever makes it wait must not make everybody wait.
const AT_ONCE: usize = 8;
/// Longest address of a receiver.
const LONGEST: usize = 2_000;

/// Why a receiver is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// No address, not of HTTP, or with a user or a fragment in it.
    Shape,
    /// Too long.
    Length,
    /// Without TLS.
    Clear,
    /// On a port that is not for receivers.
    Port,
    /// On an address that is not public, or on none: which of them would tell outsiders what names there are inside.
    Address,
    /// Not known: too many names are being resolved.
    Busy,
}

impl Refused {
    /// The stable code.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Shape => "url.shape",
            Self::Length => "url.length",
            Self::Clear => "url.not_https",
            Self::Port => "url.port",
            Self::Address => "url.address",
            Self::Busy => "url.not_resolved_yet",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Refused {}

/// Judges receivers.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    allowed: AllowedReceivers,
    ports: Ports,
    resolving: Arc<Semaphore>,
    patience: Duration,
}

impl Guard {
    /// As the settings have it.
    pub(super) fn new(settings: &WebhookSettings) -> Self {
        let resolving = Arc::new(Semaphore::new(AT_ONCE));
        Self { allowed: settings.allowed.clone(), ports: settings.ports.clone(), resolving, patience: PATIENCE }
    }

    /// An address that may be called as far as can be said without resolving its host.
    pub(super) fn parse(&self, text: &str) -> Result<Url, Refused> {
        if text.chars().count() > LONGEST {
            return Err(Refused::Length);
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(Refused::Shape);
        }
        let url = Url::parse(text).ok().ok_or(Refused::Shape)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let host = url.host_str().filter(|host| !host.is_empty() && plain).ok_or(Refused::Shape)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused::Shape);
        }
        let literal = literal(host);
        if self.allowed.has_host(host) || literal.is_some_and(|address| self.allowed.has_address(address)) {
            return Ok(url);
        }
        if url.scheme() != "https" {
            return Err(Refused::Clear);
        }
        if !url.port_or_known_default().is_some_and(|port| self.ports.has(port)) {
            return Err(Refused::Port);
        }
        match literal {
            Some(address) if !is_public(address) => Err(Refused::Address),
            _ => Ok(url),
        }
    }

    /// The same, and where its host is now.
    pub(super) async fn admit(&self, text: &str) -> Result<Url, Refused> {
        let url = self.parse(text)?;
        match url.host_str() {
            Some(host) if literal(host).is_none() && !self.allowed.has_host(host) => {
                self.addresses(host).await?;
            }
            _ => {}
        }
        Ok(url)
    }

    /// The addresses of a name, if every one of them may be called.
    async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, Refused> {
        let asked_for = name.to_owned();
        let found: Vec<SocketAddr> =
            self.in_turn(async move { Ok(tokio::net::lookup_host((asked_for.as_str(), 0)).await?.collect()) }).await?;
        let may_be = |address: &SocketAddr| is_public(address.ip()) || self.allowed.has_address(address.ip());
        let good = !found.is_empty() && (self.allowed.has_host(name) || found.iter().all(may_be));
        if good { Ok(found) } else { Err(Refused::Address) }
    }

    /// What is found when it is this one's turn to ask. The turn ends with the thread that asks, also when nobody waits
    /// for it any more.
    async fn in_turn<T: Send + 'static>(
        &self,
        asking: impl Future<Output = io::Result<T>> + Send + 'static,
    ) -> Result<T, Refused> {
        let turn = tokio::time::timeout(self.patience, Arc::clone(&self.resolving).acquire_owned()).await;
        let turn = turn.ok().and_then(Result::ok).ok_or(Refused::Busy)?;
        let asking = tokio::spawn(async move {
            let found = asking.await;
            drop(turn);
            found
        });
        let asked = tokio::time::timeout(self.patience, asking).await;
        asked.ok().and_then(Result::ok).and_then(Result::ok).ok_or(Refused::Address)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let own = self.clone();
        Box::pin(async move {
            let found = own.addresses(name.as_str()).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// A host that is written as an address.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allowed: &str) -> Guard {
        let allowed = AllowedReceivers::try_from(allowed.to_owned()).unwrap();
        let resolving = Arc::new(Semaphore::new(AT_ONCE));
        let ports = Ports::try_from("443,8443".to_owned()).unwrap();
        Guard { allowed, ports, resolving, patience: PATIENCE }
    }

    #[test]
    fn a_receiver_has_tls_a_usual_port_and_a_public_address_however_it_is_written() {
        let guard = guard("");
        for (url, refused) in [
            ("https://hooks.example/in?key=1", None),
            ("https://hooks.example:8443/", None),
            ("https://8.8.8.8/", None),
            ("http://hooks.example/", Some(Refused::Clear)),
            ("https://hooks.example:22/", Some(Refused::Port)),
            ("https://127.0.0.1/", Some(Refused::Address)),
            ("https://0x7f.1/", Some(Refused::Address)),
            ("https://2130706433/", Some(Refused::Address)),
            ("https://0177.0.0.1/", Some(Refused::Address)),
            ("https://１２７.0.0.1/", Some(Refused::Address)),
            ("https://[::1]/", Some(Refused::Address)),
            ("https://[::ffff:7f00:1]/", Some(Refused::Address)),
            ("https://[64:ff9b::10.0.0.1]/", Some(Refused::Address)),
            ("ftp://hooks.example/", Some(Refused::Shape)),
            ("https://user@hooks.example/", Some(Refused::Shape)),
            ("https://hooks.example/#part", Some(Refused::Shape)),
            ("https://hooks.example/a b", Some(Refused::Shape)),
            ("https:///path", None),
            ("hooks.example", Some(Refused::Shape)),
            ("file:///etc/passwd", Some(Refused::Shape)),
        ] {
            assert_eq!(guard.parse(url).err(), refused, "{url}");
        }
    }

    #[test]
    fn what_the_operator_vouches_for_may_be_private_without_tls_and_on_any_port() {
        let guard = guard("127.0.0.1,inside.example,10.1.0.0/16");
        for url in ["http://127.0.0.1:8080/", "http://inside.example:81/", "http://10.1.2.3/", "https://hooks.example/"]
        {
            assert!(guard.parse(url).is_ok(), "{url}");
        }
        for url in ["http://127.0.0.2/", "https://10.2.0.1/", "http://other.example/"] {
            assert!(guard.parse(url).is_err(), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_is_judged_by_every_address_it_has() {
        assert_eq!(guard("").admit("https://localhost/").await.unwrap_err(), Refused::Address);
        assert!(guard("localhost").admit("http://localhost:1/").await.is_ok());
        let refused = guard("").resolve("localhost".parse().unwrap()).await.err().unwrap();
        assert_eq!(refused.downcast_ref(), Some(&Refused::Address));
        // Nobody learns from the answer whether a name exists.
        assert_eq!(guard("").admit("https://no-such-host.invalid/").await.unwrap_err(), Refused::Address);
    }

    #[test]
    fn an_address_that_is_too_long_is_told_so() {
        let address = |length: usize| format!("https://hooks.example/{}", "a".repeat(length - 22));
        assert!(guard("").parse(&address(LONGEST)).is_ok());
        assert_eq!(guard("").parse(&address(LONGEST + 1)).unwrap_err(), Refused::Length);
    }

    #[tokio::test]
    async fn names_are_resolved_a_few_at_a_time_and_a_turn_lasts_as_long_as_its_look_up() {
        let guard = Guard { patience: Duration::from_millis(50), ..guard("") };
        let (end, ended) = tokio::sync::watch::channel(false);
        for _ in 0..AT_ONCE {
            let mut until = ended.clone();
            let asking = async move { until.wait_for(|end| *end).await.map(drop).map_err(io::Error::other) };
            assert_eq!(guard.in_turn(asking).await.unwrap_err(), Refused::Address);
        }
        // Nobody waits for them any more, and yet each has its turn still.
        assert_eq!(guard.resolving.available_permits(), 0);
        assert_eq!(guard.in_turn(async { Ok(()) }).await.unwrap_err(), Refused::Busy);
        assert_eq!(guard.admit("https://localhost/").await.unwrap_err(), Refused::Busy);
        end.send_replace(true);
        let guard = Guard { patience: PATIENCE, ..guard };
        assert!(guard.in_turn(async { Ok(()) }).await.is_ok());
    }
}
