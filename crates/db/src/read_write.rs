//! `Db`: the only door to a database.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::r2d2::Pool;
use motcua_kernel::{Answer, Clock, Error, Idempotency, Result, Uuid, Vault};
use rand::Rng;
use tokio::sync::Semaphore;

use crate::answers::{self, Kept};
use crate::conn::{Conn, begin, commit, rollback};
use crate::error::{Remedy, TxResult, remedy, remedy_of, to_kernel};
use crate::group_commit::Writer;
use crate::pool::{Backend, Manager, Options, Pooled};
use crate::read_audit::ReadAudit;

/// How often a transaction is tried before its caller hears of it.
const MOST_TRIES: u32 = 6;
/// How long a caller waits for a free connection before it hears 503.
const WAIT_FOR_CONNECTION: Duration = Duration::from_secs(5);

/// A database with everything a transaction needs beside it.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    permits: Arc<Semaphore>,
    writer: Option<Writer>,
    read_audit: Arc<ReadAudit>,
    backend: Backend,
    /// Keys for personal data and stored answers.
    pub vault: Vault,
    /// Both times.
    pub clock: Clock,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").finish_non_exhaustive()
    }
}

impl Db {
    /// Opens a database. PostgreSQL need not be up yet.
    ///
    /// # Errors
    /// When the folder of a SQLite file can't be made.
    pub fn open(options: &Options, vault: Vault, clock: Clock) -> Result<Self> {
        let writer = match &options.backend {
            Backend::Postgres(_) => None,
            Backend::Sqlite(path) => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder).map_err(Error::internal)?;
                }
                Some(Writer::start(options)?)
            }
        };
        let pool = Manager::pool(options, writer.is_some());
        let permits = Arc::new(Semaphore::new(options.connections.max(1) as usize));
        let read_audit = Arc::new(ReadAudit::default());
        Ok(Self { pool, permits, writer, read_audit, backend: options.backend.clone(), vault, clock })
    }

    /// Which database this is.
    #[must_use]
    pub fn backend(&self) -> &Backend {
        &self.backend
    }

    pub(crate) fn read_audit(&self) -> &Arc<ReadAudit> {
        &self.read_audit
    }

    /// Reads. The closure may run again on another connection when the first was dead.
    ///
    /// # Errors
    /// What the closure refused, or `unavailable` when the database is away.
    pub async fn read<F, T>(&self, name: &'static str, read: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> TxResult<T> + Send + Sync + 'static,
        T: Send + 'static,
    {
        self.on_connection(name, move |pooled| read(&mut pooled.conn)).await
    }

    /// Reads with several statements that see one moment: nothing that is committed meanwhile shows in the later ones.
    ///
    /// # Errors
    /// What the closure refused, or `unavailable` when the database is away.
    pub async fn read_snapshot<F, T>(&self, name: &'static str, read: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> TxResult<T> + Send + Sync + 'static,
        T: Send + 'static,
    {
        self.on_connection(name, move |pooled| {
            let begin = match pooled.conn {
                Conn::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
                Conn::Sqlite(_) => "BEGIN DEFERRED",
            };
            pooled.conn.batch_execute(begin)?;
            let outcome = read(&mut pooled.conn);
            // Nothing was written: rolling back ends the snapshot whatever the closure said.
            if pooled.conn.batch_execute("ROLLBACK").is_err() {
                pooled.broken = true;
            }
            outcome
        })
        .await
    }

    /// Writes in one transaction, at read committed with versioned updates. The closure may run again: it has no effect
    /// outside its connection.
    ///
    /// # Errors
    /// What the closure refused, `unavailable` when the database is away or contended, `storage.full`.
    pub async fn write<F, T>(&self, name: &'static str, act: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> TxResult<T> + Send + Sync + 'static,
        T: Send + 'static,
    {
        let Some(writer) = &self.writer else {
            return self.on_connection(name, move |pooled| transaction(pooled, name, &act)).await;
        };
        let started = Instant::now();
        let result = writer.write(name, Arc::new(act)).await;
        measure(name, started, result.is_ok());
        result
    }

    /// Writes and keeps the answer under the request's idempotency key, in the same transaction. A request that was
    /// answered before gets that answer; what a rule refuses is kept and replayed as well.
    ///
    /// # Errors
    /// What the closure refused, now or when the request first came.
    pub async fn write_once<F>(
        &self,
        name: &'static str,
        tenant: Uuid,
        request: Option<Idempotency>,
        act: F,
    ) -> Result<Answer>
    where
        F: Fn(&mut Conn) -> TxResult<Answer> + Send + Sync + 'static,
    {
        self.write_once_kept(name, answers::KEPT, tenant, request, act).await
    }

    /// As [`Self::write_once`], and the answer is kept for another time than the usual day.
    ///
    /// # Errors
    /// What the closure refused, now or when the request first came.
    pub async fn write_once_kept<F>(
        &self,
        name: &'static str,
        time: Duration,
        tenant: Uuid,
        request: Option<Idempotency>,
        act: F,
    ) -> Result<Answer>
    where
        F: Fn(&mut Conn) -> TxResult<Answer> + Send + Sync + 'static,
    {
        let Some(request) = request else {
            return self.write(name, act).await;
        };
        let vault = self.vault.clone();
        let clock = self.clock.clone();
        self.write(name, move |tx| {
            let kept = Kept { since: clock.system(), time };
            answers::once(tx, &vault, tenant, &request, kept, &act)
        })
        .await?
    }

    async fn on_connection<F, T>(&self, name: &'static str, work: F) -> Result<T>
    where
        F: Fn(&mut Pooled) -> TxResult<T> + Send + 'static,
        T: Send + 'static,
    {
        let started = Instant::now();
        let permits = Arc::clone(&self.permits);
        let permit = tokio::time::timeout(WAIT_FOR_CONNECTION, permits.acquire_owned())
            .await
            .map_err(|late| Error::unavailable(format!("{name}: no free connection: {late}")))?
            .map_err(Error::internal)?;
        let pool = self.pool.clone();
        let result = tokio::task::spawn_blocking(move || {
            let _held = permit;
            with_retries(&pool, name, &work)
        })
        .await
        .map_err(|error| Error::internal(format!("{name}: {error}")))?;
        measure(name, started, result.is_ok());
        result
    }
}

fn measure(name: &'static str, started: Instant, good: bool) {
    let outcome = if good { "ok" } else { "failed" };
    metrics::counter!("db_transactions_total", "name" => name, "outcome" => outcome).increment(1);
    metrics::histogram!("db_transaction_seconds", "name" => name).record(started.elapsed().as_secs_f64());
}

fn with_retries<T>(pool: &Pool<Manager>, name: &'static str, work: &impl Fn(&mut Pooled) -> TxResult<T>) -> Result<T> {
    let mut tries = 0;
    loop {
        tries += 1;
        let mut pooled = pool.get().map_err(|error| Error::unavailable(format!("{name}: {error}")))?;
        let failure = match work(&mut pooled) {
            Ok(value) => return Ok(value),
            Err(failure) => failure,
        };
        let remedy = remedy(&failure);
        pooled.broken |= remedy == Remedy::Reconnect;
        drop(pooled);
        // Dead connections are thrown away one by one: as many as the pool may hold, and one fresh.
        let most = if remedy == Remedy::Reconnect { pool.max_size() + 1 } else { MOST_TRIES };
        if remedy == Remedy::Tell || tries >= most {
            return Err(to_kernel(name, failure));
        }
        metrics::counter!("db_retries_total", "name" => name).increment(1);
        if remedy == Remedy::Again {
            let most_micros = 1000_u64 << tries.min(6);
            std::thread::sleep(Duration::from_micros(rand::rng().random_range(0..=most_micros)));
        }
    }
}

/// One transaction on PostgreSQL.
fn transaction<T>(pooled: &mut Pooled, name: &'static str, act: &impl Fn(&mut Conn) -> TxResult<T>) -> TxResult<T> {
    begin(&mut pooled.conn)?;
    let outcome = catch_unwind(AssertUnwindSafe(|| act(&mut pooled.conn)))
        .unwrap_or_else(|_| Err(Error::internal(format!("{name} panicked")).into()));
    match outcome {
        Ok(value) => match commit(&mut pooled.conn) {
            Ok(()) => Ok(value),
            Err(error) => {
                pooled.broken = true;
                // A commit whose answer was lost may have happened: never run it again on our own.
                match remedy_of(&error) {
                    Remedy::Reconnect => Err(Error::unavailable(format!("{name}: commit unknown: {error}")).into()),
                    _ => Err(error.into()),
                }
            }
        },
        Err(failure) => {
            if rollback(&mut pooled.conn).is_err() {
                pooled.broken = true;
            }
            Err(failure)
        }
    }
}

/// Asks the database for nothing, to see whether it answers.
///
/// # Errors
/// When it does not.
pub fn ping(conn: &mut Conn) -> TxResult<()> {
    Ok(conn.batch_execute("SELECT 1")?)
}
