//! Where events may be pushed to (webhook), and how patiently.

use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;

/// How services push events to the systems that have subscribed (webhook).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Receivers of the installation's own that may be on private addresses, on any port and without TLS.
    pub allowed: AllowedReceivers,
    /// The ports of all other receivers.
    pub ports: Ports,
    /// How long a receiver may take for one event.
    pub timeout_seconds: u32,
    /// How long to wait after the first try that failed; four times as long after each that follows, up to eight hours.
    pub retry_seconds: u32,
    /// How many hours after its first try an event that the receiver did not take is given up.
    pub give_up_after_hours: u32,
    /// After how many days on which nothing at all was taken a subscription is disabled.
    pub disable_after_days: u32,
    /// How many events are on their way to one subscription at once.
    pub together: u32,
    /// How many events wait for one subscription before the feed is read on.
    pub most_waiting: u32,
    /// After how many days what was delivered or given up leaves the log, and what waits for a disabled subscription.
    pub keep_log_days: u32,
}

impl WebhookSettings {
    /// How long a receiver may take for one event.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout_seconds))
    }
}

/// A receiver that the operator vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedReceiver {
    /// A host by its name, in lower case.
    Host(String),
    /// The addresses that have their first so many bits in common with this one.
    Network(IpAddr, u8),
}

/// The receivers that the operator vouches for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct AllowedReceivers(Vec<AllowedReceiver>);

impl AllowedReceivers {
    /// Whether a host is vouched for by its name.
    #[must_use]
    pub fn has_host(&self, name: &str) -> bool {
        self.0.iter().any(|one| matches!(one, AllowedReceiver::Host(host) if host.eq_ignore_ascii_case(name)))
    }

    /// Whether an address is vouched for.
    #[must_use]
    pub fn has_address(&self, address: IpAddr) -> bool {
        self.0.iter().any(
            |one| matches!(one, AllowedReceiver::Network(network, bits) if first_bits_agree(*network, address, *bits)),
        )
    }
}

fn first_bits_agree(network: IpAddr, address: IpAddr, bits: u8) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let differ = network.to_bits() ^ address.to_bits();
            differ.checked_shr(32 - u32::from(bits)).unwrap_or_default() == 0
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let differ = network.to_bits() ^ address.to_bits();
            differ.checked_shr(128 - u32::from(bits)).unwrap_or_default() == 0
        }
        _ => false,
    }
}

impl TryFrom<String> for AllowedReceivers {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(receiver).collect::<Result<_, _>>().map(Self)
    }
}

fn receiver(text: &str) -> Result<AllowedReceiver, String> {
    let wrong = || format!("`{text}` is no host name, address or network like 10.1.0.0/16");
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(AllowedReceiver::Network(address, if address.is_ipv4() { 32 } else { 128 }));
    }
    if let Some((address, bits)) = text.split_once('/') {
        let address: IpAddr = address.parse().ok().ok_or_else(wrong)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.parse().ok().filter(|bits| *bits <= most).ok_or_else(wrong)?;
        return Ok(AllowedReceiver::Network(address, bits));
    }
    let is_name = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    if is_name { Ok(AllowedReceiver::Host(text.to_ascii_lowercase())) } else { Err(wrong()) }
}

/// Ports by their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Ports(Vec<u16>);

impl Ports {
    /// Whether a port is one of them.
    #[must_use]
    pub fn has(&self, port: u16) -> bool {
        self.0.contains(&port)
    }
}

impl TryFrom<String> for Ports {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let number = |part: &str| part.trim().parse().ok().filter(|port| *port > 0);
        let ports: Option<Vec<u16>> = text.split(',').map(number).collect();
        ports.map(Self).ok_or_else(|| format!("`{text}` must be numbers of ports separated by commas, like 443,8443"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_vouches_for_hosts_addresses_and_networks() {
        let allowed =
            AllowedReceivers::try_from("hooks.tinh.example, 10.1.0.0/16,127.0.0.1, fd00::/8".to_owned()).unwrap();
        assert!(allowed.has_host("Hooks.tinh.example") && !allowed.has_host("tinh.example"));
        for (address, expected) in [
            ("10.1.255.1", true),
            ("10.2.0.1", false),
            ("127.0.0.1", true),
            ("127.0.0.2", false),
            ("fd12::1", true),
            ("::1", false),
        ] {
            assert_eq!(allowed.has_address(address.parse().unwrap()), expected, "{address}");
        }
        let everything = AllowedReceivers::try_from("0.0.0.0/0".to_owned()).unwrap();
        assert!(
            everything.has_address("192.168.1.1".parse().unwrap()) && !everything.has_address("::1".parse().unwrap())
        );
        assert_eq!(AllowedReceivers::try_from(String::new()).unwrap(), AllowedReceivers::default());
        for wrong in ["10.0.0.0/33", "10.0.0/8", "http://a.example", "a.example:80", "*"] {
            assert!(AllowedReceivers::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ports_are_numbers() {
        assert!(Ports::try_from("443, 8443".to_owned()).unwrap().has(8443));
        for wrong in ["", "0", "443,", "70000", "https"] {
            assert!(Ports::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
