use diesel::prelude::*;
use diesel::sql_types::{Binary, Text};
use motcua_db::TxResult;
use motcua_documents::directory;
use motcua_kernel::Role;
use motcua_testkit::on_both_databases;
use motcua_web::auth::DEVELOPMENT_ISSUER;
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::{Caller, Installation, OFFICERS, Reply};

fn new_officer() -> Value {
    json!({
        "subject": "receiver-12", "name": "Nguyễn Thị Tiếp Nhận", "email": "tiepnhan@quangtri.example",
        "grants": [{"agency": "H50.12", "role": "receiver"}],
    })
}

async fn id_of(caller: &Caller<'_>, subject: &str) -> String {
    let page = caller.get("/v1/officers?limit=200").await.ok();
    let found = page["items"].as_array().unwrap().iter().find(|officer| officer["subject"] == subject);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

#[derive(QueryableByName)]
struct Audited {
    #[diesel(sql_type = Text)]
    operation: String,
    #[diesel(sql_type = Text)]
    subjects: String,
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Binary)]
    bytes: Vec<u8>,
}

async fn audited(here: &Installation) -> Vec<(String, usize)> {
    let rows = here.running.foundation.db.read("audit", |conn| -> TxResult<Vec<Audited>> {
        let query = "SELECT operation, CAST(subjects AS TEXT) AS subjects FROM read_audit ORDER BY read_at, id";
        Ok(diesel::sql_query(query).load(conn)?)
    });
    let count = |row: &Audited| serde_json::from_str::<Vec<String>>(&row.subjects).unwrap().len();
    rows.await.unwrap().iter().map(|row| (row.operation.clone(), count(row))).collect()
}

async fn post(caller: &Caller<'_>, path: &str, etag: &str, body: Value) -> Reply {
    caller.change(Method::POST, path, etag, &body).await
}

on_both_databases! {
    async fn administrators_see_the_officers_within_their_reach_and_others_themselves(database) {
        let here = Installation::with_province(database).await;
        let subjects = async |caller: Caller<'_>, query: &str| caller.list(&format!("/v1/officers{query}"), "subject").await;
        assert_eq!(subjects(here.officer("province"), "").await, ["clerk-12", "clerk-13", "province", "ward"]);
        assert_eq!(subjects(here.officer("ward"), "").await, ["clerk-12", "ward"]);
        assert_eq!(subjects(here.officer("clerk-12"), "").await, ["clerk-12"]);
        assert_eq!(subjects(here.service(&["documents:directory:read"]), "").await.len(), 4);
        assert_eq!(here.citizen().get("/v1/officers").await.problem(403), "scope.missing");

        let (province, ward) = (here.officer("province"), here.officer("ward"));
        let path = format!("/v1/officers/{}", id_of(&province, "clerk-13").await);
        assert_eq!(province.get(&path).await.ok()["name"], "Hoàng Thị Ghi Chép");
        // Somebody else's officer does not exist here.
        assert_eq!(ward.get(&path).await.problem(404), "not_found");
        assert_eq!(post(&ward, &format!("{path}/transitions"), "\"v1\"", json!({"action": "disable"})).await.problem(404), "not_found");
        here.stop().await;
    }

    async fn officers_are_found_by_agency_and_role_of_today(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let subjects = async |query: &str| province.list(&format!("/v1/officers?{query}"), "subject").await;
        assert_eq!(subjects("agency=H50.12").await, ["clerk-12", "ward"]);
        assert_eq!(subjects("agency=under:H50&role=clerk").await, ["clerk-12", "clerk-13"]);
        assert_eq!(subjects("role=in:administrator,leader").await, ["province", "ward"]);
        // H46 closed into H50: who asks for the old code means who is responsible now.
        assert_eq!(subjects("agency=H46").await, ["province"]);
        assert_eq!(province.get("/v1/officers?agency=H99").await.problem(400), "agency.unknown");
        assert_eq!(province.get("/v1/officers?role=king").await.problem(400), "filter.invalid");
        assert_eq!(province.get("/v1/officers?count=exact&limit=1").await.ok()["count"], 4);
        here.stop().await;
    }

    async fn names_are_sealed_at_rest_absent_from_events_and_every_reading_is_noted(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let reply = province.get("/v1/officers").await;
        assert_eq!(reply.headers["cache-control"], "private, no-cache");
        let created = province.post("/v1/officers", &new_officer()).await.ok();
        let path = format!("/v1/officers/{}", created["id"].as_str().unwrap());
        province.get(&path).await.ok();
        assert_eq!(here.officer("ward").get("/v1/officers?agency=H50.13").await.ok()["items"], json!([]));
        let expected = [("list_officers", 4), ("create_officer", 1), ("get_officer", 1)];
        assert_eq!(audited(&here).await, expected.map(|(operation, subjects)| (operation.to_owned(), subjects)));

        let stored = here.running.foundation.db.read("stored", |conn| -> TxResult<Vec<Stored>> {
            let query = "SELECT name AS bytes FROM officer_persons UNION ALL SELECT email FROM officer_persons WHERE email IS NOT NULL \
                         UNION ALL SELECT canonical FROM journal_events";
            Ok(diesel::sql_query(query).load(conn)?)
        }).await.unwrap();
        assert!(stored.len() > 20);
        for secret in ["Nguyễn Thị", "Vũ Văn", "@quangtri.example"] {
            let found = stored.iter().any(|row| row.bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
            assert!(!found, "{secret} is stored in the clear");
        }
        here.stop().await;
    }

    async fn a_new_officer_may_act_at_once_and_a_closed_one_may_not(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let receiver = here.officer("admin-13");
        assert_eq!(receiver.get("/v1/officers").await.problem(401), "account.closed");
        let new = json!({
            "subject": "admin-13", "name": "Trần Thị Quản Trị", "grants": [{"agency": "H50.13", "role": "administrator"}],
        });
        let created = province.post("/v1/officers", &new).await;
        assert_eq!(created.status, 201, "{}", created.body);
        assert_eq!(created.body["issuer"], DEVELOPMENT_ISSUER);
        assert_eq!(receiver.list("/v1/officers", "subject").await, ["admin-13", "clerk-13"]);

        let path = created.headers["location"].to_str().unwrap().to_owned();
        let closed = post(&province, &format!("{path}/transitions"), created.etag(), json!({"action": "disable"})).await;
        assert_eq!(closed.status, 200, "{}", closed.body);
        assert_eq!(receiver.get("/v1/officers").await.problem(401), "account.closed");
        let again = post(&province, &format!("{path}/transitions"), closed.etag(), json!({"action": "disable"})).await;
        assert_eq!(again.problem(409), "account.state");
        assert_eq!(again.body["allowed_actions"], json!(["enable"]));
        post(&province, &format!("{path}/transitions"), closed.etag(), json!({"action": "enable"})).await.ok();
        assert_eq!(receiver.get("/v1/officers").await.status, 200);
        here.stop().await;
    }

    async fn a_role_is_given_and_taken_back_by_day(database) {
        let here = Installation::with_province(database).await;
        let ward = here.officer("ward");
        let path = format!("/v1/officers/{}", id_of(&ward, "clerk-12").await);
        let etag = ward.get(&path).await.etag().to_owned();
        let grants = format!("{path}/grants");
        let asked = json!({"agency": "H50.12", "role": "approver", "valid_from": "2026-12-01", "valid_to": "2027-01-01"});
        assert_eq!(ward.post(&grants, &asked).await.problem(428), "precondition.required");
        let given = post(&ward, &grants, &etag, asked.clone()).await;
        assert_eq!(given.status, 200, "{}", given.body);
        assert_eq!(post(&ward, &grants, &etag, asked.clone()).await.problem(412), "precondition.stale");
        assert_eq!(post(&ward, &grants, given.etag(), asked).await.problem(409), "grant.exists");
        let elsewhere = json!({"agency": "H50.13", "role": "clerk"});
        assert_eq!(post(&ward, &grants, given.etag(), elsewhere).await.problem(403), "agency.not_administrator");
        let closed = json!({"agency": "H46", "role": "clerk"});
        assert_eq!(post(&ward, &grants, given.etag(), closed).await.problem(409), "agency.closed");

        // The clerk's role ends today, and the one that had not begun is gone.
        let revocations = format!("{path}/revocations");
        let ended = post(&ward, &revocations, given.etag(), json!({"agency": "H50.12", "role": "clerk"})).await;
        let ended = post(&ward, &revocations, ended.etag(), json!({"agency": "H50.12", "role": "approver"})).await;
        assert_eq!(ended.body["grants"].as_array().unwrap().len(), 1);
        assert_eq!(ended.body["grants"][0]["valid_to"], "2026-11-21");
        let none = post(&ward, &revocations, ended.etag(), json!({"agency": "H50.12", "role": "clerk"})).await;
        assert_eq!(none.problem(409), "grant.none");
        // The officer keeps the place in the list of those who once had a role here.
        assert_eq!(ward.list("/v1/officers", "subject").await, ["clerk-12", "ward"]);
        assert_eq!(ward.list("/v1/officers?role=clerk", "subject").await, [""; 0]);
        here.stop().await;
    }

    async fn an_officer_that_is_wrong_is_refused_without_repeating_the_person(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let wrong = json!({"subject": " x", "name": "", "email": "Nguyễn Văn A", "grants": []});
        let refused = province.post("/v1/officers", &wrong).await;
        let pointers: Vec<_> = refused.body["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
        assert_eq!(pointers, ["/subject", "/name", "/email", "/grants"]);
        assert!(!refused.body.to_string().contains("Văn A"));
        let mut twice = new_officer();
        twice["subject"] = json!("clerk-12");
        assert_eq!(province.post("/v1/officers", &twice).await.problem(409), "officer.exists");
        let mut far = new_officer();
        far["grants"] = json!([{"agency": "H50.12", "role": "clerk"}, {"agency": "H50.99", "role": "clerk"}]);
        assert_eq!(province.post("/v1/officers", &far).await.body["errors"][0]["pointer"], "/grants/1/agency");
        here.stop().await;
    }

    async fn an_account_is_closed_by_who_administers_all_of_its_roles(database) {
        let here = Installation::with_province(database).await;
        let (province, ward) = (here.officer("province"), here.officer("ward"));
        let path = format!("/v1/officers/{}", id_of(&province, "clerk-12").await);
        let etag = province.get(&path).await.etag().to_owned();
        let given = post(&province, &format!("{path}/grants"), &etag, json!({"agency": "H50.13", "role": "clerk"})).await;
        let refused = post(&ward, &format!("{path}/transitions"), given.etag(), json!({"action": "disable"})).await;
        assert_eq!(refused.problem(403), "agency.not_administrator");
        post(&province, &format!("{path}/transitions"), given.etag(), json!({"action": "disable"})).await.ok();
        here.stop().await;
    }

    async fn officers_load_from_a_file_once_and_refusals_name_their_line(database) {
        let here = Installation::with_province(database).await;
        assert_eq!(here.import_officers(OFFICERS).await.changes(), 0);
        let more = format!(
            "{OFFICERS}clerk-12,Phạm Văn Vào Sổ,H50.12,receiver,vaoso@quangtri.example\n\
             x,X,H46,clerk,\ny,Y,H50.99,clerk,\nz,Z,H50.12,king,\n,N,H50.12,clerk,\nclerk-13,Hoàng Thị Khác,H50.13,clerk,\n"
        );
        let report = here.import_officers(&more).await;
        assert_eq!((report.read, report.loaded, report.changed, report.unchanged), (10, 0, 2, 4));
        assert_eq!(report.refused.iter().map(|remark| remark.line).collect::<Vec<_>>(), [7, 8, 9, 10]);
        let names = here.officer("province").list("/v1/officers?agency=H50.13", "name").await;
        assert_eq!(names, ["Hoàng Thị Khác"]);
        here.stop().await;
    }

    async fn the_command_line_finds_somebody_or_says_who_there_is(database) {
        let here = Installation::with_province(database).await;
        let db = &here.running.foundation.db;
        let find = async |agency: &str, role| directory::find_officer(db, here.tenant(), DEVELOPMENT_ISSUER, agency, role).await;
        assert_eq!(find("H50.12", Role::Clerk).await.unwrap(), "clerk-12");
        assert_eq!(find("H46", Role::Administrator).await.unwrap(), "province");
        assert!(find("H50.12", Role::Leader).await.unwrap_err().detail.en.ends_with("there are: administrator, clerk."));
        let nowhere = find("H77", Role::Clerk).await.unwrap_err();
        assert!(nowhere.detail.en.ends_with("H50, H50.12, H50.13."), "{}", nowhere.detail.en);
        let known = directory::known_officers(db, here.tenant(), DEVELOPMENT_ISSUER).await.unwrap();
        assert_eq!(known.len(), 4);
        let other = directory::known_officers(db, here.tenant(), "https://elsewhere.example").await.unwrap();
        assert!(other.is_empty());
        here.stop().await;
    }
}
