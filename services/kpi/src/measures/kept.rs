//! Figures of periods that are over, kept while nothing of them changes.
//!
//! A page of a province shows a dozen periods, of which eleven are over and seldom change. What the tallies of one came to
//! for each agency is kept in memory with their stamp: how often the halves of months it was read from have changed. With
//! another stamp it is read again, so what is kept is never older than what is asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;
use quick_cache::sync::Cache;

use super::store::{self, Stamp};
use crate::periods::Period;

/// So many parts of periods are kept; one of a province of two hundred agencies takes some hundred kilobytes.
const KEPT: usize = 128;

/// What was read: of which tallies, and how.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ReadKey {
    pub tenant: Uuid,
    pub subject: String,
    pub period: Period,
    /// From and to which half of a month the tallies were read.
    pub halves: (NaiveDate, NaiveDate),
    pub as_written: bool,
    /// The numbers of the measures, in their order.
    pub slots: Vec<i64>,
}

/// What measures came to for each agency, in the order of the numbers.
pub(super) type Numbers = BTreeMap<Uuid, Vec<i64>>;

/// Figures that were read.
#[derive(Clone)]
pub(crate) struct Kept(Arc<Cache<ReadKey, (Stamp, Arc<Numbers>)>>);

impl Kept {
    /// Nothing read yet.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Cache::new(KEPT)))
    }

    /// What was read and still holds, or what is read now.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn get(
        &self,
        conn: &mut Conn,
        key: ReadKey,
        read: impl FnOnce(&mut Conn) -> TxResult<Numbers>,
    ) -> TxResult<Arc<Numbers>> {
        let stamp = |conn: &mut Conn| store::stamp(conn, key.tenant, &key.subject, key.halves);
        let before = stamp(conn)?;
        if let Some((_, numbers)) = self.0.get(&key).filter(|(kept, _)| *kept == before) {
            return Ok(numbers);
        }
        let numbers = Arc::new(read(conn)?);
        // Where statements don't see one moment, somebody may have written in between.
        if stamp(conn)? == before {
            self.0.insert(key, (before, Arc::clone(&numbers)));
        }
        Ok(numbers)
    }
}
