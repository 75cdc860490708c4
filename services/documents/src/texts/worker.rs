//! The worker that has files read, a few at a time, and enters their documents anew.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use motcua_db::Db;
use motcua_db::sql::At;
use motcua_files::FileStore;
use motcua_kernel::{Error, Result};
use motcua_service::Worker;

use super::child::{self, Limits, Outcome};
use super::store::{self, FAILED, NONE, READ, TextRow, WAITING};
use crate::search::{Searches, hold_having};

/// How often it looks.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How many are taken at once; they are read one after another, so that reading never takes more than one processor.
const TOGETHER: i64 = 4;
/// How often a file is tried whose reading ended by a limit: another moment may have had more to give.
const MOST_TRIES: i64 = 2;

/// Has the texts of files read by this program, called again for each file.
///
/// # Errors
/// When the program can't find itself.
pub fn worker(db: &Db, files: &FileStore, searches: &Searches, limits: Limits) -> Result<Worker> {
    let program = std::env::current_exe().map_err(Error::internal)?;
    let (db, files, searches) = (db.clone(), files.clone(), searches.clone());
    let reading = Arc::new(Reading { db, files, searches, program, limits });
    Ok(Worker::every("read texts of files", LOOK_AGAIN, move || {
        let reading = Arc::clone(&reading);
        async move { reading.catch_up().await }
    }))
}

struct Reading {
    db: Db,
    files: FileStore,
    searches: Searches,
    program: PathBuf,
    limits: Limits,
}

impl Reading {
    async fn catch_up(&self) -> Result<()> {
        loop {
            let now = self.db.clock.system().0;
            let each = TimeDelta::from_std(self.limits.time).map_err(Error::internal)?;
            let until = now + each * 5 + TimeDelta::seconds(30);
            let claimed = self.db.write("file_text_claim", move |tx| store::claim(tx, now, until, TOGETHER)).await?;
            if claimed.is_empty() {
                return Ok(());
            }
            let mut trouble = None;
            for row in claimed {
                // One that can't be read now keeps none of the others waiting: it is free again when its time is over.
                if let Err(error) = self.read(row).await {
                    trouble = Some(error);
                }
            }
            if let Some(error) = trouble {
                return Err(error);
            }
        }
    }

    async fn read(&self, mut row: TextRow) -> Result<()> {
        let taken_until = row.free_at.clone();
        let size = u64::try_from(row.size).unwrap_or_default();
        let outcome = if size > self.limits.file {
            Outcome::Failed("too_large")
        } else {
            let content = self.files.open(&row.sha256, 0..size).await?;
            child::read(&self.program, content, self.limits).await?
        };
        row.tries += 1;
        row.read_at = Some(At(self.db.clock.system().0));
        row.failure = None;
        match outcome {
            Outcome::Text(text) => {
                row.content = Some(store::seal(&self.db.vault, &row.sha256, &text)?);
                READ.clone_into(&mut row.state);
            }
            Outcome::Nothing => NONE.clone_into(&mut row.state),
            Outcome::Failed(why) => {
                tracing::warn!(content = row.sha256, tries = row.tries, why, "the text of a file could not be read");
                self.give_up(&mut row, why);
            }
        }
        if row.state == READ
            && let Err(error) = self.write(row.clone(), taken_until.clone()).await
        {
            // All of it was rolled back. That it failed is written by itself, lest it be tried for ever.
            let (tries, code) = (row.tries, error.code);
            tracing::warn!(content = row.sha256, tries, code, "the text of a file could not be kept");
            (row.content, row.state) = (None, WAITING.to_owned());
            self.give_up(&mut row, "not_kept");
        } else if row.state == READ {
            metrics::counter!("file_texts_total", "state" => READ).increment(1);
            return Ok(());
        }
        metrics::counter!("file_texts_total", "state" => row.state.clone()).increment(1);
        self.write(row, taken_until).await
    }

    /// Says why a file could not be read, and whether it is tried again.
    fn give_up(&self, row: &mut TextRow, why: &'static str) {
        row.failure = Some(why.to_owned());
        if row.tries >= MOST_TRIES || matches!(why, "malformed" | "too_large") {
            FAILED.clone_into(&mut row.state);
        }
        // It was taken for a while; what is to be tried again need not wait for the end of that.
        row.free_at = At(self.db.clock.system().0);
    }

    /// Writes what became of a file, and enters the documents anew that have it.
    async fn write(&self, row: TextRow, taken_until: At) -> Result<()> {
        let searches = self.searches.clone();
        self.db
            .write("file_text_read", move |tx| {
                hold_having(tx, row.tenant_id.0, &row.sha256)?;
                if store::tried(tx, &row, &taken_until)? && row.state == READ {
                    searches.enter_again(tx, row.tenant_id.0, &row.sha256)?;
                }
                Ok(())
            })
            .await
    }
}
