//! The copy a service keeps of the calendars by following `procedures`.
//!
//! Kept are the changes themselves, a handful in a year: read again in their order they give the calendars of the newest
//! revision, and nothing that was derived can go wrong beside them. Until the first has come, and for years nobody
//! decreed, the calendars are those that come with the program.

use std::collections::BTreeMap;
use std::sync::Arc;

use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use motcua_clock::{AgencyException, Calendar, CoveredYear, OfficeHours, OfficeSession, SpecialDay};
use motcua_db::sql::{Id, Json};
use motcua_db::{Conn, Migrations, TxResult, on_each};
use motcua_journal::{Event, Follow};
use motcua_kernel::{Error, Result, Uuid};
use quick_cache::sync::Cache;

use crate::facts::{self, CalendarFacts};
use crate::reach::view_of;
use crate::snapshot::{Snapshot, View, YearTable};

/// The table of the copy.
pub const MIGRATIONS: Migrations = Migrations {
    sqlite: || {
        const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
        SQLITE
    },
    postgres: || {
        const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
        POSTGRES
    },
};

/// How many tenants' calendars are kept read.
const SNAPSHOTS_KEPT: usize = 16;

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use motcua_db::sql::{Document, Uid};
    /// The changes of calendars that were heard of.
    known_calendar_changes (tenant_id, revision) {
        tenant_id -> Uid,
        revision -> BigInt,
        /// The event's type.
        kind -> Text,
        facts -> Document,
    }
}

/// Takes changes of calendars in from the feed of `procedures`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Replica;

impl Replica {
    /// The name under which a service keeps its position in the feed of `procedures`.
    pub const NAME: &str = "calendars<-procedures";
}

impl Follow for Replica {
    fn apply(&self, tx: &mut Conn, event: &Event) -> TxResult<()> {
        let kinds = [facts::DECREED, facts::EXCEPTION_SET, facts::EXCEPTION_REVOKED, facts::OFFICE_HOURS_SET];
        if !kinds.iter().any(|kind| kind.name == event.kind) {
            return Ok(());
        }
        let change: CalendarFacts = event.facts()?;
        let row = (
            known_calendar_changes::tenant_id.eq(Id(event.tenant)),
            known_calendar_changes::revision.eq(change.revision),
            known_calendar_changes::kind.eq(event.kind.clone()),
            known_calendar_changes::facts.eq(Json(serde_json::to_value(&change).map_err(Error::internal)?)),
        );
        on_each!(tx, |c| {
            diesel::insert_into(known_calendar_changes::table).values(row).on_conflict_do_nothing().execute(c)
        })?;
        Ok(())
    }
}

/// The calendars as a service that follows them knows them.
#[derive(Debug, Clone)]
pub struct Known {
    embedded: Arc<Calendar>,
    snapshots: Arc<Cache<(Uuid, i64), Arc<Snapshot>>>,
}

impl Known {
    /// Over the calendars that come with the program.
    ///
    /// # Errors
    /// When those are faulty, which tests rule out.
    pub fn new() -> Result<Self> {
        let embedded = Arc::new(Calendar::embedded().map_err(Error::internal)?);
        Ok(Self { embedded, snapshots: Arc::new(Cache::new(SNAPSHOTS_KEPT)) })
    }

    /// By what the terms of an agency are counted now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn view(&self, conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<View> {
        let newest: Option<i64> = known_calendar_changes::table
            .select(known_calendar_changes::revision)
            .filter(known_calendar_changes::tenant_id.eq(Id(tenant)))
            .order(known_calendar_changes::revision.desc())
            .first(conn)
            .optional()?;
        let revision = newest.unwrap_or_default();
        let snapshot = self.snapshot(conn, tenant, revision)?;
        view_of(conn, &snapshot, tenant, agency)
    }

    fn snapshot(&self, conn: &mut Conn, tenant: Uuid, revision: i64) -> TxResult<Arc<Snapshot>> {
        if let Some(kept) = self.snapshots.get(&(tenant, revision)) {
            return Ok(kept);
        }
        let read = Arc::new(self.read(conn, tenant, revision)?);
        self.snapshots.insert((tenant, revision), Arc::clone(&read));
        Ok(read)
    }

    fn read(&self, conn: &mut Conn, tenant: Uuid, revision: i64) -> TxResult<Snapshot> {
        let rows: Vec<(String, Json)> = known_calendar_changes::table
            .select((known_calendar_changes::kind, known_calendar_changes::facts))
            .filter(known_calendar_changes::tenant_id.eq(Id(tenant)))
            .filter(known_calendar_changes::revision.le(revision))
            .order(known_calendar_changes::revision)
            .load(conn)?;
        let mut changes = Vec::new();
        for (kind, facts) in rows {
            changes.push((kind, serde_json::from_value(facts.0).map_err(Error::internal)?));
        }
        Ok(folded(&self.embedded, changes)?)
    }
}

/// The calendars that these changes make, one after another.
fn folded(embedded: &Calendar, changes: Vec<(String, CalendarFacts)>) -> Result<Snapshot> {
    let mut years = BTreeMap::new();
    let mut standing = BTreeMap::new();
    let mut hours = BTreeMap::new();
    for (kind, change) in changes {
        let agency = change.agency_id.unwrap_or_default();
        if let Some(year) = change.year {
            years.insert(year, table_of(year, &change));
        } else if let Some(exception) = &change.exception {
            if kind == facts::EXCEPTION_REVOKED.name {
                standing.remove(&exception.id);
            } else {
                standing.insert(exception.id, (agency, exception_of(exception, &change.source)));
            }
        } else if let Some(sessions) = &change.sessions {
            let sessions = sessions.iter().map(|s| OfficeSession { opens: s.opens, closes: s.closes }).collect();
            hours.insert(agency, OfficeHours::new(sessions).map_err(Error::internal)?);
        } else {
            hours.remove(&agency);
        }
    }
    let mut exceptions: BTreeMap<Uuid, Vec<AgencyException>> = BTreeMap::new();
    for (agency, exception) in standing.into_values() {
        exceptions.entry(agency).or_default().push(exception);
    }
    Snapshot::new(embedded, years.into_values().collect(), exceptions, hours)
}

/// Events carry no names of days: what is counted needs none, and whoever asks why reads the source.
fn table_of(year: i32, change: &CalendarFacts) -> YearTable {
    let source = || change.source.clone();
    let days = change.days.iter().map(|day| SpecialDay {
        date: day.date,
        kind: day.kind.into(),
        linked_date: day.linked_date,
        name_vi: source(),
        name_en: source(),
        source: source(),
        provisional: change.provisional,
        note: String::new(),
    });
    let covered = CoveredYear {
        year,
        name_vi: source(),
        name_en: source(),
        source: source(),
        provisional: change.provisional,
        note: String::new(),
    };
    YearTable { year: covered, days: days.collect() }
}

fn exception_of(exception: &facts::ExceptionFacts, source: &str) -> AgencyException {
    AgencyException {
        date: exception.date,
        kind: exception.kind.into(),
        reason_vi: source.to_owned(),
        reason_en: source.to_owned(),
        source: source.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use motcua_clock::WorkedPart;

    use super::*;
    use crate::facts::{DayFacts, ExceptionFacts, SessionFacts};

    fn change(revision: i64, agency_id: Option<Uuid>) -> CalendarFacts {
        let (year, provisional, days, exception, sessions) = (None, false, Vec::new(), None, None);
        CalendarFacts { revision, source: "1/QĐ-TTg".into(), agency_id, year, provisional, days, exception, sessions }
    }

    fn of(changes: Vec<(&str, CalendarFacts)>) -> Snapshot {
        let changes = changes.into_iter().map(|(kind, change)| (kind.to_owned(), change)).collect();
        folded(&Calendar::embedded().unwrap(), changes).unwrap()
    }

    fn worked(snapshot: &Snapshot, nearest_first: Vec<Uuid>, day: &str) -> WorkedPart {
        snapshot.view(nearest_first).unwrap().calendar.worked_part(day.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_year_that_is_decreed_again_takes_the_place_of_the_one_before() {
        let day = |date: &str| DayFacts {
            date: date.parse().unwrap(),
            kind: facts::CalendarDayKind::PublicHoliday,
            linked_date: None,
        };
        let first = CalendarFacts { year: Some(2026), days: vec![day("2026-11-17")], ..change(1, None) };
        let second = CalendarFacts { year: Some(2026), days: vec![day("2026-11-18")], ..change(2, None) };
        let after = of(vec![(facts::DECREED.name, first), (facts::DECREED.name, second)]);
        assert_eq!(worked(&after, Vec::new(), "2026-11-17"), WorkedPart::WholeDay);
        assert_eq!(worked(&after, Vec::new(), "2026-11-18"), WorkedPart::Nothing);
    }

    #[test]
    fn an_exception_holds_until_it_is_revoked() {
        let (agency, id) = (Uuid::from_u128(1), Uuid::from_u128(9));
        let storm = || {
            let kind = facts::CalendarExceptionKind::Closed;
            let exception = Some(ExceptionFacts { id, date: "2026-11-20".parse().unwrap(), kind });
            CalendarFacts { exception, ..change(1, Some(agency)) }
        };
        let set = of(vec![(facts::EXCEPTION_SET.name, storm())]);
        assert_eq!(worked(&set, vec![agency], "2026-11-20"), WorkedPart::Nothing);
        assert_eq!(worked(&set, Vec::new(), "2026-11-20"), WorkedPart::WholeDay);
        let revoked = of(vec![(facts::EXCEPTION_SET.name, storm()), (facts::EXCEPTION_REVOKED.name, storm())]);
        assert_eq!(worked(&revoked, vec![agency], "2026-11-20"), WorkedPart::WholeDay);
    }

    #[test]
    fn office_hours_are_an_agencys_until_they_are_taken_back() {
        let agency = Uuid::from_u128(1);
        let session = SessionFacts { opens: "08:00:00".parse().unwrap(), closes: "11:00:00".parse().unwrap() };
        let own = CalendarFacts { sessions: Some(vec![session]), ..change(1, Some(agency)) };
        let set = of(vec![(facts::OFFICE_HOURS_SET.name, own.clone())]);
        assert_eq!(set.view(vec![agency]).unwrap().office_hours.closes(), session.closes);
        let back = change(2, Some(agency));
        let back = of(vec![(facts::OFFICE_HOURS_SET.name, own), (facts::OFFICE_HOURS_SET.name, back)]);
        assert_ne!(back.view(vec![agency]).unwrap().office_hours.closes(), session.closes);
    }
}
