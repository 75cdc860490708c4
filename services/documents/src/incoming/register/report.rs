//! How incoming documents were dealt with (báo cáo tình hình giải quyết văn bản đến; Decree 30/2020/NĐ-CP, Annex VI,
//! Part V), counted by who has the lead.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::NaiveDate;
use motcua_agencies::{names, successors};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{BusinessTime, Error, Result, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use crate::directory;
use crate::incoming::IncomingDocuments;
use crate::incoming::facts::IncomingFacts;
use crate::incoming::rules::State;
use crate::incoming::store::{self, IncomingRow};

/// More documents than an agency registers in a year.
const MOST: i64 = 50_000;

/// Documents counted. Every one of them is in exactly one of the five.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct IncomingCounts {
    /// All of them (tổng số).
    pub total: i64,
    /// Dealt with in time, or without a term (đã giải quyết đúng hạn).
    pub done_in_time: i64,
    /// Dealt with after their term (đã giải quyết quá hạn).
    pub done_late: i64,
    /// Being dealt with, and not late (đang giải quyết, trong hạn).
    pub open_in_time: i64,
    /// Being dealt with, and late by now (đang giải quyết, quá hạn).
    pub open_late: i64,
    /// Taken back by the sender or revoked by the issuer (lấy lại, thu hồi).
    pub given_up: i64,
}

impl IncomingCounts {
    /// Of a hundred that are dealt with or late, how many were in time; none of none.
    #[must_use]
    pub fn in_time_percent(&self) -> Option<f64> {
        let judged = self.done_in_time + self.done_late + self.open_late;
        #[expect(clippy::cast_precision_loss, reason = "an agency has fewer documents than 2^52")]
        let share = |part: i64, whole: i64| part as f64 * 100.0 / whole as f64;
        (judged > 0).then(|| share(self.done_in_time, judged))
    }

    fn count(&mut self, facts: &IncomingFacts, now: BusinessTime) {
        self.total += 1;
        let done = facts.completed_at.or(facts.ended_at.filter(|_| facts.state == State::Finished));
        let late = facts.due_at.is_some_and(|due| done.unwrap_or(now.0) > due);
        let counter = match (facts.state.is_given_up(), done.is_some(), late) {
            (true, _, _) => &mut self.given_up,
            (false, true, false) => &mut self.done_in_time,
            (false, true, true) => &mut self.done_late,
            (false, false, false) => &mut self.open_in_time,
            (false, false, true) => &mut self.open_late,
        };
        *counter += 1;
    }
}

/// What one unit or officer who has the lead was given.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncomingReportRow {
    /// The officer who has the lead.
    pub officer_id: Option<Uuid>,
    /// The unit that has the lead. Neither: nobody has it yet.
    pub unit_id: Option<Uuid>,
    /// Their name. Personal data.
    pub name: Option<String>,
    /// What they were given.
    #[serde(flatten)]
    pub counts: IncomingCounts,
}

/// The rows, units before officers and each by name, those nobody has the lead of last; none when there are more documents
/// than a report takes.
pub(super) fn rows(
    conn: &mut Conn,
    room: &IncomingDocuments,
    tenant: Uuid,
    agency: Uuid,
    period: (NaiveDate, NaiveDate),
    now: BusinessTime,
) -> TxResult<Option<Vec<IncomingReportRow>>> {
    let rows = store::registered_between(conn, tenant, agency, period, MOST + 1)?;
    if rows.len() > usize::try_from(MOST).map_err(Error::internal)? {
        return Ok(None);
    }
    let facts: Vec<IncomingFacts> = rows.iter().map(IncomingRow::facts).collect::<Result<_>>()?;
    let today = now.day_in_vietnam();
    let mut units_now: BTreeMap<Uuid, Uuid> = BTreeMap::new();
    for unit in facts.iter().filter_map(|one| one.lead_agency_id) {
        if let Entry::Vacant(unknown) = units_now.entry(unit) {
            // The work of a unit that has closed is that of the unit which went on with it.
            let open = successors(conn, tenant, unit, today)?;
            unknown.insert(if let [one] = open.as_slice() { *one } else { unit });
        }
    }
    let mut counted: BTreeMap<(Option<Uuid>, Option<Uuid>), IncomingCounts> = BTreeMap::new();
    for one in &facts {
        let unit = one.lead_agency_id.map(|unit| units_now.get(&unit).copied().unwrap_or(unit));
        counted.entry((one.lead_officer_id, unit)).or_default().count(one, now);
    }
    let officers: Vec<Uuid> = counted.keys().filter_map(|(officer, _)| *officer).collect();
    let units: Vec<Uuid> = counted.keys().filter_map(|(_, unit)| *unit).collect();
    let officers = directory::names_of(conn, &room.db.vault, tenant, &officers)?;
    let units = names(conn, tenant, &units, today)?;
    let mut reported: Vec<IncomingReportRow> = counted
        .into_iter()
        .map(|((officer_id, unit_id), counts)| {
            let officer = officer_id.and_then(|officer| officers.get(&officer).cloned());
            let unit = unit_id.and_then(|unit| units.get(&unit)).map(|unit| unit.name.clone());
            IncomingReportRow { officer_id, unit_id, name: officer.or(unit), counts }
        })
        .collect();
    reported.sort_by_key(|row| (row.unit_id.is_none(), row.officer_id.is_none(), row.name.clone()));
    Ok(Some(reported))
}

/// The refusal of a report on too many documents.
pub(super) fn too_long() -> Error {
    Error::malformed(
        "report.too_long",
        "Kỳ này có hơn 50.000 văn bản; hãy chọn kỳ ngắn hơn.",
        "This period has more than 50,000 documents; choose a shorter one.",
    )
    .with("parameter", "from")
}

/// Everything together.
pub(super) fn total(rows: &[IncomingReportRow]) -> IncomingCounts {
    rows.iter().fold(IncomingCounts::default(), |sum, row| IncomingCounts {
        total: sum.total + row.counts.total,
        done_in_time: sum.done_in_time + row.counts.done_in_time,
        done_late: sum.done_late + row.counts.done_late,
        open_in_time: sum.open_in_time + row.counts.open_in_time,
        open_late: sum.open_late + row.counts.open_late,
        given_up: sum.given_up + row.counts.given_up,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_what_is_done_or_late() {
        assert_eq!(IncomingCounts::default().in_time_percent(), None);
        let counts =
            IncomingCounts { total: 9, done_in_time: 3, done_late: 1, open_in_time: 4, open_late: 0, given_up: 1 };
        assert_eq!(counts.in_time_percent(), Some(75.0));
        assert_eq!(IncomingCounts { open_late: 1, ..counts }.in_time_percent(), Some(60.0));
    }
}
