//! The reading process, seen from its parent: so much time, so much memory, so much text, and no more.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use futures_util::StreamExt;
use motcua_files::Content;
use motcua_kernel::{Error, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::reader::NOTHING_TO_READ;

/// The exit code of the reading process when a file is not what it claims to be.
pub const ENDED_BADLY: u8 = 4;

/// What reading one file may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long it may take.
    pub time: Duration,
    /// How much memory, in bytes.
    pub memory: u64,
    /// How much text is kept, in bytes; the rest is left out.
    pub text: u64,
    /// The largest file that is read.
    pub file: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(20), memory: 768 << 20, text: 1 << 20, file: 100 << 20 }
    }
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Its text.
    Text(String),
    /// Nothing in it to read.
    Nothing,
    /// Why it could not be read: a stable code.
    Failed(&'static str),
}

/// Reads a file in a process of its own.
///
/// # Errors
/// When no process can be started or the content can't be had, which says nothing about the file.
pub(super) async fn read(program: &Path, content: Content, limits: Limits) -> Result<Outcome> {
    let mut child = Command::new(program)
        .arg("read-text")
        .args(["--memory", &limits.memory.to_string(), "--seconds", &limits.time.as_secs().max(1).to_string()])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(Error::internal)?;
    let Ok(outcome) = tokio::time::timeout(limits.time, work(&mut child, content, limits.text)).await else {
        child.kill().await.map_err(Error::internal)?;
        return Ok(Outcome::Failed("timeout"));
    };
    outcome
}

async fn work(child: &mut Child, mut content: Content, most: u64) -> Result<Outcome> {
    let (Some(mut stdin), Some(mut stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Error::internal("a process without pipes"));
    };
    let feeding = async move {
        while let Some(piece) = content.next().await {
            // A process that has given up takes no more; its exit code says why.
            if stdin.write_all(&piece?).await.is_err() {
                break;
            }
        }
        drop(stdin);
        Ok::<(), Error>(())
    };
    let mut text = Vec::new();
    let taking = async {
        (&mut stdout).take(most).read_to_end(&mut text).await.map_err(Error::internal)?;
        // The rest is let go, so that the process can end.
        tokio::io::copy(&mut stdout, &mut tokio::io::sink()).await.map_err(Error::internal)
    };
    let (fed, taken) = tokio::join!(feeding, taking);
    fed?;
    taken?;
    let status = child.wait().await.map_err(Error::internal)?;
    Ok(match status.code() {
        Some(0) => Outcome::Text(String::from_utf8_lossy(&text).into_owned()),
        Some(code) if code == i32::from(NOTHING_TO_READ) => Outcome::Nothing,
        Some(_) => Outcome::Failed("malformed"),
        // A signal: the memory it wanted was not given, or its time was up.
        None => Outcome::Failed("limits"),
    })
}
