use motcua_agencies::{ClientRecord, DirectoryReader, GrantRecord, OfficerRecord, put_client, put_officer};
use motcua_kernel::{ActorKind, Directory, Grant, Role, Standing, Who};
use motcua_testkit::on_both_databases;

use super::*;

const ISSUER: &str = "https://login.example";

fn who(tenant: Uuid, kind: ActorKind, subject: &str) -> Who {
    Who { tenant, issuer: ISSUER.to_owned(), subject: subject.to_owned(), client: String::new(), kind }
}

fn officer(grants: Vec<GrantRecord>) -> OfficerRecord {
    OfficerRecord {
        id: new_id(),
        issuer: ISSUER.to_owned(),
        subject: "officer-1".to_owned(),
        active: true,
        grants,
        version: 1,
    }
}

on_both_databases! {
    async fn a_grant_holds_from_its_first_day_until_the_day_it_ends(database) {
        let db = open(database);
        let (tenant, agency) = (new_id(), new_id());
        let grant = |role, from: &str, to: Option<&str>| GrantRecord {
            agency_id: agency, role, valid_from: day(from), valid_to: to.map(day),
        };
        let record = officer(vec![
            grant(Role::Receiver, "2026-01-01", Some("2026-02-01")),
            grant(Role::Approver, "2026-02-01", None),
        ]);
        db.write("officer", move |tx| put_officer(tx, tenant, &record)).await.unwrap();
        let directory = DirectoryReader::new(db.clone());
        for (at, role) in [
            ("2025-12-31T16:59:59Z", None),
            ("2025-12-31T17:00:00Z", Some(Role::Receiver)),
            ("2026-01-31T16:59:59Z", Some(Role::Receiver)),
            ("2026-01-31T17:00:00Z", Some(Role::Approver)),
        ] {
            db.clock.set_business(at.parse().unwrap());
            let standing = directory.standing(&who(tenant, ActorKind::Officer, "officer-1")).await.unwrap();
            let grants: Vec<Grant> = role.into_iter().map(|role| Grant { agency, role, on_behalf_of: None }).collect();
            assert_eq!(standing, Standing { active: true, grants }, "{at}");
        }
    }

    async fn unknown_and_closed_callers_do_not_stand_and_citizens_need_no_entry(database) {
        let db = open(database);
        let tenant = new_id();
        let directory = DirectoryReader::new(db.clone());
        let standing = async |kind, subject: &str| directory.standing(&who(tenant, kind, subject)).await.unwrap().active;
        assert!(!standing(ActorKind::Officer, "officer-1").await);
        assert!(!standing(ActorKind::Client, "portal").await);
        assert!(standing(ActorKind::Citizen, "anyone").await && standing(ActorKind::Service, "kpi").await);

        let mut record = officer(Vec::new());
        let mut client = ClientRecord {
            id: new_id(),
            issuer: ISSUER.to_owned(),
            subject: "portal".to_owned(),
            name: "Cổng dịch vụ".to_owned(),
            owner_agency_id: None,
            active: true,
            version: 1,
        };
        let (o, c) = (record.clone(), client.clone());
        db.write("open", move |tx| { put_officer(tx, tenant, &o)?; put_client(tx, tenant, &c) }).await.unwrap();
        assert!(standing(ActorKind::Officer, "officer-1").await && standing(ActorKind::Client, "portal").await);
        assert!(!directory.standing(&who(new_id(), ActorKind::Client, "portal")).await.unwrap().active, "another tenant");

        record.active = false;
        record.version = 2;
        client.active = false;
        client.version = 2;
        db.write("close", move |tx| { put_officer(tx, tenant, &record)?; put_client(tx, tenant, &client) }).await.unwrap();
        assert!(!standing(ActorKind::Officer, "officer-1").await && !standing(ActorKind::Client, "portal").await);
    }

    async fn every_change_of_the_directory_and_every_new_day_is_a_new_revision(database) {
        let db = open(database);
        let tenant = new_id();
        let directory = DirectoryReader::new(db.clone());
        db.clock.set_business("2026-01-01T00:00:00Z".parse().unwrap());
        directory.refresh().await.unwrap();
        let first = directory.revision();
        let record = officer(Vec::new());
        db.write("officer", move |tx| put_officer(tx, tenant, &record)).await.unwrap();
        directory.refresh().await.unwrap();
        let second = directory.revision();
        assert_ne!(first, second);
        db.clock.set_business("2026-01-01T17:00:00Z".parse().unwrap());
        directory.refresh().await.unwrap();
        assert_ne!(directory.revision(), second);
    }
}
