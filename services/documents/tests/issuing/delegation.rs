//! A clerk's post, delegated.

use diesel::prelude::*;
use motcua_agencies::{DelegationRecord, officers, put_delegation};
use motcua_db::sql::Id;
use motcua_kernel::{Role, new_id};
use motcua_testkit::on_both_databases;
use serde_json::Value;

use crate::desk::{Desk, day};

on_both_databases! {
    async fn a_document_issued_on_a_delegated_post_names_both_and_one_by_own_right_does_not(database) {
        let desk = Desk::open(database).await;
        let clerk = desk.officer("clerk", "H50", Role::Clerk).await;
        let deputy = desk.officer("deputy", "H50.12", Role::Clerk).await;
        let (tenant, agency_id) = (desk.tenant, desk.agencies["H50"]);
        desk.db.write("delegate", move |tx| {
            let id = |subject: &'static str| officers::table.select(officers::id).filter(officers::subject.eq(subject));
            let (from, to): (Id, Id) = (id("clerk").first(tx)?, id("deputy").first(tx)?);
            put_delegation(tx, tenant, &DelegationRecord {
                id: new_id(), delegator_id: from.0, delegate_id: to.0, agency_id, role: Role::Clerk,
                valid_from: day("2026-11-21"), valid_to: day("2026-11-22"),
                ended_on: None, end_reason: None, legal_basis: String::new(), version: 1,
            })
        }).await.unwrap();

        let mut own = desk.decision(&deputy, "own").await;
        own["issuing_agency"] = "H50.12".into();
        desk.issue(&deputy, &own, 201).await;
        let lent = desk.decision(&deputy, "lent").await;
        desk.issue(&deputy, &lent, 201).await;
        let whole = desk.decision(&clerk, "whole").await;
        desk.issue(&clerk, &whole, 201).await;
        let stored = desk.db.read("events", |conn| {
            #[derive(QueryableByName)]
            struct Row { #[diesel(sql_type = diesel::sql_types::Binary)] canonical: Vec<u8> }
            let query = "SELECT canonical FROM journal_events WHERE kind = 'document.issued.v1' ORDER BY id";
            Ok(diesel::sql_query(query).load::<Row>(conn)?.into_iter().map(|row| row.canonical).collect::<Vec<_>>())
        }).await.unwrap();
        let named: Vec<Value> = stored.iter()
            .map(|event| serde_json::from_slice::<Value>(event).unwrap()["onbehalfof"].clone())
            .collect();
        assert_eq!(named, [Value::Null, "officer:clerk@motcua-development".into(), Value::Null]);
    }
}
