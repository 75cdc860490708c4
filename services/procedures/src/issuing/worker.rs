//! The worker that calls documents: a reconciler, woken by an approval or a timer, that should find nothing to do.

use std::time::Duration;

use chrono::TimeDelta;
use motcua_db::{Conn, TxResult};
use motcua_files::FileStore;
use motcua_kernel::{Error, Result, SystemTime, Uuid, new_id};
use motcua_peer::{Peer, PeerError};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::client::{self, IssueRequest, IssuedDocument, ResultFile};
use super::store::{self, Duty};
use crate::dossiers::rules::Party;
use crate::dossiers::view::ResultView;
use crate::dossiers::{Dossiers, finish, remarks, store as dossier_store};

/// A copy that dies leaves its claims to the others after this long. A call that takes longer is made twice, which the
/// other side's `external_ref` makes one.
const LEASE: Duration = Duration::from_secs(30);
/// How many results are issued at once.
const TOGETHER: usize = 16;
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// The longest pause between two attempts, however long documents has been away.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Issues results until told to stop.
#[derive(Clone)]
pub struct Issuer {
    room: Dossiers,
    files: FileStore,
    documents: Peer,
    worker: Uuid,
}

impl Issuer {
    /// A worker for the dossiers' results, which are kept in `files` and issued by `documents`.
    #[must_use]
    pub fn new(room: Dossiers, files: FileStore, documents: Peer) -> Self {
        Self { room, files, documents, worker: new_id() }
    }

    /// Works until told to stop; what is under way then is given back, so that the next start need not wait for a lease.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut under_way = JoinSet::new();
        while !*stop.borrow() {
            while under_way.try_join_next().is_some() {}
            let claimed = self.claim(TOGETHER - under_way.len()).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "results that wait for a number can't be read");
                Vec::new()
            });
            for duty in claimed {
                let issuer = self.clone();
                under_way.spawn(async move { issuer.attempt(duty).await });
            }
            tokio::select! {
                _ = stop.changed() => break,
                () = self.room.issuing.notified(), if under_way.len() < TOGETHER => {}
                Some(_) = under_way.join_next(), if !under_way.is_empty() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
        under_way.shutdown().await;
        let (worker, now) = (self.worker, self.room.db.clock.system());
        if let Err(error) = self.room.db.write("issuing_release", move |tx| store::release(tx, worker, now)).await {
            tracing::warn!(%error, "claims are left to their lease");
        }
    }

    async fn claim(&self, most: usize) -> Result<Vec<Duty>> {
        if most == 0 {
            return Ok(Vec::new());
        }
        let (worker, now, most) = (self.worker, self.room.db.clock.system(), i64::try_from(most).unwrap_or(1));
        // Looking first keeps the writer free while there is nothing to do.
        let waiting = self.room.db.read("issuing_waiting", store::waiting).await?;
        #[expect(clippy::cast_precision_loss, reason = "a gauge")]
        metrics::gauge!("dossiers_waiting_for_number").set(waiting as f64);
        if waiting == 0 {
            return Ok(Vec::new());
        }
        self.room.db.write("issuing_claim", move |tx| store::claim(tx, worker, now, LEASE, most)).await
    }

    async fn attempt(&self, duty: Duty) {
        let fault = match self.issue(&duty).await {
            Ok(()) => return,
            Err(fault) => fault,
        };
        let lasting = fault.is_lasting();
        if lasting || duty.attempts == 1 || duty.attempts % 100 == 0 {
            tracing::warn!(dossier = %duty.dossier, attempts = duty.attempts, lasting, %fault, "no number yet");
        }
        metrics::counter!("issuing_failures_total").increment(1);
        let again = SystemTime(self.room.db.clock.system().0 + pause(duty.attempts, lasting));
        let told = fault.to_string();
        let noted = self.room.db.write("issuing_postpone", move |tx| store::postpone(tx, &duty, again, &told)).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "the next attempt waits for its lease");
        }
    }

    async fn issue(&self, duty: &Duty) -> Result<(), Fault> {
        let (tenant, dossier, room) = (duty.tenant, duty.dossier, self.room.clone());
        let read = self.room.db.read("issuing_read", move |conn| asked(conn, &room, tenant, dossier)).await?;
        let Some((mut request, file)) = read else {
            // Ended in another way meanwhile: nothing to issue.
            return Ok(self.room.db.write("issuing_done", move |tx| store::done(tx, tenant, dossier)).await?);
        };
        let attempt = format!("{dossier}:{}", duty.attempts);
        request.file_id = client::send_file(&self.documents, &self.files, &attempt, &file).await?;
        let document = client::issue(&self.documents, &attempt, &request).await?;
        self.write_number(tenant, dossier, document).await?;
        Ok(())
    }

    async fn write_number(&self, tenant: Uuid, dossier: Uuid, document: IssuedDocument) -> Result<()> {
        let room = self.room.clone();
        self.room
            .db
            .write("issuing_finish", move |tx| {
                finish(tx, &room, tenant, dossier, &document)?;
                store::done(tx, tenant, dossier)
            })
            .await
    }
}

/// What to ask documents for; none when the dossier no longer waits.
fn asked(
    conn: &mut Conn,
    room: &Dossiers,
    tenant: Uuid,
    dossier: Uuid,
) -> TxResult<Option<(IssueRequest, ResultFile)>> {
    let Some(row) = dossier_store::load_own(conn, tenant, dossier)? else { return Ok(None) };
    let (Some(result), "issuing") = (&row.result, row.state.as_str()) else { return Ok(None) };
    let result: ResultView = serde_json::from_value(result.0.clone()).map_err(Error::internal)?;
    let version = room.catalogue.load_version(conn, tenant, row.version_id.0)?;
    let parties = dossier_store::parties_of(conn, &row)?;
    let issuing = parties
        .iter()
        .find(|party| party.role == Party::Issuing.as_str())
        .ok_or_else(|| Error::internal(format!("dossier {dossier} has no issuing agency")))?;
    let file = motcua_files::load(conn, tenant, result.file_id)?
        .ok_or_else(|| Error::internal(format!("the result file of dossier {dossier} is gone")))?;
    let request = IssueRequest {
        external_ref: dossier.to_string(),
        issuing_agency: issuing.responsible_agency_id.0.to_string(),
        kind: version.content.issuing_document.kind.clone(),
        symbol: version.content.issuing_document.symbol.clone(),
        subject: remarks(room, &row)?.result_subject.unwrap_or_default(),
        file_id: result.file_id,
    };
    Ok(Some((request, ResultFile { sha256: file.sha256, size: file.size, media_type: file.media_type })))
}

/// Quick at first, then every quarter of a minute. What documents refuses for good (a closed agency) is tried seldom,
/// because somebody must repair it first, and never given up: the dossier is decided.
fn pause(attempts: i64, lasting: bool) -> TimeDelta {
    let milliseconds = 200_u64.saturating_mul(1 << attempts.clamp(0, 10));
    let pause = Duration::from_millis(milliseconds).min(LONGEST_PAUSE);
    let pause = if lasting { pause.max(LONGEST_PAUSE) } else { pause };
    TimeDelta::from_std(pause).unwrap_or_default()
}

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("{0}")]
    Ours(#[from] Error),
    #[error("{0}")]
    Theirs(#[from] PeerError),
}

impl Fault {
    fn is_lasting(&self) -> bool {
        matches!(self, Self::Theirs(error) if !error.may_succeed_later())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_never_pass_a_quarter_of_a_minute() {
        let pauses: Vec<TimeDelta> = (1..40).map(|attempt| pause(attempt, false)).collect();
        assert!(pauses.is_sorted());
        assert!(pauses.iter().all(|pause| *pause <= TimeDelta::seconds(15)));
        assert_eq!(pause(1, true), TimeDelta::seconds(15));
        assert_eq!(pause(i64::MAX, false), TimeDelta::seconds(15));
    }
}
