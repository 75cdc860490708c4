//! What the journal tells of elements, values and closed periods: what is counted, and nothing that people wrote freely.

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Journal, Stamp};
use motcua_kernel::{Error, Result, Uuid};
use motcua_service::EventSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::http::definitions::DataElement;
use super::rules::entry::ElementKind;
use super::rules::state::{ValueAction, ValueState};
use super::store::closings::ClosingRow;
use super::store::elements::ElementRow;
use super::store::values::ValueRow;

pub(super) const ELEMENTS: &str = "data-elements";
pub(super) const VALUES: &str = "element-values";
pub(super) const CLOSINGS: &str = "element-period-closings";

/// An element was defined, or changed.
pub const ELEMENT_RECORDED: EventKind = EventKind { name: "data_element.recorded.v1", subject: ELEMENTS };
/// A value was entered, or changed while it was open.
pub const VALUE_ENTERED: EventKind = EventKind { name: "element_value.entered.v1", subject: VALUES };
/// A value was submitted to be checked.
pub const VALUE_SUBMITTED: EventKind = EventKind { name: "element_value.submitted.v1", subject: VALUES };
/// A value was checked.
pub const VALUE_CHECKED: EventKind = EventKind { name: "element_value.checked.v1", subject: VALUES };
/// A value was approved: figures count it.
pub const VALUE_APPROVED: EventKind = EventKind { name: "element_value.approved.v1", subject: VALUES };
/// A value was locked.
pub const VALUE_LOCKED: EventKind = EventKind { name: "element_value.locked.v1", subject: VALUES };
/// A value was returned.
pub const VALUE_RETURNED: EventKind = EventKind { name: "element_value.returned.v1", subject: VALUES };
/// An approved or locked value was re-opened: figures count it no longer.
pub const VALUE_REOPENED: EventKind = EventKind { name: "element_value.reopened.v1", subject: VALUES };
/// Another agency is responsible for a value now.
pub const RESPONSIBILITY_MOVED: EventKind =
    EventKind { name: "element_value.responsibility_moved.v1", subject: VALUES };
/// A period was closed for an agency and all below it.
pub const PERIOD_CLOSED: EventKind = EventKind { name: "element_period.closed.v1", subject: CLOSINGS };
/// A closed period was re-opened.
pub const PERIOD_REOPENED: EventKind = EventKind { name: "element_period.reopened.v1", subject: CLOSINGS };

/// What this room's events carry.
pub(crate) fn schemas() -> Vec<EventSchema> {
    let values = [
        VALUE_ENTERED,
        VALUE_SUBMITTED,
        VALUE_CHECKED,
        VALUE_APPROVED,
        VALUE_LOCKED,
        VALUE_RETURNED,
        VALUE_REOPENED,
        RESPONSIBILITY_MOVED,
    ];
    let values = values.into_iter().map(EventSchema::of::<ElementValueFacts>);
    let closings = [PERIOD_CLOSED, PERIOD_REOPENED].into_iter().map(EventSchema::of::<ElementPeriodFacts>);
    [EventSchema::of::<DataElement>(ELEMENT_RECORDED)].into_iter().chain(values).chain(closings).collect()
}

/// A value after a step, as every `element_value.*.v1` event tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ElementValueFacts {
    /// The value.
    pub id: Uuid,
    /// The version it has now.
    pub version: i64,
    /// The element.
    pub element_id: Uuid,
    /// Its code.
    pub element_code: String,
    /// Its kind.
    pub kind: ElementKind,
    /// Its unit.
    pub unit: String,
    /// The agency the value is of.
    pub written_agency_id: Uuid,
    /// Its code in the period.
    pub written_code: String,
    /// The agency responsible now.
    pub responsible_agency_id: Uuid,
    /// The period.
    pub period: String,
    /// Its first day.
    pub first_day: NaiveDate,
    /// Its last day.
    pub last_day: NaiveDate,
    /// State of the value.
    pub state: ValueState,
    /// The value: an exact decimal, `yes` or `no`, or the code of a choice.
    pub value: String,
    /// Codes of the warnings that were accepted or are open.
    pub warnings: Vec<String>,
    /// Whether this is a correction of what was approved before.
    pub correcting: bool,
}

impl ElementValueFacts {
    fn of(row: &ValueRow, element: &ElementRow) -> Result<Self> {
        Ok(Self {
            id: row.id.0,
            version: row.version,
            element_id: element.id.0,
            element_code: element.code.clone(),
            kind: element.kind()?,
            unit: element.unit.clone(),
            written_agency_id: row.written_agency_id.0,
            written_code: row.written_code.clone(),
            responsible_agency_id: row.responsible_agency_id.0,
            period: row.period.clone(),
            first_day: row.first_day,
            last_day: row.last_day,
            state: row.state()?,
            value: row.value.clone(),
            warnings: row.warnings()?,
            correcting: row.correcting,
        })
    }
}

/// A closed period, as `element_period.*.v1` events tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ElementPeriodFacts {
    /// The closing.
    pub id: Uuid,
    /// The version it has now.
    pub version: i64,
    /// The agency for which, and for all below which, it is closed.
    pub agency_id: Uuid,
    /// Its code when it was closed.
    pub agency_code: String,
    /// The period.
    pub period: String,
    /// Its first day.
    pub first_day: NaiveDate,
    /// Its last day.
    pub last_day: NaiveDate,
    /// Whether it is closed now.
    pub closed: bool,
}

impl ValueAction {
    /// The event that tells of the step.
    pub(super) fn event(self) -> EventKind {
        match self {
            Self::Submit => VALUE_SUBMITTED,
            Self::Check => VALUE_CHECKED,
            Self::Approve => VALUE_APPROVED,
            Self::Lock => VALUE_LOCKED,
            Self::Return => VALUE_RETURNED,
            Self::Reopen => VALUE_REOPENED,
        }
    }
}

/// Records a step of a value.
pub(super) fn tell_value(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    kind: EventKind,
    (row, element): (&ValueRow, &ElementRow),
) -> TxResult<()> {
    tell(tx, journal, stamp, kind, (row.id.0, row.version), &ElementValueFacts::of(row, element)?)
}

/// Records that an element is defined as it is now.
pub(super) fn tell_element(tx: &mut Conn, journal: &Journal, stamp: &Stamp, row: &ElementRow) -> TxResult<()> {
    tell(tx, journal, stamp, ELEMENT_RECORDED, (row.id.0, row.version), &DataElement::of(row)?)
}

/// Records that a period was closed or re-opened.
pub(super) fn tell_closing(tx: &mut Conn, journal: &Journal, stamp: &Stamp, row: &ClosingRow) -> TxResult<()> {
    let closed = row.reopened_at.is_none();
    let facts = ElementPeriodFacts {
        id: row.id.0,
        version: row.version,
        agency_id: row.agency_id.0,
        agency_code: row.agency_code.clone(),
        period: row.period.clone(),
        first_day: row.first_day,
        last_day: row.last_day,
        closed,
    };
    let kind = if closed { PERIOD_CLOSED } else { PERIOD_REOPENED };
    tell(tx, journal, stamp, kind, (row.id.0, row.version), &facts)
}

fn tell(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    kind: EventKind,
    (subject, version): (Uuid, i64),
    facts: &impl Serialize,
) -> TxResult<()> {
    let data = serde_json::to_value(facts).map_err(Error::internal)?;
    journal.record(tx, stamp, &Change { kind, subject, version, data: &data })?;
    Ok(())
}
