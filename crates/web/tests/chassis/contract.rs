//! The contract: OpenAPI complete for every operation, the same each time.

use crate::tiny::{ABOUT, public, routes};
use actix_web::get;
use motcua_web::openapi::{document, faults, text};
use serde_json::{Value, json};
use utoipa_actix_web::service_config::ServiceConfig;

fn read(routes: fn(&mut ServiceConfig)) -> Value {
    serde_json::from_str(&text(&document(&ABOUT, routes, public)).unwrap()).unwrap()
}

fn statuses(operation: &Value) -> Vec<&str> {
    operation["responses"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_document_is_openapi_3_1_and_the_same_each_time() {
    assert_eq!(read(routes)["openapi"], "3.1.0");
    assert_eq!(text(&document(&ABOUT, routes, public)).unwrap(), text(&document(&ABOUT, routes, public)).unwrap());
    assert_eq!(faults(&document(&ABOUT, routes, public)), Vec::<String>::new());
}

#[test]
fn every_operation_has_the_errors_it_can_give() {
    let document = read(routes);
    let paths = &document["paths"];
    assert_eq!(statuses(&paths["/v1/things"]["get"]), ["200", "400", "401", "403", "429", "500", "503"]);
    assert_eq!(statuses(&paths["/v1/things/{id}"]["get"]), ["200", "400", "401", "403", "404", "429", "500", "503"]);
    let put = [
        "200", "400", "401", "403", "404", "408", "409", "412", "413", "415", "422", "428", "429", "500", "503", "507",
    ];
    assert_eq!(statuses(&paths["/v1/things/{id}"]["put"]), put);
    let own = &paths["/v1/things/{id}"]["put"]["responses"]["412"];
    assert_eq!(own["description"], "`thing.stale`.");
    assert_eq!(own["content"]["application/problem+json"]["schema"]["$ref"], "#/components/schemas/Problem");
    let act = ["202", "400", "401", "403", "409", "422", "429", "500", "503", "507"];
    assert_eq!(statuses(&paths["/v1/act"]["post"]), act);
}

#[test]
fn every_reference_leads_somewhere() {
    let document = read(routes);
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            found.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
            object.values().for_each(|value| collect(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

#[test]
fn writes_take_a_key_and_every_operation_a_token_and_a_language() {
    let document = read(routes);
    let (list, create) = (&document["paths"]["/v1/things"]["get"], &document["paths"]["/v1/things"]["post"]);
    let refers = |operation: &Value, name: &str| operation["parameters"].to_string().contains(&format!("/{name}\""));
    assert!(refers(create, "IdempotencyKey") && !refers(list, "IdempotencyKey"));
    assert!(refers(create, "AcceptLanguage") && refers(list, "AcceptLanguage"));
    assert_eq!(list["security"], json!([{"bearer": []}]));
    let scopes = &document["paths"]["/v1/things/{id}"]["get"]["security"];
    assert_eq!(*scopes, json!([{"bearer": ["tiny:things:read"]}]));
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let tags: Vec<&str> = document["tags"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
    assert_eq!(tags, ["failures", "files", "public", "things", "traces"]);
}

#[test]
fn what_anybody_may_ask_needs_no_token_and_takes_no_key() {
    let document = read(routes);
    let open = &document["paths"]["/v1/public/echoes"]["post"];
    assert_eq!(open["security"], json!([]));
    assert!(!open["parameters"].to_string().contains("IdempotencyKey"));
    assert_eq!(statuses(open), ["200", "400", "408", "409", "413", "415", "422", "429", "500", "503", "507"]);
}

#[test]
fn a_page_has_its_own_schema_and_a_problem_its_members() {
    let document = read(routes);
    let problem = &document["components"]["schemas"]["Problem"];
    assert_eq!(problem["properties"]["errors"]["items"]["$ref"], "#/components/schemas/FieldFault");
    assert!(!problem["required"].as_array().unwrap().contains(&json!("errors")));
    assert!(problem["properties"].get("members").is_none(), "{problem}");
}

#[test]
fn an_operation_without_summary_or_tag_is_a_fault() {
    #[utoipa::path(responses((status = 200)))]
    #[get("/bare")]
    async fn bare() -> &'static str {
        ""
    }
    let bare_routes = |config: &mut ServiceConfig| {
        config.service(bare);
    };
    let faults = faults(&document(&ABOUT, bare_routes, |_| {}));
    assert_eq!(faults, ["GET /v1/bare: no summary", "GET /v1/bare: no tag"]);
}
