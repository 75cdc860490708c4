//! What a service knows of the calendars by following, on both databases.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use motcua_agencies::{AgencyKind, AgencyRecord, DatedCode, put_agency};
use motcua_calendars::facts::{
    CalendarExceptionKind, CalendarFacts, DECREED, EXCEPTION_REVOKED, EXCEPTION_SET, ExceptionFacts,
};
use motcua_calendars::{Known, Replica};
use motcua_clock::WorkedPart;
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::{Event, EventKind, Follow};
use motcua_kernel::{Uuid, new_id};
use motcua_testkit::{TestDatabase, on_both_databases};

const STORM: &str = "2026-11-20";

fn open(database: &TestDatabase) -> Db {
    database.open(&[motcua_journal::MIGRATIONS, motcua_agencies::MIGRATIONS, motcua_calendars::MIGRATIONS])
}

fn event(kind: EventKind, tenant: Uuid, facts: &CalendarFacts) -> Event {
    Event {
        id: new_id(),
        kind: kind.name.to_owned(),
        source: "/procedures".to_owned(),
        subject: format!("{}/{}", kind.subject, new_id()),
        subject_version: None,
        time: "2026-01-01T00:00:00Z".parse().unwrap(),
        tenant,
        actor: "service:procedures".to_owned(),
        on_behalf_of: None,
        data: serde_json::value::to_raw_value(facts).unwrap(),
        position: "1".to_owned(),
    }
}

fn closed(revision: i64, agency: Uuid, id: Uuid) -> CalendarFacts {
    CalendarFacts {
        revision,
        source: "1/QĐ-UBND".to_owned(),
        agency_id: Some(agency),
        year: None,
        provisional: false,
        days: Vec::new(),
        exception: Some(ExceptionFacts { id, date: STORM.parse().unwrap(), kind: CalendarExceptionKind::Closed }),
        sessions: None,
    }
}

fn agency(parent: Option<Uuid>, code: &str) -> AgencyRecord {
    let valid_from = "2025-07-01".parse().unwrap();
    AgencyRecord {
        id: new_id(),
        name: code.to_owned(),
        name_en: String::new(),
        kind: AgencyKind::Commune,
        symbol: String::new(),
        parent_id: parent,
        valid_from,
        valid_to: None,
        codes: vec![DatedCode { code: code.to_owned(), valid_from, valid_to: None }],
        units: Vec::new(),
        note: String::new(),
        version: 1,
    }
}

fn worked(conn: &mut Conn, known: &Known, tenant: Uuid, agency: Uuid) -> TxResult<WorkedPart> {
    Ok(known.view(conn, tenant, agency)?.calendar.worked_part(STORM.parse().unwrap()).unwrap())
}

on_both_databases! {
    async fn a_storm_closes_an_agency_and_all_below_until_it_is_taken_back(database) {
        let db = open(database);
        let (tenant, other_tenant, id) = (new_id(), new_id(), new_id());
        let province = agency(None, "H50");
        let commune = agency(Some(province.id), "H50.1");
        let elsewhere = agency(None, "H51");
        db.write("test", move |tx| {
            let known = Known::new()?;
            for agency in [&province, &commune, &elsewhere] {
                put_agency(tx, tenant, agency)?;
            }
            // Nothing heard yet: the calendars of the program.
            assert_eq!(worked(tx, &known, tenant, commune.id)?, WorkedPart::WholeDay);
            let set = closed(7, province.id, id);
            for _again in 0..2 {
                Replica.apply(tx, &event(EXCEPTION_SET, tenant, &set))?;
            }
            assert_eq!(worked(tx, &known, tenant, province.id)?, WorkedPart::Nothing);
            assert_eq!(worked(tx, &known, tenant, commune.id)?, WorkedPart::Nothing);
            assert_eq!(worked(tx, &known, tenant, elsewhere.id)?, WorkedPart::WholeDay);
            assert_eq!(worked(tx, &known, other_tenant, commune.id)?, WorkedPart::WholeDay);
            Replica.apply(tx, &event(EXCEPTION_REVOKED, tenant, &closed(8, province.id, id)))?;
            assert_eq!(worked(tx, &known, tenant, commune.id)?, WorkedPart::WholeDay);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn a_decreed_year_and_other_events_of_the_feed(database) {
        let db = open(database);
        let tenant = new_id();
        let commune = agency(None, "H50.1");
        db.write("test", move |tx| {
            let known = Known::new()?;
            put_agency(tx, tenant, &commune)?;
            let mut year = closed(1, commune.id, new_id());
            (year.exception, year.agency_id, year.year) = (None, None, Some(2026));
            let of_a_dossier = EventKind { name: "dossier.received.v1", subject: "dossiers" };
            Replica.apply(tx, &event(of_a_dossier, tenant, &year))?;
            let tet = "2026-02-17".parse().unwrap();
            let before = known.view(tx, tenant, commune.id)?.calendar.worked_part(tet).unwrap();
            assert_eq!(before, WorkedPart::Nothing);
            // A year decreed with no day off takes the place of the one that came with the program.
            Replica.apply(tx, &event(DECREED, tenant, &year))?;
            let after = known.view(tx, tenant, commune.id)?.calendar.worked_part(tet).unwrap();
            assert_eq!(after, WorkedPart::WholeDay);
            Ok(())
        })
        .await
        .unwrap();
    }
}
