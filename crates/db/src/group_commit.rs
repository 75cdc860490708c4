//! SQLite has one writer. Ours is a thread that commits many requests' work together: each runs in a savepoint of its
//! own, so one that fails takes nothing of the others with it, and each is answered only after the shared commit is on
//! the disk. Measured at four times the rate of one commit a request, equally durable.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::result::Error as DieselError;
use motcua_kernel::{Error, Kind, Result};
use tokio::sync::{mpsc, oneshot};

use crate::conn::{Conn, begin, commit};
use crate::error::{Failure, TxResult, to_kernel};
use crate::pool::{Options, connect};

/// The most requests in one commit: enough to share the disk's answer, few enough to answer within milliseconds.
const MOST_TOGETHER: usize = 128;
/// The most requests that wait; beyond, the caller hears 503 early.
const MOST_WAITING: usize = 2048;

/// The work of one request.
trait Work: Send {
    /// Does it; false when it failed and its savepoint must be rolled back.
    fn run(&mut self, conn: &mut Conn) -> bool;
    /// What this work's savepoint that can't be ended means for all whose work went with it.
    fn spoilt(&self, cause: DieselError) -> Error;
    /// Tells the caller, once the commit's fate is known.
    fn finish(self: Box<Self>, commit: Option<Error>);
}

struct Request<F, T> {
    name: &'static str,
    act: Arc<F>,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<F, T> Work for Request<F, T>
where
    F: Fn(&mut Conn) -> TxResult<T> + Send + Sync,
    T: Send,
{
    fn run(&mut self, conn: &mut Conn) -> bool {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.act)(conn)))
            .unwrap_or_else(|_| Err(Error::internal(format!("{} panicked", self.name)).into()));
        let good = outcome.is_ok();
        self.outcome = Some(outcome.map_err(|failure| to_kernel(self.name, failure)));
        good
    }

    fn spoilt(&self, cause: DieselError) -> Error {
        match &self.outcome {
            Some(Err(error)) if matches!(error.kind, Kind::StorageFull | Kind::Unavailable) => error.clone(),
            _ => Error::unavailable(format!("{} took the shared transaction with it: {cause}", self.name)),
        }
    }

    fn finish(self: Box<Self>, commit: Option<Error>) {
        let answer = match (commit, self.outcome) {
            // Also instead of a refusal, which may rest on what a neighbour wrote and nobody will ever see.
            (Some(error), _) => Err(error),
            (None, Some(outcome)) => outcome,
            (None, None) => Err(Error::internal(format!("{} was never run", self.name))),
        };
        // The caller may have gone; its effect stands, and its idempotency key answers when it comes back.
        drop(self.reply.send(answer));
    }
}

/// The writer thread of one SQLite database. It ends when the last handle is dropped.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Work>>,
}

impl Writer {
    pub(crate) fn start(options: &Options) -> Result<Self> {
        let (queue, mut waiting) = mpsc::channel::<Box<dyn Work>>(MOST_WAITING);
        let options = options.clone();
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                let mut conn: Option<Conn> = None;
                while let Some(first) = waiting.blocking_recv() {
                    let mut together = vec![first];
                    while together.len() < MOST_TOGETHER {
                        let Ok(next) = waiting.try_recv() else { break };
                        together.push(next);
                    }
                    commit_together(&options, &mut conn, together);
                }
            })
            .map_err(Error::internal)?;
        Ok(Self { queue })
    }

    pub(crate) async fn write<F, T>(&self, name: &'static str, act: Arc<F>) -> Result<T>
    where
        F: Fn(&mut Conn) -> TxResult<T> + Send + Sync + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work = Box::new(Request { name, act, outcome: None, reply });
        tokio::time::timeout(Duration::from_secs(5), self.queue.send(work))
            .await
            .map_err(|late| Error::unavailable(format!("{name}: the writer's queue is full: {late}")))?
            .map_err(|closed| Error::unavailable(format!("{name}: the writer has stopped: {closed}")))?;
        answer.await.map_err(|closed| Error::unavailable(format!("{name}: the writer has stopped: {closed}")))?
    }
}

fn commit_together(options: &Options, slot: &mut Option<Conn>, mut together: Vec<Box<dyn Work>>) {
    let failed = run_all(options, slot, &mut together).err();
    if failed.is_some() {
        // Whatever went wrong with the file, a fresh connection sees it as it is now.
        *slot = None;
    }
    for work in together {
        work.finish(failed.clone());
    }
}

fn run_all(options: &Options, slot: &mut Option<Conn>, together: &mut [Box<dyn Work>]) -> Result<()> {
    let tell = |error: DieselError| to_kernel("group_commit", Failure::Database(error));
    let conn = match slot {
        Some(conn) => conn,
        None => slot.insert(connect(options, false).map_err(Error::unavailable)?),
    };
    begin(conn).map_err(tell)?;
    for work in together.iter_mut() {
        conn.batch_execute("SAVEPOINT request").map_err(tell)?;
        let end = if work.run(conn) { "RELEASE request" } else { "ROLLBACK TO request; RELEASE request" };
        // SQLite answers a full or failing disk by undoing the whole transaction, and no savepoint is left to end.
        conn.batch_execute(end).map_err(|error| work.spoilt(error))?;
    }
    commit(conn).map_err(tell)
}
