//! Taking events in without a feed, one by one or in pages.

use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::{Event, Follow};
use motcua_kernel::Uuid;
use motcua_kpi::TableDigest;
use motcua_kpi::facts::{DocumentFollow, DossierFollow};
use motcua_testkit::TestDatabase;

use super::province::News;

/// The service's database without the service.
pub(crate) fn open(database: &TestDatabase) -> Db {
    database.open(&[
        motcua_journal::MIGRATIONS,
        motcua_agencies::MIGRATIONS,
        motcua_calendars::MIGRATIONS,
        motcua_kpi::MIGRATIONS,
    ])
}

/// Whether an event is one of the feed of `documents`.
pub(crate) fn is_of_documents(event: &Event) -> bool {
    let object = event.kind.split('.').next().unwrap_or_default();
    ["document", "dispatch", "incoming_document", "agency", "officer"].contains(&object)
}

/// Takes a page in as the follower of its feed does; a page of both feeds is split.
pub(crate) fn apply_page(tx: &mut Conn, events: &[Event]) -> TxResult<()> {
    let (documents, procedures): (Vec<_>, Vec<_>) = events.iter().cloned().partition(is_of_documents);
    DocumentFollow.apply_page(tx, &documents)?;
    DossierFollow.apply_page(tx, &procedures)
}

/// Events as a feed places them.
pub(crate) fn placed(tenant: Uuid, news: &[News]) -> Vec<Event> {
    let place = |(n, news): (usize, &News)| Event { position: (n + 1).to_string(), ..news.event(tenant) };
    news.iter().enumerate().map(place).collect()
}

/// Takes a page in.
pub(crate) async fn take_page(db: &Db, events: Vec<Event>) {
    db.write("apply_page", move |tx| apply_page(tx, &events)).await.unwrap();
}

/// How many rows of a table meet a condition.
pub(crate) async fn rows(db: &Db, table: &str, condition: &str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Rows {
        #[diesel(sql_type = BigInt)]
        rows: i64,
    }
    let sql = format!("SELECT COUNT(*) AS rows FROM {table} WHERE {condition}");
    db.read("rows", move |conn| Ok(diesel::sql_query(sql.clone()).get_result::<Rows>(conn)?.rows)).await.unwrap()
}

/// The digest of a table.
pub(crate) fn of_table<'a>(digests: &'a [TableDigest], table: &str) -> &'a TableDigest {
    digests.iter().find(|digest| digest.table == table).unwrap()
}
