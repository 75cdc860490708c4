//! What digests read of alerts.

use chrono::{DateTime, Utc};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Text, Uuid};

use crate::alerts::{AlertRow, how_many_of, raised_since, words};

/// An alert that was raised.
#[derive(Debug, Clone)]
pub(super) struct Raised {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// What it is, with its figures.
    pub words: Text,
}

/// What was raised of an agency since an instant and nobody has looked into, the oldest first. What is over again, or
/// acknowledged, is no news.
pub(super) fn raised(conn: &mut Conn, tenant: Uuid, agency: Uuid, since: DateTime<Utc>) -> TxResult<Vec<Raised>> {
    raised_since(conn, tenant, agency, since)?.iter().map(read).collect()
}

fn read(row: &AlertRow) -> TxResult<Raised> {
    let kind = row.kind()?;
    let (title, text) = (kind.title(), words::text(kind, &row.subject, &row.period, &row.figures()?));
    let words = Text::new(format!("{}: {}", title.vi, text.vi), format!("{}: {}", title.en, text.en));
    Ok(Raised { id: row.id.0, at: row.raised_at.0, words })
}

/// How many alerts of an agency are not over.
pub(super) fn open(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<i64> {
    how_many_of(conn, tenant, vec![Id(agency)])
}
