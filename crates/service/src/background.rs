//! Background work: each worker is watched over, begun again when it fails, and told when to stop.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use motcua_kernel::{Error, Result};
use motcua_web::Check;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long a worker that failed is left alone.
const PAUSE: Duration = Duration::from_secs(1);
/// How long workers may take to end what they are at.
const PATIENCE: Duration = Duration::from_secs(20);

type Run = dyn Fn(watch::Receiver<bool>) -> BoxFuture<'static, ()> + Send + Sync;

/// Work that goes on beside the requests until the service stops.
#[derive(Clone)]
pub struct Worker {
    name: &'static str,
    run: Arc<Run>,
}

impl Worker {
    /// A worker by its name in logs, metrics and health. `run` begins it, again if it ever ends before its receiver says
    /// `true`; then it must end soon.
    pub fn new<F, Fut>(name: &'static str, run: F) -> Self
    where
        F: Fn(watch::Receiver<bool>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        Self { name, run: Arc::new(move |stop| Box::pin(run(stop))) }
    }

    /// A worker that does a short piece of work again and again. An error is told to the log, and the work tried again
    /// after the same time.
    pub fn every<F, Fut>(name: &'static str, time: Duration, step: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let step = Arc::new(step);
        Self::new(name, move |mut stop| {
            let step = Arc::clone(&step);
            async move {
                while !*stop.borrow() {
                    if let Err(error) = step().await {
                        tracing::warn!(worker = name, %error, "background work failed; trying again later");
                    }
                    tokio::select! { _ = stop.changed() => break, () = tokio::time::sleep(time) => {} }
                }
            }
        })
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Workers at work. Dropping them ends them at once, wherever they are.
#[derive(Debug)]
pub(crate) struct Background {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
    at_work: Vec<(&'static str, Arc<AtomicBool>)>,
}

impl Background {
    /// Begins the work.
    pub(crate) fn start(service: &'static str, workers: Vec<Worker>) -> Self {
        let (stop, watched) = watch::channel(false);
        let mut background = Self { tasks: JoinSet::new(), stop, at_work: Vec::new() };
        for worker in workers {
            let running = Arc::new(AtomicBool::new(true));
            background.at_work.push((worker.name, Arc::clone(&running)));
            background.tasks.spawn(watch_over(service, worker, watched.clone(), running));
        }
        background
    }

    /// Whether every worker is at work.
    pub(crate) fn check(&self, name: &'static str) -> Check {
        let at_work = self.at_work.clone();
        Check::new(name, move || {
            let idle: Vec<&str> =
                at_work.iter().filter(|(_, running)| !running.load(Ordering::Relaxed)).map(|(name, _)| *name).collect();
            let answer = match idle.as_slice() {
                [] => Ok(()),
                idle => Err(Error::unavailable(format!("not at work: {}", idle.join(", ")))),
            };
            std::future::ready(answer)
        })
    }

    /// Tells every worker to end and waits for it.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(PATIENCE, all).await.is_err() {
            tracing::warn!(left = self.tasks.len(), "background work did not end in time and is cut off");
        }
    }
}

async fn watch_over(service: &'static str, worker: Worker, mut stop: watch::Receiver<bool>, running: Arc<AtomicBool>) {
    let name = worker.name;
    while !*stop.borrow() {
        running.store(true, Ordering::Relaxed);
        let outcome = AssertUnwindSafe((worker.run)(stop.clone())).catch_unwind().await;
        if *stop.borrow() {
            return;
        }
        running.store(false, Ordering::Relaxed);
        let how = if outcome.is_ok() { "ended" } else { "panicked" };
        metrics::counter!("worker_restarts_total", "service" => service, "worker" => name).increment(1);
        tracing::error!(service, worker = name, how, "background work is begun again");
        tokio::select! { _ = stop.changed() => {}, () = tokio::time::sleep(PAUSE) => {} }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_worker_that_panics_or_ends_is_begun_again_and_the_others_go_on() {
        let begun = Arc::new(AtomicU32::new(0));
        let steps = Arc::new(AtomicU32::new(0));
        let (counted, stepped) = (Arc::clone(&begun), Arc::clone(&steps));
        let bad = Worker::new("bad", move |_| {
            let at = counted.fetch_add(1, Ordering::SeqCst);
            async move { assert!(at % 2 == 1, "a defect") }
        });
        let good = Worker::every("good", Duration::from_secs(1), move || {
            stepped.fetch_add(1, Ordering::SeqCst);
            std::future::ready(Err(Error::unavailable("never mind")))
        });
        let background = Background::start("test", vec![bad, good]);
        tokio::time::sleep(Duration::from_millis(10_500)).await;
        assert!(begun.load(Ordering::SeqCst) >= 10 && steps.load(Ordering::SeqCst) >= 10);
        background.stop().await;
        let (last_begun, last_step) = (begun.load(Ordering::SeqCst), steps.load(Ordering::SeqCst));
        tokio::time::sleep(Duration::from_mins(1)).await;
        assert_eq!((begun.load(Ordering::SeqCst), steps.load(Ordering::SeqCst)), (last_begun, last_step));
    }

    #[tokio::test(start_paused = true)]
    async fn a_worker_that_does_not_stop_is_cut_off() {
        let deaf = Worker::new("deaf", |_| async { std::future::pending().await });
        let background = Background::start("test", vec![deaf]);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let since = tokio::time::Instant::now();
        background.stop().await;
        assert_eq!(since.elapsed().as_secs(), PATIENCE.as_secs());
    }
}
