use motcua_documents::directory::{self, NewClient};
use motcua_kernel::ActorKind;
use motcua_testkit::on_both_databases;
use motcua_web::auth::DEVELOPMENT_ISSUER;
use reqwest::Method;
use serde_json::json;

use crate::installation::Installation;

on_both_databases! {
    async fn a_portal_is_registered_disabled_and_enabled_with_effect_at_once(database) {
        let here = Installation::with_province(database).await;
        let (province, ward) = (here.officer("province"), here.officer("ward"));
        let portal = here.token(ActorKind::Client, "portal", None);
        let url = format!("{}/v1/agencies", here.running.url());
        let http = reqwest::Client::new();
        let asks = async || http.get(&url).bearer_auth(&portal).send().await.unwrap().status().as_u16();
        assert_eq!(asks().await, 401);

        let new = json!({"subject": "portal", "name": "Cổng dịch vụ công", "owner_agency": "H50"});
        assert_eq!(ward.post("/v1/clients", &new).await.problem(403), "agency.not_administrator");
        let created = province.post("/v1/clients", &new).await;
        assert_eq!(created.status, 201, "{}", created.body);
        assert_eq!(asks().await, 200);
        assert_eq!(province.post("/v1/clients", &new).await.problem(409), "client.exists");

        let path = created.headers["location"].to_str().unwrap().to_owned();
        assert_eq!(province.get(&path).await.ok()["owner_agency"]["code"], "H50");
        assert_eq!(ward.get(&path).await.problem(404), "not_found");
        let transitions = format!("{path}/transitions");
        let disabled = province.change(Method::POST, &transitions, created.etag(), &json!({"action": "disable"})).await;
        assert_eq!(disabled.ok()["active"], false);
        assert_eq!(asks().await, 401);
        let stale = province.change(Method::POST, &transitions, created.etag(), &json!({"action": "enable"})).await;
        assert_eq!(stale.problem(412), "precondition.stale");
        province.change(Method::POST, &transitions, stale.etag(), &json!({"action": "enable"})).await.ok();
        assert_eq!(asks().await, 200);

        assert_eq!(province.list("/v1/clients", "subject").await, ["portal"]);
        assert_eq!(ward.list("/v1/clients", "subject").await, [""; 0]);
        let events = here.events(19).await;
        assert_eq!(events.iter().filter(|event| event["type"] == "client.recorded.v1").count(), 3);
        here.stop().await;
    }

    async fn a_client_added_twice_by_command_stays_as_it_was(database) {
        let here = Installation::with_province(database).await;
        let foundation = &here.running.foundation;
        let add = async |name: &str| {
            let new = NewClient {
                issuer: DEVELOPMENT_ISSUER.to_owned(),
                subject: "demo-portal".to_owned(),
                name: name.to_owned(),
                owner_agency: Some("H50".to_owned()),
            };
            directory::add_client(&foundation.db, &foundation.journal, foundation.tenant, new).await.unwrap()
        };
        assert_eq!(add("Cổng").await, add("Khác").await);
        assert_eq!(here.officer("province").list("/v1/clients", "name").await, ["Cổng"]);
        here.stop().await;
    }
}
