use motcua_agencies::{DatedCode, code_conflicts, current_code, named, names, open_agency, resolve, under};
use motcua_kernel::Kind;
use motcua_testkit::on_both_databases;

use super::*;

on_both_databases! {
    async fn a_code_means_its_holder_on_the_day_asked_for(database) {
        let db = open(database);
        let p = Province::in_db(&db).await;
        let (tenant, old, new) = (p.tenant, p.old.id, p.new.id);
        let found = db.read("named", move |conn| {
            Ok([
                named(conn, tenant, "H50", day("2025-06-30"))?,
                named(conn, tenant, "H50", day("2025-07-01"))?,
                named(conn, tenant, "H46", day("2026-01-01"))?,
                named(conn, tenant, "H50", day("1980-01-01"))?,
                named(conn, tenant, "H51", day("2026-01-01"))?,
                named(conn, tenant, &old.to_string(), day("2026-01-01"))?,
            ])
        }).await.unwrap();
        assert_eq!(found, [Some(old), Some(new), Some(p.neighbour.id), None, None, Some(old)]);
        let elsewhere = db.read("named", move |conn| named(conn, new_id(), "H50", day("2026-01-01"))).await.unwrap();
        assert_eq!(elsewhere, None, "another tenant's codes are another world");
    }

    async fn a_filter_by_an_old_code_finds_who_is_responsible_now(database) {
        let db = open(database);
        let p = Province::in_db(&db).await;
        let (tenant, id) = (p.tenant, p.neighbour.id.to_string());
        let found = db.read("resolve", move |conn| {
            Ok([
                resolve(conn, tenant, "H46", day("2025-06-30"))?,
                resolve(conn, tenant, "H46", day("2026-01-01"))?,
                resolve(conn, tenant, &id, day("2026-01-01"))?,
            ])
        }).await.unwrap();
        assert_eq!(found, [vec![p.neighbour.id], vec![p.new.id], vec![p.new.id]]);
        let unknown = db.read("resolve", move |conn| resolve(conn, tenant, "H51.02", day("2026-01-01"))).await.unwrap_err();
        assert_eq!((unknown.kind, unknown.fields[0].code.as_str()), (Kind::Invalid, "agency.unknown"));
    }

    async fn new_work_goes_to_open_agencies_only(database) {
        let db = open(database);
        let p = Province::in_db(&db).await;
        let tenant = p.tenant;
        let ask = |code: &str, on: &str| {
            let (code, on) = (code.to_owned(), day(on));
            db.read("open", move |conn| open_agency(conn, tenant, &code, on))
        };
        assert_eq!(ask("H50.04", "2025-06-30").await.unwrap().id, p.old_finance.id);
        let open = ask("H50.04", "2025-07-01").await.unwrap();
        assert_eq!((open.id, open.code.as_str(), open.name.as_str()), (p.finance.id, "H50.04", "Cơ quan H50.04"));

        let closed = ask("H50.30", "2026-01-01").await.unwrap_err();
        assert_eq!((closed.kind, closed.code.as_str()), (Kind::Conflict, "agency.closed"));
        assert_eq!(closed.members["successor"], "H50.04");
        assert_eq!(closed.members["successors"][0]["id"], p.finance.id.to_string());

        let early = ask(&p.ward.id.to_string(), "2025-06-30").await.unwrap_err();
        assert_eq!((early.code.as_str(), &early.members["opens_on"]), ("agency.not_open_yet", &"2025-07-01".into()));
    }

    async fn an_agency_that_closed_without_a_successor_says_so(database) {
        let db = open(database);
        let tenant = new_id();
        let lonely = agency("H50.77", None, "2020-01-01", Some("2024-01-01"));
        let refused = db.write("open", move |tx| {
            put_agency(tx, tenant, &lonely)?;
            open_agency(tx, tenant, "H50.77", day("2025-01-01"))
        }).await.unwrap_err();
        assert_eq!(refused.code, "agency.closed");
        assert!(refused.detail.en.ends_with("closed and nobody goes on with its work."), "{}", refused.detail.en);
        assert_eq!(refused.members["successor"], serde_json::Value::Null);
    }

    async fn names_show_the_code_of_the_day_and_after_it_the_last(database) {
        let db = open(database);
        let p = Province::in_db(&db).await;
        let tenant = p.tenant;
        let mut renamed = agency("H50.06", Some(p.new.id), "2025-07-01", None);
        renamed.codes = vec![
            DatedCode { code: "H50.06".into(), valid_from: day("2025-07-01"), valid_to: Some(day("2026-03-01")) },
            DatedCode { code: "H50.66".into(), valid_from: day("2026-03-01"), valid_to: None },
        ];
        let id = renamed.id;
        let old = p.old.id;
        db.write("put", move |tx| put_agency(tx, tenant, &renamed)).await.unwrap();
        let (before, after, last) = db.read("names", move |conn| {
            Ok((
                current_code(conn, tenant, id, day("2026-02-28"))?,
                current_code(conn, tenant, id, day("2026-03-01"))?,
                names(conn, tenant, &[id, old], day("2027-01-01"))?,
            ))
        }).await.unwrap();
        assert_eq!((before.as_str(), after.as_str()), ("H50.06", "H50.66"));
        assert_eq!(last[&old].code, "H50");
        assert_eq!(last.len(), 2);
    }

    async fn a_code_has_one_holder_on_any_day(database) {
        let db = open(database);
        let p = Province::in_db(&db).await;
        let tenant = p.tenant;
        let ask = |record: AgencyRecord| db.read("conflicts", move |conn| code_conflicts(conn, tenant, &record));
        assert_eq!(ask(agency("H50", None, "2025-06-30", None)).await.unwrap().len(), 2);
        let taken = ask(agency("H46", None, "2025-06-30", None)).await.unwrap();
        assert_eq!((taken.len(), taken[0].agency), (1, p.neighbour.id));
        // The first day a code is free is the day on which its holder no longer has it.
        assert_eq!(ask(agency("H46", None, "2025-07-01", None)).await.unwrap(), []);
        assert_eq!(ask(p.new.clone()).await.unwrap(), []);

        let mut twice = agency("H50.99", None, "2025-07-01", None);
        twice.codes.push(DatedCode { code: "H50.99".into(), valid_from: day("2026-01-01"), valid_to: None });
        assert_eq!(ask(twice.clone()).await.unwrap()[0].agency, twice.id);
    }

    async fn below_a_closed_agency_stands_what_stood_below_it(database) {
        let db = open(database);
        let p = Province::in_db(&db).await;
        let (tenant, old, new) = (p.tenant, p.old.id, p.new.id);
        let mut below = db.read("under", move |conn| {
            Ok([under(conn, tenant, &[old])?, under(conn, tenant, &[new])?, under(conn, tenant, &[old, new])?])
        }).await.unwrap();
        for list in &mut below { list.sort(); }
        let mut expected = [vec![p.old.id, p.planning.id, p.old_finance.id], vec![p.new.id, p.finance.id, p.ward.id], vec![]];
        expected[2] = [expected[0].clone(), expected[1].clone()].concat();
        for list in &mut expected { list.sort(); }
        assert_eq!(below, expected);
    }
}
