//! Files whose text has been read, without the program that reads it.

use diesel::prelude::*;
use motcua_db::Db;
use motcua_db::sql::{At, Id};
use motcua_kernel::Uuid;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    file_texts (tenant_id, sha256) {
        tenant_id -> Uid,
        sha256 -> Text,
        state -> Text,
        content -> Nullable<Binary>,
        free_at -> Instant,
    }
}

/// A text as long as one may be, of which hardly anything is a word, and the one word to find it by: reading it takes a
/// while, entering it none.
pub(crate) const WORD: &str = "chữduynhất";

pub(crate) fn long_text() -> String {
    ".,; ".repeat(250_000) + WORD
}

/// Says what a file says that is waiting to be read.
pub(crate) async fn is_read(db: &Db, tenant: Uuid, sha256: &str, text: &str) {
    let content = db.vault.seal(&format!("file_texts.content:{sha256}"), text.as_bytes()).unwrap();
    let (sha256, now) = (sha256.to_owned(), db.clock.system().0);
    let changed = db
        .write("text", move |tx| {
            let row = file_texts::tenant_id.eq(Id(tenant)).and(file_texts::sha256.eq(sha256.clone()));
            // Whoever has taken it for reading has lost it by this.
            let read = (
                file_texts::state.eq("read"),
                file_texts::content.eq(Some(content.clone())),
                file_texts::free_at.eq(At(now)),
            );
            Ok(diesel::update(file_texts::table.filter(row)).set(read).execute(tx)?)
        })
        .await
        .unwrap();
    assert_eq!(changed, 1, "the file waits to be read");
}
