//! Officers who act on a post that was delegated to them.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use motcua_agencies::{
    DelegationEnd, DelegationRecord, GrantRecord, grants, load_officer, officers, put_delegation, put_officer,
};
use motcua_db::sql::Id;
use motcua_kernel::{Role, new_id};
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, Province};

/// The post of `C1-approver`, delegated to the approver of the other commune from the 17th until the 20th.
async fn delegated(province: &Province) -> DelegationRecord {
    let tenant = province.foundation.tenant;
    let put = province.foundation.db.write("delegate", move |tx| {
        let id = |subject: &'static str| officers::table.select(officers::id).filter(officers::subject.eq(subject));
        let delegator: Id = id("C1-approver").first(tx)?;
        let delegate: Id = id("C2-approver").first(tx)?;
        let agency: Id =
            grants::table.select(grants::agency_id).filter(grants::officer_id.eq(delegator.clone())).first(tx)?;
        let record = DelegationRecord {
            id: new_id(),
            delegator_id: delegator.0,
            delegate_id: delegate.0,
            agency_id: agency.0,
            role: Role::Approver,
            valid_from: "2026-11-17".parse().unwrap(),
            valid_to: "2026-11-20".parse().unwrap(),
            ended_on: None,
            end_reason: None,
            legal_basis: "12/QĐ-UBND".into(),
            version: 1,
        };
        put_delegation(tx, tenant, &record)?;
        Ok(record)
    });
    put.await.unwrap()
}

/// A dossier that waits for the approver of the first commune.
async fn processed(province: &Province) -> String {
    let id = province.portal().submitted().await;
    province.officer("C1", "receiver").step(&id, &json!({"action": "receive"})).await.ok();
    province.officer("C1", "processor").step(&id, &json!({"action": "process"})).await.ok();
    id
}

async fn approve(caller: &Caller<'_>, dossier: &str) -> Answer {
    let file = caller.upload(b"%PDF-1.7 result").await;
    let step = json!({"action": "approve", "result": {"subject": "Về việc thanh toán", "file_id": file}});
    caller.step(dossier, &step).await
}

/// Waits until a caller sees a dossier, or no longer does: a service looks at its directory once a second.
async fn until_seen(caller: &Caller<'_>, dossier: &str, status: u16) {
    let since = Instant::now();
    while caller.get(&format!("/v1/dossiers/{dossier}")).await.status != status {
        assert!(since.elapsed() < Duration::from_secs(20), "{status} did not come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn at(province: &Province, day: &str) {
    province.clock.set_business(format!("{day}T02:00:00Z").parse().unwrap());
}

/// The approval of a dossier in the feed.
async fn approval(province: &Province, dossier: &str) -> Value {
    let since = Instant::now();
    loop {
        let events = province.officer("P", "leader").get("/v1/events?after=0").await.ok();
        let subject = format!("dossiers/{dossier}");
        let approved = |event: &&Value| event["type"] == "dossier.approved.v1" && event["subject"] == subject;
        if let Some(event) = events.as_array().unwrap().iter().find(approved) {
            return event.clone();
        }
        assert!(since.elapsed() < Duration::from_secs(20), "the event did not come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

on_both_databases! {
    async fn a_delegated_approver_approves_in_the_time_given_and_both_are_named(database) {
        let province = Province::start(database).await;
        let (first, second, own) = (processed(&province).await, processed(&province).await, processed(&province).await);
        let deputy = province.officer("C2", "approver");
        delegated(&province).await;
        assert_eq!(approve(&deputy, &first).await.code(404), "not_found", "the day before");

        at(&province, "2026-11-17");
        until_seen(&deputy, &first, 200).await;
        let early = deputy.step(&first, &json!({"action": "receive"})).await;
        assert_eq!(early.code(409), "dossier.state");
        approve(&deputy, &first).await.ok();
        approve(&province.officer("C1", "approver"), &own).await.ok();
        let event = approval(&province, &first).await;
        assert_eq!(event["actor"], "officer:C2-approver@motcua-development");
        assert_eq!(event["onbehalfof"], "officer:C1-approver@motcua-development");
        let event = approval(&province, &own).await;
        assert_eq!((&event["actor"], &event["onbehalfof"]), (&json!("officer:C1-approver@motcua-development"), &Value::Null));

        at(&province, "2026-11-19");
        until_seen(&deputy, &second, 200).await;
        at(&province, "2026-11-20");
        until_seen(&deputy, &second, 404).await;
        assert_eq!(approve(&deputy, &second).await.code(404), "not_found", "the day after");
        province.stop().await;
    }

    async fn where_the_own_right_would_do_nobody_else_is_named(database) {
        let province = Province::start(database).await;
        let tenant = province.foundation.tenant;
        let given = delegated(&province).await;
        let (delegate, agency) = (given.delegate_id, given.agency_id);
        province.foundation.db.write("own", move |tx| {
            let mut officer = load_officer(tx, tenant, delegate)?.unwrap();
            let valid_from = "2025-07-01".parse().unwrap();
            officer.grants.push(GrantRecord { agency_id: agency, role: Role::Approver, valid_from, valid_to: None });
            officer.version += 1;
            put_officer(tx, tenant, &officer)
        }).await.unwrap();
        at(&province, "2026-11-17");
        let id = processed(&province).await;
        let deputy = province.officer("C2", "approver");
        until_seen(&deputy, &id, 200).await;
        approve(&deputy, &id).await.ok();
        assert_eq!(approval(&province, &id).await["onbehalfof"], Value::Null);
        province.stop().await;
    }

    async fn a_delegation_is_worth_nothing_once_it_or_the_post_or_the_account_behind_it_has_ended(database) {
        let province = Province::start(database).await;
        let id = processed(&province).await;
        let deputy = province.officer("C2", "approver");
        let given = delegated(&province).await;
        at(&province, "2026-11-17");
        until_seen(&deputy, &id, 200).await;

        let (tenant, delegator) = (province.foundation.tenant, given.delegator_id);
        let change = async |active: bool, holds: bool| {
            let put = province.foundation.db.write("change", move |tx| {
                let mut officer = load_officer(tx, tenant, delegator)?.unwrap();
                officer.active = active;
                officer.version += 1;
                officer.grants[0].valid_to = (!holds).then(|| "2026-11-17".parse().unwrap());
                put_officer(tx, tenant, &officer)
            });
            put.await.unwrap();
        };
        change(true, false).await;
        until_seen(&deputy, &id, 404).await;
        change(true, true).await;
        until_seen(&deputy, &id, 200).await;
        change(false, true).await;
        until_seen(&deputy, &id, 404).await;
        change(true, true).await;
        until_seen(&deputy, &id, 200).await;

        let ended = DelegationRecord {
            ended_on: Some("2026-11-17".parse().unwrap()), end_reason: Some(DelegationEnd::Ended), version: 2, ..given
        };
        province.foundation.db.write("end", move |tx| put_delegation(tx, tenant, &ended)).await.unwrap();
        until_seen(&deputy, &id, 404).await;
        province.stop().await;
    }

    async fn reading_as_a_deputy_is_noted_with_whose_post_is_held(database) {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            actor: String,
            #[diesel(sql_type = Nullable<Text>)]
            standing_in_for: Option<String>,
        }
        let province = Province::start(database).await;
        let id = province.portal().submitted().await;
        delegated(&province).await;
        at(&province, "2026-11-17");
        until_seen(&province.officer("C2", "approver"), &id, 200).await;
        province.officer("C1", "receiver").get(&format!("/v1/dossiers/{id}")).await.ok();
        let rows = province.foundation.db.read("entries", move |conn| {
            let query = "SELECT DISTINCT actor, standing_in_for FROM read_audit ORDER BY actor";
            Ok(diesel::sql_query(query).load::<Row>(conn)?)
        }).await.unwrap();
        let noted: Vec<_> = rows.iter().map(|row| (row.actor.as_str(), row.standing_in_for.as_deref())).collect();
        assert_eq!(noted, [
            ("officer:C1-receiver@motcua-development", None),
            ("officer:C2-approver@motcua-development", Some("officer:C1-approver@motcua-development")),
        ]);
        province.stop().await;
    }
}
