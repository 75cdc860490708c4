//! What the journal tells of targets.

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Journal, Stamp};
use motcua_kernel::{Error, Uuid};
use motcua_service::EventSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::http::TargetPoint;
use super::store::TargetRow;

pub(crate) const TARGETS: &str = "targets";

/// A target was set, or changed.
pub const TARGET_SET: EventKind = EventKind { name: "target.set.v1", subject: TARGETS };
/// A target was withdrawn.
pub const TARGET_WITHDRAWN: EventKind = EventKind { name: "target.withdrawn.v1", subject: TARGETS };
/// Another agency is responsible for a target now.
pub const RESPONSIBILITY_MOVED: EventKind = EventKind { name: "target.responsibility_moved.v1", subject: TARGETS };

/// What this room's events carry.
pub(crate) fn schemas() -> Vec<EventSchema> {
    [TARGET_SET, TARGET_WITHDRAWN, RESPONSIBILITY_MOVED].into_iter().map(EventSchema::of::<TargetFacts>).collect()
}

/// A target after a change, as every `target.*.v1` event tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TargetFacts {
    /// The target.
    pub id: Uuid,
    /// The version it has now.
    pub version: i64,
    /// What it is of: `indicator` or `element`.
    pub subject_kind: String,
    /// Its code.
    pub subject_code: String,
    /// The agency.
    pub written_agency_id: Uuid,
    /// Its code when the target was set.
    pub written_code: String,
    /// The agency responsible now.
    pub responsible_agency_id: Uuid,
    /// The period.
    pub period: String,
    /// Its first day.
    pub first_day: NaiveDate,
    /// Its last day.
    pub last_day: NaiveDate,
    /// `up` or `down`: which way is better.
    pub direction: String,
    /// Where it starts.
    pub start_value: String,
    /// What is to be reached.
    pub target_value: String,
    /// Points between the two.
    pub points: Vec<TargetPoint>,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

/// Records a change of a target.
pub(super) fn tell(tx: &mut Conn, journal: &Journal, stamp: &Stamp, kind: EventKind, row: &TargetRow) -> TxResult<()> {
    let facts = TargetFacts {
        id: row.id.0,
        version: row.version,
        subject_kind: row.subject_kind.clone(),
        subject_code: row.subject_code.clone(),
        written_agency_id: row.written_agency_id.0,
        written_code: row.written_code.clone(),
        responsible_agency_id: row.responsible_agency_id.0,
        period: row.period.clone(),
        first_day: row.first_day,
        last_day: row.last_day,
        direction: row.direction.clone(),
        start_value: row.start_value.clone(),
        target_value: row.target_value.clone(),
        points: serde_json::from_value(row.points.0.clone()).map_err(Error::internal)?,
        withdrawn: row.withdrawn_because.is_some(),
    };
    let data = serde_json::to_value(&facts).map_err(Error::internal)?;
    journal.record(tx, stamp, &Change { kind, subject: row.id.0, version: row.version, data: &data })?;
    Ok(())
}
