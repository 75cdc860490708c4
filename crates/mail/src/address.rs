//! Which addresses can be sent to.

use lettre::Address;

/// The longest address, in bytes.
const LONGEST: usize = 254;

/// Whether any mail server can send to an address: a plain name at a domain. What mail programs understand besides, quoted
/// names and addresses of machines, servers refuse, and a message would be tried for days in vain.
#[must_use]
pub fn is_sendable(email: &str) -> bool {
    let Some((name, domain)) = email.split_once('@') else { return false };
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    let is_plain = name.len() <= 64 && name.split('.').all(|part| !part.is_empty() && part.bytes().all(in_name));
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_domain = domain.contains('.') && domain.split('.').all(is_label);
    let is_machine = domain.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    email.len() <= LONGEST && is_plain && is_domain && !is_machine && email.parse::<Address>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_server_can_send_to_is_an_address() {
        for good in ["motcua@phuong.tinh.gov.vn", "van.thu+nhac-viec@xn--ngh-an-hya.vn", "a@b-c.vn"] {
            assert!(is_sendable(good), "{good}");
        }
        for bad in [
            "<a@c.vn>",
            "a,b@c.vn",
            "a..b@c.vn",
            ".a@c.vn",
            "a.@c.vn",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@-c.vn",
            "a@c-.vn",
            "a@c..vn",
            "a@c",
            "a@c_d.vn",
            "\"a b\"@c.vn",
            "a@b@c.vn",
            "a b@c.vn",
            "ê@c.vn",
            "a@ê.vn",
            "@c.vn",
            "a@",
            "",
        ] {
            assert!(!is_sendable(bad), "{bad}");
        }
        assert!(!is_sendable(&format!("{}@c.vn", "a".repeat(65))));
        let long = ["b".repeat(60), "c".repeat(60), "d".repeat(60), "e".repeat(60)].join(".");
        assert!(!is_sendable(&format!("{}@{long}.vn", "a".repeat(20))));
    }
}
