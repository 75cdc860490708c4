use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::installation::Installation;

const WRONG: [&str; 6] = ["a\r\nb", "a\nb", "a\u{1b}[2Jb", "a\u{202e}b", "a\u{2067}b", "\u{200b}\u{2060}"];

on_both_databases! {
    async fn names_and_references_are_one_line_that_can_be_seen(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let service = here.service(&["documents:decisions:issue"]);
        let refused = async |path: &str, good: &Value, field: &str| {
            let caller = if path.ends_with("documents") { &service } else { &province };
            for text in WRONG {
                let mut body = good.clone();
                body[field] = json!(text);
                let reply = caller.post(path, &body).await;
                assert_eq!(reply.problem(422), "validation", "{path} {field}");
                let told = (&reply.body["errors"][0]["code"], &reply.body["errors"][0]["pointer"]);
                assert_eq!(told, (&json!("text.one_line"), &json!(format!("/{field}"))), "{text:?}");
            }
        };
        let ward = json!({"code": "H50.14", "name": "A", "kind": "commune", "parent": "H50", "valid_from": "2026-12-01"});
        for field in ["name", "name_en", "symbol"] {
            refused("/v1/agencies", &ward, field).await;
        }
        let officer = json!({"subject": "new", "name": "A", "grants": [{"agency": "H50.12", "role": "clerk"}]});
        let client = json!({"subject": "portal", "name": "A", "owner_agency": "H50"});
        for field in ["subject", "name"] {
            refused("/v1/officers", &officer, field).await;
            refused("/v1/clients", &client, field).await;
        }
        let document = json!({
            "external_ref": "1", "issuing_agency": "H50", "type": "QĐ", "subject": "A", "file_id": here.tenant(),
        });
        for field in ["external_ref", "subject", "signer_name"] {
            refused("/v1/outgoing-documents", &document, field).await;
        }
        here.stop().await;
    }
}
