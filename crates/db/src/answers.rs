//! Answers kept under idempotency keys, in the transaction of their effect.
//!
//! The first request inserts its key before anything else. A second one with the same key waits for that row: on
//! PostgreSQL at the unique index, on SQLite behind the single writer. When the first has committed, the second reads
//! its answer; when it rolled back, the second does the work. Answers may carry personal data and are sealed.

use std::time::Duration;

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use motcua_kernel::{Answer, Error, Idempotency, Kind, Result, SystemTime, Uuid, Vault};
use serde_json::json;

use crate::conn::Conn;
use crate::error::{Failure, TxResult};
use crate::on_each;
use crate::sql::{At, Id};

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql::{Uid, Instant};
    answers (tenant_id, scope, key) {
        tenant_id -> Uid,
        /// Keyed hash of issuer, client, subject and operation: subjects are not kept in the clear.
        scope -> Text,
        key -> Text,
        fingerprint -> Text,
        answer -> Nullable<Binary>,
        expires_at -> Instant,
    }
}

/// How long an answer is kept at least, unless its operation keeps it longer.
pub const KEPT: Duration = Duration::from_hours(25);
/// How many answers one sweep deletes: few enough for others to write in between.
pub const SWEPT_AT_ONCE: usize = 1000;

/// Since when and how long an answer is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    pub(crate) since: SystemTime,
    pub(crate) time: Duration,
}

impl Kept {
    fn until(self) -> At {
        At(self.since.0 + TimeDelta::from_std(self.time).unwrap_or_default())
    }
}

pub(crate) fn once(
    tx: &mut Conn,
    vault: &Vault,
    tenant: Uuid,
    request: &Idempotency,
    kept: Kept,
    act: &impl Fn(&mut Conn) -> TxResult<Answer>,
) -> TxResult<Result<Answer>> {
    let scope = scope_of(vault, request);
    let context = format!("answers:{tenant}:{scope}:{}", request.key);
    if !claim(tx, tenant, &scope, request, kept.until())? {
        return replay(tx, vault, tenant, &scope, request, &context).map(Ok);
    }
    tx.batch_execute("SAVEPOINT effect")?;
    let outcome = match act(tx) {
        Ok(answer) => Ok(answer),
        // What a rule refused changed nothing and is as good an answer as any; it must be the same next time.
        Err(Failure::Refused(error)) if error.kind.may_be_kept() => {
            tx.batch_execute("ROLLBACK TO SAVEPOINT effect")?;
            Err(*error)
        }
        Err(failure) => return Err(failure),
    };
    tx.batch_execute("RELEASE SAVEPOINT effect")?;
    let stored = match &outcome {
        Ok(answer) => json!({ "answer": answer }),
        Err(error) => json!({ "error": error }),
    };
    let sealed = vault.seal(&context, stored.to_string().as_bytes())?;
    diesel::update(answers::table)
        .filter(answers::tenant_id.eq(Id(tenant)).and(answers::scope.eq(&scope)).and(answers::key.eq(&request.key)))
        .set(answers::answer.eq(Some(sealed)))
        .execute(tx)?;
    Ok(outcome)
}

fn scope_of(vault: &Vault, request: &Idempotency) -> String {
    let parts = [&request.issuer, &request.client, &request.subject, &request.operation];
    vault.lookup("idempotency", &json!(parts).to_string())
}

fn claim(tx: &mut Conn, tenant: Uuid, scope: &str, request: &Idempotency, until: At) -> TxResult<bool> {
    let inserted = on_each!(tx, |c| {
        diesel::insert_into(answers::table)
            .values((
                answers::tenant_id.eq(Id(tenant)),
                answers::scope.eq(scope),
                answers::key.eq(&request.key),
                answers::fingerprint.eq(&request.fingerprint),
                answers::expires_at.eq(until),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    });
    match inserted {
        Ok(rows) => Ok(rows == 1),
        Err(error) if error.to_string().contains("lock timeout") => Err(Error::conflict(
            "idempotency.in_progress",
            "Yêu cầu cùng khóa này đang được xử lý; vui lòng thử lại sau.",
            "A request with this key is still being processed; please try again later.",
        )
        .into()),
        Err(error) => Err(error.into()),
    }
}

fn replay(
    tx: &mut Conn,
    vault: &Vault,
    tenant: Uuid,
    scope: &str,
    request: &Idempotency,
    context: &str,
) -> TxResult<Answer> {
    let (fingerprint, sealed): (String, Option<Vec<u8>>) = answers::table
        .select((answers::fingerprint, answers::answer))
        .filter(answers::tenant_id.eq(Id(tenant)).and(answers::scope.eq(scope)).and(answers::key.eq(&request.key)))
        .first(tx)?;
    if fingerprint != request.fingerprint {
        return Err(Error::new(
            Kind::Invalid,
            "idempotency.key_reused",
            "Khóa Idempotency-Key này đã dùng cho một yêu cầu khác.",
            "This Idempotency-Key was used for another request.",
        )
        .into());
    }
    let sealed = sealed.ok_or_else(|| Error::internal("an idempotency key without an answer was committed"))?;
    let mut stored: serde_json::Value =
        serde_json::from_slice(&vault.open(context, &sealed)?).map_err(Error::internal)?;
    if let Some(error) = stored.get_mut("error") {
        let mut error: Error = serde_json::from_value(error.take()).map_err(Error::internal)?;
        error.replayed = true;
        return Err(error.into());
    }
    let answer = stored.get_mut("answer").ok_or_else(|| Error::internal("an idempotency key without an answer"))?;
    let mut answer: Answer = serde_json::from_value(answer.take()).map_err(Error::internal)?;
    answer.replayed = true;
    Ok(answer)
}

/// Deletes the oldest answers that have expired, [`SWEPT_AT_ONCE`] of them (a few more when several expire in the same
/// microsecond); returns how many. Fewer means that none is left.
///
/// # Errors
/// When the database fails.
pub fn sweep_answers(tx: &mut Conn, now: SystemTime) -> TxResult<usize> {
    let before = At(now.0);
    let last: Option<At> = answers::table
        .select(answers::expires_at)
        .filter(answers::expires_at.lt(before.clone()))
        .order(answers::expires_at)
        .offset(i64::try_from(SWEPT_AT_ONCE).unwrap_or(i64::MAX) - 1)
        .first(tx)
        .optional()?;
    let swept = answers::table.filter(answers::expires_at.le(last.unwrap_or(before)));
    Ok(diesel::delete(swept).execute(tx)?)
}
