//! The background work every service has, and every one that keeps files.

use std::time::Duration;

use motcua_files::FileStore;
use motcua_journal::Sequencer;
use motcua_kernel::Result;

use crate::background::Worker;
use crate::foundation::Foundation;

/// Watching the directory, and sweeping answers whose keys have expired.
pub(crate) fn workers(foundation: &Foundation) -> Vec<Worker> {
    let (directory, db) = (foundation.directory.clone(), foundation.db.clone());
    vec![
        Worker::new("directory", move |stop| directory.watch().run(stop)),
        Worker::every("sweep answers", Duration::from_hours(1), move || {
            let db = db.clone();
            async move {
                let now = db.clock.system();
                while db.write("sweep_answers", move |tx| motcua_db::sweep_answers(tx, now)).await?
                    >= motcua_db::SWEPT_AT_ONCE
                {}
                Ok(())
            }
        }),
    ]
}

/// Sweeping what broken uploads leave behind.
pub(crate) fn sweep_uploads(foundation: &Foundation, store: FileStore) -> Worker {
    let clock = foundation.shared.clock.clone();
    Worker::every("sweep uploads", Duration::from_hours(1), move || {
        let (store, now) = (store.clone(), clock.system());
        async move { store.sweep(now).await.map(drop) }
    })
}

/// Giving events their positions.
pub(crate) fn sequencer(foundation: &Foundation) -> Result<Worker> {
    // Derived once here, so that a key that can't be derived stops the start and not the worker.
    foundation.checkpoints()?;
    let foundation = foundation.clone();
    Ok(Worker::new("sequencer", move |stop| {
        let foundation = foundation.clone();
        async move {
            match foundation.checkpoints() {
                Ok(checkpoints) => {
                    let (db, journal) = (foundation.db.clone(), foundation.journal.clone());
                    Sequencer::new(db, journal, checkpoints).run(stop).await;
                }
                Err(error) => tracing::error!(%error, "no checkpoints can be signed"),
            }
        }
    }))
}
