//! Writing an event with the change it tells of.

use std::sync::Arc;

use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, BusinessTime, Clock, Error, SystemTime, Uuid, new_id};
use serde_json::{Value, json};
use tokio::sync::{Notify, watch};

use crate::event::{EventKind, canonical};
use crate::store::journal_events;

/// Who recorded an event, and when.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The tenant.
    pub tenant: Uuid,
    /// Who, without personal data.
    pub actor: String,
    /// When it is recorded.
    pub now: SystemTime,
    /// When it happened in law.
    pub occurred: BusinessTime,
}

impl Stamp {
    /// The stamp of a caller's act, now.
    #[must_use]
    pub fn of(actor: &Actor, clock: &Clock) -> Self {
        Self { tenant: actor.tenant, actor: actor.reference(), now: clock.system(), occurred: clock.business() }
    }

    /// The stamp of what a service does by itself, now.
    #[must_use]
    pub fn by_service(service: &str, tenant: Uuid, clock: &Clock) -> Self {
        Self { tenant, actor: format!("service:{service}"), now: clock.system(), occurred: clock.business() }
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
        let event = json!({
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
