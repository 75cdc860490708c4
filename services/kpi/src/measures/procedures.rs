//! Counting procedures: a few thousands, counted when they are asked for, because what is asked of them depends on the
//! calendar, and every agency of a level has the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use motcua_agencies::AgencyKind;
use motcua_calendars::Known;
use motcua_clock::Calendar;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Result, Uuid};
use quick_cache::sync::Cache;

use super::contributions::{value_of, weight};
use super::numbers::{Sums, When, Whose};
use super::records::{Counted, Judged, of_announcement, of_procedure};
use super::slot::{Slot, SlotCount, Time};
use crate::definitions::filter::FieldValue;
use crate::definitions::model::Window;
use crate::definitions::vocabulary::PROCEDURE;
use crate::facts::announcing::{PROVINCE_DAYS, announced_on_time, published_on_time};
use crate::facts::store::{self, announcement_facts, procedure_facts};

/// Tenants whose procedures are kept read.
const KEPT: usize = 16;

/// The level at which an agency carries procedures out; none of what carries out none: a public service centre receives
/// dossiers for others, and party bodies, councils and the rest have no administrative procedures of their own.
pub(crate) fn level_of(kind: AgencyKind) -> Option<&'static str> {
    match kind.as_str() {
        "commune" => Some("commune"),
        "province" | "department" => Some("province"),
        _ => None,
    }
}

/// Procedures and announcements as they were read last.
#[derive(Clone)]
pub(crate) struct Procedures {
    calendars: Known,
    kept: Arc<Cache<Uuid, Arc<Read>>>,
}

struct Read {
    stamp: Stamp,
    calendar: Arc<Calendar>,
    /// Each published version and abolition by itself.
    announced: Vec<Counted>,
    /// Each procedure in its newest version.
    current: Vec<Counted>,
}

/// By what one sees that something has changed: how many rows, and the sum of their versions.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    procedures: usize,
    versions: i64,
}

impl Procedures {
    /// None read yet.
    ///
    /// # Errors
    /// When the calendars that come with the program are faulty, which tests rule out.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self { calendars: Known::new()?, kept: Arc::new(Cache::new(KEPT)) })
    }

    /// All records of the subject for a window.
    pub(crate) fn records(&self, conn: &mut Conn, tenant: Uuid, time: Time) -> TxResult<Vec<Counted>> {
        let read = self.read(conn, tenant)?;
        Ok(if time == Time::Now { read.current.clone() } else { read.announced.clone() })
    }

    fn read(&self, conn: &mut Conn, tenant: Uuid) -> TxResult<Arc<Read>> {
        let stamp = stamp(conn, tenant)?;
        let calendar = self.calendars.view(conn, tenant, Uuid::nil())?.calendar;
        let same = |read: &Arc<Read>| read.stamp == stamp && Arc::ptr_eq(&read.calendar, &calendar);
        if let Some(read) = self.kept.get(&tenant).filter(same) {
            return Ok(read);
        }
        let read = Arc::new(read(conn, tenant, stamp, calendar)?);
        self.kept.insert(tenant, Arc::clone(&read));
        Ok(read)
    }

    /// Counts what one measure asks for, for every agency that carries procedures out.
    pub(super) fn count(
        &self,
        conn: &mut Conn,
        whose: &Whose,
        when: When,
        (slot, window, place): (&Slot, Window, usize),
        sums: &mut Sums,
    ) -> TxResult<()> {
        let read = self.read(conn, whose.tenant)?;
        let records = if slot.time == Time::Now { &read.current } else { &read.announced };
        let levels: BTreeSet<&'static str> = whose.serving.values().copied().collect();
        let counted = |level: &'static str| (level, count_level(records, slot, window, when, level));
        let by_level: BTreeMap<&'static str, i64> = levels.into_iter().map(counted).collect();
        for (agency, level) in whose.serving.iter().filter(|(agency, _)| whose.asks_for(**agency)) {
            let count = by_level.get(level).copied().unwrap_or_default();
            if count != 0 {
                sums.add(*agency, place, count);
            }
        }
        Ok(())
    }
}

fn count_level(records: &[Counted], slot: &Slot, window: Window, when: When, level: &str) -> i64 {
    let mut values: BTreeSet<String> = BTreeSet::new();
    let mut sum = 0;
    for counted in records.iter().filter(|counted| is_of_level(counted, level)) {
        let Some(weight) = weight_in(counted, slot, window, when) else { continue };
        if matches!(slot.count, SlotCount::Distinct(_)) {
            values.extend((weight > 0).then(|| value_of(slot, &counted.record).to_owned()));
        } else {
            sum += weight;
        }
    }
    sum + i64::try_from(values.len()).unwrap_or(i64::MAX)
}

/// What a record counts for in a period; none when it does not fall into it.
pub(super) fn weight_in(counted: &Counted, slot: &Slot, window: Window, when: When) -> Option<i64> {
    let as_of = when.as_of(window);
    let falls = |field: usize, within: fn(&When, DateTime<Utc>, DateTime<Utc>) -> bool| {
        counted.placed(field).is_some_and(|(_, at)| within(&when, at, as_of))
    };
    let falls_in = match slot.on {
        None => true,
        Some(field) => match slot.time {
            Time::Within => falls(field, |when, at, _| when.period.contains(at)),
            Time::Stock | Time::Now => falls(field, |_, at, as_of| at < as_of),
        },
    };
    falls_in.then(
        || {
            if slot.asks_as_of() { weight(slot, &counted.as_of(as_of)) } else { weight(slot, &counted.record) }
        },
    )
}

/// Whether a level carries a procedure out. One that names none is every level's.
pub(super) fn is_of_level(counted: &Counted, level: &str) -> bool {
    let levels = PROCEDURE.position("levels").and_then(|at| counted.record.get(at));
    match levels {
        Some(FieldValue::Texts(levels)) => levels.is_empty() || levels.iter().any(|one| **one == *level),
        _ => true,
    }
}

/// Versions only grow, so their sum tells every change; announcements change with their procedure.
fn stamp(conn: &mut Conn, tenant: Uuid) -> TxResult<Stamp> {
    let versions: Vec<i64> = procedure_facts::table
        .select(procedure_facts::version)
        .filter(procedure_facts::tenant_id.eq(Id(tenant)))
        .load(conn)?;
    Ok(Stamp { procedures: versions.len(), versions: versions.iter().sum() })
}

fn read(conn: &mut Conn, tenant: Uuid, stamp: Stamp, calendar: Arc<Calendar>) -> TxResult<Read> {
    let procedures: BTreeMap<Uuid, store::ProcedureRow> = procedure_facts::table
        .filter(procedure_facts::tenant_id.eq(Id(tenant)))
        .load(conn)?
        .into_iter()
        .map(|row: store::ProcedureRow| (row.procedure_id.0, row))
        .collect();
    let announcements: Vec<store::AnnouncementRow> = announcement_facts::table
        .filter(announcement_facts::tenant_id.eq(Id(tenant)).and(announcement_facts::withdrawn.eq(false)))
        .order((announcement_facts::procedure_id, announcement_facts::number))
        .load(conn)?;
    // Days that no calendar covers can't be judged, and what can't be judged is not counted.
    let announced = |decided, effective| announced_on_time(decided, effective, PROVINCE_DAYS, &calendar).ok().flatten();
    let published = |decided, at| published_on_time(decided, at, PROVINCE_DAYS, &calendar).ok().flatten();
    let announced_records = announcements
        .iter()
        .map(|row| {
            let judged = Judged {
                announced_on_time: announced(row.decided_on, row.bases_effective_on),
                published_on_time: row.published_at.as_ref().and_then(|at| published(row.decided_on, at.0)),
            };
            of_announcement(row, procedures.get(&row.procedure_id.0), judged)
        })
        .collect();
    let current = procedures
        .values()
        .map(|row| {
            let judged = Judged {
                announced_on_time: announced(row.decided_on, row.bases_effective_on),
                published_on_time: published(row.decided_on, row.published_at.0),
            };
            of_procedure(row, judged)
        })
        .collect();
    Ok(Read { stamp, announced: announced_records, current, calendar })
}
