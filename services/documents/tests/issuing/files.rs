use motcua_kernel::Role;
use motcua_testkit::on_both_databases;

use super::desk::{Desk, answer};

on_both_databases! {
    async fn a_file_is_open_to_whoever_may_see_its_document_and_not_before(database) {
        let desk = Desk::open(database).await;
        let (token, officer) = (desk.procedures(), desk.officer("lan", "H50", Role::Leader).await);
        let request = desk.decision(&token, "dossier-1").await;
        let file = format!("files/{}", request["file_id"].as_str().unwrap());
        assert_eq!(desk.get(&officer, &file).await.status(), 404);
        desk.issue(&token, &request, 201).await;
        let content = desk.get(&officer, &format!("{file}/content")).await;
        assert_eq!(content.text().await.unwrap(), "%PDF-1.7 dossier-1");
        assert_eq!(answer(desk.get(&officer, &file).await, 200).await["media_type"], "application/pdf");
    }

    async fn a_file_that_is_not_what_its_type_says_is_refused(database) {
        let desk = Desk::open(database).await;
        let request = reqwest::Client::new().post(format!("{}/v1/files", desk.running.url())).bearer_auth(desk.procedures());
        let refused = request.header("Content-Type", "application/pdf").body("MZ not a paper").send().await.unwrap();
        assert_eq!(answer(refused, 422).await["code"], "file.not_its_type");
    }
}
