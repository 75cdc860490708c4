//! Signed checkpoints, kept apart from the table: with them a cut tail or a chain rewritten from the middle shows.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
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

/// A tenant, the position its chain has reached, and the hash there.
pub(crate) type Head = (Uuid, i64, Vec<u8>);

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

    /// Signs the heads that have moved; none when none has. [`Checkpoints::appended`] must follow the writing.
    pub(crate) fn append(&self, heads: &[Head], now: SystemTime) -> Result<Option<Append>> {
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
        Ok((!lines.is_empty()).then(|| Append { file: self.file.clone(), lines }))
    }

    /// Notes the heads that are on the disk now.
    pub(crate) fn appended(&mut self, heads: &[Head]) {
        self.last = heads.iter().map(|(tenant, position, _)| (*tenant, *position)).collect();
    }

    /// Reads the checkpoints back, with what is wrong in the file itself. No file means no checkpoints yet. A last line
    /// without its end is none: it is being written just now, or its writing was cut short.
    pub(crate) async fn read(&self) -> Result<Vec<Result<Checkpoint, String>>> {
        let file = self.file.clone();
        let bytes = match tokio::task::spawn_blocking(move || std::fs::read(file)).await.map_err(Error::internal)? {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::internal(error)),
        };
        let public = UnparsedPublicKey::new(&ED25519, self.key.public_key().as_ref().to_vec());
        let lines = bytes.split_inclusive(|byte| *byte == b'\n').enumerate();
        Ok(lines.filter_map(|(at, line)| Some(check(&public, at + 1, line.strip_suffix(b"\n")?))).collect())
    }
}

/// Signed lines on their way to the disk. Writing them blocks.
#[derive(Debug)]
pub(crate) struct Append {
    file: PathBuf,
    lines: String,
}

impl Append {
    /// Writes all lines or none.
    pub(crate) fn write(self) -> Result<()> {
        self.try_write().map_err(|error| Error::internal(format!("{}: {error}", self.file.display())))
    }

    fn try_write(&self) -> io::Result<()> {
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(&self.file)?;
        let end = end_of_last_line(&mut file)?;
        file.set_len(end)?;
        let written = file.write_all(self.lines.as_bytes()).and_then(|()| file.sync_data());
        if written.is_err() {
            // A half line would be cut off before the next one anyway; this keeps the file whole until then.
            file.set_len(end)?;
        }
        written
    }
}

/// Where the last whole line ends: behind it stands at most what a kill or a full disk left of another.
fn end_of_last_line(file: &mut File) -> io::Result<u64> {
    let length = file.metadata()?.len();
    let mut last = [0];
    if length == 0 || file.seek(SeekFrom::End(-1)).and_then(|_| file.read_exact(&mut last)).is_ok() && last == *b"\n" {
        return Ok(length);
    }
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at as u64 + 1))
}

fn check(public: &UnparsedPublicKey<Vec<u8>>, number: usize, line: &[u8]) -> Result<Checkpoint, String> {
    let checkpoint: Checkpoint = serde_json::from_slice(line)
        .map_err(|error| format!("line {number} of the checkpoints can't be read: {error}"))?;
    let signature = hex::decode(&checkpoint.signature).unwrap_or_default();
    public
        .verify(checkpoint.message().as_bytes(), &signature)
        .map_err(|Unspecified| format!("line {number} of the checkpoints has a wrong signature"))?;
    Ok(checkpoint)
}
