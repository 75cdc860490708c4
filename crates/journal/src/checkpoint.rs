//! Signed checkpoints, kept apart from the table: with them a cut tail or a chain rewritten from the middle shows.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use chrono::{DateTime, Utc};
use motcua_kernel::{Error, Result, SystemTime, Uuid, Vault};
use serde::{Deserialize, Serialize};

/// Where a chain stood at an instant, signed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    pub service: String,
    pub tenant: Uuid,
    pub position: i64,
    pub hash: String,
    pub at: DateTime<Utc>,
    #[serde(default)]
    pub signature: String,
}

impl Checkpoint {
    fn message(&self) -> String {
        format!("{}\n{}\n{}\n{}\n{}", self.service, self.tenant, self.position, self.hash, self.at.to_rfc3339())
    }
}

/// The file of a service's checkpoints: one JSON document a line, only ever appended to.
pub struct Checkpoints {
    service: &'static str,
    file: PathBuf,
    key: Ed25519KeyPair,
    last: Vec<(Uuid, i64)>,
}

impl Checkpoints {
    /// Checkpoints of a service in a file, signed with a key derived from the installation's.
    ///
    /// # Errors
    /// When the key can't be derived.
    pub fn new(service: &'static str, file: impl Into<PathBuf>, vault: &Vault) -> Result<Self> {
        let seed = vault.derive("journal-checkpoints")?;
        let key = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(Error::internal)?;
        Ok(Self { service, file: file.into(), key, last: Vec::new() })
    }

    /// Appends the heads that have moved.
    pub(crate) fn append(&mut self, heads: &[(Uuid, i64, Vec<u8>)], now: SystemTime) -> Result<()> {
        let mut lines = String::new();
        for (tenant, position, hash) in heads {
            if self.last.contains(&(*tenant, *position)) {
                continue;
            }
            let mut checkpoint = Checkpoint {
                service: self.service.to_owned(),
                tenant: *tenant,
                position: *position,
                hash: hex::encode(hash),
                at: now.0,
                signature: String::new(),
            };
            checkpoint.signature = hex::encode(self.key.sign(checkpoint.message().as_bytes()).as_ref());
            lines.push_str(&serde_json::to_string(&checkpoint).map_err(Error::internal)?);
            lines.push('\n');
        }
        if lines.is_empty() {
            return Ok(());
        }
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder).map_err(Error::internal)?;
        }
        let mut file = OpenOptions::new().create(true).append(true).open(&self.file).map_err(Error::internal)?;
        file.write_all(lines.as_bytes()).and_then(|()| file.sync_data()).map_err(Error::internal)?;
        self.last = heads.iter().map(|(tenant, position, _)| (*tenant, *position)).collect();
        Ok(())
    }

    /// Reads the checkpoints back, with what is wrong in the file itself. No file means no checkpoints yet.
    pub(crate) fn read(&self) -> Result<Vec<Result<Checkpoint, String>>> {
        let text = match std::fs::read_to_string(&self.file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::internal(error)),
        };
        let public = UnparsedPublicKey::new(&ED25519, self.key.public_key().as_ref().to_vec());
        Ok(text.lines().enumerate().map(|(at, line)| check(&public, at + 1, line)).collect())
    }
}

fn check(public: &UnparsedPublicKey<Vec<u8>>, number: usize, line: &str) -> Result<Checkpoint, String> {
    let checkpoint: Checkpoint = serde_json::from_str(line)
        .map_err(|error| format!("line {number} of the checkpoints can't be read: {error}"))?;
    let signature = hex::decode(&checkpoint.signature).unwrap_or_default();
    public
        .verify(checkpoint.message().as_bytes(), &signature)
        .map_err(|Unspecified| format!("line {number} of the checkpoints has a wrong signature"))?;
    Ok(checkpoint)
}
