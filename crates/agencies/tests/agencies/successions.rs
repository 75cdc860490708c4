use motcua_agencies::{due_successions, put_succession, successions_of, successors};
use motcua_testkit::on_both_databases;

use super::*;

on_both_databases! {
    async fn a_chain_of_mergers_leads_to_the_agency_open_on_the_day(database) {
        let db = open(database);
        let p = Province::in_db(&db).await;
        let (tenant, planning) = (p.tenant, p.planning.id);
        let by_day = db.read("successors", move |conn| {
            ["2025-02-28", "2025-03-01", "2025-06-30", "2025-07-01"]
                .into_iter()
                .map(|on| successors(conn, tenant, planning, day(on)))
                .collect::<TxResult<Vec<_>>>()
        }).await.unwrap();
        let (planning, old, new) = (vec![p.planning.id], vec![p.old_finance.id], vec![p.finance.id]);
        assert_eq!(by_day, [planning, old.clone(), old, new]);
    }

    async fn a_split_leads_to_every_part_that_is_open(database) {
        let db = open(database);
        let tenant = new_id();
        let whole = agency("H50.20", None, "2020-01-01", Some("2026-01-01"));
        let parts = [agency("H50.21", None, "2026-01-01", None), agency("H50.22", None, "2026-01-01", Some("2026-06-01"))];
        let heir = agency("H50.23", None, "2026-01-01", None);
        let (from, mut both, mut later) = (whole.id, vec![parts[0].id, parts[1].id], vec![parts[0].id, heir.id]);
        both.sort();
        later.sort();
        let found = db.write("split", move |tx| {
            let split = SuccessionKind::SplitInto;
            put_all(tx, tenant, &[&whole, &parts[0], &parts[1], &heir], &[
                succession(&whole, &parts[0], split, "2026-01-01"),
                succession(&whole, &parts[1], split, "2026-01-01"),
                succession(&parts[1], &heir, SuccessionKind::DissolvedInto, "2026-06-01"),
            ])?;
            Ok([successors(tx, tenant, from, day("2026-05-31"))?, successors(tx, tenant, from, day("2026-06-01"))?])
        }).await.unwrap();
        assert_eq!(found, [both, later]);
    }

    async fn a_circle_of_successions_ends_with_nobody(database) {
        let db = open(database);
        let tenant = new_id();
        let a = agency("H50.31", None, "2020-01-01", Some("2025-01-01"));
        let b = agency("H50.32", None, "2020-01-01", Some("2025-01-01"));
        let from = a.id;
        let found = db.write("circle", move |tx| {
            let merged = SuccessionKind::MergedInto;
            put_all(tx, tenant, &[&a, &b], &[
                succession(&a, &b, merged, "2025-01-01"),
                succession(&b, &a, merged, "2025-01-01"),
            ])?;
            successors(tx, tenant, from, day("2026-01-01"))
        }).await.unwrap();
        assert!(found.is_empty());
    }

    async fn successions_are_due_on_their_day_in_the_order_of_their_days(database) {
        let db = open(database);
        let p = Province::in_db(&db).await;
        let (tenant, finance) = (p.tenant, p.old_finance.id);
        let (spring, summer, own) = db.read("due", move |conn| {
            Ok((
                due_successions(conn, tenant, day("2025-03-01"))?,
                due_successions(conn, tenant, day("2025-07-01"))?,
                successions_of(conn, tenant, finance)?,
            ))
        }).await.unwrap();
        assert_eq!(spring.len(), 1);
        assert_eq!(summer.len(), 4);
        assert_eq!(summer[0].from_agency_id, p.planning.id);
        let edges: Vec<_> = own.iter().map(|s| (s.from_agency_id, s.to_agency_id)).collect();
        assert_eq!(edges, [(p.planning.id, p.old_finance.id), (p.old_finance.id, p.finance.id)]);
    }

    async fn the_same_succession_is_recorded_once(database) {
        let db = open(database);
        let p = Province::in_db(&db).await;
        let tenant = p.tenant;
        let again = succession(&p.old, &p.new, SuccessionKind::Renamed, "2025-07-01");
        assert!(!db.write("again", move |tx| put_succession(tx, tenant, &again)).await.unwrap());
    }
}
