//! Sweeping away temporary files that a kill left behind.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use motcua_kernel::{Error, Result, SystemTime};

use crate::file_store::{FileStore, TEMPORARY};

/// How old a temporary file must be to be nobody's: no upload is allowed to take so long.
pub const TEMPORARY_AGE: Duration = Duration::from_hours(24);

impl FileStore {
    /// Deletes temporary files older than [`TEMPORARY_AGE`]; returns how many. Any number of copies may do it at once.
    ///
    /// Content under a hash is never deleted here: only rows say whether it is anybody's
    /// ([`remove_destroyed`](crate::remove_destroyed)).
    ///
    /// # Errors
    /// When the directory can't be read.
    pub async fn sweep(&self, now: SystemTime) -> Result<usize> {
        let folder = self.directory.join(TEMPORARY);
        let before = now.0 - TimeDelta::from_std(TEMPORARY_AGE).unwrap_or_default();
        let swept = tokio::task::spawn_blocking(move || sweep(&folder, before)).await.map_err(Error::internal)?;
        swept.map_err(|error| Error::unavailable(format!("sweeping temporary files: {error}")))
    }
}

/// The directory is read directly, because an object store does not show what is only half-written.
fn sweep(folder: &Path, before: DateTime<Utc>) -> std::io::Result<usize> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut swept = 0;
    for entry in entries {
        let entry = entry?;
        let removed = entry.metadata().and_then(|found| {
            let old = found.is_file() && DateTime::<Utc>::from(found.modified()?) < before;
            if old { std::fs::remove_file(entry.path()).map(|()| 1) } else { Ok(0) }
        });
        swept += match removed {
            Ok(count) => count,
            // Another copy was faster, or the upload has just ended.
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
    }
    Ok(swept)
}
