//! Texts that are sealed: to the bytes of a column and back.

use motcua_kernel::{Error, Result, Vault};

/// Seals a text for the place that `context` names.
pub(crate) fn seal(vault: &Vault, context: &str, text: &str) -> Result<Vec<u8>> {
    vault.seal(context, text.as_bytes())
}

/// Opens a text that was sealed for this place.
pub(crate) fn open(vault: &Vault, context: &str, sealed: &[u8]) -> Result<String> {
    String::from_utf8(vault.open(context, sealed)?).map_err(Error::internal)
}
