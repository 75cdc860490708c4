//! Personal data at rest: sealed so that a stolen database tells nothing, found again by a keyed hash.
//!
//! Envelope encryption with AES-256-GCM: every value has a key of its own, wrapped by the installation's current master
//! key, whose version stands in front of the sealed bytes. Rotating the master key re-wraps 60 bytes a value. What a
//! value belongs to (table, column, row) is authenticated with it, so a sealed name can't be moved to another row.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::{hmac, rand};

use crate::error::{Error, Result};
use crate::text;

const KEY_LEN: usize = 32;
const TAG_LEN: usize = 16;
const WRAPPED_LEN: usize = NONCE_LEN + KEY_LEN + TAG_LEN;

/// The installation's keys for personal data. Copies are handles.
#[derive(Clone)]
pub struct Vault {
    masters: Arc<BTreeMap<u16, LessSafeKey>>,
    current: u16,
    lookup: Arc<hmac::Key>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("current", &self.current).finish_non_exhaustive()
    }
}

impl Vault {
    /// A vault from its master keys by version (the highest seals) and the separate key of the look-up hash.
    ///
    /// # Errors
    /// When there is no master key or a key is not 32 bytes long.
    pub fn new(masters: &BTreeMap<u16, Vec<u8>>, lookup: &[u8]) -> Result<Self> {
        let current = *masters.keys().next_back().ok_or_else(|| Error::internal("no master key is configured"))?;
        if lookup.len() != KEY_LEN {
            return Err(Error::internal("the look-up key must be 32 bytes"));
        }
        let masters = masters.iter().map(|(version, bytes)| Ok((*version, key(bytes)?))).collect::<Result<_>>()?;
        Ok(Self { masters: Arc::new(masters), current, lookup: Arc::new(hmac::Key::new(hmac::HMAC_SHA256, lookup)) })
    }

    /// Seals a value that belongs to `context` (`"dossiers.applicant:<id>"`).
    ///
    /// # Errors
    /// When the machine gives no random bytes.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let master = self.masters.get(&self.current).ok_or_else(|| Error::internal("the current key is missing"))?;
        let mut own = [0_u8; KEY_LEN];
        rand::fill(&mut own).map_err(|Unspecified| Error::internal("no random bytes"))?;
        let mut sealed = self.current.to_be_bytes().to_vec();
        sealed.extend(encrypt(master, context, &own)?);
        sealed.extend(encrypt(&key(&own)?, context, plain)?);
        Ok(sealed)
    }

    /// Opens a sealed value of the same context.
    ///
    /// # Errors
    /// When it was sealed with a key that is gone, for another context, or was altered.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let broken = || Error::internal(format!("a sealed value of {context} can't be opened"));
        let (version, rest) = sealed.split_first_chunk::<2>().ok_or_else(broken)?;
        let (wrapped, body) = rest.split_at_checked(WRAPPED_LEN).ok_or_else(broken)?;
        let version = u16::from_be_bytes(*version);
        let master = self.masters.get(&version).ok_or_else(broken)?;
        let own = decrypt(master, context, wrapped).ok_or_else(broken)?;
        decrypt(&key(&own)?, context, body).ok_or_else(broken)
    }

    /// A secret of 32 bytes for one other purpose, derived from the look-up key.
    ///
    /// # Errors
    /// When the derivation fails, which is a defect.
    pub fn derive(&self, purpose: &str) -> Result<[u8; 32]> {
        let tag = hmac::sign(&self.lookup, format!("derive\u{1f}{purpose}").as_bytes());
        tag.as_ref().try_into().map_err(|error| Error::internal(format!("a derived key is 32 bytes: {error}")))
    }

    /// The keyed hash by which a value is found without being stored; spelling differences that people make (white
    /// space, case, normal form) do not matter.
    #[must_use]
    pub fn lookup(&self, kind: &str, value: &str) -> String {
        let plain: String = text::normalise(value).to_lowercase().split_whitespace().collect();
        hex::encode(hmac::sign(&self.lookup, format!("{kind}\u{1f}{plain}").as_bytes()))
    }
}

fn key(bytes: &[u8]) -> Result<LessSafeKey> {
    let unbound =
        UnboundKey::new(&AES_256_GCM, bytes).map_err(|Unspecified| Error::internal("a master key must be 32 bytes"))?;
    Ok(LessSafeKey::new(unbound))
}

fn encrypt(key: &LessSafeKey, context: &str, plain: &[u8]) -> Result<Vec<u8>> {
    let mut nonce = [0_u8; NONCE_LEN];
    rand::fill(&mut nonce).map_err(|Unspecified| Error::internal("no random bytes"))?;
    let mut sealed = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context.as_bytes()), &mut sealed)
        .map_err(|Unspecified| Error::internal("sealing failed"))?;
    let mut out = nonce.to_vec();
    out.append(&mut sealed);
    Ok(out)
}

fn decrypt(key: &LessSafeKey, context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut body = body.to_vec();
    let plain =
        key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context.as_bytes()), &mut body).ok()?;
    Some(plain.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(versions: &[u16]) -> Vault {
        let masters = versions.iter().map(|v| (*v, vec![u8::try_from(*v).unwrap(); 32])).collect();
        Vault::new(&masters, &[7; 32]).unwrap()
    }

    #[test]
    fn a_value_opens_in_its_own_context_only() {
        let vault = vault(&[1]);
        let sealed = vault.seal("dossiers:1", "Nguyễn Văn A".as_bytes()).unwrap();
        assert_eq!(vault.open("dossiers:1", &sealed).unwrap(), "Nguyễn Văn A".as_bytes());
        assert!(vault.open("dossiers:2", &sealed).is_err());
        assert!(!sealed.windows(6).any(|w| w == "Nguyễn".as_bytes().get(..6).unwrap()));
    }

    #[test]
    fn an_old_key_version_still_opens_and_a_lost_one_does_not() {
        let sealed = vault(&[1]).seal("c", b"x").unwrap();
        assert_eq!(vault(&[1, 2]).open("c", &sealed).unwrap(), b"x");
        assert!(vault(&[2]).open("c", &sealed).is_err());
    }

    #[test]
    fn one_altered_byte_anywhere_is_noticed() {
        let vault = vault(&[1]);
        let sealed = vault.seal("c", b"12 digits").unwrap();
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(vault.open("c", &altered).is_err(), "byte {at}");
        }
    }

    #[test]
    fn look_up_ignores_spacing_and_tells_kinds_apart() {
        let vault = vault(&[1]);
        assert_eq!(vault.lookup("person", " 045 084 000123 "), vault.lookup("person", "045084000123"));
        assert_ne!(vault.lookup("person", "1"), vault.lookup("phone", "1"));
    }
}
