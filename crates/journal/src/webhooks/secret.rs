//! Secrets and signatures by Standard Webhooks: `whsec_` and 32 random bytes, which sign `id.timestamp.body`.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::{hmac, rand};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use motcua_kernel::{Error, Result, Uuid, Vault};

/// A new secret.
///
/// # Errors
/// When the machine gives no random bytes.
pub(super) fn fresh() -> Result<[u8; 32]> {
    let mut bytes = [0_u8; 32];
    rand::fill(&mut bytes).map_err(|Unspecified| Error::internal("no random bytes"))?;
    Ok(bytes)
}

/// A secret as its owner is told it, once.
pub(super) fn shown(secret: &[u8]) -> String {
    format!("whsec_{}", BASE64_STANDARD.encode(secret))
}

/// A secret as it is stored.
///
/// # Errors
/// When it can't be sealed.
pub(super) fn sealed(vault: &Vault, webhook: Uuid, secret: &[u8]) -> Result<Vec<u8>> {
    vault.seal(&context(webhook), secret)
}

/// A stored secret.
///
/// # Errors
/// When it can't be opened.
pub(super) fn opened(vault: &Vault, webhook: Uuid, sealed: &[u8]) -> Result<Vec<u8>> {
    vault.open(&context(webhook), sealed)
}

fn context(webhook: Uuid) -> String {
    format!("webhooks.secret:{webhook}")
}

/// The header `webhook-signature`: one signature for each secret that is valid now, with a blank between.
pub(super) fn signatures(secrets: &[Vec<u8>], id: Uuid, timestamp: i64, body: &[u8]) -> String {
    let mut signed = format!("{id}.{timestamp}.").into_bytes();
    signed.extend_from_slice(body);
    let one = |secret: &Vec<u8>| {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), &signed);
        format!("v1,{}", BASE64_STANDARD.encode(tag))
    };
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_another_program_makes_of_the_same() {
        let secret: Vec<u8> = (0..32).collect();
        let id = Uuid::from_u128(0x0197_c1c8_0280_7000_8000_0000_0000_0045);
        // printf '%s' '0197c1c8-0280-7000-8000-000000000045.1700000000.{"a":1}' | openssl dgst -sha256 -mac HMAC …
        let expected = "v1,70CDjTiDnDcNx/dJNTW4250MXQkiV+GvVhlAdqexQ5Y=";
        assert_eq!(signatures(std::slice::from_ref(&secret), id, 1_700_000_000, b"{\"a\":1}"), expected);
        let two = signatures(&[vec![9; 32], secret], id, 1_700_000_000, b"{\"a\":1}");
        assert_eq!(two.split(' ').nth(1), Some(expected));
        assert_eq!(shown(&[0; 32]).len(), "whsec_".len() + 44);
    }

    #[test]
    fn no_two_secrets_are_the_same() {
        assert_ne!(fresh().unwrap(), fresh().unwrap());
    }
}
