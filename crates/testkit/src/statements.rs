//! A test at the database, as somebody with a client of their own would be.

use diesel::prelude::*;
use motcua_db::Db;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

/// The column `text` of what a query finds.
pub async fn texts(db: &Db, query: &str) -> Vec<String> {
    let query = query.to_owned();
    let rows = db.read("texts", move |conn| Ok(diesel::sql_query(&query).load::<Row>(conn)?)).await;
    rows.expect("the query").into_iter().map(|row| row.text).collect()
}

/// Runs a statement.
pub async fn run(db: &Db, statement: &str) {
    let statement = statement.to_owned();
    db.write("run", move |tx| Ok(diesel::sql_query(&statement).execute(tx).map(drop)?)).await.expect("the statement");
}
