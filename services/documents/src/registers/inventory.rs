//! Counting a register line by line: what is signed when it is closed, and what anybody may have counted again.

use chrono::{DateTime, Utc};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Result, Uuid};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::rules::EntryState;
use super::store::RegisterRow;
use super::store::entries::{self, EntryRow};

/// So many lines are read at a time.
const AT_ONCE: i64 = 2_000;
/// So many missing numbers are named; a register that lacks more is broken beyond a list.
const MOST_NAMED: usize = 100;

/// What the lines of a register come to.
#[derive(Debug, Clone)]
pub(super) struct Inventory {
    digest: Sha256,
    /// The numbers that are missing, the first of them.
    pub missing: Vec<i64>,
    /// Late numbers whose number before, or whose letter before, is missing.
    pub astray: Vec<String>,
    pub used: i64,
    pub reserved: i64,
    pub void: i64,
    /// Lines with a letter.
    pub late: i64,
    /// Documents by their line, for holding them against the documents themselves.
    pub documents: Vec<(Uuid, i64, String)>,
    last: (i64, String),
}

impl Inventory {
    /// Of no lines yet. The digest begins with what the register is.
    fn of(register: &RegisterRow) -> Self {
        let mut digest = Sha256::new();
        let head = json!([register.id.0, register.agency_id.0, register.kind, register.book, register.year]);
        digest.update(format!("{head}\n"));
        Self {
            digest,
            missing: Vec::new(),
            astray: Vec::new(),
            used: 0,
            reserved: 0,
            void: 0,
            late: 0,
            documents: Vec::new(),
            last: (0, String::new()),
        }
    }

    /// Takes in the next line. Texts that people wrote are not in the digest: they are sealed, and a seal that was
    /// altered does not open.
    fn add(&mut self, row: &EntryRow) -> Result<()> {
        let day = |at: &DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
        let line = json!([
            row.number,
            row.suffix,
            row.state,
            row.document_type,
            row.notation,
            row.document_id.as_ref().map(|id| id.0),
            row.registered_on,
            day(&row.registered_at.0),
            row.reserved_at.as_ref().map(|at| day(&at.0)),
            row.reserved_by,
            row.voided_at.as_ref().map(|at| day(&at.0)),
            row.voided_by,
            row.decision_number,
            row.decision_on,
            row.decision_document_id.as_ref().map(|id| id.0),
        ]);
        self.digest.update(format!("{line}\n"));
        match row.state()? {
            EntryState::Used => self.used += 1,
            EntryState::Reserved => self.reserved += 1,
            EntryState::Void => self.void += 1,
        }
        if let Some(document) = &row.document_id {
            self.documents.push((document.0, row.number, row.suffix.clone()));
        }
        self.place(row.number, &row.suffix);
        Ok(())
    }

    fn place(&mut self, number: i64, suffix: &str) {
        let (before, letter) = &self.last;
        // A letter does not stand for its number.
        let until = if suffix.is_empty() { number } else { number + 1 };
        self.missing.extend((before + 1..until).take(MOST_NAMED.saturating_sub(self.missing.len())));
        if !suffix.is_empty() {
            self.late += 1;
            let follows =
                *before == number && super::rules::next_suffix(letter).is_some_and(|next| suffix == next.to_string());
            if !follows && self.astray.len() < MOST_NAMED {
                self.astray.push(format!("{number}{suffix}"));
            }
        }
        self.last = (number, suffix.to_owned());
    }

    /// Ends with the last number that was given, which the lines must reach and not exceed.
    fn end(mut self, last_number: i64) -> Self {
        let room = MOST_NAMED.saturating_sub(self.missing.len());
        self.missing.extend((self.last.0 + 1..=last_number).take(room));
        if self.last.0 > last_number {
            self.astray.push(self.last.0.to_string());
        }
        self.digest.update(format!("{}\n", json!([last_number])));
        self
    }

    /// Whether the numbers are 1 to the last without gap.
    pub(super) fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.astray.is_empty()
    }

    /// SHA-256 over everything, in hexadecimal.
    pub(super) fn sha256(&self) -> String {
        hex::encode(self.digest.clone().finalize())
    }
}

/// Counts a register. Within a transaction that holds it, or a snapshot: nothing is added meanwhile.
///
/// # Errors
/// When the database fails.
pub(super) fn count(conn: &mut Conn, register: &RegisterRow) -> TxResult<Inventory> {
    let mut inventory = Inventory::of(register);
    let mut after = (0, String::new());
    loop {
        let rows = entries::behind(conn, register.tenant_id.0, register.id.0, &after, AT_ONCE)?;
        let Some(last) = rows.last() else { break };
        after = (last.number, last.suffix.clone());
        for row in &rows {
            inventory.add(row)?;
        }
        if i64::try_from(rows.len()).map_err(Error::internal)? < AT_ONCE {
            break;
        }
    }
    Ok(inventory.end(register.last_number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use motcua_db::sql::Id;

    fn register() -> RegisterRow {
        let id = || Id(Uuid::nil());
        RegisterRow {
            tenant_id: id(),
            agency_id: id(),
            kind: "outgoing".into(),
            book: "QĐ".into(),
            year: 2026,
            id: id(),
            last_number: 0,
            responsible_agency_id: id(),
            version: 1,
            closed_at: None,
        }
    }

    fn placed(lines: &[(i64, &str)], last_number: i64) -> (Vec<i64>, Vec<String>) {
        let mut inventory = Inventory::of(&register());
        for (number, suffix) in lines {
            inventory.place(*number, suffix);
        }
        let inventory = inventory.end(last_number);
        (inventory.missing, inventory.astray)
    }

    #[test]
    fn gaps_are_found_at_the_start_in_the_middle_and_at_the_end() {
        assert_eq!(placed(&[(1, ""), (2, ""), (2, "a"), (2, "b"), (3, "")], 3), (vec![], vec![]));
        assert_eq!(placed(&[(2, ""), (5, "")], 7), (vec![1, 3, 4, 6, 7], vec![]));
        assert_eq!(placed(&[], 2), (vec![1, 2], vec![]));
        assert_eq!(placed(&[(1, ""), (2, "")], 1), (vec![], vec!["2".to_owned()]));
        assert_eq!(placed(&[(1, ""), (1, "b"), (2, "a")], 2), (vec![2], vec!["1b".to_owned(), "2a".to_owned()]));
        assert_eq!(placed(&[(1_000_000, "")], 1_000_000).0.len(), MOST_NAMED);
    }
}
