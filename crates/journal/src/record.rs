//! Writing an event with the change it tells of.

use std::sync::Arc;

use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Authority, BusinessTime, Clock, Error, SystemTime, Uuid, new_id};
use serde_json::{Value, json};
use tokio::sync::{Notify, watch};

use crate::event::{EventKind, canonical};
use crate::store::journal_events;

/// When something happens: both times, read once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// When it is recorded.
    pub now: SystemTime,
    /// When it happened in law.
    pub occurred: BusinessTime,
}

impl Moment {
    /// Now.
    #[must_use]
    pub fn of(clock: &Clock) -> Self {
        Self { now: clock.system(), occurred: clock.business() }
    }
}

/// Who recorded an event, and when. Who and for whom are not to be written by hand: they come from the permission check
/// that admitted the act.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The tenant.
    pub tenant: Uuid,
    actor: String,
    on_behalf_of: Option<String>,
    /// When it is recorded.
    pub now: SystemTime,
    /// When it happened in law.
    pub occurred: BusinessTime,
}

impl Stamp {
    /// The stamp of a caller's act, by the right that admitted it.
    #[must_use]
    pub fn of(authority: &Authority, at: Moment) -> Self {
        Self {
            tenant: authority.tenant(),
            actor: authority.actor().to_owned(),
            on_behalf_of: authority.on_behalf_of(),
            now: at.now,
            occurred: at.occurred,
        }
    }

    /// The stamp of what a service does by itself, now.
    #[must_use]
    pub fn by_service(service: &str, tenant: Uuid, clock: &Clock) -> Self {
        Self::by_command(&format!("service:{service}"), tenant, clock)
    }

    /// The stamp of what an operator's command does under a name of its own, now.
    #[must_use]
    pub fn by_command(actor: &str, tenant: Uuid, clock: &Clock) -> Self {
        let Moment { now, occurred } = Moment::of(clock);
        Self { tenant, actor: actor.to_owned(), on_behalf_of: None, now, occurred }
    }

    /// Who, without personal data.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }
}

/// A change of an object that others should hear of.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// What kind.
    pub kind: EventKind,
    /// The object.
    pub subject: Uuid,
    /// The version the object has after the change: events of one object keep the order of its versions.
    pub version: i64,
    /// The facts, a JSON object; `occurred_at` is added. No personal data.
    pub data: &'a Value,
}

/// A service's journal. Copies share one signal.
#[derive(Debug, Clone)]
pub struct Journal {
    pub(crate) service: &'static str,
    /// This copy of the service as the holder of leases: a sequencer that starts again is the same one.
    pub(crate) holder: Uuid,
    pub(crate) wake: Arc<Notify>,
    pub(crate) head: Arc<watch::Sender<i64>>,
}

impl Journal {
    /// The journal of a service.
    #[must_use]
    pub fn new(service: &'static str) -> Self {
        Self { service, holder: new_id(), wake: Arc::new(Notify::new()), head: Arc::new(watch::Sender::new(0)) }
    }

    /// The service whose journal this is.
    #[must_use]
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// Writes the event of a change in the transaction of the change. Its position comes after the commit.
    ///
    /// # Errors
    /// When the database fails, or the facts are no JSON object.
    pub fn record(&self, tx: &mut Conn, stamp: &Stamp, change: &Change<'_>) -> TxResult<Uuid> {
        let id = new_id();
        let Value::Object(mut data) = change.data.clone() else {
            return Err(Error::internal(format!("the facts of {} are no object", change.kind.name)).into());
        };
        data.insert("occurred_at".to_owned(), json!(stamp.occurred));
        let mut event = json!({
            "specversion": "1.0",
            "id": id,
            "source": format!("/{}", self.service),
            "type": change.kind.name,
            "subject": format!("{}/{}", change.kind.subject, change.subject),
            "subjectversion": change.version.to_string(),
            "time": stamp.now,
            "datacontenttype": "application/json",
            "tenant": stamp.tenant,
            "actor": stamp.actor,
            "data": data,
        });
        if let (Some(principal), Some(members)) = (&stamp.on_behalf_of, event.as_object_mut()) {
            members.insert("onbehalfof".to_owned(), json!(principal));
        }
        diesel::insert_into(journal_events::table)
            .values((
                journal_events::tenant_id.eq(Id(stamp.tenant)),
                journal_events::id.eq(Id(id)),
                journal_events::kind.eq(change.kind.name),
                journal_events::subject_kind.eq(change.kind.subject),
                journal_events::subject_id.eq(Id(change.subject)),
                journal_events::subject_version.eq(change.version),
                journal_events::canonical.eq(canonical(&event)?),
                journal_events::recorded_at.eq(At(stamp.now.0)),
            ))
            .execute(tx)?;
        self.wake.notify_one();
        Ok(id)
    }
}
