//! The keys of personal data at rest: from the settings, or in development from a file made on first start.

use std::collections::BTreeMap;
use std::io;

use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use motcua_kernel::Vault;
use serde::{Deserialize, Serialize};

use super::error::SettingsError;
use super::{Settings, read_or_create};

const KEY_LEN: usize = 32;

/// What the key file holds, written like the settings of the same names, so that it can be moved into them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    keys: String,
    lookup_key: String,
}

pub(super) fn open(settings: &Settings) -> Result<Vault, SettingsError> {
    if let (Some(keys), Some(lookup)) = (&settings.vault.keys, &settings.vault.lookup_key) {
        return build(keys.expose(), lookup.expose()).map_err(|message| SettingsError::one("vault", "", message));
    }
    let path = &settings.vault.key_file;
    let fault = |message: String| SettingsError::one("vault.key_file", path.display().to_string(), message);
    let text = read_or_create(path, new_key_file).map_err(|error| fault(error.to_string()))?;
    let file: KeyFile =
        serde_json::from_str(&text).ok().ok_or_else(|| fault("it is not a key file of ours".to_owned()))?;
    build(&file.keys, &file.lookup_key).map_err(fault)
}

fn build(keys: &str, lookup: &str) -> Result<Vault, String> {
    Vault::new(&parse_masters(keys)?, &parse_key(lookup)?).map_err(|error| error.to_string())
}

fn new_key_file() -> io::Result<String> {
    let file = KeyFile { keys: format!("1:{}", new_key()?), lookup_key: new_key()? };
    Ok(serde_json::to_string_pretty(&file)?)
}

fn new_key() -> io::Result<String> {
    let mut bytes = [0_u8; KEY_LEN];
    rand::fill(&mut bytes).ok().ok_or_else(|| io::Error::other("the machine gives no random bytes"))?;
    Ok(STANDARD.encode(bytes))
}

/// Master keys by version. Messages never repeat the text: it is secret even when it is wrong.
pub(super) fn parse_masters(text: &str) -> Result<BTreeMap<u16, Vec<u8>>, String> {
    let mut masters = BTreeMap::new();
    for part in text.split(',') {
        let shape = "must be `VERSION:BASE64` separated by commas, versions 1 to 65535";
        let (version, encoded) = part.trim().split_once(':').ok_or(shape)?;
        let version: u16 = version.parse().ok().filter(|version| *version > 0).ok_or(shape)?;
        let bytes = parse_key(encoded).map_err(|message| format!("version {version} {message}"))?;
        if masters.insert(version, bytes).is_some() {
            return Err(format!("version {version} is given twice"));
        }
    }
    Ok(masters)
}

/// One key of 32 bytes.
pub(super) fn parse_key(encoded: &str) -> Result<Vec<u8>, String> {
    let bytes = STANDARD.decode(encoded.trim()).ok().filter(|bytes| bytes.len() == KEY_LEN);
    bytes.ok_or_else(|| format!("must be the base64 of {KEY_LEN} bytes"))
}
