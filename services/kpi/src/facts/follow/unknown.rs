//! Counting what this program does not know.

use std::collections::BTreeMap;

use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::Event;
use motcua_kernel::Result;

use crate::facts::store::{UnknownRow, add_unknown};

/// The unknown events of a page, by type.
pub(super) struct Unknown {
    feed: &'static str,
    by_kind: BTreeMap<String, UnknownRow>,
}

impl Unknown {
    pub(super) fn of(feed: &'static str) -> Self {
        Self { feed, by_kind: BTreeMap::new() }
    }

    /// Counts an event; `taken` when its facts could be taken in all the same.
    pub(super) fn add(&mut self, event: &Event, taken: bool) -> Result<()> {
        let place = event.place()?;
        let row = self.by_kind.entry(event.kind.clone()).or_insert_with(|| UnknownRow {
            tenant_id: Id(event.tenant),
            feed: self.feed.to_owned(),
            kind: event.kind.clone(),
            first_position: place,
            last_position: place,
            events: 0,
            taken: 0,
            first_at: At(event.time),
            last_at: At(event.time),
        });
        row.last_position = place;
        row.last_at = At(event.time);
        row.events += 1;
        row.taken += i64::from(taken);
        Ok(())
    }

    pub(super) fn keep(self, tx: &mut Conn) -> TxResult<()> {
        let rows: Vec<UnknownRow> = self.by_kind.into_values().collect();
        for row in &rows {
            // A page that is taken again after a conflict counts here again; the rows, and what is shown of them, do not.
            let count = u64::try_from(row.events).unwrap_or_default();
            metrics::counter!("unknown_events_total", "feed" => row.feed.clone(), "type" => row.kind.clone())
                .increment(count);
            tracing::warn!(feed = %row.feed, kind = %row.kind, position = row.last_position, count, "an unknown event");
        }
        add_unknown(tx, &rows)
    }
}
