//! What agencies promise to the services, on both databases: codes by day, successions, the tree, moves, standing.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod codes;
mod moves;
mod replica;
mod standing;
mod successions;
mod tree;

use chrono::NaiveDate;
use motcua_agencies::{
    AgencyKind, AgencyRecord, DatedCode, MIGRATIONS, SuccessionKind, SuccessionRecord, put_agency, put_succession,
};
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::MIGRATIONS as JOURNAL;
use motcua_kernel::{Uuid, new_id};
use motcua_testkit::TestDatabase;

fn open(database: &TestDatabase) -> Db {
    database.open(&[JOURNAL, MIGRATIONS])
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An agency with one code for its whole life.
fn agency(code: &str, parent: Option<Uuid>, from: &str, to: Option<&str>) -> AgencyRecord {
    let (valid_from, valid_to) = (day(from), to.map(day));
    AgencyRecord {
        id: new_id(),
        name: format!("Cơ quan {code}"),
        name_en: String::new(),
        kind: AgencyKind::Department,
        symbol: "SXD".to_owned(),
        parent_id: parent,
        valid_from,
        valid_to,
        codes: vec![DatedCode { code: code.to_owned(), valid_from, valid_to }],
        units: vec!["44".to_owned()],
        note: String::new(),
        version: 1,
    }
}

fn succession(from: &AgencyRecord, to: &AgencyRecord, kind: SuccessionKind, on: &str) -> SuccessionRecord {
    SuccessionRecord {
        id: new_id(),
        from_agency_id: from.id,
        to_agency_id: to.id,
        kind,
        effective_on: day(on),
        legal_basis: "202/2025/QH15".to_owned(),
    }
}

fn put_all(tx: &mut Conn, tenant: Uuid, agencies: &[&AgencyRecord], successions: &[SuccessionRecord]) -> TxResult<()> {
    agencies.iter().try_for_each(|agency| put_agency(tx, tenant, agency))?;
    successions.iter().try_for_each(|succession| put_succession(tx, tenant, succession).map(drop))
}

/// Quảng Trị as it was merged: H50 twice, H46 once, a department that went through two mergers in four months.
#[derive(Clone)]
struct Province {
    tenant: Uuid,
    old: AgencyRecord,
    neighbour: AgencyRecord,
    planning: AgencyRecord,
    old_finance: AgencyRecord,
    new: AgencyRecord,
    finance: AgencyRecord,
    ward: AgencyRecord,
}

impl Province {
    async fn in_db(db: &Db) -> Self {
        let old = agency("H50", None, "1989-07-01", Some("2025-07-01"));
        let neighbour = agency("H46", None, "1989-07-01", Some("2025-07-01"));
        let planning = agency("H50.30", Some(old.id), "1989-07-01", Some("2025-03-01"));
        let old_finance = agency("H50.04", Some(old.id), "1989-07-01", Some("2025-07-01"));
        let new = agency("H50", None, "2025-07-01", None);
        let finance = agency("H50.04", Some(new.id), "2025-07-01", None);
        let ward = agency("H50.12", Some(new.id), "2025-07-01", None);
        let province = Self { tenant: new_id(), old, neighbour, planning, old_finance, new, finance, ward };
        let written = province.clone();
        db.write("province", move |tx| {
            let p = &written;
            let merged = SuccessionKind::MergedInto;
            put_all(
                tx,
                p.tenant,
                &[&p.old, &p.neighbour, &p.planning, &p.old_finance, &p.new, &p.finance, &p.ward],
                &[
                    succession(&p.old, &p.new, merged, "2025-07-01"),
                    succession(&p.neighbour, &p.new, merged, "2025-07-01"),
                    succession(&p.planning, &p.old_finance, merged, "2025-03-01"),
                    succession(&p.old_finance, &p.finance, merged, "2025-07-01"),
                ],
            )
        })
        .await
        .unwrap();
        province
    }
}
