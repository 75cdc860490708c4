//! Work in the background: tasks that end when they are told to.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use motcua_kernel::Result;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long a worker may take to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// The background tasks of a service.
pub struct Workers {
    stop: watch::Sender<bool>,
    tasks: Mutex<JoinSet<&'static str>>,
}

impl Default for Workers {
    fn default() -> Self {
        Self::new()
    }
}

impl Workers {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self { stop: watch::Sender::new(false), tasks: Mutex::default() }
    }

    /// Starts a worker, which ends when what it is given turns true.
    pub fn spawn<F>(&self, name: &'static str, work: impl FnOnce(watch::Receiver<bool>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let task = work(self.stop.subscribe());
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.spawn(async move {
            task.await;
            name
        });
    }

    /// Starts a reconciler that runs at once and then every so often; a failure is logged and the next turn tries again.
    pub fn every<F>(&self, name: &'static str, pause: Duration, mut turn: impl FnMut() -> F + Send + 'static)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.spawn(name, move |mut stop| async move {
            while !*stop.borrow() {
                if let Err(error) = turn().await {
                    tracing::warn!(worker = name, %error, "a turn failed; the next one tries again");
                }
                tokio::select! { _ = stop.changed() => break, () = tokio::time::sleep(pause) => {} }
            }
        });
    }

    /// Tells all workers to end and waits for them, but not for ever.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let mut tasks = self.tasks.into_inner().unwrap_or_else(PoisonError::into_inner);
        let ended = async {
            while let Some(task) = tasks.join_next().await {
                match task {
                    Ok(name) => tracing::debug!(worker = name, "ended"),
                    Err(error) => tracing::error!(%error, "a worker failed"),
                }
            }
        };
        if tokio::time::timeout(PATIENCE, ended).await.is_err() {
            tracing::warn!("some workers did not end in time and are cut off");
        }
    }
}
