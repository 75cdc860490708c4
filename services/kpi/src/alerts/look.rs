//! Looking for alerts: every few minutes all rules are asked what they find, and what differs from the alerts there are is
//! written and told.
//!
//! Looking reads and takes its time; writing is short and one transaction for each kind. Two copies of the service may
//! both look: an alert is one row by its key, and a row that changed in between is left to the next look.

use std::collections::BTreeMap;
use std::time::Duration;

use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_journal::{EventKind, Moment, Stamp};
use motcua_kernel::{Error, Result, Uuid, new_id};
use motcua_service::Worker;

use super::kinds::{AlertKind, Rule};
use super::rules::{self, Found};
use super::store::{self, AlertRow};
use super::view::AlertState;
use super::{Alerts, facts};
use crate::facts as all_facts;

/// How often it is looked.
const EVERY: Duration = Duration::from_mins(5);

/// What looks for alerts.
pub(crate) fn worker(room: &Alerts) -> Worker {
    let room = room.clone();
    Worker::every("look for alerts", EVERY, move || {
        let room = room.clone();
        async move { room.look().await }
    })
}

impl Alerts {
    /// Looks for alerts of every kind, once. A kind that fails does not keep the others from being looked for.
    ///
    /// # Errors
    /// The last failure, when everything else is done.
    pub async fn look(&self) -> Result<()> {
        let tenant = self.tenant;
        // While feeds are followed for the first time, or anew, what is found says nothing.
        let ready = self.db.read("alerts_ready", move |conn| all_facts::as_of(conn, tenant)).await;
        if let Err(error) = ready {
            return if error.code == "figures.not_ready" { Ok(()) } else { Err(error) };
        }
        let mut outcome = Ok(());
        for kind in AlertKind::ALL {
            match self.look_for(kind).await {
                Ok(open) => metrics::gauge!("kpi_alerts_open", "kind" => kind.as_str()).set(shown(open)),
                Err(error) => {
                    tracing::warn!(kind = kind.as_str(), %error, "looking for alerts failed");
                    outcome = Err(error);
                }
            }
        }
        outcome
    }

    /// How many alerts of the kind there are now that nobody has looked into.
    async fn look_for(&self, kind: AlertKind) -> Result<usize> {
        let (own, tenant) = (self.clone(), self.tenant);
        let found = self
            .db
            .read_snapshot("alerts_find", move |conn| {
                let kept = store::rule(conn, tenant, kind)?;
                let rule = kept.map(|row| row.rule(kind)).transpose()?.unwrap_or_else(|| Rule::usual(kind));
                rules::found(conn, &own.scores, tenant, &rule, own.db.clock.business())
            })
            .await?;
        let own = self.clone();
        self.db.write("alerts_keep", move |tx| own.keep(tx, kind, &found)).await
    }

    /// Has the alerts of a kind be what was found.
    fn keep(&self, tx: &mut Conn, kind: AlertKind, found: &[Found]) -> TxResult<usize> {
        let mut standing: BTreeMap<Uuid, AlertRow> =
            store::standing(tx, self.tenant, kind)?.into_iter().map(|row| (row.id.0, row)).collect();
        let mut open = 0;
        for found in found {
            let row = self.raise(tx, kind, found)?;
            open += usize::from(row.state == AlertState::Open.as_str());
            standing.remove(&row.id.0);
        }
        for row in standing.into_values() {
            let at = Moment::of(&self.db.clock);
            let row = AlertRow {
                state: AlertState::Over.as_str().to_owned(),
                over_at: Some(At(at.occurred.0)),
                version: row.version + 1,
                ..row
            };
            self.change(tx, facts::OVER, &row)?;
        }
        Ok(open)
    }

    /// The alert for what was found: new, again, or as it is with its newest figures.
    fn raise(&self, tx: &mut Conn, kind: AlertKind, found: &Found) -> TxResult<AlertRow> {
        let at = At(Moment::of(&self.db.clock).occurred.0);
        let figures = Json(serde_json::to_value(&found.figures).map_err(Error::internal)?);
        let key = (found.agency, found.subject.as_str(), found.period.as_str());
        let row = match store::about(tx, self.tenant, kind, key)? {
            Some(row) if row.state == AlertState::Over.as_str() => {
                let row = AlertRow { id: row.id, version: row.version + 1, ..self.opened(kind, found, figures, at) };
                if !self.change(tx, facts::RAISED, &row)? {
                    return Ok(row);
                }
                row
            }
            Some(row) if row.figures != figures => {
                // No news: it was raised, and stands as it stood.
                let row = AlertRow { figures, version: row.version + 1, ..row };
                if !store::update(tx, &row)? {
                    return Ok(row);
                }
                row
            }
            Some(row) => row,
            None => {
                let row = self.opened(kind, found, figures, at);
                if !store::insert(tx, &row)? {
                    return Ok(row);
                }
                self.tell(tx, facts::RAISED, &row)?;
                row
            }
        };
        store::keep_records(tx, self.tenant, row.id.0, &found.records)?;
        Ok(row)
    }

    fn opened(&self, kind: AlertKind, found: &Found, figures: Json, at: At) -> AlertRow {
        AlertRow {
            tenant_id: Id(self.tenant),
            id: Id(new_id()),
            kind: kind.as_str().to_owned(),
            agency_id: Id(found.agency),
            subject: found.subject.clone(),
            period: found.period.clone(),
            figures,
            state: AlertState::Open.as_str().to_owned(),
            raised_at: at,
            acknowledged_at: None,
            acknowledged_by: None,
            acknowledged_note: None,
            over_at: None,
            version: 1,
        }
    }

    /// Writes a row and tells of it; one that somebody changed in between is left to the next look.
    fn change(&self, tx: &mut Conn, kind: EventKind, row: &AlertRow) -> TxResult<bool> {
        let written = store::update(tx, row)?;
        if written {
            self.tell(tx, kind, row)?;
        }
        Ok(written)
    }

    fn tell(&self, tx: &mut Conn, kind: EventKind, row: &AlertRow) -> TxResult<()> {
        let stamp = Stamp::by_service(self.journal.service(), self.tenant, &self.db.clock);
        facts::tell(tx, &self.journal, &stamp, kind, row)
    }
}

/// Gauges are floating point, exact for every count there can be here.
fn shown(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
