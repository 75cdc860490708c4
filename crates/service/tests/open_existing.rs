//! Commands that only read find a database as it is, or say that there is none.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use motcua_db::ping;
use motcua_service::{Foundation, Shared};
use motcua_testkit::{TestDatabase, on_both_databases};
use motcua_web::settings::Settings;

async fn shared(database: &TestDatabase, url: &str) -> Shared {
    let folder = database.folder.path().join("data").display().to_string();
    let variables = [("MOTCUA_DATA_DIR", folder.as_str()), ("MOTCUA_KPI__DATABASE_URL", url)];
    Shared::prepare(Settings::from_sources(None, variables).unwrap()).await.unwrap()
}

on_both_databases! {
    async fn a_database_without_a_journal_is_refused_and_stays_empty(database) {
        let shared = shared(database, &database.url).await;
        for _ in 0..2 {
            let refused = Foundation::open_existing(&shared, "kpi", &shared.settings.kpi).await.unwrap_err();
            assert_eq!(refused.code, "database.missing");
        }
        Foundation::open(&shared, "kpi", &shared.settings.kpi, &[]).await.unwrap();
        let found = Foundation::open_existing(&shared, "kpi", &shared.settings.kpi).await.unwrap();
        found.db.read("ping", ping).await.unwrap();
    }
}

#[tokio::test]
async fn no_file_is_made_where_there_is_none() {
    let database = TestDatabase::sqlite();
    let file = database.folder.path().join("elsewhere").join("kpi.db");
    let shared = shared(&database, &format!("sqlite:{}", file.display())).await;
    let refused = Foundation::open_existing(&shared, "kpi", &shared.settings.kpi).await.unwrap_err();
    assert_eq!(refused.code, "database.missing");
    assert!(!file.exists() && !file.parent().unwrap().exists());
}
