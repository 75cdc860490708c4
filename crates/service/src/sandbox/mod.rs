//! The clock of the sandbox: business time that callers may move, so that a portal team sees "overdue after fifteen
//! working days" in a second. It exists in mode `sandbox` and nowhere else; system time never moves.
//!
//! The documents service, the ground floor, keeps it: a move is a row and an event in its journal. The others follow
//! that feed anyway and keep the same row, and a move asked of them is passed on to documents. What is kept is how far
//! business time is from the machine's, so every copy of every service shows the same instant, also after a restart.

mod facts;
mod http;
mod store;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, Event, Follow, Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, Idempotency, Kind, Result, new_id};
use motcua_peer::{Peer, PeerError};
use motcua_web::settings::Mode;
use sha2::{Digest, Sha256};

use crate::background::Worker;
use crate::foundation::Foundation;

pub use facts::{CLOCK_SET, ClockSet};
pub use store::MIGRATIONS;

use http::{BusinessClock, SetClock};

/// What a token must allow for moving the clock.
pub(crate) const MAY_MOVE: &str = "sandbox:clock:write";
/// How soon a copy of a service notices what another wrote, or its follower took in.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
const PATH: &str = "/sandbox/clock";

/// The clock of one service.
#[derive(Clone)]
pub(crate) struct Sandbox {
    foundation: Foundation,
    /// Who keeps the clock; none when this service does.
    keeper: Option<Peer>,
}

impl Sandbox {
    /// None outside of a sandbox.
    pub(crate) fn of(foundation: &Foundation) -> Result<Option<Self>> {
        if !is_sandbox(foundation) {
            return Ok(None);
        }
        let keeper = match foundation.name {
            "documents" => None,
            _ => Some(foundation.peer(&foundation.settings.peers.documents)?),
        };
        Ok(Some(Self { foundation: foundation.clone(), keeper }))
    }

    /// Moves business time to an instant, or back to the machine's.
    async fn set(&self, actor: &Actor, key: Option<Idempotency>, at: Option<DateTime<Utc>>) -> Result<Answer> {
        let answer = match &self.keeper {
            None => self.keep(actor, key, at).await?,
            Some(keeper) => self.ask(keeper, key, at).await?,
        };
        self.foundation.catch_up_with_clock().await?;
        tracing::info!(at = %self.foundation.db.clock.business().0, by = actor.reference(), "the sandbox clock was moved");
        Ok(answer)
    }

    async fn keep(&self, actor: &Actor, key: Option<Idempotency>, at: Option<DateTime<Utc>>) -> Result<Answer> {
        let Foundation { db, journal, tenant, .. } = self.foundation.clone();
        let mut stamp = Stamp::of(&actor.in_own_name(), Moment::of(&db.clock));
        // Time moves for the whole installation, whichever tenant the caller is of.
        stamp.tenant = tenant;
        let set_at = stamp.now.0;
        db.write_once("clock_set", actor.tenant, key, move |tx| {
            let mut set = ClockSet { at, set_at, version: 0 };
            set.version = store::set(tx, tenant, set.shift()?)?;
            let data = serde_json::to_value(set).map_err(Error::internal)?;
            let change = Change { kind: CLOCK_SET, subject: tenant, version: set.version, data: &data };
            journal.record(tx, &stamp, &change)?;
            Ok(Answer::done(&BusinessClock::from(set))?)
        })
        .await
    }

    async fn ask(&self, keeper: &Peer, key: Option<Idempotency>, at: Option<DateTime<Utc>>) -> Result<Answer> {
        let call = match at {
            Some(at) => keeper.post(PATH, &SetClock { at }),
            None => keeper.delete(PATH),
        };
        let key = key.as_ref().map_or_else(|| new_id().to_string(), passed_on);
        let reply = call.idempotency_key(key).send::<BusinessClock>().await.map_err(refused)?;
        let mut answer = Answer::done(&reply.body)?;
        answer.replayed = reply.header("idempotency-replayed").is_some();
        let (tenant, set) = (self.foundation.tenant, ClockSet::from(reply.body));
        // The feed will tell the same; kept here at once, the caller finds the new time when this is answered.
        self.foundation.db.write("clock_keep", move |tx| keep(tx, tenant, &set)).await?;
        Ok(answer)
    }
}

/// The key of a request as documents hears it: all that makes it one request here, in the length that fits.
fn passed_on(request: &Idempotency) -> String {
    let mut digest = Sha256::new();
    for part in [&request.issuer, &request.client, &request.subject, &request.key] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    hex::encode(digest.finalize())
}

fn refused(error: PeerError) -> Error {
    let kind = match &error {
        PeerError::Refused { status: 409, .. } => Kind::Conflict,
        PeerError::Refused { status: 422, .. } => Kind::Invalid,
        _ => {
            let vi = "Dịch vụ văn bản, nơi giữ đồng hồ thử nghiệm, không trả lời; đồng hồ không bị chỉnh.";
            let en = "The documents service, which keeps the sandbox clock, does not answer; the clock was not moved.";
            return Error::new(Kind::Unavailable, "sandbox.keeper_away", vi, en).because(error);
        }
    };
    // A used key, or one at work: the caller reads the same code as from documents itself.
    let vi = "Dịch vụ văn bản, nơi giữ đồng hồ thử nghiệm, đã từ chối.";
    let en = "The documents service, which keeps the sandbox clock, has refused.";
    Error::new(kind, error.code().unwrap_or_default(), vi, en).because(error)
}

fn keep(tx: &mut Conn, tenant: motcua_kernel::Uuid, set: &ClockSet) -> TxResult<()> {
    store::keep(tx, tenant, set.version, set.shift()?)
}

fn is_sandbox(foundation: &Foundation) -> bool {
    foundation.shared.settings.mode == Mode::Sandbox
}

/// Noticing moves that came by the feed, or that another copy of the service wrote.
pub(crate) fn watch(foundation: &Foundation) -> Option<Worker> {
    let foundation = foundation.clone();
    is_sandbox(&foundation).then(|| {
        Worker::every("sandbox clock", LOOK_AGAIN, move || {
            let foundation = foundation.clone();
            async move {
                if let Err(error) = foundation.catch_up_with_clock().await {
                    tracing::debug!(%error, "the sandbox clock can't be read");
                }
                Ok(())
            }
        })
    })
}

impl Foundation {
    /// What is made of the feed of documents, and in a sandbox of the moves of its clock as well.
    #[must_use]
    pub fn with_clock(&self, follow: Arc<dyn Follow>) -> Arc<dyn Follow> {
        if is_sandbox(self) { Arc::new(WithClock(follow)) } else { follow }
    }

    /// Moves business time as the service's database says. Does nothing outside of a sandbox, and nothing when this
    /// process knows a later move already, which another of its services was told first.
    pub(crate) async fn catch_up_with_clock(&self) -> Result<()> {
        if !is_sandbox(self) {
            return Ok(());
        }
        let tenant = self.tenant;
        let kept = self.db.read("clock_read", move |conn| store::load(conn, tenant)).await?;
        if kept.is_some_and(|(version, shift)| self.db.clock.follow(version, shift)) {
            // Roles are held by day, so cached callers of another day must go at once.
            self.directory.refresh().await?;
        }
        Ok(())
    }
}

struct WithClock(Arc<dyn Follow>);

impl Follow for WithClock {
    fn apply(&self, tx: &mut Conn, event: &Event) -> TxResult<()> {
        if event.kind == CLOCK_SET.name {
            return keep(tx, event.tenant, &event.facts()?);
        }
        self.0.apply(tx, event)
    }

    fn apply_page(&self, tx: &mut Conn, events: &[Event]) -> TxResult<()> {
        let moves_it = |event: &Event| event.kind == CLOCK_SET.name;
        events.chunk_by(|one, next| moves_it(one) == moves_it(next)).try_for_each(|run| {
            if run.iter().any(moves_it) {
                return run.iter().try_for_each(|event| self.apply(tx, event));
            }
            self.0.apply_page(tx, run)
        })
    }
}
