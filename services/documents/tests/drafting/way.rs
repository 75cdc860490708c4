//! The whole way of a draft.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, document, path};

on_both_databases! {
    async fn a_draft_is_checked_twice_signed_numbered_sealed_and_issued(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        assert_eq!((&draft["state"], &draft["revision"], &draft["version"]), (&json!("drafting"), &json!(1), &json!(1)));
        assert_eq!(draft["allowed_actions"], json!(["submit", "cancel"]));
        assert_eq!(draft["subject"], "Khen thưởng ông Nguyễn Văn A");
        let signed = stage.up_to("signed", &draft).await;
        let signature = &signed["signature"];
        assert_eq!((&signature["capacity"], &signature["prefix"]), (&json!("head"), &json!("")));
        assert_eq!((&signature["position"], &signature["revision"]), (&json!("CHỦ TỊCH"), &json!(1)));
        assert_eq!(signature["file"]["sha256"], draft["current"]["file"]["sha256"]);
        // The end of office hours of the next working day: 24 November, the Day of Vietnamese Culture, is a holiday.
        assert_eq!(signature["number_due_at"], "2026-11-25T10:00:00Z");
        assert_eq!(signed["document_id"], Value::Null);

        let numbered = stage.act("clerk", &draft, json!({
            "action": "number", "pages": 3, "copies": 5, "language": "Tiếng Việt", "description": "Kèm hai phụ lục",
        })).await.ok();
        let at = document(&numbered);
        let shown = stage.as_("clerk").get(&at).await.ok();
        assert_eq!((&shown["full_number"], &shown["state"]), (&json!("01/QĐ-UBND"), &json!("numbered")));
        assert_eq!((&shown["released_at"], &shown["pages"]), (&Value::Null, &json!(3)));
        assert_eq!((&shown["copies"], &shown["language"], &shown["description"]), (&json!(5), &json!("Tiếng Việt"), &json!("Kèm hai phụ lục")));
        assert_eq!(shown["signer"], json!({"capacity": "head", "prefix": "", "position": "CHỦ TỊCH"}));
        assert_eq!((&shown["signer_name"], &shown["draft_id"]), (&json!("Nguyễn Văn Chủ"), &draft["id"]));
        assert_eq!(shown["attachments"], draft["current"]["attachments"]);
        assert_eq!(stage.act("clerk", &draft, json!({"action": "issue"})).await.problem(409), "draft.state");
        stage.act("clerk", &draft, json!({"action": "seal"})).await.ok();
        let issued = stage.act("clerk", &draft, json!({"action": "issue"})).await.ok();
        assert_eq!((&issued["state"], &issued["signature"]["late"]), (&json!("issued"), &json!(false)));
        assert_eq!(issued["allowed_actions"], json!([]));
        let shown = stage.as_("chair").get(&at).await.ok();
        assert_eq!((&shown["state"], &shown["version"]), (&json!("issued"), &json!(3)));
        assert_eq!(shown["allowed_actions"], json!(["recall", "replace", "correct"]));

        let registers = stage.as_("clerk").get("/v1/registers?agency=H50").await.ok();
        assert_eq!(registers["items"][0]["last_number"], 1);
        // The book names the unit that drafted it, which keeps the file copy.
        let sheet = format!("/v1/registers/{}/sheet", registers["items"][0]["id"].as_str().unwrap());
        let sheet = stage.as_("clerk").get(&sheet).await.ok();
        let cells: Vec<&str> = (3..8).map(|column| sheet["rows"][0]["cells"][column].as_str().unwrap()).collect();
        assert_eq!(cells, ["Nguyễn Văn Chủ", "", "Ủy ban nhân dân phường Đông Hà", "5", ""]);
        let steps = stage.as_("clerk").list(&format!("{}/steps", path(&draft)), "kind").await;
        let way = ["created", "submitted", "content_approved", "form_approved", "signed", "numbered", "sealed", "issued"];
        assert_eq!(steps, way);
        let readers = stage.as_("clerk").get(&format!("{}/readers", path(&draft))).await.ok();
        assert_eq!(readers["items"].as_array().unwrap().len(), 1);

        let mut kinds: Vec<String> = stage.here.told().await.into_iter()
            .filter(|event| event["subject"].as_str().is_some_and(|of| of.starts_with("drafts/") || of.starts_with("outgoing")))
            .map(|event| event["type"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        assert_eq!(kinds, [
            "document.issued.v1", "document.numbered.v1", "document.sealed.v1", "draft.advanced.v1", "draft.advanced.v1",
            "draft.advanced.v1", "draft.checked.v1", "draft.checked.v1", "draft.created.v1", "draft.signed.v1",
            "draft.submitted.v1",
        ]);
        stage.stop().await;
    }

    async fn events_say_nothing_that_a_draft_says(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        stage.as_("author").post(&format!("{}/comments", path(&draft)), &json!({"text": "Ông Nguyễn Văn A đã nghỉ"})).await.ok();
        stage.up_to("numbered", &draft).await;
        stage.act("chair", &draft, json!({"action": "cancel", "reason": "Ông Nguyễn Văn A xin rút"})).await.ok();
        let told = json!(stage.here.told().await).to_string();
        assert!(told.contains("document.voided.v1"));
        assert!(!told.contains("Nguyễn Văn A") && !told.contains("Khen thưởng") && !told.contains("Nguyễn Văn Chủ"));
        // Who read what is in the read audit.
        let read = stage.texts("SELECT operation AS text FROM read_audit ORDER BY id").await;
        assert!(read.iter().any(|one| one == "create_draft") && read.iter().any(|one| one == "create_draft_comment"));
        stage.stop().await;
    }

    async fn the_same_request_twice_is_one_draft_one_step_and_one_number(database) {
        let stage = Stage::open(database).await;
        let request = stage.request("author").await;
        let send = |key: &'static str| stage.as_("author").request(Method::POST, "/v1/drafts").header("Idempotency-Key", key).json(&request);
        let first = crate::installation::send(send("one")).await;
        let again = crate::installation::send(send("one")).await;
        assert_eq!((first.status, &first.body), (again.status, &again.body));
        assert_eq!(again.headers["idempotency-replayed"], "true");
        let draft = first.body;
        stage.up_to("signed", &draft).await;
        let etag = stage.etag(&draft).await;
        let number = || stage.as_("clerk").request(Method::POST, &format!("{}/transitions", path(&draft)))
            .header("Idempotency-Key", "two").header("If-Match", &etag).json(&json!({"action": "number"}));
        let first = crate::installation::send(number()).await;
        let again = crate::installation::send(number()).await;
        assert_eq!((first.status, &first.body), (200, &again.body));
        assert_eq!(stage.as_("clerk").get("/v1/registers?agency=H50").await.ok()["items"][0]["last_number"], 1);
        stage.stop().await;
    }

    async fn what_is_numbered_or_issued_late_is_told_and_not_refused(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        stage.up_to("signed", &draft).await;
        stage.at("2026-11-26T02:00:00Z").await;
        let seen = stage.see("clerk", &draft).await;
        assert_eq!(seen["signature"]["late"], true);
        let numbered = stage.act("clerk", &draft, json!({"action": "number"})).await.ok();
        assert_eq!(numbered["signature"]["late"], true);
        stage.act("clerk", &draft, json!({"action": "seal"})).await.ok();
        stage.act("clerk", &draft, json!({"action": "issue"})).await.ok();
        let late: Vec<Value> = stage.here.told().await.into_iter()
            .filter(|event| ["document.numbered.v1", "document.issued.v1"].map(Value::from).contains(&event["type"]))
            .map(|event| event["data"]["late"].clone()).collect();
        assert_eq!(late, [true, true]);

        let mut urgent = stage.request("author").await;
        urgent["urgency"] = json!("express");
        let urgent = stage.as_("author").post("/v1/drafts", &urgent).await.ok();
        let signed = stage.up_to("signed", &urgent).await;
        // At once: two working hours, as for what comes in.
        let hour = signed["signature"]["issue_due_at"].as_str().unwrap();
        assert!(hour.starts_with("2026-11-26T04:0"), "{hour}");
        stage.stop().await;
    }

    async fn a_number_given_up_before_issue_is_void_and_never_given_again(database) {
        let stage = Stage::open(database).await;
        let draft = stage.draft().await;
        let numbered = stage.up_to("numbered", &draft).await;
        let short = stage.act("chair", &draft, json!({"action": "cancel", "reason": "ngắn"})).await;
        assert_eq!(crate::stage::faults(&short), [("/reason".into(), "too_short".into())]);
        let by_author = stage.act("author", &draft, json!({"action": "cancel", "reason": "Không còn cần thiết"})).await;
        assert_eq!(by_author.problem(403), "draft.not_yours");
        let cancelled = stage.act("chair", &draft, json!({"action": "cancel", "reason": "Không còn cần thiết"})).await.ok();
        assert_eq!(cancelled["state"], "cancelled");
        let void = stage.as_("clerk").get(&document(&numbered)).await.ok();
        assert_eq!((&void["state"], &void["reason"]), (&json!("void"), &json!("Không còn cần thiết")));
        let other = stage.draft().await;
        let other = stage.up_to("numbered", &other).await;
        let shown = stage.as_("clerk").get(&document(&other)).await.ok();
        assert_eq!(shown["full_number"], "02/QĐ-UBND");
        let etag = stage.as_("chair").get(&document(&numbered)).await.etag().to_owned();
        let recalled = stage.as_("chair").change(Method::POST, &format!("{}/transitions", document(&numbered)), &etag,
            &json!({"action": "recall", "reason": "Chưa từng phát hành"})).await;
        assert_eq!(recalled.problem(409), "document.state");

        // In the book: void with its reason, no document's, and complete.
        let register = void["register"]["id"].as_str().unwrap();
        let line = stage.as_("clerk").get(&format!("/v1/registers/{register}/entries/1")).await.ok();
        assert_eq!((&line["state"], &line["void_reason"]), (&json!("void"), &json!("Không còn cần thiết")));
        assert_eq!((&line["document_id"], &line["voided_by"]), (&Value::Null, &json!("officer:chair@motcua-development")));
        let check = stage.as_("clerk").get(&format!("/v1/registers/{register}/check")).await.ok();
        assert_eq!((&check["in_order"], &check["used"], &check["void"]), (&json!(true), &json!(1), &json!(1)), "{check}");
        let sheet = stage.as_("clerk").get(&format!("/v1/registers/{register}/sheet")).await.ok();
        let cells = &sheet["rows"][0]["cells"];
        assert_eq!((&cells[2], &cells[9]), (&json!("Quyết định"), &json!("HỦY SỐ ngày 23/11/2026: Không còn cần thiết")));
        // Who only works there sees that the number is void, and not what its circle was told.
        stage.here.import_officers("subject,name,agency_code,role,email\nworker,Phan Văn Việc,H50,processor,\n").await;
        stage.here.running.foundation.directory.refresh().await.unwrap();
        for (worker, reason) in [("worker", &Value::Null), ("chair", &json!("Không còn cần thiết")), ("admin", &json!("Không còn cần thiết"))] {
            let book = stage.as_(worker).get(&format!("/v1/registers/{register}/entries")).await.ok();
            let line = stage.as_(worker).get(&format!("/v1/registers/{register}/entries/1")).await.ok();
            assert_eq!((&book["items"][0]["void_reason"], &line["void_reason"], &line["state"]), (reason, reason, &json!("void")), "{worker}");
            let sheet = stage.as_(worker).get(&format!("/v1/registers/{register}/sheet")).await.ok();
            let cell = sheet["rows"][0]["cells"][9].as_str().unwrap();
            assert_eq!((cell.starts_with("HỦY SỐ ngày 23/11/2026"), cell.contains("Không còn")), (true, !reason.is_null()), "{worker}");
        }
        let told = stage.here.told().await;
        let voided: Vec<&Value> = told.iter().filter(|event| event["type"] == "register.number_voided.v1").collect();
        assert_eq!((voided.len(), &voided[0]["data"]["full_number"]), (1, &json!("01/QĐ-UBND")));
        stage.stop().await;
    }
}
