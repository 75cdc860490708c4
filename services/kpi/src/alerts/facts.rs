//! What the journal tells of alerts.

use std::collections::BTreeMap;

use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Journal, Stamp};
use motcua_kernel::{Error, Uuid};
use motcua_service::EventSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kinds::{AlertKind, Rule};
use super::store::{AlertRow, RuleRow};
use super::view::{AlertFigures, AlertState};

/// What events about alerts are about.
pub(crate) const SUBJECT: &str = "alerts";

/// Something was found, for the first time or again.
pub const RAISED: EventKind = EventKind { name: "alert.raised.v1", subject: SUBJECT };
/// Somebody looked into it.
pub const ACKNOWLEDGED: EventKind = EventKind { name: "alert.acknowledged.v1", subject: SUBJECT };
/// It is no longer found.
pub const OVER: EventKind = EventKind { name: "alert.over.v1", subject: SUBJECT };

/// An alert after a change, as every `alert.*.v1` event tells it: codes and counts, no personal data. What somebody noted
/// is read at the alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertFacts {
    /// The alert.
    pub id: Uuid,
    /// The version it has now.
    pub version: i64,
    /// What it is about.
    pub kind: AlertKind,
    /// The agency that is responsible.
    pub agency_id: Uuid,
    /// Of a fall and a target what it is of; else empty.
    pub subject: String,
    /// Of a fall and a target the period, of refusals the day; else empty.
    pub period: String,
    /// Where it stands.
    pub state: AlertState,
    /// What was found.
    pub figures: AlertFigures,
}

/// What this room's events carry.
pub(crate) fn schemas() -> Vec<EventSchema> {
    let alerts = [RAISED, ACKNOWLEDGED, OVER].into_iter().map(EventSchema::of::<AlertFacts>);
    alerts.chain([EventSchema::of::<AlertRuleFacts>(RULE_CHANGED)]).collect()
}

/// Records a change of an alert.
pub(super) fn tell(tx: &mut Conn, journal: &Journal, stamp: &Stamp, kind: EventKind, row: &AlertRow) -> TxResult<()> {
    let facts = AlertFacts {
        id: row.id.0,
        version: row.version,
        kind: row.kind()?,
        agency_id: row.agency_id.0,
        subject: row.subject.clone(),
        period: row.period.clone(),
        state: row.state()?,
        figures: row.figures()?,
    };
    let data = serde_json::to_value(&facts).map_err(Error::internal)?;
    journal.record(tx, stamp, &Change { kind, subject: row.id.0, version: row.version, data: &data })?;
    Ok(())
}

/// What events about rules of alerts are about.
pub(crate) const RULES: &str = "alert-rules";

/// An administrator changed a rule.
pub const RULE_CHANGED: EventKind = EventKind { name: "alert_rule.changed.v1", subject: RULES };

/// The facts of [`RULE_CHANGED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertRuleFacts {
    /// The rule.
    pub id: Uuid,
    /// The version it has now.
    pub version: i64,
    /// The kind of alerts.
    pub kind: AlertKind,
    /// Whether they are looked for.
    pub on: bool,
    /// The thresholds.
    pub thresholds: BTreeMap<String, i64>,
    /// The sets of indicators it looks at.
    pub sets: Vec<String>,
}

/// Records a change of a rule.
pub(super) fn tell_rule(tx: &mut Conn, journal: &Journal, stamp: &Stamp, row: &RuleRow, rule: &Rule) -> TxResult<()> {
    let facts = AlertRuleFacts {
        id: row.id.0,
        version: row.version,
        kind: rule.kind,
        on: rule.is_on,
        thresholds: rule.thresholds.clone(),
        sets: rule.sets.clone(),
    };
    let data = serde_json::to_value(&facts).map_err(Error::internal)?;
    journal.record(tx, stamp, &Change { kind: RULE_CHANGED, subject: row.id.0, version: row.version, data: &data })?;
    Ok(())
}
