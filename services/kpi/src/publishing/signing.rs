//! Signing documents (ký số) so that they are checked offline: Ed25519 over the bytes of the document.

use std::sync::Arc;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use motcua_kernel::vault::Vault;
use motcua_kernel::{Error, Result};
use sha2::{Digest, Sha256};

/// What stands before the 32 bytes of an Ed25519 key in a `SubjectPublicKeyInfo` (RFC 8410).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// Hexadecimal digits of the digest by which a key is called.
const KEY_ID_DIGITS: usize = 16;

/// Signs with a key derived from the installation's.
#[derive(Clone)]
pub(crate) struct Signer {
    key: Arc<Ed25519KeyPair>,
}

impl Signer {
    /// The signer of an installation.
    ///
    /// # Errors
    /// When the key can't be derived.
    pub(crate) fn of(vault: &Vault) -> Result<Self> {
        let seed = vault.derive("published-periods")?;
        let key = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(Error::internal)?;
        Ok(Self { key: Arc::new(key) })
    }

    /// The signature of a document, in base64.
    pub(crate) fn sign(&self, document: &[u8]) -> String {
        STANDARD.encode(self.key.sign(document).as_ref())
    }

    /// What the key is called: the beginning of the digest of its public half.
    pub(crate) fn key_id(&self) -> String {
        let mut id = sha256(self.public());
        id.truncate(KEY_ID_DIGITS);
        id
    }

    /// The public half, in base64.
    pub(crate) fn public_base64(&self) -> String {
        STANDARD.encode(self.public())
    }

    /// The public half as other programs read it.
    pub(crate) fn public_pem(&self) -> String {
        let der = STANDARD.encode([&SPKI, self.public()].concat());
        format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n")
    }

    fn public(&self) -> &[u8] {
        self.key.public_key().as_ref()
    }
}

/// The digest of bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Why a document is not taken for what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untrusted {
    /// The key is neither PEM nor base64 of 32 bytes.
    Key,
    /// The signature is no base64.
    Signature,
    /// The document is not what was signed, or another key signed it.
    Document,
}

impl std::fmt::Display for Untrusted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key => "the key is neither a PEM public key nor base64 of 32 bytes",
            Self::Signature => "the signature is no base64",
            Self::Document => "the document is NOT what was signed with this key",
        })
    }
}

impl std::error::Error for Untrusted {}

/// Checks a document against its signature (base64) and the public key (PEM, or base64 of its 32 bytes).
///
/// # Errors
/// Why it is not to be trusted.
pub fn verify(document: &[u8], signature: &str, key: &str) -> Result<(), Untrusted> {
    let lines = key.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
    let bytes = STANDARD.decode(lines.collect::<String>()).map_err(|_malformed| Untrusted::Key)?;
    let public = bytes.strip_prefix(&SPKI[..]).unwrap_or(&bytes);
    if public.len() != 32 {
        return Err(Untrusted::Key);
    }
    let signature = STANDARD.decode(signature.trim()).map_err(|_malformed| Untrusted::Signature)?;
    let public = UnparsedPublicKey::new(&ED25519, public);
    public.verify(document, &signature).map_err(|_unspecified| Untrusted::Document)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn one_altered_byte_anywhere_is_refused() {
        let signer = Signer::of(&Vault::new(&BTreeMap::from([(1, vec![1; 32])]), &[7; 32]).unwrap()).unwrap();
        let document = b"{\"points\":\"71.25\"}";
        let signature = signer.sign(document);
        for key in [signer.public_pem(), signer.public_base64()] {
            assert_eq!(verify(document, &signature, &key), Ok(()));
            for at in 0..document.len() {
                let mut altered = document.to_vec();
                altered[at] ^= 1;
                assert_eq!(verify(&altered, &signature, &key), Err(Untrusted::Document), "byte {at}");
            }
        }
        assert_eq!(verify(document, &signature, "AAAA"), Err(Untrusted::Key));
        assert_eq!(verify(document, "?", &signer.public_pem()), Err(Untrusted::Signature));
        let other = Signer::of(&Vault::new(&BTreeMap::from([(1, vec![1; 32])]), &[8; 32]).unwrap()).unwrap();
        assert_eq!(verify(document, &signature, &other.public_pem()), Err(Untrusted::Document));
        assert_eq!(signer.key_id().len(), KEY_ID_DIGITS);
    }
}
