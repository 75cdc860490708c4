use chrono::{NaiveDate, Utc};
use diesel::prelude::*;
use motcua_agencies::{
    ClientRecord, DelegationEnd, DelegationRecord, GrantRecord, OfficerRecord, Replica, agencies, agency_codes,
    agency_successions, agency_tree, agency_units, clients, delegations, events, grants, load_agency, load_client,
    load_officer, officers, successions_of,
};
use motcua_journal::{Event, EventKind, Follow};
use motcua_kernel::Role;
use motcua_testkit::on_both_databases;
use serde::Serialize;

use super::*;

fn event(kind: EventKind, tenant: Uuid, data: &impl Serialize) -> Event {
    Event {
        id: new_id(),
        kind: kind.name.to_owned(),
        source: "/documents".to_owned(),
        subject: format!("{}/{}", kind.subject, new_id()),
        subject_version: None,
        time: "2026-01-01T00:00:00Z".parse::<chrono::DateTime<Utc>>().unwrap(),
        tenant,
        actor: "service:documents".to_owned(),
        on_behalf_of: None,
        data: serde_json::value::to_raw_value(data).unwrap(),
        position: "1".to_owned(),
    }
}

fn rows(conn: &mut Conn) -> TxResult<Vec<i64>> {
    Ok(vec![
        agencies::table.count().get_result(conn)?,
        agency_codes::table.count().get_result(conn)?,
        agency_units::table.count().get_result(conn)?,
        agency_tree::table.count().get_result(conn)?,
        agency_successions::table.count().get_result(conn)?,
        officers::table.count().get_result(conn)?,
        grants::table.count().get_result(conn)?,
        delegations::table.count().get_result(conn)?,
        clients::table.count().get_result(conn)?,
    ])
}

on_both_databases! {
    async fn events_taken_in_twice_act_once_and_old_ones_change_nothing(database) {
        let db = open(database);
        let tenant = new_id();
        let old = agency("H50", None, "1989-07-01", Some("2025-07-01"));
        let new = agency("H50", None, "2025-07-01", None);
        let mut renamed = new.clone();
        renamed.version = 2;
        renamed.name = "Tên mới".into();
        let merger = succession(&old, &new, SuccessionKind::MergedInto, "2025-07-01");
        let officer = OfficerRecord {
            id: new_id(),
            issuer: "i".to_owned(),
            subject: "s".to_owned(),
            active: true,
            grants: vec![GrantRecord { agency_id: new.id, role: Role::Clerk, valid_from: day("2026-01-01"), valid_to: None }],
            version: 3,
        };
        let client = ClientRecord {
            id: new_id(), issuer: "i".to_owned(), subject: "portal".to_owned(), name: "Cổng".to_owned(),
            owner_agency_id: Some(new.id), active: true, version: 1,
        };
        let delegated = DelegationRecord {
            id: new_id(), delegator_id: officer.id, delegate_id: new_id(), agency_id: new.id, role: Role::Clerk,
            valid_from: day("2026-01-01"), valid_to: day("2026-02-01"), ended_on: None, end_reason: None,
            legal_basis: String::new(), version: 1,
        };
        let ended = DelegationRecord {
            ended_on: Some(day("2026-01-15")), end_reason: Some(DelegationEnd::PostEnded), version: 2, ..delegated.clone()
        };
        let mut unknown = event(events::AGENCY_RECORDED, tenant, &old);
        unknown.kind = "agency.painted.v1".into();
        let feed = [
            event(events::AGENCY_RECORDED, tenant, &old),
            event(events::AGENCY_RECORDED, tenant, &new),
            event(events::AGENCY_RECORDED, tenant, &renamed),
            event(events::AGENCY_SUCCEEDED, tenant, &merger),
            event(events::OFFICER_RECORDED, tenant, &officer),
            event(events::CLIENT_RECORDED, tenant, &client),
            event(events::POST_DELEGATION_ENDED, tenant, &ended),
            event(events::POST_DELEGATED, tenant, &delegated),
            unknown,
        ];
        let take_in = |feed: Vec<Event>| {
            db.write("follow", move |tx| {
                feed.iter().try_for_each(|event| Replica.apply(tx, event))?;
                rows(tx)
            })
        };
        let once = take_in(feed.to_vec()).await.unwrap();
        assert_eq!(once, [2, 2, 2, 2, 1, 1, 1, 1, 1]);
        assert_eq!(take_in(feed.to_vec()).await.unwrap(), once);
        assert_eq!(take_in(vec![feed[1].clone()]).await.unwrap(), once);

        let (ids, expected) = ((new.id, officer.id, client.id, old.id), (renamed, officer, client, merger));
        let stored = db.read("stored", move |conn| {
            Ok((
                load_agency(conn, tenant, ids.0)?.unwrap(),
                load_officer(conn, tenant, ids.1)?.unwrap(),
                load_client(conn, tenant, ids.2)?.unwrap(),
                successions_of(conn, tenant, ids.3)?.remove(0),
            ))
        }).await.unwrap();
        assert_eq!(stored, expected);
        let end: Option<NaiveDate> =
            db.read("end", |conn| Ok(delegations::table.select(delegations::ended_on).first(conn)?)).await.unwrap();
        assert_eq!(end, ended.ended_on);
    }

    async fn a_code_that_changes_hands_in_an_unlucky_order_ends_with_its_last_holder(database) {
        let db = open(database);
        let tenant = new_id();
        let before = agency("H50.05", None, "2025-07-01", None);
        let taker = agency("H50.05", None, "2025-07-01", None);
        let mut left = before.clone();
        left.codes.clear();
        left.version = 2;
        let feed = [&before, &taker, &left].map(|record| event(events::AGENCY_RECORDED, tenant, record));
        let holder = db.write("follow", move |tx| {
            feed.iter().try_for_each(|event| Replica.apply(tx, event))?;
            motcua_agencies::named(tx, tenant, "H50.05", day("2026-01-01"))
        }).await.unwrap();
        assert_eq!(holder, Some(taker.id));
    }

    async fn a_known_event_without_a_field_stops_the_follower(database) {
        let db = open(database);
        let mut record = serde_json::to_value(agency("H50", None, "2025-07-01", None)).unwrap();
        record.as_object_mut().unwrap().remove("valid_from");
        let broken = event(events::AGENCY_RECORDED, new_id(), &record);
        let error = db.write("follow", move |tx| Replica.apply(tx, &broken)).await.unwrap_err();
        assert!(error.inside.unwrap().contains("valid_from"));
    }
}
